"""
The font that pictures are lettered with: one that has Chinese, or English words and a remark.

A character that no font here has would be printed as a box. It never is: without a Chinese font the
words are English, and what is left of a user's Chinese is a question mark.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matplotlib import font_manager

from tieling_geo.render.popup import plain_text
from tieling_geo.text import NOTHING, Language, Text

#: Families that have Chinese, the plainest to read first; macOS, Windows and Linux.
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "DengXian",
    "SimHei",
    "Heiti SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
    "Songti SC",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
#: Comes with matplotlib: Latin, Greek, Cyrillic and mathematical signs.
LATIN = "DejaVu Sans"
#: What a picture and a report say where no family of `FAMILIES` is installed.
NO_FONT = Text(
    "本机没有中文字体，图中文字用英文；安装 Noto Sans CJK SC 或微软雅黑后可显示中文",
    "no Chinese font on this machine: names in Chinese are left out or shown as ?",
)
# How the files of those families begin: only these are looked into where the list is out of date.
_FILES: tuple[str, ...] = (
    "notosans",
    "notoserif",
    "sourcehan",
    "msyh",
    "pingfang",
    "hiragino",
    "deng",
    "simhei",
    "stheiti",
    "wqy",
    "simsun",
    "songti",
    "droidsansfallback",
    "arialuni",
    "arial unicode",
)
_WIDE, _NARROW = 1.0, 0.55


@dataclass(frozen=True, slots=True)
class Lettering:
    """What a picture is lettered with."""

    families: tuple[str, ...]
    """Each character is taken from the first that has it."""
    characters: frozenset[int]
    """Code points that can be written."""
    language: Language
    """English where Chinese was asked for and cannot be written."""
    remark: Text = NOTHING
    """What the reader must be told; nothing where Chinese can be written."""

    def can_write(self, text: str) -> bool:
        """Tell whether the fonts have every character of a text."""
        return all(ord(sign) in self.characters for sign in plain_text(text))

    def written(self, text: str) -> str:
        """
        Return a text as it can be written: each run of characters that no font has becomes `?`.

        Examples
        --------
        >>> Lettering((LATIN,), frozenset(map(ord, "ab ?")), "en").written("a锅炉b")
        'a?b'
        """
        told: list[str] = []
        for sign in plain_text(text):
            if ord(sign) in self.characters:
                told.append(sign)
            elif not told or told[-1] != "?":
                told.append("?")
        return "".join(told)


def chinese_family() -> str | None:
    """Return the family that Chinese is written with; None where none is installed."""
    return _installed() or _found_anew()


def _installed() -> str | None:
    """Look for a family among those that matplotlib has listed."""
    listed = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((family for family in FAMILIES if family in listed), None)


def _found_anew() -> str | None:
    """Look among the files, too: matplotlib's list is as old as its first run."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in sorted(set(font_manager.findSystemFonts()) - known):
        if Path(path).name.lower().startswith(_FILES):
            font_manager.fontManager.addfont(path)
    return _installed()


def lettering(language: Language) -> Lettering:
    """
    Choose what a picture in a language is lettered with.

    Parameters
    ----------
    language
        What was asked for.

    Returns
    -------
    chosen
        In English, with a remark, where Chinese cannot be written.
    """
    family = chinese_family()
    if family is None:
        return Lettering((LATIN,), _characters(LATIN), "en", NO_FONT)
    return Lettering((family, LATIN), _characters(family) | _characters(LATIN), language)


@cache
def _characters(family: str) -> frozenset[int]:
    """List the code points that a family has."""
    wanted = font_manager.FontProperties(family=family)
    path = font_manager.findfont(wanted, fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())


def to_width_em(text: str) -> float:
    """
    Tell about how wide a text is, in units of its size.

    Examples
    --------
    >>> to_width_em("锅炉"), to_width_em("ab")
    (2.0, 1.1)
    """
    return sum(_WIDE if unicodedata.east_asian_width(c) in "WFA" else _NARROW for c in text)


def to_lines(text: str, width_em: float) -> list[str]:
    """
    Break a text into lines: between words, within Chinese anywhere, and within what is too long.

    Examples
    --------
    >>> to_lines("coal boilers 燃煤锅炉", 6.0)
    ['coal', 'boilers 燃', '煤锅炉']
    """
    lines, line = [], ""
    for word in _words(text):
        if line and to_width_em((line + word).rstrip()) > width_em:
            lines.append(line.rstrip())
            line = ""
        line += word if line else word.lstrip()
        while to_width_em(line.rstrip()) > width_em and len(line) > 1:
            fit = next(n for n in range(len(line), 0, -1) if n == 1 or _fits(line[:n], width_em))
            lines.append(line[:fit])
            line = line[fit:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _fits(text: str, width_em: float) -> bool:
    """Tell whether a text is no wider than a line."""
    return to_width_em(text) <= width_em


def _words(text: str) -> list[str]:
    """Cut a text where it may be broken; a space stays with the word before it."""
    words: list[str] = []
    for sign in text:
        wide = unicodedata.east_asian_width(sign) in "WF"
        closing = unicodedata.category(sign) in {"Pe", "Pf", "Po"} and bool(words)
        joined = words and not words[-1].endswith(" ") and not wide and _is_latin(words[-1])
        if closing or joined or (sign == " " and words):
            words[-1] += sign
        else:
            words.append(sign)
    return words


def _is_latin(word: str) -> bool:
    """Tell whether a word goes on with the next letter: it ends in no Chinese character."""
    return unicodedata.east_asian_width(word[-1]) not in "WF"
