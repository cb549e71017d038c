"""
Read XML without ever meeting an entity: a document with a DOCTYPE is refused before its content.

The standard library's expat is used as it is, since no entity can be declared without a DOCTYPE;
`defusedxml` refuses the same but builds a tree in Python, several times slower.
"""

from collections.abc import Callable, Iterable, Mapping
from xml.parsers import expat

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.text import Text

Begin = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


def read_xml(
    pieces: Iterable[bytes],
    *,
    file: str,
    part: str,
    begin: Begin,
    end: End | None = None,
    characters: Characters | None = None,
) -> None:
    """
    Walk through a document and call for each element and each run of text.

    Parameters
    ----------
    pieces
        The document's bytes, in any division.
    file, part
        Names of the file and of the part in it, for messages.
    begin, end, characters
        Called with the tag as it is written (prefix and all) and its attributes; with the tag; with
        text.

    Raises
    ------
    UntrustedFileError
        If the document has a DOCTYPE.
    BrokenFileError
        If it is no well-formed XML, or is cut off.
    """

    def refuse(*_: object) -> None:
        raise UntrustedFileError(
            Text(
                f"文件 {file} / {part}:带有 DOCTYPE 或实体声明,不予打开;请在原软件中重新导出",
                f"file {file}, {part}: it has a DOCTYPE or entities and is not opened; "
                "export it again",
            )
        )

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003 - expat takes it by position only
        parser.Parse(b"", True)  # noqa: FBT003 - idem
    except UntrustedFileError:  # a ValueError, as well
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: encodings
        raise BrokenFileError(file, _broken(part, parser, error)) from error


def _broken(part: str, parser: expat.XMLParserType, error: Exception) -> Text:
    """Say where a document stops making sense."""
    line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber
    return Text(
        f"{part} 第 {line} 行第 {column} 列不是合格的 XML({error})",
        f"{part}: no well-formed XML at line {line}, column {column} ({error})",
    )
