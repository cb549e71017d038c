"""Outfalls by the level of their river: exact answers on a layout that fits on a page."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from tieling_geo.analyses.outfall_remediation import ANALYSIS, analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result, merge_results
from tieling_geo.schemas import Counties, Outfalls, RiverReaches

METRES = "EPSG:4550"
DAY = date(2023, 12, 31)
IN_TIME, LATE = pd.Timestamp(2023, 12, 31), pd.Timestamp(2024, 1, 1)
STEM, MAIN = "main_stem_and_level1", "main_rivers"


def reaches(
    *, backward: bool = False, recorded: Mapping[str, int] | None = None
) -> gpd.GeoDataFrame:
    """
    Lay out 辽河 along y = 0, its tributaries north of it, and a brook that joins nothing.

    清河 (level 1, important) at x = 10 km, 寇河 (2) into 清河 at y = 10 km, 沙河 (3) into 寇河,
    凡河 (1, not important) at x = 30 km, 亮子河 (1, importance not recorded) at x = 50 km.
    """
    rows = {
        "L1": ("辽河", [(0, 0), (30, 0)], None),
        "L2": ("辽河", [(30, 0), (60, 0)], None),
        "Q": ("清河", [(10, 20), (10, 0)], True),
        "K": ("寇河", [(20, 10), (10, 10)], None),
        "S": ("沙河", [(20, 18), (20, 10)], None),
        "F": ("凡河", [(30, 20), (30, 0)], False),
        "Z": ("亮子河", [(50, 0), (50, 20)] if backward else [(50, 20), (50, 0)], None),
        "X": ("孤河", [(80, 50), (90, 50)], None),
    }
    ids = list(rows)
    lines = [LineString([(1000 * x, 1000 * y) for x, y in row[1]]) for row in rows.values()]
    levels = pd.Series(recorded or {}, dtype="Int64").reindex(ids)
    important = pd.Series([row[2] for row in rows.values()], ids, dtype="boolean")
    layer = (
        RiverReaches
        .empty(METRES)
        .reindex(ids)
        .assign(
            reach_id=pd.Series(ids, ids, dtype="str"),
            river_name=pd.Series([row[0] for row in rows.values()], ids, dtype="str"),
            tributary_level=levels,
            is_important=important,
            geometry=gpd.GeoSeries(lines, ids, crs=METRES),
        )
    )
    return RiverReaches.check(layer)


def outfalls(rows: Mapping[str, dict[str, object]]) -> gpd.GeoDataFrame:
    """Lay out outfalls: `at` (metres) and any column of the schema."""
    ids = list(rows)
    layer = (
        Outfalls
        .empty(METRES)
        .reindex(ids)
        .assign(
            outfall_id=pd.Series(ids, ids, dtype="str"),
            geometry=gpd.GeoSeries([Point(row["at"]) for row in rows.values()], ids, crs=METRES),
        )
    )
    for column in Outfalls.columns():
        given_values = {i: row[column.name] for i, row in rows.items() if column.name in row}
        if given_values:
            values = pd.Series(given_values, dtype=column.dtype).reindex(ids)
            layer[column.name] = values
    return Outfalls.check(layer)


COUNTIES = Counties.check(
    gpd.GeoDataFrame(
        {
            "county_id": pd.Series(["211221", "211224"], dtype="str"),
            "name": pd.Series(["铁岭县", "昌图县"], dtype="str"),
            "population": pd.Series([None, None], dtype="Int64"),
        },
        geometry=[box(0, -9000, 25_000, 30_000), box(25_000, -9000, 60_000, 30_000)],
        crs=METRES,
    )
)

#: One outfall for each answer there is; all dates are those of signing off unless told otherwise.
LEDGER: dict[str, dict[str, object]] = {
    "a_stem_done": {"at": (5000, 40), "signed_off_on": IN_TIME, "kind": "other"},
    "b_stem_late": {"at": (6000, -40), "signed_off_on": LATE},
    "c_level1_progress": {"at": (10_000, 4000), "traced_on": IN_TIME},
    "d_level2_done": {"at": (15_000, 10_100), "signed_off_on": IN_TIME},
    "e_level3": {"at": (20_000, 15_000), "signed_off_on": IN_TIME},
    "f_not_important": {"at": (30_000, 9000), "stage": "surveyed"},
    "g_importance_unknown": {"at": (50_000, 9000), "stage": "surveyed"},
    "h_too_far": {"at": (40_000, 1000.001), "signed_off_on": IN_TIME},
    "i_on_the_limit": {"at": (40_000, 1000), "signed_off_on": IN_TIME},
    "j_unconnected": {"at": (85_000, 50_000), "signed_off_on": IN_TIME},
    "k_undated": {"at": (7000, 0), "stage": "signed_off"},
    "l_nothing": {"at": (8000, 0)},
    "m_contradiction": {"at": (8500, 0), "stage": "traced", "signed_off_on": IN_TIME},
}


#: What the tests state unless they say otherwise: the day, the counties, the main stem.
STATED: dict[str, Any] = {"as_of": DAY, "counties": COUNTIES, "main_stem_rivers": ("辽河",)}


def found_in(rows: Mapping[str, dict[str, object]] = LEDGER, **options: object) -> Result:
    """Analyse outfalls on the day against the layout of reaches."""
    return analyse(outfalls(rows), reaches(), **(STATED | options))


def bounds(result: Result, name: str) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Return a measure's low, value and high."""
    measure = result.measures[name]
    return measure.low.value(measure.unit), measure.value, measure.high.value(measure.unit)


