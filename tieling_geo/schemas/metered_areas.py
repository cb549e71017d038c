"""District-metered areas of the water network, one row an area and year."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class MeteredAreas(LayerSchema):
    """District-metered areas of the water network, one row an area and year."""

    record_id: Series[str] = column(
        Text("序号", "record number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    area_id: Series[str] = column(
        Text("分区编号", "area number"),
        aliases=("计量分区编号",),
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("分区名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    scope: Series[str] = column(
        Text("服务范围类型", "scope"),
        aliases=("类型",),
        values={
            "city": Text("城市", "city"),
            "county_town": Text("县城", "county town"),
            "town": Text("建制镇", "town"),
        },
        nullable=True,
    )
    year: Series[pd.Int64Dtype] = column(
        Text("年份", "year"),
        aliases=("年度",),
        unit="year",
        ge=2000,
        le=2100,
    )
    input_m3: Series[float] = column(
        Text("供水总量", "water put in"),
        aliases=("进水量",),
        unit="m3",
        # A small zone to a city, in a year; numbers below are ten thousand m3.
        plausible=(1000, 200000000),
        ge=0,
        le=1000000000,
        nullable=True,
    )
    billed_m3: Series[float] = column(
        Text("注册用户用水量", "water billed"),
        aliases=("售水量", "有效供水量"),
        unit="m3",
        # See the input.
        plausible=(1000, 200000000),
        ge=0,
        le=1000000000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "metered_areas"
        metadata = layer_card(
            title=Text("供水计量分区", "metered areas"),
            key="record_id",
            geometry="polygon",
            definition=Text(
                "一个独立计量分区一年的进水量与售水量为一行",
                "the input and billed water of one metered area in one year",
            ),
            source="plan register, row D05; CJJ 92-2016",
            control="input_m3",
            references=("places", "counties"),
            unique_together=("area_id", "year"),
        )
