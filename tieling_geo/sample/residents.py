"""Population areas: one grid over the towns and around them, so that no two cells overlap."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely

from tieling_geo.crs import to_working_crs
from tieling_geo.sample.ground import Floats, Ground, Shapes, numbered, stream, to_layer
from tieling_geo.schemas import PopulationAreas
from tieling_geo.text import Text

NOTES: Mapping[str, Text] = MappingProxyType({
    "population_areas": Text(
        "方格网覆盖建成区及其周边,互不重叠;人口均为虚构。特设情形:一个城市单元、一个农村单元缺人口数;"
        "一个单元人口为零。",
        "A grid of squares over the built-up areas and around them, without overlap; residents are "
        "invented. Planted: a city cell and a rural one lack residents; one cell has none.",
    ),
})
_SIDE_M = 1500.0
_LEAST_M, _MOST_M = 250.0, 2000.0
# Invented densities, people a square kilometre: least and most.
_DENSITY = {
    "city": (4500.0, 8000.0),
    "county_town": (2500.0, 5000.0),
    "town": (1200.0, 2500.0),
    "rural": (60.0, 220.0),
}
_COUNT_YEAR = 2024


def draw_population_areas(
    ground: Ground, builtup_areas: gpd.GeoDataFrame, *, scale: float, seed: int
) -> gpd.GeoDataFrame:
    """Draw the cells on built-up areas and near them; the finer, the larger `scale`."""
    rng = stream(seed, PopulationAreas.layer_name())
    side = float(np.clip(_SIDE_M / np.sqrt(scale), _LEAST_M, _MOST_M))
    areas = to_working_crs(builtup_areas, name="builtup_areas")
    cells = _cells(ground, areas.geometry.to_numpy(), side)
    middle = np.asarray(shapely.get_coordinates(shapely.centroid(cells)))
    scope = _scopes(areas, middle)
    low, high = np.array([_DENSITY[word] for word in scope]).T
    people = np.round(rng.uniform(low, high) * (side / 1000) ** 2).astype(object)
    people = _with_oddities(people, scope)
    columns = {
        "area_id": numbered("R", len(cells)),
        "name": [f"示例人口单元{i:04d}" for i in range(1, len(cells) + 1)],
        "county": ground.county_names(middle),
        "residents": people,
        "scope": scope,
        "count_year": [_COUNT_YEAR] * len(cells),
    }
    return to_layer(PopulationAreas, columns, cells)


def _cells(ground: Ground, shapes: Shapes, side: float) -> Shapes:
    """Cut the ground near some shapes into squares of one grid; none lies over a border."""
    near = shapely.buffer(shapely.union_all(shapes), side / 2)
    west, south, east, north = np.asarray(shapely.bounds(near)) / side
    columns = np.arange(np.floor(west), np.ceil(east)) * side
    rows = np.arange(np.floor(south), np.ceil(north)) * side
    x, y = (axis.ravel() for axis in np.meshgrid(columns, rows))
    cells = shapely.box(x, y, x + side, y + side)
    whole = ground.area
    shapely.prepare(near)
    shapely.prepare(whole)
    kept = cells[shapely.intersects(near, cells)]
    inside = kept[shapely.contains(whole, kept)]
    if len(inside):
        return np.asarray(inside)
    # Counties smaller than a cell: the first seat has one all the same.
    return np.asarray(
        shapely.buffer(shapely.points(ground.centres_xy[:1]), 2.0, cap_style="square")
    )


def _scopes(areas: gpd.GeoDataFrame, middle: Floats) -> np.ndarray:
    """Say of each cell in what kind of built-up area its middle lies."""
    scope = np.full(len(middle), "rural", dtype=object)
    for word in ("town", "county_town", "city"):
        union = shapely.union_all(areas.geometry.to_numpy()[areas["scope"] == word])
        shapely.prepare(union)
        scope[shapely.contains_xy(union, *middle.T)] = word
    return scope


def _with_oddities(people: np.ndarray, scope: np.ndarray) -> np.ndarray:
    """Blank a city cell and a rural one, and empty another, where there are enough of them."""
    odd = people.copy()
    for word, value in (("city", None), ("rural", None), ("rural", 0)):
        places = np.flatnonzero((scope == word) & (odd == people))
        if len(places) > 3:  # noqa: PLR2004 - so that most stay known
            odd[places[-1]] = value
    return odd
