"""The bundled plan: its 102 clauses, and what becomes of each without its inputs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from tieling_geo import pipeline
from tieling_geo.analyses import ANALYSES
from tieling_geo.plan import analysis_values, bundled_plans, evaluate, read_plan
from tieling_geo.plan.targets import is_satisfied
from tieling_geo.records import (
    REJECTED_COLUMNS,
    Assessment,
    DeadlineState,
    Layer,
    State,
    Verdict,
    WaitingFor,
)
from tieling_geo.schemas import LAYERS

PLAN = read_plan(bundled_plans()["tieling_145"])
CLAUSES = {clause.clause_id: clause for clause in PLAN.clauses}
#: Clauses that an analysis decides or reports.
BUILT = {name: clause for name, clause in CLAUSES.items() if clause.analysis}
NEEDED = sorted({layer for clause in BUILT.values() for layer in clause.layers})
BASICALLY = ("E09", "F04", "H02", "H03", "I02", "K02", "K03", "K07", "K10")
DAY = date(2025, 12, 31)
Verdicts = Mapping[str, Verdict]

#: Typed from the register: comparator, target, unit and last day of every clause with a target.
TARGETS = """
A01 >= 14.5 % 2025           A03 >= 0.7862 wan_t 2025    A04 >= 0.009 wan_t 2025
A05 >= 0.4872 wan_t 2025     A06 >= 0.1832 wan_t 2025    B02 >= 100 % 2023
B06 <= 1.3 pue -             B07 >= 14.5 % 2025          B08 >= 12 % 2025
B09 > 30 % 2025              C02 >= 100 % 2025           C04 <= 0 count -
D01 >= 100 % 2025            D02 >= 30 % 2025            D03 >= 8 % 2025
D04 >= 70 % 2025             D05 < 10 % 2025             E01 <= 0 count -
E02 about 15 % 2025          E03 >= 100 % 2025           E04 > 0 percentage_point -
E09 >= 95 % -                F01 >= 800 wan_mu_times 2025
F02 >= 255 wan_mu 2025       F03 >= 25 % 2025            F04 >= 95 % 2025
F05 >= 43 % 2025             F06 >= 85 % 2025            F07 >= 80 % 2025
F08 >= 92 % 2025             H02 >= 95 % 2023            H03 >= 95 % 2025
H04 >= 900/13 % 2025         I01 <= 0 count -            I02 >= 95 % 2025
I03 <= 0 count -             I06 about 13.7 % 2025       I07 >= 100 % -
J01 >= 20 percentage_point 2025                          J02 >= 10 percentage_point 2025
J03 >= 20 % 2025             K01 >= 90 wan_t_per_d 2025  K02 >= 95 % 2025
K03 >= 95 % 2025             K04 >= 70 % 2025            K05 >= 90 % 2025
K06 about 65 % 2025          K07 >= 95 % 2025            K08 >= 60 % 2025
K09 <= 0 count -             K10 >= 95 % 2025            K11 >= 100 % 2025
L01 >= 100 % -               M01 >= 100 % -              N01 >= 100 % -
N02 <= 0 count -             N03 >= 100 % -              O01 >= 100 % -
"""
#: Oddities and open definitions of the plan, and a word by which a clause's warnings tell them.
TOLD = {
    "A01": ("14.5",),
    "A04": ("1.1 %", "decimal slip"),
    "B02": ("over 80 % by 2025", "18 months"),
    "B07": ("14.5",),
    "B09": ("sectors",),
    "C02": ("closed", "市住房和城乡建设局"),
    "C04": ("K09", "deadline"),
    "D03": ("numerator",),
    "D04": ("城镇", "clean"),
    "D05": ("城市",),
    "E01": ("in principle", "green modes", "市住户和城乡建设局", "deadline"),
    "E03": ("no violation", "城市建成区", "boundary"),
    "F03": ("35 %", "denominator"),
    "F04": ("boundary",),
    "G01": ("市发展和改革委",),
    "H01": ("key areas",),
    "H02": ("two scopes", "18 months"),
    "H03": ("only the year",),
    "H04": ("thirteen", "only the year"),
    "I01": ("define coverage", "deadline", "never summed"),
    "I02": ("of a boiler or of a site", "boundary", "城市建成区", "never summed", "absolute"),
    "I05": ("禁燃",),
    "I06": ("two sides",),
    "I07": ("absolute", "deadline"),
    "J01": ("percentage points",),
    "J03": ("percent",),
    "K01": ("377 L", "9.6 %"),
    "K02": ("城市建成区", "boundary"),
    "K03": ("城市建成区", "boundary"),
    "K04": ("no violation", "城市"),
    "K09": ("averaged", "C04", "deadline"),
    "L01": ("no county's number",),
    "M01": ("no county's number",),
    "N02": ("twice",),
    "P01": ("铁岭银保监分局",),
}


def assess(layers: Mapping[str, Layer], clause_ids: Iterable[str] = BUILT) -> Verdicts:
    """Assess clauses on layers that are in memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline.assessing, "read_layers", lambda *_, **__: dict(layers))
        # The datums of the sample are held elsewhere.
        patch.setattr(pipeline.assessing, "check_datums", lambda *_: ())
        found: Assessment = pipeline.assess(as_of=DAY, only=clause_ids)
    return {verdict.clause.clause_id: verdict for verdict in found.verdicts}


