"""Large coal boilers retrofitted, on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import WORLDS, to_world_layer
from tests.worlds.weighing import Weighed, weighed
from tieling_geo.analyses.boilers_ultra_low_emission import analyse

_DAYS = (None, date(2022, 6, 30), AS_OF, date(2026, 1, 1))


def _boiler(rng: Random) -> dict[str, Any]:
    """Draw a boiler whose record may be incomplete or at odds with itself."""
    return {
        "fuel": rng.choice(["coal", "coal", "coal", "gas", None]),
        "status": rng.choice(["operating", "operating", "retired", None]),
        "retired_on": rng.choice([None, None, None, *_DAYS]),
        "capacity_t_per_h": rng.choice([64.0, 65.0, 75.0, 75.0, None]),
        "capacity_mw": rng.choice([None, None, 45.5, 44.0]),
        "ultra_low_stage": rng.choice(["in_progress", "accepted", "accepted", None]),
        "ultra_low_accepted_on": rng.choice(_DAYS),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _finished(stage: str | None, day: date | None, last: tuple[str, ...]) -> bool | None:
    """Say if something was finished by the day: a date decides, and must not be at odds."""
    if day is None:
        return None if stage is None or stage in last else False
    if day <= AS_OF:
        return True if stage is None or stage in last else None
    return False


def _judge(row: dict[str, Any]) -> Weighed:
    """Judge a boiler by hand; each weighs one."""
    steam, heat = row["capacity_t_per_h"], row["capacity_mw"]
    sizes = {steam >= 65 if steam is not None else None, heat >= 45.5 if heat is not None else None}
    sizes.discard(None)
    large = sizes.pop() if len(sizes) == 1 else None
    coal = None if row["fuel"] is None else row["fuel"] == "coal"
    gone = _finished(row["status"], row["retired_on"], ("retired",))
    parts = (coal, large, None if gone is None else not gone)
    scope = False if False in parts else None if None in parts else True
    done = _finished(row["ultra_low_stage"], row["ultra_low_accepted_on"], ("accepted",))
    return Weighed(scope, done, Fraction(1))


def test_both_routes_agree() -> None:
    """Value, bounds and counts on every world: no clause asks, so the analysis is asked itself."""
    counted = set()
    for seed in WORLDS:
        rng = Random(seed)  # noqa: S311 - no secret
        rows = {f"B{n}": _boiler(rng) for n in range(rng.randint(0, 6))}
        layer = to_world_layer("boilers", rows, is_checked=seed < 3).features
        measures = analyse(layer, as_of=AS_OF).measures
        expected = weighed(_judge(row) for row in rows.values())
        for name, which in (
            ("large_coal_boilers_ultra_low_share", expected.share),
            ("large_coal_boilers_not_ultra_low", expected.left),
        ):
            found = measures[name]
            assert (found.counted, found.excluded) == (expected.counted, expected.unknown), seed
            if expected.counted:
                low, high = (end.value(found.unit) for end in (found.low, found.high))
                assert (found.value, low, high) == which, seed
        counted.add(expected.counted)
    assert len(counted) >= 3
