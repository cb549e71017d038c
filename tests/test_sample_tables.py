"""The sample's tables without places: indicators that add up, planted cases, and overrides."""

from decimal import Decimal

import geopandas as gpd
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import Indicator
from tieling_geo.sample import draw
from tieling_geo.schemas import LAYERS

WHOLE = "全市"
BY_COUNTY = "energy_per_industrial_value_added"


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    """Draw the sample once."""
    return draw(scale=0.1)


@pytest.fixture(scope="module")
def indicators() -> dict[str, Indicator]:
    """Read what the plan names."""
    return dict(read_plan(bundled_plans()["tieling_145"]).indicators)


def exact(value: float) -> Decimal:
    """Give a number by the decimals that are printed of it."""
    return Decimal(repr(float(value)))


def one(table: pd.DataFrame, title: str, area: str, year: int) -> pd.Series:
    """Return the one row of an indicator, area and year."""
    found = table[(table["indicator"] == title) & (table["area"] == area) & (table["year"] == year)]
    assert len(found) == 1
    return found.iloc[0]


def test_every_indicator_of_the_plan_has_its_years(
    layers: dict[str, gpd.GeoDataFrame], indicators: dict[str, Indicator]
) -> None:
    """Six years for the city, and for the seven counties where numbers add up, and no target."""
    table = layers["indicators"]
    counties = set(layers["counties"]["name"])
    assert set(table["indicator"]) == {indicator.title.zh for indicator in indicators.values()}
    for name, indicator in indicators.items():
        rows = table[table["indicator"] == indicator.title.zh]
        has_counties = indicator.is_additive or name == BY_COUNTY
        areas = {WHOLE} | (counties if has_counties else set())
        assert set(rows["area"]) == areas
        assert len(rows) == 6 * len(areas)
        assert set(rows["year"]) == set(range(2020, 2026))
    assert set(table["kind"]) == {"actual"}
    assert table["source"].str.contains("示例").all()
    assert table["source"].str.contains("SAMPLE").all()


def test_counties_add_up_but_for_one_year(
    layers: dict[str, gpd.GeoDataFrame], indicators: dict[str, Indicator]
) -> None:
    """To the last decimal; in the planted year they are more than the city by a tenth or more."""
    table, apart = layers["indicators"], []
    for name, indicator in indicators.items():
        if not indicator.is_additive:
            continue
        for year in range(2020, 2026):
            rows = table[(table["indicator"] == indicator.title.zh) & (table["year"] == year)]
            whole = one(table, indicator.title.zh, WHOLE, year)
            scale = 10_000 if whole["unit"] != indicator.unit else 1
            counties = sum(map(exact, rows.loc[rows["area"] != WHOLE, "value"]))
            if counties != exact(whole["value"]) / scale:
                assert counties > exact(whole["value"]) * Decimal("1.1")
                apart.append((name, year))
    assert apart == [("nitrogen_oxides_reduction", 2023)]


def test_every_row_is_in_the_plan_s_unit(
    layers: dict[str, gpd.GeoDataFrame], indicators: dict[str, Indicator]
) -> None:
    """A row in another unit would be rejected, and the embedded workspace has none of these."""
    table = layers["indicators"]
    needed = table["indicator"].map({i.title.zh: i.unit for i in indicators.values()})
    assert needed.notna().all()
    assert (table["unit"] == needed).all()


def test_only_one_number_is_blank(
    layers: dict[str, gpd.GeoDataFrame], indicators: dict[str, Indicator]
) -> None:
    """The share of construction waste that is used in 2025."""
    table = layers["indicators"]
    blank = table.loc[table["value"].isna(), ["indicator", "area", "year"]]
    title = indicators["construction_waste_use_share"].title.zh
    assert blank.to_numpy().tolist() == [[title, WHOLE, 2025]]


def test_one_indicator_falls_exactly_as_far_as_the_plan_asks(
    layers: dict[str, gpd.GeoDataFrame], indicators: dict[str, Indicator]
) -> None:
    """0.8 to 0.684 is a fall of 14.5 %, to the last decimal."""
    title = indicators["energy_per_gdp"].title.zh
    first, last = (
        exact(one(layers["indicators"], title, WHOLE, year)["value"]) for year in (2020, 2025)
    )
    assert (first - last) / first == Decimal("0.145")


def test_the_seed_moves_what_lies_between(indicators: dict[str, Indicator]) -> None:
    """The same seed gives the same table; another one other years between, and the same ends."""
    first, again, other = (draw(scale=0.1, seed=seed)["indicators"] for seed in (3, 3, 4))
    assert_frame_equal(first, again)
    title = indicators["straw_use_share"].title.zh
    values = [
        [one(table, title, WHOLE, year)["value"] for year in range(2020, 2026)]
        for table in (first, other)
    ]
    assert values[0][0] == values[1][0]
    assert values[0][-1] == values[1][-1]
    assert values[0][1:-1] != values[1][1:-1]


@pytest.mark.parametrize("scale", [0.01, 1.0])
def test_overrides_name_what_is_there(scale: float) -> None:
    """Layers and columns by their Chinese titles, features that exist, and one blank."""
    drawn = draw(scale=scale)
    overrides = drawn["overrides"]
    names = {schema.card().title.zh: name for name, schema in LAYERS.items()}
    layers = overrides["layer"].map(names)
    assert layers.tolist() == ["boilers", "boilers", "outfalls", "black_odorous_waters"]
    for layer, row in zip(layers, overrides.itertuples(), strict=True):
        schema = LAYERS[layer]
        assert row.feature_id in set(drawn[layer][schema.card().key])
        assert row.column in {column.title.zh for column in schema.columns()}
    assert overrides["value"].isna().tolist() == [False, True, False, False]
    assert overrides["who"].str.contains("示例").all()
    assert overrides["why"].str.contains("示例").all()
    assert overrides["evidence"].str.contains("示例").all()


def test_overrides_change_what_the_ledgers_have() -> None:
    """A coal boiler in use becomes retired, a retired one loses its date, two blanks are filled."""
    drawn = draw()
    boilers = drawn["boilers"].set_index("boiler_id")
    running, retired, outfall, water = drawn["overrides"]["feature_id"]
    assert boilers.loc[running, ["fuel", "status"]].tolist() == ["coal", "operating"]
    assert boilers.loc[retired, ["fuel", "status"]].tolist() == ["coal", "retired"]
    assert pd.notna(boilers.loc[retired, "retired_on"])
    area = drawn["heating_supply_areas"].union_all()
    assert boilers.loc[[running, retired]].covered_by(area).all()
    assert pd.isna(drawn["outfalls"].set_index("outfall_id").loc[outfall, "stage"])
    assert pd.isna(drawn["black_odorous_waters"].set_index("part_id").loc[water, "status"])
