"""Words of the tools on a map: measuring, coordinates, printing, links."""

from tieling_geo.text import Text

#: Words of `page/tools.js` and the files beside it.
TOOL_WORDS = {
    "northUp": Text("上北下南", "north is up"),
    "fullScreen": Text("全屏显示", "full screen"),
    "noFullScreen": Text("浏览器不允许全屏", "the browser does not allow full screen"),
    "notCopied": Text("浏览器不允许复制：{text}", "the browser does not allow copying: {text}"),
    "copyLink": Text("复制当前视图的链接", "copy a link to this view"),
    "linkCopied": Text("已复制链接", "link copied"),
    # measuring
    "distance": Text("量距离", "measure a distance"),
    "area": Text("量面积", "measure an area"),
    "perimeter": Text("周长", "perimeter"),
    "few_distance": Text("请在图上加点", "put points on the map"),
    "few_area": Text("请在图上至少加三点", "put at least three points on the map"),
    "crossed": Text("边线自相交，面积无意义", "the outline crosses itself: no area"),
    "pointPut": Text("已加点", "point added"),
    "pointGone": Text("已撤销一点", "point removed"),
    "measureEnd": Text("结束", "Finish"),
    "measureUndo": Text("撤销一点", "Undo"),
    "measureClear": Text("清除", "Clear"),
    "measureHint": Text(
        "单击加点，双击结束；按椭球面（CGCS2000）量算。",
        "Click to add a point, double-click to finish. Measured on the ellipsoid (CGCS2000).",
    ),
    "measureKeys": Text(
        "键盘：方向键移图，回车在图心加点，原地再按回车结束；退格键撤销，Esc 取消。",
        "By keyboard: arrows move the map, Enter adds its centre, Enter again finishes; "
        "Backspace undoes, Esc cancels.",
    ),
    "unitM": Text("米", "m"),
    "unitKm": Text("千米", "km"),
    "unitM2": Text("平方米", "m²"),
    "unitKm2": Text("平方千米", "km²"),
    "unitHa": Text("公顷", "ha"),
    "unitMu": Text("亩", "mu"),
    # coordinates
    "coordinates": Text("坐标系", "Coordinates"),
    "copyCoordinates": Text(
        "复制坐标（右键或长按地图可选定一点）",
        "copy the coordinates (right click or long press marks a place)",
    ),
    "copied": Text("已复制 {text}", "copied {text}"),
    "atPointer": Text("指针处", "pointer"),
    "atMark": Text("选定点", "marked"),
    "atCenter": Text("图心", "centre"),
    "crs_degrees": Text("经纬度（CGCS2000、WGS 84）", "degrees (CGCS2000, WGS 84)"),
    "crs_sexagesimal": Text("度分秒（CGCS2000、WGS 84）", "deg min sec (CGCS2000, WGS 84)"),
    "crs_plane": Text("高斯平面（CGCS2000 3 度带）", "plane (CGCS2000 3-degree zone)"),
    "crs_gcj02": Text("GCJ-02（网络地图偏移）", "GCJ-02 (shifted web maps)"),
    "sameDegrees": Text(
        "CGCS2000 与 WGS 84 相差不足 1 米，同值显示",
        "CGCS2000 and WGS 84 differ by less than 1 m: shown alike",
    ),
    "shifted": Text("偏移坐标，只宜与网络地图对照", "shifted: only to compare with web maps"),
    "noZone": Text("不在 25–45 带内", "outside zones 25 to 45"),
    "zone": Text("CGCS2000 {zone} 带", "CGCS2000 zone {zone}"),
    "zoneNote": Text(
        "EPSG:{epsg}，中央经线 {meridian}°E；加带号（EPSG:{prefixedEpsg}）",
        "EPSG:{epsg}, central meridian {meridian}°E; with prefix (EPSG:{prefixedEpsg})",
    ),
    "zoneLabel": Text(
        "CGCS2000 3 度带 {zone} 带（EPSG:{epsg}）", "CGCS2000 3-degree zone {zone} (EPSG:{epsg})"
    ),
    # printing
    "print": Text("打印", "Print"),
    "printMap": Text("打印地图", "print the map"),
    "paper": Text("纸张", "Paper"),
    "turn": Text("方向", "Orientation"),
    "landscape": Text("横向", "landscape"),
    "portrait": Text("纵向", "portrait"),
    "printHint": Text(
        "打印当前视图；已关闭的图层不印。缩放请选“实际大小”（100%）。",
        "Prints the present view without the layers that are switched off. "
        "Choose “actual size” (100 %).",
    ),
    "legendApart": Text("图例见下页", "legend on the next page"),
    "cancel": Text("取消", "Cancel"),
}
