"""Hazardous waste against capacity: small problems that can be solved by hand."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import LineString, Point, box

from tieling_geo.analyses.hazardous_waste_allocation import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.schemas import Counties, HazardousWasteFacilities, HazardousWasteGenerators, Roads

DAY = date(2025, 12, 31)
SHARE, LEFT, HAUL = "need_met_share", "need_remaining", "hazardous_waste_haul"
MOST = 10_000_000
VALID = {"licensed_on": "2020-01-01", "expires_on": "2025-12-31"}


def sites(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out generators of used oil."""
    plain = {"waste_class": "HW08"}
    named = {name: {**plain, "site_id": name, **row} for name, row in rows.items()}
    return to_layer(HazardousWasteGenerators, named)


def works(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out capacities for used oil, each of a plant of its own."""
    plain = {"waste_class": "HW08", **VALID}
    named = {name: {**plain, "facility_id": name, **row} for name, row in rows.items()}
    return to_layer(HazardousWasteFacilities, named)


def t(x_km: float, amount: float | None, **row: object) -> Row:
    """Generate so much at so many kilometres."""
    return {"geometry": Point(1000 * x_km, 0), "generated_t_per_year": amount, **row}


def room(x_km: float, amount: float | None, **row: object) -> Row:
    """Take so much at so many kilometres."""
    return {"geometry": Point(1000 * x_km, 0), "capacity_t_per_year": amount, **row}


def test_as_much_as_can_be_and_then_as_near() -> None:
    """A (30 t) is nearest to F, but B (20 t) has only F in reach of little haul: by hand."""
    found = analyse(
        sites(A=t(0, 30.0), B=t(10, 20.0)), works(F=room(4, 25.0), G=room(-2, 20.0)), as_of=DAY
    )
    # 45 of 50 t fit. G: 20 t of A over 2 km. F: 10 t of A over 4 km, 15 t of B over 6 km.
    assert bounds(found.measures[SHARE]) == (90, 90, 90)
    assert bounds(found.measures[LEFT]) == (5, 5, 5)
    assert bounds(found.measures[HAUL]) == (170, 170, 170)
    table = found.tables["allocation"]
    assert table[
        ["source_id", "facility_id", "t_per_year", "haul_km", "t_km"]
    ].to_numpy().tolist() == [
        ["A", "F", 10.0, 4.0, 40.0],
        ["A", "G", 20.0, 2.0, 40.0],
        ["B", "F", 15.0, 6.0, 90.0],
    ]
    assert set(table["distance_kind"]) == {"straight_line"}
    assert found.features["category"].to_dict() == {"A": "treated", "B": "partly"}
    assert found.features["left_t_per_year"].tolist() == [0.0, 5.0]
    assert found.against == {SHARE: ("B",), LEFT: ("B",), HAUL: ()}
    assert len(found.warnings) == 1


def test_classes_do_not_mix_and_are_told_one_by_one() -> None:
    """Room for oil takes no acid; a class that nobody treats is left over, and listed."""
    acid = {"waste_class": "HW34"}
    found = analyse(
        sites(A=t(0, 10.0), B=t(0, 30.0, **acid)),
        works(F=room(1, 40.0), G=room(1, 99.0, waste_class="HW09")),
        as_of=DAY,
    )
    assert found.measures[SHARE].value == 25
    assert found.features["category"].to_dict() == {"A": "treated", "B": "left"}
    by_class = found.tables["capacity_by_class"].set_index("waste_class")
    told = ["need_t_per_year", "capacity_t_per_year", "left_over_t_per_year", "spare_t_per_year"]
    assert by_class.loc["HW08", told].tolist() == [10, 40, 0, 30]
    assert by_class.loc["HW34", told].tolist() == [30, 0, 30, 0]
    assert by_class.loc["HW09", told].tolist() == [0, 99, 0, 99]
    assert by_class.loc["HW08", "capacity_over_need_pct"] == 400
    assert found.tables["without_route"]["source_id"].tolist() == ["B"]
    assert rollup(found, SHARE, "waste_class") == {"HW08": (10, 10, 0), "HW34": (0, 30, 0)}


@pytest.mark.parametrize(
    ("licence", "value", "high"),
    [
        ({"expires_on": "2025-12-31"}, 100, 100),
        ({"expires_on": "2025-12-30"}, 0, 0),
        ({"licensed_on": "2025-12-31"}, 100, 100),
        ({"licensed_on": "2026-01-01", "expires_on": "2027-01-01"}, 0, 0),
        ({"expires_on": None}, 0, 100),
        ({"licensed_on": "2025-01-01", "expires_on": "2024-01-01"}, 0, 100),
        ({"capacity_t_per_year": None}, 0, 100),
        ({"capacity_t_per_year": 0.0}, 0, 0),
    ],
)
def test_a_licence_is_valid_or_not_or_unknown(licence: Row, value: int, high: int) -> None:
    """Both ends of a licence count; what is missing gives nothing, and may give all."""
    found = analyse(sites(A=t(0, 10.0)), works(F={**room(1, 10.0), **licence}), as_of=DAY)
    assert bounds(found.measures[SHARE]) == (value, value, high)
    is_known = value == high
    assert len(found.warnings) == (1 if is_known else 3)


def test_an_amount_that_nobody_knows() -> None:
    """It may be nothing, just what room is left, or the most that the schema takes."""
    found = analyse(
        sites(A=t(0, 10.0), B=t(0, None), C=t(0, 0.0)), works(F=room(1, 15.0)), as_of=DAY
    )
    assert bounds(found.measures[SHARE]) == (Fraction(1500, MOST + 10), 100, 100)
    assert bounds(found.measures[LEFT]) == (0, 0, MOST - 5)
    low, value, high = bounds(found.measures[HAUL])
    assert (low, value) == (10, 10)
    assert high == 15
    assert excluded(found, SHARE) == {
        "B": ("unknown", "the amount generated is missing"),
        "C": ("out_of_scope", "nothing is generated"),
    }
    assert found.features["category"].to_dict() == {"A": "treated", "B": "unknown", "C": "nothing"}
    assert (found.measures[SHARE].counted, found.measures[SHARE].excluded) == (1, 1)


def test_no_gram_is_lost() -> None:
    """Thirds of a tonne in decimals of grams: totals are exact."""
    amounts = {f"S{n}": t(n, 0.333333 + n / 7) for n in range(9)}
    found = analyse(sites(**amounts), works(F=room(3, 2.0), G=room(5, 1.234567)), as_of=DAY)
    need = sum(Fraction(str(round(0.333333 + n / 7, 6))) for n in range(9))
    share = found.measures[SHARE]
    assert share.estimate.numerator == Fraction("3.234567")
    assert share.estimate.denominator == need
    assert found.measures[LEFT].value == need - Fraction("3.234567")
    assert sum(v for v, *_ in rollup(found, SHARE, "county_name").values()) == Fraction("3.234567")


def test_along_the_roads() -> None:
    """Round a corner; on an island and far from roads nothing is treated, though there is room."""
    roads = to_layer(
        Roads,
        {
            "r1": {
                "road_class": "local",
                "geometry": LineString([(0, 0), (3000, 0), (3000, 4000)]),
            },
            "r2": {"road_class": "local", "geometry": LineString([(0, 9000), (9000, 9000)])},
        },
    )
    found = analyse(
        sites(
            A=t(0, 10.0),
            B={**t(0, 10.0), "geometry": Point(0, 9000)},
            C={**t(0, 10.0), "geometry": Point(0, -2000.01)},
            D={**t(0, 10.0), "geometry": Point(0, -2000)},
        ),
        works(F={**room(0, 90.0), "geometry": Point(3000, 4000)}),
        roads=roads,
        as_of=DAY,
    )
    assert found.features["category"].to_dict() == {
        "A": "treated",
        "B": "no_route",
        "C": "no_route",
        "D": "treated",
    }
    assert found.features["haul_km"].to_dict()["A"] == 7.0
    assert found.measures[HAUL].value == 140
    assert found.measures[SHARE].value == 50
    assert found.warnings == ()
    lost = found.tables["without_route"]
    assert lost["source_id"].tolist() == ["B", "C"]
    assert lost["reason_en"].tolist() == [
        "no way leads to any destination",
        "farther from any road than the snap limit",
    ]
    assert set(found.tables["allocation"]["distance_kind"]) == {"network"}


def test_counties_add_up() -> None:
    """The roll-up holds every gram, and every site without a county."""
    counties = to_layer(Counties, {"211201": {"name": "West", "geometry": box(-9000, -9, 5000, 9)}})
    found = analyse(
        sites(A=t(0, 10.0), B=t(8, 5.0), C=t(1, None)),
        works(F=room(1, 12.0)),
        counties=counties,
        as_of=DAY,
    )
    assert rollup(found, SHARE, "county_name") == {"West": (10, 10, 1), "": (2, 5, 0)}


def test_nothing_generated_is_no_pass() -> None:
    """No source: no value; no facility: nothing is met."""
    empty = analyse(sites(), works(F=room(0, 1.0)), as_of=DAY)
    assert all(measure.value is None for measure in empty.measures.values())
    alone = analyse(sites(A=t(0, 1.0)), works(), as_of=DAY)
    assert bounds(alone.measures[SHARE]) == (0, 0, 0)


def test_what_is_wrong_is_refused() -> None:
    """Degrees, and a snap limit below zero."""
    layer = sites(A=t(0, 1.0))
    with pytest.raises(CRSError):
        analyse(layer.set_crs(4490, allow_override=True), works(), as_of=DAY)
    roads = to_layer(
        Roads, {"r": {"road_class": "local", "geometry": LineString([(0, 0), (9, 0)])}}
    )
    with pytest.raises(ParameterError):
        analyse(layer, works(F=room(0, 1.0)), roads=roads, as_of=DAY, snap_limit_m=-1.0)
