"""The pace of an indicator: its value year by year beside the straight line to its target."""

from collections.abc import Sequence
from fractions import Fraction

from matplotlib.axes import Axes

from tieling_geo.plan.words import to_exact_words, to_words
from tieling_geo.records import Clause, Verdict
from tieling_geo.render.charts import SIGNS
from tieling_geo.render.fonts import lettering
from tieling_geo.render.static_paper import (
    INK,
    QUIET,
    WIDTH_IN,
    Paper,
    broken,
    finish,
    plain_style,
)
from tieling_geo.text import Language, Text
from tieling_geo.units import UNITS

_GOOD, _BAD, _LINE = "#009e73", "#d55e00", "#0072b2"
#: Pixels; it is printed narrower than the page.
WIDTH_PX = 1100
WORDS = {
    "actual": Text("实际值", "actual"),
    "line": Text("基准年至目标年的直线", "straight line to the target"),
    "target": Text("目标", "target"),
}


def pace_chart(verdict: Verdict, *, language: Language = "zh", is_sample: bool = False) -> bytes:
    """
    Draw an indicator year by year, with the straight line from the base year to the target.

    Parameters
    ----------
    verdict
        A verdict with its pace, years in order.
    language
        Language of the words.
    is_sample
        True: the picture says SAMPLE.

    Returns
    -------
    png
        The same bytes each time, on one machine.
    """
    letters = lettering(language)
    points = [(p.year, float(p.value)) for p in verdict.pace if p.value is not None]
    with plain_style():
        paper = Paper(2.5, letters)
        axes = paper.axes(0.75, 0.3, WIDTH_IN - 1.0, 1.55)
        years, lines = [p.year for p in verdict.pace], [float(p.line) for p in verdict.pace]
        axes.plot(years, lines, color=_LINE, linewidth=1.3, linestyle=(0, (5, 2)))
        axes.plot(
            [year for year, _ in points],
            [value for _, value in points],
            color=INK,
            linewidth=1.0,
            marker="o",
            markersize=5,
            markerfacecolor=_GOOD,
        )
        _target_mark(paper, axes, verdict.clause, max(years, default=0))
        _pace_frame(paper, axes, verdict, years, points)
        finish(paper, axes, is_sample=is_sample)
        return paper.to_png(WIDTH_PX)


def _target_mark(paper: Paper, axes: Axes, clause: Clause, last_year: int) -> None:
    """Mark the target in the year of the deadline, or in the last one."""
    if clause.target is None:
        return
    year = clause.deadline.year if clause.deadline else last_year
    axes.plot(year, float(clause.target), marker="*", color=_BAD, markersize=11)
    told = f"{SIGNS.get(clause.comparator, '')} {to_exact_words(clause.target)}".strip()
    axes.annotate(
        paper.letters.written(told),
        (year, float(clause.target)),
        xytext=(-7, 8),
        textcoords="offset points",
        horizontalalignment="right",
        fontproperties=paper.font(7),
        color=INK,
        parse_math=False,
    )


def _pace_frame(
    paper: Paper,
    axes: Axes,
    verdict: Verdict,
    years: Sequence[int],
    points: Sequence[tuple[int, float]],
) -> None:
    """Write the axes, the values and what the marks mean."""
    language, clause = paper.letters.language, verdict.clause
    axes.margins(x=0.08, y=0.22)
    axes.set_xticks(list(years), [str(year) for year in years], fontproperties=paper.font(7))
    for label in axes.get_yticklabels():
        label.set_fontproperties(paper.font(7))
    axes.spines[["top", "right"]].set_visible(False)
    exact = {p.year: p.value for p in verdict.pace if p.value is not None}
    for year, value in points:
        told = to_words(exact[year], near=clause.target)
        if exact[year] and float(told) == 0:  # what is not zero is not printed as zero
            told = to_words(exact[year], near=Fraction(0))
        axes.annotate(
            told,
            (year, value),
            xytext=(0, -12),
            textcoords="offset points",
            horizontalalignment="center",
            fontproperties=paper.font(6.6),
        )
    unit = UNITS[clause.unit].to(language) if clause.unit else ""
    title = f"{clause.clause_id} {clause.paraphrase.to(language)}"
    line = broken(paper.letters.written(title), WIDTH_IN - 1.6, 7.5)[0]
    paper.write(line, 0.1, 0.13, size_pt=7.5, bold=True)
    paper.write(unit, WIDTH_IN - 0.1, 0.13, size_pt=7, colour=QUIET, align="right")
    x, y = 0.8, 2.28
    for name, look in (
        ("actual", {"color": INK, "marker": "o", "markerfacecolor": _GOOD, "linestyle": "-"}),
        ("line", {"color": _LINE, "marker": "", "linestyle": (0, (5, 2))}),
        ("target", {"color": _BAD, "marker": "*", "linestyle": "none"}),
    ):
        paper.sheet.plot([x, x + 0.15, x + 0.3], [y] * 3, linewidth=1.1, markevery=[1], **look)
        paper.write(WORDS[name].to(language), x + 0.38, y, size_pt=6.8)
        x += 1.15 if name == "actual" else 2.2
