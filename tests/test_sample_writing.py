"""The sample on disk: that it repeats to the byte, and what it refuses to replace."""

import csv
import hashlib
import shutil
import tomllib
from pathlib import Path

import pyogrio
import pytest
import shapely

from tieling_geo.errors import OutputError, OutputRefusedError
from tieling_geo.sample import draw, write_sample, writing
from tieling_geo.schemas import LAYERS

EMBEDDED = Path(__file__).parents[1] / "layers"
#: Layers without places: their cards state no datum.
TABLES = {name for name, schema in LAYERS.items() if not schema.card().has_places}
LEDGERS = {*writing.LEDGERS, *TABLES}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small sample once."""
    out = tmp_path_factory.mktemp("small") / "sample"
    write_sample(out, scale=0.1)
    return out


def hashes(folder: Path) -> dict[str, str]:
    """Hash every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_write_sample_repeats_to_the_byte(small: Path, tmp_path: Path) -> None:
    """Two runs give equal files; another seed does not; the clock of GDAL is given back."""
    write_sample(tmp_path / "again", scale=0.1)
    assert hashes(tmp_path / "again") == hashes(small)
    write_sample(tmp_path / "other", scale=0.1, seed=1)
    assert hashes(tmp_path / "other")["boilers/boilers.csv"] != hashes(small)["boilers/boilers.csv"]
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_the_workspace_says_that_it_is_a_sample(small: Path) -> None:
    """The workspace and every card are labelled, in both languages; nothing else is there."""
    workspace = tomllib.loads((small / "tieling.toml").read_text("utf-8"))["workspace"]
    assert workspace["is_sample"] is True
    assert workspace["title_zh"].startswith("示例数据")
    assert workspace["title_en"].startswith("SAMPLE")
    assert {path.name for path in small.iterdir()} == {"tieling.toml", *LAYERS}
    for name in LAYERS:
        card = tomllib.loads((small / name / "card.toml").read_text("utf-8"))
        assert card["is_sample"] is True
        assert "示例数据" in card["title"]
        assert "SAMPLE" in card["title"]
        assert card["reference_date"] == workspace["as_of"]
        assert card["licence"] == "Apache-2.0"
        assert card.get("datum") == (None if name in TABLES else "cgcs2000")
        assert card.get("crs") == ("EPSG:4490" if name in LEDGERS - TABLES else None)
        suffix = "csv" if name in LEDGERS else "gpkg"
        assert {p.name for p in (small / name).iterdir()} == {"card.toml", f"{name}.{suffix}"}


def test_geopackages_hold_what_was_drawn(small: Path) -> None:
    """Read back, each has the schema's columns and the same shapes, in EPSG:4490."""
    drawn = draw(scale=0.1)
    for name in set(LAYERS) - LEDGERS:
        path = small / name / f"{name}.gpkg"
        assert pyogrio.list_layers(path)[:, 0].tolist() == [name]
        back = pyogrio.read_dataframe(path)
        assert list(back.columns) == list(drawn[name].columns)
        assert back.crs.to_epsg() == 4490
        assert shapely.equals_identical(
            back.geometry.to_numpy(), drawn[name].geometry.to_numpy()
        ).all()
        for column in LAYERS[name].columns():
            assert (back[column.name].isna() == drawn[name][column.name].isna()).all()


def test_ledgers_are_written_as_offices_keep_them(small: Path) -> None:
    """Byte-order mark, Unix line ends, Chinese headers and words, seven decimals, blanks."""
    raw = (small / "boilers" / "boilers.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    with (small / "boilers" / "boilers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    headers = [column.header_zh for column in LAYERS["boilers"].columns()]
    assert list(rows[0]) == [*headers, "经度", "纬度"]
    drawn = draw(scale=0.1)["boilers"]
    assert [(float(r["经度"]), float(r["纬度"])) for r in rows] == [
        (p.x, p.y) for p in drawn.geometry
    ]
    assert all(len(row["经度"].split(".")[1]) == 7 for row in rows)
    first = rows[0]
    assert first["燃料类型"] == "燃煤"
    assert first["额定蒸发量(蒸吨/小时)"] == "20"
    assert (first["投用日期"], first["淘汰日期"]) == ("2005-10-01", "")


def test_booleans_are_written_in_chinese(small: Path) -> None:
    """A yes is 是, a no is 否, a gap is blank; whole tonnes carry no decimal point."""
    with (small / "freight_sites" / "freight_sites.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["是否新建或迁建"] == "是"
    assert rows[0]["是否接入铁路专用线"] == "否"
    assert rows[0]["大宗货物年运输量(吨/年)"] == "1500000"
    assert {row["是否管道运输"] for row in rows} <= {"是", "否", ""}


def test_only_a_sample_is_replaced(tmp_path: Path) -> None:
    """A foreign folder is never touched; a sample only if forced; what was there stays there."""
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "report.txt").write_text("mine", encoding="utf-8")
    for force in (False, True):
        with pytest.raises(OutputRefusedError):
            write_sample(foreign, scale=0.05, force=force)
    assert hashes(foreign).keys() == {"report.txt"}
    out = tmp_path / "sample"
    out.mkdir()
    write_sample(out, scale=0.05)
    before = hashes(out)
    with pytest.raises(OutputRefusedError, match="force"):
        write_sample(out, scale=0.05, seed=2)
    assert hashes(out) == before
    write_sample(out, scale=0.05, seed=2, force=True)
    assert hashes(out) != before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["foreign", "sample"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tieling.toml", "[workspace]\nis_sample = false\n"),
        ("tieling.toml", "[workspace]\n"),
        ("tieling.toml", "workspace = 3\n"),
        ("tieling.toml", "not toml"),
        ("boilers/card.toml", "is_sample = false\n"),
        ("ours/card.toml", "is_sample = true\n"),
        ("notes.txt", ""),
    ],
)
def test_a_sample_with_own_work_in_it_is_not_replaced(
    small_workspace: Path, tmp_path: Path, path: str, text: str
) -> None:
    """A workspace that is no sample, a layer of the user's own, or any other file protects it."""
    out = tmp_path / "sample"
    shutil.copytree(small_workspace, out)
    (out / path).parent.mkdir(exist_ok=True)
    (out / path).write_text(text, encoding="utf-8")
    before = hashes(out)
    with pytest.raises(OutputRefusedError):
        write_sample(out, scale=0.05, force=True)
    assert hashes(out) == before


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    """A file is no folder to write to, nor to write below."""
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputRefusedError):
        write_sample(taken, scale=0.05, force=True)
    with pytest.raises(OutputError):
        write_sample(taken / "below", scale=0.05)
    assert taken.read_text("utf-8") == "mine"


def test_a_failed_move_leaves_the_old_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the new folder cannot be moved into place, the old one is put back."""
    out = tmp_path / "sample"
    write_sample(out, scale=0.05)
    before = hashes(out)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "built":
            raise PermissionError(13, "denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError, match="denied"):
        write_sample(out, scale=0.05, seed=2, force=True)
    assert hashes(out) == before
    assert [p.name for p in tmp_path.iterdir()] == ["sample"]


def test_the_embedded_workspace_is_what_is_drawn(tmp_path: Path) -> None:
    """`make sample` was run after the last change, and the folder stays small."""
    write_sample(tmp_path / "layers")
    drawn = hashes(tmp_path / "layers")
    assert hashes(EMBEDDED) == drawn
    assert sum((EMBEDDED / name).stat().st_size for name in drawn) < 5_000_000
