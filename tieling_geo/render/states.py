"""The states of a published map: the day of the assessment, earlier days, other parameters."""

from tieling_geo.records import Assessment, MapState, PublishedMap
from tieling_geo.text import Text


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
