"""
Geometry that means nothing is rejected, row by row; nothing is repaired unless that is asked for.

| geometry                                             | decision                                  |
|------------------------------------------------------|-------------------------------------------|
| none, empty, NaN or infinite coordinates             | row rejected, with which of these         |
| not valid (a ring crosses itself, ...)               | row rejected, with reason and coordinate  |
| of another kind than the layer's                     | row rejected, with the kind it should be  |
| curve, or surface in space                           | row rejected                              |
| GeometryCollection, also of one member               | row rejected: another kind                |
| several points in one row                            | row rejected: another kind                |
| one point as MultiPoint; MultiLineString; MultiPolygon | read                                    |
| heights (Z) and measures (M)                         | dropped, counted in a note                |
| with `--repair`                                      | repaired if the area stays within 1 %     |
"""

import struct
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from tieling_geo.readers import read_layer
from tieling_geo.readers.vectors.repair import LARGEST_CHANGE, repair_geometry
from tieling_geo.records import Card, Layer

CARD = Card("", "", "", "cgcs2000", crs="EPSG:4490")
NAN, INF = float("nan"), float("inf")
KINDS = [".gpkg", ".geojson", ".parquet", ".fgb", ".shp", ".csv"]
AREA = "POLYGON ((123.5 42.2, 123.9 42.2, 123.9 42.6, 123.5 42.6, 123.5 42.2))"
HIGH = AREA.replace(" 42.2", " 42.2 9").replace(" 42.6", " 42.6 9")
HOLE = "(123.6 42.3, 123.7 42.3, 123.7 42.4, 123.6 42.3)"


def layer_of(name: str, shapes: list[object]) -> gpd.GeoDataFrame:
    """Return good rows of a layer around strange shapes."""
    columns = {
        "boilers": {"boiler_id": [f"B{n}" for n in range(len(shapes))]},
        "parks": {"park_id": [f"P{n}" for n in range(len(shapes))], "name": ["园区"] * len(shapes)},
    }[name]
    return gpd.GeoDataFrame(columns, geometry=pd.Series(shapes, dtype=object).to_numpy(), crs=4490)


def put(folder: Path, kind: str, frame: gpd.GeoDataFrame, name: str) -> Path:
    """Write a layer, by hand where a writer would change the shapes."""
    path = folder / f"{name}{kind}"
    if kind == ".csv":
        table = pd.DataFrame(frame.drop(columns="geometry"))
        table["WKT"] = [None if s is None else s.wkt for s in frame.geometry]
        table.to_csv(path, index=False, encoding="utf-8")
    elif kind == ".geojson":
        _put_geojson(path, frame)
    elif kind == ".parquet":
        frame.to_parquet(path)
    elif kind == ".shp":
        _put_shapefile(path, frame)
    else:
        frame.to_file(path, **({"SPATIAL_INDEX": "NO"} if kind == ".fgb" else {}))
    return path


def _put_geojson(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write features; numbers that JSON does not have become ones too big to keep."""
    features = []
    for row, shape in zip(
        frame.drop(columns="geometry").to_dict("records"), frame.geometry, strict=True
    ):
        told = "null" if shape is None else shapely.to_geojson(shape)
        told = told.replace("NaN", "1e999").replace("Infinity", "1e999").replace("null,", "1e999,")
        words = ", ".join(f'"{key}": "{value}"' for key, value in row.items())
        features.append(f'{{"type": "Feature", "properties": {{{words}}}, "geometry": {told}}}')
    path.write_text(f'{{"type": "FeatureCollection", "features": [{",".join(features)}]}}', "utf-8")


# Numbers that stand for those that GDAL does not write into a Shapefile.
STANDINS = {123.0625: NAN, 123.03125: INF, 42.03125: -INF}


def _put_shapefile(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Write a Shapefile, then put in the numbers that no writer would."""

    def replaced(points: np.ndarray) -> np.ndarray:
        for number, odd in STANDINS.items():
            same = np.isnan(points) if np.isnan(odd) else points == odd
            points = np.where(same, number, points)
        return points

    frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), replaced), crs=4490).to_file(
        path
    )
    content = path.read_bytes()
    for number, odd in STANDINS.items():
        content = content[:100] + content[100:].replace(
            struct.pack("<d", number), struct.pack("<d", odd)
        )
    path.write_bytes(content)


