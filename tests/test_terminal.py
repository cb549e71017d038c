"""What people read in the terminal: whole words, in their language, on a narrow screen, too."""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hand_made_workspaces import BROKEN_BOILER, add_rows, five_boilers, say_more
from rich.cells import cell_len

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import UnknownNameError
from tieling_geo.pipeline import assess, read_layers
from tieling_geo.plan import read_plan
from tieling_geo.records import Assessment, State, Verdict, WaitingFor
from tieling_geo.render.chips import SOFT_MARK, STATE_MARKS
from tieling_geo.reports.site_words import INTERVALS, STRICTNESS
from tieling_geo.schemas import LAYERS
from tieling_geo.terminal import (
    MOST_REJECTED,
    layers_record,
    print_assessment,
    print_clause,
    print_layers,
    print_registry,
    registry,
)
from tieling_geo.text import Language, Text
from tieling_geo.workspace import open_workspace

Printed = Callable[..., str]
#: Begins the header of the verdict table.
CLAUSE = Text("条文", "clause")


def mark_of(verdict: Verdict) -> str:
    """Give a verdict's sign: a soft target that is missed has one of its own."""
    is_soft = verdict.state is State.NOT_MET and not verdict.is_violation
    return SOFT_MARK if is_soft else STATE_MARKS[verdict.state]


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Printed:
    """Return a function that prints with a printer and gives what stands on the screen."""

    def run(printer: Callable[..., None], *values: object, width: int = 80) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        printer(*values)
        screen = capsys.readouterr()
        assert screen.err == ""
        return screen.out

    return run


def flat(text: str) -> str:
    """Put what was wrapped together again, without spaces."""
    return re.sub(r"\s", "", text)


def columns_of(lines: list[str]) -> list[str]:
    """Take the columns of a table out of its lines, the first of which is its header."""
    # A sign that is two columns wide takes two places.
    wide = ["".join(sign + "\0" * (cell_len(sign) - 1) for sign in line) for line in lines]
    edges = [header.start() for header in re.finditer(r"\S+( \S+)*", wide[0])]
    spans = zip(edges, [*edges[1:], None], strict=True)
    return [flat("".join(line[a:b] for line in wide[1:]).replace("\0", "")) for a, b in spans]


def is_row(verdict: Verdict) -> bool:
    """Tell a clause with a row of its own; the coverage ledger names the others, too."""
    return verdict.state not in {State.NO_DATA, State.NOT_DECIDABLE}


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_verdict_table(
    small_assessment: Assessment, printed: Printed, language: Language, width: int
) -> None:
    """No line is wider than the screen; ids and states stand unbroken; no code word is shown."""
    screen = printed(print_assessment, small_assessment, Path("out"), language, width=width)
    *lines, link = screen.splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert link == (Path.cwd() / "out" / "index.html").as_uri()
    assert "SAMPLE" in lines[0]
    (top,) = (line for line in lines if line.split()[:1] == [CLAUSE.to(language)])
    for verdict in small_assessment.verdicts:
        beginning = rf" *{verdict.clause.clause_id} +{re.escape(mark_of(verdict))}(?= )"
        starts = [n for n, line in enumerate(lines) if re.match(beginning, line)]
        if not is_row(verdict):
            assert starts == []
            continue
        (start,) = starts
        end = next(n for n in range(start, len(lines)) if not lines[n].strip())
        _, state, told = columns_of([top, *lines[start:end]])
        parts = [mark_of(verdict), verdict.label.to(language)]
        parts += [str(verdict.clause.deadline)] if verdict.clause.deadline else []
        parts.append(verdict.deadline_state.label.to(language))
        assert state == flat("".join(parts))
        assert told == flat(
            f"{verdict.clause.paraphrase.to(language)}{verdict.because.to(language)}"
        )
        if verdict.label == verdict.state.label:
            assert verdict.state.label.to(language) in lines[start]
        if verdict.clause.deadline:
            assert any(str(verdict.clause.deadline) in line for line in lines[start:end])
    for word in (">=", "<=", "not_met", "no_data", "declared", "missed_"):
        assert word not in screen


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_coverage_ledger(
    small_assessment: Assessment, printed: Printed, language: Language, width: int
) -> None:
    """Every clause stands once, unbroken, and the groups' counts are those of the verdicts."""
    screen = printed(print_assessment, small_assessment, Path("out"), language, width=width)
    title = {"zh": "条文覆盖账(共 102 条)", "en": "Coverage ledger: 102 clauses"}[language]
    _, found, after = screen.partition(title)
    assert found
    counts = Counter(verdict.state for verdict in small_assessment.verdicts)
    decided, waiting = counts[State.MET] + counts[State.NOT_MET], counts[State.NO_DATA]
    groups = {"zh": f"已判定{decided}、", "en": f"decided{decided},"}[language]
    waits = {"zh": f"、缺数据{waiting}、", "en": f",waitingfordata{waiting},"}[language]
    table, _, rest = after.partition({"zh": "已判定 ", "en": "decided "}[language])
    assert groups in flat(after)
    assert waits in flat(rest)
    ids = re.findall(r"(?<!\S)[A-Z]\d\d(?!\S)", table)
    assert sorted(ids) == [verdict.clause.clause_id for verdict in small_assessment.verdicts]


