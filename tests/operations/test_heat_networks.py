"""How clean a network is: each kind of source, and every way in which outputs may turn out."""

from datetime import date
from fractions import Fraction
from itertools import product

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tieling_geo.operations.heat_networks import clean_shares, is_clean_source

DAY = date(2025, 12, 31)
ON, AFTER = "2025-12-31", "2026-01-01"


def sources(rows: list[tuple[str | None, str | None, str | None]]) -> pd.DataFrame:
    """Lay out sources: kind, fuel, day of acceptance."""
    kind, fuel, day = zip(*rows, strict=True)
    return pd.DataFrame({
        "kind": pd.Series(kind, dtype="str"),
        "fuel": pd.Series(fuel, dtype="str"),
        "ultra_low_accepted_on": pd.to_datetime(pd.Series(day)),
    })


def answers(rows: pd.DataFrame, *, chp: bool, boilers: bool) -> list[bool | None]:
    """Ask of each source if it is clean."""
    found = is_clean_source(rows, DAY, chp_counts=chp, boilers_count=boilers)
    return [None if pd.isna(x) else bool(x) for x in found]


def test_each_kind_of_source() -> None:
    """Coal by its kind and its day (closed); waste heat and other fuels always; gaps."""
    rows = sources([
        ("chp", "coal", ON),
        ("chp", "coal", AFTER),
        ("chp", "coal", None),
        ("boiler_house", "coal", ON),
        ("other", "coal", ON),
        ("waste_heat", "coal", None),
        ("boiler_house", "gas", None),
        ("chp", None, ON),
        ("chp", None, None),
        ("waste_heat", None, None),
        (None, "coal", ON),
        (None, "coal", None),
        (None, None, None),
    ])
    default = [True, False, False, False, False, True, True, True, None, True, None, None, None]
    assert answers(rows, chp=True, boilers=False) == default
    both = [True, False, False, True, True, True, True, True, None, True, True, None, None]
    assert answers(rows, chp=True, boilers=True) == both
    neither = [False, False, False, False, False, True, True, None, None, True, None, None, None]
    assert answers(rows, chp=False, boilers=False) == neither


_SOURCE = st.tuples(st.sampled_from([True, False, None]), st.sampled_from([None, 0.0, 10.0, 30.0]))
#: What a missing output may be: next to nothing, some, or more than all else together.
_OUTPUTS = (Fraction(1, 10**12), Fraction(1), Fraction(10) ** 12)


@settings(max_examples=80, deadline=None)
@given(st.lists(_SOURCE, min_size=1, max_size=4))
def test_bounds_of_a_share(listed: list[tuple[bool | None, float | None]]) -> None:
    """No way is beyond the bounds; some come as near to them as the outputs allow."""
    frame = pd.DataFrame({"network_id": "N", "heat_mw": [mw for _, mw in listed]}, dtype=object)
    frame = frame.astype({"heat_mw": "float64"})
    clean = pd.Series([c for c, _ in listed], dtype="boolean")
    [row] = clean_shares(frame, clean).to_dict("records")
    shares = []
    for way in product(
        *(
            product([True, False] if c is None else [c], _OUTPUTS if mw is None else [Fraction(mw)])
            for c, mw in listed
        )
    ):
        total = sum((mw for _, mw in way), Fraction(0))
        if total:
            shares.append(sum((mw for c, mw in way if c), Fraction(0)) / total)
        elif len({c for c, _ in way}) == 1:
            shares.append(Fraction(way[0][0]))
        else:
            shares += [Fraction(0), Fraction(1)]
    assert row["low"] <= min(shares)
    assert row["high"] >= max(shares)
    near = Fraction(1, 10**9)
    assert min(shares) - row["low"] < near
    assert row["high"] - max(shares) < near


def test_networks_are_apart() -> None:
    """Each by its own sources; a source without a network feeds none."""
    rows = pd.DataFrame({"network_id": ["N", "M", None, "N"], "heat_mw": [30.0, 7.0, 9.0, 10.0]})
    found = clean_shares(rows, pd.Series([True, False, True, False], dtype="boolean"))
    assert found["low"].to_dict() == {"M": 0, "N": Fraction(3, 4)}
    assert found["sources"].to_dict() == {"M": 1, "N": 2}
    assert clean_shares(rows.iloc[:0], pd.Series([], dtype="boolean")).empty
