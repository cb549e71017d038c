"""The whole path on real ground: what the real data lacks is never a pass."""

from pathlib import Path

import geopandas as gpd
import pytest

from tieling_geo.crs import to_geodesic_area_m2
from tieling_geo.operations.coverage import covering_area
from tieling_geo.records import Assessment, State
from tieling_geo.reports import publish
from tieling_geo.workspace import Workspace

pytestmark = pytest.mark.real


def _state(assessment: Assessment, clause_id: str) -> State:
    """Find a clause's state."""
    return next(v.state for v in assessment.verdicts if v.clause.clause_id == clause_id)


def test_seven_counties_of_known_area(real_assessment: Assessment) -> None:
    """The city has 7 county-level units and 12,975 km², within half a percent."""
    counties = real_assessment.layers["counties"].features
    assert len(counties) == 7
    assert real_assessment.layers["counties"].rows_rejected == 0
    area_km2 = to_geodesic_area_m2(counties).sum() / 1e6
    assert area_km2 == pytest.approx(12_975, rel=0.005)


def test_every_sample_boiler_is_in_exactly_one_county(real_assessment: Assessment) -> None:
    """The ledgers are placed on the real counties: none outside, none in two."""
    boilers = real_assessment.layers["boilers"].features
    counties = real_assessment.layers["counties"].features
    hits = gpd.sjoin(boilers, counties[["geometry"]], predicate="intersects")
    assert len(boilers) == 300
    assert hits.index.value_counts().eq(1).all()
    assert len(hits) == len(boilers)
    assert covering_area(boilers, counties, key="county_id")["area"].notna().all()


def test_river_digitised_upstream_is_reported(real_assessment: Assessment) -> None:
    """亮子河 runs against its digitised direction, and the assessment says so."""
    warnings = real_assessment.results["outfall_remediation"].warnings
    told = [text for text in warnings if "亮子河" in text.zh]
    assert told
    assert all("亮子河" in text.en for text in told)
    h02 = next(v for v in real_assessment.verdicts if v.clause.clause_id == "H02")
    assert set(told) <= set(h02.warnings)


def test_unknown_stages_are_no_pass(real_assessment: Assessment) -> None:
    """No outlet has a stage: both outfall clauses lack data, and every outlet is accounted for."""
    for clause_id in ("H02", "H03"):
        verdict = next(v for v in real_assessment.verdicts if v.clause.clause_id == clause_id)
        assert verdict.state in {State.NO_DATA, State.UNDETERMINED}
        assert verdict.counted == 0
    layer = real_assessment.layers["outfalls"]
    assert layer.rows_in == 19
    result = real_assessment.results["outfall_remediation"]
    share = result.excluded["measure"] == "outfalls_finished_main_rivers_share"
    assert set(result.excluded.loc[share, "feature_id"]) == set(layer.features.index)


def test_missing_layers_are_no_data(real_assessment: Assessment) -> None:
    """There are no real roads: the clause that needs them says which layer is missing."""
    verdict = next(v for v in real_assessment.verdicts if v.clause.clause_id == "E01")
    assert verdict.state is State.NO_DATA
    assert "roads" in verdict.because.zh


def test_direct_outlets_are_not_met(real_assessment: Assessment) -> None:
    """No outlet has a class: nothing says that none of them is a direct outlet."""
    assert _state(real_assessment, "K02") is not State.MET


def test_rows_balance_on_real_files(real_assessment: Assessment) -> None:
    """Rows in are rows accepted and rejected; real lines and stations all come in."""
    for layer in real_assessment.layers.values():
        assert layer.rows_in == len(layer.features) + layer.rows_rejected
    assert len(real_assessment.layers["rail_lines"].features) == 1531
    assert len(real_assessment.layers["freight_terminals"].features) == 174
    assert len(real_assessment.layers["heat_sources"].features) > 3


def test_products_are_written(
    real_assessment: Assessment, real_workspace: Workspace, tmp_path: Path
) -> None:
    """Maps and reports come out whole, with the real credits on the map."""
    files = publish(real_assessment, tmp_path / "out", maps=real_workspace.maps)
    assert "index.html" in files
    for name in files:
        assert (tmp_path / "out" / name).stat().st_size > 1000
    page = (tmp_path / "out" / "maps" / "water.html").read_text(encoding="utf-8")
    assert "PROVENANCE.md" in page
