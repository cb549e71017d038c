"""
Fetching from OpenStreetMap: what is believed, what is written, what is kept, and what is said.

======================================  ==========================================================
trap                                    decision
======================================  ==========================================================
429, 408, 500, 502, 503, 504, reset,    tried again, at most five times and a stated time; then
no name, HTML, empty, half JSON, short  `ServiceError` (status 4), nothing written, nothing kept
body, `remark`, missing nodes, other
area, damaged gzip, slow drip
redirect, other 4xx                     not followed, not tried again; the same error
kept answer empty, half, flipped byte,  set aside under another name, asked for again once; offline
of another area                         the message names it
kept answer old                         asked for again; offline it is offered with its day, and
                                        used only on request
no element                              nothing written: it does not show that there is none
layer's folder holds other work         refused before anything is asked
broken relation in a whole answer       its row is left out and listed in the card
parts of an area contradict each other  asked again without the cache, else refused
password or key in an address           never shown, never stored
======================================  ==========================================================
"""

import json
import socket
import time
from pathlib import Path
from typing import NoReturn

import pytest
from fault_server import CANARY, FAULTS, STAMP, Reply, good, whole
from osm_desk import PHRASED, Desk, all_words, never

from tieling_geo.readers import read_layer
from tieling_geo.readers.osm import service as osm_service

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

_PASSING = sorted(set(FAULTS) - {"redirect", "slow_drip"})


def test_a_whole_answer_becomes_a_layer_that_reads_back(desk: Desk) -> None:
    """Three roads of four, with a card that the reader takes."""
    (fetched,) = desk.fetch()
    assert (fetched.layer, fetched.rows) == ("roads", 3)
    assert fetched.path == desk.layers / "roads" / "roads.gpkg"
    layer = read_layer("roads", fetched.path)
    assert layer.features["road_class"].to_dict() == {
        "way/100": "trunk",
        "way/101": "primary",
        "way/102": "local",
    }
    assert layer.features["speed_km_per_h"].dropna().to_dict() == {"way/100": 60.0}
    assert layer.features["oneway"].dropna().to_dict() == {"way/101": True}
    assert layer.rows_rejected == 0
    assert (layer.card.publisher, layer.card.licence) == (
        "OpenStreetMap contributors",
        "ODbL 1.0",
    )
    assert (layer.card.datum, layer.card.rows) == ("wgs84", 3)
    assert layer.card.reference_date == STAMP[:10]
    assert "6 nodes, 4 ways and 0 relations in the source" in layer.card.notes
    assert f"OSM data of: {STAMP}" in layer.card.notes
    assert "asked: highway=True; in 1 parts" in layer.card.notes
    assert "broken relations: 0" in layer.card.notes
    assert desk.files() == [
        "layers/roads/card.toml",
        "layers/roads/roads.gpkg",
        f"osm-cache/{desk.kept().name}",
    ]


