"""The command line: exit statuses, one message an error, both languages, and what is written."""

import errno
import inspect
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyogrio
import pytest
from hand_made_workspaces import BROKEN_BOILER, add_rows, five_boilers, say_more
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import tieling_geo
from tieling_geo import errors, pipeline, workspace
from tieling_geo.cli import app
from tieling_geo.cli.options import first_language, to_ids
from tieling_geo.errors import BrokenFileError, ParameterError, TielingGeoError
from tieling_geo.records import Assessment
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text

Run = Callable[..., tuple[int, str, str]]

HEAVY = ("geopandas", "pandas", "numpy", "shapely", "pyogrio", "pandera", "folium", "pyarrow")
_HELP = """
import sys
from tieling_geo.cli import main
try:
    main()
finally:
    loaded = [name for name in {heavy!r} if name in sys.modules]
    print(loaded, file=sys.stderr)
"""


def has_chinese(text: str) -> bool:
    """Tell whether a text has a Chinese character in it."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def tree(place: Path) -> dict[str, bytes]:
    """Return every file below a place with its bytes."""
    return {
        p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file()
    }


def process(*words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line as a process of its own."""
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "tieling_geo", *map(str, words)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write a workspace of five boilers and one map."""
    place = five_boilers(tmp_path / "workspace")
    (place / "maps").mkdir()
    shutil.copy(workspace.embedded_folder("maps") / "heating.toml", place / "maps")
    return place


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Return a function that makes every command that opens a workspace fail."""

    def fail_with(error: BaseException) -> None:
        def fail(*_words: object) -> None:
            raise error

        monkeypatch.setattr(workspace, "open_workspace", fail)

    return fail_with


# --- a whole run ------------------------------------------------------------------------------


def test_a_run_in_another_world_gives_the_same_bytes(
    own_workspace: Path, products: Path, tmp_path: Path
) -> None:
    """Another place, home, user, hash seed and character set: every file is equal to the last byte.

    So no file holds a path, a user's name or an order that chance decides. Nothing but results
    stands on the output stream, and nothing at all on the error stream.
    """
    place = own_workspace.rename(tmp_path / "canary_place")
    done = process(
        *("assess", "-w", place, "--out", tmp_path / "canary_out"),
        HOME=str(tmp_path / "canary_home"),
        USER="canary_user",
        LOGNAME="canary_user",
        PYTHONHASHSEED="4711",
        PYTHONIOENCODING="gbk",
        TZ="America/New_York",
        COLUMNS="80",
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "条文判定" in done.stdout.decode("gbk")
    assert tree(tmp_path / "canary_out") == tree(products)


def test_rejected_rows(root: Path, tmp_path: Path, run_main: Run) -> None:
    """Status 1; the row is in the table of the evidence, and it widens the bounds."""
    add_rows(root, "boilers", BROKEN_BOILER)
    out = tmp_path / "out"
    status, screen, told = run_main("assess", "-w", root, "--out", out, "--only", "I01")
    assert (status, told) == (1, "")
    assert "退回 1 行" in screen
    assert (out / "index.html").resolve().as_uri() in screen
    (verdict,) = json.loads((out / "verdicts.json").read_text(encoding="utf-8"))
    assert (verdict["value"], verdict["low"], verdict["high"]) == (1, 1, 3)
    rejected = pyogrio.read_dataframe(out / "evidence.gpkg", layer="rejected")
    assert rejected["row"].tolist() == [7]


def test_a_broken_file_leaves_the_old_products(root: Path, tmp_path: Path, run_main: Run) -> None:
    """Status 2, the file is named, nothing is written, and the products before are untouched."""
    out = tmp_path / "out"
    assert run_main("assess", "-w", root, "-o", out, "--only", "I01")[0] == 0
    before = tree(tmp_path / "out")
    add_rows(root, "boilers", "B7,one cell too few")
    for language in ("zh", "en"):
        status, screen, told = run_main("assess", "-w", root, "-o", out, "--lang", language)
        assert (status, screen) == (2, "")
        assert "boilers.csv" in told
        assert has_chinese(told) == (language == "zh")
        assert tree(out) == before
    assert run_main("assess", "-w", root, "-o", tmp_path / "new")[0] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "workspace"]


