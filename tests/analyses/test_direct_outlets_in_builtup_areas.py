"""Direct outlets in built-up areas: exact answers on a layout that fits on a page."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box
from shapely.geometry.base import BaseGeometry

from tieling_geo.analyses.direct_outlets_in_builtup_areas import (
    ANALYSIS,
    analyse,
    is_direct_outlet,
)
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.operations.coverage import BORDER_TOLERANCE_M
from tieling_geo.records import Result, merge_results
from tieling_geo.schemas import BuiltupAreas, Counties, Outfalls

METRES = "EPSG:4550"
DAY = date(2025, 12, 31)
IN_TIME, LATE = pd.Timestamp(2025, 12, 31), pd.Timestamp(2026, 1, 1)
SHARE, LEFT = "direct_outlets_closed_share", "direct_outlets_remaining"
DIRECT = {"kind": "other", "subkind": "urban_domestic_direct"}


def builtup(*rows: tuple[str, str, str, int, BaseGeometry]) -> gpd.GeoDataFrame:
    """Lay out built-up areas: id, name, scope, year, shape."""
    texts = {n: pd.Series([row[i] for row in rows], dtype="str") for i, n in enumerate(_TEXTS)}
    years = pd.Series([row[3] for row in rows], dtype="Int64")
    shapes = [row[4] for row in rows]
    layer = gpd.GeoDataFrame({**texts, "boundary_year": years}, geometry=shapes, crs=METRES)
    return BuiltupAreas.check(layer)


_TEXTS = ("area_id", "name", "scope")

#: 铁岭 grew from 1 km to 2 km between 2015 and 2024; 开原 has a boundary of 2030 only; one town.
AREAS = builtup(
    ("1", "铁岭", "city", 2015, box(0, 0, 1000, 1000)),
    ("2", "铁岭", "city", 2024, box(0, 0, 2000, 1000)),
    ("3", "开原", "city", 2030, box(5000, 0, 6000, 1000)),
    ("4", "八面城", "town", 2015, box(8000, 0, 9000, 1000)),
)
COUNTIES = Counties.check(
    gpd.GeoDataFrame(
        {
            "county_id": pd.Series(["211202", "211282"], dtype="str"),
            "name": pd.Series(["银州区", "开原市"], dtype="str"),
            "population": pd.Series([None, None], dtype="Int64"),
        },
        geometry=[box(0, 0, 1000, 1000), box(1000, 0, 7000, 1000)],
        crs=METRES,
    )
)


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
        told = {i: row[column.name] for i, row in rows.items() if column.name in row}
        if told:
            layer[column.name] = pd.Series(told, dtype=column.dtype).reindex(ids)
    return Outfalls.check(layer)


LEDGER: dict[str, dict[str, object]] = {
    "a_closed": {"at": (500, 500), "signed_off_on": IN_TIME, **DIRECT},
    "b_late": {"at": (500, 400), "signed_off_on": LATE, **DIRECT},
    "c_grown_into": {"at": (1500, 500), "stage": "traced", **DIRECT},
    "d_on_the_border": {"at": (2000, 500), "signed_off_on": IN_TIME, **DIRECT},
    "e_outside": {"at": (2001, 500), "stage": "traced", **DIRECT},
    "f_later_boundary": {"at": (5500, 500), "stage": "traced", **DIRECT},
    "g_town": {"at": (8500, 500), "stage": "traced", **DIRECT},
    "h_stormwater": {"at": (500, 500), "kind": "other", "subkind": "urban_stormwater"},
    "i_industrial": {"at": (500, 500), "kind": "industrial"},
    "j_kind_unknown": {"at": (500, 500), "signed_off_on": IN_TIME},
    "k_other": {"at": (500, 500), "kind": "other", "stage": "traced"},
    "l_no_stage": {"at": (500, 500), **DIRECT},
}


def found_in(rows: Mapping[str, dict[str, object]] = LEDGER, **options: object) -> Result:
    """Analyse outfalls on the day against the layout of areas."""
    return analyse(outfalls(rows), AREAS, **({"as_of": DAY, "counties": COUNTIES} | options))


def bounds(result: Result, name: str) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Return a measure's low, value and high."""
    measure = result.measures[name]
    return measure.low.value(measure.unit), measure.value, measure.high.value(measure.unit)


