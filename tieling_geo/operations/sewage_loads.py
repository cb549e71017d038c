"""
What flowed into sewage works in a year: water, BOD, and their flow-weighted mean, with bounds.

A month is known when both its inflow and its concentration are there, or nothing flowed in. What
is missing is bounded: the inflow by a share of the design capacity, the concentration by a greatest
one, both declared. All sums are exact, in fractions of the decimals that a ledger prints.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import greatest_allowed, to_fraction
from tieling_geo.operations.ratio_bounds import Pair, greatest_ratio, least_ratio
from tieling_geo.operations.results import first_reason
from tieling_geo.records import Parameter
from tieling_geo.schemas import SewageInflowRecords, SewageWorks
from tieling_geo.text import Text

#: Why a works is not asked about, or nobody knows whether it is; words of `works_in_year`.
WORKS_REASONS: Mapping[str, Text] = MappingProxyType({
    "other_scope": Text("不在所定服务范围", "of a scope that is not asked about"),
    "not_in_service": Text("该年未在运行", "not in service in the year"),
    "scope_unknown": Text("服务范围类型缺失", "scope is missing"),
    "swapped": Text("停运日期早于投运日期", "closed before it came into service"),
    "records_at_odds": Text(
        "该年未在运行,却有进水记录", "not in service in the year, yet it has inflow records"
    ),
})
#: Words of `WORKS_REASONS` for works that the duty is surely not about.
OUT_OF_SCOPE = ("other_scope", "not_in_service")
MOST_BOD = Parameter(
    name="most_bod_mg_per_l",
    value=500.0,
    unit="mg_per_l",
    interval="closed",
    title=Text("缺失浓度的上限", "most that a missing concentration may be"),
    source=Text(
        "本工具约定:高于一般城镇污水的浓度,只用于给出上下限",
        "declared: above what urban sewage usually has; used for bounds only",
    ),
    verified=False,
)
MOST_INFLOW = Parameter(
    name="most_inflow_of_design_pct",
    value=150.0,
    unit="%",
    interval="closed",
    title=Text(
        "缺失进水量的上限(占设计能力)", "most that a missing inflow may be, of the design capacity"
    ),
    source=Text(
        "本工具约定:超负荷运行的余量,只用于给出上下限",
        "declared: leaves room for overload; used for bounds only",
    ),
    verified=False,
)
#: Told when `records_without_works` finds any.
RECORDS_WITHOUT_WORKS = Text(
    "部分进水记录的污水厂编号不在污水厂图层中,未计入,另列于表",
    "some inflow records name a works that is not in the layer: they do not count and are listed",
)
_ZERO = Fraction(0)


class Month(NamedTuple):
    """A month's inflow and concentration; None: not known."""

    inflow_m3: Fraction | None
    bod_mg_per_l: Fraction | None
    most_m3: Fraction
    """The most that the inflow may be if it is not known."""


@dataclass(frozen=True, slots=True)
class YearlyInflow:
    """What flowed into one works in a year. Cubic metres times mg/L are grams."""

    known_months: int = 0
    missing_months: int = 0
    flow_m3: Fraction = _ZERO
    """Of the months that are known."""
    load_g: Fraction = _ZERO
    """BOD of the months that are known: the least that the year's can be, too."""
    load_most_g: Fraction = _ZERO
    mean: Fraction | None = None
    """Flow-weighted BOD of the months that are known, mg/L; None where nothing flowed."""
    mean_least: Fraction | None = None
    mean_most: Fraction | None = None
    months: tuple[int, ...] = field(default=())
    """The months that are not known."""


def works_in_year(
    works: gpd.GeoDataFrame,
    records: gpd.GeoDataFrame,
    *,
    year: int,
    scopes: Sequence[str],
) -> pd.DataFrame:
    """
    Say which works a duty is about in a year: those of the scopes that were in service in it.

    Service begins on its first day (closed) and ends before its last (open). A missing first day
    counts as long ago, a missing last as not closed.

    Parameters
    ----------
    works, records
        `SewageWorks`, n rows, and `SewageInflowRecords`.
    year
        The year.
    scopes
        Words of the column `scope` that count.

    Returns
    -------
    judged
        n rows: `in_scope` (nullable boolean) and `reason` (a word of `WORKS_REASONS`, or empty).

    Raises
    ------
    ParameterError
        If there is no such scope.
    """
    _check_scopes(scopes)
    of_scope = works["scope"].isin(list(scopes)).astype("boolean").mask(works["scope"].isna())
    serves = pd.Series(months_served(works, year).any(axis=1), works.index)
    swapped = (works["retired_on"] < works["commissioned_on"]).astype(bool)
    of_year = records[(records["year"] == year).fillna(value=False).astype(bool)]
    flowing = of_year["works_id"][(of_year["inflow_m3"] > 0).fillna(value=False).astype(bool)]
    odd = ~serves & works["works_id"].isin(flowing)
    in_service = serves.astype("boolean").mask(swapped | odd)
    reason = first_reason(
        works.index,
        {
            "other_scope": ~of_scope,
            "not_in_service": ~in_service,
            "scope_unknown": of_scope.isna(),
            "swapped": swapped,
            "records_at_odds": odd,
        },
    )
    return pd.DataFrame({"in_scope": of_scope & in_service, "reason": reason})


