"""Collected load against what residents give off: exact shares, and honest bounds."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.sewage_collection import analyse
from tieling_geo.crs import to_geodesic_area_m2
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, PopulationAreas, SewageInflowRecords, SewageWorks

DAY = date(2025, 12, 31)
SHARE, LOAD, NEED = "collected_load_share", "collected_load", "generated_load"
#: kg a day of a works that takes in 36,500 m3 of 100 mg/L each month of 365 days.
EACH = 120
#: The most that December may bring: 31 days of 150 % of 1,000 t/d, of 500 mg/L; kg a day.
DECEMBER = Fraction(31 * 1500 * 500, 1000 * 365)


def works(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out city works of 1,000 t/d, a kilometre apart."""
    return to_layer(
        SewageWorks,
        {
            key: {"geometry": Point(1000 * n, 0), "scope": "city", "design_t_per_d": 1000.0, **row}
            for n, (key, row) in enumerate(rows.items())
        },
    )


def records(*keys: str, months: int = 12) -> gpd.GeoDataFrame:
    """Lay out months of 36,500 m3 of 100 mg/L."""
    return to_layer(
        SewageInflowRecords,
        {
            f"{key}-{month}": {
                "works_id": key,
                "year": 2025,
                "month": month,
                "inflow_m3": 36_500.0,
                "bod_mg_per_l": 100.0,
                "geometry": None,
            }
            for key in keys
            for month in range(1, months + 1)
        },
    )


