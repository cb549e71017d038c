"""Enterprises that emit VOC or plating wastewater, and the hubs that treat it for them."""

from datetime import date

import geopandas as gpd
import pandas as pd
from pandera.typing.geopandas import GeoDataFrame

from tieling_geo.crs import check_metric
from tieling_geo.operations.acceptance import SERVICE_REASONS, service
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    weigh,
)
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
from tieling_geo.operations.services import spelled
from tieling_geo.records import (
    Analysis,
    Category,
    MeasureCard,
    Parameter,
    Result,
    ResultColumn,
    TableCard,
)
from tieling_geo.schemas import Counties, Enterprises, TreatmentHubs
from tieling_geo.text import Text

NAME = "emitter_hubs"
_SHARE, _LEFT = "emitters_linked_to_hubs_share", "emitters_not_linked"
_VOC = WeighedNames("voc_linked_to_hubs_share", left="voc_not_linked", unit="t_per_year")
#: What is emitted: kind of hub -> the enterprise's column, the hub's column, unit.
_KINDS = {
    "voc": ("voc_t_per_year", "voc_capacity_t_per_year", "t_per_year"),
    "plating": ("plating_wastewater_m3_per_d", "plating_capacity_m3_per_d", "m3_per_d"),
}
_REASONS = {
    **SERVICE_REASONS,
    "no_emission": Text("不排放VOCs和电镀废水", "emits neither VOC nor plating wastewater"),
    "emission_unknown": Text("排放量缺失", "what it emits is missing"),
    "hub_not_found": Text("所填设施编号查无此设施", "no hub has the number that it names"),
    "hub_kind_unknown": Text("接入设施的类型缺失", "the kind of its hub is missing"),
    "hub_dates_swapped": Text(
        "接入设施停运早于投运", "its hub was closed before it came into service"
    ),
    "second_emission": Text(
        "台账只记一处设施,另一类排放的去向不明", "the ledger names one hub, not where the rest goes"
    ),
    AMOUNT_MISSING: Text("VOCs排放量缺失", "VOC emitted is missing"),
}
_STATES = {
    "no_hub": Text("未接入", "names no hub"),
    "hub_not_found": Text("查无此设施", "no such hub"),
    "not_yet": Text("设施尚未投运", "hub not in service yet"),
    "closed": Text("设施已停运", "hub closed"),
    "hub_dates_swapped": Text("设施日期矛盾", "hub's dates contradict each other"),
    "hub_kind_unknown": Text("设施类型缺失", "hub's kind is missing"),
}
_NOT_FOUND = Text(
    "有企业填写的集中治理设施编号查无此设施:按情况不明计,列于 hubs_not_found 表",
    "Some enterprises name a hub that is not in the layer: unknown, see the table hubs_not_found",
)
_MARGIN = ResultColumn(
    "hub_service_days", Text("设施投运至统计日天数", "days that its hub has been in service"), "day"
)


