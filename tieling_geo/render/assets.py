"""
Where a page's scripts and styles stand: inside it, in a folder beside it, or Leaflet at a CDN.

| word   | Leaflet                   | ours        | the page opens                   |
|--------|---------------------------|-------------|----------------------------------|
| inline | in the page               | in the page | anywhere, alone                  |
| folder | `assets/` beside the page | `assets/`   | anywhere, with its folder; also  |
|        |                           |             | where no inline script may run   |
| cdn    | one address, by its hash  | in the page | with the internet only           |

The content security policy allows what was chosen and nothing else.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from xstatic.pkg import leaflet as leaflet_files

from tieling_geo.errors import ParameterError
from tieling_geo.text import Text

Assets = Literal["inline", "folder", "cdn"]
ASSETS: tuple[Assets, ...] = get_args(Assets)

#: The folder beside a page; all maps of a site share it.
ASSET_FOLDER = "assets"
#: The very files that XStatic carries: their hashes are those that Leaflet published.
LEAFLET_CDN = "https://unpkg.com/leaflet@1.9.3/dist/"

_POLICY = (
    "default-src 'none'; img-src {images}; style-src {styles}; font-src data:; "
    "base-uri 'none'; form-action 'none'; script-src {scripts}"
)
# Chromium takes a file beside a page from disk for 'self'; that another browser does is not said.
_BESIDE = "'self' file:"
_HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Parts:
    """What a page consists of, wherever it will stand."""

    styles: Sequence[str]
    scripts: Sequence[tuple[str, str]]
    """Name and text of each, in the order they run."""
    image_sources: Sequence[str] = ()
    """What else the policy allows for pictures: the hosts of tiles."""


@dataclass(frozen=True, slots=True)
class Loading:
    """How a page comes by its parts."""

    head: str
    foot: str
    policy: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What must stand beside the page, by its relative address."""


def check_assets(word: str) -> Assets:
    """
    Return a word for where scripts stand, if it is one.

    Raises
    ------
    ParameterError
        If it is none.

    Examples
    --------
    >>> check_assets("folder")
    'folder'
    """
    for known in ASSETS:
        if word == known:
            return known
    raise ParameterError(
        Text(
            f"assets 应为 {'、'.join(ASSETS)} 之一,而不是 {word!r}",
            f"assets must be one of {', '.join(ASSETS)}, not {word!r}",
        )
    )


def _data_uri(kind: str, content: bytes) -> str:
    """Return a file's content as a `data:` address."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


@cache
def leaflet_file(name: str) -> bytes:
    """Return one of Leaflet's own files, as it was published."""
    return (Path(leaflet_files.BASE_DIR) / name).read_bytes()


@cache
def _leaflet_js() -> bytes:
    """Return Leaflet's script without its last line, which names a map of the source."""
    # A developer tool would go and look for that map.
    return re.sub(rb"//# sourceMappingURL=\S*\s*$", b"", leaflet_file("leaflet.js"))


@cache
def leaflet_script() -> str:
    """
    Return Leaflet's script as a `data:` address.

    Examples
    --------
    >>> leaflet_script()[:28]
    'data:text/javascript;base64,'
    """
    return _data_uri("text/javascript", _leaflet_js())


@cache
def leaflet_style() -> str:
    """
    Return Leaflet's style sheet with its pictures inside, and without comments.

    Examples
    --------
    >>> ".leaflet-pane" in leaflet_style(), "url(images/" in leaflet_style()
    (True, False)
    """
    pictures = {name: _data_uri("image/png", leaflet_file(name)) for name in _pictures()}
    style = _leaflet_css(pictures).decode("utf-8")
    # A comment names an address: whoever looks for the page's addresses should find none.
    return re.sub(r"/\*.*?\*/\n?", "", style, flags=re.DOTALL)


@cache
def _pictures() -> tuple[str, ...]:
    """Name the pictures that Leaflet's style sheet shows."""
    found = re.findall(rb"url\((images/[^)]+)\)", leaflet_file("leaflet.css"))
    return tuple(dict.fromkeys(name.decode("ascii") for name in found))


def _leaflet_css(addresses: Mapping[str, str]) -> bytes:
    """Return Leaflet's style sheet with other addresses of its pictures."""
    style = leaflet_file("leaflet.css").replace(b"\r\n", b"\n")
    for name, address in addresses.items():
        style = style.replace(f"url({name})".encode(), f"url({address})".encode())
    return style


