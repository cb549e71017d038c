"""
The units that measures and clauses may carry. Two different units are never compared.

A percentage and a percentage point, a mu and a mu·times, a tonne of steam an hour and a megawatt
are different things: they are different words here, and nothing converts one into the other
silently.
"""

import re
import unicodedata
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

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
    "ha": Text("公顷", "ha"),
    "mu": Text("亩", "mu"),
    "mu_times": Text("亩次", "mu·times"),
    "m3": Text("立方米", "m³"),
    "m3_per_d": Text("立方米/日", "m³/d"),
    "kg": Text("千克", "kg"),
    "kg_per_d": Text("千克/日", "kg/d"),
    "kg_per_h": Text("千克/小时", "kg/h"),
    "t": Text("吨", "t"),
    "t_per_year": Text("吨/年", "t/a"),
    "t_per_d": Text("吨/日", "t/d"),
    "t_per_h": Text("蒸吨/小时", "t/h (steam)"),
    "mw": Text("兆瓦", "MW"),
    "kw": Text("千瓦", "kW"),
    "kcal_per_h": Text("大卡/小时", "kcal/h"),
    "gj": Text("吉焦", "GJ"),
    "tce": Text("吨标准煤", "tce"),
    "mg_per_l": Text("毫克/升", "mg/L"),
    "ug_per_l": Text("微克/升", "μg/L"),
    "mg_per_m3": Text("毫克/立方米", "mg/m³"),
    "ug_per_m3": Text("微克/立方米", "μg/m³"),
    "mm": Text("毫米", "mm"),
    "km_per_h": Text("千米/小时", "km/h"),
    "min": Text("分钟", "min"),
    "day": Text("天", "days"),
    "year": Text("年", "year"),
    "household": Text("户", "households"),
    "person": Text("人", "people"),
    "wan_yuan": Text("万元", "10,000 yuan"),
    "t_km": Text("吨·千米", "t·km"),
    "kv": Text("千伏", "kV"),
    "mva": Text("兆伏安", "MVA"),
    "degc": Text("摄氏度", "deg C"),
    "g_per_kg": Text("克/千克", "g/kg"),
    "g_per_person_d": Text("克/(人·日)", "g per person and day"),
    "l_per_person_d": Text("升/(人·日)", "litres per person and day"),
    "person_per_km2": Text("人/平方千米", "people per km²"),
    "kg_per_ha": Text("千克/公顷", "kg/ha"),
    "wan_t": Text("万吨", "10,000 t"),
    "wan_t_per_d": Text("万吨/日", "10,000 t/d"),
    "wan_mu": Text("万亩", "10,000 mu"),
    "wan_mu_times": Text("万亩次", "10,000 mu·times"),
    "tce_per_wan_yuan": Text("吨标准煤/万元", "tce per 10,000 yuan"),
    "m3_per_wan_yuan": Text("立方米/万元", "m³ per 10,000 yuan"),
    "gce_per_kwh": Text("克标准煤/千瓦时", "gce/kWh"),
    "pue": Text("(PUE)", "(PUE)"),
})

#: Units that are ten thousand of another one, as plans and yearbooks write them.
SCALED_UNITS = frozenset({"wan_t", "wan_t_per_d", "wan_mu", "wan_mu_times", "wan_yuan"})

