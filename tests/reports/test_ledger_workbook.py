"""`ledger.xlsx`: counted again from the file alone, by two libraries."""

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hand_made_workspaces import BROKEN_BOILER, add_rows, five_boilers
from python_calamine import CalamineWorkbook

from tieling_geo.analyses import ANALYSES
from tieling_geo.pipeline import assess
from tieling_geo.records import (
    Alternative,
    Assessment,
    CrossCheck,
    Move,
    Override,
    PacePoint,
    State,
    Verdict,
)
from tieling_geo.render.chips import STATE_MARKS
from tieling_geo.reports.ledger import ledger_tables, write_ledger
from tieling_geo.reports.ledger_words import TODO
from tieling_geo.reports.ledger_worklist import tasks, worklist_tables
from tieling_geo.text import Language, Text
from tieling_geo.workspace import open_workspace

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def ledger(small_assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the small sample's ledger, once."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.xlsx"
    write_ledger(small_assessment, path)
    return path


@pytest.fixture(scope="module")
def book(ledger: Path) -> openpyxl.Workbook:
    """Open it with openpyxl."""
    return openpyxl.load_workbook(ledger)


def rows_of(path: Path, sheet: str, *, is_sample: bool = True) -> Rows:
    """Read a sheet's records with calamine: header in row 4, below the ribbon, or 3."""
    header, *body = (
        CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()[2 + is_sample :]
    )
    return [dict(zip(map(str, header), row, strict=True)) for row in body]


def written(assessment: Assessment, tmp_path: Path, language: Language = "zh") -> Path:
    """Write an assessment's ledger."""
    path = tmp_path / "ledger.xlsx"
    write_ledger(assessment, path, language=language)
    return path


def with_verdict(assessment: Assessment, clause_id: str, **changes: object) -> Assessment:
    """Change one verdict."""
    return replace(
        assessment,
        verdicts=tuple(
            replace(v, **changes)  # type: ignore[arg-type]
            if v.clause.clause_id == clause_id
            else v
            for v in assessment.verdicts
        ),
    )


def verdict_of(assessment: Assessment, clause_id: str) -> Verdict:
    """Find one verdict."""
    return next(v for v in assessment.verdicts if v.clause.clause_id == clause_id)


def test_every_clause_stands_once_with_its_numbers(
    ledger: Path, small_assessment: Assessment
) -> None:
    """State, value, bounds, target and counts are those of the verdicts; numbers are numbers."""
    rows = rows_of(ledger, "条文")
    assert [row["条文"] for row in rows] == [v.clause.clause_id for v in small_assessment.verdicts]
    for row, verdict in zip(rows, small_assessment.verdicts, strict=True):
        assert (row["标记"], row["结论"]) in {
            (STATE_MARKS[verdict.state], verdict.label.zh),
            ("△", verdict.label.zh),
        }
        for header, number in (
            ("现值", verdict.value),
            ("最低", verdict.low),
            ("最高", verdict.high),
            ("目标", verdict.clause.target),
            ("余量(好的一侧为正)", verdict.margin),
        ):
            assert row[header] == ("" if number is None else pytest.approx(float(number)))
        if verdict.value is not None and "/" in row["精确值"]:
            assert Fraction(row["精确值"]) == verdict.value
        assert (row["计入要素"], row["情况不明"], row["不利要素"]) == (
            verdict.counted,
            verdict.excluded,
            len(verdict.against),
        )
        assert row["原句 SHA-256"] == verdict.clause.sentence_sha256
        assert row["期限"] == (verdict.clause.deadline or "")
        assert row["理由"] == verdict.because.zh


def test_the_summary_adds_up(book: openpyxl.Workbook, small_assessment: Assessment) -> None:
    """Counts by state, and by class and group of the coverage ledger, are those of the verdicts."""
    lines = [[cell.value for cell in row] for row in book["汇总"].iter_rows()]
    heads = [n for n, line in enumerate(lines) if line[0] in {"结论", "归类"} and line[2] == "条数"]
    states, coverage = (lines[n + 1 :] for n in heads)
    counted = {line[0]: line[2] for line in states[: len(State)]}
    told = Counter(v.state.label.zh for v in small_assessment.verdicts)
    assert counted == {state.label.zh: told[state.label.zh] for state in State}
    total = len(small_assessment.verdicts)
    classes = coverage[: next(n for n, line in enumerate(coverage) if line[0] == "合计")]
    last = coverage[len(classes)]
    assert last[2:4] == [total, total]
    assert sum(line[2] for line in classes) == sum(line[3] or 0 for line in classes) == total
    ids = [one for line in classes for one in (line[4] or "").split("、") if one]
    assert sorted(ids) == sorted(v.clause.clause_id for v in small_assessment.verdicts)


def test_the_worklist_has_every_feature_against_or_unknown(
    ledger: Path, small_assessment: Assessment
) -> None:
    """As many rows as the verdicts' ids, over the two sheets; the matrix adds up to them."""
    rows = rows_of(ledger, "待办") + rows_of(ledger, "力争目标")
    meant = Counter(
        (v.clause.clause_id, i, word)
        for v in small_assessment.verdicts
        for word, ids in (("against", v.against), ("unknown", v.unknown))
        for i in ids
    )
    assert meant
    found = Counter(
        (row["条文"], row["要素编号"], "unknown" if row["事项"] == "? 待核实" else "against")
        for row in rows
    )
    assert found == meant
    soft = {row["条文"] for row in rows_of(ledger, "力争目标")}
    strictness = {v.clause.clause_id: v.clause.strictness for v in small_assessment.verdicts}
    assert {strictness[clause_id] for clause_id in soft} <= {"aspirational"}
    assert "aspirational" not in {strictness[row["条文"]] for row in rows_of(ledger, "待办")}
    matrix = rows_of(ledger, "县区×条文")
    assert matrix[-1]["合计"] == sum(row["合计"] for row in matrix[:-1]) == meant.total()
    for clause_id in {clause for clause, _, _ in meant}:
        own = sum(number for (clause, _, _), number in meant.items() if clause == clause_id)
        cells = [row[clause_id] or 0 for row in matrix]
        assert cells[-1] == sum(cells[:-1]) == own


def test_a_worklist_row_says_where_and_what(tmp_path: Path) -> None:
    """Five boilers by hand: B1 burns coal inside the area, and nobody says what B5 burns."""
    assessment = assess(open_workspace(five_boilers(tmp_path / "w")), only=["I01"])
    (verdict,) = assessment.verdicts
    rows = rows_of(written(assessment, tmp_path), "待办", is_sample=False)
    bureaus = assessment.plan.sections[verdict.clause.section].bureaus
    assert [
        (row["事项"], row["要素编号"], row["名称"], row["所在行"], row["证据编号"]) for row in rows
    ] == [
        ("✗ 待整改", "B1", "甲厂", 2, "boilers_in_heating_coverage/B1"),
        ("? 待核实", "B5", "戊厂", 6, "boilers_in_heating_coverage/B5"),
    ]
    for row in rows:
        assert (row["条文"], row["图层"], row["来源文件"]) == ("I01", "锅炉", "boilers.csv")
        # The workspace has a layer of counties without a row.
        assert row["县区"] == "(未填)"
        assert row["本节列明单位"] == "、".join(bureaus)
    boilers = ANALYSES["boilers_in_heating_coverage"]
    assert rows[0]["问题"] in {category.title.zh for category in boilers.categories}
    excluded = assessment.results["boilers_in_heating_coverage"].excluded
    assert rows[1]["问题"] in set(excluded.loc[excluded["feature_id"] == "B5", "reason_zh"])


@pytest.mark.parametrize(
    ("strictness", "state", "word"),
    [
        ("conditional", State.NOT_MET, "! 待说明"),
        ("aspirational", State.NOT_MET, "△ 力争未达"),
        ("binding", State.MET, "– 条文已达到,供参考"),
        ("declared", State.NOT_MET, "✗ 待整改"),
        ("binding", State.UNDETERMINED, "✗ 待整改"),
        ("report", State.REPORTED, "i 供参考"),
    ],
)
def test_what_a_row_asks_for_follows_the_clause(
    small_assessment: Assessment, strictness: str, state: State, word: str
) -> None:
    """Conditional clauses ask for an explanation, aspirational ones stand on their own sheet."""
    verdict = verdict_of(small_assessment, "I02")
    clause = replace(verdict.clause, strictness=strictness)  # type: ignore[arg-type]
    verdict = replace(verdict, clause=clause, state=state)
    one = replace(small_assessment, verdicts=(verdict,))
    found = tasks(one, "zh")
    told = Counter(TODO[task.kind].zh for task in found)
    assert told == {word: len(verdict.against), "? 待核实": len(verdict.unknown)}
    tables = {table.key: len(table.rows) for table in worklist_tables(found, one, "zh")}
    soft = strictness == "aspirational"
    assert tables["aspirational" if soft else "worklist"] == len(found)
    assert tables["worklist" if soft else "aspirational"] == 0


def test_a_row_of_a_table_of_numbers_is_not_put_right(small_assessment: Assessment) -> None:
    """It is named by its indicator, area and year, and its number misses the target."""
    analysis = ANALYSES["indicator_targets"].name
    own = [v for v in small_assessment.verdicts if v.clause.analysis == analysis]
    missed = tuple(v for v in own if v.state is State.NOT_MET and v.against and v.is_violation)
    assert missed
    found = tasks(replace(small_assessment, verdicts=missed), "zh")
    assert {t.kind for t in found if not t.is_unknown} == {"number"}
    rows = small_assessment.layers["indicators"].features
    for task in found:
        row = rows.loc[task.feature_id]
        title = small_assessment.plan.indicators[row["indicator"]].title.zh
        assert task.name == f"{title} {row['area']} {row['year']}"


def test_every_result_is_there_with_every_feature(
    ledger: Path, small_assessment: Assessment
) -> None:
    """A common run's sheet has all its features, by evidence id, once each."""
    tables = {table.key: table for table in ledger_tables(small_assessment, "zh")}
    for name, result in small_assessment.results.items():
        rows = tables[result.analysis].rows
        headers = tables[result.analysis].headers
        run = headers.index("单独运行的条文") if "单独运行的条文" in headers else None
        own = [r for r in rows if run is None or r[run] == name.partition("__")[2]]
        ids = [row[headers.index("证据编号")] for row in own]
        meant = [f"{result.analysis}/{i}" for i in result.features.index]
        if "__" in name:
            outside = result.excluded[result.excluded["kind"] == "out_of_scope"]
            times = outside["feature_id"].value_counts()
            out = set(times.index[times == len(result.measures)])
            meant = [i for i in meant if i.partition("/")[2] not in out]
        assert ids == meant
    sheet = rows_of(ledger, "供热管网已覆盖地区的燃煤锅炉")
    assert len(sheet) == len(small_assessment.results["boilers_in_heating_coverage"].features)


def test_excluded_rejected_and_layers_are_complete(tmp_path: Path) -> None:
    """As many rows as the assessment has; of six boilers one is rejected."""
    root = five_boilers(tmp_path / "w")
    add_rows(root, "boilers", BROKEN_BOILER)
    assessment = assess(open_workspace(root), only=["I01"])
    path = written(assessment, tmp_path)
    assert len(rows_of(path, "未计入", is_sample=False)) == sum(
        len(r.excluded) for r in assessment.results.values()
    )
    (rejected,) = rows_of(path, "退回", is_sample=False)
    assert (rejected["图层"], rejected["所在行"], rejected["原值"]) == ("锅炉", 7, "很大")
    layers = {row["名称(程序)"]: row for row in rows_of(path, "图层", is_sample=False)}
    assert [layers["boilers"][word] for word in ("读入", "接受", "退回")] == [6, 5, 1]
    assert set(layers) == set(assessment.layers)
    for name, layer in assessment.layers.items():
        row = layers[name]
        assert row["读入"] == row["接受"] + row["退回"] == layer.rows_in
        assert row["SHA-256"] == layer.sha256
    summary = CalamineWorkbook.from_path(path).get_sheet_by_name("汇总").to_python()
    facts = {line[0]: line[1] for line in summary}
    assert (facts["退回行数"], facts["待办事项"]) == (1, 2)


def test_counties_follow_from_the_rollups(ledger: Path, small_assessment: Assessment) -> None:
    """Numerators and denominators are those of the roll-ups, and add up to the clause's."""
    rows = [row for row in rows_of(ledger, "按县区") if row["条文"] == "I02"]
    verdict = verdict_of(small_assessment, "I02")
    assert verdict.estimate is not None
    assert sum(row["分子"] for row in rows) == verdict.estimate.numerator
    assert sum(row["分母"] for row in rows) == verdict.estimate.denominator
    assert sum(row["不利要素(待办)"] for row in rows) == len(verdict.against)
    assert sum(row["待核实(待办)"] for row in rows) == len(verdict.unknown)
    for row in rows:
        share = row["县区值"]
        assert share == ("" if not row["分母"] else pytest.approx(100 * row["分子"] / row["分母"]))


def test_bureaus_are_brought_together_by_their_usual_name(
    tmp_path: Path, small_assessment: Assessment
) -> None:
    """Two spellings are one row that shows both; a clause counts once for it."""
    section = verdict_of(small_assessment, "I01").clause.section
    first, second, *_ = small_assessment.plan.sections[section].bureaus
    plan = replace(small_assessment.plan, bureau_aliases={second: first})
    one = replace(small_assessment, plan=plan)
    rows = {row["单位"]: row for row in rows_of(written(one, tmp_path), "按单位")}
    assert second not in rows
    assert set(rows[first]["规划中的写法"].split("、")) == {first, second}
    clauses = [
        v.clause.clause_id
        for v in one.verdicts
        if {first, second} & set(plan.sections[v.clause.section].bureaus)
    ]
    assert rows[first]["条文"].split("、") == clauses
    assert rows[first]["条文数"] == sum(rows[first][s.label.zh] for s in State) == len(clauses)


@pytest.fixture
def told_all(small_assessment: Assessment) -> Assessment:
    """Give an assessment that has something to say on every sheet."""
    override = Override(
        "O1", "boilers", "B0001", "fuel", "coal", "gas", "甲", "现场核实", date(2025, 6, 1), "文1"
    )
    check = CrossCheck(
        "c", Text("核对", "check"), ("I01", "I02"), "broken", Text("不一样", "differs"),
        rows=((Text("两项都有", "both"), 2, ("B0001", "B0002")),),
    )  # fmt: skip
    changed = with_verdict(
        small_assessment,
        "I02",
        overrides=("O1",),
        state_without_overrides=State.MET,
        robustness=(
            Move("boundary", "builtup_areas", Text("边界", "border"), "m", 2.5, "up", ("B0001",)),
            Move("date", "d", Text("日期", "date"), "day", None, "none"),
        ),
        alternatives=(Alternative(Text("另一口径", "other"), State.UNDETERMINED, Fraction(1, 3)),),
        pace=(PacePoint(2024, Fraction(10), Fraction(8), Fraction(2)),),
    )
    return replace(changed, overrides=(override,), cross_checks=(check,))


def test_what_the_verdicts_rest_on_is_told(tmp_path: Path, told_all: Assessment) -> None:
    """Pace, robustness, cross-checks and overrides, each with its values."""
    path = written(told_all, tmp_path)
    (row,) = [r for r in rows_of(path, "条文") if r["条文"] == "I02"]
    assert (row["所据人工认定"], row["不采用认定时的结论"]) == ("O1", "达到")
    assert row["改变结论的最小变动(各项单独变动)"].startswith("边界: 2.50 米")
    assert row["改变结论的最小变动(各项单独变动)"].endswith("1 个要素")
    assert row["其他口径下的结论"] == "另一口径: 无法确定 0.33%"
    pace = [r for r in rows_of(path, "逐年进度") if r["条文"] == "I02"]
    assert [list(r.values())[2:6] for r in pace] == [[2024, 10, 8, 2]]
    moves = [r for r in rows_of(path, "稳健性") if r["条文"] == "I02"]
    assert (moves[0]["最小变动"], moves[0]["这些要素"]) == (2.5, "B0001")
    assert isinstance(moves[1]["最小变动"], str)
    assert moves[1]["改变归属的要素数"] == 0
    (check,) = rows_of(path, "交叉核对")
    assert list(check.values())[1:] == [
        "I01、I02", "✗ 不一致", "不一样", "两项都有", 2, "B0001、B0002",
    ]  # fmt: skip
    (override,) = rows_of(path, "人工认定")
    assert list(override.values()) == [
        "O1", "锅炉", "B0001", "燃料类型", "coal", "gas", "甲", "现场核实", date(2025, 6, 1), "文1",
        "I02",
    ]  # fmt: skip
    sheet = {r["证据编号"]: r for r in rows_of(path, "建成区小型燃煤锅炉")}
    told = sheet["boilers_in_builtup_areas/B0001"]["台账原值(已人工认定)"]
    assert told == "燃料类型:coal → gas(O1)"


def test_parameters_say_if_they_are_verified(ledger: Path, small_assessment: Assessment) -> None:
    """Each value once, with its clauses; a value that was declared is marked."""
    rows = rows_of(ledger, "参数")
    used = {p for v in small_assessment.verdicts for p in v.parameters.values()}
    assert len(rows) == len(used)
    marks = Counter(row["核实"] for row in rows)
    assert marks["⚠ 未核实"] == sum(not p.verified for p in used) > 0
    assert marks["✓ 已核实"] == sum(p.verified for p in used)
