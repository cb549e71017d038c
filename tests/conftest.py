"""What every test may use."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from tieling_geo.cli import main
from tieling_geo.pipeline import assess
from tieling_geo.records import Assessment
from tieling_geo.reports import publish
from tieling_geo.sample import write_sample
from tieling_geo.template import write_template
from tieling_geo.workspace import open_workspace

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data, `TIELING_GEO_REAL_DATA`; skip where it is absent."""
    folder = Path(os.environ.get("TIELING_GEO_REAL_DATA", _BESIDE))
    if not folder.is_dir():
        pytest.skip("no real data: set TIELING_GEO_REAL_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def small_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the sample at a tenth of its size, once; it is for reading only."""
    root = tmp_path_factory.mktemp("small") / "workspace"
    write_sample(root, scale=0.1)
    return root


@pytest.fixture
def own_workspace(small_workspace: Path, tmp_path: Path) -> Path:
    """Copy the small sample, for a test that changes it."""
    return Path(shutil.copytree(small_workspace, tmp_path / "workspace"))


@pytest.fixture(scope="session")
def small_assessment(small_workspace: Path) -> Assessment:
    """Assess the small sample, once."""
    return assess(open_workspace(small_workspace))


@pytest.fixture(scope="session")
def products(
    small_assessment: Assessment, small_workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Publish the small sample's assessment, once; it is for reading only."""
    out = tmp_path_factory.mktemp("products") / "out"
    space = open_workspace(small_workspace)
    publish(small_assessment, out, maps=space.maps, settings=space.settings)
    return out


HandMade = Callable[..., Path]

#: A supply area around 42.25° N, 123.85° E, and five boilers: one to be shut, one that is, one
#: outside, one of gas, and one whose fuel nobody wrote down.
FIVE_BOILERS = (
    "B1,甲厂,,燃煤,20,,供暖,在用,,,123.85,42.25",
    "B2,乙厂,,燃煤,20,,供暖,已淘汰,,2024-06-01,123.86,42.25",
    "B3,丙厂,,燃煤,20,,供暖,在用,,,124.50,42.25",
    "B4,丁厂,,燃气,20,,供暖,在用,,,123.87,42.25",
    "B5,戊厂,,,20,,供暖,在用,,,123.88,42.25",
)
ONE_AREA = (
    'A1,N1,供热公司,,"POLYGON ((123.8 42.2, 123.9 42.2, 123.9 42.3, 123.8 42.3, 123.8 42.2))"',
)


@pytest.fixture
def hand_made(tmp_path: Path) -> HandMade:
    """
    Return a function that makes a workspace of a few rows, small enough to count by hand.

    Each argument names a layer and gives the lines of its table; layers that are not named have
    none. Without an argument: `FIVE_BOILERS` and `ONE_AREA`, judged as of 31 December 2025.
    """

    def make(**rows: tuple[str, ...]) -> Path:
        root = tmp_path / "hand_made"
        write_template(root)
        given = rows or {"boilers": FIVE_BOILERS, "heating_supply_areas": ONE_AREA}
        for layer, lines in given.items():
            with (root / layer / f"{layer}.csv").open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
        state(root, as_of=date(2025, 12, 31))
        return root

    return make


def state(root: Path, **values: object) -> None:
    """Say more in the first table of a workspace's `tieling.toml`."""
    path = root / "tieling.toml"
    words = {True: "true", False: "false"}
    lines = [
        f"{key} = {value}" if isinstance(value, date) else f"{key} = {words.get(value, repr(value))}"
        for key, value in values.items()
    ]
    head, rest = path.read_text(encoding="utf-8").split("[workspace]\n", maxsplit=1)
    path.write_text("\n".join([head + "[workspace]", *lines, rest]), encoding="utf-8")


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Ran]]:
    """Return a function that runs the command line in this process, from its words to its status."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("TIELING_GEO_LANG", raising=False)
    monkeypatch.delenv("TIELING_GEO_TRACEBACK", raising=False)

    def run_words(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["tieling-geo", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = capsys.readouterr()
        status = stopped.value.code
        assert isinstance(status, int)
        return Ran(status, printed.out, printed.err)

    yield run_words
    signal.signal(signal.SIGTERM, before)
