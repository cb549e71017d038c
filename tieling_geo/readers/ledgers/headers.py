"""Find a schema's columns under the headers that a file uses."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tieling_geo.errors import LayerSchemaError
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import NOTHING, Text
from tieling_geo.units import UNITS, to_unit_of

_BRACKETS = re.compile(r"[(\[【〔](.*?)[)\]】〕]")
# White space, underscores, and the marks that some programs put before the first header.
_IGNORED = re.compile("[\\s_\u200b\ufeff]+")
# A table has few words, and each is compared with many.
_REMEMBERED = 1 << 16
# What a message shows of the headers of a file, which may be anything.
_SHOWN_HEADERS, _SHOWN_CHARACTERS = 30, 40
# What `to_marked` puts behind headers that are the same.
_MARK = re.compile(r"〔(?:[A-Z]+|第[0-9]+)列〕$")
# A header that is a year, of a table with a column a year; so many make such a table (closed).
_YEAR, _LEAST_YEARS = re.compile(r"(?:19|20)[0-9]{2}(?:年度?)?(?:实际值?|数据?|完成值?)?"), 2
# How alike a header must be to be named in a message as what may be meant; never to be taken.
_ALIKE = 0.6

#: Words that a mapping can give a header of a table in place of a column: what the coordinates are.
COORDINATE_WORDS = ("lon", "lat", "x_north", "y_east", "wkt")
#: Headers of running numbers, which are no business keys.
SEQUENCE_HEADERS = ("序号", "序", "行号", "no", "no.", "seq")
#: Where a person can say which header is which column.
_REMEDY = Text(
    "tieling.toml 的 [layers.<图层>.columns] 或 card.toml 的 [columns]",
    "[layers.<layer>.columns] of tieling.toml or [columns] of card.toml",
)


@lru_cache(_REMEMBERED, typed=True)
def to_folded(text: object) -> str:
    """
    Bring a word to the form in which words are compared: half-width, no spaces, case folded.

    Examples
    --------
    >>> to_folded(" Ⅳ类　")
    'iv类'
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", str(text))).casefold()


def to_marked(header: str, position: int, letters: str = "") -> str:
    """
    Tell a header from others that are the same, by its column.

    Parameters
    ----------
    header
        The header.
    position
        Of its column, from 0.
    letters
        Of its column in the spreadsheet; empty where there are none.

    Examples
    --------
    >>> to_marked("编号", 2, "C"), to_marked("编号", 2), to_plain(to_marked("编号", 2))
    ('编号〔C列〕', '编号〔第3列〕', '编号')
    """
    return f"{header}〔{letters or f'第{position + 1}'}列〕"


@lru_cache(_REMEMBERED, typed=True)
def to_plain(header: object) -> str:
    """
    Bring a header to the form in which headers are compared: folded, without its brackets.

    Examples
    --------
    >>> to_plain("额定蒸发量（蒸吨/小时） ")
    '额定蒸发量'
    """
    unmarked = _MARK.sub("", str(header))
    return to_folded(_BRACKETS.sub("", unicodedata.normalize("NFKC", unmarked)))


@lru_cache(_REMEMBERED, typed=True)
def to_bracketed(header: object) -> str:
    """
    Return what stands in a header's last brackets; empty where there are none.

    Examples
    --------
    >>> to_bracketed("额定热功率（兆瓦）")
    '兆瓦'
    """
    found = _BRACKETS.findall(unicodedata.normalize("NFKC", _MARK.sub("", str(header))))
    return str(found[-1]).strip() if found else ""


def to_listed(headers: list[str]) -> str:
    """
    List headers for a message: the first few, each cut to a sensible length.

    Examples
    --------
    >>> to_listed(["编号", "x" * 99])
    '编号、xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'
    """
    shown = [
        h if len(h) <= _SHOWN_CHARACTERS else h[: _SHOWN_CHARACTERS - 1] + "…" for h in headers
    ]
    return "、".join(shown[:_SHOWN_HEADERS]) + ("…" if len(headers) > _SHOWN_HEADERS else "")


def to_given(card: Mapping[str, str], options: Mapping[str, str]) -> dict[str, str]:
    """
    Put what the card and the workspace say of headers together; the workspace goes first.

    Parameters
    ----------
    card
        Header -> column, from `card.toml`.
    options
        Header -> column, from `tieling.toml`.

    Examples
    --------
    >>> to_given({"热源": "fuel", "代号": "boiler_id"}, {"燃料": "fuel"})
    {'代号': 'boiler_id', '燃料': 'fuel'}
    """
    taken = set(options.values())
    kept = {h: c for h, c in card.items() if h not in options and c not in taken}
    return {**kept, **options}


