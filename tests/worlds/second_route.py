"""
The clauses' numbers by another route: one record at a time, three-valued by hand, no data frames.

Nothing of the package's operations or analyses is used. Bounds are not reckoned by a formula but
found by trying every way in which what is not known may turn out.
"""

import math
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise, product
from typing import NamedTuple

from pyproj import Geod, Transformer

from tests.worlds.drawing import AS_OF, EAST, NORTH, STAGES, Box, Record, World

_GEOD = Geod(ellps="GRS80")
_TO_DEGREES = Transformer.from_crs(4550, 4490, always_xy=True)
#: A number and what it may be: value, least and greatest; None where nothing is known.
Bounds = tuple[Fraction | None, Fraction | None, Fraction | None]


class Judged(NamedTuple):
    """Is the duty about a feature, and is it done? None: nobody knows."""

    scope: bool | None
    done: bool | None


class Counted(NamedTuple):
    """What a duty's features come to."""

    share: Bounds
    left: Bounds
    counted: int
    unknown: int


def _and(*answers: bool | None) -> bool | None:
    """Give Kleene's and."""
    if False in answers:
        return False
    return None if None in answers else True


def _or(*answers: bool | None) -> bool | None:
    """Give Kleene's or."""
    if True in answers:
        return True
    return None if None in answers else False


def counted(features: Iterable[Judged]) -> Counted:
    """Count, and try every way in which the unknown features may turn out."""
    known = [f.done for f in features if f.scope and f.done is not None]
    open_ = [f for f in features if not (f.scope and f.done is not None) and f.scope is not False]
    ways = [_ways(f) for f in open_]
    shares, lefts = [], []
    for way in product(*ways):
        done = known + [w for w in way if w is not None]
        lefts.append(Fraction(done.count(False)))
        if done:
            shares.append(Fraction(100 * done.count(True), len(done)))
    if not known:
        return Counted((None, None, None), (None, None, None), 0, len(open_))
    share = Fraction(100 * known.count(True), len(known))
    return Counted(
        (share, min(shares), max(shares)),
        (Fraction(known.count(False)), min(lefts), max(lefts)),
        len(known),
        len(open_),
    )


def _ways(feature: Judged) -> list[bool | None]:
    """List what a feature may be: done, left, or (None) not what the duty is about."""
    ways: list[bool | None] = [] if feature.scope else [None]
    return ways + ([feature.done] if feature.done is not None else [True, False])


# --- places -------------------------------------------------------------------------------------


