"""Permits and monitors: one permit a case, each monitor named by hand."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.permit_monitoring import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, DischargePermits, EmissionMonitors

DAY = date(2025, 12, 31)
SHARE, LEFT = "permit_holders_monitored_share", "permit_holders_not_monitored"
VOC = "voc_key_online_share"
VALID = {
    "management": "key",
    "is_voc_key": False,
    "valid_from": "2021-01-01",
    "valid_until": "2025-12-31",
    "geometry": Point(5, 5),
}


def permits(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out permits that are valid until the day, unless they say otherwise."""
    return to_layer(DischargePermits, {key: {**VALID, **row} for key, row in rows.items()})


def monitors(*rows: Row) -> gpd.GeoDataFrame:
    """Lay out online monitors in service of permit A, unless they say otherwise."""
    plain = {"permit_id": "A", "kind": "online", "installed_on": "2022-06-01"}
    return to_layer(
        EmissionMonitors,
        {f"M{n}": {**plain, "geometry": Point(800, n), **row} for n, row in enumerate(rows)},
    )


def ask(*rows: Row, **permit: object) -> Result:
    """Ask about one permit with some monitors."""
    return analyse(permits(A=permit), monitors(*rows), as_of=DAY)


@pytest.mark.parametrize(
    ("permit", "category", "reason"),
    [
        ({"valid_until": "2025-12-31"}, "not_monitored", ""),
        ({"valid_until": "2025-12-30"}, "out_of_scope", "expired"),
        ({"valid_from": "2025-12-31"}, "not_monitored", ""),
        ({"valid_from": "2026-01-01", "valid_until": None}, "out_of_scope", "not_yet_valid"),
        ({"valid_from": None}, "unknown", "validity_unknown"),
        ({"valid_until": None}, "unknown", "validity_unknown"),
        ({"valid_from": "2026-06-01"}, "unknown", "validity_swapped"),
        ({"management": "simplified"}, "not_monitored", ""),
        ({"management": "registered"}, "out_of_scope", "not_managed"),
        ({"management": "registered", "valid_until": None}, "out_of_scope", "not_managed"),
        ({"management": None}, "unknown", "management_unknown"),
        ({"management": None, "valid_until": "2024-01-01"}, "out_of_scope", "expired"),
    ],
)
def test_which_permits_need_a_monitor(permit: Row, category: str, reason: str) -> None:
    """Valid on the day and managed: without a monitor each of these counts against."""
    found = ask(**permit)
    assert found.features.loc["A", ["category", "reason"]].tolist() == [category, reason]
    assert found.measures[SHARE].counted == int(category == "not_monitored")
    assert found.measures[SHARE].excluded == int(category == "unknown")


@pytest.mark.parametrize(
    ("rows", "category", "number"),
    [
        ([{}], "monitored", 1),
        ([{"kind": "manual"}, {"kind": "voc_online"}], "monitored", 2),
        ([{"kind": "park_station"}], "not_monitored", 0),
        ([{"kind": None}], "unknown", 0),
        ([{"kind": None}, {}], "monitored", 1),
        ([{"installed_on": "2025-12-31"}], "monitored", 1),
        ([{"installed_on": "2026-01-01"}], "not_monitored", 0),
        ([{"installed_on": None}], "monitored", 1),
        ([{"removed_on": "2025-12-31"}], "not_monitored", 0),
        ([{"removed_on": "2026-01-01"}], "monitored", 1),
        ([{"removed_on": "2020-01-01"}], "unknown", 0),
        ([{"permit_id": None}], "not_monitored", 0),
        ([{"permit_id": "Z"}], "not_monitored", 0),
        ([], "not_monitored", 0),
    ],
)
def test_which_monitors_count(rows: list[Row], category: str, number: int) -> None:
    """In service on the day, not a park's, and of this permit by its number alone."""
    found = ask(*rows)
    assert found.features.loc["A", ["category", "monitors"]].tolist() == [category, number]
    assert found.against[LEFT] == (("A",) if category == "not_monitored" else ())


