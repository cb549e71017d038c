"""Fetch layers from OpenStreetMap into a workspace, on the user's word only."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from tieling_geo.crs import CHINA_BOUNDS, WEB_CRS
from tieling_geo.errors import InputError, ServiceError, UntrustedFileError
from tieling_geo.readers.osm.answer import add_answer, check_answer, check_places
from tieling_geo.readers.osm.cache import AnswerCache, Kept
from tieling_geo.readers.osm.elements import Elements, ElementsBuilder
from tieling_geo.readers.osm.features import rule_of, to_keep, to_table
from tieling_geo.readers.osm.questions import Area, AreaQuestion, to_place_area, to_questions
from tieling_geo.readers.osm.service import FailedError, OsmService, Question, ask
from tieling_geo.readers.osm.writing import LICENCE, PUBLISHER, check_replaceable, write_layer
from tieling_geo.readers.raw import RawTable
from tieling_geo.records import Progress, silent
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text


class Fetched(NamedTuple):
    """What became of one layer."""

    layer: str
    path: Path | None
    """The GeoPackage; None: the service has nothing of the layer here, and nothing was written."""
    rows: int
    notes: tuple[Text, ...]
    """Counts, the data's time, gaps and credit: what the card says as well."""


def fetch_layers(  # noqa: PLR0913 - settings by name
    names: Sequence[str],
    *,
    folder: Path,
    area: Area | None = None,
    place: str = "",
    service: OsmService | None = None,
    progress: Progress = silent,
    use_cache: bool = False,
    force: bool = False,
) -> tuple[Fetched, ...]:
    """
    Fetch layers and write each as `<folder>/<layer>/<layer>.gpkg` with its card.

    All layers are fetched before the first is written: if the service fails, nothing is.

    Parameters
    ----------
    names
        Layers; which can be had is in `tags.RULES`.
    folder
        The workspace's folder of layers.
    area
        Where: longitude and latitude, WGS 84 (CGCS2000 agrees within decimetres). The workspace's
        own counties, where it has them.
    place
        Name of the area, which is asked of the service; only without `area`.
    service
        Whom to ask, and how patiently.
    progress
        Is told what is being done, what failed, and what was found.
    use_cache
        Where the service fails, take the last whole answer, however old.
    force
        Replace layers that were not fetched; what is replaced is kept under another name.

    Returns
    -------
    fetched
        One record a layer, in the order asked for.

    Raises
    ------
    InputError
        If a layer cannot be had from OpenStreetMap, the area or place is none, or a layer's folder
        holds other things (`OutputRefusedError`).
    ServiceError
        If the service gave no whole answer; nothing is written.
    OutputError
        If a layer or the cache cannot be written.
    """
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        rule_of(name)
        check_replaceable(folder, name, force=force)
    asker = _Asker(service or OsmService(), progress, use_cache=use_cache)
    within = _check_area(area) if area is not None else _place_area(place, asker)
    made = [(name, *_rows(name, within, asker)) for name in wanted]
    return tuple(_written(folder, name, table, notes, progress) for name, table, notes in made)


def _written(
    folder: Path, name: str, table: RawTable, notes: tuple[Text, ...], progress: Progress
) -> Fetched:
    """Write a layer, or tell that there is nothing of it."""
    title, rows = LAYERS[name].card().title, len(table.rows)
    if not rows:
        nothing = Text(
            f"{title.zh}:OpenStreetMap 在此范围内没有可用要素,未写入(不能据此认为实地没有)",
            f"{title.en}: OpenStreetMap has nothing usable here, so nothing was written; that does "
            "not show that there is none",
        )
        progress(nothing, 1, 1)
        return Fetched(name, None, 0, (nothing, *notes))
    stamp = next(note.en for note in notes if note.en.startswith("OSM data of: "))
    card = {
        "title": f"{title.zh} / {title.en}",
        "publisher": PUBLISHER,
        "licence": LICENCE,
        "reference_date": stamp.removeprefix("OSM data of: ")[:10],
        "datum": "wgs84",
        "rows": rows,
        "notes": "\n".join([*(note.zh for note in notes), *(note.en for note in notes)]),
    }
    frame = gpd.GeoDataFrame(table.attributes, geometry=table.geometry, crs=WEB_CRS)
    path = write_layer(folder, frame, name, card)
    progress(Text(f"{title.zh}:已写入 {rows} 行", f"{title.en}: {rows} rows written"), 1, 1)
    return Fetched(name, path, rows, notes)


