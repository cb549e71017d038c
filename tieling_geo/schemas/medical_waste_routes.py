"""Routes on which medical waste is collected: a table without places."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class MedicalWasteRoutes(LayerSchema):
    """Routes on which medical waste is collected: a table without places."""

    route_id: Series[str] = column(
        Text("路线编号", "route number"),
        aliases=("编号", "线路编号"),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("路线名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    facility_id: Series[str] = column(
        Text("处置设施编号", "facility number"),
        aliases=("送往设施",),
        nullable=True,
    )
    visits_per_month: Series[pd.Int64Dtype] = column(
        Text("每月收运次数", "visits a month"),
        aliases=("频次", "月收运次数"),
        # Every second week to twice a day.
        plausible=(2, 60),
        ge=0,
        le=200,
        nullable=True,
    )
    started_on: Series[pd.Timestamp] = column(
        Text("开通日期", "started on"),
        aliases=("起运日期",),
        nullable=True,
    )
    ended_on: Series[pd.Timestamp] = column(
        Text("停运日期", "ended on"),
        aliases=("终止日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "medical_waste_routes"
        metadata = layer_card(
            title=Text("医疗废物收运路线", "medical-waste routes"),
            key="route_id",
            geometry="none",
            definition=Text(
                "一条收运路线为一行；经过哪些机构由机构台账写明",
                "one collection route; which sites it serves stands with the sites",
            ),
            source="plan register, row K11",
        )
