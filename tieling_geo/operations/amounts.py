"""
Weigh features for a duty by an amount each has: tonnes, floor area, kilometres.

What `rollup.tally` counts, this adds up, with the same two questions a feature: is it in the duty's
scope, and is it done? An amount that is missing is unknown as well: it lies between zero and the
greatest amount that the layer's schema accepts, and the bounds say so. All sums are exact, in
fractions of the decimals that a ledger prints.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.errors import AccountingError
from tieling_geo.operations.levers import BOUND_COLUMNS, Crossings
from tieling_geo.operations.rollup import Counts, Tally, excluded_rows, rollup_rows, to_counts
from tieling_geo.records import EXCLUDED_COLUMNS, LEVER_COLUMNS, Lever, Measure, Quantity
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import Text

#: The word for a feature whose amount is missing; `weigh` finds these itself.
AMOUNT_MISSING = "amount_missing"
#: Computed amounts, such as areas and lengths, are told apart down to this decimal.
ROUNDING_DIGITS = 6
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What each feature weighs: exact numbers, zero where it is missing, and the most it may be."""

    known: NDArray[np.object_]
    most: NDArray[np.object_]
    """The amount itself where it is known, else the greatest that it may be."""
    is_missing: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class WeighedNames:
    """What the measures of one weighing are called; an empty name leaves one out."""

    share: str
    """Done of all in scope, percent."""
    done: str = ""
    """The amount that is done."""
    left: str = ""
    """The amount that is not."""
    unit: str = ""
    """Unit of the two amounts, a word of `UNITS`."""
    scale: Fraction = Fraction(1)
    """The amounts are multiplied by this to come out in the unit."""

    def all(self) -> tuple[str, ...]:
        """List the names that are there."""
        return tuple(name for name in (self.share, self.done, self.left) if name)


def greatest_allowed(schema: type[LayerSchema], column: str) -> float:
    """
    Give the greatest number that a layer's schema accepts in a column (closed).

    Raises
    ------
    AccountingError
        If the schema sets no such limit: then a missing amount could not be bounded.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> greatest_allowed(Boilers, "capacity_t_per_h")
    5000.0
    """
    for check in schema.to_schema().columns[column].checks:
        if check.name == "less_than_or_equal_to":
            return float(check.statistics["max_value"])
    raise AccountingError(
        Text(
            f"图层 {schema.layer_name()} 的列 {column} 没有上限",
            f"layer {schema.layer_name()} sets no limit for column {column}",
        )
    )


def to_fraction(value: float) -> Fraction:
    """
    Give a number as the decimal that it prints as, told apart down to `ROUNDING_DIGITS`.

    Examples
    --------
    >>> to_fraction(0.1) + to_fraction(0.2)
    Fraction(3, 10)
    """
    return Fraction(str(round(float(value), ROUNDING_DIGITS)))


def to_amounts(values: pd.Series, *, most: float | pd.Series) -> Amounts:
    """
    Lay out what features weigh.

    Parameters
    ----------
    values
        n numbers of zero or more; missing ones are unknown.
    most
        The greatest that a missing one may be, for all or for each feature.

    Examples
    --------
    >>> amounts = to_amounts(pd.Series([0.5, None]), most=9.0)
    >>> amounts.known.tolist(), amounts.most.tolist()
    ([Fraction(1, 2), Fraction(0, 1)], [Fraction(1, 2), Fraction(9, 1)])
    """
    numbers = values.to_numpy(dtype="float64", na_value=np.nan)
    is_missing = np.isnan(numbers)
    limits = np.broadcast_to(np.asarray(most, dtype="float64"), len(numbers))
    known = [_ZERO if gone else to_fraction(n) for n, gone in zip(numbers, is_missing, strict=True)]
    greatest = [
        to_fraction(limit) if gone else own
        for own, limit, gone in zip(known, limits, is_missing, strict=True)
    ]
    return Amounts(_objects(known), _objects(greatest), is_missing)


def _objects(numbers: Sequence[Fraction]) -> NDArray[np.object_]:
    """Lay exact numbers out in an array; an empty one is of objects, too."""
    laid = np.empty(len(numbers), dtype=object)
    laid[:] = numbers
    return laid


def _sum(numbers: NDArray[np.object_]) -> Fraction:
    """Add exact numbers; of none the sum is an exact zero."""
    return sum(numbers.tolist(), _ZERO)


