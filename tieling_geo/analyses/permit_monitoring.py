"""Permit holders without a monitor."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.acceptance import service
from tieling_geo.operations.levers import Crossings, day_of_assessment, to_levers, to_sides
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally, together
from tieling_geo.operations.services import shared
from tieling_geo.operations.validity import VALIDITY_REASONS, validity
from tieling_geo.records import (
    Analysis,
    Category,
    Levers,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, DischargePermits, EmissionMonitors
from tieling_geo.text import Text

NAME = "permit_monitoring"
_SHARE, _LEFT = "permit_holders_monitored_share", "permit_holders_not_monitored"
_VOC_SHARE, _VOC_LEFT = "voc_key_online_share", "voc_key_without_online"
#: Monitors of a permit holder; a park's station watches no single one.
_KINDS = ("manual", "online", "voc_online")
_REASONS = {
    **VALIDITY_REASONS,
    "not_managed": Text("管理类别不在范围", "its kind of management is out of scope"),
    "management_unknown": Text("管理类别缺失", "its kind of management is missing"),
    "not_voc_key": Text("非VOCs重点排污单位", "no key discharger of VOC"),
    "voc_key_unknown": Text(
        "是否VOCs重点排污单位不明", "not known if it is a key discharger of VOC"
    ),
    "monitor_doubtful": Text(
        "仅有的监测点类型缺失或日期矛盾", "its only monitors have no kind, or contradict themselves"
    ),
}
_LOST = Text(
    "有监测点填写的许可证编号查无此证:不计入任何单位,列于 monitors_without_permit 表",
    "Some monitors name a permit that is not in the layer: they count for no holder, "
    "see the table monitors_without_permit",
)
_MARGIN = ResultColumn(
    "days_monitored", Text("监测投用至统计日天数", "days from its first monitor to the day"), "day"
)
_PERMIT_COLUMNS = ["permit_id", "management", "is_voc_key", "valid_from", "valid_until"]
_MONITOR_COLUMNS = ["permit_id", "kind", "installed_on", "removed_on"]


def analyse(
    discharge_permits: GeoDataFrame[DischargePermits],
    emission_monitors: GeoDataFrame[EmissionMonitors],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    managements: Sequence[str] = ("key", "simplified"),
) -> Result:
    """
    Tell which holders of a valid permit have no monitor in service on a day.

    Permits and monitors are joined by `permit_id`, whatever their places. In scope is a permit that
    is valid on the day (first and last day closed, see `validity`) and of the kinds of management
    listed. A monitor counts that is no park's station and in service on the day (see
    `acceptance.service`); where the only one has no kind or contradicts itself it is unknown. A
    monitor without a permit's number counts for none. One whose number no permit has is a failed
    join: it counts for none either, and is listed, never dropped.

    A key discharger of VOC, whatever its management, needs a VOC online monitor: a measure of its
    own. The list of failed joins needs all permits at once, so that this analysis is not split.

    Parameters
    ----------
    discharge_permits
        `DischargePermits` layer, n points, metres.
    emission_monitors
        `EmissionMonitors` layer.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day.
    managements
        Kinds of management that need a monitor: words of the column `management`.

    Returns
    -------
    result
        n rows, index of `discharge_permits`, with `category`, `monitors` (how many are in service)
        and `days_monitored`. Measures: share with a monitor (%), number without (count), the same
        of VOC key dischargers and VOC online monitors. Table: `monitors_without_permit`.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If there is no such management, or none is listed.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> ids = ["A", "B"]
    >>> permits = DischargePermits.empty("EPSG:4550").reindex(ids).assign(
    ...     permit_id=ids, management="key", valid_from=pd.Timestamp("2021-01-01"),
    ...     valid_until=pd.Timestamp("2025-12-31"),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ids, crs=4550))
    >>> monitors = EmissionMonitors.empty("EPSG:4550").reindex(["M"]).assign(
    ...     monitor_id="M", permit_id="A", kind="online",
    ...     geometry=gpd.GeoSeries([Point(0, 0)], ["M"], crs=4550))
    >>> found = analyse(permits, monitors, as_of=date(2025, 12, 31))
    >>> str(found.measures["permit_holders_monitored_share"].value), found.against[
    ...     "permit_holders_monitored_share"]
    ('50', ('B',))
    """
    check_metric(discharge_permits, name=DischargePermits.layer_name())
    check_metric(emission_monitors, name=EmissionMonitors.layer_name())
    chosen = _checked(managements)
    permits = pd.DataFrame(discharge_permits)[_PERMIT_COLUMNS]
    joined = _joined(permits, emission_monitors)
    judged = _judged(permits, joined, chosen, as_of)
    first_day = joined[joined["kind"].isin(_KINDS)].groupby("row")["installed_on"].min()
    first_day.index = permits.index[first_day.index]
    ahead = pd.Timestamp(as_of) - first_day.reindex(permits.index)
    features = with_county(discharge_permits, counties).assign(
        monitors=judged["monitors"],
        days_monitored=ahead.dt.days.astype("float64"),
        reason=judged["reason"],
        category=_category(judged),
    )
    duties = {
        (_SHARE, _LEFT): ("scope", "done", "reason", ("county_name", "management")),
        (_VOC_SHARE, _VOC_LEFT): ("voc_scope", "voc_done", "voc_reason", ("county_name",)),
    }
    counted = together(
        *(
            tally(
                features,
                layer=DischargePermits.layer_name(),
                share=share,
                remaining=remaining,
                in_scope=judged[scope],
                done=judged[done],
                reason=judged[reason],
                reasons=_REASONS,
                groups=groups,
            )
            for (share, remaining), (scope, done, reason, groups) in duties.items()
        )
    )
    lost = _without_permit(emission_monitors, permits)

    def levers() -> Levers:
        return {
            **to_levers(_SHARE, _LEFT, [_day(permits, joined, chosen, as_of, "")]),
            **to_levers(_VOC_SHARE, _VOC_LEFT, [_day(permits, joined, chosen, as_of, "voc_")]),
        }

    return to_result(
        ANALYSIS,
        features,
        counted,
        {"managements": tuple(managements)},
        tables={"monitors_without_permit": lost},
        warnings=(_LOST,) if len(lost) else (),
        levers=levers,
    )


def _checked(managements: Sequence[str]) -> tuple[str, ...]:
    """
    Return the kinds of management unchanged.

    Raises
    ------
    ParameterError
        If there is no such kind, or none is listed.
    """
    columns = {column.name: column for column in DischargePermits.columns()}
    known = columns["management"].values  # noqa: PD011 - a field of ColumnCard
    if not managements or not set(managements) <= set(known):
        told = ", ".join(known)
        raise ParameterError(
            Text(
                f"参数 managements:{list(managements)} 不是管理类别;可用:{told}",
                f"parameter managements: {list(managements)} are no kinds; known: {told}",
            )
        )
    return tuple(managements)


def _joined(permits: pd.DataFrame, monitors: gpd.GeoDataFrame) -> pd.DataFrame:
    """Join monitors to permits by number: one row a pair, `row` being the permit's position."""
    places = pd.DataFrame({
        "row": range(len(permits)),
        "permit_id": permits["permit_id"].to_numpy(),
    })
    numbered = pd.DataFrame(monitors)[_MONITOR_COLUMNS].dropna(subset="permit_id")
    return places.merge(numbered, on="permit_id", how="inner").drop(columns="permit_id")


