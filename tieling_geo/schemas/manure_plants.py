"""Works that treat manure from several farms."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class ManurePlants(LayerSchema):
    """Works that treat manure from several farms."""

    plant_id: Series[str] = column(
        Text("处理中心编号", "plant number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("处理中心名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    capacity_t_per_year: Series[float] = column(
        Text("处理能力", "capacity"),
        aliases=("年处理能力",),
        unit="t_per_year",
        # A village's digester to a county's works.
        plausible=(100, 2000000),
        ge=0,
        le=10000000,
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投运日期", "commissioned on"),
        aliases=("投产日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "manure_plants"
        metadata = layer_card(
            title=Text("粪污集中处理中心", "manure plants"),
            key="plant_id",
            geometry="point",
            definition=Text("一个处理中心一个点", "one point a works"),
            source="plan register, row F07",
            control="capacity_t_per_year",
            references=("places", "counties"),
        )
