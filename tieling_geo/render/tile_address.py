"""
What the address of a map service's tiles may be: the checks of a basemap.

An address ends up in a page and its host in the page's policy, so it holds no sign that could end
a string there. Words of an error never repeat an address: it may carry a key.
"""

import re
from collections.abc import Sequence
from typing import NoReturn
from urllib.parse import urlsplit

from tieling_geo.errors import ParameterError
from tieling_geo.text import Text

#: Names under which services hold the tiling of web Mercator, in lower case.
WEB_MATRIX_SETS = frozenset({
    "w",
    "googlemapscompatible",
    "webmercatorquad",
    "epsg:3857",
    "epsg:900913",
    "webmercator",
    "web_mercator",
    "google3857",
})
#: Zooms that a tile may have (closed, from 0).
DEEPEST_ZOOM = 24
_LONGEST_URL = 2000
_LONGEST_CREDIT = 300
# Signs of a web address (RFC 3986) but the apostrophe, the fragment's sign and an IPv6's brackets.
_SIGNS = re.compile(r"[A-Za-z0-9._~:/?@!$&()*+,;=%{}-]+")
_HOST = re.compile(r"(?:[a-z0-9{}-]+\.)*[a-z0-9{}-]+(?::[0-9]{1,5})?")
_BESIDE = re.compile(r"(?:\.\./){0,2}[A-Za-z0-9._~%/-]+/\{z\}/\{x\}/\{y\}\.[a-z]{3,4}")
_SUBDOMAIN = re.compile(r"[a-z0-9-]{1,20}")


def refuse(zh: str, en: str) -> NoReturn:
    """
    Say what is wrong with a basemap.

    Raises
    ------
    ParameterError
        Always.
    """
    raise ParameterError(Text(f"底图:{zh}", f"basemap: {en}"))


def check_url(url: str, subdomains: Sequence[str]) -> None:
    """Refuse what is no plain web address of tiles, without repeating it: it may hold a key."""
    if not url or len(url) > _LONGEST_URL:
        refuse("瓦片地址为空或过长", "an address of tiles is empty or too long")
    if not _SIGNS.fullmatch(url):
        refuse(
            "瓦片地址含有不允许的字符(引号、空格、控制字符、非 ASCII 等);请按网址规则编码",
            "an address of tiles holds signs that are not allowed (quotes, spaces, control or "
            "non-ASCII signs); encode them as web addresses do",
        )
    if "://" in url:
        _check_host(url)
    elif not _BESIDE.fullmatch(url):
        refuse(
            "瓦片地址应以 http:// 或 https:// 开头", "an address of tiles begins with http or https"
        )
    _check_places(url, subdomains)


def _check_host(url: str) -> None:
    """Refuse another scheme than the web's, credentials, and hosts that a policy cannot name."""
    try:
        parts = urlsplit(url)
    except ValueError:
        refuse("瓦片地址不是网址", "an address of tiles is no web address")
    if parts.scheme not in {"http", "https"}:
        refuse("瓦片地址只能是 http 或 https", "an address of tiles must be http or https")
    if "@" in parts.netloc:
        refuse(
            "瓦片地址中不得写用户名和口令", "an address of tiles must not hold a user or a password"
        )
    if not _HOST.fullmatch(parts.netloc):
        refuse(
            "瓦片地址的主机名无效(只允许小写字母、数字、点和连字符,可带端口)",
            "the host in an address of tiles is not valid: lower-case letters, digits, dots, "
            "hyphens, and a port if need be",
        )


def _check_places(url: str, subdomains: Sequence[str]) -> None:
    """Refuse an address whose place-holders are not those of one tile."""
    host, _, rest = url.partition("://")[2].partition("/") if "://" in url else ("", "", url)
    found = re.findall(r"\{([^{}]*)\}", rest)
    rows = {"y", "-y"} & set(found)
    if not {"z", "x"} <= set(found) or len(rows) != 1:
        refuse("瓦片地址应含 {z}、{x}、{y}", "an address of tiles must hold {z}, {x} and {y}")
    known = {"z", "x", "s", *rows}
    in_host = re.findall(r"\{([^{}]*)\}", host)
    left = re.sub(r"\{[^{}]*\}", "", url)
    if set(found) - known or set(in_host) - {"s"} or "{" in left or "}" in left:
        refuse(
            "瓦片地址只能含 {z}、{x}、{y} 和 {s}",
            "an address of tiles may hold {z}, {x}, {y} and {s} only",
        )
    if "s" in {*found, *in_host} and not subdomains:
        refuse(
            "瓦片地址含 {s},但没有子域", "{s} stands in the address, but there are no subdomains"
        )
    if not all(_SUBDOMAIN.fullmatch(name) for name in subdomains):
        refuse("子域名无效", "a subdomain is not valid")


def check_credit(credit: Text) -> None:
    """Refuse a map that does not say whose tiles it shows."""
    if not all(0 < len(words.strip()) <= _LONGEST_CREDIT for words in (credit.zh, credit.en)):
        refuse(
            f"须写明瓦片来源,且不超过 {_LONGEST_CREDIT} 字",
            f"the tiles' source must be named, in at most {_LONGEST_CREDIT} signs",
        )


def check_matrix_set(name: str) -> None:
    """Refuse tiles that are not cut in web Mercator: Leaflet would draw them elsewhere."""
    if name.lower() not in WEB_MATRIX_SETS:
        refuse(
            "WMTS 只能用 Web 墨卡托的瓦片矩阵集(如 w、GoogleMapsCompatible、EPSG:3857)",
            "a WMTS must be used with its web Mercator matrix set, such as w, "
            "GoogleMapsCompatible or EPSG:3857",
        )
