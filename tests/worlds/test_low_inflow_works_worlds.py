"""Works with a thin inflow on random small worlds, every missing month tried at both ends."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted

_YEAR = 2025
_DAYS = (None, None, None, date(2024, 12, 31), date(2025, 12, 31), date(2026, 1, 1))
_NONE = (None, None, None)


def _works(rng: Random) -> dict[str, Any]:
    """Draw a works of 1,000 t/d."""
    return {
        "scope": rng.choice(["city", "city", "city", "park", "town", None]),
        "design_t_per_d": 1000.0,
        "plan_status": rng.choice(["none", "drafted", "adopted", "finished", None]),
        "plan_adopted_on": rng.choice(_DAYS),
        "commissioned_on": rng.choice([None, None, None, date(2026, 1, 1)]),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _draw(rng: Random) -> World:
    """Draw up to four works, most with a whole year around the limit."""
    works = {f"W{n}": _works(rng) for n in range(rng.randint(0, 4))}
    records = {}
    for key in works:
        level, months = (
            rng.choice([60.0, 80.0, 99.0, 100.0, 130.0]),
            rng.choice([12, 12, 12, 11, 8]),
        )
        for month in range(1, months + 1):
            records[f"{key}-{month}"] = {
                "works_id": key,
                "year": _YEAR,
                "month": month,
                "inflow_m3": 30_000.0 if rng.random() < 0.98 else None,
                "bod_mg_per_l": level if rng.random() < 0.96 else None,
            }
    return {"sewage_works": works, "sewage_inflow_records": records}


def _is_low(months: dict[int, tuple[float | None, float | None]]) -> bool | None:
    """Try every missing number at both ends; None: it may be low or not, or too little is known."""
    whole = [months.get(month, (None, None)) for month in range(1, 13)]
    if sum(None not in month for month in whole) < 9:
        return None
    ends = []
    for month, (flow, bod) in enumerate(whole, start=1):
        most = 1500 * monthrange(_YEAR, month)[1]
        flows = [0, most] if flow is None else [flow]
        bods = [0, 500] if bod is None else [bod]
        ends.append([(Fraction(q), Fraction(q) * Fraction(c)) for q in flows for c in bods])
    means = [sum(load for _, load in way) / sum(flow for flow, _ in way) for way in product(*ends)]
    answers = {mean < 100 for mean in means}
    return answers.pop() if len(answers) == 1 else None


def _has_plan(row: dict[str, Any]) -> bool | None:
    """Tell whether a plan is active on the day; None: its record does not say, or contradicts."""
    day, status = row["plan_adopted_on"], row["plan_status"]
    past = None if day is None else day <= AS_OF
    if status in {"none", "drafted"}:
        return None if past else False
    return past


def _judge(row: dict[str, Any], months: Any, scopes: Sequence[str]) -> Judged:  # noqa: ANN401 - a table
    """Judge one works by hand."""
    asked = None if row["scope"] is None else row["scope"] in scopes
    late = row["commissioned_on"] is not None and row["commissioned_on"].year > _YEAR
    if late and asked is not False:
        # It has water in a year before it opened: nobody knows, or it was not there after all.
        asked = None if any(flow for flow, _ in months.values()) else False
    if asked is False:
        return Judged(scope=False, done=None)
    low = _is_low(months) if not late else _is_low_of(months)
    if low is False:
        return Judged(scope=False, done=None)
    return Judged(low if asked else None, _has_plan(row))


def _is_low_of(months: dict[int, tuple[float | None, float | None]]) -> bool | None:
    """Judge a works without service: only the months that have rows can be missing anything."""
    whole = {m: months.get(m, (0.0, 0.0)) for m in range(1, 13)}
    if sum(None not in month for month in months.values()) < 9:
        return None
    return _is_low(whole)


def _by_hand(world: World, scopes: Sequence[str]) -> Counted:
    """Count a world's works."""
    months: dict[str, dict[int, tuple[float | None, float | None]]] = {}
    for row in world["sewage_inflow_records"].values():
        own = months.setdefault(row["works_id"], {})
        own[row["month"]] = (row["inflow_m3"], row["bod_mg_per_l"])
    return counted([
        _judge(row, months.get(key, {}), scopes) for key, row in world["sewage_works"].items()
    ])


@pytest.mark.parametrize(("clause", "scopes"), [("K09", ["city"]), ("C04", ["city", "park"])])
def test_both_routes_agree(clause: str, scopes: Sequence[str]) -> None:
    """Number left, bounds, counts and state on every world."""
    worlds = judge_worlds(clause, _draw)
    states = check_verdicts(worlds, lambda world: (_by_hand(world, scopes), "left"))
    assert len(states) >= 3
