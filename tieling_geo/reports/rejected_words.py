"""What the workbook of rejected rows says beside the rows themselves."""

from tieling_geo.records import Layer
from tieling_geo.schemas import LAYERS, ColumnCard, LayerSchema
from tieling_geo.text import Text

#: Name of the sheet that lists the rejected rows. It is never read as data.
LISTING = Text("退回清单", "Rejected")
#: Headers of that list; none is one that a layer's column is known by.
HEADERS = (
    Text("退回序号", "No. of rejection"),
    Text("所属图层", "layer read as"),
    Text("来源文件", "source file"),
    Text("来源工作表", "source sheet"),
    Text("所在行", "row in the file"),
    Text("出错单元格", "bad cells"),
    Text("出错列", "bad columns"),
    Text("原值", "value as it is"),
    Text("退回原因", "reasons"),
    Text("处理办法", "what to do"),
)
SUMMARY = Text(
    "退回清单:{layers} 个图层共退回 {rows} 行", "Rejected: {rows} rows of {layers} layers"
)
HOW_TO = Text(
    "请在后面的工作表中改正红色单元格(批注写明原因),保存后重新提交;"
    "淡黄色是同一行的其他单元格。请勿改动表头、增删列或调换行。",
    "Correct the red cells in the sheets that follow (their remarks give the reasons), save the "
    "file and send it in again; the other cells of a rejected row are pale yellow. Leave headers, "
    "columns and the order of rows as they are.",
)
SEND_AGAIN = Text(
    "改正后试读:tieling-geo read 本文件 --as {layer} --sheet “{sheet}”;"
    "正式提交:在 tieling.toml 的 [layers.{layer}] 写明 path 与 sheet",
    "to try the corrected sheet: tieling-geo read THIS_FILE --as {layer} --sheet “{sheet}”; to "
    "send it in: state path and sheet in [layers.{layer}] of tieling.toml",
)
NO_COPY = Text(
    "来自数据库,没有可标注的原表;请在数据库中改正",
    "it comes from a database, so there is no sheet to mark; correct it there",
)
FEW_REMARKS = Text(
    "只有前 {most} 个红色单元格带批注,其余单元格的原因见本清单",
    "only the first {most} red cells have remarks; this list has the reasons of all",
)
_BY_KIND = {
    "number": Text("只填数字,单位不写入单元格", "write the number only, without its unit"),
    "integer": Text("填整数,单位不写入单元格", "write a whole number, without its unit"),
    "date": Text("按 2023-12-31 的形式填写日期", "write the day as 2023-12-31"),
    "boolean": Text("填“是”或“否”", "write 是 (yes) or 否 (no)"),
    "text": Text("按退回原因改正", "correct it as the reason says"),
}
_KEY = Text(
    "填写不重复的编号;确为同一对象的,只保留一行",
    "write a number that no other row has; of rows for one feature, keep one",
)
_PLACE = {
    "point": Text(
        "核对坐标:经度在前,十进制度,如 123.840000 与 42.290000",
        "check the coordinates: longitude and latitude in decimal degrees, such as 123.840000 and "
        "42.290000",
    ),
    "line": Text("在 GIS 软件中改正该线", "correct the line in a GIS program"),
    "polygon": Text("在 GIS 软件中改正该面", "correct the polygon in a GIS program"),
    "none": _BY_KIND["text"],
}


def to_remedy(layer: Layer, header: str) -> Text:
    """
    Say what a person can do about a rejected value.

    Parameters
    ----------
    layer
        The layer, as read.
    header
        The value's column as the file calls it, or `geometry`.

    Returns
    -------
    remedy
        By the kind of the column that the header was read as.
    """
    schema = LAYERS[layer.name]
    names = {told: name for name, told in layer.reading.mapping.items()}
    column = next((c for c in schema.columns() if c.name == names.get(header, header)), None)
    return _PLACE[schema.card().geometry] if column is None else _remedy(schema, column)


def _remedy(schema: type[LayerSchema], column: ColumnCard) -> Text:
    """Say what a column takes."""
    if column.name == schema.card().key:
        return _KEY
    allowed = column.values
    if allowed:
        return Text(
            f"从下列各项中选一项:{'、'.join(title.zh for title in allowed.values())}",
            f"one of: {', '.join(title.en for title in allowed.values())}, or its Chinese title",
        )
    return _BY_KIND[column.kind]
