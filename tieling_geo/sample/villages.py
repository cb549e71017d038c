"""Villages, the works that serve them, and basin projects."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd

from tieling_geo.sample.ground import Ground
from tieling_geo.sample.towns import Towns
from tieling_geo.text import Text

#: What the cards say of what is planted.
NOTES: Mapping[str, Text] = MappingProxyType({})


def draw_villages(
    ground: Ground,
    towns: Towns,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    scale: float,
    seed: int,
) -> dict[str, gpd.GeoDataFrame]:
    """Draw the layers of this topic; `layers` are those that were drawn before, as stored."""
    return {}
