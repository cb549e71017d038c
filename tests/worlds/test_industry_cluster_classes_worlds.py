"""Classes and treatment of surveyed clusters on random small worlds, counted by plain Python."""

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.worlds.drawing import AS_OF
from tests.worlds.judging import WORLDS, to_world_layer
from tests.worlds.weighing import Weighed, weighed
from tieling_geo.analyses.industry_cluster_classes import analyse

_ONE = Fraction(1)


def _cluster(rng: Random, n: int) -> dict[str, Any]:
    """Draw a cluster whose record may be incomplete or at odds with itself."""
    return {
        "treatment_class": rng.choice(["upgrade", "close", None]),
        "treatment_status": rng.choice(["in_progress", "completed", "completed", None]),
        "treated_on": rng.choice([None, date(2022, 6, 30), AS_OF, date(2026, 1, 1)]),
        "at": (100.0 * n, 0.0, 100.0 * n + 50, 50.0),
    }


def _treated(row: dict[str, Any]) -> bool | None:
    """Say if a cluster was treated by the day."""
    status, day = row["treatment_status"], row["treated_on"]
    if day is None:
        return False if status == "in_progress" else None
    if day > AS_OF:
        return False
    return None if status == "in_progress" else True


def test_both_routes_agree() -> None:
    """Value, bounds and counts on every world: no clause asks, so the analysis is asked itself."""
    values = set()
    for seed in WORLDS:
        rng = Random(seed)  # noqa: S311 - no secret
        rows = {f"J{n}": _cluster(rng, n) for n in range(rng.randint(0, 5))}
        layer = to_world_layer("industry_clusters", rows, is_checked=seed < 3).features
        measures = analyse(layer, as_of=AS_OF).measures
        classed = weighed(
            Weighed(scope=True, done=row["treatment_class"] is not None, amount=_ONE)
            for row in rows.values()
        )
        treated = weighed(
            Weighed(scope=True, done=_treated(row), amount=_ONE) for row in rows.values()
        )
        for name, expected in (
            ("clusters_with_class_share", classed),
            ("clusters_treated_share", treated),
        ):
            found = measures[name]
            assert (found.counted, found.excluded) == (expected.counted, expected.unknown), seed
            if expected.counted:
                low, high = (end.value("%") for end in (found.low, found.high))
                assert (found.value, low, high) == expected.share, seed
            values.add(found.value)
    assert len(values) >= 4
