"""
Holds a city's energy-saving and emission plan against its map.

The names below are the public interface. They are imported when they are first used, so that
`import tieling_geo` costs nothing. All that it does is to switch off the drivers of GDAL that
follow references, which only works before GDAL is loaded, and, in a notebook, to say by name who
shows results, layers and assessments.

Examples
--------
>>> import tieling_geo as tg
>>> assessment = tg.assess(tg.open_workspace(), only=["I01"])
>>> str(assessment.verdicts[0].state)
'not_met'
"""

from importlib import import_module
from typing import TYPE_CHECKING

from tieling_geo.gdal_settings import guard_gdal
from tieling_geo.notebook import show_in_notebooks as _show_in_notebooks

if TYPE_CHECKING:
    from tieling_geo.analyses import ANALYSES as ANALYSES
    from tieling_geo.datum_doctor import examine_datums as examine_datums
    from tieling_geo.notebook import show_in_notebooks as show_in_notebooks
    from tieling_geo.pipeline import assess as assess
    from tieling_geo.pipeline import fetch_osm as fetch_osm
    from tieling_geo.pipeline import read_layers as read_layers
    from tieling_geo.pipeline import read_one as read_one
    from tieling_geo.pipeline import run as run
    from tieling_geo.plan import read_plan as read_plan
    from tieling_geo.plan.coverage_ledger import coverage_ledger as coverage_ledger
    from tieling_geo.plan.lint import lint_plan as lint_plan
    from tieling_geo.readers import read_layer as read_layer
    from tieling_geo.records import ReadOptions as ReadOptions
    from tieling_geo.render import draw_published as draw_published
    from tieling_geo.render import packed_layer as packed_layer
    from tieling_geo.render import read_maps as read_maps
    from tieling_geo.render import web_map as web_map
    from tieling_geo.reports import publish as publish
    from tieling_geo.sample import write_sample as write_sample
    from tieling_geo.schemas import LAYERS as LAYERS
    from tieling_geo.text import Text as Text
    from tieling_geo.workspace import Workspace as Workspace
    from tieling_geo.workspace import open_workspace as open_workspace

guard_gdal()
_show_in_notebooks()

_HOMES = {
    "ANALYSES": "analyses",
    "LAYERS": "schemas",
    "ReadOptions": "records",
    "Text": "text",
    "Workspace": "workspace",
    "assess": "pipeline",
    "coverage_ledger": "plan.coverage_ledger",
    "draw_published": "render",
    "examine_datums": "datum_doctor",
    "fetch_osm": "pipeline",
    "lint_plan": "plan.lint",
    "open_workspace": "workspace",
    "packed_layer": "render",
    "publish": "reports",
    "read_layer": "readers",
    "read_layers": "pipeline",
    "read_one": "pipeline",
    "read_maps": "render",
    "read_plan": "plan",
    "run": "pipeline",
    "show_in_notebooks": "notebook",
    "web_map": "render",
    "write_sample": "sample",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - the names above, which a test holds against the types


def __getattr__(name: str) -> object:
    """
    Import a public name when it is first used.

    Raises
    ------
    AttributeError
        If there is no such name.
    """
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - needed by few

        return version("tieling-geo")
    if name not in _HOMES:
        raise AttributeError(f"module 'tieling_geo' has no attribute {name!r}")
    return getattr(import_module(f"tieling_geo.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, for completion in notebooks."""
    return __all__
