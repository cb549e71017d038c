"""Which count of a fleet holds, and what unknown fleets do to a share."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
from shapely import Point

from tieling_geo.operations.clean_vehicles import counts_of_day, least_of, to_share

DAY = date(2025, 12, 31)


def counts(*rows: tuple[str | None, str, str | None, float]) -> list[str]:
    """Give the reasons for rows of operator, class, day and place."""
    names, kinds, days, xs = zip(*rows, strict=True)
    layer = gpd.GeoDataFrame(
        {
            "fleet_id": [f"V{i}" for i in range(len(rows))],
            "name": pd.Series(names, dtype="str"),
            "vehicle_class": kinds,
            "counted_on": pd.to_datetime(pd.Series(days)),
        },
        geometry=[Point(x, 0) for x in xs],
    )
    return counts_of_day(layer, DAY)["reason"].tolist()


def fleets(*rows: tuple[int | None, int | None, bool, bool]) -> pd.DataFrame:
    """Lay out vehicles, clean ones, whether all is known, and whether it may be out of scope."""
    frame = pd.DataFrame(rows, columns=["vehicles", "clean_vehicles", "counts", "may_be_out"])
    return frame.astype({"vehicles": "Int64", "clean_vehicles": "Int64"})


def test_a_fleet_is_an_operator_a_class_and_a_place() -> None:
    """Another one of these is another fleet, and so is every row without an operator."""
    first = ("X", "bus", "2024-01-01", 0.0)
    last = ("X", "bus", "2025-01-01", 0.004)
    assert counts(first, last) == ["superseded", ""]
    for other in (("Y", *last[1:]), ("X", "taxi", *last[2:]), (*last[:3], 9.0)):
        assert counts(first, other) == ["", ""]
    assert counts((None, *first[1:]), (None, *last[1:])) == ["", ""]


def test_counts_of_one_day_and_of_none() -> None:
    """Two on the latest day contradict each other; an older one is superseded all the same."""
    rows = [("X", "bus", day, 0.0) for day in ("2025-12-31", "2025-12-31", "2024-01-01", None)]
    assert counts(*rows) == ["double", "double", "superseded", "undated"]


def test_a_share_and_its_ends() -> None:
    """8 of 10 known; a fleet of 5 of which the clean ones are missing."""
    share = to_share(fleets((10, 8, True, False), (5, None, False, False)))
    assert (share.known, share.low, share.high) == ((8, 10), (8, 15), (13, 15))
    assert share.unknown_left == (0, 5)
    assert not share.may_be_empty


def test_a_share_that_may_be_empty() -> None:
    """Only a fleet that may be elsewhere: there may be no vehicle at all."""
    share = to_share(fleets((10, 4, False, True)))
    assert share.may_be_empty
    assert share.known == (0, 0)
    sure = to_share(fleets((10, 9, True, False)))
    known, low, high = least_of([share, sure])
    assert [Fraction(*pair) for pair in (known, low, high)] == [
        Fraction(9, 10),
        Fraction(2, 5),
        Fraction(9, 10),
    ]
    alone = least_of([share])
    assert (alone[0], Fraction(*alone[1]), Fraction(*alone[2])) == (
        (0, 0),
        Fraction(2, 5),
        Fraction(2, 5),
    )
    assert least_of([]) == ((0, 0),) * 3
