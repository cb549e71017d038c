"""Bulk sites: who is in the duty, who is served, and how far each terminal is by road."""

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from tieling_geo.analyses.rail_freight_catchments import ANALYSIS, analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result, merge_results
from tieling_geo.schemas import Counties, FreightSites, FreightTerminals, RailLines, Roads

AS_OF = date(2025, 12, 31)
DUTY_SHARE = "large_new_sites_green_mode_share"
DUTY_LEFT = "large_new_sites_without_green_mode"
RAIL_SHARE = "large_sites_served_by_rail_share"
RAIL_LEFT = "large_sites_not_served_by_rail"
#: A site that the duty is about and that nothing serves; each test changes what it is about.
PLAIN = {
    "bulk_t_per_year": 2_000_000.0,
    "is_new_or_relocated": True,
    "has_siding": False,
    "has_pipeline": False,
    "has_conveyor": False,
}


def layer(schema: Any, rows: dict[str, dict[str, object]]) -> Any:  # noqa: ANN401 - any layer
    """Make a layer that keeps its schema, indexed by key as a reader delivers it."""
    key = schema.card().key
    columns: dict[str, object] = {
        c.name: pd.Series(
            [name if c.name == key else row.get(c.name) for name, row in rows.items()],
            index=list(rows),
            dtype=c.dtype,
        )
        for c in schema.columns()
    }
    shapes = [row["geometry"] for row in rows.values()]
    made = gpd.GeoDataFrame(columns, index=list(rows), geometry=shapes, crs=4550)
    return schema.check(made.rename_axis(key))


def sites(**rows: dict[str, object]) -> Any:  # noqa: ANN401 - a layer
    """Place sites: `x`, `y` and what is not plain of each."""
    return layer(
        FreightSites,
        {
            name: {**PLAIN, **row, "geometry": Point(row.get("x", 0), row.get("y", 0))}
            for name, row in rows.items()
        },
    )


ROADS = layer(
    Roads,
    {
        "east": {"geometry": LineString([(0, 0), (6000, 0)]), "road_class": "trunk"},
        "north": {"geometry": LineString([(0, 0), (0, 4000)]), "road_class": "local"},
        "island": {"geometry": LineString([(0, 90000), (500, 90000)]), "road_class": "local"},
    },
)
TERMINALS = layer(
    FreightTerminals,
    {
        "E": {"geometry": Point(6000, 30), "name": "East yard"},
        "N": {"geometry": Point(-40, 4000), "name": "North yard"},
    },
)
RAILS = layer(
    RailLines,
    {"s": {"geometry": LineString([(3000, 500), (3500, 500)]), "kind": "siding"}},
)
COUNTIES = layer(
    Counties,
    {
        "211202": {"geometry": box(-9000, -9000, 2000, 9000), "name": "West"},
        "211282": {"geometry": box(2000, -9000, 7000, 9000), "name": "East"},
    },
)


def run(freight_sites: Any, **more: Any) -> Result:  # noqa: ANN401 - layers and thresholds
    """Run on the small world above."""
    return analyse(freight_sites, ROADS, TERMINALS, as_of=AS_OF, **more)


def counts(result: Result, measure: str) -> tuple[int, int, int, int]:
    """Give the numerator, its bounds and the number of the unknown."""
    found = result.measures[measure]
    parts = (found.estimate, found.low, found.high)
    return (*(int(part.numerator) for part in parts), found.excluded)


def one(**row: object) -> Any:  # noqa: ANN401 - a row
    """Run one site and give its row."""
    return run(sites(S=row)).features.loc["S"]


def test_the_nearest_terminal_is_measured_along_the_road() -> None:
    """1 km up the north road: 3 km to N at 20 km/h, 7 km to E of which 6 km at 60 km/h."""
    row = one(x=12, y=1000)
    assert row[["terminal_id", "terminal_name"]].tolist() == ["N", "North yard"]
    assert row[["network_distance_m", "access_m", "egress_m"]].tolist() == [3000.0, 12.0, 40.0]
    assert row["fastest_terminal_id"] == "E"  # 3 + 6 = 9 minutes, and 3 / 20 h = 9 minutes: tied
    assert row["network_time_min"] == pytest.approx(9.0)
    assert bool(row["fastest_terminal_tie"])
    assert not row["terminal_tie"]


def test_as_near_terminals_go_to_the_lowest_id_and_are_told() -> None:
    """1 km east of the fork, 5 km to either."""
    row = one(x=1000, y=0)
    assert row[["terminal_id", "network_distance_m", "terminal_tie"]].tolist() == [
        "E",
        5000.0,
        True,
    ]


