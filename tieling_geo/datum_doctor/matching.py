"""Match a layer's features to what they must lie on, in or at: rivers, counties, named places."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.operations.coverage import to_segments

Numbers = NDArray[np.float64]
Shapes = NDArray[np.object_]
Kind = Literal["distance", "inside"]

#: Features within one cell of this size, metres, are one piece of evidence: three boilers in one
#: yard were placed by one person in one go.
SPOT_M = 100.0
# More features than these tell no more; they are taken evenly over the layer. For counties only the
# few near a border tell anything.
_SAMPLE, _SAMPLE_INSIDE = 300, 3_000


@dataclass(frozen=True, slots=True)
class Match:
    """m shapes of a layer in n pairs with a reference."""

    shapes: Shapes
    """What a hypothesis moves."""
    places: Numbers
    """n by 2: where each pair is, working CRS, metres."""
    measure: Callable[[Shapes], Numbers]
    """From the m shapes, moved, to n distances, metres; 0 inside an area."""
    kind: Kind


def match(layer: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, *, name: str) -> Match | None:
    """
    Match a layer's features to a reference.

    Lines are matched by the river's name where both layers have one, otherwise to the nearest
    line; counties by the county that the row names, otherwise to all of them together; places by
    the feature's name or number. Counties themselves are matched to the places that name them.

    Parameters
    ----------
    layer, reference
        Features as read, working CRS, indexed by their keys.
    name
        The layer's name.

    Returns
    -------
    matched
        None if no feature could be matched.
    """
    if layer.empty or reference.empty:
        return None
    family = shapely.get_dimensions(reference.geometry.to_numpy()[0])
    if name == "counties":
        return _containing(layer, reference)
    shapes = layer.geometry.to_numpy()
    # A park or a built-up area stands for its middle.
    layer = layer.set_geometry(gpd.GeoSeries(shapely.centroid(shapes), layer.index, layer.crs))
    if family == 1:
        return _on_lines(_spots(layer), reference)
    return _in_areas(_spots(layer), reference) if family else _at_places(_spots(layer), reference)


def _folded(words: pd.Series) -> pd.Series:
    """Fold names so that width, case and spaces do not part them; blank ones are missing."""
    told = [str(word) if known else "" for word, known in zip(words, words.notna(), strict=True)]
    folded = {
        word: "".join(unicodedata.normalize("NFKC", word).casefold().split()) or None
        for word in set(told)
    }
    return pd.Series([folded[word] for word in told], words.index, dtype="object")


def _spots(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the first feature of each spot (by key)."""
    cells = np.floor(shapely.get_coordinates(layer.geometry.to_numpy()) / SPOT_M)
    first = ~pd.DataFrame(cells, index=layer.index).duplicated()
    return layer[first]


def _thinned(layer: gpd.GeoDataFrame, most: int = _SAMPLE) -> gpd.GeoDataFrame:
    """Take features evenly over the layer, in the order of its keys."""
    return layer.iloc[:: -(-len(layer) // most)] if len(layer) else layer


def _pairs(layer: gpd.GeoDataFrame, measure: Callable[[Shapes], Numbers], kind: Kind) -> Match:
    """Return the match of points, one a pair."""
    points = layer.geometry.to_numpy()
    return Match(points, shapely.get_coordinates(points), measure, kind)


def _on_lines(layer: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> Match | None:
    """Match points to lines."""
    if {"river_name"} <= set(layer) & set(lines):
        wanted, rivers = _folded(layer["river_name"]), _folded(lines["river_name"])
        named = wanted.isin(set(rivers.dropna()))
        # A named river that the reference lacks is no evidence, for the nearest one is another.
        layer = _thinned(layer[named] if named.any() else layer[wanted.isna()])
        groups = wanted[layer.index].where(named[layer.index], "")
    else:
        layer = _thinned(layer)
        groups, rivers = pd.Series("", index=layer.index), pd.Series("", index=lines.index)
    if layer.empty:
        return None
    trees = {
        word: shapely.STRtree(
            to_segments(lines.geometry[(rivers == word) if word else slice(None)].to_numpy())[0]
        )
        for word in sorted(set(groups))
    }

    def measure(points: Shapes) -> Numbers:
        distance_m = np.full(len(points), np.nan)
        for word, tree in trees.items():
            rows = np.flatnonzero((groups == word).to_numpy())
            (hit, _), least = tree.query_nearest(
                points[rows], return_distance=True, all_matches=False
            )
            distance_m[rows[hit]] = least
        return distance_m

    return _pairs(layer, measure, "distance")


def _in_areas(layer: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> Match | None:
    """Match points to the county that each names, or to all counties together."""
    areas_of = dict(zip(_folded(areas["name"]), areas.geometry, strict=True))
    layer = _thinned(layer, _SAMPLE_INSIDE)
    wanted = (
        _folded(layer["county"]) if "county" in layer else pd.Series(None, layer.index, "object")
    )
    named = wanted.isin(set(areas_of))
    if named.any():
        layer, wanted = layer[named], wanted[named]
    else:
        areas_of, wanted = {"": shapely.union_all(areas.geometry.to_numpy())}, wanted.fillna("")
        wanted[:] = ""
    shapely.prepare(list(areas_of.values()))

    def measure(points: Shapes) -> Numbers:
        distance_m = np.zeros(len(points))
        for word in sorted(set(wanted)):
            rows = np.flatnonzero((wanted == word).to_numpy())
            outside = rows[~shapely.intersects(areas_of[word], points[rows])]
            distance_m[outside] = shapely.distance(points[outside], areas_of[word])
        return distance_m

    return _pairs(layer, measure, "inside")


def _at_places(layer: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> Match | None:
    """Match points to the places of the same name or number; a name borne by two is none."""
    at = {
        word: point
        for words in (_folded(places["name"]), _folded(places.index.to_series()))
        for word, point in places.geometry.set_axis(words)[
            (words.notna() & ~words.duplicated(keep=False)).to_numpy()
        ].items()
    }
    number = _folded(layer.index.to_series())
    name = _folded(layer["name"]) if "name" in layer else number
    word = name.where(name.isin(set(at)), number)
    layer = _thinned(layer[word.isin(set(at))])
    if layer.empty:
        return None
    targets = np.array([at[key] for key in word[layer.index]], dtype=object)

    def measure(points: Shapes) -> Numbers:
        distance_m: Numbers = shapely.distance(points, targets)
        return distance_m

    return _pairs(layer, measure, "distance")


def _containing(counties: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> Match | None:
    """Match counties to the places that name them."""
    if "county" not in places:
        return None
    order = {word: row for row, word in enumerate(_folded(counties["name"]))}
    row = _folded(places["county"]).map(order)
    places, row = _thinned(places[row.notna()]), row.dropna()
    if places.empty:
        return None
    points = places.geometry.to_numpy()
    owner = row[places.index].to_numpy(dtype=int)

    def measure(shapes: Shapes) -> Numbers:
        distance_m: Numbers = shapely.distance(points, shapes[owner])
        return distance_m

    return Match(counties.geometry.to_numpy(), shapely.get_coordinates(points), measure, "inside")
