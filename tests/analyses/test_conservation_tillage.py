"""Conservation tillage: on fields small enough to add up by hand."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_fields import area_mu, field
from hand_made_layers import Row, bounds, excluded, rollup, to_layer

from tieling_geo.analyses.conservation_tillage import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, TillagePlots

AS_OF = date(2025, 12, 31)
DONE, LEFT, SHARE, OVERLAP = (
    "tillage_area_times",
    "tillage_area_not_verified",
    "tillage_verified_share",
    "tillage_overlap",
)


def plot(year: int, *at: float, verified: bool | None = True, ledger: float | None = None) -> Row:
    """Describe a plot of a year."""
    return {
        "plot_id": f"P{at}",
        "year": year,
        "is_verified": verified,
        "ledger_area_mu": ledger,
        "geometry": field(*at),
    }


def run(rows: dict[str, Row], **values: float) -> Result:
    """Run the analysis on some plots."""
    return analyse(to_layer(TillagePlots, rows), as_of=AS_OF, **values)


def told(result: Result, name: str) -> list[object]:
    """Give value, low and high bound, in the unit of the measure."""
    low, value, high = bounds(result.measures[name])
    return [float(value), float(low), float(high)]


def wan_mu(*shapes: object) -> object:
    """Expect an area, in ten thousand mu, to a millionth of it."""
    return pytest.approx(area_mu(*shapes) / 10_000, rel=1e-6)


def test_a_field_counts_once_each_year() -> None:
    """Two years of the same ground are two times; a neighbour that touches is no overlap."""
    found = run({
        "A": plot(2024, 0, 0),
        "B": plot(2025, 0, 0),
        "C": plot(2025, 1, 0),
    })
    same = [field(0, 0), field(0, 0), field(1, 0)]
    assert told(found, DONE) == [wan_mu(*same)] * 3
    assert told(found, OVERLAP) == [0.0, 0.0, 0.0]
    assert found.measures[SHARE].value == 100


def test_an_overlap_within_a_year_counts_once() -> None:
    """The lower record keeps it; the other year is let be."""
    found = run({"A": plot(2024, 0, 0, 2), "B": plot(2024, 1, 0, 2), "C": plot(2025, 1, 0, 2)})
    assert told(found, DONE) == [wan_mu(field(0, 0, 3), field(1, 0, 2))] * 3
    assert told(found, OVERLAP) == [pytest.approx(area_mu(field(1, 0)), rel=1e-6)] * 3
    own = found.features["own_area_mu"]
    assert own["A"] == pytest.approx(area_mu(field(0, 0, 2)), rel=1e-6)
    assert own["B"] == pytest.approx(area_mu(field(2, 0)), rel=1e-6)
    assert found.against[OVERLAP] == ("B",)


def test_years_are_from_after_the_base_to_the_last_complete_one() -> None:
    """The base year is out (open); the year of 31 December is in; the next is not."""
    rows = {str(year): plot(year, year - 2020, 0) for year in (2019, 2020, 2021, 2025, 2026)}
    found = run(rows)
    assert told(found, DONE)[0] == wan_mu(field(1, 0), field(5, 0))
    assert excluded(found, DONE) == {
        "2019": ("out_of_scope", "of the base year or an earlier year"),
        "2020": ("out_of_scope", "of the base year or an earlier year"),
        "2026": ("out_of_scope", "the year was not over by the day"),
    }
    eve = analyse(to_layer(TillagePlots, rows), as_of=date(2025, 12, 30))
    assert told(eve, DONE)[0] == wan_mu(field(1, 0))
    assert told(run(rows, base_year=2019.0), DONE)[0] == wan_mu(
        field(0, 0), field(1, 0), field(5, 0)
    )
    assert found.features["years_after_base"].tolist() == [-1.0, 0.0, 1.0, 5.0, 6.0]


def test_what_nobody_says_widens_the_bounds_by_what_it_would_add() -> None:
    """The unknown plot lies half on a verified one; what is not verified adds nothing."""
    found = run({
        "A": plot(2025, 0, 0, 2),
        "B": plot(2025, 1, 0, 2, verified=None),
        "C": plot(2025, 2, 0, 2, verified=False),
    })
    sure, most = wan_mu(field(0, 0, 2)), wan_mu(field(0, 0, 3))
    assert told(found, DONE) == [sure, sure, most]
    assert told(found, LEFT) == [wan_mu(field(3, 0)), wan_mu(field(3, 0)), wan_mu(field(2, 0, 2))]
    share = [pytest.approx(n, rel=1e-4) for n in (200 / 3, 50.0, 75.0)]
    assert told(found, SHARE) == share
    assert told(found, OVERLAP) == [0.0, 0.0, pytest.approx(area_mu(field(1, 0)), rel=1e-6)]
    assert excluded(found, DONE) == {"B": ("unknown", "nobody says if it was verified")}
    assert found.against[DONE] == ("C",)
    assert found.features["category"].tolist() == ["verified", "unknown", "not_verified"]


def test_a_ledger_that_is_off_is_listed_and_the_polygon_counts() -> None:
    """Exactly at the tolerance is good (closed); beyond it, the row is told."""
    polygon = area_mu(field(0, 0))
    found = run(
        {
            "A": plot(2025, 0, 0, ledger=polygon * 1.2),
            "B": plot(2025, 1, 0, ledger=area_mu(field(1, 0)) * 0.9),
            "C": plot(2025, 2, 0),
            "D": plot(2026, 3, 0, ledger=1.0),
        },
        area_tolerance_pct=10.0,
    )
    table = found.tables["area_deviations"]
    assert table["record_id"].tolist() == ["A"]
    assert table["deviation_pct"].tolist() == [pytest.approx(20.0, abs=1e-4)]
    assert [word.en[:6] for word in found.warnings] == ["1 rows"]
    assert found.features["category"].tolist() == [
        "area_off",
        "verified",
        "verified",
        "out_of_scope",
    ]
    exact = float(found.features["deviation_pct"]["A"])
    same = run({"A": plot(2025, 0, 0, ledger=polygon * 1.2)}, area_tolerance_pct=exact)
    assert len(same.tables["area_deviations"]) == 0
    assert same.warnings == ()


def test_counties_and_years_add_up_to_the_whole() -> None:
    """By the county that holds a point of each plot."""
    plots = to_layer(
        TillagePlots,
        {
            "A": plot(2024, 0, 0),
            "B": plot(2025, 5, 0),
            "C": plot(2025, 6, 0, verified=False),
        },
    )
    counties = to_layer(
        Counties,
        {
            "211202": {"name": "甲", "geometry": field(-1, -1, 4, 4)},
            "211204": {"name": "乙", "geometry": field(3, -1, 9, 4)},
        },
    )
    found = analyse(plots, counties=counties, as_of=AS_OF)
    share = found.measures[SHARE].estimate
    for dimension, groups in (("county_name", ["乙", "甲"]), ("year", ["2024", "2025"])):
        rows = rollup(found, SHARE, dimension)
        assert sorted(rows) == groups
        assert sum(row[0] for row in rows.values()) == share.numerator
        assert sum(row[1] for row in rows.values()) == share.denominator
    assert float(rollup(found, SHARE, "county_name")["甲"][0]) == pytest.approx(
        area_mu(field(0, 0)) * 2000 / 3, rel=1e-6
    )


def test_the_day_and_the_base_year_are_levers() -> None:
    """A plot of 2020 stands on the base year; one of 2025 leaves with the day's eve."""
    found = run({"A": plot(2020, 0, 0), "B": plot(2025, 1, 0), "C": plot(2026, 2, 0)})
    base, day = found.levers[DONE]
    assert base.table["margin"].to_dict() == {"A": 0.0, "B": 5.0}
    assert base.closed is False
    assert day.table["margin"].to_dict() == {"B": 0, "C": -365}
    added = {key: float(n) for key, n in day.table["numerator"].items()}
    assert added == {"B": wan_mu(field(1, 0)), "C": wan_mu(field(2, 0))}


