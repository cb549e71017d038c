"""Random small worlds, one kind an analysis, and how each of their levers is really moved."""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from tieling_geo import analyses
from tieling_geo.crs import WORKING_CRS
from tieling_geo.records import Lever, Result
from tieling_geo.schemas import (
    BlackOdorousWaters,
    Boilers,
    BuiltupAreas,
    DischargePermits,
    EmissionMonitors,
    FreightSites,
    FreightTerminals,
    HeatingPipes,
    HeatingSupplyAreas,
    LayerSchema,
    Outfalls,
    Parks,
    RailLines,
    RiverReaches,
    Roads,
)
from tieling_geo.schemas.outfalls import STAGES

DAY = date(2025, 12, 31)
#: A little more than the tolerance of a border (1 cm), metres.
STEP_M = 0.03
#: A corner on the central meridian, where a metre of the working CRS is one on the ground.
X0, Y0 = 500_000.0, 4_690_000.0
#: Where an area goes of which nothing is left.
FAR = box(9e6, 9e6, 9e6 + 1, 9e6 + 1)
Row = Mapping[str, object]


def to_layer(schema: type[LayerSchema], rows: Mapping[str, Row]) -> Any:  # noqa: ANN401 - any layer
    """Lay out features by id; a column that a row does not name is missing."""
    index, key = list(rows), schema.card().key
    columns = {
        c.name: pd.Series(
            [name if c.name == key else row.get(c.name) for name, row in rows.items()],
            index=index,
            dtype=c.dtype,
        )
        for c in schema.columns()
    }
    shapes = [row["geometry"] for row in rows.values()]
    return schema.check(gpd.GeoDataFrame(columns, index=index, geometry=shapes, crs=WORKING_CRS))


@dataclass(frozen=True)
class World:
    """Layers, a question that is asked of them, and how to move what decides the answer."""

    ask: Callable[..., Result]
    """Takes `as_of`, `layers` (by name) and parameters."""
    layers: Mapping[str, Any]
    values: Mapping[str, Any] = field(default_factory=dict)
    falling: frozenset[str] = frozenset()
    """Thresholds whose inner side grows as they fall."""
    border: BaseGeometry | None = None
    """The area into which points are carried."""

    def run(self, **changed: Any) -> Result:  # noqa: ANN401 - layers, the day, parameters
        """Ask, with something changed."""
        layers = {**self.layers, **changed.pop("layers", {})}
        as_of = changed.pop("as_of", DAY)
        return self.ask(layers, as_of=as_of, **{**self.values, **changed})

    def moved(self, lever: Lever, by: float) -> Result:
        """Ask with a lever moved as one: outward, so that the inner side grows, if `by` is > 0."""
        if lever.kind == "date":
            return self.run(as_of=DAY + timedelta(days=round(by)))
        if lever.kind == "threshold":
            sign = -1 if lever.name in self.falling else 1
            return self.run(**{lever.name: self.values[lever.name] + sign * by})
        return self.run(layers={lever.name: buffered(self.layers[lever.name], by)})

    def carried(self, lever: Lever, features: Iterable[str]) -> Result:
        """Ask with some points carried over the border, each by the shortest way and a step."""
        points = self.layers[lever.name].copy()
        for name in features:
            points.loc[name, "geometry"] = over(points.loc[name, "geometry"], self.border)
        return self.run(layers={lever.name: points})


def buffered(areas: Any, by_m: float) -> Any:  # noqa: ANN401 - a layer
    """Move the border of the union of areas; all are then one."""
    union = shapely.union_all(areas.geometry.to_numpy())
    shape = shapely.buffer(union, by_m, quad_segs=256)
    return areas.iloc[:1].assign(
        geometry=gpd.GeoSeries([FAR if shape.is_empty else shape], areas.index[:1], crs=areas.crs)
    )


def over(point: Point, area: BaseGeometry) -> Point:
    """Carry a point by the shortest way to the border of an area, and a step further."""
    inside = area.covers(point) or area.distance(point) <= 0.01
    shapely.prepare(area)
    nearest = shapely.shortest_line(point, area.boundary).coords[-1]
    far = shapely.buffer(Point(nearest), STEP_M, quad_segs=16).exterior.coords
    # On the border every way is as short; the corner of a square is left along its diagonal.
    sides = [Point(c) for c in far if area.covers(Point(c)) != inside]
    return max(sides, key=area.boundary.distance)


