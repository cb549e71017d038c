"""
Units that are missing, wrong or implausible: row R10 of the checklist, one decision a value.

==========================================  ====================================================
Value                                       Decision
==========================================  ====================================================
a number with the column's own unit         read
a number with another known unit            the row is rejected, with the factor in the reason
a number outside the plausible window       taken and flagged, with the factors that would fit
a number outside the schema's hard checks   typed here, and rejected by the schema
most of a column outside by one factor      the whole column is doubted in a note
steam and heat of one boiler that disagree  flagged
==========================================  ====================================================

Nothing is converted in any of them.
"""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.readers.values.columns import Typed, to_typed
from tieling_geo.readers.values.plausibility import to_contradictions, to_doubts
from tieling_geo.records import Layer
from tieling_geo.schemas import LAYERS, ColumnCard
from tieling_geo.text import Text
from tieling_geo.units import MW_PER_T_PER_H, Equivalent

BY_NAME = {(layer, c.name): c for layer, schema in LAYERS.items() for c in schema.columns()}
STEAM, HEAT = BY_NAME["boilers", "capacity_t_per_h"], BY_NAME["boilers", "capacity_mw"]
SOURCE, POWER = BY_NAME["heat_sources", "heat_mw"], BY_NAME["heat_sources", "electric_mw"]
BULK = BY_NAME["freight_sites", "bulk_t_per_year"]
TERMINAL = BY_NAME["freight_terminals", "capacity_t_per_year"]
PIPE, LAID = BY_NAME["heating_pipes", "diameter_mm"], BY_NAME["heating_pipes", "installed_year"]
SPEED = BY_NAME["roads", "speed_km_per_h"]

#: Value, column, and what the reason must say: the unit states itself.
REJECTED: list[tuple[str, ColumnCard, str]] = [
    ("75t/h", HEAT, "×0.7 would give 52.5 MW"),
    ("10蒸吨", HEAT, "×0.7 would give 7 MW"),
    ("７５蒸吨／小时", HEAT, "×0.7 would give 52.5 MW"),
    ("35吨/小时", HEAT, "×0.7 would give 24.5 MW"),
    ("4200kW", HEAT, "÷1000 would give 4.2 MW"),
    ("1400千瓦", HEAT, "÷1000 would give 1.4 MW"),
    ("600万大卡", HEAT, "would give 6.978 MW"),
    ("600万大卡/小时", HEAT, "would give 6.978 MW"),
    ("75吨", HEAT, "the unit is t, the column is in MW;"),
    ("52.5MW", STEAM, "÷0.7 would give 75 t/h (steam)"),
    ("7兆瓦", STEAM, "÷0.7 would give 10 t/h (steam)"),
    ("4000kg/h", STEAM, "÷1000 would give 4 t/h (steam)"),
    ("4000公斤/小时", STEAM, "÷1000 would give 4 t/h (steam)"),
    ("1800吨/天", STEAM, "the unit is t/d"),
    ("75吨", STEAM, "the unit is t, the column is in t/h (steam);"),
    ("60万千瓦", POWER, "÷1000 would give 600 MW"),
    ("600000kW", POWER, "÷1000 would give 600 MW"),
    ("100t/h", SOURCE, "×0.7 would give 70 MW"),
    ("300GJ", SOURCE, "the unit is GJ"),
    ("150万吨", BULK, "the unit is t, the column is in t/a;"),
    ("4000吨/日", BULK, "the unit is t/d"),
    ("5000t/d", BULK, "the unit is t/d"),
    ("12%", BULK, "the unit is %"),
    ("0.3m", PIPE, "×1000 would give 300 mm"),
    ("0.3米", PIPE, "×1000 would give 300 mm"),
    ("1.2km", PIPE, "×1000000 would give 1.2e+06 mm"),
    ("5分钟", SPEED, "the unit is min"),
    ("16m/s", SPEED, "“m/s” after the number is no known unit"),
    ("40mph", SPEED, "“mph” after the number is no known unit"),
    ("16寸", PIPE, "“寸” after the number is no known unit"),
]
#: Value, column, and a factor that the flag must name; empty for none that would fit.
FLAGGED: list[tuple[float, ColumnCard, str]] = [
    (1400, HEAT, "÷1000 would give 1.4"),
    (4200, HEAT, "÷1000 would give 4.2"),
    (29000, HEAT, "÷1000 would give 29"),
    (300, HEAT, "×0.7 would give 210"),
    (0.029, HEAT, "×1000 would give 29"),
    (4000, STEAM, "÷1000 would give 4"),
    (20000, STEAM, "÷1000 would give 20"),
    (0.035, STEAM, "×1000 would give 35"),
    (0.08, STEAM, "÷0.7 would give 0.114286"),
    (58000, SOURCE, "÷1000 would give 58"),
    (3500, SOURCE, "×0.7 would give 2450"),
    (0.058, SOURCE, "×1000 would give 58"),
    (600000, POWER, "÷1000 would give 600"),
    (12000, POWER, "÷1000 would give 12"),
    (0.06, POWER, "×10000 would give 600"),
    (150, BULK, "×10000 would give 1.5e+06"),
    (12, BULK, "×10000 would give 120000"),
    (7.42, BULK, "×10000 would give 74200"),
    (999.9, BULK, "×1000 would give 999900"),
    (150_000_000, BULK, "÷1000 would give 150000"),
    (33, TERMINAL, "×10000 would give 330000"),
    (528, TERMINAL, "×10000 would give 5.28e+06"),
    (5_280_000_000, TERMINAL, "÷1000 would give 5.28e+06"),
    (0.3, PIPE, "×1000 would give 300"),
    (1.2, PIPE, "×1000 would give 1200"),
    (0.05, PIPE, "×1000 would give 50"),
    (300000, PIPE, "÷1000 would give 300"),
    (2, PIPE, ""),
    (2, LAID, ""),
    (1950, LAID, ""),
    (2090, LAID, ""),
    (4, SPEED, ""),
    (125, SPEED, ""),
]
STEAM_TO_HEAT = Equivalent("capacity_mw", "capacity_t_per_h", MW_PER_T_PER_H, 0.05, "GB 13271-2014")


