"""Another city and another plan, without a line of code: every number counted by hand."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

import tieling_geo
from tieling_geo.pipeline import assess
from tieling_geo.workspace import open_workspace

if TYPE_CHECKING:
    from tieling_geo.records import Assessment, Verdict

WORKSPACE = Path(__file__).parent / "workspace"
PACKAGE = Path(tieling_geo.__file__).parent
#: What would name the city that the bundled plan is of.
_NAMES = re.compile(r"铁岭|铁法|银州|\bTieling\b|Tieling'|2112\d\d|辽河|调兵山|昌图")


@pytest.fixture(scope="module")
def assessment() -> "Assessment":
    """Assess the invented city."""
    return assess(open_workspace(WORKSPACE))


@pytest.fixture(scope="module")
def verdicts(assessment: "Assessment") -> "dict[str, Verdict]":
    """Give its verdicts by clause."""
    return {verdict.clause.clause_id: verdict for verdict in assessment.verdicts}


@pytest.mark.parametrize(
    ("clause", "state", "value"),
    [
        # 20 t/h itself does not count: one boiler left of two.
        ("Y1", "not_met", Fraction(50)),
        # exactly on an open target
        ("Y2", "not_met", Fraction("41.5")),
        # five years of 1.1, exactly on a closed target
        ("Y3", "met", Fraction("5.5")),
        ("Y4", "not_met", Fraction(80)),
        # 15 ± 2 % is 14.7 to 15.3, closed
        ("Y5", "met", Fraction("15.3")),
        # one year below is enough
        ("Y6", "not_met", Fraction("89.9")),
        ("Y7", "met", Fraction(10)),
        ("Y8", "no_data", None),
        ("Y9", "no_data", None),
        ("Y10", "not_decidable", None),
    ],
)
def test_every_clause_stands_as_counted_by_hand(
    verdicts: "dict[str, Verdict]", clause: str, state: str, value: Fraction | None
) -> None:
    """State and exact value."""
    assert (verdicts[clause].state.value, verdicts[clause].value) == (state, value)


def test_what_is_only_striven_for_is_not_violated(verdicts: "dict[str, Verdict]") -> None:
    """The gap is told, and nobody is accused."""
    assert not verdicts["Y4"].is_violation
    assert verdicts["Y4"].margin == -20
    assert verdicts["Y2"].is_violation


def test_what_is_about_is_told_at_two_widths(verdicts: "dict[str, Verdict]") -> None:
    """15.3 lies in both bands."""
    assert [a.state.value for a in verdicts["Y5"].alternatives] == ["met"]


def test_what_is_missing_is_said(verdicts: "dict[str, Verdict]") -> None:
    """A layer that nobody delivered, and an analysis that nobody wrote."""
    assert verdicts["Y8"].waiting_for == "layer"
    assert verdicts["Y9"].waiting_for == "analysis"


def test_districts_are_told_apart(assessment: "Assessment") -> None:
    """B1 stands in the west, B3 in the east."""
    rollups = assessment.results["boilers_in_builtup_areas"].rollups
    rows = rollups[rollups["dimension"] == "county_name"]
    told = {row.group: (row.numerator, row.denominator) for row in rows.itertuples()}
    assert (told["东区"], told["西区"]) == ((1, 1), (0, 1))


def test_all_products_are_of_that_city(
    run_main: Callable[..., Any], tmp_path: Path, verdicts: "dict[str, Verdict]"
) -> None:
    """The whole contract from the command line, and no word of any other city in it."""
    out = tmp_path / "out"
    ran = run_main("assess", "--workspace", WORKSPACE, "--out", out)
    assert ran.status == 0, ran.err
    rows = json.loads((out / "verdicts.json").read_text(encoding="utf-8"))
    assert {row["clause"]: row["state"] for row in rows} == {
        name: verdict.state.value for name, verdict in verdicts.items()
    }
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Green action of Yunze" in page
    book = openpyxl.load_workbook(out / "ledger.xlsx", read_only=True)
    words = [
        str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if v
    ]
    for text in (page, ran.out, "\n".join(words)):
        assert not _NAMES.findall(text)


def test_the_package_names_no_city() -> None:
    """Outside the plans and the sample, no file of the package knows one."""
    files = [
        path
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in {".py", ".html", ".js", ".css"}
        and path.relative_to(PACKAGE).parts[0] not in {"sample", "_embedded"}
    ]
    named = {
        path.relative_to(PACKAGE).as_posix(): found
        for path in files
        if (found := _NAMES.findall(path.read_text(encoding="utf-8")))
    }
    assert len(files) > 100
    assert named == {}
