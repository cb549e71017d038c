"""Renewable and distributed power sources and storage."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class PowerSources(LayerSchema):
    """Renewable and distributed power sources and storage."""

    source_id: Series[str] = column(
        Text("电源编号", "source number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("项目名称", "name"),
        aliases=("名称", "电站名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("电源类型",),
        values={
            "solar": Text("光伏", "solar"),
            "wind": Text("风电", "wind"),
            "biomass": Text("生物质发电", "biomass"),
            "storage": Text("储能", "storage"),
            "microgrid": Text("微电网", "microgrid"),
            "other": Text("其他", "other"),
        },
        nullable=True,
    )
    capacity_mw: Series[float] = column(
        Text("装机容量", "capacity"),
        aliases=("容量",),
        unit="mw",
        # A roof to the largest wind base; numbers above are kilowatts.
        plausible=(0.005, 1000),
        ge=0,
        le=5000,
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投产日期", "commissioned on"),
        aliases=("并网日期",),
        nullable=True,
    )
    retired_on: Series[pd.Timestamp] = column(
        Text("退役日期", "retired on"),
        aliases=("停运日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "power_sources"
        metadata = layer_card(
            title=Text("新能源与储能", "renewables and storage"),
            key="source_id",
            geometry="point",
            definition=Text(
                "一处光伏、风电、生物质发电、微电网或储能设施一个点",
                "one point a solar, wind, biomass, microgrid or storage site",
            ),
            source="plan register, row C07",
            control="capacity_mw",
            references=("places", "counties"),
        )
