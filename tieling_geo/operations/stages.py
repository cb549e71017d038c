"""
The remediation of an outfall: which stage it had reached by a day, and whether it was finished.

The stages follow one another (`schemas.outfalls.STAGES`). Their dates say what was reached when;
the recorded stage says what is reached by now, but not since when.
"""

from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.errors import ParameterError
from tieling_geo.records import Parameter, ResultColumn
from tieling_geo.schemas.outfalls import STAGES
from tieling_geo.text import Text

#: Why it may not be known whether an outfall is finished: words of `completion_state`.
UNKNOWN_STATES = MappingProxyType({
    "contradiction": Text(
        "登记阶段低于已有日期的完成阶段", "the stage recorded is below one that carries a past date"
    ),
    "undated": Text(
        "已达到完成阶段但无日期,无法证明在该日之前", "completed, but no date says when"
    ),
    "no_stage": Text("没有阶段也没有日期", "neither a stage nor a date"),
})

#: The columns that `with_stages` adds.
STAGE_COLUMNS = (
    ResultColumn("stage_reached", Text("当日已达阶段", "stage reached by the day"), words=STAGES),
    ResultColumn("dates_out_of_order", Text("阶段日期颠倒", "dates out of order")),
)
#: What a result warns of where a feature has `dates_out_of_order`; without numbers, so parts merge.
OUT_OF_ORDER = Text(
    "有排污口的阶段日期先后颠倒,见 dates_out_of_order 列;是否完成仍以完成阶段日期为准",
    "some outfalls have dates out of order, see dates_out_of_order; the date of the completing "
    "stage still decides",
)
#: The stage that completes an outfall, as analyses take it.
COMPLETION_STAGE = Parameter(
    name="completion_stage",
    value="signed_off",
    unit="",
    interval="none",
    title=Text("视为完成的阶段", "stage that counts as finished"),
    source=Text(
        "本工具约定:规划未说明以整治还是销号为完成",
        "declared: the plan does not say which stage completes",
    ),
    verified=False,
)


def with_stages(outfalls: gpd.GeoDataFrame, as_of: date) -> gpd.GeoDataFrame:
    """Add `STAGE_COLUMNS`: the stage reached by a day, and whether the dates are out of order."""
    return outfalls.assign(
        stage_reached=stage_reached(outfalls, as_of),
        dates_out_of_order=has_dates_out_of_order(outfalls),
    )


def _stage_dates(outfalls: gpd.GeoDataFrame) -> NDArray[np.datetime64]:
    """Return the dates of the stages, one column a stage, in the stages' order."""
    columns = (outfalls[f"{stage}_on"].to_numpy(dtype="datetime64[ns]") for stage in STAGES)
    return np.column_stack(list(columns))


def stage_reached(outfalls: gpd.GeoDataFrame, as_of: date) -> pd.Series:
    """
    Name the highest stage that is dated on or before a day (closed); missing where none is.

    Examples
    --------
    >>> from tieling_geo.schemas import Outfalls
    >>> outfalls = Outfalls.empty("EPSG:4550").reindex(["A"]).assign(
    ...     surveyed_on=pd.Timestamp(2022, 5, 1), traced_on=pd.Timestamp(2023, 12, 31))
    >>> stage_reached(outfalls, date(2023, 12, 31)).tolist()
    ['traced']
    >>> stage_reached(outfalls, date(2023, 12, 30)).tolist()
    ['surveyed']
    """
    past = _stage_dates(outfalls) <= np.datetime64(as_of, "ns")
    # Counted from the last stage; where none is dated by the day, there is no word.
    words = np.array([*reversed(STAGES), None], dtype=object)
    first = np.where(past.any(axis=1), past[:, ::-1].argmax(axis=1), len(words) - 1)
    return pd.Series(words[first], outfalls.index, dtype="str")


def has_started(outfalls: gpd.GeoDataFrame, as_of: date) -> pd.Series:
    """
    Tell which outfalls may have begun the chain by a day (closed): n booleans.

    False only where there are dates and all of them are later; a recorded stage without any date
    may have been reached before the day.
    """
    dates = _stage_dates(outfalls)
    past = dates <= np.datetime64(as_of, "ns")
    return pd.Series(past.any(axis=1) | np.isnat(dates).all(axis=1), outfalls.index)


