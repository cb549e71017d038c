"""Make a layer's rows from OpenStreetMap's elements: every element that fits becomes one row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyproj
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from tieling_geo.crs import WEB_CRS
from tieling_geo.errors import InputError
from tieling_geo.readers.osm.assembly import BrokenError, to_area, to_line, to_place, to_ring
from tieling_geo.readers.osm.elements import AREA_TYPES, ElementKind, Elements, Keep, Tags
from tieling_geo.readers.osm.tags import RULES, TagRule
from tieling_geo.readers.raw import Fault, RawTable
from tieling_geo.schemas import LayerSchema
from tieling_geo.text import Text

#: What the licence asks to be said wherever the data is used.
CREDIT = Text(
    "数据来源:© OpenStreetMap 贡献者,开放数据库许可(ODbL 1.0)",
    "data: © OpenStreetMap contributors, Open Database License (ODbL 1.0)",
)
# Tags that say nothing of what an area is.
_SAYS_NOTHING = {"type", "source", "note", "created_by", "fixme", "FIXME"}
# So many ids, and so many kinds of elements left out, are told; faults name every row.
_TOLD_KEYS, _TOLD = 200, 20


class _Found(NamedTuple):
    """An element that fits the layer."""

    kind: ElementKind
    ref: int
    tags: Tags

    @property
    def key(self) -> str:
        """Its id as the layer has it."""
        return f"{self.kind}/{self.ref}"


@dataclass(frozen=True, slots=True)
class Gaps:
    """What of a source could not be used."""

    broken_ways: tuple[str, ...]
    broken_relations: tuple[str, ...]
    left_out: Counter[str]
    """Leading tags of elements that are near to the layer and do not belong to it, counted."""


def rule_of(layer: str) -> TagRule:
    """
    Return how a layer is made from OpenStreetMap.

    Raises
    ------
    InputError
        If it cannot be had from there.

    Examples
    --------
    >>> rule_of("boilers")
    Traceback (most recent call last):
        ...
    tieling_geo.errors.InputError: layer boilers cannot be had from OpenStreetMap; these can: ...
    """
    if layer not in RULES:
        known = ", ".join(RULES)
        raise InputError(
            Text(
                f"图层 {layer} 不能取自 OpenStreetMap;可取的有:{known};其余请使用官方台账",
                f"layer {layer} cannot be had from OpenStreetMap; these can: {known}; for others "
                "use official ledgers",
            )
        )
    return RULES[layer]


def to_keep(*rules: TagRule) -> Keep:
    """Return a test of tags: whether any of the rules looks at them."""
    keys = {next(iter(need)) for rule in rules for need in rule.needs}
    return lambda tags: not keys.isdisjoint(tags)


def to_table(elements: Elements, schema: type[LayerSchema]) -> tuple[RawTable, Gaps]:
    """
    Make a layer's rows: one an element that fits, ordered by kind and id.

    Parameters
    ----------
    elements
        The source, its tags kept by `to_keep` of the layer's rule.
    schema
        The layer.

    Returns
    -------
    table
        n rows with the schema's own column names, WGS 84; the geometry of an element that cannot be
        built is missing and told in `faults`.
    gaps
        What could not be used, and what was left out.

    Raises
    ------
    InputError
        If the layer cannot be had from OpenStreetMap.
    """
    rule = rule_of(schema.layer_name())
    found = list(_found(elements, rule))
    shapes = np.full(len(found), None, dtype=object)
    faults: list[Fault] = []
    old_style = _old_style_outers(elements, rule)
    build = _Builder(elements, rule, schema.card().geometry, old_style)
    for position, element in enumerate(found):
        try:
            shapes[position] = build.shape(element)
        except BrokenError as error:
            faults.append(Fault(position, "geometry", element.key, error.why))
    attributes, flags = _attributes(found, rule, schema)
    gaps = _gaps(elements, rule, [found[fault.position] for fault in faults])
    table = RawTable(
        attributes=attributes,
        geometry=shapes,
        rows=np.arange(1, len(found) + 1),
        crs=pyproj.CRS(WEB_CRS),
        faults=tuple(faults),
        flags=tuple(flags),
        notes=_notes(elements, found, gaps, rule),
    )
    return table, gaps


def _found(elements: Elements, rule: TagRule) -> Iterator[_Found]:
    """Go through the elements that fit, ordered by kind and id."""
    if "node" in rule.kinds:
        for ref, tags in sorted(elements.node_tags.items()):
            if rule.fits(tags):
                yield _Found("node", ref, tags)
    if "way" in rule.kinds:
        for ref, tags in sorted(elements.way_tags.items()):
            if rule.fits(tags):
                yield _Found("way", ref, tags)
    if "relation" in rule.kinds:
        for ref, relation in sorted(elements.relations.items()):
            if relation.tags.get("type") in AREA_TYPES and rule.fits(relation.tags):
                yield _Found("relation", ref, relation.tags)


class _Builder:
    """Builds the geometry that a layer wants."""

    def __init__(
        self, elements: Elements, rule: TagRule, family: str, old_style: frozenset[int]
    ) -> None:
        self.elements, self.rule, self.family, self.old_style = elements, rule, family, old_style

    def shape(self, element: _Found) -> BaseGeometry:
        """
        Build one element's geometry.

        Raises
        ------
        BrokenError
            If it cannot be built.
        """
        if element.kind == "node":
            places, known = self.elements.located(np.array([element.ref]))
            if not known.all():  # pragma: no cover - tags come with the node itself
                raise BrokenError(Text("节点缺失", "the node is missing"))
            return Point(places[0])
        if element.kind == "relation":
            area = to_area(self.elements, self.elements.relations[element.ref])
            return to_place(area) if self.family == "point" else area
        if self.family == "line":
            line = to_line(self.elements, element.ref)
            return line.reverse() if self.rule.is_reversed(element.tags) else line
        if self.family == "point":
            return self._place_of_way(element.ref)
        if element.ref in self.old_style:
            raise BrokenError(
                Text(
                    "标签写在外环路径上,而其关系另有内环(旧式写法),面积无法确定",
                    "tagged on the outer ring of a relation that has holes (old style): its area "
                    "is uncertain",
                )
            )
        return to_ring(self.elements, element.ref)

    def _place_of_way(self, ref: int) -> Point:
        """Stand a point for a way: within it if it is closed and simple, else in its middle."""
        line = to_line(self.elements, ref)
        ring = to_ring(self.elements, ref) if line.is_ring else line
        return to_place(ring)


def _old_style_outers(elements: Elements, rule: TagRule) -> frozenset[int]:
    """List ways that carry the tags of a relation with holes: their own area would be too big."""
    outers: set[int] = set()
    if "relation" not in rule.kinds:
        return frozenset()
    for relation in elements.relations.values():
        roles = {member.role for member in relation.members if member.kind == "way"}
        says_nothing = set(relation.tags) <= _SAYS_NOTHING
        if relation.tags.get("type") == "multipolygon" and "inner" in roles and says_nothing:
            outers.update(m.ref for m in relation.members if m.role != "inner")
    return frozenset(outers)


def _attributes(
    found: list[_Found], rule: TagRule, schema: type[LayerSchema]
) -> tuple[pd.DataFrame, list[Fault]]:
    """Take the columns' values from the tags, and tell tags that are not used."""
    key = schema.card().key
    columns: dict[str, list[str | None]] = {}
    flags: list[Fault] = []
    if key not in rule.columns:
        columns[key] = [element.key for element in found]
    for name, take in rule.columns.items():
        values = [take(element.tags) for element in found]
        columns[name] = [value.text for value in values]
        flags += [
            Fault(position, name, value.odd, value.why)
            for position, value in enumerate(values)
            if value.odd
        ]
    ordered = [c.name for c in schema.columns() if c.name in columns]
    frame = pd.DataFrame({name: pd.Series(columns[name], dtype="object") for name in ordered})
    return frame.set_axis(pd.RangeIndex(len(found))), sorted(flags)


