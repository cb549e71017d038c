"""Tiles that stand beside a page: a basemap that needs no network."""

from pathlib import Path
from urllib.parse import quote

from tieling_geo.render.basemap import Basemap
from tieling_geo.render.tile_address import DEEPEST_ZOOM, refuse
from tieling_geo.text import Text

_PICTURES = ("png", "jpg", "jpeg", "webp")


def local_tiles(
    folder: Path, *, page_folder: Path, within: Path | None = None, attribution: str = ""
) -> Basemap:
    """
    Describe tiles on disk, `z/x/y.png`: the page names them by their place beside it.

    Parameters
    ----------
    folder
        The tiles, in web Mercator, rows counted from the north; png, jpg or webp.
    page_folder
        The folder of the page; it need not be there yet.
    within
        The folder that is handed on, with the tiles in it and the page at most two levels below;
        None: the page's own.
    attribution
        Whose tiles they are, plain text; blank: the name of the folder.

    Raises
    ------
    ParameterError
        If there are no tiles, or they stand elsewhere.
    """
    place, page = folder.resolve(), page_folder.resolve()
    root = page if within is None else within.resolve()
    if not place.is_dir():
        refuse(f"没有瓦片文件夹 {folder.name}", f"there is no folder of tiles {folder.name}")
    if root not in place.parents:
        refuse(
            f"瓦片文件夹 {folder.name} 应放在网页旁边(同一文件夹之内),网页才能随它一起移动",
            f"the folder of tiles {folder.name} must stand beside the page, so that both can be "
            "handed on together",
        )
    zooms, suffix = _tiles_in(place)
    up = "../" * len(page.relative_to(root).parts)
    address = f"{up}{quote(place.relative_to(root).as_posix())}/{{z}}/{{x}}/{{y}}.{suffix}"
    words = attribution or place.name
    credit = (
        Text(words, words) if attribution else Text(f"本地瓦片 {words}", f"local tiles {words}")
    )
    return Basemap("local", (address,), credit, (), zooms)


def _tiles_in(folder: Path) -> tuple[tuple[int, int], str]:
    """Return the zooms that a folder has tiles of, and their suffix: one tile a zoom tells."""
    suffixes: dict[int, str] = {}
    for level in folder.iterdir():
        if level.name.isascii() and level.name.isdigit() and int(level.name) <= DEEPEST_ZOOM:
            tile = next(level.glob("*/*.*"), None)
            if tile is not None and tile.suffix[1:] in _PICTURES:
                suffixes[int(level.name)] = tile.suffix[1:]
    if not suffixes:
        refuse(
            f"{folder.name} 中没有 z/x/y.png 形式的瓦片",
            f"{folder.name} holds no tiles as z/x/y.png",
        )
    if len(set(suffixes.values())) > 1:
        refuse(
            f"{folder.name} 中的瓦片格式不一",
            f"the tiles in {folder.name} are of different formats",
        )
    return (min(suffixes), max(suffixes)), suffixes[min(suffixes)]
