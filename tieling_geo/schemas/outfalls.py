"""Sewage outfalls into rivers, with the dates of each stage of their remediation."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text

#: The chain of remediation, in its order.
STAGES = {
    "surveyed": Text("排查", "surveyed"),
    "monitored": Text("监测", "monitored"),
    "traced": Text("溯源", "traced"),
    "remediated": Text("整治", "remediated"),
    "signed_off": Text("销号", "signed off"),
}


class Outfalls(LayerSchema):
    """Sewage outfalls into rivers, with the dates of each stage of their remediation."""

    outfall_id: Series[str] = column(
        Text("排污口编号", "outfall number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    outfall_code: Series[str] = column(
        Text("排污口编码", "outfall code"),
        aliases=("编码", "国家编码"),
        source="HJ 1235-2021; kept as text, its form is not checked",
        nullable=True,
    )
    name: Series[str] = column(
        Text("排污口名称", "name"), aliases=("名称", "WWTP_NAME"), nullable=True
    )
    county: Series[str] = column(
        Text("县(市、区)", "county"), aliases=("所在县区", "县区", "区县", "行政区"), nullable=True
    )
    kind: Series[str] = column(
        Text("一级类型", "class"),
        aliases=("排污口类型", "类型"),
        values={
            "industrial": Text("工业排污口", "industrial"),
            "urban_wwtp": Text("城镇污水处理厂排污口", "urban wastewater works"),
            "agricultural": Text("农业排口", "agricultural"),
            "other": Text("其他排口", "other"),
        },
        source="State Council Office letter 2022-17; HJ 1312-2023",
        nullable=True,
    )
    subkind: Series[str] = column(
        Text("二级类型", "subclass"),
        aliases=("细分类型",),
        values={
            "urban_domestic_direct": Text("城镇生活污水散排口", "urban domestic, untreated"),
            "urban_stormwater": Text("城镇雨洪排口", "urban stormwater"),
            "rural_treated": Text("农村污水处理设施排口", "rural treatment works"),
            "rural_domestic_direct": Text("农村生活污水散排口", "rural domestic, untreated"),
            "livestock": Text("畜禽养殖排污口", "livestock"),
            "irrigation": Text("灌区排口", "irrigation district"),
            "mine": Text("工矿企业排污口", "industry and mines"),
            "wwtp": Text("污水处理厂排污口", "wastewater works"),
            "unspecified": Text("未细分", "not specified"),
        },
        source="HJ 1312-2023",
        nullable=True,
    )
    river_name: Series[str] = column(
        Text("受纳水体", "receiving river"), aliases=("受纳河流", "排入水体"), nullable=True
    )
    responsible: Series[str] = column(
        Text("责任主体", "responsible party"), aliases=("责任单位",), nullable=True
    )
    treatment: Series[str] = column(
        Text("整治方式", "way of remediation"),
        aliases=("整治措施",),
        values={
            "ban": Text("依法取缔", "closed by law"),
            "merge": Text("清理合并", "merged"),
            "regulate": Text("规范整治", "brought to standard"),
        },
        value_aliases={"取缔": "ban", "合并": "merge", "规范": "regulate"},
        source="State Council Office letter 2022-17",
        nullable=True,
    )
    stage: Series[str] = column(
        Text("当前阶段", "stage reached"),
        aliases=("阶段", "整治状态"),
        values=STAGES,
        value_aliases={
            "已排查": "surveyed",
            "已监测": "monitored",
            "已溯源": "traced",
            "整治完成": "remediated",
            "已整治": "remediated",
            "已销号": "signed_off",
            "验收销号": "signed_off",
        },
        source="State Council Office letter 2022-17",
        nullable=True,
    )
    surveyed_on: Series[pd.Timestamp] = column(
        Text("排查日期", "surveyed on"), aliases=("排查时间",), nullable=True
    )
    monitored_on: Series[pd.Timestamp] = column(
        Text("监测日期", "monitored on"), aliases=("监测时间",), nullable=True
    )
    traced_on: Series[pd.Timestamp] = column(
        Text("溯源日期", "traced on"), aliases=("溯源时间",), nullable=True
    )
    remediated_on: Series[pd.Timestamp] = column(
        Text("整治完成日期", "remediated on"), aliases=("整治日期", "整治时间"), nullable=True
    )
    signed_off_on: Series[pd.Timestamp] = column(
        Text("销号日期", "signed off on"), aliases=("销号时间",), nullable=True
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "outfalls"
        metadata = layer_card(
            title=Text("入河排污口", "sewage outfalls"),
            key="outfall_id",
            geometry="point",
            definition=Text(
                "直接或经沟渠、管道向水体排放污水的口门，一口一点",
                "one point an opening that discharges sewage into a water body, "
                "directly or by ditch or pipe",
            ),
            source="MEE Order 35 (2025); types: HJ 1312-2023; stages: State Council "
            "Office letter 2022-17",
            references=("river_reaches", "counties"),
        )
