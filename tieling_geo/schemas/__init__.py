"""Registry of layers: one line each. The name is the folder under `layers/` and the CLI word."""

from collections.abc import Mapping
from types import MappingProxyType

from tieling_geo.schemas._base import ColumnCard as ColumnCard
from tieling_geo.schemas._base import LayerCard as LayerCard
from tieling_geo.schemas._base import LayerSchema as LayerSchema
from tieling_geo.schemas.air_quality_records import AirQualityRecords as AirQualityRecords
from tieling_geo.schemas.air_stations import AirStations as AirStations
from tieling_geo.schemas.basin_projects import BasinProjects as BasinProjects
from tieling_geo.schemas.black_odorous_waters import BlackOdorousWaters as BlackOdorousWaters
from tieling_geo.schemas.boilers import Boilers as Boilers
from tieling_geo.schemas.builtup_areas import BuiltupAreas as BuiltupAreas
from tieling_geo.schemas.cement_works import CementWorks as CementWorks
from tieling_geo.schemas.counties import Counties as Counties
from tieling_geo.schemas.cropland import Cropland as Cropland
from tieling_geo.schemas.data_centres import DataCentres as DataCentres
from tieling_geo.schemas.discharge_permits import DischargePermits as DischargePermits
from tieling_geo.schemas.emission_monitors import EmissionMonitors as EmissionMonitors
from tieling_geo.schemas.energy_stations import EnergyStations as EnergyStations
from tieling_geo.schemas.enterprises import Enterprises as Enterprises
from tieling_geo.schemas.farmland_projects import FarmlandProjects as FarmlandProjects
from tieling_geo.schemas.fleets import Fleets as Fleets
from tieling_geo.schemas.freight_flows import FreightFlows as FreightFlows
from tieling_geo.schemas.freight_sites import FreightSites as FreightSites
from tieling_geo.schemas.freight_terminals import FreightTerminals as FreightTerminals
from tieling_geo.schemas.fuel_ban_zones import FuelBanZones as FuelBanZones
from tieling_geo.schemas.hazardous_waste_facilities import (
    HazardousWasteFacilities as HazardousWasteFacilities,
)
from tieling_geo.schemas.hazardous_waste_generators import (
    HazardousWasteGenerators as HazardousWasteGenerators,
)
from tieling_geo.schemas.heat_demands import HeatDemands as HeatDemands
from tieling_geo.schemas.heat_sources import HeatSources as HeatSources
from tieling_geo.schemas.heated_buildings import HeatedBuildings as HeatedBuildings
from tieling_geo.schemas.heating_pipes import HeatingPipes as HeatingPipes
from tieling_geo.schemas.heating_supply_areas import HeatingSupplyAreas as HeatingSupplyAreas
from tieling_geo.schemas.high_energy_projects import HighEnergyProjects as HighEnergyProjects
from tieling_geo.schemas.indicators import Indicators as Indicators
from tieling_geo.schemas.industry_clusters import IndustryClusters as IndustryClusters
from tieling_geo.schemas.kilns import Kilns as Kilns
from tieling_geo.schemas.livestock_farms import LivestockFarms as LivestockFarms
from tieling_geo.schemas.low_emission_zones import LowEmissionZones as LowEmissionZones
from tieling_geo.schemas.manure_plants import ManurePlants as ManurePlants
from tieling_geo.schemas.medical_sites import MedicalSites as MedicalSites
from tieling_geo.schemas.medical_waste_routes import MedicalWasteRoutes as MedicalWasteRoutes
from tieling_geo.schemas.metered_areas import MeteredAreas as MeteredAreas
from tieling_geo.schemas.mobile_machinery import MobileMachinery as MobileMachinery
from tieling_geo.schemas.outfalls import Outfalls as Outfalls
from tieling_geo.schemas.overrides import Overrides as Overrides
from tieling_geo.schemas.parks import Parks as Parks
from tieling_geo.schemas.places import Places as Places
from tieling_geo.schemas.population_areas import PopulationAreas as PopulationAreas
from tieling_geo.schemas.power_sources import PowerSources as PowerSources
from tieling_geo.schemas.power_units import PowerUnits as PowerUnits
from tieling_geo.schemas.public_buildings import PublicBuildings as PublicBuildings
from tieling_geo.schemas.rail_lines import RailLines as RailLines
from tieling_geo.schemas.reuse_water_pipes import ReuseWaterPipes as ReuseWaterPipes
from tieling_geo.schemas.river_reaches import RiverReaches as RiverReaches
from tieling_geo.schemas.roads import Roads as Roads
from tieling_geo.schemas.sensitive_places import SensitivePlaces as SensitivePlaces
from tieling_geo.schemas.sewage_inflow_records import SewageInflowRecords as SewageInflowRecords
from tieling_geo.schemas.sewage_works import SewageWorks as SewageWorks
from tieling_geo.schemas.sewer_pipes import SewerPipes as SewerPipes
from tieling_geo.schemas.sewer_service_areas import SewerServiceAreas as SewerServiceAreas
from tieling_geo.schemas.soil_carbon_cells import SoilCarbonCells as SoilCarbonCells
from tieling_geo.schemas.steel_works import SteelWorks as SteelWorks
from tieling_geo.schemas.storage_tanks import StorageTanks as StorageTanks
from tieling_geo.schemas.substations import Substations as Substations
from tieling_geo.schemas.tillage_plots import TillagePlots as TillagePlots
from tieling_geo.schemas.towns import Towns as Towns
from tieling_geo.schemas.traffic_lanes import TrafficLanes as TrafficLanes
from tieling_geo.schemas.treatment_hubs import TreatmentHubs as TreatmentHubs
from tieling_geo.schemas.vehicle_demands import VehicleDemands as VehicleDemands
from tieling_geo.schemas.village_sewage_projects import (
    VillageSewageProjects as VillageSewageProjects,
)
from tieling_geo.schemas.villages import Villages as Villages
from tieling_geo.schemas.waste_facilities import WasteFacilities as WasteFacilities
from tieling_geo.schemas.waste_heat_sources import WasteHeatSources as WasteHeatSources
from tieling_geo.schemas.water_schemes import WaterSchemes as WaterSchemes
from tieling_geo.schemas.water_sections import WaterSections as WaterSections

#: Every registered layer by name, in the order of the imports above.
LAYERS: Mapping[str, type[LayerSchema]] = MappingProxyType({
    value.layer_name(): value
    for value in tuple(vars().values())
    if isinstance(value, type) and issubclass(value, LayerSchema) and value is not LayerSchema
})
