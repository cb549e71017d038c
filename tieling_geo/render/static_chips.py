"""Chips on a printed map: a few words on a ground of their own, as the web map shows a verdict."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.patches import FancyBboxPatch

from tieling_geo.records import Verdict
from tieling_geo.render.fonts import Lettering, to_width_em
from tieling_geo.render.glance import ChipStyle, chip_style, counted
from tieling_geo.render.static_paper import Paper, broken
from tieling_geo.text import Language

_SIZE_PT = 6.0
_PAD_IN, _GAP_IN = 0.045, 0.05
_LINE_IN, _AROUND_IN = 0.105, 0.045


class Chip(NamedTuple):
    """Words, broken into lines only where they are wider than their column."""

    text: str
    style: ChipStyle

    def lines(self, width_in: float, letters: Lettering) -> list[str]:
        """Break the words to a width."""
        return broken(letters.written(self.text), width_in - 2 * _PAD_IN, _SIZE_PT)

    @property
    def width_in(self) -> float:
        """About how wide it is, its widest line."""
        return max(map(to_width_em, self.text.split("\n"))) * _SIZE_PT / 72 + 2 * _PAD_IN

    @property
    def height_in(self) -> float:
        """How high it is."""
        return _LINE_IN * len(self.text.split("\n")) + 0.015


def verdict_chip(verdict: Verdict, language: Language) -> Chip:
    """Return a verdict's chip: the clause and how it stands."""
    words = f"{verdict.clause.clause_id} {verdict.label.to(language)}"
    return Chip(words, chip_style(verdict))


def count_chips(verdicts: Sequence[Verdict], language: Language) -> tuple[Chip, ...]:
    """Return a chip for each state that clauses stand in, with their number."""
    return tuple(
        Chip(f"{label.to(language)} {count}", style) for style, label, count in counted(verdicts)
    )


def chip_rows(chips: Sequence[Chip], width_in: float, letters: Lettering) -> list[list[Chip]]:
    """Put chips side by side into rows of a width."""
    rows: list[list[Chip]] = []
    used = width_in
    for chip in chips:
        fit = chip._replace(text="\n".join(chip.lines(width_in, letters)))
        if not rows or used + _GAP_IN + fit.width_in > width_in:
            rows.append([])
            used = -_GAP_IN
        rows[-1].append(fit)
        used += _GAP_IN + fit.width_in
    return rows


def rows_in(rows: Sequence[Sequence[Chip]]) -> float:
    """Tell how high rows of chips are, in inches."""
    return sum(max(chip.height_in for chip in row) + _AROUND_IN for row in rows)


def draw_chips(paper: Paper, chips: Sequence[Chip], left: float, middle: float) -> None:
    """Draw a row of chips around a height."""
    for chip in chips:
        _draw_ground(paper, chip, left, middle)
        lines = chip.text.split("\n")
        for number, line in enumerate(lines):
            y = middle + (number - (len(lines) - 1) / 2) * _LINE_IN
            x = left + chip.width_in / 2
            ink = chip.style.ink
            paper.write(line, x, y, size_pt=_SIZE_PT, colour=ink, bold=True, align="center")
        left += chip.width_in + _GAP_IN


def _draw_ground(paper: Paper, chip: Chip, left: float, middle: float) -> None:
    """Draw what a chip's words stand on."""
    rounding = chip.height_in * 0.3
    corner = (left + rounding, middle - chip.height_in / 2 + rounding)
    width, height = chip.width_in - 2 * rounding, chip.height_in - 2 * rounding
    ground = FancyBboxPatch(corner, width, height, boxstyle=f"round,pad={rounding}")
    ground.set(facecolor=chip.style.ground, edgecolor=chip.style.rim, linewidth=0.8)
    ground.set_linestyle((0, (3, 1.5)) if chip.style.is_dashed else "-")
    paper.sheet.add_artist(ground)
