"""Read a Shapefile's parts: all there, agreeing, their text in the encoding that it really is."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.errors import UntrustedFileError
from tieling_geo.readers.raw import Fault
from tieling_geo.readers.vectors.dbf import Dbf, read_dbf, to_attributes, to_names
from tieling_geo.readers.vectors.encodings import Declared, to_declared, to_encoding
from tieling_geo.readers.vectors.shapefile_records import check_records
from tieling_geo.text import Text

#: Parts that are read; the first three must be there, and `.prj` is asked for as the CRS.
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED = PARTS[:3]


@dataclass(frozen=True, slots=True)
class ShapefileFacts:
    """What a Shapefile's own bytes say, but for its geometry."""

    rows: NDArray[np.int64]
    """Numbers, from 1, of the rows that are not marked as deleted."""
    shaped: NDArray[np.bool_]
    """Which of those rows have a shape."""
    attributes: pd.DataFrame
    encoding: str
    faults: tuple[Fault, ...]
    flags: tuple[Fault, ...]
    notes: tuple[Text, ...]
    has_crs: bool
    """Whether there is a `.prj` that says something."""


def shapefile_parts(path: Path) -> list[Path]:
    """
    List a Shapefile's parts, whatever the case of their suffixes.

    Raises
    ------
    UntrustedFileError
        If one that is needed is missing, or one is not a plain file.
    """
    parts = []
    for suffix in PARTS:
        found = [p for s in (suffix, suffix.upper()) if (p := path.with_suffix(s)).exists()]
        if not all(part.is_file() for part in found) or (suffix in _NEEDED and not found):
            raise UntrustedFileError(
                Text(
                    f"文件 {path.name}:缺少 {path.stem}{suffix} 或其不是普通文件;"
                    f"Shapefile 须连同 {' '.join(PARTS[1:])} 一起提供",
                    f"file {path.name}: {path.stem}{suffix} is missing or not a plain file; "
                    f"a Shapefile comes with its {' '.join(PARTS[1:])}",
                )
            )
        parts += found[:1]
    return parts


def check_shapefile(path: Path) -> ShapefileFacts:
    """
    Return what the parts say if they say the same.

    Parameters
    ----------
    path
        The `.shp`.

    Returns
    -------
    facts
        Rows, attributes and encoding.

    Raises
    ------
    UntrustedFileError
        If a part is missing, the shapes are surfaces in space, or the text fits no encoding.
    BrokenFileError
        If a part is cut off, a record is broken, or the parts hold different numbers of rows.
    """
    parts = {part.suffix.lower(): part for part in shapefile_parts(path)}
    main, index, content = (parts[suffix].read_bytes() for suffix in _NEEDED)
    table = read_dbf(content, name=path.name)
    shaped = check_records(main, index, rows=len(table.cells), name=path.name)
    attributes, encoding, (faults, flags), notes = _attributes(table, parts.get(".cpg"), path)
    deleted = int(table.deleted.sum())
    if deleted:
        notes += (
            Text(f"略过 {deleted} 个标记为删除的行", f"rows marked as deleted, skipped: {deleted}"),
        )
    if ".cpg" not in parts:
        notes += (Text("没有 .cpg,编码由内容判定", "no .cpg: the encoding was detected"),)
    return ShapefileFacts(
        rows=np.flatnonzero(~table.deleted) + 1,
        shaped=shaped[~table.deleted],
        attributes=attributes,
        encoding=encoding,
        faults=faults,
        flags=flags,
        notes=notes,
        has_crs=".prj" in parts and bool(parts[".prj"].read_bytes().strip(b" \r\n\t\0")),
    )


def _attributes(
    table: Dbf, code_page: Path | None, path: Path
) -> tuple[pd.DataFrame, str, tuple[tuple[Fault, ...], tuple[Fault, ...]], tuple[Text, ...]]:
    """
    Decode a table in the encoding that it is in.

    Raises
    ------
    UntrustedFileError
        If no encoding can be told, or the name of a column is in another one than the cells.
    """
    declared = to_declared(code_page.read_bytes() if code_page else None, table.language)
    found = to_encoding(table.texts(), declared)
    if not found.name:
        raise UntrustedFileError(_undecodable(path, found.told))
    encoding, names, notes = _names(table, found.name, declared, path)
    attributes, faults, flags, more = to_attributes(table, names, encoding)
    told = Text(f"编码 {encoding}:{found.told.zh}", f"encoding {encoding}: {found.told.en}")
    return attributes, encoding, (faults, flags), (told, *notes, *more)


def _names(
    table: Dbf, encoding: str, declared: Declared, path: Path
) -> tuple[str, list[str], tuple[Text, ...]]:
    """
    Decode the names of the columns, in the encoding of the text.

    Where all text is ASCII, only a name that fills its ten bytes, and may be cut in a character,
    can be anything else: UTF-8 is tried first, because the others fit nearly everything.

    Raises
    ------
    UntrustedFileError
        If a name is in no encoding, or in another one than the text.
    """
    tried = [encoding, "UTF-8", declared.encoding, "GB18030"] if encoding == "ASCII" else [encoding]
    for one in filter(None, tried):
        try:
            return one, *to_names(table, one)
        except UnicodeDecodeError:
            continue
    reason = Text(
        f"列名不是 {encoding} 编码,与内容不一致;处理:统一编码后重新导出,并附写明编码的 .cpg",
        f"the names of the columns are not in {encoding} as the text is; export it again in one "
        "encoding, with a .cpg that states it",
    )
    raise UntrustedFileError(_undecodable(path, reason))


def _undecodable(path: Path, reason: Text) -> Text:
    """Name the file whose text cannot be read, and why."""
    return Text(
        f"文件 {path.name}:.dbf 的{reason.zh}", f"file {path.name}: in its .dbf, {reason.en}"
    )
