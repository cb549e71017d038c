"""A plan's own text: sentences by fingerprint, and files that are refused."""

import hashlib
import os
from pathlib import Path

import pytest

from tieling_geo.errors import PlanError
from tieling_geo.plan.sentences import MAX_BYTES, read_plan_text, to_fingerprint, to_sentences

TEXT = "第一件事。\n第二件事：锅炉。  第三件事"


def test_sentences_end_at_full_stops_and_are_stripped() -> None:
    """White space around a sentence is none of it; the last one may lack its stop."""
    found = to_sentences(TEXT)
    assert list(found.values()) == ["第一件事", "第二件事：锅炉", "第三件事"]
    assert all(hashlib.sha256(s.encode()).hexdigest() == key for key, s in found.items())
    assert to_fingerprint("\n第一件事 ") in found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_both_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """With and without a byte-order mark."""
    path = tmp_path / "plan.txt"
    path.write_bytes(TEXT.encode(encoding))
    assert read_plan_text(path) == TEXT


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    """A folder, a pipe, a file that is not there, bytes that are no text, too many of them."""
    pipe, broken, large = tmp_path / "pipe", tmp_path / "a.txt", tmp_path / "b.txt"
    os.mkfifo(pipe)
    broken.write_bytes(b"\xff\xfe\xff")
    large.write_bytes(b"a" * (MAX_BYTES + 1))
    for path in (tmp_path, pipe, tmp_path / "none.txt", broken, large):
        with pytest.raises(PlanError, match=path.name):
            read_plan_text(path)


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    """The limit is closed."""
    path = tmp_path / "plan.txt"
    path.write_bytes(b"a" * MAX_BYTES)
    assert len(read_plan_text(path)) == MAX_BYTES