@pytest.fixture(scope="module")
def verdicts(sample_layers: Mapping[str, Layer]) -> Verdicts:
    """Assess every clause that has an analysis on the sample, once."""
    return assess(sample_layers)


@pytest.fixture(scope="module")
def verdicts_of_rejected(sample_layers: Mapping[str, Layer]) -> Verdicts:
    """Assess them on the sample with two rejected rows in every layer, once."""
    return assess({name: with_rejected(layer, 2) for name, layer in sample_layers.items()})


def that_need(layer: str) -> list[str]:
    """Name the clauses with an analysis that need a layer."""
    return [name for name, clause in BUILT.items() if layer in clause.layers]


def without(layers: Mapping[str, Layer], name: str) -> dict[str, Layer]:
    """Take a layer away."""
    return {key: layer for key, layer in layers.items() if key != name}


def with_rejected(layer: Layer, rows: int) -> Layer:
    """Add rejected rows to a layer, of which nothing is known."""
    more = pd.DataFrame(
        [(layer.name, layer.source, "", n + 1, "status", "", "?", "?", "?") for n in range(rows)],
        columns=list(REJECTED_COLUMNS),
    )
    blank = layer.features.drop(columns="geometry").iloc[:0].reindex(range(1, rows + 1))
    return replace(
        layer,
        rejected=pd.concat([layer.rejected, more], ignore_index=True),
        rejected_rows=pd.concat([layer.rejected_rows, blank]) if len(blank.columns) else blank,
        rows_in=layer.rows_in + rows,
    )


# --- the records --------------------------------------------------------------------------------


def test_every_target_is_that_of_the_register() -> None:
    """Exactly, with its comparator, unit and last day; no other clause has a target."""
    words = TARGETS.split()
    rows = [words[n : n + 5] for n in range(0, len(words), 5)]
    expected = {
        name: (comparator, Fraction(target), unit, None if year == "-" else date(int(year), 12, 31))
        for name, comparator, target, unit, year in rows
    }
    found = {
        name: (clause.comparator, clause.target, clause.unit, clause.deadline)
        for name, clause in CLAUSES.items()
        if clause.target is not None
    }
    assert found == expected
    assert {c.deadline for c in CLAUSES.values() if c.target is None} == {None}


def test_what_is_without_a_deadline_says_so() -> None:
    """A clause with a target and no last day warns; of none 2025 is assumed in silence."""
    for name, clause in CLAUSES.items():
        if clause.target is not None and clause.deadline is None:
            assert any("deadline" in warning.en for warning in clause.warnings), name


