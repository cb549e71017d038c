"""Results and assessments made by hand, small enough to know every number of the drawn page."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from shapely import Point
from shapely.geometry.base import BaseGeometry

from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    REJECTED_COLUMNS,
    ROLLUP_COLUMNS,
    Analysis,
    Assessment,
    Card,
    Category,
    Clause,
    ClauseParameter,
    DeadlineState,
    Layer,
    Measure,
    Parameter,
    Plan,
    Quantity,
    Result,
    ResultColumn,
    Section,
    State,
    Verdict,
)
from tieling_geo.schemas import Boilers
from tieling_geo.text import NOTHING, Text

#: Words that would run, close an element or break a script if any sink took them as they are.
PAYLOADS = (
    "<img src=x onerror=window.__pwned=1>",
    "${window.__pwned=1}",
    "`+(window.__pwned=1)+`",
    "</script><script>window.__pwned=1</script>",
    "{{7*7}}",
    "{% raw %}{# note",
    "javascript:window.__pwned=1",
    "\"><svg onload=window.__pwned=1>'",
    "\\u003cimg src=x onerror=window.__pwned=1\\u003e",
    "<!--<script>window.__pwned=1//",
    "&lt;b&gt;",
)
_RUN = "window.__pwned=1"
#: Beside those: attributes, styles, addresses, entities, templates, and odd signs.
MORE = (
    f"<script>{_RUN}</script>",
    f"<svg/onload={_RUN}>",
    f"<body onload={_RUN}>",
    f"<iframe srcdoc='<script>parent.{_RUN[7:]}</script>'>",
    f"<a href=javascript:{_RUN}>x</a>",
    f"<details open ontoggle={_RUN}>",
    f"<input autofocus onfocus={_RUN}>",
    f"' autofocus onfocus='{_RUN}",
    f'" onmouseover="{_RUN}',
    f'" style="animation:x" onanimationstart="{_RUN}',
    "</style><style>*{display:none}</style>",
    f"</title><script>{_RUN}</script>",
    f"</textarea><img src=x onerror={_RUN}>",
    "</select></table></dl><h1>gone</h1>",
    "]]><!-- -->",
    "--><!--",
    "&#60;img src=x&#62;",
    "&amp;lt;b&amp;gt;",
    "%3Cscript%3E",
    "#state=met&county=x",
    "a=b&c=d#e",
    "a b c|d,e;f",
    "{{config}}{% for x in y %}",
    "${alert(1)}`${1}`",
    "\\';window.__pwned=1;//",
    "@import url(//example.invalid)",
    "expression(1);url(x)",
    "__proto__",
    "全角＜ｓｃｒｉｐｔ＞",
    "\u202ecrowbar\u2066",
)
ALL_PAYLOADS = (*PAYLOADS, *MORE)
#: Words that are no attack and yet break programs: names of properties, other scripts, odd lengths.
NAUGHTY = (
    *("null", "undefined", "NaN", "true", "-0", "1e999", "0x0", "Infinity", "[object Object]"),
    *("constructor", "toString", "hasOwnProperty", "prototype", "length", "then", "valueOf"),
    *("' OR 1=1 --", "../../etc/passwd", "C:\\con\\nul", "file:///etc/passwd", "%00%0a%0d"),
    *("Z̴a̵l̶g̷o̸", "שלום عالم", "👩‍👩‍👧‍👦🏳️‍🌈", "𠜎𠜱𠝹𠱓", "Ω≈ç√∫˜µ≤≥÷", "ÅÍÎÏ˝", "｀＂＇＜＞", "ﬁﬂ"),
    *("\ufeff字", "a\u200bb", "\u00ad", "\u3000", "\xa0", " leading", "trailing ", "a\tb\nc"),
    *("=1+1", "@SUM(A1)", "+86", "-5", "汉" * 3000, "x" * 3000, "<" * 300),
)
EAST_M, NORTH_M = 569_000.0, 4_683_000.0
ANALYSIS = "boilers_in_heating_coverage"


def no_run(*_layers: object) -> Result:
    """Stand in for an analysis that is never run."""
    raise NotImplementedError


def card(
    name: str = "hand_made", *, title: Text | None = None, categories: Sequence[Category] = ()
) -> Analysis:
    """Return an analysis of boilers with one category a role, and two of the role neutral."""
    usual = (
        Category("left", Text("未淘汰", "left"), "bad"),
        Category("doubt", Text("须核对", "to check"), "warning"),
        Category("done", Text("已淘汰", "done"), "good"),
        Category("unknown", Text("情况不明", "not known"), "unknown"),
        Category("outside", Text("不在范围", "outside"), "neutral"),
        Category("gas", Text("非燃煤", "not coal"), "neutral"),
    )
    margin = ResultColumn("margin_m", Text("距边界", "to the border"), "m")
    return Analysis(
        name=name,
        title=title or Text("手工结果", "Made by hand"),
        question=NOTHING,
        inputs=(Boilers,),
        optional=(),
        parameters=(),
        measures=(),
        categories=tuple(categories) or usual,
        columns=(
            ResultColumn("county_name", Text("所在县", "county")),
            ResultColumn("border_case", Text("位于县界上", "on a border")),
            ResultColumn("fuel", Text("燃料", "fuel")),
            ResultColumn("reason", Text("未计入原因", "why not counted")),
            margin,
        ),
        margin=margin,
        split=None,
        run=no_run,
    )


def result(
    categories: Mapping[str, str | None],
    *,
    analysis: str = "hand_made",
    names: Mapping[str, str] | None = None,
    geometry: Sequence[BaseGeometry | None] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> Result:
    """
    Return a result with one feature an entry of `categories`, 1 km apart on a line to the east.

    The margin of feature k is k + 0.5 m; its county is 银州区.
    """
    ids = list(categories)
    shapes = geometry or [Point(EAST_M + 1000 * k, NORTH_M) for k in range(len(ids))]
    features = gpd.GeoDataFrame(
        {
            "name": [(names or {}).get(i) for i in ids],
            "category": list(categories.values()),
            "county_name": ["银州区"] * len(ids),
            "border_case": [False] * len(ids),
            "fuel": ["coal"] * len(ids),
            "reason": ["code" if i in (reasons or {}) else "" for i in ids],
            "margin_m": [k + 0.5 for k in range(len(ids))],
        },
        index=pd.Index(ids, dtype="str"),
        geometry=list(shapes),
        crs="EPSG:4550",
    )
    excluded = pd.DataFrame(
        [
            ("boilers", i, measure, "unknown", words, words)
            for i, words in (reasons or {}).items()
            for measure in ("share", "count")
        ],
        columns=list(EXCLUDED_COLUMNS),
    )
    return Result(
        analysis=analysis,
        features=features,
        category="category",
        measures={},
        against={},
        excluded=excluded,
        rollups=pd.DataFrame(columns=list(ROLLUP_COLUMNS)),
    )


def clause(clause_id: str = "I01", *, analysis: str = ANALYSIS, **changes: object) -> Clause:
    """Return a clause: at least 95 % by the end of 2025, unless `changes` say otherwise."""
    values: dict[str, object] = {
        "section": "三(八)",
        "paraphrase": Text("燃煤锅炉基本淘汰", "coal boilers are nearly gone"),
        "sentence_sha256": "a" * 64,
        "kind": "spatial",
        "comparator": ">=",
        "strictness": "binding",
        "scope": Text("建成区", "built-up areas"),
        "layers": ("boilers",),
        "target": Fraction(95),
        "unit": "%",
        "deadline": date(2025, 12, 31),
        "measure": "share",
        "parameters": (ClauseParameter("limit", 35.0, Text("规划", "the plan"), verified=True),),
        "assumptions": (Text("按单台计", "each by itself"),),
    }
    return Clause(clause_id=clause_id, analysis=analysis, **{**values, **changes})  # type: ignore[arg-type]


def verdict(
    about: Clause, state: State = State.NOT_MET, *, against: Sequence[str] = (), **changes: object
) -> Verdict:
    """Return a verdict on a clause: 16 of 17 done, one more not known."""
    values: dict[str, object] = {
        "deadline_state": DeadlineState.MISSED,
        "because": Text("现值 94.12%(16/17)", "value 94.12 %"),
        "value": Fraction(1600, 17),
        "low": Fraction(1600, 18),
        "high": Fraction(1700, 18),
        "margin": Fraction(1600, 17) - 95,
        "counted": 17,
        "excluded": 1,
        "parameters": {
            "limit_m": Parameter(
                "limit_m",
                500.0,
                "m",
                "closed",
                Text("缓冲距离", "buffer"),
                Text("本工具约定", "declared"),
                verified=False,
            )
        },
    }
    return Verdict(clause=about, state=state, against=tuple(against), **{**values, **changes})  # type: ignore[arg-type]


def share(done: int, total: int) -> Measure:
    """Return a share whose features are all known."""
    ratio = Quantity(done, total)
    return Measure("share", "%", ratio, ratio, ratio, total, 0)


def layer(name: str, features: gpd.GeoDataFrame, **changes: object) -> Layer:
    """Return a layer as it was read, none of its rows rejected."""
    source = Card("铁岭市", "CC0-1.0", "2025-06-30", "cgcs2000")
    values: dict[str, object] = {
        "rejected": pd.DataFrame(columns=list(REJECTED_COLUMNS)),
        "card": source,
        "source": f"{name}.gpkg",
        "sha256": "b" * 64,
        "rows_in": len(features),
    }
    return Layer(name=name, features=features, **{**values, **changes})  # type: ignore[arg-type]


def assessment(
    verdicts: Sequence[Verdict],
    *,
    results: Mapping[str, Result] | None = None,
    layers: Mapping[str, Layer] | None = None,
    **changes: object,
) -> Assessment:
    """Return an assessment of a plan of two sections as of the last day of 2025."""
    sections = {
        "三(八)": Section("三(八)", Text("煤炭", "Coal"), ("市发展改革委", "市生态环境局")),
        "三(二)": Section("三(二)", Text("园区", "Parks"), ("市商务局",)),
    }
    plan = Plan(
        "plan",
        Text("工作方案", "Work plan"),
        Text("铁岭市", "Tieling"),
        2020,
        sections,
        tuple(v.clause for v in verdicts),
    )
    values: dict[str, object] = {
        "title": Text("铁岭评估", "Tieling assessed"),
        "as_of": date(2025, 12, 31),
        "is_sample": False,
        "map_approval_no": "",
        "plan": plan,
    }
    return Assessment(
        layers=layers or {},
        results=results or {},
        verdicts=tuple(verdicts),
        **{**values, **changes},  # type: ignore[arg-type]
    )
