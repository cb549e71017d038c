"""Gaps of sewage collection: area, slivers, people, overlaps and boundaries of the wrong year."""

from datetime import date

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import box

from tieling_geo.analyses.sewer_gaps import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Measure, Result
from tieling_geo.schemas import BuiltupAreas, Counties, PopulationAreas, SewerServiceAreas

DAY = date(2025, 12, 31)
SHARE, GAP, PEOPLE, SLIVERS, SLIVER_AREA = (
    "builtup_area_served_share",
    "sewer_gap_area_remaining",
    "residents_in_sewer_gaps",
    "slivers_set_aside",
    "sliver_area",
)
Box = tuple[float, float, float, float]


def at(a: float, b: float, c: float, d: float):  # noqa: ANN201 - a shape
    """Place a box where the working CRS is true to scale, metres."""
    return box(500_000 + a, 4_690_000 + b, 500_000 + c, 4_690_000 + d)


def towns(**boxes: tuple[Box, Row] | Box) -> gpd.GeoDataFrame:
    """Lay out cities bounded in 2020, each of its own name."""
    rows = {}
    for key, given in boxes.items():
        shape, row = given if len(given) == 2 else (given, {})
        known = {"name": key, "scope": "city", "boundary_year": 2020}
        rows[key] = {**known, **row, "geometry": at(*shape)}
    return to_layer(BuiltupAreas, rows)


def served(*boxes: Box, since: str | None = None) -> gpd.GeoDataFrame:
    """Lay out service areas."""
    rows = {f"S{n}": {"geometry": at(*shape), "valid_from": since} for n, shape in enumerate(boxes)}
    return to_layer(SewerServiceAreas, rows)


def ask(areas: gpd.GeoDataFrame, covers: gpd.GeoDataFrame, **values: object) -> Result:
    """Ask on the day."""
    return analyse(areas, covers, as_of=DAY, **values)  # type: ignore[arg-type]


def close(measure: Measure, low: float, value: float, high: float) -> bool:
    """Tell whether bounds are what the boxes say; ellipsoidal areas differ by parts per million."""
    found = [float(end) for end in bounds(measure)]  # type: ignore[arg-type]
    return found == pytest.approx([low, value, high], rel=2e-5, abs=1e-9)


TOWN = (0.0, 0.0, 1000.0, 1000.0)


def test_a_gap_is_what_no_service_area_reaches() -> None:
    """A quarter of 1 km2 is left, and one that is served beyond its border has none."""
    found = ask(
        towns(A=TOWN, B=(2000, 0, 3000, 1000)),
        served((0, 0, 500, 1000), (500, 0, 1000, 500), (1900, -50, 3100, 1050)),
    )
    assert close(found.measures[SHARE], 87.5, 87.5, 87.5)
    assert close(found.measures[GAP], 0.25, 0.25, 0.25)
    assert found.features["category"].tolist() == ["gaps", "served"]
    assert found.features["served_pct"].tolist() == pytest.approx([75, 100], rel=1e-6)
    assert found.features["gaps"].tolist() == [1, 0]
    assert found.against[SHARE] == ("A",)
    [row] = found.tables["gaps"].to_dict("records")
    assert (row["gap_id"], row["builtup_areas"]) == ("G001", "A")
    assert row["area_m2"] == pytest.approx(250_000, rel=1e-5)
    assert not found.warnings


