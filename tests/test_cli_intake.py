"""The commands `read` and `check` on real kinds of files: what they tell, write and end with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import openpyxl
import pytest
from hand_made_workspaces import BROKEN_BOILER, add_rows, five_boilers

from tieling_geo.readers import read_layer
from tieling_geo.records import Card


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]

#: A ledger as a bureau keeps it: a title over all columns, two header rows, a total at the end.
LEDGER = (
    ("铁岭市燃煤锅炉台账(2025年)", None, None, None, None, None),
    ("序号", "锅炉编号", "使用单位", "额定蒸发量(蒸吨/小时)", "坐标", None),
    (None, None, None, None, "经度", "纬度"),
    (1, "001", "甲厂", "75t/h", "123°50′24″", "42°17′24″"),
    (2, "002", "乙厂", 20, "123°51′00″", "42°18′00″"),
    (3, "003", "丙厂", "52.5MW", "123°52′00″", "42°18′00″"),
    ("合计", None, None, 95, None, None),
)
MERGED = ("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "A7:C7")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Write the ledger as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "在用锅炉"
    for row in LEDGER:
        sheet.append(row)
    for merged in MERGED:
        sheet.merge_cells(merged)
    path = tmp_path / "2025年锅炉台账.xlsx"
    book.save(path)
    return path


def test_a_ledger_is_told_as_it_is_understood(ledger: Path, run_main: Run) -> None:
    """Sheet, header rows, columns, coordinates, total and the one bad cell, for a program."""
    ran = run_main("read", ledger, "--as", "boilers", "--format", "json", "--lang", "en")
    assert (ran.status, ran.err) == (1, "")
    told = json.loads(ran.out)
    assert (told["kind"], told["sheet"], told["header_rows"]) == (".xlsx", "在用锅炉", [2, 3])
    assert told["columns"]["boiler_id"] == "锅炉编号"
    assert told["columns"]["capacity_t_per_h"] == "额定蒸发量(蒸吨/小时)"
    assert told["coordinate_form"] == "dms"
    assert (told["rows_in"], told["accepted"], told["rejected"]) == (3, 2, 1)
    (bad,) = told["rejected_values"]
    assert (bad["sheet"], bad["row"], bad["cell"], bad["value"]) == ("在用锅炉", 6, "D6", "52.5MW")
    assert [(one["row"], one["kind"]) for one in told["set_aside"]] == [(1, "note"), (7, "total")]
    assert told["unread"] == ["序号"]
    check = told["accounts"][1]
    assert (check["in"], check["accepted"], check["rejected"]) == (3, 2, 1)
    assert (check["control"], check["control_in"]) == ("capacity_t_per_h", 95.0)
    assert any("no card.toml" in note for note in told["notes"])


def test_a_person_reads_the_same(ledger: Path, run_main: Run) -> None:
    """In Chinese by default: file, sheet, row, column, cell, value and reason in one line."""
    ran = run_main("read", ledger, "--as", "boilers")
    assert ran.status == 1
    assert "工作表“在用锅炉” / 第 6 行" in ran.out
    assert "(D6)" in ran.out
    assert "52.5MW" in ran.out
    assert "锅炉编号" in ran.out
    assert "合计" in ran.out


def test_accepted_rows_go_where_they_are_asked_for(
    ledger: Path, tmp_path: Path, run_main: Run
) -> None:
    """`--out` holds the accepted rows, readable as the same layer; nothing is overwritten."""
    out = tmp_path / "accepted.gpkg"
    assert run_main("read", ledger, "--as", "boilers", "--out", out).status == 1
    again = read_layer("boilers", out, card=Card("", "", "", "cgcs2000"))
    assert again.features["boiler_id"].tolist() == ["001", "002"]
    assert again.features["capacity_t_per_h"].tolist() == [75.0, 20.0]
    assert gpd.read_file(out).crs == "EPSG:4490"
    before = out.read_bytes()
    ran = run_main("read", ledger, "--as", "boilers", "--out", out)
    assert ran.status == 2
    assert out.read_bytes() == before
    assert run_main("read", ledger, "--as", "boilers", "--out", tmp_path / "a.csv").status == 2


def test_without_out_nothing_is_written(ledger: Path, tmp_path: Path, run_main: Run) -> None:
    """`read` only tells: the folder has the same files before and after."""
    before = sorted(tmp_path.rglob("*"))
    run_main("read", ledger, "--as", "boilers")
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_stated_goes_before_what_is_found(ledger: Path, run_main: Run) -> None:
    """A sheet, header rows and a column on the command line; a sheet that is not there stops."""
    words = ("read", ledger, "--as", "boilers", "--format", "json")
    ran = run_main(
        *words, "--sheet", "在用锅炉", "--header-rows", "2-3", "--column", "使用单位=name"
    )
    assert json.loads(ran.out)["columns"]["name"] == "使用单位"
    assert run_main(*words, "--sheet", "停用").status == 2
    assert run_main(*words, "--column", "使用单位").status == 2
    assert run_main(*words, "--header-rows", "3-2").status == 2


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--as", "boiler"), "boilers"),
        (("--as", "boilers", "--datum", "mars"), "gcj02"),
        (("--as", "boilers", "--datum", "gcj02"), "convert"),
        (("--as", "boilers", "--datum", "xian80", "--convert"), "1980"),
        (("--as", "boilers", "--crs", "EPSG:4550"), "EPSG:4550"),
    ],
)
def test_what_cannot_be_is_refused(
    ledger: Path, run_main: Run, words: tuple[str, ...], named: str
) -> None:
    """An unknown layer or datum, one that is shifted, degrees under a CRS in metres: status 2."""
    ran = run_main("read", ledger, *words, "--lang", "en")
    assert (ran.status, ran.out) == (2, "")
    assert named in ran.err
    assert str(ledger.parent) not in ran.err


def test_asked_for_a_shifted_ledger_is_converted(ledger: Path, run_main: Run) -> None:
    """`--datum gcj02 --convert` moves each point back, and says so."""
    words = ("read", ledger, "--as", "boilers", "--format", "json")
    told = json.loads(run_main(*words, "--datum", "gcj02", "--convert", "--lang", "en").out)
    assert told["converted_from"] == "gcj02"
    assert any("converted from GCJ-02" in note for note in told["notes"])


def test_a_file_that_is_not_there(tmp_path: Path, run_main: Run) -> None:
    """The message names the file, not its folder."""
    ran = run_main("read", tmp_path / "缺.xlsx", "--as", "boilers")
    assert ran.status == 2
    assert "缺.xlsx" in ran.err
    assert str(tmp_path) not in ran.err


def test_check_writes_what_the_clerk_puts_right(
    tmp_path: Path, run_main: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rejected row is in `rejected.xlsx`; put right there, the copy reads without a fault."""
    monkeypatch.chdir(tmp_path)
    root = five_boilers(tmp_path / "w")
    assert run_main("check", "-w", root).status == 0
    assert not (tmp_path / "rejected.xlsx").exists()
    add_rows(root, "boilers", BROKEN_BOILER)
    ran = run_main("check", "-w", root)
    assert ran.status == 1
    assert "rejected.xlsx" in ran.out
    book = openpyxl.load_workbook(tmp_path / "rejected.xlsx")
    (bad,) = [
        cell
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == "很大"
    ]
    assert bad.comment is not None
    bad.value = 12
    book.save(tmp_path / "fixed.xlsx")
    fixed = read_layer("boilers", tmp_path / "fixed.xlsx", card=Card("", "", "", "cgcs2000"))
    assert (fixed.rows_in, fixed.rows_rejected) == (6, 0)
    assert fixed.features.loc["B6", "capacity_t_per_h"] == 12.0


def test_check_does_not_overwrite_what_was_edited(
    tmp_path: Path, run_main: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second `check` replaces its own file, but not one that somebody has worked on."""
    monkeypatch.chdir(tmp_path)
    root = five_boilers(tmp_path / "w")
    add_rows(root, "boilers", BROKEN_BOILER)
    assert [run_main("check", "-w", root).status for _ in range(2)] == [1, 1]
    book = openpyxl.load_workbook("rejected.xlsx")
    book.save("rejected.xlsx")
    edited = Path("rejected.xlsx").read_bytes()
    ran = run_main("check", "-w", root)
    assert ran.status == 2
    assert Path("rejected.xlsx").read_bytes() == edited
    assert run_main("check", "-w", root, "--rejected", "again.xlsx").status == 1