def test_a_sites_own_speed_limits_come_from_the_parameters() -> None:
    """On the trunk road twice the speed is half the time."""
    at = sites(S={"x": 3000})
    slow, fast = (
        run(at, speed_trunk_km_per_h=v).features["network_time_min"] for v in (60.0, 120.0)
    )
    assert slow.tolist() == [pytest.approx(3.0)]
    assert fast.tolist() == [pytest.approx(1.5)]


@pytest.mark.parametrize(
    ("t_per_year", "is_large", "category"),
    [(1_499_999.0, False, "small"), (1_500_000.0, True, "unserved")],
)
def test_a_site_exactly_on_the_threshold_is_large(
    t_per_year: float,
    is_large: bool,  # noqa: FBT001 - a case
    category: str,
) -> None:
    """1.5 million tonnes count; a tonne less does not."""
    row = one(bulk_t_per_year=t_per_year)
    assert (bool(row["is_large"]), row["category"]) == (is_large, category)
    assert row["tonnage_margin_t_per_year"] == t_per_year - 1_500_000


@pytest.mark.parametrize(("away_m", "reached"), [(2000.0, True), (2000.01, False)])
def test_a_site_exactly_at_the_snap_limit_is_on_the_network(
    away_m: float,
    reached: bool,  # noqa: FBT001 - a case
) -> None:
    """The limit is closed."""
    row = one(x=3000, y=-away_m)
    assert row["reachable"] == reached
    assert row["access_m"] == pytest.approx(away_m)
    assert row["unreachable_reason"] == ("" if reached else "off_network")


@pytest.mark.parametrize(("away_m", "category"), [(100.0, "served"), (100.5, "unknown")])
def test_a_siding_exactly_at_its_distance_serves(away_m: float, category: str) -> None:
    """The distance is closed; where the record is blank, no siding near is no answer."""
    at = sites(S={"x": 3200, "y": 500 + away_m, "has_siding": None})
    assert run(at, rail_lines=RAILS).features["category"].tolist() == [category]


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        ({}, "unserved", ""),
        ({"has_siding": True}, "served", ""),
        ({"has_pipeline": True, "has_siding": None}, "served", ""),
        ({"has_conveyor": True}, "served", ""),
        ({"has_conveyor": None}, "unserved", ""),
        ({"exemption": "no line within 80 km"}, "exempt", ""),
        ({"exemption": "no line", "has_siding": None}, "exempt", ""),
        ({"exemption": "no line", "has_siding": True}, "served", ""),
        ({"exemption": "  "}, "unserved", ""),
        ({"has_siding": None}, "unknown", "mode_unknown"),
        ({"has_pipeline": None}, "unknown", "mode_unknown"),
        ({"bulk_t_per_year": None}, "unknown", "tonnage_unknown"),
        ({"is_new_or_relocated": None}, "unknown", "newness_unknown"),
        ({"is_new_or_relocated": None, "bulk_t_per_year": 1.0}, "small", "small"),
        ({"is_new_or_relocated": False}, "large_existing_unserved", "existing"),
        ({"is_new_or_relocated": False, "has_siding": True}, "large_existing_served", "existing"),
        ({"is_new_or_relocated": False, "has_siding": None}, "unknown", "existing"),
        ({"approved_on": pd.Timestamp("2025-12-31")}, "unserved", ""),
        ({"approved_on": pd.Timestamp("2026-01-01")}, "not_yet", "not_yet"),
        ({"x": 3200, "y": 500}, "unknown", "contradiction"),
        ({"x": 3200, "y": 500, "exemption": "no line"}, "exempt", ""),
        ({"x": 3200, "y": 500, "has_siding": True}, "served", ""),
    ],
)
def test_every_state_has_its_category_and_its_reason(
    row: dict[str, object], category: str, reason: str
) -> None:
    """One site in each state; the map's category and the account agree."""
    found = run(sites(S=row), rail_lines=RAILS)
    assert found.features[["category", "reason"]].to_numpy().tolist() == [[category, reason]]
    assert category in {c.value for c in ANALYSIS.categories}
    measure = found.measures[DUTY_SHARE]
    assert measure.counted == (not reason)
    doubtful = {"mode_unknown", "tonnage_unknown", "newness_unknown", "contradiction"}
    assert measure.excluded == (reason in doubtful)
    if category in {"unserved", "served", "exempt"}:
        assert int(measure.estimate.numerator) == (category != "unserved")


