"""The floor area of public buildings that was retrofitted: exact small cases by hand."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from shapely import Point, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.public_building_retrofit import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, PublicBuildings

DAY = date(2025, 12, 31)
SHARE, DONE, LEFT = (
    "retrofitted_floor_area_share",
    "floor_area_retrofitted",
    "floor_area_not_retrofitted",
)


def building(x: float = 500.0, **columns: object) -> dict[str, object]:
    """Describe a building of 1,000 m2 that needs a retrofit and has had none."""
    return {
        "floor_area_m2": 1000.0,
        "needs_retrofit": True,
        "retrofitted_on": None,
        "geometry": Point(560_000 + x, 4_690_500),
    } | columns


def found(**rows: dict[str, object]) -> Result:
    """Ask of these buildings, in two counties of a square kilometre."""
    counties = to_layer(
        Counties,
        {
            "100001": {"name": "West", "geometry": box(560_000, 4_690_000, 561_000, 4_691_000)},
            "100002": {"name": "East", "geometry": box(561_000, 4_690_000, 562_000, 4_691_000)},
        },
    )
    return analyse(to_layer(PublicBuildings, rows), counties=counties, as_of=DAY)


def test_the_day_is_closed() -> None:
    """Finished on the day counts, the day after does not; a time of day changes nothing."""
    result = found(
        A=building(retrofitted_on=pd.Timestamp(2025, 12, 31, 17)),
        B=building(retrofitted_on=pd.Timestamp(2026, 1, 1), floor_area_m2=3000.0),
    )
    assert bounds(result.measures[SHARE]) == (25, 25, 25)
    assert bounds(result.measures[LEFT]) == (3000, 3000, 3000)
    assert result.against[SHARE] == ("B",)
    assert result.features["days_before_day"].tolist() == [0, -1]
    assert result.features["category"].tolist() == ["retrofitted", "not_retrofitted"]


def test_unknowns_widen_the_bounds_exactly() -> None:
    """A need that nobody knows, a contradiction, and a floor area that is missing."""
    result = found(
        A=building(retrofitted_on=pd.Timestamp(2024, 1, 1)),
        B=building(),
        C=building(needs_retrofit=None, floor_area_m2=500.0),
        D=building(needs_retrofit=False, retrofitted_on=pd.Timestamp(2024, 1, 1)),
        E=building(floor_area_m2=None),
    )
    share = result.measures[SHARE]
    # At worst C needs one and E is of 5 km2, both undone; D is done or out of scope: it is out.
    # At best D needed one and had it, C needs none, and E is of no floor area.
    low, high = Fraction(100 * 1000, 1000 + 1000 + 500 + 5_000_000), Fraction(100 * 2000, 3000)
    assert bounds(share) == (low, 50, high)
    assert (share.counted, share.excluded) == (2, 3)
    assert bounds(result.measures[DONE]) == (1000, 1000, 2000)
    assert excluded(result, LEFT) == {
        "C": ("unknown", "not known whether it needs a retrofit"),
        "D": ("unknown", "needs no retrofit, yet has the date of one"),
        "E": ("unknown", "floor area is missing"),
    }


def test_nothing_to_do_is_out_of_scope() -> None:
    """No need and no floor area: nothing in scope, which is no pass."""
    result = found(A=building(needs_retrofit=False), B=building(floor_area_m2=0.0))
    share = result.measures[SHARE]
    assert (share.value, share.in_scope) == (None, 0)
    assert {kind for kind, _ in excluded(result, SHARE).values()} == {"out_of_scope"}
    assert set(result.features["category"]) == {"out_of_scope"}


def test_counties_add_up() -> None:
    """Each building is in one county; one on the border in the lower; one outside in none."""
    result = found(
        A=building(retrofitted_on=pd.Timestamp(2024, 1, 1)),
        B=building(x=1000.0, floor_area_m2=200.0),
        C=building(x=1500.0, floor_area_m2=400.0),
        D=building(x=5000.0, needs_retrofit=None),
    )
    assert rollup(result, SHARE, "county_name") == {
        "": (0, 0, 1),
        "East": (0, 400, 0),
        "West": (1000, 1200, 0),
    }
    assert result.features["border_case"].tolist() == [False, True, False, False]


def test_degrees_are_refused() -> None:
    """Counties are found in metres."""
    layer = to_layer(PublicBuildings, {"A": building()}).to_crs(4490)
    with pytest.raises(CRSError):
        analyse(layer, as_of=DAY)
