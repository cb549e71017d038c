"""Runs, verdicts and layers made by hand, and a check of them."""

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import pandas as pd
from hand_made_verdicts import CLAUSE, WORDS

from tieling_geo.plan.cross_checks import cross_checks
from tieling_geo.records import (
    EXCLUDED_COLUMNS,
    REJECTED_COLUMNS,
    ROLLUP_COLUMNS,
    Card,
    CrossCheck,
    CrossCheckKind,
    CrossCheckRule,
    DeadlineState,
    Layer,
    Measure,
    Parameter,
    Plan,
    Quantity,
    Result,
    State,
    Verdict,
)

BUILTUP, COVERED = "boilers_in_builtup_areas", "boilers_in_heating_coverage"
OUTFALLS, INDICATORS = "outfall_remediation", "indicator_targets"
CARD = Card("hand", "none", "", "cgcs2000")


def parameter(name: str, value: float | str | bool) -> Parameter:  # noqa: FBT001 - a value
    """Make a parameter."""
    return Parameter(name, value, "", "none", WORDS, WORDS, verified=False)


def share(name: str, done: int, total: int, excluded: int = 0) -> Measure:
    """Count done of total."""
    quantity = Quantity(done, total)
    return Measure(name, "%", quantity, quantity, quantity, total, excluded)


def run(  # noqa: PLR0913 - what a run may find
    analysis: str,
    features: str,
    measure: Measure,
    *,
    out: str = "",
    unknown: str = "",
    rollups: list[tuple[str, str, str, int, int, int, int]] | None = None,
    parameters: Mapping[str, float | str | bool] | None = None,
    areas: list[tuple[str, str, int, float]] | None = None,
) -> Result:
    """Find features, each a letter, of which some are out of scope and some unknown."""
    kinds = {**dict.fromkeys(out, "out_of_scope"), **dict.fromkeys(unknown, "unknown")}
    excluded = [("x", name, measure.name, kind, "词", "word") for name, kind in kinds.items()]
    tables = {}
    if areas is not None:
        tables["areas"] = pd.DataFrame(areas, columns=["measure", "area", "year", "value"])
    return Result(
        analysis=analysis,
        features=gpd.GeoDataFrame(index=list(features), geometry=[None] * len(features)),
        category="category",
        measures={measure.name: measure},
        against={},
        excluded=pd.DataFrame(excluded, columns=list(EXCLUDED_COLUMNS)),
        rollups=pd.DataFrame(rollups or [], columns=list(ROLLUP_COLUMNS)),
        parameters={n: parameter(n, v) for n, v in (parameters or {}).items()},
        tables=tables,
    )


def verdict(
    clause_id: str, result: Result | None, analysis: str = "", state: State = State.MET
) -> Verdict:
    """Judge a clause by a run, or by none."""
    clause = replace(
        CLAUSE,
        clause_id=clause_id,
        analysis=result.analysis if result else analysis,
        measure=next(iter(result.measures)) if result else "",
        layers=("boilers", "builtup_areas"),
    )
    parameters = dict(result.parameters) if result else {}
    return Verdict(clause, state, DeadlineState.NONE, WORDS, parameters=parameters)


def layer(name: str, features: gpd.GeoDataFrame, rejected: int = 0) -> Layer:
    """Make a layer with some rejected rows."""
    rows = [(name, "", "", n, "", "", "", "", "") for n in range(rejected)]
    bad = pd.DataFrame(rows, columns=list(REJECTED_COLUMNS))
    return Layer(name, features, bad, CARD, "", "", len(features) + rejected)


def check(
    kind: CrossCheckKind,
    clauses: tuple[str, ...],
    verdicts: list[Verdict],
    results: Mapping[str, Result],
    layers: Mapping[str, Layer] | None = None,
    scopes: Mapping[str, str] | None = None,
) -> CrossCheck:
    """Run one check of a plan that has no other."""
    rule = CrossCheckRule("one", kind, WORDS, clauses, scopes or {})
    plan = Plan("p", WORDS, WORDS, 2030, {}, (CLAUSE,), cross_checks=(rule,))
    (found,) = cross_checks(plan, verdicts, results, layers or {})
    assert (found.name, found.clauses) == ("one", clauses)
    return found


def rows_of(found: CrossCheck) -> list[tuple[str, int, str]]:
    """Give the rows in English, the ids run together."""
    return [(title.en, number, "".join(ids)) for title, number, ids in found.rows]
