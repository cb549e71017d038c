"""
OpenStreetMap's files: what is taken, what is told, and what is refused.

======================================  ==========================================================
trap                                    decision
======================================  ==========================================================
way lacks nodes (clipped extract)       its row has no geometry and a fault; counted and listed
relation lacks ways, ring open,         the same; every other area is right to rounding
rings overlap, hole outside, old style
DOCTYPE, entities                       whole file refused, not expanded
osmChange, history, unknown packing     whole file refused, what to do is told
cut off, flipped, not well formed       whole file refused: never fewer rows in silence
`<remark>` of the service               whole file refused: it says itself that it is incomplete
element unknown, attribute missing      whole file refused
one id, two contents                    whole file refused
one id, one content, twice              taken once, counted
marked as deleted in an editor          left out, counted
bzip2 or zlib bomb                      refused early
tag value of no use (40 mph)            value missing, flagged with the tag's own value
======================================  ==========================================================
"""

from pathlib import Path

import pytest
import shapely
from hand_made_osm import FILES, Map, all_notes, read_map, roads, to_pbf, to_xml, write_map

from tieling_geo.errors import TielingGeoError
from tieling_geo.readers.osm.file import read_osm
from tieling_geo.schemas import LAYERS


@pytest.mark.parametrize("kind", FILES)
def test_every_kind_of_file_gives_the_same_rows(kind: str, tmp_path: Path) -> None:
    """Three roads, ordered by number, with classes, names and directions as tagged."""
    table = read_map(roads(), tmp_path, kind=kind)
    assert table.attributes.to_dict("list") == {
        "road_id": ["way/9", "way/10", "way/11"],
        "name": [None, "银州大路", None],
        "road_class": ["primary", "trunk", "local"],
        "speed_km_per_h": [None, None, None],
        "oneway": ["true", None, None],
    }
    assert [shape.wkt for shape in table.geometry] == [
        "LINESTRING (123.7 42.6, 123.6 42.5)",  # oneway=-1: traffic runs against its nodes
        "LINESTRING (123.5 42.5, 123.6 42.5)",
        "LINESTRING (123.7 42.6, 123.8 42.6, 123.9 42.6)",
    ]
    assert table.rows.tolist() == [1, 2, 3]
    assert table.crs is not None
    assert table.crs.to_epsg() == 4326
    assert table.faults == ()


@pytest.mark.parametrize("kind", FILES)
def test_the_notes_say_counts_time_and_credit(kind: str, tmp_path: Path) -> None:
    """Numbers of elements in the file and of those taken, the data's time, ODbL, what is near."""
    told = all_notes(read_map(roads(), tmp_path, kind=kind))
    assert "6 nodes, 4 ways and 0 relations in the source" in told
    assert "taken: 0 nodes, 3 ways and 0 relations" in told
    assert "OSM data of: 2026-03-05T00:26:02Z" in told
    assert "OpenStreetMap contributors, Open Database License (ODbL 1.0)" in told
    assert "left out: 2: highway=crossing 1, highway=footway 1" in told


def test_nodes_of_pbf_one_by_one_and_raw_blocks_are_the_same(tmp_path: Path) -> None:
    """Dense or plain nodes, packed or raw blocks: the same rows."""
    tables = []
    for number, (dense, packing) in enumerate([(True, 3), (False, 3), (True, 1)]):
        path = tmp_path / f"{number}.osm.pbf"
        path.write_bytes(to_pbf(roads(), dense=dense, packing=packing))
        tables.append(read_osm(path, ".osm.pbf", schema=LAYERS["roads"]))
    for table in tables[1:]:
        assert table.attributes.equals(tables[0].attributes)
        assert shapely.equals_exact(table.geometry, tables[0].geometry, tolerance=0).all()
        assert table.notes == tables[0].notes


@pytest.mark.parametrize("kind", FILES)
def test_an_empty_map_is_an_empty_table(kind: str, tmp_path: Path) -> None:
    """No element: no row, all columns, no fault."""
    table = read_map(Map(), tmp_path, kind=kind)
    assert len(table.rows) == len(table.geometry) == len(table.attributes) == 0
    assert "road_class" in table.attributes
    assert "0 nodes, 0 ways and 0 relations in the source" in all_notes(table)


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(("lost", "hit"), [(3, ["way/9", "way/11"]), (5, ["way/11"]), (99, [])])
def test_a_way_without_its_node_is_told_not_shortened(
    kind: str, lost: int, hit: list[str], tmp_path: Path
) -> None:
    """GDAL would draw the nodes that are left; here the row says what is missing."""
    drawn = roads()
    del drawn.nodes[lost]
    table = read_map(drawn, tmp_path, kind=kind)
    assert [fault.value for fault in table.faults] == hit
    assert [table.attributes["road_id"][fault.position] for fault in table.faults] == hit
    for fault in table.faults:
        assert table.geometry[fault.position] is None
        assert f"node/{lost}" in fault.reason.en
    assert len(table.rows) == 3
    assert f"broken ways: {len(hit)}" + (f": {', '.join(hit)}" if hit else "") in all_notes(table)


def test_deleted_and_repeated_elements_are_counted(tmp_path: Path) -> None:
    """An editor's file marks what is deleted; a merged file holds some elements twice."""
    path = tmp_path / "edited.osm"
    text = to_xml(roads()).replace('<way id="9"', '<way id="9" action="delete"')
    again = '<node id="1" lon="123.5" lat="42.5"/></osm>'
    path.write_text(text.replace("</osm>", again), encoding="utf-8")
    table = read_osm(path, ".osm", schema=LAYERS["roads"])
    assert table.attributes["road_id"].tolist() == ["way/10", "way/11"]
    assert "marked as deleted, left out: 1" in all_notes(table)
    assert "repeated word for word, once: 1" in all_notes(table)


def test_a_layer_that_is_not_on_the_map_is_refused(tmp_path: Path) -> None:
    """Boilers are in ledgers; a built-up area has a year, which the map does not state."""
    path = write_map(roads(), tmp_path, ".osm")
    for layer in ("boilers", "builtup_areas", "outfalls"):
        with pytest.raises(TielingGeoError, match="cannot be had from OpenStreetMap") as caught:
            read_osm(path, ".osm", schema=LAYERS[layer])
        assert caught.value.exit_status == 2
