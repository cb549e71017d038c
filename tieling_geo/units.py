"""
The units that measures and clauses may carry. Two different units are never compared.

A percentage and a percentage point, a mu and a mu·times, a tonne of steam an hour and a megawatt
are different things: they are different words here, and nothing converts one into the other
silently.
"""

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


def check_same_unit(have: str, need: str, *, where: str) -> None:
    """
    Return nothing if two units are the same word.

    Raises
    ------
    UnitError
        If they differ: a unit that does not fit is an error, not a conversion.
    """
    if check_unit(have) != check_unit(need):
        raise UnitError(
            Text(
                f"{where}:单位 {have!r} 与所需单位 {need!r} 不同,不作自动换算",
                f"{where}: unit {have!r} is not the unit needed, {need!r}; nothing is converted",
            )
        )