def test_every_outfall_has_its_answer() -> None:
    """The whole ledger: category, reason, level, stage, index kept."""
    found = found_in()
    expected = {
        "a_stem_done": ("finished", "", 0, "signed_off"),
        "b_stem_late": ("not_started", "", 0, None),
        "c_level1_progress": ("in_progress", "", 1, "traced"),
        "d_level2_done": ("finished", "", 2, "signed_off"),
        "e_level3": ("out_of_scope", "level_above", 3, "signed_off"),
        "f_not_important": ("in_progress", "", 1, None),
        "g_importance_unknown": ("in_progress", "", 1, None),
        "h_too_far": ("unknown", "too_far", None, "signed_off"),
        "i_on_the_limit": ("finished", "", 0, "signed_off"),
        "j_unconnected": ("unknown", "level_unknown", None, "signed_off"),
        "k_undated": ("unknown", "undated", 0, None),
        "l_nothing": ("unknown", "no_stage", 0, None),
        "m_contradiction": ("unknown", "contradiction", 0, "signed_off"),
    }
    columns = ["category", "reason", "tributary_level", "stage_reached"]
    rows = found.features[columns].astype(object)
    rows = rows.where(rows.notna(), None)
    assert {i: tuple(row) for i, row in zip(rows.index, rows.to_numpy(), strict=True)} == expected
    assert found.features.index.tolist() == list(LEDGER)
    assert set(found.features["category"]) <= {c.value for c in ANALYSIS.categories}
    assert {column.name for column in ANALYSIS.columns} <= set(found.features.columns)


def test_main_stem_and_important_first_tributaries() -> None:
    """
    In scope and known: a, i done; b, c, g not. Unknown: h, j (river), k, l, m (state).

    h, j are done if they are in scope, so they cannot hurt; k, l, m may be either.
    """
    found = found_in()
    name = f"outfalls_finished_{STEM}_share"
    assert bounds(found, name) == (Fraction(200, 8), Fraction(200, 5), Fraction(700, 10))
    assert bounds(found, f"outfalls_remaining_{STEM}") == (3, 3, 6)
    assert found.against[name] == ("b_stem_late", "c_level1_progress", "g_importance_unknown")
    out = found.excluded[(found.excluded["measure"] == name)].set_index("feature_id")["reason_en"]
    assert out["f_not_important"] == "on a tributary that is not important"
    assert out["d_level2_done"] == "on a river of a level outside the scope"
    assert set(out.index) == set(LEDGER) - {
        "a_stem_done",
        "i_on_the_limit",
        *found.against[name],
    }


def test_main_rivers_go_one_level_further() -> None:
    """Level 2 joins in, and importance plays no part."""
    found = found_in()
    name = f"outfalls_finished_{MAIN}_share"
    assert bounds(found, name) == (Fraction(300, 10), Fraction(300, 7), Fraction(800, 12))
    assert bounds(found, f"outfalls_remaining_{MAIN}") == (4, 4, 7)


@pytest.mark.parametrize(("level", "counted"), [(1.0, 6), (2.0, 7), (2.5, 7), (3.0, 8)])
def test_the_highest_level_is_closed(level: float, counted: int) -> None:
    """The level itself counts."""
    found = found_in(main_rivers_max_level=level)
    assert found.measures[f"outfalls_finished_{MAIN}_share"].counted == counted


def test_the_snap_limit_is_closed_and_the_margin_tells_the_distance_to_it() -> None:
    """Exactly on the limit, a millimetre beyond it, and 40 m off the river."""
    margins = found_in().features["snap_margin_m"]
    assert margins["i_on_the_limit"] == 0.0
    assert margins["h_too_far"] == pytest.approx(-0.001)
    assert margins["a_stem_done"] == 960.0


