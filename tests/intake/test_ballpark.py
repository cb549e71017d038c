"""
Datum shifts that PROJ would guess ("ballpark"): every pair of twelve CRSs.

| From                                 | To                            | Decision           |
|--------------------------------------|-------------------------------|--------------------|
| CGCS2000 or WGS 84, any projection   | CGCS2000 or WGS 84            | taken              |
| Xi'an 1980                           | Xi'an 1980 in another form    | taken: same datum  |
| Beijing 1954                         | Beijing 1954 in another form  | taken: same datum  |
| anything else                        | anything else                 | CRSError           |
"""

from functools import cache
from itertools import permutations

import geopandas as gpd
import pyproj
import pytest
from pyproj.transformer import TransformerGroup
from shapely import Point

from tieling_geo.crs import (
    check_crs,
    check_transformation,
    to_geographic_crs,
    to_web_crs,
    to_working_crs,
)
from tieling_geo.errors import CRSError

#: Each CRS with the datum it stands on; the written list is: CGCS2000 and WGS 84 are one.
DATUM = {
    4490: "modern",
    4326: "modern",
    4550: "modern",
    4529: "modern",
    4551: "modern",
    32651: "modern",
    3857: "modern",
    4610: "xian80",
    2386: "xian80",
    4214: "beijing54",
    2438: "beijing54",
    4555: "new_beijing",
}
PAIRS = list(permutations(DATUM, 2))
#: Somewhere in the north-east, to rule out shifts that were fitted in Tarim or the South China Sea.
HERE = pyproj.transformer.AreaOfInterest(122.0, 41.0, 126.0, 44.0)


@cache
def is_ballpark_between(source: int, target: int) -> bool:
    """Ask PROJ itself what it would do first: the description of its operation says so."""
    group = TransformerGroup(source, target, always_xy=True, area_of_interest=HERE)
    return "Ballpark" in group.transformers[0].description


def is_ballpark(source: int, target: int) -> bool:
    """Tell it of two CRSs by the degrees they are projected from: a projection shifts nothing."""
    bases = [pyproj.CRS(code).geodetic_crs for code in (source, target)]
    codes = [base.to_epsg() for base in bases if base is not None]
    return codes[0] != codes[1] and is_ballpark_between(codes[0], codes[1])


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_ordered_pair(source: int, target: int) -> None:
    """132 pairs: taken where the datum is the same, refused everywhere else."""
    crs = pyproj.CRS(source), pyproj.CRS(target)
    if DATUM[source] == DATUM[target]:
        check_transformation(*crs, name="boilers")
        return
    with pytest.raises(CRSError, match="boilers") as refused:
        check_transformation(*crs, name="boilers")
    assert crs[0].name in refused.value.to("zh")


def test_exactly_the_ballpark_pairs_outside_the_list_are_refused() -> None:
    """Against PROJ: what is refused is ballpark, and what is ballpark is refused or listed."""
    ballpark = {pair for pair in PAIRS if is_ballpark(*pair)}
    listed = {pair for pair in PAIRS if {DATUM[code] for code in pair} == {"modern"}}
    refused = set()
    for source, target in PAIRS:
        try:
            check_transformation(pyproj.CRS(source), pyproj.CRS(target), name="x")
        except CRSError:
            refused.add((source, target))
    assert refused == ballpark - listed
    assert len(refused) == 132 - 42 - 2 - 2


@pytest.mark.parametrize("code", [code for code, datum in DATUM.items() if datum != "modern"])
def test_no_way_out_of_the_old_datums(code: int) -> None:
    """All three ways to reproject a layer refuse, and so does the check."""
    layer = gpd.GeoDataFrame(geometry=[Point(500_000, 4_690_000)], crs=code)
    for way in (to_geographic_crs, to_web_crs):
        with pytest.raises(CRSError, match="no known transformation"):
            way(layer)
    for named in (to_working_crs, check_crs):
        with pytest.raises(CRSError, match="survey office"):
            named(layer, name="boilers")


@pytest.mark.parametrize("code", [code for code, datum in DATUM.items() if datum == "modern"])
def test_the_listed_ones_go_everywhere(code: int) -> None:
    """One place, told in each, is the same place within a millimetre."""
    here = gpd.GeoDataFrame(geometry=[Point(123.84, 42.29)], crs=4490)
    told = here.to_crs(code)
    at = to_working_crs(told, name="x").geometry[0]
    assert at.distance(to_working_crs(here, name="x").geometry[0]) < 1e-3
    assert to_geographic_crs(told).geometry[0].distance(here.geometry[0]) < 1e-8
    assert to_web_crs(told).geometry[0].distance(here.geometry[0]) < 1e-8
