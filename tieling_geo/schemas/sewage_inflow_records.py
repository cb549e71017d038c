"""Monthly inflow of sewage works and its concentrations: a table without places."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class SewageInflowRecords(LayerSchema):
    """Monthly inflow of sewage works and its concentrations: a table without places."""

    record_id: Series[str] = column(
        Text("序号", "record number"),
        aliases=("编号", "记录编号"),
        unique=True,
        str_length={"min_value": 1},
    )
    works_id: Series[str] = column(
        Text("污水厂编号", "works number"),
        aliases=("厂编号",),
        str_length={"min_value": 1},
    )
    year: Series[pd.Int64Dtype] = column(
        Text("年份", "year"),
        aliases=("年度",),
        unit="year",
        ge=2000,
        le=2100,
    )
    month: Series[pd.Int64Dtype] = column(
        Text("月份", "month"),
        aliases=("月",),
        ge=1,
        le=12,
    )
    inflow_m3: Series[float] = column(
        Text("进水量", "inflow"),
        aliases=("月进水量", "处理水量"),
        unit="m3",
        # A town's small works to a city's largest, in a month; numbers below are ten thousand m3.
        plausible=(100, 40000000),
        ge=0,
        le=200000000,
        nullable=True,
    )
    bod_mg_per_l: Series[float] = column(
        Text("进水BOD5浓度", "inflow BOD5"),
        aliases=("进水BOD", "BOD5"),
        unit="mg_per_l",
        # Diluted by groundwater to a food factory's sewage.
        plausible=(5, 800),
        ge=0,
        le=5000,
        nullable=True,
    )
    cod_mg_per_l: Series[float] = column(
        Text("进水COD浓度", "inflow COD"),
        aliases=("进水COD", "CODcr"),
        unit="mg_per_l",
        # See BOD.
        plausible=(10, 2000),
        ge=0,
        le=10000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "sewage_inflow_records"
        metadata = layer_card(
            title=Text("污水厂进水台账", "sewage inflow records"),
            key="record_id",
            geometry="none",
            definition=Text(
                "一座污水厂一个月的进水量与浓度为一行", "the inflow of one works in one month"
            ),
            source="plan register, row K04, K09",
            unique_together=("works_id", "year", "month"),
            instructions=Text(
                "一行只写一座厂一个月的数；浓度为当月平均。",
                "A row holds one works and one month; concentrations are the month's mean.",
            ),
        )
