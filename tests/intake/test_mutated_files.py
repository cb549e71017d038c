"""
A file that was damaged on its way is refused, or gives the same layer, or says what is wrong.

500 mutants of each kind of file: cut off at each 5 %, a byte flipped, a block of zeros; of a
Shapefile also a part left out or taken from another file. What may come of each:

| outcome   | meaning                                                                            |
|-----------|------------------------------------------------------------------------------------|
| refused   | a `TielingGeoError`: the whole file is turned away                                 |
| same      | every row, value, geometry, column and the CRS are as they were                    |
| told      | a row is a fault or has no geometry, so it is rejected; or a note says what is odd |
| value     | the same rows, columns, CRS and types of geometry; a value or coordinate differs   |
| silent    | anything else: rows lost or gained, another CRS or type, and nothing says so       |

`silent` must never happen. `value` cannot be noticed: none of these kinds of files keeps a sum of
its values (a GeoPackage keeps the box of each geometry, so that a coordinate that leaves it is
told; a Parquet with page checksums, asked for at the end, is refused). A renamed column is told
where the schema's columns are looked for: what the file does not have is refused or noted.
"""

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
import shapely
from shapely import Point, Polygon

from tieling_geo.errors import TielingGeoError
from tieling_geo.readers import read_layer
from tieling_geo.readers.guard import check_kind
from tieling_geo.readers.ledgers.ledger import read_ledger
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.vectors.vector import read_vector
from tieling_geo.records import Card, Layer, ReadOptions
from tieling_geo.schemas import LAYERS

ROWS, MUTANTS = 12, 250  # of each of the two shapes
CARD = Card("", "", "", "cgcs2000", crs="EPSG:4490", rows=ROWS)
KINDS = [".gpkg", ".geojson", ".parquet", ".shp", ".fgb"]


