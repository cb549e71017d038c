"""Products are written whole or not at all, and nothing that is not ours is ever replaced."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tieling_geo.errors import MapError, OutputError, OutputRefusedError
from tieling_geo.reports import folder as folder_module
from tieling_geo.reports import lock
from tieling_geo.reports.folder import check_replaceable, fault, fresh_folder, write_whole
from tieling_geo.reports.lock import only_writer

#: A run that says "ready" in the middle of its work, and then waits to be ended.
_HALFWAY = """
import signal, sys, time
from pathlib import Path
from tieling_geo.reports.folder import fresh_folder
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
with fresh_folder(Path(sys.argv[1])) as folder:
    (folder / "half.txt").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


def tree(place: Path) -> dict[str, bytes]:
    """Return every file below a place, hidden ones too, with its bytes."""
    return {
        p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file()
    }


def write_one(out: Path, text: str = "one") -> None:
    """Write a folder of two files."""
    with fresh_folder(out) as folder:
        (folder / "maps").mkdir()
        (folder / "a.txt").write_text(text)
        (folder / "maps" / "b.txt").write_text("two")


def full_disk() -> OSError:
    """Return what a full disk raises."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_manifest_lists_every_file(tmp_path: Path) -> None:
    """It names each file with its sha256, sorted, and the files of folders, too."""
    write_one(tmp_path / "out")
    record = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert record == {
        "written_by": "tieling-geo",
        "files": {
            "a.txt": hashlib.sha256(b"one").hexdigest(),
            "maps/b.txt": hashlib.sha256(b"two").hexdigest(),
        },
    }
    assert list(record["files"]) == ["a.txt", "maps/b.txt"]
    assert sorted(tree(tmp_path)) == ["out/a.txt", "out/manifest.json", "out/maps/b.txt"]


def test_the_manifest_is_written_last(tmp_path: Path) -> None:
    """While the products are written there is none, and no folder at the final place."""
    with fresh_folder(tmp_path / "out") as folder:
        (folder / "a.txt").write_text("one")
        assert not (folder / "manifest.json").exists()
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_the_folder_can_be_read_by_others(tmp_path: Path) -> None:
    """Products are for others: no private folder comes of it."""
    write_one(tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o055 == 0o055


def test_parents_are_made_and_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """An absent parent, an empty folder, and one with a file browser's litter are no hindrance."""
    write_one(tmp_path / "far" / "away")
    (tmp_path / "empty").mkdir()
    write_one(tmp_path / "empty")
    (tmp_path / "litter").mkdir()
    (tmp_path / "litter" / "Thumbs.db").touch()
    write_one(tmp_path / "litter")
    assert sorted(tree(tmp_path / "litter")) == ["a.txt", "manifest.json", "maps/b.txt"]


