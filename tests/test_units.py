"""Units are words, and nothing converts one into another."""

import pytest

from tieling_geo.errors import UnitError
from tieling_geo.units import (
    MW_PER_T_PER_H,
    UNIT_SPELLINGS,
    UNITS,
    check_same_unit,
    check_unit,
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
    ],
)
def test_spellings_of_ledgers_are_found(spelling: str, unit: str) -> None:
    """Width, case and spaces do not matter."""
    assert to_unit(spelling) == unit


@pytest.mark.parametrize("spelling", ["万吨/年", "kW", "万人", "", "必填"])
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
