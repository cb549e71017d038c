"""Indicators: every form by hand, on tables of a few rows."""

from datetime import date
from fractions import Fraction
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import bounds, excluded, to_layer
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from tieling_geo.analyses.indicator_targets import ANALYSIS, analyse
from tieling_geo.errors import ParameterError, UnitError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Indicators

DAY = date(2025, 12, 31)
Entry = tuple[str, str, int, float | None] | tuple[str, str, int, float | None, str | None]
Entries = dict[str, Entry]


def table(entries: Entries, *, unit: str = "%", **kinds: str) -> gpd.GeoDataFrame:
    """Lay out rows: id -> indicator, area, year, value, and a unit where it is another."""
    return to_layer(
        Indicators,
        {
            key: {
                "indicator": entry[0],
                "area": entry[1],
                "year": entry[2],
                "value": entry[3],
                "unit": entry[4] if len(entry) > 4 else unit,
                "kind": kinds.get(key),
                "geometry": None,
            }
            for key, entry in entries.items()
        },
    )


def counties(*names: str) -> gpd.GeoDataFrame:
    """Lay out counties side by side."""
    return to_layer(
        Counties,
        {
            f"9900{n:02d}": {"name": name, "geometry": box(n, 0, n + 1, 1)}
            for n, name in enumerate(names)
        },
    )


def ask(
    entries: Entries,
    *,
    unit: str = "%",
    as_of: date = DAY,
    **given_: Any,  # noqa: ANN401 - as the analysis takes them
) -> Result:
    """Ask about X, unless others are named."""
    rows = table(entries, unit=unit)
    return analyse(rows, as_of=as_of, unit=unit, **{"indicators": ("X",), **given_})


def city(*values: float | None, first: int = 2020) -> Entries:
    """Give the city's row of X in each year from the first on."""
    return {f"x{first + n}": ("X", "全市", first + n, v) for n, v in enumerate(values)}


def counts(found: Result, measure: str) -> tuple[int, int]:
    """Give how many rows were used, and how many are unknown."""
    return found.measures[measure].counted, found.measures[measure].excluded


# --- each form ----------------------------------------------------------------------------------


def test_a_fall_exactly_on_its_target() -> None:
    """From 0.8 to 0.684 is 14.5 %, in fractions of the decimals printed; in floats it is not."""
    found = ask({**city(0.8), **city(0.684, first=2025)}, unit="tce_per_wan_yuan")
    assert (0.8 - 0.684) / 0.8 * 100 != 14.5
    assert bounds(found.measures["relative_fall"]) == (Fraction("14.5"),) * 3
    assert counts(found, "relative_fall") == (2, 0)
    assert found.against["relative_fall"] == ("x2020", "x2025")
    assert found.measures["relative_fall"].estimate.numerator == Fraction("0.116")
    assert found.measures["relative_fall"].estimate.denominator == Fraction("0.8")


def test_points_and_percent_are_two_things() -> None:
    """From 50 % to 30 % is 20 points and 40 %, and a rise of -20 points."""
    found = ask({**city(50.0), **city(30.0, first=2025)})
    assert bounds(found.measures["point_fall"]) == (20, 20, 20)
    assert bounds(found.measures["point_rise"]) == (-20, -20, -20)
    assert bounds(found.measures["relative_fall"]) == (40, 40, 40)
    assert {name: m.unit for name, m in found.measures.items()} == {
        "relative_fall": "%",
        "point_fall": "percentage_point",
        "point_rise": "percentage_point",
        "latest": "%",
        "least_since_base": "%",
        "cumulative": "%",
    }


def test_what_is_no_share_has_no_points() -> None:
    """Of tonnes there are no percentage points: nothing is in scope, and the series has none."""
    found = ask({**city(50.0), **city(30.0, first=2025)}, unit="t")
    for name in ("point_fall", "point_rise"):
        assert (found.measures[name].value, found.measures[name].in_scope) == (None, 0)
        assert set(excluded(found, name).values()) == {
            ("out_of_scope", "no share, so it has no percentage points")
        }
    assert set(found.tables["series"]["measure"]) == {
        "relative_fall",
        "latest",
        "least_since_base",
        "cumulative",
    }
    assert found.measures["latest"].unit == "t"


