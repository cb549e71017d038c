"""One parametrised test over every registered layer: registered, described, checkable."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from tieling_geo import schemas
from tieling_geo.crs import WORKING_CRS
from tieling_geo.errors import LayerSchemaError
from tieling_geo.readers.ledgers.headers import to_bracketed, to_folded, to_mapping, to_plain
from tieling_geo.readers.values.cell_texts import to_allowed
from tieling_geo.schemas import (
    LAYERS,
    Boilers,
    ColumnCard,
    Counties,
    Indicators,
    LayerSchema,
    Overrides,
)
from tieling_geo.text import Text
from tieling_geo.units import UNITS, to_unit

FILES = sorted(m.name for m in pkgutil.iter_modules(schemas.__path__) if not m.name.startswith("_"))
every_layer = pytest.mark.parametrize("schema", LAYERS.values(), ids=list(LAYERS))


def words(column: ColumnCard) -> set[tuple[str, str | None]]:
    """Return what a column is known by, as headers are compared: plain word and unit."""
    spellings = (column.name, *column.title, column.header_zh, *column.aliases)
    numeric = column.kind in {"number", "integer"}
    return {(to_plain(w), to_unit(to_bracketed(w)) if numeric else None) for w in spellings}


def allowed(column: ColumnCard) -> Mapping[str, Text]:
    """Return a column's allowed values with their titles."""
    return column.values  # noqa: PD011 - a field of ColumnCard


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_one_registered_layer(file: str) -> None:
    """A schema that nobody registered would never be read."""
    found = [
        value
        for value in vars(importlib.import_module(f"tieling_geo.schemas.{file}")).values()
        if isinstance(value, type) and issubclass(value, LayerSchema) and value is not LayerSchema
    ]
    assert [schema.layer_name() for schema in found] == [file]
    assert LAYERS[file] is found[0]


def test_the_registry_holds_nothing_else() -> None:
    """One line a file."""
    assert sorted(LAYERS) == FILES


@every_layer
def test_a_layer_says_what_it_is(schema: type[LayerSchema]) -> None:
    """Title and definition in both languages, a source, a geometry family, a docstring."""
    card = schema.card()
    assert all((*card.title, *card.definition, card.source, schema.__doc__))
    assert card.geometry in {"point", "line", "polygon", "none"}
    assert card.has_places == (card.geometry != "none")
    assert bool(card.instructions.zh) == bool(card.instructions.en)


@every_layer
def test_the_key_is_a_text_that_is_never_blank_or_double(schema: type[LayerSchema]) -> None:
    """It names a feature in every table and map."""
    key = next(c for c in schema.columns() if c.name == schema.card().key)
    assert key.kind == "text"
    assert not key.nullable
    assert schema.to_schema().columns[key.name].unique


@every_layer
def test_a_unit_is_known_and_ends_the_columns_name(schema: type[LayerSchema]) -> None:
    """Units live in the name, or in a column of units beside; never in readers' heads."""
    columns = {column.name: column for column in schema.columns()}
    for name, column in columns.items():
        if column.unit:
            assert column.unit in UNITS
            assert name == column.unit or name.endswith(f"_{column.unit}")
            assert column.kind in {"number", "integer"}
            assert column.header_zh.endswith(f"({UNITS[column.unit].zh})")
            assert not column.unit_column
        elif column.unit_column:
            assert set(allowed(columns[column.unit_column])) == set(UNITS)
        else:
            assert column.kind != "number", f"{column.name} is a number without a unit"


@every_layer
def test_a_datum_is_held_against_places_only(schema: type[LayerSchema]) -> None:
    """A table without places is no reference and has none: the datum doctor leaves it alone."""
    references = [LAYERS[name].card() for name in schema.card().references]
    assert all(card.has_places for card in references)
    assert schema.card().has_places or not references


@every_layer
def test_what_stands_together_once_are_columns(schema: type[LayerSchema]) -> None:
    """The first of them is never blank; a value that a blank stands for is an allowed one."""
    columns = {column.name: column for column in schema.columns()}
    together = schema.card().unique_together
    assert set(together) <= set(columns)
    assert not together or not columns[together[0]].nullable
    for column in columns.values():
        assert not column.blank_means or column.blank_means in allowed(column)


