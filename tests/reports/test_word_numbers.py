"""The report's numbers keep their side of the target, and say what they are of."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.render import hand_made_maps as made
from tieling_geo.records import Measure, Move, MoveKind, Parameter, Quantity
from tieling_geo.reports.word_numbers import (
    amount,
    bounds_words,
    margin_words,
    measure_words,
    move_words,
    parameter_value,
    target_words,
    value_and_range,
)
from tieling_geo.text import Text

_TITLE = Text("边界", "border")


def move(kind: MoveKind, amount: object, direction: str = "up", **changes: object) -> Move:
    """Return a move of metres."""
    return Move(kind, "n", _TITLE, "m", amount, direction, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (move("boundary", 12.5), "边界：向多计入一侧移动 12.5米 即改判"),
        (move("boundary", Fraction(1, 300), "down"), "边界：向少计入一侧移动 0.0033米 即改判"),
        (move("boundary", 0), "边界：恰在界线上"),
        (move("position", 3, "either"), "边界：移动 3米 即改判"),
        (move("value", Fraction(0), "down"), "边界：恰在界线上"),
        (move("date", None, "none"), "边界：不论移动多少，结论不变"),
        (move("value", Fraction(1, 2), "down"), "边界：距改判 0.5米"),
        (move("features", 2, features=("a", "b")), "边界：2米 即改判（关键要素 a、b）"),
        (
            move("features", 11, features=tuple("abcdefghijk")),
            "边界：11米 即改判（关键要素 a、b、c、d、e、f、g、h、i、j…）",
        ),
    ],
)
def test_a_move_is_told_with_its_direction(given: Move, told: str) -> None:
    """What is not zero is never printed as zero."""
    assert move_words(given, "zh") == told


def test_a_value_just_below_its_target_is_not_rounded_up_to_it() -> None:
    """900/13 is 69.2307...: against 69.231 it fails, and is seen to fail."""
    value, target = Fraction(900, 13), Fraction("69.231")
    ratio = Quantity(9, 13)
    about = made.verdict(
        made.clause(target=target), value=value, low=value, high=value, estimate=ratio
    )
    assert value_and_range(about, "zh") == "69.2308% (9/13)"
    assert bounds_words(about, "zh") == ""
    assert margin_words(value - target, about.clause, "zh") == "-0.0002个百分点"
    assert value_and_range(replace(about, value=None, low=None), "en") == "—"


def test_what_is_not_zero_is_not_printed_as_zero() -> None:
    """0.0017 against a target of 9; nought is nought."""
    small = Fraction("0.0017")
    about = made.clause(target=Fraction(9), unit="wan_t")
    assert amount(small, about, "en") == "0.0017 10,000 t"
    assert amount(Fraction(0), about, "en") == "0 10,000 t"
    assert amount(None, about, "en") == ""
    told = made.verdict(about, value=small, low=small, high=Fraction(1))
    assert bounds_words(told, "en") == "0.0017 – 1 10,000 t"


def test_a_target_says_comparator_band_and_limit() -> None:
    """Without a target there is a dash."""
    about = made.clause(comparator="about", tolerance_pct=Fraction(5))
    assert target_words(about, "zh") == "≈ 95% ±5%（含界值）"
    assert target_words(made.clause(comparator=">", unit="km"), "en") == (
        "> 95 km (the number excluded)"
    )
    assert target_words(made.clause(target=None, comparator="none"), "en") == "—"


def test_a_further_measure_is_told_with_its_bounds() -> None:
    """9 of 10 known, one more not: 9/11 to 10/11."""
    bounds = (Quantity(9, 11), Quantity(10, 11))
    measure = Measure("m", "%", Quantity(9, 10), *bounds, counted=10, excluded=1)
    assert measure_words(made.clause(), measure, "en") == "m 90% (81.82 – 90.91)"
    nothing = Measure("m", "%", *[Quantity(0, 0)] * 3, counted=0, excluded=0)
    assert measure_words(made.clause(), nothing, "en") == "m —"


def test_a_parameter_s_value_has_its_unit() -> None:
    """A list has none."""
    limit = made.verdict(made.clause()).parameters["limit_m"]
    assert parameter_value(limit, "en") == "500 m"
    rivers = Parameter("r", ("辽河", "清河"), "", "none", _TITLE, _TITLE, verified=True)
    assert parameter_value(rivers, "zh") == "辽河、清河"
