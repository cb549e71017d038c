"""Projects that link rivers, treat sewage, put parks right and restore ecology."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import RETROFIT_STAGES, county_column
from tieling_geo.text import Text


class BasinProjects(LayerSchema):
    """Projects that link rivers, treat sewage, put parks right and restore ecology."""

    project_id: Series[str] = column(
        Text("项目编号", "project number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("项目名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    river_name: Series[str] = column(
        Text("所在河流", "river"),
        aliases=("河流",),
        nullable=True,
    )
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("项目类型",),
        values={
            "river_link": Text("水系连通", "river link"),
            "sewage": Text("污水提质增效", "sewage"),
            "park": Text("园区整治", "park"),
            "ecology": Text("生态修复", "ecology"),
        },
        nullable=True,
    )
    stage: Series[str] = column(
        Text("阶段", "stage"),
        aliases=("项目阶段",),
        values=RETROFIT_STAGES,
        nullable=True,
    )
    accepted_on: Series[pd.Timestamp] = column(
        Text("验收日期", "accepted on"),
        aliases=("竣工日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "basin_projects"
        metadata = layer_card(
            title=Text("流域治理项目", "basin projects"),
            key="project_id",
            geometry="point",
            definition=Text("一个流域治理项目一个点", "one point a project"),
            source="plan register, row H05",
            references=("river_reaches", "counties"),
        )
