"""Buildings of public bodies."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class PublicBuildings(LayerSchema):
    """Buildings of public bodies."""

    building_id: Series[str] = column(
        Text("建筑编号", "building number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("单位名称", "name"),
        aliases=("名称", "机构名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    floor_area_m2: Series[float] = column(
        Text("建筑面积", "floor area"),
        aliases=("面积",),
        unit="m2",
        # A post to a hospital's campus; numbers below are ten thousand m2.
        plausible=(50, 500000),
        ge=0,
        le=5000000,
        nullable=True,
    )
    needs_retrofit: Series[pd.BooleanDtype] = column(
        Text("是否需节能改造", "needs a retrofit"),
        aliases=("需改造",),
        nullable=True,
    )
    retrofitted_on: Series[pd.Timestamp] = column(
        Text("节能改造完成日期", "retrofitted on"),
        aliases=("改造日期",),
        nullable=True,
    )
    charging_points: Series[pd.Int64Dtype] = column(
        Text("自有充电桩数", "own charging points"),
        aliases=("充电桩数",),
        ge=0,
        le=10000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "public_buildings"
        metadata = layer_card(
            title=Text("公共机构建筑", "public buildings"),
            key="building_id",
            geometry="point",
            definition=Text(
                "公共机构的一栋建筑或一处院落一个点",
                "one point a building or compound of a public body",
            ),
            source="plan register, row G01, G03",
            control="floor_area_m2",
            references=("places", "counties"),
        )
