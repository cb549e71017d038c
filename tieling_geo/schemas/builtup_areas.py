"""Built-up areas, each with the year of its boundary: the wrong year flips verdicts."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class BuiltupAreas(LayerSchema):
    """Built-up areas, each with the year of its boundary: the wrong year flips verdicts."""

    area_id: Series[str] = column(
        Text("建成区编号", "built-up area number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(Text("名称", "name"), aliases=("建成区名称",))
    scope: Series[str] = column(
        Text("范围类型", "scope"),
        aliases=("类型",),
        values={
            "city": Text("城市建成区", "city built-up area"),
            "county_town": Text("县城建成区", "county-town built-up area"),
            "town": Text("建制镇建成区", "town built-up area"),
        },
        source="plan register A.4-10: three urban scopes are kept apart",
    )
    boundary_year: Series[pd.Int64Dtype] = column(
        Text("边界年份", "year of the boundary"),
        aliases=("年份", "边界年度"),
        unit="year",
        ge=1949,
        le=2100,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "builtup_areas"
        metadata = layer_card(
            title=Text("建成区", "built-up areas"),
            key="area_id",
            geometry="polygon",
            definition=Text(
                "城市或建制镇已成片开发建设、设施基本具备的范围；同一城市不同年份为不同要素",
                "contiguous developed area of a city or town; another year is another feature",
            ),
            source="GB/T 50280; plan register A.4-10",
            references=("places", "counties"),
        )
