"""
Count features for a duty, with what the unknowns could change, and roll the counts up by group.

Every feature is judged twice, each time as true, false or unknown: is it in the duty's scope, and
is it done? A share or a remaining count follows, with the least and the greatest value that the
unknown features allow, whatever they turn out to be. Nothing is dropped: a feature that did not
count comes back with its reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from tieling_geo.errors import AccountingError
from tieling_geo.records import EXCLUDED_COLUMNS, ROLLUP_COLUMNS, Measure, Quantity
from tieling_geo.text import Text

#: n of them, in the order of the features.
_Booleans = pd.Series | NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tally:
    """What one duty's count yields; the fields are those of `Result`."""

    measures: Mapping[str, Measure]
    against: Mapping[str, tuple[str, ...]]
    excluded: pd.DataFrame
    rollups: pd.DataFrame


def tally(  # noqa: PLR0913 - each is a column of one table
    features: gpd.GeoDataFrame,
    *,
    layer: str,
    share: str,
    remaining: str,
    in_scope: pd.Series,
    done: pd.Series,
    reason: pd.Series,
    reasons: Mapping[str, Text],
    groups: Sequence[str] = (),
) -> Tally:
    """
    Count the features that a duty is about and those of them that are done.

    Parameters
    ----------
    features
        n features; the index holds their ids.
    layer
        Name of their layer, for the excluded table.
    share, remaining
        Names of the two measures: the share done (%), and the number not done (count).
    in_scope, done
        n nullable booleans each, index of `features`: is the duty about the feature, and is it
        fulfilled? Missing means unknown.
    reason
        n words, a key of `reasons` for each feature that is out of scope or unknown.
    reasons
        What the words mean to people.
    groups
        Columns of `features` to roll up by.

    Returns
    -------
    tally
        Both measures with exact bounds, who speaks against them, who did not count and why, and
        the counts by group.

    Raises
    ------
    AccountingError
        If a feature that does not count has no reason.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> features = gpd.GeoDataFrame(index=["a", "b", "c"], geometry=[None] * 3)
    >>> scope = pd.Series([True, True, None], features.index, dtype="boolean")
    >>> done = pd.Series([True, False, False], features.index, dtype="boolean")
    >>> why = pd.Series(["", "", "where"], features.index)
    >>> counted = tally(features, layer="boilers", share="s", remaining="r", in_scope=scope,
    ...     done=done, reason=why, reasons={"where": Text("位置不明", "no position")})
    >>> share = counted.measures["s"]
    >>> float(share.value), float(share.low.value("%")), float(share.high.value("%"))
    (50.0, 33.33..., 50.0)
    """
    scope = in_scope.astype("boolean")
    fulfilled = done.astype("boolean")
    counts = to_counts(scope, fulfilled)
    counted, unknown = counts.counted.astype(bool), counts.unknown.astype(bool)
    left = counted & ~counts.finished.astype(bool)
    against = tuple(sorted(map(str, features.index[left])))
    table = pd.DataFrame(
        {
            "numerator": counts.finished,
            "denominator": counts.counted,
            "counted": counts.counted,
            "unknown": counts.unknown,
        },
        features.index,
    )
    return Tally(
        _measures(share, remaining, counts),
        {share: against, remaining: against},
        excluded_for((share, remaining), features.index, counted, unknown, reason, reasons, layer),
        rollup_rows(features, share, table, groups),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """What each of some features adds to a duty's counts: n numbers each, 0 or 1."""

    counted: NDArray[np.int64]
    finished: NDArray[np.int64]
    may_be_left: NDArray[np.int64]
    """It is not known whether it counts, and it may turn out to be in scope and not done."""
    may_be_done: NDArray[np.int64]
    """It is not known whether it counts, and it may turn out to be in scope and done."""

    @property
    def unknown(self) -> NDArray[np.int64]:
        """It is not known whether it counts: it may be left, or done, or both; never neither."""
        return self.may_be_left | self.may_be_done


def to_counts(scope: pd.Series, done: pd.Series) -> Counts:
    """
    Say what each feature adds to a duty's counts.

    An unknown feature hurts the share most when it is in scope and not done, and helps it most
    when it is in scope and done, as far as what is known of it leaves that open. If it is known to
    be done it cannot hurt; if it is known to be undone it cannot help, at best it is out of scope.

    Parameters
    ----------
    scope, done
        n nullable booleans each: is the duty about the feature, and is it fulfilled?

    Examples
    --------
    >>> scope = pd.Series([True, True, None, False], dtype="boolean")
    >>> counts = to_counts(scope, pd.Series([True, None, False, True], dtype="boolean"))
    >>> counts.counted.tolist(), counts.may_be_left.tolist(), counts.may_be_done.tolist()
    ([1, 0, 0, 0], [0, 1, 1, 0], [0, 1, 0, 0])
    """
    surely, perhaps = (scope.to_numpy(dtype=bool, na_value=value) for value in (False, True))
    surely_done, perhaps_done = (
        done.to_numpy(dtype=bool, na_value=value) for value in (False, True)
    )
    counted = surely & done.notna().to_numpy()
    unknown = perhaps & ~counted
    parts = (counted, counted & surely_done, unknown & ~surely_done, unknown & perhaps_done)
    return Counts(*(part.astype(np.int64) for part in parts))


def _measures(share: str, remaining: str, counts: Counts) -> dict[str, Measure]:
    """Give the share and the remaining number with the bounds that the unknown features allow."""
    total, done = int(counts.counted.sum()), int(counts.finished.sum())
    may_be_left, may_be_done = int(counts.may_be_left.sum()), int(counts.may_be_done.sum())
    doubt = int(counts.unknown.sum())
    low = Quantity(done, total + may_be_left)
    high = Quantity(done + may_be_done, total + may_be_done)
    left, most = Quantity(total - done), Quantity(total - done + may_be_left)
    return {
        share: Measure(share, "%", Quantity(done, total), low, high, total, doubt),
        remaining: Measure(remaining, "count", left, left, most, total, doubt),
    }


def excluded_rows(
    index: pd.Index,
    counted: _Booleans,
    unknown: _Booleans,
    reason: pd.Series,
    reasons: Mapping[str, Text],
    layer: str,
) -> pd.DataFrame:
    """
    List the features that did not count, each with its reason in both languages.

    Raises
    ------
    AccountingError
        If one of them has no reason.
    """
    out = ~np.asarray(counted, dtype=bool)
    words = reason.to_numpy(dtype=object)[out]
    untold = sum(word not in reasons for word in words)
    if untold:
        raise AccountingError(
            Text(
                f"{layer}:{untold} 个要素未计入却没有理由",
                f"{layer}: {untold} features do not count and have no reason",
            )
        )
    doubts = np.asarray(unknown, dtype=bool)[out]
    kinds = np.where(doubts, "unknown", "out_of_scope").astype(object)
    return pd.DataFrame({
        "layer": _texts([layer] * len(words)),
        "feature_id": index[out].astype(str).array,
        "kind": _texts(kinds),
        "reason_zh": _texts([reasons[word].zh for word in words]),
        "reason_en": _texts([reasons[word].en for word in words]),
    })


def _texts(words: Sequence[str] | NDArray[np.object_]) -> ExtensionArray:
    """Lay words out as a column: an array, which a table takes as it is."""
    return pd.array(words, dtype=pd.StringDtype(na_value=np.nan))


def excluded_for(
    measures: Iterable[str],
    index: pd.Index,
    counted: _Booleans,
    unknown: _Booleans,
    reason: pd.Series,
    reasons: Mapping[str, Text],
    layer: str,
) -> pd.DataFrame:
    """
    List the features that did not count for each of some measures, sorted; see `excluded_rows`.

    Raises
    ------
    AccountingError
        If one of them has no reason.
    """
    rows = excluded_rows(index, counted, unknown, reason, reasons, layer)
    names = sorted(measures)
    order = np.tile(rows["feature_id"].array.argsort(kind="stable"), len(names))
    columns = {name: rows[name].array.take(order) for name in rows.columns}
    columns["measure"] = _texts(np.repeat(np.array(names, dtype=object), len(rows)))
    return pd.DataFrame({name: columns[name] for name in EXCLUDED_COLUMNS})


def rollup_rows(
    features: gpd.GeoDataFrame, measure: str, table: pd.DataFrame, groups: Sequence[str]
) -> pd.DataFrame:
    """
    Add up by each group column; a feature without a group has a group of its own, never lost.

    Parameters
    ----------
    features
        n features with the group columns.
    measure
        The measure that the numbers add up to.
    table
        n rows: `numerator`, `denominator`, `counted`, `unknown`, index of `features`.
    groups
        Columns of `features`.
    """
    if not groups:
        return pd.DataFrame(columns=list(ROLLUP_COLUMNS))
    words = {name: features[name].fillna("").astype(str) for name in groups}
    if all(dtype.kind == "i" for dtype in table.dtypes):
        return _summed_counts(table, measure, words)
    parts = [
        table
        .groupby(column.rename("group"), sort=True)
        .sum()
        .reset_index()
        .assign(measure=measure, dimension=name)
        for name, column in words.items()
    ]
    return pd.concat(parts, ignore_index=True)[list(ROLLUP_COLUMNS)]


def _summed_counts(
    table: pd.DataFrame, measure: str, words: Mapping[str, pd.Series]
) -> pd.DataFrame:
    """Add up counts, as most tables hold: directly, which takes a tenth of the time."""
    counts = table.to_numpy(dtype="int64")
    dimensions: list[str] = []
    groups, sums = [], []
    for name, column in words.items():
        codes, found = pd.factorize(column, sort=True)
        summed = np.zeros((len(found), counts.shape[1]), dtype="int64")
        np.add.at(summed, codes, counts)
        dimensions += [name] * len(found)
        groups.append(found.to_numpy(dtype=object))
        sums.append(summed)
    columns = {
        "measure": _texts([measure] * len(dimensions)),
        "dimension": _texts(dimensions),
        "group": _texts(np.concatenate(groups)),
        **dict(zip(table.columns, np.concatenate(sums).T, strict=True)),
    }
    return pd.DataFrame({name: columns[name] for name in ROLLUP_COLUMNS})


def together(*tallies: Tally) -> Tally:
    """
    Put the tallies of several duties over the same features into one; of none, an empty one.

    Examples
    --------
    >>> len(together().measures)
    0
    """
    excluded = [part.excluded for part in tallies]
    rollups = [part.rollups for part in tallies if len(part.rollups)]
    return Tally(
        {name: m for part in tallies for name, m in part.measures.items()},
        {name: ids for part in tallies for name, ids in part.against.items()},
        pd.concat(excluded, ignore_index=True)
        if excluded
        else pd.DataFrame(columns=list(EXCLUDED_COLUMNS)),
        pd.concat(rollups, ignore_index=True)
        if rollups
        else pd.DataFrame(columns=list(ROLLUP_COLUMNS)),
    )