def _inside(point: tuple[float, float], box: Box) -> bool:
    """Tell whether a point stands in a box; its border is inside."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _to_segment(point: tuple[float, float], line: tuple[tuple[float, float], ...]) -> float:
    """Measure to a straight stretch that runs along the grid."""
    (x0, y0), (x1, y1) = sorted(line)
    dx = max(x0 - point[0], 0.0, point[0] - x1)
    low, high = min(y0, y1), max(y0, y1)
    dy = max(low - point[1], 0.0, point[1] - high)
    return math.hypot(dx, dy)


def _town_boxes(world: World, scope: str | None) -> tuple[list[Box], list[Box], bool]:
    """Give the boxes that hold on the day, those of towns with later ones only, and if any is."""
    areas = [a for a in world.layers["builtup_areas"].values() if scope in {None, a["scope"]}]
    used, later = [], []
    for key in {(a["scope"], a["name"]) for a in areas}:
        own = [a for a in areas if (a["scope"], a["name"]) == key]
        past = [a["boundary_year"] for a in own if a["boundary_year"] <= AS_OF.year]
        used += [a["at"] for a in own if past and a["boundary_year"] == max(past)]
        later += [a["at"] for a in own if not past]
    return used, later, bool(areas)


def _in_town(world: World, point: tuple[float, float]) -> bool | None:
    """Tell whether a point stood in a city on the day."""
    used, later, any_ = _town_boxes(world, "city")
    if any(_inside(point, box) for box in used):
        return True
    return None if not any_ or any(_inside(point, box) for box in later) else False


# --- boilers ------------------------------------------------------------------------------------


def _boiler_state(row: Record) -> tuple[bool | None, bool | None, bool | None]:
    """Say of a boiler if it burns coal, if it is there by the day, and if it is retired."""
    since, until = row["commissioned_on"], row["retired_on"]
    past = None if until is None else until <= AS_OF
    running = row["status"] in {"operating", "standby"}
    swapped = since is not None and until is not None and until < since
    retired = past if past is not None else (False if running else None)
    if swapped or (running and past):
        retired = None
    exists = True if since is None else since <= AS_OF
    coal = None if row["fuel"] is None else row["fuel"] == "coal"
    return coal, (None if swapped and not exists else exists), retired


def _is_small(row: Record) -> bool | None:
    """Tell whether a boiler is of 35 t/h or less; 0.7 MW are 1 t/h."""
    steam, heat = row["capacity_t_per_h"], row["capacity_mw"]
    answers = {steam <= 35} if steam is not None else set()
    answers |= {Fraction(str(heat)) <= 35 * Fraction("0.7")} if heat is not None else set()
    return answers.pop() if len(answers) == 1 else None


def i01(world: World) -> Counted:
    """Coal boilers inside licensed supply areas."""
    boxes = [
        a["at"]
        for a in world.layers["heating_supply_areas"].values()
        if a["valid_from"] is None or a["valid_from"] <= AS_OF
    ]
    rows = []
    for row in world.layers["boilers"].values():
        coal, exists, retired = _boiler_state(row)
        inside = any(_inside(row["at"], box) for box in boxes)
        rows.append(Judged(_and(coal, inside, exists), retired))
    return counted(rows)


def i02(world: World) -> Counted:
    """Small coal boilers in cities."""
    rows = []
    for row in world.layers["boilers"].values():
        coal, exists, retired = _boiler_state(row)
        scope = _and(coal, _in_town(world, row["at"]), _is_small(row), exists)
        rows.append(Judged(scope, retired))
    return counted(rows)


# --- outfalls -----------------------------------------------------------------------------------


def _signed_off(row: Record, day: date) -> bool | None:
    """Tell whether an outfall was signed off by a day: the last stage of all."""
    dates = [row[f"{stage}_on"] for stage in STAGES]
    own, earlier = dates[-1], [d for d in dates[:-1] if d is not None]
    place = None if row["stage"] is None else STAGES.index(row["stage"])
    last = len(STAGES) - 1
    if own is not None and own <= day:
        return None if place is not None and place < last else True
    if own is not None:
        return False
    in_order = all(a <= b for a, b in pairwise(earlier))
    if in_order and any(d > day for d in earlier):
        return False
    if place == last:
        return None
    return None if place is None and not earlier else False


def k02(world: World) -> Counted:
    """Direct outlets in cities."""
    rows = []
    for row in world.layers["outfalls"].values():
        vague = row["subkind"] in {None, "unspecified"} and row["kind"] in {None, "other"}
        direct = None if vague else row["subkind"] == "urban_domestic_direct"
        scope = _and(direct, _in_town(world, row["at"]))
        rows.append(Judged(scope, _signed_off(row, AS_OF)))
    return counted(rows)


def _river(world: World, row: Record) -> tuple[int, bool] | None:
    """Give the level of an outfall's river, and if it is important; None if nobody knows which."""
    reaches = sorted(world.layers["river_reaches"].items())
    near = [(_to_segment(row["at"], r["at"]), key, r) for key, r in reaches]
    near = [entry for entry in near if entry[0] <= 1000]
    if row["river_name"] is not None:
        near = [entry for entry in near if entry[2]["river_name"] == row["river_name"]]
    if not near:
        return None
    _, _, reach = min(near, key=lambda entry: (entry[0], entry[1]))
    return reach["level"], reach["is_important"] is not False


