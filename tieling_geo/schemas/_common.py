"""Columns and allowed values that several layers share."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tieling_geo.schemas._base import column
from tieling_geo.text import Text

#: How far a retrofit got, in its order; only `accepted` is done, and has a date.
RETROFIT_STAGES: Mapping[str, Text] = MappingProxyType({
    "not_started": Text("未启动", "not started"),
    "in_progress": Text("实施中", "in progress"),
    "completed": Text("已完工", "completed"),
    "accepted": Text("已验收", "accepted"),
})
#: How far a treatment got, in its order; only `completed` is done, and has a date.
TREATMENT_STATUSES: Mapping[str, Text] = MappingProxyType({
    "not_started": Text("未启动", "not started"),
    "in_progress": Text("治理中", "in progress"),
    "completed": Text("已完成", "completed"),
})


def county_column() -> Any:  # noqa: ANN401 - pandera types its own Field as Any
    """Declare the county that a ledger states; where a feature lies is found by geometry."""
    return column(
        Text("县(市、区)", "county"), aliases=("所在县区", "县区", "区县", "行政区"), nullable=True
    )