def has_dates_out_of_order(outfalls: gpd.GeoDataFrame) -> pd.Series:
    """
    Tell which outfalls carry a stage dated before an earlier stage: n booleans.

    Two stages on one day are in order (a date that equals an earlier stage's is not flagged).
    """
    return pd.Series(_is_out_of_order(_stage_dates(outfalls)), index=outfalls.index)


def _is_out_of_order(dates: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Tell which rows of dates go backwards."""
    # The latest of the earlier stages; where there is none, no date is before it.
    latest = np.fmax.accumulate(dates, axis=1)
    return np.asarray((dates[:, 1:] < latest[:, :-1]).any(axis=1))


def completion_state(outfalls: gpd.GeoDataFrame, as_of: date, completion_stage: str) -> pd.Series:
    """
    Say of each outfall whether it had reached the stage that completes it, by a day (closed).

    The completing stage's own date decides. Where it is missing: a later stage dated by the day
    proves it; an earlier stage dated after the day rules it out, unless the outfall's dates are out
    of order; a recorded stage that is as high, or a later stage dated after the day, says that it
    was reached, but not when. A lower stage, recorded or dated, with nothing above it, is not
    finished. A past date against a lower recorded stage is a contradiction.

    Parameters
    ----------
    outfalls
        `Outfalls` layer, n rows.
    as_of
        The day; a stage dated on it is reached (closed).
    completion_stage
        A word of `schemas.outfalls.STAGES`.

    Returns
    -------
    state
        n words: `finished`, `unfinished` or a word of `UNKNOWN_STATES`. Index of `outfalls`.

    Raises
    ------
    ParameterError
        If no stage has that name.
    """
    order = list(STAGES)
    if completion_stage not in order:
        known = ", ".join(order)
        raise ParameterError(
            Text(
                f"没有阶段 {completion_stage!r};可用:{known}",
                f"no stage {completion_stage!r}; known: {known}",
            )
        )
    place = order.index(completion_stage)
    dates, day = _stage_dates(outfalls), np.datetime64(as_of, "ns")
    own, earlier, later = dates[:, place], dates[:, :place], dates[:, place + 1 :]
    ranks = {stage: float(n) for n, stage in enumerate(order)}
    recorded = np.array([ranks.get(stage, np.nan) for stage in outfalls["stage"].tolist()], float)
    done = (own <= day) | (np.isnat(own) & (later <= day).any(axis=1))
    ruled_out = (earlier > day).any(axis=1) & ~_is_out_of_order(dates)
    cases = {
        "contradiction": done & (recorded < place),
        "finished": done,
        "unfinished": ~np.isnat(own) | ruled_out,
        "undated": (recorded >= place) | ~np.isnat(later).all(axis=1),
        "no_stage": np.isnan(recorded) & np.isnat(earlier).all(axis=1),
    }
    words = np.select(list(cases.values()), list(cases), "unfinished")
    return pd.Series(words, outfalls.index, dtype="str")


def is_finished(outfalls: gpd.GeoDataFrame, as_of: date, completion_stage: str) -> pd.Series:
    """
    Tell which outfalls were finished on or before a day (closed); missing where not known.

    Parameters
    ----------
    outfalls, as_of, completion_stage
        See `completion_state`.

    Raises
    ------
    ParameterError
        If no stage has that name.

    Examples
    --------
    >>> from tieling_geo.schemas import Outfalls
    >>> outfalls = Outfalls.empty("EPSG:4550").reindex(["A", "B", "C"])
    >>> outfalls["signed_off_on"] = pd.to_datetime(["2023-12-31", None, None])
    >>> outfalls["stage"] = [None, "traced", "signed_off"]
    >>> is_finished(outfalls, date(2023, 12, 31), "signed_off").tolist()
    [True, False, <NA>]
    """
    state = completion_state(outfalls, as_of, completion_stage)
    return (state == "finished").astype("boolean").mask(state.isin(list(UNKNOWN_STATES)))
