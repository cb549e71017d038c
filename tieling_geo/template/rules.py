"""What each column of a template takes: bounds, an example, drop-down lists and checks."""

import math
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from openpyxl.worksheet.datavalidation import DataValidation

from tieling_geo.crs import CHINA_BOUNDS
from tieling_geo.readers.ledgers.tables import EXAMPLE_KEY
from tieling_geo.reports.cells import MAX_ROWS, CellValue, to_cut
from tieling_geo.schemas import ColumnCard, LayerSchema
from tieling_geo.text import NOTHING, Text
from tieling_geo.units import UNITS

#: First row below the header; rows from here on are checked while they are filled in.
FIRST_ROW = 2
#: Days that a template takes (closed). `2023.6` typed as a number would be a day in July 1905:
#: the first day is later than any year and month written so.
DAYS = (date(1910, 1, 1), date(2199, 12, 31))
#: Words that stand for yes and no.
YES_NO = ("是", "否")
_DAY_ZERO = date(1899, 12, 30)
# Excel refuses a file whose prompts are longer.
_LONGEST_PROMPT, _LONGEST_TITLE = 255, 32

# Plausible numbers by unit; what a unit does not name is 10.
_NUMBERS = MappingProxyType({
    "year": 2020,
    "mw": 7,
    "mm": 500,
    "km_per_h": 60,
    "t_per_year": 50_000,
    "": 3,
})
_NUMBER_KINDS = frozenset({"number", "integer"})
_FORMS = MappingProxyType({
    "text": Text("文字", "text"),
    "number": Text("数字", "number"),
    "integer": Text("整数", "whole number"),
    "boolean": Text("从下拉列表选“是”或“否”", "是 (yes) or 否 (no)"),
    "date": Text("日期,如 2023-12-31", "day, such as 2023-12-31"),
})
_KEY_FORM = Text("文字,不可重复,前导 0 保留", "text, each only once, leading zeros kept")
# What the patterns of schemas mean.
_PATTERNS = MappingProxyType({r"^\d{6}$": Text("六位数字", "six digits")})


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which numbers a column's values lie."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    """The lower bound itself is not allowed."""
    below: bool = False
    """The upper bound itself is not allowed."""

    @property
    def told(self) -> Text:
        """
        The bounds in words; empty where there are none.

        Examples
        --------
        >>> Bounds(0, 5000, above=True).told.zh
        '大于 0、不大于 5000'
        """
        zh, en = [], []
        if math.isfinite(self.low):
            zh.append(f"{'大于' if self.above else '不小于'} {self.low:.15g}")
            en.append(f"{'more than' if self.above else 'at least'} {self.low:.15g}")
        if math.isfinite(self.high):
            zh.append(f"{'小于' if self.below else '不大于'} {self.high:.15g}")
            en.append(f"{'less than' if self.below else 'at most'} {self.high:.15g}")
        return Text("、".join(zh), ", ".join(en))


def to_bounds(schema: type[LayerSchema], column: ColumnCard) -> Bounds:
    """
    Read the bounds of a column of numbers from its schema.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> capacity = next(c for c in Boilers.columns() if c.name == "capacity_mw")
    >>> to_bounds(Boilers, capacity)
    Bounds(low=0, high=3500, above=True, below=False)
    """
    stated = {
        check.name: check.statistics or {}
        for check in schema.to_schema().columns[column.name].checks
    }
    low = stated.get("greater_than") or stated.get("greater_than_or_equal_to") or {}
    high = stated.get("less_than") or stated.get("less_than_or_equal_to") or {}
    return Bounds(
        low.get("min_value", -math.inf),
        high.get("max_value", math.inf),
        above="greater_than" in stated,
        below="less_than" in stated,
    )


def to_form(schema: type[LayerSchema], column: ColumnCard) -> Text:
    """
    Say what a column's cells take.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> to_form(Boilers, Boilers.columns()[4]).zh
    '数字,单位 蒸吨/小时,大于 0、不大于 5000'
    """
    allowed = column.values
    if allowed:
        return Text(
            f"从下拉列表选一项:{'、'.join(t.zh for t in allowed.values())}{_blank(column).zh}",
            f"one of: {', '.join(f'{t.zh} ({t.en})' for t in allowed.values())}{_blank(column).en}",
        )
    parts = [_KEY_FORM if column.name == schema.card().key else _FORMS[column.kind]]
    if column.kind in _NUMBER_KINDS:
        unit = UNITS[column.unit] if column.unit else Text("", "")
        parts += [Text(f"单位 {unit.zh}", f"in {unit.en}")] if column.unit else []
        parts += _beside(schema, column)
        parts.append(to_bounds(schema, column).told)
    parts += _patterns(schema, column)
    told = [part for part in parts if part.zh]
    return Text(",".join(part.zh for part in told), ", ".join(part.en for part in told))


def _blank(column: ColumnCard) -> Text:
    """Say what a blank means; nothing where it means that the value is not known."""
    if not column.blank_means:
        return NOTHING
    meaning = dict(column.values)[column.blank_means]
    return Text(f";留空即“{meaning.zh}”", f"; blank means {meaning.en}")


