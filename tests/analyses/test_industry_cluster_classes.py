"""Surveyed clusters: a class or a gap, treated by a day or not."""

from datetime import date

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import box

from tieling_geo.analyses.industry_cluster_classes import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import merge_results
from tieling_geo.schemas import Counties, IndustryClusters

DAY = date(2025, 12, 31)
CLASSED, TREATED = "clusters_with_class_share", "clusters_treated_share"
ROWS: dict[str, Row] = {
    "J3": {
        "treatment_class": "upgrade",
        "treatment_status": "completed",
        "treated_on": "2025-12-31",
    },
    "J2": {
        "treatment_class": "upgrade",
        "treatment_status": "completed",
        "treated_on": "2026-01-01",
    },
    "J1": {"treatment_status": "completed", "treated_on": "2024-01-01"},
    "J4": {"treatment_class": "close", "treatment_status": "completed"},
    "J5": {"treatment_class": "merge", "treatment_status": "in_progress"},
}


def clusters() -> gpd.GeoDataFrame:
    """Lay the clusters out side by side."""
    rows = {
        key: {"geometry": box(100 * n, 0, 100 * n + 50, 50), **row}
        for n, (key, row) in enumerate(ROWS.items())
    }
    frame: gpd.GeoDataFrame = to_layer(IndustryClusters, rows)
    return frame


COUNTIES = {
    "211201": {"name": "West", "geometry": box(-50, -50, 175, 150)},
    "211202": {"name": "East", "geometry": box(175, -50, 950, 150)},
}


def test_a_cluster_without_a_class_is_a_gap() -> None:
    """Four of five have one; two of four known are treated by the day, one has no date."""
    found = analyse(clusters(), as_of=DAY)
    assert bounds(found.measures[CLASSED]) == (80, 80, 80)
    assert bounds(found.measures["clusters_without_class"]) == (1, 1, 1)
    assert found.against[CLASSED] == ("J1",)
    assert bounds(found.measures[TREATED]) == (40, 50, 60)
    assert found.against["clusters_not_treated"] == ("J2", "J5")
    assert excluded(found, TREATED) == {"J4": ("unknown", "finished, but no date says when")}
    assert excluded(found, CLASSED) == {}
    assert found.features["category"].tolist() == [
        "treated",
        "not_treated",
        "no_class",
        "unknown",
        "not_treated",
    ]
    assert found.features["days_since_treatment"].tolist()[:2] == [0, -1]


def test_rolled_up_by_class_and_county() -> None:
    """What each class has treated; parts merged are the whole."""
    counties = to_layer(Counties, COUNTIES)
    found = analyse(clusters(), counties=counties, as_of=DAY)
    assert rollup(found, TREATED, "treatment_class") == {
        "": (1, 1, 0),
        "close": (0, 0, 1),
        "merge": (0, 1, 0),
        "upgrade": (1, 2, 0),
    }
    assert rollup(found, CLASSED, "county_name") == {"West": (2, 2, 0), "East": (2, 3, 0)}
    parts = [clusters().loc[["J3", "J2"]], clusters().loc[["J1", "J4", "J5"]]]
    merged = merge_results(analyse(part, counties=counties, as_of=DAY) for part in parts)
    assert merged.measures == found.measures


def test_nothing_and_degrees() -> None:
    """An empty layer has no value; one in degrees is an error."""
    assert analyse(clusters()[:0], as_of=DAY).measures[CLASSED].value is None
    with pytest.raises(CRSError):
        analyse(clusters().to_crs(4490), as_of=DAY)
