"""The documents agree with the code: commands, tables, links, examples."""

import contextlib
import fnmatch
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import tieling_geo as tg
from tieling_geo import errors
from tieling_geo.cli import app, application, running
from tieling_geo.plan import bundled_plans
from tieling_geo.readers.card import DATUMS, UNSHIFTED, check_datum, read_card
from tieling_geo.readers.guard import KINDS
from tieling_geo.records import State
from tieling_geo.schemas import Boilers

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in NAMES}
ENGLISH, CHINESE = TEXTS["README.md"].split("\n# 中文说明\n")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_BLOCK = re.compile(r"(?ms)^ *```(\w+)\n(.*?)^ *```$")
#: No place of one machine, and no host or folder from which packages are fetched.
_MACHINE = re.compile(
    r"/(?:root|work)/|(?m:^--(?:extra-)?index-url)|file:///(?:opt|home|usr)"
    r"|(?:pypi|pythonhosted|npmjs|conda|aliyun)\.(?:org|com)|tsinghua\.edu"
)
#: Kinds of files that hold no text.
_BINARY = {".gpkg", ".png"}

each_document = pytest.mark.parametrize("name", NAMES)


def blocks(text: str, *languages: str) -> list[str]:
    """Return the code blocks in some languages."""
    return [code for language, code in _BLOCK.findall(text) if language in languages]


def table(text: str, header: str) -> list[list[str]]:
    """Return the rows of the table whose first header is given, cell by cell."""
    lines = text.splitlines()
    (start,) = [number for number, line in enumerate(lines) if line.startswith(f"| {header} |")]
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def shown_commands(text: str) -> Iterator[list[str]]:
    """Give every command of ours that a document shows, word by word, from its program on."""
    lines = [line for code in blocks(text, "sh", "bat") for line in code.splitlines()]
    prose = _BLOCK.sub("", text)
    for line in (*lines, *re.findall(r"`([^`\n]+)`", prose)):
        words = shlex.split(line.replace("\\", "/"), comments=True)
        programs = [Path(word).name for word in words]
        for program in ("make", "tieling-geo"):
            if program in programs[:2]:
                yield [program, *words[programs.index(program) + 1 :]]


@each_document
def test_every_command_exists(name: str) -> None:
    """Targets are in the Makefile; sub-commands and their options are in the command line."""
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    shown = list(shown_commands(TEXTS[name]))
    for program, *words in shown:
        names = [word for word in words if not word.startswith("-")]
        if program == "make":
            assert set(names) <= targets
        elif names:
            options = {o for parameter in known[names[0]].params for o in parameter.opts}
            given = {word for word in words if word.startswith("-")}
            assert given <= options, (names[0], given - options)
    assert shown or name == "CHANGELOG.md"


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_both_languages_lead_the_whole_way(text: str) -> None:
    """Set-up, own layers, check, assess, and where to look."""
    shown = {" ".join(words[:2]) for words in shown_commands(text)}
    wanted = {"make assess", *(f"tieling-geo {word}" for word in ("init", "check", "assess"))}
    assert wanted <= shown
    assert "index.html" in text