def test_every_duty_is_printed_whole(small_assessment: Assessment, printed: Printed) -> None:
    """Paraphrase and reason are wrapped, never cut: joined columns hold every character."""
    screen = printed(print_assessment, small_assessment, Path("out"), "zh", width=300)
    shown = [verdict for verdict in small_assessment.verdicts if is_row(verdict)]
    assert {verdict.state for verdict in shown} >= {State.MET, State.NOT_MET, State.REPORTED}
    for verdict in shown:
        assert verdict.clause.paraphrase.zh in screen
        assert flat(verdict.because.zh) in flat(screen)


def test_what_was_lacking_is_told(tmp_path: Path, printed: Printed) -> None:
    """Rejected rows by layer, and the layers that the workspace does not have."""
    root = five_boilers(tmp_path / "workspace")
    add_rows(root, "boilers", BROKEN_BOILER)
    shutil.rmtree(root / "parks")
    assessment = assess(open_workspace(root))
    screen = printed(print_assessment, assessment, Path("out"), "en", width=200)
    assert "6 layers, 1 rows rejected" in screen
    assert "(boilers 1)" in screen
    assert "parks parks" in screen
    assert "SAMPLE" not in screen
    told = flat(printed(print_assessment, assessment, Path("out"), "zh"))
    assert "退回1行" in told
    assert "产业园区parks" in told


def test_markup_in_data_is_text(small_assessment: Assessment, printed: Printed) -> None:
    """What looks like the terminal's own markup is shown as it stands."""
    verdict = small_assessment.verdicts[0]
    clause = replace(verdict.clause, paraphrase=verdict.clause.paraphrase._replace(zh="[red]甲[/]"))
    odd = replace(small_assessment, verdicts=(replace(verdict, clause=clause),))
    assert "[red]甲[/]" in printed(print_assessment, odd, Path("[bold]out"), "zh")


def test_every_state_has_its_words(small_assessment: Assessment, printed: Printed) -> None:
    """Seven states in both languages: a row with a mark and a label, or a line of the ledger."""
    verdict = replace(small_assessment.verdicts[0], waiting_for=None)
    for language in ("zh", "en"):
        for state in State:
            odd = replace(verdict, state=state)
            one = replace(small_assessment, verdicts=(odd,))
            screen = printed(print_assessment, one, Path("out"), language)
            marked = rf"[✓✗?∅–i×] {state.label.to(language)}\b"
            assert bool(re.search(marked, screen)) == is_row(odd)
            listed = rf"\n +{state.label.to(language)}\b.* 1 +{odd.clause.clause_id} *\n"
            assert re.search(listed, screen)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_waited_for_has_its_words(
    small_assessment: Assessment, printed: Printed, language: Language
) -> None:
    """The line of the ledger says what a clause without data lacks: four things, told apart."""
    for lack in WaitingFor:
        verdict = replace(small_assessment.verdicts[0], state=State.NO_DATA, waiting_for=lack)
        one = replace(small_assessment, verdicts=(verdict,))
        screen = printed(print_assessment, one, Path("out"), language, width=120)
        told = [other for other in WaitingFor if other.label.to(language) in screen]
        assert told == [lack]


