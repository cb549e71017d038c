"""The counties' own targets: reached or not, and whether they add up to the city's."""

from datetime import date
from fractions import Fraction
from typing import Any

import geopandas as gpd
import pytest
from hand_made_layers import bounds, excluded, rollup, to_layer
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from tieling_geo.analyses.county_indicator_targets import analyse
from tieling_geo.errors import ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Indicators

DAY = date(2025, 12, 31)
ON, OFF = "counties_on_target_share", "counties_not_on_target"
COVERED, UNCOVERED = "city_targets_covered_share", "city_targets_not_covered"
Entry = tuple[str, str, int, float, str]
Entries = dict[str, Entry]
COUNTIES = ("North", "South")


def table(entries: Entries, *, unit: str = "t") -> gpd.GeoDataFrame:
    """Lay out rows: id -> indicator, area, year, value, unit; an id that ends in T is a target."""
    return to_layer(
        Indicators,
        {
            key: {
                "indicator": name,
                "area": area,
                "year": year,
                "value": value,
                "unit": own or unit,
                "kind": "target" if key.endswith("T") else None,
                "geometry": None,
            }
            for key, (name, area, year, value, own) in entries.items()
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
    areas: gpd.GeoDataFrame | None = None,
    as_of: date = DAY,
    **given_: Any,  # noqa: ANN401 - as the analysis takes them
) -> Result:
    """Ask about X in tonnes and its level, unless told otherwise."""
    asked = {"indicators": ("X",), "unit": "t", "form": "latest", **given_}
    return analyse(table(entries), counties=areas, as_of=as_of, **asked)


def both(north: float, south: float) -> Entries:
    """Give two counties' numbers of 2025, each with a target of 10."""
    return {
        "n": ("X", "North", 2025, north, ""),
        "nT": ("X", "North", 2025, 10.0, ""),
        "s": ("X", "South", 2025, south, ""),
        "sT": ("X", "South", 2025, 10.0, ""),
    }


def test_a_county_exactly_on_its_target_reaches_it() -> None:
    """10 reaches 10 (closed), 9.999 does not: one county of two."""
    found = ask(both(10.0, 9.999), areas=counties(*COUNTIES))
    assert bounds(found.measures[ON]) == (50, 50, 50)
    assert bounds(found.measures[OFF]) == (1, 1, 1)
    assert found.against[ON] == found.against[OFF] == ("s", "sT")
    assert found.features["category"].tolist() == ["on_target"] * 2 + ["not_on_target"] * 2
    assert found.features["target_margin"].tolist() == [0, 0, -0.001, -0.001]
    assert excluded(found, ON) == {}
    assert rollup(found, ON, "county_name") == {"North": (1, 1, 0), "South": (0, 1, 0)}


def test_a_fall_is_held_against_a_target_in_percent() -> None:
    """From 0.8 to 0.684 is exactly 14.5 %; a target in tonnes would be another thing."""
    entries: Entries = {
        "n0": ("X", "North", 2020, 0.8, ""),
        "n5": ("X", "North", 2025, 0.684, ""),
        "nT": ("X", "North", 2025, 14.5, "%"),
        "s0": ("X", "South", 2020, 0.8, ""),
        "s5": ("X", "South", 2025, 0.684, ""),
        "sT": ("X", "South", 2025, 14.5, "t"),
    }
    found = ask(entries, areas=counties(*COUNTIES), form="relative_fall")
    assert bounds(found.measures[ON]) == (50, 100, 100)
    assert excluded(found, ON)["South"] == ("unknown", "no target is stated")
    assert excluded(found, ON)["sT"] == ("out_of_scope", "in another unit; nothing is converted")
    assert found.tables["targets"].to_dict("records")[0] == {
        "indicator": "X",
        "area": "North",
        "target_year": 2025,
        "target": 14.5,
        "value": 14.5,
        "margin": 0.0,
    }


def test_a_sum_needs_every_year() -> None:
    """4 + 6 over two years reaches 10; without one of them nobody knows."""
    entries: Entries = {
        "a": ("X", "North", 2024, 4.0, ""),
        "b": ("X", "North", 2025, 6.0, ""),
        "T": ("X", "North", 2025, 10.0, ""),
    }
    given_ = {"form": "cumulative", "base_year": 2023.0}
    assert bounds(ask(entries, **given_).measures[ON]) == (100, 100, 100)
    found = ask({key: entries[key] for key in ("b", "T")}, **given_)
    assert found.measures[ON].value is None
    assert excluded(found, ON)["North"] == (
        "unknown",
        "a target is stated, numbers of its own are missing",
    )


def test_without_the_annex_nothing_is_known() -> None:
    """Counties without targets are unknown, all of them; without their layer it is one."""
    entries: Entries = {"n": ("X", "North", 2025, 10.0, "")}
    found = ask(entries, areas=counties(*COUNTIES))
    assert (found.measures[ON].counted, found.measures[ON].excluded) == (0, 2)
    found = ask(entries, city_targets=("X=20",))
    for name in (ON, OFF, COVERED):
        measure = found.measures[name]
        assert (measure.value, measure.counted, measure.excluded) == (None, 0, 1), name
    assert excluded(found, ON)["counties"] == (
        "unknown",
        "no layer of counties, and no row states a target",
    )


def test_one_missed_indicator_decides_one_unknown_does_not() -> None:
    """A county that misses X is off target whatever Y is; one that reaches X may miss Y."""
    entries = both(9.0, 11.0)
    found = ask(entries, areas=counties(*COUNTIES), indicators=("X", "Y"))
    assert bounds(found.measures[ON]) == (0, 0, 50)
    assert (found.measures[ON].counted, found.measures[ON].excluded) == (1, 1)
    assert excluded(found, ON)["South"] == ("unknown", "no target is stated")


@pytest.mark.parametrize(
    ("as_of", "reached"), [(date(2023, 12, 31), 100), (date(2024, 12, 31), 0), (DAY, 0)]
)
def test_the_target_of_the_year_counts(as_of: date, reached: int) -> None:
    """Targets of 5 by 2023 and 9 by 2025: 6 reaches the one, not the other that is next."""
    entries: Entries = {
        f"n{year}": ("X", "North", year, 6.0, "") for year in (2023, 2024, 2025)
    } | {"aT": ("X", "North", 2023, 5.0, ""), "bT": ("X", "North", 2025, 9.0, "")}
    found = ask(entries, as_of=as_of)
    assert bounds(found.measures[ON]) == (reached,) * 3
    unused = "bT" if as_of.year == 2023 else "aT"
    assert excluded(found, ON)[unused] == ("out_of_scope", "a target of another year")


def test_a_target_that_has_passed_still_stands() -> None:
    """In 2026 the target of 2025 is the latest."""
    entries = {**both(10.0, 10.0), "later": ("X", "North", 2026, 12.0, "")}
    found = ask(entries, areas=counties("North"), as_of=date(2026, 12, 31))
    assert bounds(found.measures[ON]) == (100, 100, 100)
    assert found.tables["targets"]["margin"].tolist() == [2.0]


@pytest.mark.parametrize(
    ("target", "share"),
    [("20", 100), ("20.1", 100), ("19.91", 100), ("20.2", 0), ("19.8", 0)],
)
def test_targets_add_up_within_the_tolerance(target: str, share: int) -> None:
    """10 + 10 is held against the city's with 0.5 % of it: 20.1 and 19.91 are within."""
    found = ask(both(1.0, 1.0), areas=counties(*COUNTIES), city_targets=(f"X={target}",))
    assert bounds(found.measures[COVERED]) == (share,) * 3
    assert bounds(found.measures[UNCOVERED]) == (1 - share // 100,) * 3
    assert found.against[COVERED] == (() if share else ("nT", "sT"))
    assert excluded(found, COVERED)["n"] == ("out_of_scope", "what was, not a target")


def test_a_sum_exactly_on_the_tolerance_adds_up() -> None:
    """Counties' 201 and a city's 200 differ by exactly 0.5 % (closed)."""
    entries = {
        "nT": ("X", "North", 2025, 100.0, ""),
        "sT": ("X", "South", 2025, 101.0, ""),
    }
    found = ask(entries, city_targets=("X=200",))
    assert bounds(found.measures[COVERED]) == (100, 100, 100)
    assert bounds(ask(entries, city_targets=("X=199.99",)).measures[COVERED]) == (0, 0, 0)


def test_a_county_without_a_target_leaves_the_sum_unknown() -> None:
    """Two of three counties add up to the city's; the third may have more."""
    found = ask(both(1.0, 1.0), areas=counties("East", *COUNTIES), city_targets=("X=20",))
    assert found.measures[COVERED].value is None
    assert found.measures[COVERED].excluded == 1
    assert excluded(found, COVERED)["X"] == ("unknown", "a county has no target")


def test_rows_that_play_no_part() -> None:
    """The city's own row, another indicator, an area that is no county."""
    entries: Entries = {
        **both(10.0, 10.0),
        "c": ("X", "全市", 2025, 20.0, ""),
        "z": ("Z", "North", 2025, 20.0, ""),
        "q": ("X", "Atlantis", 2025, 20.0, ""),
        "o": ("X", "North", 2024, 20.0, ""),
    }
    found = ask(entries, areas=counties(*COUNTIES))
    assert {key: why for key, (_, why) in excluded(found, ON).items()} == {
        "c": "of the whole city, not of a county",
        "z": "another indicator",
        "q": "not a known county",
        "o": "of a year that is not needed",
    }
    assert found.features["category"].tolist()[4:] == [
        "other",
        "other_indicator",
        "other",
        "other",
    ]


def test_an_empty_table_and_nothing_asked() -> None:
    """No row: every county is unknown; nothing asked, nothing in scope."""
    found = ask({}, areas=counties(*COUNTIES))
    assert (found.measures[ON].value, found.measures[ON].excluded) == (None, 2)
    assert found.features.empty
    nothing = ask(both(1.0, 1.0), areas=counties(*COUNTIES), indicators=())
    assert {m.in_scope for m in nothing.measures.values()} == {0}


def test_the_order_of_rows_plays_no_part_and_the_index_is_kept() -> None:
    """Turned round: the same measures, evidence and table, each row at its place."""
    rows = table(both(9.0, 10.0))
    one, other = (
        analyse(layer, as_of=DAY, indicators=("X",), unit="t", form="latest")
        for layer in (rows, rows.iloc[::-1])
    )
    assert other.features.index.tolist() == ["sT", "s", "nT", "n"]
    assert (one.measures, one.against) == (other.measures, other.against)
    assert one.tables["targets"].equals(other.tables["targets"])


@pytest.mark.parametrize(
    "given_",
    [
        {"form": "least_since_base"},
        {"city_targets": ("X",)},
        {"city_targets": ("X=many",)},
        {"city_targets": ("X=1/0",)},
        {"city_targets": ("Y=1",)},
        {"city_targets": ("X=1", "x=2")},
    ],
)
def test_what_cannot_be_meant_is_refused(given_: dict[str, Any]) -> None:
    """A form that is none, a target without a number, of another indicator, or twice."""
    with pytest.raises(ParameterError):
        ask({}, **given_)


numbers = st.one_of(st.none(), st.integers(0, 30).map(lambda n: n / 10))


@settings(max_examples=60)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
def test_against_plain_counting(pairs: list[tuple[float | None, float | None]]) -> None:
    """Random counties: on target, off target or unknown, counted another way."""
    entries: Entries = {}
    for n, (own, target) in enumerate(pairs):
        entries |= {f"{n}": ("X", f"C{n}", 2025, own, "")} if own is not None else {}
        entries |= {f"{n}T": ("X", f"C{n}", 2025, target, "")} if target is not None else {}
    found = ask(entries, areas=counties(*(f"C{n}" for n in range(len(pairs)))))
    known = [own >= target for own, target in pairs if own is not None and target is not None]
    unknown, share = len(pairs) - len(known), found.measures[ON]
    assert (share.counted, share.excluded) == (len(known), unknown)
    assert share.low.value("%") == Fraction(100 * sum(known), len(pairs))
    assert share.high.value("%") == Fraction(100 * (sum(known) + unknown), len(pairs))
    assert share.value == (Fraction(100 * sum(known), len(known)) if known else None)
