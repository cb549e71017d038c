"""
Which reading of the coordinates fits best, and whether that is beyond chance.

One reading beats another only if all of this holds; otherwise nothing is decided:

* enough features were matched (`LEAST_MATCHED`);
* the two readings lie farther apart than the better one's misfit can explain (`RESOLUTION`): a
  river drawn 500 m off says nothing of a shift of 560 m;
* its median misfit is smaller by `RATIO`;
* more features fit it better than chance allows (exact sign test, `CHANCE`).

A reading that beats the declared one must also be exact: if the same features fit clearly better
some 50-150 m beside it, then it is not that datum but a reference that is drawn in the wrong place.

For areas the misfit is mostly 0, whichever reading holds: there the features that are inside under
one reading only are counted, those within `BORDER_CELL_M` of each other once, because a border that
is drawn wrong is so for all of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from tieling_geo.datum_doctor.matching import SPOT_M, Kind

Numbers = NDArray[np.float64]

#: Least number of matched features (closed).
LEAST_MATCHED = 5
#: The better reading's median misfit, at most this share of the distance between the two (closed).
RESOLUTION = 0.2
#: The worse reading's median misfit, at least so many times the better one's (closed).
RATIO = 2.5
#: A reading is not exact if one beside it has a median misfit so many times smaller (closed).
RATIO_BESIDE = 2.0
#: Chance of the sign test (closed): five of five, or the like.
CHANCE = 1 / 32
#: For areas: share of the features outside under the worse reading that the better one must bring
#: inside (closed): borders that are drawn coarsely leave some out on every side.
EXPLAINED = 0.9
#: Features outside one border within this distance are one piece of evidence, metres.
BORDER_CELL_M = 2_000.0
#: Chance for a reading that is itself only roughly known (closed): ten of ten, or the like.
CHANCE_ROUGH = 1 / 1000
# A shift above this is no matter of how a border is drawn.
_FAR_M = 20_000.0
# Differences below this are rounding, metres.
_SAME_M = 0.01


@dataclass(frozen=True, slots=True)
class Fit:
    """One reading of a layer's coordinates, laid over its reference."""

    misfit_m: Numbers
    """n distances from what the features are matched to."""
    places: Numbers
    """n by 2: where the features are under this reading."""
    uncertainty_m: float = 0.0
    """How far the reading itself can be off."""

    @property
    def median_m(self) -> float:
        """Median misfit."""
        return float(np.median(self.misfit_m))

    @property
    def inside(self) -> int:
        """Number of features inside the area that they are matched to."""
        return int((self.misfit_m <= _SAME_M).sum())


def apart_m(one: Fit, other: Fit) -> float:
    """Return the median distance between the places of two readings."""
    return float(np.median(np.hypot(*(one.places - other.places).T)))


def to_chance(wins: int, losses: int) -> float:
    """
    Return the chance of so many wins or more if either side were as likely (exact sign test).

    Examples
    --------
    >>> to_chance(5, 0), to_chance(4, 1), to_chance(0, 0)
    (0.03125, 0.1875, 1.0)
    """
    rounds = wins + losses
    term = ways = comb(rounds, wins)
    for won in range(wins, rounds):
        term = term * (rounds - won) // (won + 1)
        ways += term
    return ways / (1 << rounds)  # whole numbers: 2.0**rounds would overflow


def count_nearer(one: Fit, other: Fit) -> tuple[int, int]:
    """Count the features that fit the one, and the other, reading better."""
    gain_m = other.misfit_m - one.misfit_m
    return int((gain_m > _SAME_M).sum()), int((gain_m < -_SAME_M).sum())


def is_separable(one: Fit, other: Fit) -> bool:
    """Tell whether a reading that fits as the one does could be told from the other at all."""
    unsure_m = 2 * max(one.uncertainty_m, other.uncertainty_m)
    return apart_m(one, other) >= max(one.median_m / RESOLUTION, unsure_m, SPOT_M / 2)


def beats(one: Fit, other: Fit, kind: Kind) -> bool:
    """Tell whether one reading fits clearly better than another (see the module)."""
    if len(one.misfit_m) < LEAST_MATCHED or not is_separable(one, other):
        return False
    if kind == "inside":
        return _beats_inside(one, other)
    wins, losses = count_nearer(one, other)
    limit = CHANCE_ROUGH if one.uncertainty_m > 0 else CHANCE
    return other.median_m >= RATIO * one.median_m and to_chance(wins, losses) <= limit


def is_exact(one: Fit, beside: Iterable[Fit]) -> bool:
    """Tell whether none of the readings beside one fits clearly better than that one."""
    for other in beside:
        wins, losses = count_nearer(other, one)
        if RATIO_BESIDE * other.median_m <= one.median_m and to_chance(wins, losses) <= CHANCE:
            return False
    return True


def _beats_inside(one: Fit, other: Fit) -> bool:
    """Tell whether one reading puts clearly more features inside than another."""
    here, there = one.misfit_m <= _SAME_M, other.misfit_m <= _SAME_M
    if (here & ~there).sum() < EXPLAINED * (~there).sum():
        return False
    cell_m = SPOT_M if apart_m(one, other) >= _FAR_M else BORDER_CELL_M
    wins = _cells(other.places[here & ~there], cell_m)
    losses = _cells(one.places[there & ~here], cell_m)
    return to_chance(wins, losses) <= CHANCE


def _cells(places: Numbers, cell_m: float) -> int:
    """Count the cells of a grid that hold a place."""
    return len(np.unique(np.floor(places / cell_m), axis=0))


def rank(fits: Mapping[str, Fit], kind: Kind) -> list[str]:
    """Return the candidates, the best fit first; on equal fits the declared one, which is first."""
    if kind == "inside":
        return sorted(fits, key=lambda c: (-fits[c].inside, float(fits[c].misfit_m.mean())))
    return sorted(fits, key=lambda c: fits[c].median_m)