def test_the_day_itself_counts() -> None:
    """Signed off on the deadline day: in time; on the day after: not by it."""
    rows = {"a": {"at": (5000, 0), "signed_off_on": IN_TIME}}
    name = f"outfalls_finished_{STEM}_share"
    assert found_in(rows, as_of=date(2023, 12, 31)).measures[name].value == 100
    assert found_in(rows, as_of=date(2023, 12, 30)).measures[name].value == 0


def test_the_completing_stage_is_a_parameter() -> None:
    """Remediated but not signed off: done or not, as the parameter says; it is on record."""
    rows = {"a": {"at": (5000, 0), "remediated_on": IN_TIME}}
    name = f"outfalls_remaining_{STEM}"
    assert found_in(rows).measures[name].value == 1
    found = found_in(rows, completion_stage="remediated")
    assert found.measures[name].value == 0
    assert found.parameters["completion_stage"].value == "remediated"
    assert not found.parameters["completion_stage"].verified


def test_the_recorded_river_is_taken_if_it_is_within_the_limit() -> None:
    """At the mouth of 清河, 100 m from 辽河 and 300 m from 清河."""
    at = (10_300, 100)
    rows = {
        "none": {"at": at},
        "nearest": {"at": at, "river_name": "辽河"},
        "other": {"at": at, "river_name": "清河"},
        "elsewhere": {"at": at, "river_name": "凡河", "signed_off_on": IN_TIME},
        "no_such_river": {"at": at, "river_name": "黄河", "signed_off_on": IN_TIME},
        "far": {"at": (40_000, 5000), "river_name": "黄河"},
    }
    found = found_in(rows)
    features = found.features
    assert found.measures[f"outfalls_finished_{MAIN}_share"].counted == 0
    assert found.measures[f"outfalls_finished_{MAIN}_share"].excluded == len(rows)
    assert features["river"].fillna("").tolist() == ["辽河", "辽河", "清河", "辽河", "辽河", ""]
    assert features["distance_to_reach_m"].tolist()[:4] == [100.0, 100.0, 300.0, 100.0]
    assert features["river_mismatch"].tolist() == [False, False, True, True, True, False]
    assert features["reason"].tolist()[3:] == ["river_too_far", "river_too_far", "too_far"]
    assert features["category"].tolist()[3:] == ["unknown"] * 3


def test_an_outfall_as_near_to_two_reaches_takes_the_lowest_id_and_is_flagged() -> None:
    """Where the two reaches of 辽河 meet 凡河, three reaches are equally near."""
    features = found_in({"a": {"at": (30_000, 0)}, "b": {"at": (29_000, 0)}}).features
    assert features["reach_id"].tolist() == ["F", "L1"]
    assert features["reach_tie"].tolist() == [True, False]


def test_warnings_name_the_reaches_that_the_network_contradicts() -> None:
    """亮子河 digitised upstream, 寇河 recorded as a first tributary, and a stem that is missing."""
    layer = reaches(backward=True, recorded={"K": 1, "Q": 1})
    found = analyse(
        outfalls({"d": {"at": (15_000, 10_100), "signed_off_on": IN_TIME}}),
        layer,
        as_of=DAY,
        main_stem_rivers=("辽河", "黄河"),
    )
    assert [text.en for text in found.warnings] == [
        "river '亮子河': digitised against the flow: Z",
        "river '寇河': recorded level 1, by the network 2; the record is used: K",
        "the reaches hold no main stem '黄河'",
    ]
    assert "亮子河" in found.warnings[0].zh
    assert found.features["tributary_level"].tolist() == [1]
    assert found_in({}).warnings == ()


def test_contradicting_ledgers_are_flagged_and_warned_of() -> None:
    """Dates out of order still count by the completing date."""
    rows = {
        "a": {"at": (5000, 0), "signed_off_on": IN_TIME, "traced_on": LATE, "river_name": "辽河"},
        "b": {"at": (10_300, 100), "signed_off_on": IN_TIME, "river_name": "清河"},
    }
    found = found_in(rows)
    assert found.features["dates_out_of_order"].tolist() == [True, False]
    assert found.features["category"].tolist() == ["finished", "finished"]
    assert ["dates_out_of_order" in t.en or "river_mismatch" in t.en for t in found.warnings] == [
        True,
        True,
    ]


def test_no_outfall_is_nothing_in_scope() -> None:
    """The empty layer is no pass: no value at all."""
    found = found_in({})
    assert len(found.features) == 0
    assert all(measure.value is None for measure in found.measures.values())
    assert all(measure.in_scope == 0 for measure in found.measures.values())
    assert set(found.measures) == {card.name for card in ANALYSIS.measures}


