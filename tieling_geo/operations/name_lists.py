"""Closed lists of names, in which other spellings of one thing follow its name."""

from collections.abc import Mapping, Sequence

import pandas as pd

from tieling_geo.errors import ParameterError
from tieling_geo.operations.indicators import to_plain
from tieling_geo.text import Text


def to_entries(parameter: str, listed: Sequence[str]) -> dict[str, str]:
    """
    Give each spelling on a list, brought to the form that is compared, the thing's first name.

    Parameters
    ----------
    parameter
        The parameter that holds the list, for the error.
    listed
        Names; other spellings of one thing follow its name, separated by `|`.

    Raises
    ------
    ParameterError
        If a spelling is blank, or two of them are one.

    Examples
    --------
    >>> to_entries("named_terminals", ["North Port|NP", "South Port"])
    {'northport': 'North Port', 'np': 'North Port', 'southport': 'South Port'}
    """
    entries: dict[str, str] = {}
    for entry in listed:
        names = [name.strip() for name in entry.split("|")]
        for name in names:
            if not to_plain(name) or to_plain(name) in entries:
                raise ParameterError(
                    Text(
                        f"参数 {parameter}:名称 {name!r} 为空或重复",
                        f"parameter {parameter}: name {name!r} is blank or stands twice",
                    )
                )
            entries[to_plain(name)] = names[0]
    return entries


def to_listed(names: pd.Series, entries: Mapping[str, str]) -> pd.Series:
    """
    Give each name the entry of a list that it is a spelling of; missing where it is of none.

    Examples
    --------
    >>> to_listed(pd.Series(["N P", None, "x"]), {"np": "North Port"}).tolist()
    ['North Port', nan, nan]
    """
    plain = names.map(to_plain, na_action="ignore")
    listed: pd.Series = plain.map(entries).astype("str")
    return listed
