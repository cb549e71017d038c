"""
The units that measures and clauses may carry. Two different units are never compared.

A percentage and a percentage point, a mu and a mu·times, a tonne of steam an hour and a megawatt
are different things: they are different words here, and nothing converts one into the other
silently.
"""

import re
import unicodedata
from types import MappingProxyType

from tieling_geo.errors import UnitError
from tieling_geo.text import Text

#: Every unit by the word that records carry, with what users read.
UNITS = MappingProxyType({
    "count": Text("个", "features"),
    "%": Text("%", "%"),
    "percentage_point": Text("个百分点", "percentage points"),
    "m": Text("米", "m"),
    "km": Text("千米", "km"),
    "m2": Text("平方米", "m²"),
    "km2": Text("平方千米", "km²"),
    "mu": Text("亩", "mu"),
    "mu_times": Text("亩次", "mu·times"),
    "t": Text("吨", "t"),
    "t_per_year": Text("吨/年", "t/a"),
    "t_per_d": Text("吨/日", "t/d"),
    "t_per_h": Text("蒸吨/小时", "t/h (steam)"),
    "mw": Text("兆瓦", "MW"),
    "mm": Text("毫米", "mm"),
    "km_per_h": Text("千米/小时", "km/h"),
    "min": Text("分钟", "min"),
    "day": Text("天", "days"),
    "year": Text("年", "year"),
})

#: Further spellings of units in the headers of ledgers, beside the two of `UNITS`.
UNIT_SPELLINGS = MappingProxyType({
    "count": ("座", "台", "处", "人"),
    "t_per_year": ("t/year", "t/yr"),
    "t_per_d": ("吨/天", "t/d", "t/day"),
    "t_per_h": ("蒸吨", "蒸吨/时", "吨/小时", "吨/时", "t/h"),
    "km": ("公里",),
    "km2": ("平方公里", "km^2"),
    "m2": ("m^2", "平米"),
    "km_per_h": ("公里/小时", "公里/时", "千米/时"),
    "min": ("分",),
    "day": ("日", "d"),
    "year": ("年度", "a"),
})

#: Heat of one tonne of steam an hour, by convention: GB 13271-2014 sets 65 t/h equal to 45.5 MW.
MW_PER_T_PER_H = 0.7


def check_unit(unit: str) -> str:
    """
    Return the unit unchanged.

    Raises
    ------
    UnitError
        If no unit has that name.

    Examples
    --------
    >>> check_unit("%")
    '%'
    """
    if unit not in UNITS:
        known = "、".join(UNITS)
        raise UnitError(
            Text(f"没有单位 {unit!r};可用:{known}", f"no unit {unit!r}; known: {known}")
        )
    return unit


def _folded(spelling: str) -> str:
    """Bring a spelling to the form in which units are compared: half-width, no spaces or case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", spelling)).casefold()


_BY_SPELLING = MappingProxyType({
    _folded(spelling): unit
    for unit, title in UNITS.items()
    for spelling in (unit, *title, *UNIT_SPELLINGS.get(unit, ()))
})


def to_unit(spelling: str) -> str | None:
    """
    Find the unit that a ledger's spelling means; None where it is not known.

    Examples
    --------
    >>> to_unit("蒸吨/小时"), to_unit("ＭＷ"), to_unit("万吨/年")
    ('t_per_h', 'mw', None)
    """
    return _BY_SPELLING.get(_folded(spelling))


def check_same_unit(have: str, need: str, *, where: str) -> None:
    """
    Return nothing if two units are the same word.

    Raises
    ------
    UnitError
        If they differ, or one is unknown: a unit that does not fit is an error, not a conversion.

    Examples
    --------
    >>> check_same_unit("mu", "mu_times", where="clause H01")
    Traceback (most recent call last):
        ...
    tieling_geo.errors.UnitError: clause H01: unit 'mu' is not the unit needed, 'mu_times'; ...
    """
    if check_unit(have) != check_unit(need):
        raise UnitError(
            Text(
                f"{where}:单位 {have!r} 与所需单位 {need!r} 不同,不作自动换算",
                f"{where}: unit {have!r} is not the unit needed, {need!r}; nothing is converted",
            )
        )
