"""Pipes that carry reclaimed water."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class ReuseWaterPipes(LayerSchema):
    """Pipes that carry reclaimed water."""

    pipe_id: Series[str] = column(
        Text("管线编号", "pipe number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("管线名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    capacity_m3_per_d: Series[float] = column(
        Text("供水能力", "capacity"),
        aliases=("设计供水能力",),
        unit="m3_per_d",
        # One consumer to a city's works.
        plausible=(10, 500000),
        ge=0,
        le=10000000,
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投运日期", "commissioned on"),
        aliases=("通水日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "reuse_water_pipes"
        metadata = layer_card(
            title=Text("再生水管线", "reclaimed-water pipes"),
            key="pipe_id",
            geometry="line",
            definition=Text(
                "再生水（中水）输配水管的中心线", "centre line of a pipe for reclaimed water"
            ),
            source="plan register, row C03",
            references=("counties",),
        )
