"""What the ledger says around the data, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from tieling_geo.text import Text

BACK = Text("« 返回汇总", "« summary")
NO_ROWS = Text("(本表没有记录)", "(There is no record.)")
SUMMARY = Text("汇总", "Summary")
#: Stands for a feature that lies in no county, or whose ledger is blank there.
BLANK = Text("(未填)", "(blank)")
TOTAL = Text("合计", "total")
YES, NO = Text("是", "yes"), Text("否", "no")
VERIFIED, UNVERIFIED = Text("✓ 已核实", "✓ verified"), Text("⚠ 未核实", "⚠ not verified")

#: Names of the sheets, by key.
TITLES: Mapping[str, Text] = MappingProxyType({
    "clauses": Text("条文", "Clauses"),
    "counties": Text("按县区", "By county"),
    "bureaus": Text("按单位", "By bureau"),
    "worklist": Text("待办", "Worklist"),
    "aspirational": Text("力争目标", "Aspirational"),
    "matrix": Text("县区×条文", "County x clause"),
    "parameters": Text("参数", "Parameters"),
    "assumptions": Text("假设与注意", "Assumptions"),
    "pace": Text("逐年进度", "Pace"),
    "robustness": Text("稳健性", "Robustness"),
    "cross_checks": Text("交叉核对", "Cross-checks"),
    "overrides": Text("人工认定", "Overrides"),
    "coverage": Text("条文覆盖", "Coverage"),
    "layers": Text("图层", "Layers"),
    "excluded": Text("未计入", "Excluded"),
    "rejected": Text("退回", "Rejected"),
})

#: What the rows of each sheet are.
PURPOSES: Mapping[str, Text] = MappingProxyType({
    "clauses": Text(
        "一行一条条文。数值是精确分数换算的小数,“精确值”列保留分数;"
        "最低、最高是情况不明的要素全部最不利、全部最有利时的值。",
        "One row a clause. Values are decimals of exact fractions, which stand beside them; low "
        "and high are what the value would be if every unknown feature were worst, or best.",
    ),
    "counties": Text(
        "一行一条条文在一个县区的情况。结论是全市的,不是县区的;没有县区分组的条文不在此表。",
        "One row a clause and county. The verdict is the whole city's, not the county's; clauses "
        "that are not counted by county are left out.",
    ),
    "bureaus": Text(
        "一行一个单位。规划把单位列在节下,不对应到条文:本节的条文计入其每一个单位,"
        "因此各行相加大于条文总数。",
        "One row a bureau. The plan names bureaus for sections, not for clauses: each clause "
        "counts for every bureau of its section, so the rows add up to more than the clauses.",
    ),
    "worklist": Text(
        "一行一个要素与一条条文:不利于该条文,或情况不明须核实。"
        "原则性条文列为“待说明”;被退回的行见“退回”表,力争目标见“力争目标”表。",
        "One row a feature and clause: it speaks against the clause, or is not known and is to be "
        "verified. Clauses of principle ask for an explanation. Rejected rows, and targets that "
        "are only striven for, have sheets of their own.",
    ),
    "aspirational": Text(
        "与“待办”同样的列;这些条文是努力目标,未达到不属违反。",
        "As the worklist; these clauses are striven for, and a miss is no violation.",
    ),
    "matrix": Text(
        "“待办”与“力争目标”两表按县区和条文的条数;空格为零。",
        "Rows of the worklist and of the aspirational sheet by county and clause; blank is none.",
    ),
    "parameters": Text(
        "结论所用的每个阈值、清单和方法;“未核实”的值是约定的,规划或读过的标准里没有。",
        "Every threshold, list and method used; those not verified were declared, not found in the "
        "plan or in a standard that was read.",
    ),
    "assumptions": Text(
        "判定时作出的假设,以及阅读结论时须注意的事项。",
        "What was assumed, and what a reader of the verdicts should know.",
    ),
    "pace": Text(
        "有历年数值的条文:与基准年到目标连成的直线比较,正数为好于直线。",
        "Clauses with values by year, beside the straight line from the base year to the target; "
        "positive is better than the line.",
    ),
    "robustness": Text(
        "已判定的条文:每种因素至少变动多少,结论才会改变。",
        "Decided clauses: how far each thing must move, at least, before the verdict changes.",
    ),
    "cross_checks": Text("不同条文的结果相互核对。", "Answers held against each other."),
    "overrides": Text(
        "由人认定的值,与台账原值并列;凡以此为据的条文都列出。",
        "Values that a person set, beside those of the ledger, with the clauses that rest on them.",
    ),
    "coverage": Text(
        "每条条文恰好出现一次:已判定、仅报告、等待什么数据,或为何不可判定。",
        "Every clause stands here once: decided, reported, waiting for what, or why not decidable.",
    ),
    "layers": Text(
        "读入 = 接受 + 退回;SHA-256 是所读文件的指纹。",
        "Rows in = accepted + rejected; the sha256 is that of the file that was read.",
    ),
    "excluded": Text(
        "没有计入某一指标的每个要素及原因;“情况不明”的已计入可能范围。",
        "Every feature that did not count for a measure, and why; those not known widen its range.",
    ),
    "rejected": Text(
        "被退回的每个值及原因;一行有两处错误的列两次。",
        "Every value that was rejected, and why; a row with two faults stands twice.",
    ),
})
FEATURES = Text(
    "一行一个要素,列与 evidence.gpkg 的图层 {name} 相同(有位置的,几何在其中);共 {n} 个要素。",
    "One row a feature, with the columns of the layer {name} of evidence.gpkg, which has the "
    "geometry of features that have places; {n} features.",
)
SCOPES = Text(
    "另有 {runs} 次按单条条文的参数运行,只列其范围内或情况不明的要素(共列 {shown} 行,"
    "全部 {all} 行在 evidence.gpkg 各自的图层中)。",
    "A further {runs} runs with the parameters of one clause each list only the features in "
    "scope or not known ({shown} rows here; all {all} are in their layers of evidence.gpkg).",
)
RUN = Text("单独运行的条文", "clause of its own run")
RESULT_TABLE = Text(
    "分析结果附表,与 evidence.gpkg 的表 {name} 相同(按单条条文运行的,表名另有条文编号)。",
    "As the table {name} of evidence.gpkg (of a clause's own run, its id stands in the name).",
)
TOO_LONG = Text(
    "{n} 行,未列入本册;全部在 evidence.gpkg 的表 {name} 中",
    "{n} rows, not in this workbook; all are in the table {name} of evidence.gpkg",
)

CHANGED = Text("{column}:{original} → {stated}({id})", "{column}: {original} → {stated} ({id})")

NOT_ALL = Text(
    "此处列 {shown} 行,共 {all} 行:单条条文单独运行时不在范围内的不列,至多列 {most} 行;"
    "全部在 evidence.gpkg 的表 excluded 中。",
    "{shown} of {all} rows stand here: what is out of the scope of a clause's own run is left out, "
    "and no more than {most} are listed; all are in the table excluded of evidence.gpkg.",
)

#: What a row of the worklist asks for, each with its sign.
TODO: Mapping[str, Text] = MappingProxyType({
    "act": Text("✗ 待整改", "✗ to be put right"),
    "verify": Text("? 待核实", "? to be verified"),
    "explain": Text("! 待说明", "! to be explained"),
    "strive": Text("△ 力争未达", "△ striven for"),
    "number": Text("✗ 指标未达目标", "✗ number misses its target"),
    "left": Text("– 条文已达到,供参考", "– clause is met, for information"),
    "told": Text("i 供参考", "i for information"),
})
AGAINST = Text("不利要素", "against")
UNKNOWN = Text("待核实", "to be verified")
ASSUMED, NOTED = Text("假设", "assumption"), Text("注意", "note")
OUT_OF_SCOPE = Text("不在范围内", "out of scope")
NOT_KNOWN = Text("情况不明", "not known")
NO_MOVE = Text("单项变动不改变结论", "no single move changes it")

#: Headings and lines of the summary.
SUMMARY_WORDS: Mapping[str, Text] = MappingProxyType({
    "plan": Text("规划", "plan"),
    "city": Text("城市", "city"),
    "as_of": Text("评估截至", "as of"),
    "clauses": Text("条文数", "clauses"),
    "overridden": Text("以人工认定为据的条文", "clauses that rest on overrides"),
    "turned": Text("其中不采用认定则结论不同", "of these, another verdict without them"),
    "rows_in": Text("读入行数", "rows in"),
    "rows_accepted": Text("接受行数", "rows accepted"),
    "rows_rejected": Text("退回行数", "rows rejected"),
    "todo": Text("待办事项", "rows of the worklist"),
    "striven": Text("力争目标事项", "rows of the aspirational sheet"),
    "unverified": Text("未核实的参数", "parameters not verified"),
    "facts": Text("概况", "At a glance"),
    "states": Text("结论", "Verdicts"),
    "state": Text("结论", "verdict"),
    "sign": Text("标记", "sign"),
    "number": Text("条数", "number"),
    "soft": Text("其中不属违反", "of these no violation"),
    "coverage": Text("条文覆盖", "Coverage"),
    "class": Text("归类", "class"),
    "group": Text("组", "group"),
    "in_group": Text("组合计", "group's total"),
    "ids": Text("条文", "clauses"),
    "contents": Text("目录", "Contents"),
    "sheet": Text("工作表", "sheet"),
    "rows": Text("记录数", "records"),
    "holds": Text("内容", "what it holds"),
    "reading": Text("怎样读", "How to read it"),
})
READING: tuple[Text, ...] = (
    Text(
        "缺数据和范围内没有要素都不算达到;可能范围跨越目标时为“无法确定”。",
        "Missing data and an empty scope are no pass; if the range straddles the target, the "
        "verdict is undetermined.",
    ),
    Text(
        "颜色随单元格里的词变化,不单独表示含义:每种颜色旁都有标记和词。",
        "Colours follow the word in the cell and never carry a meaning alone: a sign and a word "
        "stand beside each.",
    ),
    Text(
        "各表可筛选;链接只在本册之内。"
        "完整证据和几何在 evidence.gpkg,机器可读的结论在 verdicts.json。",
        "Every sheet can be filtered; links stay within the workbook. All evidence, with geometry, "
        "is in evidence.gpkg, and the verdicts for machines are in verdicts.json.",
    ),
    Text(
        "本册是结果,不是台账:在其中改动不会改变评估;请改正台账后重新运行。",
        "This is an outcome, not a source: changes in it change no verdict; correct the ledgers "
        "and run again.",
    ),
)
