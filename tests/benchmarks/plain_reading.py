"""
The peer of `tieling-geo read`: pandas, points, one reprojection, no check of anything.

`python -m tests.benchmarks.plain_reading FILE` prints how many rows there are and the sum of the
capacities, as far as pandas takes them for numbers.
"""

import json
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd

HEADER = (
    *("锅炉编号", "使用单位", "燃料类型", "额定蒸发量(蒸吨/小时)", "状态", "投用日期"),
    *("经度", "纬度"),
)
ROWS = 20_000


def rows() -> list[tuple[object, ...]]:
    """Give a ledger's rows: points on a lattice around the city."""
    return [
        (
            f"B{n:05d}", "甲厂", "燃煤", 1 + n % 75, "在用", "2019-06-30",
            round(123.6 + n % 200 / 250, 6), round(42.2 + n // 200 / 150, 6),
        )
        for n in range(ROWS)
    ]  # fmt: skip


def main() -> None:
    """Read, place and add up."""
    path = Path(sys.argv[1])
    frame = pd.read_csv(path) if path.suffix == ".csv" else pd.read_excel(path, engine="openpyxl")
    points = gpd.GeoDataFrame(
        frame, geometry=gpd.points_from_xy(frame["经度"], frame["纬度"]), crs="EPSG:4490"
    ).to_crs("EPSG:4550")
    print(json.dumps({"rows": len(points), "sum": float(points[HEADER[3]].sum())}))


if __name__ == "__main__":
    main()
