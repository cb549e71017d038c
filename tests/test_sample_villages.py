"""The sample's villages and basin projects: the planted cases are what the cards say."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tieling_geo.crs import to_working_crs
from tieling_geo.sample import draw
from tieling_geo.schemas import LAYERS

DAY = pd.Timestamp("2025-12-31")


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    """Draw the sample once, each layer by its key."""
    drawn = draw(scale=0.2)
    return {name: drawn[name].set_index(LAYERS[name].card().key) for name in drawn}


def test_planted_villages(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Each contradicts itself, or stands on a threshold, in one thing."""
    villages = layers["villages"]
    on_day, undated = villages.loc["V0001"], villages.loc["V0002"]
    assert (on_day["sewage_method"], on_day["sewage_accepted_on"]) == ("station", DAY)
    assert undated["sewage_method"] == "station"
    assert pd.isna(undated["sewage_accepted_on"])
    exceeds = villages["households_treated"] > villages["households"]
    assert villages.index[exceeds.fillna(value=False)].tolist() == ["V0003"]
    heated = villages["clean_stove_households"] + villages["loose_coal_households"]
    exceeds = heated > villages["households"]
    assert villages.index[exceeds.fillna(value=False)].tolist() == ["V0004"]
    exceeds = villages["toilets_with_treatment"] > villages["upgraded_toilets"]
    assert villages.index[exceeds.fillna(value=False)].tolist() == ["V0005"]
    accepted = (villages["sewage_method"] == "none") & villages["sewage_accepted_on"].notna()
    assert villages.index[accepted].tolist() == ["V0006"]
    assert pd.isna(villages.loc["V0007", "sewage_method"])
    by_day = (villages["sewage_method"] != "none") & (villages["sewage_accepted_on"] <= DAY)
    assert (by_day & villages["sewage_method"].notna()).sum() == 10  # a quarter of 40
    corners = shapely.get_coordinates(layers["heating_supply_areas"].geometry.to_numpy())
    border = villages.loc["V0008"]
    assert border.geometry.coords[0] in set(map(tuple, corners))
    assert border["loose_coal_households"] > 0


def test_planted_schemes_and_projects(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """A scheme without a date and one to come; projects of no village, and two of one."""
    since = layers["water_schemes"]["commissioned_on"]
    assert pd.isna(since["WS01"])
    assert since["WS02"] > DAY
    projects = layers["village_sewage_projects"]
    lost = ~projects["village_id"].isin(layers["villages"].index)
    assert lost.tolist() == [False] * (len(projects) - 2) + [True] * 2
    assert (projects["village_id"] == "V0001").sum() == 2
    assert projects["approved_on"].isna().any()


def test_planted_basin_projects(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Accepted on the day, accepted at no time, accepted too early, and far from every reach."""
    projects = layers["basin_projects"]
    assert projects["stage"].iloc[:3].tolist() == ["accepted", "accepted", "in_progress"]
    days = projects["accepted_on"]
    assert (days["BP001"], pd.isna(days["BP002"]), days["BP003"] < DAY) == (DAY, True, True)
    metres = to_working_crs(projects, name="basin_projects").geometry
    reaches = to_working_crs(layers["river_reaches"], name="river_reaches").union_all()
    far = metres.distance(reaches)
    assert far["BP004"] > 10_000
    assert (far.drop("BP004") < 650).all()


def test_what_is_invented_says_so(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Every name is 示例."""
    for name in ("villages", "water_schemes", "village_sewage_projects", "basin_projects"):
        assert layers[name]["name"].str.contains("示例").all()
    assert layers["villages"]["town_name"].str.contains("示例").all()
