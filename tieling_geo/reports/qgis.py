"""QGIS styles: the categories of an analysis as QGIS draws them."""

from xml.sax.saxutils import quoteattr

from tieling_geo.records import Analysis
from tieling_geo.render.theme import Symbol, symbol_of
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Language

_SHAPES = {
    "circle": "circle",
    "dot": "circle",
    "square": "square",
    "diamond": "diamond",
    "triangle": "triangle",
}


def to_qml(analysis: Analysis, family: GeometryFamily, language: Language) -> str:
    """
    Give a QML document that draws a result by its category.

    Parameters
    ----------
    analysis
        The analysis's card, whose categories are drawn.
    family
        Geometry of the features.
    language
        Language of the legend.

    Returns
    -------
    qml
        XML; every word of the card is quoted.
    """
    variants: dict[str, int] = {}
    categories, symbols = [], []
    for number, category in enumerate(analysis.categories):
        variant = variants.get(category.role, 0)
        variants[category.role] = variant + 1
        look = symbol_of(category.role, variant, family=family)
        title = quoteattr(category.title.to(language))
        value = quoteattr(category.value)
        categories.append(
            f'<category render="true" type="string" value={value} symbol="{number}" label={title}/>'
        )
        symbols.append(_symbol(look, family, number))
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.28" styleCategories="Symbology">'
        '<renderer-v2 type="categorizedSymbol" attr="category" enableorderby="0" '
        'forceraster="0" symbollevels="0">'
        f"<categories>{''.join(categories)}</categories><symbols>{''.join(symbols)}</symbols>"
        "</renderer-v2></qgis>\n"
    )


def _symbol(look: Symbol, family: GeometryFamily, number: int) -> str:
    """Give one symbol; sizes are millimetres, about a quarter of the pixels on a screen."""
    rim, fill = _rgba(look.colour), _rgba(look.fill, look.fill_opacity)
    width = f"{look.weight_px / 4:.2f}"
    if family == "point":
        kind, layer = "marker", "SimpleMarker"
        options = {
            "name": _SHAPES[look.shape],
            "color": fill,
            "outline_color": rim,
            "outline_width": width,
            "size": f"{look.radius_px / 2:.2f}",
        }
    elif family == "line":
        kind, layer = "line", "SimpleLine"
        options = {"line_color": rim, "line_width": width}
    else:
        kind, layer = "fill", "SimpleFill"
        options = {"color": fill, "outline_color": rim, "outline_width": width, "style": "solid"}
    listed = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(value)}/>'
        for name, value in options.items()
    )
    return (
        f'<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{listed}</Option></layer></symbol>'
    )


def _rgba(colour: str, opacity: float = 1.0) -> str:
    """Give a colour as QGIS writes it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"
