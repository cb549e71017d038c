"""Towns and townships by their seats."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class Towns(LayerSchema):
    """Towns and townships by their seats."""

    town_id: Series[str] = column(
        Text("乡镇编号", "town number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("乡镇名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    is_designated_town: Series[pd.BooleanDtype] = column(
        Text("是否建制镇", "is a designated town"),
        aliases=("建制镇",),
        nullable=True,
    )
    residents: Series[pd.Int64Dtype] = column(
        Text("常住人口", "residents"),
        aliases=("人口",),
        # A small township to a large town.
        plausible=(500, 300000),
        ge=0,
        le=1000000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "towns"
        metadata = layer_card(
            title=Text("乡镇", "towns"),
            key="town_id",
            geometry="point",
            definition=Text("乡镇政府驻地，一乡镇一个点", "the seat of a town or township"),
            source="plan register, row K12",
            control="residents",
            references=("places", "counties"),
        )
