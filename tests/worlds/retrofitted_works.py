"""Works with a capacity and a retrofit, drawn and judged by hand, as plain records."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.weighing import Weighed

_DAYS = (None, date(2022, 6, 30), AS_OF, date(2026, 1, 1))
_MOST = Fraction(100_000_000)


def draw_works(rng: Random) -> dict[str, Any]:
    """Draw a capacity whose record may be incomplete or at odds with itself."""
    return {
        "capacity_t_per_year": rng.choice([0.0, 1e6, 2.5e6, 4e6, None]),
        "retrofit_stage": rng.choice(["in_progress", "accepted", "accepted", None]),
        "accepted_on": rng.choice(_DAYS),
        "retired_on": rng.choice([None, None, AS_OF, date(2027, 1, 1)]),
        "at": (100.0 * rng.randint(0, 9), 0.0),
    }


def weigh_works(row: dict[str, Any]) -> Weighed:
    """Judge a capacity by hand."""
    stage, day = row["retrofit_stage"], row["accepted_on"]
    past = None if day is None else day <= AS_OF
    going_on = stage == "in_progress"
    done = False if going_on and past is None else past
    if going_on and past:
        done = None
    retired = row["retired_on"] is not None and row["retired_on"] <= AS_OF
    capacity = row["capacity_t_per_year"]
    amount = None if capacity is None else Fraction(capacity)
    return Weighed(not retired and capacity != 0, done, amount, _MOST)