def _check_area(area: BaseGeometry) -> Area:
    """
    Return the area if it is one, and in China.

    Raises
    ------
    InputError
        If it is not.
    """
    good = (
        area.geom_type in {"Polygon", "MultiPolygon"}
        and not area.is_empty
        and bool(np.isfinite(area.bounds).all())
        and area.intersects(shapely.box(*CHINA_BOUNDS))
    )
    if not good:
        raise InputError(
            Text(
                "查询范围应为中国境内的面(经纬度);请检查 counties 图层,或用 --place 指定地名",
                "the area should be a polygon in China, in degrees; check the counties layer, or "
                "name a place with --place",
            )
        )
    return area if area.is_valid else shapely.make_valid(area).buffer(0)


def _place_area(place: str, asker: "_Asker") -> Area:
    """
    Find the area of a place, and tell what was found.

    Raises
    ------
    InputError
        If no place is named, or it is no area in China.
    """
    if not place.strip():
        raise InputError(
            Text(
                "没有查询范围:请在工作区放入 counties 图层,或用 --place 指定地名",
                "no area: put a counties layer into the workspace, or name a place with --place",
            )
        )
    area, found = to_place_area(place.strip(), asker.service, asker.places)
    told = Text(f"地名 {place} 对应:{found}", f"{place} was found as: {found}")
    asker.progress(told, 1, 1)
    return _check_area(area)


def _rows(name: str, area: Area, asker: "_Asker") -> tuple[RawTable, tuple[Text, ...]]:
    """Fetch one layer's rows within the area, and what is to be told of them."""
    rule = rule_of(name)
    questions = to_questions(rule.asked, area, asker.service)
    elements, taken = asker.elements(name, questions)
    table, _ = to_table(elements, LAYERS[name])
    good = np.ones(len(table.rows), dtype=bool)
    good[[fault.position for fault in table.faults]] = False
    inside = good & _inside(table.geometry, area, LAYERS[name].card().geometry)
    asked = "; ".join(f"{key}={value}" for key, value in sorted(rule.asked.items()))
    outside = int(np.count_nonzero(good & ~inside))
    notes = (
        *table.notes,
        *(
            Text(f"{fault.value}:{fault.reason.zh}", f"{fault.value}: {fault.reason.en}")
            for fault in table.faults
        ),
        Text(
            f"范围以外未取 {outside} 个;跨界的线整条保留;标签不可用 {len(table.flags)} 处",
            f"outside of the area, left out: {outside}; lines across its border are kept whole; "
            f"tags that could not be used: {len(table.flags)}",
        ),
        Text(f"查询:{asked};分 {len(questions)} 块", f"asked: {asked}; in {len(questions)} parts"),
        *taken,
    )
    kept = RawTable(
        attributes=table.attributes[inside].reset_index(drop=True),
        geometry=table.geometry[inside],
        rows=np.arange(1, int(inside.sum()) + 1),
        crs=table.crs,
    )
    return kept, notes


def _inside(shapes: Any, area: Area, family: str) -> Any:  # noqa: ANN401 - arrays of objects, of bool
    """Tell which features belong to the area: a neighbouring county only touches it."""
    shapely.prepare(area)
    there = ~shapely.is_missing(shapes)
    judged = shapes[there]
    if family == "polygon":
        judged = shapely.point_on_surface(judged)
    there[there] = shapely.intersects(area, judged)
    return there


