"""The table indicators' and the water sections' numbers on 200 random worlds, by a second route."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import to_world_layer, without_robustness
from tieling_geo.crs import WORKING_CRS
from tieling_geo.pipeline.judging import judge
from tieling_geo.pipeline.running import Runs
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import REJECTED_COLUMNS, Card, Clause, Indicator, Layer, Verdict
from tieling_geo.schemas import LAYERS

WORLDS = range(200)
_PLAN = read_plan(bundled_plans()["tieling_145"])
_NUMBERS = {
    c.clause_id: c
    for c in _PLAN.clauses
    if c.analysis == "indicator_targets" and c.target is not None
}
_COUNTIES = ("东县", "西县", "南县")
_YEARS = range(2020, 2026)
_CITY = "全市"
#: Low, value and high of a number; None where nothing is known.
Bounds = tuple[Fraction, Fraction, Fraction] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    name: str
    area: str
    year: int
    value: Fraction | None
    unit: str | None


def draw_value(rng: Random, clause: Clause, year: int) -> Fraction:
    """Draw a number of a year, so that a clause's form of it comes near its target."""
    target = clause.target or Fraction(40)  # a rise above zero may start anywhere
    share = Fraction(rng.choice([60, 90, 95, 100, 100, 101, 105, 120, 250]), 100)
    if clause.measure == "cumulative":
        value = target * share / (len(_YEARS) - 1)
    elif clause.measure == "relative_fall":
        value = Fraction(100) if year == min(_YEARS) else max(100 - target * share, Fraction(0))
    else:
        value = target * share
    return Fraction(round(value * 10_000), 10_000)


def draw_rows(rng: Random, indicator: Indicator, clause: Clause) -> list[Row]:
    """Draw an indicator's rows: some blank, without a unit or negative, some sums that differ."""
    rows: list[Row] = []
    for year in _YEARS:
        value = draw_value(rng, clause, year)
        if rng.random() < 0.9:
            rows.append(spoiled(rng, Row(indicator.name, _CITY, year, value, indicator.unit)))
        if indicator.is_additive and rng.random() < 0.6:
            parts = [Fraction(round(value * 3_000), 10_000)] * 2
            parts.append(value - sum(parts) + rng.choice([0, 0, Fraction(1, 5000), value]))
            rows += [
                spoiled(rng, Row(indicator.name, county, year, part, indicator.unit))
                for county, part in zip(_COUNTIES, parts, strict=True)
                if rng.random() < 0.95
            ]
    return rows


def spoiled(rng: Random, row: Row) -> Row:
    """Spoil one row in twenty, in one of three ways."""
    chance = rng.random()
    if chance < 0.02:
        return Row(row.name, row.area, row.year, None, row.unit)
    if chance < 0.035:
        return Row(row.name, row.area, row.year, row.value, None)
    if chance < 0.05:
        return Row(row.name, row.area, row.year, -(row.value or Fraction(1)), row.unit)
    return row


# --- the second route -----------------------------------------------------------------------------


def number_of(rows: Iterable[Row], year: int, indicator: Indicator) -> Bounds:
    """Find the city's number of a year: its own row, held against the counties, or their sum."""
    own = {row.area: row for row in rows if row.year == year}
    good = {
        area: row.value
        for area, row in own.items()
        if row.value is not None and row.unit == indicator.unit and row.value >= 0
    }
    total = None
    if indicator.is_additive and all(county in good for county in _COUNTIES):
        total = sum((good[county] for county in _COUNTIES), Fraction(0))
    value = good.get(_CITY)
    if value is None:
        return None if total is None else (total, total, total)
    if total is not None and abs(total - value) * 200 > value:
        return min(value, total), value, max(value, total)
    return value, value, value


def form_of(measure: str, rows: Sequence[Row], indicator: Indicator) -> Bounds:
    """Reckon a form of one indicator from 2020 to 2025."""
    known = {year: number_of(rows, year, indicator) for year in _YEARS}
    first, last = known[2020], known[2025]
    later = [known[year] for year in _YEARS if year > 2020]
    if measure == "latest":
        return last
    if measure == "cumulative":
        if any(number is None for number in later):
            return None
        low, value, high = (sum((n[k] for n in later if n), Fraction(0)) for k in range(3))
        return low, value, high
    if measure == "least_since_base":
        there = [number for number in later if number is not None]
        if not there:
            return None
        low = min(n[0] for n in there) if len(there) == len(later) else Fraction(0)
        return low, min(n[1] for n in there), min(n[2] for n in there)
    return fall_of(measure, first, last)


