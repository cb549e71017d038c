"""The sample's sewage and metered water: what its cards say is planted is there."""

from collections.abc import Mapping

import geopandas as gpd
import pytest
import shapely

from tieling_geo.crs import to_working_crs
from tieling_geo.sample.base import schematic_base
from tieling_geo.sample.ground import Ground
from tieling_geo.sample.sewage import draw_sewage
from tieling_geo.sample.towns import draw_towns
from tieling_geo.schemas import LAYERS

COUNTS = {"sewage_works": 10, "sewer_pipes": 12}


def drawn(scale: float) -> Mapping[str, gpd.GeoDataFrame]:
    """Draw the topic's layers alone."""
    base = schematic_base(scale=scale, seed=3)
    frames = (base.counties, base.river_reaches, base.rail_lines)
    ground = Ground.of(*(to_working_crs(frame, name="base") for frame in frames))
    towns = draw_towns(ground, scale=scale, seed=3)
    return draw_sewage(ground, towns, towns.layers, scale=scale, seed=3)


@pytest.fixture(scope="module")
def layers() -> Mapping[str, gpd.GeoDataFrame]:
    """Draw at a small scale, once."""
    return drawn(0.1)


def test_small_samples_are_whole(layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Every layer fits its schema, and none is empty."""
    for name, layer in layers.items():
        assert len(LAYERS[name].check(layer)) >= COUNTS.get(name, 1)


def test_residents_do_not_overlap(layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Cells of one grid, a city's among them, one of each planted kind."""
    cells = to_working_crs(layers["population_areas"], name="cells")
    assert shapely.coverage_is_valid(layers["population_areas"].geometry.to_numpy())
    assert cells.area.sum() == pytest.approx(cells.union_all().area, rel=1e-9)
    missing = cells[cells["residents"].isna()]
    assert sorted(missing["scope"]) == ["city", "rural"]
    assert (cells["residents"] == 0).sum() == 1


def test_planted_inflows(layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Exactly 100 mg/L all year; two low ones, one planned; a month missing; two lost rows."""
    records, works = layers["sewage_inflow_records"], layers["sewage_works"].set_index("works_id")
    year = records[records["year"] == 2025].set_index("works_id")
    assert set(year.loc["W0001", "bod_mg_per_l"]) == {100.0}
    assert year.loc[["W0002", "W0003"], "bod_mg_per_l"].max() < 100
    assert works.loc[["W0002", "W0003"], "plan_status"].tolist() == ["adopted", "none"]
    assert records["bod_mg_per_l"].isna().sum() == 1
    assert (~records["works_id"].isin(works.index)).sum() == 2
    assert works.loc["W0005", "commissioned_on"].isoformat() == "2020-12-31T00:00:00"
    assert (works["retired_on"] < works["commissioned_on"]).sum() == 1
    assert works[["commissioned_on", "design_t_per_d"]].isna().sum().tolist() == [1, 1]


def test_planted_volumes_and_repairs(layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """One city area leaks exactly a tenth; the first sewer is repaired on the day itself."""
    areas = layers["metered_areas"]
    city = areas[(areas["scope"] == "city") & (areas["year"] == 2025)]
    assert (city["billed_m3"] * 10 == city["input_m3"] * 9).sum() == 1
    assert city["billed_m3"].isna().sum() == 1
    assert (areas["billed_m3"] > areas["input_m3"]).sum() == 1
    first = layers["sewer_pipes"].iloc[0]
    assert (first["defect"], str(first["repaired_on"].date())) == ("misconnected", "2025-12-31")
