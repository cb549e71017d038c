"""Projects for the sewage of villages: a table without places."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class VillageSewageProjects(LayerSchema):
    """Projects for the sewage of villages: a table without places."""

    project_id: Series[str] = column(
        Text("项目编号", "project number"),
        aliases=("编号", "序号"),
        unique=True,
        str_length={"min_value": 1},
    )
    village_id: Series[str] = column(
        Text("行政村编号", "village number"),
        aliases=("村编号",),
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("项目名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    stage: Series[str] = column(
        Text("项目阶段", "stage"),
        aliases=("阶段",),
        values={
            "planned": Text("已立项", "approved"),
            "building": Text("在建", "being built"),
            "finished": Text("已完工", "finished"),
        },
        nullable=True,
    )
    approved_on: Series[pd.Timestamp] = column(
        Text("立项日期", "approved on"),
        aliases=("批复日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "village_sewage_projects"
        metadata = layer_card(
            title=Text("农村生活污水治理项目", "village sewage projects"),
            key="project_id",
            geometry="none",
            definition=Text("一个项目覆盖的一个行政村为一行", "one village that a project covers"),
            source="plan register, row F09",
        )
