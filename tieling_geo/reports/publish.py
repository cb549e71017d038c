"""Write an assessment as the output contract says, whole or not at all."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tieling_geo.errors import MapError, OutputError
from tieling_geo.records import Assessment, Progress, PublishedMap, silent
from tieling_geo.render import draw_published, read_maps, to_html
from tieling_geo.reports.folder import fresh_folder
from tieling_geo.reports.geopackage import write_evidence
from tieling_geo.reports.provenance import provenance_json
from tieling_geo.reports.site import dashboard_html
from tieling_geo.reports.verdicts import verdicts_json
from tieling_geo.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable


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
        If the disk is full, or rights are missing.
    MapError
        If a published map's file is refused.
    """
    published_maps = read_maps(maps)
    products: dict[str, Callable[[], str]] = {
        f"maps/{published.map_id}.html": partial(_map_html, published, assessment, language)
        for published in published_maps
    }
    products["index.html"] = partial(dashboard_html, assessment, maps=published_maps, language=language)
    products["verdicts.json"] = partial(verdicts_json, assessment)
    products["provenance.json"] = partial(provenance_json, assessment, command=command)
    names = ("evidence.gpkg", *products)
    with fresh_folder(out) as folder:
        (folder / "maps").mkdir()
        progress(Text("写出 evidence.gpkg", "writing evidence.gpkg"), 0, len(names))
        write_evidence(assessment, folder / "evidence.gpkg", language=language)
        for position, (name, product) in enumerate(products.items(), start=1):
            progress(Text(f"写出 {name}", f"writing {name}"), position, len(names))
            (folder / name).write_text(product(), encoding="utf-8", newline="\n")
    return names


def _map_html(published: PublishedMap, assessment: Assessment, language: Language) -> str:
    """Draw one published map as a page."""
    return to_html(draw_published(published, assessment, language))


def write_map(
    assessment: Assessment, name: str, path: Path, *, maps: Path, language: Language = "zh"
) -> None:
    """
    Write one published map as a page.

    Parameters
    ----------
    assessment
        What `assess` returned.
    name
        The map's id: the name of its file in `maps`.
    path
        The page; replaced if it is there.
    maps
        The folder of the published maps.
    language
        Language of the page.

    Raises
    ------
    MapError
        If no map has that name.
    OutputError
        If it cannot be written.
    """
    published = {published.map_id: published for published in read_maps(maps)}
    if name not in published:
        known = ", ".join(published)
        raise MapError(Text(f"没有地图 {name};可用:{known}", f"no map {name}; known: {known}"))
    page = _map_html(published[name], assessment, language)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(page, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        why = error.strerror or type(error).__name__
        raise OutputError(Text(f"无法写入 {path.name}:{why}", f"{path.name}: {why}")) from error
