"""Hold a workspace against its plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tieling_geo.analyses import ANALYSES
from tieling_geo.datum_doctor import check_datums
from tieling_geo.errors import AccountingError, ParameterError, UnknownNameError
from tieling_geo.pipeline.reading import read_layers
from tieling_geo.plan import evaluate, read_plan
from tieling_geo.plan.clause import analysis_values
from tieling_geo.plan.evaluate import Doubt
from tieling_geo.readers import to_keys_sha256
from tieling_geo.records import (
    Account,
    Analysis,
    Assessment,
    Clause,
    Layer,
    Measure,
    ParameterValue,
    Plan,
    Progress,
    Result,
    Verdict,
    silent,
)
from tieling_geo.text import Text
from tieling_geo.workspace import Workspace, open_workspace


def run(
    name: str,
    layers: Mapping[str, Layer],
    *,
    as_of: date,
    values: Mapping[str, ParameterValue] | None = None,
) -> Result | None:
    """
    Run one analysis on layers that were read.

    Parameters
    ----------
    name
        A key of `tieling_geo.analyses.ANALYSES`.
    layers
        Layers by name.
    as_of
        The day to which statuses are reckoned (closed).
    values
        Parameters that depart from their defaults.

    Returns
    -------
    result
        What it found; None if a layer that it needs is not there.

    Raises
    ------
    UnknownNameError
        If no analysis has that name.
    ParameterError
        If a parameter does not exist or its value is of another kind.

    Examples
    --------
    >>> from datetime import date
    >>> layers = read_layers(open_workspace(), ["parks"])
    >>> run("park_circular_retrofit", layers, as_of=date(2025, 12, 31)).category
    'category'
    """
    if name not in ANALYSES:
        known = ", ".join(ANALYSES)
        raise UnknownNameError(
            Text(f"没有分析 {name};可用:{known}", f"no analysis {name}: {known}")
        )
    analysis = ANALYSES[name]
    needed = [schema.layer_name() for schema in analysis.inputs]
    if not set(needed) <= set(layers):
        return None
    used = analysis.parameters_used(values or {})
    optional = {
        schema.layer_name(): layers[schema.layer_name()].features
        for schema in analysis.optional
        if schema.layer_name() in layers
    }
    given = {key: parameter.value for key, parameter in used.items() if key in (values or {})}
    return analysis.run(*(layers[n].features for n in needed), **optional, as_of=as_of, **given)


def assess(
    workspace: Workspace | None = None,
    *,
    as_of: date | None = None,
    only: Iterable[str] | None = None,
    progress: Progress = silent,
) -> Assessment:
    """
    Hold a workspace against its plan.

    Parameters
    ----------
    workspace
        By default the embedded one, which holds sample data.
    as_of
        The day of the assessment; by default the workspace's, else today in China.
    only
        Ids of the clauses to judge; by default all.
    progress
        Told of each step.

    Returns
    -------
    assessment
        Layers, results and verdicts; nothing is written.

    Raises
    ------
    UnknownNameError
        If `only` names a clause that the plan does not have.
    InputError
        If a file, the workspace or the plan is refused.

    Examples
    --------
    >>> assessment = assess(only=["C02"])
    >>> [verdict.clause.clause_id for verdict in assessment.verdicts]
    ['C02']
    """
    space = workspace if workspace is not None else open_workspace()
    plan = read_plan(space.plan)
    clauses = _chosen(plan, only)
    day = as_of or space.as_of or datetime.now(ZoneInfo("Asia/Shanghai")).date()
    layers = read_layers(space, progress=progress)
    findings = check_datums(layers)
    for finding in findings:
        if finding.confirmed:  # a contradiction that somebody answers for goes into every product
            layer = layers[finding.layer]
            layers[finding.layer] = replace(layer, notes=(*layer.notes, finding.told))
    usable = {name: layer for name, layer in layers.items() if not layer.is_blank}
    runs = _Runs(usable, space.parameters, day)
    verdicts = []
    for position, clause in enumerate(clauses):
        told = Text(f"判定条文 {clause.clause_id}", f"judging clause {clause.clause_id}")
        progress(told, position, len(clauses))
        verdicts.append(_judge(clause, runs))
    if only is None:
        runs.add_undriven()
    return Assessment(
        title=space.title,
        as_of=day,
        is_sample=space.is_sample or any(layer.card.is_sample for layer in layers.values()),
        map_approval_no=space.map_approval_no,
        plan=plan,
        layers=layers,
        results=runs.named(),
        verdicts=tuple(verdicts),
        accounts=runs.accounts(),
        datum_checks=tuple(finding.told for finding in findings),
        settings=space.settings,
    )


def _chosen(plan: Plan, only: Iterable[str] | None) -> tuple[Clause, ...]:
    """
    Pick clauses by id, in the plan's order.

    Raises
    ------
    UnknownNameError
        If the plan has no clause of an id.
    """
    if only is None:
        return plan.clauses
    wanted = set(only)
    known = [clause.clause_id for clause in plan.clauses]
    unknown = sorted(wanted - set(known))
    if unknown:
        raise UnknownNameError(
            Text(
                f"规划中没有条文 {'、'.join(unknown)};可用:{'、'.join(known)}",
                f"the plan has no clause {', '.join(unknown)}; known: {', '.join(known)}",
            )
        )
    return tuple(clause for clause in plan.clauses if clause.clause_id in wanted)


@dataclass(frozen=True, slots=True)
class _Run:
    """What tells one run of an analysis from another."""

    analysis: str
    values: tuple[tuple[str, ParameterValue], ...]
    as_of: date


class _Runs:
    """Runs of analyses, each done once."""

    def __init__(
        self,
        layers: Mapping[str, Layer],
        parameters: Mapping[str, Mapping[str, ParameterValue]],
        as_of: date,
    ) -> None:
        self.layers, self.parameters, self.as_of = layers, parameters, as_of
        self.done: dict[_Run, Result | None] = {}
        self.names: dict[_Run, str] = {}

    def result(self, clause: Clause, day: date) -> Result | None:
        """Run a clause's analysis as of a day, or take the run that was made before."""
        own = analysis_values(clause)
        values = {**self._checked(clause, own), **own}
        key = _Run(clause.analysis, tuple(sorted(values.items())), day)
        if key not in self.done:
            found = run(clause.analysis, self.layers, as_of=day, values=values)
            self.done[key] = None if found is None else _sourced(found, clause)
            if day == self.as_of:
                taken = clause.analysis in self.names.values()
                suffix = f"__{clause.clause_id}" if taken else ""
                self.names[key] = f"{clause.analysis}{suffix}"
        return self.done[key]

    def _checked(
        self, clause: Clause, own: Mapping[str, ParameterValue]
    ) -> Mapping[str, ParameterValue]:
        """
        Return the workspace's parameters, none of which may contradict the plan's.

        Raises
        ------
        ParameterError
            If the workspace sets what the clause sets.
        """
        given = self.parameters.get(clause.analysis, {})
        both = sorted(set(given) & set(own))
        if both:
            raise ParameterError(
                Text(
                    f"参数 {'、'.join(both)} 由条文 {clause.clause_id} 规定,工作区不得改动",
                    f"parameter {', '.join(both)} is set by clause {clause.clause_id}; "
                    "the workspace may not change it",
                )
            )
        return given

    def add_undriven(self) -> None:
        """Run the analyses that no clause drives, so that maps can show them."""
        driven = {key.analysis for key in self.done}
        for name in ANALYSES:
            if name not in driven:
                given = self.parameters.get(name, {})
                key = _Run(name, tuple(sorted(given.items())), self.as_of)
                self.done[key] = run(name, self.layers, as_of=self.as_of, values=given)
                self.names[key] = name

    def named(self) -> dict[str, Result]:
        """Give the runs as of the day of the assessment, by name."""
        return {
            name: found
            for key, name in sorted(self.names.items(), key=lambda item: item[1])
            if (found := self.done[key]) is not None
        }

    def accounts(self) -> tuple[Account, ...]:
        """
        Hold that every feature that went into an analysis came out of it.

        Raises
        ------
        AccountingError
            If one is missing, counted twice, or another.
        """
        return tuple(
            _account(name, self.layers[ANALYSES[found.analysis].inputs[0].layer_name()], found)
            for name, found in self.named().items()
        )


