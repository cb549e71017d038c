"""A measure beside the straight line from its base year to its target."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from tests.plan.hand_made_verdicts import CLAUSE, result
from tieling_geo.plan.pace import SERIES, SERIES_COLUMNS, to_pace
from tieling_geo.records import Clause, Parameter, Result
from tieling_geo.text import Text

BASE = Parameter(
    "base_year", 2020.0, "", "none", Text("基年", "base"), Text("x", "x"), verified=True
)
#: A fall of 15 % by the end of 2025: 3 points a year.
FALL = replace(CLAUSE, target=Fraction(15), unit="%", measure="fall", deadline=date(2025, 12, 31))


def found(rows: list[tuple[int, str, str]], measure: str = "fall") -> Result:
    """Find a history: year, numerator, denominator."""
    series = pd.DataFrame(
        [(measure, year, top, bottom, None) for year, top, bottom in rows],
        columns=list(SERIES_COLUMNS),
    )
    return result(None, tables={SERIES: series}, parameters={"base_year": BASE})


def points(clause: Clause, rows: list[tuple[int, str, str]]) -> list[tuple[int, str, str, str]]:
    """Give the pace as text: year, value, line, margin."""
    return [
        (p.year, str(p.value), str(p.line), str(p.margin)) for p in to_pace(clause, found(rows))
    ]


def test_a_fall_is_due_in_equal_steps() -> None:
    """1/50 is 2 % where 3 are due; 6 % is exactly on the line; a year without a value has none."""
    rows = [(2020, "0", "100"), (2021, "2", "100"), (2022, "6", "100"), (2025, "20", "100")]
    assert points(FALL, rows) == [
        (2021, "2", "3", "-1"),
        (2022, "6", "6", "0"),
        (2023, "None", "9", "None"),
        (2024, "None", "12", "None"),
        (2025, "20", "15", "5"),
    ]


def test_a_level_starts_where_the_base_year_stood() -> None:
    """From 40 to 50 in five years, a total without a denominator."""
    level = replace(FALL, target=Fraction(50), unit="t")
    rows = [(2020, "40", ""), (2021, "41", "")]
    assert points(level, rows)[0] == (2021, "41", "42", "-1")


def test_less_is_ahead_where_the_plan_wants_less() -> None:
    """From 20 to 10: 17 in the first year is 1 ahead of 18."""
    less = replace(FALL, target=Fraction(10), unit="t", comparator="<=")
    assert points(less, [(2020, "20", ""), (2021, "17", "")])[0] == (2021, "17", "18", "1")


def test_what_is_to_stay_has_a_level_line() -> None:
    """A measure that must reach its target in every year needs no base year."""
    stays = replace(FALL, target=Fraction(85), hedges=("稳定在", "以上"), unit="t")
    assert points(stays, [(2021, "84", ""), (2022, "85", "")])[:2] == [
        (2021, "84", "85", "-1"),
        (2022, "85", "85", "0"),
    ]


def test_a_year_after_the_deadline_keeps_the_target() -> None:
    """The line ends at its target."""
    rows = [(2020, "0", "1"), (2027, "15", "100")]
    assert points(FALL, rows)[-1] == (2027, "15", "15", "0")


@pytest.mark.parametrize(
    "clause",
    [replace(FALL, deadline=None), replace(FALL, target=None, comparator="none")],
    ids=["no deadline", "no target"],
)
def test_without_a_line_there_is_no_pace(clause: Clause) -> None:
    """Nothing to hold a year against."""
    assert to_pace(clause, found([(2020, "0", "1")])) == ()


def test_without_a_base_value_there_is_no_pace() -> None:
    """The line has no start, and a history of another measure is none of this one."""
    assert to_pace(FALL, found([(2021, "1", "1")])) == ()
    assert to_pace(FALL, found([(2020, "0", "1")], measure="other")) == ()
    assert to_pace(FALL, result(None, parameters={"base_year": BASE})) == ()
