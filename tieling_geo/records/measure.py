"""Numbers kept exact, with the bounds that the unknown features allow."""

from dataclasses import dataclass
from fractions import Fraction

from tieling_geo.errors import AccountingError
from tieling_geo.text import Text
from tieling_geo.units import check_unit

Exact = int | Fraction


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    A number kept exact until it is printed: a plain total, or a ratio of two totals.

    Examples
    --------
    >>> Quantity(9, 13).value("%") == Fraction(900, 13)
    True
    >>> Quantity(0, 0).value("%") is None
    True
    """

    numerator: Exact
    denominator: Exact | None = None
    """None: a plain total."""

    def value(self, unit: str) -> Fraction | None:
        """Return the number in a unit; None where the denominator is zero."""
        if self.denominator is None:
            return Fraction(self.numerator)
        if self.denominator == 0:
            return None
        return Fraction(self.numerator) / self.denominator * (100 if unit == "%" else 1)

    def __add__(self, other: "Quantity") -> "Quantity":
        """
        Add two quantities of one measure: numerators and denominators, never ratios.

        Raises
        ------
        AccountingError
            If one is a total and the other a ratio.
        """
        if (self.denominator is None) != (other.denominator is None):
            raise AccountingError(Text("总量与比率不能相加", "a total and a ratio are not added"))
        if self.denominator is None or other.denominator is None:
            return Quantity(self.numerator + other.numerator)
        return Quantity(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """
    A number with its unit, and what it would be if every unknown were worst or best.

    `low` and `high` are the least and the greatest value that the unknown features allow, whatever
    they turn out to be. Measures of parts add up to the measure of the whole.
    """

    name: str
    unit: str
    estimate: Quantity
    """From the features whose state is known."""
    low: Quantity
    high: Quantity
    counted: int
    """Features in scope whose state is known."""
    excluded: int
    """Features that are or may be in scope, and whose state is not known."""

    def __post_init__(self) -> None:
        """Refuse an unknown unit."""
        check_unit(self.unit)

    @property
    def value(self) -> Fraction | None:
        """The value from what is known; None where nothing in scope is known."""
        return self.estimate.value(self.unit) if self.counted else None

    @property
    def in_scope(self) -> int:
        """Features that are, or may be, what the measure is about."""
        return self.counted + self.excluded

    def __add__(self, other: "Measure") -> "Measure":
        """
        Merge the measures of two disjoint parts.

        Raises
        ------
        AccountingError
            If they are not the same measure.
        """
        if (self.name, self.unit) != (other.name, other.unit):
            raise AccountingError(
                Text("只能合并同一指标", f"cannot add {self.name} and {other.name}")
            )
        return Measure(
            self.name,
            self.unit,
            self.estimate + other.estimate,
            self.low + other.low,
            self.high + other.high,
            self.counted + other.counted,
            self.excluded + other.excluded,
        )
