"""Renewable power, storage and microgrids inside parks."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.acceptance import SERVICE_REASONS, service
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    Amounts,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    weigh,
)
from tieling_geo.operations.coverage import covering_area, margin_to_area_m
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, Parks, PowerSources
from tieling_geo.text import Text

NAME = "park_energy"
_RENEWABLES = WeighedNames(
    "renewable_capacity_in_parks_share",
    done="renewable_capacity_in_parks",
    left="renewable_capacity_outside_parks",
    unit="mw",
)
#: Kinds that only shift power in time or tie sources together: told apart, never added.
_APART = {
    "storage": WeighedNames("", done="storage_capacity_in_parks", unit="mw"),
    "microgrid": WeighedNames("", done="microgrid_capacity_in_parks", unit="mw"),
}
_REASONS = {
    **SERVICE_REASONS,
    "other_kind": Text("不属此类电源", "a source of another kind"),
    "kind_unknown": Text("电源类型缺失", "its kind is missing"),
    AMOUNT_MISSING: Text("装机容量缺失", "capacity is missing"),
}
_MARGIN = ResultColumn("park_margin_m", Text("距园区边界", "distance to a park's border"), "m")


def analyse(
    power_sources: GeoDataFrame[PowerSources],
    parks: GeoDataFrame[Parks],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    renewable_kinds: Sequence[str] = ("solar", "wind", "biomass"),
) -> Result:
    """
    Weigh the renewable capacity in service on a day that stands inside parks.

    A park's border counts as inside (closed, within `coverage.BORDER_TOLERANCE_M`). Storage and
    microgrids have measures of their own: their capacity is not generated, or is that of sources
    that the ledger lists as well, and is never added. A missing capacity or kind widens the bounds.

    The table `by_kind` is over all sources, so that this analysis is not split.

    Parameters
    ----------
    power_sources
        `PowerSources` layer, n points, metres.
    parks
        `Parks` layer, polygons in the same CRS.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day (closed; see `acceptance.service`).
    renewable_kinds
        Kinds that count as renewable: words of the column `kind`, without storage and microgrids.

    Returns
    -------
    result
        n rows, index of `power_sources`, with `category`, `park_id` and `park_margin_m` (positive
        inside). Measures: share of the renewable capacity inside parks (%), capacity inside and
        outside, and storage and microgrids inside (MW). Tables: `by_kind`, `by_park`.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If a kind on the list is none, stands twice, or has a measure of its own.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> sources = PowerSources.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     source_id=["A", "B"], kind=["solar", "storage"], capacity_mw=[2.5, 10.0],
    ...     geometry=gpd.GeoSeries([Point(9, 5), Point(1, 1)], ["A", "B"], crs=4550))
    >>> parks = Parks.empty("EPSG:4550").reindex(["P"]).assign(
    ...     park_id="P", geometry=gpd.GeoSeries([box(0, 0, 9, 9)], ["P"], crs=4550))
    >>> found = analyse(sources, parks, as_of=date(2025, 12, 31)).measures
    >>> str(found["renewable_capacity_in_parks"].value)
    '5/2'
    """
    check_metric(power_sources, name=PowerSources.layer_name())
    check_metric(parks, name=Parks.layer_name())
    kinds = _checked(renewable_kinds)
    in_service = service(power_sources["commissioned_on"], power_sources["retired_on"], as_of=as_of)
    park = covering_area(power_sources, parks, key="park_id")["area"].astype("str")
    margin_m = margin_to_area_m(power_sources, parks)
    amounts = to_amounts(
        power_sources["capacity_mw"], most=greatest_allowed(PowerSources, "capacity_mw")
    )
    features = with_county(power_sources, counties).assign(
        park_id=park, park_margin_m=np.where(np.isfinite(margin_m), margin_m, np.nan)
    )
    renewable = _judged(features, in_service, kinds)
    features = features.assign(
        reason=renewable["reason"].mask(
            (renewable["reason"] == "") & amounts.is_missing, AMOUNT_MISSING
        ),
        category=_category(features, in_service, renewable["scope"], amounts),
    )
    counted = together(
        _weighed(features, renewable, amounts, _RENEWABLES, ("county_name", "kind")),
        *(
            _weighed(features, _judged(features, in_service, (kind,)), amounts, names, ())
            for kind, names in _APART.items()
        ),
    )
    tables = {
        "by_kind": _by_kind(features, in_service),
        "by_park": _by_park(features, parks, in_service),
    }
    values = {"renewable_kinds": tuple(renewable_kinds)}
    return to_result(ANALYSIS, features, counted, values, tables=tables)


def _checked(kinds: Sequence[str]) -> tuple[str, ...]:
    """
    Return the kinds unchanged.

    Raises
    ------
    ParameterError
        If one is none, stands twice, or is one of those that are told apart.
    """
    columns = {column.name: column for column in PowerSources.columns()}
    known = [word for word in columns["kind"].values if word not in _APART]  # noqa: PD011 - a field of ColumnCard
    if not set(kinds) <= set(known) or len(set(kinds)) != len(kinds):
        told = ", ".join(known)
        raise ParameterError(
            Text(
                f"参数 renewable_kinds:{list(kinds)} 中有未知或重复的类型;可用:{told}",
                f"parameter renewable_kinds: {list(kinds)} names a kind twice, or none of: {told}",
            )
        )
    return tuple(kinds)


def _judged(
    features: gpd.GeoDataFrame, in_service: pd.DataFrame, kinds: tuple[str, ...]
) -> pd.DataFrame:
    """Say of each source if it is of some kinds and in service, and why it is left out."""
    of_kind = features["kind"].isin(kinds).astype("boolean").mask(features["kind"].isna())
    reason = first_reason(
        features.index,
        {
            "other_kind": ~of_kind,
            **{word: in_service["reason"] == word for word in ("not_yet", "closed")},
            "swapped": in_service["reason"] == "swapped",
            "kind_unknown": of_kind.isna(),
        },
    )
    return pd.DataFrame({"scope": of_kind & in_service["serves"], "reason": reason})


def _weighed(
    features: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    amounts: Amounts,
    names: WeighedNames,
    groups: tuple[str, ...],
) -> Tally:
    """Weigh one class of sources."""
    return weigh(
        features,
        layer=PowerSources.layer_name(),
        names=names,
        in_scope=judged["scope"],
        done=features["park_id"].notna(),
        amounts=amounts,
        reason=judged["reason"],
        reasons=_REASONS,
        groups=groups,
    )


def _by_kind(features: gpd.GeoDataFrame, in_service: pd.DataFrame) -> pd.DataFrame:
    """Add up by kind what is in service, inside parks and outside; a missing kind has its row."""
    serves = in_service["serves"].fillna(value=False).astype(bool)
    inside = features["park_id"].notna()
    capacity = features["capacity_mw"].where(serves)
    rows = pd.DataFrame({
        "in_parks_mw": capacity.where(inside),
        "outside_mw": capacity.where(~inside),
        "sources": serves.astype(int),
        "capacity_missing": (serves & features["capacity_mw"].isna()).astype(int),
        "not_known_if_in_service": in_service["serves"].isna().astype(int),
    })
    return rows.groupby(features["kind"].fillna("")).sum().rename_axis("kind").reset_index()


def _names(parks: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give the parks' names by their numbers, sorted."""
    return pd.DataFrame({"name": parks["name"].to_numpy()}, index=parks["park_id"]).sort_index()


