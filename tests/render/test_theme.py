"""Colour is never alone, and roles and categories never look the same."""

import itertools

import numpy as np
import pytest
from hand_made_maps import clause, verdict

from tieling_geo.errors import MapError
from tieling_geo.records import State
from tieling_geo.render.context_theme import context_style, layer_title
from tieling_geo.render.glance import chip_style
from tieling_geo.render.theme import (
    LETTERS,
    ROLES,
    SHAPES,
    THEMES,
    Symbol,
    check_theme,
    letters_of,
    symbol_of,
)

#: How eyes without one kind of cone see linear RGB: Machado, Oliveira and Fernandes (2009).
VISIONS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_TO_XYZ = np.array([
    [0.4124564, 0.3575761, 0.1804375],
    [0.2126729, 0.7151522, 0.0721750],
    [0.0193339, 0.1191920, 0.9503041],
])
_PAIRS = tuple(itertools.combinations(ROLES, 2))
# CIE76: 2.3 is the least that an eye sees side by side; apart on a map it takes much more.
_APART = 10.0
_LEAST_CONTRAST = 4.5


def to_linear(colour: str) -> np.ndarray:
    """Return #rrggbb as linear RGB."""
    values = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def to_lab(linear: np.ndarray) -> np.ndarray:
    """Return linear RGB as CIELAB under D65."""
    xyz = _TO_XYZ @ np.clip(linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 counts it."""
    low, high = sorted(float(_LUMINANCE @ to_linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def own_colour(role: str) -> str:
    """Return the colour of a role."""
    return symbol_of(role, 1).colour  # type: ignore[arg-type]


def distance(vision: str, one: str, other: str) -> float:
    """Return how far two roles' colours are apart for an eye."""
    seen = [to_lab(VISIONS[vision] @ to_linear(own_colour(role))) for role in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def is_of_another_shape(one: Symbol, other: Symbol) -> bool:
    """Tell whether the outlines differ: in their corners, or of two circles in their size."""
    first, second = SHAPES[one.shape], SHAPES[other.shape]
    sizes = sorted((one.radius_px, other.radius_px))
    return first != second or (not first and sizes[1] >= 1.5 * sizes[0])


def test_each_role_has_its_own_colour_and_its_own_shape() -> None:
    """Without colour, the shape alone tells two roles apart, and the other way round."""
    symbols = [symbol_of(role, 1) for role in ROLES]
    assert len({symbol.colour for symbol in symbols}) == len(ROLES)
    assert len({symbol.shape for symbol in symbols}) == len(ROLES)


@pytest.mark.parametrize("family", ["point", "line", "polygon"])
@pytest.mark.parametrize("role", ROLES)
def test_six_categories_of_one_role_look_different(role: str, family: str) -> None:
    """The first three differ in their fill, the next three in their rim."""
    pictures = {symbol_of(role, k, family=family).to_svg(family) for k in range(6)}  # type: ignore[arg-type]
    if family == "line":
        assert len(pictures) >= 2  # a line has no fill: only the weight can differ
    else:
        assert len(pictures) == 6


def test_what_speaks_against_a_target_is_the_largest_and_drawn_last() -> None:
    """A problem must be seen first."""
    assert ROLES[-1] == "bad"
    assert symbol_of("bad").radius_px == max(symbol_of(role).radius_px for role in ROLES)


def test_a_context_layer_without_a_style_is_grey_but_drawn() -> None:
    """A layer that the theme does not know gets the style of its geometry."""
    assert context_style("never heard of", "line").colour == "#9ca3af"
    assert layer_title("never heard of").en == "never heard of"


def test_every_shape_is_inside_the_room_that_the_page_redraws() -> None:
    """The page clears 1.35 radii round a marker: a corner further out would leave a trace."""
    corners = itertools.chain.from_iterable(SHAPES.values())
    assert max((x * x + y * y) ** 0.5 for x, y in corners) < 1.35 * 2**0.5
    assert max(max(abs(x), abs(y)) for x, y in itertools.chain(*SHAPES.values())) <= 1.35


def test_an_unknown_theme_is_refused() -> None:
    """The message names the themes that exist."""
    with pytest.raises(MapError, match="light"):
        check_theme("neon")


@pytest.mark.parametrize("vision", VISIONS)
def test_any_eye_tells_two_roles_apart_by_colour_or_shape(vision: str) -> None:
    """For and against a target differ in colour for every eye, the others in one of both."""
    assert distance(vision, "good", "bad") >= 3 * _APART
    assert distance(vision, "good", "warning") >= 3 * _APART
    for one, other in _PAIRS:
        shaped = is_of_another_shape(symbol_of(one), symbol_of(other))
        assert shaped or distance(vision, one, other) >= _APART
        # Only the two that both call for work may look alike in colour.
        assert distance(vision, one, other) >= _APART or {one, other} == {"bad", "warning"}


@pytest.mark.parametrize("letter", ["", "A"])
def test_in_grey_two_roles_differ_in_shape(letter: str) -> None:
    """Points in their outline; lines and areas in their dash, or in a weight half as much again."""
    for one, other in _PAIRS:
        points = [symbol_of(role, letter=letter) for role in (one, other)]
        assert is_of_another_shape(*points), (one, other)
        for family in ("line", "polygon"):
            first, second = (symbol_of(role, family=family) for role in (one, other))
            thin, thick = sorted((first.weight_px, second.weight_px))
            assert first.dash != second.dash or thick >= 1.5 * thin, (one, other, family)


@pytest.mark.parametrize("role", ROLES)
def test_a_letter_reads_on_its_marker(role: str) -> None:
    """Filled, hollow, tinted, and again with a thicker rim: at least 4.5 to 1."""
    for variant in range(6):
        symbol = symbol_of(role, variant, letter="A")  # type: ignore[arg-type]
        assert contrast(symbol.letter_colour, symbol.fill) >= _LEAST_CONTRAST
        assert 6.5 <= symbol.radius_px <= 8
        spec = symbol.to_spec()
        assert (spec["letter"], spec["letterColor"]) == ("A", symbol.letter_colour)
        assert f'fill="{symbol.letter_colour}">A</text>' in symbol.to_svg("point")
    for family in ("line", "polygon"):
        assert "<text" not in symbol_of(role, family=family, letter="A").to_svg(family)  # type: ignore[arg-type]


def test_letters_go_to_the_analyses_in_order_and_are_ours_alone() -> None:
    """None looks like a digit; a lone analysis has none, and neither has one beyond the last."""
    assert letters_of(["x", "y", "z"]) == {"x": "A", "y": "B", "z": "C"}
    assert letters_of(["x"]) == {"x": ""}
    many = letters_of([str(k) for k in range(30)])
    assert list(many.values()) == [*LETTERS, *[""] * (30 - len(LETTERS))]
    assert not set(LETTERS) & set("IO")
    for word in ("<", "AA", "a", "I"):
        with pytest.raises(MapError):
            symbol_of("bad", letter=word)


def test_chips_and_symbols_are_seen_on_their_ground() -> None:
    """Words at least 4.5 to 1; what is no word at least 3 to 1 on every paper."""
    soft = clause(strictness="aspirational")
    verdicts = [*(verdict(clause(), state) for state in State), verdict(soft, State.NOT_MET)]
    for style in map(chip_style, verdicts):
        assert contrast(style.ink, style.ground) >= _LEAST_CONTRAST
        assert contrast(style.rim, style.ground) >= 3
    assert chip_style(verdicts[-1]) != chip_style(verdict(clause(), State.NOT_MET))
    for role, paper in itertools.product(ROLES, THEMES.values()):
        assert contrast(own_colour(role), paper) >= 3
