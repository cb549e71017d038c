"""The share of clean heating on random small worlds, by a route that shares no code."""

from datetime import date
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import check_verdicts, judge_worlds
from tests.worlds.weighing import Weight

Row = dict[str, Any]
_MOST = Fraction(10_000_000)
_CLEAN = {"biomass", "electricity", "gas", "geothermal", "heat_pump", "solar"}


def _source(rng: Random) -> Row:
    """Draw a source whose output is known, or of a network that one source feeds."""
    return {
        "kind": rng.choice(["chp", "chp", "boiler_house", "waste_heat", None]),
        "fuel": rng.choice(["coal", "coal", "coal", "gas", None]),
        "heat_mw": rng.choice([10.0, 30.0]),
        "ultra_low_accepted_on": rng.choice([None, AS_OF, AS_OF, date(2026, 1, 1)]),
        "network_id": rng.choice(["N1", "N1", "N2"]),
        "at": (0.0, 0.0),
    }


def _building(rng: Random) -> Row:
    """Draw a building whose record may be incomplete."""
    heating = rng.choice(["network", "network", "network", "gas", "heat_pump", "coal", None])
    return {
        "floor_area_m2": rng.choice([0.0, 100.0, 250.0, 400.0, 400.0, None]),
        "heating": heating,
        "network_id": rng.choice(["N1", "N1", "N2", "N3", None]) if heating == "network" else None,
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def _is_clean(source: Row) -> bool | None:
    """Judge a source by hand: try every kind and fuel that a gap may hide."""
    kinds = [source["kind"]] if source["kind"] else ["chp", "boiler_house", "waste_heat"]
    fuels = [source["fuel"]] if source["fuel"] else ["coal", "gas"]
    day = source["ultra_low_accepted_on"]
    accepted = day is not None and day <= AS_OF
    found = {
        fuel != "coal" or kind == "waste_heat" or (kind == "chp" and accepted)
        for kind, fuel in product(kinds, fuels)
    }
    return found.pop() if len(found) == 1 else None


def _part(row: Row, sources: list[Row]) -> tuple[Fraction, Fraction]:
    """Say what part of a building may be clean, at least and at most."""
    if row["heating"] is None:
        return Fraction(0), Fraction(1)
    if row["heating"] != "network":
        return (Fraction(int(row["heating"] in _CLEAN)),) * 2
    own = [s for s in sources if s["network_id"] == row["network_id"]]
    if not own or row["network_id"] is None:
        return Fraction(0), Fraction(1)
    total = sum(Fraction(s["heat_mw"]) for s in own)
    ends = [
        sum((Fraction(s["heat_mw"]) for s in own if (_is_clean(s) in {True, also})), Fraction(0))
        for also in (True, None)
    ]
    return ends[0] / total, ends[1] / total


def _by_hand(world: dict[str, dict[str, Row]]) -> tuple[Weight, str]:
    """Weigh a world's buildings, trying every way in which gaps may turn out."""
    sources = list(world["heat_sources"].values())
    listed = [
        (row["floor_area_m2"], *_part(row, sources))
        for row in world["heated_buildings"].values()
        if row["floor_area_m2"] != 0
    ]
    known = [(Fraction(a), low) for a, low, high in listed if a is not None and low == high]
    done = sum((a * part for a, part in known), Fraction(0))
    total = sum((a for a, _ in known), Fraction(0))
    shares, lefts = [], []
    for way in product(
        *(
            product([Fraction(0), _MOST] if a is None else [Fraction(a)], [low, high])
            for a, low, high in listed
        )
    ):
        clean, area = (
            sum((a * p for a, p in way), Fraction(0)),
            sum((a for a, _ in way), Fraction(0)),
        )
        lefts.append(area - clean)
        if area:
            shares.append(100 * clean / area)
    share = 100 * done / total if total else None
    ends = (min(shares), max(shares)) if shares else (None, None)
    left = (total - done, min(lefts), max(lefts))
    unknown = len(listed) - len(known)
    return Weight((share, *ends), (None,) * 3, left, len(known), unknown), "share"


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    worlds = judge_worlds(
        "D04",
        lambda rng: {
            "heat_sources": {f"S{n}": _source(rng) for n in range(rng.randint(0, 4))},
            "heated_buildings": {f"B{n}": _building(rng) for n in range(rng.randint(0, 5))},
        },
    )
    assert len(check_verdicts(worlds, _by_hand)) >= 4
