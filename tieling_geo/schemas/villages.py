"""Administrative villages."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class Villages(LayerSchema):
    """Administrative villages."""

    village_id: Series[str] = column(
        Text("行政村编号", "village number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("村名", "name"),
        aliases=("名称", "行政村名称"),
        nullable=True,
    )
    county: Series[str] = county_column()
    town_name: Series[str] = column(
        Text("乡镇", "town"),
        aliases=("所属乡镇",),
        nullable=True,
    )
    households: Series[pd.Int64Dtype] = column(
        Text("户数", "households"),
        aliases=("总户数",),
        # A hamlet to a very large village.
        plausible=(10, 5000),
        ge=0,
        le=50000,
        nullable=True,
    )
    residents: Series[pd.Int64Dtype] = column(
        Text("常住人口", "residents"),
        aliases=("人口",),
        # See the households.
        plausible=(20, 20000),
        ge=0,
        le=200000,
        nullable=True,
    )
    sewage_method: Series[str] = column(
        Text("生活污水治理方式", "way of sewage treatment"),
        aliases=("治理方式", "治理模式"),
        values={
            "none": Text("未治理", "none"),
            "sewer": Text("纳管", "to a town's sewers"),
            "station": Text("集中处理", "village works"),
            "household": Text("分散处理", "by household"),
            "reuse": Text("资源化利用", "reuse on land"),
        },
        nullable=True,
    )
    sewage_accepted_on: Series[pd.Timestamp] = column(
        Text("污水治理验收日期", "sewage treatment accepted on"),
        aliases=("治理验收日期",),
        nullable=True,
    )
    households_treated: Series[pd.Int64Dtype] = column(
        Text("污水治理户数", "households with treated sewage"),
        aliases=("治理户数",),
        ge=0,
        le=50000,
        nullable=True,
    )
    loose_coal_households: Series[pd.Int64Dtype] = column(
        Text("散煤取暖户数", "households on loose coal"),
        aliases=("散煤户数",),
        ge=0,
        le=50000,
        nullable=True,
    )
    clean_stove_households: Series[pd.Int64Dtype] = column(
        Text("清洁取暖（炉具）户数", "households with clean heating or stoves"),
        aliases=("清洁炉具户数",),
        ge=0,
        le=50000,
        nullable=True,
    )
    upgraded_toilets: Series[pd.Int64Dtype] = column(
        Text("改厕户数", "upgraded toilets"),
        aliases=("卫生厕所户数",),
        ge=0,
        le=50000,
        nullable=True,
    )
    toilets_with_treatment: Series[pd.Int64Dtype] = column(
        Text("粪污得到处理的改厕户数", "upgraded toilets with treatment"),
        aliases=("改厕接入治理户数",),
        ge=0,
        le=50000,
        nullable=True,
    )
    has_piped_water: Series[pd.BooleanDtype] = column(
        Text("是否通自来水", "has piped water"),
        aliases=("自来水",),
        nullable=True,
    )
    has_waste_service: Series[pd.BooleanDtype] = column(
        Text("是否开展垃圾收运", "has waste collection"),
        aliases=("垃圾收运",),
        nullable=True,
    )
    sorts_waste: Series[pd.BooleanDtype] = column(
        Text("是否开展垃圾分类", "sorts waste"),
        aliases=("垃圾分类",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "villages"
        metadata = layer_card(
            title=Text("行政村", "villages"),
            key="village_id",
            geometry="point",
            definition=Text("一个行政村一个点", "one point an administrative village"),
            source="plan register, row F03, F09, F10, F12, I07",
            control="households",
            references=("places", "counties"),
        )
