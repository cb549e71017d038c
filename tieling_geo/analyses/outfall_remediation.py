"""Sewage outfalls into rivers: which are remediated by a day, by the level of their river."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.levers import (
    Crossings,
    day_of_completion,
    threshold,
    to_levers,
    to_sides,
)
from tieling_geo.operations.outfall_reaches import has_other_river, with_reach
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.river_network import to_tributary_levels
from tieling_geo.operations.river_warnings import river_warnings
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.operations.stages import (
    COMPLETION_STAGE,
    OUT_OF_ORDER,
    STAGE_COLUMNS,
    UNKNOWN_STATES,
    completion_state,
    has_started,
    is_finished,
    with_stages,
)
from tieling_geo.records import (
    Analysis,
    Category,
    Lever,
    Levers,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, Outfalls, RiverReaches
from tieling_geo.text import Text

NAME = "outfall_remediation"
_SCOPES = {
    "main_stem_and_level1": Text("干流和重要一级支流", "main stems, important first tributaries"),
    "main_rivers": Text("主要河流", "main rivers"),
}
_MEASURES = {
    scope: (f"outfalls_finished_{scope}_share", f"outfalls_remaining_{scope}") for scope in _SCOPES
}
_GROUPS = ("river", "tributary_level", "county_name", "kind")
_REASONS = {
    "not_important": Text("所在支流不是重要支流", "on a tributary that is not important"),
    "level_above": Text("所在河流的支流级别超出范围", "on a river of a level outside the scope"),
    "too_far": Text("距最近河段超过归属限值", "too far from any reach"),
    "river_too_far": Text("登记的受纳水体不在限值内", "the recorded river is not within the limit"),
    "level_unknown": Text("所在河流的支流级别不明", "the tributary level of the river is unknown"),
    **UNKNOWN_STATES,
}
_OUT = ("not_important", "level_above")
# Said without numbers, so that the warnings of parts are those of the whole.
_FLAGS = {
    "dates_out_of_order": OUT_OF_ORDER,
    "river_mismatch": Text(
        "有排污口登记的受纳水体与最近河段的河流不一致,见 river_mismatch 列",
        "some outfalls record another river than the nearest reach's, see river_mismatch",
    ),
}
_MARGIN = ResultColumn(
    "snap_margin_m", Text("距归属限值(限内为正)", "to the snap limit (within +)"), "m"
)


def _scopes(features: gpd.GeoDataFrame, main_rivers_max_level: float) -> dict[str, pd.Series]:
    """Say of each outfall whether each duty is about it; missing where its river is not known."""
    level = features["tributary_level"]
    # The plan does not list the important tributaries: unless the layer says no, one is important.
    important = features["is_important"].fillna(value=True)
    scopes = {
        "main_stem_and_level1": (level == 0) | ((level == 1) & important),
        "main_rivers": level <= main_rivers_max_level,
    }
    sure = level.notna() & ~has_other_river(features)
    return {name: scope.astype("boolean").where(sure) for name, scope in scopes.items()}


def _judged(
    features: gpd.GeoDataFrame, scope: pd.Series, as_of: date, completion_stage: str
) -> pd.DataFrame:
    """Say of each outfall whether the duty is about it, whether it is done, and why it is out."""
    state = completion_state(features, as_of, completion_stage)
    reason = first_reason(
        features.index,
        {
            "too_far": features["reach_id"].isna(),
            "river_too_far": has_other_river(features),
            "level_unknown": features["tributary_level"].isna(),
            "not_important": ~scope
            & (features["tributary_level"] == 1)
            & ~features["is_important"],
            "level_above": ~scope,
            **{word: state == word for word in UNKNOWN_STATES},
        },
    )
    done = is_finished(features, as_of, completion_stage)
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason})


def _tally(features: gpd.GeoDataFrame, judged: pd.DataFrame, scope: str) -> Tally:
    """Count one duty's outfalls."""
    return tally(
        features.assign(tributary_level=features["tributary_level"].astype("str")),
        layer=Outfalls.layer_name(),
        share=_MEASURES[scope][0],
        remaining=_MEASURES[scope][1],
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=_GROUPS,
    )


def _category(features: gpd.GeoDataFrame, judged: pd.DataFrame, as_of: date) -> pd.Series:
    """Name what a map colours by."""
    begun = has_started(features, as_of).map({True: "in_progress", False: "not_started"})
    done = judged["done"].fillna(value=False).astype(bool)
    words = begun.mask(done, "finished").mask(judged["reason"] != "", "unknown")
    return words.mask(judged["reason"].isin(_OUT), "out_of_scope").astype("str")


