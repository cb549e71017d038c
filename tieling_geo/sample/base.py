"""The frame that ledgers are placed on: counties, river reaches and railways."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tieling_geo.crs import GEOGRAPHIC_CRS, to_geographic_crs, to_working_crs
from tieling_geo.errors import ParameterError
from tieling_geo.sample.facts import OUTLINE, RAILWAYS, SEATS
from tieling_geo.sample.ground import numbered, points_m, rounded, to_layer
from tieling_geo.sample.rivers import draw_reaches
from tieling_geo.schemas import Counties, LayerSchema, RailLines, RiverReaches
from tieling_geo.text import Text

#: The seed of the embedded workspace.
SEED = 20251231
# Longest straight stretch of a county's border, degrees.
_BORDER_STEP = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The frame that a sample is placed on; each layer in any CRS that states itself."""

    counties: gpd.GeoDataFrame
    """`Counties` layer, at least one polygon; columns that may be missing may be left out."""
    river_reaches: gpd.GeoDataFrame
    """`RiverReaches` layer, at least one line inside the counties."""
    rail_lines: gpd.GeoDataFrame
    """`RailLines` layer; may be empty."""


def schematic_base(*, scale: float = 1.0, seed: int = SEED) -> Base:
    """
    Draw the schematic frame: real seats, stations and river names, invented outlines and lines.

    Parameters
    ----------
    scale
        1 gives about 40 reaches; the counties, named rivers and railways stay as they are.
    seed
        Seed of the invented tributaries.

    Returns
    -------
    base
        Three layers in the storage CRS (EPSG:4490), coordinates rounded to 7 decimals.

    Examples
    --------
    >>> base = schematic_base()
    >>> len(base.counties), len(base.river_reaches), len(base.rail_lines)
    (7, 40, 13)
    """
    counties = _counties()
    outline = to_working_crs(counties, name=Counties.layer_name()).geometry.union_all()
    reaches = draw_reaches(outline, scale=scale, seed=seed)
    return Base(counties, reaches, _rail_lines())


def _counties() -> gpd.GeoDataFrame:
    """
    Cut the outline into the cells that are nearest to each seat, in degrees.

    Borders get a vertex every few kilometres, once for both sides: a long line that is straight in
    degrees is tens of metres off the line that is straight in metres.
    """
    seats = shapely.MultiPoint([(seat.lon, seat.lat) for seat in SEATS])
    outline = shapely.Polygon(OUTLINE)
    cells = shapely.get_parts(shapely.voronoi_polygons(seats, extend_to=outline))
    borders = shapely.union_all(shapely.boundary(rounded(shapely.intersection(cells, outline))))
    lines = rounded(
        shapely.get_parts(shapely.segmentize(shapely.line_merge(borders), _BORDER_STEP))
    )
    pieces = shapely.get_parts(shapely.polygonize(lines))
    shapes = [pieces[shapely.contains(pieces, seat)][0] for seat in seats.geoms]
    frame = pd.DataFrame({
        "county_id": pd.Series([seat.county_id for seat in SEATS], dtype="str"),
        "name": pd.Series([seat.name for seat in SEATS], dtype="str"),
        "population": pd.Series([None] * len(SEATS), dtype="Int64"),
    })
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=GEOGRAPHIC_CRS)


def _rail_lines() -> gpd.GeoDataFrame:
    """Join the stations of each line by straight stretches."""
    names, kinds, shapes = [], [], []
    for name, kind, stations in RAILWAYS:
        xy = points_m([(station.lon, station.lat) for station in stations])
        stretches = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
        names += [name] * len(stretches)
        kinds += [kind] * len(stretches)
        shapes += list(stretches)
    ids = numbered("L", len(names), digits=3)
    columns = {"line_id": ids, "name": names, "kind": kinds}
    return to_layer(RailLines, columns, np.array(shapes, dtype=object))


def to_stored(base: Base) -> dict[str, gpd.GeoDataFrame]:
    """
    Bring a base to its schemas and to the storage CRS, sorted by business key.

    Returns
    -------
    layers
        `counties`, `river_reaches` and `rail_lines`, columns exactly the schema's.

    Raises
    ------
    CRSError
        If a layer states no CRS, or one that cannot be brought to CGCS2000 without guessing.
    ParameterError
        If there is no county or no reach.
    LayerSchemaError
        If a layer breaks its schema.
    """
    if base.counties.empty or base.river_reaches.empty:
        raise ParameterError(
            Text(
                "底图至少需要一个县级行政区面和一条河段",
                "a base needs at least one county polygon and one river reach",
            )
        )
    return {
        schema.layer_name(): _conformed(schema, layer)
        for schema, layer in (
            (Counties, base.counties),
            (RiverReaches, base.river_reaches),
            (RailLines, base.rail_lines),
        )
    }


def _conformed(schema: type[LayerSchema], layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a caller's layer the schema's columns, order and types; round its coordinates."""
    cards = schema.columns()
    # Through metres first: that is where a CRS which cannot be trusted is refused.
    stored = to_geographic_crs(
        layer if layer.crs == GEOGRAPHIC_CRS else to_working_crs(layer, name=schema.layer_name())
    )
    blank = pd.Series([None] * len(layer), index=layer.index)
    frame = pd.DataFrame({
        card.name: stored.get(card.name, blank).astype(card.dtype) for card in cards
    })
    whole = gpd.GeoDataFrame(
        frame, geometry=rounded(stored.geometry.to_numpy()), crs=GEOGRAPHIC_CRS
    )
    ordered = whole.sort_values(schema.card().key, kind="stable", ignore_index=True)
    return schema.check(ordered)