def test_the_counts_and_their_bounds_add_up() -> None:
    """Two served, one exempt, one not, one unknown of mode, one unknown of tonnage and undone."""
    found = run(
        sites(
            A={"has_siding": True},
            B={"has_pipeline": True},
            C={"exemption": "no line"},
            D={},
            E={"has_siding": None},
            F={"bulk_t_per_year": None},
            G={"bulk_t_per_year": 5.0},
            H={"is_new_or_relocated": False, "has_siding": True},
        )
    )
    assert counts(found, DUTY_SHARE) == (3, 3, 4, 2)
    assert counts(found, DUTY_LEFT) == (1, 1, 3, 2)
    share = found.measures[DUTY_SHARE]
    assert (share.counted, share.low.denominator, share.high.denominator) == (4, 6, 5)
    assert found.against[DUTY_LEFT] == ("D",)
    # By rail alone, old sites too: A and H have a siding; B, C, D have none; E and F are unknown.
    assert counts(found, RAIL_SHARE) == (2, 2, 3, 2)
    assert counts(found, RAIL_LEFT) == (3, 3, 5, 2)
    assert found.against[RAIL_LEFT] == ("B", "C", "D")
    listed = found.excluded[found.excluded["measure"] == DUTY_SHARE].set_index("feature_id")
    assert listed.index[listed["kind"] == "unknown"].tolist() == ["E", "F"]
    assert listed.index[listed["kind"] == "out_of_scope"].tolist() == ["G", "H"]
    assert (listed[["reason_zh", "reason_en"]] != "").all(axis=None)


def test_unreachable_sites_are_listed_apart_and_have_no_number() -> None:
    """On an island of roads and off the network; neither is in a catchment."""
    found = run(sites(far={"y": -3000}, lone={"x": 9, "y": 90000}, near={"x": 10}))
    assert found.tables["unreachable"]["site_id"].tolist() == ["far", "lone"]
    assert found.tables["unreachable"]["reason_en"].tolist() == [
        "farther from any road than the snap limit",
        "no way leads to any destination",
    ]
    assert found.features["network_distance_m"].isna().tolist() == [True, True, False]
    assert found.tables["catchments"]["site_id"].tolist() == ["near"]
    matrix = found.tables["site_to_terminal"]
    assert len(matrix) == 6
    assert matrix.loc[~matrix["reachable"], "network_distance_m"].isna().all()
    assert matrix["reachable"].sum() == 2


def test_catchments_carry_the_tonne_kilometres_that_are_known() -> None:
    """2 Mt over 2 km are 4 Mt·km; an unknown tonnage has none."""
    found = run(sites(A={"x": 4000}, B={"x": 5000, "bulk_t_per_year": None}))
    table = found.tables["catchments"]
    assert table[["terminal_id", "site_id"]].to_numpy().tolist() == [["E", "A"], ["E", "B"]]
    np.testing.assert_array_equal(table["tonne_km_per_year"], [4_000_000.0, np.nan])


def test_a_terminal_that_no_road_reaches_is_told() -> None:
    """Beyond the snap limit it serves nobody, and a warning names it."""
    off = TERMINALS.assign(
        geometry=gpd.GeoSeries([Point(6000, 30), Point(-9000, 9000)], TERMINALS.index, crs=4550)
    )
    found = analyse(sites(S={"y": 3990}), ROADS, off, as_of=AS_OF)
    assert found.features["terminal_id"].tolist() == ["E"]
    assert [warning.en.endswith(": N") for warning in found.warnings] == [True]
    assert run(sites(S={})).warnings == ()


@pytest.mark.parametrize("missing", ["sites", "roads", "terminals"])
def test_an_empty_layer_gives_a_whole_result(missing: str) -> None:
    """Zero sites are zero in scope, not a pass; without roads or terminals nothing is reached."""
    layers = {
        "sites": sites() if missing == "sites" else sites(S={}),
        "roads": Roads.empty("EPSG:4550") if missing == "roads" else ROADS,
        "terminals": TERMINALS.iloc[: 0 if missing == "terminals" else 2],
    }
    found = analyse(*layers.values(), rail_lines=RAILS, counties=COUNTIES, as_of=AS_OF)
    assert len(found.features) == (missing != "sites")
    assert found.measures[DUTY_SHARE].in_scope == (missing != "sites")
    assert (found.measures[DUTY_SHARE].value is None) == (missing == "sites")
    assert not found.features["reachable"].any()
    assert found.features["terminal_id"].isna().all()
    why = {"sites": [], "roads": ["off_network"], "terminals": ["no_destination"]}[missing]
    assert found.features["unreachable_reason"].tolist() == why


