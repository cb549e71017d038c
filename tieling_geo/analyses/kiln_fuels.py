"""The fuels of industrial kilns, their treatment, and the coal that is left."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.acceptance import ACCEPTANCE_REASONS, acceptance
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    weigh,
)
from tieling_geo.operations.coverage import covering_area
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    ParameterValue,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, IndustryClusters, Kilns
from tieling_geo.text import Text

NAME = "kiln_fuels"
_CLEAN, _NOT_CLEAN = "kilns_on_clean_energy_share", "kilns_not_on_clean_energy"
_TREATED, _NOT_TREATED = "kilns_treated_share", "kilns_not_treated"
# Only the amount that is left is told: nothing of it is ever done.
_COAL = WeighedNames("", left="kilns_coal_use", unit="t_per_year")
_REASONS = {
    "retired": Text("该日已淘汰", "retired by that day"),
    "life_contradiction": Text("状态与淘汰日期矛盾", "status contradicts the date of retirement"),
    "life_undated": Text("已淘汰但无日期", "retired, but no date says when"),
    "life_status_unknown": Text("状态缺失", "status is missing"),
    "fuel_unknown": Text("燃料类型缺失", "fuel is missing"),
    "no_coal": Text("不用煤", "burns no coal"),
    AMOUNT_MISSING: Text("用煤量缺失", "its use of coal is missing"),
    **ACCEPTANCE_REASONS,
}
_FUELS = next(c for c in Kilns.columns() if c.name == "fuel").values  # noqa: PD011 - of ColumnCard
_PLACES = {
    "inside": Text("集群内", "inside a cluster"),
    "outside": Text("集群外", "outside the clusters"),
    "no_cluster_layer": Text("没有集群图层", "no cluster layer"),
}
_MARGIN = ResultColumn(
    "days_since_treatment", Text("整治完成早于统计日天数", "days from treatment to the day"), "day"
)


def analyse(
    kilns: GeoDataFrame[Kilns],
    *,
    industry_clusters: GeoDataFrame[IndustryClusters] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    clean_fuels: Sequence[str] = ("electricity", "gas", "waste_heat"),
    coal_fuels: Sequence[str] = ("coal", "coke", "producer_gas"),
) -> Result:
    """
    Count the kilns in use that are on clean energy, and those treated by a day.

    A kiln is in use until the day of its retirement (open: what is retired on the day is not); one
    on standby is in use. A status that contradicts the date is unknown, and so is a retirement
    without a date. Coal is that of the kilns in use whose fuel is coal or made of it; a missing
    amount lies between zero and the schema's limit.

    Parameters
    ----------
    kilns
        `Kilns` layer, n points, metres.
    industry_clusters
        `IndustryClusters` layer in the same CRS; the border is inside (closed). Where clusters
        overlap, the lowest `cluster_id` has the kiln.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day to which statuses are reckoned (closed).
    clean_fuels
        Fuels that count as clean energy.
    coal_fuels
        Fuels that are coal or are made of it.

    Returns
    -------
    result
        n rows, index of `kilns`, with `category`, `place`, `cluster_id` and
        `days_since_treatment`. Measures: shares on clean energy and treated (%), the numbers that
        are not (count), coal used (t/a). `tables["fuels"]` has a row a county, fuel and place:
        kilns in use, those treated, their coal and how many do not state it.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If no fuel has a name given, or one is both clean and coal.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import Point
    >>> kilns = Kilns.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     kiln_id=["A", "B"], fuel=["gas", "coal"], status="operating",
    ...     coal_t_per_year=[None, 300.0],
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(kilns, as_of=date(2025, 12, 31)).measures
    >>> found["kilns_on_clean_energy_share"].value, found["kilns_coal_use"].value
    (Fraction(50, 1), Fraction(300, 1))
    """
    check_metric(kilns, name=Kilns.layer_name())
    _check_fuels(clean_fuels, coal_fuels)
    judged = _judged(kilns, clean_fuels, as_of)
    features = _placed(with_county(kilns, counties), industry_clusters).assign(
        days_since_treatment=(pd.Timestamp(as_of) - kilns["treated_on"]).dt.days.astype("float64"),
        reason=judged["clean_reason"],
        category=_category(judged),
    )
    counted = together(
        _tally(features, judged, "clean", (_CLEAN, _NOT_CLEAN)),
        _tally(features, judged, "treated", (_TREATED, _NOT_TREATED)),
        _coal(features, judged, coal_fuels),
    )
    values: dict[str, ParameterValue] = {
        "clean_fuels": tuple(clean_fuels),
        "coal_fuels": tuple(coal_fuels),
    }
    tables = {"fuels": _fuels(features, judged)}
    return to_result(ANALYSIS, features, counted, values, tables=tables)


def _check_fuels(clean: Sequence[str], coal: Sequence[str]) -> None:
    """
    Refuse a fuel that no kiln can have, or that is on both lists.

    Raises
    ------
    ParameterError
        Naming them.
    """
    wrong = sorted({*clean, *coal} - set(_FUELS)) or sorted(set(clean) & set(coal))
    if wrong:
        told, known = ", ".join(wrong), ", ".join(_FUELS)
        raise ParameterError(
            Text(
                f"燃料 {told} 不存在或同时列入清洁与燃煤两类;可用:{known}",
                f"fuels {told} do not exist, or are both clean and coal; known: {known}",
            )
        )


def _judged(kilns: gpd.GeoDataFrame, clean: Sequence[str], as_of: date) -> pd.DataFrame:
    """Say of each kiln if it is in use, on clean energy and treated, and why it is left out."""
    life = acceptance(kilns["status"], kilns["retired_on"], final="retired", as_of=as_of)
    treated = acceptance(
        kilns["treatment_status"], kilns["treated_on"], final="completed", as_of=as_of
    )
    gone = {
        "retired": life["done"],
        **{f"life_{word}": life["reason"] == word for word in ACCEPTANCE_REASONS},
    }
    untold = {word: treated["reason"] == word for word in ACCEPTANCE_REASONS}
    return pd.DataFrame({
        "scope": ~life["done"],
        "clean": kilns["fuel"].isin(clean).astype("boolean").mask(kilns["fuel"].isna()),
        "treated": treated["done"],
        "clean_reason": first_reason(kilns.index, {**gone, "fuel_unknown": kilns["fuel"].isna()}),
        "treated_reason": first_reason(kilns.index, {**gone, **untold}),
    })


def _placed(kilns: gpd.GeoDataFrame, clusters: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Add the surveyed cluster that each kiln is in, and a word for whether it is in one."""
    if clusters is None:
        nowhere = pd.Series(index=kilns.index, dtype="str")
        return kilns.assign(cluster_id=nowhere, place="no_cluster_layer")
    found = covering_area(kilns, clusters, key="cluster_id")["area"].astype("str")
    return kilns.assign(
        cluster_id=found, place=found.isna().map({True: "outside", False: "inside"}).astype("str")
    )


