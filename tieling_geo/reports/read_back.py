"""Hold a written workbook against what was meant, by reading it with another library."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from python_calamine import CalamineWorkbook

from tieling_geo.errors import OutputError
from tieling_geo.text import Text


class SheetTally:
    """What went into one sheet, or came out of it."""

    def __init__(self) -> None:
        self.rows = self.texts = self.others = self.cleaned = self.cut = 0
        self.digest = hashlib.sha256()

    def add(self, values: list[object]) -> None:
        """Count a row's values; text is hashed, numbers and days depend on the reader."""
        texts = [value for value in values if isinstance(value, str)]
        told = [text for text in texts if text and not text.isspace()]
        others = len(values) - len(texts)
        self.rows += bool(told or others)
        self.texts += len(told)
        self.others += others
        self.digest.update("\x00".join([*told, ""]).encode())

    def same(self, other: "SheetTally") -> bool:
        """Tell whether both saw the same values."""
        return (self.rows, self.texts, self.others, self.digest.digest()) == (
            other.rows,
            other.texts,
            other.others,
            other.digest.digest(),
        )


def check_written(path: Path, name: str, tallies: Mapping[str, SheetTally]) -> None:
    """
    Read a workbook back with another library and hold it against what was meant.

    Raises
    ------
    OutputError
        If a sheet, a row or a value is missing or another one.
    """
    # Through an open file, whose faults are OSErrors: the library has classes of its own.
    with path.open("rb") as file:
        book = CalamineWorkbook.from_filelike(file)
        found = {sheet: _tally(book, sheet) for sheet in book.sheet_names}
    if list(found) != list(tallies) or any(not found[s].same(t) for s, t in tallies.items()):
        raise OutputError(
            Text(
                f"{name}:写出后读回的内容与应写的不同,未保存;请重试,并检查磁盘",
                f"{name}: what was written does not read back as it was meant, and was not kept; "
                "try again, and check the disk",
            )
        )


def _tally(book: CalamineWorkbook, sheet: str) -> SheetTally:
    """Count what a sheet holds."""
    tally = SheetTally()
    for row in book.get_sheet_by_name(sheet).iter_rows():
        tally.add(list(row))
    return tally
