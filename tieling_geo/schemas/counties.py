"""County-level units: the districts, counties and cities that duties are split to."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class Counties(LayerSchema):
    """County-level units: the districts, counties and cities that duties are split to."""

    county_id: Series[str] = column(
        Text("行政区划代码", "division code"),
        aliases=("代码", "区划代码", "adcode", "行政区代码"),
        source="GB/T 2260, six digits",
        unique=True,
        str_matches=r"^\d{6}$",
    )
    name: Series[str] = column(Text("名称", "name"), aliases=("县区名称", "行政区名称"))
    population: Series[pd.Int64Dtype] = column(
        Text("常住人口", "resident population"),
        aliases=("人口",),
        plausible=(10_000, 2_000_000),
        ge=0,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "counties"
        metadata = layer_card(
            title=Text("县级行政区", "counties"),
            key="county_id",
            geometry="polygon",
            definition=Text(
                "县、县级市或市辖区，一区一面",
                "one polygon a district, county or county-level city",
            ),
            source="GB/T 2260 codes; domain notes section 2.5",
            references=("places",),
        )
