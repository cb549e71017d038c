"""Turn a file into a `Layer`: columns found, values typed, geometry checked, every row kept."""

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import CHINA_BOUNDS, check_crs, to_geographic_crs, to_working_crs
from tieling_geo.errors import CRSError, UnknownNameError
from tieling_geo.readers.card import read_card
from tieling_geo.readers.columns import to_mapping, to_reason, to_typed
from tieling_geo.readers.guard import check_kind, to_sha256
from tieling_geo.readers.ledger import read_csv
from tieling_geo.readers.raw import RawTable
from tieling_geo.readers.vector import read_vector
from tieling_geo.records import REJECTED_COLUMNS, Card, Layer
from tieling_geo.schemas import LAYERS, LayerSchema
from tieling_geo.text import Text

_FAMILIES = {
    "point": {"Point"},
    "line": {"LineString", "MultiLineString"},
    "polygon": {"Polygon", "MultiPolygon"},
}
_SIDECARS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read_layer(name: str, path: Path, *, card: Card | None = None) -> Layer:
    """
    Read one layer's file and check every row of it.

    A row that breaks the schema goes to `rejected` with its row number, column, value and reason,
    and the others go on; a file that cannot be trusted at all is refused.

    Parameters
    ----------
    name
        A key of `tieling_geo.schemas.LAYERS`.
    path
        The layer's file: `.gpkg .geojson .parquet .fgb .shp .csv`.
    card
        The layer's card; by default the `card.toml` beside the file.

    Returns
    -------
    layer
        Accepted rows in the working CRS (metres), sorted by business key, which is the index; rows
        in = accepted + rejected.

    Raises
    ------
    UnknownNameError
        If no layer has that name.
    InputError
        If the file, its card, its CRS or its columns are refused (see the subclasses).
    """
    if name not in LAYERS:
        known = ", ".join(LAYERS)
        raise UnknownNameError(Text(f"没有图层 {name};可用:{known}", f"no layer {name}: {known}"))
    schema = LAYERS[name]
    kind = check_kind(path)
    stated = card if card is not None else read_card(path.parent / "card.toml")
    if kind == ".csv":
        table = read_csv(path, crs=stated.crs)
    else:
        table = read_vector(path, kind, layer=name)
    parts = [p for s in _SIDECARS if (p := path.with_suffix(s)).is_file()] if kind == ".shp" else []
    return _Intake(schema, table, stated, path.name).layer(to_sha256(parts or [path]))


