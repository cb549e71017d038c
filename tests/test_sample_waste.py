"""What the sample plants among waste works, hazardous and medical waste."""

import geopandas as gpd
import pandas as pd
import pytest

from tieling_geo.sample import draw

ON, EVE = pd.Timestamp("2025-12-31"), pd.Timestamp("2025-12-30")


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    """Draw the sample at scale 1 once, each layer by its key."""
    drawn = draw()
    return {name: layer.set_index(layer.columns[0]) for name, layer in drawn.items()}


def test_waste_works(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """On the day opened and closed, closed before it opened, and what is missing."""
    works = layers["waste_facilities"]
    assert works.loc["WF0004", "commissioned_on"] == works.loc["WF0007", "retired_on"] == ON
    assert works.loc["WF0008", "retired_on"] < works.loc["WF0008", "commissioned_on"]
    assert works.index[works["kind"].isna()].tolist() == ["WF0013"]
    assert works.index[works["design_t_per_d"] == 0].tolist() == ["WF0014"]
    assert works.index[works["design_t_per_d"].isna()].tolist() == ["WF0015"]


def test_hazardous_waste(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Licences on the day, on its eve and undated; a class that nobody treats; odd sites."""
    rooms, sources = layers["hazardous_waste_facilities"], layers["hazardous_waste_generators"]
    assert [(rooms["expires_on"] == day).sum() for day in (ON, EVE)] == [1, 1]
    assert rooms["expires_on"].isna().sum() == 1
    assert set(sources["waste_class"]) - set(rooms["waste_class"]) == {"HW31"}
    amount = sources["generated_t_per_year"]
    assert set(sources.loc[amount.isna(), "site_id"]) == {"HG0004"}
    assert set(sources.loc[amount == 0, "site_id"]) == {"HG0003"}
    island = layers["freight_sites"].geometry.loc["F0002"]
    assert sources.geometry[sources["site_id"] == "HG0001"].eq(island).all()


def test_medical_waste(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Contracts on the day and its eve, a contradiction, and joins that fail."""
    sites, routes = layers["medical_sites"], layers["medical_waste_routes"]
    assert sites["contract_until"].tolist()[:2] == [ON, EVE]
    stated = sites["route_id"].dropna()
    assert stated.index[~stated.isin(routes.index)].tolist() == ["M0003"]
    odd = ~sites["has_contract"] & sites["contract_until"].notna()
    assert sites.index[odd].tolist() == ["M0004"]
    assert sites.index[sites["waste_t_per_year"].isna()].tolist() == ["M0005"]
    known = layers["hazardous_waste_facilities"]["facility_id"]
    assert routes.index[~routes["facility_id"].isin(known)].tolist() == ["R03"]
    assert routes.index[routes["ended_on"].notna()].tolist() == ["R02"]
