"""Kept answers of OpenStreetMap: a bad one is never used (decisions: see `test_osm_fetch`)."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from fault_server import FAULTS, good, whole
from osm_desk import Desk

from tieling_geo.errors import (
    OutputError,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def _emptied(_: bytes, __: int) -> bytes:
    return b""


def _halved(content: bytes, seed: int) -> bytes:
    return content[: len(content) * (seed + 1) // 12]


def _flipped(content: bytes, seed: int) -> bytes:
    changed = bytearray(content)
    changed[len(content) * (2 * seed + 1) // 20] ^= 1 << seed % 8
    return bytes(changed)


def _other_area(content: bytes, seed: int) -> bytes:
    """Put in a whole answer about other ground, with a hash that fits it."""
    return _sealed(_header(content), json.dumps(whole(east=1.0 + seed)).encode())


def _aged(content: bytes, seed: int) -> bytes:
    return _of_age(content, 1.001 + seed * 40)


def _of_age(content: bytes, age_days: float) -> bytes:
    """Let an entry have been fetched so many days ago."""
    day = datetime.now(UTC) - timedelta(days=age_days)
    header = {**_header(content), "fetched_at": day.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return _sealed(header, content.split(b"\n", 2)[2])


def _header(content: bytes) -> dict[str, str]:
    """Return what an entry says of itself: its second line."""
    header: dict[str, str] = json.loads(content.split(b"\n", 2)[1])
    return header


def _sealed(header: dict[str, str], body: bytes) -> bytes:
    """Write an entry whose hash, its first line, fits."""
    content = json.dumps(header).encode() + b"\n" + body
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


_POISONS = {
    "empty": _emptied,
    "half": _halved,
    "flipped": _flipped,
    "other area": _other_area,
    "old": _aged,
}


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("poison", _POISONS)
def test_a_poisoned_answer_is_never_used(poison: str, seed: int, desk: Desk) -> None:
    """Offline: an error that names it. Online: asked for again once, and the right rows."""
    desk.fetch()
    before = (desk.layers / "roads" / "roads.gpkg").read_bytes()
    path = desk.kept()
    poisoned = _POISONS[poison](path.read_bytes(), seed)
    path.write_bytes(poisoned)
    desk.server.play(FAULTS["504"](0))
    error = desk.failed()
    aside = path.with_suffix(".bad")
    if poison == "old":
        day = _header(poisoned)["fetched_at"][:10]
        assert f"A whole answer of {day} is kept: --cached takes it" in error.message.en
        assert not aside.exists()
    else:
        assert f"renamed to osm-cache/{aside.name}" in error.message.en
        assert aside.read_bytes() == poisoned
        path.write_bytes(poisoned)
    assert (desk.layers / "roads" / "roads.gpkg").read_bytes() == before
    desk.server.play(good())
    assert desk.fetch()[0].rows == 3
    assert len(desk.server.asked) == 1
    assert (desk.layers / "roads" / "roads.gpkg").read_bytes() == before
    assert _header(desk.kept().read_bytes())["host"] == "127.0.0.1"


def test_an_old_answer_is_used_on_request_only_where_the_service_fails(desk: Desk) -> None:
    """With `use_cache` and no service: the old answer, its day in the card and told."""
    desk.fetch()
    path = desk.kept()
    path.write_bytes(_aged(path.read_bytes(), 1))
    desk.server.play(FAULTS["504"](0))
    (fetched,) = desk.fetch(use_cache=True)
    assert fetched.rows == 3
    day = _header(path.read_bytes())["fetched_at"][:10]
    assert f"from the cache on this machine (since {day})" in desk.card()
    assert any(f"the whole answer of {day} is used" in told.en for told in desk.told)
    desk.server.play(good())
    desk.fetch(use_cache=True)
    assert len(desk.server.asked) == 1, "a service that works is asked"


@pytest.mark.parametrize(("age_days", "asked"), [(0.999, 0), (1.001, 1)])
def test_the_age_limit(age_days: float, asked: int, desk: Desk) -> None:
    """One day: a little less is fresh, a little more is old."""
    desk.fetch()
    path = desk.kept()
    path.write_bytes(_of_age(path.read_bytes(), age_days))
    desk.server.play(good())
    desk.fetch()
    assert len(desk.server.asked) == asked


def test_a_cache_that_cannot_be_written_is_an_error_of_the_disk(desk: Desk) -> None:
    """A file stands where the folder should be: status 3, nothing written."""
    desk.cache.write_text("in the way")
    with pytest.raises(OutputError) as caught:
        desk.fetch()
    assert caught.value.exit_status == 3
    assert desk.files() == ["osm-cache"]
