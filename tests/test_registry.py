"""Every registered layer, analysis and clause: its card is whole, and what it promises is there."""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
import pytest

import tieling_geo.analyses
import tieling_geo.plan
import tieling_geo.schemas
from tieling_geo.analyses import ANALYSES
from tieling_geo.operations.coverage import covering_area
from tieling_geo.pipeline.indicators import to_plan_indicators
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    ROLLUP_COLUMNS,
    Analysis,
    Clause,
    Layer,
    Result,
    merge_results,
)
from tieling_geo.schemas import LAYERS, LayerSchema
from tieling_geo.text import Text
from tieling_geo.units import UNITS

DAY = date(2025, 12, 31)
CLAUSES = {
    f"{name}-{clause.clause_id}": clause
    for name, path in bundled_plans().items()
    for clause in read_plan(path).clauses
}
Frames = Mapping[str, gpd.GeoDataFrame]
#: Analyses that tell which of the things that a duty names are not among the features at all.
NAMES_ABSENT = {
    "park_circular_retrofit",
    "freight_by_mode",
    "indicator_targets",
    "county_indicator_targets",
}
#: Analyses that count other things than the features of their first layer.
COUNTS_OTHER = {"county_indicator_targets"}
#: Analyses of numbers that do not add up over groups.
NO_ROLLUPS = {"indicator_targets"}


class Run(NamedTuple):
    """An analysis as it is asked about the sample: with the values that a clause sets."""

    analysis: Analysis
    given: Mapping[str, Any]


def runs() -> dict[str, Run]:
    """List every analysis with each set of values that clauses ask it with; none: its defaults."""
    listed: dict[str, Run] = {}
    for name, analysis in ANALYSES.items():
        asked = {key: clause for key, clause in CLAUSES.items() if clause.analysis == name}
        for key, clause in asked.items():
            run = Run(analysis, tieling_geo.plan.analysis_values(clause))
            if run not in listed.values():
                listed[f"{name}-{key}"] = run
        if not asked:
            listed[name] = Run(analysis, {})
    return listed


RUNS = runs()
SPLIT = [name for name, run in RUNS.items() if run.analysis.split == "county"]


def modules(package: object) -> set[str]:
    """Name the public modules of a package's folder."""
    folder = Path(package.__file__).parent
    return {path.stem for path in folder.glob("[!_]*.py")}


def is_told(text: Text) -> bool:
    """Tell whether a phrase is there in both languages, the Chinese one not in English."""
    symbols = str.maketrans("", "", "²³μ·")  # of units
    return bool(text.zh.strip() and text.en.strip()) and text.en.translate(symbols).isascii()


def ask(run: Run, first: gpd.GeoDataFrame, others: Frames) -> Result:
    """Run an analysis on the sample, its first layer replaced; of the optional layers all."""
    analysis = run.analysis
    inputs = [others[schema.layer_name()] for schema in analysis.inputs[1:]]
    optional = {schema.layer_name(): others[schema.layer_name()] for schema in analysis.optional}
    return analysis.run(first, *inputs, **optional, as_of=DAY, **run.given)


def first_of(run: Run, frames: Frames) -> gpd.GeoDataFrame:
    """Give the layer whose features come back."""
    return frames[run.analysis.inputs[0].layer_name()]


def measure_units(run: Run) -> dict[str, str]:
    """Give each measure's unit; one without a unit on its card has that which the run states."""
    stated = run.analysis.parameters_used(run.given).get("unit")
    return {
        card.name: card.unit if card.unit or stated is None else str(stated.value)
        for card in run.analysis.measures
    }


@pytest.fixture(scope="session")
def frames(sample_layers: Mapping[str, Layer]) -> Frames:
    """Give the embedded workspace's features by layer, indicators by the plan's names."""
    named = to_plan_indicators(sample_layers, read_plan(bundled_plans()["tieling_145"]))
    return {name: layer.features for name, layer in named.items()}


