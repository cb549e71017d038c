"""Assessed sections: each counts once, by its own year, and 9 of 13 is exactly the target."""

from datetime import date
from fractions import Fraction
from typing import Any

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from tieling_geo.analyses.water_section_classes import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Outfalls, RiverReaches, WaterSections
from tieling_geo.schemas.water_sections import CLASSES

DAY = date(2025, 12, 31)
SHARE, WORSE = "sections_class_i_to_iii_share", "sections_worse_than_iii"


def sections(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out rows of 2025 on the Main river, nationally controlled, unless they say otherwise."""
    common = {"assessment_year": 2025, "river_name": "Main", "control_level": "national"}
    return to_layer(
        WaterSections,
        {
            key: {"geometry": Point(100 * n, 0), "name": key, **common, **row}
            for n, (key, row) in enumerate(rows.items())
        },
    )


def ask(layer: gpd.GeoDataFrame, **given_: Any) -> Result:  # noqa: ANN401 - as the analysis takes them
    """Ask as of the end of 2025."""
    return analyse(layer, **{"as_of": DAY, **given_})


def test_nine_of_thirteen_is_the_target() -> None:
    """Nine of class I to III, exactly III among them, four worse: 900/13 %, and no warning."""
    words = ["I", "II", *["III"] * 7, "IV", "V", "worse_than_V", "IV"]
    layer = sections(**{f"S{n:02d}": {"water_class": word} for n, word in enumerate(words)})
    found = ask(layer)
    assert bounds(found.measures[SHARE]) == (Fraction(900, 13),) * 3
    assert bounds(found.measures[WORSE]) == (4, 4, 4)
    assert found.against[SHARE] == ("S09", "S10", "S11", "S12")
    assert found.warnings == ()
    assert found.features["class_margin"].tolist() == [2, 1, *[0] * 7, -1, -2, -3, -1]
    assert found.features["category"].value_counts().to_dict() == {"good": 9, "worse": 4}


def test_another_number_of_sections_is_warned_of() -> None:
    """Two sections, one of them unknown, are not thirteen."""
    layer = sections(A={"water_class": "II"}, B={"water_class": None})
    found = ask(layer)
    assert [w.en for w in found.warnings] == [
        "2 sections in scope; the target was derived from 13: derive it anew"
    ]
    assert ask(layer, expected_sections=2.0).warnings == ()
    assert bounds(found.measures[SHARE]) == (50, 100, 100)
    assert excluded(found, SHARE) == {"B": ("unknown", "class is missing")}


def test_each_section_counts_once_by_its_own_year() -> None:
    """The class of 2025 counts; a section without that year is unknown, whatever it was before."""
    layer = sections(
        A4={"name": "A", "water_class": "II", "assessment_year": 2024},
        A5={"name": " Ａ", "water_class": "IV"},
        B3={"name": "B", "water_class": "II", "assessment_year": 2023},
        B4={"name": "B", "water_class": "II", "assessment_year": 2024},
        C={"name": "C", "water_class": "II", "assessment_year": None},
    )
    found = ask(layer, expected_sections=3.0)
    assert bounds(found.measures[SHARE]) == (0, 0, Fraction(200, 3))
    assert (found.measures[SHARE].counted, found.measures[SHARE].excluded) == (1, 2)
    assert excluded(found, SHARE) == {
        "A4": ("out_of_scope", "another year's assessment of the section"),
        "B3": ("out_of_scope", "another year's assessment of the section"),
        "B4": ("unknown", "not assessed in the year"),
        "C": ("unknown", "not assessed in the year"),
    }
    assert found.features.loc["A5", ["previous_class", "previous_year"]].tolist() == ["II", 2024]
    assert found.features["previous_class"].isna().sum() == 1
    assert found.warnings == ()


@pytest.mark.parametrize(("as_of", "share"), [(DAY, 0), (date(2025, 12, 30), 100)])
def test_a_year_is_complete_on_its_last_day(as_of: date, share: int) -> None:
    """On 30 December the class of 2024 still counts."""
    layer = sections(
        A4={"name": "A", "water_class": "III", "assessment_year": 2024},
        A5={"name": "A", "water_class": "IV"},
    )
    assert bounds(ask(layer, as_of=as_of).measures[SHARE]) == (share,) * 3


def test_one_name_on_two_rivers_is_two_sections_twice_on_one_is_none() -> None:
    """The same name elsewhere counts by itself; twice in one year neither row is believed."""
    layer = sections(
        A={"name": "A", "water_class": "II"},
        B={"name": "A", "water_class": "II", "river_name": "Side"},
        C={"name": "A", "water_class": "IV"},
        D={"name": None, "water_class": "II"},
        E={"name": None, "water_class": "II"},
    )
    found = ask(layer, expected_sections=4.0)
    assert bounds(found.measures[SHARE]) == (75, 100, 100)
    assert excluded(found, SHARE) == {
        "A": ("unknown", "assessed more than once in the year"),
        "C": ("out_of_scope", "another row of a section that counts once"),
    }
    assert found.warnings == ()


def test_levels_of_control() -> None:
    """Without the city's sections: one is out, one without a level is unknown; with all, none."""
    layer = sections(
        A={"water_class": "II", "control_level": "city"},
        B={"water_class": "II", "control_level": None},
        C={"water_class": "IV"},
    )
    found = ask(layer, control_levels=("national", "provincial"))
    assert bounds(found.measures[SHARE]) == (0, 0, 50)
    assert excluded(found, SHARE) == {
        "A": ("out_of_scope", "of a level of control outside the scope"),
        "B": ("unknown", "level of control is missing"),
    }
    assert found.features["category"].tolist() == ["not_counted", "unknown", "worse"]
    assert bounds(ask(layer).measures[SHARE]) == (Fraction(200, 3),) * 3


def test_another_worst_class() -> None:
    """With IV as the worst good class, IV is good (closed) and V is not."""
    layer = sections(A={"water_class": "IV"}, B={"water_class": "V"})
    assert bounds(ask(layer, worst_good_class="IV").measures[SHARE]) == (50, 50, 50)


REACHES = to_layer(
    RiverReaches,
    {
        "m": {"river_name": "Main", "geometry": LineString([(0, 0), (4000, 0)])},
        "s": {"river_name": "Side", "geometry": LineString([(2000, 3000), (2000, 0)])},
    },
)


def outfalls(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out outfalls."""
    return to_layer(Outfalls, rows)


def test_unfinished_outfalls_upstream() -> None:
    """Below the confluence two, one on the tributary; what is finished or below does not count."""
    layer = sections(
        high={"water_class": "IV", "geometry": Point(1000, 0)},
        low={"water_class": "IV", "geometry": Point(3000, 0)},
        old={"name": "low", "assessment_year": 2024, "geometry": Point(3000, 0)},
        lost={"water_class": "IV", "geometry": Point(0, 9000)},
    )
    pipes = outfalls(
        a={"stage": "traced", "geometry": Point(500, 10)},
        b={"stage": "surveyed", "geometry": Point(2010, 1500)},
        done={"stage": "signed_off", "signed_off_on": "2025-12-31", "geometry": Point(600, 0)},
        late={"stage": "signed_off", "signed_off_on": "2026-01-01", "geometry": Point(3500, 0)},
        unsure={"geometry": Point(700, 0)},
    )
    found = ask(layer, river_reaches=REACHES, outfalls=pipes, expected_sections=3.0)
    counts = found.features["unfinished_outfalls_upstream"]
    assert counts[["high", "low", "old"]].tolist() == [1, 2, 2]
    assert counts.isna().to_dict() == {"high": False, "low": False, "old": False, "lost": True}
    assert found.features["unknown_outfalls_upstream"].dropna().tolist() == [1, 1, 1]
    assert found.tables["upstream_outfalls"].to_numpy().tolist() == [
        ["high", "a"],
        ["low", "a"],
        ["low", "b"],
    ]
    assert [w.en[:30] for w in found.warnings] == ["some outfalls or sections lie "]


def test_without_outfalls_or_reaches_nothing_is_told() -> None:
    """No number, an empty table; the measures are the same."""
    layer = sections(A={"water_class": "II"})
    for given_ in ({}, {"river_reaches": REACHES}):
        found = ask(layer, **given_)
        assert found.features["unfinished_outfalls_upstream"].isna().all()
        assert found.tables["upstream_outfalls"].empty
        assert bounds(found.measures[SHARE]) == (100, 100, 100)


def test_rollups_by_county_river_and_level() -> None:
    """Each dimension holds every section once."""
    counties = to_layer(Counties, {"990001": {"name": "C", "geometry": box(-9, -9, 9, 9)}})
    layer = sections(A={"water_class": "II"}, B={"water_class": "IV", "control_level": "city"})
    found = ask(layer, counties=counties)
    assert rollup(found, SHARE, "county_name") == {"C": (1, 1, 0), "": (0, 1, 0)}
    assert rollup(found, SHARE, "control_level") == {"national": (1, 1, 0), "city": (0, 1, 0)}
    assert rollup(found, SHARE, "river_name") == {"Main": (1, 2, 0)}


def test_an_empty_layer_and_the_order_of_rows() -> None:
    """Nothing in scope has no value; turned round, the same measures, each row at its place."""
    layer = sections(
        A={"water_class": "II"}, B={"water_class": "IV"}, C={"name": "A", "water_class": "I"}
    )
    empty = ask(layer[:0])
    assert (empty.measures[SHARE].value, empty.measures[SHARE].in_scope) == (None, 0)
    one, other = ask(layer), ask(layer[::-1])
    assert other.features.index.tolist() == ["C", "B", "A"]
    assert (one.measures, one.against) == (other.measures, other.against)
    assert excluded(one, SHARE) == excluded(other, SHARE)


def test_what_cannot_be_meant_is_refused() -> None:
    """No such class, no such level, degrees."""
    layer = sections(A={"water_class": "II"})
    with pytest.raises(ParameterError):
        ask(layer, worst_good_class="VI")
    with pytest.raises(ParameterError):
        ask(layer, control_levels=("village",))
    with pytest.raises(CRSError):
        ask(layer.to_crs(4490))


rows = st.tuples(
    st.sampled_from("ABC"),
    st.sampled_from([2023, 2024, 2025]),
    st.sampled_from([None, *CLASSES]),
)


@settings(max_examples=60)
@given(st.lists(rows, max_size=9))
def test_against_plain_counting(drawn: list[tuple[str, int, str | None]]) -> None:
    """Random rows: sections good, worse and unknown, counted another way."""
    layer = sections(**{
        f"R{n}": {"name": name, "assessment_year": year, "water_class": word}
        for n, (name, year, word) in enumerate(drawn)
    })
    good = worse = unknown = 0
    for section in {name for name, _, _ in drawn}:
        now = [word for name, year, word in drawn if (name, year) == (section, 2025)]
        if len(now) != 1 or now[0] is None:
            unknown += 1
        elif now[0] in {"I", "II", "III"}:
            good += 1
        else:
            worse += 1
    share, left = (ask(layer).measures[name] for name in (SHARE, WORSE))
    assert (share.counted, share.excluded) == (good + worse, unknown)
    assert (left.low.numerator, left.high.numerator) == (worse, worse + unknown)
    assert share.estimate.numerator == good
