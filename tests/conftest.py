"""
What every test may use.

The package is imported inside the fixtures: a fault in an upper room must not stop the tests of the
lower ones.
"""

import contextlib
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import settings

from tieling_geo.gdal_settings import guard_gdal

if TYPE_CHECKING:
    from tieling_geo.records import Assessment, Layer

guard_gdal()  # a test may write a file, and so load GDAL, before it reads one

# A slow moment of the machine is no fault, and the same code meets the same examples every time.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data, `TIELING_GEO_REAL_DATA`; skip where it is absent."""
    folder = Path(os.environ.get("TIELING_GEO_REAL_DATA", _BESIDE))
    if not folder.is_dir():
        pytest.skip("no real data: set TIELING_GEO_REAL_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def sample_layers() -> dict[str, "Layer"]:
    """Read the embedded workspace, once; its layers are for reading only."""
    from tieling_geo.pipeline import read_layers  # noqa: PLC0415 - see above
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - see above

    return read_layers(open_workspace())


@pytest.fixture(scope="session")
def small_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the sample at a tenth of its size, once; it is for reading only."""
    from tieling_geo.sample import write_sample  # noqa: PLC0415 - see above

    root = tmp_path_factory.mktemp("small") / "workspace"
    write_sample(root, scale=0.1)
    return root


@pytest.fixture
def own_workspace(small_workspace: Path, tmp_path: Path) -> Path:
    """Copy the small sample, for a test that changes it."""
    return Path(shutil.copytree(small_workspace, tmp_path / "workspace"))


@pytest.fixture(scope="session")
def small_assessment(small_workspace: Path) -> "Assessment":
    """Assess the small sample, with the states of its maps, once."""
    from tieling_geo.pipeline import assess  # noqa: PLC0415 - see above
    from tieling_geo.render import read_maps  # noqa: PLC0415 - see above
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - see above

    space = open_workspace(small_workspace)
    return assess(space, maps=read_maps(space.maps))


@pytest.fixture(scope="session")
def products(
    small_workspace: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """Publish the small sample's assessment, once for all workers; it is for reading only."""
    from tieling_geo.reports import publish  # noqa: PLC0415 - see above
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - see above

    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    out, space = base / "products", open_workspace(small_workspace)
    command = "tieling-geo assess --as-of 2025-12-31 --lang zh"
    # The database is no more than a lock that ends with its process: one worker writes the
    # products, whole or not at all, and the others wait for them.
    with contextlib.closing(sqlite3.connect(base / "products.lock", timeout=600)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        if not out.exists():
            assessment = request.getfixturevalue("small_assessment")
            publish(assessment, out, maps=space.maps, command=command)
    return out


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


@pytest.fixture
def run_main(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Ran]]:
    """Return a function that runs the command line in this process, from words to exit status."""
    from tieling_geo.cli import main  # noqa: PLC0415 - see above

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("TIELING_GEO_LANG", raising=False)
    monkeypatch.delenv("TIELING_GEO_TRACEBACK", raising=False)

    def run(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["tieling-geo", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return Ran(stopped.value.code, printed.out, printed.err)

    yield run
    signal.signal(signal.SIGTERM, before)
