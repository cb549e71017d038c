"""Hold a number against a clause's target: whether it reaches it, and by how much."""

from fractions import Fraction

from tieling_geo.errors import PlanError
from tieling_geo.records import Clause, Measure
from tieling_geo.text import Text


def is_satisfied(clause: Clause, value: Fraction) -> bool:
    """
    Tell whether a value reaches a clause's target; `>` and `<` are open, the others closed.

    Raises
    ------
    PlanError
        If the clause has no target.
    """
    target = clause.target
    if target is None or clause.comparator == "none":
        raise PlanError(
            Text(f"条文 {clause.clause_id} 没有目标值", f"clause {clause.clause_id} has no target")
        )
    band = to_band(clause, target)
    return {
        ">=": value >= target,
        ">": value > target,
        "<=": value <= target,
        "<": value < target,
        "==": value == target,
        "about": target - band <= value <= target + band,
    }[clause.comparator]


def to_band(clause: Clause, target: Fraction) -> Fraction:
    """Give the half-width of the band around a target, in the target's unit."""
    return abs(target) * (clause.tolerance_pct or 0) / 100


def can_be_satisfied(clause: Clause, low: Fraction, high: Fraction) -> bool:
    """Tell whether some value between the bounds (closed) reaches the target."""
    if is_satisfied(clause, low) or is_satisfied(clause, high):
        return True
    # Both bounds fail: only a target, or its band, that lies between them can still be hit.
    target = clause.target
    return clause.comparator in {"==", "about"} and target is not None and low < target < high


def to_margin(clause: Clause, value: Fraction | None) -> Fraction | None:
    """Give how far a value is on the side that the plan wants; negative on the other side."""
    target = clause.target
    if value is None or target is None:
        return None
    if clause.comparator in {"==", "about"}:
        return to_band(clause, target) - abs(value - target)
    sign = -1 if clause.comparator in {"<=", "<"} else 1
    return sign * (value - target)


def counts_features(measure: Measure) -> bool:
    """
    Tell whether a measure is a number of features, or a share of a number of features.

    Examples
    --------
    >>> from tieling_geo.records import Quantity
    >>> tonnes = Quantity(5, 7)
    >>> counts_features(Measure("s", "%", tonnes, tonnes, tonnes, counted=3, excluded=0))
    False
    """
    below = measure.estimate.denominator
    # Features are counted in whole numbers; amounts are fractions, even where they come out whole.
    if not isinstance(measure.estimate.numerator, int) or not isinstance(below, int | None):
        return False
    if below is None:
        return measure.unit == "count"
    return measure.unit == "%" and below == measure.counted
