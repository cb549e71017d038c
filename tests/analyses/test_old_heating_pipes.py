"""Old heating pipes: the age itself, years that are missing or later, lengths by group."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import LineString, box

from tieling_geo.analyses.old_heating_pipes import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import merge_results
from tieling_geo.schemas import Counties, HeatingPipes

DAY = date(2025, 6, 30)
SHARE, LENGTH = "heating_pipes_not_old_share", "old_heating_pipes_length"
COUNTIES = {
    "211201": {"name": "West", "geometry": box(0, 0, 500, 1000)},
    "211202": {"name": "East", "geometry": box(500, 0, 1000, 1000)},
}


def pipes(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out pipes of 100 m, but for what a row says."""
    plain = {"installed_year": 2020, "geometry": LineString([(100, 100), (160, 180)])}
    return to_layer(HeatingPipes, {name: {**plain, **row} for name, row in rows.items()})


def test_the_age_itself_is_old() -> None:
    """20 years count (closed), 19 do not; half a year makes no difference."""
    found = analyse(pipes(A={"installed_year": 2005}, B={"installed_year": 2006}), as_of=DAY)
    assert found.features["category"].tolist() == ["old", "not_old"]
    assert found.features["years_over_age"].tolist() == [0, -1]
    assert bounds(found.measures[LENGTH]) == (Fraction(1, 10),) * 3
    assert bounds(found.measures[SHARE]) == (50, 50, 50)
    assert found.against[LENGTH] == ("A",)
    other = analyse(pipes(A={"installed_year": 2005}), as_of=DAY, old_age_years=20.5)
    assert other.features["category"].tolist() == ["not_old"]


def test_years_that_are_missing_or_later() -> None:
    """Missing is unknown and may be old; a later year is not laid yet; this year's is."""
    found = analyse(
        pipes(
            A={"installed_year": 1990},
            B={"installed_year": None},
            C={"installed_year": 2026},
            D={"installed_year": 2025},
        ),
        as_of=DAY,
    )
    assert found.features["category"].tolist() == ["old", "unknown", "out_of_scope", "not_old"]
    assert bounds(found.measures[LENGTH]) == (Fraction(1, 10), Fraction(1, 10), Fraction(2, 10))
    assert bounds(found.measures[SHARE]) == (Fraction(100, 3), 50, Fraction(200, 3))
    assert excluded(found, LENGTH) == {
        "B": ("unknown", "year of laying is missing"),
        "C": ("out_of_scope", "not laid by that year"),
    }


def test_groups_add_up() -> None:
    """Classes of diameter are closed below; every group column adds up to the whole."""
    layer = pipes(
        A={"diameter_mm": 149.0, "network_id": "N1", "installed_year": 1990},
        B={"diameter_mm": 150.0, "network_id": "N1"},
        C={"diameter_mm": 400.0, "network_id": "N2", "geometry": LineString([(600, 0), (600, 50)])},
        D={"kind": "trunk"},
    )
    counties = to_layer(Counties, COUNTIES)
    found = analyse(layer, counties=counties, as_of=DAY)
    assert rollup(found, SHARE, "diameter_class") == {
        "": (100, 100, 0),
        "from_400": (50, 50, 0),
        "up_to_150": (0, 100, 0),
        "150_to_400": (100, 100, 0),
    }
    assert rollup(found, SHARE, "network_id") == {
        "": (100, 100, 0),
        "N1": (100, 200, 0),
        "N2": (50, 50, 0),
    }
    assert rollup(found, SHARE, "county_name") == {"East": (50, 50, 0), "West": (200, 300, 0)}
    parts = [analyse(layer.loc[i], counties=counties, as_of=DAY) for i in (["C"], ["A", "B", "D"])]
    assert merge_results(parts).measures == found.measures


def test_a_pipe_across_a_border_stands_once() -> None:
    """In the county with the lowest code, and flagged."""
    layer = pipes(A={"geometry": LineString([(450, 0), (550, 0)])})
    found = analyse(layer, counties=to_layer(Counties, COUNTIES), as_of=DAY)
    assert found.features[["county_name", "border_case"]].to_numpy().tolist() == [["West", True]]
    assert analyse(layer.iloc[:0], as_of=DAY).measures[LENGTH].value is None
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), as_of=DAY)
