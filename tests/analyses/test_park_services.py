"""The park x service matrix: one park of a kilometre, and each service just in or out of reach."""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import LineString, Point, box

from tieling_geo.analyses.park_services import ANALYSIS, analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result

DAY = date(2025, 12, 31)
SHARE, LEFT = "parks_with_shared_services_share", "parks_lacking_a_shared_service"
PARK = box(0, 0, 1000, 1000)
HALF = box(0, 0, 500, 1000)


def layers(**changed: list[Row]) -> dict[str, Any]:
    """Lay out one park that shares all four services, each exactly on its threshold."""
    rows: dict[str, list[Row]] = {
        "parks": [{"name": "North", "level": "provincial", "geometry": PARK}],
        "heating_supply_areas": [{"geometry": HALF}],
        "substations": [{"geometry": Point(11_000, 500), "capacity_mva": 80.0, "load_mva": 50.0}],
        "sewer_service_areas": [{"valid_from": "2025-12-31", "geometry": HALF}],
        "reuse_water_pipes": [{"geometry": LineString([(2000, 0), (2000, 900)])}],
        **changed,
    }
    schemas = {schema.layer_name(): schema for schema in (*ANALYSIS.inputs, *ANALYSIS.optional)}
    return {
        name: to_layer(
            schemas[name],
            {
                f"21120{n}" if name == "counties" else f"{name[0]}{n}": row
                for n, row in enumerate(own)
            },
        )
        if own
        else schemas[name].empty("EPSG:4550")
        for name, own in rows.items()
    }


def ask(**changed: list[Row]) -> Result:
    """Ask about the park with some layers changed."""
    given = layers(**changed)
    inputs = [given.pop(schema.layer_name()) for schema in ANALYSIS.inputs]
    return analyse(*inputs, **given, as_of=DAY)


def row(found: Result, service: str) -> pd.Series:
    """Give one row of the matrix."""
    table = found.tables["park_services"]
    return table[table["service"] == service].iloc[0]


def test_all_four_exactly_on_their_thresholds() -> None:
    """Half of it heated and sewered, a substation at 10 km, a pipe at 1 km: all shared."""
    found = ask()
    assert bounds(found.measures[SHARE]) == (100, 100, 100)
    assert found.features["category"].tolist() == ["all_shared"]
    assert found.features["services_short"].tolist() == [0]
    assert row(found, "heat")["covered_pct"] == 50
    power = row(found, "power")
    assert power[["nearest_id", "distance_m", "capacity", "load", "slack", "unit"]].tolist() == [
        "s0",
        10_000,
        80,
        50,
        30,
        "mva",
    ]
    assert found.tables["park_services"]["shared"].value_counts().to_dict() == {
        "yes": 4,
        "unknown": 4,
    }


@pytest.mark.parametrize(
    ("changed", "lacking"),
    [
        ({"heating_supply_areas": [{"geometry": box(0, 0, 499, 1000)}]}, "heat"),
        ({"heating_supply_areas": [{"valid_from": "2026-01-01", "geometry": PARK}]}, "heat"),
        ({"heating_supply_areas": []}, "heat"),
        ({"sewer_service_areas": [{"valid_from": "2026-01-01", "geometry": PARK}]}, "sewage"),
        ({"substations": [{"geometry": Point(11_000.001, 500)}]}, "power"),
        ({"substations": [{"commissioned_on": "2026-01-01", "geometry": Point(5, 5)}]}, "power"),
        (
            {"reuse_water_pipes": [{"geometry": LineString([(2000.001, 0), (3000, 0)])}]},
            "reclaimed_water",
        ),
        ({"reuse_water_pipes": []}, "reclaimed_water"),
    ],
)
def test_what_is_lacking_is_named(changed: dict[str, list[Row]], lacking: str) -> None:
    """One service just out of reach, not there yet, or nowhere at all."""
    found = ask(**changed)
    assert found.features[["category", "services_lacking", "services_short"]].iloc[0].tolist() == [
        "lacking",
        lacking,
        -1,
    ]
    assert found.against[LEFT] == ("p0",)
    assert row(found, lacking)["shared"] == "no"