def test_index_and_declared_columns_are_kept() -> None:
    """In the order of the sites, with every column the card names."""
    given = sites(Z={"x": 5}, A={"x": 7})
    found = run(given, counties=COUNTIES)
    assert found.features.index.equals(given.index)
    assert {c.name for c in ANALYSIS.columns} <= set(found.features.columns)
    assert set(found.measures) == {m.name for m in ANALYSIS.measures}
    assert found.features["county_name"].tolist() == ["West", "West"]


def test_defaults_are_the_declared_parameters() -> None:
    """The signature and the card agree, and a changed value is marked as the user's."""
    found = run(sites(S={}), snap_limit_m=50.0)
    assert set(found.parameters) == {p.name for p in ANALYSIS.parameters}
    changed = {name for name, p in found.parameters.items() if p not in ANALYSIS.parameters}
    assert changed == {"snap_limit_m"}
    assert found.parameters["large_site_t_per_year"].verified


def many_sites() -> Any:  # noqa: ANN401 - a layer
    """Place forty sites of every kind over both counties, some off the network."""
    rng = np.random.default_rng(15)

    def pick(values: list[object]) -> object:
        return values[rng.integers(len(values))]

    return sites(**{
        f"S{i:02d}": {
            "x": float(rng.uniform(-2500, 8500)),
            "y": float(rng.uniform(-2500, 6500)),
            "bulk_t_per_year": pick([None, 1e6, 1.5e6, 3e6]),
            "is_new_or_relocated": pick([None, True, True, False]),
            "has_siding": pick([None, True, False, False]),
            "has_pipeline": pick([None, False, False]),
            "exemption": pick([None, None, "no line"]),
            "kind": pick([None, "mine", "plant"]),
        }
        for i in range(40)
    })


def assert_same(found: Result, expected: Result) -> None:
    """Compare two results, features by their index."""
    pd.testing.assert_frame_equal(found.features.sort_index(), expected.features.sort_index())
    assert found.measures == expected.measures
    assert found.against == expected.against
    for name, table in expected.tables.items():
        pd.testing.assert_frame_equal(found.tables[name], table)
    sorts = {"excluded": ["measure", "feature_id"], "rollups": ["measure", "dimension", "group"]}
    for name, by in sorts.items():
        one_table, other_table = (
            getattr(result, name).sort_values(by, ignore_index=True) for result in (found, expected)
        )
        # An empty part's columns are plain objects.
        pd.testing.assert_frame_equal(one_table, other_table, check_dtype=False)
    assert found.warnings == expected.warnings


def test_parts_by_county_merge_into_the_whole() -> None:
    """West, east, and the sites in no county, then an empty part."""
    every = many_sites()
    whole = run(every, rail_lines=RAILS, counties=COUNTIES)
    assert whole.features["reachable"].nunique() == 2
    group = whole.features["county_name"].fillna("")
    assert group.nunique() == 3
    cut = [every[group == name] for name in sorted(set(group))]
    parts = [run(part, rail_lines=RAILS, counties=COUNTIES) for part in [*cut, every.iloc[:0]]]
    assert_same(merge_results(parts), whole)


def test_the_order_of_rows_changes_nothing() -> None:
    """All layers turned round."""
    every = many_sites()
    turned = analyse(
        every.iloc[::-1],
        ROADS.iloc[::-1],
        TERMINALS.iloc[::-1],
        rail_lines=RAILS,
        counties=COUNTIES.iloc[::-1],
        as_of=AS_OF,
    )
    assert_same(turned, run(every, rail_lines=RAILS, counties=COUNTIES))


def test_moving_all_layers_by_one_vector_changes_nothing_but_positions() -> None:
    """To the city's own coordinates."""
    layers = (many_sites(), ROADS, TERMINALS, RAILS, COUNTIES)
    moved = [
        part.set_geometry(part.translate(541000.0, 4700000.0)).set_crs(4550) for part in layers
    ]
    here, there = (
        analyse(*some[:3], rail_lines=some[3], counties=some[4], as_of=AS_OF).features
        for some in (layers, moved)
    )
    columns = [c for c in here.columns if c != "geometry"]
    pd.testing.assert_frame_equal(there[columns], here[columns], rtol=1e-9, atol=1e-6)


def test_refused_input() -> None:
    """Degrees, a speed of zero and a negative limit."""
    with pytest.raises(CRSError):
        run(sites(S={}).set_crs(4490, allow_override=True))
    with pytest.raises(ParameterError, match="speed"):
        run(sites(S={}), speed_local_km_per_h=0.0)
    with pytest.raises(ParameterError, match="snap limit"):
        run(sites(S={}), snap_limit_m=-1.0)
