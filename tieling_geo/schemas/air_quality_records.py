"""Daily means of air-quality stations: a table without places."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class AirQualityRecords(LayerSchema):
    """Daily means of air-quality stations: a table without places."""

    record_id: Series[str] = column(
        Text("序号", "record number"),
        aliases=("编号", "记录编号"),
        unique=True,
        str_length={"min_value": 1},
    )
    station_id: Series[str] = column(
        Text("站点编号", "station number"),
        aliases=("站号",),
        str_length={"min_value": 1},
    )
    day: Series[pd.Timestamp] = column(
        Text("日期", "day"),
        aliases=("监测日期",),
    )
    no2_ug_per_m3: Series[float] = column(
        Text("二氧化氮日均浓度", "daily mean of nitrogen dioxide"),
        aliases=("NO2",),
        unit="ug_per_m3",
        # Countryside to a street canyon; numbers below are mg/m3.
        plausible=(1, 300),
        ge=0,
        le=2000,
        nullable=True,
    )
    o3_8h_ug_per_m3: Series[float] = column(
        Text("臭氧日最大8小时均值", "greatest 8-hour mean of ozone"),
        aliases=("O3_8h", "臭氧"),
        unit="ug_per_m3",
        # Winter to a bad summer day; numbers below are mg/m3.
        plausible=(5, 400),
        ge=0,
        le=2000,
        nullable=True,
    )
    voc_ug_per_m3: Series[float] = column(
        Text("挥发性有机物日均浓度", "daily mean of VOC"),
        aliases=("VOCs",),
        unit="ug_per_m3",
        # Countryside to a works' fence.
        plausible=(1, 2000),
        ge=0,
        le=20000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "air_quality_records"
        metadata = layer_card(
            title=Text("空气质量日均值", "air-quality records"),
            key="record_id",
            geometry="none",
            definition=Text("一个站点一天的均值为一行", "the means of one station on one day"),
            source="plan register, row H01; GB 3095-2012, HJ 663-2013",
            unique_together=("station_id", "day"),
            instructions=Text(
                "一行只写一个站一天；缺测留空。",
                "A row holds one station and one day; leave blank what was not measured.",
            ),
        )
