"""Texts, addresses and limits of a workbook's parts, as its XML writes them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.readers.spreadsheets.number_formats import PLAIN, NumberFormat
from tieling_geo.readers.spreadsheets.xml_parts import read_xml
from tieling_geo.text import Text

#: Name spaces of a spreadsheet: as everybody writes it, and strict.
SPREADSHEET_SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_HALVES = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# White space, and marks of no width that come with text from web pages.
_BLANK = "\u200b\u200c\u200d\u2060\ufeff"
_ADDRESS = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_MOST_VALUES, _MOST_TAGS, _MOST_BYTES = 3_000_000, 20_000_000, 300 << 20
# Of one text, of which programs allow 32,767; asked once for so many pieces that it comes in.
_MOST_CHARACTERS, _ASKED_PIECES = 20_000_000, 64


@dataclass(slots=True)
class Budget:
    """What is left of what a workbook may hold, over all of its sheets."""

    values: int = _MOST_VALUES
    tags: int = _MOST_TAGS
    bytes: int = _MOST_BYTES
    """Of XML; cells without a value do not count."""


@dataclass(slots=True)
class Look:
    """What cells are read with: the tables that the workbook has once for all sheets."""

    file: str
    strings: Sequence[str | None] = ()
    unclean: frozenset[int] = frozenset()
    """Positions of strings from which control characters were taken."""
    formats: Sequence[NumberFormat] = (PLAIN,)
    from_1904: bool = False
    to_calculate: bool = False
    """The workbook says that its results are to be calculated when it is opened."""
    budget: Budget = field(default_factory=Budget)


def read_strings(pieces: Iterable[bytes], look: Look, part: str) -> None:
    """
    Read the table of shared strings into `look`; phonetic text is left out.

    Raises
    ------
    UntrustedFileError
        If it has a DOCTYPE or is too big.
    BrokenFileError
        If it is no well-formed XML.
    """
    reader = _Strings(look, part)
    read_xml(
        reader.counted(pieces),
        file=look.file,
        part=part,
        begin=reader.begin,
        end=reader.end,
        characters=reader.characters,
    )
    look.strings, look.unclean = reader.strings, frozenset(reader.unclean)


def to_text(raw: str) -> tuple[str | None, bool]:
    r"""
    Return a cell's text as a person sees it, and whether control characters were taken out.

    Examples
    --------
    >>> to_text("一_x000D_\n二"), to_text("_x005F_x0041_"), to_text(" \u3000"), to_text("a_x0007_")
    (('一\n二', False), ('_x0041_', False), (None, False), ('a', True))
    """
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), raw) if "_x" in raw else raw
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _HALVES.search(text):  # characters beyond 65,535 are escaped as two halves
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    clean = _CONTROL.sub("", text)
    return (clean if clean.strip().strip(_BLANK) else None), clean != text


def to_column(letters: str) -> int:
    """
    Return a column's position from 0.

    Examples
    --------
    >>> to_column("A"), to_column("AA"), to_column("XFD")
    (0, 26, 16383)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def to_letters(column: int) -> str:
    """
    Return the letters of a column that is counted from 0.

    Examples
    --------
    >>> to_letters(0), to_letters(26), to_letters(16383)
    ('A', 'AA', 'XFD')
    """
    letters = ""
    number = column + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def to_position(address: str) -> tuple[int, int] | None:
    """
    Return row number and column (from 0) of an address; None if it is none.

    Examples
    --------
    >>> to_position("B12"), to_position("$B$12"), to_position("XFE1"), to_position("b")
    ((12, 1), (12, 1), None, None)
    """
    found = _ADDRESS.fullmatch(address.replace("$", ""))
    if not found:
        return None
    row, column = int(found[2]), to_column(found[1])
    return (row, column) if row <= LAST_ROW and column < LAST_COLUMN else None


class PartReader:
    """What the readers of two kinds of parts share: text, the prefix of tags, limits."""

    def __init__(self, look: Look, part: str) -> None:
        self.look, self.part = look, part
        self.pieces: list[str] = []
        self.is_wanted = self.is_phonetic = False
        self.prefix = self.tag_of_text = self.tag_of_phonetic = self.tag_of_string = ""
        self.is_begun = False

    def characters(self, text: str) -> None:
        """Keep text that is wanted."""
        if self.is_wanted:
            self.pieces.append(text)
            if not len(self.pieces) % _ASKED_PIECES:
                self.check_length()

    def check_length(self) -> None:
        """Refuse a text that fills the memory."""
        if sum(map(len, self.pieces)) > _MOST_CHARACTERS:
            self.refuse_size()

    def check_root(self, tag: str, attributes: Mapping[str, str], word: str) -> None:
        """
        Learn the prefix of the document's elements.

        Raises
        ------
        UntrustedFileError
            If it is another kind of document.
        """
        self.is_begun = True
        prefix, _, local = tag.rpartition(":")
        self.prefix = prefix + ":" if prefix else ""
        self.tag_of_text, self.tag_of_phonetic = self.prefix + "t", self.prefix + "rPh"
        self.tag_of_string = self.prefix + "si"
        space = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        if local != word or space not in SPREADSHEET_SPACES:
            raise UntrustedFileError(
                Text(
                    f"文件 {self.look.file} / {self.part}:不是单元格表({tag[:40]});"
                    "请在 Excel 或 WPS 中另存为 .xlsx",
                    f"file {self.look.file}, {self.part}: no sheet of cells ({tag[:40]}); "
                    "save it as .xlsx in Excel or WPS",
                )
            )

    def counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Count bytes and tags against the budget, so that no part takes too long."""
        budget = self.look.budget
        for piece in pieces:
            budget.bytes -= len(piece)
            budget.tags -= piece.count(b"<")
            if min(budget.bytes, budget.tags) < 0:
                self.refuse_size()
            yield piece

    def refuse_size(self) -> None:
        """
        Refuse a workbook that is too big.

        Raises
        ------
        UntrustedFileError
            Always.
        """
        raise UntrustedFileError(
            Text(
                f"文件 {self.look.file} / {self.part}:单元格或文字过多"
                f"(上限 {_MOST_VALUES:,} 个有值单元格);请拆成几个文件,或另存为 .csv",
                f"file {self.look.file}, {self.part}: too many cells or too much text "
                f"({_MOST_VALUES:,} cells with a value are the limit); split it, or save it as CSV",
            )
        )

    def broken(self, why: Text) -> BrokenFileError:
        """Return what to raise where a part contradicts itself."""
        return BrokenFileError(
            self.look.file, Text(f"{self.part}:{why.zh}", f"{self.part}: {why.en}")
        )


class _Strings(PartReader):
    """Reader of the shared strings."""

    def __init__(self, look: Look, part: str) -> None:
        super().__init__(look, part)
        self.strings: list[str | None] = []
        self.unclean: set[int] = set()

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        if tag == self.tag_of_text:
            self.is_wanted = not self.is_phonetic
        elif tag == self.tag_of_string:
            self.pieces = []
        elif tag == self.tag_of_phonetic:
            self.is_phonetic = True
        elif not self.is_begun:
            self.check_root(tag, attributes, "sst")

    def end(self, tag: str) -> None:
        """End an element."""
        if tag == self.tag_of_text:
            self.is_wanted = False
        elif tag == self.tag_of_phonetic:
            self.is_phonetic = False
        elif tag == self.tag_of_string:
            text, is_unclean = to_text("".join(self.pieces))
            if is_unclean:
                self.unclean.add(len(self.strings))
            self.strings.append(text)
