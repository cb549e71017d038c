"""
Let osmnx phrase the questions: which elements, in which parts of an area, or where a place is.

osmnx is imported here and nowhere else, and only inside the functions; its own sending step is
taken out while it works, so it opens no connection, resolves no name and writes no cache.
"""

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from tieling_geo.errors import InputError
from tieling_geo.gdal_settings import guard_gdal
from tieling_geo.readers.osm.service import OsmService, Question
from tieling_geo.text import Text

Area: TypeAlias = Polygon | MultiPolygon

_PART = re.compile(r"poly:'([-0-9. ]+)'", re.ASCII)
# The area is asked for in a coarser outline that holds all of it: the service reads each corner.
_MOST_CORNERS = 300
_COARSEST_DEG = 0.2
_M2_PER_KM2 = 1e6


class AreaQuestion(NamedTuple):
    """A question to Overpass and the part of the area that it is about."""

    question: Question
    part: Polygon


def to_questions(
    asked: Mapping[str, bool | str | list[str]], area: Area, service: OsmService
) -> list[AreaQuestion]:
    """
    Phrase what to ask Overpass, in as many parts as the area needs.

    Parameters
    ----------
    asked
        Elements with any of these tags, in osmnx's words.
    area
        Longitude and latitude, WGS 84; parts outside of it may be asked for as well.
    service
        Whom to ask, and the largest area of one question.
    """
    guard_gdal()
    import osmnx  # noqa: PLC0415 - slow, and needed only where something is fetched

    phrased: list[str] = []

    def record(data: Mapping[str, Any]) -> dict[str, Any]:
        phrased.append(str(data["data"]))
        return {"elements": []}

    with (
        _settings(service, cache_only_mode=True),
        _replaced(osmnx._overpass, "_overpass_request", record),  # noqa: SLF001 - see the module
        contextlib.suppress(osmnx._errors.CacheOnlyInterruptError),  # noqa: SLF001 - how it ends
    ):
        osmnx.features_from_polygon(_coarse(area), dict(asked))
    url = service.overpass_url.rstrip("/") + "/interpreter"
    return [AreaQuestion(Question("POST", url, {"data": q}), _part(q)) for q in phrased]


def to_place_area(
    place: str, service: OsmService, send: Callable[[Question], list[dict[str, Any]]]
) -> tuple[Area, str]:
    """
    Find the area of a place by its name.

    Parameters
    ----------
    place
        Its name.
    service
        Whom to ask.
    send
        Sends a question to Nominatim and returns its checked answer.

    Returns
    -------
    area
        Longitude and latitude, WGS 84.
    found
        What was found, in the service's words, so that a person can see whether it is meant.

    Raises
    ------
    InputError
        If no area has that name.
    """
    guard_gdal()
    import osmnx  # noqa: PLC0415 - slow, and needed only where something is fetched

    def request(params: Mapping[str, Any], *, request_type: str = "search") -> list[dict[str, Any]]:
        url = f"{service.nominatim_url.rstrip('/')}/{request_type}"
        return send(Question("GET", url, {key: str(value) for key, value in params.items()}))

    try:
        with (
            _settings(service),
            _replaced(osmnx._nominatim, "_nominatim_request", request),  # noqa: SLF001 - see above
        ):
            found = osmnx.geocode_to_gdf(place)
        (area,) = found.geometry
        name = str(found["display_name"].iloc[0])
    except (TypeError, ValueError, KeyError) as error:
        raise InputError(
            Text(
                f"在 OpenStreetMap 中没有找到名为“{place[:40]}”的区域;请写全名(如 某某市, 某某省),"
                "或在工作区放入 counties 图层",
                f"OpenStreetMap knows no area named {place[:40]!r}; write its full name, or put a "
                "counties layer into the workspace",
            )
        ) from error
    return area, name


@contextlib.contextmanager
def _settings(service: OsmService, *, cache_only_mode: bool = False) -> Iterator[None]:
    """Set what osmnx reads from its own settings, and set them back."""
    from osmnx import settings  # noqa: PLC0415 - slow, see above

    wanted = {
        "cache_only_mode": cache_only_mode,
        "doh_url_template": None,
        "log_console": False,
        "log_file": False,
        "max_query_area_size": service.max_query_area_km2 * _M2_PER_KM2,
        "nominatim_key": None,
        "overpass_memory": None,
        "overpass_rate_limit": False,
        "overpass_settings": "[out:json][timeout:{timeout}]{maxsize}",
        "requests_timeout": max(1, int(service.timeout_s)),
        "use_cache": False,
    }
    before = {name: getattr(settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(settings, name, value)
        with warnings.catch_warnings():
            # That a large area takes several questions is no news.
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


@contextlib.contextmanager
def _replaced(module: Any, name: str, ours: Callable[..., Any]) -> Iterator[None]:  # noqa: ANN401 - a module
    """
    Put our own sending step in the place of osmnx's, and put it back.

    Raises
    ------
    AttributeError
        If this osmnx has no such step: it would send by itself.
    """
    before = getattr(module, name)
    setattr(module, name, ours)
    try:
        yield
    finally:
        setattr(module, name, before)


def _coarse(area: Area) -> Area:
    """Draw an outline of few corners around an area, which holds all of it."""
    tolerance = 1e-3
    outline = area
    while shapely.get_num_coordinates(outline) > _MOST_CORNERS and tolerance <= _COARSEST_DEG:
        # What is taken off by simplifying was put on before.
        outline = area.buffer(2 * tolerance).simplify(tolerance)
        tolerance *= 2
    return outline


def _part(query: str) -> Polygon:
    """
    Read back from a question which part of the area it is about.

    Raises
    ------
    AssertionError
        If osmnx phrases its questions in another way than the one that is known.
    """
    found = _PART.search(query)
    if found is None:
        raise AssertionError(query[:200])
    numbers = np.array(found[1].split(), dtype=np.float64).reshape(-1, 2)
    return Polygon(numbers[:, ::-1])
