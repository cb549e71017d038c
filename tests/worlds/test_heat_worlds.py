"""Five clauses about heat on random small worlds, by routes that share no code."""

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from itertools import product
from math import dist
from random import Random
from typing import Any

import pytest

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import World, check_verdicts, judge_worlds
from tests.worlds.second_route import Counted, Judged, counted
from tests.worlds.weighing import Weighed, Weight, weighed

Row = dict[str, Any]
Answer = bool | None
_MOST_MW = Fraction(3000)
_LATER = date(2026, 1, 1)
_DEGC = {"space_heating": 60.0, "heating": 60.0, "steam": 170.0, "process": 170.0}


def _point(rng: Random) -> tuple[float, float]:
    """Place a point on a grid of 3 and 4 km, so that 5 km abound."""
    return 3000.0 * rng.randint(0, 3), 4000.0 * rng.randint(0, 3)


def _all(*answers: Answer) -> Answer:
    """Give Kleene's and."""
    if False in answers:
        return False
    return None if None in answers else True


def _any(answers: Iterable[Answer]) -> Answer:
    """Give Kleene's or."""
    listed = list(answers)
    if True in listed:
        return True
    return None if None in listed else False


def _at_least(number: float | None, limit: float | None) -> Answer:
    """Compare, as far as both are known."""
    return None if number is None or limit is None else number >= limit


def _rows(layer: dict[str, Row]) -> list[Row]:
    """List a layer's features."""
    return list(layer.values())


# --- pipes --------------------------------------------------------------------------------------


def _pipe(rng: Random) -> Row:
    """Draw a pipe; years about the age of twenty."""
    x, y = _point(rng)
    length = rng.choice([100.0, 250.0, 400.0])
    return {
        "installed_year": rng.choice([1990, 2005, 2006, 2020, 2026, None]),
        "at": ((x, y), (x + length, y)),
    }


def _d06(world: World) -> Weight:
    """Weigh the pipes: done is not old; in kilometres."""
    things = []
    for row in _rows(world["heating_pipes"]):
        (start, _), (end, _) = row["at"]
        year = row["installed_year"]
        young = None if year is None else 2025 - year < 20
        things.append(Weighed(year is None or year <= 2025, young, Fraction(end - start) / 1000))
    return weighed(things)


# --- demand and sources -------------------------------------------------------------------------


def _demand(rng: Random) -> Row:
    """Draw a demand; now and then its load or its use is missing."""
    return {
        "heat_mw": rng.choice([0.0, 2.5, 4.0, 9.0, 9.0, 9.0, None]),
        "use": rng.choice(["space_heating", "space_heating", "steam", "steam", None]),
        "at": _point(rng),
    }


def _source(rng: Random) -> Row:
    """Draw a source; now and then its heat or its warmth is missing."""
    return {
        "heat_mw": rng.choice([0.0, 3.0, 7.0, 7.0, None]),
        "temperature_degc": rng.choice([59.0, 60.0, 169.0, 170.0, 300.0, None]),
        "available_from": rng.choice([None, None, AS_OF, _LATER]),
        "at": _point(rng),
    }


def _is_there(source: Row) -> bool:
    """Tell whether a source can be used on the day."""
    return source["available_from"] is None or source["available_from"] <= AS_OF


def _most_met(loads: list[Fraction], heat: list[Fraction], links: set[tuple[int, int]]) -> Fraction:
    """Find the greatest load that can be met as the narrowest cut, trying every set of demands."""
    best = sum(loads, Fraction(0))
    for chosen in product([False, True], repeat=len(loads)):
        left = (load for load, inside in zip(loads, chosen, strict=True) if not inside)
        reached = {source for demand, source in links if chosen[demand]}
        best = min(best, sum(left, Fraction(0)) + sum((heat[s] for s in reached), Fraction(0)))
    return best


