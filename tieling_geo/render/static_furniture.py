"""What stands on a printed map beside its features: scale bar, north arrow, grid and watermark."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Polygon, Rectangle

from tieling_geo.render.fonts import to_width_em
from tieling_geo.render.panel import WORDS as PANEL_WORDS
from tieling_geo.render.static_grid import grid_lines
from tieling_geo.render.static_labels import Boxes
from tieling_geo.render.static_paper import ALARM, INK, SAMPLE_SHORT, Paper
from tieling_geo.text import Text

Bounds = tuple[float, float, float, float]
WORDS = {"km": Text("千米", "km"), "m": Text("米", "m")}
_GRID_INK, _GRID_TEXT = "#d6d0c2", "#6b6455"
_GRID_PT, _SCALE_PT = 5.6, 6.8
_METRES_IN_KM = 1000


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


def draw_scale(paper: Paper, axes: Axes, bounds: Bounds, inch_m: float) -> tuple[float, ...]:
    """Draw a bar of two halves that is a round length long; return the ground it takes."""
    west, south, east, _ = bounds
    length = round_length_m((east - west) * 0.22)
    unit = "km" if length >= _METRES_IN_KM else "m"
    size = length / _METRES_IN_KM if unit == "km" else length
    told = f"{size:g} {WORDS[unit].to(paper.letters.language)}"
    x, y, thick = west + 0.14 * inch_m, south + 0.11 * inch_m, 0.05 * inch_m
    reach = length + to_width_em(told) * _SCALE_PT / 72 / 2 * inch_m
    corner = (x - 0.08 * inch_m, y - 0.05 * inch_m)
    width, height = reach + 0.14 * inch_m, 0.3 * inch_m
    ground = Rectangle(corner, width, height, facecolor="#ffffff", alpha=0.85, zorder=18)
    axes.add_patch(ground)
    for half, colour in ((0, INK), (1, "#ffffff")):
        bar = Rectangle((x + half * length / 2, y), length / 2, thick)
        bar.set(facecolor=colour, edgecolor=INK, linewidth=0.6, zorder=19)
        axes.add_patch(bar)
    for text, place in (("0", x), (told, x + length)):
        paper.write(text, place, y + 0.15 * inch_m, size_pt=_SCALE_PT, align="center", axes=axes)
    return (*corner, corner[0] + width, corner[1] + height)


def draw_north(paper: Paper, axes: Axes, bounds: Bounds, inch_m: float) -> tuple[float, ...]:
    """Draw an arrow to the north of the grid; return the ground it takes."""
    _, _, east, north = bounds
    x, y = east - 0.22 * inch_m, north - 0.5 * inch_m
    wing, tall = 0.07 * inch_m, 0.26 * inch_m
    for side, colour in ((-1, INK), (1, "#ffffff")):
        arrow = Polygon([(x, y + tall), (x + side * wing, y), (x, y + 0.06 * inch_m)], closed=True)
        arrow.set(facecolor=colour, edgecolor=INK, linewidth=0.6, zorder=19)
        axes.add_patch(arrow)
    told = PANEL_WORDS["north"].to(paper.letters.language)
    above = y + tall + 0.09 * inch_m
    paper.write(told, x, above, size_pt=7.5, bold=True, align="center", axes=axes, halo=True)
    return x - 0.14 * inch_m, y - 0.05 * inch_m, x + 0.14 * inch_m, north


def draw_grid(paper: Paper, axes: Axes, bounds: Bounds, inch_m: float, taken: Boxes) -> Boxes:
    """Draw meridians, parallels and their degrees; return what is taken by now."""
    lines = grid_lines(bounds)
    axes.add_collection(
        LineCollection([one.line for one in lines], colors=_GRID_INK, linewidths=0.45, zorder=0.9),
        autolim=False,
    )
    for one in lines:
        half = np.array([to_width_em(one.title) * _GRID_PT / 144, 0.05]) * inch_m
        inwards = {"top": (0.0, -0.07), "right": (-0.03, 0.06)}[one.edge]
        middle = np.array(one.at) + np.array(inwards) * inch_m
        middle[0] -= half[0] if one.edge == "right" else 0.0
        box = np.concatenate([middle - half, middle + half])
        is_inside = (box[:2] >= bounds[:2]).all() and (box[2:] <= bounds[2:]).all()
        meets = ((taken[:, :2] < box[2:]) & (box[:2] < taken[:, 2:])).all(axis=1).any()
        if is_inside and not meets:
            x, y = float(middle[0]), float(middle[1])
            size, ink = _GRID_PT, _GRID_TEXT
            paper.write(
                one.title, x, y, size_pt=size, colour=ink, align="center", axes=axes, halo=True
            )
            taken = np.vstack([taken, box])
    return taken


def draw_stamp(paper: Paper, axes: Axes) -> None:
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
