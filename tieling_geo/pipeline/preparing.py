"""What is done to layers between reading and analysing: the plan's names, and overrides."""

from collections.abc import Mapping
from typing import NamedTuple

from tieling_geo.pipeline.indicators import to_plan_indicators
from tieling_geo.pipeline.overriding import with_overrides
from tieling_geo.records import Layer, Override, Plan


class Prepared(NamedTuple):
    """Layers as they are analysed."""

    plain: dict[str, Layer]
    """As the ledgers have them."""
    layers: dict[str, Layer]
    """As persons left them."""
    overrides: tuple[Override, ...]


def prepare(layers: Mapping[str, Layer], plan: Plan) -> Prepared:
    """
    Make layers ready for a plan's analyses; rows that do not fit it are rejected and counted.

    Parameters
    ----------
    layers
        By name, as read.
    plan
        The plan, whose indicators have names and units.

    Returns
    -------
    prepared
        The layers without and with the overrides, and what was overridden.
    """
    plain = to_plan_indicators(layers, plan)
    changed, overrides = with_overrides(plain)
    return Prepared(plain, changed, overrides)
