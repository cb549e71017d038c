"""The frame of what a notebook's cell shows: title, tables, warnings and a map, in one template."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from tieling_geo.render.offline import HTML_LANGUAGES
from tieling_geo.render.panel import SAMPLE
from tieling_geo.render.popup import TEMPLATES
from tieling_geo.text import Language, Text

CELL_WORDS = MappingProxyType({
    "measure": Text("指标", "measure"),
    "value": Text("数值", "value"),
    "unit": Text("单位", "unit"),
    "low": Text("下限", "low"),
    "high": Text("上限", "high"),
    "counted": Text("计入", "counted"),
    "excluded": Text("情况不明", "not known"),
    "category": Text("类别", "category"),
    "features": Text("要素数", "features"),
    "warnings": Text("注意", "Warnings"),
    "rows_in": Text("读入", "rows in"),
    "accepted": Text("接受", "accepted"),
    "rejected": Text("退回", "rejected"),
    "publisher": Text("发布单位", "publisher"),
    "licence": Text("许可", "licence"),
    "reference_date": Text("基准日", "reference date"),
    "datum": Text("坐标基准", "datum"),
    "source": Text("文件", "file"),
    "reasons": Text("退回的值(前 {n} 个,共 {of} 个)", "Rejected values, {n} of {of}"),
    "rows": Text("要素(前 {n} 行,共 {of} 行)", "Features, {n} of {of}"),
    "row": Text("行", "row"),
    "column": Text("列", "column"),
    "cell": Text("值", "value"),
    "reason": Text("原因", "reason"),
    "clause": Text("条文", "clause"),
    "says": Text("内容", "what it asks"),
    "state": Text("判定", "verdict"),
    "target": Text("目标", "target"),
    "because": Text("依据", "why"),
    "as_of": Text("评估截至 {day}", "as of {day}"),
    "too_many": Text(
        "共 {n} 个要素,输出单元只绘 {most} 个以内;请用 tg.web_map(...) 并另存为文件",
        "{n} features: an output draws {most} at most; save tg.web_map(...) as a file",
    ),
    "no_card": Text("没有登记该分析,不绘图", "this analysis is not registered: no map"),
})

_STYLE = """\
.tieling-geo { max-width: 1100px; line-height: 1.45; }
.tieling-geo h3 { margin: 4px 0; font-size: 1.15em; }
.tieling-geo p { margin: 4px 0; }
.tieling-geo .sample { padding: 2px 12px; font-weight: 700; color: #1f1300; background: #f5c542; }
.tieling-geo .scroll { overflow: auto; max-height: 420px; }
.tieling-geo table { border-collapse: collapse; margin: 6px 0; }
.tieling-geo caption { text-align: left; font-weight: 700; }
.tieling-geo th, .tieling-geo td { padding: 2px 10px; text-align: left; vertical-align: top; }
.tieling-geo .number { text-align: right; white-space: nowrap; }
.tieling-geo .symbol { width: 24px; height: 20px; vertical-align: middle; }"""
_HEAD = f"""\
<div class="tieling-geo" lang="{{{{ lang }}}}">
<style>{_STYLE}</style>
{{% if is_sample %}}
<p class="sample">{{{{ sample }}}}</p>
{{% endif %}}
<h3>{{{{ title }}}}</h3>
{{% if subtitle %}}
<p>{{{{ subtitle }}}}</p>
{{% endif %}}
"""
_TABLE = """\
{% for table in tables %}
<div class="scroll"><table>
{% if table.caption %}
<caption>{{ table.caption }}</caption>
{% endif %}
<thead><tr>
{% for header in table.headers %}
<th{% if loop.index0 in table.numbers %} class="number"{% endif %}>{{ header }}</th>
{% endfor %}
</tr></thead>
<tbody>
{% for row in table.rows %}
<tr>
{% for cell in row %}
<td{% if loop.index0 in table.numbers %} class="number"{% endif %}>{{ cell }}</td>
{% endfor %}
</tr>
{% endfor %}
</tbody>
</table></div>
{% endfor %}
"""
_FOOT = """\
{% if warnings %}
<b>{{ words.warnings }}</b>
<ul>
{% for warning in warnings %}
<li>{{ warning }}</li>
{% endfor %}
</ul>
{% endif %}
{{ drawn }}
</div>
"""
_CELL = TEMPLATES.from_string(_HEAD + _TABLE + _FOOT)
NO_MAP = Markup("")


@dataclass(frozen=True, slots=True)
class CellTable:
    """A table in a cell's output."""

    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    numbers: frozenset[int] = frozenset()
    """Positions of the columns that hold numbers."""
    caption: str = ""


def fill_cell(
    title: Text,
    tables: Sequence[CellTable],
    language: Language,
    *,
    subtitle: str = "",
    warnings: Sequence[str] = (),
    is_sample: bool = False,
    drawn: Markup = NO_MAP,
) -> str:
    """Put the parts of an output together."""
    return _CELL.render(
        lang=HTML_LANGUAGES[language],
        title=title.to(language),
        subtitle=subtitle,
        tables=tables,
        warnings=warnings,
        is_sample=is_sample,
        sample=SAMPLE.to(language),
        words={key: text.to(language) for key, text in CELL_WORDS.items()},
        drawn=drawn,
    )


def cell_word(key: str, language: Language) -> str:
    """Return a word of the outputs."""
    return CELL_WORDS[key].to(language)
