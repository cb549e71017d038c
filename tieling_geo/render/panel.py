"""
What stands around a map: title bar, legend with its switches, and the footer with its sources.

Every value that these templates print passes through `popup.safe_text`, whether its author thought
of it or not (`popup.TEMPLATES`); only pictures of our own are marked as markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import jinja2
from branca.element import MacroElement
from markupsafe import Markup

from tieling_geo.records import Verdict
from tieling_geo.render.chips import Chip, chips_markup, clause_chip
from tieling_geo.render.offline import OfflinePage, Verbatim, page_of
from tieling_geo.render.popup import TEMPLATES, safe_json
from tieling_geo.render.state_words import STATE_WORDS
from tieling_geo.render.theme import ROLE_TITLES
from tieling_geo.render.tool_words import TOOL_WORDS
from tieling_geo.text import NOTHING, Language, Text

SAMPLE = Text(
    "示例数据 SAMPLE：不是真实情况，不得用于管理决定",
    "SAMPLE 示例数据: not real, not to be used for any decision",
)
_NO_APPROVAL = Text(
    "无审图号，仅限内部使用，不得公开", "no map approval number: for internal use only"
)

#: Words of the page's own controls.
WORDS = {
    "search": Text("按名称或编号查找要素", "find a feature by name or number"),
    "hits": Text("找到 {n} 个", "{n} found"),
    "whole": Text("显示全图", "show the whole map"),
    "zoomIn": Text("放大", "zoom in"),
    "zoomOut": Text("缩小", "zoom out"),
    "legend": Text("图例与图层", "Legend and layers"),
    "context": Text("背景图层", "Background"),
    "count": Text("{n} 个要素", "{n} features"),
    "undrawn": Text(
        "另有 {n} 个要素没有位置，未绘出", "{n} more have no position and are not drawn"
    ),
    "simplified": Text(
        "为显示而简化：所绘边线与原图约差 {n} 米，判定不受影响",
        "simplified for display: drawn edges are off by some {n} m, which no verdict knows of",
    ),
    "missing": Text("缺数据", "no data"),
    "empty": Text("没有要素", "no feature"),
    "hidden": Text("与前一主题为同一图层，勾选后显示", "same features as above; tick to show"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "comma": Text("、", ", "),
    "margin": Text("距目标", "margin to the target"),
    "bureaus": Text("责任单位（规划所列）", "bureaus named by the plan"),
    "broken": Text(
        "地图数据无法展开，请换用较新的浏览器（Chrome、Edge 80，Firefox 113 以上）",
        "the map's data cannot be unpacked: use a newer browser (Chrome or Edge 80, Firefox 113)",
    ),
    "feature": Text("编号", "number"),
    "category": Text("类别", "category"),
    "reason": Text("未计入原因", "why not counted"),
    "clauses": Text("相关条文", "clauses"),
    "against": Text("本要素不利", "this feature speaks against it"),
    "unknown": Text("本要素情况不明", "this feature is not known"),
    "evidence": Text("证据编号", "evidence"),
    "sources": Text("资料来源", "Sources"),
    "approval": Text("审图号", "Map approval number"),
    "dashboard": Text("返回评估总览", "Back to the overview"),
    "maps": Text("地图", "Maps"),
    "panel": Text("图例", "legend"),
    "north": Text("北", "N"),
    **STATE_WORDS,
    "filter": Text("筛选", "Filter"),
    "filterOn": Text("筛选（{n} 项）", "Filter ({n} on)"),
    "by_county": Text("县（市、区）", "county"),
    "by_river": Text("河流", "river"),
    "by_bureau": Text("责任单位", "bureau"),
    "by_state": Text("状态", "state"),
    "by_category": Text("类别", "category"),
    **{f"role_{role}": title for role, title in ROLE_TITLES.items()},
    "all": Text("全部", "all"),
    "notFilled": Text("（未填）", "(not filled in)"),
    "valueCount": Text("{value}（{n}）", "{value} ({n})"),
    "reset": Text("清除筛选", "clear the filters"),
    "shown": Text("显示 {n} / {total} 个要素", "{n} of {total} features shown"),
    "switchedOff": Text(
        "；另有 {n} 个符合条件，但已在图例中关闭",
        "; {n} more fit but are switched off in the legend",
    ),
    "lacking": Text(
        "以下图层没有“{facet}”信息，其要素全部不显示：{layers}。",
        "These layers do not say the {facet}, none of their features is shown: {layers}.",
    ),
    "semicolon": Text("；", "; "),
    "inBrackets": Text("（{}）", " ({})"),
    "table": Text("数据表", "Data table"),
    "rows": Text("{n} 行", "{n} rows"),
    "layer": Text("图层", "layer"),
    "allLayers": Text("全部图层", "all layers"),
    "name": Text("名称", "name"),
    "inView": Text("只列图上可见范围", "only what is in view"),
    "tableKeys": Text(
        "↑↓ 移动，回车或单击在图上查看", "↑↓ move, Enter or a click shows it on the map"
    ),
    "tableEdge": Text("数据表高度", "height of the data table"),
    "save": Text("下载所列要素", "download"),
    "saveGeojson": Text("下载为 GeoJSON", "download as GeoJSON"),
    "saveCsv": Text("下载为 CSV", "download as CSV"),
    "lon": Text("经度（度）", "longitude (degrees)"),
    "lat": Text("纬度（度）", "latitude (degrees)"),
    **TOOL_WORDS,
}


def words_block(language: Language) -> Verbatim:
    """Return the block of a page that holds the words of its script."""
    words = safe_json({key: text.to(language) for key, text in WORDS.items()})
    return Verbatim(f'<script type="application/json" id="tieling_words">{words}</script>')


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One line of the legend: a switch, a symbol, a title and how many features are drawn."""

    layer: str
    """Name of the drawn layer in the page."""
    category: int
    """Position of the category in the layer."""
    title: str
    svg: str
    """A picture of our own, without a user's words."""
    count: int
    is_shown: bool
    role: str = ""


