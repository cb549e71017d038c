"""
Which OpenStreetMap tags make which layer: one record a layer, nothing else knows a tag.

Tags as the OpenStreetMap wiki documents them (pages Key:highway, Key:oneway, Key:maxspeed,
Key:railway, Key:waterway, Tag:man_made=pipeline, Key:ref:admin:CN, Tag:power=plant).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from tieling_geo.readers.osm.elements import ElementKind, Tags
from tieling_geo.text import NOTHING, Text

#: Tag key -> its values that count; none named: any value counts.
Needs = Mapping[str, tuple[str, ...]]


class Value(NamedTuple):
    """A column's value, as text; and what is odd about the tag that it comes from."""

    text: str | None
    odd: str = ""
    """The tag's own value, where it is not used."""
    why: Text = NOTHING


Column = Callable[[Tags], Value]


def _never(_tags: Tags) -> bool:
    """Tell that a line runs as it is drawn."""
    return False


@dataclass(frozen=True, slots=True)
class TagRule:
    """How one layer is made from OpenStreetMap."""

    needs: tuple[Needs, ...]
    """An element counts if all tags of one of these fit."""
    columns: Mapping[str, Column]
    """Column of the schema -> its value; the key column is the element's id unless it is here."""
    without: Needs = field(default_factory=dict)
    """An element does not count if one of these tags fits."""
    named: str = ""
    """Regular expression that is found in the name."""
    kinds: tuple[ElementKind, ...] = ("way",)
    is_reversed: Callable[[Tags], bool] = _never
    """Tells whether the line runs against its nodes."""
    ask: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a service is asked for, where that is not simply all of `needs`: any of these tags."""
    caution: Text = NOTHING
    """What a user of the layer must know."""

    def fits(self, tags: Tags) -> bool:
        """Tell whether an element with these tags belongs to the layer."""
        return (
            any(_fits(tags, need) for need in self.needs)
            and not any(_has(tags, key, values) for key, values in self.without.items())
            and (not self.named or re.search(self.named, to_name(tags).text or "") is not None)
        )

    def concerns(self, tags: Tags) -> str:
        """
        Return the leading tag of elements that are near to the layer; empty for others.

        Examples
        --------
        >>> RULES["roads"].concerns({"highway": "footway"})
        'highway=footway'
        >>> RULES["roads"].concerns({"shop": "yes"})
        ''
        """
        leading = (next(iter(need)) for need in self.needs)
        return next((f"{key}={tags[key]}" for key in leading if key in tags), "")

    @property
    def asked(self) -> dict[str, bool | str | list[str]]:
        """What to ask a service for, in osmnx's words: elements with any of these tags."""
        pairs = self.ask or {key: values for need in self.needs for key, values in need.items()}
        return {key: list(values) if values else True for key, values in pairs.items()}


def _has(tags: Tags, key: str, values: tuple[str, ...]) -> bool:
    """Tell whether a tag is there with a value that counts."""
    return key in tags and (not values or tags[key] in values)


def _fits(tags: Tags, need: Needs) -> bool:
    """Tell whether all tags that are needed are there."""
    return all(_has(tags, key, values) for key, values in need.items())


def to_name(tags: Tags) -> Value:
    """Return the Chinese name where it is tagged as such, else the local one."""
    return Value(tags.get("name:zh") or tags.get("name"))


def _coded(*codes: tuple[Needs, str]) -> Column:
    """Return a column that takes the first code whose tags fit; missing where none does."""

    def code(tags: Tags) -> Value:
        return Value(next((word for need, word in codes if _fits(tags, need)), None))

    return code


def _quantity(key: str, pattern: str, why: Text) -> Column:
    """Return a column that takes a tag's number if it is written in the one form that is safe."""
    form = re.compile(pattern, re.ASCII)

    def number(tags: Tags) -> Value:
        stated = tags.get(key, "").strip()
        found = form.fullmatch(stated)
        return Value(found[1]) if found else Value(None, stated, why if stated else NOTHING)

    return number


_SPEED = _quantity(
    "maxspeed",
    r"0*([1-9][0-9]?|1[0-2][0-9]|130)(?: ?(?:km/h|kmh|kph))?",
    Text(
        "maxspeed 不是 1 至 130 的公里时速,按缺失处理,不作换算",
        "maxspeed is no number of km/h from 1 to 130: taken as missing, not converted",
    ),
)
_YES, _NO, _AGAINST = ("yes", "true", "1"), ("no", "false", "0"), ("-1", "reverse")


