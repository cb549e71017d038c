"""A new workspace: what it holds, that it can be read as it is, and that it overwrites nothing."""

import errno
import os
import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tieling_geo.errors import OutputError, OutputRefusedError
from tieling_geo.pipeline import assess, read_layers
from tieling_geo.readers.ledgers.tables import EXAMPLE_KEY, Vocabulary, find_header
from tieling_geo.readers.spreadsheets.sheet import Sheet
from tieling_geo.records import State
from tieling_geo.schemas import LAYERS
from tieling_geo.template import write_template
from tieling_geo.template.rules import to_bounds
from tieling_geo.workspace import open_workspace


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one new workspace for all tests that only look at it."""
    root = tmp_path_factory.mktemp("template") / "new"
    write_template(root)
    return root


@pytest.fixture
def book(new: Path, name: str) -> Any:  # noqa: ANN401 - openpyxl's stubs differ by kind of sheet
    """Open a layer's template."""
    return openpyxl.load_workbook(new / name / f"{name}.xlsx")


def every_layer(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test on every registered layer."""
    return pytest.mark.parametrize("name", list(LAYERS))(test)


def headers_of(name: str) -> list[str]:
    """Return the headers that a layer's template is to have."""
    places = {"point": ["经度", "纬度"], "none": []}.get(LAYERS[name].card().geometry, ["WKT"])
    return [*(column.header_zh for column in LAYERS[name].columns()), *places]


def test_every_layer_has_a_workbook_and_a_card(tmp_path: Path) -> None:
    """Two files a layer and `tieling.toml` last."""
    root = tmp_path / "new"
    written = write_template(root)
    assert sorted(written) == sorted(path for path in root.rglob("*") if path.is_file())
    assert written[-1] == root / "tieling.toml"
    assert len(written) == 2 * len(LAYERS) + 1
    for name in LAYERS:
        card = tomllib.loads((root / name / "card.toml").read_text(encoding="utf-8"))
        stated = {key: card[key] for key in ("publisher", "datum", "crs") if key in card}
        datum = {"datum": "cgcs2000", "crs": "EPSG:4490"}
        assert stated == {"publisher": "", **(datum if LAYERS[name].card().has_places else {})}
        assert ("datum" in card["notes"]) == LAYERS[name].card().has_places


def test_the_same_workspace_is_the_same_bytes(new: Path, tmp_path: Path) -> None:
    """Written twice, every file is equal."""
    write_template(tmp_path)
    for path in sorted(tmp_path.rglob("*.*")):
        assert path.read_bytes() == (new / path.relative_to(tmp_path)).read_bytes()


@every_layer
def test_headers_are_official_and_marked(book: Any, name: str) -> None:  # noqa: ANN401 - see above
    """Titles with units in the first row, frozen; what may not be blank is red and says so."""
    sheet = book.worksheets[0]
    assert sheet.title == LAYERS[name].card().title.zh
    assert [cell.value for cell in sheet[1]] == headers_of(name)
    assert (sheet.freeze_panes, sheet.auto_filter.ref.startswith("A1:")) == ("B2", True)
    required = [not column.nullable for column in LAYERS[name].columns()]
    for cell, needed in zip(sheet[1], [*required, True, True], strict=False):
        assert (cell.fill.start_color.rgb == "FFB23B3B") == needed
        assert cell.comment.text.startswith("必填。" if needed else "选填。")


@every_layer
def test_the_example_is_told_by_its_key_and_valid(book: Any, name: str) -> None:  # noqa: ANN401 - idem
    """One row, its key says what it is; its values are allowed and within their bounds."""
    schema, sheet = LAYERS[name], book.worksheets[0]
    assert sheet.max_row == 2
    values = dict(zip(headers_of(name), (cell.value for cell in sheet[2]), strict=True))
    for column in schema.columns():
        value, allowed = values[column.header_zh], column.values
        if column.name == schema.card().key:
            assert value == EXAMPLE_KEY
        elif allowed:
            assert value in {title.zh for title in allowed.values()}
        elif column.kind in {"number", "integer"}:
            bounds = to_bounds(schema, column)
            assert bounds.low < value <= bounds.high
            low, high = column.plausible or (value, value)
            assert low <= value <= high
        elif column.kind == "text":
            assert value.startswith("示例") or value == column.example
    assert {cell.fill.start_color.rgb for cell in sheet[2]} == {"FFFFF2CC"}


@every_layer
def test_columns_hold_people_to_what_they_take(book: Any, name: str) -> None:  # noqa: ANN401 - idem
    """Lists are the allowed Chinese titles; numbers and days have rules; prompts fit the format."""
    schema, sheet = LAYERS[name], book.worksheets[0]
    rules = {
        str(rule.sqref).split(":")[0][:-1]: rule for rule in sheet.data_validations.dataValidation
    }
    for number, column in enumerate(schema.columns(), 1):
        letter = openpyxl.utils.get_column_letter(number)
        allowed = [t.zh for t in column.values.values()]
        allowed = ["是", "否"] if column.kind == "boolean" else allowed
        if allowed:
            lists, area = rules[letter].formula1.split("!")
            cells = book[lists.strip("'")][area.replace("$", "")]
            assert [cell.value for (cell,) in cells] == allowed
        elif column.kind == "text":
            assert letter not in rules
            assert sheet.column_dimensions[letter].number_format == "@"
        else:
            assert rules[letter].type == ("date" if column.kind == "date" else "custom")
    for rule in rules.values():
        assert max(len(rule.prompt), len(rule.error)) <= 255
        assert max(len(rule.promptTitle), len(rule.errorTitle)) <= 32
        assert str(rule.sqref).endswith("1048576")


@pytest.mark.parametrize("name", ["boilers"])
def test_rules_of_one_layer(book: Any) -> None:  # noqa: ANN401 - idem
    """Bounds as the schema has them: more than 0, at most 5000; days from 1910 to 2199."""
    rules = {str(r.sqref)[0]: r for r in book.worksheets[0].data_validations.dataValidation}
    assert rules["E"].formula1 == "AND(ISNUMBER(E2),E2>0,E2<=5000)"
    assert "单位 蒸吨/小时,大于 0、不大于 5000" in rules["E"].prompt
    assert (rules["E"].errorStyle, rules["D"].errorStyle) == ("warning", "stop")
    first, last = int(rules["I"].formula1), int(rules["I"].formula2)
    assert (first, last) == (3654, 109574)  # 1910-01-01 and 2199-12-31; 2023.6 is day 2023
    assert book["锅炉"]["M2"].number_format == "General"


@every_layer
def test_no_other_sheet_is_taken_for_data(book: Any, name: str) -> None:  # noqa: ANN401 - idem
    """Neither the instructions nor the hidden lists have a header that the layer knows."""
    assert book.sheetnames[1] == "填写说明"
    assert [sheet.sheet_state for sheet in book.worksheets[2:]] in ([], ["hidden"])
    for sheet in book.worksheets[1:]:
        rows: Any = tuple(sheet.iter_rows(values_only=True))
        table = Sheet(sheet.title, rows, tuple(range(1, len(rows) + 1)))
        assert find_header(table, Vocabulary(LAYERS[name].columns(), {})) is None


@every_layer
def test_the_instructions_say_what_people_ask(book: Any, name: str) -> None:  # noqa: ANN401 - idem
    """What a row is, each column, the datum if any, rejected rows; all of it in both languages."""
    schema = LAYERS[name]
    told = "\n".join(str(c.value) for row in book["填写说明"].iter_rows() for c in row if c.value)
    for text in (schema.card().definition, schema.card().title):
        assert text.zh in told
        assert text.en in told
    for column in schema.columns():
        assert column.header_zh in told
        assert column.title.en in told
    assert "rejected.xlsx" in told
    for word in ("GCJ-02", "BD-09", "CGCS2000", "半公里", "half a kilometre"):
        assert (word in told) == schema.card().has_places
    assert (f"{name}.gpkg" in told) == (schema.card().geometry in {"line", "polygon"})
    for text in filter(None, schema.card().instructions):
        assert text in told


def test_the_settings_are_shown(new: Path) -> None:
    """`tieling.toml` names every setting of a layer, as comments, and is valid."""
    text = (new / "tieling.toml").read_text(encoding="utf-8")
    for word in ("path", "sheet", "columns", "crs", "datum", "convert", "repair", "[osm]"):
        assert any(line.startswith("#") and word in line for line in text.splitlines()), word
    assert list(tomllib.loads(text)) == ["workspace"]


def test_a_new_workspace_reads_and_never_passes(tmp_path: Path) -> None:
    """Every layer has 0 rows and no fault; every clause lacks data or has nothing in scope."""
    write_template(tmp_path / "new")
    space = open_workspace(tmp_path / "new")
    layers = read_layers(space)
    assert list(layers) == list(LAYERS)
    assert {(layer.rows_in, layer.rows_rejected) for layer in layers.values()} == {(0, 0)}
    assessment = assess(space, as_of=date(2026, 1, 1))
    states = {verdict.state for verdict in assessment.verdicts}
    assert states <= {State.NO_DATA, State.NOT_APPLICABLE, State.NOT_DECIDABLE}
    assert {v.value for v in assessment.verdicts} == {None}
    assert not assessment.is_sample


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """A folder that is there and is empty is taken."""
    write_template(tmp_path)
    assert (tmp_path / "tieling.toml").is_file()


def test_anything_in_the_folder_is_kept(tmp_path: Path) -> None:
    """A folder that holds one file, even a hidden one, is refused and left as it is."""
    (tmp_path / ".keep").write_text("mine")
    with pytest.raises(OutputRefusedError, match="is not empty"):
        write_template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".keep"]


