"""Clusters of industry that pollute the air, as surveyed."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import TREATMENT_STATUSES, county_column
from tieling_geo.text import Text


class IndustryClusters(LayerSchema):
    """Clusters of industry that pollute the air, as surveyed."""

    cluster_id: Series[str] = column(
        Text("集群编号", "cluster number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("集群名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    sector: Series[str] = column(
        Text("行业", "sector"),
        aliases=("行业类别",),
        values={
            "coating": Text("涂装", "coating"),
            "chemical": Text("化工", "chemicals"),
            "foundry": Text("铸造", "foundry"),
            "building_materials": Text("建材", "building materials"),
            "furniture": Text("家具", "furniture"),
            "other": Text("其他", "other"),
        },
        nullable=True,
    )
    treatment_class: Series[str] = column(
        Text("分类", "class"),
        aliases=("整治类别",),
        values={
            "upgrade": Text("就地改造", "upgrade in place"),
            "relocate": Text("搬迁入园", "relocate to a park"),
            "merge": Text("整合", "merge"),
            "close": Text("关停取缔", "close"),
        },
        source="blank: the cluster was not classified, which is a gap",
        nullable=True,
    )
    treatment_status: Series[str] = column(
        Text("治理状态", "status of treatment"),
        aliases=("整治状态",),
        values=TREATMENT_STATUSES,
        nullable=True,
    )
    treated_on: Series[pd.Timestamp] = column(
        Text("治理完成日期", "treated on"),
        aliases=("完成日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "industry_clusters"
        metadata = layer_card(
            title=Text("涉气产业集群", "industry clusters"),
            key="cluster_id",
            geometry="polygon",
            definition=Text(
                "排查划定的涉气产业集群范围",
                "the area of a surveyed cluster of industry that pollutes the air",
            ),
            source="plan register, row B04, B05",
            references=("places", "counties"),
        )
