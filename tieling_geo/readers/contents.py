"""What a file really holds, told by its first bytes: for refusals that say what to do."""

import re

from tieling_geo.text import NOTHING, Text

_OLE = Text(
    "旧版 Excel(.xls)、Word 或加密的工作簿;请在 Excel 或 WPS 中打开(去掉密码),另存为 .xlsx",
    "an old Excel (.xls) or Word file, or an encrypted workbook; open it in Excel or WPS, take "
    "off its password and save as .xlsx",
)
_OLD_EXCEL = Text(
    "旧版 Excel(.xls)工作簿;请在 Excel 或 WPS 中另存为 .xlsx",
    "an old Excel workbook (.xls); open it in Excel or WPS and save as .xlsx",
)
_UNPACK = Text("压缩包;请先解压", "an archive of a kind that is not read; unpack it")
_IMAGE = Text("图片;请给出矢量数据或台账", "an image; give vector data or a ledger")
# What a file begins with, and what it then is.
_MAGIC: tuple[tuple[bytes, Text], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"\x09\x08\x08\x00", _OLD_EXCEL),
    (b"\x09\x08\x10\x00", _OLD_EXCEL),
    (b"\x09\x04\x06\x00", _OLD_EXCEL),
    (b"\x09\x02\x06\x00", _OLD_EXCEL),
    (b"\x09\x00\x04\x00", _OLD_EXCEL),
    (b"%PDF", Text("PDF;请提供原始数据文件", "a PDF; give the data themselves")),
    (b"Rar!\x1a\x07", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", _UNPACK),
    (b"\x1f\x8b", _UNPACK),
    (b"\xfd7zXZ\x00", _UNPACK),
    (b"BZh91AY&SY", Text("bzip2 压缩文件", "a bzip2 archive")),
    (b"PK\x03\x04", Text("压缩包或 .xlsx 工作簿", "a zip archive or an .xlsx workbook")),
    (b"PK\x05\x06", Text("空的压缩包", "an empty zip archive")),
    (b"SQLite format 3\x00", Text("SQLite 数据库", "an SQLite database")),
    (b"PAR1\x15", Text("Parquet", "Parquet")),
    (b"fgb\x03fgb", Text("FlatGeobuf", "FlatGeobuf")),
    (b"\x00\x00\x27\x0a", Text("Shapefile 的 .shp 或 .shx", "the .shp or .shx of a Shapefile")),
    (b"\x00\x01\x00\x00Standard ", Text("Access 数据库", "an Access database")),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"II*\x00", _IMAGE),
    (b"MM\x00*", _IMAGE),
)
_EXPORT = "不读取;请导出为 GeoPackage", "not read; export it as GeoPackage"
# The root elements of the XML that offices have, and of what makes GDAL follow references.
_ROOTS: tuple[tuple[str, Text], ...] = (
    (r"html|head|body|table|!doctype\s+html", Text(
        "网页(HTML);若是导出的“Excel”,请用 Excel 或 WPS 打开后另存为 .xlsx",
        "a web page (HTML); if it was exported as Excel, open it there and save as .xlsx",
    )),
    (r"(?:ss:)?workbook", Text(
        "XML 电子表格;请用 Excel 或 WPS 打开后另存为 .xlsx",
        "an XML spreadsheet; open it in Excel or WPS and save as .xlsx",
    )),
    (r"(?:\w+:)?kml", Text(f"KML,{_EXPORT[0]}", f"KML, {_EXPORT[1]}")),
    (r"gpx", Text(f"GPX,{_EXPORT[0]}", f"GPX, {_EXPORT[1]}")),
    (r"svg", _IMAGE),
    (r"osm|osmchange", Text("OpenStreetMap 数据", "OpenStreetMap data")),
    (r"gml:\w+|(?:\w+:)?featurecollection", Text(f"GML,{_EXPORT[0]}", f"GML, {_EXPORT[1]}")),
    (r"ogr\w+|vrt\w+|gdal\w+|wfs\w*|ogc\w+|wms\w*", Text(
        "引用其他数据源的描述文件,不是数据", "a description that refers to other data, not data"
    )),
)  # fmt: skip
_XML = Text("XML,不读取;请导出为 GeoPackage", "XML, which is not read; export it as GeoPackage")
_DOCTYPE = Text(
    "带有 DOCTYPE 或实体声明的 XML,不予打开", "XML with a DOCTYPE or entities, never opened"
)
_BINARY = Text("二进制数据,不是文本", "binary data, not text")
# What stands before the root element: white space, declarations, comments.
_PROLOG = re.compile(r"(?s)(?:\s+|<\?.*?\?>|<!--.*?-->)*")
_ROOT = re.compile(r"<(!?[A-Za-z_][\w:.-]*(?:\s+html)?)")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"

