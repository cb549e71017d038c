"""Where the sample may put things: counties in metres, rejection sampling, shapes and frames."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import GEOGRAPHIC_CRS, WORKING_CRS, to_geographic_crs, to_working_crs
from tieling_geo.errors import ParameterError
from tieling_geo.sample.facts import SEATS
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import Text

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Shapes = NDArray[np.object_]

#: Decimal places of a stored degree: about a centimetre.
DECIMALS = 7
# A point this close to a county's border is never drawn: every feature is in exactly one county.
_BORDER_MARGIN_M = 5.0
# Batches of proposals before the sampler gives up.
_ROUNDS = 400


def stream(seed: int, name: str) -> np.random.Generator:
    """Return a generator of its own for each layer: drawing one never moves another."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def count(at_scale_1: int, scale: float, *, least: int = 1) -> int:
    """Return how many features a scale asks for."""
    return max(least, round(at_scale_1 * scale))


def numbered(prefix: str, n: int, *, digits: int = 4) -> list[str]:
    """
    Return n ids that sort as they count.

    Examples
    --------
    >>> numbered("B", 2)
    ['B0001', 'B0002']
    """
    width = max(digits, len(str(n)))
    return [f"{prefix}{i:0{width}d}" for i in range(1, n + 1)]


def rounded(shapes: Shapes) -> Shapes:
    """Round coordinates to `DECIMALS`: equal vertices stay equal."""
    return np.asarray(shapely.transform(shapes, lambda xy: np.round(xy, DECIMALS)), dtype=object)


def to_layer(
    schema: type[LayerSchema], columns: Mapping[str, Any], shapes: Shapes
) -> gpd.GeoDataFrame:
    """
    Build a layer in the storage CRS from columns and shapes in metres (`WORKING_CRS`).

    Columns that are not given are missing throughout; coordinates are rounded to `DECIMALS`.
    """
    blank = [None] * len(shapes)
    frame = pd.DataFrame({
        card.name: pd.Series(columns.get(card.name, blank), dtype=card.dtype)
        for card in schema.columns()
    })
    layer = to_geographic_crs(gpd.GeoDataFrame(frame, geometry=shapes, crs=WORKING_CRS))
    return layer.set_geometry(rounded(layer.geometry.to_numpy()), crs=GEOGRAPHIC_CRS)


def points_m(lon_lat: Sequence[tuple[float, float]]) -> Floats:
    """Return n positions in degrees as an (n, 2) array in metres."""
    shapes = shapely.points(np.array(lon_lat, dtype="float64").reshape(-1, 2))
    layer = to_working_crs(gpd.GeoDataFrame(geometry=shapes, crs=GEOGRAPHIC_CRS), name="facts")
    return np.asarray(shapely.get_coordinates(layer.geometry.to_numpy()))


def with_gaps(rng: np.random.Generator, values: Sequence[Any], share: float) -> NDArray[np.object_]:
    """Blank about a share of the values, at least one where there are ten or more."""
    gapped = np.array(list(values), dtype=object)
    n = len(gapped)
    blanks = max(round(share * n), int(n >= 10))  # noqa: PLR2004 - see the docstring
    gapped[rng.choice(n, size=blanks, replace=False)] = None
    return gapped


def days_between(
    rng: np.random.Generator, first: date, last: date, n: int
) -> NDArray[np.datetime64]:
    """Draw n days from first to last, both included."""
    start = np.datetime64(first, "D")
    span = int((np.datetime64(last, "D") - start).astype(int))
    return np.asarray(start + rng.integers(0, span, n, endpoint=True).astype("timedelta64[D]"))


def blobs(
    rng: np.random.Generator, xy: Floats, radius_m: Floats | float, *, corners: int = 8
) -> Shapes:
    """Draw an irregular polygon around each of n points; radii vary by 15 %."""
    n = len(xy)
    steps = np.arange(corners) + rng.uniform(-0.3, 0.3, (n, corners))
    angle = 2 * np.pi * steps / corners
    reach = np.broadcast_to(radius_m, n)[:, None] * rng.uniform(0.85, 1.15, (n, corners))
    ring = xy[:, None, :] + reach[..., None] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return np.asarray(shapely.polygons(ring))


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """n positions on lines, with the unit normal there and the line each is on."""

    xy: Floats
    normal: Floats
    line: Integers


