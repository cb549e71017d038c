"""Coal boilers that stand where a heating network already reaches."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.coverage import distance_to_lines_m, is_inside, margin_to_area_m
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.levers import (
    border_and_positions,
    day_of_retirement,
    threshold,
    to_levers,
    to_side_m,
    to_sides,
)
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.retirement import RETIREMENT_REASONS, retirement
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    Lever,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Boilers, Counties, HeatingPipes, HeatingSupplyAreas
from tieling_geo.text import Text

NAME = "boilers_in_heating_coverage"
_METHODS = {
    "supply_area": Text("供热范围", "licensed supply area"),
    "pipe_buffer": Text("管网缓冲", "pipe buffer"),
}
_MEASURES = {
    method: (f"coal_boilers_retired_{method}_share", f"coal_boilers_remaining_{method}")
    for method in _METHODS
}
_GROUPS = ("county_name", "use")
_REASONS = {
    "not_coal": Text("不是燃煤锅炉", "not a coal boiler"),
    "outside": Text("不在供热管网覆盖范围内", "outside the heating coverage"),
    **RETIREMENT_REASONS,
}


def _judged(boilers: gpd.GeoDataFrame, inside: pd.Series, as_of: date) -> pd.DataFrame:
    """Say of each boiler if the duty is about it, if it is done, and why it is left out."""
    state = retirement(boilers, as_of)
    reason = first_reason(
        boilers.index,
        {
            "not_coal": ~state["is_coal"],
            "outside": ~inside,
            "not_yet": ~state["exists"],
            "fuel_unknown": state["is_coal"].isna(),
            "contradiction": state["contradiction"],
            "undated": state["undated"],
            "status_unknown": state["is_retired"].isna(),
        },
    )
    scope = state["is_coal"] & inside & state["exists"]
    return pd.DataFrame({"scope": scope, "done": state["is_retired"], "reason": reason})


def _tally(boilers: gpd.GeoDataFrame, judged: pd.DataFrame, method: str) -> Tally:
    """Count one method's boilers."""
    return tally(
        boilers,
        layer=Boilers.layer_name(),
        share=_MEASURES[method][0],
        remaining=_MEASURES[method][1],
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=_GROUPS,
    )


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    out = judged["reason"].isin(["not_coal", "outside", "not_yet"])
    counted = judged["done"].map({True: "retired", False: "remaining"})
    known = counted.where(judged["reason"] == "").fillna("unknown")
    return known.mask(out, judged["reason"]).astype("str")


