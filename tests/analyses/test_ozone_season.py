"""The ozone season: means, percentiles and valid days by hand."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from shapely import Point, box

from tests.analyses.hand_made_layers import bounds, excluded, rollup, to_layer
from tieling_geo.analyses.ozone_season import analyse
from tieling_geo.errors import CRSError, ParameterError
from tieling_geo.records import Result
from tieling_geo.schemas import AirQualityRecords, AirStations, Counties

DAY = date(2025, 12, 31)
NO2, O3 = "may_to_september_no2_mean", "may_to_september_o3_90th_percentile"
#: A season of one month has 30 days; the tests take September.
SEPTEMBER = {"first_month": 9.0, "last_month": 9.0}


def records(days: Mapping[str, Sequence[tuple[float | None, float | None]]], month: int = 9):  # noqa: ANN201
    """Lay out days of nitrogen dioxide and ozone from the first of a month on, by station."""
    rows = {
        f"{station}-{n}": {
            "station_id": station,
            "day": pd.Timestamp(2025, month, n + 1),
            "no2_ug_per_m3": no2,
            "o3_8h_ug_per_m3": ozone,
            "geometry": None,
        }
        for station, values in days.items()
        for n, (no2, ozone) in enumerate(values)
    }
    return to_layer(AirQualityRecords, rows)


STATIONS = to_layer(
    AirStations,
    {
        "A": {"geometry": Point(0, 0)},
        "B": {"geometry": Point(50, 0)},
        "C": {"geometry": Point(99, 0)},
    },
)
#: A: 30 days, 1 to 30; B: exactly 75 % of a month of 30 is 22.5, so 23 days suffice, 22 do not.
VALUES = {
    "A": [(float(n), 100.0 + n) for n in range(1, 31)],
    "B": [(10.0, 200.0)] * 22 + [(10.0, None)] + [(None, None)] * 7,
    "Z": [(1.0, 1.0)],
}


def found(**options: object) -> Result:
    """Analyse the stations as of the day."""
    return analyse(STATIONS, records(VALUES), **({"as_of": DAY} | SEPTEMBER | options))


def test_means_and_percentiles_by_hand() -> None:
    """1..30 has the mean 15.5; rank 27.1 of 101..130 is 127.1."""
    features = found().features
    assert features.loc["A", "no2_mean_ug_per_m3"] == 15.5
    assert features.loc["A", "o3_p90_ug_per_m3"] == pytest.approx(127.1)
    assert features.loc["B", "no2_mean_ug_per_m3"] == 10.0
    assert features["valid_days_pct"].tolist() == pytest.approx([100.0, 100 * 22 / 30, 0.0])
    assert features["o3_days_over"].tolist() == [0, 22, 0]


def test_a_station_with_too_few_days_is_unknown() -> None:
    """B has 23 days of nitrogen dioxide, 22 of ozone; C has none at all."""
    result = found()
    assert result.features["category"].tolist() == ["within", "unknown", "unknown"]
    assert excluded(result, O3) == {
        "B": ("unknown", "too few valid days"),
        "C": ("unknown", "no record in the season"),
    }
    # Between nothing and the 2,000 ug/m3 that the layer accepts.
    assert bounds(result.measures[NO2]) == (
        Fraction("25.5") / 3,
        Fraction("25.5") / 2,
        Fraction("2025.5") / 3,
    )


def test_exactly_the_least_share_counts() -> None:
    """22 of 30 days are 73 1/3 %: a limit of that share holds 24 of 30 against 80 %."""
    values = {"A": [(5.0, 5.0)] * 24}
    result = analyse(STATIONS, records(values), as_of=DAY, least_valid_days_pct=80.0, **SEPTEMBER)
    assert result.measures[NO2].counted == 1
    short = analyse(
        STATIONS,
        records({"A": values["A"][:23]}),
        as_of=DAY,
        least_valid_days_pct=80.0,
        **SEPTEMBER,
    )
    assert short.measures[NO2].counted == 0


def test_ozone_exactly_on_the_limit_is_not_over() -> None:
    """The limit itself attains."""
    values = {"A": [(1.0, 160.0)] * 30}
    features = analyse(STATIONS, records(values), as_of=DAY, **SEPTEMBER).features
    assert features.loc["A", ["category", "o3_days_over"]].tolist() == ["within", 0]


def test_other_days_do_not_count() -> None:
    """October is after the season; on 29 September the season of the year before is the last."""
    values = {"A": [(1.0, 1.0)] * 30}
    later = analyse(STATIONS, records(values, month=10), as_of=DAY, **SEPTEMBER)
    assert later.measures[NO2].counted == 0
    early = analyse(STATIONS, records(values), as_of=date(2025, 9, 29), **SEPTEMBER)
    assert early.measures[NO2].counted == 0
    on_time = analyse(STATIONS, records(values), as_of=date(2025, 9, 30), **SEPTEMBER)
    assert on_time.measures[NO2].value == 1


def test_records_of_no_station_are_listed() -> None:
    """Z is no station: one record, told and left out."""
    result = found()
    assert result.tables["records_without_station"].to_dict("records") == [
        {"station_id": "Z", "records": 1}
    ]
    assert "1 air-quality records" in result.warnings[0].en


def test_months_are_told() -> None:
    """One row a station and month, with the days that have a value."""
    table = found().tables["months"].set_index("station_id")
    assert table.loc["B", ["month", "no2_ug_per_m3", "o3_8h_ug_per_m3_days"]].tolist() == [
        9,
        10,
        22,
    ]


def test_counties_add_up() -> None:
    """A county's numerators and denominators are those of its stations."""
    rows = {
        "211201": {"name": "甲", "geometry": box(-10, -10, 20, 10)},
        "211202": {"name": "乙", "geometry": box(20, -10, 200, 10)},
    }
    result = found(counties=to_layer(Counties, rows))
    assert rollup(result, NO2, "county_name") == {
        "甲": (Fraction("15.5"), 1, 0),
        "乙": (10, 1, 1),
    }


def test_what_is_wrong_is_refused() -> None:
    """Degrees, and a season that ends before it begins."""
    empty = AirQualityRecords.empty("EPSG:4550")
    with pytest.raises(CRSError):
        analyse(AirStations.empty("EPSG:4490"), empty, as_of=DAY)
    with pytest.raises(ParameterError):
        found(first_month=9.0, last_month=5.0)
    assert analyse(AirStations.empty("EPSG:4550"), empty, as_of=DAY).measures[NO2].value is None
