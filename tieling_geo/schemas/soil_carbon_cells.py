"""Cells of maps of soil organic matter, one row a cell and year."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class SoilCarbonCells(LayerSchema):
    """Cells of maps of soil organic matter, one row a cell and year."""

    cell_id: Series[str] = column(
        Text("栅格编号", "cell number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    year: Series[pd.Int64Dtype] = column(
        Text("年份", "year"),
        aliases=("年度",),
        unit="year",
        ge=1950,
        le=2100,
    )
    organic_matter_g_per_kg: Series[float] = column(
        Text("有机质含量", "organic matter"),
        aliases=("有机质",),
        unit="g_per_kg",
        # Sand to peaty black soil; numbers below are percent.
        plausible=(2, 150),
        ge=0,
        le=1000,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "soil_carbon_cells"
        metadata = layer_card(
            title=Text("土壤有机质栅格", "soil organic matter cells"),
            key="cell_id",
            geometry="polygon",
            definition=Text(
                "土壤有机质图的一个栅格单元在一个年份的值",
                "the value of one cell of a map of soil organic matter in one year",
            ),
            source="plan register, row F11; NY/T 1121.6-2006",
        )
