"""What the dashboard says around the data, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from tieling_geo.records import ClauseKind, Comparator, Interval, State, Strictness
from tieling_geo.text import NOTHING, Text

#: A sign beside each state's word and colour, so that none of them stands alone.
STATE_MARKS: Mapping[State, str] = MappingProxyType({
    State.MET: "✓",
    State.NOT_MET: "✗",
    State.UNDETERMINED: "?",
    State.NO_DATA: "∅",
    State.NOT_APPLICABLE: "–",
    State.REPORTED: "i",
    State.NOT_DECIDABLE: "×",
})

#: Each comparator's sign, and whether the number itself counts.
COMPARATORS: Mapping[Comparator, tuple[str, Text]] = MappingProxyType({
    ">=": ("≥", Text("含本数", "the number included")),
    ">": (">", Text("不含本数", "the number excluded")),
    "<=": ("≤", Text("含本数", "the number included")),
    "<": ("<", Text("不含本数", "the number excluded")),
    "==": ("=", NOTHING),
    "about": ("≈", Text("含界值", "limits included")),
    "none": ("", NOTHING),
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
    "as_of": Text("评估截至", "as of"),
    "skip": Text("跳到条文表", "skip to the clauses"),
    "summary": Text("结论汇总", "Summary"),
    "clauses": Text("条文", "Clauses"),
    "filters": Text("筛选", "Filters"),
    "state": Text("结论", "Verdict"),
    "section": Text("章节", "section"),
    "bureau": Text("责任单位", "bureau"),
    "all": Text("全部", "all"),
    "search": Text("文字查找", "search"),
    "reset": Text("清除筛选", "clear filters"),
    "shown": Text("显示 {shown} 条，共 {all} 条", "{shown} of {all} clauses shown"),
    "open_all": Text("全部展开", "open all"),
    "close_all": Text("全部收起", "close all"),
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
    "scope": Text("适用范围", "Scope"),
    "kind": Text("条文类型", "Kind"),
    "at_deadline": Text("期限日的值", "Value at the deadline"),
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
    "of": Text("列出前 {shown} 个，共 {all} 个，完整清单见", "first {shown} of {all}; all are in"),
    "sentence": Text("原句 SHA-256", "sha256 of the plan's sentence"),
    "measure": Text("指标", "Measure"),
    "maps": Text("地图", "Maps"),
    "files": Text("数据文件", "Files"),
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
    "legend": Text(
        "缺数据和范围内没有要素都不算达标；可能范围跨越目标时为“无法确定”。",
        "Missing data and an empty scope are no pass; undetermined: the range straddles the target",
    ),
})
