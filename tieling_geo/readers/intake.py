"""Turn a file into a `Layer`: columns found, values typed, geometry checked, every row kept."""

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from tieling_geo.crs import CHINA_BOUNDS, check_crs, to_geographic_crs, to_working_crs
from tieling_geo.errors import BrokenFileError, CRSError, UnknownNameError
from tieling_geo.readers.card import check_datum, read_card
from tieling_geo.readers.columns import to_reason, to_told, to_typed
from tieling_geo.readers.guard import check_kind, to_sha256
from tieling_geo.readers.headers import to_folded, to_listed, to_mapping
from tieling_geo.readers.ledger import read_csv
from tieling_geo.readers.raw import Fault, RawTable
from tieling_geo.readers.shapefile import shapefile_parts
from tieling_geo.readers.vector import read_vector
from tieling_geo.records import REJECTED_COLUMNS, Card, Layer
from tieling_geo.schemas import LAYERS, LayerSchema
from tieling_geo.text import Text

_FAMILIES = {
    "point": ({"Point"}, Text("点", "a point")),
    "line": ({"LineString", "MultiLineString"}, Text("线", "a line")),
    "polygon": ({"Polygon", "MultiPolygon"}, Text("面", "a polygon")),
}
# So many row numbers are told where rows share a key.
_TOLD_ROWS = 10


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
        The layer's file: `.gpkg .geojson .json .parquet .fgb .shp .csv`.
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
    BrokenFileError
        If the file is broken, or has another number of rows than its card states.
    InputError
        If the file, its card, its CRS or its columns are refused (see the subclasses).
    """
    if name not in LAYERS:
        known = ", ".join(LAYERS)
        raise UnknownNameError(Text(f"没有图层 {name};可用:{known}", f"no layer {name}: {known}"))
    kind = check_kind(path)
    stated = card if card is not None else read_card(path.parent / "card.toml")
    check_datum(stated.datum, place="card.toml")
    table = (
        read_csv(path, crs=stated.crs) if kind == ".csv" else read_vector(path, kind, layer=name)
    )
    if stated.rows not in {None, len(table.rows)}:
        raise BrokenFileError(
            path.name,
            Text(
                f"card.toml 写明 {stated.rows} 行,实有 {len(table.rows)} 行",
                f"card.toml states {stated.rows} rows, it has {len(table.rows)}",
            ),
        )
    sha256 = to_sha256(shapefile_parts(path) if kind == ".shp" else [path])
    return _Intake(LAYERS[name], table, stated, path.name).layer(sha256)


class _Intake:
    """The checks of one file's rows; each looks at every row and adds what it finds."""

    def __init__(self, schema: type[LayerSchema], table: RawTable, card: Card, source: str) -> None:
        headers = [str(header) for header in table.attributes.columns]
        self.schema, self.table, self.card, self.source = schema, table, card, source
        self.attributes = table.attributes.set_axis(pd.Index(headers, dtype="object"), axis=1)
        self.mapping = to_mapping(headers, schema.columns(), card.columns, source=source)
        self.faults: list[Fault] = list(table.faults)
        self.notes: list[Text] = list(table.notes)

    def layer(self, sha256: str) -> Layer:
        """Run the checks and part the rows that pass all of them from the others."""
        name, key = self.schema.layer_name(), self.schema.card().key
        self._note_columns()
        frame = self._typed()
        self._check_keys(frame[key])
        features = gpd.GeoDataFrame(frame, geometry=self._flat(), crs=self.table.crs)
        check_crs(features, name=name)
        self._check_values(features)
        self._check_places(features[self._check_shapes(features.geometry.to_numpy())])
        good = np.ones(len(features), dtype=bool)
        good[[fault.position for fault in self.faults]] = False
        accepted = to_working_crs(features[good], name=name).sort_values(key, kind="stable")
        return Layer(
            name=name,
            features=accepted.set_index(accepted[key].rename(None)),
            rejected=self._rejected(),
            card=self.card,
            source=self.source,
            sha256=sha256,
            rows_in=len(self.table.rows),
            notes=tuple(self.notes),
        )

    def _reject(
        self, positions: Iterable[int], column: str, values: pd.Series | None, why: Text
    ) -> None:
        """Write values down as rejected, as the file has them."""
        for position in positions:
            told = "" if values is None else to_told(values.iloc[position])
            self.faults.append(Fault(int(position), column, told, why))

    def _note_columns(self) -> None:
        """Say which headers nothing reads, and which columns the file does not have."""
        used = {*self.mapping.values(), *self.table.coordinates}
        unread = [str(header) for header in self.attributes if header not in used]
        absent = [c.title for c in self.schema.columns() if c.name not in self.mapping]
        if unread:
            told = to_listed(unread)
            self.notes.append(Text(f"未使用的列:{told}", f"columns not used: {told}"))
        if absent:
            self.notes.append(
                Text(
                    f"文件没有的列 {[t.zh for t in absent]},按缺失处理",
                    f"columns the file does not have, taken as missing: {[t.en for t in absent]}",
                )
            )

    def _typed(self) -> pd.DataFrame:
        """Bring every value to type; a column that the file does not have is missing throughout."""
        frame = {}
        for column in self.schema.columns():
            header = self.mapping.get(column.name)
            if header is None:
                frame[column.name] = pd.Series(index=self.attributes.index, dtype=column.dtype)
                continue
            typed = to_typed(self.attributes[header], column)
            frame[column.name] = typed.column.astype(column.dtype)
            failed = np.flatnonzero(typed.failed.to_numpy(dtype=bool))
            self._reject(failed, header, self.attributes[header], typed.reason)
        return pd.DataFrame(frame, index=self.attributes.index)

    def _check_keys(self, keys: pd.Series) -> None:
        """Reject every row that shares its key: which one is right is not ours to say."""
        header = self.mapping[self.schema.card().key]
        for _, same in keys[keys.notna() & keys.duplicated(keep=False)].groupby(keys):
            rows = self._told_rows(same)
            why = Text(f"编号重复:第 {rows} 行", f"the same number stands in rows {rows}")
            self._reject(same.index, header, self.attributes[header], why)
        once = keys[keys.notna() & ~keys.duplicated(keep=False)]
        folded = once.map(to_folded)
        for _, same in once[folded.duplicated(keep=False)].groupby(folded):
            rows = self._told_rows(same)
            self.notes.append(
                Text(
                    f"第 {rows} 行的编号只有大小写、全半角或空格之差,请核对是否重复",
                    f"the numbers of rows {rows} differ only in case, width or spaces: "
                    "check that they are two",
                )
            )

    def _told_rows(self, same: pd.Series) -> str:
        """List row numbers, the first few."""
        rows = [str(self.table.rows[position]) for position in same.index]
        return "、".join(rows[:_TOLD_ROWS]) + ("…" if len(rows) > _TOLD_ROWS else "")

    def _check_values(self, features: gpd.GeoDataFrame) -> None:
        """Reject values that break the schema's checks; each broken value once."""
        told = {(fault.position, fault.column) for fault in self.faults}
        failures = self.schema.failures(features)
        # Geometry and double keys have checks of their own, which say more.
        rules = failures[
            (failures["column"] != "geometry") & (failures["check"] != "field_uniqueness")
        ]
        for position, column, check in rules[["index", "column", "check"]].to_numpy():
            header = self.mapping[str(column)]
            # What is of another type is missing here: it is not blank as well.
            if check != "not_nullable" or (int(position), header) not in told:
                values = self.attributes[header]
                self._reject([int(position)], header, values, to_reason(str(check)))

    def _flat(self) -> NDArray[np.object_]:
        """Drop heights, which nothing here uses, and take single-part multipoints as points."""
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
        for hit, values, reason in (
            (missing, None, Text("没有图形", "no geometry")),
            (empty, kinds, Text("图形为空", "the geometry is empty")),
            (infinite, kinds, Text("坐标不是有限数", "a coordinate is not finite")),
            (strange, kinds, Text(f"图形应为{family.zh}", f"the geometry should be {family.en}")),
            (invalid, why, Text("图形无效,请修复后再提交", "the geometry is invalid: repair it")),
        ):
            self._reject(np.flatnonzero(hit), "geometry", values, reason)
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
            raise CRSError(
                Text(
                    f"文件 {self.source}:按所述坐标系,全部要素都在中国范围之外;"
                    "请检查经纬度是否颠倒、坐标系或带号是否写错",
                    f"file {self.source}: read in its CRS, every feature lies outside China; "
                    "are the axes swapped, or is it another CRS or zone?",
                )
            )
        outside = placed.geometry[~inside].bounds
        reason = Text("坐标在中国范围之外", "outside China")
        for position, corner in outside.iterrows():
            where = f"{corner['minx']:.6g} {corner['miny']:.6g}"
            self.faults.append(Fault(int(position), "geometry", where, reason))

    def _rejected(self) -> pd.DataFrame:
        """List the rejected values in the order of the file's rows."""
        rows, name = self.table.rows, self.schema.layer_name()
        listed = sorted(self.faults, key=lambda f: (rows[f.position], f.column, f.reason.en))
        return pd.DataFrame(
            [
                (name, self.source, int(rows[f.position]), f.column, f.value, *f.reason)
                for f in listed
            ],
            columns=list(REJECTED_COLUMNS),
        )