def test_every_outfall_has_its_answer() -> None:
    """The whole ledger: category, reason, the boundary used and the margin; index kept."""
    found = found_in()
    expected = {
        "a_closed": ("closed", "", 500.0),
        "b_late": ("remaining", "", 400.0),
        "c_grown_into": ("remaining", "", 500.0),
        "d_on_the_border": ("closed", "", 0.0),
        "e_outside": ("outside", "outside", -1.0),
        "f_later_boundary": ("unknown", "no_boundary", -3500.0),
        "g_town": ("outside", "outside", -6500.0),
        "h_stormwater": ("not_direct", "not_direct", 500.0),
        "i_industrial": ("not_direct", "not_direct", 500.0),
        "j_kind_unknown": ("unknown", "kind_unknown", 500.0),
        "k_other": ("unknown", "kind_unknown", 500.0),
        "l_no_stage": ("unknown", "no_stage", 500.0),
    }
    columns = ["category", "reason", "builtup_margin_m"]
    rows = zip(found.features.index, found.features[columns].to_numpy(), strict=True)
    assert {i: tuple(row) for i, row in rows} == expected
    assert set(found.features["builtup_area"]) == {"铁岭"}
    assert set(found.features["boundary_year"]) == {2024}
    assert set(found.features["category"]) <= {c.value for c in ANALYSIS.categories}
    assert {column.name for column in ANALYSIS.columns} <= set(found.features.columns)


def test_shares_and_numbers_with_their_bounds() -> None:
    """
    Known: a, d closed; b, c left. Unknown: f, k (open if in scope), j (closed if in), l (either).

    Worst: f, k, l are in and open: 2 of 7, 5 left. Best: j is in, l is closed: 4 of 6, 2 left.
    """
    found = found_in()
    assert bounds(found, SHARE) == (Fraction(200, 7), Fraction(200, 4), Fraction(400, 6))
    assert bounds(found, LEFT) == (2, 2, 5)
    assert found.against == {SHARE: ("b_late", "c_grown_into"), LEFT: ("b_late", "c_grown_into")}
    listed = found.excluded[found.excluded["measure"] == SHARE].set_index("feature_id")["kind"]
    assert set(listed.index) == set(LEDGER) - {
        "a_closed",
        "b_late",
        "c_grown_into",
        "d_on_the_border",
    }
    assert set(listed.index[listed == "unknown"]) == {
        "f_later_boundary",
        "j_kind_unknown",
        "k_other",
        "l_no_stage",
    }


@pytest.mark.parametrize(
    ("year", "used", "category"),
    [
        (2014, pd.NA, "unknown"),
        (2015, 2015, "outside"),
        (2023, 2015, "outside"),
        (2024, 2024, "remaining"),
        (2025, 2024, "remaining"),
    ],
)
def test_the_boundary_is_the_latest_up_to_the_year(year: int, used: int, category: str) -> None:
    """An outlet that the city grew into: the year of the boundary turns the answer (closed)."""
    rows = {"c": LEDGER["c_grown_into"]}
    features = found_in(rows, as_of=date(year, 1, 1)).features
    assert features["category"].tolist() == [category]
    assert features["boundary_year"].tolist() == [used]


def test_the_border_counts_as_inside_within_its_tolerance() -> None:
    """On the border, the tolerance beyond it, and twice the tolerance beyond it."""
    rows = {
        str(n): {"at": (2000 + n * BORDER_TOLERANCE_M, 500), "stage": "traced", **DIRECT}
        for n in range(3)
    }
    assert found_in(rows).features["category"].tolist() == ["remaining", "remaining", "outside"]


def test_the_day_itself_counts() -> None:
    """Signed off on the day: closed by it; the day before: not."""
    rows = {"a": LEDGER["a_closed"]}
    assert found_in(rows).measures[SHARE].value == 100
    assert found_in(rows, as_of=date(2025, 12, 30)).measures[SHARE].value == 0


def test_scope_and_stage_are_parameters() -> None:
    """Another scope and another stage give other answers, and both are on record."""
    rows = {
        "g": {"at": (8500, 500), "remediated_on": IN_TIME, **DIRECT},
        "a": {"at": (500, 500), "remediated_on": IN_TIME, **DIRECT},
    }
    assert found_in(rows).features["category"].tolist() == ["outside", "remaining"]
    found = found_in(rows, builtup_scope="town", completion_stage="remediated")
    assert found.features["category"].tolist() == ["closed", "outside"]
    assert found.parameters["builtup_scope"].value == "town"
    assert found.parameters["completion_stage"].value == "remediated"