def are_apart(margins: Iterable[float], gap: float = 0.2) -> bool:
    """Tell whether no two distances are so near that one move cannot part them."""
    known = sorted({round(abs(m), 9) for m in margins})
    return all(b - a > gap for a, b in pairwise(known))


def some_day(rng: random.Random) -> pd.Timestamp | None:
    """Draw a day around the day, or none."""
    days = rng.choice([None, 0, 1, rng.randint(-300, 300), rng.randint(-300, 300)])
    return None if days is None else pd.Timestamp(DAY) + pd.Timedelta(days=days)


def some_area(rng: random.Random) -> Polygon:
    """Draw a town: a box, perhaps with a hole or a wing."""
    shape = box(X0, Y0, X0 + rng.randint(20, 60), Y0 + rng.randint(20, 60))
    wing = box(X0 + 10, Y0 + 10, X0 + 10 + rng.randint(5, 90), Y0 + 18)
    hole = box(X0 + 6, Y0 + 6, X0 + 14, Y0 + 16)
    return rng.choice([shape, shape.union(wing), shape.difference(hole)])


def some_points(rng: random.Random, number: int, area: BaseGeometry) -> dict[str, Point]:
    """Draw points at whole metres around an area; one on its border."""
    points: list[Point] = [Point(area.exterior.coords[0])] if rng.random() < 0.3 else []
    while len(points) < number:
        drawn = Point(X0 + rng.randint(-30, 90), Y0 + rng.randint(-30, 90))
        if are_apart([area.boundary.distance(p) for p in (*points, drawn)]):
            points.append(drawn)
    return {f"f{n}": point for n, point in enumerate(points)}


def towns(area: BaseGeometry) -> Any:  # noqa: ANN401 - a layer
    """Lay out a city of an old year."""
    city = {"name": "X", "scope": "city", "boundary_year": 2000, "geometry": area}
    return to_layer(BuiltupAreas, {"1": city})


def some_boilers(rng: random.Random, points: Mapping[str, Point]) -> Any:  # noqa: ANN401 - a layer
    """Draw boilers of every kind, contradictory and incomplete ones among them."""
    return to_layer(
        Boilers,
        {
            name: {
                "geometry": point,
                "fuel": rng.choice(["coal"] * 6 + ["gas", None]),
                "status": rng.choice(["operating", "operating", "retired", "retired", None]),
                "retired_on": some_day(rng) if rng.random() < 0.5 else None,
                "commissioned_on": some_day(rng) if rng.random() < 0.2 else None,
                "capacity_t_per_h": rng.choice([20.0, 34.0, 35.0, 36.0, 40.0, 40.0, None]),
                "capacity_mw": rng.choice([None, None, None, None, 14.0, 24.5, 28.0]),
            }
            for name, point in points.items()
        },
    )


def boilers_in_town(rng: random.Random) -> World:
    """Draw boilers around a city."""
    area = some_area(rng)
    return World(
        ask=lambda layers, **more: analyses.boilers_in_builtup_areas.analyse(
            layers["boilers"], layers["builtup_areas"], **more
        ),
        layers={
            "boilers": some_boilers(rng, some_points(rng, 10, area)),
            "builtup_areas": towns(area),
        },
        values={"capacity_limit_t_per_h": 35.0, "capacity_limit_closed": rng.random() < 0.5},
        border=area,
    )


def boilers_in_supply_area(rng: random.Random) -> World:
    """Draw boilers around a supply area of two overlapping parts."""
    area = some_area(rng)
    parts = {"1": area, "2": box(X0 + 2, Y0 + 2, X0 + 9, Y0 + 9).intersection(area)}
    rows = {name: {"geometry": shape, "network": "N"} for name, shape in parts.items()}
    return World(
        ask=lambda layers, **more: analyses.boilers_in_heating_coverage.analyse(
            layers["boilers"], heating_supply_areas=layers["heating_supply_areas"], **more
        ),
        layers={
            "boilers": some_boilers(rng, some_points(rng, 10, area)),
            "heating_supply_areas": to_layer(HeatingSupplyAreas, rows),
        },
        border=area,
    )


