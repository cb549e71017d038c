"""What the assessment report says around the data, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from tieling_geo.records import CheckState
from tieling_geo.text import Text

#: Headings of the parts, in their order.
PARTS: Mapping[str, Text] = MappingProxyType({
    "summary": Text("1  结论汇总", "1  Summary"),
    "results": Text("2  分节结论", "2  Results by section"),
    "maps": Text("3  专题地图", "3  Maps"),
    "scorecards": Text("4  分县区、分单位情况", "4  By county and by bureau"),
    "checks": Text("5  交叉核对", "5  Cross-checks"),
    "data": Text("6  数据情况", "6  Data"),
    "overrides": Text("7  人工认定", "7  Overrides"),
    "parameters": Text("附录A  参数与假设", "Appendix A  Parameters and assumptions"),
    "open": Text("附录B  不可判定或待数据的条文", "Appendix B  Clauses not decidable, or waiting"),
    "sentences": Text("附录C  规划原句指纹", "Appendix C  Fingerprints of the plan's sentences"),
})
CHECKS: Mapping[CheckState, Text] = MappingProxyType({
    "holds": Text("✓ 相符", "✓ holds"),
    "broken": Text("✗ 不符", "✗ broken"),
    "unknown": Text("? 无法核对", "? not known"),
})
WORDS: Mapping[str, Text] = MappingProxyType({
    "report": Text("评估报告", "Assessment report"),
    "plan": Text("评估依据", "Held against"),
    "as_of": Text("评估截至", "As of"),
    "approval": Text("审图号", "Map approval number"),
    "no_approval": Text("无，仅限内部使用，不得公开", "none: for internal use only"),
    "contents": Text("目录", "Contents"),
    "font": Text("字体", "Fonts"),
    "legend": Text(
        "缺数据和范围内没有要素都不算达到；可能范围跨越目标时为“无法确定”。"
        "力争目标未达到不属违反，原则性要求未达到须说明。",
        "Missing data and an empty scope are no pass. A clause is undetermined where its possible "
        "range straddles the target. What the plan only strives for is never violated.",
    ),
    "told": Text(
        "全部 {total} 条条文中，已判定 {decided} 条（达到 {met}、未达到 {not_met}），"
        "无法确定 {undetermined} 条，不适用 {not_applicable} 条，仅报告 {reported} 条，"
        "缺数据 {waiting} 条，不可判定 {not_decidable} 条；见",
        "Of {total} clauses {decided} are decided ({met} met, {not_met} not met), {undetermined} "
        "undetermined, {not_applicable} not applicable, {reported} reported, {waiting} waiting for "
        "data and {not_decidable} not decidable; see ",
    ),
    "and": Text("、", " and "),
    "stop": Text("。", "."),
    "violations": Text("约束性要求未达到的条文", "Binding clauses that are not met"),
    "waiting_table": Text("缺数据的条文及所缺内容见", "What clauses wait for is told in "),
    "coverage": Text("条文判定情况", "How far the clauses were answered"),
    "states": Text("各节条文的结论", "Verdicts by section"),
    "states_alt": Text(
        "堆叠条形图：{n} 节共 {total} 条条文，按结论分段",
        "stacked bars: {total} clauses of {n} sections by verdict",
    ),
    "targets": Text(
        "现值、可能范围与目标（{first} 至 {last}）", "Value and target ({first} – {last})"
    ),
    "targets_alt": Text(
        "{n} 条条文的现值、可能范围与目标，每条一行", "value, bounds and target of {n} clauses"
    ),
    "pace": Text("{clause} 逐年进度", "Pace of {clause}"),
    "pace_alt": Text(
        "折线图：{clause} 逐年实际值与至目标年的直线：{points}",
        "line chart: {clause} by year beside the line to its target: {points}",
    ),
    "map_alt": Text(
        "专题地图：{title}；各类要素个数见图例",
        "map: {title}; the legend says how many of each kind",
    ),
    "state": Text("结论", "Verdict"),
    "count": Text("条数", "Number"),
    "clauses": Text("条文", "Clauses"),
    "clause": Text("条文", "Clause"),
    "asks": Text("要求（转述）", "What it asks (our words)"),
    "value": Text("现值", "Value"),
    "value_range": Text("现值（可能范围）", "Value (possible range)"),
    "range": Text("可能范围", "Possible range"),
    "target": Text("目标", "Target"),
    "margin": Text("余量", "Margin"),
    "deadline": Text("期限", "Deadline"),
    "undated": Text("未设", "none"),
    "bureaus": Text("规划为本节列明的单位", "Bureaus that the plan names for the section"),
    "section_table": Text("{section} 的条文", "Clauses of {section}"),
    "because": Text("依据", "Why"),
    "number": Text("数值", "Number"),
    "counted": Text(
        "计入 {counted} 个，情况不明 {excluded} 个", "{counted} counted, {excluded} not known"
    ),
    "at_deadline": Text("期限日的值", "Value at the deadline"),
    "beside": Text("附带指标", "Also told"),
    "robustness": Text("稳健性", "Robustness"),
    "alternatives": Text("其他口径", "Other readings"),
    "overridden": Text("所依人工认定", "Rests on overrides"),
    "without": Text("不采用认定时：{state}", "without them: {state}"),
    "against": Text("不利要素", "Features against it"),
    "unknown": Text("情况不明的要素", "Features not known"),
    "first": Text("{ids}（列出前 {shown} 个，共 {total} 个）", "{ids} (first {shown} of {total})"),
    "all": Text("{ids}（共 {total} 个）", "{ids} ({total})"),
    "warnings": Text("注意", "Warnings"),
    "original": Text("原句", "The plan's sentence"),
    "none_here": Text("本部分无内容。", "There is nothing to tell here."),
    "county_table": Text("各县区的计数（{part}）", "Counts by county ({part})"),
    "county_note": Text(
        "数值为“达到数/总数”或合计，括号内为情况不明的个数；规划目标针对全市，此处不逐县判定。",
        "Done of all, or a total; in brackets how many are not known. The plan's targets are the "
        "city's: no county is judged here.",
    ),
    "bureau_table": Text("各单位所涉条文的结论", "Verdicts by bureau"),
    "bureau_note": Text(
        "规划按节列明单位，未逐条分工；一条条文计入该节全部单位。括号内为规划中的其他写法。",
        "The plan names bureaus for sections, not for clauses: a clause counts for every bureau of "
        "its section. In brackets: other ways in which the plan writes the name.",
    ),
    "bureau": Text("单位", "Bureau"),
    "total": Text("合计", "All"),
    "check_table": Text("交叉核对结果", "What cross-checks found"),
    "check": Text("核对项", "Check"),
    "result": Text("结果", "Result"),
    "told_check": Text("说明", "What was found"),
    "layer_table": Text("图层及行数", "Layers and their rows"),
    "layer": Text("图层", "Layer"),
    "rows_in": Text("读入", "In"),
    "accepted": Text("接受", "Accepted"),
    "rejected": Text("退回", "Rejected"),
    "publisher": Text("发布单位、许可、资料日期", "Publisher, licence, day"),
    "file": Text("文件及 SHA-256", "File and sha256"),
    "missing": Text("工作区没有的图层", "Layers that the workspace does not have"),
    "datums": Text("坐标基准核对", "Datum checks"),
    "notes": Text("读取说明", "How files were read"),
    "override": Text("编号", "Number"),
    "override_table": Text("人工认定", "Overrides"),
    "feature": Text("图层/要素/字段", "Layer, feature, column"),
    "original_value": Text("台账值", "In the ledger"),
    "stated": Text("认定值", "As stated"),
    "who": Text("认定人、日期、文号", "Who, when, document"),
    "why": Text("理由", "Why"),
    "blank": Text("（空）", "(blank)"),
    "parameter_table": Text("参数", "Parameters"),
    "parameter": Text("参数", "Parameter"),
    "parameter_value": Text("取值", "Value"),
    "interval": Text("界值", "Limit"),
    "source": Text("来源", "Source"),
    "verified": Text("已核实", "verified"),
    "unverified": Text("未核实", "not verified"),
    "assumption_table": Text("假设", "Assumptions"),
    "assumption": Text("假设", "Assumption"),
    "open_table": Text("不可判定或待数据的条文", "Clauses not decidable, or waiting for data"),
    "waits_for": Text("所缺内容", "Waits for"),
    "planned": Text(
        "待建分析 {analysis}，待登记图层 {layers}", "analysis {analysis}; layers {layers}"
    ),
    "sentence_table": Text("规划原句的 SHA-256", "sha256 of the plan's sentences"),
    "sentence_note": Text(
        "原句去掉首尾空白、按 UTF-8 计算；规划文本变动后指纹随之改变。",
        "Of each sentence, stripped, in UTF-8: it changes when the plan's text does.",
    ),
})
#: How a verdict's smallest moves are told.
MOVES: Mapping[str, Text] = MappingProxyType({
    "never": Text("{title}：不论移动多少，结论不变", "{title}: no move changes the verdict"),
    "on_it": Text("{title}：恰在界线上", "{title}: exactly on the line"),
    "value": Text("{title}：距改判 {amount}", "{title}: {amount} to another verdict"),
    "features": Text("{title}：{amount} 即改判", "{title}: {amount} change the verdict"),
    "up": Text(
        "{title}：向多计入一侧移动 {amount} 即改判",
        "{title}: moved {amount} so that more counts, the verdict changes",
    ),
    "down": Text(
        "{title}：向少计入一侧移动 {amount} 即改判",
        "{title}: moved {amount} so that less counts, the verdict changes",
    ),
    "either": Text(
        "{title}：移动 {amount} 即改判", "{title}: moved {amount} either way, the verdict changes"
    ),
    "by": Text("（关键要素 {ids}）", " (decided by {ids})"),
})
