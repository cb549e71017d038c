"""Amounts weighed for a duty: bounds against every way the unknown may turn out, and levers."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import product

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.errors import AccountingError
from tieling_geo.operations.amounts import (
    AMOUNT_MISSING,
    WeighedNames,
    greatest_allowed,
    to_amounts,
    to_fraction,
    to_weighed_levers,
    weigh,
)
from tieling_geo.operations.levers import BOUND_COLUMNS, Crossings, to_sides
from tieling_geo.operations.rollup import Tally
from tieling_geo.records import LEVER_COLUMNS, Quantity
from tieling_geo.schemas import SteelWorks
from tieling_geo.text import Text

WORDS = Text("词", "word")
MOST = 8.0
NAMES = WeighedNames("share", done="done", left="left", unit="t")
Thing = tuple[bool | None, bool | None, float | None]
"""In scope, done, and what it weighs; None: nobody knows."""
ANSWERS = (True, False, None)


def columns(things: list[Thing]) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Lay things out as columns, with ids f0, f1 and so on."""
    index = pd.Index([f"f{n}" for n in range(len(things))], dtype="str")
    scope, done, amount = (
        pd.Series([thing[n] for thing in things], index, dtype=kind)
        for n, kind in enumerate(["boolean", "boolean", "float64"])
    )
    return scope, done, amount


def weigh_things(
    things: list[Thing], names: WeighedNames = NAMES, groups: Iterable[str] = ()
) -> Tally:
    """Weigh things, each with one reason."""
    scope, done, amount = columns(things)
    features = gpd.GeoDataFrame(
        {"half": [f"{n % 2}" for n in range(len(things))]},
        index=amount.index,
        geometry=[None] * len(things),
    )
    return weigh(
        features,
        layer="works",
        names=names,
        in_scope=scope,
        done=done,
        amounts=to_amounts(amount, most=MOST),
        reason=pd.Series("why", amount.index),
        reasons={"why": WORDS, AMOUNT_MISSING: WORDS},
        groups=tuple(groups),
    )


def completions(things: list[Thing]) -> list[tuple[Fraction, Fraction]]:
    """List done and left in every way in which the unknown may turn out."""
    ways = [
        [
            (Fraction(str(amount)) * (scope and done), Fraction(str(amount)) * (scope and not done))
            for scope in ([True, False] if thing[0] is None else [thing[0]])
            for done in ([True, False] if thing[1] is None else [thing[1]])
            for amount in ([0.0, 0.5, MOST] if thing[2] is None else [thing[2]])
        ]
        for thing in things
    ]
    return [
        (sum((w[0] for w in way), Fraction(0)), sum((w[1] for w in way), Fraction(0)))
        for way in product(*ways)
    ]


thing = st.tuples(
    st.sampled_from(ANSWERS), st.sampled_from(ANSWERS), st.sampled_from([0.0, 0.1, 0.2, 3.0, None])
)


@given(st.lists(thing, max_size=4))
@settings(deadline=None, max_examples=80)
def test_bounds_are_the_least_and_the_greatest_of_all_completions(things: list[Thing]) -> None:
    """Neither wider nor narrower; a share of nothing at all has no bound."""
    measures = weigh_things(things).measures
    every = completions(things)
    shares = [100 * done / (done + left) for done, left in every if done + left]
    for name, values in (
        ("done", [done for done, _ in every]),
        ("left", [left for _, left in every]),
    ):
        assert measures[name].low.value("t") == min(values)
        assert measures[name].high.value("t") == max(values)
    low, high = measures["share"].low.value("%"), measures["share"].high.value("%")
    # Where the worst case weighs nothing there is no share in it: only the other bound is a number.
    assert low == min(shares, default=None) if low is not None else set(shares) <= {100}
    assert high == max(shares, default=None) if high is not None else set(shares) <= {0}


@given(st.lists(thing, max_size=5))
@settings(deadline=None, max_examples=50)
def test_every_thing_counts_or_is_listed(things: list[Thing]) -> None:
    """Once a measure; the value is of what is known; groups add up to the whole."""
    found = weigh_things(things, groups=["half"])
    known = [t for t in things if t[0] and t[1] is not None and t[2] is not None]
    total = sum((Fraction(str(t[2])) for t in known), Fraction(0))
    done = sum((Fraction(str(t[2])) for t in known if t[1]), Fraction(0))
    for name, measure in found.measures.items():
        rows = found.excluded[found.excluded["measure"] == name]
        assert measure.counted == len(known)
        assert measure.counted + len(rows) == len(things)
        assert measure.excluded == (rows["kind"] == "unknown").sum()
    assert found.measures["share"].estimate == Quantity(done, total)
    assert found.rollups["numerator"].sum() == done
    assert found.rollups["denominator"].sum() == total
    assert found.rollups["counted"].sum() == len(known)
    assert found.rollups["unknown"].sum() == found.measures["share"].excluded


