"""The columns of a layer as a page has them: numbers and days as they are, code words as words."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from tieling_geo.records import Result
from tieling_geo.render.popup import code_text, plain_text, plain_texts, reason_words, value_text
from tieling_geo.text import Language, Text

# What a map can be filtered by -> the columns that may say it, the first that is there.
_FACETS = {
    "county": ("county_name", "county"),
    "river": ("river_name", "river"),
    "bureau": ("bureau", "responsible_bureau"),
}
_NAMES = ("name", "river_name")
_NUMBERS = frozenset({"integer", "floating", "mixed-integer-float"})


def facets_of(features: gpd.GeoDataFrame) -> dict[str, str]:
    """
    Say which column a layer can be filtered by, facet by facet.

    Examples
    --------
    >>> facets_of(gpd.GeoDataFrame({"county_name": ["甲县"]}, geometry=[None]))
    {'county': 'county_name'}
    """
    found = {
        facet: next((name for name in names if name in features.columns), "")
        for facet, names in _FACETS.items()
    }
    return {facet: name for facet, name in found.items() if name}


def column_of(values: pd.Series, words: Mapping[str, Text], language: Language) -> pd.Series:
    """
    Return a column as a page shows it.

    Parameters
    ----------
    values
        n values of any kind.
    words
        What the column's code words mean to people.
    language
        Language of the words.

    Returns
    -------
    column
        n booleans, numbers or days as they are; anything else as text, missing where it says
        nothing.

    Examples
    --------
    >>> column_of(pd.Series(["coal", None]), {"coal": Text("燃煤", "coal")}, "zh").tolist()
    ['燃煤', None]
    """
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind == "boolean":
        return values.astype("boolean")
    if kind in _NUMBERS:
        return pd.Series(values.to_numpy(np.float64, na_value=np.nan), index=values.index)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values
    codes, unique = pd.factorize(values, use_na_sentinel=True)
    if not words and pd.api.types.infer_dtype(unique) == "string":
        listed = np.array(
            [*(text or None for text in plain_texts(list(unique))), None], dtype=object
        )
        return pd.Series(listed[codes], index=values.index, dtype=object)
    told = [code_text(v, words, language) or value_text(v, language) or None for v in unique]
    listed = np.array([*told, None], dtype=object)
    return pd.Series(listed[codes], index=values.index, dtype=object)


def names_of(features: gpd.GeoDataFrame) -> pd.Series:
    """Return the features' names, missing where there is none."""
    for column in _NAMES:
        if column in features.columns:
            return column_of(features[column], {}, "zh")
    return pd.Series([None] * len(features), index=features.index, dtype=object)


def reasons_of(features: gpd.GeoDataFrame, result: Result, language: Language) -> pd.Series:
    """Say of each feature that did not count why; missing for those that did."""
    reasons = reason_words(result, language)
    if not reasons:
        return pd.Series([None] * len(features), dtype=object)
    told = [reasons.get(str(key)) for key in features.index]
    return pd.Series([None if t is None else plain_text(t) for t in told], dtype=object)
