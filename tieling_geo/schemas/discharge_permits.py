"""Holders of discharge permits."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class DischargePermits(LayerSchema):
    """Holders of discharge permits."""

    permit_id: Series[str] = column(
        Text("许可证编号", "permit number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("单位名称", "name"),
        aliases=("名称", "企业名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    management: Series[str] = column(
        Text("管理类别", "kind of management"),
        aliases=("类别",),
        values={
            "key": Text("重点管理", "key"),
            "simplified": Text("简化管理", "simplified"),
            "registered": Text("登记管理", "registration only"),
        },
        nullable=True,
    )
    is_voc_key: Series[pd.BooleanDtype] = column(
        Text("是否VOCs重点排污单位", "key discharger of VOC"),
        aliases=("VOCs重点单位",),
        nullable=True,
    )
    valid_from: Series[pd.Timestamp] = column(
        Text("有效期起", "valid from"),
        aliases=("发证日期",),
        nullable=True,
    )
    valid_until: Series[pd.Timestamp] = column(
        Text("有效期至", "valid until"),
        aliases=("到期日期",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "discharge_permits"
        metadata = layer_card(
            title=Text("排污许可单位", "discharge permits"),
            key="permit_id",
            geometry="point",
            definition=Text("一张排污许可证一个点", "one point a permit"),
            source="plan register, row O01",
            references=("parks", "places", "counties"),
        )