@given(st.lists(thing, max_size=3), thing, thing, st.sampled_from([Fraction(1), Fraction(1, 1000)]))
@settings(deadline=None, max_examples=80)
def test_a_lever_is_the_measured_difference(
    others: list[Thing], inner: Thing, outer: Thing, scale: Fraction
) -> None:
    """A thing among others on one side and then on the other, its amount as it is."""
    names = WeighedNames("share", done="done", left="left", unit="t", scale=scale)
    outer = (*outer[:2], inner[2])
    sides = [to_sides(*columns([side])[:2]) for side in (inner, outer)]
    amount = columns([inner])[2]
    margin = pd.Series([5.0], amount.index)
    crossing = Crossings("areas", "boundary", WORDS, "m", margin, *sides)
    levers = to_weighed_levers(names, [crossing], amount, most=MOST)
    within = weigh_things([inner, *others], names).measures
    without = weigh_things([outer, *others], names).measures
    for name, (lever,) in levers.items():
        row = lever.table.reindex(["f0"])[[*LEVER_COLUMNS[1:], *BOUND_COLUMNS]].iloc[0]
        told = {column: 0 if pd.isna(value) else value for column, value in row.items()}
        for column, bound in (("", "estimate"), ("low_", "low"), ("high_", "high")):
            a, b = getattr(within[name], bound), getattr(without[name], bound)
            assert told[f"{column}numerator"] == a.numerator - b.numerator
            known = within[name].counted - without[name].counted
            change = known if name != "share" else a.denominator - b.denominator
            assert told[f"{column}denominator"] == change


def test_what_would_change_nothing_is_no_row() -> None:
    """The same on both sides, no margin; ids are text and sorted."""
    index = pd.Index([10, 9, 8])
    inner = to_sides(True, pd.Series([True, False, True], index))  # noqa: FBT003 - a value
    outer = inner.assign(scope=pd.Series([False, True, False], index, dtype="boolean"))
    margin = pd.Series([1.0, 2.0, None], index)
    crossing = Crossings("a", "boundary", WORDS, "m", margin, inner, outer)
    levers = to_weighed_levers(NAMES, [crossing], pd.Series([1.5, 2.0, 3.0], index), most=MOST)
    assert set(levers) == {"share", "done", "left"}
    assert levers["done"][0].table.index.tolist() == ["10"]
    assert levers["done"][0].table["numerator"].tolist() == [Fraction(3, 2)]


def test_decimals_stay_decimals() -> None:
    """A tenth is a tenth; computed dust beyond the sixth digit is gone; names may be left out."""
    assert to_fraction(0.1) + to_fraction(0.2) == Fraction(3, 10)
    assert to_fraction(2.0000000001) == 2
    assert to_fraction(1e8) == 100_000_000
    assert WeighedNames("s", left="l", unit="t").all() == ("s", "l")
    amounts = to_amounts(pd.Series([None, 1.0]), most=pd.Series([4.0, 5.0]))
    assert amounts.most.tolist() == [4, 1]
    assert amounts.is_missing.tolist() == [True, False]


def test_scale_is_of_the_amounts_only() -> None:
    """Thousands of tonnes: the share is the same."""
    names = WeighedNames("s", done="d", left="l", unit="t", scale=Fraction(1, 1000))
    found = weigh_things([(True, True, 3.0), (True, False, 1.0)], names).measures
    assert (found["s"].value, found["d"].value, found["l"].value) == (
        75,
        Fraction(3, 1000),
        Fraction(1, 1000),
    )


def test_what_does_not_count_needs_a_reason() -> None:
    """A feature out of scope without a known word is an error of ours."""
    scope, done, amount = columns([(False, True, 1.0)])
    with pytest.raises(AccountingError):
        weigh(
            gpd.GeoDataFrame(index=amount.index, geometry=[None]),
            layer="works",
            names=NAMES,
            in_scope=scope,
            done=done,
            amounts=to_amounts(amount, most=MOST),
            reason=pd.Series("", amount.index),
            reasons={"why": WORDS},
        )


def test_a_missing_amount_needs_a_limit() -> None:
    """The schema's limit is the greatest; a column without one cannot be weighed."""
    assert greatest_allowed(SteelWorks, "capacity_t_per_year") == 100_000_000
    with pytest.raises(AccountingError):
        greatest_allowed(SteelWorks, "retrofit_stage")
