"""Substations that feed parks and towns."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class Substations(LayerSchema):
    """Substations that feed parks and towns."""

    substation_id: Series[str] = column(
        Text("变电站编号", "substation number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("变电站名称", "name"),
        aliases=("名称", "站名"),
        nullable=True,
    )
    county: Series[str] = county_column()
    voltage_kv: Series[float] = column(
        Text("电压等级", "voltage"),
        aliases=("电压",),
        unit="kv",
        # A village's feeder to the ultra-high-voltage grid; numbers above are volts.
        plausible=(6, 1000),
        gt=0,
        le=1100,
        nullable=True,
    )
    capacity_mva: Series[float] = column(
        Text("主变容量", "transformer capacity"),
        aliases=("容量",),
        unit="mva",
        # One small transformer to a hub of the grid; numbers above are kVA.
        plausible=(0.5, 5000),
        ge=0,
        le=20000,
        nullable=True,
    )
    load_mva: Series[float] = column(
        Text("最大负荷", "greatest load"),
        aliases=("负荷",),
        unit="mva",
        # See the capacity.
        plausible=(0.1, 5000),
        ge=0,
        le=20000,
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投运日期", "commissioned on"),
        aliases=("投产日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "substations"
        metadata = layer_card(
            title=Text("变电站", "substations"),
            key="substation_id",
            geometry="point",
            definition=Text("一座变电站一个点", "one point a substation"),
            source="plan register, row C03",
            control="capacity_mva",
            references=("places", "counties"),
        )
