"""How a verdict's state looks beside its word: one sign and one colour, on every page the same."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from tieling_geo.records import State, Verdict
from tieling_geo.render.popup import TEMPLATES, plain_text
from tieling_geo.text import Language, Text

#: A sign beside each state's word and colour, so that none of them stands alone.
STATE_MARKS: Mapping[State, str] = MappingProxyType({
    State.MET: "✓",
    State.NOT_MET: "✗",
    State.UNDETERMINED: "?",
    State.NO_DATA: "∅",
    State.NOT_APPLICABLE: "–",
    State.REPORTED: "i",
    State.NOT_DECIDABLE: "×",
})
#: Sign of a soft target that is missed: it is told, and is no violation.
SOFT_MARK = "△"
#: A map of up to this many clauses (closed) names each beside its title; else it counts them.
MOST_NAMED = 3

_CHIPS = TEMPLATES.from_string("""\
<span class="chips">
{% for chip in chips %}
<span class="state {{ chip.look }}"><span class="mark" aria-hidden="true">{{ chip.mark }}</span>\
{{ chip.text }}</span>
{% endfor %}
</span>
""")
_SOFT = Text("软目标未达到", "soft target missed")
_MISSING = Text("{n} 项分析缺数据", "{n} analyses without data")


@dataclass(frozen=True, slots=True)
class Chip:
    """A small label of a state: its look, which `common.css` colours, its sign and its words."""

    look: str
    mark: str
    text: str


def look(verdict: Verdict) -> str:
    """Name the look of a verdict: its state's, or that of a soft target which is missed."""
    soft = verdict.state is State.NOT_MET and not verdict.is_violation
    return "soft" if soft else verdict.state.value


def mark(verdict: Verdict) -> str:
    """Give the sign that stands beside a verdict's word and colour."""
    return SOFT_MARK if look(verdict) == "soft" else STATE_MARKS[verdict.state]


def clause_chip(verdict: Verdict, language: Language) -> Chip:
    """Name a clause and its state: `I01 未达到`."""
    told = f"{plain_text(verdict.clause.clause_id)} {verdict.label.to(language)}"
    return Chip(look(verdict), mark(verdict), told)


def count_chips(verdicts: Sequence[Verdict], language: Language) -> tuple[Chip, ...]:
    """
    Count verdicts by state, in the order of the states: `达到 2`, `未达到 3`.

    Soft targets that are missed are counted apart; states that no verdict has are left out.
    """
    counts = Counter(map(look, verdicts))
    looks = [(s.value, STATE_MARKS[s], s.label) for s in State]
    looks.insert(2, ("soft", SOFT_MARK, _SOFT))
    return tuple(
        Chip(name, sign, f"{title.to(language)} {counts[name]}")
        for name, sign, title in looks
        if counts[name]
    )


def map_chips(
    analyses: Collection[str],
    verdicts: Sequence[Verdict],
    language: Language,
    *,
    missing: Sequence[str] = (),
    most_named: int = MOST_NAMED,
) -> tuple[Chip, ...]:
    """
    Say in a few chips what the clauses that a map decides came to.

    Parameters
    ----------
    analyses
        The analyses of the map, with or without a result.
    verdicts
        All verdicts.
    language
        Language of the chips.
    missing
        Those of the analyses that have no result. A clause that rests on one has no data and is
        counted as such; an analysis that no clause rests on is counted in a chip of its own.
    most_named
        Up to this many clauses are named one by one (closed).

    Returns
    -------
    chips
        One a clause, or one a state; none where no clause rests on the map and all is there.
    """
    own = [v for v in verdicts if v.clause.analysis in analyses]
    if len(own) <= most_named:
        chips = tuple(clause_chip(verdict, language) for verdict in own)
    else:
        chips = count_chips(own, language)
    silent = set(missing) - {v.clause.analysis for v in own}
    if not silent:
        return chips
    told = _MISSING.filled(n=len(silent)).to(language)
    return (*chips, Chip(State.NO_DATA.value, STATE_MARKS[State.NO_DATA], told))


def chips_markup(chips: Sequence[Chip]) -> Markup:
    """Return chips as a piece of a page, every word in them escaped; empty where there is none."""
    return Markup(_CHIPS.render(chips=chips) if chips else "")  # noqa: S704 - escaped by TEMPLATES
