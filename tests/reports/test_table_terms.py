"""Result tables in people's words: each column has a title, each code word a meaning."""

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from tieling_geo.analyses import ANALYSES
from tieling_geo.reports.table_terms import TABLE_COLUMNS
from tieling_geo.units import UNITS

if TYPE_CHECKING:
    from tieling_geo.records import Assessment

#: Columns whose values are names of the program, told as they are.
_NAMES = {"layer", "column", "measure", "indicator", "kind_en", "class_en", "state_en"}


@pytest.mark.parametrize("name", TABLE_COLUMNS)
def test_every_word_is_told_in_both_languages(name: str) -> None:
    """Chinese and English, and a unit that exists."""
    column = TABLE_COLUMNS[name]
    assert column.title.zh.strip()
    assert column.title.en.strip()
    assert column.title.en.isascii()
    assert column.unit in {"", *UNITS}


def test_every_column_of_every_table_is_known(small_assessment: "Assessment") -> None:
    """By the analysis, by a layer that it reads, or by the common words."""
    unknown = set()
    for result in small_assessment.results.values():
        card = ANALYSES[result.analysis]
        layers = (*card.inputs, *card.optional)
        known = {c.name for schema in layers for c in schema.columns()}
        known |= {c.name for c in card.columns} | {card.margin.name} | set(TABLE_COLUMNS)
        for key, table in result.tables.items():
            unknown |= {(result.analysis, key, str(c)) for c in table.columns} - {
                (result.analysis, key, name) for name in known
            }
    assert unknown == set()


def test_code_words_are_told(small_assessment: "Assessment") -> None:
    """What a column of common words holds as a code has a meaning there."""
    for result in small_assessment.results.values():
        for table in result.tables.values():
            for name in set(table.columns) & set(TABLE_COLUMNS) - _NAMES:
                words = TABLE_COLUMNS[name].words
                is_text = not pd.api.types.is_numeric_dtype(table[name])
                codes = set(table[name].dropna().astype(str)) - {""} if words and is_text else set()
                assert codes <= set(words), (result.analysis, name)
