"""How robust a verdict is: exact moves on tables small enough to work out by hand."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from hand_made_verdicts import CLAUSE, NONE_LEFT, left, share
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.plan.robustness import robustness
from tieling_geo.plan.targets import can_be_satisfied, is_satisfied
from tieling_geo.records import Clause, Lever, Measure, Move, Quantity
from tieling_geo.text import Text

WORDS = Text("词", "word")
Row = tuple[float, object, object]
"""Margin, numerator and denominator of a feature."""
DONE, UNDONE = (1, 1), (0, 1)


def lever(rows: Mapping[str, Row], *, kind: str = "boundary", closed: bool = True) -> Lever:
    """Lay out a lever by the features' ids."""
    columns = ["margin", "numerator", "denominator"]
    table = pd.DataFrame(list(rows.values()), list(rows), columns).astype({
        "margin": "float64",
        "numerator": object,
        "denominator": object,
    })
    return Lever("areas", kind, WORDS, "m", table, closed)


def move(
    clause: Clause, measure: Measure, rows: Mapping[str, Row], **more: object
) -> tuple[object, str, tuple[str, ...]]:
    """Find the move of a lever: amount, direction, features."""
    found = robustness(clause, measure, [lever(rows, **more)], ())[0]
    assert found.name == "areas"
    return found.amount, found.direction, found.features


def by_kind(clause: Clause, measure: Measure, kind: str, against: tuple[str, ...] = ()) -> Move:
    """Find the move that no lever makes."""
    return next(m for m in robustness(clause, measure, (), against) if m.kind == kind)


# --- one for all --------------------------------------------------------------------------------

#: 19 of 20 done is 95 %; a boiler not done stands 7 m outside, one done 3 m, one done 40 m inside.
NEAR = {"out": (-7.0, *UNDONE), "next": (-3.0, *DONE), "deep": (40.0, *DONE)}


def test_one_feature_would_break_a_met_clause() -> None:
    """19 of 20, at least 95 %: the border takes in 20 of 21 at 3 m, and 20 of 22 at 7 m."""
    assert move(CLAUSE, share(19, 20), NEAR) == (7.0, "up", ("next", "out"))


def test_the_nearer_of_both_ways_is_told() -> None:
    """Inward the boiler 40 m inside leaves, and 18 of 19 are less than 95 %: 5 m are nearer."""
    rows = {**NEAR, "deep": (5.0, *DONE)}
    assert move(CLAUSE, share(19, 20), rows) == (5.0, "down", ("deep",))


def test_both_ways_as_near() -> None:
    """Where either way ends it, both are told."""
    rows = {"in": (5.0, *DONE), "out": (-5.0, *UNDONE)}
    assert move(CLAUSE, share(19, 20), rows) == (5.0, "either", ("out", "in"))


def test_what_is_not_met_by_one() -> None:
    """18 of 19: a border 3 m further out takes in one that is done, and 19 of 20 are enough."""
    assert move(CLAUSE, share(18, 19), NEAR) == (3.0, "up", ("next",))


def test_what_is_not_met_by_many() -> None:
    """0 of 3, at least a half: three that are done must come in, the third 9 m out."""
    half = replace(CLAUSE, target=Fraction(50))
    rows = {name: (-at, *DONE) for name, at in {"c": 9.0, "a": 2.0, "b": 4.0, "d": 10.0}.items()}
    assert move(half, share(0, 3), rows) == (9.0, "up", ("a", "b", "c"))


def test_features_at_one_distance_cross_together() -> None:
    """One done and one not done, both 4 m out: neither way round is between them."""
    half = replace(CLAUSE, comparator=">", target=Fraction(50))
    rows = {"a": (-4.0, *DONE), "b": (-4.0, *UNDONE)}
    assert move(half, share(1, 2), rows) == (None, "none", ())
    assert move(half, share(1, 2), {**rows, "c": (-4.0, *DONE)}) == (4.0, "up", ("a", "b", "c"))


def test_a_verdict_may_come_back_later() -> None:
    """The first end counts: at 2 m it is gone, at 3 m it would hold again."""
    all_done = replace(CLAUSE, comparator="==", target=Fraction(50))
    rows = {"a": (-2.0, *DONE), "b": (-3.0, *UNDONE)}
    assert move(all_done, share(1, 2), rows) == (2.0, "up", ("a",))


