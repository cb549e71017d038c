"""The escape lets no character through that any page interprets; popups say what is known."""

import json
import re

import pandas as pd
import pytest
from hand_made_maps import PAYLOADS, card, clause, result, verdict
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template
from markupsafe import Markup

from tieling_geo.records import ResultColumn
from tieling_geo.render.popup import (
    TEMPLATES,
    field_title,
    number_text,
    plain_text,
    popup_columns,
    reason_words,
    safe_json,
    safe_text,
    value_text,
    verdict_marks,
    verdicts_on,
)
from tieling_geo.text import Text

_ENTITY = re.compile(r"&#(\d+);")


@given(st.text())
def test_no_character_is_left_that_a_page_interprets(text: str) -> None:
    """After the entities are taken out, none of the unsafe signs is left."""
    bare = _ENTITY.sub("", safe_text(text))
    assert not set(bare) & set("&<>\"'`${}\\\u2028\u2029\x00\r\n\t\u202e")


@given(st.text())
def test_the_entities_say_what_the_plain_text_says(text: str) -> None:
    """What is shown is what was written, except for what is not meant to be read."""
    shown = _ENTITY.sub(lambda found: chr(int(found[1])), safe_text(text))
    assert shown == plain_text(text)


@given(st.text())
def test_a_template_prints_the_escaped_text_unchanged(text: str) -> None:
    """Branca compiles pages as templates a second time: nothing in them may be an instruction."""
    assert Template(safe_text(text)).render() == safe_text(text)


@given(st.text())
def test_plain_text_can_be_written_to_a_file_and_is_stable(text: str) -> None:
    """No lone surrogate is left, and a second pass changes nothing."""
    once = plain_text(text)
    assert once.encode("utf-8").decode("utf-8") == once
    assert plain_text(once) == once


@pytest.mark.parametrize("payload", PAYLOADS)
def test_templates_escape_whatever_they_print(payload: str) -> None:
    """The author of a template need not think of it; only our own markup passes."""
    template = TEMPLATES.from_string("{{ x }}|{% for y in [x] %}{{ y }}{% endfor %}|{{ ours }}")
    printed = template.render(x=payload, ours=Markup("<b>"))
    assert printed == f"{safe_text(payload)}|{safe_text(payload)}|<b>"


@given(st.recursive(st.text() | st.integers() | st.none(), lambda x: st.lists(x, max_size=3)))
def test_json_in_a_page_says_the_same_and_closes_nothing(value: object) -> None:
    """The data block can hold any text without ending, and reads back unchanged."""
    text = safe_json(value)
    assert not set(text) & set("<>&\u2028\u2029")
    assert json.loads(text) == value


def test_json_refuses_what_json_cannot_say() -> None:
    """An endless number is an error, not a broken page."""
    with pytest.raises(ValueError, match="JSON compliant"):
        safe_json({"margin": float("inf")})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1234567.0, "1,234,567"),
        (0.5, "0.50"),
        (-0.004, "-0.004"),
        (0.0099, "0.01"),
        (34.999, "34.999"),
        (35.0000000001, "35"),
        (float("-inf"), "-∞"),
    ],
)
def test_a_number_is_never_rounded_to_the_threshold(value: float, words: str) -> None:
    """34.999 is not 35: two decimals are kept only where they do not hide the difference."""
    assert number_text(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, ""), (pd.NA, ""), (pd.NaT, ""), (float("nan"), ""), (False, "否"), (7, "7")],
)
def test_missing_values_are_left_out_and_no_is_said(value: object, words: str) -> None:
    """False is an answer, missing is none."""
    assert value_text(value, "zh") == words


def test_dates_are_printed_as_days() -> None:
    """No time of day is invented."""
    assert value_text(pd.Timestamp("2023-12-31"), "zh") == "2023-12-31"


def test_a_column_is_titled_with_its_unit() -> None:
    """A number without its unit is no number."""
    column = ResultColumn("d_m", Text("距离", "distance"), "m")
    assert field_title(column, "en") == "distance (m)"
    assert field_title(ResultColumn("x", Text("县", "county")), "en") == "county"


def test_the_margin_comes_last_once_and_the_code_of_the_reason_never() -> None:
    """`margin_m` is both a column and the margin; `reason` holds a code."""
    shown = popup_columns(card(), result({"a": "left"}).features)
    assert [c.name for c in shown] == ["county_name", "border_case", "fuel", "margin_m"]


def test_a_reason_is_said_once_even_if_it_holds_for_two_measures() -> None:
    """`excluded` has one row a measure."""
    found = result({"a": "unknown", "b": "left"}, reasons={"a": "燃料缺失"})
    assert reason_words(found, "zh") == {"a": "燃料缺失"}


def test_two_reasons_of_one_feature_are_both_said() -> None:
    """Nothing is dropped: the words are joined in their order."""
    found = result({"a": "unknown"}, reasons={"a": "燃料缺失"})
    other = found.excluded.assign(reason_zh="状态缺失")
    found.excluded.loc[1] = other.loc[1]
    assert reason_words(found, "zh") == {"a": "燃料缺失；状态缺失"}


def test_a_feature_is_marked_where_it_speaks_against_a_verdict() -> None:
    """Against the second verdict, unknown in the first."""
    verdicts = [
        verdict(clause("I01"), unknown=("a",)),
        verdict(clause("I02"), against=("a", "b")),
        verdict(clause("H02", analysis="outfall_remediation"), against=("a",)),
    ]
    own = verdicts_on("boilers_in_heating_coverage", verdicts)
    assert [v.clause.clause_id for v in own] == ["I01", "I02"]
    assert verdict_marks(own) == {"a": {"unknown": [0], "against": [1]}, "b": {"against": [1]}}