@pytest.mark.parametrize("name", CLAUSES)
def test_every_phrase_is_there_and_every_reading_is_told(name: str) -> None:
    """Nothing that people read is blank; what is measured is so by an assumption that is told."""
    clause = CLAUSES[name]
    phrases = [clause.paraphrase, clause.scope, *clause.assumptions, *clause.warnings]
    phrases += [parameter.source for parameter in clause.parameters]
    assert all(word.strip() for phrase in phrases for word in phrase)
    if clause.undecided_because.zh:
        assert clause.kind in {"paperwork", "undecidable", "rule"}
        assert clause.undecided_because.en
        assert (clause.comparator, clause.strictness) == ("none", "report")
    else:
        assert clause.assumptions
        assert clause.unit
        assert clause.layers or clause.planned_layers
        assert (clause.comparator == "none") == (clause.strictness == "report")


@pytest.mark.parametrize(("name", "words"), TOLD.items())
def test_oddities_of_the_plan_are_told_and_not_mended(name: str, words: tuple[str, ...]) -> None:
    """Each stands among the clause's warnings."""
    warnings = [warning.en for warning in CLAUSES[name].warnings]
    for word in words:
        assert any(word in warning for warning in warnings), word


def test_only_what_the_plan_says_softly_is_soft() -> None:
    """Two clauses strive, one holds in principle; what has a reading of ours is declared."""
    soft: dict[str, list[str]] = {}
    for name, clause in CLAUSES.items():
        soft.setdefault(clause.strictness, []).append(name)
    assert (soft["aspirational"], soft["conditional"]) == (["E03", "K04"], ["E01"])
    ours = {"C04", "E02", "E04", "I03", "I06", "K06", "N01", "N02", "O01"}
    assert set(soft["declared"]) == ours | set(BASICALLY)


@pytest.mark.parametrize("name", BASICALLY)
def test_basically_is_declared_by_us(name: str) -> None:
    """Where the plan says 'basically', 95 % is a parameter of the clause, not verified."""
    clause = CLAUSES[name]
    [shared] = [p for p in clause.parameters if p.name == "basically_share_pct"]
    assert (shared.value, shared.unit, shared.verified) == (95.0, "%", False)
    assert (clause.hedges, clause.strictness) == (("基本",), "declared")
    if clause.analysis == "indicator_targets":
        assert clause.beside == (("latest",) if name == "E09" else ())
    elif clause.analysis:
        assert [name for name in clause.beside if "remaining" in name]


@pytest.mark.parametrize("name", ["E02", "I06", "K06"])
def test_about_has_two_widths(name: str) -> None:
    """5 % of the target decides, 10 % is told beside it; both are declared by us."""
    clause = CLAUSES[name]
    assert (clause.tolerance_pct, clause.second_tolerance_pct) == (Fraction(5), Fraction(10))
    bands = {p.name: (p.value, p.verified) for p in clause.parameters if p.name.startswith("about")}
    assert bands == {"about_band_pct": (5.0, False), "about_band_wide_pct": (10.0, False)}


def test_35_t_per_h_is_included() -> None:
    """The plan's own words include the number: closed, from the plan, verified."""
    clause = CLAUSES["I02"]
    assert analysis_values(clause) == {
        "capacity_limit_t_per_h": 35.0,
        "capacity_limit_closed": True,
    }
    assert all(p.verified for p in clause.parameters if p.name != "basically_share_pct")
    used = ANALYSES[clause.analysis].parameters_used(analysis_values(clause))
    assert used["capacity_limit_t_per_h"].interval == "closed"


def test_nine_of_thirteen_is_a_fraction() -> None:
    """Nine of thirteen sections are on target, eight are not; ten thousandths of a point decide."""
    target = CLAUSES["H04"].target
    assert target == Fraction(9 * 100, 13)
    assert target > Fraction("69.23")