def test_slivers_are_set_aside_and_told() -> None:
    """A strip of 5 m, a corner under 2,500 m2, and a gap of 100 m: only the last is a gap."""
    found = ask(towns(A=TOWN), served((5, 0, 900, 1000), (900, 0, 1000, 960)))
    assert bounds(found.measures[SLIVERS]) == (1, 1, 1)
    assert close(found.measures[SLIVER_AREA], 5000, 5000, 5000)
    assert close(found.measures[GAP], 0.004, 0.004, 0.004)
    assert close(found.measures[SHARE], 99.6, 99.6, 99.6)
    assert found.tables["slivers"]["gap_id"].tolist() == ["S001"]
    assert found.features[["gaps", "slivers"]].to_numpy().tolist() == [[1, 1]]
    assert len(found.warnings) == 1
    wider = ask(
        towns(A=TOWN), served((5, 0, 900, 1000), (900, 0, 1000, 960)), sliver_area_m2=4100.0
    )
    assert wider.measures[SLIVERS].value == 2
    assert wider.measures[SHARE].value == 100
    assert wider.features["category"].tolist() == ["served"]
    assert wider.against[SHARE] == ()
    none = ask(towns(A=TOWN), served((5, 0, 1000, 1000)), sliver_area_m2=0.0, sliver_width_m=0.0)
    assert close(none.measures[SHARE], 99.5, 99.5, 99.5)


@pytest.mark.parametrize(
    ("since", "share"), [(None, 100), ("2025-12-31", 100), ("2026-01-01", 0), ("2010-01-01", 100)]
)
def test_service_counts_from_its_first_day(since: str | None, share: int) -> None:
    """Closed; without a date it counts."""
    assert ask(towns(A=TOWN), served(TOWN, since=since)).measures[SHARE].value == share


def test_ground_in_two_areas_counts_once() -> None:
    """Two towns share half; the gap across both is one part, and its area is not doubled."""
    found = ask(towns(A=TOWN, B=(500, 0, 1500, 1000)), served((0, 0, 400, 1000)))
    assert close(found.measures[SHARE], 400 / 15, 400 / 15, 400 / 15)
    assert close(found.measures[GAP], 1.1, 1.1, 1.1)
    assert len(found.tables["gaps"]) == 1
    assert found.tables["gaps"]["builtup_areas"].tolist() == ["A;B"]
    assert found.features["gap_m2"].tolist() == pytest.approx([600_000, 500_000], rel=1e-5)


def test_slivers_are_judged_before_areas_part_them() -> None:
    """A gap of 60 m across a border is no sliver because the border parts it into 30 and 30."""
    areas = towns(A=TOWN, B=(1000, 0, 2000, 1000))
    found = ask(areas, served((0, 0, 970, 1000), (1030, 0, 2000, 1000)), sliver_width_m=40.0)
    assert found.measures[SLIVERS].value == 0
    assert close(found.measures[GAP], 0.06, 0.06, 0.06)


def test_the_boundary_of_the_year_counts() -> None:
    """2025 counts on its last day, 2026 not yet; another scope never."""
    areas = towns(
        A=TOWN,
        B=((0, 0, 2000, 1000), {"name": "A", "boundary_year": 2025}),
        C=((0, 0, 9000, 1000), {"name": "A", "boundary_year": 2026}),
        D=((0, 5000, 1000, 6000), {"scope": "county_town"}),
    )
    found = ask(areas, served(TOWN))
    assert close(found.measures[SHARE], 50, 50, 50)
    assert {key: why for key, (_, why) in excluded(found, SHARE).items()} == {
        "A": "another boundary of this area is used",
        "C": "another boundary of this area is used",
        "D": "of a scope that is not asked about",
    }


def test_an_area_with_only_later_boundaries_may_be_a_gap() -> None:
    """1 km2 served beside 1 km2 of which nobody knows; a strip may grow into a gap."""
    later = ((2000, 0, 3000, 1000), {"boundary_year": 2026})
    found = ask(towns(A=TOWN, B=later), served((4, 0, 1000, 1000)))
    assert close(found.measures[SHARE], 49.8, 100, 100)
    assert close(found.measures[GAP], 0, 0, 1.004)
    assert close(found.measures[SLIVER_AREA], 0, 4000, 1_004_000)
    assert bounds(found.measures[SLIVERS]) == (0, 1, None)
    assert found.features["category"].tolist() == ["served", "unknown"]
    assert excluded(found, SHARE) == {"B": ("unknown", "no boundary of that year or earlier")}
    assert (found.measures[SHARE].counted, found.measures[SHARE].excluded) == (1, 1)


