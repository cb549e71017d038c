"""Pictures are lettered in Chinese where a font has it, and never with boxes."""

import pytest
from matplotlib import font_manager

from tieling_geo.render import fonts
from tieling_geo.render.fonts import FAMILIES, LATIN, NO_FONT, lettering, to_lines


def test_without_a_chinese_font_words_are_english_and_a_remark_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing that the one font left lacks is written."""
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    chosen = lettering("zh")
    assert (chosen.language, chosen.remark, chosen.families) == ("en", NO_FONT, (LATIN,))
    assert chosen.written("B1 锅炉房 (35 t/h)") == "B1 ? (35 t/h)"
    assert chosen.can_write("Tieling")
    assert not chosen.can_write("铁岭")


def test_the_first_family_of_the_list_that_is_installed_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the order of `FAMILIES`, whatever the order of the machine's own list."""

    def entry(name: str) -> font_manager.FontEntry:
        return font_manager.FontEntry(fname=f"/{name}.ttf", name=name)

    class Listed:
        ttflist = (entry("SimSun"), entry("Comic"), entry("Microsoft YaHei"))

    monkeypatch.setattr(font_manager, "fontManager", Listed)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    assert FAMILIES.index("Microsoft YaHei") < FAMILIES.index("SimSun")
    assert fonts.chinese_family() == "Microsoft YaHei"


def test_a_font_installed_since_the_list_was_made_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only files that are named as such fonts are looked into."""
    added = []

    class Listed:
        ttflist: tuple[font_manager.FontEntry, ...] = ()

        @classmethod
        def addfont(cls, path: str) -> None:
            added.append(path)
            cls.ttflist = (font_manager.FontEntry(fname=path, name="SimHei"),)

    monkeypatch.setattr(font_manager, "fontManager", Listed)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: ["/f/other.ttf", "/f/SimHei.ttf"])
    assert fonts.chinese_family() == "SimHei"
    assert added == ["/f/SimHei.ttf"]


@pytest.mark.parametrize(
    ("text", "width_em", "lines"),
    [
        ("", 4.0, [""]),
        ("锅炉房", 3.0, ["锅炉房"]),  # exactly as wide as the line
        ("锅炉房屋", 3.0, ["锅炉房", "屋"]),
        ("锅炉。", 2.0, ["锅", "炉。"]),  # a full stop does not begin a line
        ("锅炉房。", 3.0, ["锅炉", "房。"]),
        ("abc def", 2.2, ["abc", "def"]),
        ("abcdefgh", 2.2, ["abcd", "efgh"]),  # a word that no line holds
    ],
)
def test_lines_are_broken_where_people_break_them(
    text: str, width_em: float, lines: list[str]
) -> None:
    """Between words, and within Chinese."""
    assert to_lines(text, width_em) == lines
