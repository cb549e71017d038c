"""How much of the need for treatment is met: the measures of an allocation of waste."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.operations.allocation_bounds import amount_left, haul, share_met
from tieling_geo.operations.amounts import AMOUNT_MISSING
from tieling_geo.operations.results import first_reason
from tieling_geo.operations.rollup import Tally, excluded_rows, rollup_rows
from tieling_geo.operations.waste_allocation import GRAMS_PER_T, UNITS_PER_T_KM, WasteAllocation
from tieling_geo.records import EXCLUDED_COLUMNS, Measure, Quantity
from tieling_geo.text import Text

#: The word for a source that has nothing to send.
NOTHING_TO_SEND = "nothing"
_UNKNOWN_CAPACITIES = Text(
    "以下能力的许可或数量不明,取值时按零计,上限按最大值计:{told}",
    "licence or amount of these capacities is unknown; the value takes none of them: {told}",
)
_OUTER_BOUNDS = Text(
    "有情况不明的产生量或能力:运输周转量的上下限为外包界限",
    "amounts or capacities are unknown: the bounds of the haul are outer ones",
)


@dataclass(frozen=True, slots=True)
class NeedNames:
    """What the measures of one need are called."""

    share: str
    """Met of all that is needed, percent."""
    left: str
    """Not met, tonnes a year."""
    haul: str
    """Tonne-kilometres a year."""


def need_reason(found: WasteAllocation, need_t: pd.Series) -> pd.Series:
    """Say why a source does not count: its amount is missing, or zero; else an empty word."""
    return first_reason(
        found.sources.index, {AMOUNT_MISSING: need_t.isna(), NOTHING_TO_SEND: need_t == 0}
    )


def weigh_need(
    features: gpd.GeoDataFrame,
    found: WasteAllocation,
    *,
    layer: str,
    names: NeedNames,
    reason: pd.Series,
    reasons: Mapping[str, Text],
    groups: Sequence[str],
) -> Tally:
    """
    Give the share of the need that an allocation meets, what is left, and the haul.

    Parameters
    ----------
    features
        n sources; the index holds their ids.
    found
        What `waste_allocation.allocate_waste` gave for them.
    layer
        Name of their layer, for the excluded table.
    names
        Names of the measures.
    reason
        What `need_reason` gave.
    reasons
        What the words mean to people.
    groups
        Columns of `features` to roll up the share by.

    Returns
    -------
    tally
        The share (%) and the amount left (t/a) have exact bounds, see `allocation_bounds`; the haul
        (t·km) has outer ones. A source whose amount is missing is unknown; one that has nothing is
        out of scope. The haul does not roll up: it is a total, and no share of anything.

    Raises
    ------
    AccountingError
        If a source that does not count has no reason.
    """
    counted = reason == ""
    unknown = reason == AMOUNT_MISSING
    need = found.sources["need_g"].map(_to_t)
    met = found.sources["treated_g"].map(_to_t)
    measures = _measures(found, names, int(counted.sum()), int(unknown.sum()))
    left = tuple(sorted(map(str, features.index[counted & (met < need)])))
    excluded = excluded_rows(features.index, counted, unknown, reason, reasons, layer)
    table = pd.DataFrame(
        {
            "numerator": _objects(met, counted),
            "denominator": _objects(need, counted),
            "counted": counted.astype(int),
            "unknown": unknown.astype(int),
        },
        index=features.index,
    )
    return Tally(
        measures,
        {names.share: left, names.left: left, names.haul: ()},
        pd.concat([excluded.assign(measure=name) for name in measures])[
            list(EXCLUDED_COLUMNS)
        ].sort_values(["measure", "feature_id"], ignore_index=True),
        rollup_rows(features, names.share, table, groups),
    )


def _to_t(grams: int) -> Fraction:
    """Give whole grams as exact tonnes."""
    return Fraction(grams, GRAMS_PER_T)


def _objects(numbers: pd.Series, kept: pd.Series) -> NDArray[np.object_]:
    """Keep exact numbers exact, zero where they do not count."""
    laid = np.empty(len(numbers), dtype=object)
    laid[:] = [n if keep else Fraction(0) for n, keep in zip(numbers, kept, strict=True)]
    return laid


def _measures(
    found: WasteAllocation, names: NeedNames, counted: int, unknown: int
) -> dict[str, Measure]:
    """Work out the measures with their bounds."""
    markets = found.markets
    need, met = sum(sum(m.need) for m in markets), sum(sent.total for sent in found.sent)
    hauled = sum(sent.cost for sent in found.sent)
    (low_met, low_need), (high_met, high_need) = share_met(markets)
    share = ((met, need), (low_met, low_need), (high_met, high_need))
    left = (need - met, *amount_left(markets))
    hauls = (hauled, *haul(markets, found.sent))
    values: dict[str, tuple[str, list[Quantity]]] = {
        names.share: ("%", [Quantity(_to_t(some), _to_t(of)) for some, of in share]),
        names.left: ("t_per_year", [Quantity(_to_t(grams)) for grams in left]),
        names.haul: ("t_km", [Quantity(Fraction(n, UNITS_PER_T_KM)) for n in hauls]),
    }
    return {
        name: Measure(name, unit, value, low, high, counted, unknown)
        for name, (unit, (value, low, high)) in values.items()
    }


def treatment(found: WasteAllocation, reason: pd.Series) -> pd.DataFrame:
    """
    Say of each source what becomes of its waste, for maps and ledgers.

    Returns
    -------
    treated
        n rows, index of the sources: `treated_t_per_year`, `left_t_per_year`, `haul_km` (mean over
        what is treated), `no_way` (a word of `haul.NO_WAY_REASONS`) and `category`: `treated`
        (all of it), `partly`, `left`, `no_route`, `unknown`, or `nothing`.
    """
    rows = found.sources
    treated = rows["treated_g"].astype("float64") / GRAMS_PER_T
    left = (rows["need_g"] - rows["treated_g"]).astype("float64") / GRAMS_PER_T
    words = pd.Series("partly", rows.index, dtype="str")
    words = words.mask(rows["treated_g"] == 0, "left").mask(
        rows["no_way"].isin(["no_route", "off_network", "no_destination"]), "no_route"
    )
    words = words.mask(rows["treated_g"] == rows["need_g"], "treated")
    known = reason != AMOUNT_MISSING
    return pd.DataFrame({
        "treated_t_per_year": treated.where(known),
        "left_t_per_year": left.where(known),
        "haul_km": rows["haul_g_mm"].astype("float64")
        / GRAMS_PER_T**2
        / treated.where(treated > 0),
        "no_way": rows["no_way"],
        "category": words.mask(~known, "unknown").mask(reason == NOTHING_TO_SEND, "nothing"),
    })


def need_warnings(found: WasteAllocation) -> tuple[Text, ...]:
    """Name the capacities that are unknown, and say what the bounds of the haul are."""
    told = ", ".join(found.open_capacities)
    is_known = all(market.is_known for market in found.markets)
    return (
        *((_UNKNOWN_CAPACITIES.filled(told=told),) if told else ()),
        *(() if is_known else (_OUTER_BOUNDS,)),
    )
