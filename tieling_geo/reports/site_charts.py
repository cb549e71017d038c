"""Where the marks of the dashboard's small charts stand; `site_*.html` draw them as SVG."""

from collections.abc import Sequence
from fractions import Fraction

from tieling_geo.plan.words import to_words
from tieling_geo.records import PacePoint

#: Squares of a section in one line, the side of a square with its gap, in pixels.
SQUARES_IN_LINE, SQUARE = 24, 20
#: Drawing area of a pace chart, in pixels: width, height, and the room for labels around it.
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _RIGHT = 460, 170, 58, 14, 26, 16


def squares(marks: Sequence[dict[str, str]]) -> dict[str, object]:
    """
    Place one square a clause, in lines of two dozen.

    Examples
    --------
    >>> drawn = squares([{"id": str(k)} for k in range(25)])
    >>> drawn["width"], drawn["height"], drawn["squares"][24]["x"], drawn["squares"][24]["y"]
    (480, 40, 0, 20)
    """
    lines = -(-len(marks) // SQUARES_IN_LINE)
    placed = [
        {**mark, "x": SQUARE * (k % SQUARES_IN_LINE), "y": SQUARE * (k // SQUARES_IN_LINE)}
        for k, mark in enumerate(marks)
    ]
    return {
        "width": SQUARE * min(len(marks), SQUARES_IN_LINE),
        "height": SQUARE * lines,
        "squares": placed,
    }


def pace_chart(pace: Sequence[PacePoint]) -> dict[str, object]:
    """
    Place the line and the values of a pace chart; without a point there is no chart.

    Returns
    -------
    chart
        `width`, `height`; `line`, the dashed line's points; `values`, the lines through the values
        of consecutive years; `dots`, `years` and `levels` with their labels.
    """
    if not pace:
        return {}
    low, high = _limits([p.line for p in pace] + [p.value for p in pace if p.value is not None])

    def x(year: int) -> str:
        span = pace[-1].year - pace[0].year
        share = Fraction(year - pace[0].year, span) if span else Fraction(1, 2)
        return _pixels(_LEFT + share * (_WIDTH - _LEFT - _RIGHT))

    def y(value: Fraction) -> str:
        share = (value - low) / (high - low)
        return _pixels(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM))

    dots = [{"x": x(p.year), "y": y(p.value)} for p in pace if p.value is not None]
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "line": " ".join(f"{x(p.year)},{y(p.line)}" for p in pace),
        "values": [
            " ".join(f"{x(p.year)},{y(p.value)}" for p in part if p.value is not None)
            for part in _unbroken(pace)
        ],
        "dots": dots,
        "years": [{"x": x(p.year), "text": str(p.year)} for p in pace],
        "levels": [{"y": y(level), "text": to_words(level)} for level in (low, high)],
    }


def _limits(values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Give the least and the greatest value; where they are one, half a unit to either side."""
    low, high = min(values), max(values)
    return (low, high) if low < high else (low - Fraction(1, 2), high + Fraction(1, 2))


def _unbroken(pace: Sequence[PacePoint]) -> list[list[PacePoint]]:
    """Cut a pace at the years without a value: no line is drawn over what is not known."""
    parts: list[list[PacePoint]] = [[]]
    for point in pace:
        if point.value is None:
            parts.append([])
        else:
            parts[-1].append(point)
    return [part for part in parts if len(part) > 1]


def _pixels(length: Fraction) -> str:
    """Print a length with one decimal, the same everywhere."""
    tenths = round(length * 10)
    return f"{tenths // 10}.{tenths % 10}"
