"""Features done in part: exact bounds, held against every completion of the unknowns."""

from fractions import Fraction
from itertools import product
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.errors import AccountingError
from tieling_geo.operations.amounts import WeighedNames
from tieling_geo.operations.parts import contradicts, to_parts, weigh_parts
from tieling_geo.operations.rollup import Tally
from tieling_geo.records import EXCLUDED_COLUMNS, ROLLUP_COLUMNS
from tieling_geo.text import Text

MOST = 3
NAMES = WeighedNames("share", done="done", left="left", unit="household")


class Row(NamedTuple):
    """A feature: in scope, how much is done, how much there is, how much is left at least."""

    scope: bool | None = True
    part: int | None = None
    whole: int | None = None
    rest: int | None = None


numbers = st.sampled_from([None, *range(MOST + 1)])
rows = st.builds(Row, st.sampled_from([True, True, False, None]), numbers, numbers, numbers)


def weighed(features: list[Row], names: WeighedNames = NAMES, why: str = "why") -> Tally:
    """Weigh features numbered from f0, grouped by whether they have an even number."""
    index = pd.Index([f"f{n}" for n in range(len(features))], dtype="str")
    column = {
        name: pd.Series([getattr(row, name) for row in features], index, dtype="Int64")
        for name in ("part", "whole", "rest")
    }
    return weigh_parts(
        gpd.GeoDataFrame(
            {"g": ["even" if n % 2 == 0 else "odd" for n in range(len(features))]},
            index=index,
            geometry=[None] * len(features),
        ),
        layer="villages",
        names=names,
        in_scope=pd.Series([row.scope for row in features], index, dtype="boolean"),
        parts=to_parts(column["part"], column["whole"], most=MOST, rest=column["rest"]),
        reason=pd.Series(why, index, dtype="str"),
        reasons={"why": Text("缘由", "a reason")},
        groups=["g"],
    )


def may_be(row: Row) -> set[tuple[int, int] | None]:
    """List what may be done and left of a feature; None: it is out of scope."""
    if row.scope is False:
        return {None}
    wholes = range(MOST + 1) if row.whole is None else [row.whole]
    pairs = {(done, whole - done) for whole in wholes for done in range(whole + 1)}
    limit = MOST if row.whole is None else row.whole
    if (row.part or 0) + (row.rest or 0) <= limit:
        pairs = {
            (done, left)
            for done, left in pairs
            if row.part in {None, done} and left >= (row.rest or 0)
        }
    return pairs if row.scope else {None, *pairs}


def completions(features: list[Row]) -> tuple[set[Fraction], set[int], set[int]]:
    """List every share, amount done and amount left that some completion gives."""
    shares, dones, lefts = set(), set(), set()
    for world in product(*map(may_be, features)):
        inside = [pair for pair in world if pair is not None]
        done, left = (sum(pair[side] for pair in inside) for side in (0, 1))
        dones.add(done)
        lefts.add(left)
        if done + left:
            shares.add(Fraction(100 * done, done + left))
    return shares, dones, lefts


@given(st.lists(rows, max_size=3))
@settings(deadline=None, max_examples=60)
def test_bounds_are_the_least_and_the_greatest_of_all_completions(features: list[Row]) -> None:
    """No completion of the unknowns leaves the bounds, and some completion reaches each."""
    found = weighed(features).measures
    shares, dones, lefts = completions(features)
    for name, ways in (("done", dones), ("left", lefts)):
        assert found[name].low.value("household") == min(ways)
        assert found[name].high.value("household") == max(ways)
    bounds = [getattr(found["share"], side).value("%") for side in ("low", "high")]
    # A bound without a value: there nothing weighs. What can weigh then all agrees.
    defined = [bound for bound in bounds if bound is not None]
    if len(defined) < 2:
        assert len(shares) == len(defined)
    assert set(defined) == ({min(shares), max(shares)} if shares else set())


