"""A map's file is read strictly: a slip of the pen is an error, never a map that lacks a part."""

from datetime import date
from pathlib import Path

import pytest

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import MapError
from tieling_geo.render import read_maps
from tieling_geo.text import Text

_REPOSITORY_MAPS = Path(__file__).resolve().parents[2] / "maps"
_GOOD = """\
title_zh = "供热"
title_en = "Heating"
analyses = ["boilers_in_heating_coverage"]
context = ["counties"]
extent = [123.0, 42, 125.0, 43.5]
"""


def written(folder: Path, text: str, name: str = "heating.toml") -> Path:
    """Write one map's file and return its folder."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_good_file_is_read_as_it_stands(tmp_path: Path) -> None:
    """The id is the file's stem; the theme has a default."""
    (found,) = read_maps(written(tmp_path, _GOOD))
    assert found.map_id == "heating"
    assert found.title == Text("供热", "Heating")
    assert found.analyses == ("boilers_in_heating_coverage",)
    assert found.context == ("counties",)
    assert found.theme == "light"
    assert found.extent == (123.0, 42.0, 125.0, 43.5)


def test_maps_come_sorted_by_id(tmp_path: Path) -> None:
    """Whatever order the disk gives them in."""
    for name in ("b.toml", "a.toml"):
        written(tmp_path, _GOOD, name)
    written(tmp_path, "not a map", "notes.txt")
    assert [m.map_id for m in read_maps(tmp_path)] == ["a", "b"]