def told(values: list[object], column: ColumnCard) -> Typed:
    """Read values into a column."""
    return to_typed(pd.Series(values, dtype="object"), column)


def to_flagged(typed: Typed) -> list[str]:
    """Return what is said of the values that look wrong."""
    return [flag.en for _, flag in typed.flags]


def test_the_table_has_the_60_rows_of_the_checklist() -> None:
    """Each once."""
    rows = [(value, column.name) for value, column, _ in (*REJECTED, *FLAGGED)]
    assert len(rows) >= 60
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize(("text", "column", "why"), REJECTED, ids=[r[0] for r in REJECTED])
def test_another_unit_is_rejected_and_never_converted(
    text: str, column: ColumnCard, why: str
) -> None:
    """The reason says what it would come to; the value is missing."""
    typed = told([text], column)
    assert list(typed.failed) == [True]
    assert typed.column.isna().all()
    assert why in typed.reasons[0].en
    is_known = "no known unit" not in why
    assert ("nothing is converted" in typed.reasons[0].en) is is_known
    assert ("不作换算" in typed.reasons[0].zh) is is_known


@pytest.mark.parametrize(
    ("value", "column", "why"), FLAGGED, ids=[f"{v:g}-{c.name}" for v, c, _ in FLAGGED]
)
def test_an_implausible_number_is_taken_and_flagged(
    value: float, column: ColumnCard, why: str
) -> None:
    """As it is, with the factor that would explain it, where there is one; as text, too."""
    for cell in (value, f"{value:f}".rstrip("0").rstrip(".")):
        typed = told([cell], column)
        assert list(typed.failed) == [False]
        assert list(typed.column) == [value]
        ((position, flag),) = typed.flags
        assert position == 0
        assert why in flag.en
        assert ("would give" in flag.en) is bool(why)
        assert "请核对单位" in flag.zh


