"""What every layer has: a name, a geometry family, a business key, and columns with units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import geopandas as gpd
import pandas as pd
import pandera.geopandas as pg
from pandera.errors import SchemaErrors
from pandera.typing.geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from tieling_geo.errors import LayerSchemaError
from tieling_geo.text import NOTHING, Text
from tieling_geo.units import UNITS, Equivalent

#: `none`: a table; its features have no place, and their geometry is missing throughout.
GeometryFamily = Literal["point", "line", "polygon", "none"]
ColumnKind = Literal["text", "number", "integer", "boolean", "date"]

_KINDS: Mapping[str, ColumnKind] = {
    "string[pyarrow]": "text",
    "string[python]": "text",
    "str": "text",
    "float64": "number",
    "Int64": "integer",
    "boolean": "boolean",
    "datetime64[ns]": "date",
}
_DTYPES: Mapping[ColumnKind, str] = {
    "text": "str",
    "number": "float64",
    "integer": "Int64",
    "boolean": "boolean",
    "date": "datetime64[ns]",
}
_NOWHERE = pg.Check(lambda shapes: shapes.isna(), name="no_place")


@dataclass(frozen=True, slots=True)
class LayerCard:
    """What a layer is, beside its columns."""

    title: Text
    key: str
    """The column that names a feature: unique, never blank."""
    geometry: GeometryFamily
    definition: Text
    """What one feature is, and what counts as one."""
    source: str
    """Where the definition comes from."""
    control: str = ""
    """The column whose sum is kept in the row accounts; without one, length or area is."""
    references: tuple[str, ...] = ()
    """Layers that places of this one can be held against, the best first (see `datum_doctor`)."""
    equivalents: tuple[Equivalent, ...] = ()
    """Pairs of columns that give one thing in two units: rows where they differ are flagged."""
    unique_together: tuple[str, ...] = ()
    """
    Columns whose values together stand in one row only: all rows that share them are rejected.

    The first of them must not be nullable; a row that lacks one of the values shares nothing.
    """
    instructions: Text = NOTHING
    """What whoever fills in the layer's ledger must know beside what its columns say."""

    @property
    def has_places(self) -> bool:
        """True if the layer's features lie somewhere; False for a table."""
        return self.geometry != "none"


@dataclass(frozen=True, slots=True)
class ColumnCard:
    """What a column is: its title, unit, allowed values and the header spellings it is known by."""

    name: str
    kind: ColumnKind
    title: Text
    nullable: bool
    unit: str = ""
    aliases: tuple[str, ...] = ()
    values: Mapping[str, Text] = field(default_factory=dict)
    value_aliases: Mapping[str, str] = field(default_factory=dict)
    """Other spellings of an allowed value, each with the value it means."""
    plausible: tuple[float, float] | None = None
    """Numbers between which (closed) true values lie; others are flagged."""
    source: str = ""
    blank_means: str = ""
    """The allowed value that a blank stands for; empty: a blank is missing."""
    unit_column: str = ""
    """The column that gives this one's unit, row by row."""
    example: str | float | None = None
    """What the template's example row has; None: something that fits."""

    @property
    def dtype(self) -> Any:  # noqa: ANN401 - pandas' stubs know dtypes only as literals
        """The column's dtype in pandas' spelling."""
        return _DTYPES[self.kind]

    @property
    def header_zh(self) -> str:
        """The header that templates carry: Chinese title, unit in brackets."""
        return f"{self.title.zh}({UNITS[self.unit].zh})" if self.unit else self.title.zh


def layer_card(  # noqa: PLR0913 - what a layer is, by name only
    *,
    title: Text,
    key: str,
    geometry: GeometryFamily,
    definition: Text,
    source: str,
    control: str = "",
    references: tuple[str, ...] = (),
    equivalents: tuple[Equivalent, ...] = (),
    unique_together: tuple[str, ...] = (),
    instructions: Text = NOTHING,
) -> dict[str, LayerCard]:
    """Return a schema's `Config.metadata` with the layer's card in it (see `LayerCard`)."""
    card = LayerCard(
        title,
        key,
        geometry,
        definition,
        source,
        control,
        references,
        equivalents,
        unique_together,
        instructions,
    )
    return {"card": card}


