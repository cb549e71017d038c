"""The small charts stand where their numbers say."""

from fractions import Fraction

from tieling_geo.records import PacePoint
from tieling_geo.reports.site_charts import pace_chart


def point(year: int, value: int | None, line: int) -> PacePoint:
    """Return a year of a pace."""
    known = None if value is None else Fraction(value)
    return PacePoint(year, known, Fraction(line), None)


def test_the_ends_of_a_pace_stand_at_the_ends_of_its_chart() -> None:
    """From 2 to 15 over the height, from the first year to the last over the width."""
    chart = pace_chart([point(2021, 2, 3), point(2022, 7, 6), point(2023, 13, 15)])
    assert chart["line"] == "58.0,134.0 251.0,104.0 444.0,14.0"
    assert chart["dots"] == [
        {"x": "58.0", "y": "144.0"},
        {"x": "251.0", "y": "94.0"},
        {"x": "444.0", "y": "34.0"},
    ]
    assert chart["levels"] == [{"y": "144.0", "text": "2"}, {"y": "14.0", "text": "15"}]


def test_no_line_is_drawn_over_a_year_that_is_not_known() -> None:
    """Two years, a gap, two years: two lines; a year alone is a dot only."""
    values = [1, 2, None, 4, 5, None, 7]
    chart = pace_chart([point(2020 + k, v, k) for k, v in enumerate(values)])
    parts = chart["values"]
    assert isinstance(parts, list)
    assert [len(part.split()) for part in parts] == [2, 2]
    dots = chart["dots"]
    assert isinstance(dots, list)
    assert len(dots) == 5


def test_one_year_and_one_value_still_make_a_chart() -> None:
    """The dot stands in the middle, half a unit from either edge."""
    chart = pace_chart([point(2025, 4, 4)])
    assert chart["dots"] == [{"x": "251.0", "y": "79.0"}]
    assert chart["levels"] == [{"y": "144.0", "text": "3.5"}, {"y": "14.0", "text": "4.5"}]


def test_no_year_makes_no_chart() -> None:
    """There is nothing to draw."""
    assert pace_chart([]) == {}
