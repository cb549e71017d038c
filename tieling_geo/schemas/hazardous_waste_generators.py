"""Hazardous waste generated, one row a site and class."""

from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class HazardousWasteGenerators(LayerSchema):
    """Hazardous waste generated, one row a site and class."""

    source_id: Series[str] = column(
        Text("产生源编号", "source number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    site_id: Series[str] = column(
        Text("单位编号", "site number"),
        aliases=("企业编号",),
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("单位名称", "name"),
        aliases=("名称", "企业名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    waste_class: Series[str] = column(
        Text("危废类别", "class of waste"),
        aliases=("废物类别", "类别"),
        str_matches=r"^HW\d{2}$",
    )
    generated_t_per_year: Series[float] = column(
        Text("年产生量", "generated a year"),
        aliases=("产生量",),
        unit="t_per_year",
        # A workshop's rags to a smelter; numbers above are kilograms.
        plausible=(0.001, 500000),
        ge=0,
        le=10000000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "hazardous_waste_generators"
        metadata = layer_card(
            title=Text("危险废物产生源", "hazardous-waste generators"),
            key="source_id",
            geometry="point",
            definition=Text(
                "一家单位一个危废类别的年产生量为一行",
                "the waste of one class that one site generates in a year",
            ),
            source="plan register, row K10, C05",
            control="generated_t_per_year",
            references=("places", "counties"),
            unique_together=("site_id", "waste_class"),
        )
