"""Fleets of vehicles by class, at their depots."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class Fleets(LayerSchema):
    """Fleets of vehicles by class, at their depots."""

    fleet_id: Series[str] = column(
        Text("车队编号", "fleet number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("经营单位", "operator"),
        aliases=("单位名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    vehicle_class: Series[str] = column(
        Text("车辆类别", "class"),
        aliases=("类别",),
        values={
            "bus": Text("公交", "bus"),
            "post": Text("邮政", "post"),
            "taxi": Text("出租", "taxi"),
            "commuter": Text("通勤", "commuter"),
            "light_delivery": Text("轻型物流配送", "light delivery"),
            "sanitation": Text("环卫", "sanitation"),
            "other": Text("其他", "other"),
        },
        nullable=True,
    )
    vehicles: Series[pd.Int64Dtype] = column(
        Text("车辆数", "vehicles"),
        aliases=("总车辆数",),
        # One van to a city's taxis.
        plausible=(1, 20000),
        ge=0,
        le=100000,
        nullable=True,
    )
    clean_vehicles: Series[pd.Int64Dtype] = column(
        Text("新能源和清洁能源车辆数", "new-energy and clean vehicles"),
        aliases=("新能源车辆数",),
        ge=0,
        le=100000,
        nullable=True,
    )
    counted_on: Series[pd.Timestamp] = column(
        Text("统计日期", "counted on"),
        aliases=("统计时点",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "fleets"
        metadata = layer_card(
            title=Text("车队", "fleets"),
            key="fleet_id",
            geometry="point",
            definition=Text(
                "一个经营单位一类车辆在一个停放场站为一点",
                "the vehicles of one operator and class at one depot",
            ),
            source="plan register, row E03",
            control="vehicles",
            references=("places", "counties"),
        )
