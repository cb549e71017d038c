"""The schematic rivers: a few real points, a regular meander, and invented tributaries."""

from dataclasses import dataclass, field
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.sample.facts import RIVERS
from tieling_geo.sample.ground import Floats, count, numbered, points_m, stream, to_layer
from tieling_geo.schemas import RiverReaches

_REACHES = 40
_HIGHEST_LEVEL = 3
# A wave of this length is far too regular to be taken for a real river.
_WAVE_M = 6000.0
_STEP_M = 750.0
# Invented tributaries keep this far from every other river.
_CLEARANCE_M = 250.0
_ATTEMPTS = 200_000


@dataclass(slots=True, eq=False)
class _River:
    """A river as it grows: its vertices downstream, and those at which it is cut into reaches."""

    name: str
    level: int
    xy: Floats
    cuts: set[int] = field(default_factory=set)


def draw_reaches(outline_m: shapely.Polygon, *, scale: float, seed: int) -> gpd.GeoDataFrame:
    """
    Draw the reaches of the named rivers, and of tributaries until the scale is reached.

    Parameters
    ----------
    outline_m
        Invented tributaries stay inside, metres.
    scale
        1 gives 40 reaches; never fewer than the named rivers have.
    seed
        Seed of the invented tributaries; the named rivers do not depend on it.

    Returns
    -------
    reaches
        `RiverReaches` layer, storage CRS: digitised downstream, cut where another river flows in,
        end vertices shared.
    """
    rivers = [
        _River(course.name, course.tributary_level, _meandered(points_m(course.points)))
        for course in RIVERS
    ]
    for mouth in [river.xy[-1] for river in rivers]:
        for river in rivers:
            at = np.flatnonzero((river.xy == mouth).all(axis=1))
            river.cuts |= {int(i) for i in at if 0 < i < len(river.xy) - 1}
    _add_tributaries(rivers, outline_m, count(_REACHES, scale), stream(seed, "tributaries"))
    return _to_reaches(rivers)


def _meandered(knots: Floats) -> Floats:
    """Run a sine wave along straight stretches; it is zero at every knot, which stays exact."""
    pieces = []
    for start, end in pairwise(knots):
        length = float(np.hypot(*(end - start)))
        steps = max(4, round(length / _STEP_M))
        waves = max(1, round(length / _WAVE_M))
        t = np.arange(steps) / steps
        sway = min(350.0, length / 25) * np.sin(2 * np.pi * waves * t)
        normal = np.array([start[1] - end[1], end[0] - start[0]]) / length
        pieces.append(start + t[:, None] * (end - start) + sway[:, None] * normal)
    return np.concatenate([*pieces, knots[-1:]])


def _add_tributaries(
    rivers: list[_River], outline_m: shapely.Polygon, target: int, rng: np.random.Generator
) -> None:
    """Add invented tributaries until there are `target` reaches; each adds two, or one at a cut."""
    shapely.prepare(outline_m)
    lines = [shapely.linestrings(river.xy) for river in rivers]
    named = len(rivers)
    reaches = sum(1 + len(river.cuts) for river in rivers)
    width = max(2, len(str(target)))
    for _ in range(_ATTEMPTS):
        if reaches >= target:
            break
        receiver, at = _mouth(rivers, rng, at_cut=target - reaches == 1)
        if at is None:
            continue
        xy = _tributary(receiver, at, rng)
        line = shapely.linestrings(xy)
        if not outline_m.contains(line) or not _is_clear(line, xy, lines):
            continue
        reaches += 1 + (at not in receiver.cuts)
        receiver.cuts.add(at)
        name = f"示例支流{len(rivers) - named + 1:0{width}d}"
        rivers.append(_River(name, receiver.level + 1, xy))
        lines.append(line)


def _mouth(
    rivers: list[_River], rng: np.random.Generator, *, at_cut: bool
) -> tuple[_River, int | None]:
    """Propose the vertex at which a tributary flows in: a new one, or one where another does."""
    open_to = [r for r in rivers if r.level < _HIGHEST_LEVEL]
    sizes = np.array([len(r.xy) for r in open_to], dtype="float64")
    receiver = open_to[int(rng.choice(len(open_to), p=sizes / sizes.sum()))]
    at = int(rng.integers(1, max(2, len(receiver.xy) - 1)))
    if at_cut:
        cuts = sorted(receiver.cuts)
        return receiver, cuts[at % len(cuts)] if cuts else None
    is_free = len(receiver.xy) > 2 and at not in receiver.cuts  # noqa: PLR2004 - two ends
    return receiver, at if is_free else None


def _tributary(receiver: _River, at: int, rng: np.random.Generator) -> Floats:
    """Draw a tributary that flows into a vertex from the side, downstream."""
    mouth = receiver.xy[at]
    ahead = receiver.xy[at + 1] - receiver.xy[at - 1]
    turn = rng.choice([-1.0, 1.0]) * rng.uniform(0.6, 0.85) * np.pi
    bearing = np.arctan2(ahead[1], ahead[0]) + turn
    length = rng.uniform(2500, 7000) / (1 + 0.3 * receiver.level)
    source = mouth + length * np.array([np.cos(bearing), np.sin(bearing)])
    return _meandered(np.stack([source, mouth]))


def _is_clear(line: shapely.LineString, xy: Floats, lines: list[shapely.LineString]) -> bool:
    """Tell whether a tributary keeps its distance from every river but at its mouth."""
    near = shapely.dwithin(line, lines, _CLEARANCE_M)
    upstream = shapely.linestrings(xy[:-1])
    touched = np.array(lines, dtype=object)[near]
    mouth = shapely.points(xy[-1])
    return bool(
        shapely.dwithin(mouth, touched, 0.0).all()
        and not shapely.dwithin(upstream, touched, _CLEARANCE_M).any()
        and (shapely.get_num_coordinates(shapely.intersection(line, touched)) == 1).all()
    )


def _to_reaches(rivers: list[_River]) -> gpd.GeoDataFrame:
    """Cut each river at its confluences."""
    names: list[str] = []
    levels: list[int] = []
    shapes = []
    for river in rivers:
        ends = [0, *sorted(river.cuts), len(river.xy) - 1]
        for start, end in pairwise(ends):
            names.append(river.name)
            levels.append(river.level)
            shapes.append(shapely.linestrings(river.xy[start : end + 1]))
    # Invented for two named rivers, unknown for all others: the plan does not list them.
    important = {"清河": True, "亮子河": False}
    return to_layer(
        RiverReaches,
        {
            "reach_id": numbered("R", len(names), digits=3),
            "river_name": names,
            "tributary_level": levels,
            "is_important": [important.get(name) for name in names],
        },
        np.array(shapes, dtype=object),
    )