@pytest.fixture(scope="session")
def found(frames: Frames) -> Callable[[str], Result]:
    """Return a function that runs an analysis on the whole sample, once a session."""
    kept: dict[str, Result] = {}

    def run_once(name: str) -> Result:
        if name not in kept:
            kept[name] = ask(RUNS[name], first_of(RUNS[name], frames), frames)
        return kept[name]

    return run_once


every_analysis = partial(
    pytest.mark.parametrize, "analysis", list(ANALYSES.values()), ids=list(ANALYSES)
)
every_run = partial(pytest.mark.parametrize, "name", list(RUNS))


# --- registered and on disk ---------------------------------------------------------------------


def test_every_layer_on_disk_is_registered() -> None:
    """One file a layer, named after it."""
    assert modules(tieling_geo.schemas) == set(LAYERS)
    assert all(schema.__module__.endswith(f".{name}") for name, schema in LAYERS.items())


def test_every_analysis_on_disk_is_registered() -> None:
    """One file an analysis, named after it."""
    assert modules(tieling_geo.analyses) == set(ANALYSES)
    assert all(a.run.__module__.endswith(f".{name}") for name, a in ANALYSES.items())


def test_every_plan_on_disk_is_bundled() -> None:
    """A plan is a file; its clauses have ids of their own."""
    folder = Path(tieling_geo.plan.__file__).parent
    assert set(bundled_plans()) == {path.stem for path in folder.glob("*.toml")}
    assert CLAUSES


# --- layers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("schema", LAYERS.values(), ids=LAYERS)
def test_a_layer_s_card_is_whole(schema: type[LayerSchema]) -> None:
    """Title and definition in both languages, a key among the columns, units that exist."""
    card, columns = schema.card(), {c.name: c for c in schema.columns()}
    assert is_told(card.title)
    # A word that has to be typed in Chinese stands in the English definition as it is.
    typed = set(re.findall(r"[\u4e00-\u9fff]+", card.definition.en))
    assert all(word in card.definition.zh for word in typed)
    assert is_told(
        Text(card.definition.zh, re.sub("|".join(typed) or "$^", "", card.definition.en))
    )
    assert card.source.strip()
    assert not columns[card.key].nullable
    for column in columns.values():
        assert is_told(column.title)
        assert column.unit in {"", *UNITS}
        assert all(is_told(title) for title in dict(column.values).values())
        assert set(column.value_aliases.values()) <= set(column.values)


@pytest.mark.parametrize("name", LAYERS)
def test_the_sample_holds_every_layer(name: str, sample_layers: Mapping[str, Layer]) -> None:
    """The embedded workspace has each layer, whole, and nothing of it is rejected."""
    layer = sample_layers[name]
    assert layer.rows_in == len(layer.features) > 0
    assert layer.features.index.is_unique
    LAYERS[name].check(layer.features)


# --- an analysis's card -------------------------------------------------------------------------


@every_analysis()
def test_an_analysis_s_card_is_whole(analysis: Analysis) -> None:
    """A title, and a question that is one, in both languages; each part of it titled."""
    assert is_told(analysis.title)
    assert is_told(analysis.question)
    assert analysis.question.zh.endswith(("?", "？"))
    assert analysis.question.en.endswith("?")
    cards = (
        *analysis.measures,
        *analysis.categories,
        *analysis.columns,
        *analysis.parameters,
        analysis.margin,
        *analysis.tables,
        *analysis.shapes,
        *(column for shape in analysis.shapes for column in shape.columns),
    )
    assert all(is_told(card.title) for card in cards)
    assert all(is_told(parameter.source) for parameter in analysis.parameters)
    units = {c.unit for c in (*analysis.measures, *analysis.columns, *analysis.parameters)}
    assert units <= {"", *UNITS}
    for names in (analysis.measures, analysis.parameters, analysis.columns):
        assert len({card.name for card in names}) == len(names)
    values = [category.value for category in analysis.categories]
    assert len(set(values)) == len(values)
    assert "unknown" in values


