"""Freight by mode and year: a table without places."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class FreightFlows(LayerSchema):
    """Freight by mode and year: a table without places."""

    record_id: Series[str] = column(
        Text("序号", "record number"),
        aliases=("编号", "记录编号"),
        unique=True,
        str_length={"min_value": 1},
    )
    area: Series[str] = column(
        Text("县区", "area"),
        aliases=("地区", "行政区"),
        str_length={"min_value": 1},
    )
    year: Series[pd.Int64Dtype] = column(
        Text("年份", "year"),
        aliases=("年度",),
        unit="year",
        ge=2000,
        le=2100,
    )
    mode: Series[str] = column(
        Text("运输方式", "mode"),
        aliases=("方式",),
        values={
            "rail": Text("铁路", "rail"),
            "road": Text("公路", "road"),
            "water": Text("水路", "water"),
            "pipeline": Text("管道", "pipeline"),
            "air": Text("航空", "air"),
        },
    )
    freight_t: Series[float] = column(
        Text("货运量", "freight"),
        aliases=("运量",),
        unit="t",
        # Air freight of a small city to a province's roads; numbers below are ten thousand tonnes.
        plausible=(100, 1000000000),
        ge=0,
        le=10000000000,
        nullable=True,
    )
    turnover_t_km: Series[float] = column(
        Text("货物周转量", "freight turnover"),
        aliases=("周转量",),
        unit="t_km",
        # See the freight; numbers below are ten thousand t km.
        plausible=(10000, 1000000000000),
        ge=0,
        le=10000000000000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "freight_flows"
        metadata = layer_card(
            title=Text("货运量台账", "freight flows"),
            key="record_id",
            geometry="none",
            definition=Text(
                "一种运输方式在一个年份、一个县区的货运量为一行",
                "the freight of one mode, year and area",
            ),
            source="plan register, row E02",
            unique_together=("area", "year", "mode"),
            instructions=Text(
                "一行只写一个县区（全市写“全市”）、一个年份、一种运输方式。",
                "A row holds one area (the whole city is 全市), one year and one mode.",
            ),
        )