def analyse(
    boilers: GeoDataFrame[Boilers],
    *,
    heating_supply_areas: GeoDataFrame[HeatingSupplyAreas] | None = None,
    heating_pipes: GeoDataFrame[HeatingPipes] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    pipe_buffer_m: float = 500.0,
    shown_methods: tuple[str, ...] = tuple(_METHODS),
) -> Result:
    """
    Tell which coal boilers stand inside heating coverage and were not retired by a day.

    The plan does not say what coverage is. Two methods answer side by side and are never mixed:
    the area that a licence or the heating plan assigns to a network, and a buffer around the pipes.
    The border counts as covered in both (closed, within the tolerance of
    `operations.coverage.BORDER_TOLERANCE_M`). An area licensed after the day, or a pipe laid after
    its year, covers nothing yet; one without a date counts.

    Parameters
    ----------
    boilers
        `Boilers` layer, n rows, metres.
    heating_supply_areas
        `HeatingSupplyAreas` layer; without it the measures of the first method are left out.
        Areas with a `valid_from` later than `as_of` are not used (closed).
    heating_pipes
        `HeatingPipes` layer; without it the measures of the second method are left out. Pipes with
        an `installed_year` later than that of `as_of` are not used (closed).
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which statuses are reckoned (closed).
    pipe_buffer_m
        Straight-line distance from a pipe up to which a boiler counts as covered (closed), metres.
    shown_methods
        Methods by which `category` and `reason` are given: the first whose layer is there. It
        decides nothing but the map; `supply_area` and `pipe_buffer` are known.

    Returns
    -------
    result
        n rows, index of `boilers`, with `category`, `supply_margin_m` and `pipe_margin_m`
        (positive inside; missing where no area or pipe is used at all). Measures per method: share
        retired (%), number remaining (count). With both methods, `tables["methods"]` has a row for
        each coal boiler that is left: does each method say that it is covered?

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If `shown_methods` holds an unknown word.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point, box
    >>> boilers = Boilers.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     boiler_id=["A", "B"], fuel="coal", status="operating",
    ...     geometry=gpd.GeoSeries([Point(5, 5), Point(13, 14)], ["A", "B"], crs=4550))
    >>> areas = HeatingSupplyAreas.empty("EPSG:4550").reindex(["N1"]).assign(
    ...     geometry=gpd.GeoSeries([box(0, 0, 10, 10)], ["N1"], crs=4550))
    >>> found = analyse(boilers, heating_supply_areas=areas, as_of=date(2025, 12, 31))
    >>> found.features[["category", "supply_margin_m"]]
        category  supply_margin_m
    A  remaining              5.0
    B    outside             -5.0
    >>> int(found.measures["coal_boilers_remaining_supply_area"].value)
    1
    """
    check_metric(boilers, name=Boilers.layer_name())
    if heating_pipes is not None:
        check_metric(heating_pipes, name=HeatingPipes.layer_name())
    margins = _margins_m(
        boilers,
        None if heating_supply_areas is None else _licensed(heating_supply_areas, as_of),
        None if heating_pipes is None else _laid(heating_pipes, as_of),
        pipe_buffer_m,
    )
    judged = {
        method: _judged(boilers, pd.Series(is_inside(margin), boilers.index), as_of)
        for method, margin in margins.items()
    }
    features = with_county(boilers, counties).assign(
        supply_margin_m=_finite(margins.get("supply_area")),
        pipe_margin_m=_finite(margins.get("pipe_buffer")),
    )
    # The map shows the licensed area where there is one: it is the method that decides the clause.
    shown = next(
        (judged[method] for method in _known(shown_methods) if method in judged),
        pd.DataFrame({"reason": "no_coverage", "done": pd.NA}, boilers.index),
    )
    features = features.assign(category=_category(shown), reason=shown["reason"])
    counted = together(*(_tally(features, frame, method) for method, frame in judged.items()))
    tables = {"methods": _methods(boilers, margins, as_of)} if len(judged) == len(_METHODS) else {}
    levers = partial(_levers, boilers, margins, as_of)
    values: dict[str, ParameterValue] = {
        "pipe_buffer_m": pipe_buffer_m,
        "shown_methods": shown_methods,
    }
    return to_result(ANALYSIS, features, counted, values, tables=tables, levers=levers)


def _known(methods: tuple[str, ...]) -> tuple[str, ...]:
    """
    Return the methods unchanged.

    Raises
    ------
    ParameterError
        If there is no such method.
    """
    strange = sorted(set(methods) - set(_METHODS))
    if strange:
        known = ", ".join(_METHODS)
        raise ParameterError(
            Text(
                f"参数 shown_methods:没有口径 {strange};可用:{known}",
                f"parameter shown_methods: no method {strange}; known: {known}",
            )
        )
    return methods


def _licensed(areas: gpd.GeoDataFrame, as_of: date) -> gpd.GeoDataFrame:
    """Pick the supply areas that were licensed by a day (closed); one without a date counts."""
    return areas[is_on_or_before(areas["valid_from"], as_of).fillna(value=True)]


def _laid(pipes: gpd.GeoDataFrame, as_of: date) -> gpd.GeoDataFrame:
    """Pick the pipes that were laid by a day's year (closed); one without a year counts."""
    return pipes[(pipes["installed_year"] <= as_of.year).fillna(value=True)]


def _finite(margin_m: NDArray[np.float64] | None) -> NDArray[np.float64] | float:
    """Give a margin as a column: missing where there is nothing to measure to."""
    return np.nan if margin_m is None else np.where(np.isfinite(margin_m), margin_m, np.nan)


def _margins_m(
    boilers: gpd.GeoDataFrame,
    supply_areas: gpd.GeoDataFrame | None,
    pipes: gpd.GeoDataFrame | None,
    pipe_buffer_m: float,
) -> dict[str, NDArray[np.float64]]:
    """Measure by each method whose layer is there how far inside coverage a boiler stands."""
    margins = {}
    if supply_areas is not None:
        margins["supply_area"] = margin_to_area_m(boilers, supply_areas)
    if pipes is not None:
        lines = pipes.geometry.to_numpy()
        distance = distance_to_lines_m(boilers.geometry.to_numpy(), lines)
        margins["pipe_buffer"] = pipe_buffer_m - distance
    return margins


