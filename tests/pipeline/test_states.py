"""The states of a published map: other days and other parameters, each run once."""

from dataclasses import replace
from datetime import date

import pytest

from tests.pipeline.small_ledgers import read
from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import MapError
from tieling_geo.pipeline import running
from tieling_geo.pipeline.judging import judge
from tieling_geo.pipeline.running import Runs
from tieling_geo.pipeline.states import run_states
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import (
    Assessment,
    DeadlineState,
    Layer,
    MapState,
    ParameterValue,
    PublishedMap,
    State,
    StateCard,
    Verdict,
)
from tieling_geo.render import states_left_out, states_of
from tieling_geo.text import Text

DAY = date(2025, 12, 31)
GAP = date(2023, 6, 29)
RETIRED = date(2023, 6, 30)
HEATING, BUILTUP = "boilers_in_heating_coverage", "boilers_in_builtup_areas"
#: B1 is retired on a day, B2 stands inside the area and B3 beside it, all three near the pipe.
BOILERS = (
    "锅炉编号,燃料类型,额定蒸发量(蒸吨/小时),状态,淘汰日期,经度,纬度\n"
    "B1,燃煤,20,已淘汰,2023-06-30,123.85,42.25\n"
    "B2,燃煤,20,在用,,123.8999,42.25\n"
    "B3,燃煤,20,在用,,123.9001,42.25\n"
)
SQUARE = '"POLYGON ((123.8 42.2, 123.9 42.2, 123.9 42.3, 123.8 42.3, 123.8 42.2))"\n'
AREAS = f"供热范围编号,管网编号,供热单位,启用日期,WKT\nA1,N1,甲,,{SQUARE}"
PIPES = '管段编号,管网编号,WKT\nP1,N1,"LINESTRING (123.9 42.2, 123.9 42.3)"\n'
TOWNS = f"建成区编号,建成区名称,范围类型,年份,WKT\nU1,甲城,城市建成区,2020,{SQUARE}"
PLAN = read_plan(bundled_plans()["tieling_145"])
CLAUSES = {c.clause_id: c for c in PLAN.clauses}
LEDGERS = {
    "boilers": BOILERS,
    "heating_supply_areas": AREAS,
    "heating_pipes": PIPES,
    "builtup_areas": TOWNS,
}


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Layer]:
    """Read the ledgers."""
    folder = tmp_path_factory.mktemp("ledgers")
    return {name: read(folder, name, text) for name, text in LEDGERS.items()}


def card(
    word: str, as_of: date | None = None, **parameters: dict[str, ParameterValue]
) -> StateCard:
    """Promise a state."""
    return StateCard(Text(word, f"{word} en"), as_of, parameters)


def published(*states: StateCard) -> PublishedMap:
    """Publish a map of both analyses of boilers."""
    return PublishedMap("heating", Text("供热", "Heating"), (HEATING, BUILTUP), states=states)


def judged(layers: dict[str, Layer], *ids: str) -> tuple[Runs, tuple[Verdict, ...]]:
    """Judge clauses as an assessment does."""
    runs = Runs(layers, {}, DAY)
    return runs, tuple(judge(CLAUSES[name], runs) for name in ids)


def states(layers: dict[str, Layer], *cards: StateCard) -> tuple[MapState, ...]:
    """Run the states of the map after an assessment of both clauses."""
    return run_states([published(*cards)], *judged(layers, "I01", "I02"))["heating"]


def shown(state: MapState, name: str = HEATING) -> list[str]:
    """Give the categories of the boilers in a state."""
    features = state.results[name].features
    return features["category"].tolist()


def test_each_state_is_reckoned_to_its_day(layers: dict[str, Layer]) -> None:
    """The day of the retirement counts (closed), the day before it does not."""
    before, on = states(layers, card("前", GAP), card("当日", RETIRED))
    assert shown(before) == ["remaining", "remaining", "outside"]
    assert shown(on) == ["retired", "remaining", "outside"]
    assert (before.title, before.as_of, on.as_of) == (Text("前", "前 en"), GAP, RETIRED)
    assert [v.clause.clause_id for v in on.verdicts] == ["I01", "I02"]
    assert [s.verdicts[0].value for s in (before, on)] == [2, 1]
    # What is due at the end of 2025 is not due yet; on the day itself it is.
    assert {s.verdicts[1].deadline_state for s in (before, on)} == {DeadlineState.PENDING}
    assert judged(layers, "I02")[1][0].deadline_state is DeadlineState.MISSED


def test_a_state_s_numbers_are_those_of_an_assessment_of_its_day(layers: dict[str, Layer]) -> None:
    """The same verdicts and features as if that day had been assessed."""
    (state,) = states(layers, card("前", GAP))
    runs = Runs(layers, {}, GAP)
    whole = tuple(judge(CLAUSES[name], runs) for name in ("I01", "I02"))
    assert whole[0].robustness  # which the state spares
    assert state.verdicts == tuple(replace(verdict, robustness=()) for verdict in whole)
    for name, result in runs.named().items():
        assert state.results[name].measures == result.measures
        assert state.results[name].features.equals(result.features)


