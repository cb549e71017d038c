"""A map's picture is written whole or not at all."""

from datetime import date
from pathlib import Path

import pytest

from tieling_geo.errors import OutputError
from tieling_geo.records import Assessment, Plan, PublishedMap
from tieling_geo.render.static_map import draw_static
from tieling_geo.reports.static_map import write_png
from tieling_geo.text import NOTHING, Text

_MAP = PublishedMap("m", Text("图", "map"), ())
_PLAN = Plan("p", NOTHING, NOTHING, 2020, {}, ())
_EMPTY = Assessment(
    title=NOTHING,
    as_of=date(2025, 12, 31),
    is_sample=False,
    map_approval_no="",
    plan=_PLAN,
    layers={},
    results={},
    verdicts=(),
)


def test_a_picture_is_written_as_it_was_drawn(tmp_path: Path) -> None:
    """What was there is replaced, and nothing else is left."""
    path = tmp_path / "m.png"
    path.write_bytes(b"old")
    write_png(_EMPTY, _MAP, path, width_px=200)
    assert path.read_bytes() == draw_static(_EMPTY, _MAP, width_px=200)
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    """A folder has the name."""
    (tmp_path / "m.png").mkdir()
    with pytest.raises(OutputError):
        write_png(_EMPTY, _MAP, tmp_path / "m.png", width_px=200)
    assert [path.name for path in tmp_path.iterdir()] == ["m.png"]