@pytest.mark.parametrize("closed", [True, False])
def test_exactly_on_the_threshold(closed: bool) -> None:  # noqa: FBT001 - a value
    """It takes no move at all: a closed one loses the feature inward, an open one gains it."""
    rows = {"on": (0.0, *UNDONE)}
    inside = closed
    measure = share(0, 1) if inside else share(1, 1)
    expected = (0, "down", ("on",)) if inside else (0, "up", ("on",))
    assert move(CLAUSE, measure, rows, kind="threshold", closed=closed) == expected


def test_nothing_is_left_of_which_it_could_be_true() -> None:
    """Inward all leave, and nothing in scope is no pass: the last one at 9 m."""
    rows = {"a": (9.0, *DONE), "b": (1.0, *DONE)}
    assert move(CLAUSE, share(2, 2), rows) == (9.0, "down", ("b", "a"))
    # Of a plain total the denominator says how many are known.
    gone = {"a": (9.0, 0, 1), "b": (1.0, 0, 1)}
    assert move(NONE_LEFT, left(0, counted=2), gone) == (9.0, "down", ("b", "a"))
    assert move(NONE_LEFT, left(0, counted=3), gone) == (None, "none", ())


def test_nothing_ends_it() -> None:
    """No feature near, or none that could: no amount, and the move is still told."""
    assert move(CLAUSE, share(2, 2), {}) == (None, "none", ())
    assert move(CLAUSE, share(2, 3), {"out": (-1.0, *UNDONE)}) == (None, "none", ())


def test_unknown_features_move_the_bounds() -> None:
    """One that may be done or not comes in at 6 m: 95 % are then no longer sure."""
    table = pd.DataFrame(
        {
            "margin": [-6.0],
            "numerator": [0],
            "denominator": [0],
            "low_numerator": [0],
            "low_denominator": [1],
            "high_numerator": [1],
            "high_denominator": [1],
        },
        index=["perhaps"],
    )
    one = replace(lever({}), table=table)
    found = robustness(CLAUSE, share(19, 20), [one], ())[0]
    assert (found.amount, found.direction, found.features) == (6.0, "up", ("perhaps",))


def test_numbers_are_exact() -> None:
    """Days are whole, thresholds the decimal they are, distances floats."""
    rows = {"a": (-0.3, *UNDONE)}
    amounts = {
        kind: move(CLAUSE, share(19, 20), rows, kind=kind)[0] for kind in ("threshold", "boundary")
    }
    assert amounts == {"threshold": Fraction(3, 10), "boundary": 0.3}
    day = move(CLAUSE, share(19, 20), {"a": (-30.0, *UNDONE)}, kind="date")[0]
    assert (day, type(day)) == (30, int)


def test_tonnes_are_weighed() -> None:
    """Fractions of a tonne, and numbers beyond 64 bits: no rounding, no overflow."""
    tonnes = Quantity(Fraction(95, 10), 10)
    measure = Measure("m", "%", tonnes, tonnes, tonnes, counted=4, excluded=0)
    rows = {"a": (-1.0, Fraction(19, 20), 1), "b": (-2.0, Fraction(94999, 100000), 1)}
    assert move(CLAUSE, measure, rows) == (2.0, "up", ("a", "b"))
    huge = 10**30
    many = Quantity(95 * huge, 100 * huge)
    measure = Measure("m", "%", many, many, many, counted=4, excluded=0)
    assert move(CLAUSE, measure, {"a": (-1.0, 94, 99), "b": (-2.0, 0, 1)}) == (1.0, "up", ("a",))
    fine = replace(CLAUSE, target=Fraction(95 * 10**20 - 1, 10**20))
    assert move(fine, share(19, 20), {"a": (-1.0, 0, 1)}) == (1.0, "up", ("a",))


# --- each by itself -----------------------------------------------------------------------------


def test_positions_move_each_by_itself() -> None:
    """19 of 20: the one done 8 m inside leaves, the one not done 7 m outside may come: 7 m."""
    rows = {**NEAR, "deep": (8.0, *DONE)}
    assert move(CLAUSE, share(19, 20), rows, kind="position") == (7.0, "up", ("out",))
    rows["deep"] = (6.0, *DONE)
    assert move(CLAUSE, share(19, 20), rows, kind="position") == (6.0, "down", ("deep",))


