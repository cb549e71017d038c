"""What a map is asked to show, however short: one result or several, layers, context, a title."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd

from tieling_geo.records import Analysis, Layer, Result
from tieling_geo.render.context_theme import layer_title
from tieling_geo.text import Language, Text

Subject = Result | Layer
#: Layers by name or as a list; features alone need a name.
Context = Mapping[str, gpd.GeoDataFrame | Layer] | Sequence[Layer]

_MAP = Text("地图", "Map")
_AND_MORE = Text("{title}等 {n} 项", "{title} and {more} more")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a map is asked to show, spelled out."""

    results: tuple[Result, ...]
    layers: tuple[Layer, ...]
    title: Text
    context: Mapping[str, gpd.GeoDataFrame]
    is_sample: bool
    attribution: tuple[str, ...]
    """Sources of the layers that came with their cards."""


def to_asked(
    subjects: Subject | Sequence[Subject],
    *,
    title: Text | str | None,
    context: Context,
    cards: Mapping[str, Analysis],
    language: Language,
) -> Asked:
    """
    Spell out what a map is asked to show.

    Parameters
    ----------
    subjects
        A result, a layer, or several of them.
    title
        None: that of the first subject.
    context
        Layers, or layer name -> features.
    cards
        The analyses by name.
    language
        Language of the words.

    Examples
    --------
    >>> to_asked([], title="Boilers", context={}, cards={}, language="en").title.zh
    'Boilers'
    """
    several = (subjects,) if isinstance(subjects, Result | Layer) else tuple(subjects)
    results = tuple(one for one in several if isinstance(one, Result))
    layers = tuple(one for one in several if isinstance(one, Layer))
    behind = dict(context) if isinstance(context, Mapping) else {one.name: one for one in context}
    carded = [*layers, *(one for one in behind.values() if isinstance(one, Layer))]
    return Asked(
        results=results,
        layers=layers,
        title=_title(several, title, cards),
        context={k: v.features if isinstance(v, Layer) else v for k, v in behind.items()},
        is_sample=any(one.is_sample for one in results) or any(c.card.is_sample for c in carded),
        attribution=tuple(attribution_of(carded, language)),
    )


def _title(
    subjects: Sequence[Subject], title: Text | str | None, cards: Mapping[str, Analysis]
) -> Text:
    """Return the title that is given, or that of the first subject and how many there are more."""
    if title is not None:
        return Text(title, title) if isinstance(title, str) else title
    if not subjects:
        return _MAP
    first = subjects[0]
    if isinstance(first, Layer):
        own = layer_title(first.name)
    else:
        known = cards.get(first.analysis)
        own = known.title if known else Text(first.analysis, first.analysis)
    n = len(subjects)
    if n == 1:
        return own
    zh, en = (
        form.replace("{title}", told).replace("{n}", str(n)).replace("{more}", str(n - 1))
        for form, told in zip(_AND_MORE, own, strict=True)
    )
    return Text(zh, en)


def attribution_of(layers: Iterable[Layer], language: Language) -> list[str]:
    """Name the publisher, licence and day of layers, each publisher once."""
    sources: dict[tuple[str, str, str], list[str]] = {}
    for layer in layers:
        key = (layer.card.publisher, layer.card.licence, layer.card.reference_date)
        sources.setdefault(key, []).append(layer_title(layer.name).to(language))
    comma = "、" if language == "zh" else ", "
    return [
        f"{comma.join(dict.fromkeys(titles))}: " + comma.join(word for word in key if word)
        for key, titles in sources.items()
    ]
