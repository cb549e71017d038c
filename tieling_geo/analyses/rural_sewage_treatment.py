"""Villages whose sewage is treated: by village, by household and by person."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.errors import ParameterError
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    weigh,
)
from tieling_geo.operations.coverage import coverage_in_year
from tieling_geo.operations.levers import (
    border_and_positions,
    day_of_assessment,
    to_levers,
    to_sides,
)
from tieling_geo.operations.parts import weigh_parts
from tieling_geo.operations.results import (
    BORDER_COLUMN,
    COUNTY_COLUMN,
    REASON_COLUMN,
    UNKNOWN,
    first_reason,
    to_result,
    with_county,
)
from tieling_geo.operations.rollup import Tally, tally, together
from tieling_geo.operations.village_sewage import (
    TREATMENT_METHODS,
    TREATMENT_REASONS,
    check_methods,
    households_treated,
    village_treatment,
)
from tieling_geo.records import (
    Analysis,
    Category,
    Lever,
    Levers,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
)
from tieling_geo.schemas import BuiltupAreas, Counties, Villages
from tieling_geo.text import Text

NAME = "rural_sewage_treatment"
#: No built-up area makes a village urban.
_NO_SCOPE = "none"
_CHOSEN = "rural_sewage_treatment_share"
_SHARE, _LEFT = "villages_with_sewage_treatment_share", "villages_without_sewage_treatment"
_HOUSEHOLDS = WeighedNames(
    "households_with_sewage_treatment_share",
    left="households_without_sewage_treatment",
    unit="household",
)
_RESIDENTS = WeighedNames(
    "residents_with_sewage_treatment_share",
    left="residents_without_sewage_treatment",
    unit="person",
)
_SHARES = {"village": _SHARE, "household": _HOUSEHOLDS.share, "person": _RESIDENTS.share}
_GROUPS = ("county_name", "sewage_method")
_REASONS = {
    "urban": Text("位于建成区内,不属农村", "inside a built-up area, not rural"),
    "no_boundary": Text(
        "没有该年或更早的建成区边界,无法判断是否属农村",
        "no built-up boundary of that year or earlier says whether it is rural",
    ),
    "no_households": Text("户数为零", "it has no households"),
    "no_residents": Text("人口为零", "it has no residents"),
    "treated_exceed": Text("治理户数多于总户数", "more treated households than households"),
    "households_missing": Text("户数缺失", "the number of households is missing"),
    AMOUNT_MISSING: Text("人口缺失", "the number of residents is missing"),
    **TREATMENT_REASONS,
}
_MARGIN = ResultColumn(
    "days_before_deadline", Text("验收早于统计日天数", "days from acceptance to the day"), "day"
)


def analyse(
    villages: GeoDataFrame[Villages],
    *,
    builtup_areas: GeoDataFrame[BuiltupAreas] | None = None,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    denominator: str = "village",
    treatment_methods: tuple[str, ...] = TREATMENT_METHODS,
    urban_scope: str = _NO_SCOPE,
) -> Result:
    """
    Tell in which villages the treatment of sewage was accepted by a day, with three denominators.

    A village is treated if its method counts and was accepted by the day (closed). Of its
    households as many are treated as it states, or all if it states none; of its residents all. A
    village with a method but no date of acceptance is unknown. See `operations.village_sewage`.

    All villages of the layer are rural, unless `urban_scope` says otherwise: then those inside a
    built-up area of that scope are not (the border counts as inside, closed). Of each area the
    latest boundary counts that is not later than the year of the day; where there is none, nobody
    knows (see `coverage.coverage_in_year`), nor without the layer.

    Parameters
    ----------
    villages
        `Villages` layer, n points, metres.
    builtup_areas
        `BuiltupAreas` layer, in the same CRS; only read if `urban_scope` names a scope.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day by which treatment must be accepted (closed).
    denominator
        What `rural_sewage_treatment_share` is a share of: `village`, `household` or `person`.
    treatment_methods
        The methods that count as treatment, words of the layer's `sewage_method`.
    urban_scope
        Built-up areas that make a village urban: `city`, `county_town` or `town`; `none`: no area.

    Returns
    -------
    result
        n rows, index of `villages`, with `category` and `days_before_deadline`. Measures: the share
        treated (%) and what is left, by village (count), household and person; and
        `rural_sewage_treatment_share`, which is one of the three shares.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.
    ParameterError
        If there is no such denominator, method or scope.

    Examples
    --------
    >>> from shapely import Point
    >>> villages = Villages.empty("EPSG:4550").reindex(["A", "B"]).assign(
    ...     village_id=["A", "B"], households=[300, 100], residents=[900, 300],
    ...     sewage_method=["station", "none"],
    ...     sewage_accepted_on=pd.to_datetime(["2025-12-31", None]),
    ...     geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ["A", "B"], crs=4550))
    >>> found = analyse(villages, as_of=date(2025, 12, 31)).measures
    >>> [str(found[name].value) for name in _SHARES.values()]
    ['50', '75', '75']
    """
    check_metric(villages, name=Villages.layer_name())
    check_methods(treatment_methods)
    if denominator not in _SHARES:
        raise ParameterError(
            Text(
                f"没有分母 {denominator!r};可用:{', '.join(_SHARES)}",
                f"no denominator {denominator!r}; known: {', '.join(_SHARES)}",
            )
        )
    covered = _covered(villages, builtup_areas, urban_scope, as_of.year)
    judged = _judged(villages, covered["inside"], as_of, treatment_methods)
    days = (pd.Timestamp(as_of) - villages["sewage_accepted_on"]).dt.days.astype("float64")
    features = with_county(villages, counties).assign(
        days_before_deadline=days, reason=judged["reason"], category=_category(judged)
    )
    three = {
        "village": _by_village(features, judged),
        "household": _by_household(features, judged),
        "person": _by_person(features, judged),
    }
    chosen = _named(three[denominator], _SHARES[denominator])

    def levers() -> Levers:
        found = _levers(villages, covered, judged, as_of, treatment_methods)
        return found | ({_CHOSEN: found[_SHARE]} if denominator == "village" else {})

    return to_result(
        ANALYSIS,
        features,
        together(*three.values(), chosen),
        {
            "denominator": denominator,
            "treatment_methods": treatment_methods,
            "urban_scope": urban_scope,
        },
        levers=levers,
    )


def _covered(
    villages: gpd.GeoDataFrame, areas: gpd.GeoDataFrame | None, scope: str, year: int
) -> pd.DataFrame:
    """Tell which villages are inside built-up areas, and how far; missing where nobody knows."""
    if scope == _NO_SCOPE:
        outside = pd.Series(data=False, index=villages.index, dtype="boolean")
        return pd.DataFrame({"inside": outside, "margin_m": np.nan})
    # Without the layer it is asked of none, so that a wrong scope is refused all the same.
    asked = BuiltupAreas.empty(str(villages.crs)) if areas is None else areas
    check_metric(asked, name=BuiltupAreas.layer_name())
    return coverage_in_year(villages, asked, scope=scope, year=year)


def _judged(
    villages: gpd.GeoDataFrame, inside: pd.Series, as_of: date, methods: tuple[str, ...]
) -> pd.DataFrame:
    """Say of each village if the duty is about it, if it is done, and why it is left out."""
    found = village_treatment(villages, as_of, methods)
    own = {word: found["reason"] == word for word in TREATMENT_REASONS}
    reason = first_reason(villages.index, {"urban": inside, "no_boundary": inside.isna(), **own})
    return pd.DataFrame({"scope": ~inside, "done": found["done"], "reason": reason})


def _by_village(features: gpd.GeoDataFrame, judged: pd.DataFrame) -> Tally:
    """Count the villages."""
    return tally(
        features,
        layer=Villages.layer_name(),
        share=_SHARE,
        remaining=_LEFT,
        in_scope=judged["scope"],
        done=judged["done"],
        reason=judged["reason"],
        reasons=_REASONS,
        groups=_GROUPS,
    )


def _by_household(features: gpd.GeoDataFrame, judged: pd.DataFrame) -> Tally:
    """Weigh the households; a village without any is out of scope."""
    households = features["households"]
    empty = (households == 0).astype("boolean").fillna(value=False)
    parts = households_treated(
        features, judged["done"], most=greatest_allowed(Villages, "households")
    )
    own = _own_reason(judged, empty, "no_households")
    open_ = (own == "") & ~parts.is_known
    exceed = own.mask(open_ & households.notna(), "treated_exceed")
    reason = exceed.mask(open_ & households.isna(), "households_missing")
    return weigh_parts(
        features,
        layer=Villages.layer_name(),
        names=_HOUSEHOLDS,
        in_scope=judged["scope"].mask(empty, other=False),
        parts=parts,
        reason=reason,
        reasons=_REASONS,
        groups=_GROUPS,
    )


def _by_person(features: gpd.GeoDataFrame, judged: pd.DataFrame) -> Tally:
    """Weigh the residents; a village without any is out of scope."""
    residents = features["residents"]
    empty = (residents == 0).astype("boolean").fillna(value=False)
    return weigh(
        features,
        layer=Villages.layer_name(),
        names=_RESIDENTS,
        in_scope=judged["scope"].mask(empty, other=False),
        done=judged["done"],
        amounts=to_amounts(residents, most=greatest_allowed(Villages, "residents")),
        reason=_own_reason(judged, empty, "no_residents"),
        reasons=_REASONS,
        groups=_GROUPS,
    )


def _own_reason(judged: pd.DataFrame, empty: pd.Series, word: str) -> pd.Series:
    """Give the village's reason, or that it has nobody; an urban one is urban in any case."""
    reason: pd.Series = judged["reason"]
    return reason.mask(empty & (reason != "urban"), word)


