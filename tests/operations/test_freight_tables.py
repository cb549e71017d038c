"""The city's freight beside its counties', and its shares by year."""

from fractions import Fraction

import pandas as pd

from tieling_geo.operations.freight_tables import compared, in_series


def rows(*stated: tuple[int, str, float | None, str | None]) -> pd.DataFrame:
    """Lay out year, mode, tonnes and county; without a county it is the city's."""
    table = pd.DataFrame(stated, columns=["year", "mode", "freight_t", "county"])
    table["freight_t"] = table["freight_t"].astype("float64")
    return table.assign(is_city=table["county"].isna(), turnover_t_km=table["freight_t"])


def test_only_whole_sums_are_held_against_the_city() -> None:
    """Exactly on the tolerance is no difference; a county that is missing, or twice, is told."""
    city, a, b = (2025, "rail", 100.0, None), (2025, "rail", 41.0, "A"), (2025, "rail", 60.0, "B")
    told = {
        (city, a, b): (0, False),
        (city, a, (2025, "rail", 60.5, "B")): (0, True),
        (city, a): (1, False),
        (city, a, a, (2025, "rail", 90.0, "B")): (0, False),
        (a, b): (0, False),
    }
    for stated, expected in told.items():
        row = compared(rows(*stated), 2025, ("A", "B"), Fraction(1, 100)).iloc[0]
        assert (row["counties_missing"], row["is_beyond_tolerance"]) == expected
    unknown = compared(rows(city, a), 2025, None, Fraction(0)).iloc[0]
    assert unknown["counties_missing"] is pd.NA


def test_years_after_the_last_are_left_out() -> None:
    """And nothing stated gives an empty table."""
    table = rows((2026, "rail", 1.0, None), (2026, "road", 1.0, None))
    assert compared(table, 2025, None, Fraction(0)).empty
    assert in_series(table, ("rail",), 2025).empty
    assert in_series(table, ("rail", "road"), 2026)["rail_tonnes_share_pct"].tolist() == [50.0]
    assert in_series(table, ("rail", "pipeline"), 2026)["rail_tonnes_share_pct"].isna().all()