def test_a_file_of_that_name_is_kept(tmp_path: Path) -> None:
    """A file where the folder should be is refused."""
    (tmp_path / "new").write_text("mine")
    with pytest.raises(OutputRefusedError):
        write_template(tmp_path / "new")
    assert (tmp_path / "new").read_text() == "mine"


def test_a_full_disk_leaves_the_folder_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fills up halfway, what was written is taken back: init can run again."""
    flush = os.fsync
    flushed: list[int] = []

    def fail(file: int) -> None:
        if len(flushed) == 7:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flushed.append(file)
        flush(file)

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError) as caught:
        write_template(tmp_path / "new")
    assert caught.value.exit_status == 3
    assert "磁盘已满" in caught.value.to("zh")
    assert list((tmp_path / "new").iterdir()) == []
    monkeypatch.undo()
    assert write_template(tmp_path / "new")


def test_every_setting_that_is_shown_is_one(tmp_path: Path) -> None:
    """What stands behind a `#` in the new `tieling.toml` is taken once the mark is away."""
    write_template(tmp_path / "new")
    path = tmp_path / "new" / "tieling.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    shown = [re.sub(r"^# (?=\[|[a-z_]+ = |\")", "", line) for line in lines]
    path.write_text("\n".join(shown), encoding="utf-8")
    space = open_workspace(tmp_path / "new")
    boilers = space.layers["boilers"]
    assert boilers.name == "锅炉台账2024.xlsx"
    assert boilers.options.header_rows == (2, 3)
    assert boilers.options.convert
    assert boilers.options.repair
    assert boilers.options.columns == {"锅炉代号": "boiler_id"}
    assert space.osm.tries == 5
    assert space.as_of == date(2025, 12, 31)
