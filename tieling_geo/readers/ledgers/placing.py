"""Build the places of a table's rows from its columns of coordinates."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from tieling_geo.errors import CRSError
from tieling_geo.readers.ledgers.angles import Coordinate, to_coordinate
from tieling_geo.readers.ledgers.coordinates import PlaceColumns, Role
from tieling_geo.readers.ledgers.pairs import to_joined, to_parted
from tieling_geo.readers.ledgers.zones import (
    DEGREES,
    KIND_NAMES,
    METRES,
    SIDES,
    Kind,
    Sizes,
    choose_crs,
    to_kind,
    to_stray,
    to_zone,
)
from tieling_geo.readers.raw import Fault, to_shapes
from tieling_geo.readers.spreadsheets.sheet import BadCell, Value
from tieling_geo.readers.values.columns import to_told
from tieling_geo.records import CoordinateForm
from tieling_geo.text import Text

# So much of a broken geometry is told.
_TOLD_CHARACTERS = 80
# So many digits behind the point, in so many values at least, and D.MMSS is suspected.
_DMS_DIGITS, _DMS_VALUES = 4, 8
_SIXTY = 60

_MISSING = Text("坐标缺失", "a coordinate is missing")
_NO_WKT = Text("图形缺失或不是 WKT", "the shape is missing or not WKT")
_HALVES: tuple[Role, Role] = ("first", "second")


@dataclass(frozen=True, slots=True)
class Placed:
    """The places of n rows."""

    geometry: NDArray[np.object_]
    crs: pyproj.CRS | None
    form: CoordinateForm
    faults: tuple[Fault, ...] = ()
    flags: tuple[Fault, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(slots=True)
class _Line:
    """One axis: what each row has there, understood."""

    role: Role
    header: str
    told: list[str]
    """The n values as the file has them."""
    read: list[Coordinate | None]
    """The n coordinates; None where there is none."""
    faults: list[Fault] = field(default_factory=list)

    @property
    def kinds(self) -> list[Kind]:
        """What each value is, by its own word or its size."""
        return ["" if c is None else c.axis or to_kind(c.number) for c in self.read]

    @property
    def main(self) -> Kind:
        """What most values are."""
        known = Counter(kind for kind in self.kinds if kind not in {"", "other"})
        return known.most_common(1)[0][0] if known else ""

    @property
    def numbers(self) -> NDArray[np.float64]:
        """The n numbers, NaN where there is none."""
        return np.array([np.nan if c is None else c.number for c in self.read], dtype="float64")


def to_placed(
    attributes: pd.DataFrame, places: PlaceColumns, stated: str, *, source: str
) -> Placed:
    """
    Build the places of rows.

    What most rows hold decides what a column is: a row that holds something else, such as swapped
    axes, is a fault. Columns whose headers say longitude and latitude, easting and northing must
    hold them; X and Y are told apart by the size of their numbers.

    Parameters
    ----------
    attributes
        n rows with the columns of `places`, values as the file has them, None for blank.
    places
        The columns of coordinates; none for a table without places.
    stated
        Their CRS as `EPSG:n`, or empty.
    source
        The file's name, for messages.

    Returns
    -------
    placed
        n geometries, None where a row has none.

    Raises
    ------
    CRSError
        If the columns hold each other's coordinates, contradict the CRS that is stated, or do not
        tell theirs.
    """
    if not places.axes:
        return Placed(np.full(len(attributes), None, dtype=object), None, "")
    if places.axes[0].role == "wkt":
        return _from_wkt(attributes[places.axes[0].header], stated, source)
    first, second = _lines(attributes, places)
    east, north, notes = _oriented(first, second, source)
    if places.axes[0].role == "pair":
        _turn_labelled(east, north)
    sizes = _to_sizes(east, north)
    crs, told = choose_crs(sizes, stated, source=source)
    faults = [*first.faults, *second.faults, *_strays(east, north, sizes)]
    bad = {fault.position for fault in faults}
    good = np.array([position not in bad for position in range(len(attributes))], dtype=bool)
    geometry = np.full(len(attributes), None, dtype=object)
    geometry[good] = shapely.points(east.numbers[good], north.numbers[good])
    is_dms = sum(c.is_dms for c in [*east.read, *north.read] if c is not None)
    form: CoordinateForm = sizes.form
    if form != "projected" and is_dms * 2 > sum(c is not None for c in [*east.read, *north.read]):
        form = "dms"
    flags = _sexagesimal(east, north) if form == "degrees" else []
    return Placed(
        geometry,
        crs,
        form,
        tuple(sorted(faults, key=lambda fault: fault.position)),
        tuple(flags),
        (*notes, *told, *_notes(east, north, is_dms if form == "degrees" else 0, len(flags))),
    )


def _lines(attributes: pd.DataFrame, places: PlaceColumns) -> tuple[_Line, _Line]:
    """Read the two axes, each from its column, its columns of parts, or one half of a cell."""
    if places.axes[0].role == "pair":
        return _halves(places.axes[0].header, attributes[places.axes[0].header].tolist())
    east, north = (
        _line(
            axis.role, axis.header, [_joined(r) for r in attributes[list(axis.headers)].to_numpy()]
        )
        for axis in places.axes
    )
    return east, north


def _halves(header: str, cells: list[Value]) -> tuple[_Line, _Line]:
    """Read the two axes from the two halves of each cell; a cell that is no pair is one fault."""
    halves = [to_parted(cell) for cell in cells]
    lines = [
        _line(
            role,
            header,
            [h[n] if isinstance(h, tuple) and not isinstance(h, Text) else h for h in halves],
        )
        for n, role in enumerate(_HALVES)
    ]
    whole = {fault.position for fault in lines[0].faults}
    lines[1].faults = [fault for fault in lines[1].faults if fault.position not in whole]
    for line in lines:
        line.told = [_told(cell) for cell in cells]
        line.faults = [fault._replace(value=line.told[fault.position]) for fault in line.faults]
    return lines[0], lines[1]


def _joined(cells: NDArray[np.object_]) -> Value | Text:
    """Return a cell, or put the parts of one coordinate together."""
    return cells[0] if len(cells) == 1 else to_joined(list(cells))


def _line(role: Role, header: str, cells: list[Value | Text]) -> _Line:
    """Read one axis; what is missing or no coordinate is a fault."""
    line = _Line(role, header, [_told(cell) for cell in cells], [])
    for position, cell in enumerate(cells):
        read = cell if isinstance(cell, Text) else _MISSING if cell is None else to_coordinate(cell)
        if isinstance(read, Text):
            line.faults.append(Fault(position, header, line.told[position], read))
        line.read.append(None if isinstance(read, Text) else read)
    return line


def _told(cell: Value | Text) -> str:
    """Say a cell's value as a person would."""
    if isinstance(cell, Text):
        return ""
    return (cell.text if isinstance(cell, BadCell) else to_told(cell))[:_TOLD_CHARACTERS]


