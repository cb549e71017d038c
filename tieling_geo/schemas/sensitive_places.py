"""Homes, schools and hospitals near emitters."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class SensitivePlaces(LayerSchema):
    """Homes, schools and hospitals near emitters."""

    place_id: Series[str] = column(
        Text("敏感点编号", "place number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("名称", "name"),
        aliases=("敏感点名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("敏感点类型",),
        values={
            "homes": Text("居民区", "homes"),
            "school": Text("学校", "school"),
            "hospital": Text("医院", "hospital"),
            "other": Text("其他", "other"),
        },
        nullable=True,
    )
    residents: Series[pd.Int64Dtype] = column(
        Text("人数", "people"),
        aliases=("人口",),
        # A farmstead to a large compound.
        plausible=(1, 100000),
        ge=0,
        le=1000000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "sensitive_places"
        metadata = layer_card(
            title=Text("环境敏感点", "sensitive places"),
            key="place_id",
            geometry="point",
            definition=Text(
                "居民区、学校、医院等，一处一点",
                "one point a compound of homes, a school or a hospital",
            ),
            source="plan register, row J05",
            control="residents",
            references=("places", "counties"),
        )
