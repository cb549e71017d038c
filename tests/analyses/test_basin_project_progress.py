"""Projects of the basin: accepted by the day, and how far each stands from a reach."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import LineString, Point, box

from tieling_geo.analyses.basin_project_progress import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import merge_results
from tieling_geo.schemas import BasinProjects, Counties, RiverReaches

DAY = date(2025, 12, 31)
ON, AFTER = pd.Timestamp("2025-12-31"), pd.Timestamp("2026-01-01")
SHARE, LEFT = "basin_projects_finished_share", "basin_projects_unfinished"
PLAIN = {"stage": "accepted", "accepted_on": ON, "kind": "sewage", "geometry": Point(0, 0)}


def projects(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out projects: what a row does not say is plain."""
    return to_layer(BasinProjects, {name: {**PLAIN, **row} for name, row in rows.items()})


def reaches() -> gpd.GeoDataFrame:
    """Lay out a reach along the x axis."""
    line = LineString([(0, 0), (9000, 0)])
    return to_layer(RiverReaches, {"R": {"river_name": "River", "geometry": line}})


def test_what_is_accepted_by_the_day_counts() -> None:
    """On the day (closed); later, going on, undated and at odds: 1 of 3, or 1/5 to 3/5."""
    layer = projects(
        on={},
        later={"accepted_on": AFTER},
        going={"stage": "completed", "accepted_on": None},
        undated={"accepted_on": None},
        odd={"stage": "in_progress"},
    )
    found = analyse(layer, as_of=DAY)
    assert bounds(found.measures[SHARE]) == (20, Fraction(100, 3), 60)
    assert bounds(found.measures[LEFT]) == (2, 2, 4)
    assert found.against[LEFT] == ("going", "later")
    assert excluded(found, SHARE) == {
        "odd": ("unknown", "status contradicts the date of completion"),
        "undated": ("unknown", "finished, but no date says when"),
    }
    assert found.features["category"].tolist() == [
        "accepted",
        "not_accepted",
        "not_accepted",
        "unknown",
        "unknown",
    ]
    assert found.features["days_before_deadline"].fillna(9).tolist() == [0, -1, 9, 9, 0]


def test_a_project_far_from_every_reach_counts_and_is_flagged() -> None:
    """Exactly at the limit it is near (closed); beyond it is in the table."""
    layer = projects(
        near={"geometry": Point(5, 2000)},
        far={"geometry": Point(5, 2000.001)},
        close={"geometry": Point(5, 99)},
    )
    found = analyse(layer, river_reaches=reaches(), as_of=DAY)
    assert found.features["far_from_reaches"].tolist() == [False, True, False]
    assert found.features["reach_id"].fillna("").tolist() == ["R", "", "R"]
    assert found.features["reach_distance_m"].tolist() == [2000, 2000.001, 99]
    assert found.tables["far_from_reaches"]["project_id"].tolist() == ["far"]
    assert found.measures[SHARE].counted == 3
    strict = analyse(layer, river_reaches=reaches(), as_of=DAY, reach_limit_m=100.0)
    assert strict.tables["far_from_reaches"]["project_id"].tolist() == ["far", "near"]
    assert strict.parameters["reach_limit_m"].value == 100.0


@pytest.mark.parametrize("given", [{}, {"river_reaches": reaches()[:0]}])
def test_without_a_reach_no_distance_is_told(given: dict[str, gpd.GeoDataFrame]) -> None:
    """Neither near nor far."""
    features = analyse(projects(A={}), as_of=DAY, **given).features
    assert features[["reach_id", "reach_distance_m", "far_from_reaches"]].isna().all(axis=None)


def test_groups_add_up_to_the_whole() -> None:
    """By county, kind and river; cut into counties and merged nothing changes."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-9000, -9000, 0, 9000)},
            "211202": {"name": "East", "geometry": box(0, -9000, 9000, 9000)},
        },
    )
    layer = projects(
        A={"geometry": Point(-5, 0), "river_name": "X"},
        B={"geometry": Point(5, 0), "kind": "park", "accepted_on": AFTER},
        C={"geometry": Point(5, 9), "kind": None, "accepted_on": None},
    )
    given = {"counties": counties, "river_reaches": reaches(), "as_of": DAY}
    whole = analyse(layer, **given)
    assert rollup(whole, SHARE, "county_name") == {"East": (0, 1, 1), "West": (1, 1, 0)}
    assert rollup(whole, SHARE, "kind") == {"": (0, 0, 1), "park": (0, 1, 0), "sewage": (1, 1, 0)}
    assert rollup(whole, SHARE, "river_name") == {"": (0, 1, 1), "X": (1, 1, 0)}
    merged = merge_results([analyse(layer[:1], **given), analyse(layer[1:], **given)])
    assert merged.measures == whole.measures


def test_an_empty_layer_has_no_value_and_degrees_are_refused() -> None:
    """No project, no value; a layer not in metres."""
    layer = projects(A={})
    assert {m.value for m in analyse(layer[:0], as_of=DAY).measures.values()} == {None}
    for given in ({}, {"river_reaches": reaches().set_crs(4490, allow_override=True)}):
        first = layer if given else layer.set_crs(4490, allow_override=True)
        with pytest.raises(CRSError):
            analyse(first, as_of=DAY, **given)
