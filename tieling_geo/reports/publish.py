"""Write an assessment as the output contract says, whole or not at all."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tieling_geo.errors import MapError
from tieling_geo.records import Assessment, Progress, PublishedMap, silent
from tieling_geo.render import draw_published, read_maps
from tieling_geo.render.assets import ASSET_FOLDER, Assets, check_assets
from tieling_geo.render.basemap import Basemap
from tieling_geo.render.offline import Page, to_page
from tieling_geo.reports.folder import fresh_folder, write_whole, writing
from tieling_geo.reports.geopackage import write_evidence
from tieling_geo.reports.ledger import write_ledger
from tieling_geo.reports.provenance import provenance_json
from tieling_geo.reports.site import dashboard_html
from tieling_geo.reports.verdicts import verdicts_json
from tieling_geo.reports.word import write_report
from tieling_geo.text import Language, Text

_Writer = Callable[[Path], None]


def publish(  # noqa: PLR0913 - each is one thing that the products show
    assessment: Assessment,
    out: Path,
    *,
    maps: Path,
    language: Language = "zh",
    command: str = "tieling-geo assess",
    progress: Progress = silent,
    assets: Assets = "inline",
    basemap: Basemap | None = None,
) -> tuple[str, ...]:
    """
    Write an assessment as the output contract says, whole or not at all.

    Parameters
    ----------
    assessment
        What `assess` returned.
    out
        The folder to make; one that was written before is replaced.
    maps
        The folder of the published maps, one TOML each.
    language
        Language of the maps and reports.
    command
        The command as given, without paths, for the record.
    progress
        Told of each product.
    assets
        Where the maps' scripts and styles stand; with `folder`, all maps share `maps/assets/`.
    basemap
        Tiles below every map; local ones are named as seen from `maps/`.

    Returns
    -------
    files
        Names of what was written, in order, the shared assets last; `manifest.json` is not among
        them.

    Raises
    ------
    OutputRefusedError
        If `out` holds something that this toolkit did not write.
    OutputError
        If the disk is full, rights are missing, or another run is writing there.
    MapError
        If a published map's file is refused.
    ParameterError
        If `assets` is no word for where scripts stand.
    """
    check_assets(assets)  # before the work, not after it
    published = read_maps(maps)
    files = [*assessment.settings, *sorted(maps.glob("*.toml"))]
    products: dict[str, _Writer] = {
        "evidence.gpkg": partial(write_evidence, assessment, language=language),
        "ledger.xlsx": partial(write_ledger, assessment, language=language),
        "report.docx": partial(write_report, assessment, maps=published, language=language),
        **{
            f"maps/{one.map_id}.html": _page(
                partial(_map_page, one, assessment, language, assets, basemap, published)
            )
            for one in published
        },
        "index.html": _text(partial(dashboard_html, assessment, maps=published, language=language)),
        "verdicts.json": _text(partial(verdicts_json, assessment)),
        "provenance.json": _text(
            partial(provenance_json, assessment, command=command, settings=files)
        ),
    }
    with fresh_folder(out) as folder:
        (folder / "maps").mkdir()
        for position, (name, write) in enumerate(products.items()):
            progress(Text(f"写出 {name}", f"writing {name}"), position, len(products))
            write(folder / name)
        shared = sorted((folder / "maps" / ASSET_FOLDER).glob("*"))
        return (*products, *(path.relative_to(folder).as_posix() for path in shared))


def _text(product: Callable[[], str]) -> _Writer:
    """Make a writer of what gives text."""

    def write(path: Path) -> None:
        path.write_text(product(), encoding="utf-8", newline="\n")

    return write


def _page(product: Callable[[], Page]) -> _Writer:
    """Make a writer of a page and of the files beside it, of which maps share most."""

    def write(path: Path) -> None:
        page = product()
        for name, content in page.files.items():
            (path.parent / name).parent.mkdir(exist_ok=True)
            (path.parent / name).write_bytes(content)
        path.write_text(page.html, encoding="utf-8", newline="\n")

    return write


def _map_page(
    published: PublishedMap,
    assessment: Assessment,
    language: Language,
    assets: Assets,
    basemap: Basemap | None,
    site: Sequence[PublishedMap] = (),
) -> Page:
    """Draw one published map as a page, which links to those of its site; alone, to nothing."""
    dashboard = "../index.html" if site else ""
    drawn = draw_published(
        published,
        assessment,
        language,
        assets=assets,
        basemap=basemap,
        dashboard=dashboard,
        siblings=site,
    )
    return to_page(drawn)


def read_map(name: str, maps: Path) -> PublishedMap:
    """
    Find a published map by its id.

    Parameters
    ----------
    name
        The name of its file in `maps`, without the suffix.
    maps
        The folder of the published maps.

    Raises
    ------
    MapError
        If no map has that name, or a map's file is refused.
    """
    published = {one.map_id: one for one in read_maps(maps)}
    if name not in published:
        known = ", ".join(published)
        raise MapError(Text(f"没有地图 {name};可用:{known}", f"no map {name}; known: {known}"))
    return published[name]


def write_map(
    assessment: Assessment,
    published: PublishedMap,
    path: Path,
    *,
    language: Language = "zh",
    assets: Assets = "inline",
    basemap: Basemap | None = None,
) -> None:
    """
    Write one published map as a page, whole or not at all; it stands alone and links to no other.

    Parameters
    ----------
    assessment
        What `assess` returned.
    published
        The map.
    path
        The page; replaced if it is there.
    language
        Language of the page.
    assets
        Where its scripts and styles stand; with `folder`, in `assets/` beside the page.
    basemap
        Tiles below the map; local ones are named as seen from the page's folder.

    Raises
    ------
    OutputError
        If it cannot be written.
    ParameterError
        If `assets` is no word for where scripts stand.
    """
    page = _map_page(published, assessment, language, check_assets(assets), basemap)
    for name, content in page.files.items():
        # A name holds the content's hash: what is there under it is the same, or broken.
        place = path.parent / name
        with writing(place):
            place.parent.mkdir(exist_ok=True)
        write_whole(place, content)
    write_whole(path, page.html)
