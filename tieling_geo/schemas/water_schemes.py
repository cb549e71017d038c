"""Service areas of large rural water schemes."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class WaterSchemes(LayerSchema):
    """Service areas of large rural water schemes."""

    scheme_id: Series[str] = column(
        Text("工程编号", "scheme number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("工程名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    capacity_m3_per_d: Series[float] = column(
        Text("供水能力", "capacity"),
        aliases=("设计供水规模",),
        unit="m3_per_d",
        # A few villages to a county.
        plausible=(50, 200000),
        ge=0,
        le=1000000,
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投运日期", "commissioned on"),
        aliases=("通水日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "water_schemes"
        metadata = layer_card(
            title=Text("农村规模化供水工程", "rural water schemes"),
            key="scheme_id",
            geometry="polygon",
            definition=Text(
                "规模化供水工程的供水范围", "the area that a large rural water scheme supplies"
            ),
            source="plan register, row F09",
            references=("places", "counties"),
        )
