"""Enterprises in parks: a row of them along a park's border, counted by hand."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.enterprises_in_parks import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.schemas import Counties, Enterprises, Parks

DAY = date(2025, 12, 31)
SHARE, BASE = "enterprises_in_parks_share", "enterprises_in_parks_share_in_base_year"
CHANGE = "enterprises_in_parks_share_change"
PARKS = to_layer(
    Parks,
    {
        "P1": {"name": "North", "geometry": box(0, 0, 100, 100)},
        "P2": {"name": "South", "geometry": box(100, 0, 200, 100)},
    },
)
COUNTIES = to_layer(
    Counties,
    {
        "211201": {"name": "West", "geometry": box(-900, -900, 150, 900)},
        "211202": {"name": "East", "geometry": box(150, -900, 900, 900)},
    },
)
MOST = 100_000_000


def sites(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out enterprises, each open since 2015 unless it says otherwise."""
    plain = {"opened_on": "2015-06-01", "output_wan_yuan": 100.0, "energy_tce": 10.0}
    return to_layer(Enterprises, {key: {**plain, **row} for key, row in rows.items()})


def test_by_count_output_and_energy() -> None:
    """Two of three inside by count, a tenth of the output, the border among them."""
    layer = sites(
        A={"geometry": Point(50, 50), "output_wan_yuan": 30.0, "energy_tce": 1.0},
        B={"geometry": Point(200, 50), "output_wan_yuan": 20.0, "sector": "food"},
        C={"geometry": Point(300, 50), "output_wan_yuan": 450.0, "sector": "food"},
    )
    found = analyse(layer, PARKS, counties=COUNTIES, as_of=DAY)
    assert bounds(found.measures[SHARE]) == (Fraction(200, 3),) * 3
    assert bounds(found.measures["output_in_parks_share"]) == (10, 10, 10)
    assert bounds(found.measures["energy_in_parks_share"]) == (Fraction(1100, 21),) * 3
    assert bounds(found.measures["enterprises_outside_parks"]) == (1, 1, 1)
    assert found.against[SHARE] == ("C",)
    assert found.features["park_margin_m"].tolist() == [50, 0, -100]
    assert found.features["category"].tolist() == ["inside", "inside", "outside"]
    assert rollup(found, SHARE, "county_name") == {"West": (1, 1, 0), "East": (1, 2, 0)}
    assert rollup(found, SHARE, "sector") == {"": (1, 1, 0), "food": (1, 2, 0)}
    assert rollup(found, "output_in_parks_share", "sector") == {
        "": (30, 30, 0),
        "food": (20, 470, 0),
    }
    assert found.tables["by_park"].to_numpy().tolist() == [
        ["P1", "North", 1, 0, 30.0, 1.0],
        ["P2", "South", 1, 0, 20.0, 10.0],
    ]


def test_on_the_border_of_two_parks_counts_once() -> None:
    """It goes to the lowest number; both parks together have one enterprise."""
    found = analyse(sites(A={"geometry": Point(100, 50)}), PARKS, as_of=DAY)
    assert found.features["park_id"].tolist() == ["P1"]
    assert found.tables["by_park"]["enterprises"].tolist() == [1, 0]
    # Less than a centimetre outside is still on the border, two are not.
    near = sites(A={"geometry": Point(-0.009, 50)}, B={"geometry": Point(-0.02, 50)})
    assert analyse(near, PARKS, as_of=DAY).features["category"].tolist() == ["inside", "outside"]


@pytest.mark.parametrize(
    ("opened", "closed", "category", "reason"),
    [
        ("2025-12-31", None, "inside", ""),
        ("2026-01-01", None, "not_operating", "not_yet"),
        ("2015-01-01", "2026-01-01", "inside", ""),
        ("2015-01-01", "2025-12-31", "not_operating", "closed"),
        (None, None, "inside", ""),
        ("2015-01-01", "2014-01-01", "unknown", "swapped"),
    ],
)
def test_what_operates_on_the_day(
    opened: str | None, closed: str | None, category: str, reason: str
) -> None:
    """It opens on its first day and is closed on its last; what contradicts itself is unknown."""
    row = {"opened_on": opened, "closed_on": closed, "geometry": Point(50, 50)}
    found = analyse(sites(A=row), PARKS, as_of=DAY)
    assert found.features.loc["A", ["category", "reason"]].tolist() == [category, reason]
    assert found.measures[SHARE].counted == int(category == "inside")
    assert found.measures[SHARE].excluded == int(category == "unknown")