def _oneway(tags: Tags) -> Value:
    """Say whether traffic runs one way; motorways and roundabouts do unless tagged otherwise."""
    stated = tags.get("oneway")
    if stated in {*_YES, *_AGAINST}:
        return Value("true")
    if stated in _NO:
        return Value("false")
    if stated is not None:
        why = Text("oneway 的值随时间变化或无法识别,按缺失处理", "oneway changes or is unknown")
        return Value(None, stated, why)
    implied = tags.get("highway") == "motorway" or tags.get("junction") in {
        "roundabout",
        "circular",
    }
    return Value("true" if implied else None)


def _against(tags: Tags) -> bool:
    """Tell whether traffic runs against the line's nodes."""
    return tags.get("oneway") in _AGAINST


def _division_code(tags: Tags) -> Value:
    """Return the six digits of a county's division code; longer codes end in zeros."""
    stated = tags.get("ref:admin:CN") or tags.get("ref:admin:CN:mca") or ""
    found = re.fullmatch(r"([0-9]{6})0*", stated, re.ASCII)
    why = Text("不是六位行政区划代码", "no division code of six digits")
    return Value(found[1]) if found else Value(None, stated, why if stated else NOTHING)


def _year(key: str) -> Column:
    """Return a column that takes the year of a day such as 2009-11-01."""
    return _quantity(
        key, r"((?:19|20)[0-9]{2})(?:-[0-9]{2}){0,2}", Text(f"{key} 不是日期", f"{key} is no day")
    )


_MW = r"([0-9]+(?:\.[0-9]+)?) ?MW"
_NO_MW = Text("不是以 MW 为单位的数值", "no number of MW")


def _mw(key: str) -> Column:
    """Return a column that takes megawatts; `yes` says nothing of their number."""
    number = _quantity(key, _MW, _NO_MW)

    def stated(tags: Tags) -> Value:
        return Value(None) if tags.get(key) in {*_YES, *_NO} else number(tags)

    return stated


def _heat_mw(tags: Tags) -> Value:
    """Return the heat output where it is stated, as hot water or, without one, as steam."""
    water = _mw("plant:output:hot_water")(tags)
    return water if water.text or water.odd else _mw("plant:output:steam")(tags)


_ROAD_CLASSES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "motorway": ("motorway", "motorway_link"),
    "trunk": ("trunk", "trunk_link"),
    "primary": ("primary", "primary_link"),
    "secondary": ("secondary", "secondary_link"),
    "tertiary": ("tertiary", "tertiary_link"),
    "local": ("unclassified", "residential", "living_street", "road", "service"),
})
_HIGHWAYS = tuple(value for values in _ROAD_CLASSES.values() for value in values)
_HEAT = ("hot_water", "steam", "heat")

