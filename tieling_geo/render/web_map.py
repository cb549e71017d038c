"""An offline map of any results: coloured by category, with legend, popups and sources."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.analyses import ANALYSES
from tieling_geo.crs import CHINA_BOUNDS, check_crs, to_web_crs
from tieling_geo.errors import UnknownNameError
from tieling_geo.records import Analysis, Assessment, PublishedMap, Result, Verdict
from tieling_geo.render.layers import (
    Drawing,
    PackedLayer,
    context_drawing,
    is_drawable,
    result_drawing,
    shape_drawings,
)
from tieling_geo.render.offline import OfflineMap
from tieling_geo.render.panel import (
    WORDS,
    Footer,
    Legend,
    LegendGroup,
    LegendRow,
    MapLink,
    Sources,
    TitleBar,
)
from tieling_geo.render.popup import plain_text, verdicts_on
from tieling_geo.render.published import in_plan_order
from tieling_geo.render.states import map_chips
from tieling_geo.render.theme import layer_title
from tieling_geo.text import NOTHING, Language, Text

#: West, south, east, north, degrees.
Extent = tuple[float, float, float, float]

# From the bottom to the top: areas must not hide the lines and points that lie in them.
_FAMILIES_UPWARDS = ("polygon", "line", "point")
_CLOSEST_ZOOM = 14
# Layers of context that show the whole of what is planned for: a map that has one opens on it.
_WHOLE = ("counties",)
#: No section of a plan names any bureau.
NO_BUREAUS: Mapping[str, Sequence[str]] = MappingProxyType({})
# With more themes than this on one map, what is out of their scope is not drawn at the start.
_MOST_THEMES = 2


def web_map(  # noqa: PLR0913 - each is one thing that a map shows
    results: Sequence[Result],
    *,
    title: Text,
    context: Mapping[str, gpd.GeoDataFrame],
    verdicts: Sequence[Verdict] = (),
    language: Language = "zh",
    is_sample: bool = False,
    attribution: Sequence[str] = (),
    map_approval_no: str = "",
    extent: Extent | None = None,
    missing: Sequence[str] = (),
    subtitle: Text = NOTHING,
    dashboard: str = "",
    theme: str = "light",
    cards: Mapping[str, Analysis] = ANALYSES,
    bureaus: Mapping[str, Sequence[str]] = NO_BUREAUS,
    siblings: Sequence[MapLink] = (),
) -> OfflineMap:
    """
    Draw results on a map that needs no network; nothing is written to disk.

    Parameters
    ----------
    results
        Results in any CRS that states itself; coloured by their category column.
    title
        Title of the map.
    context
        Layer name -> features, drawn below for orientation.
    verdicts
        Verdicts of clauses; each is named where the analysis it rests on is drawn.
    language
        Language of everything around the data.
    is_sample
        True: the page says 示例数据 / SAMPLE, on screen and in print.
    attribution
        Sources to be named.
    map_approval_no
        审图号; empty: the page says that there is none.
    extent
        What is shown first: west, south, east, north, degrees. None: all that is drawn.
    missing
        Names of analyses that belong here and have no result: the legend says so.
    subtitle
        A line below the title, such as the day.
    dashboard
        Address of the dashboard, relative to the map; empty: no link.
    theme
        A name of `tieling_geo.render.theme.THEMES`.
    cards
        The analyses by name; a notebook may give its own.
    bureaus
        Section of the plan -> the bureaus that it names for its clauses.
    siblings
        The maps of the site that this one stands in, itself among them; none: no menu of maps.

    Returns
    -------
    drawn
        The map; `to_html` gives its page, a notebook shows it as it is.

    Raises
    ------
    CRSError
        If a result or a layer of context states no CRS.
    MapError
        If no theme has that name.
    UnknownNameError
        If a result comes from an analysis that `cards` does not know.

    Examples
    --------
    >>> drawn = web_map([], title=Text("锅炉", "Boilers"), context={})
    >>> type(drawn).__name__
    'OfflineMap'
    """
    drawn = OfflineMap(title, language=language, theme=theme)
    on_it = {result.analysis for result in results}.union(missing)
    bar = TitleBar(
        title,
        language,
        subtitle=subtitle,
        is_sample=is_sample,
        dashboard=dashboard,
        chips=map_chips(on_it, verdicts, language, missing=missing),
        siblings=siblings,
    )
    drawn.get_root().add_child(bar, index=0)
    groups = _draw_results(drawn, results, verdicts, cards, bureaus, language)
    groups += [_missing_group(name, cards, language) for name in missing]
    background = _draw_context(drawn, context, language)
    _fit(drawn, extent or _bounds([r.features for r in results]) or _bounds(context.values()))
    # Last of the map's children: it starts the page's script, which remembers the view.
    drawn.add_child(Legend([*groups, *background], language))
    sources = Sources(tuple(dict.fromkeys(attribution)), map_approval_no)
    drawn.get_root().add_child(Footer(sources, language))
    return drawn


def _draw_results(
    drawn: OfflineMap,
    results: Sequence[Result],
    verdicts: Sequence[Verdict],
    cards: Mapping[str, Analysis],
    bureaus: Mapping[str, Sequence[str]],
    language: Language,
) -> list[LegendGroup]:
    """Add the results' layers, and return their part of the legend."""
    hidden = _shown_before(results, cards)
    is_crowded = len(results) - len(hidden) > _MOST_THEMES
    groups = []
    for position, result in enumerate(results):
        check_crs(result.features, name=result.analysis)
        card = _card(result.analysis, cards)
        own = verdicts_on(result.analysis, verdicts)
        drawings = [
            result_drawing(result, card, own, language, bureaus=bureaus),
            *shape_drawings(result, card, own, language),
        ]
        rows: list[LegendRow] = []
        for number, drawing in enumerate(drawings):
            off = drawing.quiet if is_crowded else ()
            show = position not in hidden
            layer = PackedLayer(drawing, 100 + 10 * position + number, show=show, off=off)
            drawn.add_child(layer)
            rows += _rows(layer)
        groups.append(
            LegendGroup(
                title=card.title.to(language),
                rows=tuple(rows),
                verdicts=own,
                notes=_notes(result, is_hidden=position in hidden, language=language),
                state=0,
            )
        )
    return groups


