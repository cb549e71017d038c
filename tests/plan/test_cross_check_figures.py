"""Counties held against the city, and urban scopes against each other."""

from dataclasses import replace
from fractions import Fraction

import geopandas as gpd
import pytest
from hand_made_answers import (
    BUILTUP,
    COVERED,
    INDICATORS,
    check,
    layer,
    rows_of,
    run,
    share,
    verdict,
)
from shapely import Point

from tieling_geo.records import Layer, Measure, Quantity, Result, Verdict

# --- county sums --------------------------------------------------------------------------------

NORTH = ("t", "county_name", "北", 1, 2, 2, 1)
SOUTH = ("t", "county_name", "南", 0, 1, 1, 0)
NOWHERE = ("t", "county_name", "", 0, 1, 1, 0)


@pytest.mark.parametrize(
    ("rollups", "state", "told"),
    [
        ([NORTH, SOUTH, NOWHERE], "holds", "equal"),
        ([NORTH, SOUTH], "broken", "denominator: the counties have 3, the city 4"),
        (
            [("t", "county_name", "北", 2, 2, 2, 1), SOUTH, NOWHERE],
            "broken",
            "numerator: the counties have 2, the city 1",
        ),
        (
            [("t", "county_name", "北", 1, 2, 2, 0), SOUTH, NOWHERE],
            "broken",
            "unknown: the counties have 0, the city 1",
        ),
    ],
)
def test_counties_add_up_to_the_city(
    rollups: list[tuple[str, str, str, int, int, int, int]], state: str, told: str
) -> None:
    """One of four done, one unknown; a feature without a county belongs to the sum."""
    town = run(BUILTUP, "abcde", share("t", 1, 4, excluded=1), unknown="e", rollups=rollups)
    found = check("county_sums", ("Q",), [verdict("Q", town)], {BUILTUP: town})
    assert found.state == state
    assert rows_of(found) == [(f"Q t: {told}", 2, "北南")]


def test_a_clause_by_number_left_takes_the_share_that_was_rolled_up() -> None:
    """Only shares are rolled up: every one of the run is checked in its stead."""
    town = run(
        BUILTUP,
        "abcd",
        share("t", 1, 4),
        rollups=[
            ("t", "county_name", "北", 1, 3, 3, 0),
            ("t", "county_name", "南", 0, 1, 1, 0),
            ("t", "use", "heating", 9, 9, 9, 9),
        ],
    )
    left = Measure("left", "count", Quantity(3), Quantity(3), Quantity(3), 4, 0)
    both = replace(town, measures={"left": left, **town.measures})
    found = check("county_sums", ("Q",), [verdict("Q", both)], {BUILTUP: both})
    assert (found.state, rows_of(found)) == ("holds", [("Q t: equal", 2, "北南")])


def test_without_figures_by_county_nothing_is_told() -> None:
    """One clause adds up, one has no roll-up, one no data: unknown, and each is named."""
    town = run(BUILTUP, "a", share("t", 1, 1), rollups=[("t", "county_name", "北", 1, 1, 1, 0)])
    plain = run(COVERED, "a", share("h", 1, 1))
    verdicts = [verdict("Q", town), verdict("P", plain), verdict("R", None)]
    found = check("county_sums", ("Q", "P", "R"), verdicts, {BUILTUP: town, COVERED: plain})
    assert found.state == "unknown"
    assert found.told.en == ("of 3 figures, 1 add up to the city's, 0 do not, 2 cannot be checked")
    assert [title for title, _, _ in rows_of(found)] == [
        "Q t: equal",
        "P: no figures by county",
        "R: the clause has no data",
    ]


def tonnes(areas: list[tuple[str, str, int, float]], *, additive: bool = True) -> Result:
    """Find an indicator of 100 t, with the counties' own figures; a half percent is no matter."""
    whole = Quantity(100)
    return run(
        INDICATORS,
        "ab",
        Measure("cumulative", "t", whole, whole, whole, 2, 0),
        parameters={"is_additive": additive, "sum_tolerance_pct": 0.5},
        areas=areas,
    )


COUNTIES = layer(
    "counties", gpd.GeoDataFrame({"name": ["北", "南"]}, index=["1", "2"], geometry=[None, None])
)


@pytest.mark.parametrize(
    ("south", "state"),
    [(60.0, "holds"), (60.5, "holds"), (60.500001, "broken"), (59.5, "holds"), (59.0, "broken")],
)
def test_an_indicator_adds_up_within_its_tolerance(south: float, state: str) -> None:
    """40 t and the rest: exactly half a percent off still holds; earlier years do not count."""
    old = ("cumulative", "北", 2024, 7.0)
    other = ("latest", "北", 2025, 9.0)
    found = tonnes([
        old,
        other,
        ("cumulative", "北", 2025, 40.0),
        ("cumulative", "南", 2025, south),
    ])
    verdicts = [verdict("A", found)]
    got = check("county_sums", ("A",), verdicts, {INDICATORS: found}, {"counties": COUNTIES})
    assert (got.state, got.rows[0][1]) == (state, 2)