@every_layer
def test_titles_and_allowed_values_are_in_both_languages(schema: type[LayerSchema]) -> None:
    """And an alias of a value means a value that there is."""
    for column in schema.columns():
        assert all(column.title)
        assert all(all(title) for title in allowed(column).values())
        assert set(column.value_aliases.values()) <= set(allowed(column))


@every_layer
def test_no_spelling_of_a_value_means_two_values(schema: type[LayerSchema]) -> None:
    """As values are compared: width, case and spaces do not matter."""
    for column in schema.columns():
        means: dict[str, set[str]] = {}
        for code, title in allowed(column).items():
            for spelling in (code, *title):
                means.setdefault(to_folded(spelling), set()).add(code)
        for alias, code in column.value_aliases.items():
            means.setdefault(to_folded(alias), set()).add(code)
        assert {spelling: codes for spelling, codes in means.items() if len(codes) > 1} == {}


@every_layer
def test_no_header_is_claimed_by_two_columns(schema: type[LayerSchema]) -> None:
    """As headers are compared; a unit in brackets may tell two aliases apart."""
    claims = Counter(word for column in schema.columns() for word in words(column))
    assert [word for word, count in claims.items() if count > 1] == []


@every_layer
def test_a_layer_reads_its_own_template(schema: type[LayerSchema]) -> None:
    """Every column is found under its name, its titles, its template header and each alias."""
    columns = schema.columns()
    assert to_mapping([c.header_zh for c in columns], columns, {}, source="t") == {
        c.name: c.header_zh for c in columns
    }
    for column in columns:
        for header in (column.name, *column.title, *column.aliases):
            others = [c.name for c in columns if c is not column]
            mapping = to_mapping([header, *others], columns, {}, source="t")
            assert mapping[column.name] == header


@every_layer
def test_an_empty_layer_passes_its_check(schema: type[LayerSchema]) -> None:
    """No feature is no fault, and the columns are all there, in their types."""
    empty = schema.empty(WORKING_CRS)
    assert schema.check(empty) is empty
    assert len(schema.failures(empty)) == 0
    assert [*empty.columns] == [*(c.name for c in schema.columns()), "geometry"]
    assert [str(empty[c.name].dtype) for c in schema.columns()] == [
        c.dtype for c in schema.columns()
    ]
    assert empty.crs == WORKING_CRS


def counties(**values: object) -> gpd.GeoDataFrame:
    """Return three counties with some columns replaced."""
    frame = pd.DataFrame({
        "county_id": ["211202", "211204", "211282"],
        "name": ["银州区", "清河区", "开原市"],
        "population": pd.array([1, None, 0], dtype="Int64"),
    }).assign(**values)
    return gpd.GeoDataFrame(frame, geometry=[Point(0, 0)] * 3, crs=WORKING_CRS)


def test_a_good_layer_comes_back_unchanged() -> None:
    """The same object, not a copy."""
    layer = counties()
    assert Counties.check(layer) is layer


@pytest.mark.parametrize(
    ("column", "values", "index", "check"),
    [
        ("county_id", ["211202", "2112", "211282"], [1], r"str_matches('^\d{6}$')"),
        ("county_id", ["211202", "211204", "211202"], [0, 2], "field_uniqueness"),
        ("name", ["银州区", None, None], [1, 2], "not_nullable"),
        ("population", pd.array([-1, 0, 1], dtype="Int64"), [0], "greater_than_or_equal_to(0)"),
    ],
)
def test_every_broken_value_is_listed_with_its_row(
    column: str,
    values: object,
    index: list[int],
    check: str,
) -> None:
    """Index, column, value and check; `check` names them and raises."""
    layer = counties(**{column: values})
    failures = Counties.failures(layer)
    assert sorted(failures["index"]) == index
    assert set(failures["column"]) == {column}
    assert set(failures["check"]) == {check}
    with pytest.raises(LayerSchemaError, match="counties") as refused:
        Counties.check(layer)
    assert column in refused.value.to("zh")


@pytest.mark.parametrize(
    "layer",
    [
        counties().drop(columns="population"),
        counties(mayor="x"),
        counties(population=[1.5, 2.5, 3.5]),
        counties(county_id=[211202, 211204, 211282]),
    ],
    ids=["missing column", "unknown column", "other type", "numbers for text"],
)
def test_a_layer_of_another_shape_is_refused_as_a_whole(layer: gpd.GeoDataFrame) -> None:
    """No row is at fault, so no row is listed."""
    with pytest.raises(LayerSchemaError, match="does not fit its schema"):
        Counties.failures(layer)