def _named(counted: Tally, share: str) -> Tally:
    """Tell one share again, under the name of the share that follows the denominator."""
    excluded, rollups = counted.excluded, counted.rollups
    return Tally(
        {_CHOSEN: replace(counted.measures[share], name=_CHOSEN)},
        {_CHOSEN: counted.against[share]},
        excluded[excluded["measure"] == share].assign(measure=_CHOSEN),
        rollups[rollups["measure"] == share].assign(measure=_CHOSEN),
    )


def _levers(
    villages: gpd.GeoDataFrame,
    covered: pd.DataFrame,
    judged: pd.DataFrame,
    as_of: date,
    methods: tuple[str, ...],
) -> dict[str, tuple[Lever, ...]]:
    """Say what moves the number of villages: the day and, where asked, built-up borders."""
    scope, inside = judged["scope"], covered["inside"]
    near = scope.fillna(value=True).astype(bool)
    rows = pd.DataFrame(villages)[["sewage_method", "sewage_accepted_on", "households_treated"]]
    rows = rows[near]

    def judge(moved: pd.DataFrame, day: date) -> pd.DataFrame:
        found = village_treatment(moved, day, methods)
        return to_sides(scope.loc[moved.index], found["done"])

    day = day_of_assessment(rows, [rows["sewage_accepted_on"].dt.normalize()], judge, as_of)
    if covered["margin_m"].isna().all():
        return to_levers(_SHARE, _LEFT, [day])
    # Beyond the known borders it stays open whether those that have only later ones are inside.
    rural = inside.isna().map({True: pd.NA, False: True}).astype("boolean")
    sides = to_sides(scope=False, done=judged["done"]), to_sides(rural, judged["done"])
    around = border_and_positions(BuiltupAreas, Villages, covered["margin_m"], *sides)
    return to_levers(_SHARE, _LEFT, [*around, day])


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "treated", False: "not_treated"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    return known.mask(judged["reason"] == "urban", "urban").astype("str")


