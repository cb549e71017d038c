"""Places where goods pass between road and rail."""

from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class FreightTerminals(LayerSchema):
    """Places where goods pass between road and rail."""

    terminal_id: Series[str] = column(
        Text("站场编号", "terminal number"),
        aliases=("编号", "osm_id"),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(Text("名称", "name"), aliases=("站名", "站场名称"), nullable=True)
    kind: Series[str] = column(
        Text("类型", "kind"),
        aliases=("站场类型",),
        values={
            "yard": Text("货场", "freight yard"),
            "station": Text("车站", "station"),
            "logistics_base": Text("物流基地", "logistics base"),
            "inland_port": Text("陆港", "inland port"),
        },
        nullable=True,
    )
    capacity_t_per_year: Series[float] = column(
        Text("年办理能力", "capacity a year"),
        aliases=("办理能力",),
        unit="t_per_year",
        # A siding with a few wagons a week to a coal port; below are ten thousand tonnes.
        plausible=(10_000, 200_000_000),
        ge=0,
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "freight_terminals"
        metadata = layer_card(
            title=Text("铁路货运站场", "freight terminals"),
            key="terminal_id",
            geometry="point",
            definition=Text(
                "办理货运的车站、货场、物流基地",
                "a station, yard or logistics base that handles rail freight",
            ),
            source="plan register, row E01, E07, E08",
            control="capacity_t_per_year",
            references=("rail_lines", "places"),
        )
