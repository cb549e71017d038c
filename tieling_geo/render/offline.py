"""
A Folium map whose page needs no network: every script, style and picture is inside the file.

Stock Folium loads ten files from four hosts, gives every element a random name, and lets branca
compile each finished piece of the page as a template again, so that a ledger cell `{{7*7}}` would
be run as code. Here nothing is loaded, names are counted, and data never passes a template.
"""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from folium.template import Template
from xstatic.pkg import leaflet as leaflet_files

from tieling_geo.errors import MapError
from tieling_geo.render.popup import safe_text
from tieling_geo.render.theme import THEMES, check_theme
from tieling_geo.text import NOTHING, Language, Text

#: The scripts of the page, in the order they run, and its style sheets: files of `render/page`.
PAGE_SCRIPTS = ("packed.js", "group.js", "stage.js", "layer.js", "says.js", "map.js", "menu.js")
PAGE_STYLES = ("common.css", "map.css")

#: What `<html lang>` says, by language.
HTML_LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}

_PAGE = """\
<!DOCTYPE html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
{{ header }}
<style>{{ style }}</style>
</head>
<body style="--paper: {{ paper }}">
{{ body }}
{% for one in scripts %}
<script>{{ one }}</script>
{% endfor %}
</body>
</html>
"""
# The scripts are named by their hash: a script, a link or a handler that slipped in does not run.
_POLICY = (
    "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline' data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; script-src data: {hashes}"
)


def _data_uri(kind: str, content: bytes) -> str:
    """Return a file's content as a `data:` address."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


@cache
def leaflet_script() -> str:
    """
    Return Leaflet's script as a `data:` address.

    Examples
    --------
    >>> leaflet_script()[:28]
    'data:text/javascript;base64,'
    """
    content = (Path(leaflet_files.BASE_DIR) / "leaflet.js").read_bytes()
    # The last line names a map of the source: a developer tool would go and look for it.
    return _data_uri("text/javascript", re.sub(rb"//# sourceMappingURL=\S*\s*$", b"", content))


@cache
def leaflet_style() -> str:
    """
    Return Leaflet's style sheet as a `data:` address, with its pictures inside.

    Examples
    --------
    >>> leaflet_style()[:21]
    'data:text/css;base64,'
    """
    folder = Path(leaflet_files.BASE_DIR)

    def inside(found: re.Match[str]) -> str:
        picture = (folder / found[1].strip("\"'")).read_bytes()
        return f"url({_data_uri('image/png', picture)})"

    style = (folder / "leaflet.css").read_text(encoding="utf-8")
    return _data_uri("text/css", re.sub(r"url\((images/[^)]+)\)", inside, style).encode())


@cache
def page_file(name: str) -> str:
    """Return a script or style sheet of the page as text."""
    return (files("tieling_geo.render") / "page" / name).read_text(encoding="utf-8")


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


class Verbatim(Element):
    """A finished piece of a page: written as it is, never compiled as a template."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self.text = text


class OfflinePage(Figure):
    """
    The whole HTML page around a map.

    Parameters
    ----------
    title
        Title of the page, plain text.
    language
        Language of the page.
    paper
        Colour of the background.
    """

    def __init__(self, title: str, language: Language, paper: str) -> None:
        super().__init__(height="640px")
        self.has_scripts = True
        self.title = title
        self.language: Language = language
        self.paper = paper

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's own signature
        """Return the page; rendering twice gives the same bytes."""
        # What an earlier rendering put here would be rendered again.
        self.header, self.html, self.script = Element(), Element(), Element()
        for child in self._children.values():
            child.render(**kwargs)
        scripts = [*map(page_file, PAGE_SCRIPTS), self.script.render(**kwargs)]
        hashes = " ".join(map(script_hash, scripts))
        page: str = Template(_PAGE).render(
            lang=HTML_LANGUAGES[self.language],
            policy=_POLICY.format(hashes=hashes),
            title=safe_text(self.title),
            paper=self.paper,
            header=self.header.render(**kwargs),
            style="\n".join(map(page_file, PAGE_STYLES)),
            body=self.html.render(**kwargs),
            scripts=scripts,
        )
        return page


class OfflineMap(folium.Map):
    """
    A `folium.Map` that opens with the network cut off; it has no tiles.

    Anything that needs no jQuery may be added to it as to any Folium map. Markers' `Popup` and
    `Icon` do need it: use `GeoJson` and `CircleMarker` with escaped words, or
    `tieling_geo.render.web_map`, whose popups take any text.

    Parameters
    ----------
    title
        Title of the page.
    language
        Language of the page and of its controls.
    theme
        A name of `tieling_geo.render.theme.THEMES`.

    Raises
    ------
    MapError
        If no theme has that name.

    Examples
    --------
    >>> page = OfflineMap(Text("云泽", "Yunze")).get_root().render()
    >>> "<title>云泽</title>" in page, "https://" in page
    (True, False)
    """

    _template = Template("""
        {% macro html(this, kwargs) %}
            <main><div id="{{ this.get_name() }}" class="folium-map" role="application"
                aria-label="{{ this.label }}"></div></main>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map(
                {{ this.get_name()|tojson }},
                {
                    center: {{ this.location|tojson }},
                    renderer: L.canvas({tolerance: 4}),
                    ...{{ this.options|tojavascript }}
                }
            );
            tielingGeo.open({{ this.get_name() }});
        {% endmacro %}
    """)

    def __init__(
        self, title: Text = NOTHING, *, language: Language = "zh", theme: str = "light"
    ) -> None:
        super().__init__(
            location=(0, 0),
            zoom_start=2,
            tiles=None,
            prefer_canvas=True,
            zoom_snap=0.25,
        )
        self._id = "tieling"
        self.default_js = [("leaflet", leaflet_script())]
        self.default_css = [("leaflet_css", leaflet_style())]
        self.title = title
        self.language: Language = language
        map_words = Text("地图", "map").to(language)
        self.label = safe_text(f"{title.to(language)} {map_words}".strip())
        page = OfflinePage(title.to(language), language, THEMES[check_theme(theme)])
        page.add_child(self)


def page_of(element: Element) -> Figure:
    """
    Return the page that an element stands on.

    Raises
    ------
    MapError
        If it stands on none: only then has it nowhere to be drawn.
    """
    page = element.get_root()
    if not isinstance(page, Figure):
        raise MapError(Text("该元素不在任何页面上", "this element stands on no page"))
    return page


def to_html(drawn: OfflineMap) -> str:
    """
    Return a map's page as text: the same map gives the same bytes.

    Examples
    --------
    >>> drawn = OfflineMap(Text("云泽", "Yunze"))
    >>> to_html(drawn) == to_html(drawn)
    True
    """
    return page_of(drawn).render()
