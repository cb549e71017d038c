"""Check that an answer of OpenStreetMap's Overpass service is whole, before it is believed."""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
import shapely
from shapely import Polygon

from tieling_geo.errors import BrokenFileError, UntrustedFileError
from tieling_geo.readers.osm.elements import AREA_TYPES, Elements, ElementsBuilder, Keep, Member
from tieling_geo.readers.osm.service import FailedError
from tieling_geo.text import Text

_STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
# Corners of the area that is asked for are rounded to 1e-6 degrees.
_MARGIN_DEG = 1e-4
_KINDS = ("node", "way", "relation")


def check_answer(body: bytes, area: Polygon, keep: Keep) -> Elements:
    """
    Read an answer, if it is whole and about the area.

    Parameters
    ----------
    body
        What the service sent.
    area
        What was asked for, degrees.
    keep
        Tells whether an element's tags are worth keeping.

    Returns
    -------
    elements
        Every way with all of its nodes, every area with all of its ways.

    Raises
    ------
    FailedError
        If it is not JSON, says of itself that it is incomplete, lacks parts, or lies elsewhere.
    """
    builder = ElementsBuilder("Overpass", keep)
    add_answer(body, builder)
    try:
        elements = builder.finished()
    except (UntrustedFileError, OverflowError) as error:
        raise FailedError(_why(error), is_passing=not _is_too_large(error)) from None
    _check_references(elements)
    _check_area(elements, area)
    return elements


def add_answer(body: bytes, builder: ElementsBuilder) -> None:
    """
    Add an answer's elements; the timestamp becomes the older one of those added so far.

    Raises
    ------
    FailedError
        If it is not JSON of the service's form, or says of itself that it is incomplete.
    """
    stated = _parsed(body)
    if "remark" in stated:
        # The remark is the server's own text: it is not repeated.
        raise FailedError(
            Text(
                "服务注明答复不完整(remark,多为超时或内存不足)",
                "the service remarks that it is incomplete (time or memory ran out)",
            )
        )
    source = stated.get("osm3s")
    stamp = source.get("timestamp_osm_base") if isinstance(source, dict) else None
    if not isinstance(stamp, str) or not _STAMP.fullmatch(stamp):
        raise FailedError(Text("答复没有数据时间", "the answer does not state its data's time"))
    listed = stated.get("elements")
    if not isinstance(listed, list):
        raise FailedError(Text("答复没有要素列表", "the answer has no list of elements"))
    builder.timestamp = min(builder.timestamp or stamp, stamp)
    try:
        for element in listed:
            _add(element, builder)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise FailedError(_why(error), is_passing=not _is_too_large(error)) from None


def _is_too_large(error: Exception) -> bool:
    """Tell whether the answer is refused for its size: it will not be smaller another time."""
    return isinstance(error, UntrustedFileError) and not isinstance(error, BrokenFileError)


def _why(error: Exception) -> Text:
    """Say what is wrong with an element."""
    if isinstance(error, BrokenFileError):
        why: Text = error.args[1]
        return why
    if isinstance(error, UntrustedFileError):
        return error.message
    return Text("答复中有残缺的要素", "the answer holds an element that is not whole")


def _parsed(body: bytes) -> dict[str, Any]:
    """
    Parse the body as one JSON object.

    Raises
    ------
    FailedError
        If it is none.
    """

    def refuse(_constant: str) -> NoReturn:
        raise ValueError

    head = body[:200].lstrip().lower()
    if not head:
        raise FailedError(Text("答复为空", "the answer is empty"))
    try:
        stated = json.loads(body.decode(), parse_constant=refuse)
    except (ValueError, RecursionError):
        is_page = head.startswith((b"<!doctype html", b"<html", b"<?xml"))
        what = (
            Text("答复是网页而不是数据(门户、代理或过载页面)", "the answer is a page, not data")
            if is_page
            else Text("答复不是完整的 JSON", "the answer is not whole JSON")
        )
        raise FailedError(what) from None
    if not isinstance(stated, dict):
        raise FailedError(Text("答复的形式不对", "the answer is of another form"))
    return stated