def test_what_is_asked_is_polite_and_stays_with_one_host(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One POST that names us and its time limit; osmnx opens nothing and patches nothing."""
    PHRASED.clear()
    from osmnx import settings  # noqa: PLC0415 - slow

    before = {name: getattr(settings, name) for name in dir(settings) if not name.startswith("_")}
    resolve = socket.getaddrinfo
    monkeypatch.setattr("osmnx._http._resolve_host_via_doh", never)
    desk.fetch()
    (asked,) = desk.server.asked
    assert asked.path == "/api/interpreter"
    assert asked.headers["User-Agent"].startswith("tieling-geo/")
    assert asked.fields["data"][0].startswith("[out:json][timeout:5];")
    assert socket.getaddrinfo is resolve
    assert before == {name: getattr(settings, name) for name in before}


def test_the_same_answer_gives_the_same_bytes(desk: Desk, tmp_path: Path) -> None:
    """Two fetches into two folders, both from the service."""
    desk.settings["cache_folder"] = None
    first = desk.fetch()[0].path
    desk.layers = tmp_path / "again"
    second = desk.fetch()[0].path
    assert first is not None
    assert second is not None
    assert first.read_bytes() == second.read_bytes()
    assert first.with_name("card.toml").read_bytes() == second.with_name("card.toml").read_bytes()


def test_a_fresh_kept_answer_is_not_asked_for_again(desk: Desk) -> None:
    """The second fetch asks nothing; its card says that it stems from the cache."""
    desk.fetch()
    desk.fetch()
    assert len(desk.server.asked) == 1
    assert "1 of the parts from the cache on this machine" in desk.card()


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("fault", [*FAULTS, "dns"])
def test_a_lasting_fault_is_one_clear_error(
    fault: str, seed: int, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most five tries and the stated time; nothing written, nothing kept, nothing leaked."""
    desk.settings["total_time_s"] = 20.0
    tries = 1 if fault == "redirect" else 5
    if fault == "dns":
        desk.settings["overpass_url"] = f"http://no-such-host-{seed}.invalid/api"
        monkeypatch.setattr(socket, "getaddrinfo", _no_name)
    else:
        desk.server.play(FAULTS[fault](seed))
    if fault == "slow_drip":
        tries = desk.settings["tries"] = 2
        desk.settings["timeout_s"] = 0.1 + seed / 100
    began = time.monotonic()
    error = desk.failed()
    assert time.monotonic() - began < 20
    assert error.exit_status == 4
    assert len(desk.server.asked) == (0 if fault == "dns" else tries)
    assert f"({tries} tries" in error.message.en
    assert "Nothing was written" in error.message.en
    assert "未写入任何文件" in error.message.zh
    assert desk.files() == []
    assert CANARY not in all_words(error, desk)


def _no_name(*_: object, **__: object) -> NoReturn:
    """Play a resolver that knows no name."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize("failures", [1, 4])
@pytest.mark.parametrize("fault", _PASSING)
def test_a_passing_fault_is_overcome(fault: str, failures: int, desk: Desk) -> None:
    """After one failure, and after four: the fifth try is the last one allowed."""
    desk.server.play(*[FAULTS[fault](seed) for seed in range(failures)], good())
    (fetched,) = desk.fetch()
    assert fetched.rows == 3
    assert len(desk.server.asked) == failures + 1
    assert sum("failed" in told.en for told in desk.told) == failures


def test_a_fifth_failure_is_the_last(desk: Desk) -> None:
    """Five failures, then a good answer that nobody asks for any more."""
    desk.server.play(*[FAULTS["504"](0)] * 5, good())
    desk.failed()
    assert len(desk.server.asked) == 5


def test_an_error_of_ours_is_not_tried_again(desk: Desk) -> None:
    """HTTP 400 says that the question is wrong: it will be wrong again."""
    desk.server.play(Reply(CANARY.encode(), 400), good())
    error = desk.failed()
    assert len(desk.server.asked) == 1
    assert "HTTP 400" in error.message.en
    assert CANARY not in all_words(error, desk)


def test_pauses_double_and_a_stated_wait_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5, 10, 20 and 40 s; where the service asks for 30 s, not less than that."""
    pauses: list[float] = []
    monkeypatch.setattr(osm_service.time, "sleep", pauses.append)
    desk.settings["first_pause_s"] = 5.0
    desk.server.play(FAULTS["504"](0))
    desk.failed()
    assert pauses == [5, 10, 20, 40]
    pauses.clear()
    desk.server.play(Reply(b"", 429, (("Retry-After", "30"),)), good())
    desk.fetch()
    assert pauses == [30]


def test_a_pause_beyond_the_total_time_is_not_begun(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour's wait within fifteen minutes: give up at once and say so."""
    monkeypatch.setattr(osm_service.time, "sleep", never)
    desk.server.play(Reply(b"", 429, (("Retry-After", "3600"),)))
    assert "(1 tries" in desk.failed().message.en


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (lambda a: {**a, "elements": None}, "no list"),
        (lambda a: {**a, "osm3s": {}}, "data's time"),
        (lambda a: {**a, "osm3s": {"timestamp_osm_base": "yesterday"}}, "data's time"),
        (lambda a: [a], "another form"),
        (lambda a: {**a, "elements": [{"type": "node", "id": 1, "lat": 42}]}, "not whole"),
        (lambda a: {**a, "elements": [{"type": "node", "id": True, "lat": 1, "lon": 1}]}, "whole"),
        (lambda a: {**a, "elements": [{"type": "area", "id": 1}]}, "not whole"),
        (lambda a: {**a, "elements": [{"type": "node", "id": 1, "lat": 99, "lon": 1}]}, "nowhere"),
        (lambda a: {**a, "elements": [*a["elements"], _other_way()]}, "way/100 stands twice"),
        (lambda a: {**a, "elements": [*a["elements"], _area_without_ways()]}, "1 ways of its"),
        (lambda a: {**a, "elements": [*a["elements"], {"type": "node"}]}, "not whole"),
    ],
)
def test_an_answer_with_one_wrong_part_is_not_believed(
    spoilt: object, reason: str, desk: Desk
) -> None:
    """Each with its reason."""
    desk.server.play(Reply(json.dumps(spoilt(whole())).encode()))  # type: ignore[operator]
    assert reason in desk.failed().message.en


def _other_way() -> dict[str, object]:
    return {"type": "way", "id": 100, "nodes": [1, 2], "tags": {"highway": "trunk"}}


def _area_without_ways() -> dict[str, object]:
    members = [{"type": "way", "ref": 7, "role": "outer"}]
    tags = {"type": "multipolygon", "highway": "pedestrian"}
    return {"type": "relation", "id": 1, "members": members, "tags": tags}


def test_not_a_number_is_no_json(desk: Desk) -> None:
    """Python would take NaN; JSON has none."""
    desk.server.play(Reply(json.dumps(whole()).replace("42.25", "NaN").encode()))
    assert "not whole JSON" in desk.failed().message.en