def _account(name: str, layer: Layer, found: Result) -> Account:
    """
    Draw up the account of one analysis.

    Raises
    ------
    AccountingError
        If the features that came out are not those that went in.
    """
    keys = to_keys_sha256(found.features.index)
    if keys != to_keys_sha256(layer.features.index):
        raise AccountingError(
            Text(
                f"分析 {name}:结果的要素与图层 {layer.name} 的要素不同",
                f"analysis {name}: the features that came out are not those of layer {layer.name}",
            )
        )
    return Account(
        step=name,
        source=layer.name,
        rows_in=len(layer.features),
        accepted=len(found.features),
        keys_sha256=keys,
    )


def _sourced(result: Result, clause: Clause) -> Result:
    """Give the parameters that a clause sets the clause's own sources."""
    own = {
        p.name: replace(result.parameters[p.name], source=p.source, verified=p.verified)
        for p in clause.parameters
        if p.name in result.parameters
    }
    return replace(result, parameters={**result.parameters, **own})


def _judge(clause: Clause, runs: _Runs) -> Verdict:
    """Judge one clause as of the day of the assessment and, once it is due, of its deadline."""
    is_due = clause.deadline is not None and runs.as_of >= clause.deadline
    if not clause.analysis:
        return evaluate(clause, None, is_due=is_due)
    result = runs.result(clause, runs.as_of)
    then: Measure | None = None
    if is_due and clause.deadline is not None:
        past = runs.result(clause, clause.deadline)
        then = None if past is None else past.measures.get(clause.measure)
    doubt = _doubt(clause, ANALYSES[clause.analysis], runs.layers)
    return evaluate(clause, result, doubt=doubt, at_deadline=then, is_due=is_due)


def _doubt(clause: Clause, analysis: Analysis, layers: Mapping[str, Layer]) -> Doubt:
    """Say what the input of a clause lacks."""
    needed = [schema.layer_name() for schema in analysis.inputs]
    first = needed[0]
    names = list(dict.fromkeys([*needed, *clause.layers]))
    others = [name for name in names if name != first and name in layers]
    return Doubt(
        missing_layers=tuple(name for name in names if name not in layers),
        rejected_counted=layers[first].rows_rejected if first in layers else 0,
        rejected_other=sum(layers[name].rows_rejected for name in others),
    )
