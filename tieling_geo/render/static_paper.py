"""A sheet that pictures are drawn on: one font, no state that others share, the same bytes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke

from tieling_geo.render import theme
from tieling_geo.render.fonts import Lettering, to_lines
from tieling_geo.text import Text

#: Width of every picture, that of an A4 page's text; text is then as large as it says.
WIDTH_IN = 6.5
#: Ink, quiet ink, and what warns.
INK, QUIET, ALARM = theme.INK, "#5b626c", "#b42318"
SAMPLE_SHORT = Text("示例数据 SAMPLE", "SAMPLE 示例数据")
_POINTS_PER_INCH = 72
_LINE = 1.32


@contextmanager
def plain_style() -> Iterator[None]:
    """
    Draw in matplotlib's own style, whatever the user's settings are.

    Letters stand where the font puts them: hinted ones take whole pixels, and a line of small
    Chinese grows past its edge.
    """
    with style.context(["default", {"text.hinting": "no_hinting"}]):
        yield


class Paper:
    """
    A sheet of `WIDTH_IN` inches, measured from its upper left corner.

    Parameters
    ----------
    height_in
        Height in inches.
    letters
        What it is lettered with.
    colour
        Of the sheet.
    """

    def __init__(self, height_in: float, letters: Lettering, *, colour: str = "#ffffff") -> None:
        self.height_in = height_in
        self.letters = letters
        self.figure = Figure(figsize=(WIDTH_IN, height_in), facecolor=colour)
        FigureCanvasAgg(self.figure)
        self.sheet: Axes = self.figure.add_axes((0, 0, 1, 1), zorder=2)
        self.sheet.set_axis_off()
        self.sheet.set_xlim(0, WIDTH_IN)
        self.sheet.set_ylim(height_in, 0)
        self.sheet.patch.set_alpha(0)

    def font(self, size_pt: float, *, bold: bool = False) -> FontProperties:
        """Return the font in a size."""
        weight = "bold" if bold else "normal"
        return FontProperties(family=list(self.letters.families), size=size_pt, weight=weight)

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Make axes at a place, in inches from the upper left corner."""
        bottom = self.height_in - top - height
        box = (left / WIDTH_IN, bottom / self.height_in, width / WIDTH_IN, height / self.height_in)
        return self.figure.add_axes(box, zorder=1)

    def write(  # noqa: PLR0913 - each is one thing that a printer must know
        self,
        text: str,
        x: float,
        y: float,
        *,
        size_pt: float,
        colour: str = INK,
        bold: bool = False,
        align: str = "left",
        axes: Axes | None = None,
        halo: bool = False,
    ) -> None:
        """Write one line, its middle at y; on the sheet in inches, or in the axes' own units."""
        (axes or self.sheet).text(
            x,
            y,
            self.letters.written(text),
            color=colour,
            fontproperties=self.font(size_pt, bold=bold),
            horizontalalignment=align,
            verticalalignment="center_baseline",
            parse_math=False,
            clip_on=axes is not None,  # on the sheet nothing lies outside
            zorder=20,
            path_effects=[withStroke(linewidth=1.8, foreground="#ffffff")] if halo else [],
        )

    def write_lines(
        self, text: str, top: float, *, size_pt: float, colour: str = INK, margin: float = 0.1
    ) -> float:
        """Write a text over the whole width, broken into lines; return where it ends."""
        for line in broken(self.letters.written(text), WIDTH_IN - 2 * margin, size_pt):
            self.write(line, margin, top + line_in(size_pt) / 2, size_pt=size_pt, colour=colour)
            top += line_in(size_pt)
        return top

    def to_png(self, width_px: int) -> bytes:
        """Return the picture as PNG; the same drawing gives the same bytes."""
        picture = io.BytesIO()
        self.figure.savefig(
            picture,
            format="png",
            dpi=width_px / WIDTH_IN,
            facecolor=self.figure.get_facecolor(),
            metadata={"Software": None},
            pil_kwargs={"compress_level": 2},
        )
        return picture.getvalue()


def line_in(size_pt: float) -> float:
    """Tell how high a line of a size is, in inches."""
    return size_pt * _LINE / _POINTS_PER_INCH


def broken(text: str, width_in: float, size_pt: float) -> list[str]:
    """Break a text into lines of a width."""
    return to_lines(text, width_in * _POINTS_PER_INCH / size_pt)


def finish(paper: Paper, axes: Axes, *, is_sample: bool) -> None:
    """Stamp a sample, and say that there is no Chinese font."""
    if is_sample:
        axes.text(
            0.5,
            0.5,
            paper.letters.written(SAMPLE_SHORT.to(paper.letters.language)),
            transform=axes.transAxes,
            color=ALARM,
            alpha=0.16,
            rotation=8,
            fontproperties=paper.font(26, bold=True),
            horizontalalignment="center",
            verticalalignment="center",
            zorder=15,
        )
    if paper.letters.remark.en:
        y = paper.height_in - 0.08
        paper.write(paper.letters.remark.en, 0.1, y, size_pt=6, colour=ALARM)