@every_analysis()
def test_an_analysis_s_inputs_are_registered(analysis: Analysis) -> None:
    """`run` takes the inputs in the card's order, and the optional layers by name."""
    inputs = [schema.layer_name() for schema in analysis.inputs]
    optional = [schema.layer_name() for schema in analysis.optional]
    assert set(inputs + optional) <= set(LAYERS)
    assert "counties" in optional
    taken = signature(analysis.run).parameters
    places = [name for name, p in taken.items() if p.kind is p.POSITIONAL_OR_KEYWORD]
    # A layer whose name a parameter has, too, can only be taken by its place.
    nameless = [name for name, p in taken.items() if p.kind is p.POSITIONAL_ONLY]
    shared = [name for name in inputs if name in {p.name for p in analysis.parameters}]
    assert places == [name for name in inputs if name not in shared]
    assert len(nameless) == len(shared)
    assert all(taken[name].default is None for name in optional)


@every_analysis()
def test_defaults_are_those_of_the_card(analysis: Analysis) -> None:
    """Every keyword that is no layer and no day is a parameter, with the card's value."""
    layers = {schema.layer_name() for schema in (*analysis.inputs, *analysis.optional)}
    taken = {
        name: parameter.default
        for name, parameter in signature(analysis.run).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
        and name != "as_of"
        and (name not in layers or parameter.default is not None)
    }
    cards = {p.name: p for p in analysis.parameters}
    assert taken == {name: p.value for name, p in cards.items()}
    assert analysis.parameters_used({}) == cards


# --- an analysis on the sample ------------------------------------------------------------------


@every_run()
def test_what_the_card_promises_is_there(
    name: str, found: Callable[[str], Result], frames: Frames
) -> None:
    """Measures, columns and categories; the parameters used; the first layer's index."""
    run, result = RUNS[name], found(name)
    analysis = run.analysis
    pd.testing.assert_index_equal(result.features.index, first_of(run, frames).index)
    assert {m.name: m.unit for m in result.measures.values()} == measure_units(run)
    assert set(result.against) == set(result.measures)
    promised = {*(c.name for c in analysis.columns), analysis.margin.name, result.category}
    assert promised <= set(result.features.columns)
    shown = set(result.features[result.category])
    assert shown <= {category.value for category in analysis.categories}
    assert list(result.excluded.columns) == list(EXCLUDED_COLUMNS)
    assert list(result.rollups.columns) == list(ROLLUP_COLUMNS)
    assert set(result.tables) == {table.name for table in analysis.tables}
    assert set(result.shapes) == {shape.name for shape in analysis.shapes}
    for shape in analysis.shapes:
        places = result.shapes[shape.name]
        assert {column.name for column in shape.columns} <= set(places.columns)
        assert places.crs == result.features.crs
        assert places.index.is_unique
        assert places.geometry.notna().all()
    expected = analysis.parameters_used(run.given)
    assert {n: p.value for n, p in result.parameters.items()} == {
        n: p.value for n, p in expected.items()
    }


@every_run()
def test_every_feature_counts_or_is_listed(name: str, found: Callable[[str], Result]) -> None:
    """For each measure: counted and listed are all features, and the names that nothing has."""
    result = found(name)
    ids = set(result.features.index.astype(str))
    for of, measure in result.measures.items():
        rows = result.excluded[result.excluded["measure"] == of]
        assert rows["feature_id"].is_unique
        absent = set(rows["feature_id"]) - ids
        assert not absent or result.analysis in NAMES_ABSENT
        if result.analysis in COUNTS_OTHER:
            # What is counted is no feature: all that is unknown has a name of its own.
            assert set(rows["feature_id"][rows["kind"] == "unknown"]) == absent
        else:
            assert measure.counted + len(rows) == len(ids) + len(absent)
        assert measure.excluded == (rows["kind"] == "unknown").sum()
        assert set(result.against[of]) <= ids - set(rows["feature_id"])
        assert rows["reason_zh"].str.strip().ne("").all()
        assert rows["reason_en"].str.strip().ne("").all()


