"""OpenStreetMap files that are refused as a whole (decisions: see `test_osm_files`)."""

import bz2
import random
import time
from pathlib import Path

import hand_made_osm
import pytest
import shapely
from hand_made_osm import FILES, Map, roads, to_pbf, to_xml, write_map

from tieling_geo.errors import BrokenFileError, TielingGeoError, UntrustedFileError
from tieling_geo.readers.osm.file import read_osm
from tieling_geo.readers.raw import RawTable
from tieling_geo.schemas import LAYERS


def _refused(path: Path, kind: str) -> TielingGeoError:
    """Read a file that must be refused: one message in two languages, no path, quickly."""
    began = time.monotonic()
    with pytest.raises(UntrustedFileError) as caught:
        read_osm(path, kind, schema=LAYERS["roads"])
    assert time.monotonic() - began < 10
    error = caught.value
    assert error.exit_status == 2
    for words in error.message:
        assert path.name in words
        assert str(path.parent) not in words
    assert any("一" <= letter <= "鿿" for letter in error.message.zh)
    return error


_BOMB = '<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_XML_FAULTS = {
    "doctype": (to_xml(roads(), head="<!DOCTYPE osm>"), "DOCTYPE"),
    "entity bomb": (to_xml(roads(), head=_BOMB), "DOCTYPE"),
    "external entity": (
        to_xml(roads(), head='<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
        "DOCTYPE",
    ),
    "changes": ("<osmChange version='0.6'/>", "osmChange"),
    "another root": ("<gpx/>", "<gpx> instead of <osm>"),
    "empty": ("", "the file is empty"),
    "html": ("<!DOCTYPE html><html></html>", "DOCTYPE"),
    "remark": (to_xml(roads()).replace("</osm>", "<remark>timed out</remark></osm>"), "remarks"),
    "unknown element": (to_xml(roads()).replace("<way", "<wey").replace("/way", "/wey"), "<wey>"),
    "unknown part": (to_xml(roads()).replace("<nd ", "<ne "), "<ne>"),
    "nd without ref": (to_xml(roads()).replace('<nd ref="1"/>', "<nd/>"), "<nd> lacks 'ref'"),
    "node without lat": (to_xml(roads()).replace('lat="42.5"', ""), "<node> lacks 'lat'"),
    "place is no number": (to_xml(roads()).replace('lat="42.5"', 'lat="4_2"'), "no coordinate"),
    "place is nan": (to_xml(roads()).replace('lat="42.5"', 'lat="nan"'), "no coordinate"),
    "off the earth": (to_xml(roads()).replace('lat="42.5"', 'lat="142.5"'), "nowhere"),
    "id is no number": (to_xml(roads()).replace('way id="9"', 'way id="1_0"'), "is no id"),
    "id too long": (to_xml(roads()).replace('way id="9"', f'way id="{10**30}"'), "is no id"),
    "one id twice": (to_xml(roads()).replace('way id="9"', 'way id="10"'), "way/10 stands twice"),
    "one node twice": (to_xml(roads()).replace('node id="2"', 'node id="1"'), "node/1 stands"),
    "tag twice": (
        to_xml(roads()).replace("<tag", '<tag k="highway" v="x"/><tag', 1),
        "stands twice in one element",
    ),
    "two documents": (to_xml(roads()) * 2, "line"),
}


@pytest.mark.parametrize(("text", "reason"), _XML_FAULTS.values(), ids=_XML_FAULTS)
@pytest.mark.parametrize("kind", [".osm", ".osm.bz2"])
def test_a_bad_osm_file_is_refused(text: str, reason: str, kind: str, tmp_path: Path) -> None:
    """Each with its reason."""
    path = tmp_path / f"bad{kind}"
    path.write_bytes(bz2.compress(text.encode()) if kind == ".osm.bz2" else text.encode())
    assert reason in _refused(path, kind).message.en


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("percent", range(0, 100, 5))
def test_a_file_cut_off_anywhere_is_refused(kind: str, percent: int, tmp_path: Path) -> None:
    """At each 5 %: a clear error, never fewer rows."""
    whole = write_map(roads(), tmp_path, kind).read_bytes()
    path = tmp_path / f"cut{kind}"
    path.write_bytes(whole[: len(whole) * percent // 100])
    _refused(path, kind)


def _same(table: RawTable, other: RawTable) -> bool:
    """Tell whether two tables are one and the same."""
    return (
        table.attributes.equals(other.attributes)
        and table.faults == other.faults
        and bool(shapely.equals_exact(table.geometry, other.geometry, tolerance=0).all())
    )


@pytest.mark.parametrize("kind", [".osm.bz2", ".osm.pbf"])
def test_a_flipped_byte_changes_nothing_or_is_told(kind: str, tmp_path: Path) -> None:
    """Both kinds carry checksums, 500 flips; plain `.osm` has none: a digit is a digit."""
    path = write_map(roads(), tmp_path, kind)
    whole, before = path.read_bytes(), read_osm(path, kind, schema=LAYERS["roads"])
    draw, refused = random.Random(20260305), 0  # noqa: S311 - no secret
    for _ in range(500):
        flipped = bytearray(whole)
        flipped[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        path.write_bytes(flipped)
        try:
            assert _same(read_osm(path, kind, schema=LAYERS["roads"]), before)
        except UntrustedFileError:
            refused += 1
    assert refused > 400


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: to_pbf(roads(), feature="HistoricalInformation"), "HistoricalInformation"),
        (lambda: to_pbf(roads(), packing=7), "zstd"),
        (lambda: to_pbf(roads(), packing=4), "LZMA"),
        (lambda: b"PK\x03\x04" + bytes(100), "impossible length"),
        (lambda: to_pbf(roads()) + b"\x00", "impossible length"),
        (lambda: to_pbf(roads())[100:], "where OSMHeader should be|length|cut off|damaged|part"),
        (lambda: b"", "where OSMHeader should be"),
    ],
    ids=["history", "zstd", "lzma", "zip", "a byte more", "head missing", "empty"],
)
def test_a_bad_pbf_file_is_refused(make: object, reason: str, tmp_path: Path) -> None:
    """Each with its reason."""
    path = tmp_path / "bad.osm.pbf"
    path.write_bytes(make())  # type: ignore[operator]
    told = _refused(path, ".osm.pbf").message.en
    assert any(part in told for part in reason.split("|"))


