"""
A ledger that nobody filled in is no statement (row R17).

| File | Card | Taken as |
|---|---|---|
| header only | says nothing of rows | no data: never a pass |
| header only | `rows = 0` | there is none: not applicable, never a pass |
| header only | `rows = 3` | refused: rows are missing |
"""

from datetime import date
from pathlib import Path

import pytest
from hand_made_workspaces import five_boilers, write_tables

from tieling_geo.errors import BrokenFileError
from tieling_geo.pipeline import assess, read_layers
from tieling_geo.records import State
from tieling_geo.workspace import open_workspace


def test_a_form_that_nobody_filled_in_is_no_data(tmp_path: Path) -> None:
    """Every layer is there and blank: no clause that needs one is decided."""
    space = open_workspace(write_tables(tmp_path / "w"))
    layers = read_layers(space, ["boilers"])
    assert layers["boilers"].is_blank
    assert any("rows = 0" in note.en for note in layers["boilers"].notes)
    states = {v.state for v in assess(space, as_of=date(2026, 1, 1)).verdicts}
    assert states <= {State.NO_DATA, State.NOT_DECIDABLE}


def test_none_is_none_where_the_card_says_so(tmp_path: Path) -> None:
    """`rows = 0` in the card: the layer is known to be empty, and nothing is in scope."""
    space = open_workspace(write_tables(tmp_path / "w", empty=("boilers", "heating_supply_areas")))
    layers = read_layers(space, ["boilers"])
    assert not layers["boilers"].is_blank
    (verdict,) = assess(space, only=["I01"], as_of=date(2026, 1, 1)).verdicts
    assert verdict.state is State.NOT_APPLICABLE


def test_rows_that_are_missing_refuse_the_file(tmp_path: Path) -> None:
    """The card states three rows and the file has five."""
    root = five_boilers(tmp_path / "w")
    card = root / "boilers" / "card.toml"
    card.write_text("rows = 3\n" + card.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(BrokenFileError, match="states 3 rows, it has 5"):
        read_layers(open_workspace(root))
