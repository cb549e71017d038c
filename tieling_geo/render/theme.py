"""
Colours, shapes and line styles: what a category's role looks like, and what stays behind it.

The colours are those of Okabe and Ito (2008), which people with any common colour blindness can
tell apart, a little darker, so that a white letter on them reads. Colour is never alone: every role
has a shape of its own, too, as a line and as an area a dash and a weight of its own, and two
categories of one role differ in their fill. Where a map shows several analyses, a letter in each
marker tells which one it belongs to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from tieling_geo.errors import MapError
from tieling_geo.records import Role
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Text

Shape = Literal["circle", "square", "diamond", "triangle", "dot", "tag"]

#: Corners of each shape in units of its radius, y downwards; none: a circle.
SHAPES: Mapping[Shape, tuple[tuple[float, float], ...]] = MappingProxyType({
    "circle": (),
    "dot": (),
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "diamond": ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
    "triangle": ((0.0, -1.25), (1.2, 0.95), (-1.2, 0.95)),
    # A flat hexagon: a letter has room in it, and it is no circle in grey either.
    "tag": ((-1.25, 0.0), (-0.75, -0.8), (0.75, -0.8), (1.25, 0.0), (0.75, 0.8), (-0.75, 0.8)),
})
#: Letters that name the analyses of a map, without those that look like a digit or a circle.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
#: Dark ink: titles, and letters on a light tint.
INK = "#1f2328"

#: Roles in the order they are drawn: what speaks against a target comes last, on top.
ROLES: tuple[Role, ...] = ("neutral", "good", "unknown", "warning", "bad")
#: What a role means, beside the title of the category.
ROLE_TITLES: Mapping[Role, Text] = MappingProxyType({
    "good": Text("有利", "in favour"),
    "bad": Text("不利", "against"),
    "warning": Text("须关注", "to be watched"),
    "unknown": Text("不明", "unknown"),
    "neutral": Text("不在范围", "out of scope"),
})

_COLOURS: Mapping[Role, tuple[str, str]] = {
    # the colour itself, and a tint of it for the third category of one role
    "good": ("#007f5c", "#9fdcc9"),
    "bad": ("#c04d00", "#f4b98c"),
    "warning": ("#8f6b00", "#f3d48d"),
    "unknown": ("#8a3370", "#e6bcd6"),
    "neutral": ("#6e7682", "#d3d7dd"),
}


class _Marker(NamedTuple):
    """Form of a point's marker, in pixels of the web map."""

    shape: Shape
    radius_px: float
    letter_px: float = 0.0
    letter_y_px: float = 0.0
    """How far below the middle the letter's own middle lies."""


_MARKERS: Mapping[Role, _Marker] = {
    "good": _Marker("circle", 5.0),
    "bad": _Marker("diamond", 6.0),
    "warning": _Marker("triangle", 6.0),
    "unknown": _Marker("square", 5.0),
    "neutral": _Marker("dot", 3.0),
}
_LETTERED: Mapping[Role, _Marker] = {
    "good": _Marker("circle", 7.5, 10.5),
    "bad": _Marker("diamond", 7.8, 10.5),
    "warning": _Marker("triangle", 8.0, 9.5, 2.2),
    "unknown": _Marker("square", 7.5, 10.5),
    "neutral": _Marker("tag", 6.5, 9.0),
}


class _Stroke(NamedTuple):
    """A line, or the border of an area, in pixels of the web map."""

    line_px: float
    border_px: float
    dash: str = ""


# No two roles share a dash and a weight: in grey they differ all the same.
_STROKES: Mapping[Role, _Stroke] = {
    "good": _Stroke(2.0, 1.6),
    "bad": _Stroke(4.2, 3.2),
    "warning": _Stroke(3.4, 2.2, "9 4"),
    "unknown": _Stroke(3.4, 2.2, "3 4"),
    "neutral": _Stroke(2.0, 1.2, "8 3 2 3"),
}
_WHITE = "#ffffff"
# Categories that stand for nothing but themselves: colours, and shapes with the dashes of lines.
_PLAIN_COLOURS = (
    *("#0072b2", "#d55e00", "#009e73", "#aa4a86"),
    *("#b07900", "#3d9bd4", "#8a5a44", "#4b5563"),
)
_PLAIN_SHAPES: tuple[tuple[Shape, str], ...] = (
    *(("circle", ""), ("diamond", "9 4")),
    *(("square", "3 4"), ("triangle", "12 3 3 3")),
)
#: So many plain categories differ in shape or fill.
MOST_PLAIN = 12


