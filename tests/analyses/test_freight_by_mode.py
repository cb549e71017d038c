"""The railways' share of freight: exact small cases by hand."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from shapely import box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.freight_by_mode import analyse
from tieling_geo.errors import ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, FreightFlows

DAY = date(2025, 12, 31)
TONNES, TURNOVER = "rail_tonnes_share", "rail_turnover_share"
COUNTIES = to_layer(
    Counties,
    {
        "100001": {"name": "West", "geometry": box(560_000, 4_690_000, 561_000, 4_691_000)},
        "100002": {"name": "East", "geometry": box(561_000, 4_690_000, 562_000, 4_691_000)},
    },
)


def flow(mode: str, tonnes: float | None, **columns: object) -> dict[str, object]:
    """Describe a mode's freight of the city in 2025; each tonne goes 10 km."""
    turnover = None if tonnes is None else 10 * tonnes
    return {
        "area": "全市",
        "year": 2025,
        "mode": mode,
        "freight_t": tonnes,
        "turnover_t_km": turnover,
        "geometry": None,
    } | columns


def found(*, as_of: date = DAY, given: dict[str, Any] | None = None, **rows: Any) -> Result:  # noqa: ANN401 - rows
    """Ask of these rows."""
    layer = to_layer(FreightFlows, rows)
    return analyse(layer, counties=COUNTIES, as_of=as_of, **(given or {}))


def test_rail_of_all_modes() -> None:
    """30 of 200 tonnes, and 900 of 2,600 tonne-kilometres, each mode of its own."""
    result = found(
        A=flow("rail", 30.0, turnover_t_km=900.0),
        B=flow("road", 160.0),
        C=flow("pipeline", 10.0),
        D=flow("rail", 99.0, year=2024),
        E=flow("rail", 5.0, area="West"),
        F=flow("rail", 5.0, area="North"),
    )
    assert bounds(result.measures[TONNES]) == (15, 15, 15)
    assert bounds(result.measures[TURNOVER]) == (Fraction(90_000, 2600),) * 3
    assert result.against[TONNES] == ("B", "C")
    assert rollup(result, TONNES, "mode") == {
        "pipeline": (0, 10, 0),
        "rail": (30, 30, 0),
        "road": (0, 160, 0),
    }
    assert excluded(result, TONNES) == {
        "D": ("out_of_scope", "not of the last complete year"),
        "E": ("out_of_scope", "a county's; the city has rows of its own"),
        "F": ("out_of_scope", "neither the whole city nor a known county"),
    }
    assert result.features["share_of_area_pct"].tolist() == [15, 80, 5, 100, 100, 100]
    assert result.features["county_name"].fillna("").tolist() == ["", "", "", "", "West", ""]
    assert "North" in result.warnings[0].en


def test_a_year_is_complete_on_its_last_day() -> None:
    """The day before it is not: the year before counts."""
    rows = {
        "A": flow("rail", 1.0),
        "B": flow("road", 1.0),
        "C": flow("rail", 1.0, year=2024),
        "D": flow("road", 3.0, year=2024),
    }
    assert found(**rows).measures[TONNES].value == 50
    assert found(as_of=date(2025, 12, 30), **rows).measures[TONNES].value == 25


@pytest.mark.parametrize(
    ("rows", "listed"),
    [
        ({"B": flow("road", None)}, {"A": "unknown", "B": "unknown"}),
        ({}, {"A": "unknown", "全市 2025 road": "unknown"}),
        (
            {"B": flow("road", 1.0), "C": flow("road", 2.0, area="whole city")},
            {"A": "unknown", "B": "unknown", "C": "unknown"},
        ),
    ],
)
def test_a_mode_that_must_be_there_leaves_no_value(
    rows: dict[str, dict[str, object]], listed: dict[str, str]
) -> None:
    """Its number is missing, its row is, or it has two: the other modes wait for it."""
    result = found(A=flow("rail", 15.0), **rows)
    share = result.measures[TONNES]
    assert (share.value, share.counted, share.excluded) == (None, 0, len(listed))
    assert {key: kind for key, (kind, _) in excluded(result, TONNES).items()} == listed


def test_another_mode_without_a_number_leaves_the_low_end_open() -> None:
    """A pipeline may have moved nothing, or anything."""
    result = found(A=flow("rail", 15.0), B=flow("road", 85.0), C=flow("pipeline", None))
    assert bounds(result.measures[TONNES]) == (0, 15, 15)
    assert excluded(result, TONNES) == {"C": ("unknown", "the number is missing")}
    nothing = found(A=flow("rail", 0.0), B=flow("road", 0.0), C=flow("pipeline", None))
    assert (nothing.measures[TONNES].value, nothing.measures[TONNES].excluded) == (None, 3)


def test_no_freight_is_out_of_scope() -> None:
    """Nothing in scope is no pass; rail alone at zero is a share of zero."""
    share = found(A=flow("rail", 0.0), B=flow("road", 0.0)).measures[TONNES]
    assert (share.value, share.in_scope) == (None, 0)
    assert found(A=flow("rail", 0.0), B=flow("road", 5.0)).measures[TONNES].value == 0


def test_counties_are_compared_not_counted() -> None:
    """A sum exactly on the tolerance is silent; one beyond it is told; a county may be missing."""
    rows = {
        "A": flow("rail", 200.0),
        "B": flow("road", 800.0),
        "C": flow("rail", 101.0, area="West"),
        "D": flow("rail", 100.0, area="East"),
        "E": flow("road", 500.0, area="West"),
    }
    result = found(**rows)
    assert result.measures[TONNES].value == 20
    table = result.tables["counties_and_city"].set_index("mode")
    assert table.loc["rail", ["city_t", "counties_t", "difference_t"]].tolist() == [200, 201, 1]
    assert table["counties_missing"].to_dict() == {"rail": 0, "road": 1}
    assert not result.warnings
    told = found(given={"sum_tolerance_pct": 0.4}, **rows)
    assert [text.en for text in told.warnings] == ["2025 rail: city 200 t, sum of counties 201 t"]


def test_the_series_skips_years_that_are_not_whole() -> None:
    """A year without roads has no share."""
    result = found(A=flow("rail", 1.0), B=flow("road", 4.0), C=flow("rail", 7.0, year=2024))
    series = result.tables["series"].set_index("year")["rail_tonnes_share_pct"]
    assert series.dropna().to_dict() == {2025: 20.0}
    assert series.index.tolist() == [2024, 2025]


def test_without_counties_every_other_area_is_one() -> None:
    """And no county is named."""
    layer = to_layer(FreightFlows, {"A": flow("rail", 1.0, area="West")})
    result = analyse(layer, as_of=DAY)
    assert excluded(result, TONNES)["A"] == (
        "out_of_scope",
        "a county's; the city has rows of its own",
    )
    assert result.features["county_name"].isna().all()


@pytest.mark.parametrize(
    "given",
    [
        {"needed_modes": ("road",)},
        {"needed_modes": ("rail", "tram")},
        {"needed_modes": ("rail", "rail")},
        {"whole_area": ()},
        {"whole_area": ("全市", " ")},
        {"sum_tolerance_pct": -1.0},
    ],
)
def test_wrong_parameters_are_refused(given: dict[str, Any]) -> None:
    """Rail is needed, modes and names exist, and a tolerance is not negative."""
    with pytest.raises(ParameterError):
        found(given=given, A=flow("rail", 1.0))
