"""Waste works by what they do and whom they serve."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd

from tieling_geo.errors import ParameterError
from tieling_geo.operations.acceptance import service
from tieling_geo.records import Parameter
from tieling_geo.schemas import WasteFacilities
from tieling_geo.text import Text

#: Kinds that treat household waste.
TREATMENT_KINDS = ("incineration", "landfill", "composting")
#: Kinds that household waste may be brought to.
RECEIVING_KINDS = (*TREATMENT_KINDS, "transfer")
RECEIVING = Parameter(
    name="receiving_kinds",
    value=RECEIVING_KINDS,
    unit="",
    interval="none",
    title=Text("可接收生活垃圾的设施类型", "kinds of works that take household waste"),
    source=Text("本工具约定", "declared by this toolkit"),
    verified=False,
)
WASTE_DISTANCE = Parameter(
    name="waste_distance_m",
    value=10_000.0,
    unit="m",
    interval="closed",
    title=Text("至垃圾设施的直线距离上限", "farthest waste works, straight line"),
    source=Text("本工具约定", "declared by this toolkit"),
    verified=False,
)


def check_kinds(parameter: str, column: str, words: Sequence[str]) -> None:
    """
    Refuse words that a column of the waste works does not know.

    Raises
    ------
    ParameterError
        If there is such a word, or no word at all.

    Examples
    --------
    >>> check_kinds("kinds", "kind", ["landfill"])
    """
    known = {card.name: card for card in WasteFacilities.columns()}[column].values  # noqa: PD011
    strange = sorted(set(words) - set(known))
    if strange or not words:
        told = ", ".join(known)
        raise ParameterError(
            Text(
                f"参数 {parameter}:{', '.join(strange) or '空列表'} 不合要求;可用:{told}",
                f"parameter {parameter}: {', '.join(strange) or 'an empty list'}; known: {told}",
            )
        )


def check_distance(parameter: str, limit_m: float) -> None:
    """
    Refuse a distance below zero.

    Raises
    ------
    ParameterError
        If it is, or is not a number.

    Examples
    --------
    >>> check_distance("waste_distance_m", 0.0)
    """
    if not limit_m >= 0:
        raise ParameterError(
            Text(
                f"参数 {parameter}:距离不能是 {limit_m}",
                f"parameter {parameter}: no distance: {limit_m}",
            )
        )


def is_one_of(works: gpd.GeoDataFrame, column: str, words: Sequence[str]) -> pd.Series:
    """
    Tell which waste works have one of some words in a column; missing where it is missing.

    Where the words are all that there are, a missing one is one of them.

    Examples
    --------
    >>> works = pd.DataFrame({"kind": ["landfill", "transfer", None]})
    >>> is_one_of(works, "kind", TREATMENT_KINDS).tolist()
    [True, False, <NA>]
    """
    known = {card.name: card for card in WasteFacilities.columns()}[column].values  # noqa: PD011
    found: pd.Series = works[column].isin(list(words)).astype("boolean")
    if set(words) >= set(known):
        return found.mask(works[column].isna(), other=True)
    return found.mask(works[column].isna())


def receives(works: gpd.GeoDataFrame, kinds: Sequence[str], *, as_of: date) -> pd.Series:
    """
    Tell which works of some kinds are in service on a day; missing where nobody knows.

    Parameters
    ----------
    works
        `WasteFacilities` layer, m rows.
    kinds
        Kinds that count.
    as_of
        The day; see `acceptance.service`.

    Examples
    --------
    >>> never = pd.to_datetime([None] * 3)
    >>> works = pd.DataFrame({"kind": ["landfill", "sorting", None],
    ...     "commissioned_on": never, "retired_on": never})
    >>> receives(works, RECEIVING_KINDS, as_of=date(2025, 12, 31)).tolist()
    [True, False, <NA>]
    """
    judged = service(works["commissioned_on"], works["retired_on"], as_of=as_of)
    found: pd.Series = is_one_of(works, "kind", kinds) & judged["serves"]
    return found
