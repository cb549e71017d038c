"""Incineration's share of the treatment capacity for the cities' household waste."""

from collections.abc import Sequence
from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.acceptance import SERVICE_REASONS, service
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    to_weighed_levers,
    weigh,
)
from tieling_geo.operations.levers import day_of_assessment, to_sides
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.waste_works import TREATMENT_KINDS, check_kinds, is_one_of
from tieling_geo.records import (
    Analysis,
    Category,
    Levers,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import Counties, WasteFacilities
from tieling_geo.text import Text

NAME = "waste_incineration"
_NAMES = WeighedNames(
    "incineration_capacity_share",
    done="incineration_capacity",
    left="other_treatment_capacity",
    unit="t_per_d",
)
_INCINERATION = "incineration"
_SERVICE = ("not_yet", "closed")
_OUT = ("not_treatment", "elsewhere", *_SERVICE, "no_capacity")
_REASONS = {
    "not_treatment": Text(
        "不属处理设施(转运、分拣等)", "no treatment (transfer, sorting and such)"
    ),
    "elsewhere": Text("不服务于所计范围", "serves others than those counted"),
    "no_capacity": Text("能力为零", "its capacity is zero"),
    "kind_unknown": Text("类型缺失", "the kind is missing"),
    "scope_unknown": Text("服务对象缺失", "whom it serves is missing"),
    AMOUNT_MISSING: Text("处理能力缺失", "capacity is missing"),
    **SERVICE_REASONS,
}
_MARGIN = ResultColumn(
    "days_in_service", Text("投运早于统计日天数", "days from commissioning to the day"), "day"
)


def analyse(
    waste_facilities: GeoDataFrame[WasteFacilities],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    treatment_kinds: Sequence[str] = TREATMENT_KINDS,
    scopes: Sequence[str] = ("city",),
) -> Result:
    """
    Weigh the incineration capacity in service on a day against all treatment capacity.

    Transfer and sorting treat nothing, and ordinary industrial waste is another one: they are out
    of scope, as is what is not in service on the day (see `acceptance.service`) or has no capacity.
    A missing kind, recipient or capacity, or closing before opening, is unknown.

    Parameters
    ----------
    waste_facilities
        `WasteFacilities` layer, n points, metres.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day (what opens on it is in service; what closes on it is not).
    treatment_kinds
        Kinds that treat household waste; incineration and at least one other.
    scopes
        Whom the facilities counted serve.

    Returns
    -------
    result
        n rows, index of `waste_facilities`, with `category` and `days_in_service`. Measures: share
        of capacity that is incineration (%), incineration and other capacity (t/d).

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If a list names what the schema does not know, or incineration is not among the kinds, or
        stands there alone.

    Examples
    --------
    >>> from shapely import Point
    >>> works = WasteFacilities.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     facility_id=["A", "B"], kind=["incineration", "landfill"], scope="city",
    ...     design_t_per_d=[650.0, 350.0],
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(works, as_of=date(2025, 12, 31))
    >>> found.measures["incineration_capacity_share"].value
    Fraction(65, 1)
    """
    check_metric(waste_facilities, name=WasteFacilities.layer_name())
    kinds, recipients = tuple(treatment_kinds), tuple(scopes)
    _check_lists(kinds, recipients)
    place = _place(waste_facilities, kinds, recipients)
    judged = _judged(waste_facilities, place, as_of)
    reason = _reason(waste_facilities, kinds, recipients, judged["serves"])
    days = (pd.Timestamp(as_of) - waste_facilities["commissioned_on"]).dt.days.astype("float64")
    features = with_county(waste_facilities, counties).assign(
        days_in_service=days, reason=reason, category=_category(judged["done"], reason)
    )
    capacity = waste_facilities["design_t_per_d"]
    most = greatest_allowed(WasteFacilities, "design_t_per_d")
    counted = weigh(
        features,
        layer=WasteFacilities.layer_name(),
        names=_NAMES,
        in_scope=judged["scope"],
        done=judged["done"],
        amounts=to_amounts(capacity, most=most),
        reason=reason,
        reasons=_REASONS,
        groups=("county_name", "kind"),
    )

    def levers() -> Levers:
        columns = ["commissioned_on", "retired_on"]
        rows = pd.DataFrame(waste_facilities)[columns][place.fillna(value=True)]

        def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
            serves = service(moved["commissioned_on"], moved["retired_on"], as_of=day)["serves"]
            own = moved.index
            return to_sides(place.loc[own] & serves, judged["done"].loc[own])

        moments = [rows[name].dt.normalize() for name in columns]
        day = day_of_assessment(rows, moments, judge, as_of)
        return to_weighed_levers(_NAMES, [day], capacity, most=most)

    values = {"treatment_kinds": kinds, "scopes": recipients}
    return to_result(ANALYSIS, features, counted, values, levers=levers)


def _check_lists(kinds: tuple[str, ...], scopes: tuple[str, ...]) -> None:
    """
    Refuse lists that name what there is not, or that make every share 100 %.

    Raises
    ------
    ParameterError
        If a list is wrong.
    """
    check_kinds("treatment_kinds", "kind", kinds)
    check_kinds("scopes", "scope", scopes)
    if _INCINERATION not in kinds or not set(kinds) - {_INCINERATION}:
        raise ParameterError(
            Text(
                "参数 treatment_kinds:须含 incineration 和至少一种其他处理方式",
                "parameter treatment_kinds: incineration and at least one other kind are needed",
            )
        )


def _place(works: gpd.GeoDataFrame, kinds: tuple[str, ...], scopes: tuple[str, ...]) -> pd.Series:
    """Tell what would be in scope were it in service; what has no capacity never is."""
    found: pd.Series = (
        is_one_of(works, "kind", kinds)
        & is_one_of(works, "scope", scopes)
        & (works["design_t_per_d"] != 0)
    )
    return found


def _judged(works: gpd.GeoDataFrame, place: pd.Series, as_of: date) -> pd.DataFrame:
    """Say of each facility if it counts, if it incinerates, and why it is left out."""
    found = service(works["commissioned_on"], works["retired_on"], as_of=as_of)
    done = (works["kind"] == _INCINERATION).astype("boolean").mask(works["kind"].isna())
    return pd.DataFrame({"scope": place & found["serves"], "done": done, "serves": found["reason"]})


def _reason(
    works: gpd.GeoDataFrame, kinds: tuple[str, ...], scopes: tuple[str, ...], serves: pd.Series
) -> pd.Series:
    """Say why a facility does not count: first what is known, then what is not."""
    treats, counts = is_one_of(works, "kind", kinds), is_one_of(works, "scope", scopes)
    return first_reason(
        works.index,
        {
            "not_treatment": ~treats,
            "elsewhere": ~counts,
            **{word: serves == word for word in _SERVICE},
            "no_capacity": works["design_t_per_d"] == 0,
            "swapped": serves == "swapped",
            "kind_unknown": works["kind"].isna(),
            "scope_unknown": counts.isna(),
            AMOUNT_MISSING: works["design_t_per_d"].isna(),
        },
    )


def _category(done: pd.Series, reason: pd.Series) -> pd.Series:
    """Name what a map colours by."""
    words = done.map({True: "incineration", False: "other"})
    known = words.where(reason == "").fillna("unknown")
    return known.mask(reason.isin(_OUT), "out_of_scope").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("城市生活垃圾焚烧能力占比", "Incineration share of the cities' waste capacity"),
    question=Text(
        "城市生活垃圾处理能力中,焚烧占多少?",
        "How much of the cities' capacity for household waste is incineration?",
    ),
    inputs=(WasteFacilities,),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="treatment_kinds",
            value=TREATMENT_KINDS,
            unit="",
            interval="none",
            title=Text("计入处理能力的类型", "kinds that treat household waste"),
            source=Text(
                "本工具约定:转运、分拣不是处理,一般工业固废另计",
                "declared: transfer and sorting treat nothing, industrial waste is another one",
            ),
            verified=False,
        ),
        Parameter(
            name="scopes",
            value=("city",),
            unit="",
            interval="none",
            title=Text("计入的服务对象", "whom they serve"),
            source=Text("规划所指为城市", "the plan speaks of cities"),
            verified=True,
        ),
    ),
    measures=(
        MeasureCard(_NAMES.share, Text("焚烧处理能力占比", "incineration share of capacity"), "%"),
        MeasureCard(_NAMES.done, Text("焚烧处理能力", "incineration capacity"), _NAMES.unit),
        MeasureCard(_NAMES.left, Text("其他处理能力", "other treatment capacity"), _NAMES.unit),
    ),
    categories=(
        Category("incineration", Text("焚烧", "incineration"), "good"),
        Category("other", Text("其他处理", "other treatment"), "warning"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("design_t_per_d", Text("处理能力", "capacity"), "t_per_d"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split="county",
    run=analyse,
)
