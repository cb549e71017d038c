"""Assessments made by hand for the dashboard: 102 clauses in all states, and one hostile clause."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
from hand_made_maps import ANALYSIS, assessment, clause, layer, result, share, verdict

from tieling_geo.records import (
    ROLLUP_COLUMNS,
    Alternative,
    Assessment,
    Clause,
    CrossCheck,
    DeadlineState,
    Move,
    Override,
    PacePoint,
    Parameter,
    Plan,
    Quantity,
    Result,
    Section,
    State,
    Verdict,
    WaitingFor,
)
from tieling_geo.text import Text

COUNT = 102
#: Features by id: the county that each lies in; the last one lies in none.
COUNTIES: Mapping[str, str | None] = {
    "B1": "银州区",
    "B2": "银州区",
    "B3": "清河区",
    "B4": "清河区",
    "B5": "开原市",
    "B6": None,
}
#: A second analysis, whose boilers lie in one county; nothing is rolled up for it.
OTHER = "boilers_in_builtup_areas"
ONLY = "开原市"
ALIASES: Mapping[str, str] = {"市住建局": "市住房城乡建设局"}
#: Section -> the bureaus as the plan writes them.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "三(一)": ("市工业和信息化局", "市生态环境局", "市发展改革委"),
    "三(二)": ("市商务局", "市生态环境局"),
    "三(三)": ("市住建局", "市交通局"),
    "三(四)": ("市住房城乡建设局",),
    "三(八)": ("市发展改革委", "市生态环境局"),
    "四": (),
}
STRICTNESS = ("binding", "declared", "aspirational", "conditional", "report")
SHA = "a" * 64
SENTENCE = "这是一句自拟的示例原句。"


def text(zh: str, en: str = "") -> Text:
    """Return a phrase; the English one is made up where none is given."""
    return Text(zh, en or f"phrase of {len(zh)} characters")


def found() -> Result:
    """Return a result of six boilers in three counties, rolled up for the share only."""
    base = result(dict.fromkeys(COUNTIES, "left"), analysis=ANALYSIS)
    rows = [
        ("share", "county_name", "", 0, 0, 0, 1),
        ("share", "county_name", "开原市", 1, 1, 1, 0),
        ("share", "county_name", "清河区", 1, 2, 2, 0),
        ("share", "county_name", "银州区", 0, 1, 1, 1),
    ]
    return replace(
        base,
        features=base.features.assign(county_name=list(COUNTIES.values())),
        measures={"share": share(2, 4)},
        rollups=pd.DataFrame(rows, columns=list(ROLLUP_COLUMNS)),
    )


def found_elsewhere() -> Result:
    """Return a result of the same boilers, all of them in one county."""
    base = result(dict.fromkeys(COUNTIES, "left"), analysis=OTHER)
    return replace(base, features=base.features.assign(county_name=ONLY))


def moves(features: Sequence[str] = ("B1", "B3")) -> tuple[Move, ...]:
    """Return one move of each kind: exact, by far, on the edge, and never."""
    ids = tuple(features)
    return (
        Move("threshold", "limit", text("容量门槛", "cap"), "t_per_h", Fraction(5, 2), "up", ids),
        Move("boundary", "areas", text("供热范围", "areas"), "m", 12.5, "down", ids[:1]),
        Move("position", "boilers", text("锅炉", "boilers"), "m", 0.004, "either", ids[:1]),
        Move("date", "as_of", text("评估日", "the day"), "day", 0, "down", ids[:1]),
        Move("features", "share", text("淘汰比例", "share gone"), "count", 2, "up", ids),
        Move("value", "share", text("淘汰比例", "share gone"), "%", None, "none"),
    )


def pace() -> tuple[PacePoint, ...]:
    """Return five years towards 15, the third of them not known and the last to come."""
    values = (Fraction(2), Fraction(7), None, Fraction(13), None)
    return tuple(
        PacePoint(2021 + k, v, Fraction(3 * (k + 1)), None if v is None else v - 3 * (k + 1))
        for k, v in enumerate(values)
    )


def override(override_id: str = "O1", **changes: Any) -> Override:  # noqa: ANN401 - any field
    """Return what one person set."""
    values: dict[str, Any] = {
        "layer": "boilers",
        "feature_id": "B1",
        "column": "status",
        "original": "在用",
        "stated": "拆除",
        "who": "王某",
        "why": "现场核查",
        "decided_on": date(2025, 11, 3),
        "evidence": "铁环函〔2025〕7号",
    }
    return Override(override_id=override_id, **{**values, **changes})


def checks() -> tuple[CrossCheck, ...]:
    """Return a check of each outcome, the first with its four classes."""
    classes = tuple(
        (text(name, f"class {k}"), k, tuple(f"B{n}" for n in range(k)))
        for k, name in enumerate(("两者之内", "仅前者", "仅后者", "两者之外"))
    )
    told = text("比较了两条的要素", "the features of both were compared")
    return (
        CrossCheck("four", text("四种归属", "four ways"), ("X000", "X001"), "holds", told, classes),
        CrossCheck("sums", text("县区之和", "sums"), ("X002",), "broken", told),
        CrossCheck("apart", text("范围不混用", "kept apart"), (), "unknown", told),
    )


def full(about: Clause, state: State = State.NOT_MET, **changes: Any) -> Verdict:  # noqa: ANN401
    """Return a verdict that says all that a verdict can say."""
    values: dict[str, Any] = {
        "estimate": Quantity(16, 17),
        "against": ("B1", "B3"),
        "unknown": ("B2",),
        "value_at_deadline": Fraction(90),
        "beside": (replace(share(3, 4), name="coal_boilers_retired_pipe_buffer_share"),),
        "robustness": moves(),
        "alternatives": (Alternative(text("允差取 ±10%", "±10 %"), State.MET, Fraction(1600, 17)),),
        "pace": pace(),
        "overrides": ("O1",),
        "state_without_overrides": State.UNDETERMINED,
        "warnings": (text("口径存疑", "the words are in doubt"),),
    }
    return verdict(about, state, **{**values, **changes})


def _one(position: int) -> Verdict:
    """Return one of the 102 verdicts: states, strictness and deadlines each in their own turn."""
    state = tuple(State)[position % len(State)]
    numbers = state in {State.MET, State.NOT_MET, State.UNDETERMINED, State.REPORTED}
    target = Fraction(95) if numbers and state is not State.REPORTED else None
    about = clause(
        f"X{position:03d}",
        analysis="" if not numbers else OTHER if position % 4 == 0 else ANALYSIS,
        section=list(SECTIONS)[position * len(SECTIONS) // COUNT],
        paraphrase=text(f"第 {position} 项要求全部完成", f"duty number {position} is done"),
        strictness=STRICTNESS[position % len(STRICTNESS)],
        target=target,
        comparator=">=" if target is not None else "none",
        hedges=("全部", "以上"),
        measure="share" if position % 3 else "remaining",
        planned_analysis="" if numbers else "not_built_yet",
        planned_layers=() if numbers else ("meters",),
        annex=text("需要县区分解表", "the annex is needed") if position % 14 == 3 else Text("", ""),
    )
    blank: dict[str, Any] = {
        "value": None,
        "low": None,
        "high": None,
        "margin": None,
        "counted": 0,
        "excluded": 0,
        "parameters": {},
    }
    ids = list(COUNTIES)
    changes: dict[str, Any] = {
        "deadline_state": tuple(DeadlineState)[position % len(DeadlineState)],
        "against": (ids[position % 6],) if state is State.NOT_MET else (),
        "unknown": (ids[(position + 1) % 6],) if state is State.UNDETERMINED else (),
    }
    if state is State.NO_DATA:
        changes["waiting_for"] = tuple(WaitingFor)[position // 7 % len(WaitingFor)]
    if not numbers:
        return verdict(about, state, **{**blank, **changes})
    if position % 10 == 1:
        return full(about, state, **changes)
    return verdict(about, state, estimate=Quantity(16, 17), **changes)


def many(**changes: Any) -> Assessment:  # noqa: ANN401 - any field
    """Return an assessment of 102 clauses; whatever the page can say, one of them says."""
    verdicts = [_one(position) for position in range(COUNT)]
    results = {ANALYSIS: found(), OTHER: found_elsewhere()}
    counties = layer("counties", result({"1": "left", "2": "left", "3": "left"}).features)
    names = ["银州区", "清河区", "开原市"]
    counties = replace(counties, features=counties.features.assign(name=names))
    built = assessment(
        verdicts,
        results=results,
        layers={"counties": counties},
        overrides=(override(), override("O2", feature_id="B9", original="")),
        cross_checks=checks(),
        sentences={SHA: SENTENCE},
    )
    sections = {
        number: Section(number, text(f"第{k}部分任务", f"part {k}"), bureaus)
        for k, (number, bureaus) in enumerate(SECTIONS.items())
    }
    plan = replace(built.plan, sections=sections, bureau_aliases=ALIASES)
    return replace(built, plan=plan, **changes)


def hostile(payload: str) -> Assessment:
    """Return an assessment in which every word that a user can write is the payload."""
    words = Text(payload, payload)
    about = clause(
        payload,
        section=payload,
        paraphrase=words,
        scope=words,
        assumptions=(words,),
        measure=payload,
        hedges=(payload,),
        layers=(payload,),
        planned_analysis=payload,
        planned_measure=payload,
        planned_layers=(payload,),
        annex=words,
        sentence_sha256=payload,
    )
    told = full(
        about,
        because=words,
        warnings=(words,),
        against=(payload,),
        unknown=(payload,),
        overrides=(payload,),
        waiting_for=WaitingFor.ANNEX,
        parameters={"p": Parameter(payload, payload, "", "none", words, words, verified=False)},
        robustness=tuple(replace(m, title=words, features=(payload,)) for m in moves()),
        alternatives=(Alternative(words, State.MET, Fraction(1)),),
        beside=(replace(share(3, 4), name=payload),),
    )
    base = result({payload: "left"}, analysis=ANALYSIS)
    base = replace(
        base,
        features=base.features.assign(county_name=payload),
        rollups=pd.DataFrame(
            [(payload, "county_name", payload, 0, 1, 1, 1)], columns=list(ROLLUP_COLUMNS)
        ),
    )
    fields = dict.fromkeys(
        ("layer", "feature_id", "column", "original", "stated", "who", "why", "evidence"), payload
    )
    plan = Plan(
        "plan",
        words,
        words,
        2020,
        {payload: Section(payload, words, (payload,))},
        (about,),
        bureau_aliases={payload: f"{payload} "},
    )
    kept = layer(payload, result({"a": "left"}).features, source=payload, sha256=payload)
    card = replace(kept.card, publisher=payload, licence=payload, datum=payload)
    return assessment(
        [told],
        title=words,
        map_approval_no=payload,
        plan=plan,
        results={ANALYSIS: base},
        layers={payload: replace(kept, notes=(words,), card=card)},
        overrides=(override(payload, **fields),),
        cross_checks=(
            CrossCheck(payload, words, (payload,), "broken", words, ((words, 1, (payload,)),)),
        ),
        sentences={payload: payload},
    )
