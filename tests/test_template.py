"""A new workspace: what it holds, that it can be read as it is, and that it overwrites nothing."""

import csv
import errno
import os
import tomllib
from datetime import date
from pathlib import Path

import pytest

from tieling_geo.errors import OutputError, OutputRefusedError
from tieling_geo.pipeline import assess, read_layers
from tieling_geo.records import State
from tieling_geo.schemas import LAYERS
from tieling_geo.template import write_template
from tieling_geo.workspace import open_workspace


def test_every_layer_has_a_table_and_a_card(tmp_path: Path) -> None:
    """Two files a layer and `tieling.toml` last; headers are the official ones, with units."""
    root = tmp_path / "new"
    written = write_template(root)
    assert sorted(written) == sorted(path for path in root.rglob("*") if path.is_file())
    assert written[-1] == root / "tieling.toml"
    for name, schema in LAYERS.items():
        table = root / name / f"{name}.csv"
        assert table.read_bytes().startswith(b"\xef\xbb\xbf")
        with table.open(encoding="utf-8-sig", newline="") as file:
            (headers,) = csv.reader(file)
        places = ["经度", "纬度"] if schema.card().geometry == "point" else ["WKT"]
        assert headers == [*(column.header_zh for column in schema.columns()), *places]
        card = tomllib.loads((root / name / "card.toml").read_text(encoding="utf-8"))
        assert (card["publisher"], card["datum"], card["crs"]) == ("", "cgcs2000", "EPSG:4490")
    assert "额定蒸发量(蒸吨/小时)" in (root / "boilers/boilers.csv").read_text(encoding="utf-8")


def test_a_new_workspace_reads_and_never_passes(tmp_path: Path) -> None:
    """Every layer has 0 rows and no fault; every clause lacks data or has nothing in scope."""
    write_template(tmp_path / "new")
    space = open_workspace(tmp_path / "new")
    layers = read_layers(space)
    assert list(layers) == list(LAYERS)
    assert {(layer.rows_in, layer.rows_rejected) for layer in layers.values()} == {(0, 0)}
    assessment = assess(space, as_of=date(2026, 1, 1))
    states = {verdict.state for verdict in assessment.verdicts}
    assert states <= {State.NO_DATA, State.NOT_APPLICABLE, State.NOT_DECIDABLE}
    assert {v.value for v in assessment.verdicts} == {None}
    assert not assessment.is_sample


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """A folder that is there and is empty is taken."""
    write_template(tmp_path)
    assert (tmp_path / "tieling.toml").is_file()


def test_anything_in_the_folder_is_kept(tmp_path: Path) -> None:
    """A folder that holds one file, even a hidden one, is refused and left as it is."""
    (tmp_path / ".keep").write_text("mine")
    with pytest.raises(OutputRefusedError, match="is not empty"):
        write_template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".keep"]


def test_a_file_of_that_name_is_kept(tmp_path: Path) -> None:
    """A file where the folder should be is refused."""
    (tmp_path / "new").write_text("mine")
    with pytest.raises(OutputRefusedError):
        write_template(tmp_path / "new")
    assert (tmp_path / "new").read_text() == "mine"


def test_a_full_disk_leaves_the_folder_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fills up halfway, what was written is taken back: init can run again."""
    write = Path.write_text
    written: list[Path] = []

    def fail(path: Path, text: str, **options: str) -> int:
        if len(written) == 7:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(path)
        return write(path, text, **options)

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OutputError) as caught:
        write_template(tmp_path / "new")
    assert caught.value.exit_status == 3
    assert "磁盘已满" in caught.value.to("zh")
    assert list((tmp_path / "new").iterdir()) == []
    monkeypatch.undo()
    assert write_template(tmp_path / "new")
