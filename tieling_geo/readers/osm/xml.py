"""Read `.osm` and `.osm.bz2` as a stream: no tree is built, and nothing in it is unknown to us."""

import bz2
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.readers.osm.elements import Elements, ElementsBuilder, Keep, Member
from tieling_geo.text import Text

#: Largest XML that is read, unpacked.
MOST_BYTES = 2 << 30
#: OpenStreetMap's own `.bz2` files unpack to some 15 times their size; a bomb to a million times.
MOST_RATIO = 200
_BLOCK = 1 << 18
# Bytes that may pass without an element: a name or value of that size is a bomb.
_MOST_SILENT = 8 << 20
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?([eE]-?[0-9]{1,2})?", re.ASCII)
_ELEMENTS = ("node", "way", "relation")
_PARTS = {"nd": ("way",), "tag": _ELEMENTS, "member": ("relation",)}
# What stands beside elements and says nothing of them.
_BESIDE = ("bounds", "bound", "note", "meta")


class _BrokenError(ValueError):
    """The content is not what the format says."""


class _RefusedError(ValueError):
    """The file is of a kind that is not read."""


def read_osm_xml(path: Path, keep: Keep, *, packed: bool) -> Elements:
    """
    Read an `.osm` file whole, or a `.osm.bz2` file.

    Parameters
    ----------
    path
        The file.
    keep
        Tells whether an element's tags are worth keeping.
    packed
        It is packed with bzip2.

    Returns
    -------
    elements
        All nodes and ways with their references; elements marked as deleted are left out.

    Raises
    ------
    BrokenFileError
        If it is cut off, not well formed, or has what the format does not know; also if the service
        that wrote it said that it is incomplete.
    UntrustedFileError
        If it has a document type, is a file of changes, or unpacks to more than is read.
    """
    builder = ElementsBuilder(path.name, keep)
    parser = make_parser()
    parser.forbid_dtd = True
    content = _Content(builder)
    parser.setContentHandler(content)
    try:
        with path.open("rb") as file:
            for block in _unpacked(file) if packed else _plain(file):
                content.check_silence(len(block))
                parser.feed(block)
            parser.close()
            content.check_whole()
    except (DefusedXmlException, _RefusedError) as error:
        told = "DOCTYPE" if isinstance(error, DefusedXmlException) else str(error)
        raise UntrustedFileError(
            Text(
                f"文件 {path.name}:不予读取({told});请重新导出普通的 OSM 文件",
                f"file {path.name}: it is not read ({told}); export a plain OSM file",
            )
        ) from None
    except UntrustedFileError:
        raise  # said already; it is a ValueError as well
    except (
        SAXException,
        _BrokenError,
        LookupError,
        ValueError,
        ArithmeticError,
        OSError,
        EOFError,
    ) as error:
        told = _told(error)
        raise BrokenFileError(path.name, Text(f"OSM 内容有误({told})", told)) from error
    return builder.finished()


def _told(error: Exception) -> str:
    """Say what is wrong, with the line where the parser knows it, without the file's path."""
    message = getattr(error, "getMessage", None)
    line = getattr(error, "getLineNumber", None)
    if message is None or line is None:
        return str(error)
    return f"line {line()}: {message()}"


def _plain(file: BinaryIO) -> Iterator[bytes]:
    """
    Give a file's blocks, as many bytes as are read.

    Raises
    ------
    _RefusedError
        If the file is more, or other, than what is read.
    """
    read = 0
    while block := file.read(_BLOCK):
        read += len(block)
        if read > MOST_BYTES:
            raise _RefusedError(f"more than {MOST_BYTES >> 20} MiB")
        yield block


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    """
    Unpack bzip2, one stream or several, within the limits.

    Raises
    ------
    _BrokenError
        If the content is not what the format says.
    _RefusedError
        If the file is more, or other, than what is read.
    """
    unpacker, read, given = bz2.BZ2Decompressor(), 0, 0
    while True:
        data = b""
        if unpacker.eof:
            # Another stream may follow: parallel packers write many.
            data, unpacker = unpacker.unused_data, bz2.BZ2Decompressor()
            fresh = not data
        else:
            fresh = False
        if not data and unpacker.needs_input:
            data = file.read(_BLOCK)
            read += len(data)
            if not data and fresh:
                return
            if not data:
                raise _BrokenError("the packed data is cut off")
        block = unpacker.decompress(data, max_length=_BLOCK)
        given += len(block)
        if given > min(MOST_BYTES, MOST_RATIO * read + (1 << 20)):
            raise _RefusedError("it unpacks to far more than such a file should")
        if block:
            yield block


def _whole(text: str) -> int:
    """
    Read an id; Python's own reading would take `1_0` and full-width digits as well.

    Raises
    ------
    _BrokenError
        If the content is not what the format says.
    """
    if not _WHOLE.fullmatch(text):
        raise _BrokenError(f"{text[:20]!r} is no id")
    return int(text)


