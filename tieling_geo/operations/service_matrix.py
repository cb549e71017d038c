"""A matrix of places and services, as words that people read."""

from collections.abc import Mapping

import pandas as pd

from tieling_geo.text import Text

#: What the cells of a service matrix say.
ANSWERS: Mapping[str, Text] = {
    "yes": Text("有", "yes"),
    "no": Text("无", "no"),
    "unknown": Text("不明", "not known"),
}


def to_words(answer: pd.Series) -> pd.Series:
    """
    Give nullable booleans as words of `ANSWERS`.

    Examples
    --------
    >>> to_words(pd.Series([True, False, None], dtype="boolean")).tolist()
    ['yes', 'no', 'unknown']
    """
    return answer.map({True: "yes", False: "no"}).astype("str").fillna("unknown")


def to_all(answers: pd.DataFrame) -> pd.Series:
    """
    Tell of which places all services are there; one that surely is not decides.

    Examples
    --------
    >>> to_all(pd.DataFrame({"a": [True, True], "b": [None, False]}, dtype="boolean")).tolist()
    [<NA>, False]
    """
    whole = pd.Series(data=True, index=answers.index, dtype="boolean")
    for name in answers.columns:
        whole &= answers[name]
    return whole


def to_matrix(features: pd.DataFrame, answers: pd.DataFrame, *, key: str) -> pd.DataFrame:
    """
    Lay out a matrix, one row a place, sorted by its number.

    Parameters
    ----------
    features
        n rows: the columns that are told before the services, `key` among them.
    answers
        n rows of nullable booleans, index of `features`, one column a service.
    key
        The column that names a place.
    """
    words = {name: to_words(answers[name]) for name in answers.columns}
    table = pd.DataFrame(features).assign(**words)
    return table.sort_values(key, kind="stable", ignore_index=True)
