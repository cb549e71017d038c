"""What the instructions of a template say."""

from types import MappingProxyType

from tieling_geo.readers.ledgers.tables import EXAMPLE_KEY
from tieling_geo.reports.cells import CellValue
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import Text

#: Names of the sheets beside the table; they are never read as data.
INSTRUCTIONS, LISTS = "填写说明", "选项"
REQUIRED_WORD, OPTIONAL = Text("必填", "required"), Text("选填", "optional")
TABLE_HEADS = (
    Text("表中的列", "Column of the table"),
    Text("是否必填", "Required"),
    Text("怎样填写", "What to write"),
    Text("规定的依据", "Where the rule is from"),
)
#: Example places by geometry, under the headers of their columns.
EXAMPLE_PLACES: MappingProxyType[str, dict[str, CellValue]] = MappingProxyType({
    "point": {"经度": 123.851234, "纬度": 42.301234},
    "line": {"WKT": "LINESTRING (123.851234 42.301234, 123.86 42.31)"},
    "none": {},
    "polygon": {"WKT": "POLYGON ((123.85 42.3, 123.86 42.3, 123.86 42.31, 123.85 42.3))"},
})
_WKT_FORM = Text(
    "图形的 WKT 文本:经度在前、纬度在后,十进制度,CGCS2000",
    "the geometry as WKT: longitude before latitude, decimal degrees, CGCS2000",
)
_DEGREES_FORM = Text(
    "CGCS2000 十进制度,至少 5 位小数;也可写成度分秒,如 {dms}",
    "CGCS2000, decimal degrees with 5 decimals or more; degrees, minutes and seconds are read, "
    "too, such as {dms}",
)
COORDINATE_FORMS = MappingProxyType({
    "经度": _DEGREES_FORM.filled(dms="123°50′24.5″"),
    "纬度": _DEGREES_FORM.filled(dms="42°17′24.0″"),
    "WKT": _WKT_FORM,
})
_TITLE = Text("填写说明:{layer}", "Instructions: {layer}")
_WHAT = Text(
    "一行是一个要素:{definition}。定义的依据:{source}",
    "One row is one feature: {definition}. The definition is from: {source}",
)
_WHAT_ROW = Text(
    "一行是一条记录:{definition}。定义的依据:{source}",
    "One row is one record: {definition}. The definition is from: {source}",
)
_HOW = Text(
    "请在第一张工作表从第 3 行起填写。表头不可改动;红色表头的列必填,其余列不知道的留空,"
    "不要写 0。第 2 行是示例,编号为“{example}”的行不会被读入,填完后可删去。",
    "Fill in the first sheet from row 3 on. Do not change the headers; columns with a red header "
    "are required, in the others leave blank what is not known, and do not write 0. Row 2 is an "
    "example: a row with the number “{example}” is not read; delete it when you are done.",
)
_NUMBERS = Text(
    "数字不带单位,单位写在表头;低于检出限的写 <0.5 或 未检出。编号按文本保存,001 不会变成 1。"
    "日期写到日。合计行不是要素:可以保留,读入时会与各行之和核对。",
    "Numbers stand without their unit, which is in the header; below a limit of detection write "
    "<0.5 or 未检出. Numbers of features are text: 001 does not become 1. Dates are days. A row of "
    "totals (合计) is no feature: it may stay, and is held against the sum of the rows.",
)
_TABLE_NUMBERS = Text(
    "编号按文本保存,001 不会变成 1。日期写到日。本表没有坐标。不要写合计行:合计行不作数据。",
    "Numbers of records are text: 001 does not become 1. Dates are days. The table has no "
    "coordinates. Write no rows of totals (合计): they are no data.",
)
_DATUM = Text(
    "坐标基准为 2000 国家大地坐标系(CGCS2000)。不要使用高德、腾讯(GCJ-02)或百度(BD-09)地图"
    "拾取的坐标:它们分别偏移约半公里和一公里以上。坐标若已是这类,或是北京 54、西安 80、"
    "平面坐标,请在 card.toml 的 datum 与 crs 写明,不要自行改数。",
    "Coordinates are in CGCS2000. Do not pick them from Amap or Tencent (GCJ-02) or Baidu (BD-09) "
    "maps: these are off by half a kilometre and by more than one. If yours are of that kind, "
    "or in Beijing 1954, Xi'an 1980 or projected, say so in datum and crs of card.toml; do not "
    "change the figures.",
)
_SHAPES = Text(
    "线、面数据也可以不用本表:把同名的 GeoPackage({name}.gpkg)或 Shapefile({name}.shp 及其附属"
    "文件)放进本文件夹,并删去本表即可,列名与本表相同。",
    "Lines and polygons need not be written here: a GeoPackage ({name}.gpkg) or a Shapefile "
    "({name}.shp with its other files) with the same columns may take this file's place in the "
    "folder; then delete this file.",
)
_REJECTED = Text(
    "读入时逐行检查。不合规定的行会退回,不影响其他行:tieling-geo check 写出 rejected.xlsx,"
    "其中出错的单元格标红并批注原因;改正后重新提交即可。没有一行会被悄悄丢掉或改动。",
    "Every row is checked. A row that breaks a rule is rejected, and the others go on: tieling-geo "
    "check writes rejected.xlsx, where each bad cell is red and its remark gives the reason; "
    "correct it and send it in again. No row is dropped or changed in silence.",
)


def to_paragraphs(schema: type[LayerSchema]) -> tuple[Text, ...]:
    """
    Write the instructions of a layer.

    Parameters
    ----------
    schema
        The layer's schema.

    Returns
    -------
    paragraphs
        The first is the title.

    Examples
    --------
    >>> from tieling_geo.schemas import Boilers
    >>> to_paragraphs(Boilers)[0].zh
    '填写说明:锅炉'
    """
    card, name = schema.card(), schema.layer_name()
    what = _WHAT if card.has_places else _WHAT_ROW
    what = Text(
        what.zh.format(definition=card.definition.zh, source=card.source),
        what.en.format(definition=card.definition.en, source=card.source),
    )
    title = Text(_TITLE.zh.format(layer=card.title.zh), _TITLE.en.format(layer=card.title.en))
    how = _HOW.filled(example=EXAMPLE_KEY)
    own = (card.instructions,) if any(card.instructions) else ()
    if not card.has_places:
        return (title, what, how, *own, _TABLE_NUMBERS, _REJECTED)
    shapes = () if card.geometry == "point" else (_SHAPES.filled(name=name),)
    return (title, what, how, *own, _NUMBERS, _DATUM, *shapes, _REJECTED)