class _Intake:
    """The checks of one file's rows, each adding to the list of rejected values."""

    def __init__(self, schema: type[LayerSchema], table: RawTable, card: Card, source: str) -> None:
        self.schema, self.table, self.card, self.source = schema, table, card, source
        self.rejected: list[tuple[int, str, str, Text]] = []
        self.notes: list[Text] = list(table.notes)
        self.headers: dict[str, str] = {}

    def layer(self, sha256: str) -> Layer:
        """Run the checks in order; each later one sees only the rows that are still good."""
        features = self._typed()
        features = self._with_geometry(features)
        features = self._within_schema(features)
        key = self.schema.card().key
        accepted = features.sort_values(key, kind="stable").set_index(
            features.sort_values(key, kind="stable")[key].rename(None)
        )
        return Layer(
            name=self.schema.layer_name(),
            features=accepted,
            rejected=self._rejected_frame(),
            card=self.card,
            source=self.source,
            sha256=sha256,
            rows_in=len(self.table.rows),
            notes=tuple(self.notes),
        )

    def _reject(self, positions: Iterable[int], column: str, values: pd.Series, why: Text) -> None:
        """Write values down as rejected."""
        for position in positions:
            value = values.get(position)
            told = "" if value is None or value is pd.NA or value is pd.NaT else str(value)
            self.rejected.append((int(position), column, "" if told == "nan" else told, why))

    def _good(self) -> NDArray[np.bool_]:
        """Tell which rows have no fault so far."""
        good = np.ones(len(self.table.rows), dtype=bool)
        good[[position for position, *_ in self.rejected]] = False
        return good

    def _typed(self) -> pd.DataFrame:
        """Find the columns and bring every value to type."""
        raw = self.table.attributes
        columns = self.schema.columns()
        headers = [str(h) for h in raw.columns]
        raw = raw.set_axis(pd.Index(headers, dtype="object"), axis=1)
        self.headers = to_mapping(headers, columns, self.card.columns, source=self.source)
        used = {*self.headers.values(), *self.table.coordinates}
        unread = [h for h in headers if h not in used]
        absent = [c.title for c in columns if c.name not in self.headers]
        if unread:
            self.notes.append(Text(f"未使用的列 {unread}", f"columns not used: {unread}"))
        if absent:
            self.notes.append(
                Text(
                    f"文件没有的列 {[t.zh for t in absent]},按缺失处理",
                    f"columns the file does not have, taken as missing: {[t.en for t in absent]}",
                )
            )
        frame = {}
        for column in columns:
            if column.name not in self.headers:
                frame[column.name] = pd.Series(index=raw.index, dtype=column.dtype)
                continue
            values = raw[self.headers[column.name]]
            typed = to_typed(values, column)
            frame[column.name] = typed.column.astype(column.dtype)
            failed = np.flatnonzero(typed.failed.to_numpy(dtype=bool))
            self._reject(failed, self.headers[column.name], values, typed.reason)
        self._check_keys(frame[self.schema.card().key])
        return pd.DataFrame(frame, index=raw.index)

    def _check_keys(self, keys: pd.Series) -> None:
        """Reject every row that shares its key: which one is right is not ours to say."""
        column = self.headers[self.schema.card().key]
        for key, same in keys[keys.notna() & keys.duplicated(keep=False)].groupby(keys):
            rows = "、".join(str(self.table.rows[position]) for position in same.index)
            why = Text(f"编号重复:第 {rows} 行", f"the same number stands in rows {rows}")
            self._reject(same.index, column, pd.Series(key, index=same.index), why)

    def _with_geometry(self, frame: pd.DataFrame) -> gpd.GeoDataFrame:
        """Reject shapes that are missing, broken or of another family; bring the rest to metres."""
        shapes = self._flat(self.table.geometry)
        for position, (column, value, why) in self.table.faults.items():
            self.rejected.append((position, column, value, why))
        self._check_shapes(shapes)
        good = self._good()
        layer = gpd.GeoDataFrame(frame, geometry=shapes, crs=self.table.crs)[good]
        name = self.schema.layer_name()
        check_crs(layer, name=name)
        self._check_places(layer)
        return to_working_crs(layer[self._good()[good]], name=name)

    def _flat(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Drop heights, which nothing here uses, and take single-part multipoints as points."""
        high = shapely.has_z(shapes)
        if high.any():
            count = int(high.sum())
            self.notes.append(Text(f"舍去 {count} 个高程值", f"heights dropped: {count} features"))
        flat = np.asarray(shapely.force_2d(shapes), dtype=object)
        if self.schema.card().geometry == "point":
            single = (shapely.get_type_id(flat) == shapely.GeometryType.MULTIPOINT) & (
                shapely.get_num_geometries(flat) == 1
            )
            flat[single] = shapely.get_geometry(flat[single], 0)
        return flat

    def _check_shapes(self, shapes: NDArray[np.object_]) -> None:
        """Reject missing, empty, not finite, wrong-family and invalid shapes, first fault first."""
        family = self.schema.card().geometry
        told = pd.Series(shapes).map(lambda s: None if s is None else s.geom_type)
        missing = shapely.is_missing(shapes)
        empty = shapely.is_empty(shapes) & ~missing
        bounds = shapely.bounds(shapes)
        infinite = ~np.isfinite(bounds).all(axis=1) & ~missing & ~empty
        strange = ~told.isin(_FAMILIES[family]).to_numpy() & ~missing & ~empty & ~infinite
        invalid = ~shapely.is_valid(shapes) & ~(missing | empty | infinite | strange)
        reasons = pd.Series(shapely.is_valid_reason(shapes))
        missing[list(self.table.faults)] = False
        cases = (
            (missing, told, Text("没有图形", "no geometry")),
            (empty, told, Text("图形为空", "the geometry is empty")),
            (infinite, told, Text("坐标不是有限数", "a coordinate is not finite")),
            (strange, told, Text(f"图形类型应为 {family}", f"the geometry should be a {family}")),
            (invalid, reasons, Text("图形无效,请修复后再提交", "the geometry is invalid")),
        )
        for hit, values, why in cases:
            self._reject(np.flatnonzero(hit), "geometry", values, why)

    def _check_places(self, layer: gpd.GeoDataFrame) -> None:
        """
        Reject features that lie outside China; if all do, the CRS itself is wrong.

        Raises
        ------
        CRSError
            If no feature lies where it can: the axes are swapped, or the CRS is another one.
        """
        if layer.empty:
            return
        bounds = to_geographic_crs(layer).bounds.to_numpy()
        west, south, east, north = CHINA_BOUNDS
        inside = (
            (bounds[:, 0] >= west)
            & (bounds[:, 1] >= south)
            & (bounds[:, 2] <= east)
            & (bounds[:, 3] <= north)
        )
        if not inside.any():
            raise CRSError(
                Text(
                    f"文件 {self.source}:按所述坐标系,全部要素都在中国范围之外;"
                    "请检查经纬度是否颠倒、坐标系或带号是否写错",
                    f"file {self.source}: read in its CRS, every feature lies outside China; "
                    "are the axes swapped, or is it another CRS or zone?",
                )
            )
        place = layer.geometry.representative_point()
        where = place.map(lambda p: f"{p.x:.6g} {p.y:.6g}")
        reason = Text("坐标在中国范围之外", "outside China")
        self._reject(layer.index[~inside], "geometry", where, reason)

    def _within_schema(self, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Reject values that break the schema's checks."""
        for position, column, value, check in self.schema.failures(layer).to_numpy():
            header = self.headers.get(str(column), str(column))
            raw = self.table.attributes.get(header)
            values = pd.Series({int(position): value}) if raw is None else raw
            self._reject([int(position)], header, values, to_reason(str(check)))
        return layer[self._good()[layer.index]]

    def _rejected_frame(self) -> pd.DataFrame:
        """List the rejected values in the order of the file's rows."""
        listed = sorted(self.rejected, key=lambda r: (self.table.rows[r[0]], r[1], r[3].en))
        return pd.DataFrame(
            [
                (
                    self.schema.layer_name(),
                    self.source,
                    int(self.table.rows[position]),
                    column,
                    value,
                    why.zh,
                    why.en,
                )
                for position, column, value, why in listed
            ],
            columns=list(REJECTED_COLUMNS),
        )