def _check_scopes(scopes: Sequence[str]) -> None:
    """
    Refuse a scope that is none.

    Raises
    ------
    ParameterError
        If one is not known: misspelt, it would look like a city without works.
    """
    known = next(c for c in SewageWorks.columns() if c.name == "scope").values  # noqa: PD011 - of a card
    unknown = sorted(set(scopes) - set(known))
    if unknown:
        told = ", ".join(unknown)
        raise ParameterError(Text(f"没有服务范围 {told}", f"no scope of works: {told}"))


def months_served(works: gpd.GeoDataFrame, year: int) -> NDArray[np.bool_]:
    """
    Tell in which months of a year each works was in service for at least a day.

    Returns
    -------
    served
        n × 12 booleans. One that closed before it opened may have served in any month.

    Examples
    --------
    >>> works = pd.DataFrame({"commissioned_on": pd.to_datetime(["2024-03-31", None]),
    ...                       "retired_on": pd.to_datetime([None, "2024-02-01"])})
    >>> months_served(works, 2024).sum(axis=1)
    array([10,  1])
    """
    firsts = np.array([f"{year}-{m:02d}-01" for m in range(1, 13)], dtype="datetime64[s]")
    nexts = np.append(firsts[1:], np.datetime64(f"{year + 1}-01-01", "s"))
    days = [works[c].dt.normalize() for c in ("commissioned_on", "retired_on")]
    since, until = (day.to_numpy(dtype="datetime64[s]")[:, None] for day in days)
    served: NDArray[np.bool_] = ~(since >= nexts) & ~(until <= firsts)
    whatever: NDArray[np.bool_] = served | (until < since)
    return whatever


def yearly_inflows(
    works: gpd.GeoDataFrame,
    records: gpd.GeoDataFrame,
    *,
    year: int,
    most_bod_mg_per_l: float,
    most_inflow_of_design_pct: float,
) -> list[YearlyInflow]:
    """
    Add up what flowed into each works in a year.

    Every record of the year is used; a month of service without one is missing.

    Parameters
    ----------
    works, records
        `SewageWorks`, n rows, and `SewageInflowRecords`.
    year
        The year.
    most_bod_mg_per_l
        The most that a missing concentration may be (closed).
    most_inflow_of_design_pct
        The most that a missing month's inflow may be (closed), percent of the design capacity, a
        tonne of water being a cubic metre; for a works without one the schema's limit stands.

    Returns
    -------
    inflows
        n, in the order of `works`.

    Raises
    ------
    ParameterError
        If a bound is negative.
    """
    for name, value in (
        (MOST_BOD.name, most_bod_mg_per_l),
        (MOST_INFLOW.name, most_inflow_of_design_pct),
    ):
        if value < 0:
            raise ParameterError(
                Text(f"参数 {name} 不得为负", f"parameter {name} must not be negative")
            )
    stated = _stated(records, year)
    limits = _most_inflows(works, year, to_fraction(most_inflow_of_design_pct) / 100)
    most_bod = to_fraction(most_bod_mg_per_l)
    return [
        _yearly(stated.get(str(key), {}), limit, served, most_bod)
        for key, limit, served in zip(
            works["works_id"], limits, months_served(works, year), strict=True
        )
    ]


def _stated(
    records: gpd.GeoDataFrame, year: int
) -> dict[str, dict[int, tuple[Fraction | None, Fraction | None]]]:
    """Give what is stated of each works in each month of a year: inflow and concentration."""
    rows = records[(records["year"] == year).fillna(value=False).astype(bool)]
    found: dict[str, dict[int, tuple[Fraction | None, Fraction | None]]] = {}
    columns = (rows[name].tolist() for name in ("works_id", "month", "inflow_m3", "bod_mg_per_l"))
    for key, month, inflow, bod in zip(*columns, strict=True):
        found.setdefault(str(key), {})[int(month)] = (_exact(inflow), _exact(bod))
    return found


