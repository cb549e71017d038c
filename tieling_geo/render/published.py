"""Read the maps that are published: one small TOML file each."""

import math
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from tieling_geo.analyses import ANALYSES
from tieling_geo.errors import MapError, ParameterError
from tieling_geo.records import MOST_STATES, ParameterValue, PublishedMap, StateCard, Verdict
from tieling_geo.render.theme import check_theme
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text

_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
_REQUIRED = ("title_zh", "title_en", "analyses")
_OPTIONAL = ("context", "theme", "extent", "states")
_STATE_FIELDS = ("title_zh", "title_en", "as_of", "parameters")
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
        `context`, `theme`, `extent` (west, south, east, north, degrees) and tables `[[states]]`,
        each with `title_zh`, `title_en` and `as_of`, `parameters.<analysis>.<name>` or both.
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
        names an analysis, layer, theme or parameter that does not exist.
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
    drawn = _names(path, record, "analyses", analyses)
    return PublishedMap(
        map_id=path.stem,
        title=Text(_word(path, record, "title_zh"), _word(path, record, "title_en")),
        analyses=drawn,
        context=_names(path, {"context": [], **record}, "context", LAYERS),
        theme=check_theme(_word(path, {"theme": "light", **record}, "theme")),
        extent=_extent(path, record.get("extent")),
        states=_states(path, record.get("states", []), drawn),
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


def _states(path: Path, value: object, analyses: Collection[str]) -> tuple[StateCard, ...]:
    """Return the states, no two of which are one."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        _refuse(path, "states 应为若干 [[states]] 表", "states must be tables [[states]]")
    if len(value) > MOST_STATES:
        _refuse(path, f"states 多于 {MOST_STATES} 个", f"more than {MOST_STATES} states")
    found = tuple(
        _state(path, f"states[{number}]", record, analyses)
        for number, record in enumerate(value, start=1)
    )
    for number, card in enumerate(found, start=1):
        for other in found[: number - 1]:
            titles = {card.title.zh, card.title.en} & {other.title.zh, other.title.en}
            if titles or (card.as_of, card.parameters) == (other.as_of, other.parameters):
                _refuse(path, f"states[{number}] 重复", f"states[{number}] is there twice")
    return found


def _state(path: Path, at: str, record: Mapping[str, Any], analyses: Collection[str]) -> StateCard:
    """Return one state, which departs from the assessment in its day or in parameters."""
    unknown = sorted(set(record) - set(_STATE_FIELDS))
    missing = [name for name in _STATE_FIELDS[:2] if name not in record]
    if unknown:
        _refuse(path, f"{at} 有未知字段 {unknown}", f"{at}: unknown fields {unknown}")
    if missing:
        _refuse(path, f"{at} 缺字段 {missing}", f"{at}: missing fields {missing}")
    day = record.get("as_of")
    if day is not None and type(day) is not date:  # a moment is a date, too
        _refuse(path, f"{at}.as_of 应为日期", f"{at}.as_of must be a date")
    parameters = _changes(path, f"{at}.parameters", record.get("parameters", {}), analyses)
    if day is None and not parameters:
        _refuse(
            path,
            f"{at} 须有 as_of 或 parameters",
            f"{at} needs as_of or parameters: it is no other",
        )
    words = {f"{at}.{name}": value for name, value in record.items()}
    title = Text(_word(path, words, f"{at}.title_zh"), _word(path, words, f"{at}.title_en"))
    return StateCard(title, day, parameters)


def _changes(
    path: Path, at: str, value: object, analyses: Collection[str]
) -> dict[str, dict[str, ParameterValue]]:
    """Return the parameters that a state changes, each of its default's kind."""
    if not isinstance(value, dict) or not all(isinstance(v, dict) and v for v in value.values()):
        _refuse(path, f"{at} 应为 分析.参数 = 值", f"{at} must be analysis.parameter = value")
    strange = sorted(set(value) - (set(analyses) & set(ANALYSES)))
    if strange:
        _refuse(
            path, f"{at} 中的 {strange} 不在本图的分析之列", f"{at}: not on this map: {strange}"
        )
    try:
        used = {name: ANALYSES[name].parameters_used(given) for name, given in value.items()}
    except ParameterError as error:
        told = error.message
        _refuse(path, f"{at}:{told.zh}", f"{at}: {told.en}", error)
    return {name: {key: used[name][key].value for key in given} for name, given in value.items()}


def _refuse(path: Path, zh: str, en: str, cause: Exception | None = None) -> NoReturn:
    """
    Name the file and what is wrong with it.

    Raises
    ------
    MapError
        Always.
    """
    raise MapError(Text(f"地图 {path.name}:{zh}", f"map {path.name}: {en}")) from cause
