"""Take a TOML record field by field, each of its kind; what is wrong is named, never guessed."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from tieling_geo.errors import PlanError
from tieling_geo.text import Text

# Decimals and fractions of so many digits at most: `1e999999999` would fill the memory.
_EXACT = re.compile(r"[+-]?\d{1,18}(\.\d{1,18}|/0*[1-9]\d{0,17})?")
_LONGEST_SHOWN = 60
_MISSING = object()


def _shown(value: object) -> str:
    """Print a value of the file, cut where it is long."""
    words = str(value) if isinstance(value, (Decimal, date)) else repr(value)
    return words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"


def named(where: Text, name: object) -> Text:
    """Name a place inside another."""
    return Text(f"{where.zh} / {name}", f"{where.en} / {name}")


def told(where: Text, why: Text) -> Text:
    """Say what is wrong at a place."""
    return Text(f"{where.zh}:{why.zh}", f"{where.en}: {why.en}")


class Fields:
    """
    The fields of one TOML record, taken one by one; `close` refuses those that nobody took.

    Parameters
    ----------
    stated
        The record as the file has it, decimals as `Decimal`.
    where
        The file and the record, for messages.

    Raises
    ------
    PlanError
        If it is no record; each method: if its field is missing or is not of its kind.

    Examples
    --------
    >>> fields = Fields({"unit": "%", "targt": 95}, Text("文件", "file"))
    >>> fields.word("unit")
    '%'
    >>> fields.close()
    Traceback (most recent call last):
        ...
    tieling_geo.errors.PlanError: file: field targt: unknown
    """

    def __init__(self, stated: object, where: Text) -> None:
        if not isinstance(stated, Mapping):
            raise PlanError(told(where, Text("应为一个表", "should be a table")))
        self.stated: dict[str, object] = dict(stated)
        self.where = where

    def wrong(self, name: str, why: Text) -> PlanError:
        """Say what is wrong with a field."""
        why = Text(f"字段 {name} {why.zh}", f"field {name}: {why.en}")
        return PlanError(told(self.where, why))

    def _not(self, name: str, value: object, kind: Text) -> PlanError:
        """Say that a value is not of its kind."""
        return self.wrong(
            name, Text(f"应为{kind.zh},现为 {_shown(value)}", f"{_shown(value)} is not {kind.en}")
        )

    def has(self, name: str) -> bool:
        """Tell whether a field is there and was not taken yet."""
        return name in self.stated

    def take(self, name: str, default: object = _MISSING) -> object:
        """
        Take a field of any kind.

        Raises
        ------
        PlanError
            If it is missing and has no default.
        """
        value = self.stated.pop(name, default)
        if value is _MISSING:
            raise self.wrong(name, Text("缺失", "missing"))
        return value

    def word(self, name: str, default: object = _MISSING) -> str:
        """
        Take a field of text, not blank.

        Raises
        ------
        PlanError
            If it is anything else.
        """
        value = self.take(name, default)
        if not isinstance(value, str) or (value != default and not value.strip()):
            raise self._not(name, value, Text("文字", "text"))
        return value

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        """
        Take one of the words that are known.

        Raises
        ------
        PlanError
            If it is another.
        """
        word = self.word(name)
        if word not in known:
            raise self._not(
                name, word, Text(f"下列之一:{'、'.join(known)}", f"one of: {', '.join(known)}")
            )
        return word

    def text(self, name: str) -> Text:
        """Take a phrase from its two fields, `<name>_zh` and `<name>_en`."""
        return Text(self.word(f"{name}_zh"), self.word(f"{name}_en"))

    def words(self, name: str) -> tuple[str, ...]:
        """
        Take a list of texts, none blank.

        Raises
        ------
        PlanError
            If it is anything else.
        """
        value = self.take(name)
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            raise self._not(name, value, Text("文字的数组", "a list of texts"))
        return tuple(value)

    def flag(self, name: str) -> bool:
        """
        Take `true` or `false`.

        Raises
        ------
        PlanError
            If it is anything else.
        """
        value = self.take(name)
        if not isinstance(value, bool):
            raise self._not(name, value, Text(" true 或 false", "true or false"))
        return value

    def whole(self, name: str) -> int:
        """
        Take a whole number.

        Raises
        ------
        PlanError
            If it is anything else.
        """
        value = self.take(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._not(name, value, Text("整数", "a whole number"))
        return value

    def exact(self, name: str) -> Fraction:
        """
        Take a number exactly as it is written: whole, decimal, or a fraction in quotes.

        Raises
        ------
        PlanError
            If it is anything else, divides by zero, or has more than 18 digits on a side.
        """
        value = self.take(name)
        written = str(value).strip()
        if isinstance(value, bool) or not _EXACT.fullmatch(written):
            kind = Text('整数、小数或 "9/13" 形式的分数', 'a number such as 95, 69.23 or "9/13"')
            raise self._not(name, value, kind)
        return Fraction(written)

    def day(self, name: str) -> date | None:
        """
        Take a day, or None where there is none.

        Raises
        ------
        PlanError
            If it is anything but a TOML date without a time.
        """
        value = self.take(name, None)
        # A moment is a `date`, too, and says less than it seems: a deadline ends with its day.
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        raise self._not(name, value, Text("日期,如 2025-12-31", "a day such as 2025-12-31"))

    def table(self, name: str) -> dict[str, "Fields"]:
        """Take records by name; a field that is not there holds none."""
        whole = Fields(self.take(name, {}), named(self.where, name))
        return {key: Fields(item, named(whole.where, key)) for key, item in whole.stated.items()}

    def rows(self, name: str) -> list["Fields"]:
        """
        Take a list of records; a field that is not there holds none.

        Raises
        ------
        PlanError
            If it is no list of records.
        """
        value = self.take(name, [])
        if not isinstance(value, list):
            raise self._not(name, value, Text(f"若干 [[{name}]]", f"a list of [[{name}]]"))
        return [Fields(item, named(self.where, f"{name} {n}")) for n, item in enumerate(value, 1)]

    def close(self) -> None:
        """
        Refuse the fields that nobody took.

        Raises
        ------
        PlanError
            Naming them.
        """
        if self.stated:
            names = ", ".join(sorted(self.stated))[:_LONGEST_SHOWN]
            raise self.wrong(names, Text("未知", "unknown"))
