"""Oddities of a plan's numbers, each beside a clean twin, and exactly on each threshold."""

from fractions import Fraction

import pytest
from hand_made_oddities import clause, fact, found, parameter, plan, said

from tieling_geo.records import Clause

# --- rounded ratios -----------------------------------------------------------------------------


def test_a_rounded_ratio_is_told_with_every_set_that_fits() -> None:
    """11 of 17 is 64.705… %, which is written 64.71."""
    told = (
        "the target 64.71 % is the ratio 11/17 (exactly 1100/17 %); up to 100 it fits 11/17, "
        "22/34, 33/51, 44/68, 55/85; of 17 each is worth 5.88 points; another number of "
        "members needs a target derived anew"
    )
    assert found("rounded_ratio", plan(clause(target=Fraction("64.71")))) == [("A", told)]


def test_an_exact_ratio_is_told_as_the_rounded_one_would_be() -> None:
    """A clause that states 11/17 exactly has the same members."""
    ((_, told),) = found("rounded_ratio", plan(clause(target=Fraction(1100, 17))))
    assert told.startswith("the target 64.71 % is the ratio 11/17 (exactly 1100/17 %); up to 100")


@pytest.mark.parametrize(
    ("target", "ratio"),
    [
        ("36.84", "7/19"),  # 7/19 = 36.842…; 19 parts are few
        ("47.62", ""),  # 10/21 = 47.619…; 21 parts are many
        ("33.33", "1/3"),
        ("33.3", ""),  # one decimal fits some ratio by chance
        ("12.5", ""),  # 1/8, and exactly so
        ("31.25", ""),  # 5/16, and exactly so
        ("100", ""),
        ("0", ""),
    ],
)
def test_few_parts_are_a_ratio_and_plain_numbers_are_not(target: str, ratio: str) -> None:
    """At most 20 parts, at least two decimals, and not the very number."""
    ratios = [told.split(" (")[0] for _, told in found("rounded_ratio", plan(of(target)))]
    assert ratios == ([f"the target {target} % is the ratio {ratio}"] if ratio else [])


def of(target: str, unit: str = "%") -> Clause:
    """Make a clause of a target."""
    return clause(target=Fraction(target), unit=unit)


def test_only_percentages_are_ratios() -> None:
    """64.71 t are 64.71 t."""
    assert found("rounded_ratio", plan(of("64.71", "t"))) == []


# --- a person and day ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "unit", "topic", "per_head"),
    [
        ("220", "t_per_d", "污水", ""),  # the highest that is plausible
        ("221", "t_per_d", "污水", "221 kg of water"),
        ("0.0221", "wan_t_per_d", "供水", "221 kg of water"),
        ("221", "m3_per_d", "用水", "221 kg of water"),
        ("1", "t_per_d", "污水", ""),  # the least
        ("0.9", "t_per_d", "污水", "0.9 kg of water"),
        ("2", "t_per_d", "垃圾", ""),
        ("2.1", "t_per_d", "垃圾", "2.1 kg of waste"),
        ("999", "t_per_d", "钢材", ""),  # nobody knows how much a person needs
        ("999", "t", "污水", ""),  # no amount a day
    ],
)
def test_an_amount_a_day_is_held_against_the_population(
    target: str, unit: str, topic: str, per_head: str
) -> None:
    """Of 1,000 people: one tonne is one kilogram each."""
    people = fact("population", "1000", "count")
    whole = plan(clause(target=Fraction(target), unit=unit, paraphrase=said(topic)), facts=people)
    told = found("per_head", whole)
    assert [t.split(" is ")[1].split(" a person")[0] for _, t in told] == [per_head] * bool(
        per_head
    )


def test_without_a_population_nothing_is_told() -> None:
    """No fact, or nobody lives there."""
    sewage = clause(target=Fraction(10**6), unit="t_per_d", paraphrase=said("污水"))
    assert found("per_head", plan(sewage)) == []
    assert found("per_head", plan(sewage, facts=fact("population", "0", "count"))) == []


# --- slips --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("small", "unit", "sentence", "told"),
    [
        ("4.9", "t", "s", "4.9 %"),
        ("5", "t", "s", ""),  # exactly on the threshold
        ("4.9", "kg", "s", ""),
        ("4.9", "t", "another", ""),
    ],
)
def test_a_much_smaller_amount_may_be_a_slip(
    small: str, unit: str, sentence: str, told: str
) -> None:
    """Beside 100 t and 60 t of one sentence."""
    whole = plan(
        clause("A", "s", target=Fraction(100), unit="t"),
        clause("B", "s", target=Fraction(60), unit="t"),
        clause("C", sentence, target=Fraction(small), unit=unit),
    )
    expected = (
        f"the target 4.9 t is {told} of the 100 of A in its sentence (less than 5 %): perhaps a "
        "decimal slip; it is kept as written"
    )
    assert found("decimal_slip", whole) == ([("C", expected)] if told else [])


def test_percentages_are_no_amounts() -> None:
    """1 % beside 100 % is no slip."""
    assert (
        found(
            "decimal_slip", plan(clause("A", target=Fraction(99)), clause("B", target=Fraction(1)))
        )
        == []
    )


# --- units --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "sentence", "told"),
    [
        ("%", "percentage_point", "s", ["one sentence has both % and percentage points"]),
        ("t", "wan_t", "s", ["one sentence has both t and 10,000 t"]),
        ("%", "percentage_point", "another", []),
        ("%", "t", "s", []),
        ("%", "%", "s", []),
    ],
)
def test_units_that_are_taken_for_each_other(
    one: str, other: str, sentence: str, told: list[str]
) -> None:
    """In one sentence, and only there."""
    whole = plan(clause("A", "s", unit=one), clause("B", sentence, unit=other))
    assert found("mixed_units", whole) == [("A、B", f"{t}: not the same thing") for t in told]


def test_a_target_that_we_declared_mixes_nothing() -> None:
    """The unit is ours, not the sentence's."""
    ours = clause(
        "B", "s", unit="percentage_point", target=Fraction(95), parameters=(parameter(95.0),)
    )
    assert found("mixed_units", plan(clause("A", "s"), ours)) == []


# --- a higher plan ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        ("55", "%", ["the target 40 % is not the higher plan's 55 % (word)"]),
        ("40", "%", []),
        ("55", "t", []),
    ],
)
def test_a_target_unlike_the_higher_plans(value: str, unit: str, told: list[str]) -> None:
    """Stated as a fact under the clause's id."""
    whole = plan(facts=fact("higher_plan_A", value, unit))
    assert found("higher_plan", whole) == [("A", t) for t in told]