def boilers(*, areas: bool) -> gpd.GeoDataFrame:
    """Return rows with text, numbers and shapes."""
    corners = [(123.5 + n / 20, 42.1 + n / 30) for n in range(ROWS)]
    shapes = [
        Polygon([(x, y), (x + 0.03, y), (x + 0.03, y + 0.03), (x, y + 0.02)])
        if areas
        else Point(x, y)
        for x, y in corners
    ]
    names = ["铁岭供热公司", "昌图热力站", "西丰县粮库"] * (ROWS // 3)
    columns = {
        "boiler_id": [f"B{n:02}" for n in range(ROWS)],
        "name": names,
        "capacity": [1.5 * n for n in range(ROWS)],
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4490)


def written(folder: Path, kind: str, frame: gpd.GeoDataFrame) -> Path:
    """Write a file of a kind; GeoJSON states its CRS."""
    path = folder / f"boilers{kind}"
    if kind == ".geojson":
        crs = {"type": "name", "properties": {"name": "EPSG:4490"}}
        document = json.loads(frame.to_json(drop_id=True)) | {"crs": crs}
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    elif kind == ".parquet":
        frame.to_parquet(path)
    elif kind == ".csv":
        table = frame.assign(经度=frame.geometry.x, 纬度=frame.geometry.y).drop(columns="geometry")
        table.to_csv(path, index=False, encoding="utf-8")
    else:
        frame.to_file(path, **({"encoding": "GBK"} if kind == ".shp" else {}))
    return path


def mutated(content: bytes, dice: random.Random, number: int) -> bytes:
    """Damage a file: every tenth is cut, every seventh has a block of zeros, others a flip."""
    damaged = bytearray(content)
    at = dice.randrange(len(damaged))
    if number % 10 == 0:
        del damaged[len(content) * (number // 10 % 20) // 20 :]
    elif number % 7 == 0:
        end = at + dice.choice([1, 4, 16, 64, 512])
        damaged[at:end] = bytes(len(damaged[at:end]))
    else:
        damaged[at] ^= dice.randrange(1, 256)
    return bytes(damaged)


def structure(table: RawTable) -> tuple[object, ...]:
    """Return rows, columns and types of geometry."""
    kinds = [None if s is None else s.geom_type for s in table.geometry]
    return list(table.rows), list(table.attributes.columns), kinds


def content(table: RawTable) -> tuple[object, ...]:
    """Return all that a table holds."""
    values = table.attributes.astype("object").map(repr).to_numpy().tolist()
    return (*structure(table), values, [shapely.to_wkb(s) for s in table.geometry])


def outcome(read: RawTable, whole: RawTable) -> str:
    """Say what came of a mutant that was read."""
    same_crs = read.crs is not None and read.crs.equals(whole.crs, ignore_axis_order=True)
    if same_crs and content(read) == content(whole):
        return "same"
    if same_crs and structure(read) == structure(whole):
        return "value"
    told = {fault.position for fault in read.faults}
    told |= {at for at, shape in enumerate(read.geometry) if shape is None}
    if list(read.rows) == list(whole.rows) and list(read.attributes) == list(whole.attributes):
        kinds = zip(structure(read)[2], structure(whole)[2], strict=True)  # type: ignore[call-overload]
        strange = {at for at, (now, before) in enumerate(kinds) if now != before}
        # A layer without a CRS is refused as such.
        if strange <= told and (same_crs or read.crs is None or read.notes != whole.notes):
            return "told"
    elif list(read.rows) == list(whole.rows) and same_crs:
        return "columns"
    return "silent"


def read(path: Path) -> RawTable:
    """Read a file as the layer's reader does."""
    return read_vector(path, check_kind(path), layer="boilers")


def outcomes(path: Path, mutants: int, judge: Callable[[], str]) -> Counter[str]:
    """Damage a file and its parts in turn, judge each, and put them right again."""
    parts = {part: part.read_bytes() for part in sorted(path.parent.iterdir())}
    dice, counted = random.Random(20251231), Counter[str]()  # noqa: S311 - the same each time
    for number in range(mutants):
        part = list(parts)[number // 10 % len(parts)]
        part.write_bytes(mutated(parts[part], dice, number))
        try:
            counted[judge()] += 1
        except TielingGeoError as error:
            is_clear = error.exit_status == 2 and str(path.parent) not in "".join(error.message)
            counted["refused" if is_clear else "unclear"] += 1
        part.write_bytes(parts[part])
    return counted


@pytest.mark.parametrize("areas", [False, True], ids=["points", "areas"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_damage_goes_unnoticed(tmp_path: Path, kind: str, *, areas: bool) -> None:
    """Nothing silent, and a renamed column only where the schema will miss it."""
    path = written(tmp_path, kind, boilers(areas=areas))
    whole = read(path)
    counted = outcomes(path, MUTANTS, lambda: outcome(read(path), whole))
    assert counted["silent"] == counted["unclear"] == 0, counted
    assert counted["columns"] <= 0.03 * MUTANTS, counted
    assert counted.total() == MUTANTS
    assert counted["refused"] >= 0.1 * MUTANTS, counted


def same_layer(path: Path, table: RawTable, whole: Layer) -> str:
    """Say what came of a mutated table of text, whose number of rows stands on the card."""
    ledger = read_ledger(path, ".csv", schema=LAYERS["boilers"], card=CARD, options=ReadOptions())
    if content(ledger) == content(table) and ledger.notes == table.notes:
        return "same"
    if len(ledger.rows) != ROWS:
        return "refused"  # by the card, as the test below shows
    read = read_layer("boilers", path, card=CARD)
    if len(read.rejected) or read.notes != whole.notes:
        return "told"
    same_rows = len(read.features) == len(whole.features) and read.rows_in == whole.rows_in
    return "value" if same_rows else "silent"


def test_no_damage_to_a_csv_goes_unnoticed(tmp_path: Path) -> None:
    """Text cannot tell that whole lines are gone: the card's number of rows does."""
    path = written(tmp_path, ".csv", boilers(areas=False))
    whole = read_layer("boilers", path, card=CARD)
    assert len(whole.features) == ROWS
    options = ReadOptions()
    table = read_ledger(path, ".csv", schema=LAYERS["boilers"], card=CARD, options=options)
    counted = outcomes(path, 2 * MUTANTS, lambda: same_layer(path, table, whole))
    assert counted["silent"] == counted["unclear"] == 0, counted
    assert counted.total() == 2 * MUTANTS


def test_lines_that_are_gone_are_missed_by_the_card(tmp_path: Path) -> None:
    """A CSV cut between two lines is a whole CSV: only the number of rows can tell."""
    path = written(tmp_path, ".csv", boilers(areas=False))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-2]), encoding="utf-8")
    with pytest.raises(TielingGeoError, match="12"):
        read_layer("boilers", path, card=CARD)


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf", ".prj", ".cpg"])
def test_a_part_left_out_or_of_another_file(tmp_path: Path, suffix: str) -> None:
    """Without a needed part, or with one of fewer rows, a Shapefile is refused."""
    path = written(tmp_path, ".shp", boilers(areas=True))
    (tmp_path / "other").mkdir()
    other = written(tmp_path / "other", ".shp", boilers(areas=True).iloc[:7])
    part, kept = path.with_suffix(suffix), path.with_suffix(suffix).read_bytes()
    whole = read(path)
    part.unlink()
    if suffix == ".cpg":
        assert outcome(read(path), whole) == "same"
    elif suffix == ".prj":
        assert read(path).crs is None
    else:
        with pytest.raises(TielingGeoError, match="boilers"):
            read(path)
    shutil.copy(other.with_suffix(suffix), part)
    if suffix in {".cpg", ".prj"}:  # the same words in both
        assert part.read_bytes() == kept
        assert outcome(read(path), whole) == "same"
    else:
        with pytest.raises(TielingGeoError, match="boilers"):
            read(path)


def test_checksums_of_pages_are_asked_for(tmp_path: Path) -> None:
    """With them, a Parquet notices a changed value: each byte of its pages is flipped in turn."""
    path = tmp_path / "boilers.parquet"
    boilers(areas=False).to_parquet(path, write_page_checksum=True, compression=None)
    pages = pq.read_metadata(path).row_group(0).column(0)
    start = pages.dictionary_page_offset or pages.data_page_offset
    original, whole = path.read_bytes(), read(path)
    found = Counter[str]()
    for at in range(start, start + pages.total_compressed_size):
        damaged = bytearray(original)
        damaged[at] ^= 0x55
        path.write_bytes(damaged)
        try:
            found[outcome(read(path), whole)] += 1
        except TielingGeoError:
            found["refused"] += 1
    assert set(found) <= {"refused", "same"}
    assert found["refused"] > found["same"]
