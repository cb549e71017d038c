"""What the sample draws: schemas, counts, planted cases, and how layers fit each other."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal
from shapely import Point

from tieling_geo.crs import to_geodesic_area_m2, to_working_crs
from tieling_geo.sample import draw, schematic_base
from tieling_geo.schemas import LAYERS


@pytest.fixture(scope="module")
def layers() -> dict[str, gpd.GeoDataFrame]:
    """Draw the sample at scale 1 once, in metres."""
    return {name: to_working_crs(layer, name=name) for name, layer in draw().items()}


def by_key(layer: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Index a layer by its business key."""
    return layer.set_index(LAYERS[name].card().key)


@pytest.mark.parametrize(("scale", "seed"), [(1.0, 20251231), (0.01, 0), (0.2, 7), (3.0, 99)])
def test_every_layer_fits_its_schema(scale: float, seed: int) -> None:
    """Every registered layer is drawn, with exact columns and types, sorted, and in degrees."""
    drawn = draw(scale=scale, seed=seed)
    assert list(drawn) == list(LAYERS)
    for name, schema in LAYERS.items():
        layer = drawn[name]
        schema.check(layer)
        assert layer.crs.to_epsg() == 4490
        assert [c.name for c in schema.columns()] == [c for c in layer if c != "geometry"]
        assert layer[schema.card().key].is_monotonic_increasing
        if not schema.card().has_places:
            assert layer.geometry.isna().all()
            continue
        assert layer.is_valid.all()
        assert not layer.is_empty.any()
        xy = shapely.get_coordinates(layer.geometry.to_numpy())
        assert (np.round(xy, 7) == xy).all()


def test_counts_grow_linearly() -> None:
    """Scale 1 has the numbers promised, and scale 30 thirty times these."""
    promised = {"boilers": 300, "outfalls": 400, "river_reaches": 40, "freight_sites": 60}
    for scale in (1, 30):
        drawn = draw(scale=scale)
        assert {name: len(drawn[name]) for name in promised} == {
            name: n * scale for name, n in promised.items()
        }
        assert drawn["black_odorous_waters"]["water_id"].nunique() == 30 * scale
        assert 500 * scale <= len(drawn["roads"]) <= 900 * scale
        assert len(drawn["counties"]) == len(drawn["heating_supply_areas"]) == 7
        assert len(drawn["water_sections"]) == 26


def test_the_seed_decides() -> None:
    """The same seed draws the same frames; another one moves ledgers but not the frame."""
    first, again, other = draw(scale=0.1), draw(scale=0.1), draw(scale=0.1, seed=1)
    for name in LAYERS:
        assert_frame_equal(first[name], again[name])
    same = {name for name in LAYERS if first[name].geometry.equals(other[name].geometry)}
    assert same >= {"counties", "river_reaches"}
    assert same.isdisjoint({"boilers", "outfalls", "freight_sites", "roads", "parks"})


def test_another_scale_keeps_the_named_rivers() -> None:
    """Only invented tributaries come with the scale."""
    names = [set(schematic_base(scale=s).river_reaches["river_name"]) for s in (0.1, 1, 3)]
    assert names[0] < names[1]
    assert names[0] < names[2]
    assert all(name.startswith("示例支流") for name in (names[1] | names[2]) - names[0])
    assert {"辽河", "清河", "招苏台河", "柴河", "凡河", "亮子河", "寇河", "二道河"} == names[0]


