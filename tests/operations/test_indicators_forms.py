"""Forms of an indicator: bounds hold whatever the true numbers are."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.operations.indicators import Figure
from tieling_geo.operations.indicators_forms import (
    FORMS,
    Outcome,
    least_outcome,
    reckon,
    years_needed,
)
from tieling_geo.records import Quantity


def figure(low: int, value: int, high: int, row: str = "r") -> Figure:
    """Give a number with bounds."""
    return Figure(Fraction(low), Fraction(value), Fraction(high), (row,))


def sizes(found: Outcome | None, unit: str = "") -> tuple[Fraction | None, ...]:
    """Give an outcome's low bound, value and high bound."""
    assert found is not None
    return found.low.value(unit), found.estimate.value(unit), found.high.value(unit)


@pytest.mark.parametrize("form", FORMS)
def test_before_the_base_year_nothing_is_needed(form: str) -> None:
    """A day before the base year is over asks for no year."""
    assert years_needed(form, 2020, 2019) == ()
    assert reckon(form, {2020: figure(1, 1, 1)}, base=2020, last=2019) is None


def test_a_base_that_may_be_zero_has_no_fall() -> None:
    """Exactly zero is too little (open), and so is a bound of zero."""
    end = {2021: figure(1, 1, 1)}
    for start in (figure(0, 0, 0), figure(0, 2, 2)):
        assert reckon("relative_fall", {2020: start, **end}, base=2020, last=2021) is None
    found = reckon("relative_fall", {2020: figure(1, 2, 2), **end}, base=2020, last=2021)
    assert sizes(found, "%") == (0, 50, 50)


def test_the_least_of_two_keeps_both_bounds() -> None:
    """One is 4 to 8, the other exactly 6: the least is 4 to 6, and its value 5."""
    one, other = (
        reckon("latest", {2021: f}, base=2020, last=2021)
        for f in (figure(4, 5, 8, "a"), figure(6, 6, 6, "b"))
    )
    found = least_outcome("latest", [one, other])
    assert sizes(found) == (4, 5, 6)
    assert found is not None
    assert (found.decisive, found.rows) == (("a",), ("a", "b"))


def test_a_tie_names_both() -> None:
    """Two indicators of one value: the rows of both give it."""
    both = [
        Outcome(*[Quantity(Fraction(3))] * 3, (row,), (row,), is_whole=True) for row in ("b", "a")
    ]
    found = least_outcome("latest", both)
    assert found is not None
    assert found.decisive == ("a", "b")


def test_nothing_of_nothing() -> None:
    """No indicator, no value."""
    assert least_outcome("latest", []) is None


spread = st.lists(st.integers(1, 50), min_size=3, max_size=3).map(sorted)


@settings(max_examples=60)
@given(st.sampled_from(list(FORMS)), st.lists(spread, min_size=2, max_size=5), st.data())
def test_bounds_hold_for_any_true_numbers(
    form: str, spreads: list[list[int]], data: st.DataObject
) -> None:
    """Whatever numbers lie within their bounds, the form's value lies within its own."""
    last = 2019 + len(spreads)
    known = {2020 + n: figure(*three) for n, three in enumerate(spreads)}
    true = {
        year: figure(*[data.draw(st.integers(int(f.low), int(f.high)))] * 3)
        for year, f in known.items()
    }
    wide, exact = (reckon(form, given_, base=2020, last=last) for given_ in (known, true))
    low, value, high = sizes(wide)
    assert low is not None
    assert high is not None
    assert value is not None
    assert low <= value <= high
    found = sizes(exact)[1]
    assert found is not None
    assert low <= found <= high
