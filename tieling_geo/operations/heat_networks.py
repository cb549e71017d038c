"""How clean the heat of a district-heating network is, by the sources that feed it."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pandas as pd

from tieling_geo.operations.amounts import to_fraction
from tieling_geo.operations.dates import is_on_or_before

_NONE, _ALL = Fraction(0), Fraction(1)


def is_clean_source(
    sources: pd.DataFrame, as_of: date, *, chp_counts: bool, boilers_count: bool
) -> pd.Series:
    """
    Tell which heat sources are clean on a day.

    Waste heat is, and whatever burns no coal. Coal is with ultra-low emissions accepted by the day
    (closed), as far as its kind counts; a blank date is no acceptance. A plant of another kind that
    burns coal is judged as a boiler house.

    Parameters
    ----------
    sources
        `HeatSources` layer, n rows.
    as_of
        The day.
    chp_counts, boilers_count
        Coal heat and power, or a coal boiler house, counts as clean with ultra-low emissions.

    Returns
    -------
    is_clean
        n nullable booleans, index of `sources`: missing where fuel or kind is, unless the other
        one decides.

    Examples
    --------
    >>> sources = pd.DataFrame({"kind": ["chp", "boiler_house", None], "fuel": "coal",
    ...     "ultra_low_accepted_on": pd.to_datetime(["2020-01-01"] * 3)})
    >>> is_clean_source(
    ...     sources, date(2025, 12, 31), chp_counts=True, boilers_count=False).tolist()
    [True, False, <NA>]
    """
    accepted = is_on_or_before(sources["ultra_low_accepted_on"], as_of).fillna(value=False)
    kind, fuel = sources["kind"], sources["fuel"]
    of_chp, of_boilers = accepted & chp_counts, accepted & boilers_count
    coal = of_boilers.mask(kind == "chp", of_chp).mask(kind == "waste_heat", other=True)
    # Without a kind it may be waste heat, which is clean: known only where all kinds are.
    coal = coal.mask(kind.isna() & ~(of_chp & of_boilers))
    other = pd.Series(data=True, index=sources.index, dtype="boolean")
    # Without a fuel it may burn none: known only where coal of its kind is clean, too.
    unclear = coal.mask(~coal.fillna(value=True))
    found: pd.Series = other.mask(fuel == "coal", coal).mask(fuel.isna(), unclear)
    return found


def clean_shares(sources: pd.DataFrame, is_clean: pd.Series) -> pd.DataFrame:
    """
    Give each network's share of clean heat by the output of its sources, exact.

    An output that is missing is anything from zero up, without limit: beside it, in the worst case,
    everything else is nothing. Sources without a network feed none.

    Parameters
    ----------
    sources
        `HeatSources` layer, n rows.
    is_clean
        n nullable booleans; a missing answer may be either.

    Returns
    -------
    networks
        One row a network, index its `network_id`, sorted: `low` and `high` (exact numbers from 0
        to 1, equal where the share is known), `sources` (number).

    Examples
    --------
    >>> sources = pd.DataFrame({"network_id": ["N", "N", "M"], "heat_mw": [30.0, 10.0, None]})
    >>> clean_shares(sources, pd.Series([True, False, True], dtype="boolean"))
              low high  sources
    M           1    1        1
    N         3/4  3/4        2
    """
    rows = {}
    for network, own in sources.groupby("network_id", sort=True):
        mw = [None if pd.isna(n) else to_fraction(n) for n in own["heat_mw"]]
        clean = is_clean.loc[own.index]
        worst = _least_share(clean.fillna(value=False).tolist(), mw)
        best = 1 - _least_share((~clean.fillna(value=True)).tolist(), mw)
        rows[network] = {"low": worst, "high": best, "sources": len(own)}
    names = pd.Index(list(rows), dtype="str")
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high", "sources"])
    return found.set_index(names).astype({"low": object, "high": object, "sources": "int64"})


def _least_share(is_good: Sequence[bool], mw: Sequence[Fraction | None]) -> Fraction:
    """Find the least share of what is good, whatever the missing outputs are."""
    listed = list(zip(is_good, mw, strict=True))
    if all(is_good):
        return _ALL
    if any(n is None for good, n in listed if not good):
        return _NONE
    bad = sum((n or _NONE for good, n in listed if not good), _NONE)
    good_mw = sum((n or _NONE for good, n in listed if good), _NONE)
    if bad:
        return good_mw / (good_mw + bad)
    # All that is not good gives nothing; unless the rest gives nothing, too, all heat is good.
    return _ALL if any(n is None or n for good, n in listed if good) else _NONE
