"""A GeoTIFF as the cells of its grid: each cell once or set aside, and what is refused."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
import tomli_w
from rasterio.transform import Affine

from tieling_geo.errors import (
    BrokenFileError,
    CardError,
    CRSError,
    InputError,
    TielingGeoError,
    UntrustedFileError,
)
from tieling_geo.readers import raster, read_layer
from tieling_geo.readers.card import read_card
from tieling_geo.readers.raster import read_raster
from tieling_geo.records import Card
from tieling_geo.schemas import Boilers, SoilCarbonCells

CheckRefusal = Callable[[TielingGeoError, Path], None]
ORIGIN = Affine(100.0, 0.0, 560_000.0, 0.0, -100.0, 4_690_000.0)
TWO_YEARS = {
    "1": {"column": "organic_matter_g_per_kg", "year": 2020},
    "2": {"column": "organic_matter_g_per_kg", "year": 2025},
}
ONE_YEAR = {"1": TWO_YEARS["1"]}


def card(**bands: object) -> Card:
    """Give a card with bands."""
    return Card("", "", "", "cgcs2000", bands=bands or ONE_YEAR)


def written(
    path: Path,
    *bands: Any,  # noqa: ANN401 - rows of numbers
    scales: list[float] | None = None,
    offsets: list[float] | None = None,
    **profile: object,
) -> Path:
    """Write a GeoTIFF of some bands, and return its path."""
    stack = np.stack([np.asarray(band) for band in bands])
    stated = {
        "driver": "GTiff",
        "count": len(stack),
        "height": stack.shape[1],
        "width": stack.shape[2],
        "dtype": stack.dtype,
        "crs": "EPSG:4550",
        "transform": ORIGIN,
    } | profile
    with rasterio.open(path, "w", **stated) as target:
        target.write(stack)
        if scales:
            target.scales = scales
        if offsets:
            target.offsets = offsets
    return path


@pytest.fixture
def two_years(tmp_path: Path) -> Path:
    """Write two bands of 2 x 3 cells; one cell is nodata in 2020, one is NaN in 2025."""
    first = [[10.0, 11.0, 12.0], [-9999.0, 14.0, 15.0]]
    last = [[20.0, 21.0, np.nan], [23.0, 24.0, 25.0]]
    return written(tmp_path / "soil_carbon_cells.tif", first, last, nodata=-9999.0)


def test_each_cell_with_a_value_is_a_row(two_years: Path) -> None:
    """Row by row from the top, year by year; the cell without a value is set aside."""
    table = read_raster(two_years, schema=SoilCarbonCells, card=card(**TWO_YEARS))
    rows = table.attributes
    assert rows["cell_id"].tolist() == [
        *("2020-r0c0", "2020-r0c1", "2020-r0c2", "2020-r1c1", "2020-r1c2"),
        *("2025-r0c0", "2025-r0c1", "2025-r1c0", "2025-r1c1", "2025-r1c2"),
    ]
    assert rows["year"].tolist() == [2020] * 5 + [2025] * 5
    assert rows["organic_matter_g_per_kg"].tolist() == [10, 11, 12, 14, 15, 20, 21, 23, 24, 25]
    assert table.rows.tolist() == [1, 2, 3, 5, 6, 7, 8, 10, 11, 12]
    assert [(one.row, one.kind, one.count) for one in table.aside] == [
        (4, "no_value", 1),
        (9, "no_value", 1),
    ]
    assert "1 cells without a value (1 of" in table.aside[0].told.en
    assert "1 cells without a value (0 of" in table.aside[1].told.en
    assert table.crs is not None
    assert table.crs.to_epsg() == 4550


def test_cells_lie_where_they_should(two_years: Path) -> None:
    """The first cell's upper left corner is the grid's, and neighbours share their corners."""
    shapes = read_raster(two_years, schema=SoilCarbonCells, card=card()).geometry
    assert shapes[0].equals(shapely.box(560_000, 4_689_900, 560_100, 4_690_000))
    assert shapes[3].equals(shapely.box(560_100, 4_689_800, 560_200, 4_689_900))
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()


def test_a_turned_grid_is_read_by_its_transform(tmp_path: Path) -> None:
    """Cells of a grid that is turned by 90 degrees lie where rasterio says that they do."""
    turned = Affine(0.0, 100.0, 560_000.0, 100.0, 0.0, 4_690_000.0)
    path = written(tmp_path / "a.tif", [[1.0, 2.0]], transform=turned)
    shapes = read_raster(path, schema=SoilCarbonCells, card=card()).geometry
    for column, shape in enumerate(shapes):
        with rasterio.open(path) as source:
            middle = shapely.Point(source.xy(0, column))
        assert shape.centroid.distance(middle) < 1e-6


def test_scale_and_offset_are_applied(tmp_path: Path) -> None:
    """A tenth of 235, and 5 more; nodata is a raw number."""
    path = written(
        tmp_path / "a.tif", np.array([[235, 0, 10]], "uint16"), nodata=0, scales=[0.1], offsets=[5]
    )
    table = read_raster(path, schema=SoilCarbonCells, card=card())
    assert table.attributes["organic_matter_g_per_kg"].tolist() == [28.5, 6.0]


def test_a_layer_is_read_and_its_account_balances(two_years: Path) -> None:
    """Through the front door: rows in the file = accepted + set aside; what breaks the schema."""
    told = {"publisher": "x", "licence": "y", "reference_date": "2025-12-31", "datum": "cgcs2000"}
    (two_years.parent / "card.toml").write_text(
        tomli_w.dumps(told | {"bands": TWO_YEARS}), encoding="utf-8"
    )
    layer = read_layer("soil_carbon_cells", two_years)
    assert len(layer.features) == layer.rows_in == 10
    assert layer.rows_rejected == 0
    rows, check = layer.accounts
    assert (rows.rows_in, rows.accepted, rows.set_aside) == (12, 10, 2)
    assert (check.rows_in, check.accepted) == (10, 10)
    assert layer.reading.kind == ".tif"
    assert layer.features.loc["2025-r1c0", "organic_matter_g_per_kg"] == 23.0
    assert read_card(two_years.parent / "card.toml").bands == TWO_YEARS


def test_values_that_break_the_schema_are_rejected(tmp_path: Path) -> None:
    """A value below zero is a rejected row, not a silent gap."""
    path = written(tmp_path / "soil_carbon_cells.tiff", [[20.0, -1.0]])
    layer = read_layer("soil_carbon_cells", path, card=card())
    assert list(layer.features.index) == ["2020-r0c0"]
    assert layer.rejected["row"].tolist() == [2]


@pytest.mark.parametrize(
    "bands",
    [
        {},
        {"1": {}},
        {"1": {"column": "cell_id"}},
        {"1": {"column": "nothing"}},
        {"1": {"column": "organic_matter_g_per_kg", "colour": "red"}},
        {"1": {"column": "organic_matter_g_per_kg", "cell_id": "x"}},
        {"one": {"column": "organic_matter_g_per_kg"}},
        {"0": {"column": "organic_matter_g_per_kg"}},
        {"1": TWO_YEARS["1"], "2": TWO_YEARS["1"]},
        {"1": TWO_YEARS["1"], "01": TWO_YEARS["2"]},
    ],
)
def test_a_card_that_does_not_say_what_bands_hold_is_refused(
    two_years: Path, bands: dict[str, Any]
) -> None:
    """With what to write, and which columns there are."""
    stated = Card("", "", "", "cgcs2000", bands=bands)
    with pytest.raises(CardError) as refused:
        read_raster(two_years, schema=SoilCarbonCells, card=stated)
    assert "organic_matter_g_per_kg" in str(refused.value)
    assert two_years.name in refused.value.message.zh


def test_a_band_that_is_not_there_is_told(two_years: Path) -> None:
    """The card speaks of a third band."""
    third = {"3": TWO_YEARS["1"]}
    with pytest.raises(BrokenFileError, match="band 3, it has 2"):
        read_raster(two_years, schema=SoilCarbonCells, card=card(**third))


def test_points_are_not_read_from_a_raster(two_years: Path) -> None:
    """A layer of points is no grid."""
    with pytest.raises(UntrustedFileError, match="no polygons"):
        read_raster(two_years, schema=Boilers, card=card())


def test_a_file_without_a_crs_is_refused_and_can_be_given_one(tmp_path: Path) -> None:
    """It is never guessed; what the user states fills the gap, and may not contradict the file."""
    path = written(tmp_path / "soil_carbon_cells.tif", [[20.0]], crs=None)
    with pytest.raises(CRSError, match="states no CRS"):
        read_layer("soil_carbon_cells", path, card=card())
    table = read_raster(path, schema=SoilCarbonCells, card=card(), crs="EPSG:4550")
    assert table.crs is not None
    assert table.crs.to_epsg() == 4550
    stated = written(tmp_path / "b.tif", [[20.0]])
    with pytest.raises(CRSError, match="not EPSG:4326"):
        read_raster(stated, schema=SoilCarbonCells, card=card(), crs="EPSG:4326")


def test_a_file_without_a_place_is_refused(tmp_path: Path) -> None:
    """No transform, or one whose cells have no area."""
    path = tmp_path / "a.tif"
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        written(path, [[20.0]], transform=Affine.identity())
    with pytest.raises(UntrustedFileError, match="where its cells lie"):
        read_raster(path, schema=SoilCarbonCells, card=card())


def test_complex_numbers_are_refused(tmp_path: Path) -> None:
    """They are no amounts."""
    path = written(tmp_path / "a.tif", np.array([[1 + 2j]], "complex64"))
    with pytest.raises(UntrustedFileError, match="complex"):
        read_raster(path, schema=SoilCarbonCells, card=card())


def test_too_many_cells_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly the limit is read (closed), one more is not; the years count together."""
    path = written(tmp_path / "a.tif", [[1.0, 2.0, 3.0]], [[1.0, 2.0, 3.0]])
    monkeypatch.setattr(raster, "MOST_CELLS", 6)
    assert len(read_raster(path, schema=SoilCarbonCells, card=card(**TWO_YEARS)).rows) == 6
    monkeypatch.setattr(raster, "MOST_CELLS", 5)
    with pytest.raises(UntrustedFileError, match="6 cells, more than the 5"):
        read_raster(path, schema=SoilCarbonCells, card=card(**TWO_YEARS))
    assert len(read_raster(path, schema=SoilCarbonCells, card=card()).rows) == 3


