"""What stands around a printed map: title, sample banner, scale bar, north arrow and sources."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from tieling_geo.render.fonts import Lettering
from tieling_geo.render.panel import SAMPLE
from tieling_geo.render.static_legend import LegendBlock, to_legend
from tieling_geo.render.static_paper import (
    ALARM,
    INK,
    QUIET,
    SAMPLE_SHORT,
    WIDTH_IN,
    Paper,
    broken,
    line_in,
)
from tieling_geo.render.static_shapes import Shapes, add_features
from tieling_geo.render.theme import THEMES, Symbol, check_theme
from tieling_geo.text import Text

Bounds = tuple[float, float, float, float]
_MARGIN_IN = 0.1
_MAP_IN = WIDTH_IN - 2 * _MARGIN_IN
_LOWEST_IN, _HIGHEST_IN = 2.6, 5.2
_TITLE_PT, _SUBTITLE_PT, _FOOT_PT, _LABEL_PT = 12.0, 7.5, 6.3, 7.5
# A lone point is shown with this much ground around it, metres.
_LEAST_SPAN_M = 2000.0
_WHOLE: Bounds = (0.0, 0.0, _LEAST_SPAN_M, _LEAST_SPAN_M)
WORDS = {
    "sources": Text("资料来源：", "Sources: "),
    "approval": Text("审图号：", "Map approval number: "),
    "no_approval": Text("无审图号，仅限内部使用，不得公开", "none: for internal use only"),
    "crs": Text("坐标系：", "Coordinates: "),
    "north": Text("北", "N"),
    "km": Text("千米", "km"),
    "m": Text("米", "m"),
}


class Drawn(Protocol):
    """What is drawn on a map; see `static_map.Printed`."""

    @property
    def shapes(self) -> Shapes:
        """Geometries in metres."""

    @property
    def symbol(self) -> Symbol:
        """How they are drawn."""

    @property
    def pin(self) -> Symbol | None:
        """Marker for areas too small to be seen."""

    @property
    def labels(self) -> tuple[tuple[str, float, float], ...]:
        """Text, east, north."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What stands around a map in words."""

    title: str
    subtitle: str
    is_sample: bool
    sources: tuple[str, ...]
    map_approval_no: str
    crs: str


def draw_picture(
    drawn: Sequence[Drawn],
    blocks: Sequence[LegendBlock],
    *,
    bounds: Bounds | None,
    credits: Credits,  # noqa: A002 - what a map calls them; the builtin is for the prompt
    letters: Lettering,
    theme: str,
    width_px: int,
) -> bytes:
    """
    Draw a map with all that stands around it.

    Parameters
    ----------
    drawn
        What is on the map, from the bottom to the top.
    blocks
        The legend.
    bounds
        What is shown: west, south, east, north, metres; None: nothing is there to be shown.
    credits
        Title, sources and the like.
    letters
        What it is lettered with.
    theme
        A name of `tieling_geo.render.theme.THEMES`.
    width_px
        Width of the picture in pixels.
    """
    legend = to_legend(blocks, letters)
    foot = _foot(credits, letters)
    map_in = _map_height(bounds or _WHOLE)
    head_in = 0.62 + (0.24 if credits.is_sample else 0)
    foot_in = len(foot) * line_in(_FOOT_PT)
    paper = Paper(head_in + map_in + legend.height_in + foot_in + 0.42, letters)
    _draw_head(paper, credits)
    axes = paper.axes(_MARGIN_IN, head_in, _MAP_IN, map_in)
    _draw_map(paper, axes, drawn, widened(bounds or _WHOLE, map_in), check_theme(theme))
    if credits.is_sample:
        _stamp(paper, axes)
    legend.draw(paper, head_in + map_in + 0.14)
    top = head_in + map_in + legend.height_in + 0.3
    for line in foot:
        paper.write(line, _MARGIN_IN, top, size_pt=_FOOT_PT, colour=QUIET)
        top += line_in(_FOOT_PT)
    return paper.to_png(width_px)


def _map_height(bounds: Bounds) -> float:
    """Tell how high the map is for what it shows, in inches (closed limits)."""
    west, south, east, north = bounds
    ratio = max(north - south, _LEAST_SPAN_M) / max(east - west, _LEAST_SPAN_M)
    return min(_HIGHEST_IN, max(_LOWEST_IN, _MAP_IN * ratio))


def widened(bounds: Bounds, map_in: float) -> Bounds:
    """
    Widen bounds by a margin, and to the shape of the map's box, so that a metre is one length.

    Examples
    --------
    >>> west, south, east, north = widened((0.0, 0.0, 6300.0, 100.0), 6.3)
    >>> round(east - west) == round(north - south)
    True
    """
    west, south, east, north = bounds
    width, height = (max(span, _LEAST_SPAN_M) * 1.06 for span in (east - west, north - south))
    metres_per_in = max(width / _MAP_IN, height / map_in)
    x, y = (west + east) / 2, (south + north) / 2
    half_width, half_height = metres_per_in * _MAP_IN / 2, metres_per_in * map_in / 2
    return x - half_width, y - half_height, x + half_width, y + half_height


