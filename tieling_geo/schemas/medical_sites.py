"""Places where medical waste arises."""

import pandas as pd
from pandera.typing import Series

from tieling_geo.schemas._base import LayerSchema, column, layer_card
from tieling_geo.schemas._common import county_column
from tieling_geo.text import Text


class MedicalSites(LayerSchema):
    """Places where medical waste arises."""

    site_id: Series[str] = column(
        Text("机构编号", "site number"),
        aliases=("编号",),
        unique=True,
        str_length={"min_value": 1},
    )
    name: Series[str] = column(
        Text("机构名称", "name"),
        aliases=("名称",),
        nullable=True,
    )
    county: Series[str] = county_column()
    kind: Series[str] = column(
        Text("机构类型", "kind"),
        aliases=("类型",),
        values={
            "hospital": Text("医院", "hospital"),
            "township": Text("乡镇卫生院", "township clinic"),
            "clinic": Text("诊所及门诊部", "clinic"),
            "village": Text("村卫生室", "village clinic"),
        },
        nullable=True,
    )
    beds: Series[pd.Int64Dtype] = column(
        Text("床位数", "beds"),
        aliases=("床位",),
        # A sickroom to the province's largest hospital.
        plausible=(1, 5000),
        ge=0,
        le=20000,
        nullable=True,
    )
    waste_t_per_year: Series[float] = column(
        Text("医疗废物年产生量", "medical waste a year"),
        aliases=("产生量",),
        unit="t_per_year",
        # A village clinic to a large hospital; numbers above are kilograms.
        plausible=(0.001, 3000),
        ge=0,
        le=10000,
        nullable=True,
    )
    route_id: Series[str] = column(
        Text("收运路线编号", "route number"),
        aliases=("收运路线",),
        nullable=True,
    )
    contract_until: Series[pd.Timestamp] = column(
        Text("处置合同到期日", "contract until"),
        aliases=("合同到期",),
        nullable=True,
    )
    has_contract: Series[pd.BooleanDtype] = column(
        Text("是否签订处置合同", "has a contract"),
        aliases=("处置合同",),
        nullable=True,
    )

    class Config(LayerSchema.Config):
        """Registered name and card."""

        name = "medical_sites"
        metadata = layer_card(
            title=Text("医疗机构", "medical sites"),
            key="site_id",
            geometry="point",
            definition=Text(
                "一家医疗机构一个点，村卫生室也列入",
                "one point a hospital, clinic or village clinic",
            ),
            source="plan register, row K11",
            control="waste_t_per_year",
            references=("places", "counties"),
        )
