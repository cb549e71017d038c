"""
A layer in the wrong place by its numbers: stopped with the likely cause (row R11).

| Cause                              | Numbers             | Stated    | Said              |
|------------------------------------|---------------------|-----------|-------------------|
| no CRS                             | any                 | nothing   | no_crs            |
| degrees with the axes swapped      | 42.3, 123.8         | EPSG:4490 | swapped_axes      |
| metres with the axes swapped       | 4 683 000, 569 000  | EPSG:4550 | swapped_axes      |
| zone number in front, not stated so | 41 569 000          | EPSG:4550 | zone_prefix       |
| no zone number in front, stated so | 569 000             | EPSG:4529 | zone_prefix       |
| the neighbouring zone              | 321 000 (CM 126)    | EPSG:4550 | other_zone        |
| metres for degrees, or the reverse | 569 000 / 123.8     | 4490/4550 | degrees_or_metres |
| Web Mercator                       | 13 786 000          | EPSG:4490 | web_mercator      |
| GCJ-02, BD-09                      | 123.846             | EPSG:4490 | datum doctor      |
| good in any CRS                    |                     |           | as_stated         |
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tieling_geo.crs.candidates import ENOUGH_INSIDE, likely_crs, to_likely_cause
from tieling_geo.errors import CRSError
from tieling_geo.readers import read_layer
from tieling_geo.records import Card

#: The prefecture with a margin: the region that the counties give the check.
TIELING = (123.3, 41.8, 125.3, 43.7)
CARD = Card("铁岭市某局", "内部使用", "2025-12-31", "cgcs2000")


def places(seed: int, crs: int, n: int = 12) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the numbers of n places in the prefecture, told in a CRS."""
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(123.5, 125.05, n), rng.uniform(42.0, 43.45, n)
    if crs in {4551, 4530}:  # the part of the prefecture that this zone is for
        lon = rng.uniform(124.5, 125.05, n)
    there = pyproj.Transformer.from_crs(4490, crs, always_xy=True)
    x, y = there.transform(lon, lat)
    return x, y


#: Cause, the CRS of the numbers, swapped, the CRS stated, the CRS that must be named.
CAUSES = [
    ("no_crs", 4490, False, None, 4490),
    ("no_crs", 4550, False, None, 4550),
    ("swapped_axes", 4490, True, 4490, 4490),
    ("swapped_axes", 4550, True, 4550, 4550),
    ("swapped_axes", 4529, True, 4529, 4529),
    ("zone_prefix", 4529, False, 4550, 4529),
    ("zone_prefix", 4550, False, 4529, 4550),
    ("other_zone", 4551, False, 4550, 4551),
    ("other_zone", 4530, False, 4529, 4530),
    ("degrees_or_metres", 4490, False, 4550, 4490),
    ("degrees_or_metres", 4550, False, 4490, 4550),
    ("web_mercator", 3857, False, 4490, 3857),
]
BAD = [(seed, *case) for case in CAUSES for seed in range(5)]


@pytest.mark.parametrize(("seed", "cause", "crs", "is_swapped", "stated", "named"), BAD)
def test_the_likely_cause_is_named(
    seed: int, cause: str, crs: int, *, is_swapped: bool, stated: int | None, named: int
) -> None:
    """60 layers of 12 kinds: none fits as stated, and the first guess is the true cause."""
    x, y = places(seed, crs)
    if is_swapped:
        x, y = y, x
    told = None if stated is None else pyproj.CRS(stated)
    first = likely_crs(x, y, told, bounds=TIELING)[0]
    assert (first.cause, first.crs, first.swapped) == (cause, f"EPSG:{named}", is_swapped)
    assert f"EPSG:{named}" in first.told.zh
    assert f"EPSG:{named}" in first.told.en


@pytest.mark.parametrize("crs", [4490, 4326, 4550, 4529, 4551, 4530, 3857, 32651])
@pytest.mark.parametrize("seed", range(5))
def test_no_false_alarm_on_good_layers(seed: int, crs: int) -> None:
    """40 good layers fit as they are stated, whatever else they could be."""
    first = likely_crs(*places(seed, crs), pyproj.CRS(crs), bounds=TIELING)[0]
    assert (first.cause, first.swapped, first.share_inside) == ("as_stated", False, 1.0)
    assert first.crs == f"EPSG:{crs}"


@pytest.mark.parametrize(
    ("x", "y", "stated"),
    [
        (123.84, 42.29, 4490),
        (569_000.0, 4_683_000.0, 4550),
        (41_569_000.0, 4_683_000.0, 4529),
        (13_786_000.0, 5_206_000.0, 3857),
    ],
)
def test_the_windows_of_the_domain_notes(x: float, y: float, stated: int) -> None:
    """Each row of the notes' table is recognised without a stated CRS."""
    assert likely_crs([x], [y], None, bounds=TIELING)[0].crs == f"EPSG:{stated}"


