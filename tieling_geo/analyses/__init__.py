"""Registry of analyses: one line each, in the order the CLI lists them."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from tieling_geo.analyses import boilers_in_heating_coverage as boilers_in_heating_coverage
from tieling_geo.records import Analysis

#: Every registered analysis by name.
ANALYSES: Mapping[str, Analysis] = MappingProxyType({
    module.ANALYSIS.name: module.ANALYSIS
    for module in tuple(vars().values())
    if isinstance(module, ModuleType) and hasattr(module, "ANALYSIS")
})