def test_an_earlier_folder_of_ours_is_replaced(tmp_path: Path) -> None:
    """The new files take the place of the old ones; nothing of the old run is left beside."""
    write_one(tmp_path / "out", "old")
    with fresh_folder(tmp_path / "out") as folder:
        (folder / "new.txt").write_text("new")
        assert (tmp_path / "out" / "a.txt").read_text() == "old"
    assert sorted(tree(tmp_path)) == ["out/manifest.json", "out/new.txt"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    """The folder that a link points to is replaced, and the link stays a link."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk" / "real")
    write_one(tmp_path / "out")
    write_one(tmp_path / "out", "again")
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "disk" / "real" / "a.txt").read_text() == "again"


@pytest.mark.parametrize("error", [RuntimeError("ours"), KeyboardInterrupt(), full_disk()])
def test_a_failure_halfway_leaves_everything_as_it_was(
    tmp_path: Path, error: BaseException
) -> None:
    """A bug, Ctrl-C and a full disk: the old folder is whole, and nothing stands beside it."""
    write_one(tmp_path / "out", "old")
    before = tree(tmp_path)
    failed = pytest.raises((RuntimeError, KeyboardInterrupt, OutputError))
    with failed, fresh_folder(tmp_path / "out") as folder:
        (folder / "a.txt").write_text("half")
        raise error
    assert tree(tmp_path) == before


def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    """It is the environment, status 3, and both languages say what and where, without a path."""
    with pytest.raises(OutputError) as caught, fresh_folder(tmp_path / "out"):
        raise full_disk()
    assert caught.value.exit_status == 3
    assert caught.value.to("zh") == "无法写入 out:磁盘已满;原有内容未改动"
    assert str(caught.value) == "cannot write out: the disk is full; what was there is unchanged"
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_ours_stays_what_it_is(tmp_path: Path) -> None:
    """A refusal inside the block is no fault of the disk, even where it is an OSError, too."""
    refusal = OutputRefusedError(MapError(fault(full_disk())).message)
    assert isinstance(refusal, OSError)
    with pytest.raises(OutputRefusedError), fresh_folder(tmp_path / "out"):
        raise refusal


def test_unknown_faults_keep_the_words_of_the_system() -> None:
    """What has no words of ours is told in those of the operating system."""
    assert fault(OSError(errno.EIO, "Input/output error")).zh == "Input/output error"
    assert fault(OSError("odd")).en == "OSError"
    assert fault(PermissionError(errno.EACCES, "x")).zh == "没有写入权限,或文件正被占用"


def test_missing_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be written: status 3, nothing left."""

    def refuse(_path: Path, *_options: object, **_more: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match="no right to write"), fresh_folder(tmp_path / "out"):
        pytest.fail("nothing may be written")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_a_parent_that_is_a_file(tmp_path: Path) -> None:
    """It is told as a fault of the environment, not as a bug."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError), fresh_folder(tmp_path / "file" / "out"):
        pytest.fail("nothing may be written")
    assert tree(tmp_path) == {"file": b"mine"}


# --- what is not ours -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        {"thesis.docx": "mine"},
        {"manifest.json": '{"name": "a web app"}', "index.html": "mine"},
        {"manifest.json": '{"files": {"a.txt": ""}}', "a.txt": "mine"},
        {"manifest.json": "[]"},
        {"manifest.json": "no json"},
        {".git/config": "mine"},
    ],
)
def test_what_is_not_ours_is_refused(tmp_path: Path, content: dict[str, str]) -> None:
    """A folder of anything else, also one with somebody else's manifest, stays as it is."""
    out = tmp_path / "out"
    for name, text in content.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text)
    before = tree(tmp_path)
    with pytest.raises(OutputRefusedError) as caught, fresh_folder(out):
        pytest.fail("nothing may be written")
    assert caught.value.exit_status == 2
    assert caught.value.to("zh") != str(caught.value)
    assert tree(tmp_path) == before


def test_a_file_that_somebody_added_is_not_deleted(tmp_path: Path) -> None:
    """A note put among our products makes the folder theirs; it is named."""
    write_one(tmp_path / "out")
    (tmp_path / "out" / "maps" / "批注.txt").write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(OutputRefusedError, match=r"did not write \(maps/批注.txt\)"):
        check_replaceable(tmp_path / "out")
    assert tree(tmp_path) == before


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    """A file is never replaced by a folder."""
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputRefusedError, match="is not a folder"):
        check_replaceable(tmp_path / "out")


