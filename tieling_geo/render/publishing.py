"""Draw a published map of an assessment."""

from collections.abc import Sequence

from tieling_geo.records import Assessment, PublishedMap
from tieling_geo.render.assets import Assets
from tieling_geo.render.basemap import Basemap
from tieling_geo.render.glance import map_day, map_sources
from tieling_geo.render.offline import OfflineMap
from tieling_geo.render.panel import MapLink
from tieling_geo.render.published import in_plan_order
from tieling_geo.render.states import states_left_out, states_of
from tieling_geo.render.web_map import bounds_of, web_map
from tieling_geo.text import Language

# Layers of context that show the whole of what is planned for: a map that has one opens on it.
_WHOLE = ("counties",)


def draw_published(
    published: PublishedMap,
    assessment: Assessment,
    language: Language = "zh",
    *,
    dashboard: str = "../index.html",
    assets: Assets = "inline",
    basemap: Basemap | None = None,
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
    assets, basemap
        See `web_map`.
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
    return web_map(
        [assessment.results[name] for name in named],
        title=published.title,
        context=context,
        verdicts=assessment.verdicts,
        language=language,
        is_sample=assessment.is_sample,
        attribution=map_sources(assessment, published, language),
        map_approval_no=assessment.map_approval_no,
        extent=published.extent or bounds_of([context[n] for n in _WHOLE if n in context]),
        missing=[name for name in published.analyses if name not in assessment.results],
        subtitle=map_day(assessment),
        as_of=assessment.as_of,
        dashboard=dashboard,
        theme=published.theme,
        bureaus={name: one.bureaus for name, one in assessment.plan.sections.items()},
        assets=assets,
        basemap=basemap,
        states=states_of(published, assessment),
        notes=states_left_out(published, assessment),
        siblings=[
            MapLink(f"{one.map_id}.html", one.title.to(language), one == published)
            for one in in_plan_order(siblings, assessment.verdicts)
        ],
    )