def test_latest_least_and_sum() -> None:
    """The base year counts for none of them; the least year alone gives the least."""
    found = ask(city(1.0, 90.0, 85.0, 85.0, 91.0, 92.5))
    assert bounds(found.measures["latest"]) == (Fraction("92.5"),) * 3
    assert found.against["latest"] == ("x2025",)
    assert bounds(found.measures["least_since_base"]) == (85, 85, 85)
    assert found.against["least_since_base"] == ("x2022", "x2023")
    assert bounds(found.measures["cumulative"]) == (Fraction("443.5"),) * 3
    assert found.against["cumulative"] == ("x2021", "x2022", "x2023", "x2024", "x2025")
    assert counts(found, "least_since_base") == counts(found, "cumulative") == (5, 0)
    assert excluded(found, "cumulative") == {
        "x2020": ("out_of_scope", "of a year that is not needed")
    }
    assert found.features["change_since_base"].tolist() == [0, 89, 84, 84, 90, 91.5]
    assert found.features["category"].tolist() == ["used"] * 6


def test_of_two_indicators_the_least_decides() -> None:
    """43 and 44 is 43; with one unknown it is somewhere from zero to the other."""
    entries: Entries = {"a": ("X", "全市", 2025, 44.0), "b": ("Y", "全市", 2025, 43.0)}
    found = ask(entries, indicators=("X", "Y"))
    assert bounds(found.measures["latest"]) == (43, 43, 43)
    assert found.against["latest"] == ("b",)
    found = ask({"a": entries["a"]}, indicators=("X", "Y"))
    assert bounds(found.measures["latest"]) == (0, 44, 44)
    assert counts(found, "latest") == (1, 1)
    assert excluded(found, "latest") == {"Y 全市 2025": ("unknown", "no row states this number")}


# --- what is missing ----------------------------------------------------------------------------


def test_a_missing_last_year_has_no_value() -> None:
    """2024 never stands in for 2025, and the warning names it."""
    found = ask(city(10.0, 9.0, 8.0, 7.0, 6.0))
    for name in ("relative_fall", "point_fall", "point_rise", "latest", "cumulative"):
        assert found.measures[name].value is None, name
        assert found.measures[name].counted == 0
        assert found.measures[name].excluded > 0
        assert found.against[name] == ()
    assert excluded(found, "latest")["X 全市 2025"] == ("unknown", "no row states this number")
    assert excluded(found, "relative_fall")["x2020"] == (
        "unknown",
        "another number that it needs is missing",
    )
    assert [w.en for w in found.warnings] == [
        "'X' lacks 2025: the newest is 2024; it does not stand in"
    ]


def test_a_blank_last_year_is_unknown_too() -> None:
    """A row without a value is the unknown itself; no number is made up for it."""
    found = ask({**city(10.0), **city(None, first=2025)})
    assert found.measures["latest"].value is None
    assert counts(found, "latest") == (0, 1)
    assert excluded(found, "latest") == {
        "x2020": ("out_of_scope", "of a year that is not needed"),
        "x2025": ("unknown", "value is missing"),
    }
    assert found.features["category"].tolist() == ["unknown", "unknown"]


def test_a_year_missing_in_between_bounds_the_least() -> None:
    """The known years give the upper bound; the lower one is zero, as no amount is negative."""
    found = ask({**city(1.0, 90.0, 84.0), **city(91.0, 92.0, first=2024)})
    assert bounds(found.measures["least_since_base"]) == (0, 84, 84)
    assert counts(found, "least_since_base") == (4, 1)
    assert found.against["least_since_base"] == ("x2022",)
    assert found.measures["cumulative"].value is None
    assert counts(found, "cumulative") == (0, 5)


@pytest.mark.parametrize("start", [0.0, None])
def test_a_base_of_zero_or_none_has_no_fall(start: float | None) -> None:
    """Nothing falls from zero; the level is still known."""
    found = ask({**city(start), **city(3.0, first=2025)}, unit="t")
    assert found.measures["relative_fall"].value is None
    assert counts(found, "relative_fall") == (0, 2)
    why = "value is missing" if start is None else "the base year's number is zero or less"
    assert excluded(found, "relative_fall")["x2020"] == ("unknown", why)
    assert bounds(found.measures["latest"]) == (3, 3, 3)


