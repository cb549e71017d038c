"""Stations for charging, swapping, gas and hydrogen."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class EnergyStations(LayerSchema):
    """Stations for charging, swapping, gas and hydrogen."""

    station_id: Series[str] = column(
        Text("站点编号", "station number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("站点名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("站点类型",),
        values={
            "charging": Text("充电", "charging"),
            "swapping": Text("换电", "battery swapping"),
            "gas": Text("加气", "gas"),
            "hydrogen": Text("加氢", "hydrogen"),
        },
        nullable=True,
    )
    points: Series[pd.Int64Dtype] = column(
        Text("枪（机）位数", "points"),
        aliases=("充电枪数",),
        # A single post to a bus depot.
        plausible=(1, 500),
        ge=0,
        le=10000,
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投运日期", "commissioned on"),
        aliases=("投用日期",),
        nullable=True,
    )
    retired_on: Series[pd.Timestamp] = column(
        Text("停用日期", "retired on"),
        aliases=("关停日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "energy_stations"
        metadata = layer_card(
            title=Text("车用能源站", "energy stations"),
            key="station_id",
            geometry="point",
            definition=Text(
                "一座充换电、加气、加氢站一个点",
                "one point a charging, swapping, gas or hydrogen station",
            ),
            source="plan register, row E05, G01",
            references=("places", "counties"),
        )
