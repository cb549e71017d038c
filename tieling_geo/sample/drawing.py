"""Draw every registered layer from a seed, on a base."""

import math

import geopandas as gpd

from tieling_geo.crs import to_working_crs
from tieling_geo.errors import ParameterError
from tieling_geo.sample.air import draw_air
from tieling_geo.sample.base import SEED, Base, schematic_base, to_stored
from tieling_geo.sample.boilers import draw_boilers
from tieling_geo.sample.energy import draw_energy
from tieling_geo.sample.farmland import draw_farmland
from tieling_geo.sample.freight import draw_freight
from tieling_geo.sample.ground import Ground
from tieling_geo.sample.indicators import draw_indicators
from tieling_geo.sample.industry import draw_industry
from tieling_geo.sample.overrides import draw_overrides
from tieling_geo.sample.park_enterprises import draw_park_enterprises
from tieling_geo.sample.places import draw_places
from tieling_geo.sample.sewage import draw_sewage
from tieling_geo.sample.towns import draw_towns
from tieling_geo.sample.transport import draw_transport
from tieling_geo.sample.villages import draw_villages
from tieling_geo.sample.waste import draw_waste
from tieling_geo.sample.waters import (
    draw_black_odorous_waters,
    draw_outfalls,
    draw_water_sections,
)
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text

#: The other topics, each after those that it builds on.
_TOPICS = (
    draw_villages,
    draw_industry,
    draw_park_enterprises,
    draw_sewage,
    draw_waste,
    draw_energy,
    draw_air,
    draw_transport,
    draw_farmland,
)


def draw(
    *, scale: float = 1.0, seed: int = SEED, base: Base | None = None
) -> dict[str, gpd.GeoDataFrame]:
    """
    Draw every registered layer: invented ledgers on a schematic or on a given base.

    Parameters
    ----------
    scale
        Greater than 0 (open). 1 gives 300 boilers, 400 outfalls, 40 reaches and 60 freight sites;
        these counts, and those of roads and water bodies, grow linearly with it.
    seed
        0 or more (closed). The same seed and scale give the same layers.
    base
        Counties, reaches and railways to place the ledgers on, in any CRS; None: the schematic
        ones. A given base is not scaled: only ledgers are.

    Returns
    -------
    layers
        Every layer of `LAYERS` by name, in the storage CRS (EPSG:4490), coordinates rounded to
        7 decimals, columns exactly the schema's, sorted by business key. Tables without places
        have no geometry.

    Raises
    ------
    ParameterError
        If the scale or seed is out of range, or the base leaves no room for its ledgers.
    CRSError
        If a layer of the base states no CRS, or one that cannot be brought to CGCS2000.
    LayerSchemaError
        If a layer of the base breaks its schema.

    Examples
    --------
    >>> layers = draw(scale=0.1)
    >>> len(layers["boilers"]), len(layers["counties"])
    (30, 7)
    """
    if not (math.isfinite(scale) and scale > 0 and seed >= 0):
        raise ParameterError(
            Text(
                f"规模须为正数、种子须为非负整数：规模 {scale}，种子 {seed}",
                f"scale must be positive and seed not negative: scale {scale}, seed {seed}",
            )
        )
    layers = to_stored(base if base is not None else schematic_base(scale=scale, seed=seed))
    ground = Ground.of(*(to_working_crs(layer, name=name) for name, layer in layers.items()))
    towns = draw_towns(ground, scale=scale, seed=seed)
    layers |= {
        "boilers": draw_boilers(ground, towns, scale=scale, seed=seed),
        "outfalls": draw_outfalls(ground, towns, scale=scale, seed=seed),
        "water_sections": draw_water_sections(ground, seed=seed),
        "black_odorous_waters": draw_black_odorous_waters(ground, scale=scale, seed=seed),
        "places": draw_places(ground),
        **towns.layers,
        "indicators": draw_indicators(ground, seed=seed),
        **draw_freight(ground, layers["rail_lines"], scale=scale, seed=seed),
    }
    for draw_topic in _TOPICS:
        layers |= draw_topic(ground, towns, layers, scale=scale, seed=seed)
    layers["overrides"] = draw_overrides(layers)
    return {name: schema.check(layers[name]) for name, schema in LAYERS.items()}
