"""Clusters of VOC emitters: who is one, who is in one, what is treated, and which are gaps."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.voc_emitter_clusters import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Enterprises, IndustryClusters

DAY = date(2025, 12, 31)
SHARE, LEFT = "cluster_emitters_treated_share", "cluster_emitters_not_treated"
TREATED: Row = {
    "sector": "coating",
    "voc_t_per_year": 2.0,
    "treatment_status": "completed",
    "treated_on": "2025-12-31",
}
OPEN: Row = {"sector": "chemical", "voc_t_per_year": 0.5, "treatment_status": "in_progress"}


def enterprises(*rows: tuple[str, float, Row]) -> gpd.GeoDataFrame:
    """Lay enterprises out along a line, each at its metres."""
    return to_layer(Enterprises, {key: {"geometry": Point(x, 0), **row} for key, x, row in rows})


#: A cluster of three, c in the middle its core; z far away.
ROWS = (("b", 0.0, TREATED), ("c", 1000.0, OPEN), ("d", 2000.0, TREATED), ("z", 9000.0, TREATED))


def ask(*rows: tuple[str, float, Row]) -> Result:
    """Ask as of the day."""
    return analyse(enterprises(*rows), as_of=DAY)


def test_core_border_and_noise() -> None:
    """Exactly at reach, exactly three: two of three clustered ones are treated."""
    found = ask(*ROWS)
    assert found.features["cluster_role"].tolist() == ["border", "core", "border", "noise"]
    assert found.features["cluster"].tolist()[:3] == ["b", "b", "b"]
    assert found.features["neighbours_above_least"].tolist() == [-1, 0, -1, -2]
    assert found.features["category"].tolist() == ["treated", "not_treated", "treated", "noise"]
    assert bounds(found.measures[SHARE]) == (Fraction(200, 3),) * 3
    assert found.against[SHARE] == found.against[LEFT] == ("c",)
    assert excluded(found, SHARE) == {"z": ("out_of_scope", "in no cluster")}
    assert rollup(found, SHARE, "cluster") == {"": (0, 0, 0), "b": (2, 3, 0)}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"voc_t_per_year": 0.0}, "emits no VOC"),
        ({"opened_on": "2026-01-01"}, "not in service by that day"),
        ({"closed_on": "2025-12-31"}, "closed by that day"),
        ({"sector": "food"}, "of another sector"),
    ],
)
def test_what_is_no_emitter_makes_no_cluster(row: Row, reason: str) -> None:
    """Without the middle one there is no cluster; nothing is in scope."""
    middle = ("c", 1000.0, {**OPEN, **row})
    layer = enterprises(ROWS[0], middle, ROWS[2])
    found = analyse(layer, as_of=DAY, emitter_sectors=("coating", "chemical"))
    assert found.measures[SHARE].in_scope == 0
    assert excluded(found, SHARE)["c"] == ("out_of_scope", reason)
    assert excluded(found, SHARE)["b"] == ("out_of_scope", "in no cluster")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"voc_t_per_year": None}, "its VOC is missing"),
        (
            {"opened_on": "2025-05-01", "closed_on": "2024-05-01"},
            "closed before it came into service",
        ),
        ({"sector": None}, "sector is missing"),
    ],
)
def test_who_may_be_an_emitter_may_make_a_cluster(row: Row, reason: str) -> None:
    """All three are unknown: the middle one by itself, the others because they hang on it."""
    middle = ("c", 1000.0, {**OPEN, **row})
    layer = enterprises(ROWS[0], middle, ROWS[2], ROWS[3])
    found = analyse(layer, as_of=DAY, emitter_sectors=("coating", "chemical"))
    assert (found.measures[SHARE].counted, found.measures[SHARE].excluded) == (0, 3)
    hangs = "whether it is in a cluster hangs on enterprises that are not known"
    assert excluded(found, SHARE) == {
        "b": ("unknown", hangs),
        "c": ("unknown", reason),
        "d": ("unknown", hangs),
        "z": ("out_of_scope", "in no cluster"),
    }
    assert found.features["category"].tolist() == ["unknown", "unknown", "unknown", "noise"]


def test_unknown_treatment_goes_both_ways_and_an_unknown_emitter_joins_or_not() -> None:
    """Three known, one treated without a date; one beside them may be an emitter, not treated."""
    found = ask(
        ("b", 0.0, {**TREATED, "treated_on": None}),
        *ROWS[1:],
        ("e", 1500.0, {**OPEN, "voc_t_per_year": None}),
    )
    assert bounds(found.measures[SHARE]) == (25, 50, Fraction(200, 3))
    assert bounds(found.measures[LEFT]) == (1, 1, 3)
    alone = ask(*ROWS, ("y", 5000.0, {**OPEN, "voc_t_per_year": None}))
    assert excluded(alone, SHARE)["y"] == ("out_of_scope", "in no cluster")


def test_gaps() -> None:
    """No survey covers it; one without a class; one with; the one that covers most decides."""
    layer = enterprises(*ROWS)
    west = {"geometry": box(-10, -10, 1000, 10), "treatment_class": "upgrade"}
    east = {"geometry": box(1500, -10, 9000, 10), "treatment_class": None}

    def table(**rows: Row) -> dict[str, object]:
        clusters = to_layer(IndustryClusters, rows)
        found = analyse(layer, industry_clusters=clusters, as_of=DAY).tables["clusters"]
        (row,) = found.to_dict("records")
        return row

    whole = table(J1=west, J2=east)
    assert whole == {
        "cluster": "b",
        "members": 3,
        "core": 1,
        "border": 2,
        "voc_t_per_year": 4.5,
        "members_covered": 2,
        "surveyed_cluster": "J1",
        "treatment_class": "upgrade",
        "gap": "",
    }
    assert table(J2=east)["gap"] == "no_class"
    far = table(J9={"geometry": box(0, 500, 9, 509), "treatment_class": "close"})
    assert (far["gap"], far["members_covered"]) == ("not_surveyed", 0)
    even = table(
        J1={**west, "geometry": box(-9, -9, 9, 9)}, J2={**east, "treatment_class": "merge"}
    )
    assert even["surveyed_cluster"] == "J1"
    assert ask(*ROWS).tables["clusters"]["gap"].tolist() == ["no_cluster_layer"]


def test_counties_and_the_order_of_rows() -> None:
    """A cluster across a border is one; each member counts in its county."""
    counties = to_layer(
        Counties,
        {
            "211201": {"name": "West", "geometry": box(-50, -50, 1500, 50)},
            "211202": {"name": "East", "geometry": box(1500, -50, 9950, 50)},
        },
    )
    layer = enterprises(*reversed(ROWS))
    found = analyse(layer, counties=counties, as_of=DAY)
    assert found.features.index.tolist() == ["z", "d", "c", "b"]
    assert rollup(found, SHARE, "county_name") == {"West": (1, 2, 0), "East": (1, 1, 0)}


def test_other_parameters() -> None:
    """A little less reach, or one more neighbour: no cluster; what makes no sense is refused."""
    layer = enterprises(*ROWS)
    assert analyse(layer, as_of=DAY, reach_m=999.9).measures[SHARE].in_scope == 0
    assert analyse(layer, as_of=DAY, least_neighbours=4.0).measures[SHARE].in_scope == 0
    with pytest.raises(ParameterError):
        analyse(layer, as_of=DAY, emitter_sectors=("coatings",))
    with pytest.raises(ParameterError):
        analyse(layer, as_of=DAY, reach_m=0.0)


def test_nothing_and_degrees() -> None:
    """An empty layer has no value and no cluster; one in degrees is an error."""
    layer = enterprises(*ROWS)
    empty = analyse(layer[:0], as_of=DAY)
    assert empty.measures[SHARE].value is None
    assert len(empty.tables["clusters"]) == 0
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), as_of=DAY)


def test_a_line_goes_around_the_members_of_a_cluster() -> None:
    """A quarter of the reach outside them; who is in no cluster stands outside."""
    found = ask(*ROWS)
    places = found.shapes["clusters"]
    assert places.index.tolist() == ["b"]
    assert places.loc["b", ["members", "core", "gap"]].tolist() == [3, 1, "no_cluster_layer"]
    west, south, east, north = places.geometry.iloc[0].bounds
    assert (west, south, east, north) == pytest.approx((-250.0, -250.0, 2250.0, 250.0))
    assert found.features.within(places.geometry.iloc[0]).tolist() == [True, True, True, False]
    assert len(ask(*ROWS[:2]).shapes["clusters"]) == 0
