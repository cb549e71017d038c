"""Which parks a duty is about, by the level at which they were approved."""

from collections.abc import Sequence

import pandas as pd

from tieling_geo.errors import ParameterError
from tieling_geo.records import Parameter
from tieling_geo.schemas import Parks
from tieling_geo.text import Text

#: Provincial level or above.
HIGH_LEVELS = ("national", "provincial")
ALL_LEVELS = (*HIGH_LEVELS, "municipal")
LEVEL_REASONS = {
    "lower_level": Text("园区级别不在范围", "its level is out of scope"),
    "level_unknown": Text("园区级别缺失", "its level is missing"),
}


def is_of_levels(level: pd.Series, levels: Sequence[str]) -> pd.Series:
    """
    Tell which parks are of some levels; a missing level is unknown, unless every level will do.

    Parameters
    ----------
    level
        n words of the column `level` of `Parks`, some perhaps missing.
    levels
        The levels that count.

    Returns
    -------
    of_levels
        n nullable booleans.

    Raises
    ------
    ParameterError
        If there is no such level, or none is named.

    Examples
    --------
    >>> level = pd.Series(["national", "municipal", None])
    >>> is_of_levels(level, HIGH_LEVELS).tolist(), is_of_levels(level, ALL_LEVELS).tolist()
    ([True, False, <NA>], [True, True, True])
    """
    known = {column.name: column for column in Parks.columns()}["level"].values  # noqa: PD011 - a field of ColumnCard
    strange = [word for word in levels if word not in known]
    if strange or not levels:
        told = ", ".join(known)
        raise ParameterError(
            Text(
                f"参数 levels:{strange} 不是园区级别;可用:{told}",
                f"parameter levels: {strange} are not levels of parks; known: {told}",
            )
        )
    missing = level.isna() & (not set(known) <= set(levels))
    return (level.isin(list(levels)) | level.isna()).astype("boolean").mask(missing)


def levels_parameter(value: tuple[str, ...], source: Text, *, verified: bool) -> Parameter:
    """Describe the list of levels that count."""
    title = Text("纳入的园区级别", "levels of parks that count")
    return Parameter("levels", value, "", "none", title, source, verified)