def test_counties_tile_their_union(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """No gap, no overlap, and every seat's vertex-exact neighbours share their border."""
    shapes = layers["counties"].geometry
    assert shapes.area.sum() == pytest.approx(shapes.union_all().area, rel=1e-6)
    assert shapely.coverage_is_valid(draw(scale=0.1)["counties"].geometry.to_numpy())
    assert shapes.union_all().geom_type == "Polygon"
    assert not shapes.union_all().interiors
    assert layers["counties"]["population"].isna().all()


def test_reaches_flow_to_one_outlet() -> None:
    """Each reach ends where exactly one begins, in a river of the right level, down to the sea."""
    reaches = draw(scale=3)["river_reaches"]
    starts = shapely.get_coordinates(shapely.get_point(reaches.geometry.to_numpy(), 0))
    ends = shapely.get_coordinates(shapely.get_point(reaches.geometry.to_numpy(), -1))
    begins = {tuple(xy): row for row, xy in enumerate(starts)}
    assert len(begins) == len(reaches)
    downstream = {row: begins.get(tuple(xy)) for row, xy in enumerate(ends)}
    outlets = [row for row, following in downstream.items() if following is None]
    assert reaches.loc[outlets, "river_name"].tolist() == ["辽河"]
    for row, following in downstream.items():
        if following is not None:
            here, there = reaches.loc[row], reaches.loc[following]
            step = 0 if here["river_name"] == there["river_name"] else 1
            assert here["tributary_level"] == there["tributary_level"] + step
    graph = nx.DiGraph((a, b) for a, b in downstream.items() if b is not None)
    assert nx.is_directed_acyclic_graph(graph)
    assert nx.is_weakly_connected(graph)


def test_rivers_meet_only_at_confluences(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """No two reaches cross: they have no point in common but end vertices."""
    lines = layers["river_reaches"].geometry
    pairs = lines.sindex.query(lines, predicate="intersects").T
    for a, b in pairs[pairs[:, 0] < pairs[:, 1]]:
        common = lines.iloc[a].intersection(lines.iloc[b])
        assert common.geom_type == "Point"
        assert common.touches(lines.iloc[a].boundary) or common.within(lines.iloc[a].boundary)
        assert common.within(lines.iloc[b].boundary)


@pytest.mark.parametrize("scale", [1, 30])
def test_every_point_is_in_exactly_one_county(scale: int) -> None:
    """Ledger points keep off borders, and state the county that holds them."""
    drawn = draw(scale=scale)
    for name in ("boilers", "outfalls", "freight_sites"):
        held = drawn[name].sjoin(drawn["counties"][["name", "geometry"]], predicate="intersects")
        assert len(held) == len(drawn[name])
        assert held.index.is_unique
        stated = held["county"].dropna()
        assert (stated == held.loc[stated.index, "name_right"]).all()


def test_boundary_boiler(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """One operating coal boiler stands exactly on a vertex of a supply area, no other does."""
    drawn = draw()
    vertices = {
        tuple(xy)
        for xy in shapely.get_coordinates(drawn["heating_supply_areas"].geometry.to_numpy())
    }
    places = shapely.get_coordinates(drawn["boilers"].geometry.to_numpy())
    hit = [row for row, xy in enumerate(places) if tuple(xy) in vertices]
    assert drawn["boilers"].loc[hit, "boiler_id"].tolist() == ["B0001"]
    planted = by_key(layers["boilers"], "boilers").loc["B0001"]
    assert (planted["fuel"], planted["status"]) == ("coal", "operating")
    assert "示例" in planted["name"]


def test_boiler_of_exactly_35(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """One operating coal boiler of exactly 35 t/h is well inside a city's built-up area."""
    planted = by_key(layers["boilers"], "boilers").loc["B0002"]
    assert planted[["fuel", "status", "capacity_t_per_h"]].tolist() == ["coal", "operating", 35.0]
    areas = layers["builtup_areas"]
    city = areas[(areas["scope"] == "city") & (areas["boundary_year"] == 2020)]
    assert city.geometry.union_all().boundary.distance(planted.geometry) > 100
    assert city.contains(planted.geometry).sum() == 1


def test_boilers_have_gaps(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Each kind of missing value stands in some rows, never in most."""
    boilers = layers["boilers"]
    neither = boilers["capacity_t_per_h"].isna() & boilers["capacity_mw"].isna()
    only_mw = boilers["capacity_t_per_h"].isna() & boilers["capacity_mw"].notna()
    undated = (boilers["status"] == "retired") & boilers["retired_on"].isna()
    gaps = [boilers["fuel"].isna(), boilers["status"].isna(), neither, only_mw]
    assert all(0 < gap.sum() < 60 for gap in gaps)
    assert boilers.loc[undated, "boiler_id"].tolist() == ["B0003"]
    years = boilers["retired_on"].dt.year.dropna()
    assert years.between(2018, 2025).all()
    assert not (boilers["retired_on"] < boilers["commissioned_on"]).any()


def test_outfalls_line_the_reaches(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """All but the first stand within 150 m of a reach of the river they state; it, beyond 20 km."""
    outfalls, reaches = layers["outfalls"], layers["river_reaches"]
    rivers = reaches.dissolve("river_name").geometry
    near = outfalls.iloc[1:]
    distance = near.geometry.distance(rivers.loc[near["river_name"]].set_axis(near.index))
    assert (distance <= 150).all()
    assert outfalls["outfall_id"].iloc[0] == "E0001"
    assert rivers.distance(outfalls.geometry.iloc[0]).min() > 20_000


def test_outfall_stages_follow_their_dates(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Dates come in the order of the chain, none after the as-of day; the stage is the last one."""
    outfalls = layers["outfalls"]
    names = ["surveyed", "monitored", "traced", "remediated", "signed_off"]
    dates = outfalls[[f"{name}_on" for name in names]].to_numpy()
    dated = ~np.isnat(dates)
    assert (dated[:, :-1] >= dated[:, 1:]).all()
    assert not (dates[:, :-1] > dates[:, 1:]).any()
    assert not (dates > np.datetime64("2025-12-31")).any()
    expected = [names[n - 1] if n else None for n in dated.sum(axis=1)]
    assert outfalls["stage"].astype(object).where(outfalls["stage"].notna(), None).tolist() == (
        expected
    )
    assert 0 < expected.count(None) < 60


def test_urban_outfalls_are_in_cities(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """The 25 untreated urban outfalls stand in cities' built-up areas, all signed off."""
    urban = layers["outfalls"][layers["outfalls"]["subkind"] == "urban_domestic_direct"]
    areas = layers["builtup_areas"]
    city = areas[(areas["scope"] == "city") & (areas["boundary_year"] == 2020)].union_all()
    assert len(urban) == 25
    assert urban.within(city).all()
    assert (urban["stage"] == "signed_off").all()
    assert urban["signed_off_on"].notna().all()


def test_black_odorous_waters(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """One body covers 2,000 m2 to the last stored decimal, and one has two parts."""
    stored = draw()["black_odorous_waters"]
    waters = by_key(layers["black_odorous_waters"], "black_odorous_waters")
    area_m2 = pd.Series(to_geodesic_area_m2(waters), waters.index)
    assert 2000 <= area_m2["W0001"] < 2000.01
    assert 2000 <= to_geodesic_area_m2(stored.iloc[:1])[0] < 2000.01
    assert (area_m2.drop("W0001") - 2000).abs().min() > 10
    assert area_m2.between(250, 6100).all()
    assert waters["water_id"].value_counts().tolist().count(2) == 1
    assert waters.loc["W0002", "water_id"] == waters.loc["W0003", "water_id"]
    assert area_m2[["W0002", "W0003"]].tolist() == pytest.approx([1200, 1200], abs=1)
    assert not waters.loc["W0002"].geometry.intersects(waters.loc["W0003"].geometry)


def test_freight_sites_on_the_threshold_and_on_the_island(
    layers: dict[str, gpd.GeoDataFrame],
) -> None:
    """Exactly one site moves 1,500,000 t; the second stands on roads that meet no others."""
    sites = by_key(layers["freight_sites"], "freight_sites")
    assert sites.index[sites["bulk_t_per_year"] == 1_500_000].tolist() == ["F0001"]
    assert sites["bulk_t_per_year"].dropna().between(50_000, 8_000_000).all()
    graph = nx.Graph()
    for line in layers["roads"].geometry:
        nx.add_path(graph, list(line.coords))
    parts = sorted(nx.connected_components(graph), key=len)
    assert [len(part) for part in parts[:-1]] == [3]
    triangle = shapely.Polygon(list(parts[0]))
    assert triangle.contains(sites.geometry["F0002"])
    others = layers["roads"][layers["roads"].disjoint(triangle)]
    assert len(others) == len(layers["roads"]) - 3


def test_sidings_touch_rail_and_site(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Each drawn siding ends at the exact point of a site that says it has one."""
    rails = layers["rail_lines"]
    sidings = rails[rails["kind"] == "siding"]
    sites = {tuple(p.coords[0]): has for p, has in _links(layers)}
    lines = rails[rails["kind"] != "siding"].union_all()
    assert len(sidings) == 8
    for line in sidings.geometry:
        assert sites[line.coords[-1]]
        assert Point(line.coords[0]).distance(lines) < 0.02


def _links(layers: dict[str, gpd.GeoDataFrame]) -> list[tuple[Point, bool]]:
    """Pair each site's point with whether it says it has a siding."""
    sites = layers["freight_sites"]
    has = sites["has_siding"].fillna(value=False)
    return list(zip(sites.geometry, has, strict=True))


def test_pipes_are_trees_that_reach_beyond_the_supply_area(
    layers: dict[str, gpd.GeoDataFrame],
) -> None:
    """Each network is one tree; some pipes leave their supply area."""
    pipes = layers["heating_pipes"]
    areas = layers["heating_supply_areas"].set_index("network_id").geometry
    for network, group in pipes.groupby("network_id"):
        graph = nx.Graph()
        for line in group.geometry:
            nx.add_path(graph, list(line.coords))
        assert nx.is_tree(graph), network
    outside = ~pipes.geometry.within(areas.loc[pipes["network_id"]].set_axis(pipes.index))
    assert 0 < outside.sum() < len(pipes)


def test_what_is_invented_says_so(layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Names are 示例, but for facts and for what the plan names: plants, parks and terminals."""
    for name in ("boilers", "outfalls", "freight_sites", "builtup_areas"):
        assert layers[name]["name"].str.contains("示例").all(), name
    terminals = layers["freight_terminals"]["name"]
    assert set(terminals[~terminals.str.contains("示例")]) == {
        "铁岭物流基地",
        "东北(铁岭)国际陆港",
    }
    facts = set(layers["heat_sources"]["name"]) | set(layers["parks"]["name"])
    assert {name for name in facts if "示例" not in name} == {
        "铁岭电厂",
        "清河电厂",
        "调兵山电厂",
        "铁岭经济技术开发区",
        "调兵山市经济开发区",
        "开原市经济开发区",
    }