def weigh(  # noqa: PLR0913 - each is a column of one table
    features: gpd.GeoDataFrame,
    *,
    layer: str,
    names: WeighedNames,
    in_scope: pd.Series,
    done: pd.Series,
    amounts: Amounts,
    reason: pd.Series,
    reasons: Mapping[str, Text],
    groups: Sequence[str] = (),
) -> Tally:
    """
    Add up the amounts of the features that a duty is about, and of those that are done.

    Parameters
    ----------
    features
        n features; the index holds their ids.
    layer
        Name of their layer, for the excluded table.
    names
        Names of the measures.
    in_scope, done
        n nullable booleans each, index of `features`. Missing means unknown.
    amounts
        What each weighs. A feature in scope whose amount is missing does not count and is unknown.
    reason
        n words, a key of `reasons` for each feature that is out of scope or unknown; where only the
        amount is missing the word `AMOUNT_MISSING` is set here.
    reasons
        What the words mean to people.
    groups
        Columns of `features` to roll up by.

    Returns
    -------
    tally
        As of `rollup.tally`: `share` in percent, `done` and `left` in the unit of `names`, each
        with the bounds that the unknown features allow; the share's numerators and denominators are
        amounts. `counted` and `excluded` are numbers of features.

    Raises
    ------
    AccountingError
        If a feature that does not count has no reason.

    Examples
    --------
    >>> works = gpd.GeoDataFrame(
    ...     {"t": [300.0, 100.0, None]}, index=list("abc"), geometry=[None] * 3)
    >>> scope = pd.Series(True, works.index, dtype="boolean")
    >>> done = pd.Series([True, False, True], works.index, dtype="boolean")
    >>> found = weigh(works, layer="works", names=WeighedNames("s", left="l", unit="t"),
    ...     in_scope=scope, done=done, amounts=to_amounts(works["t"], most=400.0),
    ...     reason=pd.Series("", works.index),
    ...     reasons={AMOUNT_MISSING: Text("缺产能", "no capacity")}).measures
    >>> float(found["s"].value), float(found["s"].low.value("%")), float(found["s"].high.value("%"))
    (75.0, 75.0, 87.5)
    >>> found["l"].value, found["s"].counted, found["s"].excluded
    (Fraction(100, 1), 2, 1)
    """
    scope, fulfilled = in_scope.astype("boolean"), done.astype("boolean")
    missing = pd.Series(amounts.is_missing, features.index)
    sure = (scope & fulfilled.notna()).fillna(value=False).astype(bool)
    counted = sure & ~missing
    unknown = ~counted & scope.fillna(value=True).astype(bool)
    told = reason.mask(sure & missing & (reason == ""), AMOUNT_MISSING)
    excluded = excluded_rows(features.index, counted, unknown, told, reasons, layer)
    left = counted & ~fulfilled.fillna(value=True).astype(bool)
    speaking = tuple(sorted(map(str, features.index[left])))
    counts = to_counts(scope, fulfilled)
    measures = _measures(names, counts, amounts, int(unknown.sum()))
    table = pd.DataFrame(
        {
            "numerator": _masked(amounts.known, (counted & fulfilled).fillna(value=False)),
            "denominator": _masked(amounts.known, counted),
            "counted": counted.astype(int),
            "unknown": unknown.astype(int),
        },
        index=features.index,
    )
    return Tally(
        measures,
        dict.fromkeys(measures, speaking),
        pd.concat([excluded.assign(measure=name) for name in measures])[
            list(EXCLUDED_COLUMNS)
        ].sort_values(["measure", "feature_id"], ignore_index=True),
        rollup_rows(features, names.share, table, groups),
    )


def _masked(numbers: NDArray[np.object_], kept: pd.Series) -> NDArray[np.object_]:
    """Give the numbers of the features kept, and an exact zero for the others."""
    return _kept(numbers, kept.to_numpy(dtype=bool))


