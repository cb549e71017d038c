"""Upgraded toilets without treatment: by hand, at each equality, and what is not known."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.toilet_treatment import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import merge_results
from tieling_geo.schemas import Counties, Villages

DAY = date(2025, 12, 31)
SHARE = "upgraded_toilets_with_treatment_share"
WITH, WITHOUT = "upgraded_toilets_with_treatment", "upgraded_toilets_without_treatment"


def villages(*rows: tuple[int | None, int | None, int | None]) -> gpd.GeoDataFrame:
    """Lay out villages V0, V1, ...: toilets, those with treatment, households."""
    table: dict[str, Row] = {
        f"V{n}": {
            "upgraded_toilets": toilets,
            "toilets_with_treatment": treated,
            "households": households,
            "geometry": Point(1000 * n, 0),
        }
        for n, (toilets, treated, households) in enumerate(rows)
    }
    return to_layer(Villages, table)


def test_households_are_weighed() -> None:
    """60 of 80 and 20 of 20: 80 of 100, and 20 are left, all of them in the first village."""
    found = analyse(villages((80, 60, 100), (20, 20, 20), (0, 0, 50)), as_of=DAY)
    assert {name: measure.value for name, measure in found.measures.items()} == {
        SHARE: 80,
        WITH: 80,
        WITHOUT: 20,
    }
    assert found.features["category"].tolist() == ["left", "treated", "no_toilets"]
    assert found.features["toilets_without_treatment"].fillna(-1).tolist() == [20, 0, -1]
    assert found.against[WITHOUT] == ("V0",)
    assert excluded(found, SHARE) == {"V2": ("out_of_scope", "it has no upgraded toilet")}


@pytest.mark.parametrize(
    ("row", "reason", "left"),
    [
        ((10, 11, 50), "contradiction", (0, 50)),
        ((51, 10, 50), "contradiction", (0, 50)),
        ((None, 51, 50), "contradiction", (0, 50)),
        ((0, 1, 50), "contradiction", (0, 50)),
        ((10, 11, None), "contradiction", (0, 50_000)),
        ((None, 10, 50), "toilets_missing", (0, 40)),
        ((None, None, 50), "toilets_missing", (0, 50)),
        ((None, None, None), "toilets_missing", (0, 50_000)),
        ((10, None, 50), "treated_missing", (0, 10)),
    ],
)
def test_what_is_not_known_is_bounded(
    row: tuple[int | None, ...], reason: str, left: tuple[int, int]
) -> None:
    """Between nothing and the toilets, the households or the schema's limit."""
    found = analyse(villages(row), as_of=DAY)
    assert found.features["reason"].tolist() == [reason]
    assert found.features["category"].tolist() == ["unknown"]
    low, value, high = bounds(found.measures[WITHOUT])
    assert (value, (low, high)) == (None, left)
    assert found.measures[WITHOUT].excluded == 1


@pytest.mark.parametrize("row", [(10, 10, 10), (50, 50, 50), (10, 10, None)])
def test_equal_numbers_are_no_contradiction(row: tuple[int | None, ...]) -> None:
    """All toilets treated, a toilet in every household."""
    assert analyse(villages(row), as_of=DAY).features["category"].tolist() == ["treated"]


def test_one_part_may_be_known() -> None:
    """Ten treated of nobody knows how many of 50, and 10 of 20: 20/70 to 20/30, known 20/30."""
    found = analyse(villages((None, 10, 50), (20, 10, 100)), as_of=DAY).measures[SHARE]
    assert bounds(found) == (Fraction(2000, 70), Fraction(2000, 30), Fraction(2000, 30))


def test_counties_add_up_to_the_whole() -> None:
    """Rolled up, and cut into parts that are merged."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-500, -500, 500, 500)},
            "211202": {"name": "East", "geometry": box(500, -500, 9000, 500)},
        },
    )
    layer = villages((80, 60, 100), (20, None, 50), (40, 10, 60))
    whole = analyse(layer, counties=counties, as_of=DAY)
    assert rollup(whole, SHARE, "county_name") == {"East": (10, 40, 1), "West": (60, 80, 0)}
    parts = [analyse(layer.iloc[rows], counties=counties, as_of=DAY) for rows in ([0], [1, 2])]
    assert merge_results(parts).measures == whole.measures


def test_an_empty_layer_has_no_value_and_degrees_are_refused() -> None:
    """No village, no value; a layer not in metres."""
    layer = villages((1, 1, 1))
    assert {m.value for m in analyse(layer[:0], as_of=DAY).measures.values()} == {None}
    with pytest.raises(CRSError):
        analyse(layer.set_crs(4490, allow_override=True), as_of=DAY)
