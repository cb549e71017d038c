"""Coal boilers in heating coverage: both methods, each threshold, and what is not known."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import LineString, Point, box

from tieling_geo.analyses.boilers_in_heating_coverage import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result, merge_results
from tieling_geo.schemas import Boilers, Counties, HeatingPipes, HeatingSupplyAreas

DAY = date(2025, 12, 31)
ON, AFTER = "2025-12-31", "2026-01-01"
SUPPLY = ("coal_boilers_retired_supply_area_share", "coal_boilers_remaining_supply_area")
PIPES = ("coal_boilers_retired_pipe_buffer_share", "coal_boilers_remaining_pipe_buffer")
#: A coal boiler at work in the middle of the supply area; each test changes what it is about.
PLAIN = {"fuel": "coal", "status": "operating", "geometry": Point(500, 500)}
#: A square of 1 km, and a pipe of 1 km along its southern border.
AREA = {"A": {"geometry": box(0, 0, 1000, 1000)}}
PIPE = {"P": {"geometry": LineString([(0, 0), (1000, 0)])}}
COUNTIES = {
    "211201": {"name": "West", "geometry": box(-9000, -9000, 500, 9000)},
    "211202": {"name": "East", "geometry": box(500, -9000, 9000, 9000)},
}


def boilers(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out boilers: what a row does not say is plain."""
    return to_layer(Boilers, {name: {**PLAIN, **row} for name, row in rows.items()})


def at(x: float, y: float, **row: object) -> Row:
    """Place a boiler, metres."""
    return {"geometry": Point(x, y), **row}


def supply(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out supply areas; without a word the square."""
    return to_layer(HeatingSupplyAreas, rows or AREA)


def pipes(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out pipes; without a word the one along the southern border."""
    return to_layer(HeatingPipes, rows or PIPE)


def by_area(layer: gpd.GeoDataFrame, **areas: Row) -> Result:
    """Ask by the licensed areas alone."""
    return analyse(layer, heating_supply_areas=supply(**areas), as_of=DAY)


def test_the_border_of_a_supply_area_counts() -> None:
    """On the border and within its tolerance of 1 cm: covered (closed)."""
    layer = boilers(on=at(0, 500), near=at(-0.01, 500), off=at(-0.02, 500), corner=at(1000, 1000))
    found = by_area(layer)
    assert found.features["category"].to_dict() == {
        "on": "remaining",
        "near": "remaining",
        "off": "outside",
        "corner": "remaining",
    }
    assert found.features["supply_margin_m"].tolist() == pytest.approx([0, -0.01, -0.02, 0])


def test_the_buffer_of_a_pipe_counts() -> None:
    """Exactly 500 m from the pipe, straight: covered (closed); two centimetres more: not."""
    layer = boilers(on=at(500, 500), off=at(500, 500.02), end=at(1300, 400), past=at(1300, 401))
    found = analyse(layer, heating_pipes=pipes(), as_of=DAY)
    assert found.features["category"].tolist() == ["remaining", "outside", "remaining", "outside"]
    assert found.features["pipe_margin_m"].tolist()[:3] == pytest.approx([0, -0.02, 0])
    assert set(found.measures) == set(PIPES)
    narrow = analyse(layer, heating_pipes=pipes(), as_of=DAY, pipe_buffer_m=499.98)
    assert narrow.features["category"].tolist()[0] == "outside"
    assert narrow.parameters["pipe_buffer_m"].value == 499.98
    assert narrow.parameters["pipe_buffer_m"].interval == "closed"


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        ({"status": "retired", "retired_on": ON}, "retired", ""),
        ({"status": "retired", "retired_on": AFTER}, "remaining", ""),
        ({"status": "standby"}, "remaining", ""),
        ({"status": None, "retired_on": ON}, "retired", ""),
        ({"retired_on": ON}, "unknown", "contradiction"),
        ({"status": "retired"}, "unknown", "undated"),
        ({"status": None}, "unknown", "status_unknown"),
        ({"fuel": None}, "unknown", "fuel_unknown"),
        ({"fuel": "gas"}, "not_coal", "not_coal"),
        ({"fuel": "gas", "status": None}, "not_coal", "not_coal"),
        ({"commissioned_on": ON}, "remaining", ""),
        ({"commissioned_on": AFTER}, "not_yet", "not_yet"),
        (at(5000, 500), "outside", "outside"),
        (at(5000, 500, fuel=None), "outside", "outside"),
    ],
)
def test_each_record_is_read_as_it_says(row: Row, category: str, reason: str) -> None:
    """Retired on the day counts, a day later does not; what contradicts itself is unknown."""
    found = by_area(boilers(B=row))
    assert found.features.loc["B", ["category", "reason"]].tolist() == [category, reason]
    share = found.measures[SUPPLY[0]]
    assert (share.counted, share.excluded) == (int(reason == ""), int(category == "unknown"))
    assert bool(excluded(found, SUPPLY[0])) == (reason != "")


