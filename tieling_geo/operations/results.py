"""What several analyses say in the same words: reasons, columns, and the county a feature is in."""

from collections.abc import Callable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from tieling_geo.operations.coverage import covering_area
from tieling_geo.operations.rollup import Tally
from tieling_geo.records import (
    Analysis,
    Category,
    LaterLevers,
    Levers,
    ParameterValue,
    Result,
    ResultColumn,
)
from tieling_geo.text import Text

COUNTY_COLUMN = ResultColumn("county_name", Text("所在县(市、区)", "county"))
BORDER_COLUMN = ResultColumn("border_case", Text("位于县界上", "on a county border"))
REASON_COLUMN = ResultColumn("reason", Text("未计入原因", "why not counted"))

UNKNOWN = Category("unknown", Text("情况不明", "not known"), "unknown")


def with_county(features: gpd.GeoDataFrame, counties: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """
    Add the county that covers each point, by geometry; a point on a border is flagged.

    Returns `features` with `county_name` (missing outside every county or without the layer) and
    `border_case`; the county that a ledger states stays beside it in its own column.
    """
    if counties is None:
        nowhere = pd.Series(index=features.index, dtype="str")
        return features.assign(county_name=nowhere, border_case=False)
    assigned = covering_area(features, counties, key="county_id")
    names = counties.set_index("county_id")["name"]
    return features.assign(
        county_name=assigned["area"].map(names).astype("str"),
        border_case=assigned["border_case"],
    )


def first_reason(index: pd.Index, cases: Mapping[str, pd.Series]) -> pd.Series:
    """
    Give each feature the first case that holds for it, or an empty word.

    Parameters
    ----------
    index
        The features' ids.
    cases
        Word -> nullable booleans; a missing answer does not hold.

    Examples
    --------
    >>> index = pd.Index(["a", "b"])
    >>> x, y = pd.Series([False, True], index), pd.Series([True, True], index)
    >>> first_reason(index, {"x": x, "y": y})
    a    y
    b    x
    dtype: str
    """
    found = np.full(len(index), "", dtype=object)
    for word, holds in cases.items():
        answers = holds if holds.index is index else holds.reindex(index)
        hit = answers.astype("boolean").to_numpy(dtype=bool, na_value=False)
        found[hit & (found == "")] = word
    return pd.Series(found, index=index, dtype="str")


def to_result(  # noqa: PLR0913 - what a result has beside its counts
    analysis: Analysis,
    features: gpd.GeoDataFrame,
    counted: Tally,
    values: Mapping[str, ParameterValue],
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    shapes: Mapping[str, gpd.GeoDataFrame] | None = None,
    warnings: tuple[Text, ...] = (),
    levers: Callable[[], Levers] | None = None,
) -> Result:
    """Put an analysis's features and counts into its Result; the category column is `category`."""
    return Result(
        analysis=analysis.name,
        features=features,
        category="category",
        measures=counted.measures,
        against=counted.against,
        excluded=counted.excluded,
        rollups=counted.rollups,
        parameters=analysis.parameters_used(values),
        tables=tables or {},
        shapes=shapes or {},
        warnings=warnings,
        levers=LaterLevers(levers) if levers else {},
    )
