"""The plan of an invented city, as text."""

from pathlib import Path

from tieling_geo.plan.clause import read_plan
from tieling_geo.records import Clause

HEAD = """
[plan]
title_zh = "云泽市绿色行动方案"
title_en = "Green action of Yunze"
city_zh = "云泽市"
city_en = "Yunze"
base_year = 2030

[parameters.nearly_all_pct]
value = 97.25
unit = "%"
source_zh = "本地约定"
source_en = "declared"
verified = false

[parameters.list_of_names]
value = ["甲", "乙"]
source_zh = "本地约定"
source_en = "declared"
verified = false

[sections."1"]
title_zh = "供热"
title_en = "Heat"
bureaus = ["市能源局"]
"""
#: A clause that an analysis decides, with a parameter of its own; each test changes a line of it.
CLAUSE = """
[[clause]]
clause_id = "Y1"
section = "1"
paraphrase_zh = "小锅炉快没了"
paraphrase_en = "Small boilers are nearly gone"
sentence_sha256 = "{digest}"
kind = "spatial"
comparator = ">="
strictness = "declared"
target = "9/13"
unit = "%"
deadline = 2034-12-31
scope_zh = "城区"
scope_en = "town"
layers = ["boilers", "builtup_areas"]
analysis = "boilers_in_builtup_areas"
measure = "small_coal_boilers_retired_share"

[clause.parameters.capacity_limit_t_per_h]
value = 20
unit = "t_per_h"
source_zh = "方案"
source_en = "the plan"
verified = true

[[clause.assumptions]]
zh = "按单台"
en = "each by itself"
""".replace("{digest}", "a" * 64)
#: A clause that no analysis decides.
WORDS = """
[[clause]]
clause_id = "{id}"
section = "1"
paraphrase_zh = "转述"
paraphrase_en = "in our words"
sentence_sha256 = "{digest}"
kind = "{kind}"
comparator = "none"
strictness = "report"
scope_zh = "全市"
scope_en = "whole city"
undecided_because_zh = "{zh}"
undecided_because_en = "{en}"
"""
REPORTED = """
[[clause]]
clause_id = "Y5"
section = "1"
paraphrase_zh = "供热范围里的锅炉数要公布"
paraphrase_en = "Boilers in heating coverage are reported"
sentence_sha256 = "{digest}"
kind = "report"
comparator = "none"
strictness = "report"
unit = "count"
scope_zh = "供热范围"
scope_en = "heating coverage"
layers = ["boilers", "heating_supply_areas"]
analysis = "boilers_in_heating_coverage"
measure = "coal_boilers_remaining_supply_area"
""".replace("{digest}", "b" * 64)
NEARLY = """
[[clause]]
clause_id = "Y6"
section = "1"
paraphrase_zh = "水体大致治好"
paraphrase_en = "Waters are nearly treated"
sentence_sha256 = "{digest}"
kind = "spatial"
comparator = ">"
strictness = "declared"
target_parameter = "nearly_all_pct"
unit = "%"
scope_zh = "乡村"
scope_en = "countryside"
layers = ["black_odorous_waters", "builtup_areas"]
analysis = "rural_black_odorous_waters"
measure = "larger_rural_waters_treated_share"
""".replace("{digest}", "c" * 64)


def words(clause_id: str, kind: str, zh: str, en: str) -> str:
    """Write a clause that no analysis decides."""
    return WORDS.format(id=clause_id, kind=kind, zh=zh, en=en, digest="d" * 64)


def write(folder: Path, text: str) -> Path:
    """Write a plan's file."""
    path = folder / "yunze.toml"
    path.write_text(text, encoding="utf-8")
    return path


def one_clause(folder: Path) -> Clause:
    """Read the plan of one clause."""
    return read_plan(write(folder, HEAD + CLAUSE)).clauses[0]
