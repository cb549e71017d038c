"""Hauls along roads and straight, in whole millimetres."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point

from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.operations.allocation import NO_WAY
from tieling_geo.operations.haul import no_way_reason, to_distances_mm, to_hauls


def points(*spots: tuple[float, float], crs: int = 4550) -> gpd.GeoDataFrame:
    """Lay out points."""
    return gpd.GeoDataFrame(geometry=[Point(s) for s in spots], crs=crs)


def roads(*courses: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    """Lay out roads that state no speed."""
    return gpd.GeoDataFrame(
        {
            "road_id": [f"r{n}" for n in range(len(courses))],
            "road_class": "local",
            "speed_km_per_h": np.nan,
            "oneway": pd.array([None] * len(courses), dtype="boolean"),
        },
        geometry=[LineString(course) for course in courses],
        crs=4550,
    )


def test_straight_lines_without_roads() -> None:
    """None, and an empty layer: 3-4-5, each point found though two rows share a place."""
    for layer in (None, roads()):
        hauls = to_hauls(layer, snap_limit_m=10.0)
        far, snapped = to_distances_mm(hauls, points((0, 0), (3, 4), (0, 0)), points((3, 4)))
        assert far.tolist() == [[5000], [0], [5000]]
        assert snapped.all()
        assert (hauls.kind, len(hauls.warnings)) == ("straight_line", 1)


def test_distances_run_along_the_roads() -> None:
    """Round the corner, without the legs beside the road; an island and a far point: no way."""
    layer = roads([(0, 0), (100, 0), (100, 50)], [(0, 900), (100, 900)])
    hauls = to_hauls(layer, snap_limit_m=10.0)
    origins = points((20, 10), (50, 900), (20, 10.01))
    far, snapped = to_distances_mm(hauls, origins, points((105, 50)))
    assert far.tolist() == [[130_000], [NO_WAY], [NO_WAY]]
    assert snapped.tolist() == [True, True, False]
    assert hauls.kind == "network"
    assert hauls.warnings == ()
    words = no_way_reason(far, snapped, pd.Index(["a", "b", "c"]))
    assert words.tolist() == ["", "no_route", "off_network"]
    nobody = no_way_reason(far[:, :0], snapped, pd.Index(["a", "b", "c"]))
    assert nobody.tolist() == ["no_facility"] * 3


def test_what_cannot_be_measured_is_refused() -> None:
    """Degrees, and a limit below zero."""
    with pytest.raises(CRSError):
        to_distances_mm(to_hauls(None, snap_limit_m=1.0), points((0, 0), crs=4490), points((0, 0)))
    hauls = to_hauls(roads([(0, 0), (1, 0)]), snap_limit_m=-1.0)
    with pytest.raises(ParameterError):
        to_distances_mm(hauls, points((0, 0)), points((0, 0)))
