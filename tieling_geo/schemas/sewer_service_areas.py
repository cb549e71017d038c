"""Areas whose sewage is collected and treated."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class SewerServiceAreas(LayerSchema):
    """Areas whose sewage is collected and treated."""

    area_id: Series[str] = column(
        Text("服务区编号", "service area number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("服务区名称", "name"),
        aliases=("名称", "片区名称"),
        nullable=True,
    )
    works_id: Series[str] = column(
        Text("污水厂编号", "works number"),
        aliases=("所属污水厂",),
        nullable=True,
    )
    county: Series[str] = county_column()
    valid_from: Series[pd.Timestamp] = column(
        Text("起始日期", "valid from"),
        aliases=("建成日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "sewer_service_areas"
        metadata = layer_card(
            title=Text("污水收集服务区", "sewer service areas"),
            key="area_id",
            geometry="polygon",
            definition=Text(
                "污水经管网收集并进厂处理的范围",
                "the area whose sewage is collected by sewers and treated",
            ),
            source="plan register, row K03, K09",
            references=("places", "counties"),
        )
