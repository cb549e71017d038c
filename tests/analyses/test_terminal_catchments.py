"""Sites in the catchments of named terminals: exact small cases by hand."""

from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from shapely import LineString, Point, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.terminal_catchments import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, FreightSites, FreightTerminals, Roads

DAY = date(2025, 12, 31)
SHARE, LEFT = "shippers_in_named_catchments_share", "shippers_outside_named_catchments"
BULK, BULK_LEFT = "bulk_in_named_catchments_share", "bulk_outside_named_catchments"


def at(x: float, y: float = 0.0) -> Point:
    """Place a point on the worlds' ground."""
    return Point(500_000 + x, 4_690_000 + y)


def road(*xy: tuple[float, float], **columns: object) -> dict[str, object]:
    """Describe a trunk road of 60 km/h: a kilometre a minute."""
    line = LineString([at(x, y).coords[0] for x, y in xy])
    return {"road_class": "trunk", "geometry": line} | columns


def site(x: float, y: float = 0.0, **columns: object) -> dict[str, object]:
    """Describe a site that moves 100,000 t a year."""
    return {"kind": "plant", "bulk_t_per_year": 1e5, "geometry": at(x, y)} | columns


def terminal(x: float, name: str, y: float = 0.0) -> dict[str, object]:
    """Describe a terminal."""
    return {"name": name, "kind": "yard", "capacity_t_per_year": 1e6, "geometry": at(x, y)}


ROADS = {"r": road((0, 0), (100_000, 0))}
TERMINALS = {
    "T1": terminal(0, "北 港"),
    "T2": terminal(50_000, "South Base"),
    "T3": terminal(0, "X"),
}
NAMED = ("北港|North Port", "South Base", "West Yard")


def found(
    sites: dict[str, Any],
    terminals: dict[str, Any] | None = None,
    roads: dict[str, Any] | None = None,
    **given: Any,  # noqa: ANN401 - any parameter
) -> Result:
    """Ask of these sites beside a straight road with two named terminals."""
    return analyse(
        to_layer(FreightSites, sites),
        to_layer(FreightTerminals, terminals or TERMINALS),
        to_layer(Roads, roads or ROADS),
        as_of=DAY,
        **{"named_terminals": NAMED} | given,
    )


def test_the_limit_is_closed_and_catchments_overlap() -> None:
    """25 km from both; 30 km from one and 20 from the other; exactly 30 km; a metre beyond."""
    result = found({
        "A": site(25_000),
        "B": site(30_000, bulk_t_per_year=3e5),
        "C": site(80_000),
        "D": site(80_001),
    })
    assert result.features["catchments"].tolist() == [
        "South Base;北港",
        "South Base;北港",
        "South Base",
        "",
    ]
    assert bounds(result.measures[SHARE]) == (75, 75, 75)
    assert bounds(result.measures[BULK]) == (Fraction(500, 6),) * 3
    assert bounds(result.measures[BULK_LEFT]) == (100_000,) * 3
    assert result.against[LEFT] == ("D",)
    assert result.features["limit_left_pct"].tolist()[2] == 0
    overlaps = result.tables["overlaps"].set_index(["name", "other_name"])
    assert overlaps.loc[("北港", "South Base")].tolist() == [2, 400_000]
    assert overlaps["sites"].sum() == 2


def test_a_name_without_a_feature_is_told() -> None:
    """It has no catchment; a terminal that nobody names has none, either."""
    result = found({"A": site(10_000), "B": site(80_000)})
    table = result.tables["terminals"].set_index("name")
    assert table["is_there"].to_dict() == {"北港": True, "South Base": True, "West Yard": False}
    assert table["sites"].to_dict() == {"北港": 1, "South Base": 1, "West Yard": 0}
    assert [text.en for text in result.warnings] == ["named, but not in the layer: West Yard"]
    none = found({"A": site(0)}, {"T": terminal(0, "X")})
    assert bounds(none.measures[SHARE]) == (0, 0, 0)
    assert not none.tables["terminals"]["is_there"].any()


def test_several_terminals_of_one_name() -> None:
    """Each of them serves; the nearest stands for the name."""
    terminals = {"T1": terminal(0, "North Port"), "T2": terminal(60_000, "north port")}
    result = found({"A": site(50_000)}, terminals)
    assert result.features.loc["A", "network_distance_m"] == 10_000
    assert result.tables["catchments"]["terminal_id"].tolist() == ["T2"]
    assert "more than one" in result.warnings[1].en


