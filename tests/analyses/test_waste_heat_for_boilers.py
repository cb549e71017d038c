"""Waste heat for coal boilers: each limit itself, gaps that matter and gaps that do not."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point

from tieling_geo.analyses.waste_heat_for_boilers import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import merge_results
from tieling_geo.schemas import Boilers, WasteHeatSources

DAY = date(2025, 12, 31)
SHARE, LEFT = "coal_boilers_near_waste_heat_share", "coal_boilers_without_waste_heat"


def boilers(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out coal boilers of 10 t/h (7 MW) for heating, but for what a row says."""
    plain = {
        "fuel": "coal",
        "status": "operating",
        "use": "heating",
        "capacity_t_per_h": 10.0,
        "geometry": Point(0, 0),
    }
    return to_layer(Boilers, {name: {**plain, **row} for name, row in rows.items()})


def sources(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out sources of 7 MW and 200 degrees at the origin, but for what a row says."""
    plain = {"heat_mw": 7.0, "temperature_degc": 200.0, "geometry": Point(0, 0)}
    return to_layer(WasteHeatSources, {name: {**plain, **row} for name, row in rows.items()})


@pytest.mark.parametrize(
    ("boiler", "source", "category"),
    [
        ({}, {}, "near"),
        ({}, {"heat_mw": 6.9}, "none"),
        ({"capacity_mw": 6.9}, {"heat_mw": 6.9}, "near"),
        ({}, {"geometry": Point(5000, 0)}, "near"),
        ({}, {"geometry": Point(5000.001, 0)}, "none"),
        ({}, {"temperature_degc": 60.0}, "near"),
        ({}, {"temperature_degc": 59.9}, "none"),
        ({"use": "process"}, {"temperature_degc": 170.0}, "near"),
        ({"use": "process"}, {"temperature_degc": 169.9}, "none"),
        ({}, {"available_from": "2025-12-31"}, "near"),
        ({}, {"available_from": "2026-01-01"}, "none"),
        ({"use": "power"}, {}, "out_of_scope"),
        ({"fuel": "gas"}, {}, "out_of_scope"),
        ({"status": "standby"}, {}, "near"),
        ({"status": "retired", "retired_on": "2025-12-31"}, {}, "out_of_scope"),
        ({"status": "retired", "retired_on": "2026-01-01"}, {}, "near"),
        # What is not known, and whether it matters.
        ({"fuel": None}, {}, "unknown"),
        ({"use": None}, {}, "unknown"),
        ({"status": None}, {}, "unknown"),
        ({"capacity_t_per_h": None}, {}, "unknown"),
        ({"capacity_t_per_h": None}, {"temperature_degc": 20.0}, "none"),
        ({}, {"heat_mw": None}, "unknown"),
        ({}, {"temperature_degc": None}, "unknown"),
        ({}, {"temperature_degc": None, "heat_mw": 1.0}, "none"),
        ({}, {"temperature_degc": None, "geometry": Point(9000, 0)}, "none"),
    ],
)
def test_each_limit_and_each_gap(boiler: Row, source: Row, category: str) -> None:
    """One boiler and one source."""
    found = analyse(boilers(A=boiler), sources(S=source), as_of=DAY)
    assert found.features["category"].tolist() == [category]
    kinds = [kind for kind, _ in excluded(found, SHARE).values()]
    assert kinds == {"unknown": ["unknown"], "out_of_scope": ["out_of_scope"]}.get(category, [])


def test_the_nearest_that_suffices() -> None:
    """Not the cold one that is nearer; ties go to the lowest number; several may share one."""
    found = analyse(
        boilers(A={}, B={"geometry": Point(100, 0)}, C={"geometry": Point(99_000, 0)}),
        sources(
            T={"geometry": Point(300, 0)},
            S={"geometry": Point(-300, 0)},
            R={"temperature_degc": 20.0},
        ),
        as_of=DAY,
    )
    assert found.features["source_id"].tolist()[:2] == ["S", "T"]
    assert pd.isna(found.features["source_id"].iloc[2])
    assert found.features["within_reach_m"].tolist()[:2] == [4700.0, 4800.0]
    assert found.tables["nearest_sources"].to_dict("list") == {
        "boiler_id": ["A", "B"],
        "use": ["heating"] * 2,
        "source_id": ["S", "T"],
        "source_distance_m": [300.0, 200.0],
        "heat_mw": [7.0, 7.0],
    }
    assert found.against[LEFT] == ("C",)


def test_a_gap_beside_a_sure_source_does_not_matter() -> None:
    """Another source decides; without it the bounds are wide."""
    gap = {"heat_mw": None}
    sure = analyse(boilers(A={}), sources(S={}, T=gap), as_of=DAY)
    assert bounds(sure.measures[SHARE]) == (100, 100, 100)
    doubt = analyse(boilers(A={}, B={"geometry": Point(99_000, 0)}), sources(T=gap), as_of=DAY)
    assert bounds(doubt.measures[SHARE]) == (0, 0, 50)
    assert bounds(doubt.measures[LEFT]) == (1, 1, 2)


def test_parts_add_up_and_nothing_is_no_pass() -> None:
    """By use; two parts make the whole; no boiler, no source."""
    layer = boilers(A={}, B={"use": "process"}, C={"geometry": Point(99_000, 0)})
    found = analyse(layer, sources(S={}), as_of=DAY)
    assert rollup(found, SHARE, "use") == {"heating": (1, 2, 0), "process": (1, 1, 0)}
    assert found.measures[SHARE].value == Fraction(200, 3)
    parts = [analyse(layer.loc[i], sources(S={}), as_of=DAY) for i in (["C"], ["A", "B"])]
    assert merge_results(parts).measures == found.measures
    assert analyse(layer.iloc[:0], sources(S={}), as_of=DAY).measures[SHARE].value is None
    assert bounds(analyse(layer, sources(), as_of=DAY).measures[LEFT]) == (3, 3, 3)
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), sources(S={}), as_of=DAY)