def boilers_near_pipes(rng: random.Random) -> World:
    """Draw boilers around a pipe."""
    pipe = LineString([(X0, Y0 + 30), (X0 + rng.randint(20, 60), Y0 + 30)])
    area = pipe.buffer(20, quad_segs=256)
    return World(
        ask=lambda layers, **more: analyses.boilers_in_heating_coverage.analyse(
            layers["boilers"], heating_pipes=layers["heating_pipes"], **more
        ),
        layers={
            "boilers": some_boilers(rng, some_points(rng, 10, area)),
            "heating_pipes": to_layer(HeatingPipes, {"1": {"geometry": pipe}}),
        },
        values={"pipe_buffer_m": 20.0},
        border=area,
    )


def some_outfall(rng: random.Random, point: Point, rivers: list[str | None]) -> Row:
    """Draw an outfall with any stage and any dates."""
    dates = {f"{s}_on": some_day(rng) if rng.random() < 0.4 else None for s in STAGES}
    return {
        "geometry": point,
        "stage": rng.choice([None, None, *STAGES]),
        "subkind": rng.choice(["urban_domestic_direct"] * 4 + ["irrigation", None]),
        "river_name": rng.choice(rivers),
        **dates,
    }


def outlets_in_town(rng: random.Random) -> World:
    """Draw outlets around a city."""
    area = some_area(rng)
    points = some_points(rng, 10, area)
    rows = {name: some_outfall(rng, point, [None]) for name, point in points.items()}
    return World(
        ask=lambda layers, **more: analyses.direct_outlets_in_builtup_areas.analyse(
            layers["outfalls"], layers["builtup_areas"], **more
        ),
        layers={"outfalls": to_layer(Outfalls, rows), "builtup_areas": towns(area)},
        values={"completion_stage": rng.choice(["remediated", "signed_off"])},
        border=area,
    )


def outfalls_on_rivers(rng: random.Random) -> World:
    """Draw outfalls between a main stem, a tributary and a brook."""
    rows = {
        "S": ("S", 0, [(0, 0), (90, 0)]),
        "T": ("T", 1, [(0, 61), (90, 61)]),
        "B": ("B", 4, [(0, 143), (90, 143)]),
    }
    lines = {
        key: {"river_name": name, "tributary_level": level, "geometry": LineString(at)}
        for key, (name, level, at) in rows.items()
    }
    outfalls = {
        f"f{n}": some_outfall(
            rng, Point(rng.randint(0, 90), rng.randint(-30, 200)), [None, None, "S", "T", "X"]
        )
        for n in range(10)
    }
    return World(
        ask=lambda layers, **more: analyses.outfall_remediation.analyse(
            layers["outfalls"], layers["river_reaches"], **more
        ),
        layers={
            "outfalls": to_layer(Outfalls, outfalls),
            "river_reaches": to_layer(RiverReaches, lines),
        },
        values={"snap_limit_m": 40.0, "main_stem_rivers": ("S",)},
    )


def waters_near_town(rng: random.Random) -> World:
    """Draw ponds, some of two parts, some half in a town, which may have a later border only."""
    rows = {}
    for n in range(8):
        x = X0 + 200 * n
        for part in range(rng.choice([1, 1, 2])):
            shape = box(x + 60 * part, Y0, x + 60 * part + rng.randint(30, 59), Y0 + 50)
            rows[f"f{n}{part}"] = {
                "water_id": f"w{n}",
                "status": rng.choice(["untreated", "accepted", "accepted", None]),
                "accepted_on": some_day(rng) if rng.random() < 0.7 else None,
                "geometry": shape,
            }
    strips = {
        f"t{n}": {
            "name": f"T{n}",
            "scope": "town",
            "boundary_year": rng.choice([2000, 2000, 2050]),
            "geometry": box(X0 + 200 * n - 9, Y0 - 9, X0 + 200 * n + rng.randint(5, 50), Y0 + 60),
        }
        for n in range(8)
        if rng.random() < 0.7 or n == 0
    }
    return World(
        ask=lambda layers, **more: analyses.rural_black_odorous_waters.analyse(
            layers["black_odorous_waters"], layers["builtup_areas"], **more
        ),
        layers={
            "black_odorous_waters": to_layer(BlackOdorousWaters, rows),
            "builtup_areas": to_layer(BuiltupAreas, strips),
        },
        values={"larger_area_m2": 2000.0, "urban_share_pct": 50.0},
        falling=frozenset({"larger_area_m2"}),
    )