@dataclass(frozen=True, slots=True)
class Symbol:
    """How the features of one category are drawn, on the map and in its legend."""

    colour: str
    fill: str
    shape: Shape
    radius_px: float
    weight_px: float
    dash: str
    fill_opacity: float
    """Of polygons; points are opaque."""
    letter: str = ""
    """Of `LETTERS`, in the marker of a point: the analysis it belongs to; empty: none."""
    letter_px: float = 0.0
    letter_y_px: float = 0.0
    """How far below the middle the letter's own middle lies."""

    @property
    def letter_colour(self) -> str:
        """White on the full colour, the colour on white, ink on a tint: at least 4.5 to 1."""
        if self.fill == _WHITE:
            return self.colour
        return _WHITE if self.colour == _WHITE else INK

    def to_spec(self) -> dict[str, object]:
        """Return the symbol as the page's script takes it."""
        return {
            "path": {
                "color": self.colour,
                "fillColor": self.fill,
                "weight": self.weight_px,
                "dashArray": self.dash or None,
                "fillOpacity": self.fill_opacity,
            },
            "corners": SHAPES[self.shape],
            "radius": self.radius_px,
            "letter": self.letter,
            "letterColor": self.letter_colour,
            "letterSize": self.letter_px,
            "letterY": self.letter_y_px,
        }

    def to_svg(self, family: GeometryFamily, *, pin: "Symbol | None" = None) -> str:
        """
        Return the symbol as a small picture for a legend; it holds no words of a user.

        Parameters
        ----------
        family
            Geometry of the features.
        pin
            Marker that stands for an area where it is too small to be seen.

        Examples
        --------
        >>> symbol_of("good").to_svg("point")[:38]
        '<svg class="symbol" viewBox="-12 -10 2'
        """
        marks = self.mark(family)
        if pin is not None:
            marks += f'<g transform="scale(0.75)">{pin.mark("point")}</g>'
        return f'<svg class="symbol" viewBox="-12 -10 24 20" aria-hidden="true">{marks}</svg>'

    def mark(self, family: GeometryFamily) -> str:
        """Return the legend's mark around the origin, without the picture round it."""
        dash = f' stroke-dasharray="{self.dash}"' if self.dash else ""
        line = f'stroke="{self.colour}" stroke-width="{self.weight_px:g}"'
        if family == "line":
            return f'<line x1="-10" y1="0" x2="10" y2="0" {line}{dash}/>'
        if family == "polygon":
            return (
                f'<rect x="-9.5" y="-7.5" width="19" height="15" fill="{self.fill}" '
                f'fill-opacity="{self.fill_opacity:g}" {line}{dash}/>'
            )
        return self._outline(f'fill="{self.fill}" {line}') + self._written()

    def _outline(self, look: str) -> str:
        """Return the outline of a point's marker."""
        corners = SHAPES[self.shape]
        if not corners:
            return f'<circle r="{self.radius_px:g}" {look}/>'
        points = " ".join(f"{x * self.radius_px:g},{y * self.radius_px:g}" for x, y in corners)
        return f'<polygon points="{points}" {look}/>'

    def _written(self) -> str:
        """Return the letter of a point's marker; nothing where it has none."""
        if not self.letter:
            return ""
        # Capitals are about 0.72 of their size high.
        foot = self.letter_y_px + 0.36 * self.letter_px
        return (
            f'<text y="{foot:.3g}" text-anchor="middle" font-size="{self.letter_px:g}" '
            f'font-weight="700" fill="{self.letter_colour}">{self.letter}</text>'
        )


def letters_of(names: Sequence[str]) -> dict[str, str]:
    """
    Give each of a map's analyses a letter in their order; a lone one needs none.

    Examples
    --------
    >>> letters_of(["boilers", "outfalls"])
    {'boilers': 'A', 'outfalls': 'B'}
    >>> letters_of(["boilers"])
    {'boilers': ''}
    """
    letters = LETTERS if len(names) > 1 else ""
    return {name: letters[i : i + 1] for i, name in enumerate(names)}


