"""
A Folium map whose page needs no network: every script, style and picture is inside the file.

Stock Folium loads ten files from four hosts, gives every element a random name, and lets branca
compile each finished piece of the page as a template again, so that a ledger cell `{{7*7}}` would
be run as code. Here nothing is loaded, names are counted, and data never passes a template.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import folium
from branca.element import Element, Figure
from folium.template import Template

from tieling_geo.errors import MapError
from tieling_geo.render.assets import Assets, Parts, check_assets, load
from tieling_geo.render.popup import safe_text
from tieling_geo.render.theme import THEMES, check_theme
from tieling_geo.text import NOTHING, Language, Text

#: What draws a packed layer, on any Folium map, in the order it runs: files of `render/page`.
LAYER_SCRIPTS = ("packed.js", "group.js", "stage.js", "layer.js", "says.js")
#: What draws a map of our own.
DRAWING_SCRIPTS = (*LAYER_SCRIPTS, "map.js")
#: What a reader works with: read after the map's own script, while its layers are unpacked.
TOOL_SCRIPTS = (
    "menu.js",
    "permalink.js",
    "rows.js",
    "filters.js",
    "download.js",
    "edge.js",
    "table.js",
    "states.js",
    "compare.js",
    "geodesy.js",
    "tools.js",
    "measure.js",
    "readout.js",
    "paper.js",
)
#: The style sheets of the page.
PAGE_STYLES = (
    "common.css",
    "chips.css",
    "layer.css",
    "map.css",
    "table.css",
    "states.css",
    "tools.css",
    "small.css",
)

#: What `<html lang>` says, by language.
HTML_LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}

_PAGE = """\
<!DOCTYPE html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{{ title }}</title>
{{ head }}
</head>
<body>
{{ body }}
{{ foot }}
</body>
</html>
"""


@cache
def page_file(name: str) -> str:
    """Return a script or style sheet of the page as text."""
    return (files("tieling_geo.render") / "page" / name).read_text(encoding="utf-8")


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
    assets
        Where the page's scripts and styles stand.

    Raises
    ------
    ParameterError
        If `assets` is no word of `tieling_geo.render.assets.ASSETS`.
    """

    def __init__(
        self, title: str, language: Language, paper: str, assets: Assets = "inline"
    ) -> None:
        super().__init__(height="640px")
        self.has_scripts = True
        self.ending = Element()
        """Script that runs after all others, whatever is added to the map later."""
        self.title = title
        self.language: Language = language
        self.paper = paper
        self.assets: Assets = check_assets(assets)
        self.files: Mapping[str, bytes] = {}
        self._prepare()

    def _prepare(self) -> None:
        """Take away what an earlier rendering put here: it would be rendered again."""
        self.header, self.html, self.script, self.ending = (Element() for _ in range(4))
        self._scripts, self._styles = list(DRAWING_SCRIPTS), list(PAGE_STYLES)
        self._image_sources: list[str] = []

    def need(
        self, *, script: str = "", style: str = "", image_sources: tuple[str, ...] = ()
    ) -> None:
        """
        Let the page carry another file of `render/page`, or show pictures from elsewhere.

        Parameters
        ----------
        script, style
            Names of files; blank: none.
        image_sources
            Sources for the page's policy; they are not checked here.
        """
        self._scripts += [script] if script and script not in self._scripts else []
        self._styles += [style] if style and style not in self._styles else []
        self._image_sources += image_sources

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's own signature
        """Return the page; rendering twice gives the same bytes."""
        self._prepare()
        for child in self._children.values():
            child.render(**kwargs)
        # The ending is a script of its own: it runs even if something that was added fails.
        scripts = [
            *((name, page_file(name)) for name in self._scripts),
            ("start.js", self.script.render(**kwargs)),
            *((name, page_file(name)) for name in TOOL_SCRIPTS),
            ("end.js", self.ending.render(**kwargs)),
        ]
        styles = [*map(page_file, self._styles), f"body {{ --paper: {self.paper}; }}"]
        loading = load(Parts(styles, scripts, self._image_sources), self.assets)
        self.files = loading.files
        page: str = Template(_PAGE).render(
            lang=HTML_LANGUAGES[self.language],
            policy=loading.policy,
            title=safe_text(self.title),
            head=f"{loading.head}\n{self.header.render(**kwargs)}",
            body=self.html.render(**kwargs),
            foot=loading.foot,
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
    assets
        Where scripts and styles stand: `inline`, in the page; `folder`, in files beside it (see
        `to_page`); `cdn`, Leaflet on the internet.

    Raises
    ------
    MapError
        If no theme has that name.
    ParameterError
        If `assets` is another word.

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
        self,
        title: Text = NOTHING,
        *,
        language: Language = "zh",
        theme: str = "light",
        assets: Assets = "inline",
    ) -> None:
        super().__init__(
            location=(0, 0),
            zoom_start=2,
            tiles=None,
            prefer_canvas=True,
            zoom_snap=0.25,
        )
        self._id = "tieling"
        self.default_js, self.default_css = [], []  # the page itself brings Leaflet
        self.title = title
        self.language: Language = language
        map_words = Text("地图", "map").to(language)
        self.label = safe_text(f"{title.to(language)} {map_words}".strip())
        page = OfflinePage(title.to(language), language, THEMES[check_theme(theme)], assets)
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


class Page(NamedTuple):
    """A map's page, and what must stand beside it."""

    html: str
    files: Mapping[str, bytes]
    """By the address that the page knows them under; none unless `assets` is `folder`."""


def to_page(drawn: OfflineMap) -> Page:
    """
    Return a map's page and the files that it needs beside it.

    Examples
    --------
    >>> page = to_page(OfflineMap(Text("云泽", "Yunze"), assets="folder"))
    >>> sorted({name.split(".")[-1] for name in page.files})
    ['css', 'js', 'png']
    """
    page = page_of(drawn)
    html = page.render()
    return Page(html, page.files if isinstance(page, OfflinePage) else {})


def to_html(drawn: OfflineMap) -> str:
    """
    Return a map's page as text: the same map gives the same bytes.

    Examples
    --------
    >>> drawn = OfflineMap(Text("云泽", "Yunze"))
    >>> to_html(drawn) == to_html(drawn)
    True
    """
    return to_page(drawn).html