def _oriented(first: _Line, second: _Line, source: str) -> tuple[_Line, _Line, list[Text]]:
    """
    Tell which of two axes is east.

    Raises
    ------
    CRSError
        If headers and numbers contradict each other, or neither can tell.
    """
    sides = (SIDES.get(first.main, ""), SIDES.get(second.main, ""))
    is_stated = bool({first.role, second.role} & {"lon", "lat", "east", "north"})
    is_mixed = {first.main, second.main} & DEGREES and {first.main, second.main} & METRES
    if is_mixed or (sides[0] == sides[1] and not is_stated and (any(sides) or _any(first, second))):
        raise CRSError(_cannot_tell(first, second, source))
    if is_stated:
        # One alone may hold slips only: its rows are judged one by one.
        if sides == ("north", "east"):
            raise CRSError(_swapped(first, second, source))
        return first, second, []
    if not any(sides) or sides[0] == "east" or sides[1] == "north":
        east, north = first, second
    else:
        east, north = second, first
    told = [_to_told_sides(east, north)] if any(sides) and first.role != "first" else []
    return east, north, told


def _turn_labelled(east: _Line, north: _Line) -> None:
    """Put the halves of cells that say themselves which is which (`北纬… 东经…`) on their axes."""
    for position, (e, n) in enumerate(zip(east.read, north.read, strict=True)):
        if e is not None and n is not None and (e.axis, n.axis) == ("lat", "lon"):
            east.read[position], north.read[position] = n, e


