"""Small coal units: the limit of size, the day of retirement, and what is not known."""

from datetime import date

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point

from tieling_geo.analyses.old_coal_units import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import merge_results
from tieling_geo.schemas import PowerUnits

DAY = date(2025, 12, 31)
SHARE, LEFT = "old_coal_units_retired_share", "old_coal_units_remaining"
PLAIN = {"fuel": "coal", "electric_mw": 50.0, "is_chp": True, "geometry": Point(1, 1)}


def units(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out small coal units, but for what a row says."""
    return to_layer(PowerUnits, {name: {**PLAIN, **row} for name, row in rows.items()})


def test_the_limit_is_open() -> None:
    """A unit exactly of 300 MW is not small, one just below is."""
    found = analyse(units(A={"electric_mw": 300.0}, B={"electric_mw": 299.0}), as_of=DAY)
    assert found.features["category"].tolist() == ["out_of_scope", "remaining"]
    assert found.features["below_small_unit_mw"].tolist() == [0.0, 1.0]
    assert found.parameters["small_unit_mw"].interval == "open"
    other = analyse(units(A={"electric_mw": 300.0}), as_of=DAY, small_unit_mw=300.5)
    assert other.features["category"].tolist() == ["remaining"]


def test_retired_by_the_day() -> None:
    """On the day counts (closed), later does not; a blank is not retired."""
    found = analyse(
        units(A={"retired_on": "2025-12-31"}, B={"retired_on": "2026-01-01"}, C={}), as_of=DAY
    )
    assert found.features["category"].tolist() == ["retired", "remaining", "remaining"]
    assert bounds(found.measures[LEFT]) == (2, 2, 2)
    assert found.against[LEFT] == ("B", "C")
    assert found.tables["units"]["unit_id"].tolist() == ["A", "B", "C"]


def test_what_is_not_known() -> None:
    """Size, fuel, dates the wrong way round; gas and what is not there yet are out."""
    found = analyse(
        units(
            A={},
            B={"electric_mw": None, "retired_on": "2020-01-01"},
            C={"fuel": None},
            D={"commissioned_on": "2024-01-01", "retired_on": "2020-01-01"},
            E={"fuel": "gas", "electric_mw": None},
            F={"commissioned_on": "2026-01-01"},
        ),
        as_of=DAY,
    )
    # B may be retired or out, C left or out, D either.
    assert bounds(found.measures[LEFT]) == (1, 1, 3)
    assert bounds(found.measures[SHARE])[0] == 0
    assert bounds(found.measures[SHARE])[2] == pytest.approx(200 / 3)
    assert {k: v[0] for k, v in excluded(found, LEFT).items()} == {
        "B": "unknown",
        "C": "unknown",
        "D": "unknown",
        "E": "out_of_scope",
        "F": "out_of_scope",
    }
    assert found.tables["units"]["unit_id"].tolist() == ["A", "B", "C", "D"]


def test_parts_add_up() -> None:
    """By output; two parts make the whole; no unit has no value."""
    layer = units(A={"retired_on": "2020-01-01"}, B={"is_chp": False}, C={})
    found = analyse(layer, as_of=DAY)
    assert rollup(found, SHARE, "output") == {"heat_and_power": (1, 2, 0), "power": (0, 1, 0)}
    parts = [analyse(layer.loc[ids], as_of=DAY) for ids in (["C"], ["A", "B"])]
    assert merge_results(parts).measures == found.measures
    assert analyse(layer.iloc[:0], as_of=DAY).measures[SHARE].value is None
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), as_of=DAY)
