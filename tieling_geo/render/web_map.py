"""An offline map of any results: coloured by category, with legend, popups and sources."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.analyses import ANALYSES
from tieling_geo.crs import CHINA_BOUNDS, check_crs, to_web_crs
from tieling_geo.errors import UnknownNameError
from tieling_geo.records import Analysis, MapState, Result, Verdict
from tieling_geo.render.asked import Context, Subject, to_asked
from tieling_geo.render.assets import Assets
from tieling_geo.render.basemap import Basemap
from tieling_geo.render.basemap_layer import (
    BasemapLayer,
    basemap_notes,
    see_through,
    shown_on,
    states_shown_on,
)
from tieling_geo.render.chips import map_chips
from tieling_geo.render.drawings import context_drawing, result_drawing, shape_drawings
from tieling_geo.render.layers import Drawing, PackedLayer, is_drawable
from tieling_geo.render.offline import OfflineMap
from tieling_geo.render.own_layers import layer_on_map
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
from tieling_geo.render.states import (
    Scene,
    own_position,
    scenes_of,
    states_block,
)
from tieling_geo.text import NOTHING, Language, Text

#: West, south, east, north, degrees.
Extent = tuple[float, float, float, float]

# From the bottom to the top: areas must not hide the lines and points that lie in them.
_FAMILIES_UPWARDS = ("polygon", "line", "point")
_CLOSEST_ZOOM = 14
#: No section of a plan names any bureau.
NO_BUREAUS: Mapping[str, Sequence[str]] = MappingProxyType({})
# With more themes than this on one map, what is out of their scope is not drawn at the start.
_MOST_THEMES = 2


def web_map(  # noqa: PLR0913 - each is one thing that a map shows
    results: Subject | Sequence[Subject],
    *,
    title: Text | str | None = None,
    context: Context = (),
    verdicts: Sequence[Verdict] = (),
    language: Language = "zh",
    is_sample: bool = False,
    attribution: Sequence[str] = (),
    map_approval_no: str = "",
    extent: Extent | None = None,
    missing: Sequence[str] = (),
    subtitle: Text = NOTHING,
    as_of: date | None = None,
    dashboard: str = "",
    theme: str = "light",
    cards: Mapping[str, Analysis] = ANALYSES,
    bureaus: Mapping[str, Sequence[str]] = NO_BUREAUS,
    assets: Assets = "inline",
    basemap: Basemap | None = None,
    states: Sequence[MapState] = (),
    notes: Sequence[Text] = (),
    siblings: Sequence[MapLink] = (),
) -> OfflineMap:
    """
    Draw results or layers on a map that needs no network; nothing is written to disk.

    Parameters
    ----------
    results
        One result or layer, or several, in any CRS that states itself. A result is coloured by its
        category column; features that a layer has and that are also a result's are drawn twice.
    title
        Title of the map; None: that of the first result.
    context
        Layers, or layer name -> features, drawn below for orientation.
    verdicts
        Verdicts of clauses; each is named where the analysis it rests on is drawn.
    language
        Language of everything around the data.
    is_sample
        True: the page says 示例数据 / SAMPLE, on screen and in print. A result or layer that says
        of itself that it is a sample has the same effect.
    attribution
        Sources to be named, beside those of layers, which carry their own.
    map_approval_no
        审图号; empty: the page says that there is none.
    extent
        What is shown first: west, south, east, north, degrees. None: all that is drawn.
    missing
        Names of analyses that belong here and have no result: the legend says so.
    subtitle
        A line below the title, such as the day.
    as_of
        The day that the results speak of: files that a reader saves from the map carry it.
    dashboard
        Address of the dashboard, relative to the map; empty: no link.
    theme
        A name of `tieling_geo.render.theme.THEMES`.
    cards
        The analyses by name; a notebook may give its own.
    bureaus
        Section of the plan -> the bureaus that it names for its clauses.
    assets
        Where the page's scripts and styles stand: `inline`, `folder` or `cdn`.
    basemap
        Tiles below all else; None: the page loads nothing.
    states
        What the map can show, one at a time; `results` and `verdicts` are those of the one that
        `is_own`. Empty: only these.
    notes
        What else must be known of the map, below it.
    siblings
        The maps of the site that this one stands in, itself among them; none: no menu of maps.

    Returns
    -------
    drawn
        The map, a `folium.Map` like any other: add to it what you like; `save` writes its page,
        a notebook shows it as it is.

    Raises
    ------
    CRSError
        If a result or a layer of context states no CRS.
    MapError
        If no theme has that name, or not one of the states is the own one.
    ParameterError
        If `assets` is no word for where scripts stand.
    UnknownNameError
        If a result comes from an analysis that `cards` does not know.

    Examples
    --------
    >>> from tieling_geo.pipeline import read_layers
    >>> from tieling_geo.workspace import open_workspace
    >>> layers = read_layers(open_workspace(), ["parks", "counties"])
    >>> drawn = web_map(layers["parks"], context=[layers["counties"]])
    >>> type(drawn).__name__, drawn.title.en
    ('OfflineMap', 'industrial parks')
    """
    asked = to_asked(results, title=title, context=context, cards=cards, language=language)
    asked = shown_on(basemap, asked)
    marked = is_sample or asked.is_sample
    drawn = OfflineMap(asked.title, language=language, theme=theme, assets=assets)
    if basemap is not None:
        drawn.options["zoom_snap"] = 1  # between the zooms of its tiles, seams show
    on_it = {result.analysis for result in asked.results}.union(missing)
    bar = TitleBar(
        asked.title,
        language,
        subtitle=subtitle,
        as_of=as_of,
        is_sample=marked,
        dashboard=dashboard,
        chips=map_chips(on_it, verdicts, language, missing=missing),
        siblings=siblings,
    )
    drawn.get_root().add_child(bar, index=0)
    opened = own_position(states)
    groups = []
    for scene in scenes_of(states_shown_on(basemap, states), asked.results, verdicts):
        groups += _draw_results(drawn, scene, cards, bureaus, language)
        groups += [_missing_group(name, cards, language, state=scene.state) for name in scene.lost]
    for layer in asked.layers:
        check_crs(layer.features, name=layer.name)
        drawn.add_child(layer_on_map(layer, language))
    groups += [_missing_group(name, cards, language) for name in missing]
    background = _draw_context(drawn, asked.context, language, has_tiles=basemap is not None)
    frames = [*(one.features for one in asked.results), *(one.features for one in asked.layers)]
    _fit(drawn, extent or bounds_of(frames) or bounds_of(asked.context.values()))
    if basemap is not None:  # once the view is set: it asks for the tiles of what is seen
        drawn.add_child(BasemapLayer(basemap, language))
    block = states_block(states, language)
    drawn.add_child(Legend([*groups, *background], language, opened=opened, states=block))
    named = tuple(dict.fromkeys([*attribution, *asked.attribution]))
    told = (*basemap_notes(basemap, language), *(note.to(language) for note in notes))
    sources = Sources(named, map_approval_no, told)
    drawn.get_root().add_child(Footer(sources, language))
    return drawn


def _draw_results(
    drawn: OfflineMap,
    scene: Scene,
    cards: Mapping[str, Analysis],
    bureaus: Mapping[str, Sequence[str]],
    language: Language,
) -> list[LegendGroup]:
    """Add the layers of a state's results, and return their part of the legend."""
    hidden = _shown_before(scene.results, cards)
    is_crowded = len(scene.results) - len(hidden) > _MOST_THEMES
    groups = []
    for position, result in enumerate(scene.results):
        letter = scene.letters[result.analysis]
        check_crs(result.features, name=result.analysis)
        card = _card(result.analysis, cards)
        own = verdicts_on(result.analysis, scene.verdicts)
        drawings = [
            result_drawing(result, card, own, language, bureaus=bureaus, letter=letter),
            *shape_drawings(result, card, own, language, letter=letter),
        ]
        rows: list[LegendRow] = []
        for number, drawing in enumerate(drawings):
            off = drawing.quiet if is_crowded else ()
            show = position not in hidden
            place = 1000 * scene.state + 100 + 10 * position + number
            layer = PackedLayer(drawing, place, show=show, off=off, state=scene.state)
            drawn.add_child(layer)
            rows += layer.legend_rows()
        groups.append(
            LegendGroup(
                title=card.title.to(language),
                letter=letter,
                rows=tuple(rows),
                verdicts=own,
                notes=(
                    *_notes(result, is_hidden=position in hidden, language=language),
                    *_simplified_note(drawings, language),
                ),
                state=scene.state,
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


def _simplified_note(drawings: Sequence[Drawing], language: Language) -> tuple[str, ...]:
    """Say how far drawn edges lie from the delivered ones, where a layer is simplified."""
    farthest = max((one.spec["simplified_m"] for one in drawings), default=0.0)
    return (WORDS["simplified"].filled(n=farthest).to(language),) if farthest else ()


def _missing_group(
    name: str, cards: Mapping[str, Analysis], language: Language, *, state: int | None = None
) -> LegendGroup:
    """Name an analysis that has no result, in one state or in any."""
    title = cards[name].title.to(language) if name in cards else plain_text(name)
    return LegendGroup(title, is_missing=True, state=state)


def _draw_context(
    drawn: OfflineMap,
    context: Mapping[str, gpd.GeoDataFrame],
    language: Language,
    *,
    has_tiles: bool,
) -> list[LegendGroup]:
    """Add the layers of context, areas first, and return their part of the legend."""
    drawings: list[Drawing] = []
    for name, features in context.items():
        check_crs(features, name=name)
        drawing = context_drawing(name, features, language)
        drawings.append(replace(drawing, spec=see_through(drawing.spec)) if has_tiles else drawing)
    drawings.sort(key=lambda d: _FAMILIES_UPWARDS.index(d.family))
    layers = [PackedLayer(drawing, 1 + number) for number, drawing in enumerate(drawings)]
    for layer in layers:
        drawn.add_child(layer)
    if not layers:
        return []
    rows = tuple(row for layer in layers for row in layer.legend_rows())
    notes = _simplified_note(drawings, language)
    return [LegendGroup(WORDS["context"].to(language), rows, notes=notes)]


def bounds_of(frames: Iterable[gpd.GeoDataFrame]) -> Extent | None:
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
