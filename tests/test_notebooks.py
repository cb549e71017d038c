"""Notebooks: one question each, run from top to bottom offline, stored without outputs."""

import ast
import html
import os
import re
import tempfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

import tieling_geo as tg

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
#: Longest that one cell may take, seconds; on an idle machine none takes more than a few.
CELL_S = 300
# The kernel is a process of its own, which pytest's block of the network does not reach.
# urllib3, which folium imports, tries as it is imported whether there is IPv6; it lives with a no.
_NO_NETWORK = """\
import warnings
import pytest_socket
warnings.filterwarnings("ignore", "A test tried to use socket", UserWarning)
pytest_socket.disable_socket(allow_unix_socket=True)"""
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
the_tour = pytest.mark.parametrize("path", NOTEBOOKS[:1], ids=lambda path: path.stem)


def read(path: Path) -> NotebookNode:
    """Read a notebook as it is stored."""
    return nbformat.read(path, as_version=4)


def cells(book: NotebookNode, kind: str) -> list[NotebookNode]:
    """Return the cells of a kind."""
    return [cell for cell in book["cells"] if cell["cell_type"] == kind]


def executed(book: NotebookNode) -> NotebookNode:
    """
    Run a notebook in a kernel of this very Python, in an empty folder, with its network blocked.

    Kernel and client talk through files, not through the network. The folder is not pytest's:
    the name of a local socket may have about a hundred characters.
    """
    guard = nbformat.v4.new_code_cell(_NO_NETWORK)
    guarded = nbformat.from_dict({**book, "cells": [guard, *book["cells"]]})
    with tempfile.TemporaryDirectory(prefix="nb") as folder:
        kernel = AsyncKernelManager(
            kernel_name="python3",
            # No folder of kernels: one that is registered elsewhere could be another Python.
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            transport="ipc",
            connection_file=f"{folder}/kernel.json",
        )
        work = Path(folder) / "work"
        work.mkdir()
        client = NotebookClient(
            guarded, km=kernel, timeout=CELL_S, resources={"metadata": {"path": str(work)}}
        )
        own = {"IPYTHONDIR": folder, "JUPYTER_RUNTIME_DIR": folder}
        client.execute(env={**os.environ, **own}, cleanup_kc=True)
        assert [path.name for path in work.iterdir()] == []
    return nbformat.from_dict({**guarded, "cells": guarded["cells"][1:]})


def printed(cell: NotebookNode) -> str:
    """Return what a cell printed."""
    streams = [out for out in cell["outputs"] if out["output_type"] == "stream"]
    return "".join(out["text"] for out in streams if out["name"] == "stdout")


@pytest.fixture(scope="module")
def runs() -> dict[str, NotebookNode]:
    """Return the notebooks that were run so far: each runs once."""
    return {}


@pytest.fixture
def run(path: Path, runs: dict[str, NotebookNode]) -> NotebookNode:
    """Return a notebook with its outputs; a cell that fails is an error here."""
    if path.stem not in runs:
        runs[path.stem] = executed(read(path))
    return runs[path.stem]


@each_notebook
def test_it_runs_from_top_to_bottom(run: NotebookNode) -> None:
    """Every code cell ran, in order, none failed, and none printed a warning."""
    ran = cells(run, "code")
    assert [cell["execution_count"] for cell in ran] == list(range(2, len(ran) + 2))
    outputs = [out for cell in ran for out in cell["outputs"]]
    assert {out["output_type"] for out in outputs} <= {"stream", "execute_result", "display_data"}
    assert not [out for out in outputs if "Warning" in out.get("text", "")]


@the_tour
def test_the_tour_shows_a_map_that_needs_no_network(run: NotebookNode) -> None:
    """A cell's output is a frame with a whole page in it, which loads nothing."""
    outputs = [out for cell in cells(run, "code") for out in cell["outputs"]]
    shown = [out["data"].get("text/html", "") for out in outputs if "data" in out]
    (frame,) = [text for text in shown if "<iframe" in text]
    page = html.unescape(frame)
    assert 'class="folium-map"' in page
    assert "示例数据" in page
    assert "SAMPLE" in page
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//[^"'>]+""", page) == []


@each_notebook
def test_it_is_stored_without_outputs(path: Path) -> None:
    """Outputs, counts and the author's own settings stay out of the history."""
    book = read(path)
    for cell in cells(book, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert cell["metadata"] == {}
    assert set(book["metadata"]) <= {"kernelspec", "language_info"}
    assert book["metadata"]["kernelspec"]["name"] == "python3"


@each_notebook
def test_it_asks_one_question_in_two_languages(path: Path) -> None:
    """The title is a question; every text cell says the same in Chinese."""
    texts = [cell["source"] for cell in cells(read(path), "markdown")]
    assert re.fullmatch(r"# [^#?]+\?", texts[0].splitlines()[0])
    assert [text for text in texts if not _CHINESE.search(text)] == []
    assert re.fullmatch(r"\d\d_[a-z0-9_]+", path.stem)


@each_notebook
def test_it_uses_public_names_only(path: Path) -> None:
    """The package is imported as `tg`, and only names of `tg.__all__` are taken from it."""
    code = "\n".join(cell["source"] for cell in cells(read(path), "code"))
    imported = {
        (alias.name, alias.asname)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if "tieling_geo" in (alias.name, getattr(node, "module", "") or "")
        or (getattr(node, "module", "") or "").startswith("tieling_geo.")
        or alias.name.startswith("tieling_geo.")
    }
    attributes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute)]
    taken = {
        node.attr
        for node in attributes
        if isinstance(node.value, ast.Name) and node.value.id == "tg"
    }
    assert imported == {("tieling_geo", "tg")}
    assert taken <= set(tg.__all__)
    assert taken
    assert [node.attr for node in attributes if node.attr.startswith("_")] == []


@the_tour
def test_the_tour_prints_the_sample_s_verdict(run: NotebookNode) -> None:
    """State, reason and bounds are those of the assessment itself."""
    (expected,) = tg.assess(tg.open_workspace(), only=["I01"]).verdicts
    (told,) = [
        printed(cell) for cell in cells(run, "code") if "assessment.verdicts" in cell["source"]
    ]
    assert told.startswith("I01 | ")
    assert f"verdict: {expected.state.label.en} / {expected.state.label.zh}\n" in told
    assert f"why: {expected.because.en}\n" in told
    assert f"bounds: {expected.low} to {expected.high}\n" in told
    assert f"against the target: {', '.join(expected.against)}\n" in told


@the_tour
def test_the_tour_shows_bounds_and_reasons(run: NotebookNode) -> None:
    """The tables hold the measures with their bounds, and why boilers did not count."""
    shown = "\n".join(
        out["data"].get("text/plain", "")
        for cell in cells(run, "code")
        for out in cell["outputs"]
        if "data" in out
    )
    workspace = tg.open_workspace()
    layers = tg.read_layers(workspace)
    assert workspace.as_of is not None
    result = tg.run("boilers_in_heating_coverage", layers, as_of=workspace.as_of)
    assert result is not None
    unknown = result.excluded[result.excluded["kind"] == "unknown"]
    assert len(unknown)
    for card in tg.ANALYSES[result.analysis].measures:
        assert card.title.en in shown
    for reason in unknown["reason_en"].unique():
        assert reason in shown


def test_a_notebook_that_fails_or_asks_the_network_is_noticed() -> None:
    """The runner itself: an error in a cell is raised, and the kernel reaches no host."""
    code = "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9')"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    with pytest.raises(CellExecutionError, match="SocketBlockedError"):
        executed(book)