def _tally(
    features: gpd.GeoDataFrame, judged: pd.DataFrame, what: str, names: tuple[str, str]
) -> Tally:
    """Count one of the two duties."""
    return tally(
        features,
        layer=Kilns.layer_name(),
        share=names[0],
        remaining=names[1],
        in_scope=judged["scope"],
        done=judged[what],
        reason=judged[f"{what}_reason"],
        reasons=_REASONS,
        groups=("county_name", "fuel", "place"),
    )


def _coal(features: gpd.GeoDataFrame, judged: pd.DataFrame, fuels: Sequence[str]) -> Tally:
    """Add up the coal of the kilns in use."""
    is_coal = features["fuel"].isin(fuels).astype("boolean").mask(features["fuel"].isna())
    reason = judged["clean_reason"].mask(
        (judged["clean_reason"].isin(["", "fuel_unknown"]) | judged["scope"].isna())
        & (~is_coal).fillna(value=False),
        "no_coal",
    )
    return weigh(
        features,
        layer=Kilns.layer_name(),
        names=_COAL,
        in_scope=judged["scope"] & is_coal,
        done=pd.Series(data=False, index=features.index, dtype="boolean"),
        amounts=to_amounts(
            features["coal_t_per_year"], most=greatest_allowed(Kilns, "coal_t_per_year")
        ),
        reason=reason,
        reasons=_REASONS,
    )