def analyse(
    enterprises: GeoDataFrame[Enterprises],
    treatment_hubs: GeoDataFrame[TreatmentHubs],
    *,
    counties: GeoDataFrame[Counties] | None = None,
    as_of: date,
    min_voc_t_per_year: float = 0.0,
    min_plating_m3_per_d: float = 0.0,
) -> Result:
    """
    Tell which emitters of VOC and plating wastewater are linked to a hub that treats it.

    In scope is an enterprise that operates on the day and emits more VOC or plating wastewater than
    the thresholds (open). It is linked if its `hub_id` names a hub of that kind which is in service
    on the day; a blank `hub_id` is no link. A number that no hub has is a failed join: unknown, and
    listed. The ledger has room for one hub: where both are emitted and the hub treats one of them,
    nobody knows where the other goes.

    Loads are added up over all enterprises, so that this analysis is not split.

    Parameters
    ----------
    enterprises
        `Enterprises` layer, n points, metres.
    treatment_hubs
        `TreatmentHubs` layer.
    counties
        `Counties` layer, for the roll-up.
    as_of
        The day (closed; see `acceptance.service`).
    min_voc_t_per_year, min_plating_m3_per_d
        What an emitter emits more than (open).

    Returns
    -------
    result
        n rows, index of `enterprises`, with `category`, `hub_state` and `hub_service_days`.
        Measures: share linked (%), number not linked (count), share of VOC linked (%), VOC not
        linked (t/a). Tables: `hub_loads` (load against capacity; the load is that of the operating
        enterprises that name the hub, of its kind) and `hubs_not_found`.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> ids = ["A", "B"]
    >>> sites = Enterprises.empty("EPSG:4550").reindex(ids).assign(
    ...     enterprise_id=ids, voc_t_per_year=[3.0, 1.0], plating_wastewater_m3_per_d=0.0,
    ...     hub_id=["H", None], geometry=gpd.GeoSeries([Point(0, 0), Point(9, 9)], ids, crs=4550))
    >>> hubs = TreatmentHubs.empty("EPSG:4550").reindex(["H"]).assign(
    ...     hub_id="H", kind="voc", geometry=gpd.GeoSeries([Point(5, 5)], ["H"], crs=4550))
    >>> found = analyse(sites, hubs, as_of=date(2025, 12, 31)).measures
    >>> str(found["emitters_linked_to_hubs_share"].value)
    '50'
    """
    check_metric(enterprises, name=Enterprises.layer_name())
    check_metric(treatment_hubs, name=TreatmentHubs.layer_name())
    limits = {"voc": min_voc_t_per_year, "plating": min_plating_m3_per_d}
    operating = service(enterprises["opened_on"], enterprises["closed_on"], as_of=as_of)
    emits = {
        kind: (enterprises[column] > limits[kind])
        .astype("boolean")
        .mask(enterprises[column].isna())
        for kind, (column, _, _) in _KINDS.items()
    }
    hubs = _joined(enterprises, treatment_hubs, as_of)
    judged = _judged(operating, emits, hubs)
    features = with_county(enterprises, counties).assign(
        hub_state=hubs["state"],
        hub_service_days=(pd.Timestamp(as_of) - hubs["commissioned_on"]).dt.days.astype("float64"),
        reason=judged["reason"],
        category=_category(judged),
    )
    counted = together(
        tally(
            features,
            layer=Enterprises.layer_name(),
            share=_SHARE,
            remaining=_LEFT,
            in_scope=judged["scope"],
            done=judged["done"],
            reason=judged["reason"],
            reasons=_REASONS,
            groups=("county_name", "sector"),
        ),
        _voc(features, operating, emits["voc"], hubs),
    )
    missing = _not_found(enterprises, hubs)
    return to_result(
        ANALYSIS,
        features,
        counted,
        {"min_voc_t_per_year": min_voc_t_per_year, "min_plating_m3_per_d": min_plating_m3_per_d},
        tables={
            "hub_loads": _loads(enterprises, treatment_hubs, operating["serves"], as_of),
            "hubs_not_found": missing,
        },
        warnings=(_NOT_FOUND,) if len(missing) else (),
    )


def _joined(enterprises: gpd.GeoDataFrame, hubs: gpd.GeoDataFrame, as_of: date) -> pd.DataFrame:
    """Join each enterprise with the hub that it names: which kinds it treats, and its state."""
    in_service = service(hubs["commissioned_on"], hubs["closed_on"], as_of=as_of)
    known = pd.DataFrame({
        "kind": hubs["kind"],
        "commissioned_on": hubs["commissioned_on"],
        "serves": in_service["serves"],
        "why": in_service["reason"],
    }).set_index(pd.Index(hubs["hub_id"], dtype="str"))
    named = enterprises["hub_id"].astype("str")
    found = known.reindex(named).set_index(enterprises.index)
    lost = named.notna() & ~named.isin(known.index)
    state = first_reason(
        enterprises.index,
        {
            "no_hub": named.isna(),
            "hub_not_found": lost,
            **{word: found["why"] == word for word in ("not_yet", "closed")},
            "hub_dates_swapped": found["why"] == "swapped",
            "hub_kind_unknown": found["kind"].isna(),
        },
    )
    treats = {
        f"treats_{kind}": (
            (found["kind"] == kind).astype("boolean").mask(found["kind"].isna()) & found["serves"]
        )
        .mask(named.isna(), other=False)
        .mask(lost)
        for kind in _KINDS
    }
    return found.assign(state=state, **treats)


