"""Sidings, pipelines and belts: recorded, mapped, contradicted, unknown."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

from tieling_geo.errors import CRSError
from tieling_geo.operations.freight_modes import freight_modes
from tieling_geo.schemas import RailLines

SIDING = gpd.GeoDataFrame(
    {"line_id": ["s", "m"], "kind": ["siding", "main"]},
    geometry=[LineString([(0, 0), (500, 0)]), LineString([(0, 1000), (500, 1000)])],
    crs=4550,
)


def site(
    *, siding: object = None, pipeline: object = None, conveyor: object = None, y: float = 5000.0
) -> gpd.GeoDataFrame:
    """Describe one site, `y` metres from the siding."""
    modes = {"has_siding": siding, "has_pipeline": pipeline, "has_conveyor": conveyor}
    columns = {name: pd.array([has], dtype="boolean") for name, has in modes.items()}
    return gpd.GeoDataFrame(columns, index=["S"], geometry=[Point(100, y)], crs=4550)


@pytest.mark.parametrize("siding", [True, False, None])
@pytest.mark.parametrize("pipeline", [True, False, None])
@pytest.mark.parametrize("conveyor", [True, False, None])
def test_any_recorded_mode_serves_and_a_blank_one_is_unknown(
    siding: object, pipeline: object, conveyor: object
) -> None:
    """All 27 records: one yes is enough; else a blank siding or pipeline leaves it open."""
    green = freight_modes(
        site(siding=siding, pipeline=pipeline, conveyor=conveyor), None, siding_distance_m=100.0
    )["green"]
    if True in (siding, pipeline, conveyor):
        assert green.tolist() == [True]
    elif None in (siding, pipeline):
        assert green.isna().tolist() == [True]
    else:
        assert green.tolist() == [False]


@pytest.mark.parametrize(("away_m", "serves"), [(100.0, True), (100.009, True), (100.02, None)])
def test_a_mapped_siding_serves_up_to_the_distance(away_m: float, serves: object) -> None:
    """Closed, with the border tolerance of a centimetre; a blank record stays unknown beyond."""
    found = freight_modes(site(y=away_m), SIDING, siding_distance_m=100.0).iloc[0]
    assert found["nearest_siding_m"] == away_m
    assert found["served_by"] == ("siding_mapped" if serves else "")
    assert found["siding"] is pd.NA if serves is None else found["siding"]


def test_only_a_siding_serves_not_the_main_line() -> None:
    """A site beside the main line is 1 km from the siding."""
    found = freight_modes(site(siding=False, pipeline=False, y=1000), SIDING, siding_distance_m=100)
    assert found["nearest_siding_m"].tolist() == [1000.0]
    assert found["green"].tolist() == [False]


def test_a_register_that_denies_the_mapped_siding_is_unknown() -> None:
    """Neither a pass nor a failure, unless another mode serves the site."""
    denied = freight_modes(site(siding=False, pipeline=False, y=9), SIDING, siding_distance_m=100)
    assert denied["is_contradicted"].tolist() == [True]
    assert denied[["siding", "green"]].isna().to_numpy().tolist() == [[True, True]]
    assert denied["served_by"].tolist() == [""]
    piped = freight_modes(site(siding=False, pipeline=True, y=9), SIDING, siding_distance_m=100)
    assert piped["green"].tolist() == [True]
    assert piped["siding"].isna().tolist() == [True]


def test_all_modes_are_told_in_their_order() -> None:
    """Recorded and mapped, a pipeline and a belt."""
    every = site(siding=True, pipeline=True, conveyor=True, y=0)
    found = freight_modes(every, SIDING, siding_distance_m=0.0)
    assert found["served_by"].tolist() == ["siding_recorded;siding_mapped;pipeline;conveyor"]


def test_without_a_map_or_a_mapped_siding_there_is_no_distance() -> None:
    """None, the empty layer, and a layer of main lines only."""
    for rails in (None, RailLines.empty("EPSG:4550"), SIDING.iloc[[1]]):
        found = freight_modes(site(siding=True), rails, siding_distance_m=100.0)
        assert found["nearest_siding_m"].isna().tolist() == [True]
        assert found["served_by"].tolist() == ["siding_recorded"]


def test_no_site_gives_no_row() -> None:
    """The empty layer keeps its columns."""
    found = freight_modes(site().iloc[:0], SIDING, siding_distance_m=100.0)
    assert found.shape == (0, 5)


def test_degrees_are_refused() -> None:
    """Sites or rails in a geographic CRS."""
    for sites_crs, rails_crs in ((4550, 4490), (4490, 4550)):
        sites = site().set_crs(sites_crs, allow_override=True)
        rails = SIDING.set_crs(rails_crs, allow_override=True)
        with pytest.raises(CRSError):
            freight_modes(sites, rails, siding_distance_m=100.0)
