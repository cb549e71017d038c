"""Zones where highly polluting fuels are banned."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class FuelBanZones(LayerSchema):
    """Zones where highly polluting fuels are banned."""

    zone_id: Series[str] = column(
        Text("禁燃区编号", "zone number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("禁燃区名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    fuel_class: Series[str] = column(
        Text("禁燃类别", "class of banned fuels"),
        aliases=("类别",),
        values={
            "I": Text("Ⅰ类（一般）", "class I"),
            "II": Text("Ⅱ类（较严）", "class II"),
            "III": Text("Ⅲ类（严格）", "class III"),
        },
        value_aliases={"Ⅰ类": "I", "Ⅱ类": "II", "Ⅲ类": "III", "Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III"},
        nullable=True,
    )
    valid_from: Series[pd.Timestamp] = column(
        Text("实施日期", "valid from"),
        aliases=("起始日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "fuel_ban_zones"
        metadata = layer_card(
            title=Text("高污染燃料禁燃区", "fuel-ban zones"),
            key="zone_id",
            geometry="polygon",
            definition=Text(
                "政府划定的高污染燃料禁燃区",
                "an area where the government bans highly polluting fuels",
            ),
            source="plan register, row I05; MEP 2017-2: three classes of fuels",
            references=("counties", "places"),
        )