def test_a_small_file_of_a_huge_grid_is_refused(tmp_path: Path) -> None:
    """A sparse file of a few kilobytes can claim billions of cells."""
    path = tmp_path / "soil_carbon_cells.tif"
    profile = {"driver": "GTiff", "count": 1, "height": 50_000, "width": 50_000, "dtype": "uint8"}
    with rasterio.open(
        path,
        "w",
        **profile,
        crs="EPSG:4550",
        transform=ORIGIN,
        tiled=True,
        blockxsize=4096,
        blockysize=4096,
        SPARSE_OK=True,
    ):
        pass
    assert path.stat().st_size < 100_000
    with pytest.raises(UntrustedFileError, match="2,500,000,000 cells"):
        read_layer("soil_carbon_cells", path, card=card())


def test_a_file_that_is_none_is_refused(tmp_path: Path, check_refusal: CheckRefusal) -> None:
    """Text, other images, and references to other files under the name of a GeoTIFF."""
    path = tmp_path / "soil_carbon_cells.tif"
    vrt = b"<VRTDataset rasterXSize='1' rasterYSize='1'></VRTDataset>"
    for content in (b"", b"hello", b"\x89PNG\r\n", vrt, b"GTIFF_DIR:1:/etc/passwd"):
        path.write_bytes(content)
        with pytest.raises(UntrustedFileError) as refused:
            read_layer("soil_carbon_cells", path, card=card())
        check_refusal(refused.value, path)


