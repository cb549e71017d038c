"""The circular-economy retrofit of a closed list of named parks."""

import unicodedata
from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.acceptance import acceptance
from tieling_geo.operations.levers import Crossings, day_of_assessment, to_levers, to_sides
from tieling_geo.operations.park_levels import HIGH_LEVELS, is_of_levels
from tieling_geo.operations.results import (
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import tally
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
from tieling_geo.schemas import Counties, Parks
from tieling_geo.text import Text

NAME = "park_circular_retrofit"
_SHARE, _LEFT = "named_parks_accepted_share", "named_parks_not_accepted"
_REASONS = {
    "not_listed": Text("不在规划所列名单", "not on the plan's list"),
    "absent": Text("名单内园区在图层中没有对应要素", "on the list, but not in the layer"),
    "double": Text("同名园区不止一个", "more than one park has this name"),
    "same_name": Text("同名园区的其他要素,不重复计", "another feature of a name that counts once"),
    "undated": Text("已验收但无日期,无法证明在该日之前", "accepted, but no date says when"),
    "contradiction": Text("阶段与验收日期矛盾", "stage contradicts the date of acceptance"),
    "stage_unknown": Text("改造阶段缺失", "stage is missing"),
}
#: What `acceptance` calls these cases.
_TOLD = {
    "contradiction": "contradiction",
    "undated": "undated",
    "stage_unknown": "status_unknown",
}
_EXTRA = Text(
    "图层中有规划未点名的省级及以上园区(或级别缺失):不计入,列于 parks_not_named 表",
    "There are parks of provincial level or above, or of no level, that the plan does not name: "
    "they do not count, see the table parks_not_named",
)
_MARGIN = ResultColumn(
    "days_before_deadline", Text("验收早于统计日天数", "days from acceptance to the day"), "day"
)


def analyse(
    parks: GeoDataFrame[Parks],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    named_parks: Sequence[str] = (),
) -> Result:
    """
    Tell which parks of a closed list had their circular-economy retrofit accepted by a day.

    Every name on the list is in scope, whether or not the layer has it: a name without a feature is
    an unknown, never a pass, and so is a name that several features claim (it counts once, at the
    lowest `park_id`). Names are compared without white space, letter case and full-width forms.
    Parks that are not on the list are shown and do not count; those of provincial level or above,
    or without a level, are listed apart. An empty list has nothing in scope.

    Parameters
    ----------
    parks
        `Parks` layer, n rows, metres.
    counties
        `Counties` layer, for the roll-up, by a point inside the park.
    as_of
        The day to which stages are reckoned (closed).
    named_parks
        The closed list: other spellings of one park follow its name, separated by `|`.

    Returns
    -------
    result
        n rows, index of `parks`, with `category`, `listed_as` (the list's name) and
        `days_before_deadline`. Measures: share accepted (%), number not accepted (count); `counted`
        + `excluded` is the length of the list. A name without a feature stands in `excluded`.
        Table: `parks_not_named`.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If a name on the list is blank or stands there twice.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> parks = Parks.empty("EPSG:4550").reindex(["A"]).assign(
    ...     park_id="A", name="North", circular_stage="accepted",
    ...     circular_accepted_on=pd.Timestamp("2024-06-30"),
    ...     geometry=gpd.GeoSeries([box(0, 0, 9, 9)], ["A"], crs=4550))
    >>> found = analyse(parks, as_of=date(2025, 12, 31), named_parks=("North", "South"))
    >>> share = found.measures["named_parks_accepted_share"]
    >>> share.counted, share.excluded, float(share.low.value("%")), float(share.high.value("%"))
    (1, 1, 50.0, 100.0)
    """
    check_metric(parks, name=Parks.layer_name())
    entries = _entries(named_parks)
    inside = parks.set_geometry(parks.geometry.representative_point())
    located = with_county(inside, counties)
    listed = parks["name"].map(_plain).map(entries).astype("str")
    days = (pd.Timestamp(as_of) - parks["circular_accepted_on"]).dt.days.astype("float64")
    features = parks.assign(
        county_name=located["county_name"], listed_as=listed, days_before_deadline=days
    )
    judged = _judged(features, as_of)
    features = features.assign(reason=judged["reason"], category=_category(judged))
    whole = _with_absent(features, judged, sorted(set(entries.values())))
    counted = tally(
        whole,
        layer=Parks.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=whole["scope"],
        done=whole["done"],
        reason=whole["reason"],
        reasons=_REASONS,
        groups=("county_name",),
    )

    def levers() -> Levers:
        return to_levers(_SHARE, _LEFT, [_day(features, as_of)])

    extra = _not_named(features)
    return to_result(
        ANALYSIS,
        features,
        counted,
        {"named_parks": tuple(named_parks)},
        tables={"parks_not_named": extra},
        warnings=(_EXTRA,) if len(extra) else (),
        levers=levers,
    )


def _not_named(features: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the parks that may be of the level of those on the list, and are not on it."""
    high = is_of_levels(features["level"], HIGH_LEVELS).fillna(value=True).astype(bool)
    rows = features[features["listed_as"].isna() & high]
    columns = ["park_id", "name", "level", "approval_no", "circular_stage"]
    return (
        pd.DataFrame(rows[columns]).reset_index(drop=True).sort_values("park_id", ignore_index=True)
    )


def _day(features: gpd.GeoDataFrame, as_of: date) -> Crossings:
    """Say what the day moves; a name that several parks claim is unknown on any day."""
    alone = features[~features["listed_as"].duplicated(keep=False)]

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        judged = _judged(moved, day)
        return to_sides(judged["scope"], judged["done"])

    return day_of_assessment(alone, [alone["circular_accepted_on"].dt.normalize()], judge, as_of)


def _entries(named_parks: Sequence[str]) -> dict[str, str]:
    """
    Give each spelling on the list, brought to the form that is compared, the park's first name.

    Raises
    ------
    ParameterError
        If a spelling is blank, or two of them are one.
    """
    entries: dict[str, str] = {}
    for entry in named_parks:
        names = [name.strip() for name in entry.split("|")]
        for name in names:
            if not _plain(name) or _plain(name) in entries:
                raise ParameterError(
                    Text(
                        f"参数 named_parks:名称 {name!r} 为空或重复",
                        f"parameter named_parks: name {name!r} is blank or stands twice",
                    )
                )
            entries[_plain(name)] = names[0]
    return entries


def _plain(name: str) -> str:
    """Bring a name to the form in which names are compared."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _judged(features: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Say of each park if the duty is about it, if it is done, and why it is left out."""
    by_key = features["listed_as"].sort_index(kind="stable")
    listed = features["listed_as"].notna()
    double = listed & features["listed_as"].duplicated(keep=False)
    repeated = listed & by_key.duplicated(keep="first").reindex(features.index)
    found = acceptance(
        features["circular_stage"], features["circular_accepted_on"], final="accepted", as_of=as_of
    )
    reason = first_reason(
        features.index,
        {
            "not_listed": ~listed,
            "same_name": repeated,
            "double": double,
            **{word: found["reason"] == told for word, told in _TOLD.items()},
        },
    )
    done = found["done"].mask(double)
    return pd.DataFrame({"scope": listed & ~repeated, "done": done, "reason": reason})


def _with_absent(
    features: gpd.GeoDataFrame, judged: pd.DataFrame, names: Sequence[str]
) -> gpd.GeoDataFrame:
    """Add a row for each name on the list that no park answers to: in scope, and unknown."""
    present = features.assign(scope=judged["scope"].astype("boolean"), done=judged["done"])
    found = set(features["listed_as"].dropna())
    absent = [name for name in names if name not in found]
    if not absent:
        return present
    missing = (
        present
        .iloc[:0]
        .reindex(absent)
        .assign(
            scope=pd.Series(data=True, index=absent, dtype="boolean"),
            done=pd.Series(pd.NA, index=absent, dtype="boolean"),
            reason="absent",
        )
    )
    return gpd.GeoDataFrame(pd.concat([present, missing]), crs=features.crs)


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "accepted", False: "not_accepted"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"] == "not_listed", "not_listed").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("规划所列园区循环化改造", "Circular-economy retrofit of the named parks"),
    question=Text(
        "规划点名的园区是否全部完成循环化改造?",
        "Have all the parks that the plan names finished their circular-economy retrofit?",
    ),
    inputs=(Parks,),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="named_parks",
            value=(),
            unit="",
            interval="none",
            title=Text("点名园区", "named parks"),
            source=Text("由规划条文给定", "given by the clause"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(
            _SHARE,
            Text("点名园区改造验收比例", "named parks accepted"),
            "%",
        ),
        MeasureCard(
            _LEFT,
            Text("尚未验收的点名园区", "named parks not accepted"),
            "count",
        ),
    ),
    categories=(
        Category("not_accepted", Text("点名园区,未验收", "named, not accepted"), "bad"),
        Category("accepted", Text("点名园区,已验收", "named, accepted"), "good"),
        UNKNOWN,
        Category("not_listed", Text("未点名园区", "not named by the plan"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        REASON_COLUMN,
        ResultColumn("listed_as", Text("规划所列名称", "name on the plan's list")),
        ResultColumn("circular_accepted_on", Text("验收日期", "accepted on")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard(
            "parks_not_named",
            Text("规划未点名的省级园区", "provincial parks that the plan does not name"),
        ),
    ),
    run=analyse,
)
