"""Charts show the numbers of the verdicts, each on its side of the target."""

import io
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hand_made_maps import assessment, clause, verdict
from PIL import Image

from tieling_geo.records import PacePoint, State, Verdict
from tieling_geo.render import fonts
from tieling_geo.render.charts import (
    MOST_ROWS,
    has_target,
    state_counts,
    states_chart,
    targets_charts,
    to_scale,
)
from tieling_geo.render.charts_pace import WIDTH_PX, pace_chart
from tieling_geo.text import Text

_PLAN = assessment([]).plan
_PACE = tuple(
    PacePoint(year, None if value is None else Fraction(value), Fraction(line), None)
    for year, value, line in [(2021, 70, 68), (2022, None, 77), (2023, 88, 86), (2024, 91, 95)]
)


def numbers(value: int, low: int, high: int, **changes: object) -> Verdict:
    """Return a verdict with whole numbers."""
    about = clause("I01", **changes)
    return verdict(about, value=Fraction(value), low=Fraction(low), high=Fraction(high))


def pixels(png: bytes) -> np.ndarray:
    """Return a picture's pixels."""
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def test_states_are_counted_by_section_in_the_order_they_come() -> None:
    """Three clauses of two sections."""
    verdicts = [
        verdict(clause("A"), State.MET),
        verdict(clause("B", section="三(二)"), State.NO_DATA),
        verdict(clause("C"), State.NOT_MET),
    ]
    counts = state_counts(verdicts)
    assert list(counts) == ["三(八)", "三(二)"]
    assert {s: n for s, n in counts["三(八)"].items() if n} == {State.MET: 1, State.NOT_MET: 1}
    assert sum(counts["三(二)"].values()) == 1


def test_a_bar_s_parts_are_as_long_as_their_counts() -> None:
    """Three met and one not met: three to one, within the bar's rims and hatches."""
    verdicts = [verdict(clause(f"A{k}"), State.MET) for k in range(3)]
    verdicts.append(verdict(clause("B"), State.NOT_MET))
    drawn = pixels(states_chart(verdicts, _PLAN))[:100]
    met = (drawn == np.array([0x00, 0x9E, 0x73])).all(axis=-1).any(axis=0).sum()
    not_met = (drawn == np.array([0xD5, 0x5E, 0x00])).all(axis=-1).any(axis=0).sum()
    assert met / not_met == pytest.approx(3, rel=0.05)


def test_value_bounds_and_target_stand_in_their_places() -> None:
    """From 40 to 100, the row's ends at 0.06 and 0.94: 0.88 / 60 a unit."""
    scale = to_scale(numbers(50, 40, 60, target=Fraction(100)))
    assert scale.low == pytest.approx(0.06)
    assert scale.value == pytest.approx(0.06 + 0.88 / 6)
    assert scale.high == pytest.approx(0.06 + 0.88 / 3)
    assert scale.target == pytest.approx(0.94)
    assert scale.wanted == (scale.target, 1.0)


def test_the_wanted_side_follows_the_comparator() -> None:
    """A band around the target for `about`: 90 to 110 of 80 to 110."""
    least = to_scale(numbers(3, 3, 5, target=Fraction(0), comparator="<="))
    assert least.wanted == (0.0, least.target)
    about = numbers(
        80, 80, 80, target=Fraction(100), comparator="about", tolerance_pct=Fraction(10)
    )
    start, end = to_scale(about).wanted
    assert (start, end) == (pytest.approx(0.06 + 0.88 / 3), pytest.approx(0.94))


def test_all_numbers_equal_is_no_division_by_zero() -> None:
    """Value, bounds and target at one place."""
    scale = to_scale(numbers(95, 95, 95))
    assert scale.value == scale.low == scale.high == scale.target == 0.06


def test_what_has_no_target_is_not_drawn() -> None:
    """And the place of a missing number is refused."""
    untold = verdict(clause("I01", target=None, comparator="none"), State.REPORTED)
    assert not has_target(untold)
    assert targets_charts([untold]) == ()
    with pytest.raises(ValueError, match="I01"):
        to_scale(untold)


@pytest.mark.parametrize(("rows", "pictures"), [(0, 0), (MOST_ROWS, 1), (MOST_ROWS + 1, 2)])
def test_twenty_clauses_a_picture(rows: int, pictures: int) -> None:
    """The twenty-first begins another one."""
    found = targets_charts([numbers(50, 40, 60)] * rows)
    assert len(found) == pictures
    heights = [len(pixels(png)) for png in found]
    assert heights == sorted(heights, reverse=True)


def test_charts_are_the_same_each_time_and_say_sample() -> None:
    """The stamp changes the picture, time does not."""
    paced = replace(verdict(clause()), pace=_PACE)
    plain = [
        states_chart([paced], _PLAN),
        *targets_charts([paced]),
        pace_chart(paced),
    ]
    assert plain == [
        states_chart([paced], _PLAN),
        *targets_charts([paced]),
        pace_chart(paced),
    ]
    stamped = [
        states_chart([paced], _PLAN, is_sample=True),
        *targets_charts([paced], is_sample=True),
        pace_chart(paced, is_sample=True),
    ]
    assert all(one != other for one, other in zip(plain, stamped, strict=True))
    assert [pixels(png).shape[1] for png in plain] == [1600, 1600, WIDTH_PX]


def test_charts_without_a_chinese_font_and_without_content(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A box for a missing character would be a warning, which is an error here."""
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    odd = replace(verdict(clause("$锅$", paraphrase=Text("锅\x00", "锅\x00$x$"))), pace=_PACE)
    for png in (
        states_chart([], _PLAN),
        states_chart([odd], _PLAN, is_sample=True),
        *targets_charts([odd]),
        pace_chart(odd, is_sample=True),
        pace_chart(replace(odd, pace=(PacePoint(2021, None, Fraction(1), None),))),
    ):
        assert pixels(png).size