def test_damaged_files_are_read_or_refused(tmp_path: Path, check_refusal: CheckRefusal) -> None:
    """Cut short or with bytes changed: nothing but our own refusals, which name the file."""
    rng = random.Random(5)  # noqa: S311 - no secret
    values = np.arange(600, dtype="float32").reshape(20, 30)
    good = written(tmp_path / "good.tif", values, compress="deflate").read_bytes()
    path, refusals = tmp_path / "soil_carbon_cells.tif", 0
    for nth in range(120):
        bad = bytearray(good[: rng.randint(8, len(good))] if nth % 3 == 0 else good)
        for _ in range(0 if nth % 3 == 0 else rng.randint(1, 6)):
            bad[rng.randrange(4, len(bad))] = rng.randrange(256)
        path.write_bytes(bad)
        try:
            read_layer("soil_carbon_cells", path, card=card())
        except InputError as error:
            refusals += 1
            if not isinstance(error, CRSError):
                check_refusal(error, path)
    assert refusals > 60


def test_neighbours_of_the_file_are_not_read(two_years: Path) -> None:
    """A world file and an auxiliary file beside it change nothing."""
    before = read_raster(two_years, schema=SoilCarbonCells, card=card())
    two_years.with_suffix(".tfw").write_text("1\n0\n0\n-1\n0\n0\n")
    aux = "<PAMDataset><PAMRasterBand band='1'><Scale>9</Scale></PAMRasterBand></PAMDataset>"
    two_years.with_name(two_years.name + ".aux.xml").write_text(aux)
    after = read_raster(two_years, schema=SoilCarbonCells, card=card())
    assert after.attributes.equals(before.attributes)
    assert shapely.equals_exact(after.geometry, before.geometry, tolerance=0).all()


@pytest.mark.real
def test_a_real_raster_comes_whole(real_data: Path) -> None:
    """A scene of 349 by 352 cells: as many rows, the values of rasterio, its outline."""
    path = real_data / "rasters" / "L7_ETMs.tif"
    if not path.is_file():
        pytest.skip("no real raster: L7_ETMs.tif is absent")
    table = read_raster(path, schema=SoilCarbonCells, card=card())
    with rasterio.open(path) as source:
        values, bounds = source.read(1).ravel(), source.bounds
    assert len(table.rows) == 349 * 352
    assert (table.attributes["organic_matter_g_per_kg"].to_numpy() == values).all()
    assert shapely.total_bounds(table.geometry) == pytest.approx(tuple(bounds))
    assert table.crs is not None
    assert table.crs.to_epsg() == 31985


@pytest.mark.parametrize("kind", [{"ENDIANNESS": "BIG"}, {"BIGTIFF": "YES"}])
def test_other_forms_of_a_tiff_are_read(tmp_path: Path, kind: dict[str, str]) -> None:
    """The other byte order, and the form for more than 4 GB."""
    path = written(tmp_path / "soil_carbon_cells.tif", [[20.0, 21.0]], **kind)
    assert len(read_layer("soil_carbon_cells", path, card=card()).features) == 2
