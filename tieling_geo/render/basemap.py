"""
Pictures of a map service below our own layers, on request: which tiles, from where, in what datum.

A map has no basemap unless one is asked for. All of it is text that ends up in a page, so a record
is checked when it is made (`tile_address`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import numpy as np
from numpy.typing import NDArray

from tieling_geo.crs.shifted_datums import to_gcj02
from tieling_geo.render.tile_address import (
    DEEPEST_ZOOM,
    WEB_MATRIX_SETS,
    check_credit,
    check_matrix_set,
    check_url,
    refuse,
)
from tieling_geo.text import Text

#: The datum that tiles are drawn in; CGCS2000 is WGS 84 as far as a screen shows.
Datum = Literal["wgs84", "gcj02"]
TiandituKind = Literal["vec", "img", "ter"]

#: What the service's own page says below its map. The number changes with the service's data:
#: compare it with www.tianditu.gov.cn.
TIANDITU_CREDIT = Text(
    "天地图 © 自然资源部 & NavInfo,审图号 GS(2025)1508号",
    "Tianditu © Ministry of Natural Resources & NavInfo, map approval GS(2025)1508",
)
_GAODE_CREDIT = Text("© 高德地图", "© Amap (AutoNavi)")
_TIANDITU_LABELS: Mapping[TiandituKind, str] = {"vec": "cva", "img": "cia", "ter": "cta"}
_TIANDITU_URL = "https://t{s}.tianditu.gov.cn/%s_w/wmts"
_GAODE_URL = (
    "https://webrd0{s}.is.autonavi.com/appmaptile"
    "?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}"
)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")


@dataclass(frozen=True, slots=True)
class Basemap:
    """
    Tiles below a map's own layers.

    Raises
    ------
    ParameterError
        If an address, a subdomain, the credit or the zooms are not what they may be.

    Examples
    --------
    >>> tiles = Basemap("xyz", ("https://{s}.example.org/{z}/{x}/{y}.png",), Text("甲", "A"), "ab")
    >>> tiles.sources
    ('https://a.example.org', 'https://b.example.org')
    """

    kind: str
    """A word for records and messages; it holds no address and no key."""
    urls: tuple[str, ...] = field(repr=False)
    """Addresses with `{z}`, `{x}` and `{y}` (or `{-y}`), the lowest first; they may hold a key."""
    attribution: Text
    """Plain text; it is escaped where it is drawn."""
    subdomains: Sequence[str] = ()
    """What `{s}` stands for."""
    zooms: tuple[int, int] = (0, 18)
    """Least and greatest zoom that there are tiles of (closed); others are drawn from these."""
    datum: Datum = "wgs84"

    def __post_init__(self) -> None:
        """Check what a hand may have written."""
        if not self.urls:
            refuse("没有瓦片地址", "no address of tiles")
        for url in self.urls:
            check_url(url, self.subdomains)
        check_credit(self.attribution)
        least, greatest = self.zooms
        if not 0 <= least <= greatest <= DEEPEST_ZOOM:
            refuse(f"缩放级别应在 0 到 {DEEPEST_ZOOM} 之间", f"zooms must be 0 to {DEEPEST_ZOOM}")
        if self.datum not in get_args(Datum):
            refuse("坐标基准应为 wgs84 或 gcj02", "the datum must be wgs84 or gcj02")

    @property
    def is_local(self) -> bool:
        """Tell whether the tiles stand beside the page."""
        return not any("://" in url for url in self.urls)

    @property
    def sources(self) -> tuple[str, ...]:
        """Hosts of the tiles, as a content security policy names them, each once."""
        if self.is_local:
            return ("'self'", "file:")
        hosts = ((urlsplit(url).scheme, urlsplit(url).netloc) for url in self.urls)
        return tuple(
            dict.fromkeys(
                f"{scheme}://{host.replace('{s}', name)}"
                for scheme, host in hosts
                for name in (self.subdomains if "{s}" in host else [""])
            )
        )


def host_of(url: str) -> str:
    """
    Name the host of an address, the only part of it that may be told; blank where it has none.

    Examples
    --------
    >>> host_of("https://user:secret@{s}.example.org/{z}?key=1"), host_of("https://[")
    ('example.org', '')
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("{s}.")