def people(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out city cells of 1 km2, a kilometre apart."""
    return to_layer(
        PopulationAreas,
        {
            key: {
                "geometry": box(1000 * n - 500, -500, 1000 * n + 500, 500),
                "scope": "city",
                "residents": 4000,
                **row,
            }
            for n, (key, row) in enumerate(rows.items())
        },
    )


def ask(
    layer: gpd.GeoDataFrame, table: gpd.GeoDataFrame, cells: gpd.GeoDataFrame, **values: object
) -> Result:
    """Ask on the day, at 50 g a person and day: 4,000 people give off 200 kg."""
    given = {"bod_g_per_person_d": 50.0, **values}
    return analyse(layer, table, cells, as_of=DAY, **given)  # type: ignore[arg-type]


def test_the_share_is_one_of_loads() -> None:
    """Two works take in 240 kg a day of the 400 that two cells give off."""
    found = ask(works(A={}, B={}), records("A", "B"), people(P={}, Q={}))
    assert bounds(found.measures[SHARE]) == (60, 60, 60)
    assert bounds(found.measures[LOAD]) == (240, 240, 240)
    assert bounds(found.measures[NEED]) == (400, 400, 400)
    assert found.features["load_kg_per_d"].tolist() == [EACH, EACH]
    assert found.against == {SHARE: (), LOAD: (), NEED: ()}


def test_per_head_bod_is_a_parameter() -> None:
    """At half the BOD a person, twice the share."""
    found = ask(works(A={}), records("A"), people(P={}), bod_g_per_person_d=25.0)
    assert found.measures[SHARE].value == 120


def test_a_leap_year_has_another_day() -> None:
    """366 days give off more, and the same inflow is less a day."""
    table = records("A").assign(year=2024)
    table["year"] = table["year"].astype("Int64")
    found = analyse(
        works(A={}), table, people(P={}), as_of=date(2025, 1, 1), bod_g_per_person_d=50.0
    )
    assert found.measures[SHARE].value == Fraction(60 * 365, 366)


@pytest.mark.parametrize(
    ("row", "months", "reason", "value", "most"),
    [
        # Eleven months count, and December may bring more.
        ({}, 11, "month_missing", EACH + 110, EACH + 110 + DECEMBER),
        ({"scope": None}, 12, "scope_unknown", EACH, 2 * EACH),
        ({"scope": "park"}, 12, "other_scope", EACH, EACH),
        ({"retired_on": "2024-12-31"}, 12, "records_at_odds", EACH, 2 * EACH),
        ({"retired_on": "2024-12-31"}, 0, "not_in_service", EACH, EACH),
        (
            {"commissioned_on": "2026-02-02", "retired_on": "2024-02-01"},
            12,
            "swapped",
            EACH,
            2 * EACH,
        ),
    ],
)
def test_a_works_that_is_not_known_widens_the_bounds(
    row: Row, months: int, reason: str, value: Fraction, most: Fraction
) -> None:
    """Beside a works of 120 kg, against 200 kg."""
    table = gpd.pd.concat([records("A"), records("B", months=months)]) if months else records("A")
    found = ask(works(A={}, B=row), table, people(P={}))
    assert bounds(found.measures[LOAD]) == (value, value, most)
    assert bounds(found.measures[SHARE]) == tuple(v * Fraction(1, 2) for v in (value, value, most))
    assert found.features.loc["B", "reason"] == reason
    is_out = reason in {"other_scope", "not_in_service"}
    assert (found.measures[SHARE].counted, found.measures[SHARE].excluded) == (1, int(not is_out))
    assert set(excluded(found, SHARE)) == {"B"}


def test_missing_residents_widen_the_bounds() -> None:
    """A cell without a number has up to 20,000 people a km2; one of no scope perhaps none."""
    cells = people(P={}, Q={"residents": None}, R={"scope": None}, S={"scope": "rural"})
    found = ask(works(A={}), records("A"), cells)
    area = float(to_geodesic_area_m2(cells.loc[["Q"]])[0])
    most = 200 + 20_000 * area / 1e6 * 0.05 + 200
    low, value, high = bounds(found.measures[NEED])
    assert (low, value) == (200, 200)
    assert float(high) == pytest.approx(most, rel=1e-9)  # type: ignore[arg-type]
    share = bounds(found.measures[SHARE])
    assert share[1:] == (60, 60)
    assert float(share[0]) == pytest.approx(100 * 120 / most, rel=1e-9)  # type: ignore[arg-type]
    assert found.tables["population_without_number"]["area_id"].tolist() == ["Q", "R"]
    assert found.warnings


def test_counties_add_up() -> None:
    """Works where they stand, residents where their cells lie; outside is a group of its own."""
    county = to_layer(
        Counties,
        {
            "211201": {"name": "C", "geometry": box(-500, -500, 500, 500)},
            "211202": {"name": "D", "geometry": box(500, -500, 1500, 500)},
        },
    )
    found = analyse(
        works(A={}, B={}, C={}),
        records("A", "B", "C"),
        people(P={}, Q={"residents": 1000}),
        counties=county,
        as_of=DAY,
        bod_g_per_person_d=50.0,
    )
    assert rollup(found, SHARE, "county_name") == {
        "": (120, 0, 0),
        "C": (120, 200, 0),
        "D": (120, 50, 0),
    }


def test_nobody_gives_off_nothing() -> None:
    """Without residents a share has no value, and no bound is made up."""
    found = ask(works(A={}), records("A"), people(P={"scope": "rural"}))
    assert found.measures[SHARE].value is None
    assert bounds(found.measures[LOAD]) == (120, 120, 120)


def test_nothing_and_nonsense() -> None:
    """No works; wrong values; degrees."""
    empty = ask(SewageWorks.empty("EPSG:4550"), records("A"), people(P={}))
    assert [(m.in_scope, m.value) for m in empty.measures.values()] == [(0, None)] * 3
    assert len(empty.warnings) == 1
    given = (works(A={}), records("A"), people(P={}))
    for values in (
        {"urban_scope": "cities"},
        {"bod_g_per_person_d": 0.0},
        {"most_density_person_per_km2": -1.0},
        {"most_bod_mg_per_l": -1.0},
    ):
        with pytest.raises(ParameterError):
            ask(*given, **values)
    with pytest.raises(CRSError):
        ask(given[0], given[1], given[2].to_crs(4490))
    with pytest.raises(CRSError):
        ask(given[0].to_crs(4490), *given[1:])
