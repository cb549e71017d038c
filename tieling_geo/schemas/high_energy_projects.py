"""Energy-hungry, polluting and low-level projects."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class HighEnergyProjects(LayerSchema):
    """Energy-hungry, polluting and low-level projects."""

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
    sector: Series[str] = column(
        Text("行业", "sector"),
        aliases=("所属行业",),
        nullable=True,
    )
    stage: Series[str] = column(
        Text("项目状态", "stage"),
        aliases=("阶段",),
        values={
            "existing": Text("存量", "existing"),
            "under_construction": Text("在建", "under construction"),
            "planned": Text("拟建", "planned"),
        },
        nullable=True,
    )
    energy_tce: Series[float] = column(
        Text("年综合能耗", "energy use a year"),
        aliases=("综合能耗",),
        unit="tce",
        # A small works to the largest; numbers below are ten thousand tonnes.
        plausible=(100, 10000000),
        ge=0,
        le=50000000,
        nullable=True,
    )
    opinion: Series[str] = column(
        Text("处置意见", "opinion"),
        aliases=("处理意见",),
        values={
            "keep": Text("保留", "keep"),
            "rectify": Text("整改", "rectify"),
            "suspend": Text("暂停", "suspend"),
            "cancel": Text("取消", "cancel"),
        },
        nullable=True,
    )
    opinion_on: Series[pd.Timestamp] = column(
        Text("意见日期", "opinion given on"),
        aliases=("处置日期",),
        nullable=True,
    )
    guidance_on: Series[pd.Timestamp] = column(
        Text("重点指导日期", "extra guidance given on"),
        aliases=("指导日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "high_energy_projects"
        metadata = layer_card(
            title=Text("两高一低项目", "energy-hungry and polluting projects"),
            key="project_id",
            geometry="point",
            definition=Text("清单内一个项目一个点", "one point a project on the list"),
            source="plan register, row B01, N01, N02",
            control="energy_tce",
            references=("parks", "places", "counties"),
        )
