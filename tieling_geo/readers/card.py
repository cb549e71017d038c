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
_NEEDED = ("publisher", "licence", "reference_date", "datum")
_KNOWN = {*_NEEDED, "title", "notes", "crs", "columns", "is_sample"}


def read_card(path: Path) -> Card:
    """
    Read a layer's card.

    Parameters
    ----------
    path
        The `card.toml` beside the layer's file.

    Returns
    -------
    card
        The card; `publisher`, `licence` and `reference_date` may be blank, `datum` may not.

    Raises
    ------
    CardError
        If the file is missing, is not TOML, lacks a key, has an unknown one, or declares a datum
        that would put every feature hundreds of metres off.
    """
    place = f"{path.parent.name}/{path.name}"
    if not path.is_file():
        raise CardError(
            Text(
                f"缺少 {place}:每个图层须有卡片,写明 {'、'.join(_NEEDED)}",
                f"{place} is missing: every layer has a card that states {', '.join(_NEEDED)}",
            )
        )
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CardError(Text(f"{place} 不是有效的 TOML:{error}", f"{place}: {error}")) from error
    _check_keys(stated, place)
    _check_datum(str(stated["datum"]), place)
    return Card(
        publisher=str(stated["publisher"]),
        licence=str(stated["licence"]),
        reference_date=_to_day(stated["reference_date"], place),
        datum=str(stated["datum"]),
        title=str(stated.get("title", "")),
        notes=str(stated.get("notes", "")),
        crs=str(stated.get("crs", "")),
        columns={str(k): str(v) for k, v in stated.get("columns", {}).items()},
        is_sample=stated.get("is_sample", False) is True,
    )


def _check_keys(stated: Mapping[str, Any], place: str) -> None:
    """
    Refuse a card that lacks a key, or has one that nothing would read.

    Raises
    ------
    CardError
        With what is wrong and what is known.
    """
    missing = [key for key in _NEEDED if key not in stated]
    unknown = sorted(set(stated) - _KNOWN)
    if missing or unknown:
        raise CardError(
            Text(
                f"{place}:缺少 {missing or '无'},多余 {unknown or '无'};可用键 {sorted(_KNOWN)}",
                f"{place}: missing {missing}, unknown {unknown}; known keys {sorted(_KNOWN)}",
            )
        )
    if not isinstance(stated.get("columns", {}), dict):
        raise CardError(
            Text(f"{place}:columns 应为“表头 = 列名”", f"{place}: columns maps headers to columns")
        )


def _check_datum(datum: str, place: str) -> None:
    """
    Refuse a datum that is not known, or that is known to be shifted.

    Raises
    ------
    CardError
        With what is wrong and what is known.
    """
    if datum not in DATUMS:
        raise CardError(
            Text(
                f"{place}:datum = {datum!r} 未知;可用 {list(DATUMS)}",
                f"{place}: datum = {datum!r} is unknown; known: {list(DATUMS)}",
            )
        )
    if datum not in UNSHIFTED:
        name = DATUMS[datum]
        raise CardError(
            Text(
                f"{place}:数据为 {name.zh},与 CGCS2000 相差数十至上千米;请先转换为 CGCS2000 再使用",
                f"{place}: the data is in {name.en}, up to a kilometre and more off CGCS2000; "
                "convert it first",
            )
        )


def _to_day(stated: object, place: str) -> str:
    """
    Bring a TOML date or an ISO string to ISO; blank stays blank.

    Raises
    ------
    CardError
        With what is wrong and what is known.
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
                f"{place}:reference_date = {stated!r} 不是日期(年-月-日)",
                f"{place}: reference_date = {stated!r} is not a day (year-month-day)",
            )
        ) from error
