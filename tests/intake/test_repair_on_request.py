"""
Invalid outlines, from the file to the layer.

| Outline | Not asked for repair | Asked for it |
|---|---|---|
| a square with a spike | rejected | accepted, flagged with both areas: they are equal |
| a bow tie | rejected | rejected: a repair would make an area of nothing |
| a square | accepted | accepted, as it was |
"""

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Polygon, box

from tieling_geo.readers import read_layer
from tieling_geo.records import Card, Layer, ReadOptions

CARD = Card("某局", "内部使用", "2025-12-31", "cgcs2000")
SQUARE = box(123.8, 42.2, 123.9, 42.3)
SPIKE = Polygon([
    *((123.8, 42.2), (123.9, 42.2), (123.9, 42.3), (123.9, 42.35), (123.9, 42.3), (123.8, 42.3))
])
BOW_TIE = Polygon([(123.8, 42.2), (123.9, 42.3), (123.9, 42.2), (123.8, 42.3)])


@pytest.fixture
def parks(tmp_path: Path) -> Path:
    """Write three parks."""
    frame = gpd.GeoDataFrame(
        {"编号": ["P1", "P2", "P3"], "名称": ["甲", "乙", "丙"]},
        geometry=[SPIKE, BOW_TIE, SQUARE],
        crs="EPSG:4490",
    )
    path = tmp_path / "parks.gpkg"
    frame.to_file(path, driver="GPKG")
    return path


def area_m2(layer: Layer) -> float:
    """Add up the control total of the accepted rows."""
    total = layer.accounts[1].control_accepted
    assert total is not None
    return total


def test_nothing_is_repaired_unasked(parks: Path) -> None:
    """Both are rejected, each with the place of its fault and what to do."""
    layer = read_layer("parks", parks, card=CARD)
    assert layer.features.index.tolist() == ["P3"]
    assert layer.rejected["row"].tolist() == [1, 2]
    assert all("--repair" in reason for reason in layer.rejected["reason_en"])
    assert "123.9 42.3" in layer.rejected["value"].iloc[0]
    assert layer.flagged.empty


def test_asked_for_what_keeps_its_area_is_repaired(parks: Path) -> None:
    """The spike goes, and both areas are written down; the bow tie is not made into something."""
    layer = read_layer("parks", parks, card=CARD, options=ReadOptions(repair=True))
    assert layer.features.index.tolist() == ["P1", "P3"]
    assert layer.features.geometry.is_valid.all()
    areas = layer.features.geometry.area
    assert areas["P1"] == pytest.approx(areas["P3"], rel=1e-6)
    assert layer.flagged["row"].tolist() == [1]
    assert "repaired as asked" in layer.flagged["reason_en"].iloc[0]
    assert "→" in layer.flagged["reason_zh"].iloc[0]
    assert layer.rejected["row"].tolist() == [2]
    assert "not repaired" in layer.rejected["reason_en"].iloc[0]
    assert area_m2(layer) == pytest.approx(areas.sum())


def test_what_is_sound_is_left_as_it_is(parks: Path) -> None:
    """Vertex by vertex."""
    plain = read_layer("parks", parks, card=CARD)
    asked = read_layer("parks", parks, card=CARD, options=ReadOptions(repair=True))
    assert asked.features.geometry["P3"].equals_exact(plain.features.geometry["P3"], 0.0)
