"""Non-road machines, registered, where they work."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class MobileMachinery(LayerSchema):
    """Non-road machines, registered, where they work."""

    machine_id: Series[str] = column(
        Text("机械编号", "machine number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("使用单位", "operator"),
        aliases=("单位名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("机械类型", "kind"),
        aliases=("类型",),
        values={
            "excavator": Text("挖掘机", "excavator"),
            "loader": Text("装载机", "loader"),
            "bulldozer": Text("推土机", "bulldozer"),
            "forklift": Text("叉车", "forklift"),
            "other": Text("其他", "other"),
        },
        nullable=True,
    )
    emission_stage: Series[pd.Int64Dtype] = column(
        Text("排放阶段", "emission stage"),
        aliases=("国几",),
        ge=0,
        le=6,
        nullable=True,
    )
    is_registered: Series[pd.BooleanDtype] = column(
        Text("是否编码登记", "is registered"),
        aliases=("编码登记",),
        nullable=True,
    )
    seen_on: Series[pd.Timestamp] = column(
        Text("最近作业日期", "seen on"),
        aliases=("定位日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "mobile_machinery"
        metadata = layer_card(
            title=Text("非道路移动机械", "mobile machinery"),
            key="machine_id",
            geometry="point",
            definition=Text(
                "一台机械一个点，为最近作业位置", "one point a machine, where it worked last"
            ),
            source="plan register, row E10; GB 20891-2014 (stages)",
            references=("places", "counties"),
        )