def _d07(world: World) -> Weight:
    """Share heat out, and try every way in which the gaps may turn out."""
    demands = [row for row in _rows(world["heat_demands"]) if row["heat_mw"] != 0]
    there = [row for row in _rows(world["waste_heat_sources"]) if _is_there(row)]

    def links(*, is_best: bool) -> set[tuple[int, int]]:
        found = set()
        for (d, demand), (s, source) in product(enumerate(demands), enumerate(there)):
            needs = [_DEGC[demand["use"]]] if demand["use"] else [60.0, 170.0]
            warm = _at_least(source["temperature_degc"], min(needs) if is_best else max(needs))
            if dist(demand["at"], source["at"]) <= 5000 and (is_best if warm is None else warm):
                found.add((d, s))
        return found

    is_known = [row["heat_mw"] is not None and row["use"] is not None for row in demands]
    tops = [_MOST_MW if r["heat_mw"] is None else Fraction(r["heat_mw"]) for r in demands]
    ways = list(
        product(
            *(
                [top] if known else [Fraction(0), top]
                for top, known in zip(tops, is_known, strict=True)
            )
        )
    )
    surely = [Fraction(s["heat_mw"] or 0) for s in there]
    perhaps = [_MOST_MW if s["heat_mw"] is None else Fraction(s["heat_mw"]) for s in there]
    known = [top if sure else Fraction(0) for top, sure in zip(tops, is_known, strict=True)]
    total, met = sum(known, Fraction(0)), _most_met(known, surely, links(is_best=False))
    worst = [
        100 * _most_met(list(way), surely, links(is_best=False)) / sum(way)
        for way in ways
        if sum(way)
    ]
    # The most a share can be: each load that is open is what can be met of it beside the others.
    at_best = links(is_best=True)
    base = _most_met(known, perhaps, at_best)
    more = _most_met(tops, perhaps, at_best) - base
    best = 100 * (base + more) / (total + more) if total + more else Fraction(0)
    value = 100 * met / total if total else None
    share = (value, min(worst), best) if worst else (None, None, None)
    return Weight(share, (None,) * 3, (None,) * 3, sum(is_known), len(demands) - sum(is_known))


def _boiler(rng: Random) -> Row:
    """Draw a boiler whose record may be incomplete."""
    return {
        "fuel": rng.choice(["coal", "coal", "coal", "coal", "gas", "oil", "biomass", None]),
        "status": rng.choice(["operating", "operating", "standby", "retired", None]),
        "use": rng.choice(["heating", "heating", "process", "power", None]),
        "capacity_t_per_h": rng.choice([10.0, 20.0, 35.0, None]),
        "retired_on": rng.choice([None, None, None, AS_OF, _LATER]),
        "at": _point(rng),
    }


def _in_use(row: Row) -> Answer:
    """Tell whether a boiler is in use on the day."""
    status, day = row["status"], row["retired_on"]
    past = day is not None and day <= AS_OF
    if status in {"operating", "standby"}:
        return None if past else True
    return None if day is None else not past


def _coal(row: Row) -> Answer:
    """Tell whether a boiler or a unit burns coal."""
    return None if row["fuel"] is None else row["fuel"] == "coal"


def _i09(world: World) -> Counted:
    """Ask of each boiler if one source suffices, whatever its gaps hide."""
    there = [row for row in _rows(world["waste_heat_sources"]) if _is_there(row)]
    judged = []
    for row in _rows(world["boilers"]):
        size = row["capacity_t_per_h"]
        mw = None if size is None else float(Fraction(size) * 7 / 10)
        answers = []
        for source in there:
            near = dist(row["at"], source["at"]) <= 5000
            uses = [row["use"]] if row["use"] in _DEGC else ["heating", "process"]
            warm = {_at_least(source["temperature_degc"], _DEGC[use]) for use in uses}
            heat = False if source["heat_mw"] == 0 else _at_least(source["heat_mw"], mw)
            answers.append(_all(near, warm.pop() if len(warm) == 1 else None, heat))
        heats = None if row["use"] is None else row["use"] != "power"
        judged.append(Judged(_all(_coal(row), _in_use(row), heats), _any(answers)))
    return counted(judged)