def _levers(
    boilers: gpd.GeoDataFrame, margins: Mapping[str, NDArray[np.float64]], as_of: date
) -> dict[str, tuple[Lever, ...]]:
    """Say what moves each method's count: its border, the boilers' positions, the day."""
    state = retirement(boilers, as_of)
    inner = to_sides(state["is_coal"] & state["exists"], state["is_retired"])
    outer = to_sides(scope=False, done=state["is_retired"])
    levers: dict[str, tuple[Lever, ...]] = {}
    for method, margin in margins.items():
        margin_m = pd.Series(margin, boilers.index)
        border, position = border_and_positions(HeatingSupplyAreas, Boilers, margin_m, inner, outer)
        if method == "pipe_buffer":
            border = threshold(ANALYSIS.parameters[0], to_side_m(margin_m), inner, outer)
        inside = pd.Series(is_inside(margin), boilers.index, dtype="boolean")
        day = day_of_retirement(boilers, inside, as_of)
        levers |= to_levers(*_MEASURES[method], [border, position, day])
    return levers


def _methods(
    boilers: gpd.GeoDataFrame, margins: Mapping[str, NDArray[np.float64]], as_of: date
) -> pd.DataFrame:
    """List the coal boilers that are left, and whether each method says they are covered."""
    state = retirement(boilers, as_of)
    left = (state["is_coal"] & state["exists"] & ~state["is_retired"]).fillna(value=False)
    covered = pd.DataFrame({method: is_inside(margin) for method, margin in margins.items()})
    ids = pd.Series(boilers.index.astype("str"), name="boiler_id")
    table = pd.concat([ids, covered], axis=1)[left.astype(bool).to_numpy()]
    return table.sort_values("boiler_id", kind="stable", ignore_index=True)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("供热管网已覆盖地区的燃煤锅炉", "Coal boilers inside heating coverage"),
    question=Text(
        "哪些燃煤锅炉位于供热管网已覆盖的地方,尚未关停?",
        "Which coal boilers stand where a heating network already reaches, and are not shut?",
    ),
    inputs=(Boilers,),
    optional=(HeatingSupplyAreas, HeatingPipes, Counties),
    parameters=(
        Parameter(
            name="pipe_buffer_m",
            value=500.0,
            unit="m",
            interval="closed",
            title=Text("管网缓冲距离", "buffer around heating pipes"),
            source=Text(
                "本工具约定:规划未定义“覆盖”", "declared: the plan does not define coverage"
            ),
            verified=False,
        ),
        Parameter(
            name="shown_methods",
            value=tuple(_METHODS),
            unit="",
            interval="none",
            title=Text(
                "图上所用覆盖口径(取首个有数据者)",
                "coverage shown on the map: the first that has data",
            ),
            source=Text(
                "本工具约定:供热范围在先,即判定条文的口径",
                "declared: the supply area first, by which the clause is decided",
            ),
            verified=False,
        ),
    ),
    measures=tuple(
        card
        for method, words in _METHODS.items()
        for card in (
            MeasureCard(
                _MEASURES[method][0],
                Text(f"燃煤锅炉淘汰比例({words.zh})", f"coal boilers retired ({words.en})"),
                "%",
            ),
            MeasureCard(
                _MEASURES[method][1],
                Text(f"尚未淘汰的燃煤锅炉({words.zh})", f"coal boilers left ({words.en})"),
                "count",
            ),
        )
    ),
    categories=(
        Category("remaining", Text("覆盖范围内,未淘汰", "covered, not retired"), "bad"),
        Category("retired", Text("覆盖范围内,已淘汰", "covered, retired"), "good"),
        UNKNOWN,
        Category("outside", Text("不在覆盖范围", "not covered"), "neutral"),
        Category("not_yet", Text("该日尚未投用", "not commissioned yet"), "neutral"),
        Category("not_coal", Text("非燃煤", "not coal"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn(
            "supply_margin_m",
            Text("距供热范围边界(内为正)", "to the supply area's border (inside +)"),
            "m",
        ),
        ResultColumn(
            "pipe_margin_m",
            Text("距管网缓冲边界(内为正)", "to the pipe buffer's border (inside +)"),
            "m",
        ),
    ),
    margin=ResultColumn(
        "supply_margin_m",
        Text("距供热范围边界(内为正)", "to the supply area's border (inside +)"),
        "m",
    ),
    split="county",
    tables=(TableCard("methods", Text("两种覆盖口径对照", "coverage by two methods")),),
    run=analyse,
)
