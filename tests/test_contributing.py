"""CONTRIBUTING.md's examples, built into a copy of the package exactly as it says, and run."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

# The tests of the drawing have the unpacker of a map's layers.
sys.path.insert(0, str(Path(__file__).parent / "render"))

from unpacked import layers_of

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
_PIECE = re.compile(r"(?ms)^(File|Line in|Record in) `([^`]+)`:\n\n```\w+\n(.*?)^```$")
#: The registries are built below this comment, from what was imported above it.
_REGISTRY = "\n#: Every registered"


def pieces(kind: str) -> dict[str, str]:
    """Return what the document tells to write: path -> text."""
    return {path: text for word, path, text in _PIECE.findall(TEXT) if word == kind}


def build(house: Path) -> None:
    """Copy the package and do what the document says: new files, a line each, a record."""
    for folder in ("tieling_geo", "layers", "maps"):
        shutil.copytree(ROOT / folder, house / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", house)
    for path, text in pieces("File").items():
        assert not (house / path).exists()
        (house / path).parent.mkdir(parents=True, exist_ok=True)
        (house / path).write_text(text, encoding="utf-8")
    for path, line in pieces("Line in").items():
        assert len(line.splitlines()) == 1
        before, registry, after = (house / path).read_text(encoding="utf-8").partition(_REGISTRY)
        assert registry
        (house / path).write_text(f"{before}{line}{registry}{after}", encoding="utf-8")
    for path, record in pieces("Record in").items():
        with (house / path).open("a", encoding="utf-8") as file:
            file.write(f"\n{record}")


def python(house: Path, *words: str) -> str:
    """Run this Python in the copy, which it imports; its output, or an error."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", *words],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the copy with the examples in it, assessed."""
    folder = tmp_path_factory.mktemp("house")
    build(folder)
    python(folder, "tieling_geo", "assess", "--only", "X01", "--lang", "en", "--out", "out")
    return folder


def test_a_layer_an_analysis_a_clause_and_a_map_are_one_file_and_one_line_each() -> None:
    """The document promises no more work than that."""
    assert {Path(path).parent.as_posix() for path in pieces("File")} == {
        "tieling_geo/schemas",
        "tieling_geo/analyses",
        "tests/analyses",
        "maps",
        "layers/coal_yards",
    }
    assert list(pieces("Line in")) == [
        "tieling_geo/schemas/__init__.py",
        "tieling_geo/analyses/__init__.py",
    ]
    assert list(pieces("Record in")) == ["tieling_geo/plan/tieling_145.toml"]


def test_the_example_clause_gets_the_verdict_that_the_document_tells(house: Path) -> None:
    """Of four yards one is enclosed, one is not, one is unknown and one is too small."""
    (verdict,) = json.loads((house / "out" / "verdicts.json").read_text(encoding="utf-8"))
    assert verdict["clause"] == "X01"
    assert verdict["state"] == "not_met"
    assert (verdict["counted"], verdict["excluded"]) == (2, 1)
    shares = [float(verdict[name]) for name in ("value", "low", "high")]
    assert shares == pytest.approx([50, 100 / 3, 200 / 3])
    assert "not met, 50 %, between 33.33 and 66.67 %" in TEXT.replace("\n", " ")


def test_the_example_map_is_published(house: Path) -> None:
    """The page names the new analysis and draws its features."""
    page = (house / "out" / "maps" / "coal_yards.html").read_text(encoding="utf-8")
    assert "Enclosed coal yards" in page
    drawn = [one["id"] for _, features in layers_of(page).values() for one in features]
    assert {"Y1", "Y2", "Y3", "Y4"} <= set(drawn)


def test_the_example_layer_has_a_ledger_with_the_headers_of_the_example(house: Path) -> None:
    """`init` writes the very headers that the document shows."""
    python(house, "tieling_geo", "init", "new")
    ledger = house / "new" / "coal_yards" / "coal_yards.xlsx"
    shown = pieces("File")["layers/coal_yards/coal_yards.csv"].splitlines()[0]
    headers = next(openpyxl.load_workbook(ledger).worksheets[0].iter_rows(values_only=True))
    assert list(headers) == next(csv.reader([shown]))


def test_the_example_test_passes(house: Path) -> None:
    """Under this project's own settings."""
    told = python(house, "pytest", "-q", "-p", "no:cacheprovider", "tests/analyses")
    assert "2 passed" in told


def test_the_examples_pass_the_checks_that_bind_everywhere(house: Path) -> None:
    """Ruff's rules and its format."""
    files = [path for path in pieces("File") if path.endswith(".py")]
    python(house, "ruff", "check", "--no-cache", *files)
    python(house, "ruff", "format", "--no-cache", "--check", *files)
