"""What the dashboard says around the data, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from tieling_geo.plan.words import SIGNS
from tieling_geo.records import (
    CheckState,
    ClauseKind,
    Comparator,
    Interval,
    MoveKind,
    Strictness,
)
from tieling_geo.text import NOTHING, Text

#: Sign and word of each outcome of a cross-check.
CHECKS: Mapping[CheckState, tuple[str, Text]] = MappingProxyType({
    "holds": ("✓", Text("一致", "holds")),
    "broken": ("✗", Text("不一致", "broken")),
    "unknown": ("?", Text("无法核对", "cannot be checked")),
})

#: What may move and change a verdict.
MOVES: Mapping[MoveKind, Text] = MappingProxyType({
    "threshold": Text("门槛", "threshold"),
    "boundary": Text("边界", "boundary"),
    "position": Text("要素位置", "positions"),
    "date": Text("日期", "date"),
    "value": Text("指标数值", "value"),
    "features": Text("要素状态", "features that change their state"),
})
#: Which way; see `Move.direction`.
DIRECTIONS: Mapping[str, Text] = MappingProxyType({
    "up": Text("向计入更多一侧", "towards counting more"),
    "down": Text("向计入更少一侧", "towards counting fewer"),
    "either": Text("任一方向", "either way"),
    "none": Text("—", "—"),
})
#: The same, where a number moves and no border.
NUMBER_DIRECTIONS: Mapping[str, Text] = MappingProxyType({
    **DIRECTIONS,
    "up": Text("指标上升", "the number rises"),
    "down": Text("指标下降", "the number falls"),
})

#: Each comparator's sign, and whether the number itself counts.
COMPARATORS: Mapping[Comparator, tuple[str, Text]] = MappingProxyType({
    ">=": (SIGNS[">="], Text("含本数", "the number included")),
    ">": (SIGNS[">"], Text("不含本数", "the number excluded")),
    "<=": (SIGNS["<="], Text("含本数", "the number included")),
    "<": (SIGNS["<"], Text("不含本数", "the number excluded")),
    "==": (SIGNS["=="], NOTHING),
    "about": (SIGNS["about"], Text("含界值", "limits included")),
    "none": (SIGNS["none"], NOTHING),
})

INTERVALS: Mapping[Interval, Text] = MappingProxyType({
    "closed": Text("含界值", "closed"),
    "open": Text("不含界值", "open"),
    "none": Text("—", "—"),
})

STRICTNESS: Mapping[Strictness, Text] = MappingProxyType({
    "binding": Text("约束性", "binding"),
    "declared": Text("按声明口径", "as declared"),
    "aspirational": Text("力争", "aspirational"),
    "conditional": Text("原则上", "in principle"),
    "report": Text("仅报告", "report only"),
})

KINDS: Mapping[ClauseKind, Text] = MappingProxyType({
    "spatial": Text("由空间位置判定", "decided by geometry"),
    "spatial_number": Text("数值指标，范围由空间位置确定", "a number scoped by geometry"),
    "named_list": Text("点名清单", "a named list"),
    "number": Text("数值指标", "a number"),
    "report": Text("空间统计，规划未给定量", "a map without a number"),
    "paperwork": Text("工作措施", "paperwork"),
    "rule": Text("口径规定", "a rule for other clauses"),
    "undecidable": Text("按原文不可判定", "not decidable as written"),
})

#: Everything else.
WORDS: Mapping[str, Text] = MappingProxyType({
    # The page and its filters.
    "as_of": Text("评估截至", "as of"),
    "skip": Text("跳到条文表", "skip to the clauses"),
    "contents": Text("本页内容", "On this page"),
    "maps": Text("地图", "Maps"),
    "maps_note": Text(
        "每张图下是其所依条文的结论数；缩略图只示意位置。",
        "Each map counts how its clauses stand; the small pictures only hint at where.",
    ),
    "files": Text("数据文件", "Files"),
    "clauses": Text("条文", "Clauses"),
    "filters": Text("筛选", "Filters"),
    "filtered": Text("筛选条件", "Filters"),
    "state": Text("结论", "Verdict"),
    "section": Text("章节", "section"),
    "bureau": Text("责任单位", "bureau"),
    "county": Text("县区", "county"),
    "coverage": Text("覆盖情况", "coverage"),
    "deadline_state": Text("期限状态", "deadline"),
    "strictness": Text("约束程度", "strictness"),
    "only_overridden": Text("仅看依赖人工认定的", "resting on overrides"),
    "all": Text("全部", "all"),
    "search": Text("文字查找", "search"),
    "reset": Text("清除筛选", "clear filters"),
    "shown": Text("显示 {shown} 条，共 {all} 条", "{shown} of {all} clauses shown"),
    "nothing_shown": Text("没有符合筛选条件的条文。", "No clause fits the filters."),
    "open_all": Text("全部展开", "open all"),
    "close_all": Text("全部收起", "close all"),
    "also_written": Text("又作", "also written"),
    # Coverage.
    "ledger": Text("覆盖台账", "Coverage ledger"),
    "ledger_row": Text("判定到哪一步", "How far it was answered"),
    "clause_count": Text("条数", "clauses"),
    "total": Text("合计", "total"),
    "ledger_sum": Text("条文共 {all} 条", "{all} clauses"),
    "violations": Text("其中 {n} 条软目标，不属违反", "{n} soft, no violation"),
    "by_section": Text("各章节结论", "Verdicts by section"),
    "one_square": Text("一格一条", "one square a clause"),
    "soft": Text("软目标未达到（不属违反）", "soft target missed (no violation)"),
    "legend": Text(
        "缺数据和范围内没有要素都不算达标；可能范围跨越目标时为“无法确定”。",
        "Missing data and an empty scope are no pass; undetermined: the range straddles the target",
    ),
    # A clause.
    "clause": Text("条文", "Clause"),
    "asks": Text("要求（转述）与判定依据", "What it asks (our words), and why"),
    "value": Text("现值", "Value"),
    "bounds": Text("可能范围", "possible range"),
    "target": Text("目标", "Target"),
    "margin": Text("余量", "margin"),
    "deadline": Text("期限", "Deadline"),
    "counts": Text("计入 / 情况不明", "Counted / not known"),
    "details": Text("依据与证据", "basis and evidence"),
    "bureaus": Text("规划为本节列明的单位", "bureaus that the plan names for the section"),
    "no_bureaus": Text("规划未为本节列明单位", "the plan names no bureau for this section"),
    "why": Text("判定依据", "Why"),
    "scope": Text("适用范围", "Scope"),
    "kind": Text("条文类型", "Kind"),
    "hedges": Text("限定词", "Hedge words"),
    "needs": Text("所需图层", "Layers it needs"),
    "not_there": Text("缺", "missing"),
    "waits": Text("所缺", "Waits for"),
    "planned": Text("拟用分析", "planned analysis"),
    "at_deadline": Text("期限日的值", "Value at the deadline"),
    "beside": Text("并列指标", "Told beside it"),
    "alternatives": Text("其他口径下", "Under other readings"),
    "robustness": Text("改变结论的最小变动", "Smallest move that changes the verdict"),
    "move": Text("变动对象", "what moves"),
    "amount": Text("最小变动", "smallest move"),
    "direction": Text("方向", "direction"),
    "deciding": Text("起决定作用的要素", "features that decide it"),
    "never": Text("不会改变结论", "never changes it"),
    "on_the_edge": Text("恰在界上", "exactly on the edge"),
    "pace": Text("逐年进度", "Pace year by year"),
    "pace_chart": Text(
        "逐年实际值（实线圆点）与基期至目标的直线（虚线）",
        "value by year (dots), and the straight line to the target (dashed)",
    ),
    "year": Text("年份", "year"),
    "line": Text("直线值", "on the line"),
    "ahead": Text("领先（+）或落后（-）", "ahead (+) or behind (-)"),
    "by_county": Text("分县区", "By county"),
    "done_of": Text("达到 / 计入", "done / counted"),
    "counted": Text("计入", "counted"),
    "no_county": Text("未落到县区", "in no county"),
    "parameters": Text("参数", "Parameters"),
    "parameter": Text("参数", "parameter"),
    "parameter_value": Text("取值", "value"),
    "interval": Text("界值", "limit"),
    "source": Text("来源", "source"),
    "verified": Text("已核实", "verified"),
    "unverified": Text("未核实", "not verified"),
    "assumptions": Text("假设", "Assumptions"),
    "warnings": Text("注意", "Warnings"),
    "evidence": Text("证据", "Evidence"),
    "against": Text("不利要素", "features against it"),
    "unknown": Text("情况不明的要素", "features not known"),
    "unknown_short": Text("不明", "not known"),
    "of": Text("列出前 {shown} 个，共 {all} 个，完整清单见", "first {shown} of {all}; all are in"),
    "sentence": Text("规划原句", "The plan's sentence"),
    "sha256": Text("原句 SHA-256", "sha256 of the plan's sentence"),
    "measure": Text("指标", "Measure"),
    # Overrides.
    "overrides": Text("人工认定", "Overrides"),
    "override": Text("认定编号", "override"),
    "feature": Text("要素", "feature"),
    "column": Text("字段", "column"),
    "original": Text("台账原值", "in the ledger"),
    "stated": Text("认定值", "as stated"),
    "who": Text("认定人", "who"),
    "because": Text("理由", "why"),
    "decided_on": Text("日期", "when"),
    "basis": Text("依据文号", "evidence"),
    "used_by": Text("影响条文", "clauses that rest on it"),
    "blank": Text("（空）", "(blank)"),
    "without_overrides": Text("若不采用人工认定", "Without the overrides"),
    "no_overrides": Text("没有人工认定。", "Nobody overrode anything."),
    # Score cards and cross-checks.
    "bureau_scores": Text("按责任单位", "By bureau"),
    "bureau_note": Text(
        "规划按章节列明单位，不按条文；一节的条文计入该节每个单位。",
        "The plan names bureaus for sections, not for clauses: a clause counts for each of them.",
    ),
    "county_scores": Text("按县区", "By county"),
    "county_note": Text(
        "仅列已判定且可落到县区的条文。格内为该县区达到 / 计入的要素数，不是对县区的判定；"
        "✗ 有不利要素，? 有情况不明的要素，✓ 都没有。",
        "Decided clauses whose features lie in counties. A cell counts a county's features, "
        "done / counted; it is no verdict on the county. ✗ some against, ? some not known, "
        "✓ neither.",
    ),
    "no_scores": Text("没有可落到县区的已判定条文。", "No decided clause can be told by county."),
    "checks": Text("相互核对", "Cross-checks"),
    "check": Text("核对事项", "check"),
    "outcome": Text("结果", "outcome"),
    "told": Text("说明", "what came of it"),
    "classes": Text("分类", "classes"),
    "no_checks": Text("没有需要相互核对的条文。", "There is nothing to hold against each other."),
    # Layers.
    "layers": Text("图层与资料来源", "Layers and their sources"),
    "layer": Text("图层", "layer"),
    "rows_in": Text("读入", "rows in"),
    "accepted": Text("接受", "accepted"),
    "rejected": Text("退回", "rejected"),
    "publisher": Text("发布单位", "publisher"),
    "licence": Text("许可", "licence"),
    "reference_date": Text("资料日期", "reference date"),
    "datum": Text("交付坐标基准", "datum as delivered"),
    "file": Text("文件", "file"),
    "notes": Text("说明", "notes"),
    "missing": Text("工作区没有的图层", "Layers that the workspace does not have"),
    "some_rejected": Text(
        "共有 {n} 行被退回，未参与计算；见 evidence.gpkg 的 rejected 表",
        "{n} rows were rejected and took no part; see the rejected table of evidence.gpkg",
    ),
    "approval": Text("审图号", "map approval number"),
    "no_approval": Text("无，仅限内部使用，不得公开", "none: for internal use only"),
    "none": Text("无", "none"),
    "undated": Text("未设", "none"),
    "sample": Text("示例", "sample"),
})
