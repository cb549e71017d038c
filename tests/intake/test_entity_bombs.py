"""
XML that grows, or that reads other files, is never expanded: eight formats, three bombs each.

| bomb       | what it does                                          |
|------------|-------------------------------------------------------|
| laughs     | ten entities, each ten times the one before           |
| quadratic  | one long entity, ten thousand times                   |
| outside    | an entity that is the content of another file         |

| format                 | decision                                              |
|------------------------|-------------------------------------------------------|
| `.kml .gml .gpx .svg`  | kinds that are not read, by name or by content        |
| `.docx`                | not read; under the name of a workbook: no workbook   |
| `.osm`                 | refused for its DOCTYPE                               |
| `.xlsx`                | refused: a part of it has a DOCTYPE                   |
| `.xml` as `.geojson`   | refused for what it is                                |
"""

import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from tieling_geo.errors import InputError
from tieling_geo.readers import read_layer
from tieling_geo.records import Card

CARD = Card("", "", "", "cgcs2000", crs="EPSG:4490")
SECRET = "canary-7d1f"  # noqa: S105 - stands in a file that must not be opened
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "laughs": f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY a9 "{"a" * 100_000}">]>',
    "outside": '<!DOCTYPE x [<!ENTITY a9 SYSTEM "{canary}">]>',
}
USE = "&a9;" * 10_000
BODIES = {
    ".kml": "<kml><Document><name>{use}</name></Document></kml>",
    ".gml": "<gml:FeatureCollection>{use}</gml:FeatureCollection>",
    ".gpx": "<gpx><wpt lat='42' lon='123'><name>{use}</name></wpt></gpx>",
    ".svg": "<svg><text>{use}</text></svg>",
    ".osm": "<osm version='0.6'><node id='1' lat='42' lon='123'><tag k='name' v='{use}'/></node>"
    "</osm>",
    ".geojson": "<a>{use}</a>",
}


def bomb(folder: Path, name: str) -> str:
    """Return a bomb's declaration; one of them names a canary."""
    canary = folder / "canary.txt"
    canary.write_text(SECRET)
    return BOMBS[name].replace("{canary}", canary.as_uri())


def check_refused(path: Path, layer: str = "boilers") -> None:
    """See that a file is refused soon, in little memory, and shows nothing of the canary."""
    tracemalloc.start()
    before = time.monotonic()
    try:
        with pytest.raises(InputError) as refused:
            read_layer(layer, path, card=CARD)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - before < 5
    assert peak < 100e6
    assert SECRET not in "".join(refused.value.message)
    assert path.name in refused.value.to("zh")


@pytest.mark.parametrize("name", list(BOMBS))
@pytest.mark.parametrize("suffix", list(BODIES))
def test_xml_is_refused(tmp_path: Path, suffix: str, name: str) -> None:
    """Under its own name."""
    path = tmp_path / f"roads{suffix}"
    declared = '<?xml version="1.0"?>' + bomb(tmp_path, name)
    path.write_text(declared + BODIES[suffix].replace("{use}", USE), encoding="utf-8")
    check_refused(path, "roads")


@pytest.mark.parametrize("name", list(BOMBS))
@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
def test_xml_in_a_package_is_refused(tmp_path: Path, suffix: str, name: str) -> None:
    """A workbook's parts are XML; a document is no workbook."""
    main = "xl/workbook.xml" if suffix == ".xlsx" else "word/document.xml"
    declared = '<?xml version="1.0"?>' + bomb(tmp_path, name)
    path = tmp_path / f"boilers{suffix}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        archive.writestr(main, f"{declared}<workbook>{USE}</workbook>")
    check_refused(path)
    check_refused(path.rename(path.with_suffix(".xlsx")))


@pytest.mark.parametrize("name", list(BOMBS))
def test_xml_under_the_name_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    """Whatever it is called."""
    declared = '<?xml version="1.0"?>' + bomb(tmp_path, name)
    for suffix in (".csv", ".json", ".gpkg", ".shp", ".parquet", ".fgb", ".zip"):
        path = tmp_path / f"boilers{suffix}"
        path.write_text(declared + f"<a>{USE}</a>", encoding="utf-8")
        check_refused(path)