def test_the_windows_are_closed() -> None:
    """Both ends are plausible; the next number outside is not."""
    for column in BY_NAME.values():
        if column.plausible is None or column.kind != "number":
            continue
        low, high = column.plausible
        inside = [low, high, 0.0]
        outside = [np.nextafter(low, -np.inf), np.nextafter(high, np.inf)]
        typed = told([*inside, *outside], column)
        assert [position for position, _ in typed.flags] == [3, 4]


def test_an_own_unit_does_not_make_a_number_plausible() -> None:
    """It is read, and flagged all the same."""
    typed = told(["1400MW"], HEAT)
    assert list(typed.column) == [1400.0]
    assert len(typed.flags) == 1


def test_a_column_in_another_unit_is_doubted_as_a_whole() -> None:
    """From five values and half of them on (closed): here, ten thousand tonnes."""
    typed = told([12, 150, 7, 33, 240, 2_000_000], BULK)
    assert len(typed.flags) == 5
    assert [note.en for note in typed.notes if "×10000" in note.en] == [
        (
            "column bulk_t_per_year: 5 of 6 values would need ×10000 to lie where such values do: "
            "the whole column may be in another unit; nothing is converted, check it"
        )
    ]
    for few in ([12, 150, 7, 33], [12, 150, 7, 33, 240] + [10**6] * 6):
        assert not told([*few], BULK).notes
    assert any(
        "×10000" in note.en for note in told([12, 150, 7, 33, 240] + [10**6] * 5, BULK).notes
    )


def test_a_column_without_a_window_is_never_doubted() -> None:
    """Nor one of another kind, nor an empty one."""
    bare = replace(HEAT, plausible=None)
    assert to_doubts(pd.Series([1e9, -1e9]), bare) == ((), ())
    assert to_doubts(pd.Series([], dtype="float64"), HEAT) == ((), ())
    assert told(["x"], BY_NAME["boilers", "name"]).flags == ()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_flag_never_changes_a_number(number: float) -> None:
    """Whatever the window is; a guess that is named lies inside of it."""
    for column in (HEAT, BULK, PIPE):
        typed = told([number], column)
        assert list(typed.column) == [number]
        low, high = column.plausible or (0.0, 0.0)
        is_outside = number != 0 and not low <= number <= high
        assert len(typed.flags) == int(is_outside)
        for way, factor in re.findall(r"([×÷])([0-9.]+) would give", " ".join(to_flagged(typed))):
            guess = number * float(factor) if way == "×" else number / float(factor)
            assert low * (1 - 1e-9) <= guess <= high * (1 + 1e-9)


@pytest.mark.parametrize(
    ("value", "unit", "ways"),
    [
        (1500.0, "mu", ["÷1000", "÷15"]),
        (0.1, "ha", ["×1000", "×15"]),
        (1500.0, "mm", ["÷1000"]),
        (130.0, "mw", ["×0.7"]),
        (0.8, "t_per_h", ["÷0.7"]),
        (1500.0, "year", []),
    ],
)
def test_a_guess_fits_the_unit(value: float, unit: str, ways: list[str]) -> None:
    """A hectare is 15 mu and a tonne of steam 0.7 MW; neither is said of a length."""
    column = ColumnCard(
        "x", "number", Text("列", "x"), nullable=True, unit=unit, plausible=(1, 100)
    )
    typed = told([value], column)
    assert re.findall(r"[×÷][0-9.]+", to_flagged(typed)[0]) == ways


# 1,000 clean rows.

