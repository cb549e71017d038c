"""A workbook is read within its limits, and as other programs read it."""

from datetime import date, datetime

import openpyxl
import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.errors import UntrustedFileError
from tieling_geo.readers.spreadsheets.workbook import read_workbook
from tieling_geo.readers.spreadsheets.workbook_cells import read_cells
from tieling_geo.readers.spreadsheets.workbook_parts import (
    Budget,
    Look,
    to_column,
    to_letters,
    to_text,
)

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(
    ("enough", "short"),
    [
        (Budget(values=3), Budget(values=2)),
        (Budget(tags=20), Budget(tags=19)),
        (Budget(bytes=400), Budget(bytes=50)),
    ],
    ids=["values", "tags", "bytes"],
)
def test_the_limits_of_a_sheet_are_exact(enough: Budget, short: Budget) -> None:
    """As much as they say is read, less is refused: 3 values, 20 tags."""
    xml = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c>'
        '<c r="B1"><v>1</v></c></row><row r="2"><c r="C2"><v>1</v></c><c r="D2" s="0"/></row>'
        "</sheetData></worksheet>"
    ).encode()
    assert len(read_cells([xml], Look("a.xlsx", budget=enough), "台账").rows) == 2
    with pytest.raises(UntrustedFileError, match="too many cells"):
        read_cells([xml], Look("a.xlsx", budget=short), "台账")


def test_an_absurd_text_is_refused() -> None:
    """Forty megabytes in one cell; a long outline of half a megabyte is a text."""
    cell = '<row r="1"><c r="A1" t="str"><v>{}</v></c></row>'
    for size, is_absurd in ((500_000, False), (45_000_000, True)):
        text = cell.format("a" * size)
        xml = f'<worksheet xmlns="{MAIN}"><sheetData>{text}</sheetData></worksheet>'.encode()
        pieces = [xml[at : at + 100_000] for at in range(0, len(xml), 100_000)]
        if is_absurd:
            with pytest.raises(UntrustedFileError, match="too much text"):
                read_cells(pieces, Look("a.xlsx"), "台账")
        else:
            assert read_cells(pieces, Look("a.xlsx"), "台账").rows == {1: {0: "a" * size}}


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000])
def test_the_division_of_a_part_does_not_matter(size: int) -> None:
    """However its bytes come, the cells are the same, blank ones left out or not."""
    cells = '<c r="A1" s="0"/><c r="B1" t="str"><v>铁岭</v></c><c r="C1" s="0" />'
    xml = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    ).encode()
    pieces = [xml[at : at + size] for at in range(0, len(xml), size)]
    assert read_cells(pieces, Look("a.xlsx"), "台账").rows == {1: {1: "铁岭"}}


@given(st.integers(0, 16_383))
def test_letters_of_columns_go_both_ways(column: int) -> None:
    """As openpyxl names them."""
    assert to_column(to_letters(column)) == column
    assert to_letters(column) == openpyxl.utils.get_column_letter(column + 1)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_escapes_are_undone(text: str) -> None:
    """What openpyxl escapes comes back, but for blank text."""
    escaped = openpyxl.utils.escape.escape(text)
    expected = None if not text.strip().strip("\u200b\u200c\u200d\u2060\ufeff") else text
    if not any(odd in text for odd in "\ufffe\uffff"):
        assert to_text(escaped) == (expected, False)


VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda some: round(some, 6)),
    st.booleans(),
    st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)).map(  # noqa: DTZ001
        lambda moment: moment.replace(microsecond=0)
    ),
)


@given(table=st.lists(st.lists(VALUES, min_size=2, max_size=4), min_size=1, max_size=4))
def test_other_programs_read_the_same(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[object]]
) -> None:
    """A sheet that openpyxl wrote is read by it, by calamine and here: three routes, one table."""
    path = tmp_path_factory.mktemp("book") / "台账.xlsx"
    book = openpyxl.Workbook()
    for row in table:
        book.active.append([None if is_formula(cell) else cell for cell in row])
    book.save(path)
    (sheet,) = read_workbook(path)
    ours = cells_of(zip(sheet.numbers, sheet.rows, strict=True), list(sheet.letters.values()))
    theirs = openpyxl.load_workbook(path).active
    letters = [to_letters(column) for column in range(4)]
    assert ours == cells_of(enumerate(theirs.values, start=1), letters)
    rusty = python_calamine.load_workbook(str(path)).get_sheet_by_index(0)
    first = (rusty.start or (0, 0))[0] + 1
    if rusty.start:
        listed = letters[rusty.start[1] :]
        assert ours == cells_of(enumerate(rusty.to_python(), start=first), listed)


def is_formula(cell: object) -> bool:
    """Tell whether openpyxl takes a text for a formula or an error."""
    return isinstance(cell, str) and cell.startswith(("=", "#"))


def cells_of(rows: object, letters: list[str]) -> dict[str, object]:
    """Map addresses to values, without blanks; whole numbers are whole, days have a time."""
    cells = {}
    for number, row in rows:  # type: ignore[attr-defined] - pairs of a number and a row
        for letter, cell in zip(letters, row, strict=False):
            value = cell
            if isinstance(cell, float) and cell.is_integer():
                value = int(cell)
            elif type(cell) is date:
                value = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001
            if not (isinstance(cell, str) and not to_text(cell)[0]) and cell is not None:
                cells[f"{letter}{number}"] = value
    return cells
