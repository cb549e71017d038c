"""Draws the embedded workspace from a seed at any size: synthetic, and labelled so everywhere."""

from tieling_geo.sample.base import SEED as SEED
from tieling_geo.sample.base import Base as Base
from tieling_geo.sample.base import schematic_base as schematic_base
from tieling_geo.sample.drawing import draw as draw
from tieling_geo.sample.writing import write_sample as write_sample