def test_levels_decide_the_scope() -> None:
    """A municipal park is shown, not counted; one without a level is unknown."""
    parks = [
        {"name": f"{x}", "level": level, "geometry": box(x, 0, x + 1000, 1000)}
        for x, level in ((0, "national"), (2000, "municipal"), (4000, None), (90_000, "provincial"))
    ]
    county = {"name": "West", "geometry": box(-9, -9, 5000, 5000)}
    found = ask(parks=parks, counties=[county])
    assert found.features["category"].tolist() == [
        "all_shared",
        "out_of_scope",
        "unknown",
        "lacking",
    ]
    assert bounds(found.measures[SHARE])[1] == 50
    assert excluded(found, SHARE) == {
        "p1": ("out_of_scope", "its level is out of scope"),
        "p2": ("unknown", "its level is missing"),
    }
    assert rollup(found, SHARE, "county_name") == {"": (0, 1, 0), "West": (1, 1, 1)}
    assert rollup(found, SHARE, "level")["national"] == (1, 1, 0)
    # p2 has no heat: it is out of scope, or lacking.
    assert bounds(found.measures[SHARE]) == (pytest.approx(100 / 3), 50, 50)
    in_scope = found.tables["park_services"].groupby("park_id")["in_scope"].first()
    assert in_scope.tolist() == ["yes", "no", "unknown", "yes"]


def test_other_services_are_shown_and_decide_nothing() -> None:
    """Near or far, sure or not: the four alone decide."""
    found = ask(
        waste_facilities=[
            {"kind": "landfill", "geometry": Point(5, 5)},
            {"kind": "industrial_solid", "design_t_per_d": 20.0, "geometry": Point(51_000, 5)},
        ],
        hazardous_waste_facilities=[
            {
                "facility_id": "F",
                "waste_class": word,
                "capacity_t_per_year": 30.0,
                "licensed_on": "2022-01-01",
                "expires_on": until,
                "geometry": Point(1000, 7),
            }
            for word, until in (
                ("HW08", "2025-12-31"),
                ("HW17", "2027-01-01"),
                ("HW49", "2025-12-30"),
            )
        ],
        treatment_hubs=[
            {"kind": "voc", "voc_capacity_t_per_year": 5.0, "geometry": Point(21_000.01, 5)},
            {"kind": None, "geometry": Point(21_000, 5)},
        ],
        enterprises=[
            {"voc_t_per_year": 4.0, "geometry": Point(1000, 7)},
            {"voc_t_per_year": 3.0, "closed_on": "2025-12-31", "geometry": Point(5, 7)},
            {"voc_t_per_year": 9.0, "geometry": Point(1005, 7)},
        ],
    )
    assert found.features["category"].tolist() == ["all_shared"]
    solid, hazardous = row(found, "solid_waste"), row(found, "hazardous_waste")
    assert solid[["nearest_id", "distance_m", "shared"]].tolist() == ["w1", 50_000, "yes"]
    assert hazardous[["nearest_id", "capacity", "shared"]].tolist() == ["F", 60, "yes"]
    voc = row(found, "voc_hub")
    assert voc[["shared", "capacity", "load", "slack"]].tolist() == ["unknown", 5, 4, 1]
    plating = row(found, "plating_hub")
    assert plating["shared"] == "unknown"
    assert pd.isna(plating["load"])


def test_an_unknown_load_is_no_load() -> None:
    """An enterprise that does not say what it emits leaves the sum open; none at all is zero."""
    hubs = [{"kind": "voc", "voc_capacity_t_per_year": 5.0, "geometry": Point(5, 5)}]
    blank = [{"geometry": Point(5, 5)}, {"voc_t_per_year": 1.0, "geometry": Point(6, 5)}]
    assert pd.isna(row(ask(treatment_hubs=hubs, enterprises=blank), "voc_hub")["slack"])
    far = [{"voc_t_per_year": 1.0, "geometry": Point(5000, 5)}]
    assert row(ask(treatment_hubs=hubs, enterprises=far), "voc_hub")["slack"] == 5
    assert pd.isna(row(ask(treatment_hubs=hubs), "voc_hub")["load"])


def test_no_park_and_wrong_input() -> None:
    """Nothing in scope is no pass; a level that is none, and degrees, are refused."""
    assert {m.value for m in ask(parks=[]).measures.values()} == {None}
    given = layers()
    inputs = [given[schema.layer_name()] for schema in ANALYSIS.inputs]
    with pytest.raises(ParameterError):
        analyse(*inputs, as_of=DAY, levels=("county",))
    for place in range(5):
        moved = [*inputs]
        moved[place] = gpd.GeoDataFrame(inputs[place]).to_crs(4490)
        with pytest.raises(CRSError):
            analyse(*moved, as_of=DAY)
