"""What a user is told about reaches whose direction, level or name does not fit the network."""

from collections.abc import Sequence

import geopandas as gpd

from tieling_geo.operations.river_network import find_level_contradictions, find_upstream_digitised
from tieling_geo.text import Text


def river_warnings(
    reaches: gpd.GeoDataFrame, main_stem_rivers: Sequence[str], tolerance_m: float
) -> list[Text]:
    """Tell of reaches whose direction or level the network contradicts, one warning a river."""
    upstream = find_upstream_digitised(
        reaches, main_stem_rivers=main_stem_rivers, junction_tolerance_m=tolerance_m
    )
    told = [
        Text(
            f"河流“{river}”的河段 {'、'.join(found['reach_id'])} 的数字化方向与水流方向相反",
            f"river {river!r}: digitised against the flow: {', '.join(found['reach_id'])}",
        )
        for river, found in upstream.groupby("river_name")
    ]
    levels = find_level_contradictions(
        reaches, main_stem_rivers=main_stem_rivers, junction_tolerance_m=tolerance_m
    )
    told += [
        Text(
            f"河流“{river}”的河段 {'、'.join(found['reach_id'])} 登记为 {recorded} 级,"
            f"按河网为 {level} 级;以登记为准",
            f"river {river!r}: recorded level {recorded}, by the network {level}; the record is "
            f"used: {', '.join(found['reach_id'])}",
        )
        for (river, recorded, level), found in levels.groupby([
            "river_name",
            "recorded_level",
            "network_level",
        ])
    ]
    return told + [
        Text(f"河段图层中没有干流“{river}”", f"the reaches hold no main stem {river!r}")
        for river in sorted(set(main_stem_rivers) - set(reaches["river_name"]))
    ]