@dataclass(frozen=True, slots=True)
class LegendGroup:
    """One analysis in the legend, or the background."""

    title: str
    rows: tuple[LegendRow, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[str, ...] = ()
    is_missing: bool = False
    letter: str = ""
    """What the markers of the analysis carry; see `theme.letters_of`."""
    state: int | None = None
    """Position of the state of the map that it belongs to; the page shows one at a time."""


class _Chrome(MacroElement):
    """A piece of the page outside the map."""

    source: jinja2.Template

    def __init__(self, name: str, language: Language, **values: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = name
        self._id = "tieling"
        self.language: Language = language
        self.values = values

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401, ARG002 - branca's own signature
        """Put the piece into the page; nothing is left to be written where it stands."""
        words = {key: text.to(self.language) for key, text in WORDS.items()}
        text = self.source.render(words=words, language=self.language, **self.values)
        page_of(self).html.add_child(Verbatim(text), name=self.get_name())
        return ""


@dataclass(frozen=True, slots=True)
class MapLink:
    """A map of the same site, as the menu of maps has it."""

    href: str
    title: str
    is_current: bool = False


class TitleBar(_Chrome):
    """Title, day and verdicts, the SAMPLE banner, and the way to the dashboard and other maps."""

    source = TEMPLATES.from_string("""\
<header{% if as_of %} data-as-of="{{ as_of }}"{% endif %}>
{% if is_sample %}
<p class="sample">{{ sample }}</p>
{% endif %}
<div class="title">
<h1>{{ title }}</h1>
{% if subtitle %}
<p>{{ subtitle }}</p>
{% endif %}
{% if verdicts %}
<p class="verdicts">{{ words.clauses }} {{ verdicts }}</p>
{% endif %}
{% if dashboard or siblings %}
<nav aria-label="{{ words.maps }}">
{% if dashboard %}
<a href="{{ dashboard }}">{{ words.dashboard }}</a>
{% endif %}
{% if siblings %}
<details class="menu">
<summary>{{ words.maps }} ({{ siblings|length }})</summary>
<ul>
{% for one in siblings %}
<li><a href="{{ one.href }}"{% if one.is_current %} aria-current="page"{% endif %}>\
{{ one.title }}</a></li>
{% endfor %}
</ul>
</details>
{% endif %}
</nav>
{% endif %}
</div>
</header>
{% if is_sample %}
<p class="stamp" aria-hidden="true">示例数据 SAMPLE</p>
{% endif %}
""")

    def __init__(  # noqa: PLR0913 - each stands in the bar
        self,
        title: Text,
        language: Language,
        *,
        subtitle: Text = NOTHING,
        as_of: date | None = None,
        is_sample: bool = False,
        dashboard: str = "",
        chips: Sequence[Chip] = (),
        siblings: Sequence[MapLink] = (),
    ) -> None:
        super().__init__(
            "TitleBar",
            language,
            title=title.to(language),
            subtitle=subtitle.to(language),
            as_of=as_of.isoformat() if as_of else "",
            is_sample=is_sample,
            sample=SAMPLE.to(language),
            dashboard=dashboard,
            verdicts=chips_markup(chips),
            siblings=tuple(siblings),
        )


class Legend(_Chrome):
    """The panel beside the map: search, legend and switches; it starts the page's script."""

    source = TEMPLATES.from_string("""\
<aside aria-label="{{ words.legend }}">
<details open>
<summary>{{ words.legend }}</summary>
<div class="find" role="search">
<label for="find">{{ words.search }}</label>
<input id="find" type="search" autocomplete="off">
<p id="hits" role="status"></p>
<ul id="found"></ul>
</div>
{% for group in groups %}
<section class="legend"{% if group.state is not none %} data-state="{{ group.state }}"\
{% if group.state != opened %} hidden{% endif %}{% endif %}>
<h2>
{% if group.rows %}
<label><input type="checkbox" data-group autocomplete="off">\
{% if group.letter %}<b class="letter">{{ group.letter }}</b>{% endif %}{{ group.title }}</label>
{% else %}
{{ group.title }}
{% endif %}
</h2>
{{ chips(group) }}
{% if group.is_missing %}
<p class="missing">{{ words.missing }}</p>
{% endif %}
{% for note in group.notes %}
<p class="note">{{ note }}</p>
{% endfor %}
<ul>
{% for row in group.rows %}
<li><label class="{{ row.role }}">
<input type="checkbox" data-layer="{{ row.layer }}" data-category="{{ row.category }}"\
 autocomplete="off"\
{% if row.is_shown %} checked{% endif %}>
{{ markup(row.svg) }}<span>{{ row.title }}</span>
<b data-count title="{{ words.count.replace("{n}", row.count|string) }}">{{ row.count }}</b>
</label></li>
{% endfor %}
</ul>
</section>
{% endfor %}
</details>
</aside>
""")

    def __init__(
        self,
        groups: Sequence[LegendGroup],
        language: Language,
        *,
        opened: int = 0,
        states: Verbatim | None = None,
    ) -> None:
        super().__init__(
            "Legend", language, groups=(), markup=Markup, chips=self._chips, opened=opened
        )
        self.states = states
        self.groups = tuple(groups)

    def _chips(self, group: LegendGroup) -> Markup:
        """Name the clauses that rest on an analysis."""
        return chips_markup([clause_chip(verdict, self.language) for verdict in group.verdicts])

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's own signature
        """Put the panel, the script's words and the script's start into the page."""
        # A layer that was added to the map after it was made says itself how it stands here.
        added = [child for child in self._beside() if hasattr(child, "legend_group")]
        self.values["groups"] = (*self.groups, *(layer.legend_group() for layer in added))
        super().render(**kwargs)
        page = page_of(self)
        page.html.add_child(words_block(self.language), name="tieling_words")
        if self.states is not None:
            page.html.add_child(self.states, name="tieling_states")
        last = page.ending if isinstance(page, OfflinePage) else page.script
        last.add_child(Verbatim("tielingGeo.start();"), name="tieling_start")
        return ""

    def _beside(self) -> list[Any]:
        """Return what stands on the map beside the legend."""
        return [] if self._parent is None else list(self._parent._children.values())  # noqa: SLF001


@dataclass(frozen=True, slots=True)
class Sources:
    """What the footer names."""

    attribution: tuple[str, ...] = ()
    map_approval_no: str = ""
    notes: tuple[str, ...] = field(default=())


class Footer(_Chrome):
    """Sources and the map approval number; it is printed with the map."""

    source = TEMPLATES.from_string("""\
<footer>
{% if sources.attribution %}
<p><b>{{ words.sources }}</b> {{ sources.attribution|join(mark) }}</p>
{% endif %}
<p><b>{{ words.approval }}</b> {{ sources.map_approval_no or without }}</p>
{% for note in sources.notes %}
<p>{{ note }}</p>
{% endfor %}
</footer>
""")

    def __init__(self, sources: Sources, language: Language) -> None:
        super().__init__(
            "Footer",
            language,
            sources=sources,
            without=_NO_APPROVAL.to(language),
            mark="；" if language == "zh" else "; ",
        )