def script_hash(script: str) -> str:
    """
    Return a script's name in a content security policy.

    Examples
    --------
    >>> script_hash("")[:15]
    "'sha256-47DEQpj"
    """
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def integrity(content: bytes) -> str:
    """
    Return what a browser holds a file from elsewhere against before it runs it.

    Examples
    --------
    >>> integrity(leaflet_file("leaflet.js"))[:20]
    'sha384-okbbMvvx/qfQk'
    """
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode('ascii')}"


def hashed_name(name: str, content: bytes) -> str:
    """
    Return a file's name with a part of its hash: another content never takes its place.

    Examples
    --------
    >>> hashed_name("map.js", b"")
    'map.e3b0c44298fc.js'
    """
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:_HASH_LENGTH]}.{suffix}"


def load(parts: Parts, assets: Assets) -> Loading:
    """
    Say how a page comes by its parts.

    Parameters
    ----------
    parts
        Style sheets, scripts and sources of pictures.
    assets
        Where they stand.

    Returns
    -------
    loading
        Markup for the head and the foot of the page, its policy, and the files beside it.

    Examples
    --------
    >>> loading = load(Parts(["p {}"], [("map.js", "start();")]), "folder")
    >>> "unsafe-inline" in loading.policy, len(loading.files)
    (False, 7)
    """
    return {"inline": _inline, "folder": _folder, "cdn": _cdn}[assets](parts)


def _inline(parts: Parts) -> Loading:
    """Put everything into the page; a style sheet behind an address would hold up its scripts."""
    leaflet = f'<script src="{leaflet_script()}"></script>\n<style>{leaflet_style()}</style>'
    return _around(parts, leaflet, script="data:")


def _cdn(parts: Parts) -> Loading:
    """Take Leaflet from its CDN, if it is the very file that is known here."""
    rest = 'crossorigin="anonymous" referrerpolicy="no-referrer"'
    script, style = LEAFLET_CDN + "leaflet.js", LEAFLET_CDN + "leaflet.css"
    leaflet = (
        f'<script src="{script}" integrity="{integrity(leaflet_file("leaflet.js"))}" {rest}>'
        f'</script>\n<link rel="stylesheet" href="{style}" '
        f'integrity="{integrity(leaflet_file("leaflet.css"))}" {rest}>'
    )
    return _around(parts, leaflet, script=script, style=style, image=LEAFLET_CDN + "images/")


def _around(
    parts: Parts, leaflet: str, *, script: str, style: str = "", image: str = ""
) -> Loading:
    """Put our own scripts and styles into the page, and allow Leaflet's sources."""
    # The scripts are named by their hash: one that slipped in does not run.
    hashes = [script_hash(text) for _, text in parts.scripts]
    images = ["data:", "blob:", *filter(None, [image]), *parts.image_sources]
    return Loading(
        head=leaflet + "\n<style>" + "\n".join(parts.styles) + "</style>",
        foot="\n".join(f"<script>{text}</script>" for _, text in parts.scripts),
        policy=_POLICY.format(
            images=" ".join(dict.fromkeys(images)),
            styles=f"'unsafe-inline' {style}".strip(),
            scripts=" ".join([script, *hashes]),
        ),
    )


def _folder(parts: Parts) -> Loading:
    """Put everything into files beside the page: nothing inline is left to be allowed."""
    pictures = {name: leaflet_file(name) for name in _pictures()}
    names = {
        name: hashed_name(name.removeprefix("images/"), content)
        for name, content in pictures.items()
    }
    files = {names[name]: content for name, content in pictures.items()}
    page_style = "\n".join(parts.styles).encode()
    head = [  # Leaflet first: what else a user's elements put into the head builds on it
        _filed("leaflet.js", _leaflet_js(), files),
        _filed("leaflet.css", _leaflet_css(names), files),
        _filed("map.css", page_style, files),
    ]
    return Loading(
        head="\n".join(head),
        foot="\n".join(_filed(name, text.encode(), files) for name, text in parts.scripts),
        policy=_POLICY.format(
            images=" ".join(dict.fromkeys([_BESIDE, "data:", "blob:", *parts.image_sources])),
            styles=_BESIDE,
            scripts=_BESIDE,
        ),
        files={f"{ASSET_FOLDER}/{name}": content for name, content in files.items()},
    )


def _filed(name: str, content: bytes, files: dict[str, bytes]) -> str:
    """Add a script or a style sheet under its hashed name, and return the tag that loads it."""
    hashed = hashed_name(name, content)
    files[hashed] = content
    address = f"{ASSET_FOLDER}/{hashed}"
    if name.endswith(".css"):
        return f'<link rel="stylesheet" href="{address}">'
    return f'<script src="{address}"></script>'
