"""The table of indicators under the plan's names: spellings, units, doubles."""

from pathlib import Path

import pytest

from tests.pipeline.small_ledgers import read
from tieling_geo.pipeline.indicators import to_plan_indicators
from tieling_geo.records import Indicator, Layer, Plan
from tieling_geo.text import Text

HEADER = "序号,指标,县区,年份,数值类型,数值,单位,数据来源\n"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Give a plan with two indicators."""
    cod, film = Text("化学需氧量减排", "COD cut"), Text("农膜回收率", "film")
    return Plan(
        plan_id="p",
        title=cod,
        city=cod,
        base_year=2020,
        sections={},
        clauses=(),
        indicators={
            "cod_cut": Indicator("cod_cut", cod, "wan_t", is_additive=True, aliases=("COD",)),
            "film_pct": Indicator("film_pct", film, "%", is_additive=False),
        },
    )


def named(folder: Path, plan: Plan, *rows: str) -> Layer:
    """Read rows and bring them to the plan's names."""
    layer = read(folder, "indicators", HEADER + "\n".join(rows) + "\n")
    return to_plan_indicators({"indicators": layer}, plan)["indicators"]


def reasons(layer: Layer) -> dict[int, str]:
    """Give the reason for each rejected row, by its number in the file."""
    return dict(zip(layer.rejected["row"], layer.rejected["reason_en"], strict=True))


def test_every_spelling_means_the_indicator(tmp_path: Path, plan: Plan) -> None:
    """Name, both titles and an alias; blanks around them are none of the name."""
    rows = [
        f"{n},{word},全市,{2020 + n},,1,万吨,表"
        for n, word in enumerate(["cod_cut", "化学需氧量减排", "COD cut", "COD"])
    ]
    layer = named(tmp_path, plan, *rows)
    assert layer.features["indicator"].tolist() == ["cod_cut"] * 4
    assert layer.rows_rejected == 0


def test_another_unit_is_rejected_with_the_factor(tmp_path: Path, plan: Plan) -> None:
    """Tonnes where ten thousand are meant, no unit, and a percentage: nothing is converted."""
    layer = named(
        tmp_path,
        plan,
        "1,COD,全市,2021,,12,吨,表",
        "2,COD,全市,2022,,12,,表",
        "3,COD,全市,2023,,12,%,表",
        "4,COD,全市,2024,,0.0012,万吨,表",
    )
    told = reasons(layer)
    assert sorted(told) == [2, 3, 4]
    assert "multiply by 0.0001" in told[2]
    assert told[3].startswith("no unit")
    assert "nothing is converted" in told[4]
    assert "multiply" not in told[4]
    assert layer.features["value"].tolist() == [0.0012]
    assert layer.rows_in == 4


def test_a_number_that_is_missing_needs_no_unit(tmp_path: Path, plan: Plan) -> None:
    """A row without a value says that nobody knows it."""
    layer = named(tmp_path, plan, "1,COD,全市,2021,,,,表")
    assert layer.rows_rejected == 0


def test_two_spellings_of_one_number_are_both_rejected(tmp_path: Path, plan: Plan) -> None:
    """Which one is right is not ours to say; a target beside an actual value is another number."""
    layer = named(
        tmp_path,
        plan,
        "1,COD,全市,2021,,1,万吨,表",
        "2,cod_cut,全市,2021,实际值,2,万吨,表",
        "3,cod_cut,全市,2021,分解目标,2,万吨,表",
    )
    assert sorted(reasons(layer)) == [2, 3]
    assert layer.features["kind"].tolist() == ["target"]


def test_an_indicator_that_the_plan_lacks_is_kept_and_told(tmp_path: Path, plan: Plan) -> None:
    """Another plan may ask for it; its unit is nobody's business here."""
    layer = named(tmp_path, plan, "1,人口,全市,2021,,1,个,表")
    assert layer.features["indicator"].tolist() == ["人口"]
    assert any("does not have" in note.en for note in layer.notes)


def test_rejected_rows_go_by_the_plan_s_names_too(tmp_path: Path, plan: Plan) -> None:
    """So that their rejection casts doubt on their own indicator only."""
    layer = named(tmp_path, plan, "1,COD,全市,2021,,很多,万吨,表", "2,film,全市,2021,,1,%,表")
    assert layer.rejected_rows["indicator"].tolist() == ["cod_cut"]


def test_without_a_table_nothing_is_done(plan: Plan) -> None:
    """A workspace may have none."""
    assert to_plan_indicators({}, plan) == {}


def test_a_target_may_be_a_share_of_any_indicator(tmp_path: Path, plan: Plan) -> None:
    """A fall of 14.5 % of tonnes is a target in percent; in kilograms it is none."""
    layer = named(
        tmp_path, plan, "1,COD,东区,2025,分解目标,14.5,%,表", "2,COD,西区,2025,分解目标,9,千克,表"
    )
    assert sorted(reasons(layer)) == [3]
