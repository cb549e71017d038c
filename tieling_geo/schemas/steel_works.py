"""Steel works, one point a capacity that is accepted as one."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import RETROFIT_STAGES, county_column
from tieling_geo.text import Text


class SteelWorks(LayerSchema):
    """Steel works, one point a capacity that is accepted as one."""

    works_id: Series[str] = column(
        Text("企业编号", "works number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("企业名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    capacity_t_per_year: Series[float] = column(
        Text("产能", "capacity"),
        aliases=("年产能",),
        unit="t_per_year",
        # A foundry's furnace to the largest works; numbers below are ten thousand tonnes.
        plausible=(1000, 30000000),
        ge=0,
        le=100000000,
        nullable=True,
    )
    retrofit_stage: Series[str] = column(
        Text("超低排放改造阶段", "stage of the ultra-low-emission retrofit"),
        aliases=("改造阶段", "超低排放改造"),
        values=RETROFIT_STAGES,
        nullable=True,
    )
    accepted_on: Series[pd.Timestamp] = column(
        Text("改造验收日期", "retrofit accepted on"),
        aliases=("验收日期",),
        nullable=True,
    )
    retired_on: Series[pd.Timestamp] = column(
        Text("产能退出日期", "retired on"),
        aliases=("退出日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "steel_works"
        metadata = layer_card(
            title=Text("钢铁企业", "steel works"),
            key="works_id",
            geometry="point",
            definition=Text(
                "一处产能一个点；分期验收的分列",
                "one point a capacity; what is accepted in parts is several features",
            ),
            source="plan register, row B02; MEE 2019-35: ultra-low emission",
            control="capacity_t_per_year",
            references=("places", "counties"),
        )
