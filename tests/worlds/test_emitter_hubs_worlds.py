"""Emitters and hubs on random small worlds: every way in which the unknown may turn out."""

from datetime import date
from itertools import product
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_DAYS = (None, None, None, date(2022, 1, 1), AS_OF, date(2026, 1, 1))


def _draw(rng: Random) -> World:
    """Draw hubs of any kind and state, and enterprises that name one, none or another."""
    return {
        "treatment_hubs": {
            f"H{n}": {
                "kind": rng.choice(["voc", "voc", "plating", "other", None]),
                "commissioned_on": rng.choice(_DAYS),
                "closed_on": rng.choice(_DAYS),
                "at": (0.0, 0.0),
            }
            for n in range(3)
        },
        "enterprises": {f"Q{n}": _enterprise(rng) for n in range(rng.randint(0, 5))},
    }


def _enterprise(rng: Random) -> dict[str, Any]:
    """Draw an enterprise."""
    return {
        "voc_t_per_year": rng.choice([0.0, 0.0, 1.5, 3.0, None]),
        "plating_wastewater_m3_per_d": rng.choice([0.0, 0.0, 0.0, 8.0, None]),
        "hub_id": rng.choice([None, "H0", "H0", "H1", "H2", "H9"]),
        "opened_on": rng.choice(_DAYS),
        "closed_on": rng.choice(_DAYS),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _serves(first: date | None, last: date | None) -> bool | None:
    """Tell whether something is in service on the day."""
    if first and last and last < first:
        return None
    return not (first and first > AS_OF) and not (last and last <= AS_OF)


def _or_both(*answers: bool | None) -> list[bool]:
    """List what an answer may be."""
    return [kind for answer in answers for kind in ([True, False] if answer is None else [answer])]


def _treats(world: World, hub: str | None) -> list[str]:
    """List what the hub that is named may turn out to treat; `nothing` is one of the answers."""
    if hub is None:
        return ["nothing"]
    if hub not in world["treatment_hubs"]:
        return ["voc", "plating", "nothing"]
    row = world["treatment_hubs"][hub]
    serves = _or_both(_serves(row["commissioned_on"], row["closed_on"]))
    kinds = [row["kind"]] if row["kind"] else ["voc", "plating", "other"]
    return sorted({
        kind if is_on and kind != "other" else "nothing" for is_on, kind in product(serves, kinds)
    })


def _judged(world: World, row: dict[str, Any]) -> Judged:
    """Judge an enterprise by listing all that it may be: out of scope, linked or not."""
    voc, plating = (
        None if row[name] is None else row[name] > 0
        for name in ("voc_t_per_year", "plating_wastewater_m3_per_d")
    )
    scopes, dones = set(), set()
    for is_on, air, water, treated in product(
        _or_both(_serves(row["opened_on"], row["closed_on"])),
        _or_both(voc),
        _or_both(plating),
        _treats(world, row["hub_id"]),
    ):
        scopes.add(is_on and (air or water))
        if is_on and (air or water):
            fits = (air and treated == "voc") or (water and treated == "plating")
            # The ledger does not say where the second kind goes.
            dones |= {True, False} if fits and air and water else {bool(fits)}
    scope = scopes.pop() if len(scopes) == 1 else None
    return Judged(scope, dones.pop() if len(dones) == 1 else None)


def _by_hand(world: World) -> Counted:
    """Count a world's enterprises."""
    return counted([_judged(world, row) for row in world["enterprises"].values()])


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    states = check_verdicts(judge_worlds("C06", _draw), lambda world: (_by_hand(world), "share"))
    assert states >= {"reported", "not_applicable", "no_data"}