def test_a_folder_that_is_not_ours_is_refused_before_any_work(
    root: Path, tmp_path: Path, run_main: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 2, at once: nobody waits for an assessment that cannot be written."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.docx").write_text("mine")
    monkeypatch.setattr(pipeline, "assess", lambda *_, **__: pytest.fail("nothing may be run"))
    status, _, told = run_main("assess", "-w", root, "-o", tmp_path / "thesis")
    assert status == 2
    assert "thesis.docx" in told
    assert tree(tmp_path / "thesis") == {"thesis.docx": b"mine"}


def test_a_full_disk(
    root: Path, tmp_path: Path, run_main: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 3, in words; nothing is left beside."""

    def fail(_path: Path, *_text: str, **_options: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", fail)
    status, _, told = run_main("assess", "-w", root, "-o", tmp_path / "out", "--only", "I01")
    assert (status, told) == (3, "无法写入 out:磁盘已满;原有内容未改动\n")
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]


def test_days_and_clauses(root: Path, tmp_path: Path, run_main: Run) -> None:
    """Only what is asked for is judged, as of the day that is given; the record says both."""
    words = ("--as-of", "2023-01-01", "--only", "I02、H02,C02", "--lang", "en")
    status, _, _ = run_main("assess", "-w", root, "-o", tmp_path / "out", *words)
    assert status == 0
    rows = json.loads((tmp_path / "out" / "verdicts.json").read_text(encoding="utf-8"))
    assert [row["clause"] for row in rows] == ["C02", "H02", "I02"]
    assert {row["deadline_state"] for row in rows} == {"pending"}
    assert {row["as_of"] for row in rows} == {"2023-01-01"}
    record = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert record["command"] == (
        "tieling-geo assess --as-of 2023-01-01 --lang en --only I02,H02,C02"
    )


def test_parameters_of_the_workspace(root: Path, tmp_path: Path, run_main: Run) -> None:
    """What the user sets is shown as the user's; what a clause sets is refused, status 2."""
    say_more(root, "[parameters.boilers_in_heating_coverage]\npipe_buffer_m = 300")
    out = tmp_path / "out"
    assert run_main("assess", "-w", root, "-o", out, "--only", "I01")[0] == 0
    (row,) = json.loads((out / "verdicts.json").read_text(encoding="utf-8"))
    given_by_user = row["parameters"]["pipe_buffer_m"]
    assert (given_by_user["value"], given_by_user["verified"]) == (300.0, False)
    assert given_by_user["source"]["en"] == "given by the user"
    before = tree(out)
    say_more(root, "[parameters.boilers_in_builtup_areas]\ncapacity_limit_t_per_h = 40")
    status, _, told = run_main("assess", "-w", root, "-o", out)
    assert status == 2
    assert "I02" in told
    assert tree(out) == before


# --- the other commands -----------------------------------------------------------------------


def test_check(root: Path, run_main: Run) -> None:
    """JSON is all that stands on the output stream, in UTF-8; rejected rows give status 1."""
    status, screen, told = run_main("check", "-w", root, "--format", "json")
    assert (status, told) == (0, "")
    record = json.loads(screen)
    assert {row["layer"]: row["accepted"] for row in record["layers"]}["boilers"] == 5
    assert "roads" in record["missing"]
    add_rows(root, "boilers", BROKEN_BOILER)
    status, screen, _ = run_main("check", "-w", root)
    assert status == 1
    assert "第 7 行" in screen


def test_progress_goes_to_the_error_stream(
    root: Path, run_main: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where that is a terminal a bar is shown on it, and the output stream stays pure JSON."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, screen, told = run_main("check", "-w", root, "--format", "json")
    assert json.loads(screen)["layers"]
    assert "读取" in told


def test_list(run_main: Run) -> None:
    """JSON and tables of the same."""
    status, screen, told = run_main("list", "--format", "json", "--lang", "en")
    assert (status, told) == (0, "")
    found = json.loads(screen)
    assert [row["name"] for row in found["layers"]] == list(LAYERS)
    status, screen, _ = run_main("list")
    assert status == 0
    assert all(row["id"] in screen for row in found["clauses"] + found["maps"])


def cache_of(run: Callable[..., Assessment]) -> Callable[..., Assessment]:
    """Return a function that assesses once, and then tells the same."""
    kept: list[Assessment] = []

    def told(*words: object, **options: object) -> Assessment:
        if not kept:
            kept.append(run(*words, **options))
        return kept[0]

    return told


def test_map(root: Path, tmp_path: Path, run_main: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page or a picture, named after the map unless said otherwise; no unknown map is drawn."""
    monkeypatch.chdir(tmp_path)
    assert run_main("map", "heating", "-w", root)[:2] == (0, "heating.html\n")
    assert 'lang="zh' in (tmp_path / "heating.html").read_text(encoding="utf-8")
    add_rows(root, "boilers", BROKEN_BOILER)
    words = ("map", "heating", "-w", root, "--lang", "en")
    monkeypatch.setattr(pipeline, "assess", cache_of(pipeline.assess))
    assert run_main(*words, "-o", "a.html")[0] == 1
    assert 'lang="en"' in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert run_main(*words, "-o", "a.PNG")[0] == 1
    assert (tmp_path / "a.PNG").read_bytes().startswith(b"\x89PNG")
    for name in ("a.html", "a.png"):
        status, _, told = run_main(*words, "-o", f"absent/{name}")
        assert (status, name in told) == (3, True)
    monkeypatch.setattr(pipeline, "assess", lambda *_, **__: pytest.fail("nothing may be run"))
    status, _, told = run_main("map", "heat", "-w", root)
    assert (status, "heating" in told) == (2, True)


def test_explain(run_main: Run) -> None:
    """What a clause asks; an unknown clause is refused with those that there are."""
    status, screen, _ = run_main("explain", "I01")
    assert (status, "条文 I01" in screen) == (0, True)
    status, screen, told = run_main("explain", "I99")
    assert (status, screen) == (2, "")
    assert "I01" in told


def test_sample(tmp_path: Path, run_main: Run) -> None:
    """A sample is drawn into an empty place, and replaced only with --force."""
    words = ("sample", "--out", tmp_path / "s", "--scale", "0.05")
    assert run_main(*words)[0] == 0
    before = tree(tmp_path / "s")
    assert run_main(*words)[0] == 2
    assert run_main(*words, "--force")[0] == 0
    assert tree(tmp_path / "s") == before
    assert run_main("sample", "--out", tmp_path / "t", "--scale", "-1")[0] == 2


def test_init_then_check(tmp_path: Path, run_main: Run) -> None:
    """A new workspace is told how to go on, and can be checked at once; it is not written twice."""
    status, screen, _ = run_main("init", tmp_path / "new")
    assert status == 0
    assert f'tieling-geo check --workspace "{tmp_path / "new"}"' in screen
    assert run_main("check", "-w", tmp_path / "new")[0] == 0
    status, _, told = run_main("init", tmp_path / "new", "--lang", "en")
    assert (status, told) == (2, "new exists and is not empty; choose another folder\n")


def test_version(run_main: Run) -> None:
    """The version alone, whatever else is on the line."""
    assert run_main("--version", "assess") == (0, f"{tieling_geo.__version__}\n", "")


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("assess", "-w", "nowhere"), "nowhere"),
        (("assess", "--only", "I99"), "I99"),
        (("assess", "--only", ","), "--only"),
        (("assess", "--as-of", "2025-02-30"), "2025-02-30"),
        (("assess", "--as-of", "yesterday"), "yesterday"),
        (("assess", "--lang", "fr"), "fr"),
        (("check", "--format", "xml"), "xml"),
        (("list", "--format", "JSON"), "JSON"),
        (("asess",), "asess"),
        (("assess", "--verbose"), "--verbose"),
        (("explain",), "clause"),
        (("sample", "--out", "x", "--scale", "big"), "--scale"),
    ],
)
def test_what_is_not_known(
    words: tuple[str, ...],
    named: str,
    run_main: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Status 2, one line that names it, in the language asked for, and nothing written."""
    monkeypatch.chdir(tmp_path)
    status, screen, told = run_main(*words)
    assert (status, screen) == (2, "")
    assert named in told
    assert has_chinese(told)
    assert told.count("\n") == 1
    if "--lang" not in words:
        english = run_main("--lang", "en", *words)
        assert english[0] == 2
        assert named in english[2]
        assert not has_chinese(english[2])
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_there_is_not(root: Path, run_main: Run) -> None:
    """The plans that come along are named."""
    path = root / "tieling.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("tieling_145", "beijing"), "utf-8")
    status, _, told = run_main("assess", "-w", root)
    assert (status, "tieling_145" in told) == (2, True)


def test_no_command_shows_the_help(run_main: Run) -> None:
    """The help, and the status of a command that was not understood."""
    status, screen, told = run_main()
    assert (status, told) == (2, "")
    assert "assess" in screen


# --- errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, TielingGeoError)
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_error_is_one_message_and_its_status(
    kind: type[TielingGeoError],
    language: str,
    run_main: Run,
    failing: Callable[[BaseException], None],
) -> None:
    """Whatever built-in it is besides, it is told in the language asked for, without a trace."""
    message = Text("出错了", "it broke")
    error = BrokenFileError("a.shp", message) if kind is BrokenFileError else kind(message)
    failing(error)
    status, screen, told = run_main("list", "--lang", language)
    assert (status, screen) == (kind.exit_status, "")
    assert told == f"{error.to('en' if language == 'en' else 'zh')}\n"


def test_a_message_does_not_steer_the_terminal(
    run_main: Run, failing: Callable[[BaseException], None]
) -> None:
    """A message that quotes a file keeps its lines and loses its escapes."""
    failing(ParameterError(Text("值\x1b[2J\n错", "bad")))
    assert run_main("list")[2] == "值 [2J\n错\n"


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (MemoryError(), 3, "内存不足\n"),
        (PermissionError(errno.EACCES, "denied", "x.csv"), 3, "系统不允许:denied x.csv\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_the_system_does_not_allow(
    error: BaseException,
    status: int,
    told: str,
    run_main: Run,
    failing: Callable[[BaseException], None],
) -> None:
    """Memory and rights are the environment, status 3; Ctrl-C has its own and says nothing."""
    failing(error)
    assert run_main("list") == (status, "", told)


def test_a_bug_of_ours(
    run_main: Run, failing: Callable[[BaseException], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 5, one line that says how to report it, no trace; the trace comes if asked for."""
    failing(ZeroDivisionError("of\nours"))
    status, screen, told = run_main("list", "--lang", "en")
    assert (status, screen) == (5, "")
    assert told == (
        "a bug of ours (ZeroDivisionError: of ours); set TIELING_GEO_TRACEBACK=1, try again and "
        "tell us\n"
    )
    monkeypatch.setenv("TIELING_GEO_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run_main("list")


def test_ended_from_outside(run_main: Run) -> None:
    """SIGTERM ends a run as an exit does, so that what it has begun is tidied up."""
    assert run_main("--version")[0] == 0
    stop = signal.getsignal(signal.SIGTERM)
    assert callable(stop)
    with pytest.raises(SystemExit) as stopped:
        stop(signal.SIGTERM, None)
    assert stopped.value.code == 143


def test_statuses_of_a_process(root: Path) -> None:
    """What holds in this process holds in one of its own: rejected rows 1, refused input 2."""
    add_rows(root, "boilers", BROKEN_BOILER)
    done = process("check", "-w", root, "--format", "json", PYTHONIOENCODING="gbk")
    assert (done.returncode, done.stderr) == (1, b"")
    record = json.loads(done.stdout)  # UTF-8, whatever the terminal speaks
    assert [row["rejected"] for row in record["layers"] if row["layer"] == "boilers"] == [1]
    done = process("check", "-w", root / "absent", "--lang", "en")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"no tieling.toml in folder absent")


# --- languages and help -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (("--help",), "把规划条文变成可执行的空间核查"),
        (("--lang", "en", "--help"), "Hold a plan's clauses against the map"),
        (("assess", "--help"), "输出文件夹"),
        (("assess", "--help", "--lang=en"), "output folder"),
    ],
)
def test_the_help_loads_nothing_heavy(words: tuple[str, ...], word: str) -> None:
    """It comes at once, in the language asked for, from a process that loaded none of the heavy."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _HELP.format(heavy=HEAVY), *words],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", "TIELING_GEO_LANG": ""},
    )
    assert word in done.stdout.decode()
    assert done.stderr == b"[]\n"


def test_which_language_wins(root: Path, run_main: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's, then the one before it, then the variable's, then the workspace's."""

    def is_chinese(*words: str) -> bool:
        status, screen, _ = run_main(*words, "-w", root)
        assert status == 0
        return "条文 I01" in screen

    assert is_chinese("explain", "I01")
    path = root / "tieling.toml"
    text = path.read_text(encoding="utf-8").replace('language = "zh"', 'language = "en"')
    path.write_text(text, encoding="utf-8")
    assert not is_chinese("explain", "I01")
    monkeypatch.setenv("TIELING_GEO_LANG", "zh")
    assert is_chinese("explain", "I01")
    assert not is_chinese("--lang", "en", "explain", "I01")
    assert is_chinese("--lang", "en", "explain", "I01", "--lang", "zh")
    monkeypatch.setenv("TIELING_GEO_LANG", "fr")
    assert run_main("explain", "I01")[0] == 2


def test_typers_own_runner(root: Path) -> None:
    """The application can be driven as typer's users do; its errors are exceptions there."""
    runner = CliRunner()
    ledger = root / "boilers" / "boilers.csv"
    text = ledger.read_text("utf-8-sig").replace("县(市、区)", "spare")
    ledger.write_text(text, encoding="utf-8")
    done = runner.invoke(app, ["--lang", "en", "check", "-w", str(root), "--format", "json"])
    assert done.exit_code == 0
    notes = [note for row in json.loads(done.stdout)["layers"] for note in row["notes"]]
    assert any(note.startswith("columns the file does not have") for note in notes)
    assert not any(has_chinese(note.split("[")[0]) for note in notes)
    refused = runner.invoke(app, ["check", "--lang", "fr"])
    assert isinstance(refused.exception, ParameterError)


@given(st.lists(st.sampled_from(["--lang", "--lang=en", "--lang=zh", "en", "zh", "list"])))
def test_the_last_language_on_the_line_counts(words: list[str]) -> None:
    """It agrees with a plain reading of the line from its end."""
    expected = "zh"
    for before, word in zip(["", *words], [*words, ""], strict=True):
        if word.startswith("--lang="):
            expected = word.removeprefix("--lang=")
        elif before == "--lang" and word:
            expected = word
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TIELING_GEO_LANG", raising=False)
        assert first_language(words) == ("en" if expected == "en" else "zh")


@given(st.lists(st.from_regex(r"\A[A-Z][0-9]{2}\Z"), min_size=1), st.sampled_from(",,、 "))
def test_ids_are_taken_from_either_script(ids: list[str], comma: str) -> None:
    """Commas of both scripts and spaces part ids, however many stand between two."""
    assert to_ids(comma.join(ids)) == ids
    assert to_ids(f"{comma}{comma} ".join(ids) + comma) == ids
    assert to_ids("") is None
