"""A report being written: headings, tables and figures that number themselves, and the contents."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from tieling_geo.errors import AccountingError
from tieling_geo.reports.word_styles import TEXT_HIGH_MM, TEXT_MM
from tieling_geo.reports.word_xml import (
    Element,
    bookmarked,
    clean,
    field,
    link,
    make,
    paragraph,
    run,
)
from tieling_geo.text import Language, Text

#: What numbered things are called; it is also their counter's name.
LABELS = {"table": Text("表", "Table"), "figure": Text("图", "Figure")}
_TWIPS_PER_MM = 1440 / 25.4
_BORDER = "A9AFB8"
_HEADER_FILL = "E8EBEF"
_CAPTION_MM = 24.0
# Titles of a table with more columns than a few are smaller.
_FEW, _MANY_PT = 8, 6.5


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, and its part of the width."""

    title: str
    width: float
    style: str = "TableText"


class Manuscript:
    """
    A report being written, from the first page to the last.

    Parameters
    ----------
    document
        A blank report.
    language
        Language of labels.
    """

    def __init__(self, document: Document, language: Language) -> None:
        self.document = document
        self.language: Language = language
        self.counts: Counter[str] = Counter()
        """Tables, figures, rows and paragraphs written so far."""
        self._body = document.element.body
        self._end = self._body[-1]  # the page's own properties stay last
        self._numbers: dict[str, str] = {}
        self._open: list[tuple[str, Element]] = []
        self._contents: list[tuple[int, str, str]] = []
        self._marks = 0

    def add(self, element: Element) -> None:
        """Put an element at the end."""
        self.counts["paragraphs" if element.tag == qn("w:p") else "tables"] += 1
        self._end.addprevious(element)

    def heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        """Write a heading; the contents list those of the first two levels."""
        name = f"_Toc{len(self._contents) + 1:06d}"
        made = paragraph(f"Heading{level}", *self._bookmark(name, run(text)))
        if new_page:
            made.get_or_add_pPr().append(make("pageBreakBefore"))
        self.add(made)
        self._contents.append((level, clean(text), name))

    def write(self, *parts: str | Element, style: str = "Normal", keep: bool = False) -> None:
        """Write a paragraph of texts and elements."""
        inside = [run(part) if isinstance(part, str) else part for part in parts]
        self.add(paragraph(style, *inside, keep=keep))

    def labelled(self, label: str, text: str) -> None:
        """Write a line of detail: a word in bold, and what it says."""
        colon = "：" if self.language == "zh" else ": "
        self.write(run(label + colon, bold=True), run(text), style="Detail")

    def reference(self, key: str) -> list[Element]:
        """Refer to a table or a figure by its key, before or after it is written."""
        made = field(f"REF {_anchor(key)} \\h", "")
        (text,) = made[3].iter(qn("w:t"))
        self._open.append((key, text))
        return made

    def table(
        self, key: str, caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]
    ) -> None:
        """
        Write a numbered table below its caption; the header is repeated on every page.

        Parameters
        ----------
        key
            Name by which `reference` finds it; each once.
        caption
            Its title.
        columns
            m columns.
        rows
            n rows of m texts.
        """
        self._caption("table", key, caption, keep=True)
        widths = _widths(columns)
        made = make("tbl", _table_look(), make("tblGrid", *(make("gridCol", w=w) for w in widths)))
        size = _MANY_PT if len(columns) > _FEW else 0
        titles = [run(column.title, bold=True, size_pt=size) for column in columns]
        made.append(_row(titles, widths, ["TableText"] * len(columns), is_header=True))
        styles = [column.style for column in columns]
        for row in rows:
            made.append(_row([run(text) for text in row], widths, styles))
        self.add(made)
        self.counts["rows"] += len(rows) + 1
        self.add(paragraph("TableText"))

    def figure(self, key: str, caption: str, png: bytes, *, alt: str, width_mm: float = 0) -> None:
        """Put a picture above its numbered caption; `alt` says it in words."""
        wide = width_mm or TEXT_MM
        inline = self.document.part.new_pic_inline(io.BytesIO(png), width=Mm(wide))
        highest = Mm(TEXT_HIGH_MM - _CAPTION_MM)
        if inline.extent.cy > highest:
            shrunk = int(Mm(wide) * highest / inline.extent.cy)
            inline = self.document.part.new_pic_inline(io.BytesIO(png), width=shrunk)
        inline.docPr.set("descr", clean(alt))
        inline.docPr.set("title", clean(caption))
        self.counts["figures"] += 1
        self.add(paragraph("Figure", make("r", make("drawing", inline)), keep=True, centred=True))
        self._caption("figure", key, caption, keep=False)

    def contents(self, title: str) -> Element:
        """Mark where the contents go; they are written by `finish`."""
        made = paragraph("Title", run(title))
        made.get_or_add_pPr().append(make("pageBreakBefore"))
        self.add(made)
        place = paragraph("TOC1")
        self.add(place)
        return place

    def finish(self, place: Element) -> None:
        """
        Write the contents and fill in the references.

        Raises
        ------
        AccountingError
            If something refers to a table or a figure that was not written.
        """
        for key, text in self._open:
            if key not in self._numbers:
                raise AccountingError(Text(f"没有图表 {key}", f"no table or figure {key}"))
            text.text = self._numbers[key]
        listed = [entry for entry in self._contents if entry[0] <= 2]  # noqa: PLR2004 - two levels
        begin, code, separate, _, end = field('TOC \\o "1-2" \\n \\h \\z \\u', "")
        for number, (level, title, name) in enumerate(listed):
            made = paragraph(f"TOC{level}", link(name, run(title)))
            if not number:
                for part in (separate, code, begin):
                    made.insert(1, part)
            place.addprevious(made)
            self.counts["paragraphs"] += 1
        place.append(end)

    def _bookmark(self, name: str, *inside: Element) -> list[Element]:
        """Put a bookmark of its own number around elements."""
        self._marks += 1
        return bookmarked(self._marks, name, *inside)

    def _caption(self, kind: str, key: str, text: str, *, keep: bool) -> None:
        """
        Write a caption whose number is a field in a bookmark.

        Raises
        ------
        AccountingError
            If another table or figure has the key.
        """
        label = LABELS[kind].to(self.language)
        self.counts[f"{kind}_captions"] += 1
        number = str(self.counts[f"{kind}_captions"])
        if key in self._numbers:
            raise AccountingError(Text(f"图表 {key} 重复", f"two tables or figures {key}"))
        self._numbers[key] = f"{label} {number}"
        counter = field(f"SEQ {label} \\* ARABIC", number)
        marked = self._bookmark(_anchor(key), run(f"{label} "), *counter)
        self.add(paragraph("Caption", *marked, run(f"  {text}"), keep=keep, centred=True))


