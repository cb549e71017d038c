"""Parks and their stations on random small worlds; no clause drives this, so it is asked itself."""

from datetime import date
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, to_world_layer
from tests.worlds.second_route import Counted, Judged, counted
from tieling_geo.analyses.park_monitoring import analyse

_BOXES = ((100.0, 0.0, 200.0, 100.0), (200.0, 0.0, 300.0, 100.0), (500.0, 0.0, 600.0, 100.0))
_DAYS = (None, None, date(2022, 1, 1), AS_OF, date(2026, 1, 1))


def _draw(rng: Random) -> World:
    """Draw parks, two of which touch, and stations on the grid, naming parks or none."""
    return {
        "parks": {
            f"P{n}": {
                "name": f"P{n}",
                "level": rng.choice(["provincial", "national", "municipal", None]),
                "at": shape,
            }
            for n, shape in enumerate(_BOXES)
            if rng.random() < 0.8
        },
        "emission_monitors": {f"M{n}": _station(rng) for n in range(rng.randint(0, 4))},
    }


def _station(rng: Random) -> dict[str, Any]:
    """Draw a monitor that may be a station."""
    return {
        "park_id": rng.choice([None, None, "P0", "P1", "P2", "P9"]),
        "kind": rng.choice(["park_station", "park_station", "online", None]),
        "installed_on": rng.choice(_DAYS),
        "removed_on": rng.choice(_DAYS),
        "at": (50.0 * rng.randint(1, 13), 50.0 * rng.randint(0, 3)),
    }


def _serves(row: dict[str, Any]) -> bool | None:
    """Tell whether it is a station in service."""
    first, last = row["installed_on"], row["removed_on"]
    serves: bool | None = not (first and first > AS_OF) and not (last and last <= AS_OF)
    if first and last and last < first:
        serves = None
    fits = None if row["kind"] is None else row["kind"] == "park_station"
    return False if False in (serves, fits) else None if None in (serves, fits) else True


def _by_hand(world: World) -> Counted:
    """Count a world's parks of the two higher levels."""
    judged = []
    for key, park in world["parks"].items():
        own = set()
        left, low, right, high = park["at"]
        for row in world["emission_monitors"].values():
            x, y = row["at"]
            stands_in = left <= x <= right and low <= y <= high
            named = row["park_id"] if row["park_id"] in world["parks"] else None
            if named == key or (named is None and stands_in):
                own.add(_serves(row))
        done = True if True in own else None if None in own else False
        level = park["level"]
        judged.append(Judged(None if level is None else level != "municipal", done))
    return counted(judged)


def test_both_routes_agree() -> None:
    """Value, bounds and counts on every world."""
    shares = set()
    for seed in range(40):
        world = _draw(Random(seed))  # noqa: S311 - no secret
        layers = {
            name: to_world_layer(name, rows, is_checked=False).features
            for name, rows in world.items()
        }
        found = analyse(
            layers["parks"],
            layers["emission_monitors"],
            as_of=AS_OF,
            levels=("national", "provincial"),
        )
        share, by_hand = found.measures["parks_with_station_share"], _by_hand(world)
        assert (share.counted, share.excluded) == (by_hand.counted, by_hand.unknown), seed
        if by_hand.counted:
            told = (share.value, share.low.value("%"), share.high.value("%"))
            assert told == by_hand.share, seed
        shares.add(share.value)
    assert {None, 0, 50, 100} <= shares
