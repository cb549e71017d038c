"""Reach of large coal units: radius and size themselves, doubtful units, and the table."""

from datetime import date

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import LineString, Point, box

from tieling_geo.analyses.chp_reach import analyse
from tieling_geo.errors import CRSError
from tieling_geo.schemas import Boilers, Counties, HeatDemands, PowerUnits, Roads

DAY = date(2025, 12, 31)
SHARE, LEFT = "heat_demand_within_reach_share", "heat_demand_out_of_reach"


def demands(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out demands of 10 MW at the origin, but for what a row says."""
    plain = {"heat_mw": 10.0, "use": "steam", "geometry": Point(0, 0)}
    return to_layer(HeatDemands, {name: {**plain, **row} for name, row in rows.items()})


def units(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out coal units of 600 MW at the origin, but for what a row says."""
    plain = {"fuel": "coal", "electric_mw": 600.0, "is_chp": False, "geometry": Point(0, 0)}
    return to_layer(PowerUnits, {name: {**plain, **row} for name, row in rows.items()})


@pytest.mark.parametrize(
    ("unit", "category"),
    [
        ({"geometry": Point(15_000, 0)}, "within"),
        ({"geometry": Point(15_000.001, 0)}, "beyond"),
        ({"electric_mw": 300.0}, "within"),
        ({"electric_mw": 299.9}, "beyond"),
        ({"fuel": "gas"}, "beyond"),
        ({"retired_on": "2025-12-31"}, "beyond"),
        ({"commissioned_on": "2025-12-31"}, "within"),
        ({"commissioned_on": "2026-01-01"}, "beyond"),
        ({"electric_mw": None}, "unknown"),
        ({"fuel": None}, "unknown"),
        ({"fuel": None, "electric_mw": 25.0}, "beyond"),
        ({"fuel": None, "geometry": Point(99_000, 0)}, "beyond"),
        ({"commissioned_on": "2024-01-01", "retired_on": "2020-01-01"}, "unknown"),
    ],
)
def test_each_limit_and_each_gap(unit: Row, category: str) -> None:
    """One demand and one unit."""
    found = analyse(demands(A={}), units(U=unit), as_of=DAY)
    assert found.features["category"].tolist() == [category]
    wide = {"within": (100, 100, 100), "beyond": (0, 0, 0), "unknown": (0, None, 100)}
    assert bounds(found.measures[SHARE]) == wide[category]


def test_a_sure_unit_beside_a_doubtful_one() -> None:
    """Decides; the margin is that of the nearest sure one."""
    found = analyse(
        demands(A={}), units(U={"geometry": Point(9000, 0)}, V={"fuel": None}), as_of=DAY
    )
    assert found.features[["category", "within_radius_m"]].to_numpy().tolist() == [
        ["within", 6000.0]
    ]
    table = found.tables["units"]
    assert table[["unit_id", "is_known_large", "demand_mw"]].to_numpy().tolist() == [
        ["U", True, 10.0],
        ["V", False, 10.0],
    ]
    assert "coal_boilers" not in table


def test_loads_weigh_and_gaps_widen() -> None:
    """30 of 40 MW; a missing load is up to 3,000 MW; zero is out of scope."""
    layer = demands(
        A={"heat_mw": 30.0},
        B={"geometry": Point(50_000, 0)},
        C={"heat_mw": None},
        D={"heat_mw": 0.0},
    )
    found = analyse(layer, units(U={}), as_of=DAY)
    assert bounds(found.measures[SHARE])[:2] == (75, 75)
    assert bounds(found.measures[SHARE])[2] == pytest.approx(100 * 3030 / 3040)
    assert bounds(found.measures[LEFT]) == (10, 10, 10)
    assert {k: v[0] for k, v in excluded(found, SHARE).items()} == {
        "C": "unknown",
        "D": "out_of_scope",
    }
    assert found.against[LEFT] == ("B",)


def test_boilers_within_reach() -> None:
    """Coal boilers in use on the radius count (closed); gas, retired and farther ones do not."""
    plain = {"fuel": "coal", "status": "operating", "geometry": Point(15_000, 0)}
    layer = to_layer(
        Boilers,
        {
            "A": plain,
            "B": {**plain, "fuel": "gas"},
            "C": {**plain, "status": "retired", "retired_on": "2020-01-01"},
            "D": {**plain, "geometry": Point(15_001, 0)},
        },
    )
    found = analyse(demands(A={}), units(U={"is_chp": True}), boilers=layer, as_of=DAY)
    [row] = found.tables["units"].to_dict("records")
    assert (row["coal_boilers"], row["is_chp"], row["demand_mw"]) == (1, True, 10.0)


def test_a_pipe_along_the_roads() -> None:
    """3 km east, 4 km north and both legs; one-way does not matter; the radius still decides."""
    roads = to_layer(
        Roads,
        {
            "R1": {
                "road_class": "local",
                "oneway": True,
                "geometry": LineString([(0, 10), (3000, 10), (3000, 4000)]),
            }
        },
    )
    far = {"geometry": Point(90_000, 0)}
    found = analyse(
        demands(A={}, B=far), units(U={"geometry": Point(3020, 4000)}), roads=roads, as_of=DAY
    )
    assert found.features["route_m"].tolist()[0] == pytest.approx(10 + 3000 + 3990 + 20)
    assert found.features["route_m"].isna().tolist() == [False, True]
    assert found.features["category"].tolist() == ["within", "beyond"]
    none = analyse(demands(A={}), units(), roads=roads, as_of=DAY)
    assert none.features["route_m"].isna().all()
    near = analyse(demands(A={}), units(U={}), roads=roads, as_of=DAY, snap_limit_m=9.9)
    assert near.features["route_m"].isna().all()


def test_counties_and_nothing() -> None:
    """Roll-ups add up; no demand has no value; without a unit all are beyond."""
    counties = to_layer(Counties, {"211201": {"name": "West", "geometry": box(-9, -9, 9, 9)}})
    layer = demands(A={}, B={"geometry": Point(50_000, 0), "use": "space_heating"})
    found = analyse(layer, units(U={}), counties=counties, as_of=DAY)
    assert rollup(found, SHARE, "county_name") == {"": (0, 10, 0), "West": (10, 10, 0)}
    assert rollup(found, SHARE, "use") == {"space_heating": (0, 10, 0), "steam": (10, 10, 0)}
    assert analyse(layer.iloc[:0], units(U={}), as_of=DAY).measures[SHARE].value is None
    assert bounds(analyse(layer, units(), as_of=DAY).measures[LEFT]) == (20, 20, 20)
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), units(U={}), as_of=DAY)