def _judged(
    permits: pd.DataFrame, joined: pd.DataFrame, managements: tuple[str, ...], as_of: date
) -> pd.DataFrame:
    """Say of each permit if the duties are about it, if it is monitored, and why it is left out."""
    answers = _answers(permits, joined, managements, as_of)
    by_validity = {word: answers["why"] == word for word in VALIDITY_REASONS}
    out = {word: by_validity[word] for word in ("not_yet_valid", "expired")}
    doubt = {word: by_validity[word] for word in ("validity_swapped", "validity_unknown")}
    managed, is_key = answers["managed"], permits["is_voc_key"].astype("boolean")
    return answers.assign(
        reason=first_reason(
            permits.index,
            {
                **out,
                "not_managed": ~managed,
                **doubt,
                "management_unknown": managed.isna(),
                "monitor_doubtful": answers["done"].isna(),
            },
        ),
        voc_reason=first_reason(
            permits.index,
            {
                **out,
                "not_voc_key": ~is_key,
                **doubt,
                "voc_key_unknown": is_key.isna(),
                "monitor_doubtful": answers["voc_done"].isna(),
            },
        ),
    )


def _answers(
    permits: pd.DataFrame, joined: pd.DataFrame, managements: tuple[str, ...], as_of: date
) -> pd.DataFrame:
    """Answer of each permit if the two duties are about it, and if they are done."""
    valid = validity(permits["valid_from"], permits["valid_until"], as_of=as_of)
    management = permits["management"]
    managed = management.isin(managements).astype("boolean").mask(management.isna())
    serves = service(joined["installed_on"], joined["removed_on"], as_of=as_of)["serves"]
    done, monitors = _has(joined, serves, _KINDS, permits.index)
    voc_done, _ = _has(joined, serves, ("voc_online",), permits.index)
    return pd.DataFrame({
        "why": valid["reason"],
        "managed": managed,
        "scope": valid["is_valid"] & managed,
        "done": done,
        "monitors": monitors,
        "voc_scope": valid["is_valid"] & permits["is_voc_key"].astype("boolean"),
        "voc_done": voc_done,
    })


