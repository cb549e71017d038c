"""Share of the cities' sewage that reaches the works, by its load of BOD, never by area."""

import calendar
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import to_fraction
from tieling_geo.operations.indicators import last_complete_year
from tieling_geo.operations.ratio_bounds import total
from tieling_geo.operations.residents import MOST_DENSITY, People, residents_of_scope
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, excluded_for
from tieling_geo.operations.sewage_loads import (
    MOST_BOD,
    MOST_INFLOW,
    OUT_OF_SCOPE,
    RECORDS_WITHOUT_WORKS,
    WORKS_REASONS,
    YearlyInflow,
    records_without_works,
    works_in_year,
    yearly_inflows,
)
from tieling_geo.records import (
    ROLLUP_COLUMNS,
    Analysis,
    Category,
    Measure,
    MeasureCard,
    Parameter,
    ParameterValue,
    Quantity,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, PopulationAreas, SewageInflowRecords, SewageWorks
from tieling_geo.text import Text

NAME = "sewage_collection"
_SHARE, _LOAD, _NEED = "collected_load_share", "collected_load", "generated_load"
_REASONS = {
    **WORKS_REASONS,
    "month_missing": Text("该年有月份缺进水量或浓度", "a month lacks its inflow or concentration"),
}
_MARGIN = ResultColumn("load_kg_per_d", Text("进厂BOD负荷", "BOD load taken in"), "kg_per_d")
_ZERO = Fraction(0)


def analyse(  # noqa: PLR0913 - the layers, the day, and a number for each thing that is declared
    sewage_works: GeoDataFrame[SewageWorks],
    sewage_inflow_records: GeoDataFrame[SewageInflowRecords],
    population_areas: GeoDataFrame[PopulationAreas],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    urban_scope: str = "city",
    bod_g_per_person_d: float = 45.0,
    most_bod_mg_per_l: float = 500.0,
    most_inflow_of_design_pct: float = 150.0,
    most_density_person_per_km2: float = 20_000.0,
) -> Result:
    """
    Hold the BOD that works took in in the last complete year against what residents gave off.

    The share is the sum over works and months of inflow times concentration, over residents times
    BOD a person and day times the days of the year. A works with a month missing is unknown: what
    its other months took in is in the value, and the missing ones took in between nothing and a
    declared most. A population area without residents
    has between none and a declared density.

    Parameters
    ----------
    sewage_works
        `SewageWorks` layer, n points, metres.
    sewage_inflow_records
        `SewageInflowRecords` table.
    population_areas
        `PopulationAreas` layer, polygons; residents are those of the year they were counted in.
    counties
        `Counties` layer, for the roll-up: works by where they stand, residents by a point inside
        their area. A county whose sewage flows to another's works shows less than it collects.
    as_of
        The day; 31 December ends its own year (closed).
    urban_scope
        Works and population areas that count: `city`, `county_town` or `town`.
    bod_g_per_person_d
        What a resident gives off.
    most_bod_mg_per_l, most_inflow_of_design_pct
        Bounds of what is missing, see `operations.sewage_loads.yearly_inflows`.
    most_density_person_per_km2
        Bound of missing residents (closed).

    Returns
    -------
    result
        n rows, index of `sewage_works`, with `category` and the load taken in. Measures: share
        collected (%), loads collected and given off (kg BOD/d). Table `population_without_number`.
        Nothing is cut: loads and residents are of different layers.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If there is no such scope, the BOD a person is not above zero, or a bound is negative.

    Examples
    --------
    >>> from shapely import Point, box
    >>> works = SewageWorks.empty("EPSG:4550").reindex(["A"]).assign(
    ...     works_id="A", scope="city", design_t_per_d=1000.0,
    ...     geometry=gpd.GeoSeries([Point(0, 0)], ["A"], crs=4550))
    >>> rows = SewageInflowRecords.empty("EPSG:4550").reindex(range(12)).assign(
    ...     works_id="A", year=pd.array([2025] * 12, dtype="Int64"),
    ...     month=pd.array(range(1, 13), dtype="Int64"), inflow_m3=36500.0, bod_mg_per_l=150.0)
    >>> people = PopulationAreas.empty("EPSG:4550").reindex(["P"]).assign(
    ...     area_id="P", scope="city", residents=pd.array([5000], dtype="Int64"),
    ...     geometry=gpd.GeoSeries([box(0, 0, 9, 9)], ["P"], crs=4550))
    >>> found = analyse(works, rows, people, as_of=date(2025, 12, 31))
    >>> found.measures["collected_load_share"].value
    Fraction(80, 1)
    """
    check_metric(sewage_works, name=SewageWorks.layer_name())
    check_metric(population_areas, name=PopulationAreas.layer_name())
    values: dict[str, ParameterValue] = {
        "urban_scope": urban_scope,
        "bod_g_per_person_d": bod_g_per_person_d,
        MOST_BOD.name: most_bod_mg_per_l,
        MOST_INFLOW.name: most_inflow_of_design_pct,
        MOST_DENSITY.name: most_density_person_per_km2,
    }
    year = last_complete_year(as_of)
    days = 366 if calendar.isleap(year) else 365
    inflows = yearly_inflows(
        sewage_works,
        sewage_inflow_records,
        year=year,
        most_bod_mg_per_l=most_bod_mg_per_l,
        most_inflow_of_design_pct=most_inflow_of_design_pct,
    )
    judged = _judged(sewage_works, sewage_inflow_records, inflows, year, urban_scope)
    features = with_county(sewage_works, counties).assign(
        load_kg_per_d=[float(one.load_g / 1000 / days) for one in inflows],
        most_load_kg_per_d=[float(one.load_most_g / 1000 / days) for one in inflows],
        known_months=pd.array([one.known_months for one in inflows], dtype="Int64"),
        reason=judged["reason"],
        category=_category(judged),
    )
    residents = residents_of_scope(population_areas, urban_scope, most_density_person_per_km2)
    each_kg = _positive(bod_g_per_person_d) / 1000
    people = sum((own for own in residents["people"]), People())
    need = [each_kg * number for number in (people.known, people.known, people.most)]
    loads = [[one.load_g / 1000 / days, one.load_most_g / 1000 / days] for one in inflows]
    measures = _measures(loads, judged, need)
    located = _located(residents, population_areas, counties)
    lost = records_without_works(sewage_works, sewage_inflow_records)
    without = pd.Series(
        [own.most != own.known for own in residents["people"]], residents.index, dtype="bool"
    )
    return to_result(
        ANALYSIS,
        features,
        Tally(
            measures,
            dict.fromkeys(measures, ()),
            excluded_for(
                measures,
                features.index,
                judged["counted"],
                ~judged["counted"] & ~judged["out"],
                judged["reason"],
                _REASONS,
                SewageWorks.layer_name(),
            ),
            _rollups(features, judged, loads, residents.assign(county=located), each_kg),
        ),
        values,
        tables={"population_without_number": _without(residents[without])},
        warnings=_warnings(lost, int(without.sum())),
    )


def _positive(bod_g_per_person_d: float) -> Fraction:
    """
    Return what a person gives off.

    Raises
    ------
    ParameterError
        If it is not above zero.
    """
    if not bod_g_per_person_d > 0:
        raise ParameterError(
            Text("人均日产生量须大于零", "parameter bod_g_per_person_d must be above zero")
        )
    return to_fraction(bod_g_per_person_d)


def _judged(
    works: gpd.GeoDataFrame,
    records: gpd.GeoDataFrame,
    inflows: Sequence[YearlyInflow],
    year: int,
    scope: str,
) -> pd.DataFrame:
    """Say of each works if its load is asked about, if it is known, and why it does not count."""
    asked = works_in_year(works, records, year=year, scopes=(scope,))
    whole = pd.Series([one.missing_months == 0 for one in inflows], works.index, dtype="bool")
    reason = first_reason(
        works.index,
        {
            **{word: asked["reason"] == word for word in WORKS_REASONS},
            "month_missing": ~whole,
        },
    )
    out = reason.isin(OUT_OF_SCOPE)
    sure = asked["in_scope"].fillna(value=False).astype(bool)
    return pd.DataFrame({"reason": reason, "out": out, "sure": sure, "counted": reason == ""})


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = pd.Series("unknown", judged.index, dtype="str").mask(judged["counted"], "counted")
    return words.mask(judged["out"], "out_of_scope").astype("str")


def _located(
    residents: pd.DataFrame, areas: gpd.GeoDataFrame, counties: gpd.GeoDataFrame | None
) -> pd.Series:
    """Name the county in which a point inside each area lies."""
    inside = areas.set_geometry(areas.geometry.representative_point()).loc[residents.index]
    names: pd.Series = with_county(inside, counties)["county_name"]
    return names.fillna("").astype("str")


def _measures(
    loads: Sequence[Sequence[Fraction]], judged: pd.DataFrame, need: Sequence[Fraction]
) -> dict[str, Measure]:
    """Add up the loads, and bound them; `need` is the value, the least and the most."""
    table = list(zip(loads, judged["sure"], judged["out"], strict=True))
    # What is known of a works that surely counts is the least as well as the value.
    known = total(own[0] for own, sure, _ in table if sure)
    most = total(own[1] for own, _, out in table if not out)
    counted = int(judged["counted"].sum())
    unknown = int((~judged["counted"] & ~judged["out"]).sum())
    value, lowest, highest = need
    return {
        name: Measure(name, unit, *quantities, counted, unknown)
        for name, unit, quantities in (
            (
                _SHARE,
                "%",
                (Quantity(known, value), Quantity(known, highest), Quantity(most, lowest)),
            ),
            (_LOAD, "kg_per_d", (Quantity(known), Quantity(known), Quantity(most))),
            (_NEED, "kg_per_d", (Quantity(value), Quantity(lowest), Quantity(highest))),
        )
    }


def _rollups(
    features: gpd.GeoDataFrame,
    judged: pd.DataFrame,
    loads: Sequence[Sequence[Fraction]],
    residents: pd.DataFrame,
    each_kg: Fraction,
) -> pd.DataFrame:
    """Roll up by county: works by where they stand, residents by where their area lies."""
    group = features["county_name"].fillna("").astype("str").to_numpy()
    kept = judged["counted"].to_numpy()
    works = pd.DataFrame({
        "group": group,
        "numerator": np.array(
            [own[0] if k else _ZERO for own, k in zip(loads, judged["sure"], strict=True)],
            dtype=object,
        ),
        "denominator": _ZERO,
        "counted": kept.astype(int),
        "unknown": (~kept & ~judged["out"].to_numpy()).astype(int),
    })
    people = pd.DataFrame({
        "group": residents["county"].to_numpy(),
        "numerator": _ZERO,
        "denominator": np.array([each_kg * own.known for own in residents["people"]], dtype=object),
        "counted": 0,
        "unknown": 0,
    })
    whole = pd.concat([works, people]).astype({"numerator": object, "denominator": object})
    table = whole.groupby("group", sort=True).sum().reset_index()
    return table.assign(measure=_SHARE, dimension="county_name")[list(ROLLUP_COLUMNS)]


def _without(residents: pd.DataFrame) -> pd.DataFrame:
    """List the population areas whose residents are not known."""
    table = pd.DataFrame({
        "area_id": residents["area_id"].astype("str"),
        "scope_missing": residents["unclear"].astype("bool"),
        "most_residents": np.array(
            [float(own.most) for own in residents["people"]], dtype="float64"
        ),
    })
    return table.reset_index(drop=True).sort_values("area_id", ignore_index=True)


def _warnings(lost: pd.DataFrame, areas: int) -> tuple[Text, ...]:
    """Say what could not be used."""
    told = Text(
        f"{areas} 个人口单元缺人口数或城乡类型,只计入上下限",
        f"{areas} population areas lack residents or scope: they only widen the bounds",
    )
    return ((RECORDS_WITHOUT_WORKS,) if len(lost) else ()) + ((told,) if areas else ())


ANALYSIS = Analysis(
    name=NAME,
    title=Text("城市生活污水集中收集率", "Urban sewage that is collected"),
    question=Text(
        "城市居民产生的生活污水负荷,有多少进了污水处理厂?",
        "How much of the sewage load of the cities' residents reaches the works?",
    ),
    inputs=(SewageWorks, SewageInflowRecords, PopulationAreas),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="urban_scope",
            value="city",
            unit="",
            interval="none",
            title=Text("计入的范围", "which works and areas count"),
            source=Text("规划所指为城市", "the plan speaks of cities"),
            verified=True,
        ),
        Parameter(
            name="bod_g_per_person_d",
            value=45.0,
            unit="g_per_person_d",
            interval="none",
            title=Text("人均日产生BOD", "BOD a person and day"),
            source=Text(
                "城市建设统计常用值(凭记忆,未经核实)",
                "the usual value of urban statistics (from memory, not verified)",
            ),
            verified=False,
        ),
        MOST_BOD,
        MOST_INFLOW,
        MOST_DENSITY,
    ),
    measures=(
        MeasureCard(_SHARE, Text("污水集中收集率(按负荷)", "load collected"), "%"),
        MeasureCard(_LOAD, Text("进厂BOD负荷", "BOD load collected"), "kg_per_d"),
        MeasureCard(_NEED, Text("居民产生的BOD负荷", "BOD load given off"), "kg_per_d"),
    ),
    categories=(
        Category("counted", Text("负荷已计入", "load counts"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("known_months", Text("有数的月份", "months known"), "count"),
        ResultColumn("most_load_kg_per_d", Text("负荷上限", "greatest load"), "kg_per_d"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard(
            "population_without_number",
            Text("缺人口数的单元", "areas without a number of residents"),
        ),
    ),
    run=analyse,
)