def _anchor(key: str) -> str:
    """Name the bookmark of a table or a figure."""
    return f"_Ref_{key}"


def _widths(columns: Sequence[Column]) -> list[int]:
    """Share the width of the text among columns, in twentieths of a point."""
    whole = sum(column.width for column in columns)
    return [round(TEXT_MM * _TWIPS_PER_MM * column.width / whole) for column in columns]


def _table_look() -> Element:
    """Describe a table: as wide as the text, thin rules, columns that keep their widths."""
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = [make(side, val="single", sz=4, space=0, color=_BORDER) for side in sides]
    margins = [make(side, w=70, type="dxa") for side in ("left", "right")]
    return make(
        "tblPr",
        make("tblW", w=round(TEXT_MM * _TWIPS_PER_MM), type="dxa"),
        make("tblBorders", *borders),
        make("tblLayout", type="fixed"),
        make("tblCellMar", *margins),
    )


def _row(
    runs: Sequence[Element],
    widths: Sequence[int],
    styles: Sequence[str],
    *,
    is_header: bool = False,
) -> Element:
    """Make a row that no page break tears."""
    look = make("trPr", make("cantSplit"))
    if is_header:
        look.append(make("tblHeader"))
    made = make("tr", look)
    for told, width, style in zip(runs, widths, styles, strict=True):
        cell = make("tcPr", make("tcW", w=width, type="dxa"))
        if is_header:
            cell.append(make("shd", val="clear", color="auto", fill=_HEADER_FILL))
        made.append(make("tc", cell, paragraph(style, told)))
    return made
