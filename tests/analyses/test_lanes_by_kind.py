"""Kilometres of lanes: exact small cases by hand."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from shapely import LineString, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.lanes_by_kind import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, TrafficLanes

DAY = date(2025, 12, 31)
SHARE, IN_USE, NOT_OPEN = "lanes_in_use_share", "lanes_in_use_length", "lanes_not_open_length"
BUS, CYCLE, WALK = "bus_lanes_length", "cycle_lanes_length", "walkways_length"
COUNTIES = to_layer(
    Counties,
    {
        "100001": {"name": "West", "geometry": box(560_000, 4_690_000, 561_000, 4_691_000)},
        "100002": {"name": "East", "geometry": box(561_000, 4_690_000, 562_000, 4_691_000)},
    },
)


def lane(
    x: float, to_x: float, kind: str | None = "bus_lane", **columns: object
) -> dict[str, object]:
    """Describe a straight lane that has long been open."""
    line = LineString([(560_000 + x, 4_690_500), (560_000 + to_x, 4_690_500)])
    return {"kind": kind, "geometry": line} | columns


def found(**rows: dict[str, object]) -> Result:
    """Ask of these lanes, in two counties of a square kilometre."""
    return analyse(to_layer(TrafficLanes, rows), counties=COUNTIES, as_of=DAY)


def test_the_days_of_opening_and_closing() -> None:
    """In use from the first day on (closed) until the day before the last (open)."""
    result = found(
        A=lane(0, 100, opened_on=pd.Timestamp(2025, 12, 31, 8)),
        B=lane(0, 200, opened_on=pd.Timestamp(2026, 1, 1)),
        C=lane(0, 400, closed_on=pd.Timestamp(2026, 1, 1)),
        D=lane(0, 800, closed_on=pd.Timestamp(2025, 12, 31)),
    )
    assert bounds(result.measures[IN_USE]) == (Fraction(1, 2),) * 3
    assert bounds(result.measures[NOT_OPEN]) == (Fraction(1, 5),) * 3
    assert bounds(result.measures[SHARE]) == (Fraction(500, 7),) * 3
    assert result.features["category"].tolist() == ["in_use", "not_open", "in_use", "closed"]
    assert excluded(result, IN_USE) == {"D": ("out_of_scope", "closed by that day")}
    assert result.against[SHARE] == ("B",)


def test_kinds_and_a_kind_that_is_missing() -> None:
    """A lane without a kind may be of any, and is in the whole all the same."""
    result = found(
        A=lane(0, 100), B=lane(0, 200, "cycle_lane"), C=lane(0, 400, None), D=lane(0, 50, "walkway")
    )
    assert bounds(result.measures[IN_USE]) == (Fraction(3, 4),) * 3
    lengths = {name: bounds(result.measures[name]) for name in (BUS, CYCLE, WALK)}
    assert lengths == {
        BUS: (Fraction(1, 10), Fraction(1, 10), Fraction(1, 2)),
        CYCLE: (Fraction(1, 5), Fraction(1, 5), Fraction(3, 5)),
        WALK: (Fraction(1, 20), Fraction(1, 20), Fraction(9, 20)),
    }
    assert excluded(result, BUS) == {
        "B": ("out_of_scope", "of another kind"),
        "C": ("unknown", "the kind is missing"),
        "D": ("out_of_scope", "of another kind"),
    }
    table = result.tables["lanes_by_kind"].set_index("kind")["in_use_km"]
    assert table.to_dict() == {"bus_lane": 0.1, "cycle_lane": 0.2, "walkway": 0.05, "": 0.4}


def test_dates_that_contradict_each_other() -> None:
    """Closed before it opened: it may be in use, or closed."""
    days = {"opened_on": pd.Timestamp(2024, 1, 1), "closed_on": pd.Timestamp(2020, 1, 1)}
    result = found(A=lane(0, 300), B=lane(0, 100, **days))
    assert bounds(result.measures[IN_USE]) == (Fraction(3, 10), Fraction(3, 10), Fraction(2, 5))
    assert bounds(result.measures[SHARE]) == (75, 100, 100)
    assert excluded(result, BUS) == {"B": ("unknown", "closed before it came into service")}


def test_a_border_cuts_in_the_table_not_in_the_roll_up() -> None:
    """300 m west, 500 m east of it, where its middle is; 200 m of another beyond both."""
    result = found(A=lane(700, 1500), B=lane(1900, 2200, "walkway"), C=lane(0, 10, None))
    table = result.tables["lanes_by_county"].set_index(["county_name", "kind"])["length_km"]
    assert table.to_dict() == {
        ("", "walkway"): 0.2,
        ("West", ""): 0.01,
        ("West", "bus_lane"): 0.3,
        ("East", "bus_lane"): 0.5,
        ("East", "walkway"): 0.1,
    }
    assert rollup(result, SHARE, "county_name") == {
        "": (300, 300, 0),
        "East": (800, 800, 0),
        "West": (10, 10, 0),
    }
    assert rollup(result, SHARE, "kind") == {
        "": (10, 10, 0),
        "bus_lane": (800, 800, 0),
        "walkway": (300, 300, 0),
    }


def test_nothing_there_and_no_counties() -> None:
    """No lane, no length; without counties no lane is cut."""
    layer = to_layer(TrafficLanes, {"A": lane(0, 100)})
    result = analyse(layer.iloc[:0], counties=COUNTIES, as_of=DAY)
    assert {m.value for m in result.measures.values()} == {None}
    assert result.tables["lanes_by_county"].empty
    assert analyse(layer, as_of=DAY).tables["lanes_by_county"].empty


def test_degrees_are_refused() -> None:
    """Lengths are in metres."""
    with pytest.raises(CRSError):
        analyse(to_layer(TrafficLanes, {"A": lane(0, 100)}).to_crs(4490), as_of=DAY)
