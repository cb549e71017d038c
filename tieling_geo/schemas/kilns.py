"""Industrial kilns and furnaces."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import TREATMENT_STATUSES, county_column
from tieling_geo.text import Text


class Kilns(LayerSchema):
    """Industrial kilns and furnaces."""

    kiln_id: Series[str] = column(
        Text("炉窑编号", "kiln number"),
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
    fuel: Series[str] = column(
        Text("燃料类型", "fuel"),
        aliases=("燃料",),
        values={
            "coal": Text("煤", "coal"),
            "coke": Text("焦炭", "coke"),
            "petroleum_coke": Text("石油焦", "petroleum coke"),
            "producer_gas": Text("发生炉煤气", "producer gas"),
            "gas": Text("天然气", "natural gas"),
            "oil": Text("燃油", "oil"),
            "electricity": Text("电", "electricity"),
            "biomass": Text("生物质", "biomass"),
            "waste_heat": Text("余热", "waste heat"),
        },
        value_aliases={"燃煤": "coal", "燃气": "gas", "气": "gas"},
        nullable=True,
    )
    coal_t_per_year: Series[float] = column(
        Text("年用煤量", "coal a year"),
        aliases=("用煤量",),
        unit="t_per_year",
        # A small brick kiln to a large works; numbers below are ten thousand tonnes.
        plausible=(1, 3000000),
        ge=0,
        le=20000000,
        nullable=True,
    )
    treatment_status: Series[str] = column(
        Text("综合整治状态", "status of treatment"),
        aliases=("整治状态",),
        values=TREATMENT_STATUSES,
        nullable=True,
    )
    treated_on: Series[pd.Timestamp] = column(
        Text("整治完成日期", "treated on"),
        aliases=("整治日期",),
        nullable=True,
    )
    status: Series[str] = column(
        Text("状态", "status"),
        aliases=("运行状态",),
        values={
            "operating": Text("在用", "operating"),
            "standby": Text("备用", "standby"),
            "retired": Text("已淘汰", "retired"),
        },
        nullable=True,
    )
    retired_on: Series[pd.Timestamp] = column(
        Text("淘汰日期", "retired on"),
        aliases=("拆除日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "kilns"
        metadata = layer_card(
            title=Text("工业炉窑", "kilns"),
            key="kiln_id",
            geometry="point",
            definition=Text("一座工业炉窑一个点", "one point an industrial kiln or furnace"),
            source="plan register, row B04, I10",
            control="coal_t_per_year",
            references=("places", "counties"),
        )
