"""Plans as data: every clause a record in TOML, and one function that judges it."""

from tieling_geo.plan.clause import bundled_plans as bundled_plans
from tieling_geo.plan.clause import read_plan as read_plan
from tieling_geo.plan.clause_checks import analysis_values as analysis_values
from tieling_geo.plan.evaluate import evaluate as evaluate
