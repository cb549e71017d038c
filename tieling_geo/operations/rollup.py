"""
Count features for a duty, with what the unknowns could change, and roll the counts up by group.

Every feature is judged twice, each time as true, false or unknown: is it in the duty's scope, and
is it done? A share or a remaining count follows, with the least and the greatest value that the
unknown features allow, whatever they turn out to be. Nothing is dropped: a feature that did not
count comes back with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from tieling_geo.errors import AccountingError
from tieling_geo.records import EXCLUDED_COLUMNS, ROLLUP_COLUMNS, Measure, Quantity
from tieling_geo.text import Text


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
    counted = (scope & fulfilled.notna()).fillna(value=False).astype(bool)
    unknown = (~counted) & scope.fillna(value=True).astype(bool)
    untold = ~counted & ~reason.isin(list(reasons))
    if untold.any():
        raise AccountingError(
            Text(
                f"{layer}:{int(untold.sum())} 个要素未计入却没有理由",
                f"{layer}: {int(untold.sum())} features do not count and have no reason",
            )
        )
    left = (counted & ~fulfilled.fillna(value=True)).astype(bool)
    against = tuple(sorted(map(str, features.index[left])))
    excluded = _excluded(features.index, counted, unknown, reason, reasons, layer)
    return Tally(
        _measures(share, remaining, fulfilled, counted, unknown),
        {share: against, remaining: against},
        pd.concat([excluded.assign(measure=name) for name in (share, remaining)])[
            list(EXCLUDED_COLUMNS)
        ].sort_values(["measure", "feature_id"], ignore_index=True),
        _rollups(features, share, counted, unknown, fulfilled, groups),
    )


def _measures(
    share: str,
    remaining: str,
    done: pd.Series,
    counted: pd.Series,
    unknown: pd.Series,
) -> dict[str, Measure]:
    """
    Give the share and the remaining number with the bounds that the unknown features allow.

    An unknown feature hurts the share most when it is in scope and not done, and helps it most
    when it is in scope and done, as far as what is known of it leaves that open. If it is known to
    be done it cannot hurt; if it is known to be undone it cannot help, at best it is out of scope.
    """
    total = int(counted.sum())
    done_sure = int((counted & done.fillna(value=False)).sum())
    left_sure = total - done_sure
    may_be_left = int((unknown & ~done.fillna(value=False)).sum())
    may_be_done = int((unknown & done.fillna(value=True)).sum())
    low = Quantity(done_sure, total + may_be_left)
    high = Quantity(done_sure + may_be_done, total + may_be_done)
    doubt = int(unknown.sum())
    return {
        share: Measure(share, "%", Quantity(done_sure, total), low, high, total, doubt),
        remaining: Measure(
            remaining,
            "count",
            Quantity(left_sure),
            Quantity(left_sure),
            Quantity(left_sure + may_be_left),
            total,
            doubt,
        ),
    }


def _excluded(
    index: pd.Index,
    counted: pd.Series,
    unknown: pd.Series,
    reason: pd.Series,
    reasons: Mapping[str, Text],
    layer: str,
) -> pd.DataFrame:
    """List the features that did not count, each with its reason in both languages."""
    out = ~counted
    words = [reasons[word] for word in reason[out]]
    return pd.DataFrame({
        "layer": layer,
        "feature_id": index[out].astype(str),
        "kind": ["unknown" if doubt else "out_of_scope" for doubt in unknown[out]],
        "reason_zh": [text.zh for text in words],
        "reason_en": [text.en for text in words],
    })


def _rollups(
    features: gpd.GeoDataFrame,
    share: str,
    counted: pd.Series,
    unknown: pd.Series,
    done: pd.Series,
    groups: Sequence[str],
) -> pd.DataFrame:
    """Count by each group column; a feature without a group has a group of its own, never lost."""
    table = pd.DataFrame({
        "numerator": (counted & done.fillna(value=False)).astype(int),
        "denominator": counted.astype(int),
        "counted": counted.astype(int),
        "unknown": unknown.astype(int),
    })
    parts = [
        table
        .groupby(features[name].fillna("").astype(str).rename("group"), sort=True)
        .sum()
        .reset_index()
        .assign(measure=share, dimension=name)
        for name in groups
    ]
    if not parts:
        return pd.DataFrame(columns=list(ROLLUP_COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(ROLLUP_COLUMNS)]


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
