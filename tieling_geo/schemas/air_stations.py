"""Air-quality stations."""

from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class AirStations(LayerSchema):
    """Air-quality stations."""

    station_id: Series[str] = column(
        Text("站点编号", "station number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("站点名称", "name"),
        aliases=("名称", "站名"),
        nullable=True,
    )
    county: Series[str] = county_column()
    level: Series[str] = column(
        Text("级别", "level"),
        aliases=("站点级别",),
        values={
            "national": Text("国控", "national"),
            "provincial": Text("省控", "provincial"),
            "city": Text("市控", "city"),
        },
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "air_stations"
        metadata = layer_card(
            title=Text("空气质量监测站", "air stations"),
            key="station_id",
            geometry="point",
            definition=Text("一个监测站一个点", "one point a station"),
            source="plan register, row H01; HJ 664-2013",
            references=("places", "counties"),
        )
