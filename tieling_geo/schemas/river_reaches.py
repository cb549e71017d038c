"""River reaches: stretches of a river between confluences."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class RiverReaches(LayerSchema):
    """River reaches: stretches of a river between confluences."""

    reach_id: Series[str] = column(
        Text("河段编号", "reach number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    river_name: Series[str] = column(Text("河流名称", "river"), aliases=("河名", "name", "NAME"))
    tributary_level: Series[pd.Int64Dtype] = column(
        Text("支流级别", "tributary level"),
        aliases=("级别",),
        source="0: main stem; n: flows into a river of level n-1",
        ge=0,
        le=9,
        nullable=True,
    )
    is_important: Series[pd.BooleanDtype] = column(
        Text("是否重要支流", "important tributary"),
        aliases=("重要支流",),
        source="plan register H02: the list of important tributaries is not in the plan",
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "river_reaches"
        metadata = layer_card(
            title=Text("河段", "river reaches"),
            key="reach_id",
            geometry="line",
            definition=Text(
                "河流在两个汇流点之间的一段；应自上游向下游数字化，方向由工具检查",
                "a river between two confluences; to be digitised downstream, which is checked",
            ),
            source="plan register, row H02, H03",
        )
