"""Water without a sewage project: who says there is water, and which project was there."""

from datetime import date
from fractions import Fraction

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_layers import Row, bounds, excluded, rollup, to_layer
from shapely import Point, box

from tieling_geo.analyses.village_water_and_sewage import analyse
from tieling_geo.errors import CRSError
from tieling_geo.records import Result
from tieling_geo.schemas import Counties, Villages, VillageSewageProjects, WaterSchemes

DAY = date(2025, 12, 31)
ON, AFTER = pd.Timestamp("2025-12-31"), pd.Timestamp("2026-01-01")
SHARE = "villages_with_water_and_sewage_project_share"
LEFT = "villages_with_water_without_sewage_project"
#: A village with water, far from the scheme.
PLAIN = {"has_piped_water": True, "town_name": "T", "geometry": Point(5000, 5000)}
#: A scheme of 1 km square.
SCHEME = {"S": {"commissioned_on": ON, "geometry": box(0, 0, 1000, 1000)}}


def villages(**rows: Row) -> gpd.GeoDataFrame:
    """Lay out villages: what a row does not say is plain."""
    return to_layer(Villages, {name: {**PLAIN, **row} for name, row in rows.items()})


def projects(*rows: tuple[str, object]) -> gpd.GeoDataFrame:
    """Lay out projects: each village's id, and the day of approval."""
    table = {
        f"P{n}": {"village_id": village, "approved_on": day, "geometry": None}
        for n, (village, day) in enumerate(rows)
    }
    return (
        to_layer(VillageSewageProjects, table)
        if table
        else VillageSewageProjects.empty("EPSG:4550")
    )


def ask(
    layer: gpd.GeoDataFrame, *rows: tuple[str, object], scheme_on: object = ON, **given: object
) -> Result:
    """Ask with the scheme and some projects."""
    schemes = to_layer(WaterSchemes, {"S": {**SCHEME["S"], "commissioned_on": scheme_on}})
    return analyse(layer, schemes, projects(*rows), as_of=DAY, **given)


@pytest.mark.parametrize(
    ("own", "at", "scheme_on", "category", "source"),
    [
        (True, 5000, ON, "without_project", "village"),
        (False, 5000, ON, "no_water", ""),
        (None, 5000, ON, "unknown", ""),
        (True, 500, ON, "without_project", "both"),
        (None, 500, ON, "without_project", "scheme"),
        (False, 500, ON, "without_project", "scheme_at_odds"),
        (None, 1000, ON, "without_project", "scheme"),  # on the border: closed
        (None, 1000.02, ON, "unknown", ""),
        (None, 500, AFTER, "unknown", ""),  # not in service by the day
        (False, 500, AFTER, "no_water", ""),
        (None, 500, None, "unknown", ""),  # nobody knows since when it runs
        (False, 500, None, "no_water", ""),
    ],
)
def test_who_says_that_there_is_water(
    own: bool | None,  # noqa: FBT001 - it is a value, not a switch
    at: float,
    scheme_on: object,
    category: str,
    source: str,
) -> None:
    """The village itself, or a scheme that runs by the day."""
    layer = villages(A={"has_piped_water": own, "geometry": Point(at, 500)})
    features = ask(layer, scheme_on=scheme_on).features
    assert features.loc["A", ["category", "water_from"]].tolist() == [category, source]


def test_a_project_counts_from_its_approval() -> None:
    """On the day (closed) it counts, later not yet; undated nobody knows, but for a dated one."""
    layer = villages(on={}, later={}, undated={}, sure={}, none={})
    rows = [("on", ON), ("later", AFTER), ("undated", None), ("sure", None), ("sure", ON)]
    found = ask(layer, *rows)
    assert found.features["category"].to_dict() == {
        "on": "with_project",
        "later": "without_project",
        "undated": "unknown",
        "sure": "with_project",
        "none": "without_project",
    }
    assert found.features["projects"].to_dict() == {
        "on": 1,
        "later": 1,
        "undated": 1,
        "sure": 2,
        "none": 0,
    }
    assert bounds(found.measures[SHARE]) == (40, 50, 60)
    assert bounds(found.measures[LEFT]) == (2, 2, 3)
    assert found.against[LEFT] == ("later", "none")
    assert excluded(found, LEFT) == {
        "undated": ("unknown", "it has a sewage project, but no date of approval")
    }


def test_projects_of_no_village_are_told() -> None:
    """Listed in a table, sorted, and in a warning; without one there is neither."""
    found = ask(villages(A={}), ("Z", ON), ("A", ON), ("a", ON))
    table = found.tables["unmatched_projects"]
    assert table[["project_id", "village_id"]].to_numpy().tolist() == [["P0", "Z"], ["P2", "a"]]
    assert [warning.en for warning in found.warnings] == [
        "2 sewage project(s) name a village that is not in the layer; they are listed"
    ]
    plain = ask(villages(A={}), ("A", ON))
    assert (len(plain.tables["unmatched_projects"]), plain.warnings) == (0, ())


def test_villages_at_odds_with_a_scheme_are_listed() -> None:
    """The one that denies its water, and no other."""
    inside = {"geometry": Point(500, 500)}
    layer = villages(A={**inside, "has_piped_water": False}, B=inside, C={"has_piped_water": False})
    assert ask(layer).tables["water_at_odds"]["village_id"].tolist() == ["A"]


def test_whether_there_is_water_may_be_open() -> None:
    """Unknown water without a project can only be left or out; with one only done or out."""
    layer = villages(
        done={}, left={}, perhaps={"has_piped_water": None}, served={"has_piped_water": None}
    )
    found = ask(layer, ("done", ON), ("served", ON))
    assert bounds(found.measures[SHARE]) == (Fraction(100, 3), 50, Fraction(200, 3))
    assert bounds(found.measures[LEFT]) == (1, 1, 2)
    assert {kind for kind, _ in excluded(found, SHARE).values()} == {"unknown"}


def test_margins_are_to_schemes_that_run() -> None:
    """Positive inside; without a running scheme there is none."""
    layer = villages(A={"geometry": Point(900, 500)}, B={"geometry": Point(1300, 500)})
    assert ask(layer).features["scheme_margin_m"].tolist() == [100, -300]
    assert ask(layer, scheme_on=AFTER).features["scheme_margin_m"].isna().all()


def test_groups_add_up_and_empty_layers_have_no_value() -> None:
    """Counties and towns; no village: no value."""
    counties = to_layer(Counties, {"211201": {"name": "X", "geometry": box(0, 0, 9000, 9000)}})
    layer = villages(A={}, B={"town_name": None}, C={"has_piped_water": None})
    found = ask(layer, ("A", ON), counties=counties)
    assert rollup(found, SHARE, "county_name") == {"X": (1, 2, 1)}
    assert rollup(found, SHARE, "town_name") == {"": (0, 1, 0), "T": (1, 1, 1)}
    empty = analyse(layer[:0], WaterSchemes.empty("EPSG:4550"), projects(), as_of=DAY)
    assert {measure.value for measure in empty.measures.values()} == {None}


def test_degrees_are_refused() -> None:
    """Either layer that is not in metres."""
    layer, schemes = villages(A={}), to_layer(WaterSchemes, SCHEME)
    for wrong in ((_in_degrees(layer), schemes), (layer, _in_degrees(schemes))):
        with pytest.raises(CRSError):
            analyse(*wrong, projects(), as_of=DAY)


def _in_degrees(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """State a wrong CRS."""
    return layer.set_crs(4490, allow_override=True)
