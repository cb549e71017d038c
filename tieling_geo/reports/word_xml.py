"""Elements of a Word document: runs, fields, bookmarks and links; text is cleaned here, once."""

from collections.abc import Iterator

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from tieling_geo.render.popup import plain_text
from tieling_geo.reports.cells import to_safe_text

Element = BaseOxmlElement


def clean(text: object) -> str:
    r"""
    Return a text as a document can hold it; a line end stays, what turns the direction goes.

    Examples
    --------
    >>> clean("a\x00b\u202e\nc")
    'a�b\nc'
    """
    return "\n".join(plain_text(line) for line in to_safe_text(str(text)).text.split("\n"))


def make(tag: str, *children: Element, **attributes: object) -> Element:
    """Make an element of Word's own namespace, with attributes of the same."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def run(
    text: str, *, bold: bool = False, colour: str = "", size_pt: float = 0, font: str = ""
) -> Element:
    """Make a run of text, with breaks where the text has line ends."""
    made = make("r")
    look = make("rPr")
    if font:
        look.append(make("rFonts", ascii=font, hAnsi=font, cs=font))
    if bold:
        look.append(make("b"))
    if colour:
        look.append(make("color", val=colour))
    if size_pt:
        look.append(make("sz", val=round(size_pt * 2)))
    if len(look):
        made.append(look)
    made.extend(_texts(text))
    return made


def _texts(text: str) -> Iterator[Element]:
    """Give the text elements of a run, one a line."""
    for number, line in enumerate(clean(text).split("\n")):
        if number:
            yield make("br")
        yield _text(line)


def _text(line: str) -> Element:
    """Make a text element that keeps its spaces."""
    made = make("t")
    made.text = line
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def field(instruction: str, cached: str) -> list[Element]:
    """Make the runs of a field, with what it shows until a program works it out again."""
    code = make("instrText")
    code.text = f" {instruction} "
    code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return [
        make("r", make("fldChar", fldCharType="begin")),
        make("r", code),
        make("r", make("fldChar", fldCharType="separate")),
        run(cached),
        make("r", make("fldChar", fldCharType="end")),
    ]


def bookmarked(number: int, name: str, *inside: Element) -> list[Element]:
    """Put a bookmark around elements."""
    return [
        make("bookmarkStart", id=number, name=name),
        *inside,
        make("bookmarkEnd", id=number),
    ]


def link(anchor: str, *inside: Element) -> Element:
    """Make a link to a bookmark of the same document; none ever leads out of it."""
    return make("hyperlink", *inside, anchor=anchor, history=1)


def paragraph(style: str, *inside: Element, keep: bool = False, centred: bool = False) -> Element:
    """Make a paragraph of a style, by the style's id."""
    look = make("pPr", make("pStyle", val=style))
    if keep:
        look.append(make("keepNext"))
    if centred:
        look.append(make("jc", val="center"))
    return make("p", look, *inside)
