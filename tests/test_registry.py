"""Every registered layer, analysis and clause: its card is whole, and what it promises is there."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from datetime import date
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

import tieling_geo.analyses
import tieling_geo.plan
import tieling_geo.schemas
from tieling_geo.analyses import ANALYSES
from tieling_geo.operations.coverage import covering_area
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
SPLIT = [name for name, analysis in ANALYSES.items() if analysis.split == "county"]
Frames = Mapping[str, gpd.GeoDataFrame]
#: Values under which an analysis is asked about the sample: what its clauses set.
VALUES: dict[str, dict[str, Any]] = {
    clause.analysis: tieling_geo.plan.clause.analysis_values(clause)
    for clause in CLAUSES.values()
    if clause.analysis
}


def modules(package: object) -> set[str]:
    """Name the public modules of a package's folder."""
    folder = Path(package.__file__).parent
    return {path.stem for path in folder.glob("[!_]*.py")}


def is_told(text: Text) -> bool:
    """Tell whether a phrase is there in both languages, the Chinese one not in English."""
    return bool(text.zh.strip()) and bool(text.en.strip()) and text.en.isascii() | ("²" in text.en)


def ask(
    analysis: Analysis, first: gpd.GeoDataFrame, others: Frames, *, only: Iterable[str] = ()
) -> Result:
    """Run an analysis on the sample, its first layer replaced; of the optional layers all."""
    inputs = [others[schema.layer_name()] for schema in analysis.inputs[1:]]
    optional = {schema.layer_name(): others[schema.layer_name()] for schema in analysis.optional}
    chosen = {name: optional[name] for name in only or optional}
    values = VALUES.get(analysis.name, {})
    return analysis.run(first, *inputs, **chosen, as_of=DAY, **values)


@pytest.fixture(scope="session")
def frames(sample_layers: Mapping[str, Layer]) -> Frames:
    """Give the embedded workspace's features by layer."""
    return {name: layer.features for name, layer in sample_layers.items()}


@pytest.fixture(scope="session")
def found(frames: Frames) -> Callable[[str], Result]:
    """Return a function that runs an analysis on the whole sample, once a session."""
    kept: dict[str, Result] = {}

    def run(name: str) -> Result:
        if name not in kept:
            analysis = ANALYSES[name]
            kept[name] = ask(analysis, frames[analysis.inputs[0].layer_name()], frames)
        return kept[name]

    return run


every_analysis = partial(
    pytest.mark.parametrize, "analysis", list(ANALYSES.values()), ids=list(ANALYSES)
)


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
    assert is_told(card.definition)
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
    assert places == inputs
    assert all(taken[name].default is None for name in optional)


@every_analysis()
def test_defaults_are_those_of_the_card(analysis: Analysis) -> None:
    """Every keyword that is no layer and no day is a parameter, with the card's value."""
    layers = {schema.layer_name() for schema in (*analysis.inputs, *analysis.optional)}
    taken = {
        name: parameter.default
        for name, parameter in signature(analysis.run).parameters.items()
        if name not in {*layers, "as_of"}
    }
    cards = {p.name: p for p in analysis.parameters}
    assert taken == {name: p.value for name, p in cards.items()}
    assert analysis.parameters_used({}) == cards


# --- an analysis on the sample ------------------------------------------------------------------


@every_analysis()
def test_what_the_card_promises_is_there(
    analysis: Analysis, found: Callable[[str], Result], frames: Frames
) -> None:
    """Measures, columns and categories; the parameters used; the first layer's index."""
    result = found(analysis.name)
    first = frames[analysis.inputs[0].layer_name()]
    pd.testing.assert_index_equal(result.features.index, first.index)
    assert {m.name: m.unit for m in result.measures.values()} == {
        card.name: card.unit for card in analysis.measures
    }
    assert set(result.against) == set(result.measures)
    promised = {*(c.name for c in analysis.columns), analysis.margin.name, result.category}
    assert promised <= set(result.features.columns)
    shown = set(result.features[result.category])
    assert shown <= {category.value for category in analysis.categories}
    assert list(result.excluded.columns) == list(EXCLUDED_COLUMNS)
    assert list(result.rollups.columns) == list(ROLLUP_COLUMNS)
    expected = analysis.parameters_used(VALUES.get(analysis.name, {}))
    assert {n: p.value for n, p in result.parameters.items()} == {
        n: p.value for n, p in expected.items()
    }


@every_analysis()
def test_every_feature_counts_or_is_listed(
    analysis: Analysis, found: Callable[[str], Result]
) -> None:
    """For each measure: counted and listed are all features, and the names that no park has."""
    result = found(analysis.name)
    ids = set(result.features.index.astype(str))
    for name, measure in result.measures.items():
        rows = result.excluded[result.excluded["measure"] == name]
        assert rows["feature_id"].is_unique
        absent = set(rows["feature_id"]) - ids
        assert not absent or analysis.name == "park_circular_retrofit"
        assert measure.counted + len(rows) == len(ids) + len(absent)
        assert measure.excluded == (rows["kind"] == "unknown").sum()
        assert set(result.against[name]) <= ids - set(rows["feature_id"])
        assert rows["reason_zh"].str.strip().ne("").all()
        assert rows["reason_en"].str.strip().ne("").all()


