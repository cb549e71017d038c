"""Communities or grid cells with their residents."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class PopulationAreas(LayerSchema):
    """Communities or grid cells with their residents."""

    area_id: Series[str] = column(
        Text("单元编号", "area number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("单元名称", "name"),
        aliases=("名称", "社区名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    residents: Series[pd.Int64Dtype] = column(
        Text("常住人口", "residents"),
        aliases=("人口",),
        # A grid cell to a large subdistrict.
        plausible=(1, 300000),
        ge=0,
        le=5000000,
        nullable=True,
    )
    scope: Series[str] = column(
        Text("城乡类型", "scope"),
        aliases=("类型",),
        values={
            "city": Text("城市", "city"),
            "county_town": Text("县城", "county town"),
            "town": Text("建制镇", "town"),
            "rural": Text("农村", "rural"),
        },
        nullable=True,
    )
    count_year: Series[pd.Int64Dtype] = column(
        Text("人口年份", "year of the count"),
        aliases=("年份",),
        unit="year",
        ge=1990,
        le=2100,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "population_areas"
        metadata = layer_card(
            title=Text("人口单元", "population areas"),
            key="area_id",
            geometry="polygon",
            definition=Text(
                "有常住人口数的社区、村或网格，一单元一面，互不重叠",
                "a community, village or grid cell with its residents; areas do not overlap",
            ),
            source="plan register, row K03, K04",
            control="residents",
            references=("places", "counties"),
        )