def to_found(headers: list[str], given: Mapping[str, str]) -> dict[str, str]:
    """
    Write a given mapping with the headers as the file has them.

    A header that is not there as it stands is looked for without regard to width, case, spaces and
    line breaks; where none or several are found it stays as it is given.

    Examples
    --------
    >>> to_found(["使用 单位"], {"使用单位": "name"})
    {'使用 单位': 'name'}
    """
    found = {}
    for header, column in given.items():
        alike = [h for h in headers if to_folded(h) == to_folded(header)]
        found[alike[0] if header not in headers and len(alike) == 1 else header] = column
    return found


def to_mapping(
    headers: list[str], columns: tuple[ColumnCard, ...], given: Mapping[str, str], *, source: str
) -> dict[str, str]:
    """
    Tell which header of a file carries which column of the schema.

    What is given comes first, then the exact column name, then an exact title or alias, then the
    same without regard to width, case, spaces and brackets. A unit in brackets must be the
    column's: nothing is converted. A header that only resembles a title is named in the message,
    never taken.

    Parameters
    ----------
    headers
        The file's headers.
    columns
        The schema's columns.
    given
        Header -> column or one of `COORDINATE_WORDS`, from the workspace and the card (see
        `to_given`).
    source
        The file's name, for messages.

    Returns
    -------
    mapping
        Column name -> header, for the columns that the file has.

    Raises
    ------
    LayerSchemaError
        If two headers are the same or claim one column, a header states another unit, what is
        given names what does not exist, or a column that must be there is not.
    """
    given = to_found(headers, given)
    _check_given(headers, columns, given, source)
    mapping = {c: header for header, c in given.items() if c not in COORDINATE_WORDS}
    for column in columns:
        if column.name not in mapping:
            found = _claims([h for h in headers if h not in given], column)
            _check_claims(found, headers, column, source)
            if found:
                mapping[column.name] = found[0]
    missing = [c for c in columns if not c.nullable and c.name not in mapping]
    if missing:
        listed, hint = to_listed(headers), _hint(headers, missing, mapping)
        raise LayerSchemaError(
            Text(
                f"文件 {source}:缺少必填列 {[c.title.zh for c in missing]};文件中的列:{listed};"
                f"{hint.zh}请补上,或在 {_REMEDY.zh} 写明对应关系",
                f"file {source}: no column for {[c.name for c in missing]}; it has: {listed}; "
                f"{hint.en}add it, or say which it is in {_REMEDY.en}",
            )
        )
    return mapping


def to_wide_hint(headers: Iterable[str], missing: Iterable[ColumnCard]) -> Text:
    """
    Say what to do with a table that has a column a year, where the layer has a row a year.

    Parameters
    ----------
    headers
        Words of the table's header.
    missing
        Columns of the schema that it may lack.

    Returns
    -------
    hint
        Empty if no column of years is missing, or fewer than two headers are years.

    Examples
    --------
    >>> from tieling_geo.schemas import LAYERS
    >>> to_wide_hint(["指标", "2020年", "2021年"], LAYERS["indicators"].columns()).en[:47]
    'a row holds one year: instead of a column a yea'
    """
    years = sorted({h for h in headers if _YEAR.fullmatch(to_folded(h))})
    titles = [c.title for c in missing if c.unit == "year" and not c.nullable]
    if len(years) < _LEAST_YEARS or not titles:
        return NOTHING
    listed = to_listed(years)
    return Text(
        f"一行只写一个年份的数:请把以年份作列({listed})的表改为每个年份一行,年份写在“{titles[0].zh}”列;",
        f"a row holds one year: instead of a column a year ({listed}) write a row a year, with the "
        f"year in column {titles[0].en}; ",
    )


def _hint(headers: list[str], missing: list[ColumnCard], mapping: Mapping[str, str]) -> Text:
    """Name the header that may be meant by a missing column; it is never taken for it."""
    wide = to_wide_hint(headers, missing)
    if any(wide):
        return wide
    free = {to_plain(h): h for h in headers if h not in mapping.values()}
    for column in missing:
        for word in _words(column):
            alike = difflib.get_close_matches(to_plain(word), free, n=1, cutoff=_ALIKE)
            if alike:
                line = f'"{free[alike[0]]}" = "{column.name}"'
                return Text(f"若其中有同义的列,可写 {line};", f"if that is meant, write {line}; ")
    running = [h for plain, h in free.items() if plain in SEQUENCE_HEADERS]
    if running:
        line = f'"{running[0]}" = "{missing[0].name}"'
        return Text(
            f"“{running[0]}”只是行次,不作编号,若确为编号可写 {line};",
            f"{running[0]!r} is a running number and no key; if it is the key, write {line}; ",
        )
    return NOTHING