def test_the_place_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative place is made absolute once, so that a change of folder does not move it."""
    monkeypatch.chdir(tmp_path)
    assert check_replaceable(Path("out")) == tmp_path / "out"


# --- killed and crossed runs ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_a_run_that_is_ended_halfway(tmp_path: Path, how: signal.Signals, status: int) -> None:
    """The old folder is whole; what a kill leaves beside it, the next run clears up."""
    out = tmp_path / "out"
    write_one(out, "old")
    before = tree(out)
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _HALFWAY, out], stdout=subprocess.PIPE, text=True
    ) as halfway:
        assert halfway.stdout is not None
        assert halfway.stdout.readline() == "ready\n"
        with pytest.raises(OutputError, match=rf"another process \({halfway.pid}\)"):
            write_one(out, "crossed")
        halfway.send_signal(how)
        assert halfway.wait(timeout=30) == status
    assert tree(out) == before
    if how is signal.SIGTERM:
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
    write_one(out, "new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (out / "a.txt").read_text() == "new"


def test_a_run_killed_between_the_two_renames(tmp_path: Path) -> None:
    """The old folder was moved aside and the new one not yet in: it comes back, even if we fail."""
    out = tmp_path / "out"
    write_one(out, "old")
    before = tree(out)
    out.rename(tmp_path / ".out.replaced")
    with pytest.raises(OutputError), fresh_folder(out):
        raise full_disk()
    assert tree(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_run_killed_after_the_swap(tmp_path: Path) -> None:
    """The old folder still stands aside: the next run removes it, not the new one."""
    out = tmp_path / "out"
    write_one(out, "old")
    out.rename(tmp_path / ".out.replaced")
    write_one(out, "new")
    assert (out / "a.txt").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_swap_that_fails_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the new folder cannot be moved in, the old one is put back."""
    out = tmp_path / "out"
    write_one(out, "old")
    before = tree(tmp_path)
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if path.name.endswith(".building"):
            raise PermissionError(errno.EACCES, "in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OutputError):
        write_one(out, "new")
    assert tree(tmp_path) == before


def test_two_writers_take_turns(tmp_path: Path) -> None:
    """Of eight at once, those that get in write the whole folder, the others are turned away."""
    out = tmp_path / "out"
    barrier = threading.Barrier(8)
    turned_away: list[OutputError] = []

    def write(number: int) -> None:
        barrier.wait()
        try:
            with fresh_folder(out) as folder:
                for name in ("a", "b", "c"):
                    (folder / name).write_text(str(number))
        except OutputError as error:
            turned_away.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(turned_away) < 8
    assert all("another process" in str(error) for error in turned_away)
    assert len({(out / name).read_text() for name in ("a", "b", "c")}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_lock_whose_file_was_just_removed_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locking a file that its holder has removed protects nothing: it is made once more."""
    path = tmp_path / ".out.lock"
    lock_it = lock._has_locked  # noqa: SLF001 - the moment between opening and locking
    tries: list[int] = []

    def slow(file: object) -> bool:
        tries.append(1)
        if len(tries) == 1:
            path.unlink()
        return lock_it(file)

    monkeypatch.setattr(lock, "_has_locked", slow)
    with only_writer(tmp_path / "out"):
        assert len(tries) == 2
        assert path.read_text() == str(os.getpid())
    assert not path.exists()


# --- one file ---------------------------------------------------------------------------------


def test_one_file_whole(tmp_path: Path) -> None:
    """Text is UTF-8 with Unix line ends, and takes the place of what was there."""
    path = tmp_path / "map.html"
    write_whole(path, "一\n二\n")
    write_whole(path, "三\n")
    assert path.read_bytes() == "三\n".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["map.html"]


@pytest.mark.parametrize("place", ["absent/map.html", "folder"])
def test_one_file_or_nothing(tmp_path: Path, place: str) -> None:
    """An absent parent and a folder of that name: status 3, nothing left."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError) as caught:
        write_whole(tmp_path / place, "text")
    assert caught.value.exit_status == 3
    assert [entry.name for entry in tmp_path.rglob("*")] == ["folder"]


def test_one_file_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there is still there."""
    path = tmp_path / "map.html"
    write_whole(path, "old")

    def fail(_path: Path) -> None:
        raise full_disk()

    monkeypatch.setattr(folder_module, "_flush", fail)
    with pytest.raises(OutputError, match="the disk is full"):
        write_whole(path, "new")
    assert tree(tmp_path) == {"map.html": b"old"}
