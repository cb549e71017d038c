"""
The bundled plan's file against the register of its clauses and against the plan's own text.

Both lie beside the real data and are no part of the repository.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from tieling_geo.analyses import ANALYSES
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import Clause
from tieling_geo.text import Text
from tieling_geo.units import UNITS

pytestmark = pytest.mark.real

PLAN = read_plan(bundled_plans()["tieling_145"])
CLAUSES = {clause.clause_id: clause for clause in PLAN.clauses}
#: The register's type codes, and what the records call them.
KINDS = {
    "S": "spatial",
    "N+S": "spatial_number",
    "L+S": "named_list",
    "L": "named_list",
    "N": "number",
    "S*": "report",
    "P": "paperwork",
    "Q": "undecidable",
    "rule": "rule",
}
WORDS_ONLY = {"S*", "P", "Q", "rule"}
#: Clauses of other types that ask for no number, either.
WITHOUT_NUMBER = {"E07", "I05", "O02"}
#: Targets whose number does not stand in the sentence, and why it is the target all the same.
NOT_WRITTEN = {
    "B02": "the city's capacity without a part of it: all",
    "C02": "all three parks",
    "C04": "none without a plan",
    "D01": "all new buildings",
    "E01": "none without a green mode",
    "E03": "all vehicles",
    "E04": "a rise: above zero",
    "I01": "none left",
    "I03": "none without a plan",
    "I07": "full coverage",
    "K09": "none without a plan",
    "K11": "all medical waste",
    "L01": "every county",
    "M01": "all four pollutants",
    "N01": "every project",
    "N02": "none without guidance",
    "N03": "all new projects",
    "O01": "every permit holder",
}
#: Thresholds as their sentences spell them: digits, then the multiple that is written beside them.
SPELLED = {
    ("E01", "large_site_t_per_year"): "150万",
    ("E08", "large_site_t_per_year"): "150万",
    ("I02", "capacity_limit_t_per_h"): "35",
    ("I03", "coal_use_limit_gce_per_kwh"): "300",
    ("K09", "inflow_bod_limit_mg_per_l"): "100",
    ("N02", "large_user_tce"): "5万",
}
_SECTION = re.compile(r"（([一二三四五六七八九十]+)）")
_PART = re.compile(r"([一二三四五六七八九十]+)、")
_YEAR = re.compile(r"(?<!vs )\b20(\d\d)(?:-(\d\d))?\b")
_LONGEST_SHARED = 11


class Row(NamedTuple):
    """A row of the register."""

    kind: str
    asks: str
    target: str
    heading: str


@pytest.fixture(scope="session")
def beside(real_data: Path) -> Path:
    """Return the folder of the plan and its register; skip where it is absent."""
    folder = real_data.parent / "plan"
    if not folder.is_dir():
        pytest.skip("no plan beside the real data: its file is held against nothing")
    return folder


@pytest.fixture(scope="session")
def register(beside: Path) -> dict[str, Row]:
    """Read the register's rows, each under its heading."""
    heading, found = "", {}
    for line in (beside / "clauses.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("####"):
            heading = line.split()[1]
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"[A-Z]\d\d", cells[0]):
            found[cells[0]] = Row(cells[1], cells[2], cells[3], heading)
    return found


