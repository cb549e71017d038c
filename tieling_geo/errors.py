"""
Every error the toolkit raises on purpose, and the exit status each one gives the command line.

2: the input is refused, nothing was written · 3: the environment (disk, rights, lock) ·
4: an outside service · 5: our bug. (0 and 1 are no errors: done, and done with rejected rows.)
"""

from tieling_geo.text import Language, Text


class TielingGeoError(Exception):
    """
    Base class: catch this to catch everything below.

    Parameters
    ----------
    message
        What is wrong, where, and what to do, in both languages.

    Examples
    --------
    >>> str(TielingGeoError(Text("出错", "it broke")))
    'it broke'
    """

    exit_status = 5

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """Return the message in English, the language of the interface for programmers."""
        return self.message.en

    def to(self, language: Language) -> str:
        """Return the message in one language."""
        return self.message.to(language)


class InputError(TielingGeoError):
    """The input is refused: nothing was written."""

    exit_status = 2


class LayerNotFoundError(InputError, FileNotFoundError):
    """No such layer is registered, or its file is not on disk."""


class UntrustedFileError(InputError, ValueError):
    """A file is not what its name says, is broken, or is of a kind that is never opened."""


class BrokenFileError(UntrustedFileError):
    """
    A file is broken or incomplete; nothing of it is used.

    Parameters
    ----------
    name
        The file's name, without its folder.
    why
        The place in the file and the reason.

    Examples
    --------
    >>> print(BrokenFileError("a.shp", Text("缺少 .dbf", ".dbf is missing")))
    file a.shp is broken or incomplete and is refused as a whole: .dbf is missing; export it again
    """

    def __init__(self, name: str, why: Text) -> None:
        super().__init__(
            Text(
                f"文件 {name} 已损坏或不完整,整个文件不予采用:{why.zh};请在原软件中重新导出",
                f"file {name} is broken or incomplete and is refused as a whole: {why.en}; "
                "export it again",
            )
        )
        # What `__init__` takes, not the message: an error crosses processes by calling its class.
        self.args = (name, why)


class CardError(InputError, ValueError):
    """A layer's `card.toml` is missing, unreadable or incomplete."""


class CRSError(InputError, ValueError):
    """A layer states no CRS, a contradicting one, or one with no known datum shift."""


class DatumError(CRSError):
    """A layer's places contradict the datum or CRS that it states."""


class LayerSchemaError(InputError, ValueError):
    """A layer as a whole breaks its schema: a column is missing, or two columns claim one name."""


class WorkspaceError(InputError, ValueError):
    """`tieling.toml` is missing, unreadable or names what does not exist."""


class PlanError(InputError, ValueError):
    """A plan's file breaks the form of its records."""


class MapError(InputError, ValueError):
    """A published map's file breaks the form of its record, or no map has that name."""


class UnitError(InputError, ValueError):
    """A unit is unknown, or is not the one that is needed; units are never converted silently."""


class ParameterError(InputError, ValueError):
    """A parameter is unknown, or its value is outside what it may be."""


class UnknownNameError(InputError, KeyError):
    """No analysis, clause or layer has that name."""


class OutputRefusedError(InputError, FileExistsError):
    """The output folder holds something that this toolkit did not write."""


class OutputError(TielingGeoError, OSError):
    """The output cannot be written: full disk, missing rights, or a file in use."""

    exit_status = 3


class ServiceError(TielingGeoError, OSError):
    """An outside service, a database or OpenStreetMap, gave no answer, or not a whole one."""

    exit_status = 4


class AccountingError(TielingGeoError, AssertionError):
    """Rows in are not rows accepted plus rows rejected: a bug of ours, never shown as a result."""

    exit_status = 5
