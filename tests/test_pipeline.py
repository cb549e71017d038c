"""From a workspace to verdicts: exact answers on five boilers, and what must never change them."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio
import pytest
from hand_made_workspaces import (
    BROKEN_BOILER,
    FIVE_BOILERS,
    ONE_AREA,
    add_rows,
    five_boilers,
    say,
    say_more,
)

from tieling_geo import pipeline
from tieling_geo.analyses import ANALYSES
from tieling_geo.crs.shifted_datums import to_gcj02
from tieling_geo.errors import DatumError, ParameterError, UnknownNameError
from tieling_geo.pipeline import assess, read_layers, run
from tieling_geo.plan import analysis_values, read_plan
from tieling_geo.records import Assessment, DeadlineState, Layer, State, Verdict
from tieling_geo.reports.site_counties import result_of
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text
from tieling_geo.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from fractions import Fraction

#: The supply area's square as a city's built-up area.
CITY = f"U1,示例,城市建成区,2024,{ONE_AREA[0].partition(',,')[2]}"

#: What a clause may state of its rivers, in the plan's TOML.
_RIVERS = """\
[clause.parameters.main_stem_rivers]
value = ["{river}"]
source_zh = "按 {clause_id}"
source_en = "as {clause_id} says"
verified = true

"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write a workspace of five boilers."""
    return five_boilers(tmp_path / "workspace")


def verdict_of(root: Path, clause_id: str, as_of: date | None = None) -> Verdict:
    """Judge one clause of a workspace."""
    (verdict,) = assess(open_workspace(root), as_of=as_of, only=[clause_id]).verdicts
    return verdict


def retire(root: Path, day: str) -> None:
    """Make every boiler a coal boiler of 20 t/h that was retired on a day."""
    lines = [
        f"B{n},示例,,燃煤,20,,供暖,已淘汰,2010-01-01,{day},,,123.8{n},42.25" for n in range(1, 6)
    ]
    path = root / "boilers" / "boilers.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")


# --- reading ----------------------------------------------------------------------------------


def test_layers_are_read_in_the_order_of_the_registry(root: Path) -> None:
    """All of them, or those that are asked for, from any kind of iterable; each is told of."""
    space = open_workspace(root)
    told: list[tuple[str, int, int]] = []
    layers = read_layers(
        space,
        (name for name in ("heating_supply_areas", "boilers")),
        progress=lambda what, done, of: told.append((what.en, done, of)),
    )
    assert list(layers) == ["boilers", "heating_supply_areas"]
    assert told == [("reading boilers", 0, 2), ("reading heating supply areas", 1, 2)]
    assert list(read_layers(space)) == [name for name in LAYERS if name in space.layers]
    assert len(layers["boilers"].features) == 5


def test_a_layer_without_a_file_is_not_there(root: Path) -> None:
    """It is left out, even if it was asked for; a name that is no layer's is refused."""
    shutil.rmtree(root / "boilers")
    space = open_workspace(root)
    assert list(read_layers(space, ["boilers", "parks"])) == ["parks"]
    with pytest.raises(UnknownNameError, match="no layer boiler; known: air_quality_records"):
        read_layers(space, ["boiler", "parks"])


# --- one analysis -----------------------------------------------------------------------------


def test_run_takes_values_and_optional_layers(root: Path) -> None:
    """A value departs from its default, with its source; optional layers open their measures."""
    layers = read_layers(open_workspace(root), ["boilers", "heating_supply_areas"])
    day = date(2025, 12, 31)
    name = "boilers_in_heating_coverage"
    result = run(name, layers, as_of=day, values={"pipe_buffer_m": 300.0})
    assert result is not None
    assert set(result.measures) == {
        "coal_boilers_retired_supply_area_share",
        "coal_boilers_remaining_supply_area",
    }
    parameter = result.parameters["pipe_buffer_m"]
    assert (parameter.value, parameter.source.en) == (300.0, "given by the user")
    default = run(name, layers, as_of=day)
    assert default is not None
    assert default.parameters["pipe_buffer_m"].value == 500.0
    assert run(name, {"heating_supply_areas": layers["heating_supply_areas"]}, as_of=day) is None


def test_run_refuses_what_it_does_not_know(root: Path) -> None:
    """An unknown analysis, parameter or kind of value is refused by name."""
    layers = read_layers(open_workspace(root), ["boilers"])
    day = date(2025, 12, 31)
    with pytest.raises(UnknownNameError, match="no analysis boilers"):
        run("boilers", layers, as_of=day)
    for values in ({"buffer": 1.0}, {"pipe_buffer_m": "far"}):
        with pytest.raises(ParameterError):
            run("boilers_in_heating_coverage", layers, as_of=day, values=values)


