"""Every product is parsed as another program would, and all of them say the same."""

import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

_CLAUSE = re.compile(
    r'<tr class="clause" id="(?P<id>[^"]+)"[^>]*data-state="(?P<state>[^"]+)"[^>]*'
    r'data-overrides="(?P<overrides>\d+)"'
)
_CHIP = re.compile(
    r'<button type="button" class="state [^"]*" data-state="(?P<state>\w+)".*?'
    r"<b>(?P<count>\d+)</b>",
    re.DOTALL,
)
_COVERAGE = re.compile(r'<tr data-word="(?P<word>\w+)">.*?<td class="number">(?P<count>\d+)</td>')
#: What people read for each state: every soft label that is no state of its own is "not met".
_TITLES = {
    "达到": "met",
    "未达到": "not_met",
    "无法确定": "undetermined",
    "缺数据": "no_data",
    "不适用": "not_applicable",
    "仅报告": "reported",
    "条文不可判定": "not_decidable",
}


def to_state(title: str) -> str:
    """Give the state that a label means."""
    plain = title.strip().split("(")[0].split("（")[0]
    return "not_met" if plain == "待说明" else _TITLES[plain]


@pytest.fixture(scope="module")
def verdicts(products: Path) -> dict[str, dict[str, Any]]:
    """Read `verdicts.json`."""
    rows = json.loads((products / "verdicts.json").read_text(encoding="utf-8"))
    return {row["clause"]: row for row in rows}