def test_nothing_in_a_file_steers_the_terminal(tmp_path: Path, printed: Printed) -> None:
    """Escape sequences in a ledger and in a plan are shown without their escape."""
    root = five_boilers(tmp_path / "workspace")
    add_rows(root, "boilers", BROKEN_BOILER.replace("很大", "\x1b[2J\x1b]0;owned\x07大"))
    layers = read_layers(open_workspace(root), ["boilers"])
    screen = printed(print_layers, layers, "zh", width=200)
    assert "[2J]0;owned大" in screen
    assert "\x1b" not in screen
    assert "\x07" not in screen


# --- layers -----------------------------------------------------------------------------------


def test_the_row_account(tmp_path: Path, printed: Printed) -> None:
    """Rows in, accepted and rejected; each rejected value with file, row, column and reason."""
    root = five_boilers(tmp_path / "workspace")
    add_rows(root, "boilers", BROKEN_BOILER)
    layers = read_layers(open_workspace(root))
    screen = printed(print_layers, layers, "zh")
    assert re.search(r"锅炉 +boilers\.csv +6 +5 +1 +\?", screen)
    assert "文件 boilers.csv / 第 7 行 / 列“额定蒸发量(蒸吨/小时)”:值“很大”" in screen
    assert "工作区没有的图层" in screen
    english = printed(print_layers, layers, "en")
    assert "file boilers.csv, row 7" in english
    record = layers_record(layers, "en")
    assert "roads" in record["missing"]
    (ledger,) = (row for row in record["layers"] if row["layer"] == "boilers")
    assert (ledger["rows_in"], ledger["accepted"], ledger["rejected"]) == (6, 5, 1)
    (fault,) = ledger["rejected_values"]
    assert (fault["row"], fault["value"]) == (7, "很大")
    assert len(ledger["sha256"]) == 64


def test_many_rejected_rows_are_counted(tmp_path: Path, printed: Printed) -> None:
    """The first are shown, and how many more there are."""
    root = five_boilers(tmp_path / "workspace")
    rows = [BROKEN_BOILER.replace("B6", f"X{n:02}") for n in range(MOST_REJECTED + 3)]
    add_rows(root, "boilers", *rows)
    layers = read_layers(open_workspace(root), ["boilers"])
    screen = printed(print_layers, layers, "zh")
    assert screen.count("很大") == MOST_REJECTED
    assert "…另有 3 处" in screen


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_narrow_screen_holds_the_row_account(
    small_assessment: Assessment, printed: Printed, language: Language
) -> None:
    """Counts and dates stand unbroken at 80 columns."""
    screen = printed(print_layers, small_assessment.layers, language)
    assert max(cell_len(line) for line in screen.splitlines()) <= 80
    for layer in small_assessment.layers.values():
        assert re.search(rf" {layer.rows_in} +{len(layer.features)} +0 +2025-12-31", screen)


# --- what is registered -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_registry(small_workspace: Path, printed: Printed, language: Language) -> None:
    """Every layer, analysis, clause and map stands in the list, with its title."""
    space = open_workspace(small_workspace)
    found = registry(space, language)
    assert [row["name"] for row in found["layers"]] == list(LAYERS)
    assert [row["name"] for row in found["analyses"]] == list(ANALYSES)
    assert [row["id"] for row in found["clauses"]] == [
        clause.clause_id for clause in read_plan(space.plan).clauses
    ]
    assert [row["id"] for row in found["maps"]] == sorted(p.stem for p in space.maps.iterdir())
    screen = printed(print_registry, found, language, width=400)
    for rows in found.values():
        for row in rows:
            assert row.get("name", row.get("id")) in screen
            assert (row.get("title") or row.get("question") or row["paraphrase"]) in screen


