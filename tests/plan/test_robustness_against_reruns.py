"""
The moves of `robustness`, made: each analysis is run again with the thing moved.

A threshold gets another value, polygons are buffered, points are carried over the border, the day
is another. On random small worlds, unknown features among them, the verdict must be gone just
behind the move that was told, and stand at every smaller move that is tried, and at every move at
all where it was told that none changes it.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from hand_made_verdicts import CLAUSE
from moved_worlds import STEP_M, WORLDS, World

from tieling_geo.plan.evaluate import evaluate
from tieling_geo.records import Clause, Lever, Move, Result, State

#: Just behind a move and just before it, by the unit that moves.
STEPS = {"m": STEP_M, "t_per_h": 0.001, "t_per_year": 1.0, "m2": 0.001, "%": 1e-5}
#: As far as anything here can go.
ENDS = {"m": 500.0, "t_per_h": 30.0, "t_per_year": 1.4e6, "m2": 1900.0, "%": 49.0, "day": 400}
#: Levers of a world that are moved; which ones is drawn.
LEVERS = 2


def some_clauses(rng: random.Random, result: Result) -> Iterator[Clause]:
    """Draw clauses about the measures, without an end."""
    while True:
        measure = rng.choice(list(result.measures.values()))
        is_share = measure.unit == "%"
        targets = ["0", "25", "40", "50", "60", "75", "100"] if is_share else ["0", "1", "2", "3"]
        comparator = rng.choice([">=", ">=", ">", "<=", "<=", "<", "==", "about"])
        yield replace(
            CLAUSE,
            measure=measure.name,
            unit=measure.unit,
            target=Fraction(rng.choice(targets)),
            comparator=comparator,
            tolerance_pct=Fraction(rng.choice([10, 40])) if comparator == "about" else None,
            analysis=result.analysis,
        )


def state_of(clause: Clause, result: Result) -> State:
    """Judge, without asking how robust it is."""
    return evaluate(clause, replace(result, levers={})).state


def drawn(
    draw: Callable[[random.Random], World], rng: random.Random
) -> tuple[World, Clause, Result, State]:
    """Draw a world and a clause that is decided in it."""
    while True:
        world = draw(rng)
        result = world.run()
        for _, clause in zip(range(12), some_clauses(rng, result), strict=False):
            state = state_of(clause, result)
            if state in {State.MET, State.NOT_MET}:
                return world, clause, result, state


def tried(lever: Lever, move: Move, rng: random.Random) -> Iterator[tuple[float, bool]]:
    """Draw moves, outward if above zero, and whether each must end the verdict."""
    if move.amount is None:
        yield rng.choice([-1, 1]) * rng.choice([1, rng.random()]) * ENDS[lever.unit], False
        return
    amount, way = float(move.amount), {"up": 1, "down": -1}.get(move.direction, rng.choice([-1, 1]))
    if lever.kind == "date":
        behind = amount if lever.closed == (way == 1) else amount + 1
        before = behind - 1
    else:
        behind, before = amount + STEPS[lever.unit], amount - STEPS[lever.unit]
    yield way * behind, True
    if before > 0:
        # Whole days: the other way a day may be enough that is not this way.
        other = before if lever.kind != "date" else max(amount - 1, 0)
        yield (
            rng.choice([way * before, way * before, -way * other, way * rng.random() * before]),
            False,
        )


def test_there_are_enough_worlds() -> None:
    """At least 200 of them, of each analysis that has levers."""
    assert sum(WORLDS.values()) >= 200


@pytest.mark.parametrize(
    ("draw", "seed"),
    [(draw, seed) for draw, number in WORLDS.items() for seed in range(number)],
    ids=lambda part: getattr(part, "__name__", str(part)),
)
def test_a_verdict_ends_where_it_was_told(
    draw: Callable[[random.Random], World], seed: int
) -> None:
    """Just behind a move it is gone; at smaller ones, either way, it stands."""
    rng = random.Random(f"{draw.__name__} {seed}")  # noqa: S311 - worlds, not secrets
    world, clause, result, state = drawn(draw, rng)
    moves = evaluate(clause, result).robustness
    levers = result.levers[clause.measure]
    assert [(m.kind, m.name) for m in moves[: len(levers)]] == [(v.kind, v.name) for v in levers]
    pairs = list(zip(levers, moves, strict=False))
    for lever, move in rng.sample(pairs, min(LEVERS, len(pairs))):
        if lever.kind == "position":
            check_positions(world, clause, lever, move, state, rng)
        else:
            check_move(world, clause, lever, move, state, rng)


def check_move(
    world: World, clause: Clause, lever: Lever, move: Move, state: State, rng: random.Random
) -> None:
    """Move the lever as it was told, and a little less, or the other way."""
    for by, is_gone in tried(lever, move, rng):
        now = state_of(clause, world.moved(lever, by))
        assert (now != state) == is_gone, (lever.name, move, by, now)


def check_positions(
    world: World, clause: Clause, lever: Lever, move: Move, state: State, rng: random.Random
) -> None:
    """Carry the features that were told over the border; fewer, and others that are as near."""
    distance = lever.table["margin"].abs()
    if move.amount is None:
        near = list(distance.index)
    else:
        now = state_of(clause, world.carried(lever, move.features))
        assert now != state
        near = list(distance.index[distance < move.amount])
    some = rng.sample(near, rng.choice([len(near), rng.randint(0, len(near))]))
    assert state_of(clause, world.carried(lever, some)) == state