def test_a_monitor_without_its_permit_is_listed() -> None:
    """A join that failed is told; a monitor without a number is none."""
    found = ask({}, {"permit_id": "Z"}, {"permit_id": None})
    table = found.tables["monitors_without_permit"]
    assert table[["monitor_id", "permit_id"]].to_numpy().tolist() == [["M1", "Z"]]
    assert len(found.warnings) == 1
    assert ask({}).warnings == ()
    assert len(ask({}).tables["monitors_without_permit"]) == 0


def test_shares_bounds_and_roll_ups() -> None:
    """One monitored, one not, one doubtful, one perhaps not valid: 1/4 to 3/4."""
    layer = permits(A={}, B={}, C={}, D={"valid_until": None}, E={"management": "registered"})
    county = to_layer(Counties, {"211201": {"name": "West", "geometry": box(0, 0, 9, 9)}})
    found = analyse(
        layer, monitors({}, {"permit_id": "C", "kind": None}), counties=county, as_of=DAY
    )
    assert bounds(found.measures[SHARE]) == (25, 50, Fraction(200, 3))
    assert bounds(found.measures[LEFT]) == (1, 1, 3)
    assert excluded(found, SHARE) == {
        "C": ("unknown", "its only monitors have no kind, or contradict themselves"),
        "D": ("unknown", "the time of its validity is missing"),
        "E": ("out_of_scope", "its kind of management is out of scope"),
    }
    assert rollup(found, SHARE, "county_name") == {"West": (1, 2, 2)}
    assert rollup(found, SHARE, "management") == {"key": (1, 2, 2), "registered": (0, 0, 0)}
    assert found.features["days_monitored"].tolist()[0] == 1309


def test_key_dischargers_of_voc_need_their_own_monitor() -> None:
    """An online monitor of another kind is none; who is no key discharger is out of scope."""
    layer = permits(
        A={"is_voc_key": True},
        B={"is_voc_key": True, "management": "registered"},
        C={"is_voc_key": None},
        D={"is_voc_key": True, "valid_until": "2024-01-01"},
        E={},
    )
    found = analyse(layer, monitors({}, {"permit_id": "B", "kind": "voc_online"}), as_of=DAY)
    assert bounds(found.measures[VOC]) == (Fraction(100, 3), 50, 50)
    assert found.against["voc_key_without_online"] == ("A",)
    assert excluded(found, VOC) == {
        "C": ("unknown", "not known if it is a key discharger of VOC"),
        "D": ("out_of_scope", "expired before that day"),
        "E": ("out_of_scope", "no key discharger of VOC"),
    }


def test_the_day_moves_permits_and_their_monitors() -> None:
    """The permit ends on the day, the monitor was installed ten days before: so far it may move."""
    found = analyse(permits(A={}), monitors({"installed_on": "2025-12-21"}), as_of=DAY)
    (lever,) = found.levers[SHARE]
    table = lever.table
    # On 21 December it becomes monitored; on 1 January, a day ahead, the permit is over.
    assert table["margin"].tolist() == [-1, 10, 1825] or sorted(table["margin"]) == [-1, 10, 1825]
    by_margin = table.set_index("margin")
    assert by_margin.loc[10, ["numerator", "denominator"]].tolist() == [1, 0]
    assert by_margin.loc[-1, ["numerator", "denominator"]].tolist() == [-1, -1]
    assert by_margin.loc[1825, ["numerator", "denominator"]].tolist() == [0, 1]


def test_empty_layers_and_wrong_input() -> None:
    """No permit: no value. No monitor: nobody is monitored. Words that are none, degrees."""
    empty = analyse(DischargePermits.empty("EPSG:4550"), monitors({}), as_of=DAY)
    assert {m.value for m in empty.measures.values()} == {None}
    assert len(empty.tables["monitors_without_permit"]) == 1
    none = analyse(permits(A={}), EmissionMonitors.empty("EPSG:4550"), as_of=DAY)
    assert bounds(none.measures[SHARE]) == (0, 0, 0)
    for words in (("none",), ()):
        with pytest.raises(ParameterError):
            analyse(permits(A={}), monitors({}), as_of=DAY, managements=words)
    for pair in (
        (permits(A={}).to_crs(4490), monitors({})),
        (permits(A={}), monitors({}).to_crs(4490)),
    ):
        with pytest.raises(CRSError):
            analyse(*pair, as_of=DAY)