@pytest.mark.parametrize(
    ("kind", "subkind", "direct"),
    [
        ("other", "urban_domestic_direct", True),
        (None, "urban_domestic_direct", True),
        ("industrial", "urban_domestic_direct", True),
        ("other", "rural_domestic_direct", False),
        (None, "irrigation", False),
        ("industrial", None, False),
        ("urban_wwtp", "unspecified", False),
        ("agricultural", None, False),
        ("other", None, pd.NA),
        ("other", "unspecified", pd.NA),
        (None, "unspecified", pd.NA),
        (None, None, pd.NA),
    ],
)
def test_which_outfall_is_a_direct_outlet(
    kind: str | None,
    subkind: str | None,
    direct: bool,  # noqa: FBT001 - the expected answer
) -> None:
    """The subclass decides; without it the class can only rule out."""
    row = {"at": (0, 0)} | {k: v for k, v in (("kind", kind), ("subkind", subkind)) if v}
    assert is_direct_outlet(outfalls({"a": row})).tolist() == [direct]


def test_no_outfall_is_nothing_in_scope() -> None:
    """The empty layer is no pass: no value at all."""
    found = found_in({})
    assert all(m.value is None and m.in_scope == 0 for m in found.measures.values())
    assert set(found.measures) == {card.name for card in ANALYSIS.measures}
    assert found.warnings == ()


def test_no_area_of_the_scope_is_no_data() -> None:
    """Without a boundary nobody can say that no outlet lies inside one."""
    for areas in (builtup(), AREAS[AREAS["scope"] == "town"]):
        found = analyse(outfalls(LEDGER), areas, as_of=DAY)
        assert found.measures[SHARE].value is None
        assert found.measures[SHARE].excluded == len(LEDGER) - 2
        assert set(found.features["category"]) == {"unknown", "not_direct"}
        assert found.features["builtup_margin_m"].isna().all()


def test_dates_out_of_order_are_flagged_and_warned_of() -> None:
    """The completing date still decides."""
    rows = {"a": {"at": (500, 500), "signed_off_on": IN_TIME, "traced_on": LATE, **DIRECT}}
    found = found_in(rows)
    assert found.features["dates_out_of_order"].tolist() == [True]
    assert found.features["category"].tolist() == ["closed"]
    assert len(found.warnings) == 1


def test_rollups_name_counties_and_areas() -> None:
    """Counted by county and by nearest built-up area."""
    rollups = found_in().rollups
    table = rollups[rollups["measure"] == SHARE]
    groups = {
        dimension: dict(zip(part["group"], part["counted"], strict=True))
        for dimension, part in table.groupby("dimension")
    }
    assert groups == {
        "county_name": {"": 0, "开原市": 2, "银州区": 2},
        "builtup_area": {"铁岭": 4},
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
    """Cut by county, and the rest outside: the same features, measures and tables."""
    layer, whole = outfalls(LEDGER), found_in()
    county = whole.features["county_name"].fillna("")
    parts = [
        analyse(layer[county == name], AREAS, counties=COUNTIES, as_of=DAY)
        for name in county.unique()
    ]
    merged = merge_results(parts)
    assert len(parts) == 3
    assert merged.measures == whole.measures
    assert merged.against == whole.against
    assert merged.warnings == whole.warnings
    for one, other in zip(tables(merged), tables(whole), strict=True):
        pd.testing.assert_frame_equal(one, other)


@given(st.permutations(range(len(LEDGER))), st.permutations(range(len(AREAS))))
@settings(deadline=None, max_examples=15)
def test_the_order_of_rows_plays_no_part(one: list[int], other: list[int]) -> None:
    """Outfalls and areas shuffled: the same answer, row by row."""
    straight = found_in()
    shuffled = analyse(outfalls(LEDGER).iloc[one], AREAS.iloc[other], as_of=DAY, counties=COUNTIES)
    assert shuffled.measures == straight.measures
    assert shuffled.features.index.tolist() == [list(LEDGER)[n] for n in one]
    for left, right in zip(tables(shuffled), tables(straight), strict=True):
        pd.testing.assert_frame_equal(left, right)


def test_what_cannot_be_is_refused() -> None:
    """Degrees on either side, an unknown stage and an unknown scope."""
    layer = outfalls(LEDGER)
    with pytest.raises(CRSError):
        analyse(layer.set_crs("EPSG:4490", allow_override=True), AREAS, as_of=DAY)
    with pytest.raises(CRSError):
        analyse(layer, AREAS.set_crs("EPSG:4490", allow_override=True), as_of=DAY)
    with pytest.raises(ParameterError, match="closed"):
        analyse(layer, AREAS, as_of=DAY, completion_stage="closed")
    with pytest.raises(ParameterError, match="City"):
        analyse(layer, AREAS, as_of=DAY, builtup_scope="City")
