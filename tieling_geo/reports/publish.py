"""Write an assessment as the output contract says, whole or not at all."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from tieling_geo.errors import MapError
from tieling_geo.records import Assessment, Progress, PublishedMap, silent
from tieling_geo.render import draw_published, read_maps, to_html
from tieling_geo.reports.folder import fresh_folder, write_whole
from tieling_geo.reports.geopackage import write_evidence
from tieling_geo.reports.ledger import write_ledger
from tieling_geo.reports.provenance import provenance_json
from tieling_geo.reports.site import dashboard_html
from tieling_geo.reports.verdicts import verdicts_json
from tieling_geo.reports.word import write_report
from tieling_geo.text import Language, Text

_Writer = Callable[[Path], None]


def publish(
    assessment: Assessment,
    out: Path,
    *,
    maps: Path,
    language: Language = "zh",
    command: str = "tieling-geo assess",
    progress: Progress = silent,
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

    Returns
    -------
    files
        Names of what was written, in order; `manifest.json` is not among them.

    Raises
    ------
    OutputRefusedError
        If `out` holds something that this toolkit did not write.
    OutputError
        If the disk is full, rights are missing, or another run is writing there.
    MapError
        If a published map's file is refused.
    """
    published = read_maps(maps)
    files = [*assessment.settings, *sorted(maps.glob("*.toml"))]
    products: dict[str, _Writer] = {
        "evidence.gpkg": partial(write_evidence, assessment, language=language),
        "ledger.xlsx": partial(write_ledger, assessment, language=language),
        "report.docx": partial(write_report, assessment, maps=published, language=language),
        **{
            f"maps/{one.map_id}.html": _text(
                partial(_map_html, one, assessment, language, published)
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
    return tuple(products)


def _text(product: Callable[[], str]) -> _Writer:
    """Make a writer of what gives text."""

    def write(path: Path) -> None:
        path.write_text(product(), encoding="utf-8", newline="\n")

    return write


def _map_html(
    published: PublishedMap,
    assessment: Assessment,
    language: Language,
    site: Sequence[PublishedMap] = (),
) -> str:
    """Draw one published map as a page, which links to those of its site; alone, to nothing."""
    dashboard = "../index.html" if site else ""
    return to_html(
        draw_published(published, assessment, language, dashboard=dashboard, siblings=site)
    )


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
    assessment: Assessment, published: PublishedMap, path: Path, *, language: Language = "zh"
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

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_whole(path, _map_html(published, assessment, language))