@every_analysis()
def test_rollups_add_up_to_the_share(analysis: Analysis, found: Callable[[str], Result]) -> None:
    """Over each dimension: numerators, denominators and unknown are those of the measure."""
    rollups = found(analysis.name).rollups
    assert len(rollups)
    for (name, _), rows in rollups.groupby(["measure", "dimension"]):
        measure = found(analysis.name).measures[name]
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
    assert set(one.tables) == set(other.tables)
    for name in one.tables:
        pd.testing.assert_frame_equal(
            in_order(one.tables[name]), in_order(other.tables[name]), **loose
        )


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Sort a table by all its columns."""
    return table.sort_values(list(table.columns), ignore_index=True)


@pytest.mark.parametrize("name", SPLIT)
def test_parts_add_up_to_the_whole(
    name: str, found: Callable[[str], Result], frames: Frames
) -> None:
    """Cut by county, with a part outside all and an empty part; run and merged: no change."""
    analysis = ANALYSES[name]
    first = frames[analysis.inputs[0].layer_name()]
    county = covering_area(first, frames["counties"], key="county_id")["area"].fillna("")
    parts = [first[county == key] for key in sorted(county.unique())]
    assert len(parts) > 1
    parts.append(first.iloc[:0])
    merged = merge_results(ask(analysis, part, frames) for part in parts)
    equal(merged, found(name))


@every_analysis()
def test_the_order_of_rows_does_not_matter(
    analysis: Analysis, found: Callable[[str], Result], frames: Frames
) -> None:
    """Every layer shuffled: the same findings, each at its feature."""
    mixed = {
        name: layer.sample(frac=1.0, random_state=20 + n)
        for n, (name, layer) in enumerate(frames.items())
    }
    first = mixed[analysis.inputs[0].layer_name()]
    result = ask(analysis, first, mixed)
    pd.testing.assert_index_equal(result.features.index, first.index)
    equal(result, found(analysis.name))


@every_analysis()
def test_an_empty_first_layer_is_no_error(analysis: Analysis, frames: Frames) -> None:
    """Nothing to ask about: nothing in scope, but the names of a list; no value, all columns."""
    empty = frames[analysis.inputs[0].layer_name()].iloc[:0]
    result = ask(analysis, empty, frames)
    assert len(result.features) == 0
    assert {m.name for m in result.measures.values()} == {m.name for m in analysis.measures}
    listed = len(VALUES.get(analysis.name, {}).get("named_parks", ()))
    assert {m.in_scope for m in result.measures.values()} == {listed}
    assert {m.value for m in result.measures.values()} == {None}
    assert all(not ids for ids in result.against.values())
    assert {c.name for c in analysis.columns} <= set(result.features.columns)
    assert list(result.excluded.columns) == list(EXCLUDED_COLUMNS)


@every_analysis()
def test_inputs_are_not_changed(analysis: Analysis, frames: Frames) -> None:
    """A run changes none of the layers that it is given: neither values, nor rows, nor columns."""
    names = [schema.layer_name() for schema in (*analysis.inputs, *analysis.optional)]
    given = {name: deepcopy(frames[name]) for name in names}
    ask(analysis, given[names[0]], given)
    for name in names:
        pd.testing.assert_frame_equal(given[name], frames[name])


@every_analysis()
def test_without_the_optional_layers(analysis: Analysis, frames: Frames) -> None:
    """What is left out is left out: no measure but those of the card, no county, no error."""
    inputs = [frames[schema.layer_name()] for schema in analysis.inputs]
    result = analysis.run(*inputs, as_of=DAY, **VALUES.get(analysis.name, {}))
    cards = {card.name: card.unit for card in analysis.measures}
    assert {m.name: m.unit for m in result.measures.values()}.items() <= cards.items()
    assert result.features["county_name"].isna().all()
    assert set(result.features[result.category]) <= {c.value for c in analysis.categories}


# --- clauses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_a_clause_names_what_its_analysis_takes(clause: Clause) -> None:
    """Its layers are inputs of its analysis, and hold all that the analysis must have."""
    analysis = ANALYSES[clause.analysis]
    inputs = [schema.layer_name() for schema in analysis.inputs]
    optional = [schema.layer_name() for schema in analysis.optional]
    assert set(inputs) <= set(clause.layers) <= {*inputs, *optional}
    # The first layer is the counted one: its rejected rows are unknown features of the measure.
    assert clause.layers[0] == inputs[0]
    assert is_told(clause.paraphrase)
    assert is_told(clause.scope)
