"""
OpenStreetMap's nodes, ways and relations in memory, whatever file or answer they came from.

GDAL's and osmnx's own readers leave out, without a word, the nodes that a clipped extract does not
have and the rings that do not close. Here every reference is kept, so that what is missing can be
told.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.text import Text

Tags = Mapping[str, str]
ElementKind = Literal["node", "way", "relation"]
#: Tells whether the tags of an element are worth keeping.
Keep = Callable[[Tags], bool]

#: Most elements that are taken from one file: a province of China, not the country.
MOST_NODES = 12_000_000
MOST_WAYS = 2_000_000
MOST_RELATIONS = 200_000
#: Relations whose member ways are the rings of an area.
AREA_TYPES = ("multipolygon", "boundary")


class Member(NamedTuple):
    """One member of a relation."""

    kind: str
    ref: int
    role: str


class Relation(NamedTuple):
    """A relation: its members in their order, and its tags."""

    members: tuple[Member, ...]
    tags: Tags


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of one source; tags only of those that are worth keeping."""

    node_ids: NDArray[np.int64]
    """n ids, ascending."""
    places: NDArray[np.float64]
    """n pairs of longitude and latitude, degrees, WGS 84."""
    node_tags: Mapping[int, Tags]
    way_ids: NDArray[np.int64]
    """m ids, ascending."""
    way_spans: NDArray[np.int64]
    """m pairs: where a way's nodes begin in `way_refs`, and where they end (open)."""
    way_refs: NDArray[np.int64]
    """Node ids of all ways, one way after the other."""
    way_tags: Mapping[int, Tags]
    relations: Mapping[int, Relation]
    """Those with tags that are worth keeping, and all areas."""
    relations_total: int
    timestamp: str = ""
    """When the data was taken from the database, as stated; empty: not stated."""
    deleted: int = 0
    """Elements marked as deleted in an editor's file; they are left out."""
    repeated: int = 0
    """Elements that stand twice, word for word; they are taken once."""

    def refs(self, way: int) -> NDArray[np.int64] | None:
        """Return the ids of a way's nodes in their order; None if the way is not there."""
        position = int(np.searchsorted(self.way_ids, way))
        if position == len(self.way_ids) or self.way_ids[position] != way:
            return None
        start, end = self.way_spans[position]
        return self.way_refs[start:end]

    def located(self, nodes: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """
        Look up where nodes are.

        Returns
        -------
        places
            k pairs of longitude and latitude; NaN where the node is not there.
        known
            k booleans: the node is there.
        """
        if not len(self.node_ids):
            return np.full((len(nodes), 2), np.nan), np.zeros(len(nodes), dtype=bool)
        at = np.minimum(np.searchsorted(self.node_ids, nodes), len(self.node_ids) - 1)
        known = self.node_ids[at] == nodes
        return np.where(known[:, None], self.places[at], np.nan), known


@dataclass(slots=True)
class ElementsBuilder:
    """Collects elements as a source gives them; `finished` sorts them and checks their ids."""

    name: str
    """Of the file or service, for error messages."""
    keep: Keep
    timestamp: str = ""
    deleted: int = 0
    _ids: list[NDArray[np.int64]] = field(default_factory=list)
    _places: list[NDArray[np.float64]] = field(default_factory=list)
    _node_tags: dict[int, Tags] = field(default_factory=dict)
    _way_ids: "array[int]" = field(default_factory=lambda: array("q"))
    _way_lengths: "array[int]" = field(default_factory=lambda: array("q"))
    _way_refs: "array[int]" = field(default_factory=lambda: array("q"))
    _way_tags: dict[int, Tags] = field(default_factory=dict)
    _relations: dict[int, Relation] = field(default_factory=dict)
    _relation_ids: set[int] = field(default_factory=set)
    _few: list[tuple[int, float, float]] = field(default_factory=list)
    _nodes: int = 0
    _repeated: int = 0

    def add_nodes(
        self, ids: NDArray[np.int64], places: NDArray[np.float64], tags: Mapping[int, Tags]
    ) -> None:
        """
        Add n nodes: ids, and pairs of longitude and latitude.

        Raises
        ------
        BrokenFileError
            If a place is not on the earth, or the tags of a repeated node differ.
        """
        longitude, latitude = np.abs(places[:, 0]), np.abs(places[:, 1])
        # Written so that NaN fails as well.
        bad = ~((longitude <= 180) & (latitude <= 90))  # noqa: PLR2004 - the earth
        if bad.any():
            raise self.broken(
                Text(
                    f"节点 {ids[bad][0]} 的经纬度不在地球上",
                    f"node {ids[bad][0]} is nowhere on the earth",
                )
            )
        self._ids.append(ids)
        self._places.append(places)
        self._nodes += len(ids)
        self._check_total(self._nodes, MOST_NODES)
        for node, own in tags.items():
            if self.keep(own) and self._node_tags.setdefault(node, own) != own:
                raise self._twice("node", node)

    def add_node(self, node: int, longitude: float, latitude: float, tags: Tags) -> None:
        """Add one node."""
        self._few.append((node, longitude, latitude))
        if tags and self.keep(tags) and self._node_tags.setdefault(node, tags) != tags:
            raise self._twice("node", node)
        if len(self._few) >= 1 << 16:
            self._flush()

    def add_way(self, way: int, refs: Sequence[int], tags: Tags) -> None:
        """
        Add a way with the ids of its nodes.

        Raises
        ------
        BrokenFileError
            If the tags of a repeated way differ.
        """
        self._way_ids.append(way)
        self._way_lengths.append(len(refs))
        self._way_refs.extend(refs)
        self._check_total(len(self._way_ids), MOST_WAYS)
        if tags and self.keep(tags) and self._way_tags.setdefault(way, tags) != tags:
            raise self._twice("way", way)

    def add_relation(self, relation: int, members: Iterable[Member], tags: Tags) -> None:
        """
        Add a relation.

        Raises
        ------
        BrokenFileError
            If it stands there already and is another.
        """
        built = Relation(tuple(members), tags)
        known = relation in self._relation_ids
        self._relation_ids.add(relation)
        self._check_total(len(self._relation_ids), MOST_RELATIONS)
        if tags.get("type") in AREA_TYPES or self.keep(tags):
            if known and self._relations.get(relation) != built:
                raise self._twice("relation", relation)
            self._relations[relation] = built
        self._repeated += known

    def finished(self) -> Elements:
        """
        Sort what was collected.

        Raises
        ------
        BrokenFileError
            If one id stands for two different elements.
        """
        self._flush()
        ids, places = self._sorted_nodes()
        way_ids, spans = self._sorted_ways()
        return Elements(
            node_ids=ids,
            places=places,
            node_tags=self._node_tags,
            way_ids=way_ids,
            way_spans=spans,
            way_refs=np.frombuffer(self._way_refs, dtype=np.int64),
            way_tags=self._way_tags,
            relations=self._relations,
            relations_total=len(self._relation_ids),
            timestamp=self.timestamp,
            deleted=self.deleted,
            repeated=self._repeated,
        )

    def broken(self, why: Text) -> BrokenFileError:
        """Return the error of a broken source."""
        return BrokenFileError(self.name, why)

    def _flush(self) -> None:
        """Hand over the nodes that came one by one."""
        if self._few:
            table = self._few
            self._few = []
            ids = np.fromiter((row[0] for row in table), dtype=np.int64, count=len(table))
            places = np.array([row[1:] for row in table], dtype=np.float64)
            self.add_nodes(ids, places, {})

    def _sorted_nodes(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Sort nodes by id and take repeated ones once."""
        if not self._ids:
            return np.empty(0, dtype=np.int64), np.empty((0, 2))
        ids, places = np.concatenate(self._ids), np.concatenate(self._places)
        self._ids, self._places = [], []
        if (np.diff(ids) > 0).all():
            return ids, places
        order = np.argsort(ids, kind="stable")
        ids, places = ids[order], places[order]
        same = np.flatnonzero(ids[1:] == ids[:-1])
        other = same[(places[same] != places[same + 1]).any(axis=1)]
        if len(other):
            raise self._twice("node", int(ids[other[0]]))
        self._repeated += len(same)
        return np.delete(ids, same), np.delete(places, same, axis=0)

    def _sorted_ways(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Sort ways by id and take repeated ones once."""
        ids = np.frombuffer(self._way_ids, dtype=np.int64)
        ends = np.cumsum(np.frombuffer(self._way_lengths, dtype=np.int64))
        spans = np.column_stack([np.concatenate([[0], ends[:-1]])[: len(ids)], ends])
        order = np.argsort(ids, kind="stable")
        ids, spans = ids[order], spans[order]
        same = np.flatnonzero(ids[1:] == ids[:-1])
        for position in same:
            (a, b), (c, d) = spans[position], spans[position + 1]
            if self._way_refs[a:b] != self._way_refs[c:d]:
                raise self._twice("way", int(ids[position]))
        self._repeated += len(same)
        return np.delete(ids, same), np.delete(spans, same, axis=0)

    def _twice(self, kind: ElementKind, ref: int) -> BrokenFileError:
        """Return the error of an id that stands for two different elements."""
        return self.broken(
            Text(f"{kind}/{ref} 出现两次且内容不同", f"{kind}/{ref} stands twice and differs")
        )

    def _check_total(self, count: int, most: int) -> None:
        """
        Refuse a source that is larger than what is taken.

        Raises
        ------
        UntrustedFileError
            With what to do.
        """
        if count > most:
            raise UntrustedFileError(
                Text(
                    f"文件 {self.name}:要素超过 {most} 个,超出可读范围;"
                    "请先裁出所需区域(如 osmium extract)再读取",
                    f"file {self.name}: more than {most} elements, which is more than is read; "
                    "cut out the area first, for instance with osmium extract",
                )
            )
