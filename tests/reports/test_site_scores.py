"""What the dashboard adds up is what the assessment holds: by coverage, bureau and county."""

import importlib.util
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from tieling_geo.records import State
from tieling_geo.reports.site import dashboard_html

_TESTS = Path(__file__).resolve().parents[1]


def _hand_made(folder: str, name: str) -> ModuleType:
    """Load a module that the tests of another folder use, too."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _TESTS / folder / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_hand_made("render", "hand_made_maps")
made = _hand_made("browser", "hand_made_dashboards")


def words(markup: str) -> str:
    """Return the words of a piece of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


@pytest.fixture(scope="module")
def page() -> str:
    """Draw 102 clauses."""
    return dashboard_html(made.many(), maps=[])


def details(page: str, clause_id: str) -> str:
    """Return the words of a clause's details."""
    (row,) = re.findall(rf'<tr class="details" id="{clause_id}-more".*?</dl>', page, re.DOTALL)
    return words(row)


def test_coverage_adds_up_to_all_clauses(page: str) -> None:
    """102 = the sum of the groups, and of the rows of the table."""
    (told,) = re.findall(r'<p class="sum">(.*?)</p>', page)
    groups, total = words(told).split("：", 1)[1].split(" = ")
    assert total == "102"
    assert sum(int(part.rsplit(" ", 1)[1]) for part in groups.split(" + ")) == 102
    rows = dict(re.findall(r'<tr data-word="(\w+)">.*?<td class="number">(\d+)</td>', page))
    assert len(rows) == 10
    assert sum(map(int, rows.values())) == 102
    counts = Counter(verdict.state.value for verdict in made.many().verdicts)
    assert {word: int(n) for word, n in rows.items() if word in counts} == {
        word: n for word, n in counts.items() if word != "no_data"
    }


def test_every_clause_is_one_square_of_its_section(page: str) -> None:
    """In the order of the plan, with the sign of its verdict; the counts are said in words, too."""
    drawn = re.findall(r'<g class="square (\w+)"><title>(X\d+) ', page)
    verdicts = made.many().verdicts
    assert [clause_id for _, clause_id in drawn] == [v.clause.clause_id for v in verdicts]
    for (look, _), verdict in zip(drawn, verdicts, strict=True):
        assert (look == "not_met") == verdict.is_violation
        assert (look == "soft") == (verdict.state is State.NOT_MET and not verdict.is_violation)
    chart = page[page.index('<table class="chart"') :]
    first = chart[: chart.index("</tr>")]
    assert "达到 3、未达到 3、无法确定 3、缺数据 2、不适用 2、仅报告 2、条文不可判定 2" in words(
        first
    )


def test_a_bureau_is_one_under_all_its_names(page: str) -> None:
    """Two spellings, one bureau: the clauses of both sections, and both names are shown."""
    (row,) = re.findall(r'<tr data-bureau="市住房城乡建设局">.*?</tr>', page, re.DOTALL)
    verdicts = made.many().verdicts
    own = [v for v in verdicts if v.clause.section in {"三(三)", "三(四)"}]
    counts = [sum(v.state is state for v in own) for state in State]
    assert words(row) == " ".join(map(str, ["市住房城乡建设局 又作 市住建局", *counts, len(own)]))
    assert 'data-bureau="市住建局"' not in page
    assert "市住建局 · 市交通局" in page  # the section is headed by what the plan writes


def test_counties_are_told_for_decided_clauses_only(page: str) -> None:
    """Each cell is that county's own count; no table is wider than a dozen clauses."""
    tables = re.findall(r'<table class="scores matrix">.*?</table>', page, re.DOTALL)
    heads = [re.findall(r'<a href="#(X\d+)"', table) for table in tables]
    decided = [v.clause.clause_id for v in made.many().verdicts if v.is_decided]
    assert [clause_id for head in heads for clause_id in head] == decided
    assert max(map(len, heads)) == 12
    cells = re.findall(r'<tr data-county="银州区">(.*?)</tr>', tables[0], re.DOTALL)[0]
    told = [words(cell) for cell in re.findall(r"<td.*?</td>", cells, re.DOTALL)]
    # All boilers of X000 lie elsewhere. X001 is against B2, in 银州区.
    assert told[:3] == ["—", "✗ 0/1 不明 1", "? 0/1 不明 1"]


