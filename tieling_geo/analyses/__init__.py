"""Registry of analyses: one line each, in the order the CLI lists them."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from tieling_geo.analyses import boilers_in_builtup_areas as boilers_in_builtup_areas
from tieling_geo.analyses import boilers_in_heating_coverage as boilers_in_heating_coverage
from tieling_geo.analyses import county_indicator_targets as county_indicator_targets
from tieling_geo.analyses import (
    direct_outlets_in_builtup_areas as direct_outlets_in_builtup_areas,
)
from tieling_geo.analyses import emitter_hubs as emitter_hubs
from tieling_geo.analyses import enterprises_in_parks as enterprises_in_parks
from tieling_geo.analyses import indicator_targets as indicator_targets
from tieling_geo.analyses import outfall_remediation as outfall_remediation
from tieling_geo.analyses import park_circular_retrofit as park_circular_retrofit
from tieling_geo.analyses import park_energy as park_energy
from tieling_geo.analyses import park_monitoring as park_monitoring
from tieling_geo.analyses import park_services as park_services
from tieling_geo.analyses import park_waste_capacity as park_waste_capacity
from tieling_geo.analyses import permit_monitoring as permit_monitoring
from tieling_geo.analyses import rail_freight_catchments as rail_freight_catchments
from tieling_geo.analyses import rural_black_odorous_waters as rural_black_odorous_waters
from tieling_geo.analyses import steel_capacity_retrofit as steel_capacity_retrofit
from tieling_geo.analyses import water_section_classes as water_section_classes
from tieling_geo.records import Analysis

#: Every registered analysis by name.
ANALYSES: Mapping[str, Analysis] = MappingProxyType({
    module.ANALYSIS.name: module.ANALYSIS
    for module in tuple(vars().values())
    if isinstance(module, ModuleType) and hasattr(module, "ANALYSIS")
})