def tianditu(kind: TiandituKind = "vec", *, token: str) -> Basemap:
    """
    Describe TianDiTu's map, pictures or relief, each with its names; the page carries the token.

    Its coordinates are CGCS2000: nothing is shifted.

    Parameters
    ----------
    kind
        `vec` for the map, `img` for pictures from above, `ter` for relief.
    token
        The key that the service gave.

    Raises
    ------
    ParameterError
        If there is no such kind, or the token is not made of letters and digits.

    Examples
    --------
    >>> tianditu("img", token="0123456789abcdef").sources[0]
    'https://t0.tianditu.gov.cn'
    """
    if kind not in _TIANDITU_LABELS:
        refuse("天地图底图应为 vec、img 或 ter", "the kind of Tianditu must be vec, img or ter")
    if not _TOKEN.fullmatch(token):
        refuse(
            "天地图的密钥应为 8 到 128 个字母和数字",
            "the token of Tianditu must be 8 to 128 letters and digits",
        )
    urls = tuple(
        _wmts_url(_TIANDITU_URL % layer, layer, "w", "default", "tiles", {"tk": token})
        for layer in (kind, _TIANDITU_LABELS[kind])
    )
    name = "tianditu" if kind == "vec" else f"tianditu-{kind}"
    return Basemap(name, urls, TIANDITU_CREDIT, tuple("01234567"), (1, 18))


def gaode() -> Basemap:
    """
    Describe Gaode's (Amap's) map, whose places are shifted to GCJ-02.

    What is drawn on it is shifted as well (`display_shift`), and the map says so. Whether the
    service's terms allow the use is for the user to see to.

    Examples
    --------
    >>> gaode().datum
    'gcj02'
    """
    return Basemap("gaode", (_GAODE_URL,), _GAODE_CREDIT, tuple("1234"), (3, 18), "gcj02")


def xyz(
    url: str,
    attribution: str,
    *,
    subdomains: Sequence[str] = ("a", "b", "c"),
    zooms: tuple[int, int] = (0, 18),
    datum: Datum = "wgs84",
) -> Basemap:
    """
    Describe any service of tiles in web Mercator.

    Parameters
    ----------
    url
        Address with `{z}`, `{x}` and `{y}`, or `{-y}` where rows are counted from the south.
    attribution
        Whose tiles they are, plain text.
    subdomains
        What `{s}` stands for.
    zooms, datum
        See `Basemap`.

    Raises
    ------
    ParameterError
        See `Basemap`.

    Examples
    --------
    >>> xyz("https://tiles.example.org/{z}/{x}/{y}.png", "example.org").sources
    ('https://tiles.example.org',)
    """
    if "://" not in url:
        refuse(
            "瓦片地址应以 http:// 或 https:// 开头", "an address of tiles begins with http or https"
        )
    return Basemap("xyz", (url,), Text(attribution, attribution), tuple(subdomains), zooms, datum)