def _draw_head(paper: Paper, credits: Credits) -> None:  # noqa: A002 - see `draw_picture`
    """Write the banner of a sample, the title and the line below it."""
    top = 0.0
    if credits.is_sample:
        paper.sheet.add_patch(Rectangle((0, 0), WIDTH_IN, 0.24, color=ALARM))
        told = SAMPLE.to(paper.letters.language)
        paper.write(
            told, WIDTH_IN / 2, 0.12, size_pt=8.5, colour="#ffffff", bold=True, align="center"
        )
        top = 0.24
    title = broken(paper.letters.written(credits.title), _MAP_IN, _TITLE_PT)[0]
    subtitle = broken(paper.letters.written(credits.subtitle), _MAP_IN, _SUBTITLE_PT)[0]
    paper.write(title, _MARGIN_IN, top + 0.22, size_pt=_TITLE_PT, bold=True)
    paper.write(subtitle, _MARGIN_IN, top + 0.46, size_pt=_SUBTITLE_PT, colour=QUIET)


def _draw_map(paper: Paper, axes: Axes, drawn: Sequence[Drawn], bounds: Bounds, theme: str) -> None:
    """Draw the features, the labels, the scale bar and the north arrow."""
    west, south, east, north = bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set(xticks=[], yticks=[], facecolor=THEMES[theme])
    for spine in axes.spines.values():
        spine.set(edgecolor=QUIET, linewidth=0.6, zorder=30)
    points_per_m = _MAP_IN * 72 / (east - west)
    for position, one in enumerate(drawn):
        height = 1 + position / 10
        add_features(
            axes, one.shapes, one.symbol, pin=one.pin, points_per_m=points_per_m, height=height
        )
        for text, x, y in one.labels:
            if west < x < east and south < y < north:
                paper.write(
                    text,
                    x,
                    y,
                    size_pt=_LABEL_PT,
                    colour="#3c4149",
                    align="center",
                    axes=axes,
                    halo=True,
                )
    _draw_scale(paper, axes, bounds)
    _draw_north(paper, axes, bounds)


def round_length_m(longest_m: float) -> float:
    """
    Return the greatest of 1, 2 or 5 times a power of ten that is no longer than a length (closed).

    Examples
    --------
    >>> [round_length_m(x) for x in (50_000.0, 49_999.0, 999.0)]
    [50000.0, 20000.0, 500.0]
    """
    power = 10.0 ** math.floor(math.log10(longest_m))
    return max(step * power for step in (1, 2, 5) if step * power <= longest_m)


def _draw_scale(paper: Paper, axes: Axes, bounds: Bounds) -> None:
    """Draw a bar of two halves that is a round length long."""
    west, south, east, _ = bounds
    inch = (east - west) / _MAP_IN
    length = round_length_m((east - west) * 0.22)
    x, y, thick = west + 0.15 * inch, south + 0.12 * inch, 0.05 * inch
    ground = Rectangle((x - 0.09 * inch, y - 0.06 * inch), length + 0.5 * inch, 0.32 * inch)
    ground.set(facecolor="#ffffff", alpha=0.85, zorder=18)
    axes.add_patch(ground)
    for half, colour in ((0, INK), (1, "#ffffff")):
        bar = Rectangle((x + half * length / 2, y), length / 2, thick)
        bar.set(facecolor=colour, edgecolor=INK, linewidth=0.6, zorder=19)
        axes.add_patch(bar)
    unit = "km" if length >= 1000 else "m"  # noqa: PLR2004 - metres in a kilometre
    size = length / 1000 if unit == "km" else length
    told = f"{size:g} {WORDS[unit].to(paper.letters.language)}"
    for text, place in (("0", x), (told, x + length)):
        paper.write(text, place, y + 0.15 * inch, size_pt=6.8, align="center", axes=axes)


def _draw_north(paper: Paper, axes: Axes, bounds: Bounds) -> None:
    """Draw an arrow to the north of the grid."""
    west, _, east, north = bounds
    inch = (east - west) / _MAP_IN
    x, y = east - 0.22 * inch, north - 0.48 * inch
    wing, tall = 0.07 * inch, 0.26 * inch
    for side, colour in ((-1, INK), (1, "#ffffff")):
        arrow = Polygon([(x, y + tall), (x + side * wing, y), (x, y + 0.06 * inch)], closed=True)
        arrow.set(facecolor=colour, edgecolor=INK, linewidth=0.6, zorder=19)
        axes.add_patch(arrow)
    told = WORDS["north"].to(paper.letters.language)
    paper.write(
        told, x, y + tall + 0.1 * inch, size_pt=7.5, bold=True, align="center", axes=axes, halo=True
    )


def _stamp(paper: Paper, axes: Axes) -> None:
    """Print the word SAMPLE across the map, over everything and yet see-through."""
    axes.text(
        0.5,
        0.5,
        paper.letters.written(SAMPLE_SHORT.to(paper.letters.language)),
        transform=axes.transAxes,
        rotation=24,
        color=ALARM,
        alpha=0.13,
        fontproperties=paper.font(34, bold=True),
        horizontalalignment="center",
        verticalalignment="center",
        parse_math=False,
        zorder=25,
    )


def _foot(credits: Credits, letters: Lettering) -> list[str]:  # noqa: A002 - see `draw_picture`
    """Break what stands below the map into lines."""
    language = letters.language
    approval = credits.map_approval_no or WORDS["no_approval"].to(language)
    mark = "；" if language == "zh" else "; "
    told = [
        WORDS["approval"].to(language) + approval,
        WORDS["crs"].to(language) + credits.crs,
        letters.remark.to(language),
    ]
    if credits.sources:
        told.insert(0, WORDS["sources"].to(language) + mark.join(credits.sources))
    return [
        line for text in told if text for line in broken(letters.written(text), _MAP_IN, _FOOT_PT)
    ]
