"""Lay out a layer's workbook: the table to be filled in, its instructions, its lists."""

from collections.abc import Iterator

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tieling_geo.reports.cells import to_height, to_sheet_name, to_width
from tieling_geo.reports.looks import (
    BODY,
    EXAMPLE,
    HEADER,
    PLAIN,
    REQUIRED,
    TEXT,
    TITLE,
    WORDS,
    Look,
)
from tieling_geo.reports.workbook import Cell, Page
from tieling_geo.schemas import ColumnCard, LayerSchema
from tieling_geo.template.rules import (
    FIRST_ROW,
    YES_NO,
    coordinate_rule,
    to_example,
    to_form,
    to_validation,
)
from tieling_geo.template.words import (
    COORDINATE_FORMS,
    EXAMPLE_PLACES,
    INSTRUCTIONS,
    LISTS,
    OPTIONAL,
    REQUIRED_WORD,
    TABLE_HEADS,
    to_paragraphs,
)
from tieling_geo.text import Language, Text

_DAY = PLAIN._replace(number_format="yyyy-mm-dd")
# Widths of the table of instructions, in characters.
_WIDTHS: dict[int, float] = {1: 34, 2: 12, 3: 70, 4: 44}


def to_pages(schema: type[LayerSchema]) -> tuple[Page, ...]:
    """
    Lay out a layer's workbook.

    Parameters
    ----------
    schema
        The layer's schema.

    Returns
    -------
    pages
        The table, named by the layer's Chinese title; the instructions; the hidden lists, if any
        column has one.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> [page.name for page in to_pages(Boilers)]
    ['锅炉', '填写说明', '选项']
    """
    lists = _lists(schema)
    pages = (_table(schema, lists), _instructions(schema))
    return (*pages, _list_page(lists)) if lists else pages


def to_places(schema: type[LayerSchema]) -> tuple[str, ...]:
    """
    Tell the headers of the columns that carry a layer's places.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers, Roads
    >>> to_places(Boilers), to_places(Roads)
    (('经度', '纬度'), ('WKT',))
    """
    return tuple(EXAMPLE_PLACES[schema.card().geometry])


def _lists(schema: type[LayerSchema]) -> dict[str, tuple[str, ...]]:
    """Give the lists of allowed values by column name."""
    lists = {}
    for column in schema.columns():
        allowed = column.values
        if allowed:
            lists[column.name] = tuple(title.zh for title in allowed.values())
        elif column.kind == "boolean":
            lists[column.name] = YES_NO
    return lists


def _list_page(lists: dict[str, tuple[str, ...]]) -> Page:
    """Write each list into a column of a hidden sheet: in a rule itself only 255 characters fit."""
    longest = max(map(len, lists.values()))
    rows = [
        (n + 1, {c: Cell(v[n], PLAIN) for c, v in enumerate(lists.values(), 1) if n < len(v)})
        for n in range(longest)
    ]
    return Page(LISTS, rows, is_hidden=True)


def _table(schema: type[LayerSchema], lists: dict[str, tuple[str, ...]]) -> Page:
    """Lay out the table: its header, one example, and the rules of its columns."""
    columns, places = schema.columns(), to_places(schema)
    headers = [*(column.header_zh for column in columns), *places]
    example = [*to_example(schema).values(), *EXAMPLE_PLACES[schema.card().geometry].values()]
    looks = dict(enumerate([*map(_look, columns), *map(_place_look, places)], 1))
    return Page(
        name=to_sheet_name(schema.card().title.zh, []),
        rows=[
            (1, dict(enumerate(_header_cells(schema), 1))),
            (FIRST_ROW, {n: Cell(v, _example_look(looks[n])) for n, v in enumerate(example, 1)}),
        ],
        widths={
            n: max(to_width(header) + 2, to_width(value))
            for n, (header, value) in enumerate(zip(headers, example, strict=True), 1)
        },
        heights={1: 36.0},
        looks=looks,
        frozen=f"B{FIRST_ROW}",
        filtered=f"A1:{get_column_letter(len(headers))}{FIRST_ROW}",
        validations=tuple(_validations(schema, lists)),
        header_row=1,
    )


def _look(column: ColumnCard) -> Look:
    """Tell how a column's empty cells look: text keeps `001`, days look like days."""
    if column.kind == "date":
        return _DAY
    return PLAIN if column.kind in {"number", "integer"} else TEXT