def test_numbers_by_hand() -> None:
    """Two retired, one left, one undated, one without a fuel and at work; two out of scope."""
    layer = boilers(
        r1={"status": "retired", "retired_on": ON},
        r2={"status": "retired", "retired_on": "2020-01-01"},
        left={},
        undated={"status": "retired"},
        nofuel={"fuel": None},
        gas={"fuel": "gas"},
        far=at(5000, 5000),
    )
    found = by_area(layer)
    share, remaining = (found.measures[name] for name in SUPPLY)
    # Worst: the two unknown are coal and left, 2 of 5. Best: the undated one was retired in time
    # and the one without a fuel burns no coal, 3 of 4.
    assert bounds(share) == (Fraction(200, 5), Fraction(200, 3), Fraction(300, 4))
    assert bounds(remaining) == (1, 1, 3)
    assert (share.counted, share.excluded) == (3, 2)
    assert found.against == {SUPPLY[0]: ("left",), SUPPLY[1]: ("left",)}
    assert excluded(found, SUPPLY[1]) == {
        "far": ("out_of_scope", "outside the heating coverage"),
        "gas": ("out_of_scope", "not a coal boiler"),
        "nofuel": ("unknown", "fuel is missing"),
        "undated": ("unknown", "retired, but no date says when"),
    }


def test_methods_stand_side_by_side_and_are_never_mixed() -> None:
    """One coal boiler left in each cell of the 2 x 2 table; the licensed area decides the map."""
    layer = boilers(
        both=at(500, 400),
        area=at(500, 600),
        pipe=at(500, -500),
        neither=at(500, -501),
        gas=at(500, 400, fuel="gas"),
        gone=at(500, 400, status="retired", retired_on=ON),
        unknown=at(500, 400, status=None),
    )
    found = analyse(layer, heating_supply_areas=supply(), heating_pipes=pipes(), as_of=DAY)
    table = found.tables["methods"]
    assert table.to_dict("records") == [
        {"boiler_id": "area", "supply_area": True, "pipe_buffer": False},
        {"boiler_id": "both", "supply_area": True, "pipe_buffer": True},
        {"boiler_id": "neither", "supply_area": False, "pipe_buffer": False},
        {"boiler_id": "pipe", "supply_area": False, "pipe_buffer": True},
    ]
    assert table.groupby(["supply_area", "pipe_buffer"]).size().tolist() == [1, 1, 1, 1]
    assert found.measures[SUPPLY[1]].value == 2
    assert found.measures[PIPES[1]].value == 2
    assert found.against[SUPPLY[1]] == ("area", "both")
    assert found.against[PIPES[1]] == ("both", "pipe")
    assert found.features.loc[["area", "pipe"], "category"].tolist() == ["remaining", "outside"]
    assert set(found.excluded["measure"]) == {*SUPPLY, *PIPES}


def test_the_map_may_show_the_other_method_and_no_number_moves() -> None:
    """A method whose layer is not there is not replaced by another, unless that is named, too."""
    layer = boilers(area=at(500, 600), pipe=at(500, -500))
    layers = {"heating_supply_areas": supply(), "heating_pipes": pipes(), "as_of": DAY}
    found = analyse(layer, **layers, shown_methods=("pipe_buffer",))
    assert found.features["category"].tolist() == ["outside", "remaining"]
    assert found.parameters["shown_methods"].value == ("pipe_buffer",)
    assert found.measures == analyse(layer, **layers).measures
    only = {"heating_supply_areas": supply(), "as_of": DAY}
    lacking = analyse(layer, **only, shown_methods=("pipe_buffer",))
    assert lacking.features["category"].tolist() == ["unknown", "unknown"]
    other = analyse(layer, **only, shown_methods=("pipe_buffer", "supply_area"))
    assert other.features["category"].tolist() == ["remaining", "outside"]
    with pytest.raises(ParameterError, match="shown_methods: no method"):
        analyse(layer, **layers, shown_methods=("buffer",))


def test_without_a_layer_its_measures_are_left_out() -> None:
    """No supply areas and no pipes: nothing is claimed, and every boiler is unknown."""
    layer = boilers(a={}, b={"fuel": "gas"})
    nothing = analyse(layer, as_of=DAY)
    assert (dict(nothing.measures), dict(nothing.tables)) == ({}, {})
    assert nothing.features["category"].tolist() == ["unknown", "unknown"]
    assert nothing.features["supply_margin_m"].isna().all()
    assert set(by_area(layer).measures) == set(SUPPLY)
    assert by_area(layer).tables == {}


