"""A desk with a server on this machine, a cache and a workspace, ready to fetch roads."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
import shapely
from fault_server import AREA, FaultServer, good, running

from tieling_geo.errors import (
    ServiceError,
)
from tieling_geo.readers.osm import fetch as osm_fetch
from tieling_geo.readers.osm.fetch import Fetched, fetch_layers
from tieling_geo.readers.osm.questions import Area, AreaQuestion, to_questions
from tieling_geo.readers.osm.service import OsmService

if TYPE_CHECKING:
    from tieling_geo.text import Text


BOX = shapely.box(*AREA)
PHRASED: dict[str, list[AreaQuestion]] = {}


@pytest.fixture(scope="module")
def server() -> Iterator[FaultServer]:
    """Run one server for all tests of this file."""
    with running() as one:
        yield one


@pytest.fixture
def phrased_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let osmnx phrase each question once in this file: it takes it half a second."""

    def phrase(
        asked: dict[str, bool | str | list[str]], area: Area, service: OsmService
    ) -> list[AreaQuestion]:
        key = f"{asked} {area.wkt} {service.max_query_area_km2} {service.timeout_s}"
        if key not in PHRASED:
            PHRASED[key] = to_questions(asked, area, service)
        url = f"{service.overpass_url}/interpreter"
        return [AreaQuestion(q._replace(url=url), part) for q, part in PHRASED[key]]

    monkeypatch.setattr(osm_fetch, "to_questions", phrase)


class Desk:
    """A workspace's folder, a cache and a server, ready to fetch roads."""

    def __init__(self, server: FaultServer, root: Path) -> None:
        self.server, self.layers, self.cache = server, root / "layers", root / "osm-cache"
        self.told: list[Text] = []
        self.settings: dict[str, object] = {}

    def service(self, **settings: object) -> OsmService:
        """Return settings that are quick."""
        quick = {
            "overpass_url": f"{self.server.url}/api",
            "nominatim_url": self.server.url,
            "timeout_s": 5.0,
            "first_pause_s": 0.0,
            "polite_pause_s": 0.0,
            "cache_folder": self.cache,
        }
        return OsmService(**{**quick, **self.settings, **settings})  # type: ignore[arg-type]

    def fetch(
        self, *names: str, place: str = "", use_cache: bool = False, force: bool = False
    ) -> tuple[Fetched, ...]:
        """Fetch roads, or other layers, of the area or a place."""
        return fetch_layers(
            names or ("roads",),
            folder=self.layers,
            area=None if place else BOX,
            place=place,
            service=self.service(),
            progress=lambda told, _done, _of: self.told.append(told),
            use_cache=use_cache,
            force=force,
        )

    def failed(self, **options: bool) -> ServiceError:
        """Fetch, which must fail; return the error."""
        with pytest.raises(ServiceError) as caught:
            self.fetch(**options)
        return caught.value

    def files(self) -> list[str]:
        """List everything that was left behind."""
        root = self.layers.parent
        return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())

    def kept(self) -> Path:
        """Return the only answer in the cache."""
        (path,) = self.cache.glob("*.answer")
        return path

    def card(self, layer: str = "roads") -> str:
        """Return a layer's card."""
        return (self.layers / layer / "card.toml").read_text(encoding="utf-8")


@pytest.fixture
def desk(server: FaultServer, tmp_path: Path, phrased_once: None) -> Desk:  # noqa: ARG001 - asked for its effect
    """Return a desk whose server sends the whole answer."""
    server.play(good())
    server.places = b"[]"
    return Desk(server, tmp_path)


def all_words(error: ServiceError, desk: Desk) -> str:
    """Return everything that a user could be shown."""
    words = [*error.message, *(word for told in desk.told for word in told)]
    return "\n".join([*words, *traceback.format_exception(error)])


def never(*_: object) -> NoReturn:
    """Fail the test that comes here."""
    pytest.fail("osmnx's own sending step was used")