def _gaps(elements: Elements, rule: TagRule, broken: list[_Found]) -> Gaps:
    """Account for what was not used."""
    left: Counter[str] = Counter()
    sources: list[tuple[ElementKind, list[Tags]]] = [
        ("node", list(elements.node_tags.values())),
        ("way", list(elements.way_tags.values())),
        ("relation", [relation.tags for relation in elements.relations.values()]),
    ]
    for kind, listed in sources:
        for tags in listed:
            if kind not in rule.kinds or not rule.fits(tags) or not _is_area(kind, tags):
                left[rule.concerns(tags)] += 1
    del left[""]
    return Gaps(
        tuple(element.key for element in broken if element.kind == "way"),
        tuple(element.key for element in broken if element.kind == "relation"),
        left,
    )


def _is_area(kind: ElementKind, tags: Tags) -> bool:
    """Tell whether an element can have a geometry: relations other than areas have none."""
    return kind != "relation" or tags.get("type") in AREA_TYPES


def _notes(elements: Elements, found: list[_Found], gaps: Gaps, rule: TagRule) -> tuple[Text, ...]:
    """Tell counts, timestamp, gaps and credit."""
    kinds = Counter(element.kind for element in found)
    total = (len(elements.node_ids), len(elements.way_ids), elements.relations_total)
    used = (kinds["node"], kinds["way"], kinds["relation"])
    stamp = elements.timestamp
    notes = [
        CREDIT,
        Text(
            f"OSM 数据时间:{stamp or '文件未注明'}",
            f"OSM data of: {stamp or 'not stated in the file'}",
        ),
        Text(
            "文件含节点 {} 个、路径 {} 条、关系 {} 个;".format(*total)
            + "取用节点 {} 个、路径 {} 条、关系 {} 个".format(*used),
            "{} nodes, {} ways and {} relations in the source; ".format(*total)
            + "taken: {} nodes, {} ways and {} relations".format(*used),
        ),
        _listed(Text("断裂的路径", "broken ways"), gaps.broken_ways),
        _listed(Text("断裂的关系", "broken relations"), gaps.broken_relations),
    ]
    if gaps.left_out:
        common = sorted(gaps.left_out.items(), key=lambda item: (-item[1], item[0]))[:_TOLD]
        told = ", ".join(f"{tag[:40]} {n}" for tag, n in common)
        more = "…" if len(gaps.left_out) > _TOLD else ""
        total_left = gaps.left_out.total()
        notes.append(
            Text(
                f"相近但不属于本图层、未取用 {total_left} 个:{told}{more}",
                f"near to the layer but not of it, left out: {total_left}: {told}{more}",
            )
        )
    if elements.deleted:
        n = elements.deleted
        notes.append(Text(f"标记为已删除、未取用 {n} 个", f"marked as deleted, left out: {n}"))
    if elements.repeated:
        n = elements.repeated
        notes.append(Text(f"完全重复、只取一次 {n} 个", f"repeated word for word, once: {n}"))
    return (*notes, rule.caution) if rule.caution.en else tuple(notes)


def _listed(what: Text, keys: tuple[str, ...]) -> Text:
    """Tell how many elements are broken, and which."""
    told = ", ".join(keys[:_TOLD_KEYS]) + ("…" if len(keys) > _TOLD_KEYS else "")
    return Text(
        f"{what.zh} {len(keys)} 个" + (f":{told}" if keys else ""),
        f"{what.en}: {len(keys)}" + (f": {told}" if keys else ""),
    )
