"""Portions of features: the bounds of a share, by trying every way."""

from fractions import Fraction
from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.errors import AccountingError
from tieling_geo.operations.amounts import WeighedNames
from tieling_geo.operations.portions import Exacts, share_ends, weigh_portions
from tieling_geo.records import Quantity
from tieling_geo.text import Text

_PART = st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1)])
#: Amount or none, least part, greatest part.
_THING = st.tuples(
    st.sampled_from([None, Fraction(0), Fraction(3), Fraction(8)]), _PART, _PART
).map(lambda t: (t[0], min(t[1:]), max(t[1:])))
_MOST = Fraction(10)


def objects(numbers: list[Fraction]) -> Exacts:
    """Lay exact numbers out."""
    laid = np.empty(len(numbers), dtype=object)
    laid[:] = numbers
    return laid


@settings(max_examples=80, deadline=None)
@given(st.lists(_THING, max_size=5))
def test_bounds_are_those_of_every_way(things: list[tuple[Fraction | None, ...]]) -> None:
    """Each unknown amount at nothing or the most, each part at its ends."""
    ends = share_ends(
        objects([a or Fraction(0) for a, _, _ in things]),
        (objects([low for _, low, _ in things]), objects([high for _, _, high in things])),
        np.array([a is None for a, _, _ in things], dtype=bool),
        objects([_MOST for _ in things]),
    )
    shares = []
    for way in product(
        *(
            product([Fraction(0), _MOST] if a is None else [a], [low, high])
            for a, low, high in things
        )
    ):
        total = sum((a for a, _ in way), Fraction(0))
        if total:
            shares.append(100 * sum((a * p for a, p in way), Fraction(0)) / total)
    expected = (min(shares), max(shares)) if shares else (None, None)
    assert tuple(end.value("%") for end in ends) == expected


def test_what_counts_and_what_does_not() -> None:
    """Partly done speaks against; what does not count needs a reason; amounts are scaled."""
    features = gpd.GeoDataFrame({"group": ["x", "y", "x"]}, index=list("abc"), geometry=[None] * 3)
    counted = pd.Series([True, True, False], features.index)
    names = WeighedNames("share", done="done", left="left", unit="km", scale=Fraction(1, 1000))
    given_ = {
        "layer": "things",
        "names": names,
        "counted": counted,
        "unknown": ~counted,
        "amounts": objects([Fraction(4000), Fraction(1000), Fraction(9)]),
        "done": objects([Fraction(1000), Fraction(1000), Fraction(9)]),
        "ends": {
            "share": (Quantity(0, 5000), Quantity(5000, 5000)),
            "done": (Quantity(0), Quantity(5000)),
            "left": (Quantity(0), Quantity(5000)),
        },
        "reasons": {"why": Text("缺", "missing")},
        "groups": ("group",),
    }
    found = weigh_portions(features, reason=pd.Series(["", "", "why"], features.index), **given_)
    assert found.measures["share"].value == 40
    assert (found.measures["done"].value, found.measures["left"].value) == (2, 3)
    assert found.measures["left"].high.value("km") == 5
    assert found.against["left"] == ("a",)
    assert set(found.excluded["feature_id"]) == {"c"}
    assert found.rollups.set_index("group")["denominator"].to_dict() == {"x": 4000, "y": 1000}
    with pytest.raises(AccountingError):
        weigh_portions(features, reason=pd.Series("", features.index), **given_)
