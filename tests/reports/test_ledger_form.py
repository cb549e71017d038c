"""How the ledger's sheets are made: filters, colours, links, parts, bytes, both languages."""

import hashlib
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hand_made_workspaces import five_boilers
from python_calamine import CalamineWorkbook
from test_workbook_writing import PAYLOADS

from tests.reports.test_ledger_workbook import rows_of, written
from tieling_geo.errors import OutputRefusedError
from tieling_geo.pipeline import assess
from tieling_geo.records import Assessment, State
from tieling_geo.render.panel import SAMPLE
from tieling_geo.reports import ledger_basis, ledger_features, ledger_pages
from tieling_geo.reports.ledger import write_ledger
from tieling_geo.text import Text
from tieling_geo.workspace import open_workspace


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


def test_the_sheets_are_easy_to_use(book: openpyxl.Workbook) -> None:
    """Header frozen, filters, landscape, the header printed on each page; colours by rule."""
    for sheet in book:
        assert sheet.freeze_panes
        assert sheet.page_setup.orientation == "landscape"
        if sheet.title != "汇总":
            assert sheet.auto_filter.ref.startswith("A4:")
            assert sheet.freeze_panes.endswith("5")
            assert sheet.print_title_rows == "$4:$4"
    rules = {
        rule.formula[0]: rule.dxf.fill.bgColor.rgb
        for area in book["条文"].conditional_formatting
        for rule in area.rules
    }
    assert {f'"{state.label.zh}"' for state in State} <= set(rules)
    assert rules['"达到"'] != rules['"未达到"']
    links = [c.hyperlink.location for row in book["汇总"].iter_rows() for c in row if c.hyperlink]
    names = [place.rpartition("!")[0].strip("'") for place in links]
    assert names == book.sheetnames[1:]
    day = next(c for c in book["条文"]["V"][4:] if c.value is not None)
    assert (type(day.value), day.number_format) == (datetime, "yyyy-mm-dd")


def test_a_sample_says_so_on_every_sheet(
    book: openpyxl.Workbook, tmp_path: Path, small_assessment: Assessment
) -> None:
    """In its first cell and above each printed page; what is no sample says nothing of it."""
    assert [sheet["A1"].value for sheet in book] == [SAMPLE.zh] * len(book.sheetnames)
    assert {sheet.oddHeader.center.text for sheet in book} == {SAMPLE.zh}
    real = written(replace(small_assessment, is_sample=False), tmp_path)
    other = openpyxl.load_workbook(real)
    assert SAMPLE.zh not in {sheet["A1"].value for sheet in other}
    filtered = [sheet.auto_filter.ref[:3] for sheet in other.worksheets[1:]]
    assert filtered == ["A3:"] * (len(other.sheetnames) - 1)


def test_both_libraries_read_the_same(ledger: Path, book: openpyxl.Workbook) -> None:
    """Every sheet has as many rows with a value in both."""
    other = CalamineWorkbook.from_path(ledger)
    assert other.sheet_names == book.sheetnames
    for sheet in book:
        mine = sum(any(c is not None for c in row) for row in sheet.iter_rows(values_only=True))
        its = sum(
            any(c not in {"", None} for c in row)
            for row in other.get_sheet_by_name(sheet.title).iter_rows()
        )
        assert mine == its


def test_no_payload_becomes_a_formula(tmp_path: Path, small_assessment: Assessment) -> None:
    """As a feature's name, a reason, a header and a sheet's name it stays text, and is no link."""
    name = "boilers_in_heating_coverage"
    result = small_assessment.results[name]
    names = [PAYLOADS[n % len(PAYLOADS)] for n in range(len(result.features))]
    tables = {payload: pd.DataFrame({payload: [payload]}) for payload in PAYLOADS}
    features = result.features.assign(name=names)
    told = Text(PAYLOADS[0], PAYLOADS[0])
    changed = replace(
        small_assessment,
        title=told,
        results={name: replace(result, features=features, tables=tables)},
        verdicts=tuple(replace(v, because=told) for v in small_assessment.verdicts),
    )
    path = written(changed, tmp_path)
    read = openpyxl.load_workbook(path)
    cells = [cell for sheet in read for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.hyperlink and cell.hyperlink.target]
    for number, payload in enumerate(PAYLOADS):
        said = [cell for cell in cells if cell.value == payload.replace("\r", "\n")]
        # The header and the cell of its own table, and the names of features.
        assert len(said) >= 2 + (number < len(names))
        assert {cell.data_type for cell in said} == {"s"}
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(read.sheetnames) > len(PAYLOADS)
        assert not any(b"<f>" in archive.read(sheet) for sheet in sheets)


