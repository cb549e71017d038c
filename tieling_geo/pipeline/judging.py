"""Judge clauses by what was run: as of the day, at their deadlines, and without the overrides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from tieling_geo.analyses import ANALYSES
from tieling_geo.pipeline.running import Runs, listed
from tieling_geo.plan import evaluate
from tieling_geo.plan.evaluate import Doubt
from tieling_geo.records import (
    Analysis,
    Clause,
    Layer,
    Measure,
    Override,
    Parameter,
    Result,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Judges:
    """What clauses are judged by: the layers as persons left them, and as they were read."""

    runs: Runs
    plain: Runs
    """On the layers without overrides."""
    overrides: tuple[Override, ...]

    def verdict(self, clause: Clause) -> Verdict:
        """Judge a clause, and say which overrides it rests on and what it would be without."""
        verdict = judge(clause, self.runs)
        resting = self._resting(clause)
        if not resting:
            return verdict
        return replace(
            verdict,
            overrides=tuple(one.override_id for one in resting),
            state_without_overrides=judge(clause, self.plain, then=False).state,
        )

    def _resting(self, clause: Clause) -> tuple[Override, ...]:
        """List the overrides that a clause rests on, by their numbers."""
        if not clause.analysis:
            return ()
        analysis = ANALYSES[clause.analysis]
        read = [s.layer_name() for s in (*analysis.inputs, *analysis.optional)]
        near = [one for one in self.overrides if one.layer in read]
        if not near:
            return ()
        found, plain = (r.result(clause, r.as_of) for r in (self.runs, self.plain))
        out = _out_of_scope(found, clause) & _out_of_scope(plain, clause)
        moved = _measure_of(found, clause) != _measure_of(plain, clause)
        # A feature that is out of scope either way decides nothing; nor does what changes nothing
        # in a layer that is only looked up.
        return tuple(
            one for one in near if (one.feature_id not in out if one.layer == read[0] else moved)
        )


def _measure_of(result: Result | None, clause: Clause) -> Measure | None:
    """Give a clause's measure, if there is one."""
    return None if result is None else result.measures.get(clause.measure)


def _out_of_scope(result: Result | None, clause: Clause) -> set[str]:
    """List the features of the counted layer that a measure is not about."""
    if result is None:
        return set()
    table = result.excluded
    rows = table[(table["measure"] == clause.measure) & (table["kind"] == "out_of_scope")]
    return set(rows["feature_id"])


def judge(clause: Clause, runs: Runs, *, then: bool = True, moves: bool = True) -> Verdict:
    """
    Judge one clause as of the day of the assessment and, once it is due, of its deadline.

    Parameters
    ----------
    clause
        The clause.
    runs
        What is run for it.
    then
        False: the deadline is not looked at, which spares a run where only the state is wanted.
    moves
        False: what would change the verdict is not looked for, which takes as long as a run.
    """
    is_due = clause.deadline is not None and runs.as_of >= clause.deadline
    if not clause.analysis:
        return evaluate(clause, None, is_due=is_due)
    result = runs.result(clause, runs.as_of)
    past = None
    if then and is_due and clause.deadline is not None:
        past = _measure_at(clause, clause.deadline, runs)
    doubt = to_doubt(clause, ANALYSES[clause.analysis], runs.layers, result)
    if moves or result is None:
        return evaluate(clause, result, doubt=doubt, at_deadline=past, is_due=is_due)
    still = replace(result, levers={})  # they are worked out when somebody asks for them
    verdict = evaluate(clause, still, doubt=doubt, at_deadline=past, is_due=is_due)
    return replace(verdict, robustness=())


def _measure_at(clause: Clause, day: date, runs: Runs) -> Measure | None:
    """Give a clause's measure as of a day."""
    return _measure_of(runs.result(clause, day), clause)


def to_doubt(
    clause: Clause, analysis: Analysis, layers: Mapping[str, Layer], result: Result | None
) -> Doubt:
    """
    Say what the input of a clause lacks.

    A rejected row of the counted layer that states, in a column that the analysis names in
    `concerns`, a value of another run casts no doubt on this one.
    """
    needed = [schema.layer_name() for schema in analysis.inputs]
    first = needed[0]
    names = list(dict.fromkeys([*needed, *clause.layers]))
    others = [name for name in names if name != first and name in layers]
    values = {} if result is None else result.parameters
    return Doubt(
        missing_layers=tuple(name for name in names if name not in layers),
        rejected_counted=_doubtful(layers[first], analysis, values) if first in layers else 0,
        rejected_other=sum(layers[name].rows_rejected for name in others),
    )


def _doubtful(layer: Layer, analysis: Analysis, parameters: Mapping[str, Parameter]) -> int:
    """Count the rejected rows of a layer that may concern a run."""
    rows = layer.rejected_rows
    if not analysis.concerns or not parameters or rows.empty:
        return layer.rows_rejected
    apart = pd.Series(data=False, index=rows.index)
    for column, name in analysis.concerns.items():
        known = listed(parameters[name].value)
        apart |= rows[column].notna() & ~rows[column].isin(known)
    return layer.rows_rejected - int(apart.sum())
