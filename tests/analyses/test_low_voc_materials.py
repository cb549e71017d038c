"""Enterprises that change their materials: exact answers on a short list."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from shapely import Point, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.low_voc_materials import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Enterprises

DAY = date(2025, 12, 31)
ON_THE_DAY, LATE = pd.Timestamp(2025, 12, 31), pd.Timestamp(2026, 1, 1)
SHARE, LEFT = "enterprises_on_low_voc_materials_share", "enterprises_not_on_low_voc_materials"
FIRMS = {
    "a_on_the_day": {
        "sector": "coating",
        "uses_low_voc_materials": True,
        "low_voc_since": ON_THE_DAY,
        "voc_t_per_year": 3.0,
    },
    "b_late": {
        "sector": "printing",
        "uses_low_voc_materials": True,
        "low_voc_since": LATE,
        "voc_t_per_year": 1.0,
    },
    "c_not": {"sector": "furniture", "uses_low_voc_materials": False, "voc_t_per_year": 0.5},
    "d_undated": {"sector": "parts", "uses_low_voc_materials": True, "voc_t_per_year": 2.0},
    "e_other_trade": {"sector": "food", "uses_low_voc_materials": False},
    "f_closed": {"sector": "coating", "uses_low_voc_materials": False, "closed_on": ON_THE_DAY},
    "g_not_open_yet": {"sector": "coating", "opened_on": LATE},
    "h_no_sector": {"uses_low_voc_materials": False, "voc_t_per_year": 4.0},
    "i_nothing_known": {"sector": "machinery", "voc_t_per_year": 1.5},
    "j_contradiction": {
        "sector": "coating",
        "uses_low_voc_materials": False,
        "low_voc_since": ON_THE_DAY,
        "voc_t_per_year": 1.0,
    },
}


def found(**options: object) -> Result:
    """Analyse the firms, which stand 100 m apart."""
    rows = {i: {**row, "geometry": Point(100 * n, 0)} for n, (i, row) in enumerate(FIRMS.items())}
    return analyse(to_layer(Enterprises, rows), **({"as_of": DAY} | options))


def test_every_firm_has_its_answer() -> None:
    """Category and reason."""
    table = found().features[["category", "reason"]]
    assert [tuple(row) for row in table.to_numpy()] == [
        ("changed", ""),
        ("left", ""),
        ("left", ""),
        ("unknown", "undated"),
        ("out_of_scope", "other_trade"),
        ("out_of_scope", "closed"),
        ("out_of_scope", "not_yet"),
        ("unknown", "trade_unknown"),
        ("unknown", "status_unknown"),
        ("unknown", "contradiction"),
    ]


def test_numbers_with_their_bounds() -> None:
    """One of three; four more are unknown, one of which has not changed whatever its trade."""
    result = found()
    # Worst: all four in scope and left. Best: d, i, j changed, h of another trade.
    assert bounds(result.measures[SHARE]) == (
        Fraction(100, 7),
        Fraction(100, 3),
        Fraction(400, 6),
    )
    assert bounds(result.measures[LEFT]) == (2, 2, 6)
    low, value, high = bounds(result.measures["voc_on_low_voc_materials_share"])
    assert value == Fraction(300, Fraction(9, 2))
    assert low == Fraction(300, 13)
    assert high == Fraction(750, 9)
    assert len(excluded(result, SHARE)) == 7


def test_trades_are_a_parameter() -> None:
    """Of other trades others count."""
    result = found(trades=("food",))
    assert result.against[LEFT] == ("e_other_trade",)


def test_counties_add_up() -> None:
    """Each county has its own; together they are the whole."""
    rows = {
        "211201": {"name": "甲", "geometry": box(-10, -10, 150, 10)},
        "211202": {"name": "乙", "geometry": box(150, -10, 1900, 10)},
    }
    result = found(counties=to_layer(Counties, rows))
    assert rollup(result, SHARE, "county_name") == {"甲": (1, 2, 0), "乙": (0, 1, 4)}


def test_an_empty_list_is_no_pass() -> None:
    """Nothing in scope has no share; degrees are refused."""
    result = analyse(Enterprises.empty("EPSG:4550"), as_of=DAY)
    assert {m.value for m in result.measures.values()} == {None}
    with pytest.raises(CRSError):
        analyse(Enterprises.empty("EPSG:4490"), as_of=DAY)
