"""The folder of products: what the output contract promises, whole, and the same each time."""

import errno
import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tieling_geo.errors import MapError, OutputError, OutputRefusedError
from tieling_geo.pipeline import assess
from tieling_geo.records import Assessment
from tieling_geo.render import read_maps
from tieling_geo.reports import publish
from tieling_geo.reports.publish import read_map, write_map
from tieling_geo.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from tieling_geo.text import Text

MAPS = open_workspace().maps
#: What every folder of products holds beside its maps.
PRODUCTS = {
    "index.html",
    "verdicts.json",
    "evidence.gpkg",
    "ledger.xlsx",
    "report.docx",
    "provenance.json",
    "manifest.json",
}


@pytest.fixture(scope="module")
def space(small_workspace: Path) -> Workspace:
    """Open the small sample."""
    return open_workspace(small_workspace)


@pytest.fixture(scope="module")
def few(space: Workspace) -> Assessment:
    """Assess some clauses, where the number of results does not matter."""
    return assess(space, only=["A01", "C01", "C02", "I01"])


@pytest.fixture
def one_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of one map, where the number of maps does not matter."""
    folder = tmp_path_factory.mktemp("maps")
    shutil.copy(MAPS / "parks.toml", folder)
    return folder


def tree(place: Path) -> dict[str, bytes]:
    """Return every file below a place with its bytes."""
    return {
        p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file()
    }


def test_every_product_is_there(products: Path) -> None:
    """The contract's files, a page for each published map, and nothing else."""
    pages = {f"maps/{published.map_id}.html" for published in read_maps(MAPS)}
    assert pages
    assert set(tree(products)) == PRODUCTS | pages


def test_the_manifest_is_right(products: Path) -> None:
    """It lists every other file with its sha256."""
    record = json.loads((products / "manifest.json").read_text(encoding="utf-8"))
    meant = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in tree(products).items()
        if name != "manifest.json"
    }
    assert record["files"] == meant


def test_the_same_input_gives_the_same_bytes(
    products: Path, space: Workspace, tmp_path: Path
) -> None:
    """Assessed and published again under another name: every file is equal."""
    again = tmp_path / "another name"
    command = "tieling-geo assess --as-of 2025-12-31 --lang zh"
    made = assess(space, maps=read_maps(space.maps))
    files = publish(made, again, maps=space.maps, command=command)
    assert tree(again) == tree(products)
    assert {*files, "manifest.json"} == set(tree(products))


def test_verdicts_evidence_and_dashboard_agree(
    products: Path, small_assessment: Assessment
) -> None:
    """Every clause stands in the JSON and on the dashboard, which links every file that it has."""
    rows = json.loads((products / "verdicts.json").read_text(encoding="utf-8"))
    page = (products / "index.html").read_text(encoding="utf-8")
    assert [row["clause"] for row in rows] == [
        verdict.clause.clause_id for verdict in small_assessment.verdicts
    ]
    links = set(re.findall(r'href="([^"#:]+)"', page))
    assert {name for name in links if name.endswith(".html")} >= {
        f"maps/{published.map_id}.html" for published in read_maps(MAPS)
    }
    assert all((products / link).is_file() for link in links)


def test_no_page_asks_the_network(products: Path) -> None:
    """Neither the dashboard nor a map loads anything from anywhere."""
    pages = [*products.glob("*.html"), *products.glob("maps/*.html")]
    assert len(pages) > 1
    for page in pages:
        assert not re.search(r"https?://", page.read_text(encoding="utf-8"))


def test_english_pages(small_assessment: Assessment, tmp_path: Path, one_map: Path) -> None:
    """The language reaches the dashboard, the maps and the evidence."""
    publish(small_assessment, tmp_path / "out", maps=one_map, language="en")
    for name in ("index.html", "maps/parks.html"):
        assert 'lang="en"' in (tmp_path / "out" / name).read_text(encoding="utf-8")


