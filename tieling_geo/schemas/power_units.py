"""Coal and other thermal power units."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class PowerUnits(LayerSchema):
    """Coal and other thermal power units."""

    unit_id: Series[str] = column(
        Text("机组编号", "unit number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("电厂及机组名称", "name"),
        aliases=("名称", "机组名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    fuel: Series[str] = column(
        Text("燃料类型", "fuel"),
        aliases=("燃料",),
        values={
            "coal": Text("燃煤", "coal"),
            "gas": Text("燃气", "gas"),
            "biomass": Text("生物质", "biomass"),
            "waste": Text("垃圾", "waste"),
            "other": Text("其他", "other"),
        },
        value_aliases={"煤": "coal"},
        nullable=True,
    )
    electric_mw: Series[float] = column(
        Text("装机容量", "electric capacity"),
        aliases=("容量",),
        unit="mw",
        # A works' own turbine to the largest unit in China; numbers above are kilowatts.
        plausible=(1, 1350),
        gt=0,
        le=2000,
        nullable=True,
    )
    coal_use_gce_per_kwh: Series[float] = column(
        Text("供电煤耗", "coal use of power supplied"),
        aliases=("供电标准煤耗",),
        unit="gce_per_kwh",
        # The best ultra-supercritical unit to an old small one.
        plausible=(240, 500),
        gt=0,
        le=1000,
        nullable=True,
    )
    is_chp: Series[pd.BooleanDtype] = column(
        Text("是否热电联产", "combined heat and power"),
        aliases=("热电联产",),
        nullable=True,
    )
    plan_status: Series[str] = column(
        Text("改造计划状态", "status of the retrofit plan"),
        aliases=("改造方案状态",),
        values={
            "none": Text("无计划", "none"),
            "drafted": Text("编制中", "being drafted"),
            "adopted": Text("已批复", "adopted"),
            "finished": Text("已完成", "finished"),
        },
        nullable=True,
    )
    plan_adopted_on: Series[pd.Timestamp] = column(
        Text("改造计划批复日期", "plan adopted on"),
        aliases=("批复日期",),
        nullable=True,
    )
    saving_retrofit_on: Series[pd.Timestamp] = column(
        Text("节能降碳改造完成日期", "energy-saving retrofit finished on"),
        aliases=("节煤降耗改造日期",),
        nullable=True,
    )
    heat_retrofit_on: Series[pd.Timestamp] = column(
        Text("供热改造完成日期", "heat retrofit finished on"),
        aliases=("供热改造日期",),
        nullable=True,
    )
    flexibility_retrofit_on: Series[pd.Timestamp] = column(
        Text("灵活性改造完成日期", "flexibility retrofit finished on"),
        aliases=("灵活性改造日期",),
        nullable=True,
    )
    ultra_low_on: Series[pd.Timestamp] = column(
        Text("超低排放验收日期", "ultra-low emission accepted on"),
        aliases=("超低排放改造日期",),
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投产日期", "commissioned on"),
        aliases=("投运日期",),
        nullable=True,
    )
    retired_on: Series[pd.Timestamp] = column(
        Text("退役日期", "retired on"),
        aliases=("关停日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "power_units"
        metadata = layer_card(
            title=Text("发电机组", "power units"),
            key="unit_id",
            geometry="point",
            definition=Text("一台机组一个点", "one point a generating unit"),
            source="plan register, row I03, I08, I11",
            control="electric_mw",
            references=("places", "counties"),
        )