def test_a_bzip2_bomb_is_refused_early(tmp_path: Path) -> None:
    """Some hundred bytes that unpack to 200 MiB of blanks."""
    path = tmp_path / "bomb.osm.bz2"
    packer = bz2.BZ2Compressor()
    with path.open("wb") as file:
        for _ in range(200):
            file.write(packer.compress(b" " * (1 << 20)))
        file.write(packer.flush())
    assert "far more than such a file should" in _refused(path, ".osm.bz2").message.en


def _block(group: bytes) -> bytes:
    """Return a file whose only block of data has this group."""
    head = to_pbf(Map())
    return head + hand_made_osm.to_blob("OSMData", hand_made_osm.to_part(2, group))


@pytest.mark.parametrize(
    "group",
    [
        hand_made_osm.to_part(2, hand_made_osm.to_part(1, bytes(31 << 20))),
        hand_made_osm.to_part(3, b"") * (15 << 20),
        hand_made_osm.to_part(3, b"") * (1 << 19),
        hand_made_osm.to_part(1, b"\x08\x00" * 100) * (1 << 16),
    ],
    ids=["32 million nodes", "16 million ways", "half a million ways", "nodes of many parts"],
)
def test_a_pbf_bomb_is_refused_early(group: bytes, tmp_path: Path) -> None:
    """A few kilobytes that unpack to what the format allows, full of next to nothing."""
    path = tmp_path / "bomb.osm.pbf"
    path.write_bytes(_block(group))
    assert path.stat().st_size < 1 << 20
    _refused(path, ".osm.pbf")


def test_one_endless_value_is_refused(tmp_path: Path) -> None:
    """A name of 20 MiB is held back before it is held."""
    path = tmp_path / "long.osm"
    path.write_text(to_xml(roads()).replace("银州大路", "路" * (7 << 20)), encoding="utf-8")
    assert "longer than any should be" in _refused(path, ".osm").message.en


def test_several_bzip2_streams_are_read_and_rubbish_behind_them_is_not(tmp_path: Path) -> None:
    """Parallel packers write many streams; what is no stream makes the file broken."""
    text = to_xml(roads()).encode()
    path = tmp_path / "many.osm.bz2"
    path.write_bytes(bz2.compress(text[:400]) + bz2.compress(text[400:]))
    assert len(read_osm(path, ".osm.bz2", schema=LAYERS["roads"]).rows) == 3
    path.write_bytes(path.read_bytes() + b"rubbish")
    _refused(path, ".osm.bz2")


def test_too_many_elements_are_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the limit a file is read, one element above it is not."""
    path = write_map(roads(), tmp_path, ".osm.pbf")
    monkeypatch.setattr("tieling_geo.readers.osm.elements.MOST_NODES", 6)
    assert len(read_osm(path, ".osm.pbf", schema=LAYERS["roads"]).rows) == 3
    monkeypatch.setattr("tieling_geo.readers.osm.elements.MOST_NODES", 5)
    assert "osmium extract" in _refused(path, ".osm.pbf").message.en


def test_broken_file_error_is_the_class_for_damage(tmp_path: Path) -> None:
    """Damage and refusal are two classes of one status."""
    path = write_map(roads(), tmp_path, ".osm.pbf")
    path.write_bytes(path.read_bytes()[:-3])
    assert isinstance(_refused(path, ".osm.pbf"), BrokenFileError)