_ROADS = TagRule(
    needs=({"highway": _HIGHWAYS},),
    without={
        "area": ("yes",),
        "access": ("no",),
        "vehicle": ("no",),
        "motor_vehicle": ("no",),
        "service": ("parking_aisle", "drive-through"),
    },
    columns={
        "name": to_name,
        "road_class": _coded(*(({"highway": v}, code) for code, v in _ROAD_CLASSES.items())),
        "speed_km_per_h": _SPEED,
        "oneway": _oneway,
    },
    is_reversed=_against,
    # One question for the key is quicker for the service than one for each of its values.
    ask={"highway": ()},
)
_RAIL_LINES = TagRule(
    needs=({"railway": ("rail",)},),
    columns={
        "name": to_name,
        "kind": _coded(
            ({"highspeed": ("yes",)}, "high_speed"),
            ({"service": ("yard", "siding", "crossover")}, "yard"),
            ({"service": ("spur",)}, "siding"),
            ({"usage": ("industrial", "military")}, "siding"),
            ({"usage": ("branch",)}, "branch"),
            ({"usage": ("main",)}, "main"),
        ),
    },
)
_RIVER_REACHES = TagRule(
    needs=({"waterway": ("river", "stream")},),
    named=".",
    columns={"river_name": to_name},
    caution=Text(
        "只取有名称的河流与溪流;一条路径为一个河段,不一定止于汇流点,支流级别须自行补充",
        "named rivers and streams only; a reach is a way, which need not end at a confluence; "
        "levels of tributaries are to be added",
    ),
)
_FREIGHT_TERMINALS = TagRule(
    needs=(
        {"railway": ("station", "yard")},
        {"industrial": ("intermodal_freight_terminal",)},
    ),
    without={
        "station": ("subway", "light_rail", "monorail", "funicular", "miniature"),
        "subway": ("yes",),
        "light_rail": ("yes",),
        "tram": ("yes",),
        "highspeed": ("yes",),
    },
    kinds=("node", "way", "relation"),
    columns={
        "name": to_name,
        "kind": _coded(
            ({"industrial": ("intermodal_freight_terminal",)}, "logistics_base"),
            ({"railway": ("yard",)}, "yard"),
            ({"railway": ("station",)}, "station"),
        ),
    },
    caution=Text(
        "OSM 一般不写明车站是否办理货运,须逐站核实",
        "OpenStreetMap rarely says whether a station handles freight: check each",
    ),
)
_COUNTIES = TagRule(
    needs=({"boundary": ("administrative",), "admin_level": ("6",)},),
    # Ways that carry these tags are stretches of a border, not counties.
    kinds=("relation",),
    columns={"county_id": _division_code, "name": to_name},
    # Asking for all boundaries would bring townships, the province and the country.
    ask={"admin_level": ("6",)},
    caution=Text(
        "OSM 行政界线不是法定界线,不得作为划界依据",
        "boundaries in OpenStreetMap are not the statutory ones",
    ),
)
_PARKS = TagRule(
    needs=({"landuse": ("industrial",)},),
    named="开发区|开發區|工业园|工業園|产业园|產業園|园区|園區|产业基地|高新区",
    kinds=("way", "relation"),
    columns={"name": to_name},
    caution=Text(
        "只取名称像园区的工业用地;不是批准范围",
        "industrial land whose name is that of a park; not the approved boundary",
    ),
)
_HEATING_PIPES = TagRule(
    needs=(
        {"man_made": ("pipeline",), "substance": _HEAT},
        {"man_made": ("pipeline",), "utility": ("heating",)},
    ),
    columns={
        "network_id": lambda tags: Value(tags.get("network")),
        "kind": _coded(
            ({"usage": ("transmission",)}, "trunk"),
            ({"usage": ("distribution",)}, "branch"),
        ),
        "diameter_mm": _quantity(
            "diameter",
            r"([1-9][0-9]*(?:\.[0-9]+)?)(?: ?mm)?",
            Text("diameter 不是毫米数", "diameter is no number of mm"),
        ),
        "installed_year": _year("start_date"),
    },
    ask={"substance": _HEAT, "utility": ("heating",)},
    caution=Text("OSM 的供热管网很不完整", "OpenStreetMap has few of the heating pipes"),
)
_HEAT_SOURCES = TagRule(
    needs=(
        {"industrial": ("heating_station",)},
        {"power": ("plant",), "plant:output:hot_water": ()},
        {"power": ("plant",), "plant:output:steam": ()},
    ),
    without={"plant:output:hot_water": ("no",), "plant:output:steam": ("no",)},
    kinds=("node", "way", "relation"),
    columns={
        "name": to_name,
        "kind": _coded(
            ({"industrial": ("heating_station",)}, "boiler_house"),
            ({"plant:output:electricity": ()}, "chp"),
        ),
        "fuel": _coded(
            ({"plant:source": ("coal",)}, "coal"),
            ({"plant:source": ("gas",)}, "gas"),
            ({"plant:source": ("biomass", "biofuel")}, "biomass"),
            ({"plant:source": ("waste",)}, "waste"),
            ({"plant:source": ()}, "other"),
        ),
        "heat_mw": _heat_mw,
        "electric_mw": _mw("plant:output:electricity"),
    },
    ask={
        "industrial": ("heating_station",),
        "plant:output:hot_water": (),
        "plant:output:steam": (),
    },
)
_PLACES = TagRule(
    needs=({"place": ("city", "town", "village", "hamlet")},),
    named=".",
    kinds=("node",),
    columns={
        "name": to_name,
        "kind": _coded(
            ({"capital": ("6",)}, "county_seat"),
            ({"place": ("city",)}, "city"),
            ({"place": ("town",)}, "town"),
            ({"place": ("village", "hamlet")}, "village"),
        ),
    },
)

#: Layer -> how it is made. A layer that is not here cannot be had from OpenStreetMap: outfalls,
#: boilers and built-up areas of a stated year are in official ledgers only.
RULES: Mapping[str, TagRule] = MappingProxyType({
    "counties": _COUNTIES,
    "freight_terminals": _FREIGHT_TERMINALS,
    "heat_sources": _HEAT_SOURCES,
    "heating_pipes": _HEATING_PIPES,
    "parks": _PARKS,
    "places": _PLACES,
    "rail_lines": _RAIL_LINES,
    "river_reaches": _RIVER_REACHES,
    "roads": _ROADS,
})