def test_a_clause_on_the_whole_city_is_not_told_by_county() -> None:
    """All of its features are in no county: neither a column nor a table in its details."""
    built = made.many()
    found = {
        name: replace(
            result,
            features=result.features.assign(county_name=None),
            rollups=result.rollups[:0],
        )
        for name, result in built.results.items()
    }
    page = dashboard_html(replace(built, results=found), maps=[])
    assert "没有可落到县区的已判定条文。" in page
    assert "分县区" not in details(page, "X001")
    assert '<option value="-"' in page  # they can still be looked for


def test_details_hold_all_of_a_verdict(page: str) -> None:
    """What X001 rests on, word by word."""
    told = details(page, "X001")
    for part in (
        f"规划原句 {made.SENTENCE}",
        "限定词： 全部 以上",
        "现值 94.12% = 16/17 · 可能范围 88.89 – 94.44%",
        "目标 ≥ 95%（含本数） · 余量 -0.88 个百分点",
        "期限日的值 90%",
        "门槛 容量门槛 2.5 蒸吨/小时 向计入更多一侧 B1 B3",
        "日期 评估日 0 天（恰在界上） 向计入更少一侧 B1",
        "指标数值 淘汰比例 不会改变结论 — —",
        "允差取 ±10%： ✓ 达到 94.12%",
        "coal_boilers_retired_pipe_buffer_share ：75% (3/4) 计入 / 情况不明 4 / 0",
        "2021 2% 3% -1 个百分点",
        "2023 — 9% —",
        "银州区 0/1 1 1 1",
        "1 · 若不采用人工认定： ? 无法确定",
        "O1 boilers/B1 状态 在用 → 拆除 王某 现场核查 2025-11-03 铁环函〔2025〕7号",
        "口径存疑",
        made.SHA,
    ):
        assert part in told


def test_a_clause_without_data_says_what_it_waits_for(page: str) -> None:
    """What is missing, the annex that is needed, the analysis and the layers that are not there."""
    told = details(page, "X003")
    assert "所缺 分析尚未建成 需要县区分解表 拟用分析 not_built_yet" in told
    assert "锅炉 boilers 缺 、meters meters 缺" in told
    assert "所缺" not in details(page, "X001")


def test_cross_checks_and_overrides_have_their_sections(page: str) -> None:
    """Outcome, sentence, classes with their features, and the clauses; who overrode what."""
    part = words(page[page.index('<h2 id="checks"') : page.index('<h2 id="layers"')])
    assert "四种归属 four ✓ 一致 比较了两条的要素 两者之内： 0 仅前者： 1 要素 B0" in part
    assert "县区之和 sums ✗ 不一致" in part
    assert "范围不混用 apart ? 无法核对" in part
    resting = [v.clause.clause_id for v in made.many().verdicts if "O1" in v.overrides]
    assert f"铁环函〔2025〕7号 {' '.join(resting)}" in part
    assert "O2 boilers/B9 状态 （空） → 拆除" in part


def test_without_any_of_it_the_page_says_so() -> None:
    """No cross-check, no override, no county, no sentence."""
    bare = made.many(cross_checks=(), overrides=(), results={}, sentences={})
    page = dashboard_html(bare, maps=[])
    assert "没有需要相互核对的条文。" in page
    assert "没有人工认定。" in page
    assert "没有可落到县区的已判定条文。" in page
    assert "规划原句" not in page.replace("原句 SHA-256", "")


def test_a_plan_without_a_section_or_a_verdict_is_drawn() -> None:
    """An assessment of nothing is an empty page, not an error."""
    nothing = replace(made.many(), verdicts=(), cross_checks=(), overrides=())
    page = dashboard_html(nothing, maps=[])
    assert words(re.findall(r'<p class="sum">(.*?)</p>', page)[0]).endswith("= 0")


def test_the_page_is_the_same_every_time_and_small(page: str) -> None:
    """Same input, same bytes; 102 clauses with all their evidence in less than two megabytes."""
    assert dashboard_html(made.many(), maps=[]) == page
    assert len(page.encode()) < 2_000_000
