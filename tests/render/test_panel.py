"""What stands around a map says what it must, and escapes it."""

import re

import pytest
from hand_made_maps import PAYLOADS, clause, verdict

from tieling_geo.records import State
from tieling_geo.render.chips import clause_chip
from tieling_geo.render.offline import OfflineMap, page_of, to_html
from tieling_geo.render.panel import (
    WORDS,
    Footer,
    Legend,
    LegendGroup,
    LegendRow,
    MapLink,
    Sources,
    TitleBar,
)
from tieling_geo.render.popup import safe_text
from tieling_geo.text import Text


def page_with(*elements: object) -> str:
    """Return a page with some elements on it."""
    drawn = OfflineMap(Text("铁岭", "Tieling"))
    for element in elements:
        page_of(drawn).add_child(element)
    return to_html(drawn)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sample_data_is_named_in_both_languages(language: str) -> None:
    """Whatever the language of the page is."""
    bar = TitleBar(Text("图", "map"), language, is_sample=True)  # type: ignore[arg-type]
    page = page_with(bar)
    assert re.search(r'<p class="sample">[^<]*示例数据[^<]*</p>', page)
    assert re.search(r'<p class="sample">[^<]*SAMPLE[^<]*</p>', page)


def test_real_data_is_not_called_a_sample() -> None:
    """The banner would be a false statement."""
    page = page_with(TitleBar(Text("图", "map"), "zh"))
    assert '<p class="sample">' not in page
    assert "示例数据" not in page


def test_a_missing_map_approval_number_is_said() -> None:
    """A map without one must not be published, and says so."""
    assert "无审图号" in page_with(Footer(Sources(), "zh"))
    with_number = page_with(Footer(Sources(map_approval_no="GS(2024)0001号"), "zh"))
    assert "GS(2024)0001号" in with_number
    assert "无审图号" not in with_number


def test_the_legend_says_counts_verdicts_and_what_is_missing() -> None:
    """One row, one verdict, one analysis without a result."""
    row = LegendRow(
        "packed_layer_100", 0, "未淘汰", "<svg></svg>", 18, is_shown=True, role="role-bad"
    )
    groups = [
        LegendGroup("锅炉", (row,), (verdict(clause("I01"), State.NOT_MET),), ("备注",)),
        LegendGroup("园区", is_missing=True),
    ]
    page = page_with(Legend(groups, "zh"))
    assert re.search(r'data-layer="packed_layer_100"[^>]* checked', page)
    assert re.search(r"<span>未淘汰</span>\s*<b data-count title=\"18 个要素\">18</b>", page)
    assert "I01 未达到" in page
    assert re.search(r"园区\s*</h2>\s*<p class=\"missing\">缺数据</p>", page)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_word_around_the_map_is_escaped(payload: str) -> None:
    """Title, subtitle, address, legend, notes, sources and approval number."""
    row = LegendRow(payload, 0, payload, "<svg></svg>", 1, is_shown=False, role=payload)
    hostile = verdict(clause(payload))
    page = page_with(
        TitleBar(
            Text(payload, ""),
            "zh",
            subtitle=Text(payload, ""),
            dashboard=payload,
            chips=[clause_chip(hostile, "zh")],
            siblings=[MapLink(payload, payload, is_current=True)],
        ),
        Legend([LegendGroup(payload, (row,), (hostile,), (payload,))], "zh"),
        Footer(Sources((payload,), payload, (payload,)), "zh"),
    )
    body = page[page.index("<body") : page.index("<script>")]
    assert body.count(safe_text(payload)) == 15
    assert payload not in body or payload == safe_text(payload)


def test_every_word_of_the_controls_is_there_in_both_languages() -> None:
    """A word that is missing in one language would leave a control without a name."""
    assert [name for name, text in WORDS.items() if not text.zh or not text.en] == []