@given(st.lists(rows, max_size=6))
@settings(deadline=None, max_examples=30)
def test_a_value_lies_within_its_bounds_and_groups_add_up(features: list[Row]) -> None:
    """Values between the bounds; every feature counts or is listed; roll-ups are the share's."""
    found = weighed(features)
    for name, measure in found.measures.items():
        ends = [getattr(measure, side).value(measure.unit) for side in ("low", "estimate", "high")]
        if None not in ends:
            assert ends == sorted(ends)
        listed = found.excluded[found.excluded["measure"] == name]
        assert list(found.excluded.columns) == list(EXCLUDED_COLUMNS)
        assert measure.counted + len(listed) == len(features)
        assert measure.excluded == (listed["kind"] == "unknown").sum()
    share = found.measures["share"]
    assert found.rollups["numerator"].sum() == share.estimate.numerator
    assert found.rollups["denominator"].sum() == share.estimate.denominator
    assert found.rollups["counted"].sum() == share.counted
    assert found.rollups["unknown"].sum() == share.excluded


@given(st.lists(rows.filter(lambda row: row.scope is not None), max_size=6), st.integers(0, 6))
@settings(deadline=None, max_examples=15)
def test_parts_of_known_scope_add_up(features: list[Row], cut: int) -> None:
    """Two groups' measures are the measures of both, where all scopes are known."""
    whole = weighed(features).measures
    one, other = weighed(features[:cut]).measures, weighed(features[cut:]).measures
    assert {name: one[name] + other[name] for name in one} == whole


def test_by_hand() -> None:
    """Half of 2 done, 1 of 3 left at least, and 3 of 2 at odds: 1 of 3 is known; 1/7 to 5/7."""
    features = [Row(part=1, whole=2), Row(whole=3, rest=1), Row(part=3, whole=2)]
    found = weighed(features)
    share = found.measures["share"]
    assert share.value == Fraction(100, 3)
    assert (share.low.value("%"), share.high.value("%")) == (Fraction(100, 7), Fraction(500, 7))
    assert (share.counted, share.excluded) == (1, 2)
    assert dict.fromkeys(("share", "done", "left"), ("f0",)) == found.against


def test_a_poor_group_gains_what_a_good_one_loses() -> None:
    """A village that may be in scope, half done: beside 1 of 1 it lowers, beside 0 of 1 raises."""
    half = Row(None, part=1, whole=2)
    good = weighed([Row(part=1, whole=1), half]).measures["share"]
    poor = weighed([Row(part=0, whole=1), half]).measures["share"]
    assert (good.low.value("%"), good.high.value("%")) == (Fraction(200, 3), 100)
    assert (poor.low.value("%"), poor.high.value("%")) == (0, Fraction(100, 3))


def test_without_a_share_there_is_no_roll_up() -> None:
    """A total alone: its name, and an empty roll-up with all columns."""
    found = weighed([Row(part=1, whole=2)], WeighedNames("", left="left", unit="household"))
    assert set(found.measures) == {"left"}
    assert found.rollups.empty
    assert list(found.rollups.columns) == list(ROLLUP_COLUMNS)


def test_what_does_not_count_needs_a_reason() -> None:
    """An unknown part without a reason is refused."""
    with pytest.raises(AccountingError):
        weighed([Row(whole=2)], why="")


def test_a_doubtful_row_says_nothing() -> None:
    """Rows that the caller doubts are as if their part were missing."""
    part, whole = pd.Series([1, 1]), pd.Series([2, 2])
    parts = to_parts(part, whole, most=MOST, doubtful=pd.Series([True, False]))
    assert parts.is_known.tolist() == [False, True]
    assert [int(n) for n in parts.most_left] == [2, 1]


def test_equal_is_no_contradiction() -> None:
    """A part may be the whole, exactly."""
    assert contradicts(pd.Series([5, 6]), pd.Series([5, 5])).tolist() == [False, True]
