"""Whether a village's sewage is treated, and what share of its households that is."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import pandas as pd

from tieling_geo.errors import ParameterError
from tieling_geo.operations.dates import is_on_or_before
from tieling_geo.operations.parts import Parts, either, to_parts
from tieling_geo.operations.results import first_reason
from tieling_geo.schemas import Villages
from tieling_geo.text import Text

#: The ways of treatment that count unless a clause says otherwise: all that a ledger may name.
TREATMENT_METHODS = ("sewer", "station", "household", "reuse")
#: Why it cannot be judged if a village is treated, by the words of `village_treatment`.
TREATMENT_REASONS: Mapping[str, Text] = MappingProxyType({
    "contradiction": Text(
        "未治理的村有验收日期或治理户数",
        "not treated by its method, but accepted or with households",
    ),
    "undated": Text("有治理方式但无验收日期", "a method is stated, but no date of acceptance"),
    "method_unknown": Text("治理方式缺失", "the method is missing"),
})


def check_methods(methods: Sequence[str]) -> None:
    """
    Refuse a list of methods that names none of the layer's, or names no treatment as one.

    Raises
    ------
    ParameterError
        If a word is none that a village's method may be, or is `none`.

    Examples
    --------
    >>> check_methods(["sewer"])
    """
    columns = {column.name: column for column in Villages.columns()}
    known = [word for word in columns["sewage_method"].values if word != "none"]  # noqa: PD011
    wrong = sorted(set(methods) - set(known))
    if wrong:
        told = ", ".join(wrong)
        raise ParameterError(
            Text(
                f"不能作为治理方式:{told};可用:{', '.join(known)}",
                f"no way of treatment: {told}; known: {', '.join(known)}",
            )
        )


def village_treatment(
    villages: pd.DataFrame, as_of: date, methods: Sequence[str] = TREATMENT_METHODS
) -> pd.DataFrame:
    """
    Judge whether each village's sewage treatment was accepted by a day (closed).

    The method must be one that counts, and the date decides. A village without treatment that was
    accepted, or has treated households, contradicts itself.

    Parameters
    ----------
    villages
        n rows with the columns of the `Villages` layer.
    as_of
        The day.
    methods
        The methods that count.

    Returns
    -------
    judged
        n rows: `done` (nullable boolean) and `reason` (a word of `TREATMENT_REASONS`, or empty).

    Examples
    --------
    >>> villages = pd.DataFrame({"sewage_method": ["sewer", "none", "sewer", None],
    ...     "sewage_accepted_on": pd.to_datetime(["2025-12-31", None, None, None]),
    ...     "households_treated": pd.array([None] * 4, dtype="Int64")})
    >>> found = village_treatment(villages, date(2025, 12, 31))
    >>> found["done"].tolist(), found["reason"].tolist()
    ([True, False, <NA>, <NA>], ['', '', 'undated', 'method_unknown'])
    """
    method = villages["sewage_method"]
    past = is_on_or_before(villages["sewage_accepted_on"], as_of)
    treated = (villages["households_treated"] > 0).astype("boolean").fillna(value=False)
    at_odds = ((method == "none") & (past.fillna(value=False) | treated)).astype(bool)
    other = method.notna() & ~method.isin(list(methods))
    done = past.mask(other, other=False)
    done = done.mask(method.isna() & past.fillna(value=True)).mask(at_odds)
    reason = first_reason(
        villages.index,
        {
            "contradiction": at_odds,
            "method_unknown": method.isna() & done.isna(),
            "undated": done.isna(),
        },
    )
    return pd.DataFrame({"done": done, "reason": reason})


def households_treated(villages: pd.DataFrame, done: pd.Series, *, most: float) -> Parts:
    """
    Give the households of each village whose sewage is treated, and those whose is not.

    A treated village has as many treated households as it states, or all of them if it states none;
    an untreated one has none, whatever it states. Where it states more than it has households, only
    the latter are believed.

    Parameters
    ----------
    villages
        n rows with the columns of the `Villages` layer.
    done
        n nullable booleans: is the village treated?
    most
        The greatest that a missing number of households may be (closed).

    Examples
    --------
    >>> villages = pd.DataFrame({"households": [10, 10, 10], "households_treated": [4, None, 4]})
    >>> done = pd.Series([True, True, None], dtype="boolean")
    >>> parts = households_treated(villages, done, most=50000.0)
    >>> [int(n) for n in parts.least_done], [int(n) for n in parts.most_done]
    ([4, 10, 0], [4, 10, 4])
    """
    whole, stated = villages["households"], villages["households_treated"]
    none = to_parts(pd.Series(0.0, whole.index), whole, most=most)
    some = to_parts(stated, whole, most=most)
    every = to_parts(whole, whole, most=most)
    is_all = stated.isna().to_numpy()
    may = done.fillna(value=True).to_numpy(dtype=bool)
    must = done.fillna(value=False).to_numpy(dtype=bool)
    # Of all households nothing is left, even where their number is missing.
    left = either(is_all, 0 * some.least_left, some.least_left)
    most_left = either(is_all, 0 * some.most_left, some.most_left)
    return Parts(
        least_done=either(must, either(is_all, every.least_done, some.least_done), none.least_done),
        most_done=either(may, either(is_all, every.most_done, some.most_done), none.most_done),
        least_left=either(may, left, none.least_left),
        most_left=either(must, most_left, none.most_left),
    )
