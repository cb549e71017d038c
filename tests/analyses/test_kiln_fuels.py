"""Kilns in use by fuel, treatment and place, on layouts that can be counted by hand."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.kiln_fuels import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result, merge_results
from tieling_geo.schemas import Counties, IndustryClusters, Kilns

DAY = date(2025, 12, 31)
CLEAN, TREATED, COAL = "kilns_on_clean_energy_share", "kilns_treated_share", "kilns_coal_use"
GAS: Row = {"fuel": "gas", "status": "operating", "treatment_status": "not_started"}
BURNS: Row = {**GAS, "fuel": "coal", "coal_t_per_year": 1000.5}
MOST = 20_000_000


def kilns(**rows: Row) -> gpd.GeoDataFrame:
    """Lay kilns out 100 m apart."""
    return to_layer(
        Kilns,
        {key: {"geometry": Point(100 * n, 0), **row} for n, (key, row) in enumerate(rows.items())},
    )


def ask(**rows: Row) -> Result:
    """Ask as of the day."""
    return analyse(kilns(**rows), as_of=DAY)


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        (GAS, "clean", ""),
        ({**GAS, "fuel": "waste_heat", "status": "standby"}, "clean", ""),
        ({**GAS, "fuel": "biomass"}, "other", ""),
        (BURNS, "other", ""),
        (
            {**BURNS, "treatment_status": "completed", "treated_on": "2025-12-31"},
            "other_treated",
            "",
        ),
        ({**BURNS, "treatment_status": "completed", "treated_on": "2026-01-01"}, "other", ""),
        ({**GAS, "fuel": None}, "unknown", "fuel is missing"),
        ({**GAS, "status": None}, "unknown", "status is missing"),
        (
            {**GAS, "retired_on": "2025-12-31"},
            "unknown",
            "status contradicts the date of retirement",
        ),
        ({**GAS, "retired_on": "2026-01-01"}, "clean", ""),
        ({**GAS, "status": "retired"}, "unknown", "retired, but no date says when"),
        (
            {**GAS, "status": "retired", "retired_on": "2025-12-31"},
            "out_of_scope",
            "retired by that day",
        ),
        ({**GAS, "status": "retired", "retired_on": "2026-01-01"}, "clean", ""),
    ],
)
def test_one_kiln(row: Row, category: str, reason: str) -> None:
    """A kiln retired on the day is gone; what is missing or at odds is unknown."""
    found = ask(A=row)
    assert found.features["category"].tolist() == [category]
    kind = "out_of_scope" if category == "out_of_scope" else "unknown"
    assert excluded(found, CLEAN) == ({"A": (kind, reason)} if reason else {})


def test_shares_and_bounds() -> None:
    """Two of three known are clean; no fuel goes both ways; treated on the day counts."""
    found = ask(
        A={**GAS, "treatment_status": "completed", "treated_on": "2025-12-31"},
        B={**GAS, "fuel": "electricity", "treatment_status": "completed"},
        C=BURNS,
        D={**GAS, "fuel": None},
    )
    assert bounds(found.measures[CLEAN]) == (50, Fraction(200, 3), 75)
    assert bounds(found.measures[TREATED]) == (25, Fraction(100, 3), 50)
    assert bounds(found.measures["kilns_not_on_clean_energy"]) == (1, 1, 2)
    assert found.against[CLEAN] == ("C",)
    assert found.against[TREATED] == ("C", "D")
    assert excluded(found, TREATED) == {"B": ("unknown", "finished, but no date says when")}


def test_coal_is_that_of_coal_kilns_in_use() -> None:
    """Coke counts; a retired one does not; a missing amount is nothing or the most allowed."""
    found = ask(
        A=BURNS,
        B={**BURNS, "fuel": "coke", "coal_t_per_year": 200.0},
        C={**BURNS, "status": "retired", "retired_on": "2024-01-01"},
        D=GAS,
        E={**BURNS, "coal_t_per_year": None},
        F={**BURNS, "fuel": None, "coal_t_per_year": 50.0},
        G={**GAS, "status": None},
        H={**BURNS, "status": None, "coal_t_per_year": 7.0},
    )
    known = Fraction(2401, 2)
    assert bounds(found.measures[COAL]) == (known, known, known + MOST + 57)
    assert (found.measures[COAL].counted, found.measures[COAL].excluded) == (2, 3)
    assert excluded(found, COAL) == {
        "C": ("out_of_scope", "retired by that day"),
        "D": ("out_of_scope", "burns no coal"),
        "E": ("unknown", "its use of coal is missing"),
        "F": ("unknown", "fuel is missing"),
        "G": ("out_of_scope", "burns no coal"),
        "H": ("unknown", "status is missing"),
    }


def test_places_and_the_table() -> None:
    """On a cluster's border is inside; without the layer no place is told; parts add up."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-50, -50, 150, 50)},
            "211202": {"name": "East", "geometry": box(150, -50, 950, 50)},
        },
    )
    clusters = to_layer(IndustryClusters, {"J1": {"geometry": box(-10, -10, 100, 10)}})
    layer = kilns(A=GAS, B=BURNS, C=BURNS, D={**GAS, "status": "retired", "retired_on": "2020-1-1"})
    layers = {"counties": counties, "industry_clusters": clusters}
    found = analyse(layer, **layers, as_of=DAY)
    assert found.features["place"].tolist() == ["inside", "inside", "outside", "outside"]
    assert found.features["cluster_id"].tolist()[:2] == ["J1", "J1"]
    assert rollup(found, CLEAN, "place") == {"inside": (1, 2, 0), "outside": (0, 1, 0)}
    assert rollup(found, CLEAN, "fuel") == {"coal": (0, 2, 0), "gas": (1, 1, 0)}
    assert rollup(found, CLEAN, "county_name") == {"West": (1, 2, 0), "East": (0, 1, 0)}
    assert found.tables["fuels"].to_numpy().tolist() == [
        ["East", "coal", "outside", 1, 0, 1000.5, 0],
        ["West", "coal", "inside", 1, 0, 1000.5, 0],
        ["West", "gas", "inside", 1, 0, 0.0, 1],
    ]
    parts = [analyse(layer.loc[ids], **layers, as_of=DAY) for ids in (["A", "B"], ["C", "D"])]
    assert merge_results(parts).measures == found.measures
    assert set(ask(A=GAS).features["place"]) == {"no_cluster_layer"}


def test_other_lists() -> None:
    """Biomass may be declared clean; a fuel of no kiln, or on both lists, is refused."""
    layer = kilns(A={**GAS, "fuel": "biomass"})
    assert analyse(layer, as_of=DAY, clean_fuels=("biomass",)).measures[CLEAN].value == 100
    with pytest.raises(ParameterError):
        analyse(layer, as_of=DAY, clean_fuels=("wood",))
    with pytest.raises(ParameterError):
        analyse(layer, as_of=DAY, clean_fuels=("coal",))


def test_nothing_and_degrees() -> None:
    """An empty layer has no value; one in degrees is an error."""
    layer = kilns(A=GAS)
    assert {m.value for m in analyse(layer[:0], as_of=DAY).measures.values()} == {None}
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), as_of=DAY)
