"""The blank report: paper, fonts for Chinese and Latin, styles, header and footer."""

from datetime import datetime

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from tieling_geo.records import Assessment
from tieling_geo.reports.word_xml import Element, field, make, run
from tieling_geo.text import Language

#: Width and height of the text on a page, millimetres.
TEXT_MM, TEXT_HIGH_MM = 165.0, 247.0
#: Fonts by what they are for: Latin, and Chinese.
BODY_FONTS = ("Times New Roman", "宋体")
HEADING_FONTS = ("Arial", "黑体")
ALARM = "B42318"
_MARGIN_MM = 22.5
_AUTHOR = "tieling-geo"
_THEMES = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_HEADINGS = {"Heading 1": (16, 18, 8), "Heading 2": (13, 14, 6), "Heading 3": (11, 10, 4)}
# Style id: name, size in points, space before and after, left indent in millimetres.
_OWN = {
    "TableText": ("Table Text", 8.5, 0.0, 0.0, 0.0),
    "TableCode": ("Table Code", 7.0, 0.0, 0.0, 0.0),
    "Detail": ("Detail", 9.5, 0.0, 1.5, 5.0),
    "Figure": ("Figure", 10.5, 6.0, 0.0, 0.0),
    "TOC1": ("toc 1", 10.5, 4.0, 0.0, 0.0),
    "TOC2": ("toc 2", 10.0, 0.0, 0.0, 7.0),
}


def blank_report(assessment: Assessment, language: Language) -> Document:
    """
    Make a document without content.

    Parameters
    ----------
    assessment
        Gives the title and the day, also to the file's properties: the same input gives the same
        bytes.
    language
        Language of header and footer.
    """
    document = docx.Document()
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    _set_page(document)
    _set_styles(document)
    _set_language(document, language)
    _set_properties(document, assessment, language)
    return document


def _set_page(document: Document) -> None:
    """A4, upright."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin = section.bottom_margin = Mm(25)
    section.header_distance = section.footer_distance = Mm(12)


def _set_styles(document: Document) -> None:
    """Give every style fonts of its own: a theme's would go before them."""
    for style_id, (name, size, before, after, indent) in _OWN.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.element.set(qn("w:styleId"), style_id)
        if isinstance(style, ParagraphStyle):
            style.base_style = document.styles["Normal"]
            _set_spacing(style, size, before, after)
            style.paragraph_format.left_indent = Mm(indent)
    normal = document.styles["Normal"]
    if isinstance(normal, ParagraphStyle):
        _set_spacing(normal, 10.5, 0, 5)
        normal.paragraph_format.line_spacing = 1.25
    for style_id in ("Table Text", "Table Code"):
        style = document.styles[style_id]
        if isinstance(style, ParagraphStyle):
            style.paragraph_format.line_spacing = 1.05
    _set_headings(document)
    for element in document.styles.element.iter(qn("w:rFonts")):
        _set_fonts(element, BODY_FONTS)
    for style in document.styles:
        if style.type is WD_STYLE_TYPE.PARAGRAPH:
            heading = style.name is not None and style.name.startswith(("Heading", "Title"))
            look = style.element.get_or_add_rPr()
            _set_fonts(look.get_or_add_rFonts(), HEADING_FONTS if heading else BODY_FONTS)


def _set_headings(document: Document) -> None:
    """Set headings, title and caption: black, and where they stand."""
    for name, (size, before, after) in _HEADINGS.items():
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            _set_spacing(style, size, before, after)
    for name in (*_HEADINGS, "Title", "Caption"):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            style.font.color.rgb = RGBColor(0x1F, 0x23, 0x28)
            style.font.italic = False
    caption = document.styles["Caption"]
    if isinstance(caption, ParagraphStyle):
        _set_spacing(caption, 9, 6, 4)
        caption.font.bold = True


def _set_spacing(style: ParagraphStyle, size: float, before: float, after: float) -> None:
    """Set a style's size and the space around it."""
    style.font.size = Pt(size)
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)


def _set_fonts(element: Element, fonts: tuple[str, str]) -> None:
    """Name the fonts for Latin and for Chinese, and take the theme's away."""
    for name in _THEMES:
        element.attrib.pop(qn(f"w:{name}"), None)
    latin, chinese = fonts
    for name in ("ascii", "hAnsi", "cs"):
        element.set(qn(f"w:{name}"), latin)
    element.set(qn("w:eastAsia"), chinese)


def _set_language(document: Document, language: Language) -> None:
    """
    State the languages: spelling, fonts and line breaks follow them.

    In a Chinese report ids between Chinese commas are Chinese, too, or LibreOffice tears them.
    """
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), "zh-CN" if language == "zh" else "en-US")
        element.set(qn("w:eastAsia"), "zh-CN")
    for element in document.settings.element.iter(qn("w:themeFontLang")):
        element.set(qn("w:eastAsia"), "zh-CN")


def _set_properties(document: Document, assessment: Assessment, language: Language) -> None:
    """Fill in the file's properties; their day is the assessment's."""
    day = assessment.as_of
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the format knows no zones
    properties = document.core_properties
    properties.title = run(assessment.title.to(language)).xpath("string()")[:200]
    properties.author = properties.last_modified_by = _AUTHOR
    properties.subject = properties.keywords = properties.comments = ""
    properties.created = properties.modified = moment
    properties.language = "zh-CN" if language == "zh" else "en"
    properties.revision = 1


def set_header_and_footer(document: Document, told: str, sample: str) -> None:
    """
    Write the header and the footer of every page.

    Parameters
    ----------
    document
        The report.
    told
        What the report is of.
    sample
        What a sample says; empty: it is none.
    """
    section = document.sections[0]
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    if sample:
        header._p.append(run(f"{sample}  ", bold=True, colour=ALARM, size_pt=8))  # noqa: SLF001 - python-docx has no public way
    header._p.append(run(told, size_pt=8))  # noqa: SLF001 - idem
    parts: list[Element] = [*field("PAGE", "1"), run(" / "), *field("NUMPAGES", "1")]
    if sample:
        parts.append(run(f"   {sample}", bold=True, colour=ALARM, size_pt=9))
    for part in parts:
        footer._p.append(part)  # noqa: SLF001 - idem
    footer._p.get_or_add_pPr().append(make("jc", val="center"))  # noqa: SLF001 - idem
