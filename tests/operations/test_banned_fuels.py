"""What each class of zones bans: every fuel, the size itself, and zones without a class."""

import pandas as pd
import pytest

from tieling_geo.operations.banned_fuels import CLASSES, RULES, is_banned
from tieling_geo.schemas import Boilers, FuelBanZones

_FUELS = {c.name: c for c in Boilers.columns()}["fuel"].values  # noqa: PD011
_NAMED = {c.name: c for c in FuelBanZones.columns()}["fuel_class"].values  # noqa: PD011


def banned(fuel: str | None, size: float | None, fuel_class: str | None) -> bool | None:
    """Ask of one boiler."""
    found = is_banned(
        pd.Series([fuel], dtype="str"),
        pd.Series([size], dtype="float64"),
        pd.Series([fuel_class], dtype="str"),
        large_boiler_t_per_h=20.0,
    )
    return None if pd.isna(found[0]) else bool(found[0])


def test_every_class_says_something_of_every_fuel() -> None:
    """Once each, told in both languages, and what is from memory is not verified."""
    pairs = [(rule.fuel_class, rule.fuel) for rule in RULES]
    assert sorted(pairs) == sorted((name, fuel) for name in _NAMED for fuel in _FUELS)
    assert tuple(_NAMED) == CLASSES
    assert all(word.strip() for rule in RULES for word in (*rule.because, *rule.source))
    assert {r.verified for r in RULES if "memory" in r.source.en} == {False}


@pytest.mark.parametrize(
    ("fuel", "size", "by_class"),
    [
        ("coal", 19.9, (None, True, True)),
        ("coal", 20.0, (False, False, True)),
        ("coal", None, (None, None, True)),
        ("gas", None, (False, False, False)),
        ("electricity", 1.0, (False, False, False)),
        ("biomass", 1.0, (False, False, None)),
        ("oil", 1.0, (None, None, None)),
        (None, 1.0, (None, None, None)),
    ],
)
def test_each_fuel(fuel: str | None, size: float | None, by_class: tuple[bool | None, ...]) -> None:
    """By class; without one only what all say is known. 20 t/h is large (closed)."""
    assert tuple(banned(fuel, size, name) for name in CLASSES) == by_class
    agreed = by_class[0] if len(set(by_class)) == 1 else None
    assert banned(fuel, size, None) is agreed
