"""
The same headline numbers by another route: plain pandas, geopandas and networkx, nothing of ours.

Written for comparison, in time and in numbers: it reads a sample workspace's files by itself and
shares no code with the package.
"""

import itertools
import json
import sys
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

AS_OF = pd.Timestamp("2025-12-31")
METRES = 4550
SNAP_LIMIT_M = 2000
TITLES = {"boilers": "锅炉", "outfalls": "入河排污口"}


def read(root: Path, name: str) -> gpd.GeoDataFrame:
    """Read a layer's file into metres."""
    table = root / name / f"{name}.csv"
    if not table.exists():
        return gpd.read_file(root / name / f"{name}.gpkg").to_crs(METRES)
    rows = with_overrides(pd.read_csv(table, encoding="utf-8-sig"), root, name)
    points = gpd.points_from_xy(rows["经度"], rows["纬度"], crs=4490)
    return gpd.GeoDataFrame(rows, geometry=points).to_crs(METRES)


def with_overrides(rows: pd.DataFrame, root: Path, name: str) -> pd.DataFrame:
    """Set what persons decided about a layer's features; a blank means that nobody knows."""
    decided = pd.read_csv(root / "overrides" / "overrides.csv", encoding="utf-8-sig")
    for one in decided[decided["图层"] == TITLES.get(name)].to_dict("records"):
        rows.loc[rows.iloc[:, 0] == one["要素编号"], one["字段"]] = one["认定值"]
    return rows


def coal_left(root: Path) -> dict[str, int]:
    """Count the coal boilers that are left in coverage, and the small ones in built-up areas."""
    boilers = read(root, "boilers")
    coal = boilers[boilers["燃料类型"] == "燃煤"]
    running = coal["状态"].isin(["在用", "备用"]) & coal["淘汰日期"].isna()
    started = pd.to_datetime(coal["投用日期"])
    left = coal[running & ~(started > AS_OF)]
    supply = read(root, "heating_supply_areas").union_all()
    town = builtup(root)
    size = left["额定蒸发量(蒸吨/小时)"].fillna(left["额定热功率(兆瓦)"] / 0.7)
    return {
        "I01": int((left.distance(supply) <= 0.01).sum()),
        "I02_left": int(((left.distance(town) <= 0.01) & (size.round(6) <= 35)).sum()),
    }


def builtup(root: Path) -> object:
    """Unite the latest boundary of each city's built-up area."""
    areas = read(root, "builtup_areas")
    areas = areas[(areas["scope"] == "city") & (areas["boundary_year"] <= AS_OF.year)]
    latest = areas.groupby("name")["boundary_year"].transform("max")
    return areas[areas["boundary_year"] == latest].union_all()


def direct_outlets(root: Path) -> dict[str, int]:
    """Count the untreated urban outlets in built-up areas that are signed off."""
    outfalls = read(root, "outfalls")
    direct = outfalls[outfalls["二级类型"] == "城镇生活污水散排口"]
    inside = direct[direct.distance(builtup(root)) <= 0.01]
    done = pd.to_datetime(inside["销号日期"]) <= AS_OF
    return {"K02_done": int(done.sum()), "K02_of": len(inside)}


def to_road_graph(roads: gpd.GeoDataFrame) -> nx.DiGraph:
    """Make a node of every vertex and an edge of every segment."""
    graph = nx.DiGraph()
    oneway = roads["oneway"].eq(True)  # noqa: FBT003 - a missing value is two-way
    for line, only_forward in zip(roads.geometry, oneway, strict=True):
        for a, b in itertools.pairwise(np.round(np.asarray(line.coords), 3)):
            length = float(np.hypot(*(b - a)))
            pairs = [(tuple(a), tuple(b))]
            if not only_forward:
                pairs.append((tuple(b), tuple(a)))
            for tail, head in pairs:
                if length < graph.get_edge_data(tail, head, {}).get("length", np.inf):
                    graph.add_edge(tail, head, length=length)
    return graph


def nearest_terminal_km(root: Path) -> dict[str, float]:
    """Sum the road distance between the vertices nearest to each site and to its terminal."""
    roads = read(root, "roads").explode()
    graph = to_road_graph(roads)
    nodes = list(graph)
    tree = cKDTree(nodes)
    sites, yards = read(root, "freight_sites"), read(root, "freight_terminals")
    sites = sites[sites.distance(roads.union_all()) <= SNAP_LIMIT_M]
    at_sites = tree.query(sites.get_coordinates())[1]
    at_yards = [nodes[i] for i in tree.query(yards.get_coordinates())[1]]
    distance = nx.multi_source_dijkstra_path_length(
        graph.reverse(copy=False), set(at_yards), weight="length"
    )
    reached = [distance[nodes[i]] for i in at_sites if nodes[i] in distance]
    return {"sites_reached": len(reached), "road_km_about": round(sum(reached) / 1000)}


def headline_numbers(root: Path) -> dict[str, float]:
    """Give all of them."""
    return {**coal_left(root), **direct_outlets(root), **nearest_terminal_km(root)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(headline_numbers(Path(sys.argv[1]))) + "\n")