#: Suffix -> what to do instead, for kinds that are never read.
_ADVICE: dict[str, Text] = dict.fromkeys(
    (".gml", ".kml", ".kmz", ".gpx", ".gdb", ".mdb", ".tab", ".mif", ".dwg", ".dxf", ".topojson"),
    Text("请导出为 GeoPackage(.gpkg);", "export it as GeoPackage (.gpkg); "),
) | {
    ".xls": Text(
        "旧版 Excel 请在 Excel 或 WPS 中另存为 .xlsx;",
        "open the old workbook in Excel or WPS and save as .xlsx; ",
    ),
    ".et": Text("请在 WPS 中另存为 .xlsx;", "save as .xlsx in WPS; "),
    ".txt": Text("表格文本请另存为 .csv;", "save a table of text as .csv; "),
} | dict.fromkeys(
    (".shx", ".dbf", ".prj", ".cpg"),
    Text("这是 Shapefile 的一部分,请给出其 .shp;", "a part of a Shapefile: name its .shp; "),
) | dict.fromkeys(
    (".rar", ".7z", ".gz", ".tar"), Text("请解压或改用 .zip;", "unpack it, or use .zip; ")
)  # fmt: skip


def to_advice(suffix: str) -> Text:
    """
    Say what to do with a file of a kind that is not read; empty where there is nothing to say.

    Examples
    --------
    >>> to_advice(".xls").en
    'open the old workbook in Excel or WPS and save as .xlsx; '
    """
    return _ADVICE.get(suffix, NOTHING)


def to_content(head: bytes) -> Text | None:
    """
    Name what a file holds by the bytes that it begins with; None if they are not known.

    Examples
    --------
    >>> to_content(b"%PDF-1.7").en
    'a PDF; give the data themselves'
    >>> to_content(b"boiler_id,name") is None
    True
    """
    return next((told for magic, told in _MAGIC if head.startswith(magic)), None)


def to_foreign_text(head: bytes, suffix: str) -> Text | None:
    r"""
    Name the text that a file holds if it is known to be of another kind than its suffix says.

    What is not known is left to the reader of the kind, which says where it stops making sense.

    Examples
    --------
    >>> to_foreign_text(b"<?xml version='1.0'?>\n<kml>", ".geojson").en
    'KML, not read; export it as GeoPackage'
    >>> to_foreign_text(b"<osm version='0.6'>", ".osm") is None
    True
    """
    if head.startswith(_UTF16) or b"\0" in head[:4]:
        return None if suffix in {".csv", ".json", ".geojson"} else _BINARY
    text = head.removeprefix(_BOM).decode("utf-8", errors="replace")
    prolog = _PROLOG.match(text)
    rest = text[prolog.end() :] if prolog else text
    root = _ROOT.match(rest)
    word = root[1].lower() if root else ""
    if suffix == ".osm":
        if word.startswith(("!doctype", "!entity")):
            return _DOCTYPE
        return None if word == "osm" else _XML if root else _BINARY
    for pattern, told in _ROOTS:
        if re.fullmatch(pattern, word):
            return told
    if word.startswith(("!doctype", "!entity")):
        return _DOCTYPE
    return _XML if text.lstrip().startswith("<?xml") else None
