"""Read the one vector file in a `.zip`: a Shapefile is seldom sent in another way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from tieling_geo.errors import OutputError, UntrustedFileError
from tieling_geo.readers.guard import check_kind
from tieling_geo.readers.spreadsheets.archive import check_archive, open_archive
from tieling_geo.readers.vectors.shapefile import PARTS
from tieling_geo.text import Text

#: Kinds that are looked for in an archive.
VECTOR_KINDS = (".shp", ".gpkg", ".geojson", ".json", ".parquet", ".fgb")
# What other systems leave in archives.
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_LONGEST_NAME_BYTES = 200
_SHOWN = 5


@contextmanager
def open_zipped(path: Path) -> Iterator[tuple[Path, str]]:
    """
    Unpack the only vector file of a zip into a folder that is removed at the end.

    Parameters
    ----------
    path
        The `.zip`, its first bytes checked.

    Yields
    ------
    inner
        The unpacked file, under its own name, its parts beside it.
    kind
        Its kind, checked by its content (`guard.check_kind`).

    Raises
    ------
    UntrustedFileError
        If the archive breaks a limit, or holds no vector file or several.
    BrokenFileError
        If the archive is broken.
    OutputError
        If there is no room to unpack it.
    """
    check_archive(path)
    with open_archive(path) as archive, TemporaryDirectory(prefix="tieling-geo-") as folder:
        members = [name for name in archive.names if not _is_litter(name)]
        main = _only(members, path)
        stem = _to_safe(PurePosixPath(main).stem)
        for member in _parts(main, members):
            target = Path(folder) / (stem + PurePosixPath(member).suffix.lower())
            try:
                with target.open("xb") as file:
                    for piece in archive.pieces(member):
                        file.write(piece)
            except FileExistsError:
                raise UntrustedFileError(_ambiguous(path, [main, member])) from None
            except UntrustedFileError:
                raise
            except OSError as error:
                raise OutputError(
                    Text(
                        f"{path.name} 无法解压到临时文件夹({error.strerror}),请检查磁盘空间",
                        f"{path.name} cannot be unpacked ({error.strerror}): is the disk full?",
                    )
                ) from error
        inner = Path(folder) / (stem + PurePosixPath(main).suffix.lower())
        yield inner, check_kind(inner)


def _is_litter(member: str) -> bool:
    """Tell whether a member is what a system left in the archive, and no one's data."""
    parts = PurePosixPath(member).parts
    return any(part in _LITTER or part.startswith("._") for part in parts)


def _only(members: list[str], path: Path) -> str:
    """
    Return the one vector file among members.

    Raises
    ------
    UntrustedFileError
        If there is none, or there are several.
    """
    found = [name for name in members if PurePosixPath(name).suffix.lower() in VECTOR_KINDS]
    if len(found) > 1:
        raise UntrustedFileError(_ambiguous(path, found))
    if not found:
        listed = "、".join(_to_safe(name) for name in members[:_SHOWN])
        raise UntrustedFileError(
            Text(
                f"压缩包 {path.name} 中没有可读取的矢量文件(有:{listed});"
                f"须含且只含一个 {' '.join(VECTOR_KINDS)},Shapefile 须连同其 .shx .dbf .prj",
                f"archive {path.name} holds no vector file that is read (it has: {listed}); it "
                f"must hold one of {' '.join(VECTOR_KINDS)}, a Shapefile with .shx .dbf .prj",
            )
        )
    return found[0]


def _ambiguous(path: Path, found: list[str]) -> Text:
    """Say that an archive holds several files where one is read."""
    listed = "、".join(_to_safe(name) for name in found[:_SHOWN])
    return Text(
        f"压缩包 {path.name} 中有 {len(found)} 个文件可读({listed}),请每个压缩包只放一个图层",
        f"archive {path.name} holds {len(found)} files that could be read ({listed}): put one "
        "layer into an archive",
    )


def _parts(main: str, members: list[str]) -> list[str]:
    """List a file and, of a Shapefile, its other parts: same folder and name, whatever the case."""
    whole = PurePosixPath(main)
    if whole.suffix.lower() != ".shp":
        return [main]
    return [
        member
        for member in members
        if (part := PurePosixPath(member)).parent == whole.parent
        and part.stem.casefold() == whole.stem.casefold()
        and part.suffix.lower() in PARTS
    ]


def _to_safe(name: str) -> str:
    r"""
    Make a member's name one that every disk takes.

    Examples
    --------
    >>> _to_safe("锅炉\x00!;a")
    '锅炉___a'
    """
    kept = "".join(c if c.isprintable() and c not in '!;:*?"<>|\\' else "_" for c in name)
    while len(kept.encode(errors="replace")) > _LONGEST_NAME_BYTES:
        kept = kept[:-1]
    return kept or "data"
