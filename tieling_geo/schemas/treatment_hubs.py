"""Works that treat VOC or plating wastewater for several enterprises."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class TreatmentHubs(LayerSchema):
    """Works that treat VOC or plating wastewater for several enterprises."""

    hub_id: Series[str] = column(
        Text("设施编号", "hub number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("设施名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("设施类型",),
        values={
            "voc": Text("VOCs集中治理", "VOC"),
            "plating": Text("电镀废水集中处理", "plating wastewater"),
            "other": Text("特征污染物治理", "signature pollutants"),
        },
        nullable=True,
    )
    voc_capacity_t_per_year: Series[float] = column(
        Text("VOCs治理能力", "VOC capacity"),
        aliases=("治理能力",),
        unit="t_per_year",
        # A shared spray booth to a regional carbon plant.
        plausible=(0.1, 10000),
        ge=0,
        le=100000,
        nullable=True,
    )
    plating_capacity_m3_per_d: Series[float] = column(
        Text("电镀废水处理能力", "plating wastewater capacity"),
        aliases=("处理能力",),
        unit="m3_per_d",
        # A few baths to a plating park.
        plausible=(1, 50000),
        ge=0,
        le=1000000,
        nullable=True,
    )
    commissioned_on: Series[pd.Timestamp] = column(
        Text("投运日期", "commissioned on"),
        aliases=("投产日期",),
        nullable=True,
    )
    closed_on: Series[pd.Timestamp] = column(
        Text("关停日期", "closed on"),
        aliases=("停运日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "treatment_hubs"
        metadata = layer_card(
            title=Text("集中治理设施", "treatment hubs"),
            key="hub_id",
            geometry="point",
            definition=Text(
                "为多家企业集中治理挥发性有机物、电镀废水等的设施，一处一点",
                "one point a works that treats for several enterprises",
            ),
            source="plan register, row C06",
            references=("places", "counties"),
        )
