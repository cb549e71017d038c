"""What flowed into works in a year: months, sums and bounds, against trying the ends."""

from fractions import Fraction
from itertools import product

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from tests.analyses.hand_made_layers import to_layer
from tieling_geo.errors import ParameterError
from tieling_geo.operations.sewage_loads import (
    months_served,
    records_without_works,
    works_in_year,
    yearly_inflows,
)
from tieling_geo.schemas import SewageInflowRecords, SewageWorks

MOST_BOD, MOST_PCT, DESIGN = 300.0, 100.0, 10.0
JAN = Fraction(310)  # 31 days of 10 t, in m3


def works(**rows: object) -> gpd.GeoDataFrame:
    """Lay out one works `A`."""
    return to_layer(SewageWorks, {"A": {"design_t_per_d": DESIGN, "geometry": Point(0, 0), **rows}})


def records(*rows: tuple[int, float | None, float | None], key: str = "A") -> gpd.GeoDataFrame:
    """Lay out months of 2025: month, inflow, BOD."""
    return to_layer(
        SewageInflowRecords,
        {
            f"{key}{month}": {
                "works_id": key,
                "year": 2025,
                "month": month,
                "inflow_m3": inflow,
                "bod_mg_per_l": bod,
                "geometry": None,
            }
            for month, inflow, bod in rows
        },
    )


def ask(layer: gpd.GeoDataFrame, table: gpd.GeoDataFrame, pct: float = MOST_PCT):  # noqa: ANN201
    """Add up 2025 of the only works."""
    [found] = yearly_inflows(
        layer, table, year=2025, most_bod_mg_per_l=MOST_BOD, most_inflow_of_design_pct=pct
    )
    return found


def test_known_months_are_weighted_by_flow() -> None:
    """100 m3 of 50 and 300 m3 of 150 are 400 m3 of 125: 50,000 g."""
    layer = works(retired_on="2025-03-01")
    found = ask(layer, records((1, 100.0, 50.0), (2, 300.0, 150.0)))
    assert (found.flow_m3, found.load_g, found.mean) == (400, 50_000, 125)
    assert (found.mean_least, found.mean_most, found.load_most_g) == (125, 125, 50_000)
    assert (found.known_months, found.missing_months) == (2, 0)


@pytest.mark.parametrize(
    ("inflow", "bod", "least", "most", "load_most"),
    [
        # No concentration: its 100 m3 are of 0 or of 300.
        (100.0, None, Fraction(10_000, 200), Fraction(40_000, 200), 40_000),
        # No inflow: none, or 31 days of design, of 20 mg/L.
        (None, 20.0, (10_000 + JAN * 20) / (100 + JAN), Fraction(100), 10_000 + JAN * 20),
        (None, 500.0, Fraction(100), (10_000 + JAN * 500) / (100 + JAN), 10_000 + JAN * 500),
        # Neither.
        (None, None, 10_000 / (100 + JAN), (10_000 + JAN * 300) / (100 + JAN), 10_000 + JAN * 300),
        # Nothing flowed: known, whatever its concentration.
        (0.0, None, Fraction(100), Fraction(100), 10_000),
    ],
)
def test_a_missing_number_is_bounded(
    inflow: float | None, bod: float | None, least: Fraction, most: Fraction, load_most: Fraction
) -> None:
    """Beside a known month of 100 m3 of 100 mg/L."""
    layer = works(retired_on="2025-03-01")
    found = ask(layer, records((1, inflow, bod), (2, 100.0, 100.0)))
    assert (found.mean_least, found.mean_most, found.load_most_g) == (least, most, load_most)
    assert found.load_g == 10_000
    assert found.mean == 100
    assert found.missing_months == (0 if inflow == 0 else 1)


def test_a_month_without_a_row_is_missing() -> None:
    """Eleven months of service have none; a works that was there half the year lacks five."""
    assert ask(works(), records((1, 100.0, 100.0))).months == tuple(range(2, 13))
    assert ask(works(commissioned_on="2025-07-31"), records((7, 9.0, 9.0))).months == (
        8,
        9,
        10,
        11,
        12,
    )


def test_without_a_design_the_schema_bounds_the_inflow() -> None:
    """200 million m3 a month; zero is as good as none."""
    for design in (None, 0.0):
        layer = works(design_t_per_d=design, retired_on="2025-02-01")
        assert ask(layer, records()).load_most_g == 200_000_000 * 300


