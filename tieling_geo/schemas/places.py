"""Named places whose position is known: what other layers' positions are held against."""

from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class Places(LayerSchema):
    """Named places whose position is known: what other layers' positions are held against."""

    place_id: Series[str] = column(
        Text("地点编号", "place number"),
        aliases=("编号", "geonameid", "osm_id"),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(Text("地名", "name"), aliases=("名称", "地点名称"))
    kind: Series[str] = column(
        Text("地点类型", "kind"),
        aliases=("类型",),
        values={
            "county_seat": Text("县级政府驻地", "seat of a county"),
            "city": Text("城市", "city"),
            "town": Text("乡镇", "town"),
            "village": Text("村屯", "village"),
            "station": Text("车站", "station"),
            "facility": Text("设施", "facility"),
            "other": Text("其他", "other"),
        },
        value_aliases={"镇": "town", "乡": "town", "村": "village", "驻地": "county_seat"},
        nullable=True,
    )
    county: Series[str] = column(
        Text("县(市、区)", "county"), aliases=("所在县区", "县区", "区县", "行政区"), nullable=True
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "places"
        metadata = layer_card(
            title=Text("已知地点", "known places"),
            key="place_id",
            geometry="point",
            definition=Text(
                "位置已核实的地名或设施点,用于核对其他图层的坐标基准",
                "a named point whose position was checked; other layers' datums are held against "
                "it",
            ),
            source="domain notes section 1.3: statistics against references",
        )
