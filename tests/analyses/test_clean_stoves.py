"""Clean heating and loose coal: by hand, the border of coverage, the rank, and what is unknown."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.clean_stoves import analyse
from tieling_geo.errors import CRSError
from tieling_geo.schemas import Counties, HeatingSupplyAreas, Villages

DAY = date(2025, 12, 31)
SHARE = "households_with_clean_stoves_share"
LEFT = "households_without_clean_stoves"
COAL, COVERED = "loose_coal_households_left", "loose_coal_households_in_coverage"
Numbers = tuple[int | None, int | None, int | None]


def villages(*rows: Numbers, x: tuple[float, ...] = ()) -> gpd.GeoDataFrame:
    """Lay out villages V0, V1, ...: households, clean, on loose coal; far off if not placed."""
    places = x or (9000.0,) * len(rows)
    table: dict[str, Row] = {
        f"V{n}": {
            "households": households,
            "clean_stove_households": clean,
            "loose_coal_households": coal,
            "town_name": "T",
            "geometry": Point(place, 500),
        }
        for n, ((households, clean, coal), place) in enumerate(zip(rows, places, strict=True))
    }
    return to_layer(Villages, table)


def supply(valid_from: str | None = None) -> gpd.GeoDataFrame:
    """Lay out a licensed square of 1 km."""
    day = pd.NaT if valid_from is None else pd.Timestamp(valid_from)
    return to_layer(
        HeatingSupplyAreas, {"H": {"valid_from": day, "geometry": box(0, 0, 1000, 1000)}}
    )


def test_households_are_weighed() -> None:
    """150 of 200 and 100 of 100: 250 of 300; 50 without, 40 of them on loose coal."""
    found = analyse(villages((200, 150, 40), (100, 100, 0), (0, 0, 0)), as_of=DAY)
    assert {name: measure.value for name, measure in found.measures.items()} == {
        SHARE: Fraction(25000, 300),
        LEFT: 50,
        COAL: 40,
    }
    assert found.features["category"].tolist() == ["left", "covered", "no_households"]
    assert found.features["households_without_clean"].fillna(-1).tolist() == [50, 0, -1]
    assert (found.against[SHARE], found.against[COAL]) == (("V0",), ("V0",))
    assert excluded(found, COAL) == {"V2": ("out_of_scope", "it has no households")}


@pytest.mark.parametrize(
    ("row", "reason", "left", "coal"),
    [
        # households, clean, coal -> why not; without clean heating; on loose coal (least, most)
        ((100, 70, 30), "", (30, 30), (30, 30)),  # together exactly all households
        ((100, 70, 31), "contradiction", (0, 100), (0, 100)),
        ((100, 101, None), "contradiction", (0, 100), (0, 100)),
        ((100, None, 101), "contradiction", (0, 100), (0, 100)),
        ((100, 70, None), "", (30, 30), (0, 30)),
        ((100, None, 30), "clean_missing", (30, 100), (30, 30)),
        ((100, None, None), "clean_missing", (0, 100), (0, 100)),
        ((100, None, 100), "", (100, 100), (100, 100)),  # all on coal: nobody is clean
        ((None, 70, 30), "households_missing", (30, 49_930), (30, 30)),
        ((None, 70, None), "households_missing", (0, 49_930), (0, 49_930)),
        ((None, None, 30), "households_missing", (30, 50_000), (30, 30)),
        ((None, None, None), "households_missing", (0, 50_000), (0, 50_000)),
        ((None, 40_000, 20_000), "contradiction", (0, 50_000), (0, 50_000)),
    ],
)
def test_what_is_not_known_is_bounded(
    row: Numbers, reason: str, left: tuple[int, int], coal: tuple[int, int]
) -> None:
    """Between what is known and the households, or the schema's limit."""
    found = analyse(villages(row), as_of=DAY)
    assert found.features["reason"].tolist() == [reason]
    assert (found.features["category"] == "unknown").tolist() == [bool(reason)]
    for name, ends in ((LEFT, left), (COAL, coal)):
        measure = found.measures[name]
        assert (measure.low.value("household"), measure.high.value("household")) == ends
        assert measure.excluded == (ends[0] != ends[1])


def test_coal_that_is_known_to_be_left_weighs_against_full_coverage() -> None:
    """All of 100, and of 100 at least 40 on coal: at most 160 of 200, so surely not all."""
    found = analyse(villages((100, 100, 0), (100, None, 40)), as_of=DAY).measures[SHARE]
    assert bounds(found) == (50, Fraction(10000, 140), 80)
    assert (found.counted, found.excluded) == (1, 1)


def test_coal_in_coverage_goes_first() -> None:
    """Inside first, on the border (1 cm) too; then by number, then by id; without coal no rank."""
    layer = villages(
        (100, 10, 90),
        (100, 50, 40),
        (100, 50, 50),
        (100, 50, 50),
        (100, 100, 0),
        (100, 50, None),
        x=(1000.02, 1000.01, 500, 500, 500, 500),
    )
    found = analyse(layer, heating_supply_areas=supply(), as_of=DAY)
    assert found.features["priority"].fillna(0).tolist() == [4, 3, 1, 2, 0, 0]
    assert bounds(found.measures[COVERED]) == (140, 140, 190)
    assert bounds(found.measures[COAL]) == (230, 230, 280)
    assert found.against[COVERED] == ("V1", "V2", "V3")
    assert excluded(found, COVERED) == {
        "V0": ("out_of_scope", "outside the heating supply areas"),
        "V5": ("unknown", "the number on loose coal is missing"),
    }
    assert found.features["category"].tolist() == [
        "left",
        *["left_in_coverage"] * 3,
        "covered",
        "left_in_coverage",
    ]
    plain = analyse(layer, as_of=DAY)
    assert COVERED not in plain.measures
    assert plain.features["priority"].fillna(0).tolist() == [1, 4, 2, 3, 0, 0]
    assert plain.features["supply_margin_m"].isna().all()


@pytest.mark.parametrize(("since", "coal"), [("2025-12-31", 50), (None, 50), ("2026-01-01", None)])
def test_an_area_counts_from_its_licence(since: str | None, coal: int | None) -> None:
    """From its day on (closed), undated too; a later one covers nothing."""
    layer = villages((100, 50, 50), x=(500,))
    found = analyse(layer, heating_supply_areas=supply(since), as_of=DAY)
    assert found.measures[COVERED].value == coal


def test_groups_add_up() -> None:
    """Counties and towns hold the share's own numbers."""
    counties = to_layer(Counties, {"211201": {"name": "X", "geometry": box(0, 0, 1000, 1000)}})
    layer = villages((200, 150, 0), (100, None, 40), (50, 50, 0), x=(500, 500, 5000))
    found = analyse(layer, counties=counties, as_of=DAY)
    assert rollup(found, SHARE, "county_name") == {"": (50, 50, 0), "X": (150, 240, 1)}
    assert rollup(found, SHARE, "town_name") == {"T": (200, 290, 1)}


def test_an_empty_layer_has_no_value_and_degrees_are_refused() -> None:
    """No village, no value; a layer not in metres."""
    layer = villages((1, 1, 0))
    found = analyse(layer[:0], heating_supply_areas=supply(), as_of=DAY)
    assert {m.value for m in found.measures.values()} == {None}
    with pytest.raises(CRSError):
        analyse(layer.set_crs(4490, allow_override=True), as_of=DAY)