def _check_given(
    headers: list[str], columns: tuple[ColumnCard, ...], given: Mapping[str, str], source: str
) -> None:
    """
    Refuse double headers, and a given mapping that names what is not there.

    Raises
    ------
    LayerSchemaError
        With the headers and columns that there are.
    """
    double = sorted(header for header, count in Counter(headers).items() if count > 1)
    if double:
        raise LayerSchemaError(
            Text(
                f"文件 {source}:表头重复 {double},请改名",
                f"file {source}: double headers {double}; rename them",
            )
        )
    by_name = {c.name: c for c in columns}
    wrong = [
        f"{header} = {name}"
        for header, name in given.items()
        if header not in headers
        or (
            name not in COORDINATE_WORDS
            and (name not in by_name or _contradicts(header, by_name[name]))
        )
    ]
    if wrong or len(set(given.values())) < len(given):
        told = wrong or [f"{header} = {name}" for header, name in given.items()]
        listed, names = to_listed(headers), to_listed([*by_name, *COORDINATE_WORDS])
        raise LayerSchemaError(
            Text(
                f"文件 {source}:{_REMEDY.zh} 有误 {told};表头:{listed};列:{names};单位不作换算",
                f"file {source}: {_REMEDY.en} is wrong: {told}; headers: {listed}; "
                f"columns: {names}; units are not converted",
            )
        )


def _check_claims(found: list[str], headers: list[str], column: ColumnCard, source: str) -> None:
    """
    Refuse a column that several headers claim, or only one in another unit.

    Raises
    ------
    LayerSchemaError
        With what to write in the card, or which unit is needed.
    """
    if len(found) > 1:
        raise LayerSchemaError(
            Text(
                f"文件 {source}:列 {found} 都像“{column.title.zh}”;"
                f'请在 {_REMEDY.zh} 写明,如 "{found[0]}" = "{column.name}"',
                f"file {source}: headers {found} all claim column {column.name}; say which in "
                f'{_REMEDY.en}, such as "{found[0]}" = "{column.name}"',
            )
        )
    strays = [] if found else _in_other_units(headers, column)
    if strays:
        unit = UNITS[_needed(column)]
        raise LayerSchemaError(
            Text(
                f"文件 {source}:列 {strays} 的单位不是“{column.title.zh}”所需的 {unit.zh},"
                "不作自动换算;请换算后改表头",
                f"file {source}: header {strays} is not in the unit of column {column.name}, "
                f"{unit.en}; nothing is converted: convert it and rename the header",
            )
        )


def _claims(headers: list[str], column: ColumnCard) -> list[str]:
    """List the headers that fit a column, of the best grade of fit only."""
    words = _words(column)
    grades = (
        [h for h in headers if h == column.name],
        [h for h in headers if h in {*words, column.header_zh}],
        [h for h in headers if any(_fits(h, word, column) for word in words)],
    )
    return next((grade for grade in grades if grade), [])


def _words(column: ColumnCard) -> tuple[str, ...]:
    """List the words that a column is known by."""
    return (column.name, *column.title, *column.aliases)


def _needed(column: ColumnCard) -> str:
    """Name the unit that a column's numbers are in; bare numbers are counts."""
    return column.unit or "count"


def _stated_unit(header: str, column: ColumnCard) -> str | None:
    """Find the unit that a header states in brackets."""
    return to_unit_of(to_bracketed(header), _needed(column))


def _is_numeric(column: ColumnCard) -> bool:
    """Tell whether brackets in a column's header state a unit; elsewhere they are remarks."""
    return column.kind in {"number", "integer"}


def _fits(header: str, word: str, column: ColumnCard) -> bool:
    """Tell whether a header is a word for a column; an alias with a unit asks for that unit."""
    if to_plain(header) != to_plain(word):
        return False
    stated = to_bracketed(header)
    if not _is_numeric(column):
        return True
    return (
        to_unit_of(stated, _needed(column)) == _needed(column) if stated else not to_bracketed(word)
    )


def _contradicts(header: str, column: ColumnCard) -> bool:
    """Tell whether a header states a known unit that is not the column's."""
    return _is_numeric(column) and _stated_unit(header, column) not in {None, _needed(column)}


def _in_other_units(headers: list[str], column: ColumnCard) -> list[str]:
    """List the headers that name a column of numbers, but in another or an unknown unit."""
    plain = {to_plain(word) for word in _words(column) if not to_bracketed(word)}
    return [
        h
        for h in headers
        if _is_numeric(column)
        and to_plain(h) in plain
        and to_bracketed(h)
        and _stated_unit(h, column) != _needed(column)
    ]
