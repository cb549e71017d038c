"""Industrial parks."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class Parks(LayerSchema):
    """Industrial parks."""

    park_id: Series[str] = column(
        Text("园区编号", "park number"), aliases=("编号",), unique=True, str_length={"min_value": 1}
    )
    name: Series[str] = column(Text("园区名称", "name"), aliases=("名称",))
    level: Series[str] = column(
        Text("级别", "level"),
        aliases=("园区级别",),
        values={
            "national": Text("国家级", "national"),
            "provincial": Text("省级", "provincial"),
            "municipal": Text("市级及以下", "municipal or lower"),
        },
        nullable=True,
    )
    approval_no: Series[str] = column(
        Text("批准文号", "approval number"), aliases=("批文号",), nullable=True
    )
    circular_stage: Series[str] = column(
        Text("循环化改造阶段", "stage of circular-economy retrofit"),
        aliases=("循环化改造", "改造阶段"),
        values={
            "not_started": Text("未启动", "not started"),
            "in_progress": Text("实施中", "in progress"),
            "completed": Text("已完成", "completed"),
            "accepted": Text("已验收", "accepted"),
        },
        nullable=True,
    )
    circular_accepted_on: Series[pd.Timestamp] = column(
        Text("循环化改造验收日期", "retrofit accepted on"), aliases=("验收日期",), nullable=True
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "parks"
        metadata = layer_card(
            title=Text("产业园区", "industrial parks"),
            key="park_id",
            geometry="polygon",
            definition=Text(
                "经批准设立的开发区、产业园区的批准范围",
                "the approved boundary of a development zone or industrial park",
            ),
            source="plan register, row C02",
            references=("places", "counties"),
        )