def test_two_units_are_never_converted() -> None:
    """Tonnes among ten thousand tonnes are unknown, and so is a row without a unit."""
    entries: Entries = {
        "a": ("X", "全市", 2024, 0.5),
        "b": ("X", "全市", 2025, 5000.0, "t"),
        "c": ("Y", "全市", 2025, 5000.0, None),
    }
    found = ask(entries, unit="wan_t", indicators=("X", "Y"))
    assert found.measures["latest"].value is None
    assert excluded(found, "latest") == {
        "a": ("out_of_scope", "of a year that is not needed"),
        "b": ("unknown", "in another unit; nothing is converted"),
        "c": ("unknown", "unit is missing"),
    }


def test_a_negative_amount_is_unknown_a_negative_change_is_not() -> None:
    """-1 t cannot be; -1 point can, and is then the least, or unbounded where a year lacks."""
    found = ask(city(5.0, 5.0, 5.0, 5.0, 5.0, -1.0), unit="t")
    assert excluded(found, "cumulative")["x2025"] == ("unknown", "value is negative")
    assert found.measures["cumulative"].value is None
    assert bounds(found.measures["least_since_base"]) == (0, 5, 5)
    found = ask(city(5.0, 5.0, 5.0, 5.0, 5.0, -1.0), unit="percentage_point")
    assert bounds(found.measures["least_since_base"]) == (-1, -1, -1)
    found = ask(city(5.0, 5.0, 5.0), unit="percentage_point")
    assert found.measures["least_since_base"].value is None


def test_a_number_stated_twice_is_unknown() -> None:
    """Two rows of one number, one of which leaves the kind blank: neither is believed."""
    rows = table({"a": ("X", "全市", 2025, 5.0), "b": ("X", "Whole City", 2025, 5.0)}, b="actual")
    found = analyse(rows, as_of=DAY, indicators=("X",))
    assert found.measures["latest"].value is None
    assert excluded(found, "latest") == {
        "a": ("unknown", "several rows state this number"),
        "b": ("unknown", "several rows state this number"),
    }


def test_rows_that_are_not_asked_about() -> None:
    """Another indicator, a target, an area that nobody knows, a county's own row."""
    rows = table(
        {
            "a": ("X", "全市", 2025, 5.0),
            "b": ("Z", "全市", 2025, 5.0),
            "c": ("X", "全市", 2025, 6.0),
            "d": ("X", "Atlantis", 2025, 6.0),
            "e": ("X", "North", 2025, 6.0),
        },
        c="target",
    )
    found = analyse(rows, counties=counties("North", "South"), as_of=DAY, indicators=(" ｘ",))
    assert bounds(found.measures["latest"]) == (5, 5, 5)
    assert counts(found, "latest") == (1, 0)
    assert {key: why for key, (_, why) in excluded(found, "latest").items()} == {
        "b": "another indicator",
        "c": "a target, not what was",
        "d": "neither the whole city nor a known county",
        "e": "a county's, which do not add up to the city's",
    }
    assert found.features["category"].tolist() == [
        "used",
        "other_indicator",
        "target",
        "other_area",
        "beside",
    ]
    assert found.features["county_name"].dropna().to_dict() == {"e": "North"}
    assert any("Atlantis" in warning.en for warning in found.warnings)


# --- the year -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "value"), [(date(2025, 12, 31), 6), (date(2025, 12, 30), 7), (date(2026, 1, 1), 6)]
)
def test_a_year_is_complete_on_its_last_day(as_of: date, value: int) -> None:
    """31 December closes the year (closed); on the 30th the year before is the last."""
    found = ask(city(10.0, 9.0, 8.0, 8.0, 7.0, 6.0), as_of=as_of)
    assert bounds(found.measures["latest"]) == (value,) * 3


def test_in_the_base_year_nothing_has_fallen_yet() -> None:
    """The fall is zero, the level is known, and no year has passed that could be least."""
    found = ask(city(10.0, 9.0), as_of=date(2020, 12, 31))
    assert bounds(found.measures["relative_fall"]) == (0, 0, 0)
    assert bounds(found.measures["point_fall"]) == (0, 0, 0)
    assert bounds(found.measures["latest"]) == (10, 10, 10)
    assert found.measures["least_since_base"].in_scope == 0
    before = ask(city(10.0, 9.0), as_of=date(2020, 12, 30))
    assert {m.in_scope for m in before.measures.values()} == {0}
    assert before.tables["series"].empty


