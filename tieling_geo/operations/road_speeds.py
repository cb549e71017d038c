"""Speeds that are taken for roads that state none, as parameters of analyses that need them."""

from collections.abc import Mapping
from types import MappingProxyType

from tieling_geo.records import Parameter
from tieling_geo.text import Text

_SPEEDS = {
    "motorway": (80.0, Text("高速公路", "motorways")),
    "trunk": (60.0, Text("国道", "trunk roads")),
    "primary": (60.0, Text("省道", "primary roads")),
    "secondary": (40.0, Text("县道", "secondary roads")),
    "tertiary": (30.0, Text("乡道", "tertiary roads")),
    "local": (20.0, Text("其他道路", "local roads")),
}
#: Class of road -> the name of its parameter.
SPEED_NAMES: Mapping[str, str] = MappingProxyType({
    word: f"speed_{word}_km_per_h" for word in _SPEEDS
})
#: One parameter a class of road.
SPEED_PARAMETERS = tuple(
    Parameter(
        SPEED_NAMES[word],
        speed,
        "km_per_h",
        "none",
        Text(f"{title.zh}默认行驶速度", f"default speed on {title.en}"),
        Text("本工具约定", "declared by this toolkit"),
        verified=False,
    )
    for word, (speed, title) in _SPEEDS.items()
)