def test_only_some_clauses(space: Workspace, tmp_path: Path) -> None:
    """Other clauses stand nowhere, and maps of analyses that were not run are still pages."""
    publish(assess(space, only=["I01"]), tmp_path / "out", maps=space.maps)
    rows = json.loads((tmp_path / "out" / "verdicts.json").read_text(encoding="utf-8"))
    assert [row["clause"] for row in rows] == ["I01"]
    assert {path.stem for path in (tmp_path / "out" / "maps").iterdir()} == {
        published.map_id for published in read_maps(MAPS)
    }


def test_progress_is_told(few: Assessment, tmp_path: Path, one_map: Path) -> None:
    """Every product is told of before it is written, with its number."""
    told: list[tuple[Text, int, int]] = []
    files = publish(
        few,
        tmp_path / "out",
        maps=one_map,
        progress=lambda what, done, of: told.append((what, done, of)),
    )
    assert [what.en for what, _, _ in told] == [f"writing {name}" for name in files]
    assert [(done, of) for _, done, of in told] == [(n, len(files)) for n in range(len(files))]


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (RuntimeError("ours"), RuntimeError),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), OutputError),
    ],
)
def test_a_product_that_fails_leaves_the_old_ones(
    few: Assessment,
    tmp_path: Path,
    one_map: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    raised: type[Exception],
) -> None:
    """The last product fails after all others were written: the old folder is whole, alone."""
    out = tmp_path / "out"
    publish(few, out, maps=one_map)
    before = tree(tmp_path)

    def fail(*_words: object, **_more: object) -> str:
        raise error

    # The module's name in the package is taken by its function, which leads back to it.
    monkeypatch.setitem(publish.__globals__, "provenance_json", fail)
    with pytest.raises(raised):
        publish(few, out, maps=one_map, language="en")
    assert tree(tmp_path) == before


def test_a_folder_that_is_not_ours(few: Assessment, tmp_path: Path, one_map: Path) -> None:
    """It is refused, and what it holds is untouched."""
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(OutputRefusedError):
        publish(few, tmp_path, maps=one_map)
    assert tree(tmp_path) == {"thesis.docx": b"mine"}


def test_a_map_file_that_is_refused(few: Assessment, tmp_path: Path) -> None:
    """A published map that names an unknown analysis stops the run before anything is written."""
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "bad.toml").write_text(
        'title_zh = "图"\ntitle_en = "map"\nanalyses = ["nothing"]\n', encoding="utf-8"
    )
    with pytest.raises(MapError, match="nothing"):
        publish(few, tmp_path / "out", maps=tmp_path / "maps")
    assert not (tmp_path / "out").exists()


def test_provenance_names_the_maps(products: Path, space: Workspace) -> None:
    """The maps' files decide what is drawn: they are listed after the workspace and the plan."""
    record = json.loads((products / "provenance.json").read_text(encoding="utf-8"))
    names = [path.name for path in space.settings]
    names += [path.name for path in sorted(space.maps.glob("*.toml"))]
    assert [row["file"] for row in record["settings"]] == names


def test_one_map(small_assessment: Assessment, tmp_path: Path, products: Path) -> None:
    """A map written alone is the page of the whole run but for the links to the rest of it."""
    page = tmp_path / "parks.html"
    page.write_text("old")
    write_map(small_assessment, read_map("parks", MAPS), page)
    of_the_run = (products / "maps" / "parks.html").read_text(encoding="utf-8")
    without, count = re.subn(r"<nav .*?</nav>\n", "", of_the_run, count=1, flags=re.DOTALL)
    assert count == 1
    assert page.read_text(encoding="utf-8") == without
    assert [path.name for path in tmp_path.iterdir()] == ["parks.html"]


def test_a_map_that_there_is_not() -> None:
    """Its name is refused with those that there are."""
    with pytest.raises(
        MapError, match="no map park; known: air, energy, farmland, freight"
    ) as caught:
        read_map("park", MAPS)
    assert caught.value.to("zh").startswith("没有地图 park")