def _fuels(features: gpd.GeoDataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Count the kilns in use by county, fuel and place; a missing word is blank."""
    used = judged["scope"].fillna(value=False).astype(bool)
    coal = features["coal_t_per_year"]
    rows = pd.DataFrame({
        "county_name": features["county_name"].fillna("").astype("str"),
        "fuel": features["fuel"].fillna("").astype("str"),
        "place": features["place"],
        "kilns": 1,
        "treated": judged["treated"].fillna(value=False).astype(int),
        "coal_t_per_year": coal.fillna(0.0),
        "coal_not_stated": coal.isna().astype(int),
    })[used]
    return rows.groupby(["county_name", "fuel", "place"], sort=True).sum().reset_index()


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    treated = judged["treated"].fillna(value=False).astype(bool)
    words = judged["clean"].map({True: "clean", False: "other"})
    known = words.where(judged["clean_reason"] == "").fillna("unknown")
    known = known.mask((known == "other") & treated, "other_treated")
    return known.mask(judged["clean_reason"] == "retired", "out_of_scope").astype("str")


def _list_parameter(name: str, value: tuple[str, ...], title: Text) -> Parameter:
    """Describe a list of fuels that we declare."""
    source = Text("本工具约定,条文未列", "declared by us; the clause lists none")
    return Parameter(name, value, "", "none", title, source, verified=False)


ANALYSIS = Analysis(
    name=NAME,
    title=Text("工业炉窑燃料与整治", "Fuels and treatment of industrial kilns"),
    question=Text(
        "在用工业炉窑有多少使用清洁能源、多少完成整治、还用多少煤?",
        "How many kilns in use are on clean energy or treated, and how much coal is left?",
    ),
    inputs=(Kilns,),
    optional=(IndustryClusters, Counties),
    parameters=(
        _list_parameter(
            "clean_fuels",
            ("electricity", "gas", "waste_heat"),
            Text("清洁能源", "fuels that are clean energy"),
        ),
        _list_parameter(
            "coal_fuels",
            ("coal", "coke", "producer_gas"),
            Text("煤及煤制燃料", "fuels that are coal or made of it"),
        ),
    ),
    measures=(
        MeasureCard(_CLEAN, Text("清洁能源炉窑占比", "kilns on clean energy"), "%"),
        MeasureCard(_NOT_CLEAN, Text("未用清洁能源的炉窑", "kilns not on clean energy"), "count"),
        MeasureCard(_TREATED, Text("完成整治炉窑占比", "kilns treated"), "%"),
        MeasureCard(_NOT_TREATED, Text("未完成整治的炉窑", "kilns not treated"), "count"),
        MeasureCard(_COAL.left, Text("炉窑用煤量", "coal used by kilns"), _COAL.unit),
    ),
    categories=(
        Category("other", Text("非清洁能源,未整治", "no clean energy, not treated"), "bad"),
        Category("other_treated", Text("非清洁能源,已整治", "no clean energy, treated"), "warning"),
        Category("clean", Text("清洁能源", "clean energy"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("已淘汰", "retired"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("place", Text("是否在集群内", "inside a cluster"), words=_PLACES),
        ResultColumn("cluster_id", Text("所在集群编号", "number of its cluster")),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    tables=(TableCard("fuels", Text("炉窑燃料", "fuels of the kilns")),),
    run=analyse,
)