def area(ring: list[list[float]], hole: list[list[float]] | None = None) -> shapely.Polygon:
    """Build an area, also of corners that are nowhere."""
    with np.errstate(invalid="ignore"):
        return shapely.polygons(ring, holes=hole and [hole])


# Twelve kinds of nothing: six of points, six of areas.
NOTHING_POINTS = {
    "none": None,
    "empty": Point(),
    "NaN x": Point(NAN, 42.3),
    "NaN y": Point(123.8, NAN),
    "infinite x": Point(INF, 42.3),
    "minus infinite y": Point(123.8, -INF),
}
NOTHING_AREAS = {
    "none": None,
    "empty": shapely.from_wkt("POLYGON EMPTY"),
    "empty multi": shapely.from_wkt("MULTIPOLYGON EMPTY"),
    "NaN corner": area([[123.5, 42.2], [NAN, 42.2], [123.9, 42.6], [123.5, 42.2]]),
    "infinite corner": area([[123.5, 42.2], [123.9, INF], [123.9, 42.6], [123.5, 42.2]]),
    "NaN in a hole": area(
        [[123.5, 42.2], [123.9, 42.2], [123.9, 42.6], [123.5, 42.2]],
        [[123.7, 42.3], [NAN, NAN], [123.8, 42.4], [123.7, 42.3]],
    ),
}
NOTHING = {f"point {key}": ("boilers", s) for key, s in NOTHING_POINTS.items()} | {
    f"area {key}": ("parks", s) for key, s in NOTHING_AREAS.items()
}


@pytest.mark.filterwarnings("ignore:invalid value encountered")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "shape"), NOTHING.values(), ids=list(NOTHING))
def test_nothing_is_rejected_and_its_neighbours_are_read(
    tmp_path: Path, kind: str, name: str, shape: object
) -> None:
    """Twelve kinds of nothing in six kinds of files."""
    good = Point(123.8, 42.3) if name == "boilers" else shapely.from_wkt(AREA)
    path = put(tmp_path, kind, layer_of(name, [good, shape, good]), name)
    layer = read_layer(name, path, card=CARD)
    assert len(layer.features) == 2
    assert set(layer.rejected["row"]) == {3 if kind == ".csv" else 2}
    assert layer.rejected["reason_zh"].str.len().min() > 1


RULES = {
    # id: (layer, WKT, rows accepted, words in the rejection or the note)
    "point": ("boilers", "POINT (123.8 42.3)", 1, ""),
    "point with height": ("boilers", "POINT Z (123.8 42.3 60)", 1, "舍去 1 个要素的高程"),
    "point with measure": ("boilers", "POINT M (123.8 42.3 60)", 1, "舍去 1 个要素的高程"),
    "point with both": ("boilers", "POINT ZM (123.8 42.3 60 1)", 1, "舍去 1 个要素的高程"),
    "one of many points": ("boilers", "MULTIPOINT ((123.8 42.3))", 1, ""),
    "two points": ("boilers", "MULTIPOINT ((123.8 42.3), (123.9 42.3))", 0, "应为点"),
    "line for a point": ("boilers", "LINESTRING (123.8 42.3, 123.9 42.4)", 0, "应为点"),
    "area for a point": ("boilers", AREA, 0, "应为点"),
    "collection of one point": ("boilers", "GEOMETRYCOLLECTION (POINT (123.8 42.3))", 0, "应为点"),
    "empty collection": ("boilers", "GEOMETRYCOLLECTION EMPTY", 0, "空"),
    "area": ("parks", AREA, 1, ""),
    "area with a hole": ("parks", f"{AREA[:-1]}, {HOLE})", 1, ""),
    "areas": ("parks", f"MULTIPOLYGON ({AREA[8:]})", 1, ""),
    "area with height": ("parks", HIGH, 1, "舍去 1 个要素的高程"),
    "point for an area": ("parks", "POINT (123.8 42.3)", 0, "应为面"),
    "line for an area": ("parks", "LINESTRING (123.8 42.3, 123.9 42.4)", 0, "应为面"),
    "collection of an area": ("parks", f"GEOMETRYCOLLECTION ({AREA})", 0, "应为面"),
    "area and point": ("parks", f"GEOMETRYCOLLECTION ({AREA}, POINT (123 42))", 0, "应为面"),
    "crossing ring": ("parks", "POLYGON ((123 42, 124 43, 124 42, 123 43, 123 42))", 0, "无效"),
    "hole outside": ("parks", f"{AREA[:-1]}, (125 43, 126 43, 126 44, 125 43))", 0, "无效"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "wkt", "accepted", "words"), RULES.values(), ids=list(RULES))
