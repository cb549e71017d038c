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
from tieling_geo.text import Text
from tieling_geo.units import UNITS, Equivalent

GeometryFamily = Literal["point", "line", "polygon"]
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
) -> dict[str, LayerCard]:
    """Return a schema's `Config.metadata` with the layer's card in it (see `LayerCard`)."""
    card = LayerCard(title, key, geometry, definition, source, control, references, equivalents)
    return {"card": card}


def column(
    title: Text,
    *,
    aliases: tuple[str, ...] = (),
    unit: str = "",
    values: Mapping[str, Text] | None = None,
    value_aliases: Mapping[str, str] | None = None,
    plausible: tuple[float, float] | None = None,
    source: str = "",
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
    checks
        Pandera's checks: `nullable`, `unique`, `ge`, `gt`, `str_matches`, ...
    """
    if values is not None:
        checks["isin"] = list(values)
    metadata = {
        "title": title,
        "aliases": aliases,
        "unit": unit,
        "values": values or {},
        "value_aliases": value_aliases or {},
        "plausible": plausible,
        "source": source,
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
            cls.validate(layer, lazy=True)
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
