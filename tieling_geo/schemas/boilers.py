"""Boilers, one point a boiler, retired ones included."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import RETROFIT_STAGES
from tieling_geo.text import Text
from tieling_geo.units import MW_PER_T_PER_H, Equivalent

FUELS = {
    "coal": Text("燃煤", "coal"),
    "gas": Text("燃气", "gas"),
    "oil": Text("燃油", "oil"),
    "biomass": Text("生物质", "biomass"),
    "electricity": Text("电", "electricity"),
}


class Boilers(LayerSchema):
    """Boilers, one point a boiler, retired ones included."""

    boiler_id: Series[str] = column(
        Text("锅炉编号", "boiler number"),
        aliases=("编号", "锅炉代码"),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("使用单位", "operator"), aliases=("单位名称", "企业名称"), nullable=True
    )
    county: Series[str] = column(
        Text("县(市、区)", "county"), aliases=("所在县区", "县区", "区县", "行政区"), nullable=True
    )
    fuel: Series[str] = column(
        Text("燃料类型", "fuel"),
        aliases=("燃料",),
        values=FUELS,
        value_aliases={
            "煤": "coal",
            "煤炭": "coal",
            "燃煤": "coal",
            "天然气": "gas",
            "气": "gas",
            "生物质燃料": "biomass",
            "油": "oil",
        },
        source="plan register A.7: gas and biomass are not coal",
        nullable=True,
    )
    capacity_t_per_h: Series[float] = column(
        Text("额定蒸发量", "rated steam capacity"),
        aliases=("蒸吨", "容量（蒸吨/小时）", "额定容量"),
        unit="t_per_h",
        # A courtyard's boiler to that of a 660 MW turbine.
        plausible=(0.1, 2200),
        source="GB 13271-2014",
        gt=0,
        le=5000,
        nullable=True,
    )
    capacity_mw: Series[float] = column(
        Text("额定热功率", "rated thermal power"),
        aliases=("热功率", "容量（兆瓦）"),
        unit="mw",
        # Hot-water boilers are rated in heat, up to 168 MW; 1400 is one of 1.4 MW in kilowatts.
        plausible=(0.05, 250),
        source="GB 13271-2014: 45.5 MW equals 65 t/h",
        gt=0,
        le=3500,
        nullable=True,
    )
    use: Series[str] = column(
        Text("用途", "use"),
        values={
            "heating": Text("供暖", "space heating"),
            "process": Text("工业生产", "industrial process"),
            "power": Text("发电", "power generation"),
        },
        value_aliases={"采暖": "heating", "供热": "heating", "工业": "process", "生产": "process"},
        nullable=True,
    )
    status: Series[str] = column(
        Text("状态", "status"),
        aliases=("运行状态", "现状"),
        values={
            "operating": Text("在用", "operating"),
            "standby": Text("备用", "standby"),
            "retired": Text("已淘汰", "retired"),
        },
        value_aliases={
            "运行": "operating",
            "停用": "standby",
            "拆除": "retired",
            "关停": "retired",
            "已关停": "retired",
            "淘汰": "retired",
        },
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投用日期", "commissioned on"), aliases=("投产日期",), nullable=True
    )
    retired_on: Series[pd.Timestamp] = column(
        Text("淘汰日期", "retired on"), aliases=("关停日期", "拆除日期"), nullable=True
    )
    ultra_low_stage: Series[str] = column(
        Text("超低排放改造阶段", "stage of the ultra-low-emission retrofit"),
        values=RETROFIT_STAGES,
        nullable=True,
    )
    ultra_low_accepted_on: Series[pd.Timestamp] = column(
        Text("超低排放验收日期", "ultra-low-emission retrofit accepted on"), nullable=True
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "boilers"
        metadata = layer_card(
            title=Text("锅炉", "boilers"),
            key="boiler_id",
            geometry="point",
            definition=Text(
                "一台锅炉一个点，已拆除的也保留；容量按单台计",
                "one point a boiler, retired ones kept; capacity is that of the single boiler",
            ),
            source="plan register, row I01, I02; units: GB 13271-2014",
            control="capacity_t_per_h",
            equivalents=(
                Equivalent(
                    "capacity_mw", "capacity_t_per_h", MW_PER_T_PER_H, 0.05, "GB 13271-2014"
                ),
            ),
            references=("counties", "places"),
        )
