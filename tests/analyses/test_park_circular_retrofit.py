"""The named parks: a closed list, each name on it once, whatever the layer holds."""

from datetime import date
from fractions import Fraction
from itertools import product

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from tieling_geo.analyses.park_circular_retrofit import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Parks

DAY = date(2025, 12, 31)
BEFORE, ON, AFTER = "2020-01-01", "2025-12-31", "2026-01-01"
SHARE, LEFT = "named_parks_accepted_share", "named_parks_not_accepted"
LIST = ("North", "South Park|South", "East")
ACCEPTED = {"circular_stage": "accepted", "circular_accepted_on": ON}


def parks(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out parks side by side."""
    return to_layer(
        Parks,
        {
            key: {"geometry": box(100 * n, 0, 100 * n + 50, 50), **row}
            for n, (key, row) in enumerate(rows.items())
        },
    )


def ask(layer: gpd.GeoDataFrame, *names: str) -> Result:
    """Ask for a list; without a word, of the three."""
    return analyse(layer, as_of=DAY, named_parks=names or LIST)


def test_all_accepted() -> None:
    """All three, one by its other spelling; a park that is not listed is shown, not counted."""
    layer = parks(
        P1={"name": "North", **ACCEPTED},
        P2={"name": "South", **ACCEPTED},
        P3={"name": "East", **ACCEPTED},
        P4={"name": "West", "circular_stage": "not_started"},
    )
    found = ask(layer)
    assert bounds(found.measures[SHARE]) == (100, 100, 100)
    assert bounds(found.measures[LEFT]) == (0, 0, 0)
    assert found.features["category"].tolist() == ["accepted"] * 3 + ["not_listed"]
    assert found.features["listed_as"].tolist()[:3] == ["North", "South Park", "East"]
    assert found.features["days_before_deadline"].tolist()[:3] == [0, 0, 0]
    assert excluded(found, SHARE) == {"P4": ("out_of_scope", "not on the plan's list")}


def test_an_absent_name_is_unknown_never_a_pass() -> None:
    """Two of three are in the layer: the third is in scope, and may or may not be accepted."""
    layer = parks(P1={"name": "North", **ACCEPTED}, P2={"name": "East", **ACCEPTED})
    found = ask(layer)
    assert bounds(found.measures[SHARE]) == (Fraction(200, 3), 100, 100)
    assert bounds(found.measures[LEFT]) == (0, 0, 1)
    assert (found.measures[SHARE].counted, found.measures[SHARE].excluded) == (2, 1)
    assert excluded(found, SHARE) == {
        "South Park": ("unknown", "on the list, but not in the layer")
    }
    assert found.features.index.tolist() == ["P1", "P2"]


def test_a_name_like_a_key_borrows_nothing() -> None:
    """A name on the list that is another park's number is absent, without that park's county."""
    counties = to_layer(Counties, {"211201": {"name": "C", "geometry": box(-9, -9, 999, 999)}})
    layer = parks(North={"name": "Other", **ACCEPTED})
    found = analyse(layer, counties=counties, as_of=DAY, named_parks=("North",))
    assert rollup(found, SHARE, "county_name") == {"": (0, 0, 1), "C": (0, 0, 0)}
    assert found.measures[SHARE].value is None


@pytest.mark.parametrize(
    "name", ["South", "south", " So uth", "South\u3000Park", "ＳＯＵＴＨ ｐａｒｋ"]
)
def test_spellings_of_one_name(name: str) -> None:
    """White space, letter case and full-width letters do not make another park."""
    found = ask(parks(P1={"name": name, **ACCEPTED}), "South Park|South")
    assert found.features["category"].tolist() == ["accepted"]
    assert found.features["listed_as"].tolist() == ["South Park"]


@pytest.mark.parametrize("name", ["Southern", "South Park 2", "Sout"])
def test_a_longer_or_shorter_name_is_another_park(name: str) -> None:
    """Names are compared whole."""
    found = ask(parks(P1={"name": name, **ACCEPTED}), "South Park|South")
    assert found.features["category"].tolist() == ["not_listed"]
    assert found.measures[SHARE].excluded == 1


def test_a_name_that_two_parks_claim_is_unknown_and_counts_once() -> None:
    """Which of the two the plan means is not known; the list stays as long as it is."""
    layer = parks(
        P9={"name": "North", **ACCEPTED},
        P1={"name": "north", **ACCEPTED},
        P3={"name": "East", **ACCEPTED},
    )
    found = ask(layer, "North", "East")
    assert bounds(found.measures[SHARE]) == (50, 100, 100)
    assert found.measures[SHARE].in_scope == 2
    assert excluded(found, SHARE) == {
        "P1": ("unknown", "more than one park has this name"),
        "P9": ("out_of_scope", "another feature of a name that counts once"),
    }
    assert found.features["category"].tolist() == ["unknown", "unknown", "accepted"]


@pytest.mark.parametrize(
    ("row", "category", "reason"),
    [
        ({"circular_stage": "accepted", "circular_accepted_on": ON}, "accepted", ""),
        ({"circular_stage": "accepted", "circular_accepted_on": AFTER}, "not_accepted", ""),
        ({"circular_stage": None, "circular_accepted_on": BEFORE}, "accepted", ""),
        ({"circular_stage": "completed"}, "not_accepted", ""),
        ({"circular_stage": "in_progress"}, "not_accepted", ""),
        ({"circular_stage": "not_started"}, "not_accepted", ""),
        ({"circular_stage": "accepted"}, "unknown", "undated"),
        ({"circular_stage": "completed", "circular_accepted_on": ON}, "unknown", "contradiction"),
        ({"circular_stage": "completed", "circular_accepted_on": AFTER}, "not_accepted", ""),
        ({"circular_stage": None}, "unknown", "stage_unknown"),
    ],
)
def test_each_record_is_read_as_it_says(row: Row, category: str, reason: str) -> None:
    """Accepted on the day counts, a day later does not; finished is not accepted."""
    found = ask(parks(P1={"name": "North", **row}), "North")
    assert found.features.loc["P1", ["category", "reason"]].tolist() == [category, reason]
    assert found.measures[SHARE].counted == int(reason == "")
    assert found.against[LEFT] == (("P1",) if category == "not_accepted" else ())


def test_an_empty_list_or_layer_is_no_error() -> None:
    """No list: nothing in scope. No park: every name is unknown."""
    layer = parks(P1={"name": "North", **ACCEPTED})
    unlisted = analyse(layer, as_of=DAY)
    assert [m.in_scope for m in unlisted.measures.values()] == [0, 0]
    assert unlisted.features["category"].tolist() == ["not_listed"]
    empty = ask(Parks.empty("EPSG:4550"))
    assert len(empty.features) == 0
    assert (empty.measures[SHARE].counted, empty.measures[SHARE].excluded) == (0, 3)
    assert set(excluded(empty, SHARE)) == {"North", "South Park", "East"}
    neither = analyse(Parks.empty("EPSG:4550"), as_of=DAY)
    assert neither.measures[SHARE].in_scope == 0


@pytest.mark.parametrize("names", [("North", "north"), ("North|N", "N"), ("North|",), (" ",)])
def test_a_list_with_a_blank_or_double_name_is_refused(names: tuple[str, ...]) -> None:
    """A name that stands twice would count a park twice, a blank one would name any."""
    with pytest.raises(ParameterError, match="blank or stands twice"):
        analyse(parks(P1={"name": "North"}), as_of=DAY, named_parks=names)


def test_degrees_are_refused() -> None:
    """A point inside a park is not taken in degrees."""
    with pytest.raises(CRSError, match="parks"):
        ask(parks(P1={"name": "North"}).to_crs(4490))


#: A park's name, and whether it was accepted by the day: yes, no, not known.
records = st.lists(
    st.tuples(st.sampled_from(["North", "South", "Other"]), st.sampled_from([ON, AFTER, None])),
    max_size=4,
)


@given(records)
@settings(max_examples=10, deadline=None)
def test_no_completion_leaves_the_bounds(rows: list[tuple[str, str | None]]) -> None:
    """Each listed name may turn out either way unless one park alone says which."""
    layer = parks(**{
        f"P{n}": {"name": name, "circular_accepted_on": accepted_on}
        for n, (name, accepted_on) in enumerate(rows)
    })
    found = ask(layer, "North", "South Park|South")
    truths = []
    for name in ("North", "South"):
        dates = [accepted_on for other, accepted_on in rows if other == name]
        known = len(dates) == 1 and dates[0] is not None
        truths.append([dates[0] == ON] if known else [True, False])
    done = [sum(world) for world in product(*truths)]
    share, left = found.measures[SHARE], found.measures[LEFT]
    assert share.in_scope == 2
    assert (bounds(share)[0], bounds(share)[2]) == (50 * min(done), 50 * max(done))
    assert (bounds(left)[0], bounds(left)[2]) == (2 - max(done), 2 - min(done))
    again = ask(layer.iloc[::-1], "North", "South Park|South")
    assert again.measures == found.measures
    pd.testing.assert_frame_equal(again.features.iloc[::-1], found.features)
