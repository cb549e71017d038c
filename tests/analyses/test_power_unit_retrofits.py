"""Three retrofits and ultra-low emissions: all four, by the day, blanks are not done."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point

from tieling_geo.analyses.power_unit_retrofits import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import merge_results
from tieling_geo.schemas import PowerUnits

DAY = date(2025, 12, 31)
SHARE, LEFT = "coal_units_retrofitted_share", "coal_units_not_retrofitted"
STEPS = ("saving_retrofit_on", "heat_retrofit_on", "flexibility_retrofit_on", "ultra_low_on")
ALL = {**dict.fromkeys(STEPS, "2025-12-31"), "fuel": "coal", "geometry": Point(1, 1)}


def units(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out units that have all four on the day, but for what a row says."""
    return to_layer(PowerUnits, {name: {**ALL, **row} for name, row in rows.items()})


def test_all_four_by_the_day() -> None:
    """On the day counts (closed), a day later does not, and nor does a blank."""
    found = analyse(
        units(
            A={},
            B={"ultra_low_on": "2026-01-01"},
            C={"heat_retrofit_on": None},
            D=dict.fromkeys(STEPS),
        ),
        as_of=DAY,
    )
    assert found.features["category"].tolist() == ["all_done", "partly", "partly", "none_done"]
    assert found.features["retrofits_left"].tolist() == [0, 1, 1, 4]
    assert bounds(found.measures[SHARE]) == (25, 25, 25)
    assert found.against[LEFT] == ("B", "C", "D")


def test_the_status_table() -> None:
    """One row a unit that is or may be in service; which of the four are done."""
    found = analyse(units(B={"ultra_low_on": None}, A={"fuel": None}, C={"fuel": "gas"}), as_of=DAY)
    table = found.tables["status"]
    assert table["unit_id"].tolist() == ["A", "B"]
    assert table["ultra_low_done"].tolist() == [True, False]
    assert table["saving_retrofit_done"].tolist() == [True, True]


def test_what_is_not_known() -> None:
    """A fuel, dates the wrong way round: unknown; what is closed is out."""
    found = analyse(
        units(
            A={},
            B={"fuel": None, "ultra_low_on": None},
            C={"commissioned_on": "2020-01-01", "retired_on": "2019-01-01"},
            D={"retired_on": "2025-12-31"},
        ),
        as_of=DAY,
    )
    assert {k: v[0] for k, v in excluded(found, SHARE).items()} == {
        "B": "unknown",
        "C": "unknown",
        "D": "out_of_scope",
    }
    assert bounds(found.measures[SHARE]) == (Fraction(100, 2), 100, 100)
    assert found.features["category"].tolist() == ["all_done", "unknown", "unknown", "out_of_scope"]


def test_parts_add_up_and_nothing_is_no_pass() -> None:
    """Two parts make the whole; no unit has no value."""
    layer = units(A={"is_chp": True}, B={"ultra_low_on": None, "is_chp": False}, C={})
    found = analyse(layer, as_of=DAY)
    assert rollup(found, SHARE, "output") == {
        "": (1, 1, 0),
        "heat_and_power": (1, 1, 0),
        "power": (0, 1, 0),
    }
    parts = [analyse(layer.loc[ids], as_of=DAY) for ids in (["C"], ["A", "B"])]
    assert merge_results(parts).measures == found.measures
    assert analyse(layer.iloc[:0], as_of=DAY).measures[SHARE].value is None
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), as_of=DAY)
