"""What the command line says of maps: where their scripts stand, and the basemap below them."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieling_geo.cli.options import say
from tieling_geo.errors import ParameterError
from tieling_geo.text import Language, Text

if TYPE_CHECKING:
    from tieling_geo.render.assets import Assets
    from tieling_geo.render.basemap import Basemap

#: The one place that the key of Tianditu comes from: a command line is seen by everyone.
TIANDITU_VARIABLE = "TIELING_GEO_TIANDITU_TOKEN"
_KINDS = {"tianditu": "vec", "tianditu-img": "img", "tianditu-ter": "ter"}

_TIANDITU_NOTE = Text(
    "注意:写出的地图网页中含有天地图密钥,得到网页的人都能看到它",
    "note: the saved maps carry the token of Tianditu; whoever has one can read it",
)
_ADDRESS_NOTE = Text(
    "注意:写出的地图网页中含有底图的完整网址,包括其中的密钥(如有)",
    "note: the saved maps carry the basemap's whole address, with any key in it",
)
#: What a page gives away or needs, by the word that asked for it.
_NOTES = {
    "cdn": Text(
        "注意:地图网页须联网才能打开(Leaflet 取自 unpkg.com)",
        "note: the maps open with the internet only (Leaflet comes from unpkg.com)",
    ),
    **dict.fromkeys(_KINDS, _TIANDITU_NOTE),
    **dict.fromkeys(("xyz", "wmts"), _ADDRESS_NOTE),
    "local": Text(
        "注意:底图瓦片不在网页之内,转交时请连同瓦片文件夹一起复制",
        "note: the tiles are not in the page; hand them on with it",
    ),
    "gaode": Text(
        "注意:底图为 GCJ-02 坐标,数据仅为显示而偏移,证据文件未偏移",
        "note: the basemap is in GCJ-02; data are shifted for display only, evidence is not",
    ),
}

AssetsOption = Annotated[
    str,
    typer.Option(
        "--assets",
        help=say(
            "地图的脚本放在哪里:inline 在网页内,folder 在旁边的 assets 文件夹,cdn 从互联网取",
            "a map's scripts: inline in the page, folder beside it (assets), cdn on the internet",
        ),
    ),
]
BasemapOption = Annotated[
    str,
    typer.Option(
        "--basemap",
        help=say(
            "底图:tianditu、tianditu-img、tianditu-ter、gaode、local:文件夹、含 {z}{x}{y} 的网址、"
            f"wmts:网址;默认没有。天地图密钥取自环境变量 {TIANDITU_VARIABLE}",
            "tianditu, tianditu-img, tianditu-ter, gaode, local:FOLDER, an address with {z}{x}{y}, "
            f"wmts:ADDRESS; default: none. Tianditu's token is that in {TIANDITU_VARIABLE}",
        ),
    ),
]
CreditOption = Annotated[
    str,
    typer.Option(
        "--basemap-attribution",
        help=say("底图的来源说明;默认写主机名", "whose tiles they are; default: the host"),
    ),
]


@dataclass(frozen=True, slots=True)
class MapLook:
    """What was asked for of the maps."""

    assets: "Assets"
    basemap: "Basemap | None"

    def words(self) -> list[str]:
        """Return the options for the record: without places, addresses and keys."""
        assets = [f"--assets {self.assets}"] if self.assets != "inline" else []
        return [*assets, *([f"--basemap {self.basemap.kind}"] if self.basemap else [])]


def to_map_look(
    assets: str, basemap: str, attribution: str, *, page_folder: Path, within: Path
) -> MapLook:
    """
    Take the options of a map.

    Parameters
    ----------
    assets, basemap, attribution
        As they stand on the command line.
    page_folder
        The folder that pages will be written into.
    within
        The folder that local tiles must stand in.

    Raises
    ------
    ParameterError
        If a word is none that there is, an address is refused, or Tianditu's token is missing.
    """
    from tieling_geo.render.assets import check_assets  # noqa: PLC0415 - heavy

    if attribution and not basemap:
        raise ParameterError(
            Text(
                "--basemap-attribution 须与 --basemap 同用",
                "--basemap-attribution goes with --basemap",
            )
        )
    found = _to_basemap(basemap, attribution, page_folder, within) if basemap else None
    return MapLook(check_assets(assets), found)


def check_picture(target: Path, look: MapLook) -> None:
    """
    Hold that a picture is not asked for what only a page can have.

    Raises
    ------
    ParameterError
        If a picture shall lie on a basemap.
    """
    if target.suffix.lower() == ".png" and look.basemap is not None:
        raise ParameterError(
            Text(
                f"{target.name}:图片不带底图,--basemap 只用于网页",
                f"{target.name}: a picture has no basemap; --basemap is for pages",
            )
        )


def _to_basemap(word: str, attribution: str, page_folder: Path, within: Path) -> "Basemap":
    """
    Take the word for a basemap; an address is never repeated in an error.

    Raises
    ------
    ParameterError
        If there is no such basemap.
    """
    from tieling_geo.render import basemap  # noqa: PLC0415 - heavy
    from tieling_geo.render.tiles_on_disk import local_tiles  # noqa: PLC0415 - heavy

    if word in _KINDS:
        return basemap.tianditu(_KINDS[word], token=_tianditu_token())  # type: ignore[arg-type]
    if word == "gaode":
        return basemap.gaode()
    if word.startswith("local:"):
        folder = Path(word.removeprefix("local:"))
        return local_tiles(folder, page_folder=page_folder, within=within, attribution=attribution)
    if word.startswith("wmts:"):
        address = word.removeprefix("wmts:")
        return basemap.wmts_template(address, attribution or basemap.host_of(address))
    if "://" in word:
        return basemap.xyz(word, attribution or basemap.host_of(word))
    raise ParameterError(
        Text(
            "没有这种底图;可用 tianditu、tianditu-img、tianditu-ter、gaode、local:文件夹、"
            "含 {z}{x}{y} 的网址、wmts:网址",
            "no such basemap; known: tianditu, tianditu-img, tianditu-ter, gaode, local:FOLDER, an "
            "address with {z}{x}{y}, wmts:ADDRESS",
        )
    )


def _tianditu_token() -> str:
    """
    Read the token of Tianditu.

    Raises
    ------
    ParameterError
        If there is none.
    """
    token = os.environ.get(TIANDITU_VARIABLE, "").strip()
    if not token:
        raise ParameterError(
            Text(
                f"天地图需要密钥:请把它写入环境变量 {TIANDITU_VARIABLE}",
                f"Tianditu needs a token: set the environment variable {TIANDITU_VARIABLE}",
            )
        )
    return token


def tell_map_look(look: MapLook, language: Language) -> None:
    """Say, beside what was written, what its reader must know of it."""
    kind = look.basemap.kind if look.basemap else ""
    for about, words in _NOTES.items():
        if about in {look.assets, kind}:
            typer.echo(words.to(language), err=True)