def test_a_misspelt_bureau_is_kept_and_told() -> None:
    """The plan's lists are not mended in silence: a variant has its usual name beside it."""
    assert "市住户和城乡建设局" in PLAN.sections["三(四)"].bureaus
    named = {bureau for section in PLAN.sections.values() for bureau in section.bureaus}
    assert set(PLAN.bureau_aliases) < named
    assert set(PLAN.bureau_aliases.values()) <= named - set(PLAN.bureau_aliases)


def test_every_section_but_one_names_bureaus() -> None:
    """The overall targets have none; every clause has a section, and every section a title."""
    assert [name for name, s in PLAN.sections.items() if not s.bureaus] == ["二"]
    assert (PLAN.plan_id, PLAN.base_year) == ("tieling_145", 2020)


@pytest.mark.parametrize(
    "name", [n for n, c in BUILT.items() if c.analysis.endswith("indicator_targets")]
)
def test_indicators_are_those_of_the_plan(name: str) -> None:
    """Each is on the plan's list, in one unit, compared with the plan's base year."""
    values = analysis_values(CLAUSES[name])
    indicators = values["indicators"]
    assert isinstance(indicators, tuple)
    [unit] = {PLAN.indicators[one].unit for one in indicators}
    assert (values["unit"], values["base_year"]) == (unit, 2020.0)


def test_every_indicator_is_asked_for() -> None:
    """The list holds what clauses use, and nothing else."""
    listed = [analysis_values(clause).get("indicators", ()) for clause in BUILT.values()]
    used = {one for value in listed if isinstance(value, tuple) for one in value}
    assert used == set(PLAN.indicators)


@pytest.mark.parametrize("name", [n for n, c in CLAUSES.items() if not c.analysis])
def test_what_is_not_built_has_no_data_or_says_why(name: str) -> None:
    """An analysis that is named and not built is waited for; words are not decidable."""
    clause = CLAUSES[name]
    verdict = evaluate(clause, None)
    if clause.planned_analysis:
        assert (verdict.state, verdict.waiting_for) == (State.NO_DATA, WaitingFor.ANALYSIS)
        assert clause.planned_analysis in verdict.because.en
        assert clause.planned_analysis not in ANALYSES
        assert not set(clause.planned_layers) & set(LAYERS)
    else:
        assert (verdict.state, verdict.waiting_for) == (State.NOT_DECIDABLE, None)
        assert clause.undecided_because.en in verdict.because.en


def test_the_annex_is_asked_for() -> None:
    """Only the two clauses whose numbers stand in an annex have one; no row of it is invented."""
    assert [n for n, c in CLAUSES.items() if c.annex.zh] == ["L01", "M01"]
    for name in ("L01", "M01"):
        assert "分解目标" in CLAUSES[name].annex.zh
        assert "分解目标" in CLAUSES[name].annex.en


# --- what becomes of a clause without its inputs ------------------------------------------------


def test_the_annex_is_waited_for(verdicts: Verdicts) -> None:
    """The sample has no row of the annex: no data, and what is needed is said."""
    for name in ("L01", "M01"):
        verdict = verdicts[name]
        assert (verdict.state, verdict.waiting_for) == (State.NO_DATA, WaitingFor.ANNEX)
        assert verdict.value is None


@pytest.mark.parametrize("layer", NEEDED)
def test_a_missing_layer_is_never_a_pass(layer: str, sample_layers: Mapping[str, Layer]) -> None:
    """Without any one of its layers a clause has no data, and the layer is named."""
    found = assess(without(sample_layers, layer), that_need(layer))
    assert found
    for verdict in found.values():
        assert verdict.state is State.NO_DATA
        assert layer in verdict.because.zh
        assert layer in verdict.because.en
        assert (verdict.value, verdict.against) == (None, ())
        expected = DeadlineState.NONE if verdict.clause.deadline is None else DeadlineState.UNKNOWN
        assert verdict.deadline_state is expected


