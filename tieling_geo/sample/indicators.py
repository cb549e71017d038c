"""The table of indicators: for each that the plan names, an invented course from year to year."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np

from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import Indicator
from tieling_geo.sample.ground import Ground, numbered, stream, to_layer
from tieling_geo.schemas import Indicators

#: The plan whose indicators are drawn.
PLAN = "tieling_145"
YEARS = tuple(range(2020, 2026))
WHOLE = "全市"
SOURCE = "示例数据（SAMPLE），虚构数值，非统计数据"
#: Indicators that counties have besides those that add up.
BY_COUNTY = ("energy_per_industrial_value_added",)

#: The planted cases.
ON_TARGET, MISSING = "energy_per_gdp", ("construction_waste_use_share", 2025)
NOT_THE_SUM = ("nitrogen_oxides_reduction", 2023)
# The share of the city's number that a county has too much.
_TOO_MUCH = Decimal("0.2")
# A year between the first and the last lies off the straight line by so much of a year's step.
_NOISE = 0.2


class _Course(NamedTuple):
    """First and last year's number of an indicator, with as many decimals as all of it has."""

    first: Decimal
    last: Decimal


def _course(first: str, last: str) -> _Course:
    """Take a course as it is written."""
    return _Course(Decimal(first), Decimal(last))


# All are invented. Some reach the plan's target, some do not, some stand exactly on it.
_COURSES: Mapping[str, _Course] = MappingProxyType({
    "energy_per_gdp": _course("0.800", "0.684"),
    "cod_reduction": _course("0.1500", "0.1700"),
    "ammonia_nitrogen_reduction": _course("0.00150", "0.00190"),
    "nitrogen_oxides_reduction": _course("0.0900", "0.1100"),
    "voc_reduction": _course("0.0300", "0.0450"),
    "energy_per_industrial_value_added": _course("1.250", "1.100"),
    "water_per_industrial_value_added": _course("24.0", "20.4"),
    "capacity_at_benchmark_share": _course("18.0", "33.5"),
    "data_centres_at_benchmark_share": _course("20.0", "28.0"),
    "green_standard_share": _course("77.0", "100.0"),
    "prefabricated_share": _course("12.0", "31.5"),
    "renewables_in_buildings_share": _course("4.5", "7.6"),
    "clean_new_sanitation_vehicles_share": _course("10.0", "35.0"),
    "china_iii_vehicles": _course("18500", "1150"),
    "fertiliser_use_efficiency": _course("40.2", "43.4"),
    "pesticide_use_efficiency": _course("40.6", "43.1"),
    "farm_film_recovery_share": _course("85.6", "88.9"),
    "straw_use_share": _course("90.8", "93.5"),
    "non_fossil_energy_share": _course("10.2", "13.5"),
    "solvent_coatings_share": _course("62.0", "45.0"),
    "solvent_inks_share": _course("48.0", "37.0"),
    "solvent_adhesives_use": _course("5200", "4300"),
    "sludge_safe_disposal_share": _course("78.0", "92.4"),
    "raw_waste_off_landfill_share": _course("40.0", "99.2"),
    "construction_waste_use_share": _course("41.0", "58.0"),
    "new_projects_at_advanced_level_share": _course("60.0", "88.0"),
    "key_energy_users_online_share": _course("70.0", "90.0"),
})
# What an indicator has that is not listed above.
_OTHER = _course("50.0", "60.0")


class _Row(NamedTuple):
    """A row of the table, but for its number."""

    indicator: str
    area: str
    year: int
    value: Decimal | None
    unit: str


def draw_indicators(ground: Ground, *, seed: int) -> gpd.GeoDataFrame:
    """
    Draw the table: a row an indicator, area and year; counties where their numbers add up.

    Counties' numbers add up to the city's exactly. Planted: an indicator that falls exactly as far
    as the plan asks (`ON_TARGET`), one whose last number is blank (`MISSING`), and a year in which
    the counties are clearly more than the city (`NOT_THE_SUM`). Every unit is the plan's: a row in
    another one is rejected, and the embedded sample has no such row. Targets by county are not
    drawn: the plan's annex is not known.
    """
    rng = stream(seed, Indicators.layer_name())
    counties = ground.counties.sort_values("county_id")["name"].to_list()
    rows = [
        row for indicator in _plan_indicators().values() for row in _rows(indicator, counties, rng)
    ]
    columns: dict[str, Any] = {
        "record_id": numbered("Z", len(rows)),
        "indicator": [row.indicator for row in rows],
        "area": [row.area for row in rows],
        "year": [row.year for row in rows],
        "kind": ["actual"] * len(rows),
        "value": [None if row.value is None else float(row.value) for row in rows],
        "unit": [row.unit for row in rows],
        "source": [SOURCE] * len(rows),
    }
    return to_layer(Indicators, columns, np.full(len(rows), None, dtype=object))


@cache
def _plan_indicators() -> Mapping[str, Indicator]:
    """Read the plan's indicators, once."""
    return read_plan(bundled_plans()[PLAN]).indicators


def _rows(indicator: Indicator, counties: list[str], rng: np.random.Generator) -> Iterator[_Row]:
    """Give an indicator's rows, year by year, the city's first."""
    name, title, unit = indicator.name, indicator.title.zh, indicator.unit
    weights = rng.uniform(0.5, 1.5, len(counties))
    for year, value in zip(YEARS, _values(_COURSES.get(name, _OTHER), rng), strict=True):
        own: Decimal | None = None if (name, year) == MISSING else value
        yield _Row(title, WHOLE, year, own, unit)
        if indicator.is_additive:
            parts = _shares(value, weights)
            if (name, year) == NOT_THE_SUM:
                parts[0] += (value * _TOO_MUCH).quantize(value)
        elif name in BY_COUNTY:
            parts = [_rounded(float(value) * (0.8 + 0.4 * (w - 0.5)), value) for w in weights]
        else:
            continue  # it is the city's alone
        for county, part in zip(counties, parts, strict=True):
            yield _Row(title, county, year, part, unit)


def _values(course: _Course, rng: np.random.Generator) -> list[Decimal]:
    """Draw a number a year: the first and last as they are, the others near the line between."""
    steps = len(YEARS) - 1
    step = float(course.last - course.first) / steps
    noise = rng.uniform(-_NOISE, _NOISE, steps - 1)
    between = [float(course.first) + step * (n + off) for n, off in enumerate(noise, 1)]
    return [course.first, *(_rounded(value, course.first) for value in between), course.last]


def _rounded(value: float, like: Decimal) -> Decimal:
    """Round a number to the decimals that another one has."""
    return Decimal(value).quantize(like)


def _shares(whole: Decimal, weights: np.ndarray) -> list[Decimal]:
    """
    Part a number by weights so that the parts, with its decimals, add up to it exactly.

    Examples
    --------
    >>> _shares(Decimal("1.00"), np.array([1.0, 1.0, 1.0]))
    [Decimal('0.34'), Decimal('0.33'), Decimal('0.33')]
    """
    step = Decimal(1).scaleb(int(whole.as_tuple().exponent))
    units = int(whole / step)
    exact = units * weights / weights.sum()
    parts = np.floor(exact).astype(int)
    # The largest remainders get what is left over, the first of equal ones first.
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: units - int(parts.sum())]] += 1
    return [int(part) * step for part in parts]