LADDER = [0.5, 1, 2, 4, 6, 8, 10, 15, 20, 25, 35, 40, 65, 75, 130, 220, 410, 670, 1025, 2028]
HOT_WATER = [0.35, 0.7, 1.4, 2.8, 4.2, 5.6, 7, 10.5, 14, 21, 29, 46, 58, 64, 70, 84, 91, 116, 168]
SIZES = [
    15,
    20,
    25,
    32,
    40,
    50,
    65,
    80,
    100,
    125,
    150,
    200,
    250,
    300,
    400,
    500,
    600,
    800,
    1000,
    1400,
]
CLEAN: list[tuple[ColumnCard, list[float], list[str]]] = [
    (STEAM, LADDER, ["", "t/h", "蒸吨", "蒸吨/小时", "（蒸吨）"]),
    (HEAT, HOT_WATER, ["", "MW", "兆瓦", " MW"]),
    (SOURCE, [2.8, 7, 14, 29, 58, 116, 232, 348, 700, 1500], ["", "MW", "兆瓦"]),
    (POWER, [6, 12, 25, 50, 135, 200, 300, 350, 600, 1000, 1200, 2400, 2520], ["", "MW", "兆瓦"]),
    (BULK, [0, 3000, 50_000, 260_000, 1_500_000, 7_420_000, 22_000_000], ["", "吨/年", "t/a"]),
    (TERMINAL, [50_000, 330_000, 2_150_000, 5_280_000, 30_000_000], ["", "吨/年"]),
    (PIPE, SIZES, ["", "mm", "毫米"]),
    (LAID, [*range(1975, 2026)], ["", "年"]),
    (SPEED, [10, 20, 30, 40, 50, 60, 70, 80, 100, 110, 120], ["", "km/h", "公里/小时"]),
    (BY_NAME["counties", "population"], [52_000, 289_000, 612_034, 870_000], ["", "人"]),
]


def test_no_more_than_1_in_100_clean_values_is_an_alarm() -> None:
    """1,000 values of the series that makers build, each with or without its unit: none at all."""
    rng = np.random.default_rng(145)
    alarms, count = [], 0
    for column, series, units in CLEAN:
        cells = [
            f"{value:,}{unit}" if rng.random() < 0.2 else f"{value}{unit}" if unit else value
            for value, unit in zip(rng.choice(series, 100), rng.choice(units, 100), strict=True)
        ]
        typed = told(cells, column)
        count += len(cells)
        alarms += [*typed.reasons.items(), *typed.flags]
        assert not typed.censored
    assert count == 1000
    assert alarms == []


def test_nothing_of_the_sample_is_doubted(sample_layers: dict[str, Layer]) -> None:
    """The embedded workspace is a clean ledger."""
    windows = 0
    for name, layer in sample_layers.items():
        for column in LAYERS[name].columns():
            windows += column.plausible is not None
            assert to_doubts(layer.features[column.name], column) == ((), ())
        if name == "boilers":
            assert not list(to_contradictions(layer.features, (STEAM_TO_HEAT,)))
    assert windows >= 9


# Steam and heat of one boiler.


@pytest.mark.parametrize(
    ("heat", "steam", "is_flagged"),
    [
        (7.0, 10.0, False),
        (7.35, 10.0, False),
        (6.65, 10.0, False),
        (0.735, 1.0, False),
        (7.36, 10.0, True),
        (6.64, 10.0, True),
        (10.0, 10.0, True),
        (7000.0, 10.0, True),
        (7.0, np.nan, False),
        (np.nan, 10.0, False),
        (np.nan, np.nan, False),
    ],
)
def test_steam_and_heat_of_one_boiler_agree_within_5_in_100(
    heat: float, steam: float, *, is_flagged: bool
) -> None:
    """Closed: GB 13271-2014 sets 65 t/h equal to 45.5 MW, and makers round."""
    frame = pd.DataFrame({"capacity_mw": [7.0, heat], "capacity_t_per_h": [10.0, steam]})
    found = list(to_contradictions(frame, (STEAM_TO_HEAT,)))
    assert [(position, column) for position, column, _ in found] == (
        [(1, "capacity_mw")] if is_flagged else []
    )
    assert all("from 7, which column capacity_t_per_h comes to" in why.en for *_, why in found)
