"""The dashboard says every number as it is, names what it rests on, and escapes every word."""

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render import hand_made_maps as made
from tieling_geo.records import (
    REJECTED_COLUMNS,
    DeadlineState,
    Parameter,
    PublishedMap,
    Quantity,
    State,
)
from tieling_geo.render.popup import safe_text
from tieling_geo.reports.site import dashboard_html
from tieling_geo.reports.site_numbers import margin_words
from tieling_geo.text import Text


def row_of(page: str, clause_id: str) -> str:
    """Return the words of a clause's row, each cell's after another."""
    (row,) = re.findall(rf'<tr class="clause" id="{clause_id}".*?</tr>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", row).split())


def details_of(page: str, clause_id: str) -> str:
    """Return the words of a clause's details."""
    (row,) = re.findall(rf'<tr class="details" id="{clause_id}-more".*?</dl>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", row).split())


def page_of(*verdicts: object, language: str = "zh", maps: tuple = (), **changes: object) -> str:
    """Return the dashboard of some verdicts."""
    return dashboard_html(made.assessment(verdicts, **changes), maps=maps, language=language)  # type: ignore[arg-type]


def test_a_row_says_all_of_a_verdict() -> None:
    """16 of 17 done and one unknown, against 95 %."""
    page = page_of(made.verdict(made.clause(), estimate=Quantity(16, 17)))
    assert row_of(page, "I01") == (
        "I01 燃煤锅炉基本淘汰 约束性 现值 94.12%(16/17) ✗ 未达到 94.12% (16/17) 88.89 – 94.44% "
        "≥ 95%（含本数） 余量 -0.88 个百分点 2025-12-31 逾期未达到 17 / 1"
    )


def test_the_counts_behind_a_share_are_not_reduced() -> None:
    """32 of 34 is the same share as 16 of 17, and is said as it was counted."""
    told = row_of(page_of(made.verdict(made.clause(), estimate=Quantity(32, 34))), "I01")
    assert "94.12% (32/34)" in told
    assert "(32/34)" not in row_of(page_of(made.verdict(made.clause())), "I01")


@pytest.mark.parametrize(
    ("strictness", "look", "told"),
    [
        ("binding", "not_met", "未达到"),
        ("declared", "not_met", "未达到"),
        ("aspirational", "soft", "未达到(力争目标,不属违反)"),
        ("conditional", "soft", "待说明(原则上,不认定违反)"),
    ],
)
def test_only_a_binding_target_is_violated(strictness: str, look: str, told: str) -> None:
    """A soft one that is missed has another colour, sign and word."""
    page = page_of(made.verdict(made.clause(strictness=strictness)))
    sign = {"not_met": "✗", "soft": "△"}[look]
    assert f"{sign} {told} 94.12%" in row_of(page, "I01")
    (row,) = re.findall(r'<tr class="clause".*?</tr>', page, re.DOTALL)
    assert f'<span class="state {look}">' in row
    assert ("violation" in row) == (look == "not_met")
    assert f'<button type="button" class="state {look}" data-state="not_met"' in page


def test_a_value_just_below_its_target_is_not_rounded_up_to_it() -> None:
    """9/13 is 69.2307...; against a target of 69.231 % it fails, and must be seen to fail."""
    value, target = Fraction(900, 13), Fraction("69.231")
    about = made.clause(target=target)
    row = row_of(
        page_of(made.verdict(about, value=value, low=value, high=value, margin=value - target)),
        "I01",
    )
    assert "69.2308%" in row
    assert "≥ 69.231%（含本数）" in row
    assert "余量 -0.0002 个百分点" in row


@given(st.fractions(), st.fractions())
def test_a_margin_is_never_printed_as_zero_unless_it_is(a: Fraction, b: Fraction) -> None:
    """However small it is."""
    text = margin_words(a - b, made.clause(unit="m"), "en")
    assert (float(text.split()[0]) == 0) == (a == b)


@pytest.mark.parametrize(
    ("comparator", "told"),
    [
        (">=", "≥ 95%（含本数）"),
        (">", "> 95%（不含本数）"),
        ("<=", "≤ 95%（含本数）"),
        ("<", "&lt; 95%（不含本数）"),
        ("==", "= 95%"),
        ("about", "≈ 95% ±5%（含界值）"),
    ],
)
def test_each_comparator_says_closed_or_open(comparator: str, told: str) -> None:
    """A threshold without that word is ambiguous."""
    tolerance = Fraction(5) if comparator == "about" else None
    about = made.clause(comparator=comparator, tolerance_pct=tolerance)
    page = page_of(made.verdict(about)).replace("&#60;", "&lt;").replace("&#62;", ">")
    assert f">{told}\n" in page


def test_a_verdict_without_numbers_says_so() -> None:
    """No data: no value, no bounds, no margin, and no nought in their place."""
    empty = made.verdict(
        made.clause(target=None, deadline=None, unit="", comparator="none"),
        State.NO_DATA,
        deadline_state=DeadlineState.NONE,
        because=Text("缺少图层 boilers", "missing layer: boilers"),
        value=None,
        low=None,
        high=None,
        margin=None,
        counted=0,
        excluded=0,
    )
    assert row_of(page_of(empty), "I01") == (
        "I01 燃煤锅炉基本淘汰 约束性 缺少图层 boilers ∅ 缺数据 — — 未设 0 / 0"
    )


def test_every_state_has_a_word_a_sign_and_a_count() -> None:
    """States without a verdict are counted as nought."""
    verdicts = [made.verdict(made.clause(f"X{k}"), state) for k, state in enumerate(State)]
    page = page_of(*verdicts, made.verdict(made.clause("X9"), State.MET))
    counts = re.findall(r'data-state="(\w+)" data-title.*?<b>(\d+)</b>', page, re.DOTALL)
    assert counts == [(s.value, "2" if s is State.MET else "1") for s in State]
    clauses = page[page.index('<table class="clauses"') :]
    marks = re.findall(r'<span class="mark" aria-hidden="true">(.)</span>', clauses)
    assert len(set(marks)) == len(State)


def test_details_say_parameters_assumptions_and_what_is_not_verified() -> None:
    """Value with unit, closed or open, source."""
    plan, ours = Text("规划", "plan"), Text("约定", "declared")
    cap, stem, closed = Text("容量", "cap"), Text("干流", "stem"), Text("含", "included")
    parameters = {
        "a": Parameter("a", 35.0, "t_per_h", "closed", cap, plan, verified=True),
        "b": Parameter("b", ("辽河", "清河"), "", "none", stem, ours, verified=False),
        "c": Parameter(
            "c", value=True, unit="", interval="open", title=closed, source=ours, verified=False
        ),
    }
    told = details_of(page_of(made.verdict(made.clause(), parameters=parameters)), "I01")
    assert "容量 a 35 蒸吨/小时 含界值 规划 已核实" in told
    assert "干流 b 辽河、清河 — 约定 未核实" in told
    assert "含 c 是 不含界值 约定 未核实" in told
    assert "假设 按单台计" in told
    assert "a" * 64 in told


def test_thirty_ids_are_listed_and_all_are_counted() -> None:
    """The thirty-first stands in the evidence file."""
    ids = tuple(f"B{k:02d}" for k in range(31))
    told = details_of(page_of(made.verdict(made.clause(), against=ids)), "I01")
    assert "不利要素 31 " in told
    assert f"{made.ANALYSIS}/B29" in told
    assert "B30" not in told
    assert "列出前 30 个，共 31 个" in told


def test_a_clause_links_to_the_maps_that_draw_its_analysis() -> None:
    """Each map has one card more, and the header links to the cards."""
    maps = (
        PublishedMap("heating", Text("供热", "Heating"), (made.ANALYSIS,)),
        PublishedMap("parks", Text("园区", "Parks"), ("park_circular_retrofit",)),
    )
    page = page_of(made.verdict(made.clause()), maps=maps)
    assert page.count('href="maps/heating.html"') == 2
    assert page.count('href="maps/parks.html"') == 1
    assert page.count('href="#maps"') == 1
    assert 'href="#maps"' not in page_of(made.verdict(made.clause()))
    for product in ("evidence.gpkg", "verdicts.json", "provenance.json"):
        assert page.count(f'href="{product}"') >= 2


def test_layers_say_rows_and_sources() -> None:
    """Ten rows in, nine accepted, one rejected; a layer that is not there is named."""
    rejected = pd.DataFrame(
        [("counties", "counties.gpkg", "", 3, "name", "", "", "空", "blank")],
        columns=list(REJECTED_COLUMNS),
    )
    features = made.result({f"f{k}": "left" for k in range(9)}).features
    counties = made.layer("counties", features, rejected=rejected, rows_in=10)
    page = page_of(made.verdict(made.clause()), layers={"counties": counties})
    (row,) = re.findall(r'<tr><th scope="row">县级行政区.*?</tr>', page, re.DOTALL)
    told = " ".join(re.sub(r"<[^>]*>", " ", row).split())
    assert told.startswith("县级行政区 counties 10 9 1 铁岭市 CC0-1.0 2025-06-30 cgcs2000")
    assert "共有 1 行被退回" in page
    (missing,) = re.findall(r"<p>工作区没有的图层：(.*?)</p>", page)
    assert "锅炉" in missing
    assert "县级行政区" not in missing


def test_the_sample_is_named_on_the_page() -> None:
    """In both languages, and only where it is one."""
    (banner,) = re.findall(
        r'<p class="sample">(.*?)</p>', page_of(made.verdict(made.clause()), is_sample=True)
    )
    assert "示例数据" in banner
    assert "SAMPLE" in banner
    assert '<p class="sample">' not in page_of(made.verdict(made.clause()))


def test_the_page_names_no_address_on_any_network_and_repeats_itself() -> None:
    """Same input, same bytes."""
    page = page_of(made.verdict(made.clause()))
    assert not re.search(r"https?:|//[a-z0-9-]+\.[a-z]", page)
    assert page == page_of(made.verdict(made.clause()))


def test_an_english_page_has_english_words_only() -> None:
    """But for the names of bureaus, which have no official English."""
    page = page_of(made.verdict(made.clause()), language="en")
    body = page[page.index("<body") : page.index("<script>")]
    left = set(re.findall(r"[\u4e00-\u9fff（）]+", body))
    assert left == {"市发展改革委", "市生态环境局", "市商务局", "三", "八"}


@pytest.mark.parametrize("payload", made.PAYLOADS)
def test_every_word_of_a_user_s_file_is_escaped(payload: str) -> None:
    """Clause, section, bureau, parameter, evidence, layer, card, title and approval number."""
    text = Text(payload, payload)
    clause = made.clause(
        payload,
        paraphrase=text,
        scope=text,
        assumptions=(text,),
        sentence_sha256=payload,
        measure=payload,
        section="三(八)",
        deadline=date(2025, 12, 31),
    )
    verdict = made.verdict(
        clause,
        because=text,
        warnings=(text,),
        against=(payload,),
        parameters={payload: Parameter(payload, payload, "", "none", text, text, verified=False)},
    )
    built = made.assessment([verdict], title=text, map_approval_no=payload)
    section = replace(built.plan.sections["三(八)"], title=text, bureaus=(payload,))
    plan = replace(built.plan, title=text, sections={"三(八)": section})
    layer = made.layer(payload, made.result({"a": "left"}).features, source=payload, sha256=payload)
    layer = replace(
        layer, notes=(text,), card=replace(layer.card, publisher=payload, title=payload)
    )
    page = dashboard_html(
        replace(built, plan=plan, layers={payload: layer}),
        maps=[PublishedMap("m", text, (made.ANALYSIS,))],
    )
    body = page[page.index("<body") : page.index("<script>")]
    assert body.count(safe_text(payload)) >= 30
    assert safe_text(payload) == payload or payload not in body
    assert page.count("<script>") == page.count("</script>") == 1
