"""Find a schema's columns under the headers that a file uses."""

import re
import unicodedata
from collections.abc import Mapping

from tieling_geo.errors import LayerSchemaError
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import Text
from tieling_geo.units import UNITS, to_unit

_BRACKETS = re.compile(r"[(\[【〔](.*?)[)\]】〕]")
# White space, underscores, and the marks that some programs put before the first header.
_IGNORED = re.compile("[\\s_\u200b\ufeff]+")
# What a message shows of the headers of a file, which may be anything.
_SHOWN_HEADERS, _SHOWN_CHARACTERS = 30, 40


def to_folded(text: object) -> str:
    """
    Bring a word to the form in which words are compared: half-width, no spaces, case folded.

    Examples
    --------
    >>> to_folded(" Ⅳ类　")
    'iv类'
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", str(text))).casefold()


def to_plain(header: object) -> str:
    """
    Bring a header to the form in which headers are compared: folded, without its brackets.

    Examples
    --------
    >>> to_plain("额定蒸发量（蒸吨/小时） ")
    '额定蒸发量'
    """
    return to_folded(_BRACKETS.sub("", unicodedata.normalize("NFKC", str(header))))


def to_bracketed(header: object) -> str:
    """
    Return what stands in a header's last brackets; empty where there are none.

    Examples
    --------
    >>> to_bracketed("额定热功率（兆瓦）")
    '兆瓦'
    """
    found = _BRACKETS.findall(unicodedata.normalize("NFKC", str(header)))
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


def to_mapping(
    headers: list[str], columns: tuple[ColumnCard, ...], given: Mapping[str, str], *, source: str
) -> dict[str, str]:
    """
    Tell which header of a file carries which column of the schema.

    What the card states comes first, then the exact column name, then an exact title or alias,
    then the same without regard to width, case, spaces and brackets. A unit in brackets must be
    the column's: nothing is converted.

    Parameters
    ----------
    headers
        The file's headers.
    columns
        The schema's columns.
    given
        Header -> column, from the card.
    source
        The file's name, for messages.

    Returns
    -------
    mapping
        Column name -> header, for the columns that the file has.

    Raises
    ------
    LayerSchemaError
        If two headers are the same or claim one column, a header states another unit, the card
        names what does not exist, or a column that must be there is not.
    """
    _check_given(headers, columns, given, source)
    mapping = {column: header for header, column in given.items()}
    for column in columns:
        if column.name not in mapping:
            found = _claims([h for h in headers if h not in given], column)
            _check_claims(found, headers, column, source)
            if found:
                mapping[column.name] = found[0]
    missing = [c for c in columns if not c.nullable and c.name not in mapping]
    if missing:
        listed = to_listed(headers)
        raise LayerSchemaError(
            Text(
                f"文件 {source}:缺少必填列 {[c.title.zh for c in missing]};文件中的列:{listed};"
                "请补上,或在 card.toml 的 [columns] 写明对应关系",
                f"file {source}: no column for {[c.name for c in missing]}; it has: {listed}; "
                "add it, or say which it is in [columns] of card.toml",
            )
        )
    return mapping


def _check_given(
    headers: list[str], columns: tuple[ColumnCard, ...], given: Mapping[str, str], source: str
) -> None:
    """
    Refuse double headers, and a card's mapping that names what is not there.

    Raises
    ------
    LayerSchemaError
        With the headers and columns that there are.
    """
    double = sorted({h for h in headers if headers.count(h) > 1})
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
        if header not in headers or name not in by_name or _contradicts(header, by_name[name])
    ]
    if wrong or len(set(given.values())) < len(given):
        told = wrong or [f"{header} = {name}" for header, name in given.items()]
        listed, names = to_listed(headers), to_listed(list(by_name))
        raise LayerSchemaError(
            Text(
                f"文件 {source}:card.toml 的 [columns] 有误 {told};"
                f"表头:{listed};列:{names};单位不作换算",
                f"file {source}: [columns] of card.toml is wrong: {told}; headers: {listed}; "
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
                f'请在 card.toml 的 [columns] 写明,如 "{found[0]}" = "{column.name}"',
                f"file {source}: headers {found} all claim column {column.name}; say which in "
                f'[columns] of card.toml, such as "{found[0]}" = "{column.name}"',
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
    return to_unit(stated) == _needed(column) if stated else not to_bracketed(word)


def _contradicts(header: str, column: ColumnCard) -> bool:
    """Tell whether a header states a known unit that is not the column's."""
    return _is_numeric(column) and to_unit(to_bracketed(header)) not in {None, _needed(column)}


def _in_other_units(headers: list[str], column: ColumnCard) -> list[str]:
    """List the headers that name a column of numbers, but in another or an unknown unit."""
    plain = {to_plain(word) for word in _words(column) if not to_bracketed(word)}
    return [
        h
        for h in headers
        if _is_numeric(column)
        and to_plain(h) in plain
        and to_bracketed(h)
        and to_unit(to_bracketed(h)) != _needed(column)
    ]
