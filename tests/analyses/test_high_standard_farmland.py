"""High-standard farmland: on projects small enough to measure by hand."""

from datetime import date

import pandas as pd
import pytest
from hand_made_fields import area_mu, field
from hand_made_layers import Row, bounds, excluded, rollup, to_layer

from tieling_geo.analyses.high_standard_farmland import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Cropland, FarmlandProjects

AS_OF = date(2025, 12, 31)
AREA, LEFT, SHARE, OVERLAP, OFF = (
    "accepted_farmland_area",
    "farmland_area_not_accepted",
    "farmland_accepted_share",
    "accepted_farmland_overlap",
    "accepted_farmland_off_cropland",
)


def project(*at: float, stage: str | None = "accepted", on: str | None = "2024-06-30") -> Row:
    """Describe a project."""
    return {
        "year": 2023,
        "stage": stage,
        "accepted_on": None if on is None else pd.Timestamp(on),
        "geometry": field(*at),
    }


def told(result: Result, name: str) -> list[float]:
    """Give value, low and high bound."""
    low, value, high = bounds(result.measures[name])
    return [float(value), float(low), float(high)]


def mu(*shapes: object, per: float = 1.0) -> object:
    """Expect an area, to a millionth of it."""
    return pytest.approx(area_mu(*shapes) / per, rel=1e-6)


def run(rows: dict[str, Row], **given: object) -> Result:
    """Run the analysis on some projects."""
    return analyse(to_layer(FarmlandProjects, rows), as_of=AS_OF, **given)


def test_ground_counts_once() -> None:
    """Three projects over each other: the union, each one's part, and what overlaps."""
    found = run({"A": project(0, 0, 2), "B": project(1, 0, 2), "C": project(0, 0, 3)})
    assert told(found, AREA) == [mu(field(0, 0, 3), per=10_000)] * 3
    assert told(found, OVERLAP) == [mu(field(1, 0), field(0, 0, 3))] * 3
    own = found.features["own_area_mu"]
    assert own.tolist() == [mu(field(0, 0, 2)), mu(field(2, 0)), pytest.approx(0.0, abs=1e-6)]
    assert found.against[OVERLAP] == ("B", "C")


def test_acceptance_counts_to_the_day() -> None:
    """On the day (closed); a day later it is not; a contradiction and a blank are unknown."""
    found = run({
        "A": project(0, 0, on="2025-12-31"),
        "B": project(2, 0, on="2026-01-01"),
        "C": project(4, 0, stage="in_progress"),
        "D": project(6, 0, on=None),
        "E": project(8, 0, stage="completed", on=None),
        "F": project(10, 0, stage=None, on=None),
    })
    assert found.features["category"].tolist() == [
        *("accepted", "not_accepted", "unknown", "unknown", "not_accepted", "unknown")
    ]
    unknown = [field(4, 0), field(6, 0), field(10, 0)]
    sure = mu(field(0, 0), per=10_000)
    assert told(found, AREA) == [sure, sure, mu(field(0, 0), *unknown, per=10_000)]
    left = mu(field(2, 0), field(8, 0), per=10_000)
    assert told(found, LEFT) == [left, left, mu(field(2, 0), field(8, 0), *unknown, per=10_000)]
    assert {
        key: why for key, (kind, why) in excluded(found, AREA).items() if kind == "unknown"
    } == {
        "C": "status contradicts the date of completion",
        "D": "finished, but no date says when",
        "F": "status is missing",
    }
    assert found.measures[AREA].counted == 3
    assert found.against[AREA] == ("B", "E")
    assert found.features["days_before_deadline"]["A"] == 0


def test_an_unknown_project_adds_only_what_no_accepted_one_has() -> None:
    """However low its number: the accepted ones come first."""
    found = run({"A": project(0, 0, 2, stage=None, on=None), "B": project(1, 0, 2)})
    assert told(found, AREA) == [
        mu(field(1, 0, 2), per=10_000),
        mu(field(1, 0, 2), per=10_000),
        mu(field(0, 0, 3), per=10_000),
    ]
    assert told(found, OVERLAP) == [0.0, 0.0, mu(field(1, 0))]


def test_what_lies_off_cropland_is_told() -> None:
    """Parcels side by side leave no seam; without the layer nothing is told."""
    parcels = to_layer(
        Cropland, {"P": {"geometry": field(0, 0)}, "Q": {"geometry": field(1, 0, 0.5)}}
    )
    rows = {
        "A": project(0, 0, 2),
        "B": project(5, 0, stage=None, on=None),
        "C": project(7, 0, stage="in_progress", on=None),
    }
    found = run(rows, cropland=parcels)
    off = mu(field(1.5, 0, 0.5))
    assert told(found, OFF) == [off, off, mu(field(1.5, 0, 0.5), field(5, 0))]
    assert found.against[OFF] == ("A",)
    assert found.features["off_cropland_mu"]["A"] == off
    assert OFF not in run(rows).measures
    none = run(rows, cropland=parcels[:0])
    assert told(none, OFF)[0] == mu(field(0, 0, 2))


def test_a_hole_is_taken_out() -> None:
    """A project around a village: the village is no farmland."""
    ring = field(0, 0, 3, 3) - field(1, 1)
    found = run({"A": project(0, 0) | {"geometry": ring}})
    assert told(found, AREA)[0] == pytest.approx(
        (area_mu(field(0, 0, 3, 3)) - area_mu(field(1, 1))) / 10_000, rel=1e-6
    )


def test_counties_add_up_to_the_whole() -> None:
    """A project that overlaps another county's keeps only what is its own."""
    counties = to_layer(
        Counties,
        {
            "211202": {"name": "甲", "geometry": field(-1, -1, 2.2, 4)},
            "211204": {"name": "乙", "geometry": field(1.2, -1, 9, 4)},
        },
    )
    found = run({"A": project(0, 0, 2), "B": project(1, 0, 2)}, counties=counties)
    rows = rollup(found, SHARE, "county_name")
    assert sorted(rows) == ["乙", "甲"]
    total = found.measures[SHARE].estimate
    assert sum(row[0] for row in rows.values()) == total.numerator == total.denominator
    assert float(rows["甲"][0]) == pytest.approx(area_mu(field(0, 0, 2)) * 2000 / 3, rel=1e-6)


def test_a_ledger_that_is_off_is_listed() -> None:
    """The sum of ledgers is not asked."""
    found = run({
        "A": project(0, 0) | {"ledger_area_mu": 1600.0},
        "B": project(2, 0) | {"ledger_area_mu": 1500.0},
    })
    assert found.tables["area_deviations"]["project_id"].tolist() == ["A"]
    assert len(found.warnings) == 1


def test_nothing_has_no_value_and_degrees_are_refused() -> None:
    """An empty layer is no pass."""
    layer = to_layer(FarmlandProjects, {"A": project(0, 0)})
    assert {m.value for m in analyse(layer[:0], as_of=AS_OF).measures.values()} == {None}
    with pytest.raises(CRSError):
        analyse(layer.to_crs(4490), as_of=AS_OF)
    with pytest.raises(CRSError):
        analyse(layer, cropland=layer.to_crs(4490), as_of=AS_OF)
