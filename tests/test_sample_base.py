"""The sample on a base that a caller gives, and the bases that are refused."""

import geopandas as gpd
import pytest
from shapely import LineString, box

from tieling_geo.crs import to_working_crs
from tieling_geo.errors import CRSError, LayerSchemaError, ParameterError
from tieling_geo.sample import Base, draw


def squares(side_m: float = 20_000.0, *, crs: int = 4550) -> Base:
    """Make a base of two square counties side by side, one straight river, and no railway."""
    counties = gpd.GeoDataFrame(
        {"county_id": ["999001", "999002"], "name": ["甲市", "乙县"]},
        geometry=[
            box(500_000, 4_700_000, 500_000 + side_m, 4_700_000 + side_m),
            box(500_000 + side_m, 4_700_000, 500_000 + 2 * side_m, 4_700_000 + side_m),
        ],
        crs=4550,
    )
    reaches = gpd.GeoDataFrame(
        {"reach_id": ["K1"], "river_name": ["直河"]},
        geometry=[LineString([(490_000, 4_710_000), (550_000, 4_710_000)])],
        crs=4550,
    )
    rails = gpd.GeoDataFrame({"line_id": []}, geometry=[], crs=4550).astype({"line_id": "str"})
    return Base(counties.to_crs(crs), reaches.to_crs(crs), rails.to_crs(crs))


@pytest.mark.parametrize("crs", [4550, 4326, 4490])
def test_another_base_keeps_every_point_in_one_county(crs: int) -> None:
    """Ledgers follow a given base in any CRS, with columns left out and no railway."""
    drawn = draw(scale=0.5, base=squares(crs=crs))
    metres = {name: to_working_crs(layer, name=name) for name, layer in drawn.items()}
    boilers = metres["boilers"].sjoin(metres["counties"], predicate="intersects")
    assert len(boilers) == 150
    assert boilers.index.is_unique
    river = metres["river_reaches"].geometry.iloc[0]
    outfalls = metres["outfalls"]
    assert (outfalls.geometry.iloc[1:].distance(river) <= 150).all()
    assert outfalls.geometry.iloc[0].distance(river) > 5000
    assert drawn["river_reaches"]["tributary_level"].isna().all()
    assert drawn["rail_lines"].empty
    assert set(drawn["counties"]["name"]) == {"甲市", "乙县"}


def test_a_hole_in_a_county_stays_empty() -> None:
    """Nothing is drawn where no county is: a detailed outline is followed, not its box."""
    base = squares()
    hole = box(502_000, 4_702_000, 518_000, 4_708_000)
    counties = base.counties.assign(geometry=base.counties.geometry.difference(hole))
    drawn = draw(scale=0.5, base=Base(counties, base.river_reaches, base.rail_lines))
    for name in ("boilers", "outfalls", "freight_sites"):
        assert not to_working_crs(drawn[name], name=name).intersects(hole).any()


@pytest.mark.parametrize(
    ("scale", "seed"), [(0.0, 1), (-1.0, 1), (float("nan"), 1), (float("inf"), 1), (1.0, -1)]
)
def test_a_senseless_scale_or_seed_is_refused(scale: float, seed: int) -> None:
    """Scale is open at zero, the seed closed."""
    with pytest.raises(ParameterError):
        draw(scale=scale, seed=seed)


def test_a_base_without_room_is_refused() -> None:
    """No county, no reach, no reach inside, counties that coincide, or one too narrow."""
    base = squares()
    empty, nowhere = base.counties.iloc[:0], base.river_reaches.translate(yoff=500_000)
    twice = base.counties.assign(geometry=[base.counties.geometry.iloc[0]] * 2)
    narrow = base.counties.assign(
        geometry=[base.counties.geometry.iloc[0], box(520_000, 4_700_000, 520_009, 4_720_000)]
    )
    wrong = [
        Base(empty, base.river_reaches, base.rail_lines),
        Base(base.counties, base.river_reaches.iloc[:0], base.rail_lines),
        Base(base.counties, base.river_reaches.set_geometry(nowhere), base.rail_lines),
        Base(twice, base.river_reaches, base.rail_lines),
        Base(narrow, base.river_reaches, base.rail_lines),
    ]
    for one in wrong:
        with pytest.raises(ParameterError):
            draw(scale=0.1, base=one)


def test_a_base_that_cannot_be_trusted_is_refused() -> None:
    """No CRS, a CRS without a known shift, or a value that breaks the schema."""
    base = squares()
    for crs in (None, "EPSG:2433"):
        columns = base.counties.drop(columns="geometry")
        shapes = base.counties.geometry.to_numpy()
        counties = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)
        with pytest.raises(CRSError):
            draw(scale=0.1, base=Base(counties, base.river_reaches, base.rail_lines))
    misnamed = base.counties.assign(county_id=["甲", "乙"])
    with pytest.raises(LayerSchemaError):
        draw(scale=0.1, base=Base(misnamed, base.river_reaches, base.rail_lines))
