"""The states of a published map: the day of the assessment, earlier days, other parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieling_geo.errors import MapError
from tieling_geo.records import Assessment, MapState, PublishedMap, Result, Verdict
from tieling_geo.render.offline import Verbatim
from tieling_geo.render.popup import plain_text, safe_json
from tieling_geo.render.theme import letters_of
from tieling_geo.text import Language, Text


def states_of(published: PublishedMap, assessment: Assessment) -> tuple[MapState, ...]:
    """
    Give all that a published map can show, the day of the assessment among it.

    Parameters
    ----------
    published
        The map.
    assessment
        What `assess` returned; its states were run where it was given the map.

    Returns
    -------
    states
        By day; the day of the assessment is the last without other parameters, and those with
        other parameters stand behind it. Empty where there is nothing beside that day.
    """
    others = assessment.states.get(published.map_id, ())
    if not others:
        return ()
    return tuple(sorted((own_state(published, assessment), *others), key=_rank))


def own_state(published: PublishedMap, assessment: Assessment) -> MapState:
    """Give what a published map shows of the assessment itself."""
    same = [
        card.title
        for card in published.states
        if not card.parameters and card.as_of in {None, assessment.as_of}
    ]
    return MapState(
        title=same[0] if same else Text("评估日", "day of assessment"),
        as_of=assessment.as_of,
        results={
            name: assessment.results[name]
            for name in published.analyses
            if name in assessment.results
        },
        verdicts=tuple(v for v in assessment.verdicts if v.clause.analysis in published.analyses),
        is_own=True,
    )


def states_left_out(published: PublishedMap, assessment: Assessment) -> tuple[Text, ...]:
    """Say which states of a map lie after the day of the assessment, and are not shown."""
    return tuple(
        Text(
            f"未显示“{card.title.zh}”:{card.as_of} 晚于评估日 {assessment.as_of}",
            f"{card.title.en!r} is not shown: {card.as_of} is after the day {assessment.as_of}",
        )
        for card in published.states
        if card.as_of is not None and card.as_of > assessment.as_of
    )


def _rank(state: MapState) -> tuple[bool, str]:
    """Say where a state stands: by day, and those with other parameters behind."""
    return bool(state.parameters), state.as_of.isoformat()


def own_position(states: Sequence[MapState]) -> int:
    """
    Find the state that a map opens with: the assessment itself.

    Raises
    ------
    MapError
        If there are states, but not one that is the assessment.
    """
    own = [position for position, state in enumerate(states) if state.is_own]
    if states and len(own) != 1:
        raise MapError(
            Text("各时点中须恰有一个为评估本身", "one of the states must be the assessment itself")
        )
    return own[0] if own else 0


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn of one state."""

    state: int
    """Its position among the states."""
    results: Sequence[Result]
    verdicts: Sequence[Verdict]
    letters: Mapping[str, str]
    """Of each analysis on the map: the same in every state."""
    lost: tuple[str, ...] = ()
    """Analyses that the assessment has results of, and this state has not."""


def scenes_of(
    states: Sequence[MapState], results: Sequence[Result], verdicts: Sequence[Verdict]
) -> list[Scene]:
    """
    Give what is drawn in each state.

    Parameters
    ----------
    states
        The states; empty: there is only what is given.
    results, verdicts
        Those of the state that is the assessment.
    """
    own = [result.analysis for result in results]
    others = [name for state in states for name in state.results]
    letters = letters_of(list(dict.fromkeys([*own, *others])))
    if not states:
        return [Scene(0, results, verdicts, letters)]
    scenes = []
    for position, state in enumerate(states):
        found = results if state.is_own else tuple(state.results.values())
        judged = verdicts if state.is_own else state.verdicts
        known = {result.analysis for result in found}
        lost = tuple(name for name in own if name not in known)
        scenes.append(Scene(position, found, judged, letters, lost))
    return scenes


def states_block(states: Sequence[MapState], language: Language) -> Verbatim:
    """Return the block of a page that tells its script of the states."""
    told = [
        {
            "title": plain_text(state.title.to(language)),
            "day": state.as_of.isoformat(),
            "isOwn": state.is_own,
            "isVariant": bool(state.parameters),
        }
        for state in states
    ]
    return Verbatim(
        f'<script type="application/json" id="tieling_states">{safe_json(told)}</script>'
    )