@pytest.mark.parametrize(
    ("valid_from", "category"), [(ON, "remaining"), (AFTER, "outside"), (None, "remaining")]
)
def test_an_area_covers_from_the_day_of_its_licence(valid_from: str | None, category: str) -> None:
    """The day itself counts (closed); an area without a date counts."""
    area = {"geometry": box(0, 0, 1000, 1000), "valid_from": valid_from}
    found = by_area(boilers(B={}), A=area)
    assert found.features["category"].tolist() == [category]
    assert found.features["supply_margin_m"].isna().tolist() == [category == "outside"]


@pytest.mark.parametrize(
    ("year", "category"), [(2025, "remaining"), (2026, "outside"), (None, "remaining")]
)
def test_a_pipe_covers_from_the_year_it_was_laid(year: int | None, category: str) -> None:
    """The year of the day counts (closed); a pipe without a year counts."""
    pipe = {"geometry": LineString([(0, 0), (1000, 0)]), "installed_year": year}
    found = analyse(boilers(B={}), heating_pipes=pipes(P=pipe), as_of=DAY)
    assert found.features["category"].tolist() == [category]


def test_a_boiler_in_two_areas_counts_once() -> None:
    """Areas that overlap or touch are one: the border between them is no border."""
    overlapping = {
        "A": {"geometry": box(0, 0, 600, 1000)},
        "B": {"geometry": box(400, 0, 1000, 1000)},
    }
    found = by_area(boilers(mid={}), **overlapping)
    assert found.measures[SUPPLY[1]].value == 1
    assert found.features.loc["mid", "supply_margin_m"] == pytest.approx(500)


def test_counties_are_by_geometry_and_a_border_is_flagged() -> None:
    """A boiler on the county border is the lowest code's, once, and flagged."""
    layer = boilers(
        west=at(100, 100),
        border=at(500, 500, status="retired", retired_on=ON, county="East"),
        east=at(900, 900, status=None),
    )
    found = analyse(
        layer,
        heating_supply_areas=supply(),
        counties=to_layer(Counties, COUNTIES),
        as_of=DAY,
    )
    assert found.features["county_name"].to_dict() == {
        "west": "West",
        "border": "West",
        "east": "East",
    }
    assert found.features["border_case"].tolist() == [False, True, False]
    assert rollup(found, SUPPLY[0], "county_name") == {"East": (0, 0, 1), "West": (1, 2, 0)}


def test_an_empty_layer_is_no_error() -> None:
    """No boiler: nothing in scope. No area: nothing covered, and no margin to measure."""
    empty = Boilers.empty("EPSG:4550")
    none = analyse(empty, heating_supply_areas=supply(), heating_pipes=pipes(), as_of=DAY)
    assert len(none.features) == 0
    assert all(measure.in_scope == 0 for measure in none.measures.values())
    assert len(none.tables["methods"]) == 0
    no_area = analyse(
        boilers(B={}), heating_supply_areas=HeatingSupplyAreas.empty("EPSG:4550"), as_of=DAY
    )
    assert no_area.measures[SUPPLY[1]].in_scope == 0
    assert no_area.features["supply_margin_m"].isna().all()


def test_the_index_is_kept() -> None:
    """Whatever the order of the rows, each result stands at its feature."""
    layer = boilers(z={}, a=at(5000, 0), m={"fuel": "gas"})
    found = by_area(layer).features
    assert found.index.tolist() == ["z", "a", "m"]
    assert found["category"].tolist() == ["remaining", "outside", "not_coal"]


def test_parts_add_up_with_both_methods() -> None:
    """One boiler a part: tables, measures and lists are those of the whole."""
    layer = boilers(a=at(500, 400), b=at(500, 600), c=at(500, -100), d={"status": None})
    layers = {"heating_supply_areas": supply(), "heating_pipes": pipes(), "as_of": DAY}
    whole = analyse(layer, **layers)
    merged = merge_results([analyse(layer.loc[[name]], **layers) for name in layer.index])
    assert merged.measures == whole.measures
    assert merged.against == whole.against
    pd.testing.assert_frame_equal(merged.tables["methods"], whole.tables["methods"])


def test_degrees_are_refused() -> None:
    """Distances are not taken in degrees, of whichever layer."""
    good = boilers(B={})
    with pytest.raises(CRSError, match="boilers"):
        analyse(good.to_crs(4490), as_of=DAY)
    with pytest.raises(CRSError):
        analyse(good, heating_supply_areas=supply().to_crs(4490), as_of=DAY)
    with pytest.raises(CRSError):
        analyse(good, heating_pipes=pipes().to_crs(4490), as_of=DAY)
