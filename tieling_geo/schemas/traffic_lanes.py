"""Bus lanes, cycle lanes and walkways."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class TrafficLanes(LayerSchema):
    """Bus lanes, cycle lanes and walkways."""

    lane_id: Series[str] = column(
        Text("车道编号", "lane number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("名称", "name"),
        aliases=("道路名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("车道类型",),
        values={
            "bus_lane": Text("公交专用道", "bus lane"),
            "cycle_lane": Text("自行车道", "cycle lane"),
            "walkway": Text("步道", "walkway"),
        },
        nullable=True,
    )
    opened_on: Series[pd.Timestamp] = column(
        Text("启用日期", "opened on"),
        aliases=("建成日期",),
        nullable=True,
    )
    closed_on: Series[pd.Timestamp] = column(
        Text("停用日期", "closed on"),
        aliases=("取消日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "traffic_lanes"
        metadata = layer_card(
            title=Text("专用道与慢行道", "bus lanes, cycle lanes and walkways"),
            key="lane_id",
            geometry="line",
            definition=Text(
                "一段公交专用道、自行车道或步道的中心线，按单向计",
                "centre line of a stretch, each direction by itself",
            ),
            source="plan register, row E06",
            references=("roads", "counties"),
        )