def test_nothing_at_all_has_no_mean() -> None:
    """No flow in a month of service, and a works that was not there."""
    dry = ask(works(retired_on="2025-02-01"), records((1, 0.0, 90.0)))
    assert (dry.mean, dry.mean_least, dry.mean_most, dry.missing_months) == (None, None, None, 0)
    gone = ask(works(retired_on="2024-12-31"), records())
    assert (gone.mean, gone.known_months, gone.missing_months) == (None, 0, 0)


def test_service_begins_on_its_day_and_ends_before_its_last() -> None:
    """The last day of January is one of January; closing on 1 March leaves none of March."""
    served = months_served(works(commissioned_on="2025-01-31", retired_on="2025-03-01"), 2025)
    assert served[0].tolist() == [True, True, *[False] * 10]
    assert months_served(works(commissioned_on="2025-02-01"), 2025)[0, 0].item() is False
    odd = works(commissioned_on="2025-06-01", retired_on="2024-06-01")
    assert months_served(odd, 2025).all()


@pytest.mark.parametrize(
    ("row", "scope", "reason"),
    [
        ({"scope": "city"}, True, ""),
        ({"scope": "town"}, False, "other_scope"),
        ({"scope": None}, None, "scope_unknown"),
        ({"scope": "city", "retired_on": "2025-01-01"}, None, "records_at_odds"),
        ({"scope": "city", "commissioned_on": "2025-12-31"}, True, ""),
        ({"scope": "city", "commissioned_on": "2026-01-01"}, None, "records_at_odds"),
        (
            {"scope": "city", "commissioned_on": "2025-02-02", "retired_on": "2025-02-01"},
            None,
            "swapped",
        ),
        (
            {"scope": "town", "commissioned_on": "2025-02-02", "retired_on": "2025-02-01"},
            False,
            "other_scope",
        ),
    ],
)
def test_which_works_are_asked_about(
    row: dict[str, object],
    scope: bool | None,  # noqa: FBT001 - an answer
    reason: str,
) -> None:
    """By scope and service; records of a year without service contradict it."""
    found = works_in_year(works(**row), records((5, 1.0, 1.0)), year=2025, scopes=("city",))
    told = found["in_scope"].iloc[0]
    assert (None if pd.isna(told) else bool(told), found["reason"].iloc[0]) == (scope, reason)


def test_without_records_a_works_that_is_gone_is_out() -> None:
    """And records without any water do not contradict that."""
    gone = works(scope="city", retired_on="2025-01-01")
    for table in (records(), records((1, 0.0, None)), records((1, None, 50.0))):
        found = works_in_year(gone, table, year=2025, scopes=("city",))
        assert found["reason"].tolist() == ["not_in_service"]


def test_wrong_values_are_refused() -> None:
    """A scope that is none, and negative bounds."""
    with pytest.raises(ParameterError):
        works_in_year(works(), records(), year=2025, scopes=("cities",))
    for bod, pct in ((-1.0, 1.0), (1.0, -1.0)):
        with pytest.raises(ParameterError):
            yearly_inflows(
                works(), records(), year=2025, most_bod_mg_per_l=bod, most_inflow_of_design_pct=pct
            )


def test_records_of_no_works_are_listed() -> None:
    """Sorted, whatever their year."""
    table = pd.concat([records((2, 1.0, 1.0), key="Z"), records((1, 1.0, 1.0))])
    assert records_without_works(works(), table)["record_id"].tolist() == ["Z2"]


MONTH = st.tuples(
    st.sampled_from([None, 0.0, 100.0, 250.0]), st.sampled_from([None, 0.0, 80.0, 200.0])
)


@settings(max_examples=25, deadline=None)
@given(first=MONTH, second=MONTH, third=MONTH)
def test_bounds_are_the_ends_of_every_way(
    first: tuple[float | None, float | None],
    second: tuple[float | None, float | None],
    third: tuple[float | None, float | None],
) -> None:
    """Each missing number at both of its ends, in every combination."""
    layer = works(retired_on="2025-04-01")
    months = [first, second, third]
    found = ask(layer, records(*((n, *own) for n, own in enumerate(months, start=1))))
    means = []
    ends = [
        ([0, 10 * days] if q is None else [q], [0, 300] if c is None else [c])
        for (q, c), days in zip(months, (31, 28, 31), strict=True)
    ]
    for way in product(*(list(product(*own)) for own in ends)):
        flow = sum(Fraction(q) for q, _ in way)
        if flow:
            means.append(sum(Fraction(q) * Fraction(c) for q, c in way) / flow)
    expected = (min(means), max(means)) if means else (None, None)
    assert (found.mean_least, found.mean_most) == expected
