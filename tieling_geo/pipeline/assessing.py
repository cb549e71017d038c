"""Hold a workspace against its plan."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tieling_geo.datum_doctor import DatumFinding, check_datums
from tieling_geo.errors import UnknownNameError
from tieling_geo.pipeline.judging import Judges
from tieling_geo.pipeline.preparing import prepare
from tieling_geo.pipeline.reading import read_layers
from tieling_geo.pipeline.running import Runs
from tieling_geo.pipeline.states import run_states
from tieling_geo.plan import read_plan
from tieling_geo.plan.cross_checks import cross_checks
from tieling_geo.plan.sentences import read_plan_text, to_sentences
from tieling_geo.records import (
    Assessment,
    Clause,
    Layer,
    Plan,
    Progress,
    PublishedMap,
    Verdict,
    silent,
)
from tieling_geo.text import Text
from tieling_geo.workspace import Workspace, open_workspace


def assess(
    workspace: Workspace | None = None,
    *,
    as_of: date | None = None,
    only: Iterable[str] | None = None,
    maps: Iterable[PublishedMap] = (),
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
    maps
        Published maps whose states are to be run, too, as `render.read_maps` gives them.
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
        If a file, the workspace, the plan or a state of a map is refused.

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
    read = read_layers(space, progress=progress)
    findings = check_datums(read)
    plain, layers, overrides = prepare(_with_findings(read, findings), plan)
    runs = Runs(_usable(layers), space.parameters, day)
    judges = Judges(runs, Runs(_usable(plain), space.parameters, day), overrides)
    verdicts = tuple(_judged(clauses, judges, progress))
    if only is None:
        runs.add_undriven()
    results = runs.named()
    return Assessment(
        title=space.title,
        as_of=day,
        is_sample=space.is_sample or any(layer.card.is_sample for layer in layers.values()),
        map_approval_no=space.map_approval_no,
        plan=plan,
        layers=layers,
        results=results,
        verdicts=verdicts,
        accounts=runs.accounts(),
        datum_checks=tuple(finding.told for finding in findings),
        overrides=overrides,
        cross_checks=cross_checks(plan, verdicts, results, layers),
        sentences=_sentences(space.plan_text),
        settings=space.settings,
        states=run_states(maps, runs, verdicts, progress=progress),
    )


def _with_findings(
    layers: Mapping[str, Layer], findings: Iterable[DatumFinding]
) -> dict[str, Layer]:
    """Tell with its layer each contradiction of a datum that somebody answers for."""
    told = dict(layers)
    for finding in findings:
        if finding.confirmed:
            layer = told[finding.layer]
            told[finding.layer] = replace(layer, notes=(*layer.notes, finding.told))
    return told


def _usable(layers: Mapping[str, Layer]) -> dict[str, Layer]:
    """Leave out the ledgers that nobody filled in: they are no data."""
    return {name: layer for name, layer in layers.items() if not layer.is_blank}


def _judged(clauses: tuple[Clause, ...], judges: Judges, progress: Progress) -> Iterable[Verdict]:
    """Judge clause by clause."""
    for position, clause in enumerate(clauses):
        told = Text(f"判定条文 {clause.clause_id}", f"judging clause {clause.clause_id}")
        progress(told, position, len(clauses))
        yield judges.verdict(clause)


def _sentences(path: Path | None) -> dict[str, str]:
    """Read the plan's own sentences, by fingerprint, where the user supplies its text."""
    return {} if path is None else to_sentences(read_plan_text(path))


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