def _beside(schema: type[LayerSchema], column: ColumnCard) -> list[Text]:
    """Say where the unit of a number stands that has none of its own."""
    titles = [c.title for c in schema.columns() if c.name == column.unit_column]
    return [Text(f"单位写在“{t.zh}”列", f"its unit in column {t.zh}") for t in titles]


def _patterns(schema: type[LayerSchema], column: ColumnCard) -> list[Text]:
    """Say what a text must look like."""
    checks = schema.to_schema().columns[column.name].checks
    patterns = [str(c.statistics["pattern"]) for c in checks if c.name == "str_matches"]
    return [_PATTERNS.get(p, Text(f"格式 {p}", f"form {p}")) for p in patterns]


def to_example(schema: type[LayerSchema]) -> dict[str, CellValue]:
    """
    Make the row that shows how a layer is filled in: by its key, everybody sees that it is none.

    Parameters
    ----------
    schema
        The layer's schema.

    Returns
    -------
    example
        By column name: what the schema gives as an example. Else of allowed values it has the last,
        and days a year apart, so that dates and stages agree.
    """
    example: dict[str, CellValue] = {}
    days = 0
    for column in schema.columns():
        allowed = column.values
        if column.name == schema.card().key:
            example[column.name] = EXAMPLE_KEY
        elif column.example is not None:
            example[column.name] = column.example
        elif allowed:
            example[column.name] = list(allowed.values())[-1].zh
        elif column.kind == "date":
            example[column.name] = date(2020 + days, 6, 30)
            days += 1
        elif column.kind == "boolean":
            example[column.name] = YES_NO[1]
        elif column.kind in _NUMBER_KINDS:
            usual = _NUMBERS.get(column.unit, 10)
            low, high = column.plausible or (usual, usual)
            example[column.name] = usual if low <= usual <= high else math.ceil(low)
        else:
            example[column.name] = f"示例{column.title.zh}"
    return example


def to_validation(
    schema: type[LayerSchema], column: ColumnCard, *, letter: str, listed: str
) -> DataValidation | None:
    """
    Make the check that a spreadsheet program holds a column's cells to while they are filled in.

    Numbers only warn: a limit such as `<0.5`, which is read as one, can be written all the same.

    Parameters
    ----------
    schema
        The layer's schema.
    column
        The column.
    letter
        Its letters in the sheet.
    listed
        The cells that hold its allowed values; empty if it has none.

    Returns
    -------
    validation
        With a prompt; None for a column of text that takes anything.
    """
    form = to_form(schema, column)
    if listed:
        rule = DataValidation(type="list", formula1=listed, errorStyle="stop")
    elif column.kind == "date":
        first, last = ((day - _DAY_ZERO).days for day in DAYS)
        rule = DataValidation("date", str(first), str(last), operator="between", errorStyle="stop")
    elif column.kind in _NUMBER_KINDS:
        rule = _number_rule(to_bounds(schema, column), column, letter)
    else:
        return None
    if column.kind == "date":
        form = Text(f"{form.zh},{DAYS[0]} 至 {DAYS[1]}", f"{form.en}, from {DAYS[0]} to {DAYS[1]}")
    return prompted(rule, column.header_zh, form, letter)


def _number_rule(bounds: Bounds, column: ColumnCard, letter: str) -> DataValidation:
    """Hold numbers to their bounds; the programs' own rules know closed bounds only."""
    cell, tests = f"{letter}{FIRST_ROW}", []
    if math.isfinite(bounds.low):
        tests.append(f"{cell}{'>' if bounds.above else '>='}{bounds.low:.15g}")
    if math.isfinite(bounds.high):
        tests.append(f"{cell}{'<' if bounds.below else '<='}{bounds.high:.15g}")
    if column.kind == "integer":
        tests.append(f"{cell}=INT({cell})")
    formula = f"AND({','.join([f'ISNUMBER({cell})', *tests])})"
    return DataValidation(type="custom", formula1=formula, errorStyle="warning")


def coordinate_rule(header: str, letter: str) -> DataValidation:
    """Warn of degrees outside China; other forms of coordinates can be written all the same."""
    west, south, east, north = CHINA_BOUNDS
    low, high = (west, east) if header == "经度" else (south, north)
    rule = DataValidation(
        "decimal", f"{low:g}", f"{high:g}", operator="between", errorStyle="warning"
    )
    form = Text(
        f"十进制度,{low:g} 至 {high:g},CGCS2000;勿用高德、腾讯、百度地图拾取的坐标",
        f"decimal degrees, {low:g} to {high:g}, CGCS2000; none from Amap, Tencent or Baidu maps",
    )
    return prompted(rule, header, form, letter)


def prompted(rule: DataValidation, title: str, form: Text, letter: str) -> DataValidation:
    """Give a rule its range and its words, cut to what the format allows."""
    told = to_cut(f"{form.zh}\n{form.en}", _LONGEST_PROMPT)
    rule.promptTitle = rule.errorTitle = to_cut(title, _LONGEST_TITLE)
    rule.prompt = rule.error = told
    rule.showInputMessage = rule.showErrorMessage = rule.allow_blank = True
    rule.add(f"{letter}{FIRST_ROW}:{letter}{MAX_ROWS}")
    return rule