def fall_of(measure: str, first: Bounds, last: Bounds) -> Bounds:
    """Reckon a fall or a rise between two years."""
    if first is None or last is None:
        return None
    if measure == "relative_fall":
        falls = [100 * (1 - last[2 - k] / first[k]) for k in range(3)] if first[0] else []
    elif measure == "point_fall":
        falls = [first[k] - last[2 - k] for k in range(3)]
    else:
        falls = [last[k] - first[2 - k] for k in range(3)]
    return (falls[0], falls[1], falls[2]) if falls else None


def number(clause: Clause, rows: Sequence[Row]) -> Bounds:
    """Reckon a clause's number; of several indicators the least."""
    names = next(p.value for p in clause.parameters if p.name == "indicators")
    assert isinstance(names, tuple)
    found = [
        form_of(clause.measure, [r for r in rows if r.name == name], _PLAN.indicators[name])
        for name in names
    ]
    there = [bounds for bounds in found if bounds is not None]
    if not there:
        return None
    low, value, high = (min(bounds[k] for bounds in there) for k in range(3))
    return (low, value, high) if len(there) == len(found) else (Fraction(0), value, high)


def state_of(clause: Clause, bounds: Bounds) -> str:
    """Say how a clause stands by its bounds."""
    if bounds is None:
        return "no_data"
    low, _, high = bounds
    target = clause.target or Fraction(0)
    if clause.comparator == "about":
        band = abs(target) * (clause.tolerance_pct or 0) / 100
        inside = [target - band <= end <= target + band for end in (low, high)]
        apart = high < target - band or low > target + band
        return "met" if all(inside) else "not_met" if apart else "undetermined"
    reached = {
        ">=": lambda end: end >= target,
        ">": lambda end: end > target,
        "<=": lambda end: end <= target,
        "<": lambda end: end < target,
    }[clause.comparator]
    worst, best = (low, high) if clause.comparator[0] == ">" else (high, low)
    return "met" if reached(worst) else "undetermined" if reached(best) else "not_met"


# --- worlds, judged by the package ----------------------------------------------------------------


def to_table(rows: Sequence[Row], rng: Random) -> Layer:
    """Lay the rows out as a reader would deliver them, in any order."""
    mixed = rng.sample(list(rows), len(rows))
    index = [str(n) for n in range(len(mixed))]
    columns: dict[str, Any] = {
        "record_id": index,
        "indicator": [row.name for row in mixed],
        "area": [row.area for row in mixed],
        "year": [row.year for row in mixed],
        "kind": ["actual"] * len(mixed),
        "value": [None if row.value is None else float(row.value) for row in mixed],
        "unit": [row.unit for row in mixed],
        "source": [None] * len(mixed),
    }
    schema = LAYERS["indicators"]
    typed = {c.name: pd.Series(columns[c.name], index, dtype=c.dtype) for c in schema.columns()}
    features = gpd.GeoDataFrame(typed, index=index, geometry=[None] * len(mixed), crs=WORKING_CRS)
    return as_layer("indicators", schema.check(features))


def as_layer(name: str, features: gpd.GeoDataFrame) -> Layer:
    """Wrap features as a layer of which nothing was rejected."""
    return Layer(
        name=name,
        features=features,
        rejected=pd.DataFrame(columns=list(REJECTED_COLUMNS)),
        card=Card("nobody", "none", "2025-12-31", "cgcs2000", rows=len(features)),
        source=f"{name}.csv",
        sha256="",
        rows_in=len(features),
    )


def county_layer() -> Layer:
    """Give three counties."""
    schema = LAYERS["counties"]
    index = [f"99010{n}" for n in range(3)]
    columns = {"county_id": index, "name": list(_COUNTIES), "population": [None] * 3}
    typed = {c.name: pd.Series(columns[c.name], index, dtype=c.dtype) for c in schema.columns()}
    shapes = [shapely.box(5e5 + 1e4 * n, 4.6e6, 5.1e5 + 1e4 * n, 4.61e6) for n in range(3)]
    features = gpd.GeoDataFrame(typed, index=index, geometry=shapes, crs=WORKING_CRS)
    return as_layer("counties", schema.check(features))