def column(  # noqa: PLR0913 - what a column is, by name only
    title: Text,
    *,
    aliases: tuple[str, ...] = (),
    unit: str = "",
    values: Mapping[str, Text] | None = None,
    value_aliases: Mapping[str, str] | None = None,
    plausible: tuple[float, float] | None = None,
    source: str = "",
    blank_means: str = "",
    unit_column: str = "",
    example: str | float | None = None,
    **checks: Any,  # noqa: ANN401 - handed to pandera as they are
) -> Any:  # noqa: ANN401 - pandera types its own Field as Any
    """
    Declare a column: pandera's `Field` plus what people need to know of it.

    Parameters
    ----------
    title
        Official Chinese term and English term.
    aliases
        Header spellings under which ledgers carry this column.
    unit
        A word of `tieling_geo.units.UNITS`; the column's name ends in it.
    values
        Allowed values with their titles; the Chinese titles are accepted on reading, too.
    value_aliases
        Further spellings of allowed values.
    plausible
        Numbers between which (closed) nearly all true values lie: others are flagged.
    source
        Where the definition comes from.
    blank_means
        The allowed value that a blank stands for.
    unit_column
        The column that gives this one's unit, row by row; then it has none of its own.
    example
        What the template's example row has.
    checks
        Pandera's checks: `nullable`, `unique`, `ge`, `gt`, `str_matches`, ...
    """
    if values is not None:
        checks["isin"] = list(values)
    metadata = {
        "title": title,
        "aliases": aliases,
        "unit": unit,
        "values": dict(values or {}),
        "value_aliases": dict(value_aliases or {}),
        "plausible": plausible,
        "source": source,
        "blank_means": blank_means,
        "unit_column": unit_column,
        "example": example,
    }
    return pg.Field(title=title.zh, description=title.en, metadata=metadata, **checks)


class LayerSchema(pg.GeoDataFrameModel):
    """Base of every layer schema. Subclass it, one file a layer."""

    geometry: GeoSeries[BaseGeometry]

    class Config:
        """Reject unknown columns; never coerce (coercing would stamp a CRS on a bare layer)."""

        name: str = ""
        strict = True
        coerce = False
        metadata: dict[str, Any]

    @classmethod
    def layer_name(cls) -> str:
        """Return the layer's registered name: its folder under `layers/`."""
        return str(cls.Config.name)

    @classmethod
    def card(cls) -> LayerCard:
        """Return what the layer is."""
        card: LayerCard = cls.Config.metadata["card"]
        return card

    @classmethod
    def columns(cls) -> tuple[ColumnCard, ...]:
        """Return the layer's columns in their order, geometry left out."""
        return tuple(
            ColumnCard(
                name=name,
                kind=_KINDS[str(declared.dtype)],
                nullable=bool(declared.nullable),
                **declared.metadata,
            )
            for name, declared in cls.to_schema().columns.items()
            if name != "geometry"
        )

    @classmethod
    def empty(cls, crs: str) -> GeoDataFrame[Self]:
        """
        Return the layer without a feature, in a CRS.

        Examples
        --------
        >>> from tieling_geo.schemas import Boilers
        >>> len(Boilers.empty("EPSG:4550"))
        0
        """
        frame = pd.DataFrame({c.name: pd.Series(dtype=c.dtype) for c in cls.columns()})
        layer: GeoDataFrame[Self] = gpd.GeoDataFrame(frame, geometry=[], crs=crs)
        return layer

    @classmethod
    def failures(cls, layer: gpd.GeoDataFrame) -> pd.DataFrame:
        """
        List every value that breaks the schema.

        Parameters
        ----------
        layer
            A frame that has exactly the schema's columns, in the schema's dtypes.

        Returns
        -------
        failures
            One row a broken value: `index` (of `layer`), `column`, `value`, `check`.

        Raises
        ------
        LayerSchemaError
            If the frame as a whole does not fit: a column is missing, unknown or of another dtype.
        """
        try:
            if cls.card().has_places:
                cls.validate(layer, lazy=True)
            else:
                nowhere = {"nullable": True, "checks": _NOWHERE}
                cls.to_schema().update_column("geometry", **nowhere).validate(layer, lazy=True)
        except SchemaErrors as error:
            cases = error.failure_cases
            if cases["index"].isna().any():
                whole = cases.loc[cases["index"].isna(), ["column", "check", "failure_case"]]
                told = "; ".join(" ".join(map(str, row)) for row in whole.to_numpy())
                raise LayerSchemaError(
                    Text(
                        f"图层 {cls.layer_name()} 的列与规定不符:{told}",
                        f"layer {cls.layer_name()} does not fit its schema: {told}",
                    )
                ) from error
            listed: pd.DataFrame = cases.rename(columns={"failure_case": "value"})
            return listed[["index", "column", "value", "check"]]
        return pd.DataFrame({"index": [], "column": [], "value": [], "check": []})

    @classmethod
    def check(cls, layer: gpd.GeoDataFrame) -> GeoDataFrame[Self]:
        """
        Return the layer unchanged, or raise naming every failing value.

        Raises
        ------
        LayerSchemaError
            If a column is missing, unknown or of the wrong type, or a value is out of range.
        """
        failures = cls.failures(layer)
        if len(failures):
            told = failures.to_string(index=False)
            raise LayerSchemaError(
                Text(
                    f"图层 {cls.layer_name()} 有不合规定的值:\n{told}",
                    f"layer {cls.layer_name()} breaks its schema:\n{told}",
                )
            )
        checked: GeoDataFrame[Self] = layer
        return checked