def test_a_county_without_a_figure_leaves_the_sum_open() -> None:
    """It is named; without the counties nobody knows who is missing."""
    found = tonnes([("cumulative", "北", 2025, 100.0)])
    verdicts, runs = [verdict("A", found)], {INDICATORS: found}
    got = check("county_sums", ("A",), verdicts, runs, {"counties": COUNTIES})
    assert (got.state, rows_of(got)[0][0]) == (
        "unknown",
        "A cumulative: figures of counties are missing: 南",
    )
    assert check("county_sums", ("A",), verdicts, runs).state == "unknown"


def test_a_rate_is_not_added_up() -> None:
    """An indicator that does not add up has no figures by county to compare."""
    found = tonnes([("cumulative", "北", 2025, 100.0)], additive=False)
    got = check("county_sums", ("A",), [verdict("A", found)], {INDICATORS: found})
    assert rows_of(got) == [("A: no figures by county", 0, "")]


# --- scopes apart -------------------------------------------------------------------------------


def areas(**scopes: str) -> dict[str, Layer]:
    """Make built-up areas, each of one scope."""
    places = [Point(0, 0).buffer(1)] * len(scopes)
    frame = gpd.GeoDataFrame(
        {"scope": list(scopes.values())}, index=list(scopes), geometry=places, crs=4550
    )
    return {"builtup_areas": layer("builtup_areas", frame)}


def scoped(**values: str) -> tuple[list[Verdict], dict[str, Result]]:
    """Judge clauses, each by a run that takes the polygons of one scope."""
    runs = {
        f"{BUILTUP}__{name}": run(
            BUILTUP, "a", share("t", 1, 1), parameters={"builtup_scope": value}
        )
        for name, value in values.items()
    }
    return [verdict(name, runs[f"{BUILTUP}__{name}"]) for name in values], runs


def test_two_scopes_with_polygons_of_their_own_hold() -> None:
    """Two cities and a town, each listed under its word."""
    verdicts, runs = scoped(C="city", D="city", T="town")
    scopes = {"C": "城区", "D": "城区", "T": "镇区"}
    polygons = areas(x="city", y="town", z="city")
    found = check("scopes_apart", ("C", "D", "T"), verdicts, runs, polygons, scopes)
    assert found.state == "holds"
    assert rows_of(found) == [
        ("城区 (C, D): builtup_areas=city", 2, "xz"),
        ("镇区 (T): builtup_areas=town", 1, "y"),
    ]


def test_two_words_on_one_set_of_polygons_are_broken() -> None:
    """City and town mean two things, and both take the city's."""
    verdicts, runs = scoped(C="city", T="city")
    scopes = {"C": "城区", "T": "镇区"}
    found = check("scopes_apart", ("C", "T"), verdicts, runs, areas(x="city"), scopes)
    assert found.state == "broken"
    assert found.told.en == "scopes are not kept apart: builtup_areas=city"


def test_one_word_on_two_sets_of_polygons_is_broken() -> None:
    """One scope cannot be two borders."""
    verdicts, runs = scoped(C="city", D="town")
    scopes = dict.fromkeys("CD", "城区")
    found = check("scopes_apart", ("C", "D"), verdicts, runs, areas(x="city", y="town"), scopes)
    assert (found.state, found.told.en) == ("broken", "scopes are not kept apart: 城区")


def test_one_word_in_two_layers_holds() -> None:
    """Metered areas and built-up areas of the city are one scope, in two layers."""
    verdicts, runs = scoped(C="city")
    water = "water_leakage"
    runs[f"{water}__D"] = run(water, "a", share("t", 1, 1), parameters={"area_scope": "city"})
    metered = verdict("D", runs[f"{water}__D"])
    metered = replace(metered, clause=replace(metered.clause, layers=("metered_areas",)))
    scopes = dict.fromkeys("CD", "城区")
    found = check("scopes_apart", ("C", "D"), [*verdicts, metered], runs, areas(x="city"), scopes)
    assert found.state == "holds"
    assert rows_of(found) == [("城区 (C, D): builtup_areas=city、metered_areas=city", 1, "x")]


def test_a_scope_without_polygons_is_unknown() -> None:
    """A clause that nothing decides yet, a layer that is not there, a scope that no polygon has."""
    verdicts, runs = scoped(C="city", T="town")
    scopes = {"C": "城区", "T": "镇区"}
    clauses = ("C", "T")
    for got in (
        check(
            "scopes_apart",
            clauses,
            [*verdicts[:1], verdict("T", None)],
            runs,
            areas(x="city"),
            scopes,
        ),
        check("scopes_apart", clauses, verdicts, runs, areas(x="city"), scopes),
    ):
        assert (got.state, got.told.en) == ("unknown", "no polygons for 镇区")
    missing = check("scopes_apart", clauses, verdicts, runs, {}, scopes)
    assert (missing.state, missing.told.en) == ("unknown", "no polygons for 城区, 镇区")


def test_the_city_may_be_a_fraction() -> None:
    """A share of tonnes as floats: the rounding of sums is no fault."""
    third = Measure("t", "%", Quantity(Fraction(3, 10), 1), Quantity(0, 1), Quantity(1, 1), 3, 0)
    parts = [("t", "county_name", name, 0.1, 1 / 3, 1, 0) for name in "北南东"]
    town = run(BUILTUP, "abc", third, rollups=parts)  # type: ignore[arg-type]
    found = check("county_sums", ("Q",), [verdict("Q", town)], {BUILTUP: town})
    assert found.state == "holds"
