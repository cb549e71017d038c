"""Licensed capacity for hazardous waste, one row a facility and class."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class HazardousWasteFacilities(LayerSchema):
    """Licensed capacity for hazardous waste, one row a facility and class."""

    capacity_id: Series[str] = column(
        Text("能力编号", "capacity number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    facility_id: Series[str] = column(
        Text("设施编号", "facility number"),
        aliases=("处置单位编号",),
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("设施名称", "name"),
        aliases=("名称", "处置单位"),
        nullable=True,
    )
    county: Series[str] = county_column()
    waste_class: Series[str] = column(
        Text("危废类别", "class of waste"),
        aliases=("废物类别", "类别"),
        str_matches=r"^HW\d{2}$",
    )
    capacity_t_per_year: Series[float] = column(
        Text("许可处置能力", "licensed capacity"),
        aliases=("处置能力",),
        unit="t_per_year",
        # A clinic's steriliser to a regional centre; numbers above are kilograms.
        plausible=(1, 500000),
        ge=0,
        le=10000000,
        nullable=True,
    )
    licensed_on: Series[pd.Timestamp] = column(
        Text("许可日期", "licensed on"),
        aliases=("发证日期",),
        nullable=True,
    )
    expires_on: Series[pd.Timestamp] = column(
        Text("有效期至", "expires on"),
        aliases=("到期日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "hazardous_waste_facilities"
        metadata = layer_card(
            title=Text("危险废物处置能力", "hazardous-waste capacity"),
            key="capacity_id",
            geometry="point",
            definition=Text(
                "一处设施的一个危废类别的许可能力为一行",
                "the licensed capacity of one facility for one class of waste",
            ),
            source="plan register, row K10; National Catalogue of Hazardous Wastes",
            control="capacity_t_per_year",
            references=("places", "counties"),
            unique_together=("facility_id", "waste_class"),
        )