def outfalls(world: World, day: date, scope: str) -> Counted:
    """Outfalls on the main stem and important first tributaries, or on all main rivers."""
    rows = []
    for row in world.layers["outfalls"].values():
        river = _river(world, row)
        about: bool | None = None
        if river is not None:
            level, important = river
            first = level == 0 or (level == 1 and important)
            about = first if scope == "first" else level <= 2
        rows.append(Judged(about, _signed_off(row, day)))
    return counted(rows)


# --- ponds, parks, sites ------------------------------------------------------------------------


def _accepted(stage: str | None, day: date | None, going_on: set[str]) -> bool | None:
    """Tell whether something was accepted by the day; a stage below with a past date is at odds."""
    past = None if day is None else day <= AS_OF
    if stage in going_on and past:
        return None
    return past if past is not None else (False if stage in going_on else None)


def _geodesic_area_m2(box: Box) -> float:
    """Measure a box on the ellipsoid."""
    xs = [box[0], box[2], box[2], box[0]]
    ys = [box[1], box[1], box[3], box[3]]
    lon, lat = _TO_DEGREES.transform([EAST + x for x in xs], [NORTH + y for y in ys])
    return abs(_GEOD.polygon_area_perimeter(lon, lat)[0])


def _shared(box: Box, others: Iterable[Box]) -> float:
    """Give the share of a box that lies in others, which do not overlap."""
    own = (box[2] - box[0]) * (box[3] - box[1])
    total = 0.0
    for other in others:
        wide = min(box[2], other[2]) - max(box[0], other[0])
        high = min(box[3], other[3]) - max(box[1], other[1])
        total += max(wide, 0.0) * max(high, 0.0)
    return total / own


def f04(world: World) -> Counted:
    """Larger rural black-odorous waters."""
    used, later, any_ = _town_boxes(world, None)
    rows = []
    for row in world.layers["black_odorous_waters"].values():
        larger = _geodesic_area_m2(row["at"]) >= 2000
        most = _shared(row["at"], [*used, *later]) if any_ else 1.0
        urban = True if _shared(row["at"], used) >= 0.5 else (None if most >= 0.5 else False)
        rural = None if urban is None else not urban
        going_on = {"untreated", "in_treatment"}
        done = _accepted(row["status"], row["accepted_on"], going_on)
        rows.append(Judged(_and(larger, rural), done))
    return counted(rows)


def c02(world: World, named: Mapping[str, str]) -> Counted:
    """Parks of a closed list: spelling -> park."""

    def plain(name: str) -> str:
        return "".join(unicodedata.normalize("NFKC", name).split()).casefold()

    parks = [(named.get(plain(r["name"])), r) for _, r in sorted(world.layers["parks"].items())]
    rows = []
    for park in sorted(set(named.values())):
        own = [row for name, row in parks if name == park]
        done = None
        if len(own) == 1:
            going_on = {"not_started", "in_progress", "completed"}
            done = _accepted(own[0]["circular_stage"], own[0]["circular_accepted_on"], going_on)
        rows.append(Judged(scope=True, done=done))
    return counted(rows)


def e01(world: World) -> Counted:
    """Large new sites and their green modes."""
    sidings = [r["at"] for r in world.layers["rail_lines"].values() if r["kind"] == "siding"]
    rows = []
    for row in world.layers["freight_sites"].values():
        tonnes = row["bulk_t_per_year"]
        large = None if tonnes is None else tonnes >= 1_500_000
        approved = row["approved_on"] is None or row["approved_on"] <= AS_OF
        mapped = any(_to_segment(row["at"], line) <= 100 for line in sidings)
        siding = None if mapped and row["has_siding"] is False else _or(row["has_siding"], mapped)
        green = _or(siding, row["has_pipeline"], bool(row["has_conveyor"]))
        exempt = bool((row["exemption"] or "").strip())
        scope = _and(large, approved, row["is_new_or_relocated"])
        rows.append(Judged(scope, _or(green, exempt)))
    return counted(rows)
