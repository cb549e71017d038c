"""Tables of freight by mode: the city beside its counties, and its shares from year to year."""

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from tieling_geo.operations.amounts import to_fraction

_SHARES = {"rail_tonnes_share_pct": "freight_t", "rail_turnover_share_pct": "turnover_t_km"}


def compared(
    rows: pd.DataFrame, last: int, counties: Sequence[str] | None, tolerance: Fraction
) -> pd.DataFrame:
    """
    Put the city's tonnes beside the sum of its counties, by year and mode.

    Parameters
    ----------
    rows
        n rows: `year`, `mode`, `freight_t`, `is_city` (boolean) and `county` (a name or missing).
    last
        Years up to this one (closed).
    counties
        Names of all counties; None: not known, and nobody can say that one is missing.
    tolerance
        Share of the city's tonnes by which the counties' sum may differ (closed).

    Returns
    -------
    table
        One row a year and mode, sorted: `city_t` (missing where it is not stated once),
        `counties_t` (sum of what is stated), `counties_stated` (with a number), `counties_missing`
        (missing where the counties are not known), `difference_t` (counties less city) and
        `is_beyond_tolerance` (only where every county is stated).

    Examples
    --------
    >>> rows = pd.DataFrame({"year": 2025, "mode": "rail", "freight_t": [10.0, 4.0, 7.0],
    ...     "is_city": [True, False, False], "county": [None, "A", "B"]})
    >>> table = compared(rows, 2025, ("A", "B"), Fraction(0))
    >>> table[["city_t", "counties_t", "difference_t", "is_beyond_tolerance"]]
       city_t  counties_t  difference_t  is_beyond_tolerance
    0    10.0        11.0           1.0                 True
    """
    past = rows[(rows["year"] <= last) & (rows["is_city"] | rows["county"].notna())]
    return pd.DataFrame(
        [
            {"year": year, "mode": mode, **_compared(own, counties, tolerance)}
            for (year, mode), own in past.groupby(["year", "mode"], sort=True)
        ],
        columns=[
            "year",
            "mode",
            "city_t",
            "counties_t",
            "counties_stated",
            "counties_missing",
            "difference_t",
            "is_beyond_tolerance",
        ],
    ).astype({"year": "int64", "counties_missing": "Int64", "is_beyond_tolerance": bool})


def _compared(
    rows: pd.DataFrame, counties: Sequence[str] | None, tolerance: Fraction
) -> dict[str, object]:
    """Compare one year and mode."""
    own = rows["freight_t"][rows["is_city"]].tolist()
    city = to_fraction(own[0]) if len(own) == 1 and pd.notna(own[0]) else None
    stated = rows[~rows["is_city"] & rows["freight_t"].notna()]
    total = sum((to_fraction(tonnes) for tonnes in stated["freight_t"]), Fraction(0))
    names = set(stated["county"])
    missing = None if counties is None else len(set(counties) - names)
    gap = None if city is None else total - city
    beyond = missing == 0 and bool(names) and len(names) == len(stated)
    return {
        "city_t": float("nan") if city is None else float(city),
        "counties_t": float(total),
        "counties_stated": len(names),
        "counties_missing": missing,
        "difference_t": float("nan") if gap is None else float(gap),
        "is_beyond_tolerance": bool(
            beyond and gap is not None and city is not None and abs(gap) > city * tolerance
        ),
    }


def in_series(rows: pd.DataFrame, modes: Sequence[str], last: int) -> pd.DataFrame:
    """
    Give the city's rail shares year by year; missing where a mode has no number, or two.

    Parameters
    ----------
    rows
        n rows: as of `compared`, and `turnover_t_km`.
    modes
        Modes that must be there.
    last
        Years up to this one (closed).

    Examples
    --------
    >>> rows = pd.DataFrame({"year": 2025, "mode": ["rail", "road"], "freight_t": [1.0, 3.0],
    ...     "turnover_t_km": [1.0, None], "is_city": True})
    >>> in_series(rows, ("rail", "road"), 2025)
       year  rail_tonnes_share_pct  rail_turnover_share_pct
    0  2025                   25.0                      NaN
    """
    own = rows[rows["is_city"] & (rows["year"] <= last)]
    return pd.DataFrame(
        [
            {"year": year}
            | {name: _share_pct(of_year, column, modes) for name, column in _SHARES.items()}
            for year, of_year in own.groupby("year", sort=True)
        ],
        columns=["year", *_SHARES],
    ).astype({"year": "int64"})


def _share_pct(rows: pd.DataFrame, column: str, modes: Sequence[str]) -> float:
    """Give one year's share; nan where it is not wholly known."""
    amounts, kinds = rows[column], rows["mode"]
    whole = amounts.sum()
    faulty = amounts.isna().any() or kinds.duplicated().any() or not set(modes) <= set(kinds)
    if faulty or whole <= 0:
        return float("nan")
    return float(100 * amounts[kinds == "rail"].sum() / whole)