# --- exact answers ----------------------------------------------------------------------------


def test_five_boilers(root: Path) -> None:
    """One is left, one is gone, one may be coal or not: 1, and at most 2; the target is 0."""
    verdict = verdict_of(root, "I01")
    assert verdict.state is State.NOT_MET
    assert (verdict.value, verdict.low, verdict.high) == (1, 1, 2)
    assert (verdict.counted, verdict.excluded, verdict.margin) == (2, 1, -1)
    assert (verdict.against, verdict.unknown) == (("B1",), ("B5",))
    assert verdict.deadline_state is DeadlineState.NONE


def test_a_rejected_row_widens_the_bounds(root: Path) -> None:
    """It may be one more that is left: the upper bound rises by one, the value does not."""
    add_rows(root, "boilers", BROKEN_BOILER)
    assessment = assess(open_workspace(root), only=["I01"])
    (verdict,) = assessment.verdicts
    assert assessment.rows_rejected == 1
    assert (verdict.value, verdict.low, verdict.high) == (1, 1, 3)
    assert (verdict.counted, verdict.excluded) == (2, 2)


def test_a_rejected_row_takes_a_pass_away(root: Path) -> None:
    """All retired is met; with one row rejected, it is no longer sure."""
    retire(root, "2020-01-01")
    assert verdict_of(root, "I01").state is State.MET
    add_rows(root, "boilers", BROKEN_BOILER)
    verdict = verdict_of(root, "I01")
    assert verdict.state is State.UNDETERMINED
    assert (verdict.low, verdict.high) == (0, 1)


def test_a_rejected_row_of_the_scope_takes_a_pass_away(root: Path) -> None:
    """An area that was rejected might have covered further boilers."""
    retire(root, "2020-01-01")
    add_rows(root, "heating_supply_areas", "A2,N2,供热公司,,POLYGON ((0 0))")
    verdict = verdict_of(root, "I01")
    assert verdict.state is State.UNDETERMINED
    assert verdict.value == 0


def test_a_missing_layer_is_named(root: Path) -> None:
    """Without a layer that a clause needs there is no data, whatever could be computed."""
    retire(root, "2020-01-01")
    shutil.rmtree(root / "heating_supply_areas")
    verdict = verdict_of(root, "I01")
    assert verdict.state is State.NO_DATA
    assert "heating_supply_areas" in verdict.because.zh
    assert "heating_supply_areas" in verdict.because.en
    assert verdict.value is None


# --- days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("retired", "as_of", "state", "deadline"),
    [
        ("2025-12-31", date(2025, 12, 30), State.NOT_MET, DeadlineState.PENDING),
        ("2025-12-31", date(2025, 12, 31), State.MET, DeadlineState.MET_IN_TIME),
        ("2025-12-31", date(2026, 6, 1), State.MET, DeadlineState.MET_IN_TIME),
        ("2026-01-01", date(2025, 12, 31), State.NOT_MET, DeadlineState.MISSED),
        ("2026-01-01", date(2026, 1, 1), State.MET, DeadlineState.MET_LATE),
    ],
)
def test_the_deadline(
    root: Path, retired: str, as_of: date, state: State, deadline: DeadlineState
) -> None:
    """The day itself counts, for what was done on it and for the deadline (both closed)."""
    retire(root, retired)
    add_rows(root, "builtup_areas", CITY)
    verdict = verdict_of(root, "I02", as_of)
    assert verdict.clause.deadline == date(2025, 12, 31)
    assert (verdict.state, verdict.deadline_state) == (state, deadline)
    assert verdict.counted == 5
    assert verdict.value == (100 if state is State.MET else 0)