def test_a_folder_without_maps_gives_none_and_a_missing_one_an_error(tmp_path: Path) -> None:
    """No map is wanted, or the path is wrong: these are two things."""
    assert read_maps(tmp_path) == ()
    with pytest.raises(MapError, match="no folder of maps: nowhere"):
        read_maps(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("title_en =", "title =", "unknown fields"),
        ('title_zh = "供热"\n', "", "missing fields"),
        ('"供热"', '"  "', "title_zh must be text"),
        ('"Heating"', "7", "title_en must be text"),
        ('["boilers_in_heating_coverage"]', '["boilers"]', "analyses: unknown names"),
        ('["boilers_in_heating_coverage"]', "[]", "analyses is empty"),
        ('["boilers_in_heating_coverage"]', '"boilers"', "must be a list"),
        ('["boilers_in_heating_coverage"]', "[7]", "must be a list"),
        ('["counties"]', '["county"]', "context: unknown names"),
        ('["counties"]', '["counties", "counties"]', "twice"),
        ("[123.0, 42, 125.0, 43.5]", "[125.0, 42, 123.0, 43.5]", "west < east"),
        ("[123.0, 42, 125.0, 43.5]", "[123.0, 42, 125.0, 42]", "south < north"),
        ("[123.0, 42, 125.0, 43.5]", "[123.0, 42, 125.0]", "four numbers"),
        ("[123.0, 42, 125.0, 43.5]", "[123.0, 42, inf, 43.5]", "four numbers"),
        ("[123.0, 42, 125.0, 43.5]", '["123", 42, 125.0, 43.5]', "four numbers"),
        ("[123.0, 42, 125.0, 43.5]", "[123.0, 42, 181.0, 43.5]", "in degrees"),
        ("extent =", 'theme = "neon"\nextent =', "no theme"),
        ("title_zh", "title_zh = = ", "cannot be read"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """The message names the file and what is wrong, in both languages."""
    assert old in _GOOD
    with pytest.raises(MapError, match=complaint) as caught:
        read_maps(written(tmp_path, _GOOD.replace(old, new)))
    assert caught.value.exit_status == 2
    assert caught.value.to("zh") != caught.value.to("en")


@pytest.mark.parametrize("name", ["Heating.toml", "供热.toml", "a b.toml", "..x.toml", "1.toml"])
def test_a_file_name_that_is_no_plain_word_is_refused(tmp_path: Path, name: str) -> None:
    """It becomes the name of a page, and part of its address."""
    with pytest.raises(MapError, match="plain word"):
        read_maps(written(tmp_path, _GOOD, name))


_STATES = (
    _GOOD
    + """\
[[states]]
title_zh = "2020年底"
title_en = "End of 2020"
as_of = 2020-12-31
[[states]]
title_zh = "按管网"
title_en = "By pipes"
[states.parameters.boilers_in_heating_coverage]
pipe_buffer_m = 300
shown_methods = ["pipe_buffer"]
"""
)
_THIRTEEN = "".join(
    f'[[states]]\ntitle_zh = "{n}"\ntitle_en = "{n}"\nas_of = 2000-01-{n:02}\n'
    for n in range(1, 14)
)


def test_states_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    """A state is another day, other parameters or both; without a day it is the assessment's."""
    assert read_maps(written(tmp_path, _GOOD))[0].states == ()
    (found,) = read_maps(written(tmp_path, _STATES))
    past, other = found.states
    assert (past.title, past.as_of) == (Text("2020年底", "End of 2020"), date(2020, 12, 31))
    assert (past.parameters, other.as_of) == ({}, None)
    given = other.parameters["boilers_in_heating_coverage"]
    assert given == {"pipe_buffer_m": 300.0, "shown_methods": ("pipe_buffer",)}
    assert isinstance(given["pipe_buffer_m"], float)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("as_of = 2020-12-31", 'as_of = "2020-12-31"', r"states\[1\]\.as_of must be a date"),
        ("as_of = 2020-12-31", "as_of = 2020-12-31T00:00:00", r"as_of must be a date"),
        ("as_of = 2020-12-31", "day = 2020-12-31", r"states\[1\]: unknown fields \['day'\]"),
        ("as_of = 2020-12-31\n", "", r"states\[1\] needs as_of or parameters"),
        ('title_en = "By pipes"\n', "", r"states\[2\]: missing fields \['title_en'\]"),
        ('"By pipes"', '" "', r"states\[2\]\.title_en must be text"),
        ('"By pipes"', '"End of 2020"', r"states\[2\] is there twice"),
        ("parameters.boilers_in_heating_coverage", "parameters.boilers", "not on this map"),
        (
            "parameters.boilers_in_heating_coverage",
            "parameters.outfall_remediation",
            r"states\[2\]\.parameters: not on this map",
        ),
        ("pipe_buffer_m", "buffer_m", "no parameter buffer_m"),
        ("pipe_buffer_m = 300", 'pipe_buffer_m = "far"', "parameter pipe_buffer_m"),
        ("pipe_buffer_m = 300", "pipe_buffer_m = nan", "parameter pipe_buffer_m"),
        ("pipe_buffer_m = 300", "pipe_buffer_m = true", "parameter pipe_buffer_m"),
        ('["pipe_buffer"]', "[7]", "parameter shown_methods"),
        ('["pipe_buffer"]', '[["pipe_buffer"]]', "parameter shown_methods"),
        (
            ".boilers_in_heating_coverage]\npipe_buffer_m = 300\nshown",
            "]\nshown",
            "must be analysis",
        ),
        ('[[states]]\ntitle_zh = "2020', '[[states.x]]\ntitle_zh = "2020', "cannot be read"),
        ("context", "states = 7\ncontext", "cannot be read"),
        (_STATES[len(_GOOD) :], "[states]\nx = 1", r"tables \[\[states\]\]"),
        (_STATES[len(_GOOD) :], _THIRTEEN, "more than 12 states"),
        (
            _STATES[len(_GOOD) :],
            _THIRTEEN.replace("01-02", "01-01").rpartition("[[states]]")[0],
            r"states\[2\] is there twice",
        ),
    ],
)
def test_a_fault_in_a_state_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """The message names the file, the state by its place, and the field."""
    assert old in _STATES
    folder = written(tmp_path, _STATES.replace(old, new, 1))
    with pytest.raises(MapError, match=complaint) as caught:
        read_maps(folder)
    assert caught.value.to("en").startswith("map heating.toml: ")
    assert caught.value.to("zh") != caught.value.to("en")


def test_a_file_that_is_not_utf8_or_far_too_large_is_refused(tmp_path: Path) -> None:
    """Neither is read as something else."""
    (tmp_path / "a.toml").write_bytes(_GOOD.encode("gb18030"))
    with pytest.raises(MapError, match=r"a\.toml: cannot be read"):
        read_maps(tmp_path)
    (tmp_path / "a.toml").write_text("#" * 70_000, encoding="utf-8")
    with pytest.raises(MapError, match="too large"):
        read_maps(tmp_path)


def test_the_maps_of_the_repository_are_good_and_show_every_analysis() -> None:
    """Every analysis whose features have places is on a map of its theme; the overview has some."""
    maps = {m.map_id: m for m in read_maps(_REPOSITORY_MAPS)}
    placed = {name for name, card in ANALYSES.items() if card.inputs[0].card().has_places}
    themed = [name for m in maps.values() if m.map_id != "overview" for name in m.analyses]
    assert sorted(themed) == sorted(placed)
    overview = maps["overview"].analyses
    assert len(set(overview)) == len(overview)
    assert set(overview) <= placed
