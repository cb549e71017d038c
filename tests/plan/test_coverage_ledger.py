"""Every clause stands in one row of the coverage ledger."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.plan.hand_made_verdicts import CLAUSE, judge, left, share
from tieling_geo.plan.coverage_ledger import GROUP_TITLES, coverage_ledger
from tieling_geo.plan.evaluate import Doubt
from tieling_geo.records import Clause, Verdict
from tieling_geo.text import Text

if TYPE_CHECKING:
    from tieling_geo.records import Assessment

NONE_LEFT = replace(CLAUSE, comparator="<=", target=0, unit="count")
PLANNED = replace(CLAUSE, analysis="", measure="", planned_analysis="p", planned_measure="m")
ANNEX = replace(CLAUSE, annex=Text("缺附件", "the annex is missing"))


def one(clause_id: str, clause: Clause, *args: object, **known: object) -> Verdict:
    """Judge a clause under an id of its own."""
    return judge(replace(clause, clause_id=clause_id), *args, **known)


#: One verdict a way to stand.
VERDICTS = (
    one("a", CLAUSE, share(95, 100)),
    one("b", CLAUSE, share(94, 100)),
    one("c", CLAUSE, share(95, 100, worse=1)),
    one("d", CLAUSE, share(0, 0)),
    one("e", replace(CLAUSE, comparator="none", target=None), share(1, 2)),
    one("f", PLANNED, None),
    one("g", CLAUSE, share(1, 2), doubt=Doubt(missing_layers=("boilers",))),
    one("h", CLAUSE, share(0, 0, worse=2)),
    one("i", ANNEX, share(0, 0, worse=7)),
    one("j", replace(CLAUSE, analysis="", measure="", kind="paperwork"), None),
    one("k", NONE_LEFT, left(0)),
)


@pytest.fixture
def assessment(small_assessment: "Assessment") -> "Assessment":
    """Give an assessment with one verdict a way to stand."""
    return replace(small_assessment, verdicts=VERDICTS)


def test_each_verdict_stands_in_its_row(assessment: "Assessment") -> None:
    """Two are met, the others stand alone; the order is fixed."""
    rows = [(row.word, "".join(row.clauses)) for row in coverage_ledger(assessment).rows]
    assert rows == [
        ("met", "ak"),
        ("not_met", "b"),
        ("undetermined", "c"),
        ("not_applicable", "d"),
        ("reported", "e"),
        ("no_data_analysis", "f"),
        ("no_data_layer", "g"),
        ("no_data_values", "h"),
        ("no_data_annex", "i"),
        ("not_decidable", "j"),
    ]


def test_counts_add_up(assessment: "Assessment") -> None:
    """By row and by group: the number of verdicts."""
    ledger = coverage_ledger(assessment)
    assert ledger.total == sum(row.count for row in ledger.rows) == len(VERDICTS)
    assert ledger.groups == {
        "decided": 3,
        "undetermined": 1,
        "not_applicable": 1,
        "reported": 1,
        "waiting": 4,
        "not_decidable": 1,
    }
    assert set(ledger.groups) == set(GROUP_TITLES)


def test_nothing_judged_is_nothing_covered(small_assessment: "Assessment") -> None:
    """Rows without a clause are there, too."""
    ledger = coverage_ledger(replace(small_assessment, verdicts=()))
    assert ledger.total == 0
    assert len(ledger.rows) == 10


def test_what_a_clause_waits_for_is_said() -> None:
    """The annex by its own words, an analysis with the layers that it would need."""
    told = {verdict.clause.clause_id: verdict.because.en for verdict in VERDICTS}
    assert "the annex is missing" in told["i"]
    assert told["f"] == "analysis p is not built yet; it needs the layers boilers"
