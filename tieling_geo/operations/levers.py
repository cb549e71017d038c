"""
What could move and change a count: a threshold, a border, positions, the day of the assessment.

An analysis says of each thing how far every feature stands from it, and what the feature is on both
sides, all else being as it is; `to_levers` works out what its crossing does to each measure. It may
do more than add a known feature: one whose state is not known moves the bounds, and one that gets
lost behind a limit turns from known into unknown.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.operations.coverage import is_inside
from tieling_geo.operations.retirement import retirement
from tieling_geo.operations.rollup import Counts, to_counts
from tieling_geo.operations.stages import is_finished
from tieling_geo.records import LEVER_COLUMNS, Lever, LeverKind, Parameter
from tieling_geo.schemas import LayerSchema
from tieling_geo.schemas.outfalls import STAGES
from tieling_geo.text import Text

#: Columns of a lever's table beside `LEVER_COLUMNS`: what the feature adds to the bounds. Of a
#: plain total only numerators count; `denominator` is the number of features that become known.
BOUND_COLUMNS = ("low_numerator", "low_denominator", "high_numerator", "high_denominator")
#: Margins from a threshold are told apart down to this digit; a difference of two decimals has
#: binary dust behind it, and would not be the exact number that people see.
ROUNDING_DIGITS = 6
_DAY = Text("统计日", "day of the assessment")


@dataclass(frozen=True, slots=True)
class Crossings:
    """One thing that could move: where each feature stands, and what it is on both sides."""

    name: str
    kind: LeverKind
    title: Text
    unit: str
    margin: pd.Series
    """How far inside, index the features' ids; a feature has a row a change. Missing or endless:
    it never crosses."""
    inner: pd.DataFrame
    """Nullable booleans `scope` and `done`, row for row, while the feature is inside."""
    outer: pd.DataFrame
    """The same while it is outside."""
    closed: bool = True


def to_levers(
    share: str, remaining: str, crossings: Sequence[Crossings]
) -> dict[str, tuple[Lever, ...]]:
    """
    Say what moves the two measures of a duty that `rollup.tally` counts.

    Parameters
    ----------
    share, remaining
        Names of the measures.
    crossings
        What could move, in the order in which it is told.

    Returns
    -------
    levers
        For each measure a lever for each thing that could move; a feature whose crossing would
        change neither the measure nor its bounds is left out.

    Examples
    --------
    >>> ids = pd.Index(["a", "b", "c"])
    >>> inner = to_sides(True, pd.Series([True, False, None], ids, dtype="boolean"))
    >>> border = Crossings("areas", "boundary", Text("边界", "border"), "m",
    ...     pd.Series([5.0, -2.0, np.nan], ids), inner, to_sides(False, inner["done"]))
    >>> to_levers("s", "r", [border])["s"][0].table[list(LEVER_COLUMNS)]
       margin numerator denominator
    a     5.0         1           1
    b    -2.0         0           1
    """
    sides = [(one, to_counts(**one.inner), to_counts(**one.outer)) for one in crossings]
    return {
        share: tuple(_to_lever(one, _of_share(i), _of_share(o)) for one, i, o in sides),
        remaining: tuple(_to_lever(one, _of_rest(i), _of_rest(o)) for one, i, o in sides),
    }


def _of_share(counts: Counts) -> NDArray[np.int64]:
    """Give what each feature adds to a share, to its low bound and to its high bound."""
    finished, counted = counts.finished, counts.counted
    best = counts.may_be_done
    low = (finished, counted + counts.may_be_left)
    return np.stack([finished, counted, *low, finished + best, counted + best])


def _of_rest(counts: Counts) -> NDArray[np.int64]:
    """Give the same for the number that is left; the denominators are what is known."""
    left, counted = counts.counted - counts.finished, counts.counted
    return np.stack([left, counted, left, counted, left + counts.may_be_left, counted])


def _to_lever(one: Crossings, inner: NDArray[np.int64], outer: NDArray[np.int64]) -> Lever:
    """Lay out the features that matter, sorted by their ids."""
    margin = one.margin.to_numpy(dtype="float64", na_value=np.nan)
    matters = np.isfinite(margin) & (inner != outer).any(axis=0)
    added = (inner - outer)[:, matters].astype(object)
    names = (*LEVER_COLUMNS[1:], *BOUND_COLUMNS)
    table = pd.DataFrame(
        {LEVER_COLUMNS[0]: margin[matters], **dict(zip(names, added, strict=True))},
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


def to_sides(scope: pd.Series | bool, done: pd.Series) -> pd.DataFrame:  # noqa: FBT001 - a value
    """Lay out what features are on one side; `scope` may be one answer for all."""
    sides = pd.DataFrame({"scope": scope, "done": done}, index=done.index)
    return sides.astype("boolean")


def perhaps(scope: pd.Series) -> pd.Series:
    """
    Say of what would be in scope that nobody knows; what is out of it stays out.

    Examples
    --------
    >>> perhaps(pd.Series([True, False, None], dtype="boolean")).tolist()
    [<NA>, False, <NA>]
    """
    may_be: pd.Series = scope.mask(scope.fillna(value=True).astype(bool))
    return may_be


def threshold(
    parameter: Parameter,
    margin: pd.Series,
    inner: pd.DataFrame,
    outer: pd.DataFrame,
    *,
    closed: bool = True,
) -> Crossings:
    """
    Describe a threshold that could be another number.

    Parameters
    ----------
    parameter
        The threshold; its title and unit are told.
    margin
        n numbers in its unit, positive on the inner side; rounded to `ROUNDING_DIGITS`, but never
        onto the threshold.
    inner, outer
        See `Crossings`.
    closed
        True: a feature exactly on the threshold is inside.

    Examples
    --------
    >>> limit = Parameter("limit_t", 0.3, "t", "closed", Text("限", "limit"), Text("", ""), True)
    >>> sides = to_sides(True, pd.Series([True, True], dtype="boolean"))
    >>> threshold(limit, 0.3 - pd.Series([0.1, 0.3000000001]), sides, sides).margin.tolist()
    [0.2, -1.000000...e-10]
    """
    rounded = margin.round(ROUNDING_DIGITS)
    told = rounded.mask((rounded == 0) & (margin != 0), margin)
    name, title, unit = parameter.name, parameter.title, parameter.unit
    return Crossings(name, "threshold", title, unit, told, inner, outer, closed)


def border_and_positions(
    areas: type[LayerSchema],
    points: type[LayerSchema],
    margin_m: pd.Series,
    inner: pd.DataFrame,
    outer: pd.DataFrame,
) -> tuple[Crossings, Crossings]:
    """
    Describe a border that could run elsewhere, and points that could stand elsewhere.

    Parameters
    ----------
    areas, points
        The two layers.
    margin_m
        n distances to the border of the areas' union (`coverage.margin_to_area_m`).
    inner, outer
        See `Crossings`.
    """
    margin = to_side_m(margin_m)
    around, placed = areas.card().title, points.card().title
    border = Text(f"{around.zh}边界", f"border of: {around.en}")
    position = Text(f"{placed.zh}位置", f"positions of: {placed.en}")
    return (
        Crossings(areas.layer_name(), "boundary", border, "m", margin, inner, outer),
        Crossings(points.layer_name(), "position", position, "m", margin, inner, outer),
    )


def to_side_m(margin_m: pd.Series) -> pd.Series:
    """
    Give a distance the sign of its side: within the border's tolerance outside is on the border.

    Examples
    --------
    >>> to_side_m(pd.Series([3.0, -0.01, -0.02])).tolist()
    [3.0, 0.0, -0.02]
    """
    within = is_inside(margin_m.to_numpy(dtype="float64", na_value=np.nan))
    side_m: pd.Series = margin_m.mask(within & (margin_m < 0), 0.0)
    return side_m


def day_of_assessment(
    features: pd.DataFrame,
    moments: Iterable[pd.Series],
    judge: Callable[[pd.DataFrame, date], pd.DataFrame],
    as_of: date,
) -> Crossings:
    """
    Describe the day, which could be another: what the features are before and after their dates.

    Only what `judge` reads off dates moves with the day; the boundaries of its year stay.

    Parameters
    ----------
    features
        n features with the columns that `judge` reads.
    moments
        Days on which something may change for a feature, index of `features`; each Series holds one
        day a feature, or none. A feature that is judged with others has their days, too.
    judge
        Features and a day -> `scope` and `done`. It is given a feature once a moment, one row after
        the other, so that the index is not unique.
    as_of
        The day (closed: what happens on it has happened).

    Examples
    --------
    >>> from tieling_geo.operations.dates import is_on_or_before
    >>> works = pd.DataFrame({"done_on": pd.to_datetime(["2025-12-31", "2026-01-02", None])})
    >>> found = day_of_assessment(
    ...     works, [works["done_on"]], as_of=date(2025, 12, 31),
    ...     judge=lambda rows, day: to_sides(True, is_on_or_before(rows["done_on"], day)))
    >>> found.margin.tolist(), found.inner["done"].tolist(), found.outer["done"].tolist()
    ([0, -2], [True, True], [False, False])
    """
    # Seconds reach further than nanoseconds: a date moved by centuries is still a date.
    days = pd.concat([moment.dropna().astype("datetime64[s]") for moment in moments])
    # Two dates of a feature on one day are one moment.
    days = days[~days.reset_index().duplicated().to_numpy()].sort_index(kind="stable")
    ahead = pd.Timestamp(as_of).as_unit("s") - days
    # With all dates of a feature moved so that its moment is the day, the day's eve is just before
    # it: one judgement for all moments, though each is another day.
    moved = _moved(features.loc[days.index], ahead)
    sides = judge(moved, as_of), judge(moved, as_of - timedelta(days=1))
    return Crossings("as_of", "date", _DAY, "day", ahead.dt.days, *sides)


def _moved(features: pd.DataFrame, ahead: pd.Series) -> pd.DataFrame:
    """Move all dates of each feature by its own time."""
    dates = features.select_dtypes("datetime").columns
    time = ahead.to_numpy()
    moved = {name: features[name].astype("datetime64[s]") + time for name in dates}
    return features.assign(**moved)


def day_of_completion(
    outfalls: gpd.GeoDataFrame, scope: pd.Series, completion_stage: str, as_of: date
) -> Crossings:
    """
    Describe the day for outfalls, whose stages have dates.

    Parameters
    ----------
    outfalls
        `Outfalls` layer, n rows.
    scope
        n nullable booleans: is the duty about the outfall?
    completion_stage, as_of
        See `stages.completion_state`.

    Raises
    ------
    ParameterError
        If no stage has the name given.
    """
    columns = [f"{stage}_on" for stage in STAGES]
    near = scope.fillna(value=True).astype(bool)
    rows = pd.DataFrame(outfalls)[["stage", *columns]][near]

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        done = is_finished(moved, day, completion_stage)
        return to_sides(scope.loc[moved.index], done)

    # A stage is reached when the day begins after its time of day.
    moments = [rows[name].dt.ceil("D") for name in columns]
    return day_of_assessment(rows, moments, judge, as_of)


def day_of_retirement(boilers: gpd.GeoDataFrame, near: pd.Series, as_of: date) -> Crossings:
    """
    Describe the day for coal boilers, which are commissioned and retired.

    Parameters
    ----------
    boilers
        `Boilers` layer, n rows.
    near
        n nullable booleans: would the duty be about the boiler if it were a coal boiler in use?
    as_of
        See `retirement.retirement`.
    """
    columns = ["commissioned_on", "retired_on"]
    rows = pd.DataFrame(boilers)[["fuel", "status", *columns]]
    rows = rows[near.fillna(value=True).astype(bool)]

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        state = retirement(moved, day)
        scope = near.loc[moved.index] & state["is_coal"] & state["exists"]
        return to_sides(scope, state["is_retired"])

    moments = [rows[name].dt.normalize() for name in columns]
    return day_of_assessment(rows, moments, judge, as_of)
