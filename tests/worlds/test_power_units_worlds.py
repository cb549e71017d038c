"""Three clauses about power units on random small worlds, by a route that shares no code."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_DAYS = (None, None, date(2019, 5, 1), AS_OF, date(2026, 1, 1))
_STEPS = ("saving_retrofit_on", "heat_retrofit_on", "flexibility_retrofit_on", "ultra_low_on")
Row = dict[str, Any]


def _unit(rng: Random) -> Row:
    """Draw a unit whose record may be incomplete or at odds with itself."""
    return {
        "fuel": rng.choice(["coal", "coal", "coal", "gas", None]),
        "electric_mw": rng.choice([25.0, 299.5, 300.0, 600.0, None]),
        "coal_use_gce_per_kwh": rng.choice([290.0, 300.0, 340.0, 340.0, None]),
        "plan_status": rng.choice(["none", "drafted", "adopted", "adopted", "finished", None]),
        "plan_adopted_on": rng.choice(_DAYS),
        "commissioned_on": rng.choice([None, date(2005, 1, 1), date(2026, 5, 1)]),
        "retired_on": rng.choice([None, None, None, *_DAYS]),
        **{step: rng.choice([None, AS_OF, AS_OF, date(2020, 1, 1)]) for step in _STEPS},
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _past(day: date | None) -> bool:
    """Tell whether a day has come."""
    return day is not None and day <= AS_OF


def _both(*answers: bool | None) -> bool | None:
    """Give Kleene's and."""
    if False in answers:
        return False
    return None if None in answers else True


def _is_coal(row: Row) -> bool | None:
    """Tell whether a unit burns coal."""
    return None if row["fuel"] is None else row["fuel"] == "coal"


def _is_swapped(row: Row) -> bool:
    """Tell whether a unit closed before it opened."""
    since, until = row["commissioned_on"], row["retired_on"]
    return since is not None and until is not None and until < since


def _serves(row: Row) -> bool | None:
    """Tell whether a unit is in service."""
    if _is_swapped(row):
        return None
    opened = row["commissioned_on"] is None or _past(row["commissioned_on"])
    return opened and not _past(row["retired_on"])


def _i03(row: Row) -> Judged:
    """Judge the plan of a unit that uses much coal."""
    use, status, day = row["coal_use_gce_per_kwh"], row["plan_status"], row["plan_adopted_on"]
    high = None if use is None else use >= 300
    done: bool | None
    if status in {"none", "drafted"}:
        done = None if _past(day) else False
    else:
        done = None if day is None else _past(day)
    return Judged(_both(_is_coal(row), _serves(row), high), done)


def _i08(row: Row) -> Judged:
    """Judge the retirement of a small unit."""
    size = row["electric_mw"]
    small = None if size is None else size < 300
    opened: bool | None = row["commissioned_on"] is None or _past(row["commissioned_on"])
    if _is_swapped(row):
        return Judged(_both(_is_coal(row), small, opened or None), None)
    return Judged(_both(_is_coal(row), small, opened), _past(row["retired_on"]))


def _i11(row: Row) -> Judged:
    """Judge the four retrofits of a unit."""
    scope = _both(_is_coal(row), _serves(row))
    return Judged(scope, all(_past(row[step]) for step in _STEPS))


@pytest.mark.parametrize(
    ("clause", "judge", "which", "states"),
    [("I03", _i03, "left", 3), ("I08", _i08, "share", 2), ("I11", _i11, "share", 2)],
)
def test_both_routes_agree(
    clause: str, judge: Callable[[Row], Judged], which: str, states: int
) -> None:
    """Value, bounds, counts and state on every world."""

    def by_hand(world: dict[str, dict[str, Row]]) -> tuple[Counted, str]:
        return counted([judge(row) for row in world["power_units"].values()]), which

    worlds = judge_worlds(
        clause, lambda rng: {"power_units": {f"U{n}": _unit(rng) for n in range(rng.randint(0, 6))}}
    )
    assert len(check_verdicts(worlds, by_hand)) >= states