def test_the_day_comes_from_the_caller_then_the_workspace_then_today(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today is today in China: at 17:00 UTC the next day has begun there."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.fromisoformat("2026-03-01T17:00:00+00:00").astimezone(tz)

    monkeypatch.setattr(pipeline.assessing, "datetime", Clock)
    space = open_workspace(root)
    assert assess(space, as_of=date(2024, 1, 1), only=["C02"]).as_of == date(2024, 1, 1)
    assert assess(space, only=["C02"]).as_of == date(2025, 12, 31)
    assert assess(replace(space, as_of=None), only=["C02"]).as_of == date(2026, 3, 2)


# --- clauses and parameters -------------------------------------------------------------------


def test_only_some_clauses(root: Path) -> None:
    """They come in the plan's order, and nothing else is run."""
    assessment = assess(open_workspace(root), only=["I01", "C02"])
    assert [verdict.clause.clause_id for verdict in assessment.verdicts] == ["C02", "I01"]
    assert set(assessment.results) == {"park_circular_retrofit", "boilers_in_heating_coverage"}
    with pytest.raises(UnknownNameError, match="no clause I99, Z; known: A01"):
        assess(open_workspace(root), only=["Z", "I01", "I99"])


def test_every_analysis_is_run_for_the_maps(root: Path, small_assessment: Assessment) -> None:
    """
    All clauses judged: every analysis has its results, also where no clause drives it.

    There is one for each set of values that clauses give it: the first has the analysis's name,
    the others that of their clause, too.
    """
    names: dict[tuple[object, ...], str] = {}
    for clause in small_assessment.plan.clauses:
        if clause.analysis:
            key = (clause.analysis, *sorted(analysis_values(clause).items()))
            is_second = any(name == clause.analysis for name in names.values())
            suffix = f"__{clause.clause_id}" if is_second else ""
            names.setdefault(key, f"{clause.analysis}{suffix}")
    driven = {str(analysis) for analysis, *_ in names}
    assert set(small_assessment.results) == {*names.values(), *(set(ANALYSES) - driven)}
    assert {result.analysis for result in small_assessment.results.values()} == set(ANALYSES)
    for name, result in small_assessment.results.items():
        assert name.partition("__")[0] == result.analysis
    space = open_workspace(root)
    head, *clauses = space.plan.read_text(encoding="utf-8").split("[[clause]]\n")
    (only,) = [text for text in clauses if text.startswith('clause_id = "C02"')]
    head, _, _ = head.partition("[[cross_check]]")
    (root / "short.toml").write_text(f"{head}[[clause]]\n{only}", encoding="utf-8")
    say_more(root, "[parameters.boilers_in_heating_coverage]\npipe_buffer_m = 300")
    short = assess(replace(open_workspace(root), plan=root / "short.toml"))
    assert [verdict.clause.clause_id for verdict in short.verdicts] == ["C02"]
    # The workspace lacks a layer that the others need.
    there = set(short.layers)
    lacking = {
        name
        for name, card in ANALYSES.items()
        if not {schema.layer_name() for schema in card.inputs} <= there
    }
    assert "indicator_targets" in lacking
    assert set(ANALYSES) - set(short.results) == lacking
    undriven = short.results["boilers_in_heating_coverage"]
    assert undriven.parameters["pipe_buffer_m"].value == 300.0


def test_the_workspace_may_set_what_the_plan_leaves_open(root: Path) -> None:
    """The value is used and says that the user gave it; what the clause sets keeps its source."""
    say_more(root, "[parameters.boilers_in_heating_coverage]\npipe_buffer_m = 300")
    parameter = verdict_of(root, "I01").parameters["pipe_buffer_m"]
    assert parameter.value == 300.0
    assert parameter.source == Text("使用者给定", "given by the user")
    assert not parameter.verified
    limit = verdict_of(root, "I02").parameters["capacity_limit_t_per_h"]
    assert limit.verified
    assert "plan" in limit.source.en


def test_the_workspace_may_not_set_what_the_plan_sets(root: Path) -> None:
    """A clause's own threshold is refused, by the name of the clause."""
    say_more(root, "[parameters.boilers_in_builtup_areas]\ncapacity_limit_t_per_h = 40")
    with pytest.raises(ParameterError, match="capacity_limit_t_per_h is set by clause I02"):
        assess(open_workspace(root))
    assert assess(open_workspace(root), only=["I01"]).verdicts


def test_clauses_of_one_analysis_share_a_run_or_have_their_own(root: Path) -> None:
    """H02 and H03 agree on their parameters and share a result; if they do not, each has one."""
    space = open_workspace(root)
    shared = assess(space, only=["H02", "H03"])
    assert list(shared.results) == ["outfall_remediation"]
    text = space.plan.read_text(encoding="utf-8")
    for clause_id, river in (("H02", "辽河"), ("H03", "清河")):
        head, tail = text.split(f'clause_id = "{clause_id}"\n')
        own, following, rest = tail.partition("[[clause.assumptions]]")
        own += _RIVERS.format(river=river, clause_id=clause_id)
        text = f'{head}clause_id = "{clause_id}"\n{own}{following}{rest}'
    (root / "other.toml").write_text(text, encoding="utf-8")
    other = assess(replace(space, plan=root / "other.toml"), only=["H02", "H03"])
    assert list(other.results) == ["outfall_remediation", "outfall_remediation__H03"]
    rivers = [r.parameters["main_stem_rivers"] for r in other.results.values()]
    assert [parameter.value for parameter in rivers] == [("辽河",), ("清河",)]
    # Each carries the source of its clause, not that of the analysis's default.
    assert [parameter.source.en for parameter in rivers] == ["as H02 says", "as H03 says"]
    assert all(parameter.verified for parameter in rivers)


def test_one_sample_layer_makes_the_whole_a_sample(root: Path) -> None:
    """The workspace says nothing, one layer's card does: the assessment is marked."""
    assert not assess(open_workspace(root), only=["C02"]).is_sample
    with (root / "counties" / "card.toml").open("a", encoding="utf-8") as file:
        file.write("is_sample = true\n")
    assert assess(open_workspace(root), only=["C02"]).is_sample


def test_a_result_of_a_sample_layer_is_a_sample(root: Path) -> None:
    """One of the layers that it rests on is enough, needed or optional; another one is not."""
    layers = read_layers(
        open_workspace(root), ["boilers", "counties", "parks", "heating_supply_areas"]
    )
    name, day = "boilers_in_heating_coverage", date(2025, 12, 31)
    marks = {}
    for marked in layers:
        card = replace(layers[marked].card, is_sample=True)
        found = run(name, {**layers, marked: replace(layers[marked], card=card)}, as_of=day)
        assert found is not None
        marks[marked] = found.is_sample
    beside = {"parks": False, "counties": True}
    assert marks == {"boilers": True, "heating_supply_areas": True, **beside}


# --- what must hold on any input --------------------------------------------------------------


def test_every_feature_is_counted_or_has_its_reason(small_assessment: Assessment) -> None:
    """For each clause with an analysis: features = counted + excluded, and nobody is in both."""
    answered = [verdict for verdict in small_assessment.verdicts if verdict.clause.analysis]
    assert len(answered) == sum(bool(c.analysis) for c in small_assessment.plan.clauses) > 0
    for verdict in answered:
        result = result_of(verdict, small_assessment)
        assert result is not None
        table = result.excluded[result.excluded["measure"] == verdict.clause.measure]
        out = set(table["feature_id"])
        assert len(out) == len(table)
        ids = set(result.features.index.astype(str))
        # A park that the plan names and the layer lacks is excluded without being a feature.
        assert verdict.counted == len(ids - out)
        assert verdict.excluded == int((table["kind"] == "unknown").sum())
        assert set(verdict.against) <= ids - out
        assert set(verdict.unknown) == set(table.loc[table["kind"] == "unknown", "feature_id"])
        assert (table[["reason_zh", "reason_en"]] != "").all(axis=None)


def test_no_layer_can_be_taken_away_for_a_pass(
    small_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Knock out each layer in turn: every clause that names it has no data, none is met anew."""
    space = open_workspace(small_workspace)
    read = read_layers(space)
    monkeypatch.setattr(pipeline.reading, "read_layer", lambda name, _path: read[name])
    # Datums are held elsewhere; here they would be held again for each layer that is gone.
    monkeypatch.setattr(pipeline.assessing, "check_datums", lambda *_: ())
    clauses = read_plan(space.plan).clauses
    for gone in {name for clause in clauses for name in clause.layers}:
        touched = [clause.clause_id for clause in clauses if gone in clause.layers]
        left = {name: path for name, path in space.layers.items() if name != gone}
        for verdict in assess(replace(space, layers=left), only=touched).verdicts:
            assert verdict.state is State.NO_DATA
            assert gone in verdict.because.en


def facts(assessment: Assessment) -> Iterator[tuple[object, ...]]:
    """Give what a verdict says, without what may differ between two files of one layer."""
    for verdict in assessment.verdicts:
        numbers: tuple[Fraction | None, ...] = (verdict.value, verdict.low, verdict.high)
        yield verdict.clause.clause_id, verdict.state, numbers, verdict.against, verdict.unknown
        yield verdict.counted, verdict.excluded, verdict.deadline_state, verdict.because


def test_the_order_of_the_rows_does_not_matter(
    own_workspace: Path, small_assessment: Assessment
) -> None:
    """Ledgers written from the last row to the first give the same verdicts."""
    for name in ("boilers", "outfalls", "freight_sites"):
        path = own_workspace / name / f"{name}.csv"
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([header, *reversed(rows), ""]), encoding="utf-8")
    assert list(facts(assess(open_workspace(own_workspace)))) == list(facts(small_assessment))


def test_the_kind_of_the_file_does_not_matter(
    own_workspace: Path, small_assessment: Assessment
) -> None:
    """Ledgers handed in as GeoPackage or GeoJSON give the same verdicts."""
    layers: dict[str, Layer] = read_layers(open_workspace(own_workspace), ["boilers", "outfalls"])
    for name, suffix, driver in (("boilers", "gpkg", "GPKG"), ("outfalls", "geojson", "GeoJSON")):
        (own_workspace / name / f"{name}.csv").unlink()
        path = own_workspace / name / f"{name}.{suffix}"
        degrees = layers[name].features.to_crs("EPSG:4490" if suffix == "gpkg" else "EPSG:4326")
        pyogrio.write_dataframe(degrees.reset_index(drop=True), path, layer=name, driver=driver)
    again = assess(open_workspace(own_workspace))
    assert again.layers["boilers"].source == "boilers.gpkg"
    assert list(facts(again)) == list(facts(small_assessment))


def test_a_far_feature_changes_nothing(root: Path) -> None:
    """One more boiler outside every area leaves the verdict as it was."""
    before = verdict_of(root, "I01")
    add_rows(root, "boilers", "B9,远厂,,燃煤,20,,供暖,在用,,,,,124.20,42.90")
    after = verdict_of(root, "I01")
    assert (after.value, after.low, after.high) == (before.value, before.low, before.high)
    assert (after.counted, after.excluded) == (before.counted, before.excluded)


def test_a_double_number_rejects_both_rows(root: Path) -> None:
    """Which of two rows of one number is right is not ours to say: both may be anything."""
    add_rows(root, "boilers", FIVE_BOILERS[0])
    verdict = verdict_of(root, "I01")
    assert verdict.against == ()
    assert (verdict.value, verdict.low, verdict.high) == (0, 0, 3)
    assert verdict.state is State.UNDETERMINED


def test_without_a_workspace_the_embedded_one_is_assessed() -> None:
    """It says that it is a sample, and takes its own day."""
    assessment = assess(only=["C02"])
    assert assessment.is_sample
    assert assessment.as_of == open_workspace().as_of


def test_progress_is_told(root: Path) -> None:
    """Every layer and every clause is told of, in both languages."""
    told: list[Text] = []
    space: Workspace = open_workspace(root)
    assess(space, only=["C02"], progress=lambda what, _done, _of: told.append(what))
    assert len(told) == len(space.layers) + 1
    assert told[-1] == Text("判定条文 C02", "judging clause C02")


def test_the_language_of_the_file_is_not_judged(root: Path) -> None:
    """What a workspace says of its language changes no verdict."""
    before = list(facts(assess(open_workspace(root), only=["I01"])))
    text = (root / "tieling.toml").read_text(encoding="utf-8")
    (root / "tieling.toml").write_text(text.replace('language = "zh"', ""), encoding="utf-8")
    say(root, 'language = "en"')
    assert list(facts(assess(open_workspace(root), only=["I01"]))) == before


def test_a_contradicted_datum_stops_unless_somebody_answers_for_it(own_workspace: Path) -> None:
    """Outfalls half a kilometre off: status 2; confirmed by name, it goes into the products."""
    ledger = own_workspace / "outfalls" / "outfalls.csv"
    table = pd.read_csv(ledger, dtype="str")
    lon, lat = to_gcj02(table["经度"].astype(float), table["纬度"].astype(float))
    table["经度"], table["纬度"] = lon.round(6).astype(str), lat.round(6).astype(str)
    table.to_csv(ledger, index=False)
    with pytest.raises(DatumError, match="GCJ-02"):
        assess(open_workspace(own_workspace), only=["H02"])
    say_more(
        own_workspace,
        '[layers.outfalls]\npath = "outfalls/outfalls.csv"\ndatum_confirmed = "王工"',
    )
    assessment = assess(open_workspace(own_workspace), only=["H02"])
    assert any("王工" in note.zh for note in assessment.layers["outfalls"].notes)
    path = own_workspace / "tieling.toml"
    text = path.read_text("utf-8").replace(
        'datum_confirmed = "王工"', 'datum = "gcj02"\nconvert = true'
    )
    path.write_text(text, "utf-8")
    checks = assess(open_workspace(own_workspace), only=["H02"]).datum_checks
    assert any("outfalls" in told.en and "agrees" in told.en for told in checks)
