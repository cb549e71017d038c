"""Fields under conservation tillage, one row a field and year."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class TillagePlots(LayerSchema):
    """Fields under conservation tillage, one row a field and year."""

    record_id: Series[str] = column(
        Text("序号", "record number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    plot_id: Series[str] = column(
        Text("地块编号", "plot number"),
        aliases=("地块号",),
        str_length={"min_value": 1},
    )
    county: Series[str] = county_column()
    year: Series[pd.Int64Dtype] = column(
        Text("年份", "year"),
        aliases=("年度",),
        unit="year",
        ge=2000,
        le=2100,
    )
    ledger_area_mu: Series[float] = column(
        Text("台账面积", "area of the ledger"),
        aliases=("申报面积",),
        unit="mu",
        # A strip to a state farm; numbers above are m2.
        plausible=(0.1, 50000),
        ge=0,
        le=1000000,
        nullable=True,
    )
    is_verified: Series[pd.BooleanDtype] = column(
        Text("是否核验通过", "was verified"),
        aliases=("核验",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "tillage_plots"
        metadata = layer_card(
            title=Text("保护性耕作地块", "conservation-tillage plots"),
            key="record_id",
            geometry="polygon",
            definition=Text(
                "一块地在一个年度实施保护性耕作为一行；面积按地块图形计",
                "one field in one year; its area is that of the polygon",
            ),
            source="plan register, row F01",
            references=("counties",),
            unique_together=("plot_id", "year"),
        )
