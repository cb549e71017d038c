"""What each county adds to a clause: from the roll-up if there is one, else from features."""

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from tests.render import hand_made_maps as made
from tieling_geo.records import EXCLUDED_COLUMNS, ROLLUP_COLUMNS, Parameter, Result
from tieling_geo.reports.site_counties import (
    CountyShare,
    county_names,
    county_shares,
    result_of,
)
from tieling_geo.text import NOTHING


def found(*rollups: tuple[object, ...], out: tuple[str, ...] = ()) -> Result:
    """Return five boilers: two in 甲县, two in 乙县, one in none; some do not count."""
    base = made.result(dict.fromkeys("abcde", "left"), analysis=made.ANALYSIS)
    excluded = [("boilers", key, "share", "unknown", "空", "blank") for key in out]
    return replace(
        base,
        features=base.features.assign(county_name=["甲县", "甲县", "乙县", "乙县", None]),
        rollups=pd.DataFrame(list(rollups), columns=list(ROLLUP_COLUMNS)),
        excluded=pd.DataFrame(excluded, columns=list(EXCLUDED_COLUMNS)),
    )


def limit(value: float) -> Parameter:
    """Return a parameter of a run."""
    return Parameter("limit_m", value, "m", "closed", NOTHING, NOTHING, verified=False)


def test_a_rollup_is_told_as_it_is() -> None:
    """Numerator, denominator, counted and unknown; who speaks against it comes from the ids."""
    rows = [
        ("share", "county_name", "乙县", 1, 2, 2, 0),
        ("share", "county_name", "甲县", 0, 1, 1, 1),
        ("other", "county_name", "甲县", 9, 9, 9, 9),
        ("share", "river", "辽河", 9, 9, 9, 9),
    ]
    verdict = made.verdict(made.clause(), against=("a", "c"), unknown=("b",))
    assert county_shares(verdict, found(*rows)) == (
        CountyShare("乙县", "1/2", 2, 1, 0),
        CountyShare("甲县", "0/1", 1, 1, 1),
    )


def test_without_a_rollup_the_features_are_counted() -> None:
    """A feature that is excluded from the measure is not counted; one in no county comes last."""
    verdict = made.verdict(made.clause(), against=("a", "e"), unknown=("b",))
    assert county_shares(verdict, found(out=("b", "d"))) == (
        CountyShare("乙县", "", 1, 0, 0),
        CountyShare("甲县", "", 1, 1, 1),
        CountyShare("", "", 1, 1, 0),
    )


def test_a_county_with_nothing_in_scope_is_not_listed() -> None:
    """Nought of nought says nothing."""
    rows = [
        ("share", "county_name", "乙县", 0, 0, 0, 0),
        ("share", "county_name", "甲县", 2, 2, 2, 0),
    ]
    shares = county_shares(made.verdict(made.clause()), found(*rows))
    assert [share.county for share in shares] == ["甲县"]


def test_sums_stay_exact_and_plain_totals_have_no_denominator() -> None:
    """A quarter is not rounded; a missing denominator is left out."""
    rows = [
        ("share", "county_name", "乙县", Fraction(9, 4), Fraction(3), 2, 0),
        ("share", "county_name", "甲县", 2, None, 1, 0),
    ]
    told = {s.county: s.ratio for s in county_shares(made.verdict(made.clause()), found(*rows))}
    assert told == {"乙县": "2.25/3", "甲县": "2"}


def test_no_result_and_no_county_tell_nothing() -> None:
    """Neither is an error."""
    verdict = made.verdict(made.clause())
    without = replace(found(), features=found().features.drop(columns="county_name"))
    assert county_shares(verdict, None) == ()
    assert county_shares(verdict, without) == ()


@pytest.mark.parametrize(
    ("share", "sign"),
    [
        (CountyShare("甲县", "0/1", 1, 1, 1), "✗"),
        (CountyShare("甲县", "1/1", 1, 0, 1), "?"),
        (CountyShare("甲县", "1/1", 1, 0, 0), "✓"),
        (CountyShare("甲县", "0/0", 0, 0, 0), ""),
    ],
)
def test_a_sign_says_the_worst(share: CountyShare, sign: str) -> None:
    """Against goes before unknown; nothing counted is no pass."""
    assert share.sign == sign


def test_a_run_is_known_by_its_parameters() -> None:
    """I04 shares the run that I03 made first; the bare name is another run."""
    short = replace(found(), parameters={"limit_m": limit(100.0)})
    long = replace(found(), parameters={"limit_m": limit(500.0)})
    verdict = made.verdict(made.clause("I04"), parameters={"limit_m": limit(500.0)})
    results = {made.ANALYSIS: short, f"{made.ANALYSIS}__I03": long}
    built = made.assessment([verdict], results=results)
    assert result_of(verdict, built) is long
    assert result_of(verdict, replace(built, results={made.ANALYSIS: short})) is None
    assert result_of(verdict, replace(built, results={})) is None


def test_counties_stand_in_the_order_of_their_layer() -> None:
    """Names that it does not have come after it, features in no county last."""
    shares = [CountyShare(name, "", 1, 0, 0) for name in ("", "丙县", "甲县", "乙县")]
    features = made.result({"1": "left", "2": "left", "3": "left"}).features
    counties = made.layer("counties", features.assign(name=["乙县", "丁县", "甲县"]))
    built = made.assessment([], layers={"counties": counties})
    assert county_names(built, shares) == ["乙县", "甲县", "丙县", ""]
    assert county_names(made.assessment([]), shares) == [*sorted(["丙县", "甲县", "乙县"]), ""]