@pytest.fixture(scope="session")
def source_text(beside: Path) -> str:
    """Read the plan itself."""
    return (beside / "tieling_145.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sections(source_text: str) -> dict[str, str]:
    """Cut the plan into its sections, named as the clauses name them."""
    part = name = ""
    found: dict[str, str] = {}
    for line in source_text.splitlines():
        if heading := _PART.match(line):
            part = name = heading[1]
        elif heading := _SECTION.match(line):
            name = f"{part}({heading[1]})"
        found[name] = f"{found.get(name, '')}{line}\n"
    return found


@pytest.fixture(scope="session")
def sentences(sections: Mapping[str, str]) -> dict[str, str]:
    """Give each clause's sentence: the one of its section that has the clause's digest."""
    found = {}
    for clause in PLAN.clauses:
        fitting = [
            s for s in sections[clause.section].split("。") if digest(s) == clause.sentence_sha256
        ]
        assert len(fitting) == 1, clause.clause_id
        found[clause.clause_id] = fitting[0].strip()
    return found


def digest(sentence: str) -> str:
    """Reckon the digest of a sentence."""
    return hashlib.sha256(sentence.strip().encode()).hexdigest()


def texts(value: object) -> Iterable[str]:
    """Give every Chinese and English phrase of a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Text, tuple)):
        for item in value:
            yield from texts(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from texts(getattr(value, name))


# --- the register -------------------------------------------------------------------------------


def test_every_row_is_a_clause_in_the_same_order(register: Mapping[str, Row]) -> None:
    """All 102, none skipped, none added."""
    assert list(CLAUSES) == list(register)
    assert len(CLAUSES) == 102


def test_each_type_is_its_kind(register: Mapping[str, Row]) -> None:
    """As often as the register counts them."""
    kinds = {name: clause.kind for name, clause in CLAUSES.items()}
    assert kinds == {name: KINDS[row.kind] for name, row in register.items()}
    assert Counter(kinds.values()) == {
        "spatial": 11,
        "spatial_number": 20,
        "named_list": 3,
        "number": 27,
        "report": 30,
        "paperwork": 5,
        "undecidable": 5,
        "rule": 1,
    }


def test_a_row_without_a_number_has_no_target(register: Mapping[str, Row]) -> None:
    """And every other row has one; of E04 the register gives a direction, which is a target."""
    without = {name for name, clause in CLAUSES.items() if clause.comparator == "none"}
    by_type = {name for name, row in register.items() if row.kind in WORDS_ONLY}
    assert without == by_type | WITHOUT_NUMBER
    told = {name for name, row in register.items() if "no number" in row.target}
    assert without >= told - {"E04"}
    assert told >= WITHOUT_NUMBER


def test_a_deadline_stands_where_the_register_has_one(register: Mapping[str, Row]) -> None:
    """The last year that the target's cell names, except the year compared with; else none."""
    for name, row in register.items():
        years = [2000 + int(last or first) for first, last in _YEAR.findall(row.target)]
        deadline = CLAUSES[name].deadline
        assert (deadline.year if deadline else None) == (years[-1] if years else None), name


def test_each_clause_is_in_the_section_of_its_row(register: Mapping[str, Row]) -> None:
    """The heading names it; in part four the row itself does, and P01 joins several."""
    for name, row in register.items():
        part = row.heading[0]
        told = _SECTION.search(row.heading) or _SECTION.search(row.asks if part == "四" else "")
        section = f"{part}({told[1]})" if told else part
        expected = {"P01": "四(五)", "R01": "五(二)"}.get(name, section)
        assert CLAUSES[name].section == expected, name


# --- the plan's own text ------------------------------------------------------------------------


def test_every_sentence_stands_once_in_its_section(sentences: Mapping[str, str]) -> None:
    """The digest is that of one sentence, between two full stops, of the clause's section."""
    assert list(sentences) == list(CLAUSES)
    assert all(sentences.values())


@pytest.mark.parametrize("clause", PLAN.clauses, ids=CLAUSES)
def test_hedges_stand_in_the_sentence(clause: Clause, sentences: Mapping[str, str]) -> None:
    """Each word once; a word that stands only inside a longer one is not named."""
    sentence = sentences[clause.clause_id]
    assert len(set(clause.hedges)) == len(clause.hedges)
    for word in clause.hedges:
        assert word in sentence


def spelled(clause: Clause) -> str:
    """Write a target as a plan writes it: the number, and its unit at once behind it."""
    assert clause.target is not None
    unit = "" if clause.unit == "pue" else UNITS[clause.unit].zh
    return f"{float(clause.target):g}{unit}"


@pytest.mark.parametrize(
    "clause",
    [clause for clause in PLAN.clauses if clause.target is not None],
    ids=lambda c: c.clause_id,
)
def test_targets_stand_in_the_sentence(clause: Clause, sentences: Mapping[str, str]) -> None:
    """With their unit; a number that does not is declared, or has its reason above."""
    sentence, name = sentences[clause.clause_id], clause.clause_id
    declared = any(p.name == "basically_share_pct" for p in clause.parameters)
    if name == "H04":
        assert clause.target is not None
        assert f"{float(clause.target):.2f}%" == "69.23%"
        assert "69.23%" in sentence
    elif declared or name in NOT_WRITTEN:
        assert not re.search(rf"(?<![\d.]){re.escape(spelled(clause))}", sentence)
        assert declared != bool(NOT_WRITTEN.get(name))
    else:
        assert re.search(rf"(?<![\d.]){re.escape(spelled(clause))}", sentence)


def test_thresholds_stand_in_the_sentence_beside_their_word(sentences: Mapping[str, str]) -> None:
    """The number, and within a few signs the word that says whether it counts itself."""
    hedged = {
        (clause.clause_id, parameter.name): parameter
        for clause in PLAN.clauses
        for parameter in clause.parameters
        if parameter.hedge
    }
    assert set(hedged) == set(SPELLED)
    for (name, key), parameter in hedged.items():
        number, word = SPELLED[name, key], parameter.hedge
        near = rf"(?<!\d){number}[^，。]{{0,8}}{word}|{word}{number}"
        assert re.search(near, sentences[name]), name
        factor = 10_000 if number.endswith("万") else 1
        assert parameter.value == int(number.rstrip("万")) * factor
        assert parameter.verified


def test_city_targets_are_those_of_the_clauses(sentences: Mapping[str, str]) -> None:
    """M01 adds counties up to the four targets that A03 to A06 have, and to no others."""
    [stated] = [p.value for p in CLAUSES["M01"].parameters if p.name == "city_targets"]
    assert isinstance(stated, tuple)
    targets = {}
    for name in ("A03", "A04", "A05", "A06"):
        [listed] = [p.value for p in CLAUSES[name].parameters if p.name == "indicators"]
        assert isinstance(listed, tuple)
        targets[listed[0]] = CLAUSES[name].target
    pairs = [item.split("=") for item in stated]
    assert {name: Fraction(number) for name, number in pairs} == targets
    assert all(number in sentences["A03"] for _, number in pairs)


@pytest.mark.parametrize("section", PLAN.sections)
def test_bureaus_are_those_of_the_section(section: str, sections: Mapping[str, str]) -> None:
    """In the plan's order and in its spelling, whatever that is; none where none are named."""
    bracket = re.search(r"（([^（）]*?)(?:负责，各县（市）区政府负责落实）)\s*$", sections[section])
    if section == "二":
        assert bracket is None
        assert PLAN.sections[section].bureaus == ()
        return
    assert bracket
    told = re.split(r"牵头|等按职责分工", bracket[1])[0].removeprefix("责任单位:")
    assert list(PLAN.sections[section].bureaus) == told.split("、")


@pytest.mark.parametrize(
    "record",
    [
        *PLAN.clauses,
        *PLAN.sections.values(),
        *PLAN.indicators.values(),
        *PLAN.cross_checks,
        *PLAN.facts.values(),
        *ANALYSES.values(),
    ],
)
def test_nothing_quotes_the_plan(record: object, source_text: str) -> None:
    """No phrase of a record shares a run of 12 signs or more with the plan."""
    size = _LONGEST_SHARED + 1
    for phrase in texts(record):
        runs = [phrase[n : n + size] for n in range(len(phrase) - _LONGEST_SHARED)]
        assert [run for run in runs if run in source_text] == []
