"""Roads as lines that share a vertex where traffic can pass from one to the other."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class Roads(LayerSchema):
    """Roads as lines that share a vertex where traffic can pass from one to the other."""

    road_id: Series[str] = column(
        Text("道路编号", "road number"), aliases=("编号",), unique=True, str_length={"min_value": 1}
    )
    name: Series[str] = column(Text("道路名称", "name"), aliases=("名称",), nullable=True)
    road_class: Series[str] = column(
        Text("道路等级", "class"),
        aliases=("等级", "highway"),
        values={
            "motorway": Text("高速公路", "motorway"),
            "trunk": Text("国道", "trunk road"),
            "primary": Text("省道", "primary road"),
            "secondary": Text("县道", "secondary road"),
            "tertiary": Text("乡道", "tertiary road"),
            "local": Text("其他道路", "local road"),
        },
    )
    speed_km_per_h: Series[float] = column(
        Text("行驶速度", "speed"),
        aliases=("限速", "速度"),
        unit="km_per_h",
        # A living street to the limit of motorways in China.
        plausible=(5, 120),
        source="blank: the default of the road's class, a parameter",
        gt=0,
        le=130,
        nullable=True,
    )
    oneway: Series[pd.BooleanDtype] = column(
        Text("是否单行", "one-way"),
        aliases=("单行",),
        source="true: in the digitised direction only; blank counts as two-way",
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "roads"
        metadata = layer_card(
            title=Text("道路", "roads"),
            key="road_id",
            geometry="line",
            definition=Text(
                "道路中心线；可通行的交叉处共用一个顶点，立体交叉不共用",
                "centre lines; a shared vertex is a junction, a bridge shares none",
            ),
            source="OpenStreetMap highway classes; JTG B01-2014 design speeds",
        )