def _exact(value: float) -> Fraction | None:
    """Give a number exactly; None where it is missing."""
    return None if pd.isna(value) else to_fraction(value)


def _most_inflows(works: gpd.GeoDataFrame, year: int, share: Fraction) -> list[list[Fraction]]:
    """Bound each works' inflow in each month."""
    limit = to_fraction(greatest_allowed(SewageInflowRecords, "inflow_m3"))
    days = [calendar.monthrange(year, month)[1] for month in range(1, 13)]
    return [
        [limit] * 12 if not design > 0 else [to_fraction(design) * share * n for n in days]
        for design in works["design_t_per_d"].tolist()
    ]


def _yearly(
    stated: Mapping[int, tuple[Fraction | None, Fraction | None]],
    limits: Sequence[Fraction],
    served: Iterable[bool],
    most_bod: Fraction,
) -> YearlyInflow:
    """Add up one works' months."""
    expected = {m for m, is_served in enumerate(served, start=1) if is_served}
    months = {
        m: Month(*stated.get(m, (None, None)), limits[m - 1])
        for m in sorted(expected | set(stated))
    }
    is_known = {m: _is_known(month) for m, month in months.items()}
    pairs = [_pair(month, most_bod) for m, month in months.items() if is_known[m]]
    doubtful = [month for m, month in months.items() if not is_known[m]]
    load = sum((load for load, _ in pairs), _ZERO)
    flow = sum((flow for _, flow in pairs), _ZERO)
    return YearlyInflow(
        known_months=len(pairs),
        missing_months=len(doubtful),
        flow_m3=flow,
        load_g=load,
        load_most_g=load + sum((_pair(month, most_bod)[0] for month in doubtful), _ZERO),
        mean=load / flow if flow else None,
        mean_least=_mean(pairs, doubtful, _ZERO, is_least=True),
        mean_most=_mean(pairs, doubtful, most_bod, is_least=False),
        months=tuple(m for m, known in is_known.items() if not known),
    )


def _is_known(month: Month) -> bool:
    """Tell whether a month adds a known amount of water and of BOD."""
    has_inflow = month.inflow_m3 is not None
    return has_inflow and (month.bod_mg_per_l is not None or not month.inflow_m3)


def _pair(month: Month, bod: Fraction) -> Pair:
    """Give the BOD and the water of a month, a missing concentration being a given one."""
    flow = month.most_m3 if month.inflow_m3 is None else month.inflow_m3
    return flow * (bod if month.bod_mg_per_l is None else month.bod_mg_per_l), flow


def _mean(
    pairs: Sequence[Pair], doubtful: Sequence[Month], bod: Fraction, *, is_least: bool
) -> Fraction | None:
    """Bound the mean: water that is known flows in whatever its concentration; other may not."""
    sure = [_pair(month, bod) for month in doubtful if month.inflow_m3 is not None]
    perhaps = [_pair(month, bod) for month in doubtful if month.inflow_m3 is None]
    find = least_ratio if is_least else greatest_ratio
    return find([*pairs, *sure], perhaps).value("mg_per_l")


def records_without_works(works: gpd.GeoDataFrame, records: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    List the records whose works is not in the layer, sorted by record: they count nowhere.

    Examples
    --------
    >>> works = pd.DataFrame({"works_id": ["A"]})
    >>> records = pd.DataFrame({"record_id": ["2", "1"], "works_id": ["B", "A"],
    ...                         "year": 2025, "month": 1, "inflow_m3": 1.0, "bod_mg_per_l": 90.0})
    >>> records_without_works(works, records)["record_id"].tolist()
    ['2']
    """
    columns = ["record_id", "works_id", "year", "month", "inflow_m3", "bod_mg_per_l"]
    lost = pd.DataFrame(records[columns])[~records["works_id"].isin(works["works_id"])]
    listed: pd.DataFrame = lost.reset_index(drop=True)
    return listed.sort_values("record_id", ignore_index=True)


def service_areas_of_works(works: gpd.GeoDataFrame, areas: gpd.GeoDataFrame | None) -> pd.Series:
    """Count the service areas that name each works; missing without the layer."""
    if areas is None:
        return pd.Series(pd.NA, works.index, dtype="Int64")
    named: pd.Series = works["works_id"].map(areas["works_id"].value_counts())
    return named.fillna(0).astype("Int64")