# --- units and zones ----------------------------------------------------------------------------


def _unit(rng: Random) -> Row:
    """Draw a unit about the size, or one of which something is missing."""
    return {
        "fuel": rng.choice(["coal", "coal", "coal", "gas", None]),
        "electric_mw": rng.choice([299.0, 300.0, 600.0, 600.0, None]),
        "retired_on": rng.choice([None, None, None, AS_OF]),
        "at": tuple(3 * n for n in _point(rng)),
    }


def _i04(world: World) -> Weight:
    """Weigh the demands within 15 km."""
    units = _rows(world["power_units"])
    things = []
    for row in _rows(world["heat_demands"]):
        near = [
            _all(_coal(unit), _at_least(unit["electric_mw"], 300.0), unit["retired_on"] is None)
            for unit in units
            if dist(row["at"], unit["at"]) <= 15_000
        ]
        load = row["heat_mw"]
        amount = None if load is None else Fraction(load)
        things.append(Weighed(load != 0, _any(near), amount, _MOST_MW))
    return weighed(things)


def _zone(rng: Random) -> Row:
    """Draw a box whose border runs through the grid."""
    x, y = _point(rng)
    return {
        "fuel_class": rng.choice(["I", "II", "II", "III", "III", None]),
        "valid_from": rng.choice([None, AS_OF, AS_OF, _LATER]),
        "at": (x, y, x + 6000, y + 8000),
    }


def _bans(zone: Row, row: Row) -> Answer:
    """Say whether a zone bans what a boiler burns, by hand."""
    size, small = row["capacity_t_per_h"], None
    if size is not None:
        small = size < 20
    if row["fuel"] in {None, "oil"}:
        return None
    if row["fuel"] == "gas":
        return False
    if row["fuel"] == "biomass":
        return {"I": False, "II": False}.get(zone["fuel_class"])
    if zone["fuel_class"] == "I":
        return False if small is False else None
    return {"II": small, "III": True}.get(zone["fuel_class"])


def _i05(world: World) -> Counted:
    """Count the boilers in zones that burn what one of them bans."""
    zones = [z for z in _rows(world["fuel_ban_zones"]) if z["valid_from"] != _LATER]
    judged = []
    for row in _rows(world["boilers"]):
        x, y = row["at"]
        own = [z for z in zones if z["at"][0] <= x <= z["at"][2] and z["at"][1] <= y <= z["at"][3]]
        banned = _any(_bans(zone, row) for zone in own)
        inside = bool(own)
        judged.append(Judged(_all(inside, _in_use(row)), None if banned is None else not banned))
    return counted(judged)


_DRAWN: dict[str, Callable[[Random], Row]] = {
    "heating_pipes": _pipe,
    "heat_demands": _demand,
    "waste_heat_sources": _source,
    "boilers": _boiler,
    "power_units": _unit,
    "fuel_ban_zones": _zone,
}


@pytest.mark.parametrize(
    ("clause", "by_hand", "which", "layers"),
    [
        ("D06", _d06, "left", ("heating_pipes",)),
        ("D07", _d07, "share", ("heat_demands", "waste_heat_sources")),
        ("I04", _i04, "share", ("heat_demands", "power_units")),
        ("I05", _i05, "left", ("boilers", "fuel_ban_zones")),
        ("I09", _i09, "share", ("boilers", "waste_heat_sources")),
    ],
)
def test_both_routes_agree(
    clause: str,
    by_hand: Callable[[World], Weight | Counted],
    which: str,
    layers: tuple[str, ...],
) -> None:
    """Value, bounds, counts and state on every world."""

    def draw(rng: Random) -> World:
        return {
            name: {f"{name[0].upper()}{n}": _DRAWN[name](rng) for n in range(rng.randint(0, 5))}
            for name in layers
        }

    states = check_verdicts(judge_worlds(clause, draw), lambda world: (by_hand(world), which))
    assert "reported" in states
    assert len(states) >= 2
