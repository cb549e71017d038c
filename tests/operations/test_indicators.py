"""Numbers of the table of indicators: exact, of one year, never guessed."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from tieling_geo.errors import ParameterError
from tieling_geo.operations.indicators import (
    FAULTS,
    WHOLE,
    Statement,
    check_names,
    check_share,
    last_complete_year,
    to_cell,
    to_exact,
    to_plain,
    to_statements,
    to_whole_year,
)
from tieling_geo.schemas import Indicators

HALF_PERCENT = Fraction(1, 200)


def cell_rows(**numbers: tuple[str, str | None]) -> list[Statement]:
    """Lay out rows of one cell: id -> place, and its number; without one the value is missing."""
    return [
        Statement(
            key, place, None if text is None else Fraction(text), "no_value" if text is None else ""
        )
        for key, (place, text) in numbers.items()
    ]


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2024, 12, 31), 2024), (date(2024, 12, 30), 2023), (date(2025, 1, 1), 2024)],
)
def test_the_last_complete_year(day: date, year: int) -> None:
    """The last day of a year completes it (closed)."""
    assert last_complete_year(day) == year


@pytest.mark.parametrize("text", ["14.5", "0.7862", "0.1", "1e-07", "123456789.125", "0"])
def test_a_number_is_the_decimal_that_is_printed(text: str) -> None:
    """Not the binary fraction that stands for it."""
    assert to_exact(float(text)) == Fraction(text)
    assert to_exact(float("inf")) is None


def test_names_are_compared_plainly() -> None:
    """Full width, white space and case play no part; blanks and repeats are refused."""
    assert to_plain(" 化学需氧量 ＣＯＤ\n") == "化学需氧量cod"
    assert check_names("x", ("a", "b")) == ("a", "b")
    for listed in (("a", "A "), (" ",)):
        with pytest.raises(ParameterError):
            check_names("x", listed)


def test_years_and_tolerances_are_checked() -> None:
    """Half a year and a negative tolerance are refused; zero is a tolerance."""
    assert to_whole_year("x", 2020.0) == 2020
    assert check_share("x", 0.5) == HALF_PERCENT
    assert check_share("x", 0.0) == 0
    with pytest.raises(ParameterError):
        to_whole_year("x", 2020.25)
    with pytest.raises(ParameterError):
        check_share("x", -1e-9)


def test_statements_name_place_kind_and_fault() -> None:
    """Each fault once, and none for what nobody asks about."""
    rows = Indicators.empty("EPSG:4550").reindex(["a", "b", "c", "d", "e", "f", "g", "h"])
    rows = rows.assign(
        indicator=["X", "ｘ", "X", "X", "X", "X", "Y", "X"],
        area=["City", "North", "South", "East", "West", "West", "City", "City"],
        year=pd.array([2025] * 8, dtype="Int64"),
        kind=[None, None, None, None, None, "actual", None, "target"],
        value=[1.0, float("nan"), 2.0, -3.0, 4.0, 4.0, 5.0, 6.0],
        unit=["t", "t", "kg", "t", "t", "t", "kg", None],
    )
    told = to_statements(
        rows,
        names=["X"],
        units={"actual": "t", "target": "t"},
        whole_area=("city",),
        counties=["North", "South", "West"],
    )
    assert told["asked"].tolist() == ["X"] * 6 + ["", "X"]
    assert told["place"].fillna("?").tolist() == [
        WHOLE,
        "North",
        "South",
        "?",
        "West",
        "West",
        WHOLE,
        WHOLE,
    ]
    assert told["kind"].tolist() == ["actual"] * 7 + ["target"]
    assert told["fault"].tolist() == [
        "",
        "no_value",
        "other_unit",
        "negative",
        "double",
        "double",
        "",
        "no_unit",
    ]
    assert set(told["fault"]) == {"", *FAULTS}


def test_without_counties_every_other_area_is_one() -> None:
    """An area of two spellings is one place, named by the first of them."""
    rows = Indicators.empty("EPSG:4550").reindex(["a", "b"])
    rows = rows.assign(indicator="X", area=["north", "North"], year=2025, value=1.0, unit="t")
    told = to_statements(
        rows, names=["X"], units={"actual": "t", "target": "t"}, whole_area=("City",), counties=None
    )
    assert told["place"].tolist() == ["North", "North"]
    assert told["fault"].tolist() == ["double", "double"]


def test_the_city_s_own_row_decides() -> None:
    """The counties stand beside it; they are not looked at where they do not add up."""
    rows = cell_rows(c=(WHOLE, "200"), n=("N", "80"), s=("S", "121"))
    found = to_cell(rows, counties=["N", "S"], tolerance=HALF_PERCENT)
    assert found.figure is not None
    assert (found.figure.low, found.figure.value, found.figure.high) == (200, 200, 200)
    assert dict(found.roles) == {"c": "used", "n": "beside", "s": "beside"}
    assert found.parts == 201
    apart = to_cell(rows, counties=["N", "S"], tolerance=None)
    assert dict(apart.roles) == {"c": "used"}
    assert apart.parts is None


def test_a_sum_beyond_the_tolerance_contradicts() -> None:
    """Of 200, half a percent is 1: 201.001 is beyond it."""
    rows = cell_rows(c=(WHOLE, "200"), n=("N", "80"), s=("S", "121.001"))
    found = to_cell(rows, counties=["N", "S"], tolerance=HALF_PERCENT)
    assert found.figure is not None
    assert (found.figure.low, found.figure.value) == (200, 200)
    assert found.figure.high == Fraction("201.001")
    assert set(found.roles.values()) == {"used", "contradicts"}


def test_a_city_of_zero_whose_counties_are_not() -> None:
    """No share of zero is a tolerance: any sum but zero contradicts it."""
    rows = cell_rows(c=(WHOLE, "0"), n=("N", "0.001"))
    found = to_cell(rows, counties=["N"], tolerance=HALF_PERCENT)
    assert found.figure is not None
    assert (found.figure.low, found.figure.high) == (0, Fraction("0.001"))


def test_the_counties_stand_in_or_do_not() -> None:
    """All of them do; one blank, one missing, or no list of them, and nobody knows."""
    whole = cell_rows(c=(WHOLE, None), n=("N", "80"), s=("S", "120"))
    found = to_cell(whole, counties=["N", "S"], tolerance=HALF_PERCENT)
    assert found.figure is not None
    assert found.figure.value == 200
    assert found.figure.rows == ("n", "s")
    assert dict(found.roles) == {"c": "stood_in", "n": "used", "s": "used"}
    for rows, counties in (
        (cell_rows(n=("N", "80"), s=("S", None)), ["N", "S"]),
        (cell_rows(n=("N", "80")), ["N", "S"]),
        (cell_rows(n=("N", "80"), s=("S", "120")), None),
        (cell_rows(), []),
    ):
        lacking = to_cell(rows, counties=counties, tolerance=HALF_PERCENT)
        assert lacking.figure is None
        assert lacking.is_absent
        assert set(lacking.roles.values()) <= {"incomplete", "no_value"}
