"""The CRS that a vector file states, held against its code and against what the user says."""

import re
from functools import lru_cache
from pathlib import Path

import pyproj

from tieling_geo.errors import CRSError
from tieling_geo.text import Text

# Authority and code of a CRS, such as EPSG:4490 or OGC:CRS84.
_CODE = re.compile(r"([A-Za-z]{1,20}):([A-Za-z0-9]{1,20})")


def to_stated_crs(stated: object, path: Path, *, code: str = "") -> pyproj.CRS | None:
    """
    Build the CRS that a file states: as PROJJSON, as WKT, or by authority and code.

    Parameters
    ----------
    stated
        What the file says; None for nothing.
    path
        The file, for messages.
    code
        Authority and code that the file gives beside it.

    Raises
    ------
    CRSError
        If it is anything else (a PROJ string, for one, can name a file), or if it bears the code
        of another CRS.
    """
    try:
        crs = _built(stated)
        if crs is None:
            return None
        named = [c for c in (code, *_own_code(crs)) if _is_known(c)]
        wrong = [c for c in named if not _is_same(crs, _by_code(c))]
    except (pyproj.exceptions.CRSError, ValueError, TypeError) as error:
        raise CRSError(
            Text(
                f"文件 {path.name}:坐标系写法无法识别,请在原软件中重新指定后导出",
                f"file {path.name}: its CRS cannot be understood; set it again and export",
            )
        ) from error
    if wrong:
        raise CRSError(
            Text(
                f"文件 {path.name}:坐标系写明 {wrong[0]},参数却与之不符;请重新指定坐标系后导出",
                f"file {path.name}: its CRS bears the code {wrong[0]} but is not that CRS; "
                "set it again and export",
            )
        )
    return crs


def _built(stated: object) -> pyproj.CRS | None:
    """
    Build a CRS.

    Raises
    ------
    ValueError
        If it is no text, or a PROJ string in disguise.
    """
    if stated is None:
        return None
    if isinstance(stated, dict):
        return pyproj.CRS.from_json_dict(stated)
    if isinstance(stated, str) and (code := _CODE.fullmatch(stated)):
        return pyproj.CRS.from_authority(code[1], code[2])
    return pyproj.CRS.from_wkt(str(stated))


def _own_code(crs: pyproj.CRS) -> tuple[str, ...]:
    """Return the code that a definition bears itself."""
    own = crs.to_json_dict().get("id")
    return (f"{own['authority']}:{own['code']}",) if isinstance(own, dict) else ()


def _is_known(code: str) -> bool:
    """Tell whether PROJ knows a code."""
    try:
        return bool(code) and bool(_by_code(code))
    except pyproj.exceptions.CRSError:
        return False


def _by_code(code: str) -> pyproj.CRS:
    """
    Build a CRS from a code such as EPSG:4490.

    Raises
    ------
    pyproj.exceptions.CRSError
        If it is no code, or none that PROJ knows.
    """
    found = _CODE.fullmatch(code)
    if not found:
        raise pyproj.exceptions.CRSError(code)
    return pyproj.CRS.from_authority(found[1], found[2])


def _is_same(one: pyproj.CRS, other: pyproj.CRS) -> bool:
    """Tell whether two CRSs put coordinates at the same places, whatever they are called."""
    return bool(one.equals(other, ignore_axis_order=True)) or one.to_epsg() == other.to_epsg()


def to_crs_in_use(
    stated: pyproj.CRS | None, given: str, path: Path, *, is_default: bool = False
) -> tuple[pyproj.CRS | None, tuple[Text, ...]]:
    """
    Choose between the CRS that a file states and the one that the user gives for it.

    Parameters
    ----------
    stated
        What the file states; None for nothing.
    given
        What the user says, `EPSG:n`; empty for nothing.
    path
        The file, for messages.
    is_default
        Whether `stated` is no word of the file, but what its format takes where nothing is said.

    Returns
    -------
    crs
        The file's, or the user's where the file has none.
    notes
        Tell that the user's is used.

    Raises
    ------
    CRSError
        If the file states another one than the user, or the user's is not known.
    """
    if not given:
        return stated, _unlisted(stated)
    if not _is_known(given):
        raise CRSError(
            Text(
                f"文件 {path.name}:不认识坐标系 {given!r};请写 EPSG 代码,如 EPSG:4490",
                f"file {path.name}: CRS {given!r} is not known; give an EPSG code: EPSG:4490",
            )
        )
    crs = _by_code(given)
    if stated is not None and not is_default:
        if not _is_same(stated, crs):
            raise CRSError(
                Text(
                    f"文件 {path.name}:文件自身的坐标系为“{stated.name}”,与指定的 {given} 不同;"
                    "请核对:以文件为准则去掉指定,否则在原软件中重新指定后导出",
                    f"file {path.name}: it states the CRS '{stated.name}', not {given} as given; "
                    "drop what is given, or set the file's CRS again and export",
                )
            )
        return stated, _unlisted(stated)
    return crs, (
        Text(
            f"文件未写明坐标系,按指定的 {given} 读取",
            f"the file states no CRS: read in {given}, as given",
        ),
    )


def _unlisted(crs: pyproj.CRS | None) -> tuple[Text, ...]:
    """Tell that a CRS is none of the known ones: its numbers are taken as they stand."""
    if crs is None or _is_listed(crs.to_wkt()):
        return ()
    return (
        Text(
            f"坐标系“{crs.name}”不在 EPSG 目录中,按文件所写的参数使用,请核对",
            f"the CRS '{crs.name}' is none of the EPSG register: used by the numbers that the file "
            "gives, check it",
        ),
    )


@lru_cache(maxsize=32)
def _is_listed(wkt: str) -> bool:
    """Tell whether a CRS is one of a register."""
    try:
        return pyproj.CRS.from_wkt(wkt).to_authority() is not None
    except pyproj.exceptions.CRSError:  # a name with braces in it is taken for JSON
        return False
