"""Industrial and other waste heat that could be used."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class WasteHeatSources(LayerSchema):
    """Industrial and other waste heat that could be used."""

    source_id: Series[str] = column(
        Text("余热编号", "source number"),
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
        Text("可利用热量", "usable heat"),
        aliases=("余热功率",),
        unit="mw",
        # A compressor to a power plant; numbers above are kilowatts.
        plausible=(0.05, 1000),
        ge=0,
        le=3000,
        nullable=True,
    )
    temperature_degc: Series[float] = column(
        Text("温度", "temperature"),
        aliases=("余热温度",),
        unit="degc",
        # A sewage works' outflow to a furnace's flue gas.
        plausible=(20, 1000),
        ge=-20,
        le=2000,
        nullable=True,
    )
    available_from: Series[pd.Timestamp] = column(
        Text("可利用日期", "available from"),
        aliases=("投用日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "waste_heat_sources"
        metadata = layer_card(
            title=Text("余热资源", "waste-heat sources"),
            key="source_id",
            geometry="point",
            definition=Text(
                "一处可利用的余热资源一个点", "one point a source of usable waste heat"
            ),
            source="plan register, row D07, I09",
            control="heat_mw",
            references=("places", "counties"),
        )
