"""Heat sources: power plants with heat extraction, boiler houses, waste heat."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class HeatSources(LayerSchema):
    """Heat sources: power plants with heat extraction, boiler houses, waste heat."""

    source_id: Series[str] = column(
        Text("热源编号", "heat source number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(Text("名称", "name"), aliases=("热源名称", "厂名"), nullable=True)
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("热源类型",),
        values={
            "chp": Text("热电联产", "combined heat and power"),
            "boiler_house": Text("锅炉房", "boiler house"),
            "waste_heat": Text("余热", "waste heat"),
            "other": Text("其他", "other"),
        },
        nullable=True,
    )
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
        value_aliases={"煤": "coal", "Coal": "coal"},
        nullable=True,
    )
    heat_mw: Series[float] = column(
        Text("供热能力", "heat output"),
        aliases=("供热能力（兆瓦）",),
        unit="mw",
        # A boiler house to the largest plants with heat extraction; above are kilowatts.
        plausible=(0.1, 3000),
        ge=0,
        nullable=True,
    )
    electric_mw: Series[float] = column(
        Text("发电装机", "electric capacity"),
        aliases=("装机容量", "Capacity (MW)"),
        unit="mw",
        # A biogas engine to the largest plants of the north-east; above are kilowatts.
        plausible=(0.1, 5000),
        ge=0,
        nullable=True,
    )

    network_id: Series[str] = column(
        Text("供热管网编号", "heating network number"),
        aliases=("管网编号", "所属管网"),
        nullable=True,
    )
    ultra_low_accepted_on: Series[pd.Timestamp] = column(
        Text("超低排放验收日期", "ultra-low emission accepted on"),
        aliases=("超低排放改造日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "heat_sources"
        metadata = layer_card(
            title=Text("热源", "heat sources"),
            key="source_id",
            geometry="point",
            definition=Text(
                "向供热管网供热的厂站，一处一个点", "one point a plant that feeds a heating network"
            ),
            source="plan register, row D04, I04, I09",
            control="heat_mw",
            references=("places", "counties"),
        )
