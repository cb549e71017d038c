"""What stands around a printed map: title, sample banner, verdicts, legend and sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tieling_geo.render.fonts import Lettering
from tieling_geo.render.panel import SAMPLE
from tieling_geo.render.static_chips import Chip, chip_rows, draw_chips, rows_in
from tieling_geo.render.static_furniture import draw_grid, draw_north, draw_scale, draw_stamp
from tieling_geo.render.static_labels import Boxes, Label, place_labels
from tieling_geo.render.static_legend import LegendBlock, to_legend
from tieling_geo.render.static_paper import ALARM, QUIET, WIDTH_IN, Paper, broken, line_in
from tieling_geo.render.static_shapes import (
    POINTS_PER_PIXEL,
    Shapes,
    add_features,
    ground_of,
)
from tieling_geo.render.theme import THEMES, Symbol, check_theme
from tieling_geo.text import Text

Bounds = tuple[float, float, float, float]
_MARGIN_IN = 0.1
_MAP_IN = WIDTH_IN - 2 * _MARGIN_IN
_LOWEST_IN, _HIGHEST_IN = 2.6, 5.2
_TITLE_PT, _SUBTITLE_PT, _FOOT_PT = 12.0, 7.5, 6.3
_BANNER_IN = 0.24
_MANY_MARKERS, _SMALL_MARKERS = 250, 0.82
# A lone point is shown with this much ground around it, metres.
_LEAST_SPAN_M = 2000.0
_WHOLE: Bounds = (0.0, 0.0, _LEAST_SPAN_M, _LEAST_SPAN_M)
WORDS = {
    "sources": Text("资料来源：", "Sources: "),
    "approval": Text("审图号：", "Map approval number: "),
    "no_approval": Text("无审图号，仅限内部使用，不得公开", "none: for internal use only"),
    "crs": Text("坐标系：", "Coordinates: "),
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
    def labels(self) -> tuple[Label, ...]:
        """Names that are to stand on it."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What stands around a map in words."""

    title: str
    subtitle: str
    is_sample: bool
    sources: tuple[str, ...]
    map_approval_no: str
    crs: str
    verdicts: tuple[Chip, ...] = ()
    """How many clauses stand in which state."""


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
    legend, foot = to_legend(blocks, letters), _foot(credits, letters)
    head = _head(credits, letters)
    map_in = _map_height(bounds or _WHOLE)
    foot_in = len(foot) * line_in(_FOOT_PT)
    paper = Paper(head.height_in + map_in + legend.height_in + foot_in + 0.42, letters)
    head.draw(paper)
    axes = paper.axes(_MARGIN_IN, head.height_in, _MAP_IN, map_in)
    _draw_map(paper, axes, drawn, widened(bounds or _WHOLE, map_in), check_theme(theme))
    if credits.is_sample:
        draw_stamp(paper, axes)
    below = head.height_in + map_in
    legend.draw(paper, below + 0.12)
    top = below + legend.height_in + 0.3
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


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above a map, broken into lines."""

    banner: str
    """Of a sample; empty: none."""
    title: tuple[str, ...]
    subtitle: tuple[str, ...]
    chips: tuple[tuple[Chip, ...], ...]

    @property
    def height_in(self) -> float:
        """How high it is."""
        lines = len(self.title) * line_in(_TITLE_PT) + len(self.subtitle) * line_in(_SUBTITLE_PT)
        return (_BANNER_IN if self.banner else 0.0) + 0.24 + lines + rows_in(self.chips)

    def draw(self, paper: Paper) -> None:
        """Draw it at the top of a sheet."""
        top = 0.1
        if self.banner:
            _draw_banner(paper, self.banner)
            top += _BANNER_IN
        for lines, size_pt in ((self.title, _TITLE_PT), (self.subtitle, _SUBTITLE_PT)):
            is_title, colour = lines is self.title, QUIET
            for line in lines:
                top += line_in(size_pt) / 2
                if is_title:
                    paper.write(line, _MARGIN_IN, top, size_pt=size_pt, bold=True)
                else:
                    paper.write(line, _MARGIN_IN, top, size_pt=size_pt, colour=colour)
                top += line_in(size_pt) / 2
            top += 0.03
        for row in self.chips:
            draw_chips(paper, row, _MARGIN_IN, top + rows_in([row]) / 2)
            top += rows_in([row])


def _head(credits: Credits, letters: Lettering) -> _Head:  # noqa: A002 - see `draw_picture`
    """Break what stands above the map into lines."""
    return _Head(
        SAMPLE.to(letters.language) if credits.is_sample else "",
        tuple(broken(letters.written(credits.title), _MAP_IN, _TITLE_PT)),
        tuple(broken(letters.written(credits.subtitle), _MAP_IN, _SUBTITLE_PT)),
        tuple(map(tuple, chip_rows(credits.verdicts, _MAP_IN, letters))),
    )


def _draw_banner(paper: Paper, told: str) -> None:
    """Print that the data are a sample over the whole width."""
    paper.sheet.add_patch(Rectangle((0, 0), WIDTH_IN, _BANNER_IN, color=ALARM))
    middle = _BANNER_IN / 2
    paper.write(
        told, WIDTH_IN / 2, middle, size_pt=8.5, colour="#ffffff", bold=True, align="center"
    )


def _draw_map(paper: Paper, axes: Axes, drawn: Sequence[Drawn], bounds: Bounds, theme: str) -> None:
    """Draw the features, the scale bar, the north arrow, the grid and the names."""
    west, south, east, north = bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set(xticks=[], yticks=[], facecolor=THEMES[theme])
    for spine in axes.spines.values():
        spine.set(edgecolor=QUIET, linewidth=0.6, zorder=30)
    inch_m = (east - west) / _MAP_IN
    points_per_m = 72 / inch_m
    scale = _marker_scale(drawn)
    for position, one in enumerate(drawn):
        add_features(
            axes,
            one.shapes,
            one.symbol,
            pin=one.pin,
            points_per_m=points_per_m,
            height=1 + position / 10,
            scale=scale if (one.pin or one.symbol).letter else 1.0,
        )
    furniture = [draw(paper, axes, bounds, inch_m) for draw in (draw_scale, draw_north)]
    taken = draw_grid(paper, axes, bounds, inch_m, np.array(furniture))
    taken = np.vstack([taken, *(_taken(one, points_per_m) for one in drawn)])
    _draw_names(paper, axes, drawn, bounds, points_per_m, taken)


def _marker_scale(drawn: Sequence[Drawn]) -> float:
    """Tell how large markers with a letter are: smaller where there are many (closed)."""
    lettered = sum(len(one.shapes) for one in drawn if (one.pin or one.symbol).letter)
    return 1.0 if lettered <= _MANY_MARKERS else _SMALL_MARKERS


def _taken(one: Drawn, points_per_m: float) -> Boxes:
    """Return the ground that names keep off, n rows of west, south, east, north."""
    places, areas = ground_of(one.shapes, pin=one.pin, points_per_m=points_per_m)
    half = (one.pin or one.symbol).radius_px * POINTS_PER_PIXEL / points_per_m
    markers = np.hstack([places - half, places + half])
    # The names of these very areas stand in them.
    return markers if one.labels else np.vstack([markers, areas])


def _draw_names(
    paper: Paper,
    axes: Axes,
    drawn: Sequence[Drawn],
    bounds: Bounds,
    points_per_m: float,
    taken: Boxes,
) -> None:
    """Write the names where they hide the least."""
    labels = [label for one in drawn for label in one.labels]
    for label, x, y in place_labels(labels, taken, bounds, points_per_m):
        paper.write(
            label.text,
            x,
            y,
            size_pt=label.size_pt,
            colour=label.colour,
            align="center",
            axes=axes,
            halo=True,
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
