"""Run the states of published maps: other days, and other parameters."""

from collections.abc import Iterable, Sequence

from tieling_geo.errors import MapError, ParameterError
from tieling_geo.pipeline.judging import judge
from tieling_geo.pipeline.running import Runs
from tieling_geo.records import (
    Clause,
    MapState,
    Progress,
    PublishedMap,
    StateCard,
    Verdict,
    silent,
)
from tieling_geo.text import Text


def run_states(
    maps: Iterable[PublishedMap],
    runs: Runs,
    verdicts: Sequence[Verdict],
    *,
    progress: Progress = silent,
) -> dict[str, tuple[MapState, ...]]:
    """
    Run the states of maps, and judge in each the clauses that rest on the map's analyses.

    A state after the day of the assessment is left out, as nobody knows it yet; so is one that is
    the day of the assessment with nothing changed, which the assessment itself is. A state's
    verdicts rest on the layers with the overrides, as those of the assessment do; they do not tell
    what they would be without, nor what would change them, which no map shows.

    Parameters
    ----------
    maps
        The published maps; those without states are passed over.
    runs
        The runs of the assessment, which are taken where they fit.
    verdicts
        Those of the assessment: the clauses that are judged.
    progress
        Told of each map.

    Returns
    -------
    states
        Map id -> its states in the order of its file.

    Raises
    ------
    MapError
        If a state sets a parameter that the plan sets, or that its analysis refuses.
    """
    chosen = [one for one in maps if one.states]
    found = {}
    for position, one in enumerate(chosen):
        told = Text(f"地图各时点 {one.map_id}", f"states of map {one.map_id}")
        progress(told, position, len(chosen))
        clauses = [v.clause for v in verdicts if v.clause.analysis in one.analyses]
        cards = [card for card in one.states if _is_another(card, runs)]
        found[one.map_id] = tuple(_told_state(one, card, clauses, runs) for card in cards)
    return found


def _is_another(card: StateCard, runs: Runs) -> bool:
    """Tell if a state is not the assessment itself, and not in its future."""
    day = card.as_of or runs.as_of
    return day < runs.as_of or (day == runs.as_of and bool(card.parameters))


def _told_state(
    published: PublishedMap, card: StateCard, clauses: Sequence[Clause], runs: Runs
) -> MapState:
    """
    Run a state; what is wrong with its parameters is told with its name.

    Raises
    ------
    MapError
        If a parameter is refused.
    """
    try:
        return _state(published, card, clauses, runs)
    except ParameterError as error:
        told = error.message
        raise MapError(
            Text(
                f"地图 {published.map_id}.toml:状态“{card.title.zh}”:{told.zh}",
                f"map {published.map_id}.toml: state {card.title.en!r}: {told.en}",
            )
        ) from error


def _state(
    published: PublishedMap, card: StateCard, clauses: Sequence[Clause], runs: Runs
) -> MapState:
    """Run the analyses of a map in one of its states, and judge its clauses."""
    then = runs.at(card.as_of or runs.as_of, card.parameters)
    verdicts = tuple(judge(clause, then, moves=False) for clause in clauses)
    ran = {key.analysis for key in runs.names}
    then.add_undriven(name for name in published.analyses if name in ran)
    then.accounts()
    found = then.named()
    return MapState(
        title=card.title,
        as_of=then.as_of,
        results={name: found[name] for name in published.analyses if name in found},
        verdicts=verdicts,
        parameters=card.parameters,
    )