def test_people_in_gaps_by_area() -> None:
    """A fifth of the town's 5,000; a cell without a number and bare ground up to 20,000 a km2."""
    cells = to_layer(
        PopulationAreas,
        {
            "P": {"geometry": at(0, 0, 1000, 500), "residents": 5000},
            "Q": {"geometry": at(0, 500, 1000, 750)},
        },
    )
    found = ask(towns(A=TOWN), served((0, 0, 800, 1000)), population_areas=cells)
    # Gap: 200 m wide. In P 0.1 km2 of 0.5; in Q 0.05 km2; under none 0.05 km2.
    assert close(found.measures[PEOPLE], 1000, 1000, 1000 + 1000 + 1000)
    assert found.features["residents_in_gaps"].tolist() == pytest.approx([1000], rel=1e-5)
    assert found.tables["gaps"]["residents"].tolist() == pytest.approx([1000], rel=1e-5)
    without = ask(towns(A=TOWN), served((0, 0, 800, 1000)))
    assert PEOPLE not in without.measures
    assert without.features["residents_in_gaps"].isna().all()


def test_people_beyond_an_unknown_boundary() -> None:
    """All who live within it may live in a gap, and those on slivers, too."""
    cells = to_layer(PopulationAreas, {"P": {"geometry": at(0, 0, 3000, 1000), "residents": 3000}})
    later = ((2000, 0, 3000, 1000), {"boundary_year": 2026})
    found = ask(towns(A=TOWN, B=later), served((4, 0, 1000, 1000)), population_areas=cells)
    assert close(found.measures[PEOPLE], 0, 0, 1000 + 4)


def test_counties_add_up() -> None:
    """By a point inside the built-up area."""
    county = to_layer(Counties, {"211201": {"name": "C", "geometry": at(0, 0, 1500, 1000)}})
    found = analyse(
        towns(A=TOWN, B=(2000, 0, 3000, 1000)),
        served((0, 0, 500, 1000)),
        counties=county,
        as_of=DAY,
    )
    parts = rollup(found, SHARE, "county_name")
    assert float(parts["C"][0] / parts["C"][1]) == pytest.approx(0.5)
    assert parts[""][0] == 0
    share = found.measures[SHARE].estimate
    assert sum(row[0] for row in parts.values()) == share.numerator
    assert sum(row[1] for row in parts.values()) == share.denominator


def test_no_service_area_and_no_town() -> None:
    """All is a gap; nothing is nothing, which is no pass."""
    found = ask(towns(A=TOWN), SewerServiceAreas.empty("EPSG:4550"))
    assert found.measures[SHARE].value == 0
    empty = ask(BuiltupAreas.empty("EPSG:4550"), served(TOWN))
    assert [(m.in_scope, m.value) for m in empty.measures.values()] == [(0, None)] * 4
    other = ask(towns(A=(TOWN, {"scope": "town"})), served(TOWN))
    assert other.measures[SHARE].in_scope == 0


def test_nonsense_is_refused() -> None:
    """Wrong values, and degrees in any of the layers."""
    for values in (
        {"builtup_scope": "cities"},
        {"sliver_area_m2": -1.0},
        {"sliver_width_m": -1.0},
    ):
        with pytest.raises(ParameterError):
            ask(towns(A=TOWN), served(TOWN), **values)
    with pytest.raises(CRSError):
        ask(towns(A=TOWN).to_crs(4490), served(TOWN))
    with pytest.raises(CRSError):
        ask(towns(A=TOWN), served(TOWN).to_crs(4490))
    cells = PopulationAreas.empty("EPSG:4490")
    with pytest.raises(CRSError):
        ask(towns(A=TOWN), served(TOWN), population_areas=cells)