#: Further spellings of units in the headers of ledgers, beside the two of `UNITS`.
UNIT_SPELLINGS = MappingProxyType({
    "count": ("座", "台", "处", "辆"),
    "t_km": ("吨公里", "吨千米", "t·km", "tkm"),
    "degc": ("℃", "°C", "度"),
    "g_per_kg": ("g/kg",),
    "kv": ("kV",),
    "mva": ("MVA",),
    "%": ("百分比", "percent"),
    "ha": ("hm2", "hm^2", "hectare"),
    "m3": ("立方", "方", "m^3"),
    "m3_per_d": ("立方米/天", "方/日", "方/天", "m3/day", "m^3/d"),
    "kg": ("公斤",),
    "wan_t_per_d": ("万吨/天", "万吨/d"),
    "gce_per_kwh": ("克标煤/千瓦时", "g标煤/kWh", "克/千瓦时"),
    "tce_per_wan_yuan": ("吨标煤/万元", "tce/万元"),
    "m3_per_wan_yuan": ("立方/万元", "m3/万元", "吨/万元"),
    "percentage_point": ("百分点",),
    "kg_per_d": ("千克/天", "公斤/日", "公斤/天", "kg/day"),
    "kg_per_h": ("千克/时", "公斤/小时", "公斤/时"),
    "t": ("公吨",),
    "t_per_year": ("t/year", "t/yr", "t/年", "吨/a"),
    "t_per_d": ("吨/天", "t/d", "t/day", "t/日", "t/天", "吨/d"),
    "t_per_h": ("蒸吨", "蒸吨/时", "蒸吨/h", "吨/小时", "吨/时", "吨/h", "t/h", "t/小时", "t/时"),
    "kcal_per_h": ("大卡", "大卡/时", "千卡", "千卡/小时", "千卡/时", "kcal"),
    "tce": ("吨标煤", "t标准煤", "t标煤"),
    "ug_per_l": ("ug/L",),
    "mg_per_m3": ("mg/m^3",),
    "ug_per_m3": ("ug/m3", "ug/m^3", "μg/m^3"),
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

#: Units of one kind, with their size in a common unit: for the guesses in messages, and only there.
_KINDS: tuple[dict[str, Fraction], ...] = (
    {"mm": Fraction(1, 1000), "m": Fraction(1), "km": Fraction(1000)},
    {
        "m2": Fraction(1),
        "mu": Fraction(2000, 3),
        "wan_mu": Fraction(20_000_000, 3),
        "ha": Fraction(10**4),
        "km2": Fraction(10**6),
    },
    {"mu_times": Fraction(1), "wan_mu_times": Fraction(10**4)},
    {"kg": Fraction(1), "t": Fraction(1000), "wan_t": Fraction(10**7)},
    {"kg_per_d": Fraction(1), "t_per_d": Fraction(1000), "wan_t_per_d": Fraction(10**7)},
    {"kg_per_h": Fraction(1), "t_per_h": Fraction(1000)},
    {
        "mw": Fraction(1),
        "kw": Fraction(1, 1000),
        "kcal_per_h": Fraction("1.163e-6"),
        "t_per_h": Fraction(str(MW_PER_T_PER_H)),
    },
    {"ug_per_l": Fraction(1), "mg_per_l": Fraction(1000)},
    {"ug_per_m3": Fraction(1), "mg_per_m3": Fraction(1000)},
    # GB/T 2589-2020: a kilogram of standard coal is 29.3076 MJ.
    {"gj": Fraction(1), "tce": Fraction("29.3076")},
    {"min": Fraction(1), "day": Fraction(1440)},
)


class Equivalent(NamedTuple):
    """Two columns of one layer that give one thing in two units."""

    column: str
    other: str
    factor: float
    """`column` is `other` times this."""
    tolerance: float
    """Closed: a ratio further from the factor than this share of it is a contradiction."""
    source: str


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
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", spelling)).casefold()
    return plain.replace("每", "/")


# What ledgers count without a unit of its own.
_COUNTED = frozenset({"person", "household"})
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


def to_unit_of(spelling: str, needed: str) -> str | None:
    """
    Find the unit that a spelling means in a column; behind a bare number of people, 人 is no other.

    Parameters
    ----------
    spelling
        What a ledger writes.
    needed
        The column's unit; `count` where it has none.

    Examples
    --------
    >>> to_unit_of("人", "count"), to_unit_of("户", "count"), to_unit_of("人", "m")
    ('count', 'count', 'person')
    """
    unit = to_unit(spelling)
    return "count" if needed == "count" and unit in _COUNTED else unit


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


def conversion_guess(from_unit: str, to_unit: str) -> float | None:
    """
    Return the factor that would bring a number from one unit to another; None where there is none.

    For messages only: it lets a person see which unit was meant. Nothing is converted with it.

    Parameters
    ----------
    from_unit, to_unit
        Words of `UNITS`.

    Raises
    ------
    UnitError
        If one is unknown.

    Examples
    --------
    >>> conversion_guess("t_per_h", "mw"), conversion_guess("kg", "t"), conversion_guess("mu", "%")
    (0.7, 0.001, None)
    """
    check_unit(from_unit)
    check_unit(to_unit)
    for sizes in _KINDS:
        if from_unit in sizes and to_unit in sizes:
            return float(sizes[from_unit] / sizes[to_unit])
    return None
