"""Places that need heat, with their greatest load."""

from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class HeatDemands(LayerSchema):
    """Places that need heat, with their greatest load."""

    demand_id: Series[str] = column(
        Text("热负荷编号", "demand number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("名称", "name"),
        aliases=("单位名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    heat_mw: Series[float] = column(
        Text("热负荷", "heat load"),
        aliases=("最大热负荷",),
        unit="mw",
        # A building to a town; numbers above are kilowatts.
        plausible=(0.01, 500),
        ge=0,
        le=3000,
        nullable=True,
    )
    use: Series[str] = column(
        Text("用途", "use"),
        aliases=("用热类型",),
        values={
            "space_heating": Text("供暖", "space heating"),
            "steam": Text("工业用汽", "process steam"),
        },
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "heat_demands"
        metadata = layer_card(
            title=Text("热负荷点", "heat demands"),
            key="demand_id",
            geometry="point",
            definition=Text(
                "一个小区、园区或用汽企业的热负荷一个点",
                "one point a compound, park or works that needs heat",
            ),
            source="plan register, row D07, I04",
            control="heat_mw",
            references=("places", "counties"),
        )
