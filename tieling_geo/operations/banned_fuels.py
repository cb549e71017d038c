"""
Which fuels a zone of each class bans: the catalogue of highly polluting fuels, as data.

MEP 2017-2 lists three classes, each stricter than the one before. What was read in a copy of it is
verified; what is from memory is not.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.records import Parameter
from tieling_geo.text import Text

CLASSES = ("I", "II", "III")
#: Surely banned or not, or hanging on what the ledger does not say (`open`); `_below`: so for
#: boilers below the limit of size, the others may burn it.
Ban = Literal["banned", "allowed", "open", "banned_below", "open_below"]

#: The answer that hangs on what is not there.
_OPEN = -1

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
    is_small = np.where(t_per_h.isna(), _OPEN, t_per_h < large_boiler_t_per_h).astype(np.int8)
    by_class = np.stack([_in_class(fuel, is_small, name) for name in CLASSES])
    answer = np.where((by_class == by_class[0]).all(axis=0), by_class[0], _OPEN)
    for name, of_class in zip(CLASSES, by_class, strict=True):
        answer = np.where(fuel_class.eq(name).to_numpy(dtype=bool), of_class, answer)
    found: pd.Series = pd.Series(answer == 1, fuel.index, dtype="boolean").mask(answer == _OPEN)
    return found


def _in_class(fuel: pd.Series, is_small: NDArray[np.int8], fuel_class: str) -> NDArray[np.int8]:
    """Say what one class says of each boiler: 1 banned, 0 allowed, -1 not known."""
    ban = fuel.map({of: word for (name, of), word in _BANS.items() if name == fuel_class})
    word = ban.to_numpy(dtype=object)
    small_or_open = np.where(is_small == 0, 0, _OPEN)
    return np.select(
        [word == "banned", word == "allowed", word == "banned_below", word == "open_below"],
        [1, 0, is_small, small_or_open],
        _OPEN,
    ).astype(np.int8)