def _any(*lines: _Line) -> bool:
    """Tell whether any row has a coordinate."""
    return any(c is not None for line in lines for c in line.read)


def _to_told_sides(east: _Line, north: _Line) -> Text:
    """Say which of X and Y was taken as east, and why."""
    return Text(
        f"按数值大小,“{east.header}”为东向({KIND_NAMES[east.main].zh}),"
        f"“{north.header}”为北向({KIND_NAMES[north.main].zh})",
        f"by the size of their numbers {east.header!r} is east ({KIND_NAMES[east.main].en}) and "
        f"{north.header!r} north ({KIND_NAMES[north.main].en})",
    )


def _swapped(first: _Line, second: _Line, source: str) -> Text:
    """Say that two columns hold each other's coordinates."""
    words = ("lat", "lon") if second.main == "lon" else ("x_north", "y_east")
    has, other = KIND_NAMES[first.main], KIND_NAMES[second.main]
    lines = f'"{first.header}" = "{words[0]}"', f'"{second.header}" = "{words[1]}"'
    return Text(
        f"文件 {source}:列“{first.header}”与“{second.header}”的值像是互换了"
        f"(“{first.header}”大多为{has.zh},“{second.header}”大多为{other.zh});请更正表头,"
        f"或在 tieling.toml 的 [layers.<图层>.columns] 写明 {lines[0]}、{lines[1]}",
        f"file {source}: columns {first.header!r} and {second.header!r} seem to be swapped (most "
        f"values of the first are {has.en}, of the second {other.en}); correct the headers, or "
        f"state in [layers.<layer>.columns] of tieling.toml {lines[0]} and {lines[1]}",
    )


def _cannot_tell(first: _Line, second: _Line, source: str) -> Text:
    """Say that numbers do not tell which column is which."""
    has, other = KIND_NAMES[first.main], KIND_NAMES[second.main]
    line = f'"{first.header}" = "lon"'
    return Text(
        f"文件 {source}:无法判断“{first.header}”与“{second.header}”哪一列是经度(或横坐标)、"
        f"哪一列是纬度(或纵坐标)(大多为{has.zh}与{other.zh});请核对数值,"
        f"或在 tieling.toml 的 [layers.<图层>.columns] 写明,如 {line}",
        f"file {source}: the numbers do not tell which of {first.header!r} and {second.header!r} "
        f"is east and which north (most are {has.en} and {other.en}); check them, or say it in "
        f"[layers.<layer>.columns] of tieling.toml, such as {line}",
    )


def _to_sizes(east: _Line, north: _Line) -> Sizes:
    """Tell what most numbers are, and in which zone."""
    main = east.main
    zones = Counter(
        to_zone(c.number)
        for c, kind in zip(east.read, east.kinds, strict=True)
        if c is not None and kind == main and kind in {"prefixed", "web"}
    )
    return Sizes(main, north.main, zones.most_common(1)[0][0] if zones else 0)


def _strays(east: _Line, north: _Line, sizes: Sizes) -> list[Fault]:
    """List the rows that hold something else than most rows do."""
    faults = []
    pairs = zip(east.read, north.read, east.kinds, north.kinds, strict=True)
    for position, (e, n, *kinds) in enumerate(pairs):
        if e is None or n is None:
            continue
        found = to_stray((e.number, n.number), (kinds[0], kinds[1]), sizes)
        if found is not None:
            is_east, why = found
            line = east if is_east else north
            faults.append(Fault(position, line.header, line.told[position], why))
    return faults


