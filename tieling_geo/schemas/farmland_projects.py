"""Projects of high-standard farmland."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import RETROFIT_STAGES, county_column
from tieling_geo.text import Text


class FarmlandProjects(LayerSchema):
    """Projects of high-standard farmland."""

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
    year: Series[pd.Int64Dtype] = column(
        Text("建设年度", "year of the programme"),
        aliases=("年度",),
        unit="year",
        ge=1990,
        le=2100,
        nullable=True,
    )
    stage: Series[str] = column(
        Text("建设阶段", "stage"),
        aliases=("阶段",),
        values=RETROFIT_STAGES,
        nullable=True,
    )
    accepted_on: Series[pd.Timestamp] = column(
        Text("验收日期", "accepted on"),
        aliases=("竣工验收日期",),
        nullable=True,
    )
    ledger_area_mu: Series[float] = column(
        Text("台账面积", "area of the ledger"),
        aliases=("建设面积",),
        unit="mu",
        # A small project to a county's; numbers below are ten thousand mu.
        plausible=(10, 500000),
        ge=0,
        le=10000000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "farmland_projects"
        metadata = layer_card(
            title=Text("高标准农田项目", "high-standard farmland projects"),
            key="project_id",
            geometry="polygon",
            definition=Text(
                "一个高标准农田建设项目区", "the area of one project of high-standard farmland"
            ),
            source="plan register, row F02; GB/T 30600-2022",
            references=("counties",),
        )
