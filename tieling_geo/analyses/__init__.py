"""Registry of analyses: one line each, in the order the CLI lists them."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from tieling_geo.analyses import basin_project_progress as basin_project_progress
from tieling_geo.analyses import black_soil_change as black_soil_change
from tieling_geo.analyses import boilers_in_builtup_areas as boilers_in_builtup_areas
from tieling_geo.analyses import boilers_in_heating_coverage as boilers_in_heating_coverage
from tieling_geo.analyses import boilers_ultra_low_emission as boilers_ultra_low_emission
from tieling_geo.analyses import cement_ultra_low_emission as cement_ultra_low_emission
from tieling_geo.analyses import chp_reach as chp_reach
from tieling_geo.analyses import clean_fleets as clean_fleets
from tieling_geo.analyses import clean_heating as clean_heating
from tieling_geo.analyses import clean_stoves as clean_stoves
from tieling_geo.analyses import conservation_tillage as conservation_tillage
from tieling_geo.analyses import county_indicator_targets as county_indicator_targets
from tieling_geo.analyses import data_centre_pue as data_centre_pue
from tieling_geo.analyses import (
    direct_outlets_in_builtup_areas as direct_outlets_in_builtup_areas,
)
from tieling_geo.analyses import emitter_hubs as emitter_hubs
from tieling_geo.analyses import enterprises_in_parks as enterprises_in_parks
from tieling_geo.analyses import freight_by_mode as freight_by_mode
from tieling_geo.analyses import fuel_users_in_ban_zones as fuel_users_in_ban_zones
from tieling_geo.analyses import hazardous_waste_allocation as hazardous_waste_allocation
from tieling_geo.analyses import high_standard_farmland as high_standard_farmland
from tieling_geo.analyses import indicator_targets as indicator_targets
from tieling_geo.analyses import industry_cluster_classes as industry_cluster_classes
from tieling_geo.analyses import kiln_fuels as kiln_fuels
from tieling_geo.analyses import lanes_by_kind as lanes_by_kind
from tieling_geo.analyses import low_emission_conflicts as low_emission_conflicts
from tieling_geo.analyses import low_inflow_works as low_inflow_works
from tieling_geo.analyses import low_voc_materials as low_voc_materials
from tieling_geo.analyses import manure_balance as manure_balance
from tieling_geo.analyses import medical_waste_collection as medical_waste_collection
from tieling_geo.analyses import new_sewage_capacity as new_sewage_capacity
from tieling_geo.analyses import old_coal_units as old_coal_units
from tieling_geo.analyses import old_heating_pipes as old_heating_pipes
from tieling_geo.analyses import outfall_remediation as outfall_remediation
from tieling_geo.analyses import ozone_season as ozone_season
from tieling_geo.analyses import park_circular_retrofit as park_circular_retrofit
from tieling_geo.analyses import park_energy as park_energy
from tieling_geo.analyses import park_monitoring as park_monitoring
from tieling_geo.analyses import park_services as park_services
from tieling_geo.analyses import park_waste_capacity as park_waste_capacity
from tieling_geo.analyses import permit_monitoring as permit_monitoring
from tieling_geo.analyses import power_unit_duties as power_unit_duties
from tieling_geo.analyses import power_unit_retrofits as power_unit_retrofits
from tieling_geo.analyses import project_opinions as project_opinions
from tieling_geo.analyses import public_body_charging as public_body_charging
from tieling_geo.analyses import public_building_retrofit as public_building_retrofit
from tieling_geo.analyses import rail_freight_catchments as rail_freight_catchments
from tieling_geo.analyses import rural_black_odorous_waters as rural_black_odorous_waters
from tieling_geo.analyses import rural_sewage_treatment as rural_sewage_treatment
from tieling_geo.analyses import sewage_collection as sewage_collection
from tieling_geo.analyses import sewer_gaps as sewer_gaps
from tieling_geo.analyses import sewer_repairs as sewer_repairs
from tieling_geo.analyses import station_coverage as station_coverage
from tieling_geo.analyses import steel_capacity_retrofit as steel_capacity_retrofit
from tieling_geo.analyses import storage_tank_retrofit as storage_tank_retrofit
from tieling_geo.analyses import terminal_catchments as terminal_catchments
from tieling_geo.analyses import toilet_treatment as toilet_treatment
from tieling_geo.analyses import town_services as town_services
from tieling_geo.analyses import village_services as village_services
from tieling_geo.analyses import village_water_and_sewage as village_water_and_sewage
from tieling_geo.analyses import voc_emitter_clusters as voc_emitter_clusters
from tieling_geo.analyses import waste_heat_for_boilers as waste_heat_for_boilers
from tieling_geo.analyses import waste_heat_matching as waste_heat_matching
from tieling_geo.analyses import waste_incineration as waste_incineration
from tieling_geo.analyses import water_leakage as water_leakage
from tieling_geo.analyses import water_section_classes as water_section_classes
from tieling_geo.records import Analysis

#: Every registered analysis by name.
ANALYSES: Mapping[str, Analysis] = MappingProxyType({
    module.ANALYSIS.name: module.ANALYSIS
    for module in tuple(vars().values())
    if isinstance(module, ModuleType) and hasattr(module, "ANALYSIS")
})
