"""Known places of the sample: one seat a county."""

import geopandas as gpd
import shapely

from tieling_geo.sample.ground import Ground, to_layer
from tieling_geo.schemas import Places


def draw_places(ground: Ground) -> gpd.GeoDataFrame:
    """Put a place at each county's seat, or inside the county where its seat is not known."""
    counties = ground.counties.sort_values("county_id")
    seats = ground.centres_xy[ground.counties.index.get_indexer(counties.index)]
    names = counties["name"].to_list()
    return to_layer(
        Places,
        {
            "place_id": [f"L{code}" for code in counties["county_id"]],
            "name": [f"{name}政府驻地" for name in names],
            "kind": ["county_seat"] * len(names),
            "county": names,
        },
        shapely.points(seats),
    )
