"""Words in the two languages that users see."""

from typing import Literal, NamedTuple

#: Chinese is what users see unless they ask for English.
Language = Literal["zh", "en"]


class Text(NamedTuple):
    """
    One phrase in Chinese and in English.

    Examples
    --------
    >>> Text("锅炉", "boiler").to("en")
    'boiler'
    """

    zh: str
    en: str

    def to(self, language: Language) -> str:
        """Return the phrase in one language."""
        return self.zh if language == "zh" else self.en

    def filled(self, **values: object) -> "Text":
        """
        Return the phrase with its `{name}` places filled, in both languages.

        Examples
        --------
        >>> Text("共{n}行", "{n} rows").filled(n=3).to("zh")
        '共3行'
        """
        return Text(self.zh.format(**values), self.en.format(**values))


#: Stands where a record has nothing to say.
NOTHING = Text("", "")