def test_each_kind_of_shape_has_a_rule(
    tmp_path: Path, name: str, wkt: str, accepted: int, words: str
) -> None:
    """Twenty layers; whatever is not read is rejected with its reason."""
    path = put(tmp_path, ".parquet", layer_of(name, [shapely.from_wkt(wkt)]), name)
    layer = read_layer(name, path, card=CARD)
    assert (len(layer.features), layer.rows_in) == (accepted, 1)
    told = [*layer.rejected["reason_zh"], *(note.zh for note in layer.notes)]
    assert any(words in reason for reason in told) or not words, told
    if accepted:
        flat = layer.features.geometry.iloc[0]
        assert not shapely.has_z(flat)
        assert not shapely.has_m(flat)


# Geometry that shapely does not have, as WKB by hand.
CURVES = {
    "arc": struct.pack("<BII6d", 1, 8, 3, 123, 42, 123.5, 42.5, 124, 42),
    "curve polygon": struct.pack("<BII", 1, 10, 0),
    "triangle": struct.pack("<BIII8d", 1, 17, 1, 4, 123, 42, 124, 42, 124, 43, 123, 42),
    "surface": struct.pack("<BII", 1, 15, 0),
    "net of triangles": struct.pack("<BII", 1, 16, 0),
}


@pytest.mark.parametrize("wkb", CURVES.values(), ids=list(CURVES))
def test_curves_and_surfaces_reject_their_rows(tmp_path: Path, wkb: bytes) -> None:
    """The rows before and after are read."""
    good = shapely.to_wkb(shapely.from_wkt(AREA))
    path = put(tmp_path, ".parquet", layer_of("parks", [shapely.from_wkt(AREA)] * 3), "parks")
    table = pq.read_table(path)
    column = pa.array([good, wkb, good], pa.binary())
    at = table.column_names.index("geometry")
    pq.write_table(table.set_column(at, table.schema.field(at), column), path)
    layer = read_layer("parks", path, card=CARD)
    assert len(layer.features) == 2
    assert list(layer.rejected["row"]) == [2]
    assert list(layer.rejected["column"]) == ["geometry"]


def rejected_rings(layer: Layer) -> dict[int, str]:
    """Return row -> what is told of its geometry."""
    shapes = layer.rejected[layer.rejected["column"] == "geometry"]
    return dict(zip(shapes["row"], shapes["value"], strict=True))


def test_every_invalid_ring_is_found_with_reason_and_place(tmp_path: Path) -> None:
    """A thousand random rings: those whose sides cross, by arithmetic of our own."""
    dice = np.random.default_rng(20251231)
    rings = [_ring(dice, int(dice.integers(3, 8))) for _ in range(1000)]
    shapes = [shapely.polygons(ring) for ring in rings]
    path = put(tmp_path, ".parquet", layer_of("parks", shapes), "parks")
    told = rejected_rings(read_layer("parks", path, card=CARD))
    crossing = {row for row, ring in enumerate(rings, start=1) if _crosses(ring)}
    assert set(told) == crossing
    assert 300 < len(crossing) < 990
    for row, reason in told.items():
        kind, _, place = reason.rstrip("]").partition("[")
        x, y = map(float, place.split())
        assert kind == "Self-intersection"
        assert shapely.distance(shapes[row - 1].exterior, Point(x, y)) < 1e-9