@every_run()
def test_rollups_add_up_to_the_share(name: str, found: Callable[[str], Result]) -> None:
    """Over each dimension: numerators, denominators and unknown are those of the measure."""
    rollups = found(name).rollups
    assert rollups.empty == (found(name).analysis in NO_ROLLUPS)
    for (of, _), rows in rollups.groupby(["measure", "dimension"]):
        measure = found(name).measures[of]
        assert rows["group"].is_unique
        assert rows["numerator"].sum() == measure.estimate.numerator
        assert rows["denominator"].sum() == measure.estimate.denominator
        assert rows["counted"].sum() == measure.counted
        assert rows["unknown"].sum() == measure.excluded


def equal(one: Result, other: Result) -> None:
    """Hold two Results against each other, whatever the order of their rows."""
    assert one.measures == other.measures
    assert one.against == other.against
    assert one.warnings == other.warnings
    assert one.parameters == other.parameters
    loose = {"check_dtype": False, "check_like": True, "check_names": False}
    pd.testing.assert_frame_equal(one.features.sort_index(), other.features.sort_index(), **loose)
    for name in ("excluded", "rollups"):
        pd.testing.assert_frame_equal(
            in_order(getattr(one, name)), in_order(getattr(other, name)), **loose
        )
    equal_levers(one, other)
    for shape in one.shapes:
        pd.testing.assert_frame_equal(
            one.shapes[shape].sort_index(), other.shapes[shape].sort_index(), **loose
        )
    assert set(one.tables) == set(other.tables)
    for name in one.tables:
        pd.testing.assert_frame_equal(
            in_order(one.tables[name]), in_order(other.tables[name]), **loose
        )