@pytest.fixture(scope="module")
def states(verdicts: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Give the state of each clause."""
    assert len(verdicts) == 102
    return {name: row["state"] for name, row in verdicts.items()}


@pytest.fixture(scope="module")
def provenance(products: Path) -> dict[str, Any]:
    """Read `provenance.json`."""
    found: dict[str, Any] = json.loads((products / "provenance.json").read_text(encoding="utf-8"))
    return found


def rows_of(products: Path, sheet: str, first: str = "条文") -> list[dict[str, Any]]:
    """Read a sheet of `ledger.xlsx` under its header, the row that begins with a word."""
    book = openpyxl.load_workbook(products / "ledger.xlsx", read_only=True)
    rows = list(book[sheet].iter_rows(values_only=True))
    top = next(n for n, row in enumerate(rows) if row[:1] == (first,) and len(set(row)) > 2)
    return [dict(zip(rows[top], row, strict=False)) for row in rows[top + 1 :] if row[0]]


def test_the_dashboard_has_the_states(products: Path, states: dict[str, str]) -> None:
    """Each clause's row, and the counts of the chips."""
    page = (products / "index.html").read_text(encoding="utf-8")
    found = {match["id"]: match["state"] for match in _CLAUSE.finditer(page)}
    assert found == states
    chips = {match["state"]: int(match["count"]) for match in _CHIP.finditer(page)}
    assert {state: count for state, count in chips.items() if count} == Counter(states.values())


def test_the_ledger_has_the_states_and_the_numbers(
    products: Path, verdicts: dict[str, dict[str, Any]], states: dict[str, str]
) -> None:
    """State, value, bounds, what counted, what is unknown, who speaks against it."""
    rows = {row["条文"]: row for row in rows_of(products, "条文")}
    assert {name: to_state(row["结论"]) for name, row in rows.items()} == states
    for name, row in rows.items():
        stated = verdicts[name]
        for header, key in (("现值", "value"), ("最低", "low"), ("最高", "high")):
            number = stated[key]
            assert row[header] == (None if number is None else pytest.approx(number)), (name, key)
        assert (row["计入要素"], row["情况不明"]) == (stated["counted"], stated["excluded"]), name
        assert row["不利要素"] == stated["evidence"]["features_against"], name


def test_the_evidence_has_the_states(
    products: Path, verdicts: dict[str, dict[str, Any]], provenance: dict[str, Any]
) -> None:
    """The table of verdicts, number by number, and a layer or table of each result."""
    keys = ("state", "value", "low", "high", "counted", "excluded", "is_violation")
    with closing(sqlite3.connect(products / "evidence.gpkg")) as database:
        rows = database.execute(f"SELECT clause, {', '.join(keys)} FROM verdicts").fetchall()  # noqa: S608 - names of ours
        tables = {name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")}
    assert {clause: tuple(row) for clause, *row in rows} == {
        name: tuple(row[key] for key in keys) for name, row in verdicts.items()
    }
    assert provenance["parameters"].keys() < tables


def test_the_report_has_the_states(products: Path, states: dict[str, str]) -> None:
    """The tables of the sections name each clause once, with its verdict."""
    document = docx.Document(str(products / "report.docx"))
    found: dict[str, str] = {}
    for table in document.tables:
        header = [cell.text for cell in table.rows[0].cells]
        if header[:1] != ["条文"] or "结论" not in header:
            continue
        at = header.index("结论")
        for row in table.rows[1:]:
            cells = [cell.text for cell in row.cells]
            if cells[0] in states and cells[0] not in found:
                found[cells[0]] = to_state(cells[at].split(" ", 1)[-1])
    assert found == states


def test_the_counts_are_the_same_everywhere(
    products: Path,
    states: dict[str, str],
    verdicts: dict[str, dict[str, Any]],
    provenance: dict[str, Any],
) -> None:
    """The coverage ledger of provenance, of the dashboard, of the ledger and of the report."""
    coverage: dict[str, int] = provenance["coverage"]
    waiting = Counter(row["waiting_for"] for row in verdicts.values() if row["waiting_for"])
    plain = Counter(state for state in states.values() if state != "no_data")
    assert {k: v for k, v in coverage.items() if v} == {
        **plain,
        **{f"no_data_{word}": count for word, count in waiting.items()},
    }
    assert sum(coverage.values()) == len(states)
    page = (products / "index.html").read_text(encoding="utf-8")
    assert {row["word"]: int(row["count"]) for row in _COVERAGE.finditer(page)} == coverage
    counts = sorted(n for n in coverage.values() if n)
    listed = rows_of(products, "条文覆盖")
    assert sorted(row["条文"] for row in listed) == sorted(states)
    assert sorted(Counter(row["归类"] for row in listed).values()) == counts
    document = docx.Document(str(products / "report.docx"))
    summary = next(
        t for t in document.tables if [c.text for c in t.rows[0].cells][:2] == ["结论", "条数"]
    )
    counted = [int(row.cells[1].text) for row in summary.rows[1:]]
    # The last row is the sum of the others.
    assert counted[-1] == sum(counted[:-1]) == len(states)
    assert sorted(n for n in counted[:-1] if n) == counts


def test_every_override_is_in_every_product(
    products: Path, verdicts: dict[str, dict[str, Any]], provenance: dict[str, Any]
) -> None:
    """Who set what: everywhere the same ids; and the clauses that rest on them."""
    ids = [one["override_id"] for one in provenance["overrides"]]
    assert ids
    with closing(sqlite3.connect(products / "evidence.gpkg")) as database:
        rows = database.execute("SELECT override_id FROM overrides").fetchall()
    assert [row[0] for row in rows] == ids
    resting = {
        one: "、".join(name for name, row in verdicts.items() if one in row["overrides"])
        for one in ids
    }
    listed = rows_of(products, "人工认定", "认定编号")
    assert {row["认定编号"]: row["以此为据的条文"] or "" for row in listed} == resting
    document = docx.Document(str(products / "report.docx"))
    told = next(t for t in document.tables if t.rows[0].cells[0].text == "编号")
    assert [row.cells[0].text for row in told.rows[1:]] == ids
    page = (products / "index.html").read_text(encoding="utf-8")
    counted = {m["id"]: int(m["overrides"]) for m in _CLAUSE.finditer(page)}
    assert counted == {name: len(row["overrides"]) for name, row in verdicts.items()}


def test_rejected_and_read_rows_are_the_same(products: Path, provenance: dict[str, Any]) -> None:
    """Rows read, accepted and rejected, layer by layer."""
    inputs = provenance["inputs"]
    for layer in inputs:
        assert layer["rows_in"] == layer["rows_accepted"] + layer["rows_rejected"]
    listed = rows_of(products, "图层", "图层")
    assert [(row["名称(程序)"], row["读入"], row["接受"], row["退回"]) for row in listed] == [
        (one["layer"], one["rows_in"], one["rows_accepted"], one["rows_rejected"]) for one in inputs
    ]
    with closing(sqlite3.connect(products / "evidence.gpkg")) as database:
        (rejected,) = database.execute("SELECT count(*) FROM rejected").fetchone()
    assert (rejected > 0) == any(layer["rows_rejected"] for layer in inputs)