def _shown_before(results: Sequence[Result], cards: Mapping[str, Analysis]) -> set[int]:
    """Find results whose features an earlier one shows: one symbol would hide another."""
    seen: set[str] = set()
    hidden = set()
    for position, result in enumerate(results):
        layer = _card(result.analysis, cards).inputs[0].layer_name()
        if layer in seen:
            hidden.add(position)
        seen.add(layer)
    return hidden


def _card(name: str, cards: Mapping[str, Analysis]) -> Analysis:
    """
    Return an analysis by name.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    if name not in cards:
        raise UnknownNameError(Text(f"没有分析 {name!r}", f"no analysis {name!r}"))
    return cards[name]


def _rows(layer: PackedLayer) -> list[LegendRow]:
    """Return a layer's lines in the legend, one a category."""
    return [
        LegendRow(
            layer=layer.get_name(),
            category=k,
            title=row.title,
            svg=row.svg,
            count=row.count,
            is_shown=layer.show and k not in layer.off,
            role=f"role-{row.role}" if row.role else "",
        )
        for k, row in enumerate(layer.drawing.rows)
    ]


def _notes(result: Result, *, is_hidden: bool, language: Language) -> tuple[str, ...]:
    """Say what a reader of the legend must know of a result."""
    undrawn = int((~is_drawable(result.features)).sum())
    notes = []
    if not len(result.features):
        notes.append(WORDS["empty"].to(language))
    if undrawn:
        notes.append(WORDS["undrawn"].filled(n=undrawn).to(language))
    if is_hidden:
        notes.append(WORDS["hidden"].to(language))
    return tuple(notes)


def _missing_group(name: str, cards: Mapping[str, Analysis], language: Language) -> LegendGroup:
    """Name an analysis that has no result."""
    title = cards[name].title.to(language) if name in cards else plain_text(name)
    return LegendGroup(title, is_missing=True)


