"""Moves and measures are said with their unit, exactly, and nothing is rounded to nothing."""

from fractions import Fraction

import pytest

from tieling_geo.records import Measure, Move, Quantity
from tieling_geo.reports.site_numbers import measure_words, move_words
from tieling_geo.text import Text

CAP = Text("容量门槛", "cap")


@pytest.mark.parametrize(
    ("amount", "unit", "told"),
    [
        (Fraction(5, 2), "t_per_h", "2.5 蒸吨/小时"),
        (Fraction(1, 10**6), "m", "0.000001 米"),
        (0.004, "m", "0.004 米"),
        (12.5, "m", "12.50 米"),
        (3, "count", "3 个"),
        (Fraction(7, 8), "%", "0.88 个百分点"),
        (Fraction(7, 8), "percentage_point", "0.88 个百分点"),
        (0, "day", "0 天（恰在界上）"),
        (None, "m", "不会改变结论"),
    ],
)
def test_a_move_says_how_far(amount: Fraction | float | None, unit: str, told: str) -> None:
    """Percent moves by percentage points; nought stands on the edge; None never changes it."""
    said = move_words(Move("threshold", "cap", CAP, unit, amount, "up"), "zh")
    assert said["amount"] == told
    assert said["title"] == "容量门槛"
    assert said["kind"] == "门槛"
    assert said["direction"] == ("" if amount is None else "向计入更多一侧")


@pytest.mark.parametrize("kind", ["value", "features"])
def test_a_number_rises_or_falls(kind: str) -> None:
    """It has no inner side that grows."""
    move = Move(kind, "share", CAP, "count", 2, "down")  # type: ignore[arg-type]
    assert move_words(move, "zh")["direction"] == "指标下降"


def test_a_move_is_said_in_english() -> None:
    """The same words the other way round."""
    assert move_words(Move("boundary", "areas", CAP, "m", 0, "down"), "en") == {
        "kind": "boundary",
        "title": "cap",
        "amount": "0 m (exactly on the edge)",
        "direction": "towards counting fewer",
    }


def test_a_measure_beside_says_value_totals_and_bounds() -> None:
    """3 of 4 known, one more unknown: 60 to 80 %; a count has no totals; nothing has no value."""
    share = Measure("s", "%", Quantity(3, 4), Quantity(3, 5), Quantity(4, 5), 4, 1)
    assert measure_words(share, "zh") == "75% (3/4) [60 – 80%]"
    count = Measure("c", "count", *[Quantity(2)] * 3, counted=4, excluded=0)
    assert measure_words(count, "en") == "2 features"
    empty = Measure("s", "%", *[Quantity(0, 0)] * 3, counted=0, excluded=0)
    assert measure_words(empty, "zh") == "—"
