"""Sewers, with their defects and repairs."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class SewerPipes(LayerSchema):
    """Sewers, with their defects and repairs."""

    pipe_id: Series[str] = column(
        Text("管道编号", "sewer number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("管道类型", "kind"),
        aliases=("类型",),
        values={
            "sewage": Text("污水管", "sewage"),
            "storm": Text("雨水管", "storm water"),
            "combined": Text("合流管", "combined"),
        },
        nullable=True,
    )
    defect: Series[str] = column(
        Text("缺陷类型", "defect"),
        aliases=("问题类型",),
        values={
            "none": Text("无", "none"),
            "misconnected": Text("混错接", "misconnected"),
            "old": Text("老旧", "old"),
            "broken": Text("破损", "broken"),
        },
        nullable=True,
    )
    installed_year: Series[pd.Int64Dtype] = column(
        Text("敷设年份", "year of installation"),
        aliases=("建设年份",),
        unit="year",
        ge=1900,
        le=2100,
        nullable=True,
    )
    diameter_mm: Series[float] = column(
        Text("管径", "diameter"),
        aliases=("管径DN",),
        unit="mm",
        # A house drain to a trunk sewer; numbers below are metres.
        plausible=(100, 3000),
        gt=0,
        le=5000,
        nullable=True,
    )
    repaired_on: Series[pd.Timestamp] = column(
        Text("改造完成日期", "repaired on"),
        aliases=("整治日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "sewer_pipes"
        metadata = layer_card(
            title=Text("排水管道", "sewers"),
            key="pipe_id",
            geometry="line",
            definition=Text(
                "两井之间或一次普查单元的排水管道中心线",
                "centre line of a sewer between two manholes, or of one survey unit",
            ),
            source="plan register, row K13",
            references=("counties",),
        )
