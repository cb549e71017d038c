"""Towns with both services on random small worlds, by plain arithmetic."""

import math
from datetime import date
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_Row = dict[str, Any]
_World = dict[str, dict[str, _Row]]


def _draw(rng: Random) -> _World:
    """Draw towns on a grid of 2 km, works 10 km from some of them, and areas with corners there."""
    towns = {
        f"T{n}": {
            "is_designated_town": rng.choice([True, True, True, False, None]),
            "at": (2000.0 * rng.randint(0, 4), 2000.0 * rng.randint(0, 4)),
        }
        for n in range(rng.randint(0, 5))
    }
    works = {
        f"F{n}": {
            "kind": rng.choice(["transfer", "transfer", "landfill", "sorting", None]),
            "commissioned_on": rng.choice([None, AS_OF, date(2026, 1, 1)]),
            "at": (6000.0 + 2000.0 * rng.randint(0, 3), 2000.0 * rng.randint(4, 6)),
        }
        for n in range(rng.randint(0, 3))
    }
    areas = {
        f"S{n}": {
            "valid_from": rng.choice([AS_OF, AS_OF, None, date(2026, 1, 1)]),
            "at": (0.0, 0.0, 2000.0 * rng.randint(1, 4), 2000.0 * rng.randint(1, 4)),
        }
        for n in range(rng.randint(0, 2))
    }
    return {"towns": towns, "waste_facilities": works, "sewer_service_areas": areas}


def _any(answers: list[bool | None]) -> bool | None:
    """Tell whether one holds; one that may hold leaves it open."""
    return True if True in answers else None if None in answers else False


def _near(row: _Row, works: _Row) -> bool | None:
    """Tell whether works that take waste stand within 10 km."""
    begin, kind = works["commissioned_on"], works["kind"]
    if math.dist(row["at"], works["at"]) > 10_000 or kind == "sorting":
        return False
    if begin is not None and begin > AS_OF:
        return False
    return None if kind is None else True


def _sewered(row: _Row, area: _Row) -> bool | None:
    """Tell whether an area covers a town."""
    (x, y), (west, south, east, north) = row["at"], area["at"]
    if not (west <= x <= east and south <= y <= north):
        return False
    return None if area["valid_from"] is None else area["valid_from"] <= AS_OF


def _by_hand(world: _World) -> Counted:
    """Count a world's towns."""
    judged = []
    for row in world["towns"].values():
        answers = (
            _any([_near(row, works) for works in world["waste_facilities"].values()]),
            _any([_sewered(row, area) for area in world["sewer_service_areas"].values()]),
        )
        done = False if False in answers else None if None in answers else True
        judged.append(Judged(row["is_designated_town"], done))
    return counted(judged)


def test_both_routes_agree() -> None:
    """Value, bounds and counts on every world; the plan gives no number to judge by."""
    states = check_verdicts(judge_worlds("K12", _draw), lambda world: (_by_hand(world), "share"))
    assert states >= {"reported", "not_applicable"}
