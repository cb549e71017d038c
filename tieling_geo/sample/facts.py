"""
The few real facts the sample stands on: names and rounded point positions, each with its source.

No geometry is copied from any data set: outlines and lines are drawn between these points.
"""

from dataclasses import dataclass

GEONAMES = "GeoNames (CC BY 4.0)"
OSM = "OpenStreetMap contributors (ODbL), point positions"
WRI = "WRI Global Power Plant Database (CC BY 4.0)"
COMMON = "common knowledge, unverified"


@dataclass(frozen=True, slots=True)
class Seat:
    """A county-level unit with its seat."""

    county_id: str
    name: str
    lon: float
    lat: float
    radius_m: float
    """Invented: half the width of its drawn built-up area, metres."""
    source: str


@dataclass(frozen=True, slots=True)
class Place:
    """A named point, degrees."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Plant:
    """A coal power plant with its electric capacity."""

    name: str
    lon: float
    lat: float
    electric_mw: float


@dataclass(frozen=True, slots=True)
class Course:
    """A river's few points, downstream; its last point lies on the river that receives it."""

    name: str
    tributary_level: int
    points: tuple[tuple[float, float], ...]


#: Codes: GB/T 2260.
SEATS = (
    Seat("211202", "银州区", 123.84139, 42.29306, 3600.0, GEONAMES),
    # By its power station.
    Seat("211204", "清河区", 124.1403, 42.5299, 2400.0, WRI),
    Seat("211221", "铁岭县", 123.73, 42.22, 2000.0, COMMON),
    Seat("211223", "西丰县", 124.72222, 42.73722, 1700.0, GEONAMES),
    Seat("211224", "昌图县", 124.09545, 42.77884, 2200.0, GEONAMES),
    # By its railway station.
    Seat("211281", "调兵山市", 123.5483, 42.4525, 2300.0, OSM),
    Seat("211282", "开原市", 124.04028, 42.53306, 2700.0, GEONAMES),
)

#: Invented and visibly schematic: it follows no border.
OUTLINE = (
    (123.45, 42.10),
    (123.42, 42.90),
    (123.50, 43.35),
    (123.95, 43.45),
    (124.35, 43.20),
    (124.45, 42.95),
    (124.90, 43.05),
    (125.10, 42.90),
    (125.08, 42.55),
    (124.75, 42.35),
    (124.60, 42.05),
    (124.00, 41.98),
    (123.70, 42.05),
)

# Approximate, rounded to 0.01 degree, from Natural Earth 1:10m (CC0) for the main stem, GeoNames
# place positions and common knowledge. Confluences are named by the same point in both rivers.
_ZHAOSUTAI_MOUTH = (123.62, 42.66)
_LIANGZI_MOUTH = (123.80, 42.47)
_QING_MOUTH = (123.87, 42.41)
_CHAI_MOUTH = (123.82, 42.33)
_FAN_MOUTH = (123.66, 42.23)
_ERDAO_MOUTH = (123.78, 42.80)
_KOU_MOUTH = (124.32, 42.56)

RIVERS = (
    Course(
        "辽河",
        0,
        (
            (123.55, 43.20),
            _ZHAOSUTAI_MOUTH,
            _LIANGZI_MOUTH,
            _QING_MOUTH,
            _CHAI_MOUTH,
            _FAN_MOUTH,
            (123.50, 42.13),
        ),
    ),
    Course("招苏台河", 1, ((124.15, 43.13), (123.92, 42.98), _ERDAO_MOUTH, _ZHAOSUTAI_MOUTH)),
    Course("亮子河", 1, ((124.20, 42.88), (124.10, 42.77), (123.98, 42.62), _LIANGZI_MOUTH)),
    Course(
        "清河",
        1,
        (
            (124.80, 42.45),
            (124.60, 42.50),
            _KOU_MOUTH,
            (124.14, 42.52),
            (124.03, 42.52),
            _QING_MOUTH,
        ),
    ),
    Course("柴河", 1, ((124.55, 42.30), (124.20, 42.27), (123.95, 42.31), _CHAI_MOUTH)),
    Course(
        "凡河", 1, ((124.35, 42.12), (124.10, 42.17), (123.90, 42.20), (123.73, 42.22), _FAN_MOUTH)
    ),
    Course("二道河", 2, ((124.10, 42.97), (123.95, 42.86), _ERDAO_MOUTH)),
    Course("寇河", 2, ((124.80, 42.79), (124.72, 42.73), (124.50, 42.64), _KOU_MOUTH)),
)

# Positions: OpenStreetMap contributors (ODbL), one point a station.
_TIELING = Place("铁岭", 123.8310, 42.2912)
_KAIYUAN = Place("开原", 124.0257, 42.5442)
_DIAOBINGSHAN = Place("调兵山", 123.5483, 42.4525)
_XIFENG = Place("西丰", 124.7015, 42.7324)

#: Line name, kind and stations in their order.
RAILWAYS = (
    (
        "京哈铁路（示意）",
        "main",
        (
            Place("乱石山", 123.6744, 42.1703),
            Place("得胜台", 123.7519, 42.2349),
            _TIELING,
            Place("平顶堡", 123.9151, 42.3634),
            Place("中固", 123.9900, 42.4306),
            _KAIYUAN,
            Place("马仲河", 124.0245, 42.7111),
            Place("昌图", 124.1112, 42.7765),
            Place("双庙子", 124.2072, 42.9512),
        ),
    ),
    (
        "铁岭—调兵山铁路（示意）",
        "branch",
        (
            _TIELING,
            Place("镇西堡", 123.7437, 42.3628),
            Place("大青", 123.6659, 42.4147),
            _DIAOBINGSHAN,
        ),
    ),
    (
        "开原—西丰铁路（示意）",
        "branch",
        (_KAIYUAN, Place("松树村", 124.3531, 42.7131), _XIFENG),
    ),
)

#: Every station once, in the order in which the sample turns them into terminals.
STATIONS = tuple(
    dict.fromkeys((
        _TIELING,
        _KAIYUAN,
        _DIAOBINGSHAN,
        _XIFENG,
        *(place for _, _, line in RAILWAYS for place in reversed(line)),
    ))
)

#: Coal plants, WRI Global Power Plant Database (CC BY 4.0); heat output is not in the source.
PLANTS = (
    Plant("铁岭电厂", 123.80305, 42.3450141, 2520.0),
    Plant("清河电厂", 124.140263, 42.529857, 1600.0),
    Plant("调兵山电厂", 123.565601, 42.494033, 600.0),
)

#: Names are in the plan (clause C02); the county of each is where the sample draws it.
NAMED_PARKS = (
    ("铁岭经济技术开发区", "211202"),
    ("调兵山市经济开发区", "211281"),
    ("开原市经济开发区", "211282"),
)

#: Names are in the plan (clause E07), which names four; that these two handle freight, and where
#: the sample puts them, is invented. The other two are left out: a finding that an analysis tells.
NAMED_TERMINALS = ("铁岭物流基地", "东北(铁岭)国际陆港")