def _kept(numbers: NDArray[np.object_], kept: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Give the numbers where they are kept, and an exact zero elsewhere."""
    chosen = np.full(len(numbers), _ZERO, dtype=object)
    chosen[kept] = numbers[kept]
    return chosen


@dataclass(frozen=True, slots=True)
class _Weights:
    """What each feature adds: n exact numbers each."""

    is_known: NDArray[np.object_]
    """One where the feature counts, else zero."""
    finished: NDArray[np.object_]
    counted: NDArray[np.object_]
    sure_done: NDArray[np.object_]
    """Done whatever turns out, by the least amount it may have."""
    worst_left: NDArray[np.object_]
    """Not done in the worst case, by the greatest amount it may have."""
    best_done: NDArray[np.object_]
    sure_left: NDArray[np.object_]


def _weights(counts: Counts, amounts: Amounts) -> _Weights:
    """
    Say what each feature adds to what is known, and to the worst and the best case.

    In the worst case a feature that may be left is, and weighs the most; one that is surely done
    weighs the least. In the best case it is the other way round.
    """
    is_counted = counts.counted.astype(bool)
    is_done = counts.finished.astype(bool)
    there = ~amounts.is_missing
    may_left = (is_counted & ~is_done) | counts.may_be_left.astype(bool)
    may_done = is_done | counts.may_be_done.astype(bool)

    return _Weights(
        is_known=(is_counted & there).astype(int).astype(object),
        finished=_kept(amounts.known, is_done & there),
        counted=_kept(amounts.known, is_counted & there),
        sure_done=_kept(amounts.known, is_done),
        worst_left=_kept(amounts.most, may_left),
        best_done=_kept(amounts.most, may_done),
        sure_left=_kept(amounts.known, is_counted & ~is_done),
    )


def _measures(
    names: WeighedNames, counts: Counts, amounts: Amounts, unknown: int
) -> dict[str, Measure]:
    """Give the measures with the bounds that the unknown features allow."""
    weights = _weights(counts, amounts)
    counted = int((counts.counted.astype(bool) & ~amounts.is_missing).sum())
    done, total = _sum(weights.finished), _sum(weights.counted)
    sure, worst = _sum(weights.sure_done), _sum(weights.worst_left)
    best, rest = _sum(weights.best_done), _sum(weights.sure_left)
    scale = names.scale
    bounds: dict[str, tuple[str, Quantity, Quantity, Quantity]] = {
        names.share: (
            "%",
            Quantity(done, total),
            Quantity(sure, sure + worst),
            Quantity(best, best + rest),
        ),
        names.done: (
            names.unit,
            Quantity(done * scale),
            Quantity(sure * scale),
            Quantity(best * scale),
        ),
        names.left: (
            names.unit,
            Quantity((total - done) * scale),
            Quantity(rest * scale),
            Quantity(worst * scale),
        ),
    }
    return {
        name: Measure(name, unit, value, low, high, counted, unknown)
        for name, (unit, value, low, high) in bounds.items()
        if name
    }


def to_weighed_levers(
    names: WeighedNames, crossings: Sequence[Crossings], amounts: pd.Series, *, most: float
) -> dict[str, tuple[Lever, ...]]:
    """
    Say what moves the measures of `weigh`; as `levers.to_levers` does for counts.

    Parameters
    ----------
    names
        Names of the measures.
    crossings
        What could move; a feature may have several rows in one.
    amounts
        n numbers, index the features' ids.
    most
        The greatest that a missing one may be.

    Returns
    -------
    levers
        For each measure one lever for each thing that could move.
    """
    found: dict[str, list[Lever]] = {name: [] for name in names.all()}
    for one in crossings:
        own = to_amounts(amounts.loc[one.margin.index], most=most)
        sides = [_weights(to_counts(**side), own) for side in (one.inner, one.outer)]
        for name, levers in found.items():
            inner, outer = (_added(names, name, side) for side in sides)
            levers.append(_to_lever(one, inner - outer))
    return {name: tuple(levers) for name, levers in found.items()}


def _added(names: WeighedNames, name: str, weights: _Weights) -> NDArray[np.object_]:
    """Give what each feature adds to a measure, to its low bound and to its high bound."""
    known = weights.is_known
    if name == names.share:
        return np.stack([
            weights.finished,
            weights.counted,
            weights.sure_done,
            weights.sure_done + weights.worst_left,
            weights.best_done,
            weights.best_done + weights.sure_left,
        ])
    if name == names.done:
        ends = (weights.finished, weights.sure_done, weights.best_done)
    else:
        ends = (weights.counted - weights.finished, weights.sure_left, weights.worst_left)
    value, low, high = (end * names.scale for end in ends)
    return np.stack([value, known, low, known, high, known])


def _to_lever(one: Crossings, added: NDArray[np.object_]) -> Lever:
    """Lay out the features whose crossing changes something, sorted by their ids."""
    margin = one.margin.to_numpy(dtype="float64", na_value=np.nan)
    matters = np.isfinite(margin) & (added != 0).any(axis=0)
    columns = (*LEVER_COLUMNS[1:], *BOUND_COLUMNS)
    table = pd.DataFrame(
        {
            LEVER_COLUMNS[0]: margin[matters],
            **dict(zip(columns, added[:, matters], strict=True)),
        },
        index=pd.Index(one.margin.index[matters].astype("str"), dtype="str"),
    )
    return Lever(
        name=one.name,
        kind=one.kind,
        title=one.title,
        unit=one.unit,
        table=table.sort_index(kind="stable"),
        closed=one.closed,
    )