def wmts(
    url: str,
    layer: str,
    attribution: str,
    *,
    matrix_set: str = "GoogleMapsCompatible",
    style: str = "default",
    image_format: str = "image/png",
    zooms: tuple[int, int] = (0, 18),
) -> Basemap:
    """
    Describe a layer of a WMTS that is asked by key and value, in its web Mercator matrix set.

    Parameters
    ----------
    url
        Address of the service; what its query holds, such as a key, is kept.
    layer, style, image_format
        As the service's capabilities name them.
    attribution
        Whose tiles they are, plain text.
    matrix_set
        One of `WEB_MATRIX_SETS`, whatever its case. The matrices of a set whose name begins with
        `EPSG:` are named after it, as GeoServer does.
    zooms
        Least and greatest zoom that there are tiles of (closed).

    Raises
    ------
    ParameterError
        If the matrix set is not one of web Mercator; see also `Basemap`.

    Examples
    --------
    >>> wmts("https://gis.example.cn/wmts?tk=1", "dem", "example.cn").urls[0][:34]
    'https://gis.example.cn/wmts?tk=1&S'
    """
    check_matrix_set(matrix_set)
    base, _, query = url.partition("?")
    kept = dict(parse_qsl(query, keep_blank_values=True))
    template = _wmts_url(base, layer, matrix_set, style, image_format, kept)
    return Basemap("wmts", (template,), Text(attribution, attribution), (), zooms)


def _wmts_url(
    base: str, layer: str, matrix_set: str, style: str, image_format: str, kept: Mapping[str, str]
) -> str:
    """Return the address of one tile by key and value."""
    prefix = f"{matrix_set}:" if matrix_set.upper().startswith("EPSG:") else ""
    asked = {
        **kept,
        "SERVICE": "WMTS",
        "REQUEST": "GetTile",
        "VERSION": "1.0.0",
        "LAYER": layer,
        "STYLE": style,
        "TILEMATRIXSET": matrix_set,
        "FORMAT": image_format,
    }
    place = f"TILEMATRIX={quote(prefix)}{{z}}&TILEROW={{y}}&TILECOL={{x}}"
    return f"{base}?{urlencode(asked)}&{place}"


def wmts_template(url: str, attribution: str, *, zooms: tuple[int, int] = (0, 18)) -> Basemap:
    """
    Describe a WMTS by the address of one tile, with its place-holders as WMTS names them.

    Parameters
    ----------
    url
        Address with `{TileMatrix}`, `{TileRow}` and `{TileCol}`, by key and value or as a path; it
        names one of `WEB_MATRIX_SETS`.
    attribution
        Whose tiles they are, plain text.
    zooms
        Least and greatest zoom that there are tiles of (closed).

    Raises
    ------
    ParameterError
        If the address names no web Mercator matrix set; see also `Basemap`.

    Examples
    --------
    >>> url = "https://example.cn/dem/default/w/{TileMatrix}/{TileRow}/{TileCol}.png"
    >>> wmts_template(url, "example.cn").urls
    ('https://example.cn/dem/default/w/{z}/{y}/{x}.png',)
    """
    plain = re.sub(r"\{tilematrix\}", "{z}", url, flags=re.IGNORECASE)
    plain = re.sub(r"\{tilerow\}", "{y}", plain, flags=re.IGNORECASE)
    plain = re.sub(r"\{tilecol\}", "{x}", plain, flags=re.IGNORECASE)
    found = Basemap("wmts", (plain,), Text(attribution, attribution), (), zooms)
    parts = urlsplit(plain)
    query = {key.lower(): value for key, value in parse_qsl(parts.query)}
    named = [query["tilematrixset"]] if "tilematrixset" in query else parts.path.split("/")
    known = [name for name in named if name.lower() in WEB_MATRIX_SETS]
    check_matrix_set(known[0] if known else "")
    return found


def display_shift(lonlat: NDArray[np.float64], datum: Datum) -> NDArray[np.float64]:
    """
    Move places to where a basemap in a datum shows them: for the screen, never for evidence.

    Parameters
    ----------
    lonlat
        n places, WGS 84 longitude and latitude, degrees.
    datum
        The basemap's.

    Returns
    -------
    moved
        n places in the datum; the same array where there is nothing to move.

    Examples
    --------
    >>> display_shift(np.array([[123.84, 42.29]]), "gcj02").round(6).tolist()
    [[123.845863, 42.29212]]
    """
    if datum == "wgs84":
        return lonlat
    return np.column_stack(to_gcj02(lonlat[:, 0], lonlat[:, 1]))
