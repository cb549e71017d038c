"""
What `python -m tests.fuzz` found, kept: each was another error than ours.

| File | What it did | Now |
|---|---|---|
| `.osm` of an encoding that there is not | LookupError | refused |
| a ledger with too many degrees: `422°17′24″` | ValueError | the row is rejected |
| a polygon whose vertices overflow | RuntimeWarning | the row is rejected |
| a `.prj` that says CGCS2000 on another planet's ellipsoid | ProjError | refused |
| a `.prj` whose degree is 0 | ProjError | refused |
| degrees as small as `1e-07` | ValueError | the row is rejected |
| a GeoParquet whose columns are of two types | the process was aborted | refused |
| a GeoParquet with a damaged footer | the process was aborted | refused |
| a GeoParquet whose CRS has a brace in its name | pyproj's CRSError | read, with a note |
"""

import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely

from tieling_geo.errors import BrokenFileError, CRSError
from tieling_geo.readers import read_layer
from tieling_geo.records import Card

CARD = Card("某局", "内部使用", "2025-12-31", "cgcs2000", crs="EPSG:4490")


def test_an_encoding_that_there_is_not(tmp_path: Path) -> None:
    """Expat leaves it to Python to know the name."""
    path = tmp_path / "roads.osm"
    path.write_text('<?xml version="1.0" encoding="UTFF-8"?><osm version="0.6"/>', "utf-8")
    with pytest.raises(BrokenFileError, match="UTFF-8"):
        read_layer("roads", path, card=CARD)


def test_more_degrees_than_there_are(tmp_path: Path) -> None:
    """The other row goes on."""
    path = tmp_path / "boilers.csv"
    rows = ["锅炉编号,经度,纬度", "B1,123°50′24″,42°17′24″", "B2,123°50′24″,422°17′24″"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    layer = read_layer("boilers", path, card=CARD)
    assert layer.features.index.tolist() == ["B1"]
    assert layer.rejected[["row", "column", "value"]].to_numpy().tolist() == [
        [3, "纬度", "422°17′24″"]
    ]


def test_an_area_that_overflows(tmp_path: Path) -> None:
    """No warning, no row lost, and no infinite sum in the account."""
    huge = shapely.Polygon([(-1e300, -1e300), (1e300, -1e300), (1e300, 1e300), (-1e300, 1e300)])
    frame = gpd.GeoDataFrame(
        {"编号": ["P1", "P2"], "名称": ["甲开发区", "乙开发区"]},
        geometry=[shapely.box(123.8, 42.2, 123.9, 42.3), huge],
        crs="EPSG:4490",
    )
    path = tmp_path / "parks.gpkg"
    frame.to_file(path, driver="GPKG")
    layer = read_layer("parks", path, card=CARD)
    assert layer.features.index.tolist() == ["P1"]
    assert layer.rows_rejected == 1
    check = layer.accounts[1]
    assert check.control_accepted is not None
    assert 9e7 < check.control_accepted < 1e8


@pytest.mark.parametrize("half_axis", ["1", "6378000.0"])
def test_a_datum_on_another_ellipsoid(tmp_path: Path, half_axis: str) -> None:
    """The name alone is no datum: one digit less, and all places would be somewhere else."""
    points = gpd.GeoDataFrame({"编号": ["H1"]}, geometry=[shapely.Point(123.8, 42.2)], crs=4490)
    path = tmp_path / "layer.shp"
    points.to_file(path, encoding="GBK")
    prj = path.with_suffix(".prj")
    text = prj.read_text()
    assert "6378137.0" in text
    assert read_layer("heat_sources", path, card=CARD).features.index.tolist() == ["H1"]
    prj.write_text(text.replace("6378137.0", half_axis))
    with pytest.raises(CRSError):
        read_layer("heat_sources", path, card=CARD)


def test_a_unit_of_nothing(tmp_path: Path) -> None:
    """A degree of 0 radians cannot be undone."""
    points = gpd.GeoDataFrame({"编号": ["H1"]}, geometry=[shapely.Point(123.8, 42.2)], crs=4490)
    path = tmp_path / "layer.shp"
    points.to_file(path, encoding="GBK")
    prj = path.with_suffix(".prj")
    prj.write_text(prj.read_text().replace("0.0174532925199433", "0"))
    assert '"Degree",0]' in prj.read_text()
    with pytest.raises(CRSError):
        read_layer("heat_sources", path, card=CARD)


def test_a_very_small_degree(tmp_path: Path) -> None:
    """Python writes it with an exponent."""
    path = tmp_path / "boilers.csv"
    rows = ["锅炉编号,经度,纬度", *(f"B{n},123.8{n},42.2{n}" for n in range(9)), "C,0.0000001,42.2"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    layer = read_layer("boilers", path, card=CARD)
    assert len(layer.features) == 9
    assert layer.rejected["row"].unique().tolist() == [11]


def test_a_brace_in_the_name_of_a_crs(tmp_path: Path) -> None:
    """Pyproj takes any text with a brace for JSON."""
    points = gpd.GeoDataFrame({"编号": ["H1"]}, geometry=[shapely.Point(123.8, 42.2)], crs=4490)
    definition = points.crs.to_json_dict()
    del definition["id"]
    path = tmp_path / "layer.parquet"
    points.set_crs(pyproj.CRS.from_json_dict(definition)).to_parquet(path)
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["crs"] |= {"name": "China {2000}"}
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), path)
    layer = read_layer("heat_sources", path, card=CARD)
    assert layer.features.index.tolist() == ["H1"]
    assert any("register" in note.en for note in layer.notes)


