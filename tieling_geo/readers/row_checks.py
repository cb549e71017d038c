"""Check a file's rows against a schema: columns found, values typed, keys unique, all kept."""

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from tieling_geo.crs import WORKING_CRS, check_crs, to_working_crs
from tieling_geo.readers.accounts import to_accounts, to_censored, to_listed_values
from tieling_geo.readers.ledgers.headers import to_folded, to_given, to_listed, to_mapping
from tieling_geo.readers.raw import Fault, RawTable
from tieling_geo.readers.shape_checks import ShapeChecks
from tieling_geo.readers.values.columns import Censored, to_reason, to_told, to_typed
from tieling_geo.readers.values.plausibility import to_contradictions
from tieling_geo.records import Card, Layer, Reading, ReadOptions
from tieling_geo.schemas import ColumnCard, LayerSchema
from tieling_geo.text import Text

# So many row numbers are told where rows share a key.
_TOLD_ROWS = 10


class RowChecks:
    """The checks of one file's rows; each looks at every row and adds what it finds."""

    def __init__(
        self,
        schema: type[LayerSchema],
        table: RawTable,
        card: Card,
        options: ReadOptions,
        source: str,
    ) -> None:
        headers = [str(header) for header in table.attributes.columns]
        self.schema, self.table, self.card, self.source = schema, table, card, source
        self.options = options
        self.attributes = table.attributes.set_axis(pd.Index(headers, dtype="object"), axis=1)
        given = to_given(card.columns, options.columns)
        self.mapping = to_mapping(headers, schema.columns(), given, source=source)
        self.faults: list[Fault] = list(table.faults)
        self.flags: list[Fault] = list(table.flags)
        self.censored: list[tuple[str, Censored]] = []
        self.notes: list[Text] = list(table.notes)

    def layer(self, *, kind: str, sha256: str) -> Layer:
        """Run the checks and part the rows that pass all of them from the others."""
        name, key = self.schema.layer_name(), self.schema.card().key
        self._note_columns()
        frame = self._typed()
        self._check_keys(frame[key])
        self._check_together(frame)
        features = self._placed(frame)
        good = np.ones(len(features), dtype=bool)
        good[[fault.position for fault in self.faults]] = False
        accepted = to_working_crs(features[good], name=name).sort_values(key, kind="stable")
        rows = self.table.rows[accepted.index]
        accepted = accepted.set_index(accepted[key].rename(None))
        self._note_empty()
        return Layer(
            name=name,
            features=accepted,
            rejected=to_listed_values(self.faults, self.table, name, self.source),
            card=self.card,
            source=self.source,
            sha256=sha256,
            rows_in=len(self.table.rows),
            notes=tuple(self.notes),
            reading=self._reading(kind),
            flagged=to_listed_values(
                [flag for flag in self.flags if good[flag.position]], self.table, name, self.source
            ),
            censored=to_censored(self.censored, good, frame[key], self.table, name, self.source),
            set_aside=self.table.aside,
            accounts=to_accounts(self.schema, self.table, features, good, accepted, self.source),
            row_numbers=pd.Series(rows, index=accepted.index, dtype="int64"),
            rejected_rows=frame[~good].set_axis(pd.Index(self.table.rows[~good], dtype="int64")),
        )

    def _placed(self, frame: pd.DataFrame) -> gpd.GeoDataFrame:
        """Give rows their places and check both; the rows of a table have none to check."""
        if not self.schema.card().has_places:
            nowhere = np.full(len(frame), None, dtype=object)
            features = gpd.GeoDataFrame(frame, geometry=nowhere, crs=WORKING_CRS)
            self._check_values(features)
            return features
        shapes = ShapeChecks(self.schema, self.table, self.card, self.options, self.source)
        features = gpd.GeoDataFrame(frame, geometry=shapes.flat(), crs=self.table.crs)
        check_crs(features, name=self.schema.layer_name())
        self._check_values(features)
        features = shapes.check(features)
        self.faults += shapes.faults
        self.flags += shapes.flags
        self.notes += shapes.notes
        return features

    def _reading(self, kind: str) -> Reading:
        """Say how the file was understood."""
        table, crs = self.table, self.table.crs
        has_places = self.schema.card().has_places
        code = None if crs is None else crs.to_epsg()
        return Reading(
            kind=kind,
            encoding=table.encoding,
            sheet=table.sheet,
            header_rows=table.header_rows,
            mapping=dict(self.mapping),
            unread=tuple(self._unread()),
            absent=tuple(c.name for c in self.schema.columns() if c.name not in self.mapping),
            coordinates=table.coordinates,
            coordinate_form=table.coordinate_form,
            crs=f"EPSG:{code}" if code else ("" if crs is None else crs.name),
            datum=self.card.datum if has_places else "",
            converted_from=self.card.datum if has_places and self.card.convert else "",
            datum_confirmed=self.options.datum_confirmed if has_places else "",
        )

    def _reject(self, positions: Iterable[int], column: str, values: pd.Series, why: Text) -> None:
        """Write values down as rejected, as the file has them."""
        for position in positions:
            told = to_told(values.iloc[position])
            self.faults.append(Fault(int(position), column, told, why))

    def _unread(self) -> list[str]:
        """List the headers that nothing reads."""
        used = {*self.mapping.values(), *self.table.coordinates}
        return [str(header) for header in self.attributes if header not in used]

    def _note_columns(self) -> None:
        """Say which headers nothing reads, and which columns the file does not have."""
        unread = self._unread()
        absent = [
            c.title
            for c in self.schema.columns()
            if c.name not in self.mapping and not c.blank_means
        ]
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

    def _note_empty(self) -> None:
        """Say what a file without rows means."""
        if len(self.table.rows) == 0 and self.card.rows is None:
            self.notes.append(
                Text(
                    "0 行:按缺少数据处理;若确无此类要素,请在 card.toml 写明 rows = 0",
                    "0 rows: taken as no data; if there is none, state rows = 0 in card.toml",
                )
            )

    def _typed(self) -> pd.DataFrame:
        """Bring every value to type; a column that the file does not have is missing throughout."""
        frame = {}
        for column in self.schema.columns():
            header = self.mapping.get(column.name)
            if header is None:
                blank = pd.Series(index=self.attributes.index, dtype=column.dtype)
                frame[column.name] = self._filled(blank, blank.isna(), column)
                continue
            raw = self.attributes[header]
            typed = to_typed(raw, column)
            cells = typed.column.astype(column.dtype)
            frame[column.name] = self._filled(cells, cells.isna() & ~typed.failed, column)
            for position in np.flatnonzero(typed.failed.to_numpy(dtype=bool)).tolist():
                self._reject([position], header, raw, typed.reasons[position])
            self.flags += [Fault(at, header, to_told(raw.iloc[at]), why) for at, why in typed.flags]
            self.censored += [(header, censored) for censored in typed.censored]
            self.notes += typed.notes
        whole = pd.DataFrame(frame, index=self.attributes.index)
        for at, name, why in to_contradictions(whole, self.schema.card().equivalents):
            header = self.mapping[name]
            self.flags.append(Fault(at, header, to_told(self.attributes[header].iloc[at]), why))
        return whole

    def _filled(self, values: pd.Series, blank: pd.Series, column: ColumnCard) -> pd.Series:
        """Put the value that a blank stands for into blank cells, and say so."""
        count = int(blank.sum())
        if not column.blank_means or not count:
            return values
        title = dict(column.values)[column.blank_means]
        self.notes.append(
            Text(
                f"列“{column.title.zh}”:{count} 行未填,按“{title.zh}”理解",
                f"column {column.name}: {count} rows are blank, which means {title.en}",
            )
        )
        return values.mask(blank, column.blank_means)

    def _check_together(self, frame: pd.DataFrame) -> None:
        """Reject every row that shares what may stand in one row only; text as words compare."""
        columns = [c for c in self.schema.columns() if c.name in self.schema.card().unique_together]
        if not columns:
            return
        names = [c.name for c in columns]
        whole = frame.loc[frame[names].notna().all(axis=1), names]
        same = whole.map(to_folded).agg("\n".join, axis=1) if len(whole) else whole[names[0]]
        header = self.mapping[names[0]]
        titles = Text("、".join(c.title.zh for c in columns), ", ".join(names))
        for _, rows in same[same.duplicated(keep=False)].groupby(same):
            told = self._told_rows(rows)
            why = Text(
                f"第 {told} 行的{titles.zh}相同,分不清以哪一行为准;请只留一行",
                f"rows {told} have the same {titles.en}: keep one of them",
            )
            self._reject(rows.index, header, self.attributes[header], why)

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
