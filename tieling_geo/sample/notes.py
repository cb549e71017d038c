"""What each layer's card says of the sample: what is invented, which facts it stands on."""

from collections.abc import Mapping
from types import MappingProxyType

from tieling_geo.sample.air import NOTES as AIR_NOTES
from tieling_geo.sample.energy import NOTES as ENERGY_NOTES
from tieling_geo.sample.facts import GEONAMES, OSM, WRI
from tieling_geo.sample.farmland import NOTES as FARMLAND_NOTES
from tieling_geo.sample.industry import NOTES as INDUSTRY_NOTES
from tieling_geo.sample.park_enterprises import NOTES as PARK_ENTERPRISES_NOTES
from tieling_geo.sample.sewage import NOTES as SEWAGE_NOTES
from tieling_geo.sample.transport import NOTES as TRANSPORT_NOTES
from tieling_geo.sample.villages import NOTES as VILLAGES_NOTES
from tieling_geo.sample.waste import NOTES as WASTE_NOTES
from tieling_geo.text import Text

PUBLISHER = "示例数据，由 tieling_geo.sample 生成 / SAMPLE, drawn by tieling_geo.sample"

_ALL = Text(
    "示例数据：要素与数值均为虚构，仅用于演示与测试，不得用于任何实际判断。",
    "SAMPLE: features and figures are invented, for demonstration and tests only.",
)
_SEATS = f"{GEONAMES}; {OSM}; {WRI}"
_NOTES: Mapping[str, Text] = MappingProxyType({
    "counties": Text(
        "县名与代码（GB/T 2260）、驻地点位为事实；界线为按驻地最近划分的示意图形，不是行政区界线。",
        f"Names, codes (GB/T 2260) and seats are facts ({_SEATS}; 铁岭县: common knowledge, "
        "unverified); outlines are cells nearest to each seat, not borders.",
    ),
    "river_reaches": Text(
        "河名与大致走向为事实（取整到 0.01 度）；线形为人为正弦摆动；"
        "“示例支流”及重要支流标记为虚构。",
        "River names and rough courses (to 0.01 degree; Natural Earth, CC0; GeoNames; common "
        "knowledge, unverified) are facts; the meander, every 示例支流 and importance "
        "are invented.",
    ),
    "rail_lines": Text(
        "车站点位为事实；站间为直线示意；专用线为虚构。",
        f"Stations are facts ({OSM}); straight in between; sidings are invented.",
    ),
    "freight_terminals": Text(
        "以车站点位为位置；是否办理货运、类型与能力均为虚构。两处用规划所列名称，其位置亦为虚构；"
        "规划点名的另外两处图层中没有。",
        f"Stand at stations ({OSM}); that they handle freight, kinds and capacities are invented. "
        "Two have names that are in the plan, at invented places; two that it names are absent.",
    ),
    "heat_sources": Text(
        "三座电厂的名称、位置与发电装机为事实，其供热情况为虚构；其余热源为虚构。",
        f"Name, place and electric capacity of three power plants are facts ({WRI}); that they "
        "deliver heat, and every other source, is invented.",
    ),
    "places": Text(
        "县级政府驻地的名称与点位为事实。",
        f"Names and positions of county seats are facts ({_SEATS}; 铁岭县: common knowledge, "
        "unverified).",
    ),
    "parks": Text(
        "三个开发区的名称为规划所列；级别、范围、改造阶段与日期均为虚构。"
        "特设情形：另有一个未点名的省级园区，一个级别缺失。",
        "The names of three parks are in the plan; levels, outlines, stages and dates "
        "are invented. Planted: one more of provincial level, and one without a level.",
    ),
    "boilers": Text(
        "特设情形：B0001 恰在供热范围顶点上；B0002 为城市建成区内恰为 35 蒸吨/小时的在用燃煤锅炉；"
        "B0003 已淘汰但无日期。",
        "Planted: B0001 stands exactly on a vertex of a supply area; B0002 is an operating coal "
        "boiler of exactly 35 t/h in a city's built-up area; B0003 is retired without a date.",
    ),
    "outfalls": Text(
        "特设情形：E0001 远离所有河段；其后若干为城市建成区内的城镇生活污水散排口。",
        "Planted: E0001 is far from every reach; the next are untreated urban outfalls inside "
        "cities' built-up areas.",
    ),
    "indicators": Text(
        "数值均为虚构，县区之和等于全市。特设情形：单位地区生产总值能耗恰降 14.5%；"
        "建筑垃圾综合利用率缺 2025 年数值；氮氧化物重点工程减排量 2023 年县区之和大于全市。"
        "规划附件的分解目标未提供，故无“分解目标”行。",
        "All numbers are invented; counties add up to the city. Planted: energy per unit of GDP "
        "falls by exactly 14.5 %; the share of construction waste used lacks 2025; in 2023 the "
        "counties' cuts of nitrogen oxides are more than the city's. The targets of the plan's "
        "annex are not there.",
    ),
    "overrides": Text(
        "认定均为虚构：供热范围内一台在用燃煤锅炉改为已淘汰（无日期）；一台已淘汰锅炉的淘汰日期改为"
        "不明；一个无阶段的排污口补为排查；W0005 补治理状态为治理中。",
        "All are invented: a coal boiler inside a supply area is set to retired, without a date; "
        "the date of a retired one is set to unknown; an outfall without a stage is set to "
        "surveyed; W0005 gets its status, in treatment.",
    ),
    "freight_sites": Text(
        "特设情形：F0001 年运量恰为 150 万吨；F0002 位于与路网不连通的道路上。",
        "Planted: F0001 moves exactly 1,500,000 t a year; F0002 is on roads that meet no others.",
    ),
    "black_odorous_waters": Text(
        "特设情形：W0001 面积恰为 2000 平方米；W0002 与 W0003 同属一个水体；W0005 治理状态缺失。",
        "Planted: W0001 covers exactly 2,000 m2; W0002 and W0003 are one body; "
        "W0005 has no status.",
    ),
    **VILLAGES_NOTES,
    **INDUSTRY_NOTES,
    **PARK_ENTERPRISES_NOTES,
    **SEWAGE_NOTES,
    **WASTE_NOTES,
    **ENERGY_NOTES,
    **AIR_NOTES,
    **TRANSPORT_NOTES,
    **FARMLAND_NOTES,
})


def layer_notes(name: str, *, scale: float, seed: int) -> str:
    """
    Return a card's notes, Chinese first.

    Examples
    --------
    >>> layer_notes("roads", scale=1.0, seed=7).splitlines()[-1]
    'scale 1, seed 7'
    """
    more = _NOTES.get(name)
    lines = [_ALL.zh, *([more.zh] if more else []), _ALL.en, *([more.en] if more else [])]
    return "\n".join([*lines, f"scale {scale:g}, seed {seed}"])
