"""A basemap on a map: its tiles, what stands above them, and the words that belong to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import geopandas as gpd
import shapely
from branca.element import MacroElement
from folium.template import Template

from tieling_geo.crs import to_web_crs
from tieling_geo.records import MapState, Result
from tieling_geo.render.asked import Asked
from tieling_geo.render.basemap import Basemap, Datum, display_shift
from tieling_geo.render.offline import OfflinePage, Verbatim, page_of
from tieling_geo.render.popup import safe_json, safe_text
from tieling_geo.text import Language, Text

_WORDS = {
    "failed": Text(
        "底图未能加载（网络不通、服务拒绝，或此处没有瓦片）；数据不受影响",
        "the basemap could not be loaded (no network, refused, or no tiles here); the data are "
        "not affected",
    ),
    "shifted": Text(
        "底图为 GCJ-02 坐标：数据仅为显示而偏移，证据与导出的坐标未偏移",
        "this basemap is in GCJ-02: data are shifted for display only; evidence and downloads are "
        "not shifted",
    ),
    "credit": Text("底图", "basemap"),
}
#: How far one may zoom in; beyond the service's own tiles they are enlarged.
_CLOSEST_ZOOM = 22
# Seconds after which a service that answers nothing counts as out of reach.
_PATIENCE_S = 8


class BasemapLayer(MacroElement):
    """
    The tiles of a basemap below all else.

    Its addresses and its credit stand in a block of data and never in a script or a template.

    Parameters
    ----------
    basemap
        What to show.
    language
        Language of its words.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
            tielingGeo.basemap({{ this._parent.get_name() }}, {{ this.get_name()|tojson }});
        {% endmacro %}
    """)

    def __init__(self, basemap: Basemap, language: Language) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name, self._id = "basemap", "tieling"
        self.basemap = basemap
        self.language: Language = language

    def spec(self) -> dict[str, object]:
        """Return what the page's script needs."""
        least, greatest = self.basemap.zooms
        return {
            "urls": list(self.basemap.urls),
            "datum": self.basemap.datum,
            "options": {
                # Leaflet writes it as markup.
                "attribution": safe_text(self.basemap.attribution.to(self.language)),
                "subdomains": list(self.basemap.subdomains),
                # Further out, four tiles would have to be shrunk for each one that is seen.
                "minZoom": max(least - 1, 0),
                "minNativeZoom": least,
                "maxNativeZoom": greatest,
                "maxZoom": _CLOSEST_ZOOM,
            },
            "patience": _PATIENCE_S * 1000,
            "words": {name: words.to(self.language) for name, words in _WORDS.items()},
        }

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's own signature
        """Put the data, the call that draws them and what the page must allow into the page."""
        page = page_of(self)
        block = Verbatim(
            f'<script type="application/json" id="{self.get_name()}_data">'
            f"{safe_json(self.spec())}</script>"
        )
        page.html.add_child(block, name=f"{self.get_name()}_data")
        if isinstance(page, OfflinePage):
            page.need(script="basemap.js", style="basemap.css", image_sources=self.basemap.sources)
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        return ""


def basemap_notes(basemap: Basemap | None, language: Language) -> tuple[str, ...]:
    """
    Say below a map whose tiles it shows, and whether its data are shifted.

    Examples
    --------
    >>> from tieling_geo.render.basemap import gaode
    >>> [note[:20] for note in basemap_notes(gaode(), "en")]
    ['basemap: © Amap (Aut', 'this basemap is in G']
    """
    if basemap is None:
        return ()
    colon = "：" if language == "zh" else ": "
    credit = f"{_WORDS['credit'].to(language)}{colon}{basemap.attribution.to(language)}"
    shifted = [_WORDS["shifted"].to(language)] if basemap.datum == "gcj02" else []
    return (credit, *shifted)


def shifted_for_display(features: gpd.GeoDataFrame, datum: Datum) -> gpd.GeoDataFrame:
    """
    Return features as a basemap in a datum shows them; the rows and their values stay.

    Parameters
    ----------
    features
        Any geometries in any CRS that states itself.
    datum
        The basemap's.

    Returns
    -------
    shown
        The same frame where nothing is shifted, else one in degrees. For drawing only.

    Examples
    --------
    >>> from shapely import Point
    >>> place = gpd.GeoDataFrame(geometry=[Point(123.84, 42.29)], crs=4490)
    >>> shown = shifted_for_display(place, "gcj02").geometry[0]
    >>> round(shown.x, 6), round(shown.y, 6)
    (123.845863, 42.29212)
    """
    if datum == "wgs84":
        return features
    degrees = to_web_crs(features)
    flat = shapely.force_2d(degrees.geometry.to_numpy())
    moved = shapely.transform(flat, lambda lonlat: display_shift(lonlat, datum))
    return degrees.set_geometry(gpd.GeoSeries(moved, index=degrees.index, crs=degrees.crs))


def shown_on(basemap: Basemap | None, asked: Asked) -> Asked:
    """
    Return what a map is asked to show as it is drawn on a basemap.

    Parameters
    ----------
    basemap
        None, or one that shifts nothing: what is asked is returned.
    asked
        Results, layers and context; they must state their CRS.
    """
    if basemap is None or basemap.datum == "wgs84":
        return asked
    datum = basemap.datum
    return replace(
        asked,
        results=tuple(_shifted(one, basemap) for one in asked.results),
        layers=tuple(
            replace(one, features=shifted_for_display(one.features, datum)) for one in asked.layers
        ),
        context={name: shifted_for_display(f, datum) for name, f in asked.context.items()},
    )


def states_shown_on(basemap: Basemap | None, states: Sequence[MapState]) -> tuple[MapState, ...]:
    """Return the states of a map as they are drawn on a basemap; see `shown_on`."""
    if basemap is None or basemap.datum == "wgs84":
        return tuple(states)
    return tuple(
        replace(one, results={n: _shifted(r, basemap) for n, r in one.results.items()})
        for one in states
    )


def _shifted(result: Result, basemap: Basemap) -> Result:
    """Return a result whose places are shifted for display."""
    datum = basemap.datum
    return replace(
        result,
        features=shifted_for_display(result.features, datum),
        shapes={n: shifted_for_display(f, datum) for n, f in result.shapes.items()},
    )


def see_through(spec: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return how a layer of context is drawn, without its fill: tiles lie below it.

    Examples
    --------
    >>> see_through({"categories": [{"symbol": {"path": {"fillOpacity": 0.4}}}]})
    {'categories': [{'symbol': {'path': {'fillOpacity': 0}}}]}
    """
    categories = []
    for category in cast("Sequence[Mapping[str, Any]]", spec["categories"]):
        symbol = category["symbol"]
        path = {**symbol["path"], "fillOpacity": 0}
        categories.append({**category, "symbol": {**symbol, "path": path}})
    return {**spec, "categories": categories}
