"""Charts of a report: states by section, and values against their targets."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from tieling_geo.plan.words import to_exact_words, to_words
from tieling_geo.records import Plan, State, Verdict
from tieling_geo.render.fonts import Lettering, lettering
from tieling_geo.render.static_paper import (
    INK,
    QUIET,
    WIDTH_IN,
    Paper,
    broken,
    finish,
    line_in,
    plain_style,
)
from tieling_geo.text import Language, Text
from tieling_geo.units import UNITS

#: Clauses that one picture of targets shows at most.
MOST_ROWS = 20
#: Signs of the comparators, as the reports print them.
SIGNS: Mapping[str, str] = MappingProxyType({
    ">=": "≥",
    ">": ">",
    "<=": "≤",
    "<": "<",
    "==": "=",
    "about": "≈",
})
# Colours of Okabe and Ito, and a hatch each: neither stands alone.
_LOOKS: Mapping[State, tuple[str, str]] = {
    State.MET: ("#009e73", ""),
    State.NOT_MET: ("#d55e00", "////"),
    State.UNDETERMINED: ("#f0c050", "...."),
    State.REPORTED: ("#8fc7ea", "----"),
    State.NOT_APPLICABLE: ("#ffffff", ""),
    State.NO_DATA: ("#d9dce1", "xxxx"),
    State.NOT_DECIDABLE: ("#8b919b", "\\\\\\\\"),
}
_GOOD, _BAD, _BAND = "#009e73", "#d55e00", "#d3efe6"
_MARKS = {
    State.MET: (_GOOD, "o"),
    State.NOT_MET: (_BAD, "D"),
    State.UNDETERMINED: ("#ffffff", "s"),
}
WORDS = {
    "clauses": Text("条文数", "number of clauses"),
    "range": Text("可能范围", "possible range"),
    "target": Text("目标", "target"),
    "wanted": Text("规划要求的一侧", "the side that the plan wants"),
    "own_scale": Text("各行自有刻度，左右端值不同", "each row has a scale of its own"),
}
_LABEL_IN, _TOLD_IN, _ROW_IN = 2.25, 2.05, 0.32


def states_chart(
    verdicts: Sequence[Verdict], plan: Plan, *, language: Language = "zh", is_sample: bool = False
) -> bytes:
    """
    Draw how many clauses of each section stand in which state, as stacked bars.

    Parameters
    ----------
    verdicts
        n verdicts; sections keep their order.
    plan
        Names the sections.
    language
        Language of the words; English where no Chinese font is installed.
    is_sample
        True: the picture says SAMPLE.

    Returns
    -------
    png
        The same bytes each time, on one machine.
    """
    letters = lettering(language)
    counts = state_counts(verdicts)
    with plain_style():
        height = _ROW_IN * max(1, len(counts))
        paper = Paper(height + 0.85, letters)
        axes = paper.axes(_LABEL_IN, 0.1, WIDTH_IN - _LABEL_IN - 0.2, height)
        for row, (section, states) in enumerate(counts.items()):
            known = plan.sections.get(section)
            title = f"{section} {known.title.to(letters.language)}" if known else section
            _row_label(paper, axes, title, row)
            _stacked(paper, axes, row, states)
        _open_axes(axes, len(counts), max((sum(c.values()) for c in counts.values()), default=1))
        _number_axis(paper, axes)
        paper.write(
            WORDS["clauses"].to(letters.language),
            WIDTH_IN - 0.2,
            height + 0.4,
            size_pt=7,
            colour=QUIET,
            align="right",
        )
        _states_legend(paper, height + 0.45)
        finish(paper, axes, is_sample=is_sample)
        return paper.to_png(1600)


def state_counts(verdicts: Sequence[Verdict]) -> dict[str, dict[State, int]]:
    """Count verdicts by section and state, sections in the order they come."""
    counts: dict[str, dict[State, int]] = {}
    for verdict in verdicts:
        states = counts.setdefault(verdict.clause.section, dict.fromkeys(_LOOKS, 0))
        states[verdict.state] += 1
    return counts


def _stacked(paper: Paper, axes: Axes, row: int, states: Mapping[State, int]) -> None:
    """Draw one bar, its parts with their numbers."""
    start = 0
    for state, count in states.items():
        if count:
            colour, hatch = _LOOKS[state]
            bar = Rectangle((start, row - 0.34), count, 0.68, facecolor=colour, hatch=hatch)
            bar.set(edgecolor=INK, linewidth=0.5)
            axes.add_patch(bar)
            place = start + count / 2
            paper.write(
                str(count), place, row, size_pt=7, bold=True, align="center", axes=axes, halo=True
            )
            start += count


def _states_legend(paper: Paper, top: float) -> None:
    """Name the states below the chart, four a line."""
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.5)
        for colour, hatch in _LOOKS.values()
    ]
    names = [paper.letters.written(s.label.to(paper.letters.language)) for s in _LOOKS]
    paper.sheet.legend(
        handles,
        names,
        loc="upper center",
        bbox_to_anchor=(0.5, 1 - top / paper.height_in),
        ncols=len(names),
        prop=paper.font(6.6),
        frameon=False,
        handlelength=1.6,
        columnspacing=1.0,
        handletextpad=0.5,
    )


def targets_charts(
    verdicts: Sequence[Verdict], *, language: Language = "zh", is_sample: bool = False
) -> tuple[bytes, ...]:
    """
    Draw the value and the bounds of each clause that has a target, beside the target.

    Parameters
    ----------
    verdicts
        n verdicts; those without value, bounds or target are left out.
    language
        Language of the words.
    is_sample
        True: the pictures say SAMPLE.

    Returns
    -------
    pngs
        `MOST_ROWS` clauses each; none if no clause has all three.
    """
    shown = [v for v in verdicts if has_target(v)]
    parts = [shown[start : start + MOST_ROWS] for start in range(0, len(shown), MOST_ROWS)]
    letters = lettering(language)
    with plain_style():
        return tuple(_targets(part, letters, is_sample=is_sample) for part in parts)


def has_target(verdict: Verdict) -> bool:
    """Tell whether a verdict has a value, bounds and a target to be drawn."""
    numbers = (verdict.value, verdict.low, verdict.high, verdict.clause.target)
    return None not in numbers and verdict.clause.comparator in SIGNS


def _targets(verdicts: Sequence[Verdict], letters: Lettering, *, is_sample: bool) -> bytes:
    """Draw some clauses, one a row, each on its own scale."""
    height = _ROW_IN * len(verdicts)
    paper = Paper(height + 0.7, letters)
    axes = paper.axes(_LABEL_IN, 0.1, WIDTH_IN - _LABEL_IN - _TOLD_IN, height)
    for row, verdict in enumerate(verdicts):
        clause = verdict.clause
        _row_label(paper, axes, f"{clause.clause_id} {clause.paraphrase.to(letters.language)}", row)
        _whisker(axes, row, to_scale(verdict), verdict)
        told = _told(verdict, letters.language)
        for line, text in enumerate(told):
            y = 0.1 + _ROW_IN * (row + 0.5) + (line - 0.5) * 0.13
            paper.write(text, WIDTH_IN - _TOLD_IN + 0.08, y, size_pt=6.6)
    _open_axes(axes, len(verdicts), 1)
    _targets_legend(paper, height + 0.25)
    finish(paper, axes, is_sample=is_sample)
    return paper.to_png(1600)


class Scale(NamedTuple):
    """Where things stand on a row, 0 at its left end and 1 at its right."""

    value: float
    low: float
    high: float
    target: float
    wanted: tuple[float, float]


def to_scale(verdict: Verdict) -> Scale:
    """
    Place value, bounds and target on a row of its own, from 0.06 to 0.94.

    Raises
    ------
    ValueError
        If one of them is missing; see `has_target`.
    """
    value, low, high = verdict.value, verdict.low, verdict.high
    target = verdict.clause.target
    if value is None or low is None or high is None or target is None:
        raise ValueError(verdict.clause.clause_id)
    band = abs(target) * (verdict.clause.tolerance_pct or 0) / 100
    least, most = min(value, low, target - band), max(value, high, target + band)
    span = (most - least) or Fraction(1)

    def place(number: Fraction) -> float:
        return 0.06 + 0.88 * float((number - least) / span)

    wanted = {
        ">=": (place(target), 1.0),
        ">": (place(target), 1.0),
        "<=": (0.0, place(target)),
        "<": (0.0, place(target)),
    }.get(verdict.clause.comparator, (place(target - band), place(target + band)))
    return Scale(place(value), place(low), place(high), place(target), wanted)


def _whisker(axes: Axes, row: int, scale: Scale, verdict: Verdict) -> None:
    """Draw a row: the wanted side, the target, the bounds and the value."""
    start, end = scale.wanted
    axes.add_patch(Rectangle((start, row - 0.36), end - start, 0.72, color=_BAND, linewidth=0))
    axes.plot([0, 1], [row, row], color="#c9ced6", linewidth=0.6)
    axes.plot([scale.target] * 2, [row - 0.36, row + 0.36], color=INK, linewidth=1.4)
    axes.plot([scale.low, scale.high], [row, row], color=QUIET, linewidth=3, alpha=0.55)
    for bound in (scale.low, scale.high):
        axes.plot([bound] * 2, [row - 0.14, row + 0.14], color=QUIET, linewidth=1.2)
    colour, marker = _MARKS.get(verdict.state, _MARKS[State.UNDETERMINED])
    axes.plot(scale.value, row, marker=marker, color=colour, markeredgecolor=INK, markersize=5)


def _told(verdict: Verdict, language: Language) -> tuple[str, str]:
    """Print value and bounds, and the target."""
    clause = verdict.clause
    target = clause.target or Fraction(0)
    value, low, high = (
        to_words(number or Fraction(0), near=target)
        for number in (verdict.value, verdict.low, verdict.high)
    )
    bounds = "" if low == high else f" ({low} – {high})"
    band = f" ±{to_exact_words(clause.tolerance_pct)}%" if clause.tolerance_pct is not None else ""
    unit = UNITS[clause.unit].to(language) if clause.unit else ""
    unit = unit if unit == "%" else f" {unit}"
    sign = SIGNS[clause.comparator]
    told = WORDS["target"].to(language)
    return f"{value}{unit}{bounds}", f"{told} {sign} {to_exact_words(target)}{unit}{band}"


def _targets_legend(paper: Paper, top: float) -> None:
    """Explain the marks."""
    language = paper.letters.language
    x = 0.15
    for state, (colour, marker) in _MARKS.items():
        (mark,) = paper.sheet.plot(x, top, color=colour, marker=marker, linestyle="none")
        mark.set(markeredgecolor=INK, markersize=5)
        paper.write(state.label.to(language), x + 0.1, top, size_pt=6.6)
        x += 0.62 if language == "zh" else 0.95
    paper.sheet.plot([x, x + 0.25], [top, top], color=QUIET, linewidth=3, alpha=0.55)
    paper.write(WORDS["range"].to(language), x + 0.31, top, size_pt=6.6)
    x += 1.0 if language == "zh" else 1.2
    paper.sheet.plot([x, x], [top - 0.07, top + 0.07], color=INK, linewidth=1.4)
    paper.write(WORDS["target"].to(language), x + 0.07, top, size_pt=6.6)
    x += 0.5
    paper.sheet.add_patch(Rectangle((x, top - 0.06), 0.22, 0.12, color=_BAND, linewidth=0))
    paper.write(WORDS["wanted"].to(language), x + 0.28, top, size_pt=6.6)
    paper.write(WORDS["own_scale"].to(language), 0.1, top + 0.18, size_pt=6.6, colour=QUIET)


def _row_label(paper: Paper, axes: Axes, text: str, row: int) -> None:
    """Write what a row is about at its left, in two lines at most."""
    lines = broken(paper.letters.written(text), _LABEL_IN - 0.2, 6.8)
    if len(lines) > 2:  # noqa: PLR2004 - see above
        lines = [lines[0], lines[1][:-1] + "…"]
    top = paper.height_in * (1 - axes.get_position().y1)
    for number, line in enumerate(lines):
        y = top + _ROW_IN * (row + 0.5) + (number - (len(lines) - 1) / 2) * line_in(6.8)
        paper.write(line, 0.1, y, size_pt=6.8)


def _open_axes(axes: Axes, rows: int, end: float) -> None:
    """Lay out axes of rows, the first on top."""
    axes.set_ylim(max(rows, 1) - 0.5, -0.5)
    axes.set_xlim(0, end)
    axes.set(yticks=[], xticks=[])
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)


def _number_axis(paper: Paper, axes: Axes) -> None:
    """Print whole numbers below the bars, in the picture's font."""
    most = int(axes.get_xlim()[1])
    axes.set_xticks(range(0, most + 1, max(1, -(-most // 10))))
    axes.spines["bottom"].set_visible(True)
    for label in axes.get_xticklabels():
        label.set_fontproperties(paper.font(7))
