"""Steel capacity accepted by a day: exact small cases, and the day that could be another."""

from datetime import date, timedelta
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.steel_capacity_retrofit import ANALYSIS, analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Levers, Result, merge_results
from tieling_geo.schemas import Counties, SteelWorks

DAY = date(2023, 12, 31)
SHARE, LEFT = "steel_capacity_retrofitted_share", "steel_capacity_not_retrofitted"
ACCEPTED = {"retrofit_stage": "accepted", "accepted_on": "2023-12-31"}
MOST = 100_000_000


def works(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out works side by side, 100 m apart."""
    return to_layer(
        SteelWorks,
        {key: {"geometry": Point(100 * n, 0), **row} for n, (key, row) in enumerate(rows.items())},
    )


def ask(layer: gpd.GeoDataFrame, day: date = DAY) -> Result:
    """Ask as of a day."""
    return analyse(layer, as_of=day)


def one(row: Row) -> Result:
    """Ask of one capacity of a million tonnes."""
    return ask(works(A={"capacity_t_per_year": 1e6, **row}))


def test_capacity_is_weighed_not_counted() -> None:
    """One of two works is accepted, three of its four million tonnes."""
    found = ask(
        works(
            A={"capacity_t_per_year": 3e6, **ACCEPTED},
            B={"capacity_t_per_year": 1e6, "retrofit_stage": "completed"},
        )
    )
    assert bounds(found.measures[SHARE]) == (75, 75, 75)
    assert bounds(found.measures[LEFT]) == (1_000_000, 1_000_000, 1_000_000)
    assert found.against[SHARE] == ("B",)
    assert found.features["category"].tolist() == ["accepted", "not_accepted"]
    assert found.features["days_before_deadline"].tolist()[0] == 0


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        (ACCEPTED, "accepted", ""),
        ({**ACCEPTED, "accepted_on": "2024-01-01"}, "not_accepted", ""),
        ({"retrofit_stage": None, "accepted_on": "2023-12-31"}, "accepted", ""),
        ({"retrofit_stage": "completed"}, "not_accepted", ""),
        ({**ACCEPTED, "accepted_on": None}, "unknown", "finished, but no date says when"),
        (
            {**ACCEPTED, "retrofit_stage": "in_progress"},
            "unknown",
            "status contradicts the date of completion",
        ),
        ({}, "unknown", "status is missing"),
        ({**ACCEPTED, "capacity_t_per_year": None}, "unknown", "capacity is missing"),
        ({**ACCEPTED, "capacity_t_per_year": 0.0}, "out_of_scope", "its capacity is zero"),
        ({"retired_on": "2023-12-31"}, "out_of_scope", "the capacity is retired"),
        ({**ACCEPTED, "retired_on": "2024-01-01"}, "accepted", ""),
    ],
)
def test_one_capacity(row: Row, category: str, reason: str) -> None:
    """The day itself counts, for what is accepted and for what is retired."""
    found = one(row)
    assert found.features["category"].tolist() == [category]
    kind = "out_of_scope" if category == "out_of_scope" else "unknown"
    assert excluded(found, SHARE) == ({"A": (kind, reason)} if reason else {})
    assert excluded(found, LEFT) == excluded(found, SHARE)


def test_unknown_capacities_widen_the_bounds_exactly() -> None:
    """A missing stage may go either way; a missing capacity is nothing or the most allowed."""
    known = {"capacity_t_per_year": 3e6, **ACCEPTED}
    found = ask(works(A=known, B={"capacity_t_per_year": 1e6}))
    assert bounds(found.measures[SHARE]) == (75, 100, 100)
    assert bounds(found.measures[LEFT]) == (0, 0, 1_000_000)
    found = ask(works(A=known, B={"retrofit_stage": "not_started"}))
    assert bounds(found.measures[SHARE]) == (Fraction(300, 103), 100, 100)
    assert bounds(found.measures[LEFT]) == (0, 0, MOST)
    assert (found.measures[SHARE].counted, found.measures[SHARE].excluded) == (1, 1)


def test_no_capacity_in_scope_is_no_pass() -> None:
    """An empty layer, and one whose capacity is all gone: nothing in scope, no value."""
    for layer in (works(A=ACCEPTED)[:0], works(A={"capacity_t_per_year": 0.0, **ACCEPTED})):
        share = ask(layer).measures[SHARE]
        assert (share.value, share.in_scope) == (None, 0)


def test_counties_add_up_to_the_whole() -> None:
    """Numerators and denominators over the counties; run apart and merged it is the same."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-50, -50, 150, 50)},
            "211202": {"name": "East", "geometry": box(150, -50, 350, 50)},
        },
    )
    layer = works(
        A={"capacity_t_per_year": 3e6, **ACCEPTED},
        B={"capacity_t_per_year": 1e6, "retrofit_stage": "not_started"},
        C={"capacity_t_per_year": 2e6, **ACCEPTED},
        D={"capacity_t_per_year": 2e6},
        E={"capacity_t_per_year": 5e5, **ACCEPTED},
    ).loc[["C", "E", "A", "D", "B"]]
    whole = analyse(layer, counties=counties, as_of=DAY)
    assert whole.features.index.tolist() == ["C", "E", "A", "D", "B"]
    assert rollup(whole, SHARE, "county_name") == {
        "": (500_000, 500_000, 0),
        "East": (2_000_000, 2_000_000, 1),
        "West": (3_000_000, 4_000_000, 0),
    }
    parts = [layer.loc[["A", "B"]], layer.loc[["C", "D"]], layer.loc[["E"]]]
    merged = merge_results(analyse(part, counties=counties, as_of=DAY) for part in parts)
    assert merged.measures == whole.measures
    assert merged.against == whole.against


