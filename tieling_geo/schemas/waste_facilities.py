"""Works for municipal and ordinary industrial waste."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class WasteFacilities(LayerSchema):
    """Works for municipal and ordinary industrial waste."""

    facility_id: Series[str] = column(
        Text("设施编号", "facility number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("设施名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("处理方式", "设施类型"),
        values={
            "incineration": Text("焚烧", "incineration"),
            "landfill": Text("卫生填埋", "landfill"),
            "composting": Text("堆肥及厨余处理", "composting and food waste"),
            "transfer": Text("转运站", "transfer station"),
            "sorting": Text("分拣中心", "sorting centre"),
            "industrial_solid": Text("一般工业固废处置", "ordinary industrial waste"),
        },
        nullable=True,
    )
    scope: Series[str] = column(
        Text("服务对象", "serves"),
        aliases=("服务范围",),
        values={
            "city": Text("城市", "city"),
            "county_town": Text("县城", "county town"),
            "town": Text("建制镇", "town"),
            "village": Text("村", "village"),
            "park": Text("园区", "park"),
        },
        nullable=True,
    )
    design_t_per_d: Series[float] = column(
        Text("设计处理能力", "design capacity"),
        aliases=("处理能力", "设计规模"),
        unit="t_per_d",
        # A village's transfer station to a large incinerator; numbers above are tonnes a year.
        plausible=(1, 5000),
        ge=0,
        le=20000,
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投运日期", "commissioned on"),
        aliases=("投产日期",),
        nullable=True,
    )
    retired_on: Series[pd.Timestamp] = column(
        Text("停运日期", "retired on"),
        aliases=("封场日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "waste_facilities"
        metadata = layer_card(
            title=Text("垃圾与固废处置设施", "waste facilities"),
            key="facility_id",
            geometry="point",
            definition=Text(
                "一处处理设施一个点；同址不同工艺分列",
                "one point a facility; several processes at one place are several features",
            ),
            source="plan register, row K06, C05, F12, K12",
            control="design_t_per_d",
            references=("places", "counties"),
        )