def test_no_plot_is_no_area() -> None:
    """Nothing in scope has no value."""
    found = run({"A": plot(2025, 0, 0)})
    empty = analyse(to_layer(TillagePlots, {"A": plot(2025, 0, 0)})[:0], as_of=AS_OF)
    assert {m.value for m in empty.measures.values()} == {None}
    assert found.measures[DONE].value is not None
    assert isinstance(found.measures[DONE].value, Fraction)


def test_what_cannot_be_is_refused() -> None:
    """Degrees, and a base year that is none."""
    plots = to_layer(TillagePlots, {"A": plot(2025, 0, 0)})
    with pytest.raises(CRSError):
        analyse(gpd.GeoDataFrame(plots.to_crs(4490)), as_of=AS_OF)
    with pytest.raises(ParameterError):
        analyse(plots, as_of=AS_OF, base_year=2020.5)


@pytest.mark.parametrize("moved", [2018.0, 2021.0, 2023.0, 2024.0])
def test_a_lever_tells_what_another_base_year_gives(moved: float) -> None:
    """Value and bounds with the base year moved are those of a run with it, overlaps and all."""
    rows = {
        f"R{n}": plot(2019 + n % 7, n % 3, 0, 2, verified=[True, None, False, True][n % 4])
        for n in range(21)
    }
    found, again = run(rows), run(rows, base_year=moved)
    lever, _ = found.levers[DONE]
    # What lies between the two years crosses: inside while later than the base year (open).
    shift = lever.table["margin"] - (moved - 2020)
    leaves = (lever.table["margin"] > 0) & (shift <= 0)
    enters = (lever.table["margin"] <= 0) & (shift > 0)
    for column, end in (
        ("numerator", "estimate"),
        ("low_numerator", "low"),
        ("high_numerator", "high"),
    ):
        added = lever.table[column]
        before = getattr(found.measures[DONE], end).numerator
        after = getattr(again.measures[DONE], end).numerator
        assert before - added[leaves].sum() + added[enters].sum() == after
