"""Opinions on listed projects, guidance of large ones, whole rows; and what could move them."""

from datetime import date, timedelta
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.project_opinions import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Lever, Result, merge_results
from tieling_geo.schemas import Counties, HeatingSupplyAreas, HighEnergyProjects, Parks

DAY = date(2025, 12, 31)
OPINION, NONE = "projects_with_opinion_share", "projects_without_opinion"
GUIDED, UNGUIDED = "large_projects_guided_share", "large_projects_without_guidance"
WHOLE = "projects_with_whole_row_share"
GIVEN: Row = {
    "stage": "existing",
    "energy_tce": 50_000.0,
    "opinion": "keep",
    "opinion_on": "2025-12-31",
    "guidance_on": "2025-12-31",
}


def projects(**rows: Row) -> gpd.GeoDataFrame:
    """Lay projects out 100 m apart."""
    return to_layer(
        HighEnergyProjects,
        {key: {"geometry": Point(100 * n, 0), **row} for n, (key, row) in enumerate(rows.items())},
    )


def ask(layer: gpd.GeoDataFrame, day: date = DAY) -> Result:
    """Ask as of a day."""
    return analyse(layer, as_of=day)


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        (GIVEN, "opinion", ""),
        ({**GIVEN, "opinion_on": "2026-01-01"}, "no_opinion", ""),
        ({**GIVEN, "opinion": None, "opinion_on": None}, "no_opinion", ""),
        ({**GIVEN, "opinion": None, "opinion_on": "2026-01-01"}, "no_opinion", ""),
        (
            {**GIVEN, "opinion_on": None},
            "unknown",
            "an opinion, but no date says when it was given",
        ),
        ({**GIVEN, "opinion": None}, "unknown", "a date of an opinion, but no opinion"),
        ({**GIVEN, "guidance_on": None}, "no_guidance", ""),
        ({**GIVEN, "guidance_on": None, "energy_tce": 49_999.9}, "opinion", ""),
    ],
)
def test_one_project(row: Row, category: str, reason: str) -> None:
    """By the day, closed; a blank says that there is none; what is at odds is unknown."""
    found = ask(projects(A=row))
    assert found.features["category"].tolist() == [category]
    assert excluded(found, OPINION) == ({"A": ("unknown", reason)} if reason else {})


def test_large_ones_from_the_threshold_on() -> None:
    """Exactly 50,000 is large; a missing energy use can only add to the number left."""
    found = ask(
        projects(
            A=GIVEN,
            B={**GIVEN, "guidance_on": "2026-01-01"},
            C={**GIVEN, "energy_tce": 49_999.0, "guidance_on": None},
            D={**GIVEN, "energy_tce": None, "guidance_on": None},
            E={**GIVEN, "energy_tce": None},
        )
    )
    assert bounds(found.measures[UNGUIDED]) == (1, 1, 2)
    assert bounds(found.measures[GUIDED]) == (Fraction(100, 3), 50, Fraction(200, 3))
    assert found.against[UNGUIDED] == ("B",)
    assert excluded(found, UNGUIDED) == {
        "C": ("out_of_scope", "uses less than the threshold"),
        "D": ("unknown", "energy use is missing"),
        "E": ("unknown", "energy use is missing"),
    }
    assert bounds(found.measures[WHOLE]) == (60, 60, 60)
    assert found.against[WHOLE] == ("D", "E")


def test_overlays_and_counties() -> None:
    """On a border is inside; an area licensed after the day heats nothing; parts add up."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-50, -50, 150, 50)},
            "211202": {"name": "East", "geometry": box(150, -50, 950, 50)},
        },
    )
    parks = to_layer(Parks, {"P1": {"name": "P", "geometry": box(-10, -10, 100, 10)}})
    areas = to_layer(
        HeatingSupplyAreas,
        {
            "H1": {"geometry": box(-10, -10, 0, 10), "valid_from": "2025-12-31"},
            "H2": {"geometry": box(50, -10, 150, 10), "valid_from": "2026-01-01"},
        },
    )
    blank = {"opinion": None, "opinion_on": None}
    layer = projects(B=GIVEN, A=GIVEN, C={**GIVEN, **blank})
    layers = {"counties": counties, "parks": parks, "heating_supply_areas": areas}
    found = analyse(layer, **layers, as_of=DAY)
    assert found.features.index.tolist() == ["B", "A", "C"]
    assert found.features["park_id"].tolist()[:2] == ["P1", "P1"]
    assert found.features["park_id"].isna().tolist() == [False, False, True]
    assert found.features["in_heating_area"].tolist() == [True, False, False]
    assert rollup(found, OPINION, "county_name") == {"West": (2, 2, 0), "East": (0, 1, 0)}
    assert rollup(found, OPINION, "park_id") == {"": (0, 1, 0), "P1": (2, 2, 0)}
    parts = [analyse(layer.loc[ids], **layers, as_of=DAY) for ids in (["A", "B"], ["C"])]
    assert merge_results(parts).measures == found.measures
    alone = ask(layer)
    assert alone.features["in_heating_area"].isna().all()
    assert alone.measures == found.measures


def change(lever: Lever, by: float) -> Fraction:
    """Add up the numerators that cross when a lever moves."""
    now, then = lever.table["margin"] >= 0, lever.table["margin"] + by >= 0
    sign = then.astype(int) - now.astype(int)
    steps = (n * int(s) for n, s in zip(lever.table["numerator"], sign, strict=True))
    return sum(steps, Fraction(0))


LAYER: dict[str, Row] = {
    "A": GIVEN,
    "B": {**GIVEN, "opinion_on": "2026-01-05", "guidance_on": "2026-01-05"},
    "C": {**GIVEN, "energy_tce": 49_000.0, "guidance_on": None},
    "D": {**GIVEN, "opinion_on": None},
    "E": {**GIVEN, "energy_tce": 61_000.0, "guidance_on": None},
}


@pytest.mark.parametrize("by", [-1, 0, 4, 5, 400])
def test_the_day_moves_what_the_levers_say(by: int) -> None:
    """Opinions and guidance as of another day are those that the lever tells."""
    layer = projects(**LAYER)
    here, there = ask(layer), ask(layer, DAY + timedelta(days=by))
    for name in (OPINION, NONE, GUIDED, UNGUIDED):
        lever = here.levers[name][-1]
        assert (lever.name, lever.kind) == ("as_of", "date")
        difference = there.measures[name].estimate.numerator - (
            here.measures[name].estimate.numerator
        )
        assert change(lever, by) == difference


def test_the_threshold_moves_what_the_lever_says() -> None:
    """Down by 1,000 tce a third large one has no guidance; above 61,000 none is large."""
    layer = projects(**LAYER)
    lever = ask(layer).levers[UNGUIDED][0]
    assert lever.name == "large_user_tce"
    for threshold in (49_000.0, 49_000.5, 50_000.0, 50_001.0, 61_000.5):
        there = analyse(layer, as_of=DAY, large_user_tce=threshold).measures[UNGUIDED]
        here = ask(layer).measures[UNGUIDED]
        assert change(lever, 50_000.0 - threshold) == (
            there.estimate.numerator - here.estimate.numerator
        )


def test_nothing_and_degrees() -> None:
    """An empty layer has no value; one in degrees is an error."""
    layer = projects(A=GIVEN)
    assert {m.value for m in ask(layer[:0]).measures.values()} == {None}
    assert pd.isna(ask(layer).features["county_name"]).all()
    with pytest.raises(CRSError):
        ask(layer.to_crs(4490))
