"""Colour is never alone, and roles and categories never look the same."""

import itertools

import pytest

from tieling_geo.errors import MapError
from tieling_geo.render.theme import (
    ROLES,
    SHAPES,
    check_theme,
    context_style,
    layer_title,
    symbol_of,
)


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