def _sexagesimal(east: _Line, north: _Line) -> list[Fault]:
    """Flag decimal degrees that may be degrees, minutes and seconds written as 123.5024."""
    rows = [
        (position, np.format_float_positional(c.number, trim="-").partition(".")[2])
        for line in (east, north)
        for position, c in enumerate(line.read)
        if c is not None and not c.is_dms
    ]
    long = sum(len(digits) >= _DMS_DIGITS for _, digits in rows)
    parts = [int(digits.ljust(_DMS_DIGITS, "0")[n : n + 2]) for _, digits in rows for n in (0, 2)]
    if long < _DMS_VALUES or long * 4 < len(rows) * 3 or max(parts) >= _SIXTY:
        return []
    why = Text(
        "小数第 1—2 位与第 3—4 位处处小于 60,可能是度分秒写成的 123.5024(123°50′24″),请核对",
        "in every value the first and the second two decimals are below 60: these may be degrees, "
        "minutes and seconds written as 123.5024 (123°50′24″); check them",
    )
    return [
        Fault(position, east.header, east.told[position], why)
        for position in sorted({position for position, _ in rows})
    ]


def _notes(east: _Line, north: _Line, dms: int, suspected: int) -> list[Text]:
    """Say what was mended, mixed or suspected."""
    notes = []
    mended = sum(c.is_mended for c in [*east.read, *north.read] if c is not None)
    if mended:
        notes.append(
            Text(
                f"{mended} 个坐标以逗号或“。”作小数点,已按小数点读",
                f"{mended} coordinates have a comma or 。 as decimal mark; read as a point",
            )
        )
    if dms:
        notes.append(
            Text(
                f"坐标大多为十进制度,{dms} 个为度分秒,均已读",
                f"most coordinates are decimal degrees, {dms} have minutes; all are read",
            )
        )
    if suspected:
        notes.append(
            Text(
                "经纬度的小数部分处处像“分秒”(如 123.5024 表示 123°50′24″),请核对;未作改动",
                "the decimals of all coordinates look like minutes and seconds (123.5024 for "
                "123°50′24″): check them; nothing was changed",
            )
        )
    return notes


def _from_wkt(column: pd.Series, stated: str, source: str) -> Placed:
    """
    Build shapes from WKT; what is no WKT is a fault of its row.

    Raises
    ------
    CRSError
        If the axes are swapped, or the CRS is not stated and cannot be told.
    """
    header, cells = str(column.name), column.tolist()
    encoded = np.full(len(cells), None, dtype=object)
    encoded[:] = [cell if isinstance(cell, str) else None for cell in cells]
    geometry = to_shapes(shapely.from_wkt, encoded)
    faults = [
        Fault(
            n,
            header,
            _told(cells[n]),
            cells[n].reason if isinstance(cells[n], BadCell) else _NO_WKT,
        )
        for n in np.flatnonzero(shapely.is_missing(geometry)).tolist()
    ]
    points, index = shapely.get_coordinates(geometry, return_index=True)
    firsts = points[np.unique(index, return_index=True)[1]]
    lines = [
        _Line(role, header, [""] * len(firsts), [Coordinate(float(v)) for v in firsts[:, n]])
        for n, role in enumerate(_HALVES)
    ]
    if SIDES.get(lines[0].main) == "north" and SIDES.get(lines[1].main) == "east":
        raise CRSError(
            Text(
                f"文件 {source} / 列“{header}”:WKT 的坐标顺序颠倒,"
                "应为先经度(或横坐标)后纬度(或纵坐标);请更正后再用",
                f"file {source}, column {header!r}: the axes of the WKT are swapped; it must have "
                "longitude or easting first; correct it",
            )
        )
    crs, notes = choose_crs(_to_sizes(*lines), stated, source=source)
    return Placed(geometry, crs, "wkt", tuple(faults), notes=notes)