@pytest.mark.parametrize("layer", NEEDED)
def test_an_empty_layer_is_never_a_pass(layer: str, sample_layers: Mapping[str, Layer]) -> None:
    """A layer that is known to have no row: nothing in scope, or nothing known of what may be."""
    empty = replace(
        sample_layers[layer],
        card=replace(sample_layers[layer].card, rows=0),
        features=sample_layers[layer].features.iloc[:0],
        rows_in=sample_layers[layer].rows_rejected,
    )
    found = assess({**sample_layers, layer: empty}, that_need(layer))
    for name, verdict in found.items():
        assert verdict.state is not State.MET
        if layer == CLAUSES[name].layers[0]:
            # Nothing is counted; but a list of names or a table of numbers that is known stays as
            # long as it is: its entries are unknown.
            # E02's modes are such entries, too; E07 lists terminals, and what it counts is sites.
            kind, given = CLAUSES[name].kind, CLAUSES[name].parameters
            names = kind == "named_list" and any(isinstance(p.value, tuple) for p in given)
            listed = name == "E02" or (name != "E07" and (names or kind == "number"))
            assert verdict.state is (State.NO_DATA if listed else State.NOT_APPLICABLE), name
            assert verdict.value is None


def test_a_pass_of_the_sample_does_not_outlive_a_rejected_row(
    verdicts: Verdicts, sample_layers: Mapping[str, Layer]
) -> None:
    """K02 is met by 25 of 25 with one unknown; a row more, of either layer, and it is open."""
    met = verdicts["K02"]
    assert (met.state, met.deadline_state) == (State.MET, DeadlineState.MET_IN_TIME)
    assert (met.counted, met.excluded, met.low) == (25, 1, Fraction(1250, 13))
    for name in CLAUSES["K02"].layers:
        doubtful = {**sample_layers, name: with_rejected(sample_layers[name], 1)}
        verdict = assess(doubtful, ["K02"])["K02"]
        assert verdict.state is State.UNDETERMINED
        assert verdict.deadline_state is DeadlineState.UNKNOWN


@pytest.mark.parametrize("name", BUILT)
def test_rejected_rows_never_help(
    name: str, verdicts: Verdicts, verdicts_of_rejected: Verdicts
) -> None:
    """
    Rows rejected from every layer at once: nothing comes to be met, and bounds hold what they did.

    What was met may stay so only if it rests on one layer, counts features, and would be met even
    if each rejected row were a feature in scope that is not done.
    """
    before, after = verdicts[name], verdicts_of_rejected[name]
    assert after.state is not State.MET or before.state is State.MET
    if after.state is State.MET:
        assert len(CLAUSES[name].layers) == 1
        assert after.estimate is not None
        assert isinstance(after.estimate.numerator, int)
        worst = after.low if CLAUSES[name].comparator[0] == ">" else after.high
        assert worst is not None
        assert is_satisfied(CLAUSES[name], worst)
    assert after.value == before.value
    if before.low is not None and before.high is not None:
        assert after.low is not None
        assert after.high is not None
        assert after.low <= before.low <= before.high <= after.high
        assert after.excluded == before.excluded + 2


# --- the embedded workspace -----------------------------------------------------------------------


def test_every_clause_that_a_layer_can_answer_is_answered(verdicts: Verdicts) -> None:
    """Those with a target are decided, those without one reported; as many as the register has."""
    spatial = {"spatial", "spatial_number", "named_list"}
    decided = {n for n, c in BUILT.items() if c.kind in spatial and c.comparator != "none"}
    reported = {n for n, c in BUILT.items() if c.kind in {*spatial, "report"}} - decided
    states = {name: verdict.state for name, verdict in verdicts.items()}
    assert {states[name] for name in decided} == {State.MET, State.NOT_MET}
    assert {states[name] for name in reported} == {State.REPORTED}
    # S, N+S, L+S and L are 34 rows, of which E07 and I05 ask for no number; S* are 30 rows.
    assert len(decided) == 34 - 2
    assert len(reported) == 30 + 2
    assert {name for name, c in CLAUSES.items() if c.planned_analysis} == set()