def equal_levers(one: Result, other: Result) -> None:
    """Hold what could move against each other: the same levers, each at the same features."""
    assert set(one.levers) == set(other.levers)
    for measure in one.levers:
        for left, right in zip(one.levers[measure], other.levers[measure], strict=True):
            assert (left.name, left.kind, left.unit, left.closed) == (
                right.name,
                right.kind,
                right.unit,
                right.closed,
            )
            columns = list(left.table.columns)
            tables = [
                t.rename_axis("feature").reset_index().sort_values(["feature", *columns[:1]])
                for t in (left.table, right.table)
            ]
            pd.testing.assert_frame_equal(
                *(t.reset_index(drop=True) for t in tables), check_dtype=False
            )


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Sort a table by all its columns."""
    return table.sort_values(list(table.columns), ignore_index=True)


@pytest.mark.parametrize("name", SPLIT)
def test_parts_add_up_to_the_whole(
    name: str, found: Callable[[str], Result], frames: Frames
) -> None:
    """Cut by county, with a part outside all and an empty part; run and merged: no change."""
    first = first_of(RUNS[name], frames)
    county = covering_area(first, frames["counties"], key="county_id")["area"].fillna("")
    parts = [first[county == key] for key in sorted(county.unique())]
    assert len(parts) > 1
    parts.append(first.iloc[:0])
    merged = merge_results(ask(RUNS[name], part, frames) for part in parts)
    equal(merged, found(name))


@every_run()
def test_the_order_of_rows_does_not_matter(
    name: str, found: Callable[[str], Result], frames: Frames
) -> None:
    """Every layer shuffled: the same findings, each at its feature."""
    mixed = {
        of: layer.sample(frac=1.0, random_state=20 + n)
        for n, (of, layer) in enumerate(frames.items())
    }
    first = first_of(RUNS[name], mixed)
    result = ask(RUNS[name], first, mixed)
    pd.testing.assert_index_equal(result.features.index, first.index)
    equal(result, found(name))


@every_run()
def test_an_empty_first_layer_is_no_error(name: str, frames: Frames) -> None:
    """Nothing to ask about: nothing in scope, but what a duty names; no value, all columns."""
    run = RUNS[name]
    result = ask(run, first_of(run, frames).iloc[:0], frames)
    assert len(result.features) == 0
    assert {m.name for m in result.measures.values()} == {m.name for m in run.analysis.measures}
    for of, measure in result.measures.items():
        assert measure.in_scope == (result.excluded["measure"] == of).sum()
        assert measure.in_scope == 0 or result.analysis in NAMES_ABSENT
    listed = run.given.get("named_parks", ())
    assert not listed or {m.in_scope for m in result.measures.values()} == {len(listed)}
    assert {m.value for m in result.measures.values()} == {None}
    assert all(not ids for ids in result.against.values())
    assert {c.name for c in run.analysis.columns} <= set(result.features.columns)
    assert list(result.excluded.columns) == list(EXCLUDED_COLUMNS)


@every_run()
def test_inputs_are_not_changed(name: str, frames: Frames) -> None:
    """A run changes none of the layers that it is given: neither values, nor rows, nor columns."""
    run = RUNS[name]
    names = [schema.layer_name() for schema in (*run.analysis.inputs, *run.analysis.optional)]
    given = {of: deepcopy(frames[of]) for of in names}
    ask(run, given[names[0]], given)
    for of in names:
        pd.testing.assert_frame_equal(given[of], frames[of])


@every_run()
def test_without_the_optional_layers(name: str, frames: Frames) -> None:
    """What is left out is left out: no measure but those of the card, no county, no error."""
    analysis, values = RUNS[name]
    inputs = [frames[schema.layer_name()] for schema in analysis.inputs]
    result = analysis.run(*inputs, as_of=DAY, **values)
    units = {m.name: m.unit for m in result.measures.values()}
    assert units.items() <= measure_units(RUNS[name]).items()
    assert result.features["county_name"].isna().all()
    assert set(result.features[result.category]) <= {c.value for c in analysis.categories}


def test_exceptions_are_analyses() -> None:
    """What the tests above except is registered."""
    assert set(ANALYSES) >= NAMES_ABSENT | COUNTS_OTHER | NO_ROLLUPS


@every_analysis()
def test_what_a_row_concerns_is_a_parameter(analysis: Analysis) -> None:
    """A column of the first layer, and a parameter that lists its values."""
    columns = {column.name for column in analysis.inputs[0].columns()}
    assert set(analysis.concerns) <= columns
    assert set(analysis.concerns.values()) <= {p.name for p in analysis.parameters}


# --- clauses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_a_clause_is_told(clause: Clause) -> None:
    """In both languages; an analysis that is built is named as one, not as planned."""
    assert is_told(clause.paraphrase)
    assert is_told(clause.scope)
    assert clause.planned_analysis not in ANALYSES


DECIDED = {key: clause for key, clause in CLAUSES.items() if clause.analysis}


@pytest.mark.parametrize("clause", DECIDED.values(), ids=DECIDED)
def test_a_clause_names_what_its_analysis_takes(clause: Clause) -> None:
    """Its layers and measures are its analysis's, and hold all that the analysis must have."""
    analysis = ANALYSES[clause.analysis]
    inputs = [schema.layer_name() for schema in analysis.inputs]
    optional = [schema.layer_name() for schema in analysis.optional]
    assert set(inputs) <= set(clause.layers) <= {*inputs, *optional}
    # The first layer is the counted one: its rejected rows are unknown features of the measure.
    assert clause.layers[0] == inputs[0]
    units = measure_units(Run(analysis, tieling_geo.plan.analysis_values(clause)))
    assert units[clause.measure] == clause.unit
    assert set(clause.beside) <= set(units)
