"""Enterprises in parks on random small worlds, by a route that shares no code."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds, to_world_layer
from tests.worlds.second_route import Counted, Judged, counted
from tests.worlds.weighing import Weighed, weighed
from tieling_geo.analyses.enterprises_in_parks import analyse

_BASE = date(2020, 12, 31)
_MOST = Fraction(100_000_000)
_OPENED = (None, date(2015, 1, 1), _BASE, date(2021, 1, 1), AS_OF, date(2026, 1, 1))
_CLOSED = (None, None, None, date(2014, 1, 1), _BASE, date(2021, 1, 1), AS_OF, date(2026, 5, 1))


def _draw(rng: Random) -> World:
    """Draw up to two parks, perhaps side by side, and enterprises on the grid around them."""
    boxes = [(100.0, 100.0, 300.0, 300.0), (300.0, 100.0, 400.0, 300.0)]
    return {
        "parks": {
            f"P{n}": {"name": f"P{n}", "at": boxes[n]} for n in range(2) if rng.random() < 0.8
        },
        "enterprises": {f"Q{n}": _enterprise(rng) for n in range(rng.randint(0, 5))},
    }


def _enterprise(rng: Random) -> dict[str, Any]:
    """Draw an enterprise that may contradict itself."""
    return {
        "opened_on": rng.choice(_OPENED),
        "closed_on": rng.choice(_CLOSED),
        "output_wan_yuan": rng.choice([0.0, 12.5, 300.0, None]),
        "at": (100.0 * rng.randint(0, 5), 100.0 * rng.randint(0, 4)),
    }


def _inside(world: World, row: dict[str, Any]) -> bool:
    """Tell whether it stands in a park or on its border."""
    x, y = row["at"]
    boxes = (park["at"] for park in world["parks"].values())
    return any(left <= x <= right and low <= y <= high for left, low, right, high in boxes)


def _operates(row: dict[str, Any], day: date) -> bool | None:
    """Tell whether it operated; before today only a date of opening says so."""
    first, last = row["opened_on"], row["closed_on"]
    if first and last and last < first:
        return None
    if (first and first > day) or (last and last <= day):
        return False
    return None if first is None and day < AS_OF else True


def _counted(world: World, day: date) -> Counted:
    """Count the enterprises of a day."""
    rows = world["enterprises"].values()
    return counted([Judged(_operates(row, day), _inside(world, row)) for row in rows])


def test_the_share_agrees() -> None:
    """Value, bounds, counts and state on every world."""
    states = check_verdicts(
        judge_worlds("C01", _draw), lambda world: (_counted(world, AS_OF), "share")
    )
    assert states >= {"reported", "not_applicable"}


def _ways(world: World, day: date) -> Iterator[Fraction]:
    """Give the share for each way in which the unknown may turn out; ways without one are none."""
    rows = list(world["enterprises"].values())
    states = [_operates(row, day) for row in rows]
    for way in product(*([True, False] if state is None else [state] for state in states)):
        inside = [_inside(world, row) for row, is_open in zip(rows, way, strict=True) if is_open]
        if inside:
            yield Fraction(100 * inside.count(True), len(inside))


def test_trend_and_output_agree() -> None:
    """The change between the two days, each in every way, and the share of output."""
    changes = 0
    for seed in range(40):
        world = _draw(Random(seed))  # noqa: S311 - no secret
        layers = {
            name: to_world_layer(name, rows, is_checked=False).features
            for name, rows in world.items()
        }
        measures = analyse(layers["enterprises"], layers["parks"], as_of=AS_OF).measures
        rows = world["enterprises"].values()
        output = weighed(
            Weighed(
                _operates(row, AS_OF),
                _inside(world, row),
                None if row["output_wan_yuan"] is None else Fraction(row["output_wan_yuan"]),
                _MOST,
            )
            for row in rows
        )
        share = measures["output_in_parks_share"]
        assert (share.counted, share.excluded) == (output.counted, output.unknown)
        if None not in output.share and output.counted:
            assert (share.value, share.low.value("%"), share.high.value("%")) == output.share
        change, now, then = (
            measures["enterprises_in_parks_share_change"],
            _counted(world, AS_OF),
            _counted(world, _BASE),
        )
        if not (now.counted and then.counted and change.counted):
            assert change.value is None or change.counted
            continue
        unit = change.unit
        assert change.value == now.share[0] - then.share[0]
        later, earlier = list(_ways(world, AS_OF)), list(_ways(world, _BASE))
        assert change.low.value(unit) == min(later) - max(earlier)
        assert change.high.value(unit) == max(later) - min(earlier)
        changes += 1
    assert changes > 12
