"""What a map tells before it is read: how its clauses stand, its day and its sources."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tieling_geo.analyses import ANALYSES
from tieling_geo.records import Analysis, Assessment, PublishedMap, State, Verdict
from tieling_geo.render.asked import attribution_of
from tieling_geo.render.popup import verdicts_on
from tieling_geo.render.theme import INK
from tieling_geo.text import Language, Text

_WHITE = "#ffffff"
_AS_OF = Text("{title} · 评估截至 {day}", "{title} · as of {day}")


class ChipStyle(NamedTuple):
    """How the chip of a verdict looks beside its analysis."""

    ink: str
    rim: str
    ground: str
    is_dashed: bool = False


_PLAIN_CHIP = ChipStyle(INK, "#6b7280", _WHITE)
_SOFT_CHIP = ChipStyle("#6b4a00", "#b07900", "#fff8e6")
_UNSURE_CHIP = ChipStyle("#7d2c61", "#aa4a86", _WHITE, is_dashed=True)
_CHIPS: Mapping[State, ChipStyle] = {
    State.MET: ChipStyle("#00553f", "#009e73", _WHITE),
    State.NOT_MET: ChipStyle("#8f3d00", "#d55e00", "#fff3ea"),
    State.UNDETERMINED: _UNSURE_CHIP,
    State.NO_DATA: _UNSURE_CHIP,
}
#: States in the order that a planner wants to hear of them.
_WORST_FIRST = (
    State.NOT_MET,
    State.UNDETERMINED,
    State.NO_DATA,
    State.MET,
    State.REPORTED,
    State.NOT_APPLICABLE,
    State.NOT_DECIDABLE,
)


def chip_style(verdict: Verdict) -> ChipStyle:
    """Return how the chip of a verdict looks; a soft target that is missed is no violation."""
    if verdict.state is State.NOT_MET and not verdict.is_violation:
        return _SOFT_CHIP
    return _CHIPS.get(verdict.state, _PLAIN_CHIP)


def verdicts_of(assessment: Assessment, published: PublishedMap) -> tuple[Verdict, ...]:
    """Return the verdicts that rest on what a map draws, in the order of its analyses."""
    return tuple(
        verdict for name in published.analyses for verdict in verdicts_on(name, assessment.verdicts)
    )


def counted(verdicts: Sequence[Verdict]) -> list[tuple[ChipStyle, Text, int]]:
    """
    Count clauses by how they stand, the worst first: its chip, what people read, and how many.

    A soft target that is missed is no violation: it is counted apart, under its own word.

    Examples
    --------
    >>> counted([])
    []
    """
    ordered = sorted(verdicts, key=lambda v: (_WORST_FIRST.index(v.state), not v.is_violation))
    looks = Counter((chip_style(verdict), verdict.label) for verdict in ordered)
    return [(style, label, count) for (style, label), count in looks.items()]


def map_day(assessment: Assessment) -> Text:
    """Say whose assessment it is, and of which day."""
    day, title = assessment.as_of.isoformat(), assessment.title
    return Text(
        _AS_OF.zh.format(title=title.zh, day=day), _AS_OF.en.format(title=title.en, day=day)
    )


def map_sources(
    assessment: Assessment,
    published: PublishedMap,
    language: Language,
    *,
    cards: Mapping[str, Analysis] = ANALYSES,
) -> tuple[str, ...]:
    """Name the publisher, licence and day of every layer on a map, each publisher once."""
    named = [name for name in published.analyses if name in assessment.results]
    inputs = [
        schema.layer_name()
        for name in named
        for schema in (*cards[name].inputs, *cards[name].optional)
    ]
    names = dict.fromkeys([*published.context, *inputs])
    layers = (assessment.layers[name] for name in names if name in assessment.layers)
    return tuple(attribution_of(layers, language))