def _add(element: Mapping[str, Any], builder: ElementsBuilder) -> None:
    """
    Add one element.

    Raises
    ------
    ValueError
        If a part of it is not what it should be.
    """
    kind, ref, tags = element["type"], _whole(element["id"]), element.get("tags", {})
    words = (word for pair in tags.items() for word in pair)
    if kind not in _KINDS or not all(isinstance(word, str) for word in words):
        raise ValueError
    if kind == "node":
        builder.add_node(ref, _number(element["lon"]), _number(element["lat"]), tags)
    elif kind == "way":
        builder.add_way(ref, [_whole(node) for node in element["nodes"]], tags)
    else:
        members = [
            Member(str(m["type"]), _whole(m["ref"]), str(m["role"])) for m in element["members"]
        ]
        builder.add_relation(ref, members, tags)


def _whole(value: object) -> int:
    """
    Return a whole number as it is; in Python, true is one, too.

    Raises
    ------
    ValueError
        If it is none.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError  # noqa: TRY004 - told as one with the other faults of an element
    return value


def _number(value: object) -> float:
    """
    Return a number as it is.

    Raises
    ------
    ValueError
        If it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError  # noqa: TRY004 - told as one with the other faults of an element
    return float(value)


def _check_references(elements: Elements) -> None:
    """
    Check that all nodes of ways, and all ways of areas, are there: the service was asked for them.

    Raises
    ------
    FailedError
        If one is missing.
    """
    _, known = elements.located(elements.way_refs)
    lost = int(np.count_nonzero(~known))
    if lost:
        raise FailedError(
            Text(
                f"答复不完整:缺少路径所用的 {lost} 个节点",
                f"the answer is incomplete: {lost} nodes of its ways are missing",
            )
        )
    ways = {
        member.ref
        for relation in elements.relations.values()
        if relation.tags.get("type") in AREA_TYPES
        for member in relation.members
        if member.kind == "way"
    }
    gone = [way for way in sorted(ways) if elements.refs(way) is None]
    if gone:
        raise FailedError(
            Text(
                f"答复不完整:缺少关系所用的 {len(gone)} 条路径",
                f"the answer is incomplete: {len(gone)} ways of its relations are missing",
            )
        )


def _check_area(elements: Elements, area: Polygon) -> None:
    """
    Check that what is there lies where it was asked for.

    Ways of relations may reach far beyond the area; every other way and every tagged node may not.

    Raises
    ------
    FailedError
        If an element lies elsewhere.
    """
    near = shapely.box(*area.bounds).buffer(_MARGIN_DEG, join_style="mitre")
    shapely.prepare(near)
    members = {m.ref for r in elements.relations.values() for m in r.members if m.kind == "way"}
    own = [way for way in elements.way_tags if way not in members]
    lines = []
    for way in own:
        refs = elements.refs(way)
        places, _ = elements.located(refs if refs is not None else np.empty(0, dtype=np.int64))
        if len(places):
            lines.append(shapely.box(*places.min(axis=0), *places.max(axis=0)))
    on_ways = np.unique(elements.way_refs)
    alone = np.array(sorted(set(elements.node_tags) - set(on_ways.tolist())), dtype=np.int64)
    points, _ = elements.located(alone)
    far = int(np.count_nonzero(~shapely.intersects(near, np.array(lines, dtype=object))))
    far += int(np.count_nonzero(~shapely.intersects_xy(near, points[:, 0], points[:, 1])))
    if far or (not lines and len(elements.places) and not _any_inside(elements, near)):
        raise FailedError(
            Text(
                "答复的要素不在所查询的范围内",
                "the answer holds elements outside of the area that was asked for",
            )
        )


def _any_inside(elements: Elements, near: Polygon) -> bool:
    """Tell whether any node lies in the area, or the area within what the nodes span."""
    places = elements.places
    if shapely.intersects_xy(near, places[:, 0], places[:, 1]).any():
        return True
    return bool(shapely.box(*places.min(axis=0), *places.max(axis=0)).intersects(near))


def check_places(body: bytes) -> list[dict[str, Any]]:
    """
    Read Nominatim's answer, if it is whole.

    Raises
    ------
    FailedError
        If it is not a JSON list of places.
    """
    try:
        places = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise FailedError(Text("答复不是完整的 JSON", "the answer is not whole JSON")) from None
    needed = {"display_name", "importance", "boundingbox", "lat", "lon"}
    if not isinstance(places, list) or not all(
        isinstance(place, dict) and needed <= set(place) for place in places
    ):
        raise FailedError(Text("答复的形式不对", "the answer is of another form"))
    return places
