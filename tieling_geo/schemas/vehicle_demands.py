"""Places where vehicles need energy, with their number."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class VehicleDemands(LayerSchema):
    """Places where vehicles need energy, with their number."""

    demand_id: Series[str] = column(
        Text("需求点编号", "demand number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("名称", "name"),
        aliases=("需求点名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    vehicles: Series[pd.Int64Dtype] = column(
        Text("车辆数", "vehicles"),
        aliases=("需求车辆数",),
        # A farmstead to a town.
        plausible=(1, 50000),
        ge=0,
        le=100000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "vehicle_demands"
        metadata = layer_card(
            title=Text("车辆能源需求点", "vehicle demands"),
            key="demand_id",
            geometry="point",
            definition=Text(
                "一个小区、场站或路段的车辆需求一个点",
                "one point a compound, depot or stretch of road",
            ),
            source="plan register, row E05",
            control="vehicles",
            references=("places", "counties"),
        )
