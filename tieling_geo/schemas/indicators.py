"""Indicators, one row an indicator, area and year: a table without places."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text
from tieling_geo.units import UNIT_SPELLINGS, UNITS


class Indicators(LayerSchema):
    """Indicators, one row an indicator, area and year: a table without places."""

    record_id: Series[str] = column(
        Text("序号", "record number"),
        aliases=("编号", "记录编号"),
        unique=True,
        str_length={"min_value": 1},
    )
    indicator: Series[str] = column(
        Text("指标", "indicator"),
        aliases=("指标名称", "项目", "项目名称"),
        example="示例指标名称",
        str_length={"min_value": 1},
    )
    area: Series[str] = column(
        Text("县区", "area"),
        aliases=(
            "县(市、区)",
            "行政区",
            "行政区划",
            "地区",
            "区域",
            "所在县区",
            "区县",
            "区划名称",
        ),
        example="全市",
        str_length={"min_value": 1},
    )
    year: Series[pd.Int64Dtype] = column(
        Text("年份", "year"),
        aliases=("年度", "统计年份"),
        unit="year",
        example=2025,
        ge=2000,
        le=2100,
    )
    kind: Series[str] = column(
        Text("数值类型", "kind of number"),
        aliases=("类型", "类别", "数据类型"),
        values={
            "actual": Text("实际值", "actual"),
            "target": Text("分解目标", "target of the annex"),
        },
        value_aliases={
            "实际": "actual",
            "实际完成": "actual",
            "完成值": "actual",
            "统计值": "actual",
            "目标": "target",
            "目标值": "target",
            "分解指标": "target",
            "分解目标值": "target",
        },
        blank_means="actual",
        example="实际值",
        nullable=True,
    )
    value: Series[float] = column(
        Text("数值", "value"),
        aliases=("实际值", "指标值", "完成值", "数据"),
        unit_column="unit",
        example=12.5,
        nullable=True,
    )
    unit: Series[str] = column(
        Text("单位", "unit"),
        aliases=("计量单位", "数据单位", "指标单位"),
        values=UNITS,
        value_aliases={
            spelling: unit for unit, spellings in UNIT_SPELLINGS.items() for spelling in spellings
        },
        example="万吨",
        nullable=True,
    )
    source: Series[str] = column(
        Text("数据来源", "source"), aliases=("资料来源", "来源", "出处"), nullable=True
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "indicators"
        metadata = layer_card(
            title=Text("指标台账", "indicators"),
            key="record_id",
            geometry="none",
            definition=Text(
                "一个指标在一个县区、一个年份的一个数为一行；全市的数县区写“全市”",
                "one number of one indicator, area and year; the whole city's area is 全市",
            ),
            source="plan register, rows of type N (tables); its annex by county is not published",
            unique_together=("indicator", "area", "year", "kind"),
            instructions=Text(
                "一行只写一个指标、一个县区、一个年份的一个数,不要把年份或县区排成列。"
                "全市的数,县区写“全市”,不要写“合计”。数字与单位分开写:数值列写 12.5,单位列写 万吨。"
                "规划附件分解到县区的目标也写在本表,数值类型选“分解目标”;留空即“实际值”。"
                "指标名称按规划数据文件的写法。",
                "A row holds one number of one indicator, area and year: neither years nor "
                "counties are columns. The whole city's area is 全市, never 合计. The unit stands "
                "beside the number: 12.5 in one column, 万吨 in the other. Targets by county, from "
                "the plan's annex, are rows as well, of the kind 分解目标; a blank means 实际值. "
                "Indicators go by the names that the plan's file has.",
            ),
        )
