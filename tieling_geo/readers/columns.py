"""Find a schema's columns under the headers that a file uses, and bring their values to type."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tieling_geo.errors import LayerSchemaError
from tieling_geo.schemas import ColumnCard
from tieling_geo.text import Text

_TRUE = frozenset({"是", "有", "true", "yes", "y", "t", "1", "1.0"})
_FALSE = frozenset({"否", "无", "false", "no", "n", "f", "0", "0.0"})
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_CHINESE_DAY = re.compile(r"^(\d{4})[年./](\d{1,2})[月./](\d{1,2})日?$")


def to_plain(header: object) -> str:
    """
    Bring a header to the form in which headers are compared.

    Full-width characters become half-width, bracketed units and white space go, case is folded.

    Examples
    --------
    >>> to_plain("额定蒸发量（蒸吨/小时） ")
    '额定蒸发量'
    """
    text = unicodedata.normalize("NFKC", str(header))
    return re.sub(r"[\s_]+", "", _BRACKETS.sub("", text)).casefold()


def to_mapping(
    headers: list[str], columns: tuple[ColumnCard, ...], given: Mapping[str, str], *, source: str
) -> dict[str, str]:
    """
    Tell which header of a file carries which column of the schema.

    What the card states comes first, then the exact column name, then an exact title or alias,
    then the same without regard to width, case, spaces and bracketed units.

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
        If two headers claim one column, the card names what does not exist, or a column that must
        be there is not.
    """
    _check_given(headers, columns, given, source)
    taken = set(given)
    mapping = {column: header for header, column in given.items()}
    for column in columns:
        if column.name in mapping:
            continue
        found = _claims([h for h in headers if h not in taken], column)
        if len(found) > 1:
            raise LayerSchemaError(
                Text(
                    f"文件 {source}:列 {found} 都像“{column.title.zh}”;"
                    f'请在 card.toml 的 [columns] 写明,如 "{found[0]}" = "{column.name}"',
                    f"file {source}: headers {found} all claim column {column.name}; say which in "
                    f'[columns] of card.toml, such as "{found[0]}" = "{column.name}"',
                )
            )
        if found:
            mapping[column.name] = found[0]
            taken.add(found[0])
    missing = [c for c in columns if not c.nullable and c.name not in mapping]
    if missing:
        raise LayerSchemaError(
            Text(
                f"文件 {source}:缺少必填列 {[c.title.zh for c in missing]};文件中的列:{headers}",
                f"file {source}: no column for {[c.name for c in missing]}; it has: {headers}",
            )
        )
    return mapping


def _check_given(
    headers: list[str], columns: tuple[ColumnCard, ...], given: Mapping[str, str], source: str
) -> None:
    """
    Refuse a card's mapping that names a header or a column that is not there.

    Raises
    ------
    LayerSchemaError
        With the headers and columns that there are.
    """
    names = [c.name for c in columns]
    wrong = [f"{h} = {c}" for h, c in given.items() if h not in headers or c not in names]
    if wrong or len(set(given.values())) < len(given):
        raise LayerSchemaError(
            Text(
                f"文件 {source}:card.toml 的 [columns] 有误 {wrong};表头 {headers};列 {names}",
                f"file {source}: [columns] of card.toml is wrong: {wrong}; headers {headers}; "
                f"columns {names}",
            )
        )


def _claims(headers: list[str], column: ColumnCard) -> list[str]:
    """List the headers that fit a column, of the best grade of fit only."""
    exact = {column.title.zh, column.title.en, column.header_zh, *column.aliases}
    plain = {to_plain(word) for word in (column.name, *exact)}
    grades = (
        [h for h in headers if h == column.name],
        [h for h in headers if h in exact],
        [h for h in headers if to_plain(h) in plain],
    )
    return next((grade for grade in grades if grade), [])


#: Pandera's names of checks, and what they ask of a value.
_ASKED = {
    "not_nullable": Text("不能为空", "must not be blank"),
    "greater_than": Text("应大于 {n}(不含)", "must be more than {n}"),
    "greater_than_or_equal_to": Text("应不小于 {n}", "must be {n} or more"),
    "less_than": Text("应小于 {n}(不含)", "must be less than {n}"),
    "less_than_or_equal_to": Text("应不大于 {n}", "must be {n} or less"),
    "str_matches": Text("格式应为 {n}", "must look like {n}"),
    "str_length": Text("长度不符({n})", "has the wrong length ({n})"),
    "isin": Text("应为 {n} 之一", "must be one of {n}"),
}


def to_reason(check: str) -> Text:
    """
    Say in words what a check of the schema asks.

    Examples
    --------
    >>> to_reason("greater_than(0)").en
    'must be more than 0'
    """
    name, _, bound = check.partition("(")
    asked = _ASKED.get(name, Text(f"不符合规定 {check}", f"breaks the rule {check}"))
    return asked.filled(n=bound.removesuffix(")"))


@dataclass(frozen=True, slots=True)
class Typed:
    """A column brought to its type, and the values that could not be."""

    column: pd.Series
    failed: pd.Series
    """Booleans: the value is there but is not of the column's type."""
    reason: Text


