"""Medical sites: contracts, routes, what contradicts itself, and where the waste can go."""

from datetime import date

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point

from tieling_geo.analyses.medical_waste_collection import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import HazardousWasteFacilities, MedicalSites, MedicalWasteRoutes

DAY = date(2025, 12, 31)
ON, EVE, LATER = "2025-12-31", "2025-12-30", "2026-06-30"
SHARE, LEFT = "medical_sites_served_share", "medical_sites_not_served"
ROUTES = {
    "runs": {"started_on": ON, "facility_id": "F"},
    "begins": {"started_on": "2026-01-01"},
    "ended": {"ended_on": ON},
    "ends": {"ended_on": "2026-01-01"},
    "mad": {"started_on": "2024-01-01", "ended_on": "2023-01-01"},
}


def sites(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out sites without a contract or a route, all at one place."""
    plain = {"geometry": Point(0, 0), "has_contract": False, "waste_t_per_year": 1.0}
    return to_layer(MedicalSites, {name: {**plain, **row} for name, row in rows.items()})


def routes(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out routes; without a word those above."""
    return to_layer(
        MedicalWasteRoutes,
        {name: {"geometry": None, **row} for name, row in (rows or ROUTES).items()},
    )


def works(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out capacities for medical waste."""
    plain = {
        "waste_class": "HW01",
        "licensed_on": "2020-01-01",
        "expires_on": ON,
        "capacity_t_per_year": 100.0,
    }
    named = {name: {**plain, "facility_id": name, **row} for name, row in rows.items()}
    return to_layer(HazardousWasteFacilities, named)


def ask(**rows: Row) -> Result:
    """Ask about sites, without facilities."""
    return analyse(sites(**rows), routes(), as_of=DAY)


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        ({"has_contract": True, "contract_until": ON}, "served", ""),
        ({"has_contract": True, "contract_until": EVE}, "not_served", ""),
        ({"has_contract": True}, "unknown", "undated"),
        ({}, "not_served", ""),
        ({"contract_until": EVE}, "not_served", ""),
        ({"contract_until": ON}, "unknown", "contradiction"),
        ({"has_contract": None, "contract_until": LATER}, "served", ""),
        ({"has_contract": None, "contract_until": EVE}, "not_served", ""),
        ({"has_contract": None}, "unknown", "contract_unknown"),
        ({"route_id": "runs"}, "served", ""),
        ({"route_id": " runs "}, "served", ""),
        ({"route_id": " "}, "not_served", ""),
        ({"route_id": "begins"}, "not_served", ""),
        ({"route_id": "ended"}, "not_served", ""),
        ({"route_id": "ends"}, "served", ""),
        ({"route_id": "mad"}, "unknown", "route_swapped"),
        ({"route_id": "none"}, "unknown", "no_such_route"),
        ({"route_id": "none", "has_contract": True, "contract_until": ON}, "served", ""),
        ({"route_id": "runs", "has_contract": None}, "served", ""),
        ({"route_id": "ended", "has_contract": None}, "unknown", "contract_unknown"),
    ],
)
def test_each_site(row: Row, category: str, reason: str) -> None:
    """One site a case; a contract that is over and a route that runs serve all the same."""
    found = ask(A=row)
    assert found.features["category"].tolist() == [category]
    assert found.features["reason"].tolist() == [reason]


def test_the_share_and_what_could_change_it() -> None:
    """One served, two not, one unknown: a third, between a quarter and a half."""
    found = ask(
        A={"has_contract": True, "contract_until": LATER, "kind": "hospital"},
        B={"kind": "clinic"},
        C={},
        D={"route_id": "none", "kind": "clinic"},
    )
    low, value, high = bounds(found.measures[SHARE])
    assert (low, value, high) == (25, pytest.approx(100 / 3), 50)
    assert bounds(found.measures[LEFT]) == (2, 2, 3)
    assert found.against[SHARE] == ("B", "C")
    assert excluded(found, SHARE) == {"D": ("unknown", "no route has the number that it states")}
    assert rollup(found, SHARE, "kind") == {
        "hospital": (1, 1, 0),
        "clinic": (0, 1, 1),
        "": (0, 1, 0),
    }
    assert found.features.index.tolist() == ["A", "B", "C", "D"]
    assert found.features["contract_days_left"].tolist()[0] == 181
    assert set(found.measures) == {SHARE, LEFT}


def test_joins_that_fail_are_listed() -> None:
    """A site's route that is none, and a route's facility that is none; never dropped."""
    rows = {"A": {"route_id": "none"}, "B": {"route_id": "runs"}}
    found = analyse(
        sites(**rows),
        routes(runs={"facility_id": "X"}, other={"facility_id": "F"}),
        hazardous_waste_facilities=works(F={"geometry": Point(0, 0)}),
        as_of=DAY,
    )
    assert found.tables["failed_joins"].to_numpy().tolist() == [
        ["medical_sites", "A", "route_id", "none"],
        ["medical_waste_routes", "runs", "facility_id", "X"],
    ]
    assert ask(A={}).tables["failed_joins"].empty


def test_the_waste_goes_to_the_plants_for_it() -> None:
    """3 t to 2 + 0.5 t of room: the nearer first; a plant for other waste takes none."""
    far = {"geometry": Point(3000, 0), "waste_t_per_year": 2.0}
    found = analyse(
        sites(A={}, B=far),
        routes(),
        hazardous_waste_facilities=works(
            F={"geometry": Point(0, 4000), "capacity_t_per_year": 0.5},
            G={"geometry": Point(3000, 4000), "capacity_t_per_year": 2.0},
            H={"geometry": Point(0, 0), "waste_class": "HW08"},
            J={"geometry": Point(0, 0), "expires_on": EVE},
        ),
        as_of=DAY,
    )
    assert found.measures["medical_waste_treatable_share"].value == pytest.approx(250 / 3)
    assert bounds(found.measures["medical_waste_without_capacity"]) == (0.5, 0.5, 0.5)
    assert found.measures["medical_waste_haul"].value == 10
    assert found.features["nearest_facility_id"].tolist() == ["F", "G"]
    assert found.features["nearest_facility_m"].tolist() == [4000, 4000]
    table = found.tables["allocation"]
    assert table[["site_id", "facility_id", "t_per_year"]].to_numpy().tolist() == [
        ["A", "F", 0.5],
        ["B", "G", 2.0],
    ]
    assert found.tables["capacity_by_class"]["waste_class"].tolist() == ["HW01"]


def test_nothing_at_all() -> None:
    """No site: no value, whatever routes and plants there are."""
    empty = analyse(
        sites(), routes(), hazardous_waste_facilities=works(F={"geometry": Point(0, 0)}), as_of=DAY
    )
    assert len(empty.measures) == 5
    assert all(measure.value is None for measure in empty.measures.values())


def test_the_day_is_a_lever() -> None:
    """A contract's last day, and the first day of a route: what each changes, and when."""
    rows = {"A": {"has_contract": True, "contract_until": ON}, "B": {"route_id": "runs"}}
    (lever,) = ask(**rows).levers[SHARE]
    assert lever.table["margin"].to_dict() == {"A": -1, "B": 0}
    assert lever.table["numerator"].to_dict() == {"A": -1, "B": 1}
    shares = [
        analyse(sites(**rows), routes(), as_of=day).measures[SHARE].value
        for day in (date(2025, 12, 30), DAY, date(2026, 1, 1))
    ]
    assert shares == [50, 100, 50]


def test_degrees_are_refused() -> None:
    """A layer that is not in metres."""
    with pytest.raises(CRSError):
        analyse(sites(A={}).set_crs(4490, allow_override=True), routes(), as_of=DAY)