def _place_look(header: str) -> Look:
    """Tell how the cells of a column of places look; coordinates keep every digit."""
    return TEXT if header == "WKT" else PLAIN


def _example_look(look: Look) -> Look:
    """Tint a cell of the example."""
    return EXAMPLE._replace(number_format=look.number_format)


def _header_cells(schema: type[LayerSchema]) -> Iterator[Cell]:
    """Give the cells of the header, each with a remark on what its column takes."""
    for column in schema.columns():
        needed = OPTIONAL if column.nullable else REQUIRED_WORD
        form = to_form(schema, column)
        told = Text(f"{needed.zh}。{form.zh}", f"{column.title.en}: {needed.en}; {form.en}")
        look = HEADER if column.nullable else REQUIRED
        yield Cell(column.header_zh, look, "\n".join(told))
    for header in to_places(schema):
        form = COORDINATE_FORMS[header]
        told = Text(f"{REQUIRED_WORD.zh}。{form.zh}", f"{REQUIRED_WORD.en}; {form.en}")
        yield Cell(header, REQUIRED, "\n".join(told))


def _validations(
    schema: type[LayerSchema], lists: dict[str, tuple[str, ...]]
) -> Iterator[DataValidation]:
    """Give the rules of the columns."""
    where = {name: get_column_letter(n) for n, name in enumerate(lists, 1)}
    for number, column in enumerate(schema.columns(), 1):
        listed = ""
        if column.name in lists:
            at = where[column.name]
            listed = f"'{LISTS}'!${at}$1:${at}${len(lists[column.name])}"
        letter = get_column_letter(number)
        rule = to_validation(schema, column, letter=letter, listed=listed)
        if rule is not None:
            yield rule
    for number, header in enumerate(to_places(schema), len(schema.columns()) + 1):
        if header != "WKT":
            yield coordinate_rule(header, get_column_letter(number))


def _instructions(schema: type[LayerSchema]) -> Page:
    """Write the instructions, in Chinese and below in English."""
    rows: dict[int, dict[int, Cell]] = {}
    merged = []
    languages: tuple[Language, Language] = ("zh", "en")
    for language in languages:
        for text, look in _words(schema, language):
            row = len(rows) + 1
            rows[row] = {1: Cell(text, look)}
            merged.append(f"A{row}:D{row}")
        for cells in _column_table(schema, language):
            rows[len(rows) + 1] = dict(enumerate(cells, 1))
        rows[len(rows) + 1] = {}
    heights = {row: _height(cells) for row, cells in rows.items() if cells}
    return Page(
        INSTRUCTIONS, list(rows.items()), widths=_WIDTHS, heights=heights, merged=tuple(merged)
    )


def _words(schema: type[LayerSchema], language: Language) -> Iterator[tuple[str, Look]]:
    """Give the title and the paragraphs above the table of columns."""
    for number, text in enumerate(to_paragraphs(schema)):
        yield text.to(language), TITLE if number == 0 else WORDS


def _column_table(schema: type[LayerSchema], language: Language) -> Iterator[list[Cell]]:
    """Tell of each column whether it is needed, what it takes and where that is from."""
    yield [Cell(head.to(language), HEADER) for head in TABLE_HEADS]
    columns = schema.columns()
    for number, column in enumerate(columns, 1):
        needed = OPTIONAL if column.nullable else REQUIRED_WORD
        name = Text(f"第 {number} 列:{column.header_zh}", _en_name(number, column))
        told = (name, needed, to_form(schema, column), Text(column.source, column.source))
        yield [Cell(text.to(language), BODY) for text in told]
    for number, header in enumerate(to_places(schema), len(columns) + 1):
        name = Text(f"第 {number} 列:{header}", f"Column {number}: {header}")
        told = (name, REQUIRED_WORD, COORDINATE_FORMS[header], Text("", ""))
        yield [Cell(text.to(language), BODY) for text in told]


def _en_name(number: int, column: ColumnCard) -> str:
    """Name a column in English, and as it stands in the table."""
    return f"Column {number}: {column.title.en} ({column.header_zh})"


def _height(cells: dict[int, Cell]) -> float:
    """Make a row as high as its longest cell needs: programs do not do so for merged cells."""
    if cells[1].look is TITLE:
        return 26.0
    values = {column: cell.value for column, cell in cells.items()}
    return to_height(values, _WIDTHS if len(cells) > 1 else {1: sum(_WIDTHS.values())})
