"""
Which fuels a zone of each class bans: the catalogue of highly polluting fuels, as data.

MEP 2017-2 lists three classes, each stricter than the one before. What was read in a copy of it is
verified; what is from memory is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from tieling_geo.records import Parameter
from tieling_geo.text import Text

CLASSES = ("I", "II", "III")
Ban = Literal["banned", "allowed", "open", "banned_below", "open_below"]
#: What is told of a boiler from these words: surely banned or not; or that hangs on what the ledger
#: does not say (`open`); `_below`: so for boilers below the limit of size, the others may burn it.

_COPY = Text("国环规大气〔2017〕2号(转载件)", "MEP 2017-2 (read in a copy)")
_MEMORY = Text("国环规大气〔2017〕2号(凭记忆,未核实)", "MEP 2017-2 (from memory, not verified)")


@dataclass(frozen=True, slots=True)
class FuelRule:
    """What a class of zones says of one fuel of the boiler ledger."""

    fuel_class: str
    fuel: str
    ban: Ban
    because: Text
    source: Text
    verified: bool


def _oil(fuel_class: str) -> FuelRule:
    """Every class bans heavy, residual and crude oil, and no light one."""
    why = Text(
        "重油、渣油、原油禁用,轻质油不禁", "heavy and crude oil are banned, light oil is not"
    )
    return FuelRule(fuel_class, "oil", "open", why, _COPY, verified=True)


def _clean(fuel_class: str) -> tuple[FuelRule, ...]:
    """No class bans gas or electricity."""
    why = Text("不在目录内", "not in the catalogue")
    return tuple(
        FuelRule(fuel_class, fuel, "allowed", why, _COPY, verified=True)
        for fuel in ("gas", "electricity")
    )


RULES = (
    FuelRule(
        "I",
        "coal",
        "open_below",
        Text("小锅炉禁用高硫高灰煤", "small boilers may not burn coal of much sulphur or ash"),
        _MEMORY,
        verified=False,
    ),
    FuelRule(
        "II",
        "coal",
        "banned_below",
        Text("小锅炉禁用煤炭", "small boilers may not burn coal"),
        _MEMORY,
        verified=False,
    ),
    FuelRule(
        "III",
        "coal",
        "banned",
        Text("煤炭及其制品禁用", "all coal is banned"),
        _COPY,
        verified=True,
    ),
    *(
        FuelRule(
            fuel_class,
            "biomass",
            "allowed",
            Text("该类不含生物质", "the class does not name biomass"),
            _COPY,
            verified=True,
        )
        for fuel_class in ("I", "II")
    ),
    FuelRule(
        "III",
        "biomass",
        "open",
        Text("非专用或无高效除尘的锅炉禁用", "banned but in boilers made for it with good filters"),
        _COPY,
        verified=True,
    ),
    *(rule for name in CLASSES for rule in (_oil(name), *_clean(name))),
)
_BANS = {(rule.fuel_class, rule.fuel): rule.ban for rule in RULES}

#: The size from which a boiler may burn coal in zones of class I and II.
LARGE_BOILER = Parameter(
    name="large_boiler_t_per_h",
    value=20.0,
    unit="t_per_h",
    interval="closed",
    title=Text(
        "Ⅰ、Ⅱ类区允许燃煤的单台锅炉容量下限", "boilers from this size on may burn coal in I, II"
    ),
    source=_MEMORY,
    verified=False,
)


def is_banned(
    fuel: pd.Series, t_per_h: pd.Series, fuel_class: pd.Series, *, large_boiler_t_per_h: float
) -> pd.Series:
    """
    Tell whether a zone of a class bans what a boiler burns.

    Without a class it is known only where all three classes say the same.

    Parameters
    ----------
    fuel, t_per_h, fuel_class
        n fuels, steam capacities and classes with one index, some perhaps missing.
    large_boiler_t_per_h
        See `LARGE_BOILER` (closed).

    Returns
    -------
    banned
        n nullable booleans; missing where it hangs on what is not there.

    Examples
    --------
    >>> fuel, size = pd.Series(["coal"] * 3 + ["gas"]), pd.Series([19.9, 20.0, 20.0, 1.0])
    >>> is_banned(fuel, size, pd.Series(["II", "II", None, None]),
    ...     large_boiler_t_per_h=20.0).tolist()
    [True, False, <NA>, False]
    """
    is_small = (t_per_h < large_boiler_t_per_h).astype("boolean").mask(t_per_h.isna())
    by_class = {name: _in_class(fuel, is_small, name) for name in CLASSES}
    banned = _agreed(list(by_class.values()))
    for name, answer in by_class.items():
        banned = banned.mask(fuel_class == name, answer)
    return banned


def _in_class(fuel: pd.Series, is_small: pd.Series, fuel_class: str) -> pd.Series:
    """Say what one class says of each boiler."""
    ban = fuel.map({of: word for (name, of), word in _BANS.items() if name == fuel_class})
    answer = pd.Series(np.nan, fuel.index).astype("boolean")
    answer = answer.mask(ban == "banned", other=True).mask(ban == "allowed", other=False)
    answer = answer.mask(ban == "banned_below", is_small)
    found: pd.Series = answer.mask(
        (ban == "open_below") & ~is_small.fillna(value=True), other=False
    )
    return found


def _agreed(answers: list[pd.Series]) -> pd.Series:
    """Give the answer that all share; missing where they differ or one is missing."""
    first, *others = answers
    return first.mask(_any(first != other for other in others).fillna(value=True).astype(bool))


def _any(differences: Iterable[pd.Series]) -> pd.Series:
    """Tell where one of some answers is true, or missing."""
    first, *others = differences
    for other in others:
        first = first | other
    return first