def _has(
    joined: pd.DataFrame, serves: pd.Series, kinds: tuple[str, ...], index: pd.Index
) -> tuple[pd.Series, pd.Series]:
    """Tell which permits have a monitor of some kinds in service, and how many surely."""
    fits = joined["kind"].isin(kinds).astype("boolean").mask(joined["kind"].isna()) & serves
    sure = joined["row"][fits.fillna(value=False).astype(bool)].value_counts()
    possible = joined["row"][fits.fillna(value=True).astype(bool)].unique()
    every = pd.RangeIndex(len(index))
    number = sure.reindex(every, fill_value=0).set_axis(index)
    maybe = pd.Series(every.isin(possible), index)
    return shared(number > 0, maybe), number


def _without_permit(monitors: gpd.GeoDataFrame, permits: pd.DataFrame) -> pd.DataFrame:
    """List the monitors whose permit nobody knows."""
    named = monitors["permit_id"].notna() & ~monitors["permit_id"].isin(permits["permit_id"])
    columns = ["monitor_id", "name", "permit_id", "kind"]
    lost = pd.DataFrame(monitors.loc[named, columns])
    return lost.reset_index(drop=True).sort_values("monitor_id", ignore_index=True)


def _day(
    permits: pd.DataFrame,
    joined: pd.DataFrame,
    managements: tuple[str, ...],
    as_of: date,
    duty: str,
) -> Crossings:
    """Say what the day moves: validity, and the monitors of each permit, which move with it."""
    rows = permits.assign(day=pd.Timestamp(as_of).as_unit("s"), row=range(len(permits)))
    owner = permits.index[joined["row"]]

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        ahead = pd.DataFrame({
            "row": moved["row"].to_numpy(),
            "place": range(len(moved)),
            "ahead": (moved["day"] - pd.Timestamp(as_of)).to_numpy(),
        })
        own = ahead.merge(joined, on="row").drop(columns="row").rename(columns={"place": "row"})
        for name in ("installed_on", "removed_on"):
            own[name] = own[name].astype("datetime64[s]") + own["ahead"]
        told = _answers(moved, own, managements, day)
        return to_sides(told[f"{duty}scope"], told[f"{duty}done"])

    moments = [
        permits["valid_from"].dt.normalize(),
        permits["valid_until"].dt.normalize() + pd.Timedelta(days=1),
        *(joined[name].dt.normalize().set_axis(owner) for name in ("installed_on", "removed_on")),
    ]
    return day_of_assessment(rows, moments, judge, as_of)


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "monitored", False: "not_monitored"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    idle = ~judged["scope"].fillna(value=True).astype(bool)
    return known.mask(idle, "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("持证单位监测覆盖", "Monitoring of permit holders"),
    question=Text(
        "哪些排污许可持证单位没有在用的监测?",
        "Which permit holders have no monitor in service?",
    ),
    inputs=(DischargePermits, EmissionMonitors),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="managements",
            value=("key", "simplified"),
            unit="",
            interval="none",
            title=Text("须监测的管理类别", "kinds of management that need a monitor"),
            source=Text(
                "本工具约定:登记管理不核发许可证",
                "declared: a registration is no permit",
            ),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("持证单位监测覆盖率", "permit holders monitored"), "%"),
        MeasureCard(_LEFT, Text("没有监测的持证单位", "permit holders not monitored"), "count"),
        MeasureCard(_VOC_SHARE, Text("VOCs重点单位在线监测率", "VOC key dischargers online"), "%"),
        MeasureCard(
            _VOC_LEFT,
            Text("未装在线监测的VOCs重点单位", "VOC key dischargers without online monitors"),
            "count",
        ),
    ),
    categories=(
        Category("not_monitored", Text("没有在用监测", "no monitor in service"), "bad"),
        Category("monitored", Text("有在用监测", "monitored"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("management", Text("管理类别", "kind of management")),
        ResultColumn("monitors", Text("在用监测点", "monitors in service"), "count"),
        ResultColumn("valid_until", Text("有效期至", "valid until")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("monitors_without_permit", Text("找不到许可证的监测点", "monitors of no permit")),
    ),
    run=analyse,
)