@pytest.mark.parametrize(
    ("column", "least", "most"), [("capacity_t_per_h", 0, 5000), ("capacity_mw", 0, 3500)]
)
def test_capacities_are_open_below_and_closed_above(column: str, least: float, most: float) -> None:
    """Zero is no capacity; the greatest plausible one is."""
    columns = {c.name: pd.Series([None] * 2, dtype=c.dtype) for c in Boilers.columns()}
    columns["boiler_id"] = pd.Series(["B1", "B2"], dtype="str")
    for value, good in [(least, False), (1e-9, True), (most, True), (most * 1.0001, False)]:
        columns[column] = pd.Series([1.0, value])
        layer = gpd.GeoDataFrame(columns, geometry=[Point(0, 0)] * 2, crs=WORKING_CRS)
        assert list(Boilers.failures(layer)["index"]) == ([] if good else [1])


def test_classes_of_water_are_in_their_order() -> None:
    """Best first: what compares classes may rely on it."""
    column = next(c for c in LAYERS["water_sections"].columns() if c.name == "water_class")
    assert list(allowed(column)) == ["I", "II", "III", "IV", "V", "worse_than_V"]
    titles = [title.zh for title in allowed(column).values()][:5]
    assert all(one < other for one, other in pairwise(titles))


def indicators(**values: object) -> gpd.GeoDataFrame:
    """Return two rows of the table of indicators with some columns replaced."""
    frame = pd.DataFrame({
        "record_id": ["1", "2"],
        "indicator": ["节能量", "节能量"],
        "area": ["全市", "银州区"],
        "year": pd.array([2000, 2100], dtype="Int64"),
        "kind": ["actual", "target"],
        "value": [1.5, None],
        "unit": ["wan_t", "%"],
        "source": pd.Series([None, "年鉴"], dtype="str"),
    }).assign(**values)
    return gpd.GeoDataFrame(frame, geometry=[None, None], crs=WORKING_CRS)


def test_a_table_has_no_places() -> None:
    """Rows without geometry are whole; one that has a place breaks the schema."""
    layer = indicators()
    assert Indicators.check(layer) is layer
    placed = layer.set_geometry(gpd.GeoSeries([None, Point(0, 0)], crs=WORKING_CRS))
    failures = Indicators.failures(placed)
    assert failures[["index", "column"]].to_numpy().tolist() == [[1, "geometry"]]
    with pytest.raises(LayerSchemaError, match="geometry"):
        Indicators.check(placed)


def test_a_layer_with_places_must_have_them() -> None:
    """A county without a shape breaks its schema."""
    layer = counties().set_geometry(
        gpd.GeoSeries([Point(0, 0), None, Point(1, 1)], crs=WORKING_CRS)
    )
    failures = Counties.failures(layer)
    assert failures[["index", "column"]].to_numpy().tolist() == [[1, "geometry"]]


@pytest.mark.parametrize(
    ("column", "values", "index"),
    [
        ("year", pd.array([1999, 2101], dtype="Int64"), [0, 1]),
        ("area", ["", "银州区"], [0]),
        ("indicator", ["节能量", None], [1]),
        ("unit", ["万吨", "wan_t"], [0]),
        ("kind", ["actual", "plan"], [1]),
        ("record_id", ["1", "1"], [0, 1]),
    ],
)
def test_rules_of_the_table_of_indicators(column: str, values: object, index: list[int]) -> None:
    """Years from 2000 to 2100, both closed; units and kinds by their codes; a number of its own."""
    failures = Indicators.failures(indicators(**{column: values}))
    assert sorted(failures["index"]) == index
    assert set(failures["column"]) == {column}


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [
        ("万吨", "wan_t"),
        ("％", "%"),
        ("吨标煤/万元", "tce_per_wan_yuan"),
        ("微克/立方米", "ug_per_m3"),
    ],
)
def test_units_are_read_as_offices_write_them(spelling: str, unit: str) -> None:
    """By their titles and further spellings, whatever the width."""
    column = next(c for c in Indicators.columns() if c.name == "unit")
    assert to_allowed(spelling, column).value == unit


def test_an_override_needs_who_why_when_and_evidence() -> None:
    """Only the value may be blank: nobody knows."""
    assert [c.name for c in Overrides.columns() if c.nullable] == ["value"]
