"""
Real extracts of OpenStreetMap, read by us and by GDAL, whose reader is another program.

Where the two differ, GDAL drew what it had: a clipped way without its lost nodes, a border without
its lost ways. Monaco and Baltimore lie outside of China, so only the file's reader is tested here.
"""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tieling_geo.gdal_settings import guard_gdal
from tieling_geo.readers.osm.assembly import BrokenError, to_area
from tieling_geo.readers.osm.file import read_osm
from tieling_geo.readers.osm.pbf import read_pbf
from tieling_geo.readers.osm.tags import RULES
from tieling_geo.schemas import LAYERS

if TYPE_CHECKING:
    import geopandas as gpd

pytestmark = pytest.mark.real


def _with_gdal(path: Path, layer: str) -> "gpd.GeoDataFrame":
    """Read a layer of an extract through GDAL's own reader, all tags in one column."""
    guard_gdal()
    import pyogrio  # noqa: PLC0415 - loads GDAL, once it is guarded

    with warnings.catch_warnings():
        # It warns of the rings that it cannot close.
        warnings.simplefilter("ignore")
        return pyogrio.read_dataframe(path, layer=layer)


@pytest.mark.parametrize(
    ("name", "nodes", "ways", "relations", "roads", "broken"),
    [
        # Nodes as stated where the files come from; roads are all car roads, links included.
        ("monaco", 180118, 27377, 212, 1700, 3),
        ("baltimore", 51385, 7230, 167, 2939, 0),
    ],
)
def test_real_roads_are_those_that_gdal_finds(
    real_data: Path, name: str, nodes: int, ways: int, relations: int, roads: int, broken: int
) -> None:
    """The same ways by number; the same length, but for ways that lost nodes in the clipping."""
    path = real_data / "roads" / f"{name}.osm.pbf"
    table = read_osm(path, ".osm.pbf", schema=LAYERS["roads"])
    told = "\n".join(note.en for note in table.notes)
    assert f"{nodes} nodes, {ways} ways and {relations} relations in the source" in told
    assert f"broken ways: {broken}" in told
    assert (len(table.rows), len(table.faults)) == (roads, broken)
    theirs = _with_gdal(path, "lines")
    theirs = theirs[theirs["highway"].notna()].set_index("osm_id")
    tags = [{"highway": row.highway, **_parsed(row.other_tags)} for row in theirs.itertuples()]
    theirs = theirs[[RULES["roads"].fits(own) for own in tags]]
    lost = {fault.value for fault in table.faults}
    ours = {
        key.removeprefix("way/"): shape
        for key, shape in zip(table.attributes["road_id"], table.geometry, strict=True)
    }
    short = {f"way/{ref}" for ref in set(ours) - set(theirs.index)}
    assert set(theirs.index) <= set(ours)
    assert short <= lost, "GDAL leaves a way out only where it has fewer than two nodes"
    for ref, line in theirs.geometry.items():
        if f"way/{ref}" not in lost:
            assert shapely.length(ours[ref]) == pytest.approx(line.length, rel=1e-12)


def _parsed(other_tags: object) -> dict[str, str]:
    """Read GDAL's column of further tags, written as "key"=>"value"."""
    stated = other_tags if isinstance(other_tags, str) else ""
    parts = stated.removeprefix('"').removesuffix('"').split('","')
    return dict(part.split('"=>"', 1) for part in parts if '"=>"' in part)


def test_every_real_area_is_right_or_told_as_broken(real_data: Path) -> None:
    """
    Monaco: 68 areas as GDAL has them, and 35 broken at the clipping; GDAL draws 12 of those.

    To GDAL, relation 7385, the department around Monaco, is a sliver of some 300 m2.
    """
    path = real_data / "roads" / "monaco.osm.pbf"
    elements = read_pbf(path, lambda _: True)
    drawn = _with_gdal(path, "multipolygons")
    drawn = drawn[drawn["osm_id"].notna()]
    theirs = dict(zip(drawn["osm_id"].astype(int), drawn.geometry, strict=True))
    right, broken = [], []
    for ref, relation in elements.relations.items():
        if relation.tags.get("type") not in {"multipolygon", "boundary"}:
            continue
        try:
            area = to_area(elements, relation)
        except BrokenError:
            broken.append(ref)
            continue
        assert shapely.area(shapely.symmetric_difference(area, theirs[ref])) < 1e-15
        right.append(ref)
    assert (len(right), len(broken)) == (68, 35)
    assert set(theirs) - set(right) == set(broken) & set(theirs)
    assert len(set(broken) & set(theirs)) == 12
    assert theirs[7385].area < 1e-7


def test_real_speeds_in_miles_are_flagged_and_never_converted(real_data: Path) -> None:
    """Baltimore: 189 limits in mph are missing here; 11 without a unit are km/h by definition."""
    path = real_data / "roads" / "baltimore.osm.pbf"
    table = read_osm(path, ".osm.pbf", schema=LAYERS["roads"])
    speeds = [flag.value for flag in table.flags if flag.column == "speed_km_per_h"]
    assert len(speeds) == 189
    assert all(value.endswith("mph") for value in speeds)
    assert table.attributes["speed_km_per_h"].notna().sum() == 11


def test_a_real_file_cut_off_is_refused(real_data: Path, tmp_path: Path) -> None:
    """At each 5 % of Baltimore: an error, never fewer roads."""
    whole = (real_data / "roads" / "baltimore.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    refused = 0
    for percent in range(0, 100, 5):
        path.write_bytes(whole[: len(whole) * percent // 100])
        with pytest.raises(ValueError, match="broken or incomplete"):
            read_osm(path, ".osm.pbf", schema=LAYERS["roads"])
        refused += 1
    assert refused == 20


def test_real_roads_join_at_shared_corners(real_data: Path) -> None:
    """Monaco's roads are a network: nearly all of their length hangs together."""
    table = read_osm(real_data / "roads" / "monaco.osm.pbf", ".osm.pbf", schema=LAYERS["roads"])
    lines = [shape for shape in table.geometry if shape is not None]
    corners, owners = shapely.get_coordinates(np.array(lines, dtype=object), return_index=True)
    _, same = np.unique(corners, axis=0, return_inverse=True)
    meets = coo_array((np.ones(len(owners)), (owners, same.ravel())))
    _, group = connected_components(meets @ meets.T, directed=False)
    lengths = np.bincount(group, weights=shapely.length(np.array(lines, dtype=object)))
    assert lengths.max() / lengths.sum() > 0.9
