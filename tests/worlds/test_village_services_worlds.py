"""Villages with waste collection on random small worlds, counted by hand."""

from random import Random
from typing import Any

from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted


def _draw(rng: Random) -> dict[str, dict[str, dict[str, Any]]]:
    """Draw villages; the works play no part in the share."""
    villages = {
        f"V{n}": {
            "has_waste_service": rng.choice([True, True, False, None]),
            "at": (100.0 * n, 0.0),
        }
        for n in range(rng.randint(0, 5))
    }
    return {"villages": villages, "waste_facilities": {"F": {"kind": "transfer", "at": (0.0, 0.0)}}}


def _by_hand(world: dict[str, dict[str, dict[str, Any]]]) -> Counted:
    """Count a world's villages."""
    rows = world["villages"].values()
    return counted([Judged(scope=True, done=row["has_waste_service"]) for row in rows])


def test_both_routes_agree() -> None:
    """Value, bounds and counts on every world."""
    states = check_verdicts(judge_worlds("F12", _draw), lambda world: (_by_hand(world), "share"))
    assert states >= {"reported", "not_applicable"}
