"""Fleets: which count of a fleet holds on a day, and what its vehicles may add to a share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import shapely

from tieling_geo.operations.amounts import greatest_allowed
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.ratio_choices import Pair, greatest_ratio, least_ratio
from tieling_geo.operations.results import first_reason
from tieling_geo.schemas import Fleets
from tieling_geo.text import Text

#: Two depots closer than this are one place, as decimals of a metre.
_PLACE_DECIMALS = 2
_NOTHING: Pair = (Fraction(0), Fraction(0))
#: Why a count does not hold on the day, by the words of `counts_of_day`.
COUNT_REASONS: Mapping[str, Text] = MappingProxyType({
    "superseded": Text("该车队另有更晚的统计数", "the fleet has a later count that holds"),
    "later": Text("统计日期晚于统计日,以此前的统计数为准", "counted later; an earlier count holds"),
    "not_counted_yet": Text("只有晚于统计日的统计数", "counted only after the day"),
    "undated": Text("统计日期缺失", "the day of the count is missing"),
    "double": Text("同一天有不止一个统计数", "counted more than once on one day"),
})


def counts_of_day(fleets: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """
    Tell which rows are the counts of the vehicles that hold on a day.

    Rows of one operator, class and place (to the centimetre) are counts of one fleet; a row without
    an operator is a fleet by itself. The latest count that is not later than the day holds (closed;
    several on that day contradict each other). What a fleet had that was counted only afterwards,
    or on no stated day, is not known.

    Parameters
    ----------
    fleets
        `Fleets` layer, n points.
    as_of
        The day.

    Returns
    -------
    counts
        n rows, index of `fleets`: `holds` (nullable boolean) and `reason` (a word of
        `COUNT_REASONS`, or empty).

    Examples
    --------
    >>> from shapely import Point
    >>> fleets = gpd.GeoDataFrame({
    ...     "fleet_id": ["a", "b", "c"], "name": "X", "vehicle_class": "bus",
    ...     "counted_on": pd.to_datetime(["2023-12-31", "2025-12-31", "2026-01-01"])},
    ...     geometry=[Point(0, 0)] * 3)
    >>> counts_of_day(fleets, date(2025, 12, 31))["reason"].tolist()
    ['superseded', '', 'later']
    """
    fleet, days = _fleet_keys(fleets), fleets["counted_on"].dt.normalize()
    past = is_on_or_before(days, as_of)
    before = past.fillna(value=False).astype(bool)
    latest = days.where(before).groupby(fleet).transform("max")
    newest = before & (days == latest)
    twice = newest & (newest.groupby(fleet).transform("sum") > 1)
    has_past = latest.notna()
    after = ~past.fillna(value=True).astype(bool)
    cases = {
        "superseded": before & ~newest,
        "later": after & has_past,
        "not_counted_yet": after & ~has_past,
        "undated": past.isna(),
        "double": twice,
    }
    unknown = cases["not_counted_yet"] | cases["undated"] | twice
    return pd.DataFrame({
        "holds": newest.astype("boolean").mask(unknown),
        "reason": first_reason(fleets.index, cases),
    })


def _fleet_keys(fleets: gpd.GeoDataFrame) -> pd.Series:
    """Give one number to all rows of one operator, class and place."""
    x, y = shapely.get_coordinates(fleets.geometry.to_numpy()).round(_PLACE_DECIMALS).T
    alone = fleets["fleet_id"].where(fleets["name"].isna(), "")
    keys = pd.DataFrame({
        "alone": alone,
        "name": fleets["name"].fillna(""),
        "vehicle_class": fleets["vehicle_class"].fillna(""),
        "x": x,
        "y": y,
    })
    return keys.groupby(list(keys.columns), sort=True).ngroup().rename("fleet")


@dataclass(frozen=True, slots=True)
class Share:
    """Clean vehicles of all vehicles: numerator and denominator, and the ends of the ratio."""

    known: Pair
    low: Pair
    high: Pair
    may_be_empty: bool
    """It may turn out that there is no vehicle at all."""
    unknown_left: Pair
    """The least and the greatest number of vehicles that may not be clean, of unknown fleets."""


def to_share(fleets: pd.DataFrame) -> Share:
    """
    Add up the vehicles of some fleets.

    Parameters
    ----------
    fleets
        m rows: `vehicles`, `clean_vehicles`, `counts` (boolean: all is known) and `may_be_out` (it
        may turn out not to belong here). Only rows that belong here, or may.

    Returns
    -------
    share
        With exact ends: what the ratio could be whatever the unknown fleets turn out to be. Zero by
        zero where no vehicle can be there.
    """
    known, open_ = fleets[fleets["counts"]], fleets[~fleets["counts"]]
    fixed = _sum(known["clean_vehicles"]), _sum(known["vehicles"])
    most = Fraction(greatest_allowed(Fleets, "vehicles"))
    options = [
        _corners(vehicles, clean, most) + ([_NOTHING] if may_be_out else [])
        for vehicles, clean, may_be_out in zip(
            open_["vehicles"], open_["clean_vehicles"], open_["may_be_out"], strict=True
        )
    ]
    left = [[whole - part for part, whole in pairs] for pairs in options]
    return Share(
        fixed,
        least_ratio(fixed, options) or _NOTHING,
        greatest_ratio(fixed, options) or _NOTHING,
        may_be_empty=fixed[1] == 0
        and all(min(whole for _, whole in pairs) == 0 for pairs in options),
        unknown_left=(
            sum((min(one) for one in left), Fraction(0)),
            sum((max(one) for one in left), Fraction(0)),
        ),
    )


def _sum(numbers: pd.Series) -> Fraction:
    """Add whole numbers."""
    return Fraction(sum(int(number) for number in numbers))


def _corners(vehicles: float, clean: float, most: Fraction) -> list[Pair]:
    """List the ends of what a fleet may have; a count that contradicts itself may be anything."""
    whole = None if pd.isna(vehicles) else Fraction(int(vehicles))
    part = None if pd.isna(clean) else Fraction(int(clean))
    if whole is not None and part is not None and part > whole:
        return _corner_range(Fraction(0), most)
    if whole is None:
        return (
            [(part, part), (part, most)] if part is not None else _corner_range(Fraction(0), most)
        )
    return [(part, whole)] if part is not None else _corner_range(whole, whole)


def _corner_range(least: Fraction, most: Fraction) -> list[Pair]:
    """List the corners of a fleet of least to most vehicles, any number of which are clean."""
    return [(Fraction(0), least), (least, least), (Fraction(0), most), (most, most)]


def least_of(shares: Sequence[Share]) -> tuple[Pair, Pair, Pair]:
    """
    Find the least of several shares, and its own least and greatest value.

    The low end is the least of the low ends. The high end is the least of the high ends of shares
    that surely have a vehicle: one that may turn out empty need not be the least. Where all may be
    empty, it is the greatest of the high ends. A fleet that may belong to several of the shares is
    taken at its best in each, so that the true high end may be lower; it is never higher.

    Returns
    -------
    known, low, high
        Each zero by zero where there is none.
    """
    there = [share for share in shares if share.low[1] > 0]
    sure = [share.high for share in there if not share.may_be_empty]
    high = min(sure, key=_ratio) if sure else max((s.high for s in there), key=_ratio, default=None)
    return (
        min((s.known for s in there if s.known[1] > 0), key=_ratio, default=_NOTHING),
        min((s.low for s in there), key=_ratio, default=_NOTHING),
        high or _NOTHING,
    )


def _ratio(pair: Pair) -> Fraction:
    """Divide."""
    return pair[0] / pair[1]
