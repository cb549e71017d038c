"""Overrides, one row a value that a person sets: a table without places."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, layer_card
from tieling_geo.schemas._base import column as declared
from tieling_geo.text import Text


class Overrides(LayerSchema):
    """Overrides, one row a value that a person sets: a table without places."""

    override_id: Series[str] = declared(
        Text("认定编号", "override number"),
        aliases=("编号", "序号"),
        unique=True,
        str_length={"min_value": 1},
    )
    layer: Series[str] = declared(
        Text("图层", "layer"),
        aliases=("图层名称", "所属图层"),
        example="锅炉",
        str_length={"min_value": 1},
    )
    feature_id: Series[str] = declared(
        Text("要素编号", "feature number"),
        aliases=("对象编号", "台账编号"),
        example="B0001",
        str_length={"min_value": 1},
    )
    column: Series[str] = declared(
        Text("字段", "column"),
        aliases=("列名", "字段名", "字段名称"),
        example="状态",
        str_length={"min_value": 1},
    )
    value: Series[str] = declared(
        Text("认定值", "value"),
        aliases=("改为", "认定结果", "更正值", "更正后"),
        example="已淘汰",
        nullable=True,
    )
    who: Series[str] = declared(
        Text("认定人", "decided by"),
        aliases=("认定单位", "经办人", "责任人"),
        str_length={"min_value": 1},
    )
    why: Series[str] = declared(
        Text("认定理由", "reason"), aliases=("理由", "原因"), str_length={"min_value": 1}
    )
    decided_on: Series[pd.Timestamp] = declared(
        Text("认定日期", "decided on"), aliases=("日期", "认定时间")
    )
    evidence: Series[str] = declared(
        Text("依据文号", "evidence"),
        aliases=("依据", "文号", "佐证材料", "证明材料"),
        str_length={"min_value": 1},
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "overrides"
        metadata = layer_card(
            title=Text("人工认定", "overrides"),
            key="override_id",
            geometry="none",
            definition=Text(
                "对一个要素的一个字段作一次认定为一行；认定值留空表示“不明”；原值保留并列出",
                "one value of one feature that a person sets; blank means unknown; the original "
                "is kept and shown",
            ),
            source="this toolkit: what is set by hand has a name, a reason, a day and a document",
            instructions=Text(
                "认定不改动台账:原值保留,并在报告中列出。图层与字段写中文名称或代码,要素编号写台账中的"
                "编号。认定值按该字段的写法填写,留空表示“不明”。认定人、理由、日期与依据文号缺一不可;"
                "同一要素的同一字段只认定一次。编号与坐标不能认定。",
                "An override changes no ledger: the original is kept and reported. Layer and "
                "column go by their Chinese titles or their codes, the feature by its number in "
                "its ledger. The value is written as in that ledger; blank means unknown. "
                "Who, why, when and by which document are all required; one value is set once. "
                "Numbers and places cannot be set.",
            ),
        )
