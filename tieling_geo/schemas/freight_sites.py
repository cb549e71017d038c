"""Sites that send or receive bulk goods: logistics parks, mines and plants."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class FreightSites(LayerSchema):
    """Sites that send or receive bulk goods: logistics parks, mines and plants."""

    site_id: Series[str] = column(
        Text("单位编号", "site number"), aliases=("编号",), unique=True, str_length={"min_value": 1}
    )
    name: Series[str] = column(
        Text("单位名称", "name"), aliases=("名称", "企业名称"), nullable=True
    )
    county: Series[str] = column(
        Text("县(市、区)", "county"), aliases=("所在县区", "县区", "区县", "行政区"), nullable=True
    )
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("单位类型",),
        values={
            "logistics_park": Text("物流园区", "logistics park"),
            "mine": Text("矿山", "mine"),
            "plant": Text("工业企业", "plant"),
        },
        value_aliases={"煤矿": "mine", "工厂": "plant"},
        nullable=True,
    )
    bulk_t_per_year: Series[float] = column(
        Text("大宗货物年运输量", "bulk goods a year"),
        aliases=("年运输量", "年货运量"),
        unit="t_per_year",
        # Numbers below are mostly in ten thousand tonnes, numbers above in kilograms.
        plausible=(1_000, 50_000_000),
        ge=0,
        le=500_000_000,
        nullable=True,
    )
    is_new_or_relocated: Series[pd.BooleanDtype] = column(
        Text("是否新建或迁建", "new or relocated"), aliases=("新建迁建",), nullable=True
    )
    approved_on: Series[pd.Timestamp] = column(
        Text("批准日期", "approved on"), aliases=("批复日期",), nullable=True
    )
    has_siding: Series[pd.BooleanDtype] = column(
        Text("是否接入铁路专用线", "has a rail siding"), aliases=("铁路专用线",), nullable=True
    )
    has_pipeline: Series[pd.BooleanDtype] = column(
        Text("是否管道运输", "has a pipeline"), aliases=("管道",), nullable=True
    )
    has_conveyor: Series[pd.BooleanDtype] = column(
        Text("是否皮带廊", "has a belt conveyor"), aliases=("皮带廊",), nullable=True
    )
    exemption: Series[str] = column(
        Text("豁免理由", "recorded reason for an exemption"),
        aliases=("不采用铁路的理由",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "freight_sites"
        metadata = layer_card(
            title=Text("大宗货物运输点", "bulk freight sites"),
            key="site_id",
            geometry="point",
            definition=Text(
                "物流园区或工矿企业，一处一点；运量为大宗货物年运输量",
                "one point a logistics park, mine or plant; tonnage is bulk goods a year",
            ),
            source="plan register, row E01",
            control="bulk_t_per_year",
            references=("places", "counties"),
        )