def test_positions_work_together() -> None:
    """
    9 of 10, at least two thirds: one done leaves at 1 m, those not done come in from 2 m on.

    With three of them 8 of 12 are left, which is enough (closed); the fourth, at 5 m, ends it.
    """
    two_thirds = replace(CLAUSE, target=Fraction(200, 3))
    rows = {"done": (1.0, *DONE), "a": (-2.0, *UNDONE), "b": (-3.0, *UNDONE), "c": (-4.0, *UNDONE)}
    assert move(two_thirds, share(9, 10), rows, kind="position") == (None, "none", ())
    rows["d"] = (-5.0, *UNDONE)
    assert move(two_thirds, share(9, 10), rows, kind="position") == (5.0, "either", tuple(rows))


def test_features_that_work_against_it_stay() -> None:
    """The one done outside is nearest, and would help what is met: it is not moved."""
    assert move(CLAUSE, share(19, 20), NEAR, kind="position") == (7.0, "up", ("out",))


# --- the value, and features --------------------------------------------------------------------


def test_the_bound_that_decides_is_held_against_the_target() -> None:
    """97 to 99 % met by 2 points; 80 to 90 % not met by 5; a count of 2 to 3 by 2."""
    met = Measure("m", "%", *(Quantity(n, 100) for n in (98, 97, 99)), counted=100, excluded=0)
    found = by_kind(CLAUSE, met, "value")
    assert (found.amount, found.direction, found.unit) == (2, "down", "percentage_point")
    short = Measure("m", "%", *(Quantity(n, 100) for n in (85, 80, 90)), counted=100, excluded=0)
    found = by_kind(CLAUSE, short, "value")
    assert (found.amount, found.direction) == (5, "up")
    found = by_kind(NONE_LEFT, left(2, more=1), "value")
    assert (found.amount, found.direction, found.unit) == (2, "down", "count")


def test_exactly_on_the_target_is_no_distance() -> None:
    """Met or, if the target is open, not: either way nothing is between."""
    assert by_kind(CLAUSE, share(19, 20), "value").amount == 0
    assert by_kind(replace(CLAUSE, comparator=">"), share(19, 20), "value").amount == 0


@pytest.mark.parametrize(
    ("done", "amount", "direction"),
    [(48, 3, "down"), (52, 3, "up"), (50, 5, "either"), (40, 5, "up"), (61, 6, "down")],
)
def test_a_band_has_two_edges(done: int, amount: int, direction: str) -> None:
    """50 ± 5: inside to the nearer edge, outside to the one on its side."""
    about = replace(CLAUSE, comparator="about", target=Fraction(50), tolerance_pct=Fraction(10))
    found = by_kind(about, share(done, 100), "value")
    assert (found.amount, found.direction) == (amount, direction)


def test_how_many_must_change() -> None:
    """15 of 20 need four more; 20 of 20 may lose one, not two; of none left one is too many."""
    found = by_kind(CLAUSE, share(15, 20), "features", ("a", "b", "c", "d", "e"))
    assert (found.amount, found.direction, found.features) == (4, "up", ("a", "b", "c", "d", "e"))
    found = by_kind(CLAUSE, share(20, 20), "features", ())
    assert (found.amount, found.direction, found.features) == (2, "down", ())
    found = by_kind(NONE_LEFT, left(3), "features", ("a", "b", "c"))
    assert (found.amount, found.direction) == (3, "down")
    assert by_kind(NONE_LEFT, left(0), "features").amount == 1


def test_unknown_features_cannot_be_changed() -> None:
    """1 of 1 with four that may be done: at most 5 of 5; 0 of 1 and four that are left: never."""
    ninety = replace(CLAUSE, comparator="<=", target=Fraction(10))
    assert by_kind(ninety, share(10, 10, worse=40), "features").amount == 5
    assert by_kind(CLAUSE, share(0, 1, worse=40), "features").amount == 1
    never = replace(CLAUSE, comparator=">", target=Fraction(100))
    assert by_kind(never, share(1, 2), "features").amount is None


def test_sums_are_not_numbers_of_features() -> None:
    """Of tonnes no number of features is told."""
    tonnes = Quantity(7)
    measure = Measure("m", "t", tonnes, tonnes, tonnes, counted=3, excluded=0)
    clause = replace(NONE_LEFT, unit="t")
    assert [m.kind for m in robustness(clause, measure, (), ())] == ["value"]