def to_typed(raw: pd.Series, column: ColumnCard) -> Typed:
    """
    Bring a column's values to the schema's type; what does not fit is flagged, never dropped.

    Parameters
    ----------
    raw
        n values as the file has them: text, numbers, dates, booleans, or missing.
    column
        What the schema says of the column.

    Returns
    -------
    typed
        n values in `column.dtype`; flagged ones are missing there.
    """
    if column.kind == "date":
        return _to_dates(raw)
    text = _to_text(raw)
    if column.kind == "number":
        return _to_numbers(text, column)
    if column.kind == "integer":
        return _to_integers(text, column)
    if column.kind == "boolean":
        return _to_booleans(text)
    if column.values:  # noqa: PD011 - a field of ColumnCard
        return _to_allowed(text, column)
    return Typed(text, pd.Series(data=False, index=raw.index), Text("", ""))


def _to_text(raw: pd.Series) -> pd.Series:
    """Give each value as stripped text; whole numbers without a decimal point, blanks missing."""
    if pd.api.types.is_float_dtype(raw.dtype):
        whole = raw.notna() & np.isfinite(raw) & (raw == raw.round())
        text = raw.astype("str").astype("object")
        text[whole] = raw[whole].astype("int64").astype("str")
        text = text.mask(raw.isna())
    else:
        text = raw.astype("object").map(str, na_action="ignore")
    stripped = text.astype("str").str.strip()
    return stripped.mask(stripped == "")


def _to_numbers(text: pd.Series, column: ColumnCard) -> Typed:
    """Read plain decimal numbers, full-width digits included; NaN and infinity are no numbers."""
    plain = text.str.normalize("NFKC")
    numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
    numbers = numbers.where(np.isfinite(numbers))
    unit = column.header_zh
    reason = Text(f"不是数字(列“{unit}”)", f"not a number (column {column.name})")
    return Typed(numbers, text.notna() & numbers.isna(), reason)


def _to_integers(text: pd.Series, column: ColumnCard) -> Typed:
    """Read whole numbers."""
    numbers = _to_numbers(text, column).column
    whole = numbers.where(numbers == numbers.round())
    reason = Text(f"不是整数(列“{column.title.zh}”)", f"not a whole number ({column.name})")
    return Typed(whole.astype("Int64"), text.notna() & whole.isna(), reason)


def _to_booleans(text: pd.Series) -> Typed:
    """Read yes and no in the spellings that ledgers use."""
    word = text.str.normalize("NFKC").str.casefold()
    values = pd.Series(pd.NA, index=text.index, dtype="boolean")
    values = values.mask(word.isin(_TRUE), other=True).mask(word.isin(_FALSE), other=False)
    reason = Text("应为“是”或“否”", "should be yes or no")
    return Typed(values, text.notna() & values.isna(), reason)


def _to_dates(raw: pd.Series) -> Typed:
    """Read days: real dates, and text as 2023-12-31, 2023/12/31, 2023.12.31 or 2023年12月31日."""
    if pd.api.types.is_datetime64_any_dtype(raw.dtype):
        naive = raw.dt.tz_localize(None) if raw.dt.tz is not None else raw
        return Typed(
            naive.astype("datetime64[ns]"), pd.Series(data=False, index=raw.index), Text("", "")
        )
    text = _to_text(raw).str.normalize("NFKC").str.replace(_CHINESE_DAY, r"\1-\2-\3", regex=True)
    iso = text.str.replace(r"[T ]00:00:00.*$", "", regex=True)
    days = pd.to_datetime(iso, format="%Y-%m-%d", errors="coerce").astype("datetime64[ns]")
    reason = Text("不是日期,应如 2023-12-31", "not a day such as 2023-12-31")
    return Typed(days, text.notna() & days.isna(), reason)


def _to_allowed(text: pd.Series, column: ColumnCard) -> Typed:
    """Read an allowed value by its code, by either title, or by a known other spelling."""
    known = column.values  # noqa: PD011 - a field of ColumnCard
    codes = {to_plain(code): code for code in known}
    for code, title in known.items():
        codes |= {to_plain(title.zh): code, to_plain(title.en): code}
    codes |= {to_plain(alias): code for alias, code in column.value_aliases.items()}
    values = text.map(to_plain, na_action="ignore").map(codes).astype("str")
    allowed = "、".join(title.zh for title in known.values())
    reason = Text(f"不在允许值内:{allowed}", f"not one of: {', '.join(known)}")
    return Typed(values, text.notna() & values.isna(), reason)
