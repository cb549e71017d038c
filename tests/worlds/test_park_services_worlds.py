"""Services of parks on random small worlds of boxes: areas and distances by plain arithmetic."""

from datetime import date
from itertools import product
from math import hypot
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

#: Multiples of this are where everything lies, metres.
_STEP = 500
_DAYS = (None, None, date(2022, 1, 1), AS_OF, date(2026, 1, 1))
Box = tuple[float, float, float, float]


def _draw(rng: Random) -> World:
    """Draw parks of 1 km, areas that may cover half of one, and things on both ends of reach."""
    parks = {
        f"P{n}": {
            "name": f"P{n}",
            "level": rng.choice(["provincial", "provincial", "national", "municipal", None]),
            "at": (6000.0 * n, 0.0, 6000.0 * n + 1000, 1000.0),
        }
        for n in range(rng.randint(0, 3))
    }
    return {
        "parks": parks,
        "heating_supply_areas": {f"A{n}": _area(rng, n) for n in range(rng.randint(1, 5))},
        "sewer_service_areas": {f"S{n}": _area(rng, n) for n in range(rng.randint(1, 5))},
        "substations": {
            f"D{n}": {
                "commissioned_on": rng.choice(_DAYS),
                "at": (_STEP * float(rng.randint(-30, 40)), 1000.0),
            }
            for n in range(rng.randint(0, 2))
        },
        "reuse_water_pipes": {f"Z{n}": _pipe(rng) for n in range(rng.randint(0, 3))},
    }


def _area(rng: Random, n: int) -> dict[str, Any]:
    """Draw an area over a part of a park, or of all."""
    left = 6000 * (n % 3) + _STEP * rng.randint(-1, 1)
    width = _STEP * rng.choice([1, 2, 4, 40])
    return {
        "valid_from": rng.choice(_DAYS),
        "at": (float(left), 0.0, float(left + width), float(_STEP * rng.choice([1, 2, 2, 3]))),
    }


def _pipe(rng: Random) -> dict[str, Any]:
    """Draw an upright pipe."""
    x = float(_STEP * rng.randint(-4, 30))
    return {"commissioned_on": rng.choice(_DAYS), "at": ((x, 0.0), (x, 700.0))}


def _is_there(day: date | None) -> bool:
    """Tell whether something is there on the day; without a date it is."""
    return day is None or day <= AS_OF


def _covered_pct(park: Box, areas: list[Box]) -> float:
    """Count the cells of a quarter of a step that are covered."""
    size = _STEP / 2
    columns = int((park[2] - park[0]) / size)
    hits = 0
    for i, j in product(range(columns), range(columns)):
        x, y = park[0] + (i + 0.5) * size, park[1] + (j + 0.5) * size
        hits += any(a[0] < x < a[2] and a[1] < y < a[3] for a in areas)
    return 100 * hits / columns**2


def _away(park: Box, place: Any) -> float:  # noqa: ANN401 - a point or an upright line
    """Measure from a park's edge to a point, or to a line that reaches the park's height."""
    upright = isinstance(place[0], tuple)
    x = place[0][0] if upright else place[0]
    dx = max(park[0] - x, 0.0, x - park[2])
    dy = 0.0 if upright else max(park[1] - place[1], 0.0, place[1] - park[3])
    return hypot(dx, dy)


def _judged(world: World, park: dict[str, Any]) -> Judged:
    """Judge a park by hand."""
    own = [
        _covered_pct(
            park["at"], [a["at"] for a in world[name].values() if _is_there(a["valid_from"])]
        )
        >= 50
        for name in ("heating_supply_areas", "sewer_service_areas")
    ]
    own += [
        any(
            _is_there(row["commissioned_on"]) and _away(park["at"], row["at"]) <= limit
            for row in world[name].values()
        )
        for name, limit in (("substations", 10_000), ("reuse_water_pipes", 1_000))
    ]
    level = park["level"]
    return Judged(None if level is None else level != "municipal", all(own))


def _by_hand(world: World) -> Counted:
    """Count a world's parks."""
    return counted([_judged(world, park) for park in world["parks"].values()])


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world; some parks share all, some do not."""
    worlds = judge_worlds("C03", _draw)
    states = check_verdicts(worlds, lambda world: (_by_hand(world), "share"))
    assert states >= {"reported", "not_applicable"}
    assert len({verdict.value for _, _, verdict in worlds} - {None}) >= 2