def _by_park(
    features: gpd.GeoDataFrame, parks: gpd.GeoDataFrame, in_service: pd.DataFrame
) -> pd.DataFrame:
    """Lay out each park's capacity by kind, MW; parks without any have zeros."""
    names = _names(parks)
    columns = {column.name: column for column in PowerSources.columns()}
    kinds = list(columns["kind"].values)
    capacity = features["capacity_mw"].where(in_service["serves"].fillna(value=False).astype(bool))
    found = pd.DataFrame(
        {f"{kind}_mw": capacity.where(features["kind"] == kind) for kind in kinds},
        index=features.index,
    )
    summed = found.groupby(features["park_id"]).sum().reindex(names.index, fill_value=0.0)
    return names.join(summed).reset_index()


def _category(
    features: gpd.GeoDataFrame, in_service: pd.DataFrame, renewable: pd.Series, amounts: Amounts
) -> pd.Series:
    """Name what a map colours by."""
    inside = features["park_id"].notna()
    words = inside.map({True: "renewable_inside", False: "renewable_outside"}).astype("str")
    words = words.mask(~renewable.fillna(value=True).astype(bool), "other")
    apart = features["kind"].isin(list(_APART))
    words = words.mask(apart & inside, "storage_inside")
    doubt = renewable.isna() | (renewable.fillna(value=False) & amounts.is_missing)
    doubt |= apart & in_service["serves"].isna()
    idle = ~in_service["serves"].fillna(value=True).astype(bool)
    words = words.mask(doubt.astype(bool), "unknown")
    named: pd.Series = words.mask(idle, "not_in_service").astype("str")
    return named


ANALYSIS = Analysis(
    name=NAME,
    title=Text("园区新能源与储能", "Renewables and storage in parks"),
    question=Text(
        "园区内有多少新能源装机、储能和微电网在运行?",
        "How much renewable capacity, storage and microgrids is in service inside parks?",
    ),
    inputs=(PowerSources, Parks),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="renewable_kinds",
            value=("solar", "wind", "biomass"),
            unit="",
            interval="none",
            title=Text("计为可再生能源的类型", "kinds that count as renewable"),
            source=Text("本工具约定", "declared by us"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(
            _RENEWABLES.share,
            Text("可再生能源装机入园比例", "share of renewable capacity that is in parks"),
            "%",
        ),
        MeasureCard(
            _RENEWABLES.done,
            Text("园区内可再生能源装机", "renewable capacity in parks"),
            "mw",
        ),
        MeasureCard(
            _RENEWABLES.left,
            Text("园区外可再生能源装机", "renewable capacity outside parks"),
            "mw",
        ),
        MeasureCard(_APART["storage"].done, Text("园区内储能", "storage in parks"), "mw"),
        MeasureCard(_APART["microgrid"].done, Text("园区内微电网", "microgrids in parks"), "mw"),
    ),
    categories=(
        Category("renewable_inside", Text("可再生能源,园区内", "renewable, in a park"), "good"),
        Category(
            "renewable_outside", Text("可再生能源,园区外", "renewable, outside parks"), "warning"
        ),
        Category(
            "storage_inside", Text("园区内储能或微电网", "storage or microgrid in a park"), "good"
        ),
        UNKNOWN,
        Category("other", Text("其他电源", "other sources"), "neutral"),
        Category("not_in_service", Text("该日未投运", "not in service on the day"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("park_id", Text("所在园区", "park it is in")),
        ResultColumn("kind", Text("类型", "kind")),
        ResultColumn("capacity_mw", Text("装机容量", "capacity"), "mw"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("by_kind", Text("分类容量", "capacity by kind")),
        TableCard("by_park", Text("各园区容量", "capacity by park")),
    ),
    run=analyse,
)
