"""Read `card.toml`: who published a file, under which licence, of which day, in which datum."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tieling_geo.errors import CardError
from tieling_geo.records import Card
from tieling_geo.text import Text

#: Datums that a card may declare. The shifted ones are known so that they can be refused by name.
DATUMS = MappingProxyType({
    "cgcs2000": Text("CGCS2000", "CGCS2000"),
    "wgs84": Text("WGS 84", "WGS 84"),
    "gcj02": Text("GCJ-02(火星坐标)", "GCJ-02"),
    "bd09": Text("BD-09(百度坐标)", "BD-09"),
    "xian80": Text("1980 西安坐标系", "Xi'an 1980"),
    "beijing54": Text("1954 北京坐标系", "Beijing 1954"),
})
#: Datums that agree with CGCS2000 within decimetres.
UNSHIFTED = ("cgcs2000", "wgs84")
#: Datums that can be converted exactly, where the user asks for it.
CONVERTIBLE = ("gcj02", "bd09")
_NEEDED = ("publisher", "licence", "reference_date", "datum")
#: Keys that a card may have, each with the kind of its value.
_KINDS: Mapping[str, type | tuple[type, ...]] = MappingProxyType({
    "publisher": str,
    "licence": str,
    "reference_date": (str, date),
    "datum": str,
    "title": str,
    "notes": str,
    "crs": str,
    "columns": dict,
    "is_sample": bool,
    "rows": int,
    "convert": bool,
    "bands": dict,
})


def read_card(path: Path, *, needs_datum: bool = True) -> Card:
    """
    Read a layer's card.

    Parameters
    ----------
    path
        The `card.toml` beside the layer's file.
    needs_datum
        False for a table without places: its card may leave the datum out.

    Returns
    -------
    card
        The card; `publisher`, `licence` and `reference_date` may be blank, `datum` may not.

    Raises
    ------
    CardError
        If the file is missing, is not TOML, lacks a key, has an unknown one or a value of the
        wrong kind, or declares a datum that is not known.
    """
    place = f"{path.absolute().parent.name}/{path.name}"
    stated = _parsed(path, place)
    needed = _NEEDED if needs_datum else tuple(key for key in _NEEDED if key != "datum")
    _check_keys(stated, needed, place)
    datum = stated.get("datum", "")
    if needs_datum or datum:
        check_known(datum, place=place)
    return Card(
        publisher=stated["publisher"],
        licence=stated["licence"],
        reference_date=_to_day(stated["reference_date"], place),
        datum=datum,
        title=stated.get("title", ""),
        notes=stated.get("notes", ""),
        crs=stated.get("crs", ""),
        columns=stated.get("columns", {}),
        is_sample=stated.get("is_sample", False),
        rows=stated.get("rows"),
        convert=stated.get("convert", False),
        bands=stated.get("bands", {}),
    )


def _parsed(path: Path, place: str) -> dict[str, Any]:
    """
    Parse the file as TOML.

    Raises
    ------
    CardError
        If it is missing, may not be read, or is no TOML.
    """
    if not path.is_file():
        raise CardError(
            Text(
                f"缺少 {place}:每个图层须有卡片,写明 {'、'.join(_NEEDED)}",
                f"{place} is missing: every layer has a card that states {', '.join(_NEEDED)}",
            )
        )
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise CardError(
            Text(
                f"{place} 无法读取,请检查其权限",
                f"{place} cannot be read: check its rights",
            )
        ) from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise CardError(
            Text(
                f"{place} 不是 UTF-8 编码的有效 TOML,请更正:{error}",
                f"{place} is not valid TOML in UTF-8, put it right: {error}",
            )
        ) from error


def _check_keys(stated: Mapping[str, Any], needed: tuple[str, ...], place: str) -> None:
    """
    Refuse a card that lacks a key, or has one that nothing would read.

    Raises
    ------
    CardError
        With what is wrong and what is known.
    """
    missing = [key for key in needed if key not in stated]
    unknown = sorted(set(stated) - set(_KINDS))
    if missing or unknown:
        raise CardError(
            Text(
                f"{place}:缺少 {missing or '无'},多余 {unknown or '无'};可用键 {sorted(_KINDS)}",
                f"{place}: missing {missing}, unknown {unknown}; known keys {sorted(_KINDS)}",
            )
        )
    # In Python, true is an integer, too.
    wrong = [
        key
        for key, value in stated.items()
        if not isinstance(value, _KINDS[key]) or (key == "rows" and isinstance(value, bool))
    ]
    for key, kind in (("columns", str), ("bands", dict)):
        held = stated.get(key, {})
        if key not in wrong and not all(isinstance(one, kind) for one in held.values()):
            wrong.append(key)
    if wrong:
        raise CardError(
            Text(
                f"{place}:{wrong} 的值类型不对;columns 为“表头 = 列名”,bands 为“波段 = 表”,"
                "is_sample 为 true 或 false,rows 为整数,其余为加引号的文字",
                f"{place}: {wrong} has a value of the wrong kind; columns maps headers to columns, "
                "bands maps bands to tables, is_sample is true or false, rows a whole number, all "
                "others are text in quotes",
            )
        )


def check_known(datum: str, *, place: str) -> str:
    """
    Return the datum if it is a word of `DATUMS`.

    Raises
    ------
    CardError
        If it is not.
    """
    if datum not in DATUMS:
        raise CardError(
            Text(
                f"{place}:datum = {datum!r} 未知;可用 {list(DATUMS)}",
                f"{place}: datum = {datum!r} is unknown; known: {list(DATUMS)}",
            )
        )
    return datum


def check_datum(datum: str, *, place: str, convert: bool = False) -> str:
    """
    Return the datum if it needs no shift to CGCS2000, or one that is known and asked for.

    Parameters
    ----------
    datum
        A word of `DATUMS`.
    place
        Where it is declared, for the error message.
    convert
        Whether the user asks for the conversion.

    Raises
    ------
    CardError
        If it is not known, is shifted and no conversion is asked for, or has no known shift.

    Examples
    --------
    >>> check_datum("cgcs2000", place="boilers/card.toml")
    'cgcs2000'
    >>> check_datum("gcj02", place="boilers/card.toml", convert=True)
    'gcj02'
    """
    check_known(datum, place=place)
    if datum in UNSHIFTED or (convert and datum in CONVERTIBLE):
        return datum
    name = DATUMS[datum]
    advice = (
        Text(
            "确认后在 card.toml 写 convert = true,读取时即转换",
            "if that is so, write convert = true in card.toml: it is then converted",
        )
        if datum in CONVERTIBLE
        else Text(
            "没有已知的精确转换,请由测绘部门转换为 CGCS2000 再使用",
            "no exact transformation is known: let a survey office convert it to CGCS2000",
        )
    )
    raise CardError(
        Text(
            f"{place}:数据为 {name.zh},与 CGCS2000 相差数十至上千米;{advice.zh}",
            f"{place}: the data is in {name.en}, up to a kilometre and more off CGCS2000; "
            f"{advice.en}",
        )
    )


def _to_day(stated: object, place: str) -> str:
    """
    Bring a TOML date or an ISO string to ISO; blank stays blank.

    Raises
    ------
    CardError
        If it is none.
    """
    if isinstance(stated, date):
        return stated.isoformat()[:10]
    if stated == "":
        return ""
    try:
        return date.fromisoformat(str(stated)).isoformat()
    except ValueError as error:
        raise CardError(
            Text(
                f"{place}:reference_date = {stated!r} 不是日期,应如 2025-12-31",
                f"{place}: reference_date = {stated!r} is not a day such as 2025-12-31",
            )
        ) from error
