"""How a layer looks that only helps to find one's way, and what people call a layer."""

from collections.abc import Mapping
from dataclasses import dataclass

from tieling_geo.render.theme import Shape, Symbol
from tieling_geo.schemas import LAYERS
from tieling_geo.schemas._base import GeometryFamily
from tieling_geo.text import Text

_WHITE = "#ffffff"


@dataclass(frozen=True, slots=True)
class ContextStyle:
    """How a layer is drawn that only helps to find one's way."""

    colour: str
    weight_px: float
    dash: str = ""
    fill: str = ""
    """Of polygons and points; empty: not filled."""
    fill_opacity: float = 0.0
    label: str = ""
    """Column whose value is written on the map; empty: none."""
    shape: Shape = "square"

    def to_symbol(self) -> Symbol:
        """Return the style as a symbol, for points and for the legend."""
        return Symbol(
            colour=self.colour,
            fill=self.fill or _WHITE,
            shape=self.shape,
            radius_px=4.5,
            weight_px=self.weight_px,
            dash=self.dash,
            fill_opacity=self.fill_opacity,
        )


_CONTEXT: Mapping[str, ContextStyle] = {
    "counties": ContextStyle("#8a8f98", 1.1, label="name"),
    "builtup_areas": ContextStyle("#b3a58c", 0.8, "", "#d8cbb0", 0.45),
    "heating_supply_areas": ContextStyle("#c2410c", 1.2, "5 4", "#fdba74", 0.22),
    "heating_pipes": ContextStyle("#b91c1c", 1.1),
    "heat_sources": ContextStyle("#7f1d1d", 1.4, "", "#fee2e2", 1.0, shape="square"),
    "river_reaches": ContextStyle("#5aa9d6", 1.8),
    "water_sections": ContextStyle("#0b5c8a", 1.4, "", "#e0f2fe", 1.0, shape="triangle"),
    "roads": ContextStyle("#c3bdb1", 1.1),
    "rail_lines": ContextStyle("#52525b", 1.3, "8 3"),
    "freight_terminals": ContextStyle("#3f3f46", 1.5, "", "#e4e4e7", 1.0, shape="square"),
    "waste_heat_sources": ContextStyle("#9a3412", 1.3, "", "#ffedd5", 1.0, shape="diamond"),
    "power_units": ContextStyle("#3f3f46", 1.3, "", "#fef9c3", 1.0, shape="triangle"),
    "energy_stations": ContextStyle("#4d5f7a", 1.3, "", "#eef2f8", 1.0, shape="circle"),
    "sensitive_places": ContextStyle("#6b5b7b", 1.1, "", "#f3eef8", 1.0, shape="circle"),
    "treatment_hubs": ContextStyle("#3f5f4f", 1.3, "", "#e6f0ea", 1.0, shape="diamond"),
    "hazardous_waste_facilities": ContextStyle("#5b4a3a", 1.3, "", "#f4ece2", 1.0, shape="diamond"),
    "manure_plants": ContextStyle("#5b4a3a", 1.3, "", "#f4ece2", 1.0, shape="diamond"),
    "fuel_ban_zones": ContextStyle("#57534e", 1.2, "2 3", "#d6d3d1", 0.3),
    "low_emission_zones": ContextStyle("#57534e", 1.2, "2 3", "#d6d3d1", 0.3),
    "parks": ContextStyle("#7c6aa8", 1.2, "4 3", "#c9bfe3", 0.25),
}
_PLAIN: Mapping[GeometryFamily, ContextStyle] = {
    "point": ContextStyle("#52525b", 1.2, "", "#f4f4f5", 1.0),
    "line": ContextStyle("#9ca3af", 1.2),
    "polygon": ContextStyle("#9ca3af", 1.0, "4 3", "#e5e7eb", 0.3),
}


def context_style(layer: str, family: GeometryFamily) -> ContextStyle:
    """
    Return how a layer is drawn in the background; a layer without a style of its own is grey.

    Examples
    --------
    >>> context_style("counties", "polygon").label
    'name'
    >>> context_style("villages", "point").colour
    '#52525b'
    """
    return _CONTEXT.get(layer, _PLAIN[family])


def layer_title(layer: str) -> Text:
    """
    Return what people call a layer; its own name where it is not registered.

    Examples
    --------
    >>> layer_title("counties").zh
    '县级行政区'
    """
    return LAYERS[layer].card().title if layer in LAYERS else Text(layer, layer)
