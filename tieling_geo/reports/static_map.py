"""Write a published map as a picture."""

from pathlib import Path

from tieling_geo.records import Assessment, PublishedMap
from tieling_geo.render.static_map import draw_static
from tieling_geo.reports.folder import writing
from tieling_geo.text import Language


def write_png(
    assessment: Assessment,
    published: PublishedMap,
    path: Path,
    *,
    language: Language = "zh",
    width_px: int = 1600,
) -> None:
    """
    Write a published map as a PNG, whole or not at all.

    Parameters
    ----------
    assessment
        Layers, results and verdicts.
    published
        What the map draws.
    path
        The picture; replaced if it is there. Its folder must be there.
    language
        Language of everything around the data; English where no Chinese font is installed.
    width_px
        Width of the picture in pixels.

    Raises
    ------
    OutputError
        If it cannot be written; what was there is unchanged.
    """
    png = draw_static(assessment, published, language, width_px=width_px)
    target = path.resolve()
    beside = target.with_name(f".{target.name}.part")
    with writing(path):
        try:
            beside.write_bytes(png)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
