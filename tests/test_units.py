"""Units are words, and nothing converts one into another."""

import pytest

from tieling_geo.errors import UnitError
from tieling_geo.units import (
    MW_PER_T_PER_H,
    UNIT_SPELLINGS,
    UNITS,
    check_same_unit,
    check_unit,
    conversion_guess,
    to_unit,
)


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_known_and_has_two_titles(unit: str) -> None:
    """A unit is returned as it is."""
    assert check_unit(unit) == unit
    assert all(UNITS[unit])


@pytest.mark.parametrize("unit", ["", "MW", "T", "percent", "mu·times"])
def test_an_unknown_unit_is_refused_with_the_known_ones(unit: str) -> None:
    """Units are exact words: case and look-alikes count."""
    with pytest.raises(UnitError) as refused:
        check_unit(unit)
    assert all(known in refused.value.to("zh") for known in UNITS)


@pytest.mark.parametrize(
    ("have", "need"),
    [("mu", "mu_times"), ("%", "percentage_point"), ("t_per_h", "mw"), ("t", "t_per_year")],
)
def test_units_that_look_alike_are_not_the_same(have: str, need: str) -> None:
    """The mistakes that a plan invites are errors, and the message names the place."""
    check_same_unit(have, have, where="H01")
    with pytest.raises(UnitError, match="H01"):
        check_same_unit(have, need, where="H01")


def test_an_unknown_unit_is_no_unit_on_either_side() -> None:
    """Neither side may be made up."""
    with pytest.raises(UnitError):
        check_same_unit("mw", "gw", where="here")
    with pytest.raises(UnitError):
        check_same_unit("gw", "gw", where="here")


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [
        ("蒸吨/小时", "t_per_h"),
        ("ｔ/ｈ", "t_per_h"),
        (" t / h ", "t_per_h"),
        ("MW", "mw"),
        ("㎡", "m2"),
        ("km²", "km2"),
        ("公里", "km"),
        ("吨/年", "t_per_year"),
        ("亩次", "mu_times"),
        ("ｍｇ／Ｌ", "mg_per_l"),
        ("µg/L", "ug_per_l"),
        ("μg/m³", "ug_per_m3"),
        ("立方米/日", "m3_per_d"),
        ("公斤/天", "kg_per_d"),
        ("公顷", "ha"),
        ("hm²", "ha"),
        ("千瓦", "kw"),
        ("大卡", "kcal_per_h"),
        ("吨标煤", "tce"),
        ("GJ", "gj"),
        ("户", "household"),
        ("毫克每升", "mg_per_l"),
        ("蒸吨每小时", "t_per_h"),
        ("吨/h", "t_per_h"),
        ("t/年", "t_per_year"),
    ],
)
def test_spellings_of_ledgers_are_found(spelling: str, unit: str) -> None:
    """Width, case and spaces do not matter."""
    assert to_unit(spelling) == unit


@pytest.mark.parametrize("spelling", ["万吨/年", "kVA", "万人", "", "必填"])
def test_what_is_not_a_known_unit_is_none(spelling: str) -> None:
    """A multiple of a unit is not the unit."""
    assert to_unit(spelling) is None


def test_no_spelling_stands_for_two_units() -> None:
    """Every spelling leads back to its own unit."""
    for unit, title in UNITS.items():
        for spelling in (unit, *title, *UNIT_SPELLINGS.get(unit, ())):
            assert to_unit(spelling) == unit
    assert set(UNIT_SPELLINGS) <= set(UNITS)


def test_steam_and_heat_are_held_together_by_the_standard_only() -> None:
    """GB 13271-2014 sets 65 t/h equal to 45.5 MW."""
    assert pytest.approx(45.5) == 65 * MW_PER_T_PER_H


@pytest.mark.parametrize(
    ("have", "need", "factor"),
    [
        ("t_per_h", "mw", 0.7),
        ("mw", "t_per_h", 10 / 7),
        ("kw", "mw", 0.001),
        ("kcal_per_h", "mw", 1.163e-6),
        ("kg_per_h", "t_per_h", 0.001),
        ("mg_per_l", "ug_per_l", 1000.0),
        ("m", "mm", 1000.0),
        ("ha", "mu", 15.0),
        ("mu", "m2", 2000 / 3),
        ("km2", "ha", 100.0),
        ("tce", "gj", 29.3076),
        ("mw", "mw", 1.0),
        ("t", "t_per_year", None),
        ("mu", "mu_times", None),
        ("%", "percentage_point", None),
        ("t", "mw", None),
        ("t_per_d", "t_per_h", None),
    ],
)
def test_a_message_may_guess_a_factor(have: str, need: str, factor: float | None) -> None:
    """Between units of one kind only; a boiler may stand still, so a day is not 24 hours."""
    assert conversion_guess(have, need) == (factor and pytest.approx(factor, rel=1e-12))


def test_a_guess_is_its_own_reverse() -> None:
    """There and back is 1, and both ways are known or neither is."""
    for have in UNITS:
        for need in UNITS:
            there, back = conversion_guess(have, need), conversion_guess(need, have)
            assert (there is None) is (back is None)
            assert (there or 1.0) * (back or 1.0) == pytest.approx(1.0, rel=1e-12)


def test_an_unknown_unit_has_no_guess() -> None:
    """Neither side may be made up."""
    for have, need in (("gw", "mw"), ("mw", "gw")):
        with pytest.raises(UnitError, match="gw"):
            conversion_guess(have, need)