def test_the_trend_since_the_base_year() -> None:
    """One of three inside in 2020, two of three in 2025: a third more, in percentage points."""
    layer = sites(
        A={"geometry": Point(50, 50), "opened_on": "2020-12-31"},
        B={"geometry": Point(60, 50), "opened_on": "2021-01-01"},
        C={"geometry": Point(300, 50)},
        D={"geometry": Point(310, 50), "closed_on": "2021-01-01"},
    )
    found = analyse(layer, PARKS, as_of=DAY)
    assert bounds(found.measures[BASE]) == (Fraction(100, 3),) * 3
    assert bounds(found.measures[CHANGE]) == (Fraction(100, 3),) * 3
    assert (found.measures[CHANGE].counted, found.measures[CHANGE].excluded) == (4, 0)
    assert found.tables["trend"]["day"].tolist() == ["2020-12-31", "2025-12-31"]
    assert found.tables["trend"]["counted"].tolist() == [3, 3]
    # A year later B was there on the base day already, and D no more.
    later = analyse(layer, PARKS, as_of=DAY, base_year=2021.0)
    assert bounds(later.measures[CHANGE]) == (0, 0, 0)


def test_without_a_date_of_opening_the_past_is_unknown() -> None:
    """It operates today; in 2020 it was there or not: 0 of 1, or 1 of 2."""
    layer = sites(A={"geometry": Point(50, 50), "opened_on": None}, B={"geometry": Point(300, 50)})
    found = analyse(layer, PARKS, as_of=DAY)
    assert bounds(found.measures[SHARE]) == (50, 50, 50)
    assert bounds(found.measures[BASE]) == (0, 0, 50)
    assert bounds(found.measures[CHANGE]) == (0, 50, 50)
    assert excluded(found, CHANGE) == {"A": ("unknown", "no date says if it was there then")}


def test_unknown_amounts_widen_the_bounds() -> None:
    """A missing output inside is zero, or the most that the ledger accepts."""
    layer = sites(
        A={"geometry": Point(50, 50), "output_wan_yuan": None},
        B={"geometry": Point(60, 50)},
        C={"geometry": Point(300, 50), "output_wan_yuan": 300.0},
    )
    share = analyse(layer, PARKS, as_of=DAY).measures["output_in_parks_share"]
    assert bounds(share) == (25, 25, Fraction(100 * (100 + MOST), 400 + MOST))
    assert (share.counted, share.excluded) == (2, 1)


def test_nothing_there_is_no_pass() -> None:
    """No enterprise: no value. No park: nobody is inside."""
    empty = analyse(Enterprises.empty("EPSG:4550"), PARKS, counties=COUNTIES, as_of=DAY)
    assert {m.value for m in empty.measures.values()} == {None}
    none = analyse(sites(A={"geometry": Point(5, 5)}), Parks.empty("EPSG:4550"), as_of=DAY)
    assert bounds(none.measures[SHARE]) == (0, 0, 0)
    assert none.features["park_margin_m"].isna().all()
    gone = analyse(sites(A={"geometry": Point(5, 5), "closed_on": "2019-01-01"}), PARKS, as_of=DAY)
    assert gone.measures[CHANGE].value is None


def test_the_index_is_kept_and_wrong_input_refused() -> None:
    """In the order given; degrees and a year that is none raise."""
    layer = sites(Z={"geometry": Point(5, 5)}, A={"geometry": Point(6, 5)})
    pd.testing.assert_index_equal(analyse(layer, PARKS, as_of=DAY).features.index, layer.index)
    for year in (2020.5, 2026.0, 0.0):
        with pytest.raises(ParameterError):
            analyse(layer, PARKS, as_of=DAY, base_year=year)
    for pair in ((layer.to_crs(4490), PARKS), (layer, PARKS.to_crs(4490))):
        with pytest.raises(CRSError):
            analyse(*pair, as_of=DAY)