def test_by_time_the_fast_road_decides() -> None:
    """40 km at 60 km/h are 40 minutes, 20 km at 20 km/h an hour."""
    roads = {"r": road((0, 0), (40_000, 0)), "s": road((0, 0), (0, 20_000), road_class="local")}
    sites = {"A": site(40_000), "B": site(0, 20_000)}
    terminals = {"T": terminal(0, "South Base")}
    by_km = found(sites, terminals, roads)
    assert by_km.features["category"].tolist() == ["outside", "inside"]
    by_time = found(sites, terminals, roads, limit_by="time", catchment_limit_min=40.0)
    assert by_time.features["category"].tolist() == ["inside", "outside"]
    assert by_time.features["network_time_min"].tolist() == [40, 60]
    assert by_time.features["limit_left_pct"].tolist() == [0, -50]


def test_what_cannot_be_measured_is_unknown() -> None:
    """A site off the road, one whose road meets no other, and a missing tonnage."""
    roads = ROADS | {"s": road((0, 5000), (9000, 5000))}
    sites = {
        "A": site(95_000, 2000.002),
        "B": site(100, 5000),
        "C": site(0, 2000.0, bulk_t_per_year=None),
        "D": site(90_000),
    }
    result = found(sites, roads=roads)
    assert excluded(result, SHARE) == {
        "A": ("unknown", "farther from any road than the snap limit"),
        "B": ("unknown", "no way leads to any of the named terminals"),
    }
    assert bounds(result.measures[SHARE]) == (25, 50, 75)
    assert excluded(result, BULK)["C"] == ("unknown", "bulk tonnage is missing")
    most = 500_000_000 + 200_000
    assert bounds(result.measures[BULK]) == (0, 0, Fraction(100 * most, most + 100_000))


def test_a_terminal_off_the_road_leaves_the_sites_outside_in_doubt() -> None:
    """Its catchment is not known; a site inside another one is inside all the same."""
    terminals = {"T1": terminal(0, "North Port"), "T2": terminal(90_000, "South Base", y=2001.0)}
    result = found({"A": site(0), "B": site(70_000)}, terminals)
    assert result.features["category"].tolist() == ["inside", "unknown"]
    assert "beyond the snap limit" in result.warnings[1].en
    assert result.tables["terminals"]["is_on_network"].tolist() == [True, False, False]


def test_a_site_of_later_is_out_of_scope() -> None:
    """Approved on the day counts, and so does one without a date; one that moves none has none."""
    result = found({
        "A": site(0, approved_on=pd.Timestamp(2025, 12, 31)),
        "B": site(0, approved_on=pd.Timestamp(2026, 1, 1)),
        "C": site(90_000, bulk_t_per_year=0.0),
    })
    assert bounds(result.measures[SHARE]) == (50, 50, 50)
    assert bounds(result.measures[BULK]) == (100, 100, 100)
    assert excluded(result, BULK) == {
        "B": ("out_of_scope", "not approved by that day"),
        "C": ("out_of_scope", "moves no bulk goods"),
    }


def test_counties_add_up() -> None:
    """Sites and tonnes, by county and by kind."""
    west = {"name": "West", "geometry": box(499_000, 4_689_000, 510_000, 4_691_000)}
    counties = to_layer(Counties, {"100001": west})
    result = found({"A": site(0), "B": site(90_000, kind="mine")}, counties=counties)
    assert rollup(result, SHARE, "county_name") == {"": (0, 1, 0), "West": (1, 1, 0)}
    assert rollup(result, BULK, "kind") == {"mine": (0, 100_000, 0), "plant": (100_000,) * 2 + (0,)}


def test_no_sites_and_no_names() -> None:
    """Nothing in scope; without a list no site is in a catchment."""
    layers = to_layer(FreightTerminals, TERMINALS), to_layer(Roads, ROADS)
    sites = to_layer(FreightSites, {"A": site(0)})
    empty = analyse(sites.iloc[:0], *layers, as_of=DAY, named_terminals=NAMED)
    assert {m.value for m in empty.measures.values()} == {None}
    assert analyse(sites, *layers, as_of=DAY).measures[SHARE].value == 0


@pytest.mark.parametrize(
    "given",
    [
        {"named_terminals": ("A", "a")},
        {"limit_by": "cost"},
        {"catchment_limit_m": 0.0},
        {"snap_limit_m": -1.0},
        {"speed_trunk_km_per_h": 0.0},
    ],
)
def test_wrong_parameters_are_refused(given: dict[str, Any]) -> None:
    """Names that stand twice, a limit that there is not, and values of nothing."""
    with pytest.raises(ParameterError):
        found({"A": site(0)}, **given)


def test_degrees_are_refused() -> None:
    """Ways are in metres."""
    sites = to_layer(FreightSites, {"A": site(0)}).to_crs(4490)
    with pytest.raises(CRSError):
        analyse(sites, to_layer(FreightTerminals, TERMINALS), to_layer(Roads, ROADS), as_of=DAY)