def _ring(dice: np.random.Generator, corners: int) -> np.ndarray:
    """Return a closed ring of random corners on a grid fine enough that none meet by chance."""
    places = dice.integers(0, 10**6, (corners, 2)) / 1e6 + [123.3, 42.1]
    return np.vstack([places, places[:1]])


def _crosses(ring: np.ndarray) -> bool:
    """Tell whether two sides of a ring that are no neighbours cross, by the signs of areas."""

    def side(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
        return float(np.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])))

    sides = list(pairwise(ring))
    return any(
        side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)
        for at, (a, b) in enumerate(sides)
        for to, (c, d) in enumerate(sides)
        if to - at > 1 and (at, to) != (0, len(sides) - 1)
    )


def test_a_repair_keeps_the_area_and_is_written_down() -> None:
    """A spike has no area; a bow tie cannot be known; what is valid is not touched."""
    shapes = shapely.from_wkt([
        "POLYGON ((0 0, 10 0, 10 10, 10 15, 10 10, 0 10, 0 0))",
        "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))",
        "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        None,
        "POINT (1 2)",
    ])
    before = shapes.copy()
    repaired, records = repair_geometry(shapes, "polygon")
    assert [(r.position, r.is_done) for r in records] == [(0, True), (1, False)]
    assert (records[0].area_before_m2, records[0].area_after_m2) == (100.0, 100.0)
    assert repaired[0].equals(shapely.box(0, 0, 10, 10))
    assert repaired[0].geom_type == "Polygon"
    assert list(repaired[1:]) == list(before[1:])
    assert list(shapes) == list(before)
    assert "Self-intersection" in records[1].told.zh
    assert "未修复" in records[1].told.zh
    assert "100.0 → 100.0 m²" in records[0].told.zh


@pytest.mark.parametrize(("height", "is_done"), [(1.0, True), (1.0001, False)])
def test_the_largest_change_is_closed(height: float, is_done: bool) -> None:  # noqa: FBT001 - a table
    """A loop of 1 m2 that is run the other way: 99 m2 become 100, which is one hundredth."""
    ring = (
        f"POLYGON ((0 0, 10 0, 10 9.9, 0 9.9, 0 0), (20 0, 20 {height}, 21 {height}, 21 0, 20 0))"
    )
    shapes = np.array([shapely.from_wkt(ring)])
    assert LARGEST_CHANGE == 0.01
    assert not shapely.is_valid(shapes[0])
    _, records = repair_geometry(shapes, "polygon", to_area_m2=lambda s: _areas(s, height))
    assert [record.is_done for record in records] == [is_done]


def _areas(shapes: np.ndarray, height: float) -> np.ndarray:
    """Measure 100 m2 before and less by the loop after, so that the share is exact."""
    is_before = ~shapely.is_valid(shapes)
    return np.where(is_before, 100.0, 100.0 - height)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=9))
def test_a_repair_is_valid_and_of_the_family_or_not_done(corners: list[tuple[int, int]]) -> None:
    """On a coarse grid, where sides touch, overlap and vanish."""
    shapes = np.array([shapely.polygons([*corners, corners[0]])])
    repaired, records = repair_geometry(shapes, "polygon")
    if shapely.is_valid(shapes[0]):
        assert records == ()
        assert repaired[0] is shapes[0]
    elif records[0].is_done:
        assert repaired[0].is_valid
        assert repaired[0].geom_type in {"Polygon", "MultiPolygon"}
        change = abs(repaired[0].area - shapes[0].area)
        assert change <= 0.01 * max(repaired[0].area, shapes[0].area)
    else:
        assert repaired[0] is shapes[0]


def test_lines_that_have_no_length_are_not_made_points() -> None:
    """A repair of another family is none."""
    shapes = shapely.from_wkt(["LINESTRING (1 1, 1 1)", "LINESTRING (0 0, 1 1)"])
    repaired, records = repair_geometry(shapes, "line")
    assert [(r.position, r.is_done) for r in records] == [(0, False)]
    assert list(repaired) == list(shapes)
