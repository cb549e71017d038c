"""
Read, analyse, judge: the one place where the rooms meet.

`assess` holds a workspace against its plan and returns all that it found; `reports.publish` writes
that as the output contract says.
"""

from tieling_geo.pipeline.assessing import assess as assess
from tieling_geo.pipeline.preparing import prepare as prepare
from tieling_geo.pipeline.reading import fetch_osm as fetch_osm
from tieling_geo.pipeline.reading import read_layers as read_layers
from tieling_geo.pipeline.reading import read_one as read_one
from tieling_geo.pipeline.running import run as run