def test_the_targets_are_told() -> None:
    """The table names every target of the Makefile that people call."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"(?m)^\.PHONY: (.+)$", makefile)
    told = [
        row[0].strip("`").removeprefix("make ")
        for row in table(TEXTS["CONTRIBUTING.md"], "Command")
    ]
    assert sorted(told) == sorted(phony.split())


def headings(text: str) -> set[str]:
    """Return the anchors that a document's headings have."""
    return {
        re.sub(r"[^\w一-鿿 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }


@each_document
def test_links_lead_somewhere(name: str) -> None:
    """Files are there, headings are there, in other documents too, and addresses are whole."""
    links = re.findall(r"!?\[[^\]]+\]\(([^)]+)\)", TEXTS[name])
    for link in links:
        if not link.startswith("https://"):
            file, _, anchor = link.partition("#")
            assert (ROOT / (file or name)).is_file(), link
            assert not anchor or anchor in headings(TEXTS[file or name]), link
    assert links


def test_the_readme_example_prints_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example runs as it stands, anywhere, and its output is the block below it."""
    (code,), (expected,) = blocks(ENGLISH, "python"), blocks(ENGLISH, "text")
    assert len([line for line in code.splitlines() if line]) == 5
    printed = io.StringIO()
    monkeypatch.chdir(ROOT.anchor)
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own example
    assert printed.getvalue() == expected


def test_the_steps_for_own_layers_run(tmp_path: Path) -> None:
    """`init`, `check` and `assess` as the README shows them, on ledgers that are still empty."""
    own = [
        line for code in blocks(CHINESE, "sh") for line in code.splitlines() if "my_city" in line
    ]
    assert [line.split()[1] for line in own] == ["init", "check", "assess", "read"]
    for line in own:
        words = [sys.executable, "-m", "tieling_geo", *line.split()[1:]]
        done = subprocess.run(  # noqa: S603 - our own command
            words, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "my_city_out" / "index.html").is_file()


@pytest.mark.parametrize(("text", "header"), [(ENGLISH, "Exit status"), (CHINESE, "退出状态")])
def test_the_exit_statuses_are_those_of_the_code(text: str, header: str) -> None:
    """Every status that the code gives is told; one that it does not give is told as reserved."""
    classes = [c for c in vars(errors).values() if isinstance(c, type)]
    given = {c.exit_status for c in classes if issubclass(c, errors.TielingGeoError)}
    own = {**vars(running), **vars(application)}
    given |= {0, *(value for name, value in own.items() if re.match("_?EXIT_", name))}
    told = {
        int(status): meaning
        for statuses, meaning in table(text, header)
        for status in re.findall(r"\d+", statuses)
    }
    reserved = {status for status, meaning in told.items() if re.search("reserved|保留", meaning)}
    assert given == set(told) - reserved
    assert not given & reserved


@pytest.mark.parametrize(("text", "header"), [(ENGLISH, "State"), (CHINESE, "结论")])
def test_the_states_are_those_of_the_code(text: str, header: str) -> None:
    """All seven, in order, in the words that people see."""
    told = [row[0] for row in table(text, header)]
    assert told == [state.label.to("en" if text is ENGLISH else "zh") for state in State]


def test_the_output_files_are_those_that_are_written(tmp_path: Path) -> None:
    """Everything in the folder is told, and everything told is in the folder."""
    workspace = tg.open_workspace()
    tg.publish(tg.assess(workspace, only=["C02"]), tmp_path / "out", maps=workspace.maps)
    files = [p.relative_to(tmp_path / "out").as_posix() for p in tmp_path.rglob("*") if p.is_file()]
    written = {re.sub(r"^maps/.*\.html$", "maps/*.html", file) for file in files}
    assert {row[0].strip("`") for row in table(ENGLISH, "File in `--out`")} == written


def test_the_questions_are_those_of_the_plan() -> None:
    """Each clause is decided by the analysis that stands beside it, or by one of them."""
    plan = tg.read_plan(bundled_plans()["tieling_145"])
    deciding = {clause.clause_id: clause.analysis for clause in plan.clauses}
    rows = table(ENGLISH, "Clause")
    assert len(rows) >= 18
    for ids, _, named in rows:
        analyses = {analysis.strip("`") for analysis in named.split(", ")}
        assert analyses <= set(tg.ANALYSES)
        assert {deciding[clause_id] for clause_id in ids.split(", ")} == analyses
    assert f"All {len(plan.clauses)} clauses of the plan" in ENGLISH
    assert f"规划的 {len(plan.clauses)} 条全部" in CHINESE
    by_numbers = sum("indicators" in clause.layers for clause in plan.clauses)
    assert f"\n{by_numbers} clauses are decided by numbers" in ENGLISH
    assert f"{by_numbers} 条由数值判定的条文" in CHINESE


def test_the_kinds_of_files_are_those_that_are_read() -> None:
    """Every kind is named, and no other."""
    told = {kind for row in table(ENGLISH, "Kind") for kind in re.findall(r"`(\.[\w.]+)`", row[0])}
    assert {f".{kind.rpartition('.')[2]}" for kind in told} == set(KINDS)


def test_the_card_of_the_readme_is_a_card(tmp_path: Path) -> None:
    """It is read as it stands, and what it maps to is a column."""
    _, card = blocks(ENGLISH, "toml")
    (tmp_path / "card.toml").write_text(card, encoding="utf-8")
    found = read_card(tmp_path / "card.toml")
    assert (found.datum, found.crs, found.rows) == ("cgcs2000", "EPSG:4490", 300)
    assert set(found.columns.values()) <= {column.name for column in Boilers.columns()}


def test_the_settings_of_the_readme_are_settings(tmp_path: Path) -> None:
    """What is stated of a file is taken as it stands, with the marks taken away, too."""
    settings, _ = blocks(ENGLISH, "toml")
    (chinese,) = blocks(CHINESE, "toml")
    shown = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", settings)
    (tmp_path / "boilers").mkdir()
    (tmp_path / "boilers" / "boilers.csv").touch()
    for text in (settings, shown, chinese):
        (tmp_path / "tieling.toml").write_text(text, encoding="utf-8")
        options = tg.open_workspace(tmp_path).layers["boilers"].options
        assert (options.sheet, options.header_rows, options.crs) == (
            "在用锅炉",
            (3, 4),
            "EPSG:4550",
        )
        assert set(options.columns.values()) <= {column.name for column in Boilers.columns()}


@pytest.mark.parametrize("datum", sorted(set(DATUMS) - set(UNSHIFTED)))
def test_a_shifted_datum_is_refused_as_the_readme_says(datum: str, tmp_path: Path) -> None:
    """Both languages name it, and a layer with such a card is refused."""
    _, card = blocks(ENGLISH, "toml")
    (tmp_path / "card.toml").write_text(card.replace("cgcs2000", datum), encoding="utf-8")
    stated = read_card(tmp_path / "card.toml")
    with pytest.raises(errors.CardError):
        check_datum(stated.datum, place="card.toml", convert=stated.convert)
    assert f"`{datum}`" in ENGLISH
    assert f"`{datum}`" in CHINESE


def test_the_house_is_the_one_that_import_linter_keeps() -> None:
    """The rooms of the table, from top to bottom, are the layers of the contract."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (layers,) = [c["layers"] for c in contracts if c["type"] == "layers"]
    rooms = re.findall(
        r"`(tieling_geo/\w+(?:\.py)?)`", str(table(TEXTS["CONTRIBUTING.md"], "Room"))
    )
    assert [Path(room).stem for room in rooms] == re.findall(r"\w+", " ".join(layers))
    assert [room for room in rooms if not (ROOT / room).exists()] == []


def test_the_version_is_in_the_changelog() -> None:
    """What is packaged has its section, below the one for what comes next."""
    headings = re.findall(r"(?m)^## \[([^\]]+)\]", TEXTS["CHANGELOG.md"])
    assert headings[:2] == ["Unreleased", PROJECT["project"]["version"]]


def test_the_hooks_run_tools_that_are_installed() -> None:
    """Every hook is local and runs a program of `.venv`, or of the Python that runs this."""
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"(?m)^ +entry: (\S+)", text)
    assert re.findall(r"(?m)^ *- repo: (\S+)", text) == ["local"]
    assert len(entries) == len(re.findall(r"(?m)^ +- id: ", text)) >= 1
    for entry in entries:
        assert entry.startswith(".venv/bin/")
        assert os.access(Path(sys.executable).parent / Path(entry).name, os.X_OK), entry


def text_files() -> Iterator[Path]:
    """Give every text file of the project that is not ignored, and would be stored."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        out = any(fnmatch.fnmatch(part, word) for part in parts for word in (".git", *ignored))
        if path.is_file() and not out and path.suffix not in _BINARY:
            yield path


def test_no_file_names_a_machine_or_a_registry() -> None:
    """What is stored works anywhere, and says nothing of where it was made."""
    found = []
    for path in text_files():
        text = path.read_text(encoding="utf-8-sig")
        if _MACHINE.search(text) or str(ROOT) in text:
            found.append(path.relative_to(ROOT).as_posix())
    assert found == []