def analyse(  # noqa: PLR0913 - the layers, the day, and a threshold for each thing the plan leaves out
    outfalls: GeoDataFrame[Outfalls],
    river_reaches: GeoDataFrame[RiverReaches],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    main_stem_rivers: tuple[str, ...] = (),
    snap_limit_m: float = 1000.0,
    junction_tolerance_m: float = 50.0,
    completion_stage: str = "signed_off",
    main_rivers_max_level: float = 2.0,
) -> Result:
    """
    Tell which outfalls were finished by a day, on two scopes of rivers.

    An outfall belongs to the river that its ledger names if a reach of it lies within the limit.
    If none is named, it belongs to the nearest reach. If one is named and not there, nobody knows
    which of the two is wrong: the nearest reach is shown and the outfall does not count.

    Parameters
    ----------
    outfalls
        `Outfalls` layer, n rows, metres.
    river_reaches
        `RiverReaches` layer, in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which a stage must be dated (closed).
    main_stem_rivers
        Names of the rivers of level 0.
    snap_limit_m
        Straight-line distance from a reach up to which an outfall belongs to it (closed), metres.
    junction_tolerance_m
        Distance up to which reaches meet (closed), metres.
    completion_stage
        The stage that completes an outfall, a word of `schemas.outfalls.STAGES`.
    main_rivers_max_level
        Highest tributary level that counts as a main river (closed), 1 or more.

    Returns
    -------
    result
        n rows, index of `outfalls`, with `category`, the reach taken and `snap_margin_m` (positive
        within the limit). Measures per scope: share finished (%), number remaining (count). The
        category and the reason shown are those of the main rivers.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If no stage has the name given, or the main rivers would leave out the first tributaries.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import LineString, Point
    >>> reaches = RiverReaches.empty("EPSG:4550").reindex(["R1"]).assign(
    ...     reach_id="R1", river_name="Main",
    ...     geometry=gpd.GeoSeries([LineString([(0, 0), (9000, 0)])], ["R1"], crs=4550))
    >>> outfalls = Outfalls.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     outfall_id=["A", "B"], signed_off_on=pd.to_datetime(["2023-12-31", "2024-01-01"]),
    ...     geometry=gpd.GeoSeries([Point(5, 40), Point(8, 1000)], ["A", "B"], crs=4550))
    >>> found = analyse(
    ...     outfalls, reaches, as_of=date(2023, 12, 31), main_stem_rivers=("Main",))
    >>> found.features[["category", "snap_margin_m"]]
          category  snap_margin_m
    A     finished          960.0
    B  not_started            0.0
    >>> int(found.measures["outfalls_remaining_main_stem_and_level1"].value)
    1
    """
    if main_rivers_max_level < 1:
        raise ParameterError(
            Text("主要河流至少应包括一级支流", "main rivers must include the first tributaries")
        )
    values: dict[str, ParameterValue] = {
        "main_stem_rivers": main_stem_rivers,
        "snap_limit_m": snap_limit_m,
        "junction_tolerance_m": junction_tolerance_m,
        "completion_stage": completion_stage,
        "main_rivers_max_level": main_rivers_max_level,
    }
    check_metric(outfalls, name=Outfalls.layer_name())
    level = to_tributary_levels(
        river_reaches, main_stem_rivers=main_stem_rivers, junction_tolerance_m=junction_tolerance_m
    )
    located = with_stages(with_county(outfalls, counties), as_of)
    features = with_reach(located, river_reaches, level, snap_limit_m)
    judged = {
        name: _judged(features, scope, as_of, completion_stage)
        for name, scope in _scopes(features, main_rivers_max_level).items()
    }
    shown = judged["main_rivers"]
    features = features.assign(category=_category(features, shown, as_of), reason=shown["reason"])
    counted = together(*(_tally(features, frame, name) for name, frame in judged.items()))
    warnings = river_warnings(river_reaches, main_stem_rivers, junction_tolerance_m)
    warnings += [text for flag, text in _FLAGS.items() if features[flag].any()]

    def levers() -> Levers:
        # Those beyond the limit are looked up without one; of the others the reach is known.
        beyond = features["reach_id"].isna() | has_other_river(features)
        found = with_reach(features[beyond], river_reaches, level, np.inf)
        far = _scopes(found, main_rivers_max_level)
        moves: dict[str, tuple[Lever, ...]] = {}
        for name, frame in judged.items():
            snap = _snap(features, frame, found, far[name], snap_limit_m)
            day = day_of_completion(outfalls, frame["scope"], completion_stage, as_of)
            moves |= to_levers(*_MEASURES[name], [snap, day])
        return moves

    told = tuple(warnings)
    return to_result(ANALYSIS, features, counted, values, warnings=told, levers=levers)