def test_numbers_without_a_zone_fit_many_zones() -> None:
    """Over all of China the zone is open: the list says so, nearest to home first."""
    guesses = likely_crs([569_000.0], [4_683_000.0], None)
    codes = [guess.crs for guess in guesses]
    assert codes[0] == "EPSG:4550"
    assert {f"EPSG:{4509 + zone}" for zone in range(26, 45)} <= set(codes)
    assert "EPSG:4549" in to_likely_cause(guesses).zh


def test_utm_and_gauss_kruger_look_alike() -> None:
    """Only 1.9 km apart: both are named, the Chinese zone first."""
    x, y = places(1, 32651)
    codes = [guess.crs for guess in likely_crs(x, y, None, bounds=TIELING)]
    assert codes == ["EPSG:4550", "EPSG:4510", "EPSG:32651"]


def test_nearly_all_is_19_of_20() -> None:
    """The threshold is closed: one stray in twenty is let pass, two are not."""
    x, y = np.full(20, 123.84), np.full(20, 42.29)
    x[0] = 23.84
    assert likely_crs(x, y, pyproj.CRS(4490))[0].share_inside == ENOUGH_INSIDE
    x[1] = 23.84
    assert likely_crs(x, y, pyproj.CRS(4490)) == ()


@pytest.mark.parametrize(
    ("x", "y"), [([], []), ([np.nan], [42.0]), ([np.inf, np.nan], [42.0, 42.0])]
)
def test_no_numbers_no_guess(x: list[float], y: list[float]) -> None:
    """Nothing is said of nothing."""
    assert likely_crs(x, y, pyproj.CRS(4490)) == ()


def test_numbers_that_fit_nothing() -> None:
    """The message asks for the CRS instead of naming one."""
    guesses = likely_crs([1.5, 2.5], [3.5, 4.5], pyproj.CRS(4550), bounds=TIELING)
    assert guesses == ()
    assert "核实坐标系" in to_likely_cause(guesses).zh


def test_a_refused_datum_can_still_be_where_it_says() -> None:
    """Xi'an 1980 numbers lie inside; that its shift is unknown is for `check_crs`."""
    first = likely_crs(*places(2, 4550), pyproj.CRS(2386), bounds=TIELING)[0]
    assert (first.cause, first.crs, first.kind) == ("as_stated", "EPSG:2386", None)


@settings(max_examples=40)
@given(
    lon=st.floats(123.5, 124.4),
    lat=st.floats(42.0, 43.4),
    crs=st.sampled_from([4490, 4550, 4529, 3857]),
    is_swapped=st.booleans(),
)
def test_the_true_crs_is_always_first(
    lon: float, lat: float, crs: int, *, is_swapped: bool
) -> None:
    """For any place in zone 41 the CRS of the numbers is found, and the axes."""
    x, y = pyproj.Transformer.from_crs(4490, crs, always_xy=True).transform([lon], [lat])
    first = likely_crs(*((y, x) if is_swapped else (x, y)), None, bounds=TIELING)[0]
    assert (first.crs, first.swapped) == (f"EPSG:{crs}", is_swapped)


@pytest.mark.parametrize(
    ("crs", "is_swapped", "stated"),
    [
        (4490, True, 4490),
        (4550, True, 4550),
        (4529, False, 4550),
        (4550, False, 4529),
        (4490, False, 4550),
        (4550, False, 4490),
        (3857, False, 4490),
    ],
)
def test_the_reader_stops_on_such_a_file(
    tmp_path: Path, crs: int, stated: int | None, *, is_swapped: bool
) -> None:
    """A GeoPackage of boilers, whose CRS is not that of its numbers, is refused as a whole."""
    x, y = places(3, crs)
    points = gpd.points_from_xy(*((y, x) if is_swapped else (x, y)))
    keys = [f"B{n}" for n in range(len(points))]
    gpd.GeoDataFrame({"boiler_id": keys}, geometry=points, crs=stated).to_file(
        tmp_path / "boilers.gpkg"
    )
    with pytest.raises(CRSError):
        read_layer("boilers", tmp_path / "boilers.gpkg", card=CARD)


def test_the_reader_stops_on_a_file_without_a_crs(tmp_path: Path) -> None:
    """A Shapefile without its `.prj` states none, and none is guessed."""
    points = gpd.points_from_xy(*places(3, 4490))
    keys = [f"B{n}" for n in range(len(points))]
    path = tmp_path / "boilers.shp"
    gpd.GeoDataFrame({"编号": keys}, geometry=points, crs=4490).to_file(path, encoding="GBK")
    path.with_suffix(".prj").unlink()
    with pytest.raises(CRSError):
        read_layer("boilers", path, card=CARD)
