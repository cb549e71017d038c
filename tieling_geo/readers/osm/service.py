"""
Ask an OpenStreetMap service, within stated tries and time, and believe only whole answers.

osmnx's own sending step asks a busy server again for ever, takes an answer that says of itself that
it is incomplete, and caches empty ones (measured with 2.1.1); so osmnx phrases the questions
(`questions`) and this module sends them. No message and no error of it shows more of an address
than the host: the rest may hold a password or a key.
"""

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from tieling_geo.errors import ParameterError, ServiceError
from tieling_geo.records import Progress, silent
from tieling_geo.text import Text

#: Most tries that a question is allowed, whatever is set.
MOST_TRIES = 5
#: Largest answer that is taken, unpacked.
MOST_BYTES = 512 << 20
_BLOCK = 1 << 16
_OK, _BUSY = 200, frozenset({408, 429, 500, 502, 503, 504})
_REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class OsmService:
    """Where OpenStreetMap is asked, and how patiently."""

    # `repr` leaves the addresses out: they may hold a password or a key.
    overpass_url: str = field(default="https://overpass-api.de/api", repr=False)
    nominatim_url: str = field(default="https://nominatim.openstreetmap.org", repr=False)
    timeout_s: float = 180.0
    """At most so long for one try, from the first byte sent to the last one received."""
    tries: int = MOST_TRIES
    total_time_s: float = 900.0
    """At most so long for one question, all tries and pauses included."""
    first_pause_s: float = 5.0
    """Pause after the first failure; each further one is twice as long."""
    polite_pause_s: float = 1.0
    """Pause between two questions."""
    cache_folder: Path | None = None
    """Where whole answers are kept; None: nowhere."""
    cache_max_age_days: float = 1.0
    """An answer that is older than this (open) is asked for again."""
    max_query_area_km2: float = 2500.0
    """A larger area is asked for in parts."""

    def __post_init__(self) -> None:
        """
        Check the settings.

        Raises
        ------
        ParameterError
            If an address is not http or https, a number is out of range, or there are too many
            tries.
        """
        for name in ("overpass_url", "nominatim_url"):
            try:
                parts = urlsplit(getattr(self, name))
                good = parts.scheme in {"http", "https"} and bool(parts.hostname)
            except ValueError:
                good = False
            if not good:
                raise ParameterError(
                    Text(
                        f"{name} 应为 http:// 或 https:// 开头的网址",
                        f"{name} should be an address that begins with http:// or https://",
                    )
                )
        if not 1 <= self.tries <= MOST_TRIES:
            raise ParameterError(
                Text(f"tries 应为 1 至 {MOST_TRIES}", f"tries should be 1 to {MOST_TRIES}")
            )
        for name in ("timeout_s", "total_time_s", "cache_max_age_days", "max_query_area_km2"):
            self._check_number(name, above_zero=True)
        for name in ("first_pause_s", "polite_pause_s"):
            self._check_number(name, above_zero=False)

    def _check_number(self, name: str, *, above_zero: bool) -> None:
        """
        Check that a setting is a finite number that is not negative.

        Raises
        ------
        ParameterError
            If it is not.
        """
        value = getattr(self, name)
        if not math.isfinite(value) or value < 0 or (above_zero and value == 0):
            raise ParameterError(
                Text(f"{name} 应为有限的正数", f"{name} should be a finite number above zero")
            )


class Question(NamedTuple):
    """What is asked of a service."""

    method: Literal["GET", "POST"]
    url: str
    data: Mapping[str, str]

    @property
    def host(self) -> str:
        """The host that is asked: all of the address that is ever shown."""
        return urlsplit(self.url).hostname or "?"


