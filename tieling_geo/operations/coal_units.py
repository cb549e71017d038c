"""Which power units burn coal and are in service on a day."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd

from tieling_geo.operations.acceptance import SERVICE_REASONS, service
from tieling_geo.records import ResultColumn
from tieling_geo.text import Text

#: Why a unit is no coal unit in service, or why that is not known: the words of the cases below.
COAL_UNIT_REASONS: Mapping[str, Text] = MappingProxyType({
    "not_coal": Text("不是燃煤机组", "not a coal unit"),
    "fuel_unknown": Text("燃料类型缺失", "fuel is missing"),
    **SERVICE_REASONS,
})

#: The column that `output` fills.
OUTPUT_COLUMN = ResultColumn(
    "output",
    Text("供能方式", "output"),
    words=MappingProxyType({
        "heat_and_power": Text("热电联产", "heat and power"),
        "power": Text("纯发电", "power only"),
    }),
)


def coal_units(units: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """
    Judge each power unit as of a day (closed).

    Parameters
    ----------
    units
        `PowerUnits` layer, n rows; only `fuel`, `commissioned_on` and `retired_on` are read.
    as_of
        The day. See `acceptance.service` for what stands on it.

    Returns
    -------
    state
        n rows, index of `units`: nullable booleans `is_coal`, `serves` and `in_use` (both), and
        `service_reason`, a word of `SERVICE_REASONS` or empty.

    Examples
    --------
    >>> units = pd.DataFrame({"fuel": ["coal", "gas", None], "commissioned_on": pd.NaT,
    ...     "retired_on": pd.to_datetime([None, None, "2025-12-31"])})
    >>> coal_units(units, date(2025, 12, 31))["in_use"].tolist()
    [True, False, False]
    """
    is_coal = (units["fuel"] == "coal").astype("boolean").mask(units["fuel"].isna())
    found = service(units["commissioned_on"], units["retired_on"], as_of=as_of)
    serves = found["serves"].astype("boolean")
    return pd.DataFrame({
        "is_coal": is_coal,
        "serves": serves,
        "in_use": is_coal & serves,
        "service_reason": found["reason"],
    })


def out_cases(state: pd.DataFrame) -> dict[str, pd.Series]:
    """
    Say why units are surely no coal units in service: cases for `results.first_reason`.

    They stand before every case of what is not known: what is out stays out, whatever turns out.
    """
    return {
        "not_coal": ~state["is_coal"],
        "not_yet": state["service_reason"] == "not_yet",
        "closed": state["service_reason"] == "closed",
    }


def unknown_cases(state: pd.DataFrame) -> dict[str, pd.Series]:
    """Say why it is not known whether units are coal units in service."""
    return {
        "fuel_unknown": state["is_coal"].isna(),
        "swapped": state["service_reason"] == "swapped",
    }


def output(units: pd.DataFrame) -> pd.Series:
    """
    Name what each unit delivers: a word of `OUTPUT_COLUMN`, missing where that is.

    Examples
    --------
    >>> units = pd.DataFrame({"is_chp": pd.Series([True, False, None], dtype="boolean")})
    >>> output(units).tolist()
    ['heat_and_power', 'power', nan]
    """
    return units["is_chp"].map({True: "heat_and_power", False: "power"}).astype("str")
