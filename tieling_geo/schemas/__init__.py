"""Registry of layers: one line each. The name is the folder under `layers/` and the CLI word."""

from collections.abc import Mapping
from types import MappingProxyType

from tieling_geo.schemas._base import ColumnCard as ColumnCard
from tieling_geo.schemas._base import LayerCard as LayerCard
from tieling_geo.schemas._base import LayerSchema as LayerSchema
from tieling_geo.schemas.black_odorous_waters import BlackOdorousWaters as BlackOdorousWaters
from tieling_geo.schemas.boilers import Boilers as Boilers
from tieling_geo.schemas.builtup_areas import BuiltupAreas as BuiltupAreas
from tieling_geo.schemas.counties import Counties as Counties
from tieling_geo.schemas.freight_sites import FreightSites as FreightSites
from tieling_geo.schemas.freight_terminals import FreightTerminals as FreightTerminals
from tieling_geo.schemas.heat_sources import HeatSources as HeatSources
from tieling_geo.schemas.heating_pipes import HeatingPipes as HeatingPipes
from tieling_geo.schemas.heating_supply_areas import HeatingSupplyAreas as HeatingSupplyAreas
from tieling_geo.schemas.indicators import Indicators as Indicators
from tieling_geo.schemas.outfalls import Outfalls as Outfalls
from tieling_geo.schemas.overrides import Overrides as Overrides
from tieling_geo.schemas.parks import Parks as Parks
from tieling_geo.schemas.places import Places as Places
from tieling_geo.schemas.rail_lines import RailLines as RailLines
from tieling_geo.schemas.river_reaches import RiverReaches as RiverReaches
from tieling_geo.schemas.roads import Roads as Roads
from tieling_geo.schemas.water_sections import WaterSections as WaterSections

#: Every registered layer by name, in the order of the imports above.
LAYERS: Mapping[str, type[LayerSchema]] = MappingProxyType({
    value.layer_name(): value
    for value in tuple(vars().values())
    if isinstance(value, type) and issubclass(value, LayerSchema) and value is not LayerSchema
})
