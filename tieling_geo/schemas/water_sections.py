"""Assessed river sections, one point a section and year."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text

CLASSES = {
    "I": Text("Ⅰ类", "class I"),
    "II": Text("Ⅱ类", "class II"),
    "III": Text("Ⅲ类", "class III"),
    "IV": Text("Ⅳ类", "class IV"),
    "V": Text("Ⅴ类", "class V"),
    "worse_than_V": Text("劣Ⅴ类", "worse than class V"),
}
CLASS_ALIASES = {
    "Ⅰ": "I",
    "Ⅱ": "II",
    "Ⅲ": "III",
    "Ⅳ": "IV",
    "Ⅴ": "V",
    "劣Ⅴ": "worse_than_V",
    "劣V类": "worse_than_V",
}


class WaterSections(LayerSchema):
    """Assessed river sections, one point a section and year."""

    section_id: Series[str] = column(
        Text("断面编号", "section number"),
        aliases=("断面代码", "编号"),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(Text("断面名称", "name"), aliases=("名称",), nullable=True)
    river_name: Series[str] = column(
        Text("所在河流", "river"), aliases=("河流名称",), nullable=True
    )
    control_level: Series[str] = column(
        Text("控制级别", "level of control"),
        aliases=("断面级别",),
        values={
            "national": Text("国控", "national"),
            "provincial": Text("省控", "provincial"),
            "city": Text("市控", "city"),
        },
        nullable=True,
    )
    assessment_year: Series[pd.Int64Dtype] = column(
        Text("评价年份", "year of assessment"),
        aliases=("年份",),
        unit="year",
        ge=2000,
        le=2100,
        nullable=True,
    )
    target_class: Series[str] = column(
        Text("目标水质", "target class"),
        aliases=("水质目标",),
        values=CLASSES,
        value_aliases=CLASS_ALIASES,
        source="GB 3838-2002",
        nullable=True,
    )
    water_class: Series[str] = column(
        Text("水质类别", "class found"),
        aliases=("现状水质", "水质现状"),
        values=CLASSES,
        value_aliases=CLASS_ALIASES,
        source="GB 3838-2002",
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "water_sections"
        metadata = layer_card(
            title=Text("地表水考核断面", "assessed water sections"),
            key="section_id",
            geometry="point",
            definition=Text(
                "考核断面；水质类别按单因子评价的全年结果",
                "an assessed section; its class is the year's single-factor result",
            ),
            source="plan register, row H04; GB 3838-2002",
            references=("river_reaches",),
        )
