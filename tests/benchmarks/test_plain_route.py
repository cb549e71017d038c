"""The headline numbers by two routes that share no code."""

import importlib.util
from pathlib import Path

from tieling_geo.pipeline import assess
from tieling_geo.workspace import embedded_folder, open_workspace

_PLAIN = Path(__file__).with_name("plain.py")


def test_two_routes_agree() -> None:
    """Plain geopandas finds the same boilers, outlets and reachable sites, overrides applied."""
    spec = importlib.util.spec_from_file_location("plain_route", _PLAIN)
    assert spec is not None
    assert spec.loader is not None
    plain = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plain)
    theirs = plain.headline_numbers(embedded_folder("layers"))
    assessment = assess(open_workspace())
    ours = {verdict.clause.clause_id: verdict for verdict in assessment.verdicts}
    # Each route sets by itself what the ledger of overrides says; this verdict rests on some.
    assert ours["I01"].overrides
    assert ours["I01"].value == theirs["I01"]
    assert len(ours["I02"].against) == theirs["I02_left"]
    assert ours["K02"].counted == theirs["K02_of"]
    assert ours["K02"].counted - len(ours["K02"].against) == theirs["K02_done"]
    sites = assessment.results["rail_freight_catchments"].features
    assert int(sites["reachable"].sum()) == theirs["sites_reached"]
    # The plain route snaps to vertices, ours to the nearest point of a road: about the same sum.
    total_km = sites["network_distance_m"].sum() / 1000
    assert abs(total_km - theirs["road_km_about"]) < 0.05 * total_km
