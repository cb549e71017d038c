"""New large data centres: the greatest measured PUE, and what the unknown could make of it."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.data_centre_pue import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, DataCentres

DAY = date(2025, 12, 31)
MEASURED, DESIGN = "greatest_new_data_centre_pue", "greatest_new_data_centre_design_pue"
SHARE, OVER = "new_data_centres_within_cap_share", "new_data_centres_over_cap"
NEW: Row = {
    "size_class": "large",
    "design_pue": 1.25,
    "measured_pue": 1.3,
    "measured_on": "2025-12-31",
    "commissioned_on": "2021-01-01",
}


def centres(**rows: Row) -> gpd.GeoDataFrame:
    """Lay data centres out 100 m apart."""
    return to_layer(
        DataCentres,
        {key: {"geometry": Point(100 * n, 0), **row} for n, (key, row) in enumerate(rows.items())},
    )


def ask(**rows: Row) -> Result:
    """Ask as of the day."""
    return analyse(centres(**rows), as_of=DAY)


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        (NEW, "within_cap", ""),
        ({**NEW, "measured_pue": 1.301}, "over_cap", ""),
        ({**NEW, "size_class": "hyperscale"}, "within_cap", ""),
        ({**NEW, "size_class": "medium", "racks": 2999}, "out_of_scope", "smaller than large"),
        ({**NEW, "size_class": None, "racks": 3000}, "within_cap", ""),
        ({**NEW, "size_class": None, "racks": 2999}, "out_of_scope", "smaller than large"),
        (
            {**NEW, "size_class": "small", "racks": 3000},
            "unknown",
            "its class contradicts its racks",
        ),
        ({**NEW, "size_class": None}, "unknown", "neither class nor racks are stated"),
        (
            {**NEW, "commissioned_on": "2020-12-31"},
            "out_of_scope",
            "in service by the end of the base year",
        ),
        ({**NEW, "commissioned_on": "2025-12-31"}, "within_cap", ""),
        ({**NEW, "commissioned_on": "2026-01-01"}, "out_of_scope", "not in service by that day"),
        ({**NEW, "commissioned_on": None}, "unknown", "date of commissioning is missing"),
        ({**NEW, "measured_pue": None}, "unknown", "not measured"),
        ({**NEW, "measured_on": "2026-01-01"}, "unknown", "measured only after that day"),
        ({**NEW, "measured_on": None}, "unknown", "measured, but no date says when"),
        ({**NEW, "measured_on": "2020-06-01"}, "unknown", "measured before it came into service"),
    ],
)
def test_one_centre(row: Row, category: str, reason: str) -> None:
    """The cap, the racks and the day are closed, the base year is open; a blank never passes."""
    found = ask(A=row)
    assert found.features["category"].tolist() == [category]
    kind = "out_of_scope" if category == "out_of_scope" else "unknown"
    assert excluded(found, MEASURED) == ({"A": (kind, reason)} if reason else {})
    assert excluded(found, SHARE) == excluded(found, MEASURED)


def test_the_greatest_decides_and_design_stays_apart() -> None:
    """One within by design and over as measured; the design of a smaller one counts nowhere."""
    found = ask(A=NEW, B={**NEW, "design_pue": 1.28, "measured_pue": 1.34}, C={**NEW, "racks": 9})
    assert bounds(found.measures[MEASURED]) == (Fraction("1.34"),) * 3
    assert bounds(found.measures[DESIGN]) == (Fraction("1.28"),) * 3
    assert bounds(found.measures[OVER]) == (1, 1, 1)
    assert found.against[MEASURED] == found.against[OVER] == ("B",)
    assert found.against[DESIGN] == ()
    assert found.features["pue_below_cap"].tolist() == [0, -0.04, 0]


def test_an_unmeasured_centre_may_be_the_worst() -> None:
    """It lies between 1 and the schema's 5: with one at 1.3 known, never below 1.3."""
    blank = {**NEW, "measured_pue": None, "design_pue": None}
    found = ask(A=NEW, B=blank)
    assert bounds(found.measures[MEASURED]) == (Fraction("1.3"), Fraction("1.3"), 5)
    assert (found.measures[MEASURED].counted, found.measures[MEASURED].excluded) == (1, 1)
    assert excluded(found, DESIGN) == {"B": ("unknown", "no design value")}
    alone = ask(B=blank).measures[MEASURED]
    assert (alone.value, alone.low.value("pue"), alone.high.value("pue")) == (None, 1, 5)


def test_a_centre_that_may_be_in_scope_brings_its_own_value() -> None:
    """No class and no racks, measured at 1.45: it counts at most with that."""
    found = ask(A=NEW, B={**NEW, "size_class": None, "measured_pue": 1.45})
    assert bounds(found.measures[MEASURED]) == (
        Fraction("1.3"),
        Fraction("1.3"),
        Fraction("1.45"),
    )
    assert bounds(found.measures[SHARE]) == (50, 100, 100)


def test_another_base_year_and_other_racks() -> None:
    """The parameters are used: open at the year, closed at the racks."""
    layer = centres(A={**NEW, "size_class": None, "racks": 5000})
    assert analyse(layer, as_of=DAY, base_year=2021.0).measures[MEASURED].in_scope == 0
    assert analyse(layer, as_of=DAY, large_racks=5001.0).measures[MEASURED].in_scope == 0
    found = analyse(layer, as_of=DAY, hyperscale_racks=5000.0, pue_cap=1.29)
    assert found.features["size_used"].tolist() == ["hyperscale"]
    assert found.against[OVER] == ("A",)


def test_counties_add_up_and_the_index_is_kept() -> None:
    """The share is rolled up; a greatest value is not."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-50, -50, 50, 50)},
            "211202": {"name": "East", "geometry": box(50, -50, 250, 50)},
        },
    )
    layer = centres(B=NEW, A={**NEW, "measured_pue": 1.5})
    found = analyse(layer, counties=counties, as_of=DAY)
    assert found.features.index.tolist() == ["B", "A"]
    assert rollup(found, SHARE, "county_name") == {"West": (1, 1, 0), "East": (0, 1, 0)}
    assert set(found.rollups["measure"]) == {SHARE}


def test_nothing_and_degrees() -> None:
    """An empty layer has no value; one in degrees is an error."""
    layer = centres(A=NEW)
    assert {m.value for m in analyse(layer[:0], as_of=DAY).measures.values()} == {None}
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), as_of=DAY)