# --- the counties -------------------------------------------------------------------------------


def sums(whole: float | None, north: float | None, south: float | None) -> Entries:
    """Give the city's row and two counties' in 2025; None leaves a row out."""
    stated = {"city": ("全市", whole), "n": ("North", north), "s": ("South", south)}
    return {key: ("X", area, 2025, v) for key, (area, v) in stated.items() if v is not None}


def additive(entries: Entries) -> Result:
    """Ask for tonnes that add up, of two counties."""
    return ask(entries, unit="t", is_additive=True, counties=counties("North", "South"))


@pytest.mark.parametrize("south", [120.0, 121.0, 119.0])
def test_counties_within_the_tolerance(south: float) -> None:
    """The sum is the city's 200, or exactly 0.5 % more or less (closed): the city's row counts."""
    found = additive(sums(200.0, 80.0, south))
    assert bounds(found.measures["latest"]) == (200, 200, 200)
    assert counts(found, "latest") == (1, 0)
    assert found.warnings == ()
    assert excluded(found, "latest")["n"] == (
        "out_of_scope",
        "a county's; the city's own number counts",
    )


@pytest.mark.parametrize(("south", "low", "high"), [(121.01, 200, 201.01), (100.0, 180, 200)])
def test_counties_that_contradict_the_city(south: float, low: float, high: float) -> None:
    """Beyond it the number lies between the two, and the warning names both."""
    found = additive(sums(200.0, 80.0, south))
    assert bounds(found.measures["latest"]) == (Fraction(str(low)), 200, Fraction(str(high)))
    assert counts(found, "latest") == (1, 2)
    assert found.against["latest"] == ("city",)
    told = found.warnings[0].en
    assert "200" in told
    assert f"{80 + south:g}" in told
    assert found.features["category"].to_dict() == {"city": "used", "n": "unknown", "s": "unknown"}


def test_counties_stand_in_for_the_city() -> None:
    """Without the city's row all counties are summed, and a warning says so."""
    found = additive(sums(None, 80.0, 120.5))
    assert bounds(found.measures["latest"]) == (Fraction("200.5"),) * 3
    assert found.against["latest"] == ("n", "s")
    assert counts(found, "latest") == (2, 0)
    assert "200.5 stands in" in found.warnings[0].en
    blank = {**sums(None, 80.0, 120.5), "city": ("X", "全市", 2025, None)}
    found = additive(blank)
    assert bounds(found.measures["latest"]) == (Fraction("200.5"),) * 3
    assert excluded(found, "latest") == {
        "city": ("out_of_scope", "the sum of the counties stands in for it")
    }


def test_a_county_missing_leaves_the_city_unknown() -> None:
    """One county of two is no sum; without the layer nobody knows how many there are."""
    found = additive(sums(None, 80.0, None))
    assert found.measures["latest"].value is None
    assert excluded(found, "latest") == {
        "X 全市 2025": ("unknown", "no row states this number"),
        "n": ("unknown", "another number that it needs is missing"),
    }
    found = ask(sums(None, 80.0, 120.0), unit="t", is_additive=True)
    assert found.measures["latest"].value is None


def test_bounds_of_contradicting_years_go_through_a_fall() -> None:
    """2020 is 200 or 180, 2025 is 90: the fall is 50 to 55 %."""
    entries = {
        **sums(90.0, None, None),
        "city20": ("X", "全市", 2020, 200.0),
        "n20": ("X", "North", 2020, 100.0),
        "s20": ("X", "South", 2020, 80.0),
    }
    found = additive(entries)
    assert bounds(found.measures["relative_fall"]) == (50, 55, 55)


# --- tables -------------------------------------------------------------------------------------


def test_the_series_reckons_every_year() -> None:
    """Exact text for each year from the base on; blank where a year is missing."""
    found = ask({**city(200.0, 190.0), **city(171.0, first=2023)}, as_of=date(2023, 12, 31))
    series = found.tables["series"].set_index(["measure", "year"])
    assert series.index.is_unique
    exact = series[["numerator", "denominator"]].apply(tuple, axis=1)
    assert [exact["relative_fall", year] for year in range(2020, 2024)] == [
        ("0", "200"),
        ("10", "200"),
        ("", ""),
        ("29", "200"),
    ]
    assert series.loc["relative_fall", "value"].tolist()[3] == 14.5
    assert [exact["latest", year][0] for year in range(2020, 2024)] == ["200", "190", "", "171"]
    assert [exact["cumulative", year][0] for year in range(2020, 2024)] == ["0", "190", "", ""]
    assert [exact["least_since_base", year][0] for year in (2020, 2021, 2022)] == ["", "190", ""]


