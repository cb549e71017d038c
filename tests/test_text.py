"""Words in two languages."""

import pytest

from tieling_geo.text import NOTHING, Text


def test_each_language_gives_its_own_phrase() -> None:
    """`to` gives the phrase of the language asked for."""
    phrase = Text("锅炉", "boiler")
    assert (phrase.to("zh"), phrase.to("en")) == ("锅炉", "boiler")


def test_places_are_filled_in_both_languages() -> None:
    """Every `{name}` is filled, and braces inside a value stay as they are."""
    filled = Text("第 {row} 行:{value}", "row {row}: {value}").filled(row=3, value="{x}")
    assert filled == Text("第 3 行:{x}", "row 3: {x}")


def test_a_place_without_a_value_is_an_error() -> None:
    """A forgotten value is never printed as a hole."""
    with pytest.raises(KeyError):
        Text("{n} 行", "{n} rows").filled(m=1)


def test_nothing_is_empty_in_both_languages() -> None:
    """`NOTHING` says nothing."""
    assert NOTHING == ("", "")
