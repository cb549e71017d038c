"""Black-odorous water bodies, one or more polygons a body."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class BlackOdorousWaters(LayerSchema):
    """Black-odorous water bodies, one or more polygons a body."""

    part_id: Series[str] = column(
        Text("图斑编号", "polygon number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    water_id: Series[str] = column(
        Text("水体编号", "water body number"), aliases=("水体代码",), str_length={"min_value": 1}
    )
    name: Series[str] = column(Text("水体名称", "name"), aliases=("名称",), nullable=True)
    county: Series[str] = column(
        Text("县(市、区)", "county"), aliases=("所在县区", "县区", "区县", "行政区"), nullable=True
    )
    kind: Series[str] = column(
        Text("水体类型", "kind"),
        aliases=("类型",),
        values={
            "pond": Text("坑塘", "pond"),
            "ditch": Text("沟渠", "ditch"),
            "river": Text("河段", "river stretch"),
        },
        nullable=True,
    )
    status: Series[str] = column(
        Text("治理状态", "status"),
        aliases=("状态", "治理情况"),
        values={
            "untreated": Text("未治理", "untreated"),
            "in_treatment": Text("治理中", "in treatment"),
            "accepted": Text("已完成验收", "treated and accepted"),
        },
        value_aliases={"已验收": "accepted", "已治理": "accepted", "已销号": "accepted"},
        nullable=True,
    )
    accepted_on: Series[pd.Timestamp] = column(
        Text("验收日期", "accepted on"), aliases=("销号日期",), nullable=True
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "black_odorous_waters"
        metadata = layer_card(
            title=Text("黑臭水体", "black-odorous waters"),
            key="part_id",
            geometry="polygon",
            definition=Text(
                "黑臭水体的水面；一个水体可由多个面组成，以水体编号合并",
                "the water surface; a body may have several polygons, joined by its number",
            ),
            source="rural guide of MEE, MWR and MARA (2024 issue): larger means 2,000 m2 or more",
            references=("counties",),
        )
