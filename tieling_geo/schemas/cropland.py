"""Cropland parcels."""

from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class Cropland(LayerSchema):
    """Cropland parcels."""

    parcel_id: Series[str] = column(
        Text("图斑编号", "parcel number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("耕地类型", "kind"),
        aliases=("地类",),
        values={
            "paddy": Text("水田", "paddy"),
            "irrigated": Text("水浇地", "irrigated"),
            "dry": Text("旱地", "dry"),
        },
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "cropland"
        metadata = layer_card(
            title=Text("耕地", "cropland"),
            key="parcel_id",
            geometry="polygon",
            definition=Text("国土调查的耕地图斑", "a parcel of cropland of the land survey"),
            source="plan register, row F01, F02, F07, F11; GB/T 21010",
            references=("counties",),
        )
