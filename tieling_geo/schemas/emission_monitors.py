"""Monitors of permit holders and parks."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class EmissionMonitors(LayerSchema):
    """Monitors of permit holders and parks."""

    monitor_id: Series[str] = column(
        Text("监测点编号", "monitor number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("名称", "name"),
        aliases=("监测点名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    permit_id: Series[str] = column(
        Text("许可证编号", "permit number"),
        aliases=("所属许可证",),
        nullable=True,
    )
    park_id: Series[str] = column(
        Text("园区编号", "park number"),
        aliases=("所属园区",),
        nullable=True,
    )
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("监测类型",),
        values={
            "manual": Text("手工监测", "by hand"),
            "online": Text("在线监测", "online"),
            "voc_online": Text("VOCs在线监测", "VOC online"),
            "park_station": Text("园区监测站", "station of a park"),
        },
        nullable=True,
    )
    installed_on: Series[pd.Timestamp] = column(
        Text("投用日期", "installed on"),
        aliases=("安装日期",),
        nullable=True,
    )
    removed_on: Series[pd.Timestamp] = column(
        Text("停用日期", "removed on"),
        aliases=("拆除日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "emission_monitors"
        metadata = layer_card(
            title=Text("污染源与园区监测点", "emission monitors"),
            key="monitor_id",
            geometry="point",
            definition=Text(
                "一个监测点或一套在线设备一个点",
                "one point a monitor or a set of online instruments",
            ),
            source="plan register, row O01",
            references=("parks", "places", "counties"),
        )
