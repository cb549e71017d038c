"""Bring the table of indicators to the plan's names, and hold the units of its rows."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from tieling_geo.plan.clause_checks import to_spellings
from tieling_geo.readers.later_rejects import reject
from tieling_geo.records import Indicator, Layer, Plan
from tieling_geo.text import Text
from tieling_geo.units import UNITS, conversion_guess

_LAYER = "indicators"


def to_plan_indicators(layers: Mapping[str, Layer], plan: Plan) -> dict[str, Layer]:
    """
    Name the indicators of the table as the plan names them, and reject rows that do not fit.

    A row of an indicator that the plan does not have is kept as it is, and counted in a note. A row
    whose unit is not the indicator's is rejected with the factor that would bring it there: nothing
    is converted. Rows that come to say one thing twice are all rejected.

    Parameters
    ----------
    layers
        By name; without a table of indicators nothing is done.
    plan
        The plan, with the names, units and spellings of its indicators.

    Returns
    -------
    layers
        The same, the table replaced; its account balances.
    """
    if _LAYER not in layers:
        return dict(layers)
    layer = _renamed(layers[_LAYER], plan.indicators)
    layer = reject(layer, _unit_faults(layer, plan.indicators))
    return {**layers, _LAYER: reject(layer, _doubles(layer))}


def _renamed(layer: Layer, indicators: Mapping[str, Indicator]) -> Layer:
    """Replace each known spelling by the indicator's name, in the rejected rows, too."""
    names = {
        word: name for name, indicator in indicators.items() for word in to_spellings(indicator)
    }
    features, rejected = layer.features, layer.rejected_rows
    named = features.assign(indicator=_named(features["indicator"], names))
    if "indicator" in rejected:
        rejected = rejected.assign(indicator=_named(rejected["indicator"], names))
    others = int((~named["indicator"].isin(list(indicators))).sum())
    note = Text(
        f"{others} 行的指标不在规划数据文件的指标表中,未使用",
        f"{others} rows are of indicators that the plan does not have, and are not used",
    )
    notes = (*layer.notes, note) if others else layer.notes
    return replace(layer, features=named, rejected_rows=rejected, notes=notes)


def _named(words: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """Replace the spellings that are known; white space around them is none of the name."""
    stripped = words.str.strip()
    named: pd.Series = stripped.map(names).fillna(stripped).astype(words.dtype)
    return named


def _unit_faults(
    layer: Layer, indicators: Mapping[str, Indicator]
) -> dict[str, tuple[str, str, Text]]:
    """Find the rows whose unit is not their indicator's."""
    rows = layer.features[layer.features["indicator"].isin(list(indicators))]
    # A target may be a fall in percent, whatever the indicator is measured in.
    rows = rows[(rows["kind"] != "target") | (rows["unit"] != "%")]
    units = rows["unit"].fillna("")
    needed = rows["indicator"].map({name: one.unit for name, one in indicators.items()})
    return {
        str(key): ("unit", units[key], _why(units[key], needed[key]))
        for key in rows.index[(units != needed) & rows["value"].notna()]
    }


def _why(unit: str, needed: str) -> Text:
    """Say which unit is needed, and what the number would come to in it."""
    right = UNITS[needed]
    if not unit:
        return Text(f"缺单位,该指标的单位是{right.zh}", f"no unit; the indicator is in {right.en}")
    factor = conversion_guess(unit, needed)
    zh, en = "", ""
    if factor is not None:
        zh, en = f";如确为该单位,数值应乘 {factor:.6g}", f"; if meant, multiply by {factor:.6g}"
    return Text(
        f"单位是{UNITS[unit].zh},该指标的单位是{right.zh},程序不作换算{zh}",
        f"the unit is {UNITS[unit].en}, the indicator is in {right.en}; nothing is converted{en}",
    )


def _doubles(layer: Layer) -> dict[str, tuple[str, str, Text]]:
    """Find the rows that give one indicator, area and year twice, under other spellings."""
    rows = layer.features
    keys = rows[["indicator", "area", "year", "kind"]]
    why = Text("同一指标、县区、年份不止一行", "several rows give one indicator, area and year")
    return {
        str(key): ("indicator", str(rows.loc[key, "indicator"]), why)
        for key in rows.index[keys.duplicated(keep=False)]
    }