ANALYSIS = Analysis(
    name=NAME,
    title=Text("农村生活污水治理率", "Rural sewage treatment"),
    question=Text(
        "按村、按户、按人,多大比例的农村生活污水得到治理?",
        "What share of rural sewage is treated, by village, by household and by person?",
    ),
    inputs=(Villages,),
    optional=(BuiltupAreas, Counties),
    parameters=(
        Parameter(
            name="denominator",
            value="village",
            unit="",
            interval="none",
            title=Text("治理率的分母", "denominator of the share"),
            source=Text("本工具约定:规划未写分母", "declared: the plan names none"),
            verified=False,
        ),
        Parameter(
            name="treatment_methods",
            value=TREATMENT_METHODS,
            unit="",
            interval="none",
            title=Text("计为治理的方式", "methods that count as treatment"),
            source=Text("本工具约定:规划未列方式", "declared: the plan lists none"),
            verified=False,
        ),
        Parameter(
            name="urban_scope",
            value=_NO_SCOPE,
            unit="",
            interval="none",
            title=Text("不计为农村的建成区范围", "built-up areas whose villages are not rural"),
            source=Text("本工具约定:行政村均计", "declared: every village of the layer counts"),
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_CHOSEN, Text("农村生活污水治理率", "rural sewage treated"), "%"),
        MeasureCard(_SHARE, Text("治理率(按村)", "villages with treatment"), "%"),
        MeasureCard(_LEFT, Text("未治理的村", "villages without treatment"), "count"),
        MeasureCard(_HOUSEHOLDS.share, Text("治理率(按户)", "households with treatment"), "%"),
        MeasureCard(
            _HOUSEHOLDS.left, Text("未治理的户", "households without treatment"), "household"
        ),
        MeasureCard(_RESIDENTS.share, Text("治理率(按人)", "residents with treatment"), "%"),
        MeasureCard(_RESIDENTS.left, Text("未治理的人口", "residents without treatment"), "person"),
    ),
    categories=(
        Category("not_treated", Text("未治理", "not treated"), "bad"),
        Category("treated", Text("已治理", "treated"), "good"),
        UNKNOWN,
        Category("urban", Text("位于建成区", "in a built-up area"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("sewage_accepted_on", Text("验收日期", "accepted on")),
        ResultColumn("households", Text("户数", "households"), "household"),
        ResultColumn("residents", Text("人口", "residents"), "person"),
        _MARGIN,
    ),
    margin=_MARGIN,
    # Where it is open whether a village is rural, bounds by household do not add up over counties.
    split=None,
    run=analyse,
)
