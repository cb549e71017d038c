"""Kilometres of defective sewers repaired: exact lengths, by county, year and defect."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import LineString, box

from tieling_geo.analyses.sewer_repairs import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, SewerPipes

DAY = date(2025, 12, 31)
DONE, LEFT, SHARE = (
    "sewers_repaired_length",
    "defective_sewers_left_length",
    "defective_sewers_repaired_share",
)
ON, AFTER = "2025-12-31", "2026-01-01"


def pipes(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out sewers of 100, 200, 300 … metres, 1 km apart."""
    return to_layer(
        SewerPipes,
        {
            key: {
                "geometry": LineString([(1000 * n, 0), (1000 * n + 100 * (n + 1), 0)]),
                "defect": "old",
                **row,
            }
            for n, (key, row) in enumerate(rows.items())
        },
    )


def ask(layer: gpd.GeoDataFrame, **values: object) -> Result:
    """Ask on the day."""
    return analyse(layer, as_of=DAY, **values)  # type: ignore[arg-type]


def test_lengths_are_added_up() -> None:
    """100 m repaired, 200 m later, 300 m not, 400 m sound."""
    found = ask(pipes(A={"repaired_on": ON}, B={"repaired_on": AFTER}, C={}, D={"defect": "none"}))
    assert bounds(found.measures[DONE]) == (Fraction(1, 10),) * 3
    assert bounds(found.measures[LEFT]) == (Fraction(1, 2),) * 3
    assert bounds(found.measures[SHARE]) == (Fraction(100, 6),) * 3
    assert found.features["category"].tolist() == ["repaired", "left", "left", "sound"]
    assert found.features["days_since_repair"].tolist()[:2] == [0, -1]
    assert found.against[LEFT] == ("B", "C")
    assert excluded(found, DONE) == {"D": ("out_of_scope", "has none of the defects asked about")}


@pytest.mark.parametrize(
    ("row", "reason", "done", "left"),
    [
        # A missing defect may be one: 200 m repaired, or left, or none of it.
        ({"defect": None}, "defect_unknown", (0, 0), (0, 2)),
        ({"defect": None, "repaired_on": ON}, "defect_unknown", (0, 2), (0, 0)),
        ({"defect": "none", "repaired_on": ON}, "repaired_without_defect", (0, 2), (0, 0)),
        ({"defect": "none", "repaired_on": AFTER}, "no_defect", (0, 0), (0, 0)),
        # Laid after its repair: defective for sure, repaired or not.
        (
            {"repaired_on": "2020-05-01", "installed_year": 2021},
            "repaired_before_laid",
            (0, 2),
            (0, 2),
        ),
        ({"repaired_on": "2021-05-01", "installed_year": 2021}, "", (2, 2), (0, 0)),
    ],
)
def test_bounds_hold_what_may_be(
    row: Row, reason: str, done: tuple[int, int], left: tuple[int, int]
) -> None:
    """Beside a sewer of 100 m that was repaired; in hundreds of metres."""
    found = ask(pipes(A={"repaired_on": ON}, B=row))
    value = 1 + (done[0] if not reason else 0)
    low, known, high = bounds(found.measures[DONE])
    assert (low, known, high) == (
        Fraction(1 + done[0], 10),
        Fraction(value, 10),
        Fraction(1 + done[1], 10),
    )
    assert bounds(found.measures[LEFT])[::2] == (Fraction(left[0], 10), Fraction(left[1], 10))
    assert found.features.loc["B", "reason"] == reason


def test_years_are_told_by_county_and_defect() -> None:
    """Only what is repaired by the day and counts."""
    county = to_layer(Counties, {"211201": {"name": "C", "geometry": box(0, -9, 2900, 9)}})
    layer = pipes(
        A={"repaired_on": "2024-02-01"},
        B={"repaired_on": "2024-11-30"},
        C={"repaired_on": "2023-01-01", "defect": "broken"},
        D={"repaired_on": AFTER},
        E={"repaired_on": "2024-05-05", "defect": "none"},
    )
    found = analyse(layer, counties=county, as_of=DAY)
    assert found.tables["repaired_by_year"].to_numpy().tolist() == [
        ["C", 2023, "broken", 1, 0.3],
        ["C", 2024, "old", 2, 0.3],
    ]
    assert rollup(found, SHARE, "defect")["old"] == (300, 700, 0)
    assert sum(row[1] for row in rollup(found, SHARE, "county_name").values()) == 1000


def test_only_the_defects_asked_about_count() -> None:
    """Broken sewers are ours, not the plan's: they can be left out."""
    layer = pipes(A={"repaired_on": ON}, B={"defect": "broken"})
    assert ask(layer).measures[SHARE].value == Fraction(100, 3)
    found = ask(layer, defects=("old", "misconnected"))
    assert found.measures[SHARE].value == 100
    assert found.features["category"].tolist() == ["repaired", "sound"]


def test_nothing_and_nonsense() -> None:
    """No sewer has no value; a defect that is none is refused, and so are degrees."""
    empty = ask(SewerPipes.empty("EPSG:4550"))
    assert [(m.in_scope, m.value) for m in empty.measures.values()] == [(0, None)] * 3
    assert list(empty.tables["repaired_by_year"]) == [
        "county_name",
        "year",
        "defect",
        "sewers",
        "length_km",
    ]
    with pytest.raises(ParameterError):
        ask(pipes(A={}), defects=("none",))
    with pytest.raises(CRSError):
        ask(pipes(A={}).to_crs(4490))
