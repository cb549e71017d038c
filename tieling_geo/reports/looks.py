"""How the cells of our workbooks look. Colours never carry a meaning alone: words say it, too."""

from functools import cache
from typing import NamedTuple

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

#: Fonts that come with Chinese Windows and Office; elsewhere the program takes its own.
_TEXT_FONT, _HEADER_FONT = "等线", "Microsoft YaHei"
_LINE = Side(style="thin", color="FFBFBFBF")
_EDGES = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(vertical="top", wrap_text=True)


class Look(NamedTuple):
    """Everything that a cell's style has; `copied` reads one from another workbook's cell."""

    font: Font = Font(name=_TEXT_FONT, size=11)
    fill: PatternFill = PatternFill()
    border: Border = Border()
    alignment: Alignment = Alignment(vertical="center")
    number_format: str = "General"
    protection: Protection = Protection()

    def filled(self, colour: str) -> "Look":
        """
        Return the look on another ground.

        Examples
        --------
        >>> PLAIN.filled("FFFF0000").fill.start_color.rgb
        'FFFF0000'
        """
        return self._replace(fill=PatternFill("solid", start_color=colour))


#: Ground of a cell whose value was rejected, and of the other cells of its row.
BAD_COLOUR, TINT_COLOUR = "FFFF9C9C", "FFFFF2CC"

PLAIN = Look()
TEXT = Look(number_format="@")
TITLE = Look(font=Font(name=_HEADER_FONT, size=14, bold=True))
WORDS = Look(alignment=_WRAPPED)
HEADER = Look(
    font=Font(name=_HEADER_FONT, size=10, bold=True, color="FFFFFFFF"),
    fill=PatternFill("solid", start_color="FF2F5D7C"),
    border=_EDGES,
    alignment=Alignment(horizontal="center", vertical="center", wrap_text=True),
)
#: Header of a column that may not be blank.
REQUIRED = HEADER.filled("FFB23B3B")
BODY = Look(border=_EDGES, alignment=_WRAPPED)
LINK = BODY._replace(font=Font(name=_TEXT_FONT, size=11, color="FF0563C1", underline="single"))
#: The row of a template that shows how to fill it in.
EXAMPLE = Look(
    font=Font(name=_TEXT_FONT, size=11, italic=True, color="FF7F6000"),
    fill=PatternFill("solid", start_color=TINT_COLOUR),
    border=_EDGES,
)
#: Cells of long tables: one line each; the sheet's own grid is printed.
LEAN = Look(font=Font(name=_TEXT_FONT, size=11), alignment=Alignment(vertical="top"))
#: Stands above every sheet of a sample.
RIBBON = Look(
    font=Font(name=_HEADER_FONT, size=11, bold=True, color="FFFFFFFF"),
    fill=PatternFill("solid", start_color="FFC00000"),
)
#: Heading of one of several tables on a sheet.
HEADING = Look(font=Font(name=_HEADER_FONT, size=12, bold=True, color="FF2F5D7C"))
STRONG = BODY._replace(font=Font(name=_TEXT_FONT, size=11, bold=True))


@cache
def with_format(look_name: str, number_format: str) -> Look:
    """
    Return the look of body cells for numbers or days; the same words give the same record.

    Parameters
    ----------
    look_name
        `body` or `lean`.
    number_format
        In the format's own spelling.

    Examples
    --------
    >>> with_format("lean", "0.00").number_format
    '0.00'
    """
    look = LEAN if look_name == "lean" else BODY
    # A gap on the right keeps a number apart from the words of the next column.
    gap = Alignment(horizontal="right", vertical="top", indent=1)
    return look._replace(number_format=number_format, alignment=gap)
