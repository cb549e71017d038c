"""Coal boilers that stand where a heating network already reaches."""

from collections.abc import Mapping
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.analyses._shared import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.crs import check_metric
from tieling_geo.operations.coverage import distance_to_lines_m, is_inside, margin_to_area_m
from tieling_geo.operations.retirement import RETIREMENT_REASONS, retirement
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Boilers, Counties, HeatingPipes, HeatingSupplyAreas
from tieling_geo.text import Text

NAME = "boilers_in_heating_coverage"
_METHODS = {
    "supply_area": Text("供热范围", "licensed supply area"),
    "pipe_buffer": Text("管网缓冲", "pipe buffer"),
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
        share=f"coal_boilers_retired_{method}_share",
        remaining=f"coal_boilers_remaining_{method}",
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=_GROUPS,
    )


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["reason"].map({
        "not_coal": "not_coal",
        "outside": "outside",
        "not_yet": "outside",
    })
    counted = judged["done"].map({True: "retired", False: "remaining"})
    return words.fillna(counted.where(judged["reason"] == "")).fillna("unknown").astype("str")


def analyse(
    boilers: GeoDataFrame[Boilers],
    *,
    heating_supply_areas: GeoDataFrame[HeatingSupplyAreas] | None = None,
    heating_pipes: GeoDataFrame[HeatingPipes] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    pipe_buffer_m: float = 500.0,
) -> Result:
    """
    Tell which coal boilers stand inside heating coverage and were not retired by a day.

    The plan does not say what coverage is. Two methods answer side by side and are never mixed:
    the area that a licence or the heating plan assigns to a network, and a buffer around the pipes.
    The border counts as covered in both (closed, within the tolerance of
    `operations.coverage.BORDER_TOLERANCE_M`).

    Parameters
    ----------
    boilers
        `Boilers` layer, n rows, metres.
    heating_supply_areas
        `HeatingSupplyAreas` layer; without it the measures of the first method are left out.
    heating_pipes
        `HeatingPipes` layer; without it the measures of the second method are left out.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which statuses are reckoned (closed).
    pipe_buffer_m
        Straight-line distance from a pipe up to which a boiler counts as covered (closed), metres.

    Returns
    -------
    result
        n rows, index of `boilers`, with `category`, `supply_margin_m` and `pipe_margin_m`
        (positive inside). Measures per method: share retired (%), number remaining (count).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point, box
    >>> boilers = Boilers.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     boiler_id=["A", "B"], fuel="coal", status="operating",
    ...     geometry=gpd.GeoSeries([Point(5, 5), Point(13, 14)], ["A", "B"], crs=4550))
    >>> areas = gpd.GeoDataFrame({"area_id": ["N1"]}, geometry=[box(0, 0, 10, 10)], crs=4550)
    >>> found = analyse(boilers, heating_supply_areas=areas, as_of=date(2025, 12, 31))
    >>> found.features[["category", "supply_margin_m"]]
        category  supply_margin_m
    A  remaining              5.0
    B    outside             -5.0
    >>> int(found.measures["coal_boilers_remaining_supply_area"].value)
    1
    """
    check_metric(boilers, name=Boilers.layer_name())
    margins = _margins_m(boilers, heating_supply_areas, heating_pipes, pipe_buffer_m)
    judged = {
        method: _judged(boilers, pd.Series(is_inside(margin), boilers.index), as_of)
        for method, margin in margins.items()
    }
    features = with_county(boilers, counties).assign(
        supply_margin_m=margins.get("supply_area", np.nan),
        pipe_margin_m=margins.get("pipe_buffer", np.nan),
    )
    # The map shows the licensed area where there is one: it is the method that decides the clause.
    shown = next(
        iter(judged.values()), pd.DataFrame({"reason": "no_coverage", "done": pd.NA}, boilers.index)
    )
    features = features.assign(category=_category(shown), reason=shown["reason"])
    counted = together(*(_tally(features, frame, method) for method, frame in judged.items()))
    tables = {"methods": _methods(judged)} if len(judged) == len(_METHODS) else {}
    return to_result(ANALYSIS, features, counted, {"pipe_buffer_m": pipe_buffer_m}, tables=tables)


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


def _methods(judged: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count the coal boilers that are left, by whether each method says they are covered."""
    left = {
        method: (frame["scope"] & ~frame["done"]).fillna(value=False).astype(bool)
        for method, frame in judged.items()
    }
    either = pd.DataFrame(left)
    return either.groupby(list(_METHODS), sort=True).size().reset_index(name="boilers")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("供热管网覆盖范围内的燃煤锅炉", "Coal boilers inside heating coverage"),
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
    ),
    measures=tuple(
        card
        for method, words in _METHODS.items()
        for card in (
            MeasureCard(
                f"coal_boilers_retired_{method}_share",
                Text(f"燃煤锅炉淘汰比例({words.zh})", f"coal boilers retired ({words.en})"),
                "%",
            ),
            MeasureCard(
                f"coal_boilers_remaining_{method}",
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
    run=analyse,
)