def along(rng: np.random.Generator, lines: Shapes, n: int) -> Along:
    """Draw n positions on lines, evenly by length; multilines are cut into their parts."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    is_line = shapely.get_dimensions(parts) == 1
    vertices, part = shapely.get_coordinates(parts[is_line], return_index=True)
    joined = part[1:] == part[:-1]
    start, step = vertices[:-1][joined], np.diff(vertices, axis=0)[joined]
    length = np.hypot(*step.T)
    chosen = rng.choice(len(start), size=n, p=length / length.sum())
    unit = step[chosen] / length[chosen][:, None]
    return Along(
        start[chosen] + rng.random(n)[:, None] * step[chosen],
        np.stack([-unit[:, 1], unit[:, 0]], axis=1),
        owner[is_line][part[:-1][joined][chosen]],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The frame in metres, and a sampler that stays inside the counties."""

    counties: gpd.GeoDataFrame
    reaches: gpd.GeoDataFrame
    rails: gpd.GeoDataFrame
    within: Shapes
    """Each county without a margin along its border."""
    centres_xy: Floats
    """One point a county: its seat where that is known and inside, else a point inside."""
    radius_m: Floats
    """How far a county's built-up area may reach from its centre."""

    @classmethod
    def of(
        cls, counties: gpd.GeoDataFrame, reaches: gpd.GeoDataFrame, rails: gpd.GeoDataFrame
    ) -> Self:
        """
        Prepare a frame for drawing; all three layers in metres.

        Raises
        ------
        ParameterError
            If a county is too narrow to hold a point that keeps off its border.
        """
        shapes = counties.geometry.to_numpy()
        within = shapely.buffer(shapes, -_BORDER_MARGIN_M)
        if shapely.is_empty(within).any():
            raise ParameterError(
                Text(
                    f"底图中有宽度不足 {2 * _BORDER_MARGIN_M:g} 米的县级行政区面",
                    f"a county of the base is narrower than {2 * _BORDER_MARGIN_M:g} m",
                )
            )
        shapely.prepare(shapes)
        shapely.prepare(within)
        centres_xy, radius_m = _centres(counties, within)
        return cls(counties, reaches, rails, within, centres_xy, radius_m)

    @property
    def area(self) -> Any:  # noqa: ANN401 - shapely has no types
        """All counties as one shape, without a margin along their borders."""
        return shapely.union_all(self.within)

    def county_of(self, xy: Floats) -> Integers:
        """Return the row of the only county that holds each point; -1: none, two, or too close."""
        x, y = xy.T
        row = np.full(len(xy), -1, dtype=np.intp)
        held = np.zeros(len(xy), dtype=np.intp)
        for i, (whole, inner) in enumerate(
            zip(self.counties.geometry.to_numpy(), self.within, strict=True)
        ):
            held += shapely.contains_xy(whole, x, y)
            row[shapely.contains_xy(inner, x, y)] = i
        row[held != 1] = -1
        return row

    def county_names(self, xy: Floats) -> NDArray[np.object_]:
        """Return the name of the county that holds each point."""
        names = np.array([*self.counties["name"], None], dtype=object)
        return np.asarray(names[self.county_of(xy)])

    def accepted(self, n: int, propose: Callable[[int], Floats]) -> Floats:
        """
        Take the first n proposed points that exactly one county holds.

        Raises
        ------
        ParameterError
            If next to no proposal is inside the counties.
        """
        found = np.empty((0, 2))
        for _ in range(_ROUNDS):
            batch = propose(2 * (n - len(found)) + 16)
            found = np.concatenate([found, batch[self.county_of(batch) >= 0]])
            if len(found) >= n:
                return found[:n]
        raise ParameterError(
            Text(
                "底图的县域内放不下要素：请检查县界面、河流与铁路是否在同一地区",
                "the base leaves no room: do its counties, rivers and railways lie together?",
            )
        )

    def scatter(self, rng: np.random.Generator, n: int) -> Floats:
        """Draw n points evenly over the counties."""
        box = shapely.bounds(self.within)
        size = box[:, 2:] - box[:, :2]
        weight = size.prod(axis=1)

        def propose(size_n: int) -> Floats:
            row = rng.choice(len(box), size=size_n, p=weight / weight.sum())
            xy = box[row, :2] + rng.random((size_n, 2)) * size[row]
            return np.asarray(xy[self.county_of(xy) == row])

        return self.accepted(n, propose)

    def around(
        self, rng: np.random.Generator, centres_xy: Floats, spread_m: Floats | float, n: int
    ) -> Floats:
        """Draw n points scattered around some centres, normally with a standard deviation."""
        spread = np.broadcast_to(spread_m, len(centres_xy))

        def propose(size_n: int) -> Floats:
            row = rng.integers(0, len(centres_xy), size_n)
            return np.asarray(centres_xy[row] + spread[row, None] * rng.normal(size=(size_n, 2)))

        return self.accepted(n, propose)


def _centres(counties: gpd.GeoDataFrame, within: Shapes) -> tuple[Floats, Floats]:
    """Give each county its centre, and how far its built-up area reaches from there."""
    seats = {seat.county_id: seat for seat in SEATS}
    known_xy = dict(zip(seats, points_m([(s.lon, s.lat) for s in SEATS]), strict=True))
    xy = shapely.get_coordinates(shapely.point_on_surface(within))
    radius_m = 0.12 * np.sqrt(shapely.area(within))
    for row, code in enumerate(counties["county_id"]):
        if code in seats and shapely.contains_xy(within[row], *known_xy[code]):
            xy[row] = known_xy[code]
            radius_m[row] = min(seats[code].radius_m, 3 * radius_m[row])
        else:
            radius_m[row] = min(2500.0, radius_m[row])
    return xy, radius_m