class _Asker:
    """Asks questions, the cache first, and never takes a half answer from either."""

    def __init__(self, service: OsmService, progress: Progress, *, use_cache: bool) -> None:
        self.service, self.progress, self.use_cache = service, progress, use_cache
        self._cache = (
            AnswerCache(service.cache_folder, service.cache_max_age_days)
            if service.cache_folder
            else None
        )
        self._asked = 0

    def places(self, question: Question) -> list[dict[str, Any]]:
        """Ask Nominatim."""
        body, _ = self._answer(question, check_places, may_use_kept=True)
        return check_places(body)

    def elements(
        self, name: str, questions: Sequence[AreaQuestion]
    ) -> tuple[Elements, tuple[Text, ...]]:
        """
        Ask all parts of a layer and put their elements together.

        Raises
        ------
        ServiceError
            If a part got no whole answer, or the parts contradict each other.
        """
        try:
            return self._together(name, questions, may_use_kept=True)
        except (UntrustedFileError, FailedError) as error:
            if self._cache is None:
                raise ServiceError(_changing(self.service)) from error
        # A kept part and a fresh one can differ where the map was edited in between: ask anew.
        try:
            return self._together(name, questions, may_use_kept=False)
        except (UntrustedFileError, FailedError) as error:
            raise ServiceError(_changing(self.service)) from error

    def _together(
        self, name: str, questions: Sequence[AreaQuestion], *, may_use_kept: bool
    ) -> tuple[Elements, tuple[Text, ...]]:
        """Ask all parts once."""
        keep = to_keep(rule_of(name))
        builder = ElementsBuilder("Overpass", keep)
        title = LAYERS[name].card().title
        days: list[str] = []
        for number, (question, part) in enumerate(questions):
            told = Text(f"向 OpenStreetMap 查询{title.zh}", f"asking OpenStreetMap for {title.en}")
            self.progress(told, number, len(questions))

            def check(body: bytes, part: Any = part) -> None:  # noqa: ANN401 - a polygon
                check_answer(body, part, keep)

            body, kept_of = self._answer(question, check, may_use_kept=may_use_kept)
            days += [kept_of] if kept_of else []
            add_answer(body, builder)
        notes = (
            (
                Text(
                    f"其中 {len(days)} 块取自本机缓存({min(days)} 起)",
                    f"{len(days)} of the parts from the cache on this machine (since {min(days)})",
                ),
            )
            if days
            else ()
        )
        return builder.finished(), notes

    def _answer(
        self, question: Question, check: Callable[[bytes], object], *, may_use_kept: bool
    ) -> tuple[bytes, str]:
        """
        Get a whole answer: a fresh one from the cache, or from the service.

        Returns
        -------
        body
            The answer.
        kept_of
            The day of the cache's entry; empty: from the service, now.

        Raises
        ------
        ServiceError
            If the service fails; it names a kept answer that could be used, and a bad one.
        """
        now = datetime.now(UTC)
        kept = self._cache.read(question, check, now=now) if self._cache else Kept("none")
        if kept.state == "bad":
            self.progress(_bad_entry(kept), 1, 1)
        if kept.state == "fresh" and may_use_kept:
            return kept.body, kept.day
        if self._asked:
            time.sleep(self.service.polite_pause_s)
        self._asked += 1
        try:
            body = ask(question, self.service, check, progress=self.progress)
        except ServiceError as error:
            if kept.body and self.use_cache:
                self.progress(_used(kept), 1, 1)
                return kept.body, kept.day
            raise ServiceError(_with_kept(error.message, kept)) from None
        if self._cache:
            self._cache.write(question, body, now=now)
        return body, ""


def _changing(service: OsmService) -> Text:
    """Say that parts contradict each other."""
    host = Question("POST", service.overpass_url, {}).host
    return Text(
        f"{host} 的几块答复互相矛盾(数据正在更新);未写入任何文件,请稍后再试",
        f"the parts of the answer of {host} contradict each other, as the data is being "
        "changed; nothing was written, try again later",
    )


def _bad_entry(kept: Kept) -> Text:
    """Tell of a cache entry that went bad."""
    return Text(
        f"缓存的答复已损坏或不符,已改名为 {kept.aside},重新查询",
        f"a kept answer is damaged or of another question; it was renamed to {kept.aside} and is "
        "asked for again",
    )


def _used(kept: Kept) -> Text:
    """Tell that a kept answer stands in for the service."""
    return Text(
        f"服务不可用,改用 {kept.day} 取得的完整答复",
        f"the service failed: the whole answer of {kept.day} is used",
    )


def _with_kept(message: Text, kept: Kept) -> Text:
    """Add what the cache has, or had."""
    if kept.body:
        return Text(
            f"{message.zh}。本机存有 {kept.day} 取得的完整答复,可加 --cached 采用",
            f"{message.en}. A whole answer of {kept.day} is kept: --cached takes it",
        )
    if kept.aside:
        return Text(
            f"{message.zh}。缓存的答复已损坏,改名为 {kept.aside}",
            f"{message.en}. The kept answer is damaged; it was renamed to {kept.aside}",
        )
    return message
