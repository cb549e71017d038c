"""Heated buildings or compounds with their floor area."""

from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class HeatedBuildings(LayerSchema):
    """Heated buildings or compounds with their floor area."""

    building_id: Series[str] = column(
        Text("建筑编号", "building number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("建筑名称", "name"),
        aliases=("名称", "小区名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    floor_area_m2: Series[float] = column(
        Text("供暖面积", "heated floor area"),
        aliases=("供热面积", "建筑面积"),
        unit="m2",
        # A flat to a large compound; numbers below are ten thousand m2.
        plausible=(20, 2000000),
        ge=0,
        le=10000000,
        nullable=True,
    )
    heating: Series[str] = column(
        Text("供暖方式", "heating"),
        aliases=("取暖方式",),
        values={
            "network": Text("集中供热", "district heating"),
            "gas": Text("燃气", "gas"),
            "electricity": Text("电", "electricity"),
            "heat_pump": Text("热泵", "heat pump"),
            "geothermal": Text("地热", "geothermal"),
            "biomass": Text("生物质", "biomass"),
            "solar": Text("太阳能", "solar"),
            "coal": Text("散煤或燃煤锅炉", "coal"),
        },
        nullable=True,
    )
    network_id: Series[str] = column(
        Text("供热管网编号", "heating network number"),
        aliases=("管网编号",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "heated_buildings"
        metadata = layer_card(
            title=Text("供暖建筑", "heated buildings"),
            key="building_id",
            geometry="point",
            definition=Text(
                "一栋建筑或一个小区一个点，面积为供暖建筑面积",
                "one point a building or compound; the area is heated floor area",
            ),
            source="plan register, row D04",
            control="floor_area_m2",
            references=("places", "counties"),
        )
