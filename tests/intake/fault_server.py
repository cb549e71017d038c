"""
A server on this machine that plays OpenStreetMap's services, whole or with one fault each.

Nothing here asks a real service.
"""

import gzip
import json
import random
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

#: West, south, east, north of the area that is asked for, degrees.
AREA = (123.70, 42.20, 123.90, 42.35)
STAMP = "2026-03-05T00:26:02Z"
#: What a broken reply may hold, and nothing may print.
CANARY = "canary-7f3a"


class Reply(NamedTuple):
    """What the server sends."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    stated_length: int | None = None
    is_reset: bool = False
    is_slow: bool = False
    is_clipped: bool = False
    """Send only the ways of the part that is asked for, as the real service does."""


class Asked(NamedTuple):
    """What the server was asked."""

    path: str
    fields: dict[str, list[str]]
    headers: dict[str, str]


def whole(*, east: float = 0.0, stamp: str = STAMP) -> dict[str, object]:
    """Return Overpass' answer with three roads on six nodes, shifted by so many degrees."""
    places = {1: (123.75, 42.25), 2: (123.76, 42.25), 3: (123.77, 42.26), 4: (123.78, 42.27)}
    places |= {5: (123.79, 42.28), 6: (123.80, 42.29)}
    nodes = [
        {"type": "node", "id": n, "lat": lat, "lon": round(lon + east, 6)}
        for n, (lon, lat) in places.items()
    ]
    nodes[5]["tags"] = {"highway": "crossing"}
    ways = [
        _way(100, [1, 2, 3], highway="trunk", name="银州路", maxspeed="60"),
        _way(101, [3, 4], highway="primary_link", oneway="-1", maxspeed="40 mph"),
        _way(102, [4, 5, 6], highway="residential"),
        _way(103, [1, 6], highway="footway"),
    ]
    return {
        "version": 0.6,
        "generator": "Overpass API",
        "osm3s": {"timestamp_osm_base": stamp, "copyright": "ODbL"},
        "elements": [*nodes, *ways],
    }


def _way(ref: int, nodes: list[int], **tags: str) -> dict[str, object]:
    """Return a way as Overpass sends it."""
    return {"type": "way", "id": ref, "nodes": nodes, "tags": tags}


def good() -> Reply:
    """Return the whole answer."""
    return Reply(json.dumps(whole()).encode())


def _remark() -> Reply:
    told = 'runtime error: Query timed out in "query" at line 1 after 181 seconds. ' + CANARY
    return Reply(json.dumps({**whole(), "remark": told}).encode())


def _missing_nodes(seed: int) -> Reply:
    answer = whole()
    elements = list(answer["elements"])  # type: ignore[call-overload]
    del elements[seed % 6]
    return Reply(json.dumps({**answer, "elements": elements}).encode())


def _cut(seed: int) -> bytes:
    """Return the whole answer, cut somewhere."""
    body = good().body
    return body[: random.Random(seed).randrange(1, len(body) - 1)]  # noqa: S311 - no secret


def _page(seed: int) -> Reply:
    page = f"<!DOCTYPE html><html><body>{CANARY} {seed}</body></html>"
    return Reply(page.encode(), headers=(("Content-Type", "text/html"),))


def _garbage(seed: int) -> Reply:
    packed = bytearray(gzip.compress(good().body, mtime=0))
    packed[12 + seed * 7] ^= 0xFF
    return Reply(bytes(packed[: len(packed) - seed]), headers=(("Content-Encoding", "gzip"),))


def _moved(seed: int) -> Reply:
    status = (301, 302, 303, 307, 308)[seed % 5]
    return Reply(status=status, headers=(("Location", f"http://127.0.0.9/{CANARY}"),))


#: Name -> reply by seed. DNS failure, the fifteenth, is no reply: the test plays it itself.
FAULTS: dict[str, Callable[[int], Reply]] = {
    "429": lambda seed: Reply(
        b"busy " + CANARY.encode(), 429, (("Retry-After", "0"),) * (seed % 2)
    ),
    "504": lambda _: Reply(b"", 504),
    "500": lambda seed: Reply(CANARY.encode(), (500, 502, 503)[seed % 3]),
    "html": _page,
    "empty": lambda seed: Reply(b" " * seed),
    "half_json": lambda seed: Reply(_cut(seed)),
    "short_body": lambda seed: Reply(_cut(seed), stated_length=len(good().body)),
    "remark": lambda _: _remark(),
    "missing_nodes": _missing_nodes,
    "redirect": _moved,
    "slow_drip": lambda _: good()._replace(is_slow=True),
    "wrong_area": lambda seed: Reply(json.dumps(whole(east=0.5 + seed)).encode()),
    "gzip_garbage": _garbage,
    "reset": lambda _: Reply(is_reset=True),
}


def _clipped(body: bytes, query: str) -> bytes:
    """Leave ways, and their nodes, whose corners reach into the part that is asked for."""
    corners = re.search(r"poly:'([^']+)'", query)
    assert corners is not None
    numbers = [float(number) for number in corners[1].split()]
    (south, north), (west, east) = ((min(n), max(n)) for n in (numbers[::2], numbers[1::2]))
    answer = json.loads(body)
    places = {e["id"]: (e["lon"], e["lat"]) for e in answer["elements"] if e["type"] == "node"}

    def reaches(nodes: list[int]) -> bool:
        longitudes, latitudes = zip(*(places[node] for node in nodes), strict=True)
        return (
            min(longitudes) <= east
            and max(longitudes) >= west
            and min(latitudes) <= north
            and max(latitudes) >= south
        )

    ways = [e for e in answer["elements"] if e["type"] == "way" and reaches(e["nodes"])]
    needed = {node for way in ways for node in way["nodes"]}
    nodes = [e for e in answer["elements"] if e["type"] == "node" and e["id"] in needed]
    return json.dumps({**answer, "elements": [*nodes, *ways]}).encode()


class FaultServer(ThreadingHTTPServer):
    """Sends the replies that it is given, one after the other; the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: list[Reply] = []
        self.places = b"[]"
        self.asked: list[Asked] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.server_port}"

    def play(self, *replies: Reply) -> None:
        """Set what is sent from now on."""
        self.replies, self.asked = list(replies), []

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that went away: that is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: FaultServer

    def do_POST(self) -> None:
        """Reply to Overpass' question."""
        self._take(self.rfile.read(int(self.headers["Content-Length"])).decode())
        replies = self.server.replies
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        query = self.server.asked[-1].fields["data"][0]
        self._send(reply._replace(body=_clipped(reply.body, query)) if reply.is_clipped else reply)

    def do_GET(self) -> None:
        """Reply to Nominatim's question."""
        self._take(urlsplit(self.path).query)
        self._send(Reply(self.server.places))

    def _take(self, fields: str) -> None:
        self.server.asked.append(Asked(self.path, parse_qs(fields), dict(self.headers.items())))

    def _send(self, reply: Reply) -> None:
        if reply.is_reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
            return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        length = len(reply.body) if reply.stated_length is None else reply.stated_length
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if not reply.is_slow:
            self.wfile.write(reply.body)
            return
        for octet in reply.body:
            if self.server.over.wait(0.02):
                return
            self.wfile.write(bytes([octet]))

    def log_message(self, *_told: object) -> None:
        """Keep quiet."""


@contextmanager
def running() -> Iterator[FaultServer]:
    """Run the server while the block runs."""
    with FaultServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