def _snap(
    features: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    found: gpd.GeoDataFrame,
    far: pd.Series,
    limit_m: float,
) -> Crossings:
    """Say what the snap limit moves: beyond it nobody knows if a duty is about an outfall."""
    distance_m = features["distance_to_reach_m"].drop(found.index)
    own = found["distance_to_reach_m"].mask(has_other_river(found))
    distance_m = pd.concat([distance_m, own]).reindex(features.index)
    scope = pd.concat([judged["scope"].drop(far.index), far]).reindex(features.index)
    unknown = pd.Series(pd.NA, scope.index, dtype="boolean")
    sides = (to_sides(side, judged["done"]) for side in (scope, unknown))
    return threshold(_SNAP_LIMIT, limit_m - distance_m, *sides)


_SILENT = Text("规划未涉及", "the plan does not say")


def _declared(name: str, value: ParameterValue, title: Text, why: Text) -> Parameter:
    """Describe a value that the plan leaves open; every threshold here is closed."""
    is_number = isinstance(value, float)
    return Parameter(
        name=name,
        value=value,
        unit="m" if name.endswith("_m") else "",
        interval="closed" if is_number else "none",
        title=title,
        source=Text(f"本工具约定:{why.zh}", f"declared: {why.en}"),
        verified=False,
    )


_SNAP_LIMIT = _declared(
    "snap_limit_m",
    1000.0,
    Text("排污口归属河段的距离限值", "limit of the distance to a reach"),
    _SILENT,
)

ANALYSIS = Analysis(
    name=NAME,
    title=Text("入河排污口整治进展", "Remediation of sewage outfalls"),
    question=Text(
        "干流、重要一级支流和主要河流上的入河排污口,哪些尚未完成整治?",
        "Which outfalls on main stems, important tributaries and main rivers are not finished?",
    ),
    inputs=(Outfalls, RiverReaches),
    optional=(Counties,),
    parameters=(
        _declared(
            "main_stem_rivers",
            (),
            Text("干流", "main stems"),
            Text("规划未列出干流名单", "the plan does not list the main stems"),
        ),
        _SNAP_LIMIT,
        _declared(
            "junction_tolerance_m",
            50.0,
            Text("河段相接的容差", "tolerance at which reaches meet"),
            _SILENT,
        ),
        COMPLETION_STAGE,
        _declared(
            "main_rivers_max_level",
            2.0,
            Text("主要河流的最高支流级别", "highest tributary level of a main river"),
            Text("规划未列出主要河流名单", "the plan does not list the main rivers"),
        ),
    ),
    measures=tuple(
        card
        for scope, words in _SCOPES.items()
        for card in (
            MeasureCard(
                _MEASURES[scope][0],
                Text(f"排污口完成整治比例({words.zh})", f"outfalls finished ({words.en})"),
                "%",
            ),
            MeasureCard(
                _MEASURES[scope][1],
                Text(f"尚未完成整治的排污口({words.zh})", f"outfalls left ({words.en})"),
                "count",
            ),
        )
    ),
    categories=(
        Category("not_started", Text("未启动", "not started"), "bad"),
        Category("in_progress", Text("整治中", "in progress"), "warning"),
        Category("finished", Text("已完成", "finished"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围内", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("reach_id", Text("所属河段", "reach")),
        ResultColumn("river", Text("所属河流", "river")),
        ResultColumn("tributary_level", Text("支流级别", "tributary level")),
        ResultColumn("is_important", Text("是否重要支流", "important tributary")),
        ResultColumn("distance_to_reach_m", Text("距所属河段", "distance to the reach"), "m"),
        ResultColumn("reach_tie", Text("与另一河段等距", "as near to another reach")),
        ResultColumn("river_mismatch", Text("登记河流与最近河段不符", "other river recorded")),
        *STAGE_COLUMNS,
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