@pytest.fixture(scope="module")
def judged() -> list[tuple[list[Row], dict[str, Verdict]]]:
    """Judge every clause of numbers on every world."""
    asking = {
        name: clause
        for clause in _NUMBERS.values()
        for p in clause.parameters
        if p.name == "indicators" and isinstance(p.value, tuple)
        for name in p.value
    }
    found, counties = [], county_layer()
    with without_robustness():
        for seed in WORLDS:
            rng = Random(seed)  # noqa: S311 - no secret
            rows = [
                row
                for name in sorted(asking)
                for row in draw_rows(rng, _PLAN.indicators[name], asking[name])
            ]
            runs = Runs({"indicators": to_table(rows, rng), "counties": counties}, {}, AS_OF)
            verdicts = {name: judge(c, runs, then=False) for name, c in _NUMBERS.items()}
            found.append((rows, verdicts))
    return found


@pytest.mark.parametrize("clause_id", _NUMBERS)
def test_both_routes_give_one_number(
    clause_id: str, judged: list[tuple[list[Row], dict[str, Verdict]]]
) -> None:
    """Value, bounds and state, exactly, on every world."""
    clause, states = _NUMBERS[clause_id], set()
    for seed, (rows, verdicts) in enumerate(judged):
        verdict, bounds = verdicts[clause_id], number(clause, rows)
        told = (verdict.low, verdict.value, verdict.high)
        assert told == (bounds or (None, None, None)), seed
        assert verdict.state.value == state_of(clause, bounds), seed
        states.add(verdict.state.value)
    assert {"met", "not_met"} <= states
    assert len(states) >= 3


# --- water sections -------------------------------------------------------------------------------


def _draw_section(rng: Random) -> dict[str, Any]:
    """Draw a section's row: thirteen names at most, some of other years or without a class."""
    return {
        "name": f"断面{rng.randint(0, 12)}",
        "river_name": "干河",
        "control_level": rng.choice(["national", "provincial", "city", None]),
        "assessment_year": rng.choice([2025, 2025, 2025, 2024, None]),
        "water_class": rng.choice(["I", "II", "III", "III", "III", "IV", "worse_than_V", None]),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def test_both_routes_give_one_share_of_sections() -> None:
    """Each section counts once, by its only row of the year; others are unknown."""
    clause = next(c for c in _PLAN.clauses if c.analysis == "water_section_classes")
    states = set()
    for seed in WORLDS:
        rng = Random(seed)  # noqa: S311 - no secret
        rows = {f"S{n}": _draw_section(rng) for n in range(rng.randint(0, 22))}
        verdict = judge(
            clause, Runs({"water_sections": to_world_layer("water_sections", rows)}, {}, AS_OF)
        )
        by_name: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows.values():
            by_name.setdefault(row["name"], []).append(row)
        good = bad = unknown = 0
        for own in by_name.values():
            now = [r["water_class"] for r in own if r["assessment_year"] == AS_OF.year]
            if len(now) != 1 or now[0] is None:
                unknown += 1
            elif now[0] in {"I", "II", "III"}:
                good += 1
            else:
                bad += 1
        assert (verdict.counted, verdict.excluded) == (good + bad, unknown), seed
        if not good + bad:
            assert verdict.state.value == ("no_data" if unknown else "not_applicable"), seed
            continue
        total = good + bad + unknown
        bounds = [Fraction(100 * n, m) for n, m in ((good, good + bad), (good, total))]
        assert verdict.value == bounds[0], seed
        assert (verdict.low, verdict.high) == (bounds[1], Fraction(100 * (good + unknown), total))
        # Nine of thirteen, compared as whole numbers.
        sure, possible = 13 * good >= 9 * total, 13 * (good + unknown) >= 9 * total
        expected = "met" if sure else "undetermined" if possible else "not_met"
        assert verdict.state.value == expected, seed
        states.add(expected)
    assert states == {"met", "undetermined", "not_met"}
