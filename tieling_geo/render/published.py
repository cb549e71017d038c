"""Read the maps that are published: one small TOML file each."""

import math
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import MapError
from tieling_geo.records import PublishedMap, Verdict
from tieling_geo.render.theme import check_theme
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text

_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
_REQUIRED = ("title_zh", "title_en", "analyses")
_OPTIONAL = ("context", "theme", "extent")
_LARGEST_BYTES = 64 * 1024
#: West, south, east and north that an extent may reach (closed), degrees.
_WORLD = (-180.0, -90.0, 180.0, 90.0)


def read_maps(
    folder: Path, *, analyses: Collection[str] = tuple(ANALYSES)
) -> tuple[PublishedMap, ...]:
    """
    Read every map of a folder.

    Parameters
    ----------
    folder
        Holds one `<map_id>.toml` a map: `title_zh`, `title_en`, `analyses`, and if wanted
        `context`, `theme` and `extent` (west, south, east, north, degrees).
    analyses
        Names that `analyses` may hold.

    Returns
    -------
    maps
        Sorted by id.

    Raises
    ------
    MapError
        If the folder is missing, or a file is unreadable, has an unknown or missing field, or
        names an analysis, layer or theme that does not exist.
    """
    if not folder.is_dir():
        raise MapError(Text(f"没有地图文件夹:{folder.name}", f"no folder of maps: {folder.name}"))
    return tuple(_read_map(path, analyses) for path in sorted(folder.glob("*.toml")))


def in_plan_order(maps: Sequence[PublishedMap], verdicts: Sequence[Verdict]) -> list[PublishedMap]:
    """
    Put maps in the order of the plan: by the first clause that rests on one.

    Maps that share their first clause stand with the one of more clauses before; those that no
    clause rests on come last, as they were.
    """
    first: dict[str, int] = {}
    for position, verdict in enumerate(verdicts):
        first.setdefault(verdict.clause.analysis, position)

    def place(published: PublishedMap) -> tuple[int, int]:
        own = [first[name] for name in published.analyses if name in first]
        count = sum(verdict.clause.analysis in published.analyses for verdict in verdicts)
        return min(own, default=len(verdicts)), -count

    return sorted(maps, key=place)


def _read_map(path: Path, analyses: Collection[str]) -> PublishedMap:
    """Read one map's file."""
    if not _ID.fullmatch(path.stem):
        _refuse(path, "文件名只能用小写字母、数字和下划线", "its name is not a plain word")
    record = _read_toml(path)
    unknown = sorted(set(record) - {*_REQUIRED, *_OPTIONAL})
    missing = [name for name in _REQUIRED if name not in record]
    if unknown:
        _refuse(path, f"有未知字段 {unknown}", f"unknown fields {unknown}")
    if missing:
        _refuse(path, f"缺字段 {missing}", f"missing fields {missing}")
    return PublishedMap(
        map_id=path.stem,
        title=Text(_word(path, record, "title_zh"), _word(path, record, "title_en")),
        analyses=_names(path, record, "analyses", analyses),
        context=_names(path, {"context": [], **record}, "context", LAYERS),
        theme=check_theme(_word(path, {"theme": "light", **record}, "theme")),
        extent=_extent(path, record.get("extent")),
    )


def _read_toml(path: Path) -> Mapping[str, Any]:
    """Parse a file, or say what is wrong with it."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            _refuse(path, "文件过大", "the file is too large")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        _refuse(path, f"无法读取:{error}", f"cannot be read: {error}", error)


def _word(path: Path, record: Mapping[str, Any], name: str) -> str:
    """Return a field that is a word and not blank."""
    value = record[name]
    if not isinstance(value, str) or not value.strip():
        _refuse(path, f"字段 {name} 应为非空文字", f"{name} must be text and not blank")
    return value.strip()


def _names(
    path: Path, record: Mapping[str, Any], name: str, known: Collection[str]
) -> tuple[str, ...]:
    """Return a field that is a list of known names, each once."""
    value = record[name]
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        _refuse(path, f"字段 {name} 应为名称列表", f"{name} must be a list of names")
    strange = sorted(set(value) - set(known))
    if strange:
        _refuse(path, f"字段 {name} 中没有 {strange}", f"{name}: unknown names {strange}")
    if len(set(value)) != len(value):
        _refuse(path, f"字段 {name} 有重复", f"{name} names one thing twice")
    if name == "analyses" and not value:
        _refuse(path, "至少要有一项分析", "analyses is empty")
    return tuple(value)


def _extent(path: Path, value: object) -> tuple[float, float, float, float] | None:
    """Return an extent whose west is west of its east and whose south is south of its north."""
    if value is None:
        return None
    numbers = value if isinstance(value, list) else []
    plain = [float(x) for x in numbers if isinstance(x, int | float) and not isinstance(x, bool)]
    if (
        len(plain) != len(_WORLD)
        or len(numbers) != len(_WORLD)
        or not all(map(math.isfinite, plain))
    ):
        _refuse(path, "extent 应为四个数:西、南、东、北", "extent must be four numbers")
    west, south, east, north = plain
    if not (_WORLD[0] <= west < east <= _WORLD[2] and _WORLD[1] <= south < north <= _WORLD[3]):
        _refuse(
            path,
            "extent 应为西、南、东、北(度),且西小于东、南小于北",
            "extent must be west, south, east, north in degrees, west < east and south < north",
        )
    return west, south, east, north


def _refuse(path: Path, zh: str, en: str, cause: Exception | None = None) -> NoReturn:
    """
    Name the file and what is wrong with it.

    Raises
    ------
    MapError
        Always.
    """
    raise MapError(Text(f"地图 {path.name}:{zh}", f"map {path.name}: {en}")) from cause
