"""Which overrides a verdict rests on, and what it would be without them."""

from pathlib import Path

import pytest

from tests.pipeline.small_ledgers import read
from tests.worlds.drawing import AS_OF
from tieling_geo.pipeline.judging import Judges
from tieling_geo.pipeline.overriding import with_overrides
from tieling_geo.pipeline.running import Runs
from tieling_geo.plan import bundled_plans, read_plan
from tieling_geo.records import Layer, State, Verdict

BOILERS = (
    "锅炉编号,燃料类型,额定蒸发量(蒸吨/小时),状态,淘汰日期,经度,纬度\n"
    "B1,燃煤,20,在用,,123.85,42.25\n"
    "B2,燃煤,20,在用,,123.86,42.95\n"
    "B3,燃气,20,在用,,123.85,42.25\n"
)
AREAS = (
    "供热范围编号,管网编号,供热单位,启用日期,WKT\n"
    'A1,N1,甲,,"POLYGON ((123.8 42.2, 123.9 42.2, 123.9 42.3, 123.8 42.3, 123.8 42.2))"\n'
)
HEADER = "认定编号,图层,要素编号,字段,认定值,认定人,认定理由,认定日期,依据文号\n"
SIGNED = "甲,现场核查,2025-11-01,示例〔2025〕1号"
CLAUSES = {c.clause_id: c for c in read_plan(bundled_plans()["tieling_145"]).clauses}


@pytest.fixture
def layers(tmp_path: Path) -> dict[str, Layer]:
    """Read three boilers and a supply area: B1 is inside, B2 outside, B3 burns no coal."""
    return {
        "boilers": read(tmp_path, "boilers", BOILERS),
        "heating_supply_areas": read(tmp_path, "heating_supply_areas", AREAS),
    }


def verdict(layers: dict[str, Layer], folder: Path, *rows: str) -> Verdict:
    """Judge I01 with overrides."""
    ledger = read(folder, "overrides", HEADER + "".join(f"{row},{SIGNED}\n" for row in rows))
    changed, overrides = with_overrides({**layers, "overrides": ledger})
    judges = Judges(Runs(changed, {}, AS_OF), Runs(layers, {}, AS_OF), overrides)
    return judges.verdict(CLAUSES["I01"])


def test_a_verdict_names_what_it_rests_on_and_what_it_would_be(
    layers: dict[str, Layer], tmp_path: Path
) -> None:
    """B1 is said to be retired: none is left, where the ledger has one."""
    found = verdict(
        layers,
        tmp_path,
        "O1,boilers,B1,status,retired",
        "O2,boilers,B1,retired_on,2025-06-30",
        "O3,boilers,B2,status,standby",
        "O4,boilers,B3,status,standby",
    )
    assert (found.state, found.value) == (State.MET, 0)
    # B2 and B3 are out of scope with and without: their overrides decide nothing here.
    assert found.overrides == ("O1", "O2")
    assert found.state_without_overrides is State.NOT_MET


def test_an_override_that_moves_a_feature_out_of_scope_counts(
    layers: dict[str, Layer], tmp_path: Path
) -> None:
    """B1 is said to burn gas: nothing is in scope, and that rests on somebody's word."""
    found = verdict(layers, tmp_path, "O1,boilers,B1,fuel,gas")
    assert found.state is State.NOT_APPLICABLE
    assert found.overrides == ("O1",)
    assert found.state_without_overrides is State.NOT_MET


def test_an_override_of_another_layer_counts_if_it_changes_the_measure(
    layers: dict[str, Layer], tmp_path: Path
) -> None:
    """The area begins after the day, so that it covers nothing; its operator matters to nobody."""
    named = verdict(layers, tmp_path, "O1,heating_supply_areas,A1,operator,乙")
    assert (named.overrides, named.state_without_overrides) == ((), None)
    late = verdict(layers, tmp_path, "O1,heating_supply_areas,A1,valid_from,2026-01-01")
    assert late.overrides == ("O1",)
    assert late.state is State.NOT_APPLICABLE
    assert late.state_without_overrides is State.NOT_MET


def test_without_overrides_nothing_is_said(layers: dict[str, Layer], tmp_path: Path) -> None:
    """An empty ledger."""
    found = verdict(layers, tmp_path)
    assert (found.overrides, found.state_without_overrides) == ((), None)