def named_parks(rng: random.Random) -> World:
    """Draw parks on a list, one of them named twice and one absent now and then."""
    names = [rng.choice("ABCDEFGH") for _ in range(6)]
    rows = {
        f"f{n}": {
            "name": name,
            "circular_stage": rng.choice(["accepted", "accepted", "in_progress", None]),
            "circular_accepted_on": some_day(rng),
            "geometry": box(X0 + 9 * n, Y0, X0 + 9 * n + 5, Y0 + 5),
        }
        for n, name in enumerate(names)
    }
    return World(
        ask=lambda layers, **more: analyses.park_circular_retrofit.analyse(layers["parks"], **more),
        layers={"parks": to_layer(Parks, rows)},
        values={"named_parks": tuple(sorted({*names[:5], *rng.choice([(), ("Z",)])}))},
    )


def freight_near_sidings(rng: random.Random) -> World:
    """Draw bulk sites around a siding."""
    siding = LineString([(X0, Y0), (X0 + 50, Y0)])
    far = siding.buffer(20, quad_segs=64)
    sites = {
        name: {
            "geometry": point,
            "bulk_t_per_year": rng.choice([None, 1e6, 1.4e6, 1.5e6, 2e6, 2.5e6, 3e6]),
            "is_new_or_relocated": rng.choice([True, True, False, None]),
            "approved_on": some_day(rng),
            "has_siding": rng.choice([True, False, None, None]),
            "has_pipeline": rng.choice([True, False, False, None]),
            "exemption": rng.choice([None, None, None, "x"]),
        }
        for name, point in some_points(rng, 10, far).items()
    }
    road = {"geometry": LineString([(X0, Y0), (X0 + 9, Y0)]), "road_class": "local"}
    yard = {"geometry": Point(X0 + 9, Y0), "name": "Y"}
    return World(
        ask=lambda layers, **more: analyses.rail_freight_catchments.analyse(
            layers["freight_sites"],
            layers["roads"],
            layers["freight_terminals"],
            rail_lines=layers["rail_lines"],
            **more,
        ),
        layers={
            "freight_sites": to_layer(FreightSites, sites),
            "roads": to_layer(Roads, {"r": road}),
            "freight_terminals": to_layer(FreightTerminals, {"Y": yard}),
            "rail_lines": to_layer(RailLines, {"s": {"kind": "siding", "geometry": siding}}),
        },
        values={"large_site_t_per_year": 1.5e6, "siding_distance_m": 20.0},
        falling=frozenset({"large_site_t_per_year"}),
    )


def permits_and_monitors(rng: random.Random) -> World:
    """Draw permits that begin and end, and monitors that come and go."""
    permits = {
        f"X{n}": {
            "management": rng.choice(["key", "key", "simplified", "registered", None]),
            "is_voc_key": rng.choice([True, True, False, None]),
            "valid_from": rng.choice([pd.Timestamp(2020, 1, 1), some_day(rng)]),
            "valid_until": rng.choice([pd.Timestamp(2028, 1, 1), some_day(rng)]),
            "geometry": Point(X0 + n, Y0),
        }
        for n in range(6)
    }
    monitors = {
        f"M{n}": {
            "permit_id": rng.choice([*permits, *permits, None]),
            "kind": rng.choice(["online", "voc_online", "voc_online", "park_station", None]),
            "installed_on": some_day(rng),
            "removed_on": rng.choice([None, None, some_day(rng)]),
            "geometry": Point(X0, Y0 + n),
        }
        for n in range(9)
    }
    return World(
        ask=lambda layers, **more: analyses.permit_monitoring.analyse(
            layers["discharge_permits"], layers["emission_monitors"], **more
        ),
        layers={
            "discharge_permits": to_layer(DischargePermits, permits),
            "emission_monitors": to_layer(EmissionMonitors, monitors),
        },
    )


#: How many worlds of each kind are tried; the slower kinds have fewer.
WORLDS: Mapping[Callable[[random.Random], World], int] = {
    boilers_in_town: 40,
    boilers_in_supply_area: 32,
    boilers_near_pipes: 32,
    outlets_in_town: 20,
    outfalls_on_rivers: 16,
    waters_near_town: 24,
    named_parks: 24,
    freight_near_sidings: 20,
    permits_and_monitors: 20,
}
