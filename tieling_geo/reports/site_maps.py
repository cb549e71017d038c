"""The maps on the dashboard: a card each, and links from features to where they are drawn."""

from collections.abc import Collection, Sequence
from urllib.parse import quote

from markupsafe import Markup

from tieling_geo.records import Assessment, PublishedMap
from tieling_geo.render.chips import chips_markup, map_chips
from tieling_geo.render.layers import is_drawable
from tieling_geo.render.popup import plain_text
from tieling_geo.render.published import in_plan_order
from tieling_geo.render.thumbnail import thumbnail
from tieling_geo.text import Language


def map_link(published: PublishedMap, language: Language) -> dict[str, str]:
    """Name a map and where it lies."""
    return {"href": f"maps/{published.map_id}.html", "title": published.title.to(language)}


def map_cards(
    assessment: Assessment, maps: Sequence[PublishedMap], language: Language
) -> list[dict[str, object]]:
    """Say of each map, in the order of the plan, how its clauses stand and what it looks like."""
    return [
        {
            **map_link(one, language),
            "chips": chips_markup(
                map_chips(
                    one.analyses,
                    assessment.verdicts,
                    language,
                    missing=[name for name in one.analyses if name not in assessment.results],
                    most_named=0,
                )
            ),
            "picture": Markup(thumbnail(one, assessment)),  # noqa: S704 - numbers and our colours
        }
        for one in in_plan_order(maps, assessment.verdicts)
    ]


def feature_links(
    analysis: str, ids: Collection[str], assessment: Assessment, maps: Sequence[PublishedMap]
) -> dict[str, str]:
    """
    Give the address on a map of each of some features of an analysis that a map draws.

    Of several maps it is the one on which the analysis stands first: there it is shown from the
    start.

    Returns
    -------
    links
        Feature id -> `maps/<map_id>.html#sel=<analysis>/<feature id>`. A feature without a place
        has none.
    """
    drawn_on = [one for one in maps if analysis in one.analyses]
    if not ids or not drawn_on or analysis not in assessment.results:
        return {}
    best = min(drawn_on, key=lambda one: (one.analyses.index(analysis), len(one.analyses)))
    features = assessment.results[analysis].features
    drawn = features.index[features.index.isin(ids) & is_drawable(features)]
    start = f"maps/{best.map_id}.html#sel={quote(analysis, safe='')}/"
    return {str(feature): start + quote(plain_text(feature), safe="") for feature in drawn}