def test_no_reach_is_no_data() -> None:
    """Without rivers every outfall may be in scope; a distance is missing, not infinite."""
    found = analyse(outfalls(LEDGER), RiverReaches.empty(METRES), as_of=DAY)
    assert all(measure.excluded == len(LEDGER) for measure in found.measures.values())
    assert found.features[["distance_to_reach_m", "snap_margin_m"]].isna().all(axis=None)
    assert set(found.features["category"]) == {"unknown"}


def test_rollups_name_rivers_levels_counties_and_kinds() -> None:
    """Counted on the main rivers, by each dimension; groups are words."""
    rollups = found_in().rollups
    table = rollups[rollups["measure"] == f"outfalls_finished_{MAIN}_share"]
    groups = {
        dimension: dict(zip(part["group"], part["counted"], strict=True))
        for dimension, part in table.groupby("dimension")
    }
    assert groups == {
        "river": {
            "": 0,
            "亮子河": 1,
            "凡河": 1,
            "孤河": 0,
            "寇河": 1,
            "沙河": 0,
            "清河": 1,
            "辽河": 3,
        },
        "tributary_level": {"": 0, "0": 3, "1": 3, "2": 1, "3": 0},
        "county_name": {"": 0, "昌图县": 3, "铁岭县": 4},
        "kind": {"": 6, "other": 1},
    }


def tables(result: Result) -> list[pd.DataFrame]:
    """Return what a result counts, in one order."""
    by = ["measure", "dimension", "group"]
    return [
        result.features.sort_index(),
        result.excluded.sort_values(["measure", "feature_id"], ignore_index=True),
        result.rollups.groupby(by).sum().reset_index(),
    ]


def test_parts_by_county_merge_into_the_whole() -> None:
    """Cut by county, and the rest outside: the same features, measures, tables and warnings."""
    layer = outfalls({
        **LEDGER,
        "z": {"at": (9000, 0), "signed_off_on": IN_TIME, "traced_on": LATE},
    })
    options = STATED
    whole = analyse(layer, reaches(backward=True), **options)
    county = whole.features["county_name"].fillna("")
    parts = [
        analyse(layer[county == name], reaches(backward=True), **options)
        for name in county.unique()
    ]
    merged = merge_results(parts)
    assert len(parts) == 3
    assert merged.measures == whole.measures
    assert merged.against == whole.against
    assert set(merged.warnings) == set(whole.warnings)
    for one, other in zip(tables(merged), tables(whole), strict=True):
        pd.testing.assert_frame_equal(one, other)


@given(st.permutations(range(len(LEDGER))), st.permutations(range(8)))
@settings(deadline=None, max_examples=15)
def test_the_order_of_rows_plays_no_part(one: list[int], other: list[int]) -> None:
    """Outfalls and reaches shuffled: the same answer, row by row."""
    straight = found_in()
    shuffled = analyse(outfalls(LEDGER).iloc[one], reaches().iloc[other], **STATED)
    assert shuffled.measures == straight.measures
    assert shuffled.features.index.tolist() == [list(LEDGER)[n] for n in one]
    for left, right in zip(tables(shuffled), tables(straight), strict=True):
        pd.testing.assert_frame_equal(left, right)


def test_what_cannot_be_is_refused() -> None:
    """Degrees, an unknown stage, and main rivers without the first tributaries."""
    layer = outfalls(LEDGER)
    degrees = layer.set_crs("EPSG:4490", allow_override=True)
    with pytest.raises(CRSError):
        analyse(degrees, reaches(), as_of=DAY)
    with pytest.raises(CRSError):
        analyse(layer, reaches().set_crs("EPSG:4490", allow_override=True), as_of=DAY)
    with pytest.raises(ParameterError, match="finished"):
        analyse(layer, reaches(), as_of=DAY, completion_stage="finished")
    with pytest.raises(ParameterError, match="first tributaries"):
        analyse(layer, reaches(), as_of=DAY, main_rivers_max_level=0.999)


def test_every_threshold_is_on_record() -> None:
    """Each parameter with its value; what the plan leaves out is marked as declared."""
    used = found_in(snap_limit_m=500.0).parameters
    assert used["snap_limit_m"].value == 500.0
    assert used["main_stem_rivers"].value == ("辽河",)
    assert {name: p.interval for name, p in used.items()} == {
        "main_stem_rivers": "none",
        "snap_limit_m": "closed",
        "junction_tolerance_m": "closed",
        "completion_stage": "none",
        "main_rivers_max_level": "closed",
    }
    assert not any(parameter.verified for parameter in used.values())