def _decimal(text: str) -> float:
    """
    Read a coordinate.

    Raises
    ------
    _BrokenError
        If the content is not what the format says.
    """
    if not _DECIMAL.fullmatch(text):
        raise _BrokenError(f"{text[:20]!r} is no coordinate")
    return float(text)


class _Content(ContentHandler):
    """Takes the elements of the stream, one after the other."""

    def __init__(self, builder: ElementsBuilder) -> None:
        super().__init__()
        self.builder = builder
        self._silent = 0
        self._is_begun = False
        self._inside: list[str] = []
        self._own: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._refs: list[int] = []
        self._members: list[Member] = []

    def check_silence(self, size: int) -> None:
        """
        Refuse a name or value that goes on and on: count bytes since the last element.

        Raises
        ------
        _BrokenError
            If the content is not what the format says.
        """
        self._silent += size
        if self._silent > _MOST_SILENT:
            raise _BrokenError("a value is longer than any should be")

    def check_whole(self) -> None:
        """
        Refuse a file without a root: an empty one is no error to the parser.

        Raises
        ------
        _BrokenError
            If there was none.
        """
        if not self._is_begun:
            raise _BrokenError("the file is empty")

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: ANN401, N802 - SAX's own name
        """
        Take what an element states, in the place where it may stand.

        Raises
        ------
        _BrokenError
            If the content is not what the format says.
        """
        self._silent = 0
        depth = len(self._inside)
        self._inside.append(name)
        if depth == 0:
            self._check_root(name)
            self._is_begun = True
        elif depth == 1:
            self._begin(name, attrs)
        elif depth == 2 and self._inside[1] in _PARTS.get(name, ()):  # noqa: PLR2004 - depth
            self._add_part(name, attrs)
        else:
            raise _BrokenError(f"<{name[:20]}> stands where the format knows none")

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's own name
        """Hand over a finished element."""
        self._silent = 0
        self._inside.pop()
        if len(self._inside) == 1 and name in _ELEMENTS:
            self._finish(name)

    @staticmethod
    def _check_root(name: str) -> None:
        """
        Refuse what is no extract of the map.

        Raises
        ------
        _BrokenError
            If the content is not what the format says.
        _RefusedError
            If the file is more, or other, than what is read.
        """
        if name == "osmChange":
            raise _RefusedError("osmChange")
        if name != "osm":
            raise _BrokenError(f"<{name[:20]}> instead of <osm>")

    def _begin(self, name: str, attrs: Any) -> None:  # noqa: ANN401 - SAX's own record
        """
        Begin an element, or take note of what stands beside the elements.

        Raises
        ------
        _BrokenError
            If the content is not what the format says.
        """
        if name == "remark":
            raise _BrokenError("the service remarks that its answer is incomplete")
        if name in _BESIDE:
            if name == "meta":
                self.builder.timestamp = attrs.get("osm_base", "")
            return
        if name not in _ELEMENTS:
            raise _BrokenError(f"<{name[:20]}> is unknown")
        self._own = dict(attrs)
        self._tags, self._refs, self._members = {}, [], []

    def _add_part(self, name: str, attrs: Any) -> None:  # noqa: ANN401 - SAX's own record
        """
        Add a tag, a way's node or a relation's member.

        Raises
        ------
        _BrokenError
            If the content is not what the format says.
        """
        try:
            if name == "tag":
                key = attrs["k"]
                if self._tags.setdefault(key, attrs["v"]) != attrs["v"]:
                    raise _BrokenError(f"the tag {key[:20]!r} stands twice in one element")
            elif name == "nd":
                self._refs.append(_whole(attrs["ref"]))
            else:
                kind = attrs["type"]
                if kind not in _ELEMENTS:
                    raise _BrokenError(f"a member is of the unknown kind {kind[:20]!r}")
                self._members.append(Member(kind, _whole(attrs["ref"]), attrs.get("role", "")))
        except KeyError as error:
            raise _BrokenError(f"<{name}> lacks {error}") from None

    def _finish(self, name: str) -> None:
        """
        Hand a whole element over, unless it is marked as deleted.

        Raises
        ------
        _BrokenError
            If the content is not what the format says.
        """
        own = self._own
        if own.get("visible") == "false" or own.get("action") == "delete":
            self.builder.deleted += 1
            return
        try:
            ref = _whole(own["id"])
            if name == "node":
                self.builder.add_node(ref, _decimal(own["lon"]), _decimal(own["lat"]), self._tags)
            elif name == "way":
                self.builder.add_way(ref, self._refs, self._tags)
            else:
                self.builder.add_relation(ref, self._members, self._tags)
        except KeyError as error:
            raise _BrokenError(f"<{name}> lacks {error}") from None