def test_an_empty_list_is_left_out(printed: Printed) -> None:
    """A workspace without maps has no table of maps."""
    assert printed(print_registry, {"maps": []}, "zh") == ""


# --- one clause -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_clause_can_be_explained(
    small_workspace: Path, printed: Printed, language: Language
) -> None:
    """Duty, scope, strictness, assumptions, and each parameter with its source, in words."""
    space = open_workspace(small_workspace)
    for clause in read_plan(space.plan).clauses:
        screen = flat(printed(print_clause, clause.clause_id, space, language, width=300))
        told = [clause.paraphrase, clause.scope, *clause.assumptions, *clause.warnings]
        told += [STRICTNESS[clause.strictness]]
        for parameter in ANALYSES[clause.analysis].parameters if clause.analysis else ():
            told += [parameter.title]
            told += [INTERVALS[parameter.interval]] if parameter.interval != "none" else []
        for text in told:
            assert flat(text.to(language)) in screen
        assert clause.sentence_sha256 in screen


def test_what_decides_a_clause(tmp_path: Path, printed: Printed) -> None:
    """The target says if the number counts; a parameter of the user's says so; gaps are named."""
    root = five_boilers(tmp_path / "workspace")
    say_more(root, "[parameters.boilers_in_heating_coverage]\npipe_buffer_m = 300")
    shutil.rmtree(root / "heating_supply_areas")
    screen = printed(print_clause, "I01", open_workspace(root), "en", width=200)
    assert "≤ 0 features (the number included)" in screen
    assert "buffer around heating pipes = 300 m (closed); given by the user; not verified" in screen
    assert re.search(r"missing in the workspace +heating_supply_areas", screen)
    screen = printed(print_clause, "I02", open_workspace(root), "zh", width=200)
    assert "= 35 蒸吨/小时" in screen
    assert "规划三(八)" in screen


def test_a_clause_that_nothing_decides(tmp_path: Path, printed: Printed) -> None:
    """Its reason is printed, and that the plan gives no number."""
    root = five_boilers(tmp_path / "workspace")
    space = open_workspace(root)
    text = space.plan.read_text(encoding="utf-8").split("[[cross_check]]")[0] + (
        '[[clause]]\nclause_id = "Z01"\nsection = "三(二)"\nparaphrase_zh = "某事"\n'
        f'paraphrase_en = "a thing"\nsentence_sha256 = "{"0" * 64}"\nkind = "paperwork"\n'
        'comparator = "none"\nstrictness = "report"\nscope_zh = "全市"\nscope_en = "the city"\n'
        'layers = []\nundecided_because_zh = "只是工作"\nundecided_because_en = "it is work"\n'
    )
    (root / "own.toml").write_text(text, encoding="utf-8")
    screen = printed(print_clause, "Z01", replace(space, plan=root / "own.toml"), "en")
    assert "it is work" in screen
    assert "the plan gives no number" in screen
    verdict = assess(replace(space, plan=root / "own.toml"), as_of=date(2025, 1, 1)).verdicts[0]
    assert (verdict.state, verdict.value) == (State.NOT_DECIDABLE, None)


def test_a_target_that_is_a_fraction_is_not_rounded(tmp_path: Path, printed: Printed) -> None:
    """What a clause asks is printed exactly."""
    root = five_boilers(tmp_path / "workspace")
    space = open_workspace(root)
    text = space.plan.read_text(encoding="utf-8").replace('target = "14.5"', 'target = "200/3"')
    (root / "own.toml").write_text(text, encoding="utf-8")
    other = replace(space, plan=root / "own.toml")
    assert read_plan(other.plan).clauses[0].target == Fraction(200, 3)
    assert "≥ 200/3 % (the number included)" in printed(print_clause, "A01", other, "en", width=200)


def test_a_clause_that_there_is_not(small_workspace: Path) -> None:
    """Its name is refused with those that there are."""
    with pytest.raises(UnknownNameError, match="the plan has no clause Z; known: A01, A02"):
        print_clause("Z", open_workspace(small_workspace), "zh")
