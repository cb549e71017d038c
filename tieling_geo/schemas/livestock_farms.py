"""Livestock farms and the use of their manure."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class LivestockFarms(LayerSchema):
    """Livestock farms and the use of their manure."""

    farm_id: Series[str] = column(
        Text("养殖场编号", "farm number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("养殖场名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    pig_equivalents: Series[pd.Int64Dtype] = column(
        Text("存栏（猪当量）", "stock in pig equivalents"),
        aliases=("猪当量",),
        # A few pigs to the largest farm.
        plausible=(1, 500000),
        source="MARA 2018: land carrying capacity of manure, in pig equivalents",
        ge=0,
        le=10000000,
        nullable=True,
    )
    manure_t_per_year: Series[float] = column(
        Text("粪污年产生量", "manure a year"),
        aliases=("产生量",),
        unit="t_per_year",
        # A few pigs to the largest farm.
        plausible=(1, 1000000),
        ge=0,
        le=10000000,
        nullable=True,
    )
    used_t_per_year: Series[float] = column(
        Text("粪污年利用量", "manure used a year"),
        aliases=("利用量",),
        unit="t_per_year",
        # See the manure.
        plausible=(1, 1000000),
        ge=0,
        le=10000000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "livestock_farms"
        metadata = layer_card(
            title=Text("畜禽养殖场", "livestock farms"),
            key="farm_id",
            geometry="point",
            definition=Text("一个养殖场一个点", "one point a farm"),
            source="plan register, row F07",
            control="manure_t_per_year",
            references=("places", "counties"),
        )