class FailedError(Exception):
    """A try that gave no whole answer."""

    def __init__(self, why: Text, *, is_passing: bool = True, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.is_passing = is_passing
        """It may work on another try."""
        self.wait_s = wait_s
        """So long the service asks to wait."""


def ask(
    question: Question,
    service: OsmService,
    check: Callable[[bytes], object],
    *,
    progress: Progress = silent,
) -> bytes:
    """
    Ask until a whole answer comes, within the service's tries and time.

    Parameters
    ----------
    question
        What is asked.
    service
        How many tries, and how long.
    check
        Raises `FailedError` where an answer is not whole.
    progress
        Is told of every failure.

    Returns
    -------
    body
        The answer, checked.

    Raises
    ------
    ServiceError
        If none came: with the number of tries, the time and the last reason.
    """
    began, tried = time.monotonic(), 0
    while True:
        tried += 1
        left = service.total_time_s - (time.monotonic() - began)
        try:
            body = _exchange(question, min(service.timeout_s, left))
            check(body)
        except FailedError as error:
            failed = error
        else:
            return body
        pause = max(service.first_pause_s * 2 ** (tried - 1), failed.wait_s)
        left = service.total_time_s - (time.monotonic() - began)
        told = Text(
            f"{question.host} 第 {tried} 次请求未成功:{failed.why.zh}",
            f"{question.host}, try {tried} failed: {failed.why.en}",
        )
        progress(told, tried, service.tries)
        if not failed.is_passing or tried >= service.tries or pause >= left:
            break
        time.sleep(pause)
    raise ServiceError(_given_up(question, tried, time.monotonic() - began, failed.why))


def _given_up(question: Question, tried: int, took_s: float, why: Text) -> Text:
    """Say that a question got no whole answer, and what to do."""
    return Text(
        f"OpenStreetMap 服务 {question.host} 未给出完整答复(请求 {tried} 次,用时 "
        f"{took_s:.0f} 秒):{why.zh}。未写入任何文件;请稍后再试、检查网络与代理,"
        "或改用本地 .osm.pbf 文件",
        f"the OpenStreetMap service {question.host} gave no whole answer ({tried} tries, "
        f"{took_s:.0f} s): {why.en}. Nothing was written; try again later, check network and "
        "proxy, or read a local .osm.pbf file",
    )


def _exchange(question: Question, limit_s: float) -> bytes:
    """
    Send a question and take its answer, in so many seconds altogether.

    A server that sends a byte now and then is within every limit that a socket knows, so the
    exchange runs in a thread of its own, which is left alone once its time is over.

    Raises
    ------
    FailedError
        If there is no answer.
    """
    outcome: list[bytes | BaseException] = []
    over = threading.Event()

    def run() -> None:
        try:
            outcome.append(_sent(question, limit_s, over))
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            outcome.append(error)

    thread = threading.Thread(target=run, name="osm-exchange", daemon=True)
    thread.start()
    thread.join(limit_s)
    if not outcome:
        over.set()
        raise FailedError(Text(f"{limit_s:.0f} 秒内未答完", f"no end of it within {limit_s:.0f} s"))
    if isinstance(outcome[0], bytes):
        return outcome[0]
    raise outcome[0]


def _sent(question: Question, limit_s: float, over: threading.Event) -> bytes:
    """
    Send a question through requests, whose proxies and certificates are the user's.

    Raises
    ------
    FailedError
        If there is no answer; requests' own words are kept out of it, they may show the address.
    """
    import requests  # noqa: PLC0415 - slow, and needed only where something is fetched
    from requests import exceptions as r  # noqa: PLC0415 - idem

    try:
        with (
            requests.Session() as session,
            session.request(
                question.method,
                question.url,
                data=question.data if question.method == "POST" else None,
                params=question.data if question.method == "GET" else None,
                headers={"User-Agent": _agent(), "Accept-Language": "zh-CN,zh"},
                timeout=limit_s,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            _check_status(response.status_code, response.headers.get("Retry-After", ""))
            parts: list[bytes] = []
            size = 0
            for part in response.iter_content(_BLOCK):
                parts.append(part)
                size += len(part)
                if over.is_set() or size > MOST_BYTES:
                    raise FailedError(Text("答复过大", "the answer is too large"), is_passing=False)
            return b"".join(parts)
    except r.SSLError:
        why = Text("证书无法验证", "its certificate cannot be verified")
        raise FailedError(why, is_passing=False) from None
    except r.ProxyError:
        raise FailedError(Text("代理拒绝连接", "the proxy refused the connection")) from None
    except r.Timeout:
        why = Text(f"{limit_s:.0f} 秒内没有答复", f"no answer within {limit_s:.0f} s")
        raise FailedError(why) from None
    except (r.ChunkedEncodingError, r.ContentDecodingError):
        why = Text("传输中断或压缩数据损坏", "the transfer broke off, or its packing is damaged")
        raise FailedError(why) from None
    except r.ConnectionError:
        why = Text("无法连接(域名、网络或连接中断)", "no connection (name, network, or broken off)")
        raise FailedError(why) from None
    except (r.RequestException, UnicodeError):
        why = Text("请求无法发出,请检查网址与代理", "it cannot be sent: check address and proxy")
        raise FailedError(why, is_passing=False) from None


def _check_status(status: int, retry_after: str) -> None:
    """
    Take nothing but a plain answer: no redirect is followed, not even to the same host.

    Raises
    ------
    FailedError
        If it is another.
    """
    if status == _OK:
        return
    if status in _REDIRECTS:
        raise FailedError(
            Text(f"HTTP {status}:转向其他地址,不予跟随", f"HTTP {status}: it leads elsewhere"),
            is_passing=False,
        )
    wait_s = float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
    raise FailedError(
        Text(f"HTTP {status}", f"HTTP {status}"), is_passing=status in _BUSY, wait_s=wait_s
    )


def _agent() -> str:
    """Return what we call ourselves, as the services ask for."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - needed by few

    try:
        return f"tieling-geo/{version('tieling-geo')}"
    except PackageNotFoundError:  # run from a checkout
        return "tieling-geo/0"
