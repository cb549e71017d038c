"""Railway lines and sidings."""

from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.text import Text


class RailLines(LayerSchema):
    """Railway lines and sidings."""

    line_id: Series[str] = column(
        Text("线路编号", "line number"),
        aliases=("编号", "osm_id"),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(Text("线路名称", "name"), aliases=("名称",), nullable=True)
    kind: Series[str] = column(
        Text("线路类型", "kind"),
        aliases=("类型",),
        values={
            "main": Text("干线", "main line"),
            "branch": Text("支线", "branch line"),
            "siding": Text("铁路专用线", "industrial siding"),
            "high_speed": Text("高速铁路", "high-speed line"),
            "yard": Text("站场线", "yard track"),
        },
        value_aliases={"专用线": "siding", "高铁": "high_speed"},
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "rail_lines"
        metadata = layer_card(
            title=Text("铁路线", "railway lines"),
            key="line_id",
            geometry="line",
            definition=Text(
                "铁路线路中心线，专用线单列",
                "centre lines of railways; sidings are lines of their own kind",
            ),
            source="plan register, row E01, E07",
        )