def symbol_of(
    role: Role, variant: int = 0, *, family: GeometryFamily = "point", letter: str = ""
) -> Symbol:
    """
    Return the symbol of a role.

    Parameters
    ----------
    role
        What the category stands for.
    variant
        0 for the first category of a role, 1 for the second, ...: filled, hollow, tinted, and
        again with a thicker rim.
    family
        Geometry of the features.
    letter
        Of `LETTERS`: the analysis, where a map shows several; only markers of points carry it.

    Raises
    ------
    MapError
        If it is no such letter.

    Examples
    --------
    >>> symbol_of("bad").shape, symbol_of("good").shape
    ('diamond', 'circle')
    >>> symbol_of("bad").fill == symbol_of("bad", 1).fill
    False
    """
    if letter not in ("", *LETTERS):
        raise MapError(Text(f"{letter!r} 不能作为标记字母", f"{letter!r} is no letter of a marker"))
    colour, tint = _COLOURS[role]
    fill, opacity = ((colour, 0.45), (_WHITE, 0.15), (tint, 0.6))[variant % 3]
    is_point = family == "point"
    marker = (_LETTERED if letter and is_point else _MARKERS)[role]
    # A filled point needs a light rim to stand off its neighbours, a hollow one shows its colour.
    rim = _WHITE if is_point and fill == colour else colour
    return Symbol(
        colour=rim,
        fill=fill,
        shape=marker.shape,
        radius_px=marker.radius_px,
        weight_px=_weight_px(role, family, is_white=rim == _WHITE) + variant // 3,
        dash="" if is_point else _STROKES[role].dash,
        fill_opacity=1.0 if is_point else opacity,
        letter=letter if is_point else "",
        letter_px=marker.letter_px,
        letter_y_px=marker.letter_y_px,
    )


def plain_symbol(position: int, *, family: GeometryFamily = "point") -> Symbol:
    """
    Return the symbol of a category that stands for nothing but itself.

    Parameters
    ----------
    position
        0 for the first category, 1 for the second, ...: the first `MOST_PLAIN` differ in shape or
        fill even where colours cannot be told apart.
    family
        Geometry of the features.

    Examples
    --------
    >>> plain_symbol(0).shape, plain_symbol(4).shape, plain_symbol(0) == plain_symbol(4)
    ('circle', 'circle', False)
    """
    colour = _PLAIN_COLOURS[position % len(_PLAIN_COLOURS)]
    place, turn = position % len(_PLAIN_SHAPES), position // len(_PLAIN_SHAPES)
    fill, opacity = ((colour, 0.45), (_WHITE, 0.15), (_tint(colour), 0.6))[turn % 3]
    shape, dash = _PLAIN_SHAPES[place]
    is_point = family == "point"
    rim = _WHITE if is_point and fill == colour else colour
    weight_px = 1.5 if is_point else 3.5 if family == "line" else 2.0
    return Symbol(
        colour=rim,
        fill=fill,
        shape=shape,
        radius_px=5.0,
        weight_px=(1.0 if rim == _WHITE else weight_px) + turn // 3,
        dash="" if is_point else dash,
        fill_opacity=1.0 if is_point else opacity,
    )


def _tint(colour: str) -> str:
    """Mix a colour with as much white again and half."""
    parts = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(part * 0.4 + 255 * 0.6):02x}" for part in parts)


def _weight_px(role: Role, family: GeometryFamily, *, is_white: bool) -> float:
    """Return how thick the rim of a point, the border of an area or a line is."""
    if family == "point":
        return 1.0 if is_white else 1.5
    stroke = _STROKES[role]
    return stroke.line_px if family == "line" else stroke.border_px


#: Backgrounds that a map may ask for, by name: paper on a screen, or white for a printer.
THEMES: Mapping[str, str] = MappingProxyType({"light": "#f7f5f0", "white": "#ffffff"})


def check_theme(theme: str) -> str:
    """
    Return the theme's name unchanged.

    Raises
    ------
    MapError
        If no theme has that name.

    Examples
    --------
    >>> check_theme("light")
    'light'
    """
    if theme not in THEMES:
        known = "、".join(THEMES)
        raise MapError(
            Text(f"没有地图样式 {theme!r};可用:{known}", f"no theme {theme!r}; known: {known}")
        )
    return theme
