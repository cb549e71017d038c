"""Sewage treatment works."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class SewageWorks(LayerSchema):
    """Sewage treatment works."""

    works_id: Series[str] = column(
        Text("污水厂编号", "works number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("污水厂名称", "name"),
        aliases=("名称", "厂名"),
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
            "park": Text("园区", "park"),
        },
        source="plan register A.4-10: the urban scopes are kept apart",
        nullable=True,
    )
    design_t_per_d: Series[float] = column(
        Text("设计处理能力", "design capacity"),
        aliases=("设计规模", "处理能力"),
        unit="t_per_d",
        # A town's package works to a city's largest; numbers below are ten thousand tonnes.
        plausible=(50, 1000000),
        ge=0,
        le=5000000,
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投运日期", "commissioned on"),
        aliases=("投产日期",),
        nullable=True,
    )
    retired_on: Series[pd.Timestamp] = column(
        Text("停运日期", "retired on"),
        aliases=("关停日期",),
        nullable=True,
    )
    plan_status: Series[str] = column(
        Text("片区整治方案状态", "status of the catchment's plan"),
        aliases=("方案状态", "一厂一策"),
        values={
            "none": Text("无方案", "none"),
            "drafted": Text("编制中", "being drafted"),
            "adopted": Text("已印发实施", "adopted"),
            "finished": Text("已完成", "finished"),
        },
        source="plan register, row K09: only a plan that is adopted or finished is active",
        nullable=True,
    )
    plan_adopted_on: Series[pd.Timestamp] = column(
        Text("方案印发日期", "plan adopted on"),
        aliases=("方案日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "sewage_works"
        metadata = layer_card(
            title=Text("污水处理厂", "sewage works"),
            key="works_id",
            geometry="point",
            definition=Text(
                "一座生活污水处理厂一个点；扩建另列一行",
                "one point a sewage works; an extension is a row of its own",
            ),
            source="plan register, row K01, K04, K09, C04",
            control="design_t_per_d",
            references=("places", "counties"),
        )
