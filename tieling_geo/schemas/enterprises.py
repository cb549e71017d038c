"""Industrial enterprises."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import TREATMENT_STATUSES, county_column
from tieling_geo.text import Text


class Enterprises(LayerSchema):
    """Industrial enterprises."""

    enterprise_id: Series[str] = column(
        Text("企业编号", "enterprise number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("企业名称", "name"),
        aliases=("名称", "单位名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    sector: Series[str] = column(
        Text("行业", "sector"),
        aliases=("行业类别", "所属行业"),
        values={
            "coating": Text("涂装", "coating"),
            "printing": Text("包装印刷", "printing"),
            "furniture": Text("家具", "furniture"),
            "parts": Text("零部件", "parts"),
            "machinery": Text("工程机械", "machinery"),
            "steel_structure": Text("钢结构", "steel structures"),
            "chemical": Text("化工", "chemicals"),
            "plating": Text("电镀", "plating"),
            "foundry": Text("铸造", "foundry"),
            "building_materials": Text("建材", "building materials"),
            "food": Text("食品", "food"),
            "other": Text("其他", "other"),
        },
        nullable=True,
    )
    output_wan_yuan: Series[float] = column(
        Text("工业总产值", "gross output"),
        aliases=("产值",),
        unit="wan_yuan",
        # A workshop to the largest works; numbers below are in hundred million yuan.
        plausible=(10, 10000000),
        ge=0,
        le=100000000,
        nullable=True,
    )
    energy_tce: Series[float] = column(
        Text("综合能耗", "energy use"),
        aliases=("能耗", "综合能源消费量"),
        unit="tce",
        # A workshop to a large power plant; numbers above are kilograms.
        plausible=(1, 5000000),
        ge=0,
        le=20000000,
        nullable=True,
    )
    voc_t_per_year: Series[float] = column(
        Text("VOCs年排放量", "VOC emitted a year"),
        aliases=("挥发性有机物排放量",),
        unit="t_per_year",
        # A paint shop to a refinery; numbers above are kilograms.
        plausible=(0.001, 5000),
        ge=0,
        le=100000,
        nullable=True,
    )
    plating_wastewater_m3_per_d: Series[float] = column(
        Text("电镀废水量", "plating wastewater"),
        aliases=("电镀废水排放量",),
        unit="m3_per_d",
        # A bath to a plating park.
        plausible=(0.1, 10000),
        ge=0,
        le=100000,
        nullable=True,
    )
    opened_on: Series[pd.Timestamp] = column(
        Text("投产日期", "opened on"),
        aliases=("开工日期",),
        nullable=True,
    )
    closed_on: Series[pd.Timestamp] = column(
        Text("关停日期", "closed on"),
        aliases=("停产日期",),
        nullable=True,
    )
    hub_id: Series[str] = column(
        Text("接入的集中治理设施编号", "treatment hub linked to"),
        aliases=("集中治理设施", "接入设施编号"),
        nullable=True,
    )
    treatment_status: Series[str] = column(
        Text("分类治理状态", "status of treatment by class"),
        aliases=("治理状态",),
        values=TREATMENT_STATUSES,
        nullable=True,
    )
    treated_on: Series[pd.Timestamp] = column(
        Text("治理完成日期", "treated on"),
        aliases=("治理日期",),
        nullable=True,
    )
    uses_low_voc_materials: Series[pd.BooleanDtype] = column(
        Text("是否使用低VOCs原辅材料", "uses materials low in VOC"),
        aliases=("低VOCs替代", "源头替代"),
        nullable=True,
    )
    low_voc_since: Series[pd.Timestamp] = column(
        Text("低VOCs替代日期", "low in VOC since"),
        aliases=("替代完成日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "enterprises"
        metadata = layer_card(
            title=Text("工业企业", "industrial enterprises"),
            key="enterprise_id",
            geometry="point",
            definition=Text(
                "一家企业的一处生产场所一个点", "one point a production site of an enterprise"
            ),
            source="plan register, row C01, C06, J05",
            control="output_wan_yuan",
            references=("parks", "places", "counties"),
        )