def _draw_context(
    drawn: OfflineMap, context: Mapping[str, gpd.GeoDataFrame], language: Language
) -> list[LegendGroup]:
    """Add the layers of context, areas first, and return their part of the legend."""
    drawings: list[Drawing] = []
    for name, features in context.items():
        check_crs(features, name=name)
        drawings.append(context_drawing(name, features, language))
    drawings.sort(key=lambda d: _FAMILIES_UPWARDS.index(d.family))
    layers = [PackedLayer(drawing, 1 + number) for number, drawing in enumerate(drawings)]
    for layer in layers:
        drawn.add_child(layer)
    if not layers:
        return []
    rows = tuple(row for layer in layers for row in _rows(layer))
    return [LegendGroup(WORDS["context"].to(language), rows)]


def _bounds(frames: Iterable[gpd.GeoDataFrame]) -> Extent | None:
    """Return west, south, east, north of all that can be drawn, degrees; None where nothing can."""
    boxes = [
        to_web_crs(_outline(frame)).total_bounds for frame in frames if is_drawable(frame).any()
    ]
    if not boxes:
        return None
    stacked = np.vstack(boxes)
    west, south = stacked[:, :2].min(axis=0)
    east, north = stacked[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _outline(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the box round all features, with vertices enough to be bent by a reprojection."""
    box = shapely.box(*frame.total_bounds)
    bent = shapely.segmentize(box, box.length / 40) if box.area else box
    return gpd.GeoDataFrame(geometry=[bent], crs=frame.crs)


def _fit(drawn: OfflineMap, extent: Extent | None) -> None:
    """Let the map open on an extent; on the whole country where there is none."""
    west, south, east, north = (round(x, 6) for x in extent or CHINA_BOUNDS)
    drawn.fit_bounds([[south, west], [north, east]], padding=(24, 24), max_zoom=_CLOSEST_ZOOM)


def draw_published(
    published: PublishedMap,
    assessment: Assessment,
    language: Language = "zh",
    *,
    dashboard: str = "../index.html",
    siblings: Sequence[PublishedMap] = (),
) -> OfflineMap:
    """
    Draw a published map of an assessment.

    An analysis that has no result is named in the legend as missing; a layer of context that is
    not there is left out.

    Parameters
    ----------
    published
        What the map draws.
    assessment
        Layers, results and verdicts.
    language
        Language of everything around the data.
    dashboard
        Address of the dashboard, relative to the map; empty: no link.
    siblings
        All maps that are published in the same folder, for the menu of maps; none: no menu.

    Returns
    -------
    drawn
        The map; nothing is written to disk.
    """
    named = [name for name in published.analyses if name in assessment.results]
    context = {
        n: assessment.layers[n].features for n in published.context if n in assessment.layers
    }
    day = assessment.as_of.isoformat()
    return web_map(
        [assessment.results[name] for name in named],
        title=published.title,
        context=context,
        verdicts=assessment.verdicts,
        language=language,
        is_sample=assessment.is_sample,
        attribution=_attribution(assessment, [*context, *_inputs(named)], language),
        map_approval_no=assessment.map_approval_no,
        extent=published.extent or _bounds([context[n] for n in _WHOLE if n in context]),
        missing=[name for name in published.analyses if name not in assessment.results],
        subtitle=Text(
            f"{assessment.title.zh} · 评估截至 {day}", f"{assessment.title.en} · as of {day}"
        ),
        dashboard=dashboard,
        theme=published.theme,
        bureaus={name: one.bureaus for name, one in assessment.plan.sections.items()},
        siblings=[
            MapLink(f"{one.map_id}.html", one.title.to(language), one == published)
            for one in in_plan_order(siblings, assessment.verdicts)
        ],
    )


def _inputs(analyses: Sequence[str]) -> list[str]:
    """Name the layers that analyses rest on, optional ones too."""
    return [
        schema.layer_name()
        for name in analyses
        for schema in (*ANALYSES[name].inputs, *ANALYSES[name].optional)
    ]


def _attribution(assessment: Assessment, names: Sequence[str], language: Language) -> list[str]:
    """Name the publisher, licence and day of every layer on the map, each publisher once."""
    sources: dict[tuple[str, str, str], list[str]] = {}
    for name in dict.fromkeys(names):
        if name in assessment.layers:
            card = assessment.layers[name].card
            key = (card.publisher, card.licence, card.reference_date)
            sources.setdefault(key, []).append(layer_title(name).to(language))
    comma = "、" if language == "zh" else ", "
    return [
        f"{comma.join(titles)}: " + comma.join(word for word in key if word)
        for key, titles in sources.items()
    ]