def _judged(
    operating: pd.DataFrame, emits: dict[str, pd.Series], hubs: pd.DataFrame
) -> pd.DataFrame:
    """Say of each enterprise if the duty is about it, if it is linked, and why it is left out."""
    voc, plating = emits["voc"], emits["plating"]
    scope, done = operating["serves"] & (voc | plating), _is_linked(emits, hubs)
    lost = {
        word: (hubs["state"] == word) & done.isna()
        for word in ("hub_not_found", "hub_dates_swapped", "hub_kind_unknown")
    }
    reason = first_reason(
        operating.index,
        {
            "no_emission": ~(voc | plating),
            **{word: operating["reason"] == word for word in SERVICE_REASONS},
            **lost,
            "second_emission": done.isna() & voc & plating,
            "emission_unknown": scope.isna() | done.isna(),
        },
    )
    return pd.DataFrame({"scope": scope, "done": done, "reason": reason})


def _is_linked(emits: dict[str, pd.Series], hubs: pd.DataFrame) -> pd.Series:
    """Tell whether all that each enterprise emits goes to a hub; both kinds never surely do."""
    may_emit = {kind: told.fillna(value=True).astype(bool) for kind, told in emits.items()}
    treats = {kind: hubs[f"treats_{kind}"] for kind in _KINDS}
    may_treat = {kind: told.fillna(value=True).astype(bool) for kind, told in treats.items()}
    sure = {kind: told.fillna(value=False).astype(bool) for kind, told in treats.items()}
    surely = (sure["voc"] & ~may_emit["plating"]) | (sure["plating"] & ~may_emit["voc"])
    perhaps = (may_emit["voc"] & may_treat["voc"]) | (may_emit["plating"] & may_treat["plating"])
    return surely.astype("boolean").mask(perhaps & ~surely)


def _voc(
    features: gpd.GeoDataFrame, operating: pd.DataFrame, emits: pd.Series, hubs: pd.DataFrame
) -> Tally:
    """Weigh the VOC emitted, and what of it goes to a hub for it."""
    done, state = hubs["treats_voc"], hubs["state"]
    reason = first_reason(
        features.index,
        {
            "no_emission": ~emits,
            **{word: operating["reason"] == word for word in SERVICE_REASONS},
            AMOUNT_MISSING: emits.isna(),
            **{
                word: (state == word) & done.isna()
                for word in ("hub_not_found", "hub_dates_swapped", "hub_kind_unknown")
            },
        },
    )
    return weigh(
        features,
        layer=Enterprises.layer_name(),
        names=_VOC,
        in_scope=operating["serves"] & emits,
        done=done,
        amounts=to_amounts(
            features["voc_t_per_year"], most=greatest_allowed(Enterprises, "voc_t_per_year")
        ),
        reason=reason,
        reasons=_REASONS,
        groups=("county_name", "sector"),
    )


def _loads(
    enterprises: gpd.GeoDataFrame, hubs: gpd.GeoDataFrame, operates: pd.Series, as_of: date
) -> pd.DataFrame:
    """Hold the load of each hub against its capacity; a load that is missing is counted."""
    named = enterprises[operates.fillna(value=False).astype(bool)]
    in_service = service(hubs["commissioned_on"], hubs["closed_on"], as_of=as_of)["serves"]
    parts = []
    for kind, (column, capacity, unit) in _KINDS.items():
        own = hubs[hubs["kind"] == kind].set_index("hub_id", drop=False)
        by_hub = named[column].groupby(named["hub_id"])
        load = by_hub.sum().reindex(own.index, fill_value=0.0).astype("float64")
        all_linked = by_hub.size().reindex(own.index, fill_value=0)
        parts.append(
            pd.DataFrame({
                "hub_id": own["hub_id"].to_numpy(),
                "kind": kind,
                "in_service": spelled(in_service[hubs["kind"] == kind]).to_numpy(),
                "enterprises": all_linked.to_numpy(),
                "load_missing": (all_linked - by_hub.count().reindex(own.index, fill_value=0)),
                "load": load,
                "capacity": own[capacity],
                "slack": own[capacity] - load,
                "unit": unit,
            })
        )
    return pd.concat(parts, ignore_index=True).sort_values("hub_id", ignore_index=True)


