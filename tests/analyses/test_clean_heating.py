"""Clean heating: every way of heating, networks of several sources, failed joins, exact bounds."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.clean_heating import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, HeatedBuildings, HeatSources

DAY = date(2025, 12, 31)
SHARE, LEFT = "clean_heated_area_share", "uncleanly_heated_area"
STRICT = "clean_heated_area_share_without_coal"
HERE = {"geometry": Point(100, 100)}
CHP = {"kind": "chp", "fuel": "coal", "heat_mw": 30.0, "ultra_low_accepted_on": "2025-12-31"}
COUNTIES = {
    "211201": {"name": "West", "geometry": box(0, 0, 500, 1000)},
    "211202": {"name": "East", "geometry": box(500, 0, 1000, 1000)},
}


def homes(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out buildings of 100 m2 on network N, but for what a row says."""
    plain = {"floor_area_m2": 100.0, "heating": "network", "network_id": "N", **HERE}
    return to_layer(HeatedBuildings, {name: {**plain, **row} for name, row in rows.items()})


def sources(*rows: Row) -> gpd.GeoDataFrame:
    """Lay out sources of network N."""
    plain = {"network_id": "N", **HERE}
    return to_layer(HeatSources, {f"S{n}": {**plain, **row} for n, row in enumerate(rows)})


def ask(buildings: gpd.GeoDataFrame, *rows: Row, **values: object) -> Result:
    """Run on some buildings and sources."""
    return analyse(buildings, sources(*rows), as_of=DAY, **values)


def test_each_way_of_heating() -> None:
    """All but coal are clean by default; the list is a parameter."""
    words = ["gas", "electricity", "heat_pump", "geothermal", "biomass", "solar", "coal"]
    layer = homes(**{word: {"heating": word, "network_id": None} for word in words})
    found = ask(layer)
    assert found.features["category"].tolist() == ["clean"] * 6 + ["not_clean"]
    assert bounds(found.measures[SHARE]) == (Fraction(600, 7),) * 3
    assert bounds(found.measures[LEFT]) == (100, 100, 100)
    assert found.against[SHARE] == ("coal",)
    other = ask(layer, clean_heatings=("gas",))
    assert other.measures[SHARE].value == Fraction(100, 7)
    for wrong in (("network",), ("wood",)):
        with pytest.raises(ParameterError):
            ask(layer, clean_heatings=wrong)


def test_a_network_is_as_clean_as_its_sources() -> None:
    """30 MW of accepted coal CHP and 10 MW of coal boilers: three quarters; in part is in part."""
    boilers = {"kind": "boiler_house", "fuel": "coal", "heat_mw": 10.0}
    found = ask(homes(A={}), CHP, boilers)
    assert found.features["clean_share_pct"].tolist() == [75.0]
    assert found.features["category"].tolist() == ["partly"]
    assert bounds(found.measures[SHARE]) == (75, 75, 75)
    assert bounds(found.measures[LEFT]) == (25, 25, 25)
    assert found.measures[STRICT].value == 0
    assert found.against[SHARE] == ("A",)
    accepted = {**boilers, "ultra_low_accepted_on": "2020-01-01"}
    both = ask(homes(A={}), CHP, accepted, coal_boilers_count_if_ultra_low=True)
    assert both.measures[SHARE].value == 100
    none = ask(homes(A={}), CHP, accepted, coal_chp_counts_if_ultra_low=False)
    assert none.measures[SHARE].value == 0


def test_acceptance_by_the_day() -> None:
    """On the day it counts (closed), a day later not, and without a date not."""
    for day, share in (("2025-12-31", 100), ("2026-01-01", 0), (None, 0)):
        found = ask(homes(A={}), {**CHP, "ultra_low_accepted_on": day})
        assert found.measures[SHARE].value == share


def test_failed_joins_are_listed_and_unknown() -> None:
    """No source, no network, no heating, sources that leave it open, no area: each its reason."""
    layer = homes(
        A={"heating": "gas"},
        B={"network_id": "N99", "floor_area_m2": 300.0},
        C={"network_id": None},
        D={"heating": None},
        E={},
        F={"heating": "gas", "floor_area_m2": None},
        G={"floor_area_m2": 0.0},
    )
    found = ask(layer, {**CHP, "heat_mw": None}, {"kind": "boiler_house", "fuel": "coal"})
    reasons = excluded(found, SHARE)
    assert reasons == {
        "B": ("unknown", "no heat source has this network"),
        "C": ("unknown", "district heating without a network"),
        "D": ("unknown", "heating is missing"),
        "E": ("unknown", "records of the network's sources are incomplete"),
        "F": ("unknown", "floor area is missing"),
        "G": ("out_of_scope", "no floor area is heated"),
    }
    # Known is A with 100; B 300, C, D and E 100 each may be clean or not; F is clean, 0 to 1e7.
    assert bounds(found.measures[SHARE]) == (Fraction(100 * 100, 700), 100, 100)
    assert bounds(found.measures[LEFT]) == (0, 0, 600)
    assert found.tables["failed_joins"].to_dict("records") == [
        {"building_id": "B", "network_id": "N99", "floor_area_m2": 300.0}
    ]
    [network] = found.tables["networks"].to_dict("records")
    assert (network["clean_share_low_pct"], network["clean_share_high_pct"]) == (0, 100)
    assert (network["buildings"], network["known_floor_area_m2"]) == (2, 100.0)
    assert len(found.warnings) == 1


def test_a_missing_area_of_a_mixed_network() -> None:
    """Of half clean 1e7 m2 at most: below a share of 100, above one of 0."""
    half = {**CHP, "heat_mw": 5.0}, {"kind": "boiler_house", "fuel": "coal", "heat_mw": 5.0}
    gap = {"floor_area_m2": None}
    found = ask(homes(A={"heating": "gas"}, B=gap), *half)
    least = Fraction(100 * (100 + 5_000_000), 100 + 10_000_000)
    assert bounds(found.measures[SHARE]) == (least, 100, 100)
    assert bounds(found.measures[LEFT]) == (0, 0, 5_000_000)
    found = ask(homes(A={"heating": "coal"}, B=gap), *half)
    most = Fraction(100 * 5_000_000, 100 + 10_000_000)
    assert bounds(found.measures[SHARE]) == (0, 0, most)


def test_sources_without_a_network_are_told() -> None:
    """They feed none, and a warning says how many."""
    found = ask(homes(A={"heating": "gas"}), {**CHP, "network_id": None})
    assert "1 heat sources" in found.warnings[0].en
    assert found.tables["networks"].empty


def test_counties_add_up_and_nothing_is_no_pass() -> None:
    """By county and heating to the whole; the index is kept; nothing to weigh has no value."""
    counties = to_layer(Counties, COUNTIES)
    layer = homes(
        B={"heating": "gas"}, A={"heating": "coal", "geometry": Point(700, 9)}, C={"heating": None}
    )
    found = analyse(layer, sources(), counties=counties, as_of=DAY)
    assert found.features.index.tolist() == ["B", "A", "C"]
    assert rollup(found, SHARE, "county_name") == {"East": (0, 100, 0), "West": (100, 100, 1)}
    assert rollup(found, SHARE, "heating") == {
        "": (0, 0, 1),
        "coal": (0, 100, 0),
        "gas": (100, 100, 0),
    }
    assert ask(layer.iloc[:0]).measures[SHARE].value is None
    assert ask(homes(A={"floor_area_m2": 0.0})).measures[SHARE].in_scope == 0
    with pytest.raises(CRSError):
        ask(layer.to_crs(4490))
