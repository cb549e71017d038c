"""Which boundary of a built-up area counts, and what ground it adds."""

import geopandas as gpd
import pytest
from shapely import box

from tests.analyses.hand_made_layers import to_layer
from tieling_geo.errors import ParameterError
from tieling_geo.operations.builtup_ground import ground_in_year
from tieling_geo.schemas import BuiltupAreas


def areas(*rows: tuple[str, str, str, int, tuple[float, float, float, float]]) -> gpd.GeoDataFrame:
    """Lay out built-up areas: id, name, scope, year, box."""
    return to_layer(
        BuiltupAreas,
        {
            key: {
                "name": name,
                "scope": scope,
                "boundary_year": year,
                "geometry": box(*(560_000 + v for v in at[:1]), at[1], 560_000 + at[2], at[3]),
            }
            for key, name, scope, year, at in rows
        },
    )


LAYER = areas(
    ("5", "Old", "city", 2015, (0, 0, 100, 100)),
    ("4", "Old", "city", 2025, (0, 0, 200, 100)),
    ("6", "Old", "city", 2026, (0, 0, 900, 100)),
    ("3", "Next", "city", 2020, (150, 0, 300, 100)),
    ("2", "Late", "city", 2027, (250, 0, 400, 100)),
    ("1", "Late", "city", 2030, (250, 0, 900, 100)),
    ("7", "Town", "town", 2020, (0, 0, 100, 100)),
    ("8", "Old", "city", 2025, (10, 10, 20, 20)),
)


def test_each_row_counts_once_or_says_why_not() -> None:
    """The day's year is closed; the lowest number has the ground, and what is known before all."""
    found = ground_in_year(LAYER, scope="city", year=2025)
    assert found["reason"].to_dict() == {
        "5": "other_year",
        "4": "",
        "6": "other_year",
        "3": "",
        "2": "no_boundary",
        "1": "other_year",
        "7": "other_scope",
        "8": "inside_other",
    }
    sizes = {key: own.area for key, own in found["own"].items() if not own.is_empty}
    # 3 comes before 4 and keeps what both have; 2 is not known, and has what is left.
    assert sizes == {"4": 15_000.0, "3": 15_000.0, "2": 10_000.0}
    assert all((area > 0) == (key in sizes) for key, area in found["area"].items())


def test_order_of_rows_does_not_matter() -> None:
    """Numbers decide, not places."""
    one = ground_in_year(LAYER, scope="city", year=2025)
    other = ground_in_year(LAYER.iloc[::-1], scope="city", year=2025)
    assert other.loc[one.index, ["area", "reason"]].equals(one[["area", "reason"]])


def test_an_empty_layer_and_a_wrong_scope() -> None:
    """Nothing is nothing; a misspelt scope is refused."""
    assert len(ground_in_year(LAYER.iloc[:0], scope="city", year=2025)) == 0
    with pytest.raises(ParameterError):
        ground_in_year(LAYER, scope="cities", year=2025)
