"""Area times years on random small worlds, square by square."""

from itertools import product
from random import Random
from typing import Any

import pytest

from tests.worlds.judging import expected_state, judge_worlds
from tests.worlds.squares import Block, to_box, to_squares, wan_mu

World = dict[str, dict[str, dict[str, Any]]]


def _plot(rng: Random, number: int) -> dict[str, Any]:
    """Draw a plot of a year, of up to 2,400 km2."""
    block = (rng.randint(0, 3), rng.randint(0, 3), rng.randint(1, 6), rng.randint(1, 4))
    return {
        "plot_id": f"D{number}",
        "year": rng.choice([2020, 2021, 2023, 2024, 2025, 2026]),
        "is_verified": rng.choice([True, True, True, False, None]),
        "block": block,
        "at": to_box(block),
    }


def _area_times(plots: list[tuple[int, Block]]) -> float:
    """Add up, year by year, the squares that any plot of the year covers."""
    covered = {(year, square) for year, block in plots for square in to_squares(block)}
    return wan_mu(square for _, square in covered)


def test_both_routes_agree() -> None:
    """Value, bounds, counts and state on every world."""
    worlds = judge_worlds(
        "F01",
        lambda rng: {"tillage_plots": {f"T{n}": _plot(rng, n) for n in range(rng.randint(0, 9))}},
    )
    states = set()
    for clause, world, verdict in worlds:
        rows = [r for r in world["tillage_plots"].values() if 2021 <= r["year"] <= 2025]
        known = [r for r in rows if r["is_verified"] is not None]
        doubt = [(r["year"], r["block"]) for r in rows if r["is_verified"] is None]
        sure = [(r["year"], r["block"]) for r in known if r["is_verified"]]
        ways = [
            _area_times(sure + [plot for plot, counts in zip(doubt, way, strict=True) if counts])
            for way in product([False, True], repeat=len(doubt))
        ]
        bounds = (_area_times(sure), min(ways), max(ways))
        assert (verdict.counted, verdict.excluded) == (len(known), len(doubt))
        if known:
            told = [float(n) for n in (verdict.value, verdict.low, verdict.high)]
            assert told == pytest.approx(bounds, rel=1e-4)
        assert verdict.state.value == expected_state(clause, bounds, len(known), len(doubt))
        states.add(verdict.state.value)
    assert len(states) >= 4
