"""Works with a thin inflow: exactly on the limit, missing months, plans and their dates."""

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.low_inflow_works import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, SewageInflowRecords, SewageWorks, SewerServiceAreas

DAY = date(2025, 12, 31)
SHARE, LEFT = "low_bod_works_with_plan_share", "low_bod_works_without_plan"
PLAN = {"plan_status": "adopted", "plan_adopted_on": "2025-12-31"}


def works(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out city works of 1,000 t/d without a plan."""
    return to_layer(
        SewageWorks,
        {
            key: {
                "geometry": Point(1000 * n, 0),
                "scope": "city",
                "design_t_per_d": 1000.0,
                "plan_status": "none",
                **row,
            }
            for n, (key, row) in enumerate(rows.items())
        },
    )


def records(**bod: float | list[float | None]) -> gpd.GeoDataFrame:
    """Lay out twelve months of 30,000 m3 a works; a list gives each month, None leaves it out."""
    rows = {}
    for key, given in bod.items():
        months = given if isinstance(given, list) else [given] * 12
        for month, value in enumerate(months, start=1):
            if value is not None:
                rows[f"{key}-{month}"] = {
                    "works_id": key,
                    "year": 2025,
                    "month": month,
                    "inflow_m3": 30_000.0,
                    "bod_mg_per_l": value,
                    "geometry": None,
                }
    return to_layer(SewageInflowRecords, rows)


def ask(layer: gpd.GeoDataFrame, table: gpd.GeoDataFrame, **values: object) -> Result:
    """Ask on the day."""
    return analyse(layer, table, as_of=DAY, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bod", "category"),
    [(100.0, "not_low"), (99.999, "without_plan"), (100.001, "not_low"), (0.0, "without_plan")],
)
def test_exactly_the_limit_is_not_low(bod: float, category: str) -> None:
    """Open: strictly below."""
    found = ask(works(A={}), records(A=bod))
    assert found.features["category"].tolist() == [category]
    assert found.features["bod_margin_mg_per_l"].iloc[0] == pytest.approx(bod - 100)
    assert found.against[LEFT] == (("A",) if category == "without_plan" else ())


def test_flow_weighs_the_months() -> None:
    """Eleven months of 130 beside a flood of 10 mg/L: the plain mean is 120, the weighted is 85."""
    table = records(A=[130.0] * 11 + [10.0])
    table.loc["A-12", "inflow_m3"] = 11 * 30_000.0 * 3 / 5
    # (11 * 130 + 6.6 * 10) / 17.6 = 85
    found = ask(works(A={}), table)
    assert found.features["mean_bod_mg_per_l"].tolist() == [85.0]
    assert found.features["category"].tolist() == ["without_plan"]


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        (PLAN, "with_plan", ""),
        ({**PLAN, "plan_status": "finished"}, "with_plan", ""),
        ({**PLAN, "plan_adopted_on": "2026-01-01"}, "without_plan", ""),
        ({**PLAN, "plan_adopted_on": None}, "unknown", "undated"),
        ({**PLAN, "plan_status": "drafted"}, "unknown", "contradiction"),
        ({**PLAN, "plan_status": None}, "with_plan", ""),
        ({"plan_status": "drafted"}, "without_plan", ""),
        ({"plan_status": None}, "unknown", "status_unknown"),
        ({"scope": "park"}, "out_of_scope", "other_scope"),
        ({"scope": None}, "unknown", "scope_unknown"),
        ({"retired_on": "2025-01-01"}, "unknown", "records_at_odds"),
        ({"commissioned_on": "2025-05-01", "retired_on": "2025-04-01"}, "unknown", "swapped"),
    ],
)
def test_each_low_works_is_read_as_it_says(row: Row, category: str, reason: str) -> None:
    """A plan is active from its day (closed) if it is adopted or finished."""
    found = ask(works(A=row), records(A=90.0))
    assert found.features.loc["A", ["category", "reason"]].tolist() == [category, reason]


@pytest.mark.parametrize(
    ("months", "category", "reason"),
    [
        # At most 46,500 m3 of 0 beside eleven months: 150 * 33 / (33 + 4.65) = 131.
        ([150.0] * 11 + [None], "not_low", "not_low"),
        # 102 * 33 / 37.65 = 89: it may be low.
        ([102.0] * 11 + [None], "unknown", "mean_unknown"),
        # (40 * 33 + 500 * 4.65) / 37.65 = 97: low, whatever December was.
        ([40.0] * 11 + [None], "without_plan", ""),
        ([60.0] * 11 + [None], "unknown", "mean_unknown"),
        ([20.0] * 9 + [None] * 3, "unknown", "mean_unknown"),
        ([0.0] * 8 + [None] * 4, "unknown", "few_months"),
        ([None] * 12, "unknown", "few_months"),
    ],
)
def test_missing_months_may_be_anything(
    months: list[float | None], category: str, reason: str
) -> None:
    """Up to 150 % of 1,000 t/d in 31 days, of 0 to 500 mg/L."""
    found = ask(works(A={}), records(A=months, Z=1.0))
    assert found.features.loc["A", ["category", "reason"]].tolist() == [category, reason]
    assert found.features["known_months"].tolist() == [12 - months.count(None)]


def test_nine_months_are_enough() -> None:
    """Closed: a works of nine months is judged, with ten asked for it is not."""
    layer = works(A={"commissioned_on": "2025-04-01"})
    table = records(A=[None] * 3 + [50.0] * 9)
    assert ask(layer, table).features["category"].tolist() == ["without_plan"]
    found = ask(layer, table, least_months=10.0)
    assert found.features["reason"].tolist() == ["few_months"]


def test_a_year_without_water_has_no_mean() -> None:
    """Twelve months of nothing."""
    table = records(A=50.0).assign(inflow_m3=0.0)
    assert ask(works(A={}), table).features["reason"].tolist() == ["no_inflow"]


def test_counts_and_bounds() -> None:
    """Two low, one of them planned; one that may be low without a plan; one that is not."""
    layer = works(A=PLAN, B={}, C={}, D={}, E={"scope": "town"})
    may_be = [102.0] * 11 + [None]
    found = ask(layer, records(A=50.0, B=50.0, C=may_be, D=150.0, E=50.0))
    assert bounds(found.measures[LEFT]) == (1, 1, 2)
    assert bounds(found.measures[SHARE]) == (pytest.approx(100 / 3), 50, 50)
    assert set(excluded(found, LEFT)) == {"C", "D", "E"}
    assert excluded(found, LEFT)["D"] == ("out_of_scope", "the inflow is not below the limit")


def test_parks_count_where_they_are_asked_for() -> None:
    """As C04 asks."""
    layer = works(A={"scope": "park"}, B={})
    assert ask(layer, records(A=50.0, B=50.0)).measures[LEFT].value == 1
    found = ask(layer, records(A=50.0, B=50.0), scopes=("city", "park"))
    assert found.measures[LEFT].value == 2
    assert rollup(found, SHARE, "scope") == {"city": (0, 1, 0), "park": (0, 1, 0)}


def test_records_of_no_works_are_listed_and_told() -> None:
    """They count nowhere, and nothing else changes."""
    found = ask(works(A={}), records(A=50.0, Z=10.0))
    assert found.tables["records_without_works"]["works_id"].tolist() == ["Z"] * 12
    assert len(found.warnings) == 1
    assert not ask(works(A={}), records(A=50.0)).warnings


def test_service_areas_and_counties_are_shown() -> None:
    """How many areas name the works; which county it stands in."""
    shape = {"geometry": box(0, 0, 1, 1)}
    areas = to_layer(
        SewerServiceAreas,
        {"1": {"works_id": "A", **shape}, "2": {"works_id": "A", **shape}, "3": shape},
    )
    county = to_layer(Counties, {"211201": {"name": "C", "geometry": box(-9, -9, 9, 9)}})
    layer = works(A={}, B={})
    found = ask(layer, records(A=50.0, B=50.0), sewer_service_areas=areas, counties=county)
    assert found.features["service_areas"].tolist() == [2, 0]
    assert rollup(found, SHARE, "county_name") == {"": (0, 1, 0), "C": (0, 1, 0)}
    assert ask(layer, records(A=50.0)).features["service_areas"].isna().all()


def test_levers_know_the_limit_and_the_day() -> None:
    """A works that may be low crosses twice: where it may be, and where it surely is."""
    layer = works(A={}, B={**PLAN, "plan_adopted_on": "2026-01-10"})
    limit, day = ask(layer, records(A=[102.0] * 11 + [None], B=50.0)).levers[LEFT]
    assert limit.closed is False
    assert sorted(limit.table.loc[["B"], "margin"]) == [50.0, 50.0]
    least, most = 102 * 33 / 37.65, (102 * 33 + 500 * 4.65) / 37.65
    assert sorted(limit.table.loc[["A"], "margin"]) == pytest.approx(
        [100 - most, 100 - least], abs=1e-5
    )
    assert day.table["margin"].to_dict() == {"B": -10}
    assert day.table["numerator"].tolist() == [-1]


def test_nothing_and_nonsense() -> None:
    """No works; no records; a wrong scope; degrees."""
    empty = ask(SewageWorks.empty("EPSG:4550"), records(A=1.0))
    assert (empty.measures[LEFT].in_scope, empty.measures[LEFT].value) == (0, None)
    bare = ask(works(A={}), SewageInflowRecords.empty("EPSG:4550"))
    assert bare.features["reason"].tolist() == ["few_months"]
    assert isinstance(bare.tables["records_without_works"], pd.DataFrame)
    with pytest.raises(ParameterError):
        ask(works(A={}), records(A=1.0), scopes=("cities",))
    with pytest.raises(CRSError):
        ask(works(A={}).to_crs(4490), records(A=1.0))
