"""Registry of analyses: one line each, in the order the CLI lists them."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from tieling_geo.analyses import boilers_in_builtup_areas as boilers_in_builtup_areas
from tieling_geo.analyses import boilers_in_heating_coverage as boilers_in_heating_coverage
from tieling_geo.analyses import clean_fleets as clean_fleets
from tieling_geo.analyses import county_indicator_targets as county_indicator_targets
from tieling_geo.analyses import (
    direct_outlets_in_builtup_areas as direct_outlets_in_builtup_areas,
)
from tieling_geo.analyses import freight_by_mode as freight_by_mode
from tieling_geo.analyses import indicator_targets as indicator_targets
from tieling_geo.analyses import lanes_by_kind as lanes_by_kind
from tieling_geo.analyses import outfall_remediation as outfall_remediation
from tieling_geo.analyses import park_circular_retrofit as park_circular_retrofit
from tieling_geo.analyses import public_body_charging as public_body_charging
from tieling_geo.analyses import public_building_retrofit as public_building_retrofit
from tieling_geo.analyses import rail_freight_catchments as rail_freight_catchments
from tieling_geo.analyses import rural_black_odorous_waters as rural_black_odorous_waters
from tieling_geo.analyses import station_coverage as station_coverage
from tieling_geo.analyses import steel_capacity_retrofit as steel_capacity_retrofit
from tieling_geo.analyses import terminal_catchments as terminal_catchments
from tieling_geo.analyses import water_section_classes as water_section_classes
from tieling_geo.records import Analysis

#: Every registered analysis by name.
ANALYSES: Mapping[str, Analysis] = MappingProxyType({
    module.ANALYSIS.name: module.ANALYSIS
    for module in tuple(vars().values())
    if isinstance(module, ModuleType) and hasattr(module, "ANALYSIS")
})
