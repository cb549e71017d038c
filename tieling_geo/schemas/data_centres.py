"""Data centres."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class DataCentres(LayerSchema):
    """Data centres."""

    centre_id: Series[str] = column(
        Text("数据中心编号", "data centre number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("数据中心名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    size_class: Series[str] = column(
        Text("规模", "size class"),
        aliases=("规模类型",),
        values={
            "hyperscale": Text("超大型", "hyperscale"),
            "large": Text("大型", "large"),
            "medium": Text("中型", "medium"),
            "small": Text("小型", "small"),
        },
        source="MIIT 2013: large from 3,000, hyperscale from 10,000 standard racks (second-hand)",
        nullable=True,
    )
    racks: Series[pd.Int64Dtype] = column(
        Text("标准机架数", "standard racks"),
        aliases=("机架数",),
        # A machine room to a hyperscale campus.
        plausible=(10, 100000),
        ge=0,
        le=1000000,
        nullable=True,
    )
    design_pue: Series[float] = column(
        Text("设计PUE", "design PUE"),
        example=1.25,
        aliases=("设计电能利用效率",),
        unit="pue",
        # Free cooling to an old machine room.
        plausible=(1.05, 3),
        ge=1,
        le=5,
        nullable=True,
    )
    measured_pue: Series[float] = column(
        Text("实测PUE", "measured PUE"),
        example=1.25,
        aliases=("实测电能利用效率",),
        unit="pue",
        # See the design value.
        plausible=(1.05, 3),
        ge=1,
        le=5,
        nullable=True,
    )
    measured_on: Series[pd.Timestamp] = column(
        Text("实测日期", "measured on"),
        aliases=("监测日期",),
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投运日期", "commissioned on"),
        aliases=("投产日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "data_centres"
        metadata = layer_card(
            title=Text("数据中心", "data centres"),
            key="centre_id",
            geometry="point",
            definition=Text("一个数据中心一个点", "one point a data centre"),
            source="plan register, row B06",
            references=("places", "counties"),
        )
