"""Keep whole answers of OpenStreetMap's services, and notice when a kept one went bad."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from tieling_geo.errors import OutputError
from tieling_geo.readers.osm.service import FailedError, Question
from tieling_geo.text import Text

_FORM = "tieling-geo osm answer 1"
_NO_CACHE = Text(
    "OSM 缓存文件夹无法读写,请检查磁盘空间与权限",
    "the OSM cache folder cannot be read or written: check disk space and rights",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the cache has for a question."""

    state: Literal["none", "fresh", "old", "bad"]
    body: bytes = b""
    fetched_at: datetime | None = None
    aside: str = ""
    """Where a bad entry was put: folder and name, without what is above."""

    @property
    def day(self) -> str:
        """The day it was fetched, ISO."""
        return self.fetched_at.date().isoformat() if self.fetched_at else ""


@dataclass(frozen=True, slots=True)
class AnswerCache:
    """A folder of answers; each file holds its hash, its question and its day."""

    folder: Path
    max_age_days: float

    def read(self, question: Question, check: Callable[[bytes], object], *, now: datetime) -> Kept:
        """
        Return what is kept for a question; what is bad is set aside under another name.

        Parameters
        ----------
        question
            What would be asked.
        check
            The check that the answer had to pass when it came.
        now
            The time, for the entry's age.

        Raises
        ------
        OutputError
            If the folder cannot be read or written.
        """
        path = self._path(question)
        try:
            if not path.is_file():
                return Kept("none")
            body, fetched_at = _opened(path.read_bytes(), question, now)
            check(body)
        except (_BadError, FailedError):
            return self._set_aside(path)
        except OSError as error:
            raise OutputError(_NO_CACHE) from error
        old = now - fetched_at > timedelta(days=self.max_age_days)
        return Kept("old" if old else "fresh", body, fetched_at)

    def write(self, question: Question, body: bytes, *, now: datetime) -> None:
        """
        Keep an answer that was checked: whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        header = {
            "form": _FORM,
            "host": question.host,
            "question": dict(question.data),
            "fetched_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        line = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
        content = line + b"\n" + body
        # The hash stands first, over all that follows: a header can go bad as well.
        digest = hashlib.sha256(content).hexdigest().encode()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(prefix=".new-", dir=self.folder)
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(digest + b"\n" + content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self._path(question))
            finally:
                Path(name).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(_NO_CACHE) from error

    def _path(self, question: Question) -> Path:
        """Name the entry after what is asked, of whom; nothing of the address stands in it."""
        asked = json.dumps([question.host, dict(question.data)], sort_keys=True)
        return self.folder / f"{hashlib.sha256(asked.encode()).hexdigest()[:40]}.answer"

    def _set_aside(self, path: Path) -> Kept:
        """
        Put a bad entry under another name, where nothing reads it.

        Raises
        ------
        OutputError
            If it cannot be renamed.
        """
        aside = path.with_suffix(".bad")
        try:
            path.replace(aside)
        except OSError as error:
            raise OutputError(_NO_CACHE) from error
        return Kept("bad", aside=f"{aside.parent.name}/{aside.name}")


class _BadError(ValueError):
    """An entry is not what was written."""


def _opened(content: bytes, question: Question, now: datetime) -> tuple[bytes, datetime]:
    """
    Take an entry apart.

    Raises
    ------
    _BadError
        If it is damaged, answers another question, or comes from the future.
    """
    digest, _, rest = content.partition(b"\n")
    if digest != hashlib.sha256(rest).hexdigest().encode():
        raise _BadError
    line, _, body = rest.partition(b"\n")
    try:
        header = json.loads(line)
        fetched_at = datetime.strptime(header["fetched_at"], "%Y-%m-%dT%H:%M:%SZ").replace(
            tzinfo=UTC
        )
        same = header["form"] == _FORM and header["question"] == dict(question.data)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _BadError from error
    if not same or fetched_at > now + timedelta(days=1):
        raise _BadError
    return body, fetched_at
