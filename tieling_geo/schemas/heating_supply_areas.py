"""Areas that a heating company is licensed to serve, one polygon an area."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class HeatingSupplyAreas(LayerSchema):
    """Areas that a heating company is licensed to serve, one polygon an area."""

    area_id: Series[str] = column(
        Text("供热范围编号", "supply area number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    network_id: Series[str] = column(
        Text("管网编号", "network number"), aliases=("所属管网",), nullable=True
    )
    operator: Series[str] = column(
        Text("供热企业", "operator"), aliases=("供热单位", "企业名称"), nullable=True
    )
    valid_from: Series[pd.Timestamp] = column(
        Text("许可起始日期", "licensed from"), aliases=("起始日期",), nullable=True
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "heating_supply_areas"
        metadata = layer_card(
            title=Text("供热范围", "heating supply areas"),
            key="area_id",
            geometry="polygon",
            definition=Text(
                "供热经营许可或供热规划划定的供热范围",
                "the area that a licence or the heating plan assigns to a network",
            ),
            source="plan register A.7: the plan does not define coverage; the licensed "
            "area is the declared method",
        )