def test_each_county_by_its_own_rows() -> None:
    """A county has what its rows allow; the whole city is none."""
    entries: Entries = {
        "a": ("X", "North", 2020, 50.0),
        "b": ("X", "North", 2021, 40.0),
        "c": ("X", "South", 2021, 7.0),
        "d": ("X", "全市", 2021, 7.0),
    }
    areas = ask(entries, as_of=date(2021, 12, 31)).tables["areas"]
    kept = areas[areas["measure"].isin(["relative_fall", "latest"])]
    assert [tuple(row) for row in kept.itertuples(index=False)] == [
        ("latest", "North", 2020, 50.0),
        ("latest", "North", 2021, 40.0),
        ("latest", "South", 2021, 7.0),
        ("relative_fall", "North", 2020, 0.0),
        ("relative_fall", "North", 2021, 20.0),
    ]


# --- the whole ----------------------------------------------------------------------------------


def test_an_empty_table_is_no_pass() -> None:
    """No row: what is asked is in scope and unknown; nothing asked, nothing in scope."""
    found = ask({})
    assert {m.value for m in found.measures.values()} == {None}
    assert counts(found, "relative_fall") == (0, 2)
    assert found.features.empty
    assert {m.in_scope for m in ask({}, indicators=()).measures.values()} == {0}


def test_the_order_of_rows_plays_no_part_and_the_index_is_kept() -> None:
    """Turned round: the same measures, tables and warnings, each row at its place."""
    rows = table(city(10.0, 9.0, 8.0, 8.0, 7.0, 6.0))
    back = rows.iloc[::-1]
    one, other = (analyse(layer, as_of=DAY, indicators=("X",)) for layer in (rows, back))
    assert other.features.index.tolist() == back.index.tolist()
    assert (one.measures, one.against, one.warnings) == (
        other.measures,
        other.against,
        other.warnings,
    )
    for name in one.tables:
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name])
    assert ANALYSIS.concerns == {"indicator": "indicators"}


@pytest.mark.parametrize(
    ("given_", "error"),
    [
        ({"indicators": ("X", " x")}, ParameterError),
        ({"indicators": ("",)}, ParameterError),
        ({"whole_area": ()}, ParameterError),
        ({"base_year": 2020.5}, ParameterError),
        ({"sum_tolerance_pct": -0.1}, ParameterError),
        ({"unit": "bushel"}, UnitError),
    ],
)
def test_what_cannot_be_meant_is_refused(given_: dict[str, Any], error: type[Exception]) -> None:
    """A name twice or blank, no name of the city, half a year, a tolerance below zero."""
    with pytest.raises(error):
        analyse(table({}), as_of=DAY, **given_)


def plainly(values: dict[int, str], last: int) -> dict[str, Fraction | None]:
    """Reckon the forms from a mapping of years, another way: over lists, with no bounds."""
    known = {year: Fraction(text) for year, text in values.items()}
    after = range(2021, last + 1)
    whole = [known.get(year) for year in after]
    ends = (known.get(2020), known.get(last))
    fell = None not in ends
    return {
        "relative_fall": 100 - 100 * ends[1] / ends[0] if fell and ends[0] else None,
        "point_fall": ends[0] - ends[1] if fell else None,
        "latest": ends[1],
        "cumulative": sum(whole) if whole and None not in whole else None,
        "least_since_base": min((v for v in whole if v is not None), default=None),
    }


decimals = st.integers(0, 10**6).map(lambda n: f"{n // 1000}.{n % 1000:03d}")


@settings(max_examples=60)
@given(st.dictionaries(st.integers(2020, 2025), decimals), st.integers(2021, 2025))
def test_against_plain_reckoning(values: dict[int, str], last: int) -> None:
    """Random years and decimals: each form is what plain arithmetic gives."""
    entries: Entries = {f"r{y}": ("X", "全市", y, float(text)) for y, text in values.items()}
    found = ask(entries, as_of=date(last, 12, 31))
    for name, expected in plainly(values, last).items():
        assert found.measures[name].value == expected, name
