"""Check where a file's features are and whether their geometry is sound."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import CHINA_BOUNDS, convert_shifted, to_geographic_crs, to_working_crs
from tieling_geo.crs.candidates import likely_crs, to_likely_cause
from tieling_geo.errors import CRSError
from tieling_geo.readers.card import CONVERTIBLE, DATUMS
from tieling_geo.readers.raw import Fault, RawTable
from tieling_geo.readers.values.columns import to_told
from tieling_geo.readers.vectors.repair import repair_geometry
from tieling_geo.records import Card, ReadOptions
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import Text

_FAMILIES = {
    "point": ({"Point"}, Text("点", "a point")),
    "line": ({"LineString", "MultiLineString"}, Text("线", "a line")),
    "polygon": ({"Polygon", "MultiPolygon"}, Text("面", "a polygon")),
}


class ShapeChecks:
    """The checks of one file's geometry; each looks at every row and adds what it finds."""

    def __init__(
        self,
        schema: type[LayerSchema],
        table: RawTable,
        card: Card,
        options: ReadOptions,
        source: str,
    ) -> None:
        self.schema, self.table, self.card, self.source = schema, table, card, source
        self.options = options
        self.faults: list[Fault] = []
        self.flags: list[Fault] = []
        self.notes: list[Text] = []

    def flat(self) -> NDArray[np.object_]:
        """Drop heights, which nothing here uses, and take multi-parts of one as single points."""
        shapes = self.table.geometry
        high = shapely.has_z(shapes) | shapely.has_m(shapes)
        if high.any():
            count = int(high.sum())
            self.notes.append(
                Text(
                    f"舍去 {count} 个要素的高程或测量值(Z、M)",
                    f"heights and measures (Z, M) dropped: {count} features",
                )
            )
        flat = np.full(len(shapes), None, dtype=object)
        flat[:] = shapely.force_2d(shapes)
        if self.schema.card().geometry == "point":
            single = (shapely.get_type_id(flat) == shapely.GeometryType.MULTIPOINT) & (
                shapely.get_num_geometries(flat) == 1
            )
            flat[single] = shapely.get_geometry(flat[single], 0)
        return flat

    def check(self, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the features, repaired and converted where that was asked for."""
        if self.options.repair:
            features = self._repaired(features)
        placed = self._check_shapes(features.geometry.to_numpy())
        features = self._converted(features, placed)
        self._check_places(features[placed])
        return features

    def _reject(self, positions: Iterable[int], values: pd.Series | None, why: Text) -> None:
        """Write geometries down as rejected."""
        for position in positions:
            told = "" if values is None else to_told(values.iloc[position])
            self.faults.append(Fault(int(position), "geometry", told, why))

    def _repaired(self, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Repair invalid geometry and write down each change of area, or why it was not done."""

        def to_area_m2(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
            layer = gpd.GeoDataFrame(geometry=shapes, crs=features.crs)
            projected = to_working_crs(layer, name=self.schema.layer_name())
            return np.asarray(projected.geometry.area, dtype="float64")

        shapes = features.geometry.to_numpy()
        finite = np.isfinite(features.geometry.bounds.to_numpy()).all(axis=1)
        family = self.schema.card().geometry
        if family == "none":
            return features
        repaired, records = repair_geometry(shapes[finite], family, to_area_m2=to_area_m2)
        positions = np.flatnonzero(finite)
        for record in records:
            fault = Fault(int(positions[record.position]), "geometry", record.reason, record.told)
            (self.flags if record.is_done else self.faults).append(fault)
        whole = shapes.copy()
        whole[finite] = repaired
        return features.set_geometry(gpd.GeoSeries(whole, index=features.index, crs=features.crs))

    def _converted(self, features: gpd.GeoDataFrame, placed: NDArray[np.bool_]) -> gpd.GeoDataFrame:
        """Convert from GCJ-02 or BD-09 where that was asked for."""
        if self.card.datum not in CONVERTIBLE or not self.card.convert:
            return features
        moved = convert_shifted(features[placed], self.card.datum)
        # What is nowhere is rejected: it only has to stay in its row.
        rest = features[~placed].set_crs(moved.crs, allow_override=True)
        name, count = DATUMS[self.card.datum], int(placed.sum())
        self.notes.append(
            Text(
                f"按要求由 {name.zh} 转换为 CGCS2000:{count} 个要素",
                f"converted from {name.en} to CGCS2000, as asked for: {count} features",
            )
        )
        whole: gpd.GeoDataFrame = pd.concat([moved, rest]).loc[features.index]
        return whole

    def _check_shapes(self, shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
        """
        Reject missing, empty, not finite, wrong-family and invalid shapes, first fault first.

        Returns
        -------
        placed
            Booleans: the shape is somewhere, so that it can be asked where.
        """
        families, family = _FAMILIES[self.schema.card().geometry]
        kinds = pd.Series([None if s is None else s.geom_type for s in shapes], dtype="object")
        missing, empty = shapely.is_missing(shapes), shapely.is_empty(shapes)
        points, owners = shapely.get_coordinates(shapes, return_index=True)
        infinite = np.zeros(len(shapes), dtype=bool)
        infinite[owners[~np.isfinite(points).all(axis=1)]] = True
        placed = ~(missing | empty | infinite)
        strange = placed & ~kinds.isin(families).to_numpy(dtype=bool)
        invalid = placed & ~strange
        invalid[invalid] = ~shapely.is_valid(shapes[invalid])
        why = pd.Series(None, index=kinds.index, dtype="object")
        why[invalid] = shapely.is_valid_reason(shapes[invalid])
        missing[[fault.position for fault in self.table.faults]] = False  # told already
        invalid[[fault.position for fault in self.faults]] = False  # idem, by the repair
        for hit, values, reason in (
            (missing, None, Text("没有图形", "no geometry")),
            (empty, kinds, Text("图形为空", "the geometry is empty")),
            (infinite, kinds, Text("坐标不是有限数", "a coordinate is not finite")),
            (strange, kinds, Text(f"图形应为{family.zh}", f"the geometry should be {family.en}")),
            (invalid, why, _INVALID),
        ):
            self._reject(np.flatnonzero(hit), values, reason)
        return np.asarray(placed, dtype=bool)

    def _check_places(self, placed: gpd.GeoDataFrame) -> None:
        """
        Reject features that lie outside China; if all do, the CRS itself is wrong.

        Raises
        ------
        CRSError
            If no feature lies where it can: the axes are swapped, or the CRS is another one.
        """
        if placed.empty:
            return
        west, south, east, north = CHINA_BOUNDS
        bounds = to_geographic_crs(placed).bounds
        inside = (
            (bounds["minx"] >= west)
            & (bounds["miny"] >= south)
            & (bounds["maxx"] <= east)
            & (bounds["maxy"] <= north)
        )
        if not inside.any():
            likely = self._likely(placed)
            raise CRSError(
                Text(
                    f"文件 {self.source}:按所述坐标系,全部要素都在中国范围之外;"
                    f"请检查经纬度是否颠倒、坐标系或带号是否写错。{likely.zh}",
                    f"file {self.source}: read in its CRS, every feature lies outside China; "
                    f"are the axes swapped, or is it another CRS or zone? {likely.en}",
                )
            )
        outside = placed.geometry[~inside].bounds
        reason = Text("坐标在中国范围之外", "outside China")
        for position, corner in outside.iterrows():
            where = f"{corner['minx']:.6g} {corner['miny']:.6g}"
            self.faults.append(Fault(int(position), "geometry", where, reason))

    def _likely(self, placed: gpd.GeoDataFrame) -> Text:
        """Say what the coordinates look like, best guess first."""
        corners = placed.geometry.bounds
        return to_likely_cause(likely_crs(corners["minx"], corners["miny"], self.table.crs))


_INVALID = Text(
    "图形无效;请修复后再提交,或在确认后用 --repair(repair = true)修复",
    "the geometry is invalid: repair it, or ask for it with --repair (repair = true)",
)
