"""Parts of wholes against every way in which the unknown may turn out."""

from fractions import Fraction
from itertools import product

import geopandas as gpd
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.operations.part_shares import PART_REASONS, to_parts, weigh_parts
from tieling_geo.records import Measure

MOST = 6
amounts = st.one_of(st.none(), st.integers(0, 4))


def measures(rows: list[tuple[int | None, int | None]]) -> dict[str, Measure]:
    """Weigh some farms."""
    index = [f"F{n}" for n in range(len(rows))]
    frame = gpd.GeoDataFrame(index=index, geometry=[None] * len(rows))
    whole = pd.Series([row[0] for row in rows], index, dtype="float64")
    part = pd.Series([row[1] for row in rows], index, dtype="float64")
    return dict(
        weigh_parts(
            frame,
            to_parts(whole, part, most=MOST),
            layer="farms",
            share="share",
            left="left",
            unit="t_per_year",
            reasons=PART_REASONS,
        ).measures
    )


def ways(whole: int | None, part: int | None) -> list[tuple[int, int]]:
    """List what a farm may be, whole numbers only."""
    if whole is not None and part is not None and part <= whole:
        return [(whole, part)]
    if whole is not None and part is not None:  # a contradiction: both may be wrong
        whole = part = None
    wholes = range(MOST + 1) if whole is None else [whole]
    return [(w, p) for w in wholes for p in (range(w + 1) if part is None else [part]) if p <= w]


@settings(max_examples=40)
@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=2))
def test_bounds_are_those_of_every_way(rows: list[tuple[int | None, int | None]]) -> None:
    """No way leads beyond them, and some way leads to each."""
    found = measures(rows)
    # What has nothing at all is out of scope, whatever it is said to do with it.
    known = [row for row in rows if not (row[0] == 0 and not row[1])]
    shares, lefts = [], []
    for way in product(*(ways(*row) for row in known)):
        whole, part = sum(w for w, _ in way), sum(p for _, p in way)
        lefts.append(whole - part)
        if whole:
            shares.append(Fraction(100 * part, whole))
    share, left = found["share"], found["left"]
    if shares:
        assert share.low.value("%") == min(shares)
        # Where at best there is nothing at all, at best there is no share.
        assert share.high.value("%") in {max(shares), None if max(shares) == 0 else max(shares)}
    assert (left.low.value("t"), left.high.value("t")) == (min(lefts), max(lefts))
    sure = [(w, p) for w, p in known if w is not None and p is not None and p <= w]
    assert (share.counted, share.excluded) == (len(sure), len(known) - len(sure))
    total = sum(w for w, _ in sure)
    assert share.value == (Fraction(100 * sum(p for _, p in sure), total) if total else None)


def test_a_part_exactly_its_whole_is_no_contradiction() -> None:
    """All of it; one more is a contradiction."""
    assert measures([(5, 5)])["share"].value == 100
    assert measures([(5, 6)])["share"].excluded == 1
