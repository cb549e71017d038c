"""Small layers made by hand, checked against their schemas as a reader would deliver them."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from tieling_geo.crs import WORKING_CRS
from tieling_geo.records import EXCLUDED_COLUMNS, Measure, Result
from tieling_geo.schemas import LayerSchema

Row = Mapping[str, object]


def to_layer(schema: type[LayerSchema], rows: Mapping[str, Row]) -> Any:  # noqa: ANN401 - any layer
    """Lay out features by id; a column that a row does not name is missing."""
    index, key = list(rows), schema.card().key
    columns = {
        c.name: pd.Series(
            [name if c.name == key else row.get(c.name) for name, row in rows.items()],
            index=index,
            dtype=c.dtype,
        )
        for c in schema.columns()
    }
    shapes = [row["geometry"] for row in rows.values()]
    return schema.check(gpd.GeoDataFrame(columns, index=index, geometry=shapes, crs=WORKING_CRS))


def bounds(measure: Measure) -> tuple[object, object, object]:
    """Give a measure's low bound, value and high bound."""
    return measure.low.value(measure.unit), measure.value, measure.high.value(measure.unit)


def excluded(result: Result, measure: str) -> dict[str, tuple[str, str]]:
    """Give what did not count for a measure: id -> kind and reason in English."""
    assert list(result.excluded.columns) == list(EXCLUDED_COLUMNS)
    rows = result.excluded[result.excluded["measure"] == measure]
    assert rows["feature_id"].is_unique
    return {
        row.feature_id: (row.kind, row.reason_en)
        for row in rows.sort_values("feature_id").itertuples()
    }


def rollup(result: Result, measure: str, dimension: str) -> dict[str, tuple[int, int, int]]:
    """Give a roll-up: group -> numerator, denominator, unknown."""
    rows = result.rollups
    rows = rows[(rows["measure"] == measure) & (rows["dimension"] == dimension)]
    assert rows["group"].is_unique
    return {row.group: (row.numerator, row.denominator, row.unknown) for row in rows.itertuples()}
