"""Tanks of volatile liquids."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import TREATMENT_STATUSES, county_column
from tieling_geo.text import Text


class StorageTanks(LayerSchema):
    """Tanks of volatile liquids."""

    tank_id: Series[str] = column(
        Text("储罐编号", "tank number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("使用单位", "operator"),
        aliases=("单位名称", "企业名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    liquid: Series[str] = column(
        Text("储存物料", "liquid"),
        aliases=("物料",),
        nullable=True,
    )
    volume_m3: Series[float] = column(
        Text("容积", "volume"),
        aliases=("罐容",),
        unit="m3",
        # A drum store to the largest floating-roof tank.
        plausible=(1, 150000),
        gt=0,
        le=500000,
        nullable=True,
    )
    roof: Series[str] = column(
        Text("罐顶形式", "roof"),
        aliases=("罐型",),
        values={
            "fixed": Text("固定顶", "fixed"),
            "internal_floating": Text("内浮顶", "internal floating"),
            "external_floating": Text("外浮顶", "external floating"),
            "pressure": Text("压力罐", "pressure vessel"),
        },
        nullable=True,
    )
    seal: Series[str] = column(
        Text("浮盘密封", "seal"),
        aliases=("密封形式",),
        values={
            "none": Text("无", "none"),
            "single": Text("一次密封", "primary"),
            "double": Text("双重密封", "double"),
        },
        nullable=True,
    )
    retrofit_status: Series[str] = column(
        Text("改造状态", "status of the retrofit"),
        aliases=("治理状态",),
        values=TREATMENT_STATUSES,
        nullable=True,
    )
    retrofitted_on: Series[pd.Timestamp] = column(
        Text("改造完成日期", "retrofitted on"),
        aliases=("改造日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "storage_tanks"
        metadata = layer_card(
            title=Text("挥发性有机液体储罐", "storage tanks"),
            key="tank_id",
            geometry="point",
            definition=Text("一座储罐一个点", "one point a tank"),
            source="plan register, row J04; GB 37822-2019",
            control="volume_m3",
            references=("places", "counties"),
        )
