"""District-heating pipes."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class HeatingPipes(LayerSchema):
    """District-heating pipes."""

    pipe_id: Series[str] = column(
        Text("管段编号", "pipe number"), aliases=("编号",), unique=True, str_length={"min_value": 1}
    )
    network_id: Series[str] = column(
        Text("管网编号", "network number"), aliases=("所属管网",), nullable=True
    )
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("管道类型",),
        values={
            "trunk": Text("干线", "trunk"),
            "branch": Text("支线", "branch"),
            "service": Text("户线", "service pipe"),
        },
        nullable=True,
    )
    diameter_mm: Series[float] = column(
        Text("公称直径", "nominal diameter"),
        aliases=("管径", "DN"),
        unit="mm",
        # DN 15 to DN 1600, the series of GB/T 1047 that heat pipes use; below are metres.
        plausible=(15, 1600),
        gt=0,
        nullable=True,
    )
    installed_year: Series[pd.Int64Dtype] = column(
        Text("敷设年份", "year of laying"),
        aliases=("建设年份",),
        unit="year",
        # The first district heating of China; what is laid later than this is not laid yet.
        plausible=(1953, 2035),
        ge=1949,
        le=2100,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "heating_pipes"
        metadata = layer_card(
            title=Text("供热管网", "heating pipes"),
            key="pipe_id",
            geometry="line",
            definition=Text("供热管道的一段；支线与干线分段", "one stretch of a heat pipe"),
            source="plan register, row I01, D06; CJJ 34",
        )