def test_another_coverage_model_is_a_state(layers: dict[str, Layer]) -> None:
    """The same day by the pipes: B1 is far from them; the verdict rests on the supply areas."""
    (state,) = states(layers, card("按管网", **{HEATING: {"shown_methods": ("pipe_buffer",)}}))
    assert state.as_of == DAY
    assert shown(state) == ["outside", "remaining", "remaining"]
    assert state.verdicts[0].state is State.NOT_MET
    assert state.parameters == {HEATING: {"shown_methods": ("pipe_buffer",)}}
    source = state.results[HEATING].parameters["shown_methods"].source
    assert source.en == "given by the user"


def test_what_was_run_is_not_run_again(
    layers: dict[str, Layer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day that the assessment has run, such as a deadline, costs nothing; nor does a twin."""
    runs, verdicts = judged(layers, "I01", "I02")
    ran = []
    real = running.run
    monkeypatch.setattr(
        running, "run", lambda name, *rest, **more: ran.append(name) or real(name, *rest, **more)
    )
    changed = {HEATING: {"pipe_buffer_m": 1.0}}
    maps = [published(card("前", GAP), card("仍是该日", **changed)), published(card("同", GAP))]
    run_states(maps, runs, verdicts)
    assert ran == [HEATING, BUILTUP, HEATING]


def test_only_what_the_assessment_ran_is_run(layers: dict[str, Layer]) -> None:
    """An analysis that no clause drives is run too, where the assessment has run it."""
    runs, verdicts = judged(layers, "I02")
    (state,) = run_states([published(card("前", GAP))], runs, verdicts)["heating"]
    assert list(state.results) == [BUILTUP]
    runs.add_undriven([HEATING])
    (state,) = run_states([published(card("前", GAP))], runs, verdicts)["heating"]
    assert list(state.results) == [HEATING, BUILTUP]
    assert [v.clause.clause_id for v in state.verdicts] == ["I02"]


def test_a_state_after_the_day_is_left_out_and_the_map_says_so(layers: dict[str, Layer]) -> None:
    """Nobody knows it; the day itself with nothing changed is the assessment."""
    later = date(2026, 1, 1)
    mine = published(card("后", later), card("年底", DAY), card("前", GAP))
    runs, verdicts = judged(layers, "I01", "I02")
    found = run_states([mine], runs, verdicts)
    assert [state.as_of for state in found["heating"]] == [GAP]
    made = assessment(layers, runs, verdicts, found)
    assert [s.title.zh for s in states_of(mine, made)] == ["前", "年底"]
    (told,) = states_left_out(mine, made)
    assert told.en == "'后 en' is not shown: 2026-01-01 is after the day 2025-12-31"


def test_the_assessment_is_a_state_among_the_others(layers: dict[str, Layer]) -> None:
    """By day, the assessment behind the earlier ones, other parameters behind it."""
    other = {HEATING: {"pipe_buffer_m": 1.0}}
    mine = published(card("变", GAP, **other), card("当日", RETIRED), card("前", GAP))
    runs, verdicts = judged(layers, "I01", "I02", "C02")
    made = assessment(layers, runs, verdicts, run_states([mine], runs, verdicts))
    found = states_of(mine, made)
    assert [s.title.zh for s in found] == ["前", "当日", "评估日", "变"]
    assert found[2].results == {name: made.results[name] for name in (HEATING, BUILTUP)}
    assert found[2].verdicts == verdicts[:2]
    assert states_of(mine, assessment(layers, runs, verdicts, {})) == ()


def assessment(
    layers: dict[str, Layer],
    runs: Runs,
    verdicts: tuple[Verdict, ...],
    found: dict[str, tuple[MapState, ...]],
) -> Assessment:
    """Put together what `assess` would."""
    return Assessment(
        title=Text("评估", "assessment"),
        as_of=DAY,
        is_sample=False,
        map_approval_no="",
        plan=PLAN,
        layers=layers,
        results=runs.named(),
        verdicts=verdicts,
        states=found,
    )


def test_maps_without_states_cost_nothing(layers: dict[str, Layer]) -> None:
    """They are passed over; so are those whose analyses cannot run."""
    runs, verdicts = judged(layers, "I01")
    assert run_states([published()], runs, verdicts) == {}
    empty = Runs({}, {}, DAY)
    verdict = judge(CLAUSES["I01"], empty)
    (state,) = run_states([published(card("前", GAP))], empty, [verdict])["heating"]
    assert (state.results, state.verdicts[0].state) == ({}, State.NO_DATA)


@pytest.mark.parametrize(
    ("name", "given", "complaint"),
    [
        (BUILTUP, {"capacity_limit_t_per_h": 65.0}, "set by clause I02; neither .* nor a map"),
        (HEATING, {"shown_methods": ("pipes",)}, "shown_methods: no method"),
    ],
)
def test_a_parameter_that_is_refused_names_the_state(
    layers: dict[str, Layer], name: str, given: dict[str, ParameterValue], complaint: str
) -> None:
    """What the plan sets is the plan's; a map's verdicts must be those of the plan."""
    assert set(given) <= {p.name for p in ANALYSES[name].parameters}
    with pytest.raises(MapError, match=complaint) as caught:
        states(layers, card("变", **{name: given}))
    assert caught.value.to("en").startswith("map heating.toml: state '变 en': ")
    assert caught.value.exit_status == 2
