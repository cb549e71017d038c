"""Zones closed to machines of low emission stages."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class LowEmissionZones(LayerSchema):
    """Zones closed to machines of low emission stages."""

    zone_id: Series[str] = column(
        Text("控制区编号", "zone number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("控制区名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    least_stage: Series[pd.Int64Dtype] = column(
        Text("最低排放阶段", "least emission stage allowed"),
        aliases=("允许的最低排放阶段",),
        ge=0,
        le=6,
        nullable=True,
    )
    valid_from: Series[pd.Timestamp] = column(
        Text("实施日期", "valid from"),
        aliases=("起始日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "low_emission_zones"
        metadata = layer_card(
            title=Text("低排放控制区", "low-emission zones"),
            key="zone_id",
            geometry="polygon",
            definition=Text(
                "禁止使用高排放非道路移动机械的区域",
                "an area where machines below an emission stage are banned",
            ),
            source="plan register, row E10",
            references=("counties", "places"),
        )