@pytest.mark.parametrize(
    ("clause", "measure"),
    [
        (CLAUSE, share(19, 20, worse=1)),
        (CLAUSE, share(0, 0)),
        (replace(CLAUSE, comparator="none", target=None), share(1, 2)),
    ],
)
def test_what_is_not_decided_has_no_moves(clause: Clause, measure: Measure) -> None:
    """Bounds on both sides of the target, nothing in scope, no target."""
    assert robustness(clause, measure, [lever(NEAR)], ()) == ()


# --- against a plain search ---------------------------------------------------------------------

features = st.lists(
    st.tuples(st.integers(-6, 6), st.sampled_from([DONE, UNDONE, (0, 0)])), max_size=5
)
comparators = st.sampled_from([">=", ">", "<=", "<", "==", "about"])


def state(clause: Clause, known: tuple[int, int], bounds: list[tuple[int, int]]) -> str:
    """Judge in the plainest way."""
    if known[1] == 0:
        return "nothing"
    low, high = (Fraction(100 * n, d) for n, d in bounds)
    if not can_be_satisfied(clause, low, high):
        return "not met"
    return "met" if is_satisfied(clause, low) and is_satisfied(clause, high) else "undetermined"


def after(clause: Clause, measure: Measure, moved: list[tuple[int, int]]) -> str:
    """Judge after some numerators and denominators were added."""
    n, d = (sum(part) for part in zip(*moved, strict=True)) if moved else (0, 0)
    sums = [
        (int(q.numerator) + n, int(q.denominator or 0) + d)
        for q in (measure.estimate, measure.low, measure.high)
    ]
    return state(clause, sums[0], sums[1:])


@given(
    features,
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 2),
    comparators,
    st.sampled_from([0, 25, 50, 75, 100]),
    st.booleans(),
)
@settings(deadline=None, max_examples=400)
def test_against_a_plain_search(
    rows: list[tuple[int, tuple[int, int]]],
    done: int,
    undone: int,
    doubt: int,
    comparator: str,
    target: int,
    closed: bool,  # noqa: FBT001 - a value
) -> None:
    """Uniform moves: tried at each distance. Positions: every set of features, for a bound."""
    clause = replace(
        CLAUSE,
        comparator=comparator,
        target=Fraction(target),
        tolerance_pct=Fraction(20) if comparator == "about" else None,
    )
    signs = [-1 if (m >= 0 if closed else m > 0) else 1 for m, _ in rows]
    within = [nd for (_, nd), sign in zip(rows, signs, strict=True) if sign == -1]
    measure = share(
        done + sum(n for n, _ in within),
        done + undone + sum(d for _, d in within),
        worse=doubt,
    )
    now = after(clause, measure, [])
    table = {f"f{n}": (float(m), *nd) for n, (m, nd) in enumerate(rows)}
    one = lever(table, closed=closed)
    found = robustness(clause, measure, [one, replace(one, kind="position")], ())
    if now not in {"met", "not met"}:
        assert found == ()
        return
    steps = [(abs(m), sign, nd) for (m, nd), sign in zip(rows, signs, strict=True)]
    uniform = [
        amount
        for amount, way in itertools.product(sorted({s[0] for s in steps}), (1, -1))
        if after(clause, measure, [signed(s) for s in steps if s[0] <= amount and s[1] == way])
        != now
    ]
    assert found[0].amount == min(uniform, default=None)
    sets = [
        max((s[0] for s in some), default=0)
        for number in range(len(steps) + 1)
        for some in itertools.combinations(steps, number)
        if after(clause, measure, [signed(s) for s in some]) != now
    ]
    if comparator in {"==", "about"} and now == "not met":
        # Another choice may need less, as the docstring says; what is told does end it.
        crossed = [signed(steps[int(name[1:])]) for name in found[1].features]
        assert found[1].amount is None or after(clause, measure, crossed) != now
    else:
        assert found[1].amount == min(sets, default=None)


def signed(step: tuple[int, int, tuple[int, int]]) -> tuple[int, int]:
    """Give what a crossing adds."""
    _, sign, (n, d) = step
    return sign * n, sign * d