def test_the_same_assessment_is_the_same_bytes(
    ledger: Path, small_assessment: Assessment, tmp_path: Path
) -> None:
    """A second run changes no byte."""
    second = written(small_assessment, tmp_path)
    one, two = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (ledger, second))
    assert one == two


def test_english_has_the_same_rows(
    book: openpyxl.Workbook, small_assessment: Assessment, tmp_path: Path
) -> None:
    """The same sheets under English names, with as many rows, and English headers."""
    english = openpyxl.load_workbook(written(small_assessment, tmp_path, language="en"))
    assert english.sheetnames[:4] == ["Summary", "Clauses", "By county", "By bureau"]
    assert [s.max_row for s in english][1:] == [s.max_row for s in book][1:]
    assert [cell.value for cell in english["Clauses"][4]][:5] == [
        "clause", "section", "what it asks (our words)", "sign", "verdict",
    ]  # fmt: skip


def test_one_clause_without_data(tmp_path: Path) -> None:
    """Without its layer a clause has no data: every sheet is there, empty ones say so."""
    assessment = assess(open_workspace(five_boilers(tmp_path / "w")), only=["A01"])
    path = written(assessment, tmp_path)
    (row,) = rows_of(path, "条文", is_sample=False)
    assert (row["结论"], row["标记"], row["现值"], row["等待"]) == ("缺数据", "∅", "", "缺图层")
    assert [rows_of(path, name, is_sample=False) for name in ("待办", "稳健性", "参数")] == [[]] * 3
    read = openpyxl.load_workbook(path)
    assert str(read["待办"]["B2"].value).endswith("(本表没有记录)")


def test_more_rows_than_a_sheet_holds_are_split(
    tmp_path: Path, small_assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row is lost: the parts are numbered, and the contents link to each."""
    monkeypatch.setattr(ledger_pages, "MAX_ROWS", 24)
    name = "boilers_in_heating_coverage"
    result = small_assessment.results[name]
    path = written(replace(small_assessment, results={name: result}), tmp_path)
    names = [n for n in CalamineWorkbook.from_path(path).sheet_names if n.startswith("未计入")]
    parts = [rows_of(path, name) for name in names]
    assert names[:3] == ["未计入", "未计入 (2)", "未计入 (3)"]
    # Of 24 rows, four stand above the records.
    assert {len(part) for part in parts[:-1]} == {20}
    assert sum(map(len, parts)) == len(result.excluded)


def test_what_is_left_out_is_told_with_both_numbers(
    tmp_path: Path, small_assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unknown come first; the rest, and tables that are too long, are in the evidence."""
    monkeypatch.setattr(ledger_basis, "MOST_EXCLUDED", 7)
    monkeypatch.setattr(ledger_features, "MOST_TABLE_ROWS", 6)
    path = written(small_assessment, tmp_path)
    meant = sum(len(result.excluded) for result in small_assessment.results.values())
    rows = rows_of(path, "未计入")
    assert len(rows) == 7
    assert rows[0]["类别"] == "情况不明"
    read = openpyxl.load_workbook(path)
    assert f"此处列 7 行,共 {meant} 行" in str(read["未计入"]["B3"].value)
    lines = {str(row[0].value): row[2].value for row in read["汇总"].iter_rows()}
    long = small_assessment.results["rail_freight_catchments"].tables["site_to_terminal"]
    assert lines["rail_freight_catchments__site_to_terminal"] == (
        f"{len(long)} 行,未列入本册;全部在 evidence.gpkg 的表 "
        "rail_freight_catchments__site_to_terminal 中"
    )


def test_a_file_that_somebody_saved_is_not_replaced(
    ledger: Path, small_assessment: Assessment, tmp_path: Path
) -> None:
    """A ledger in which a person has worked is refused, and stays."""
    path = tmp_path / "ledger.xlsx"
    openpyxl.load_workbook(ledger).save(path)
    before = path.read_bytes()
    with pytest.raises(OutputRefusedError):
        write_ledger(small_assessment, path)
    assert path.read_bytes() == before