def _not_found(enterprises: gpd.GeoDataFrame, hubs: pd.DataFrame) -> pd.DataFrame:
    """List the enterprises whose hub nobody knows."""
    lost = enterprises.loc[hubs["state"] == "hub_not_found", ["enterprise_id", "name", "hub_id"]]
    return pd.DataFrame(lost).reset_index(drop=True).sort_values("enterprise_id", ignore_index=True)


def _category(judged: pd.DataFrame) -> pd.Series:
    """Name what a map colours by."""
    words = judged["done"].map({True: "linked", False: "not_linked"})
    known = words.where(judged["reason"] == "").fillna("unknown")
    idle = ~judged["scope"].fillna(value=True).astype(bool)
    return known.mask(idle, "out_of_scope").astype("str")


_OURS = Text("本工具约定:有排放即计入", "declared by us: whoever emits counts")

ANALYSIS = Analysis(
    name=NAME,
    title=Text("VOCs与电镀废水集中治理", "Hubs for VOC and plating wastewater"),
    question=Text(
        "排放VOCs或电镀废水的企业,哪些接入了集中治理设施?",
        "Which emitters of VOC and plating wastewater are linked to a treatment hub?",
    ),
    inputs=(Enterprises, TreatmentHubs),
    optional=(Counties,),
    parameters=(
        Parameter(
            name="min_voc_t_per_year",
            value=0.0,
            unit="t_per_year",
            interval="open",
            title=Text("VOCs排放门槛", "VOC emitted, more than"),
            source=_OURS,
            verified=False,
        ),
        Parameter(
            name="min_plating_m3_per_d",
            value=0.0,
            unit="m3_per_d",
            interval="open",
            title=Text("电镀废水门槛", "plating wastewater, more than"),
            source=_OURS,
            verified=False,
        ),
    ),
    measures=(
        MeasureCard(_SHARE, Text("接入集中治理的企业比例", "emitters linked to a hub"), "%"),
        MeasureCard(_LEFT, Text("未接入集中治理的企业", "emitters not linked"), "count"),
        MeasureCard(_VOC.share, Text("接入集中治理的VOCs占比", "VOC linked to a hub"), "%"),
        MeasureCard(_VOC.left, Text("未接入集中治理的VOCs", "VOC not linked"), _VOC.unit),
    ),
    categories=(
        Category("not_linked", Text("未接入", "not linked"), "bad"),
        Category("linked", Text("已接入", "linked to a hub"), "good"),
        UNKNOWN,
        Category("out_of_scope", Text("不在范围", "out of scope"), "neutral"),
    ),
    columns=(
        COUNTY_COLUMN,
        BORDER_COLUMN,
        REASON_COLUMN,
        ResultColumn("sector", Text("行业", "sector")),
        ResultColumn("hub_id", Text("接入的设施", "hub linked to")),
        ResultColumn("hub_state", Text("接入情况", "state of the link"), words=_STATES),
        ResultColumn("voc_t_per_year", Text("VOCs年排放量", "VOC emitted"), "t_per_year"),
        _MARGIN,
    ),
    margin=_MARGIN,
    split=None,
    tables=(
        TableCard("hub_loads", Text("集中设施的负荷与能力", "load and capacity of the hubs")),
        TableCard("hubs_not_found", Text("设施编号查无", "hubs that are not there")),
    ),
    run=analyse,
)