def test_degrees_are_refused() -> None:
    """A layer that is not in metres."""
    with pytest.raises(CRSError):
        ask(works(A=ACCEPTED).to_crs(4490))


def moved(levers: Levers, measure: str, day: date, to: date) -> dict[str, Fraction]:
    """Add what crosses when the day moves: column -> the change of a measure's parts."""
    (lever,) = levers[measure]
    assert (lever.kind, lever.unit) == ("date", "day")
    by = (to - day).days
    now, then = lever.table["margin"] >= 0, lever.table["margin"] + by >= 0
    sign = then.astype(int) - now.astype(int)
    return {
        name: sum((n * int(s) for n, s in zip(lever.table[name], sign, strict=True)), Fraction(0))
        for name in lever.table.columns[1:]
    }


@pytest.mark.parametrize("by", [-400, -31, -1, 1, 2, 40, 400])
def test_another_day_changes_what_the_lever_says(by: int) -> None:
    """Acceptance, retirement, contradictions and blanks: the lever is the measured difference."""
    to = DAY + timedelta(days=by)
    layer = works(
        A={"capacity_t_per_year": 3e6, **ACCEPTED},
        B={"capacity_t_per_year": 1e6, **ACCEPTED, "accepted_on": "2024-01-01"},
        C={"capacity_t_per_year": 2e6, "retrofit_stage": "not_started", "retired_on": "2024-01-02"},
        D={"capacity_t_per_year": 7e6, "retrofit_stage": "not_started", "retired_on": "2023-12-01"},
        E={**ACCEPTED, "retired_on": "2024-02-01"},
        F={"capacity_t_per_year": 5e6, **ACCEPTED, "retrofit_stage": "completed"},
        G={"capacity_t_per_year": 4e6},
    )
    here, there = ask(layer), ask(layer, to)
    for name in (SHARE, LEFT):
        change = moved(here.levers, name, DAY, to)
        for column, bound in (("", "estimate"), ("low_", "low"), ("high_", "high")):
            a, b = getattr(here.measures[name], bound), getattr(there.measures[name], bound)
            assert change[f"{column}numerator"] == b.numerator - a.numerator
            if name == SHARE:
                assert change[f"{column}denominator"] == b.denominator - a.denominator
        counted = there.measures[name].counted - here.measures[name].counted
        assert name == SHARE or change["denominator"] == counted


def test_the_day_flips_it() -> None:
    """All accepted by the day, the last one on it: a day earlier a quarter is missing."""
    layer = works(
        A={"capacity_t_per_year": 3e6, **ACCEPTED, "accepted_on": "2022-01-01"},
        B={"capacity_t_per_year": 1e6, **ACCEPTED},
    )
    assert ask(layer).measures[SHARE].value == 100
    assert ask(layer, date(2023, 12, 30)).measures[SHARE].value == 75
    assert moved(ask(layer).levers, SHARE, DAY, date(2023, 12, 30))["numerator"] == -1_000_000
    assert ANALYSIS.parameters == ()