def test_a_column_of_two_types(tmp_path: Path) -> None:
    """In another process: where this is not noticed, the library ends it."""
    points = gpd.GeoDataFrame({"编号": ["H1"]}, geometry=[shapely.Point(123.8, 42.2)], crs=4490)
    path = tmp_path / "layer.parquet"
    points.to_parquet(path)
    whole = bytearray(path.read_bytes())
    # In the footer, the type of a column's chunk: field 1, i32, 6 = BYTE_ARRAY, as zigzag.
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    chunk = whole.index(b"\x15\x0c\x19", footer)
    whole[chunk + 1] = 0x12
    path.write_bytes(whole)
    script = (
        "import sys; from pathlib import Path; from tieling_geo.readers import read_layer\n"
        "from tieling_geo.records import Card\n"
        "read_layer('heat_sources', Path(sys.argv[1]), card=Card('', '', '', 'cgcs2000'))"
    )
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script, str(path)], capture_output=True, check=False, text=True
    )
    assert ran.returncode == 1
    assert "BrokenFileError" in ran.stderr
    assert "BYTE_ARRAY" in ran.stderr


_MANY_BYTES = """
import sys, warnings
from pathlib import Path
from tieling_geo.errors import TielingGeoError
from tieling_geo.readers.vectors.geoparquet import read_geoparquet
warnings.simplefilter("ignore")
path = Path(sys.argv[1])
whole = path.read_bytes()
size = int.from_bytes(whole[-8:-4], "little")
for at in range(len(whole) - 8 - size, len(whole) - 8, 3):
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    try:
        read_geoparquet(path)
        print("read")
    except TielingGeoError:
        print("refused")
"""


def test_no_byte_of_a_footer_ends_the_process(tmp_path: Path) -> None:
    """Every third in turn is changed by one bit; the library may not take the process down."""
    points = gpd.GeoDataFrame({"编号": ["H1"]}, geometry=[shapely.Point(123.8, 42.2)], crs=4490)
    path = tmp_path / "layer.parquet"
    points.to_parquet(path)
    size = int.from_bytes(path.read_bytes()[-8:-4], "little")
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _MANY_BYTES, str(path)], capture_output=True, check=False, text=True
    )
    assert (ran.returncode, ran.stderr[-300:]) == (0, "")
    outcomes = ran.stdout.split()
    assert len(outcomes) == -(-size // 3)
    assert set(outcomes) == {"read", "refused"}
