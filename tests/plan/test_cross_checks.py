"""The same features under two clauses: exact classes, and what cannot be told."""

from dataclasses import replace

import pandas as pd
import pytest
from hand_made_answers import BUILTUP, COVERED, OUTFALLS, check, layer, rows_of, run, share, verdict
from hand_made_verdicts import CLAUSE, WORDS

from tieling_geo.errors import PlanError
from tieling_geo.plan.cross_checks import cross_checks
from tieling_geo.records import CrossCheckKind, CrossCheckRule, Plan, State

# --- four ways ----------------------------------------------------------------------------------

HEATED = run(COVERED, "abcdef", share("h", 1, 3), out="cd", unknown="f")
TOWN = run(BUILTUP, "abcdef", share("t", 1, 3), out="bd", unknown="")
PAIR = [verdict("P", HEATED), verdict("Q", TOWN)]
RUNS = {COVERED: HEATED, BUILTUP: TOWN}


def test_every_feature_is_in_one_of_four_classes_or_unknown() -> None:
    """Both: a and e; first: b; second: c; neither: d; not known: f; six in all."""
    found = check("four_ways", ("P", "Q"), PAIR, RUNS)
    assert rows_of(found) == [
        ("under both P and Q", 2, "ae"),
        ("under P only", 1, "b"),
        ("under Q only", 1, "c"),
        ("under neither", 1, "d"),
        ("not known", 1, "f"),
    ]
    assert found.state == "holds"
    assert found.told.en.startswith("6 features, each in one class: under both P and Q 2,")


def test_rejected_rows_are_listed_and_no_class_takes_them() -> None:
    """They stand in a row of their own."""
    boilers = layer("boilers", HEATED.features, rejected=2)
    found = check("four_ways", ("P", "Q"), PAIR, RUNS, {"boilers": boilers})
    assert rows_of(found)[-1] == ("rejected rows, class unknown", 2, "")
    assert found.told.en.startswith("6 features")


def test_without_features_all_classes_are_empty() -> None:
    """Nothing to part, and nothing wrong with that."""
    empty = {
        COVERED: run(COVERED, "", share("h", 0, 0)),
        BUILTUP: run(BUILTUP, "", share("t", 0, 0)),
    }
    pair = [verdict("P", empty[COVERED]), verdict("Q", empty[BUILTUP])]
    found = check("four_ways", ("P", "Q"), pair, empty)
    assert (found.state, [number for _, number, _ in found.rows]) == ("holds", [0] * 5)


@pytest.mark.parametrize("kind", ["four_ways", "inside"])
def test_a_clause_without_data_makes_it_unknown(kind: CrossCheckKind) -> None:
    """No data, not judged at all, or no run: the clause is named."""
    no_data = [PAIR[0], verdict("Q", TOWN, state=State.NO_DATA)]
    planned = [PAIR[0], verdict("Q", None)]
    for verdicts, runs in (
        (no_data, RUNS),
        (PAIR[:1], RUNS),
        (PAIR, {COVERED: HEATED}),
        (planned, RUNS),
    ):
        found = check(kind, ("P", "Q"), verdicts, runs)
        assert (found.state, found.told.en, found.rows) == ("unknown", "no data for clause Q", ())


@pytest.mark.parametrize("kind", ["four_ways", "inside"])
def test_features_of_two_layers_are_not_compared(kind: CrossCheckKind) -> None:
    """Boilers and outfalls have nothing in common."""
    outfalls = run(OUTFALLS, "abcdef", share("o", 1, 1))
    found = check(kind, ("P", "R"), [PAIR[0], verdict("R", outfalls)], {**RUNS, OUTFALLS: outfalls})
    assert found.state == "unknown"
    assert "boilers, outfalls" in found.told.en


@pytest.mark.parametrize("kind", ["four_ways", "inside"])
def test_runs_over_other_features_are_broken(kind: CrossCheckKind) -> None:
    """One feature is missing in the second run."""
    fewer = run(BUILTUP, "abcde", share("t", 1, 3))
    found = check(
        kind, ("P", "Q"), [PAIR[0], verdict("Q", fewer)], {COVERED: HEATED, BUILTUP: fewer}
    )
    assert found.state == "broken"


@pytest.mark.parametrize("clauses", [("P",), ("P", "Q", "R"), ()])
def test_two_clauses_are_needed(clauses: tuple[str, ...]) -> None:
    """Another number is an error of the plan."""
    with pytest.raises(PlanError, match="one: needs two clauses"):
        check("four_ways", clauses, PAIR, RUNS)


# --- inside -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("out", "unknown", "state", "rows"),
    [
        ("d", "", "holds", [2, 0, 0]),
        ("bd", "", "broken", [1, 1, 0]),
        ("d", "b", "unknown", [1, 0, 1]),
        ("bd", "a", "broken", [0, 1, 1]),
    ],
)
def test_what_counts_for_the_first_counts_for_the_second(
    out: str, unknown: str, state: str, rows: list[int]
) -> None:
    """The first counts a and b, c is out, d unknown: only a and b matter."""
    narrow = run(OUTFALLS, "abcd", share("n", 1, 2), out="c", unknown="d")
    wide = run(OUTFALLS, "abcd", share("w", 1, 3), out=out, unknown=unknown)
    both = replace(
        narrow,
        measures={**narrow.measures, **wide.measures},
        excluded=pd.concat([narrow.excluded, wide.excluded]),
    )
    second = verdict("W", both)
    second = replace(second, clause=replace(second.clause, measure="w"))
    found = check("inside", ("N", "W"), [verdict("N", both), second], {OUTFALLS: both})
    assert (found.state, [number for _, number, _ in found.rows]) == (state, rows)


def test_each_clause_has_the_run_with_its_own_parameters() -> None:
    """Two runs of one analysis: the second clause is held against its own, not the first's."""
    small = run(BUILTUP, "ab", share("t", 1, 1), out="b", parameters={"limit": 20.0})
    large = run(BUILTUP, "ab", share("t", 1, 2), parameters={"limit": 35.0})
    verdicts = [verdict("S", small), verdict("L", large)]
    runs = {BUILTUP: small, f"{BUILTUP}__L": large}
    assert rows_of(check("inside", ("S", "L"), verdicts, runs))[0][2] == "a"
    assert rows_of(check("four_ways", ("L", "S"), verdicts, runs))[1] == ("under L only", 1, "b")


# --- all of them --------------------------------------------------------------------------------


def test_checks_come_in_the_plans_order_and_none_is_no_check() -> None:
    """Two rules, two checks; no rule, none."""
    rules = tuple(
        CrossCheckRule(name, "four_ways", WORDS, ("P", "Q")) for name in ("later", "earlier")
    )
    plan = Plan("p", WORDS, WORDS, 2030, {}, (CLAUSE,), cross_checks=rules)
    assert [c.name for c in cross_checks(plan, PAIR, RUNS, {})] == ["later", "earlier"]
    assert cross_checks(replace(plan, cross_checks=()), PAIR, RUNS, {}) == ()
