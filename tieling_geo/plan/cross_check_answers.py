"""What the cross-checks compare: each clause's verdict and the run of an analysis it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tieling_geo.analyses import ANALYSES
from tieling_geo.records import CheckState, Layer, Result, State, Verdict
from tieling_geo.text import Text

Row = tuple[Text, int, tuple[str, ...]]


class Outcome(NamedTuple):
    """What came of one check."""

    state: CheckState
    told: Text
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A clause's verdict and the run that it rests on."""

    verdict: Verdict
    result: Result

    @property
    def name(self) -> str:
        """The clause's id."""
        return self.verdict.clause.clause_id

    @property
    def layer(self) -> str:
        """The layer whose features are counted."""
        return ANALYSES[self.result.analysis].inputs[0].layer_name()


@dataclass(frozen=True, slots=True)
class Answers:
    """All that was answered."""

    verdicts: Mapping[str, Verdict]
    results: Mapping[str, Result]
    layers: Mapping[str, Layer]

    def run_of(self, clause_id: str) -> Answer | None:
        """Find the run that judged a clause: that of its analysis with the verdict's parameters."""
        verdict = self.verdicts.get(clause_id)
        if verdict is None or not verdict.clause.analysis:
            return None
        own = f"{verdict.clause.analysis}__{clause_id}"
        for name in sorted(self.results, key=lambda name: (name != own, name)):
            found = self.results[name]
            if found.analysis == verdict.clause.analysis and _is_run(found, verdict):
                return Answer(verdict, found)
        return None

    def answer(self, clause_id: str) -> Answer | None:
        """Find what answers a clause; None where it has no data."""
        found = self.run_of(clause_id)
        if found is None or found.verdict.state in {State.NO_DATA, State.NOT_DECIDABLE}:
            return None
        return found if found.verdict.clause.measure in found.result.measures else None


def _is_run(result: Result, verdict: Verdict) -> bool:
    """Tell whether a run has the parameters that a verdict rests on."""
    used = {name: p.value for name, p in verdict.parameters.items() if name in result.parameters}
    return all(result.parameters[name].value == value for name, value in used.items())
