"""
Layers whose places contradict their datum: stopped if that is clear, and only then.

| What comes                                        | Decision                                    |
|---------------------------------------------------|---------------------------------------------|
| outfalls in GCJ-02 or BD-09, good rivers          | DatumError: datum = "gcj02", convert = true |
| the same, noise of 100 m or a river along the shift | DatumError or undecided, never a wrong one |
| good outfalls, good rivers                        | agrees, or undecided                        |
| good outfalls, 1:4M rivers that are 0.5-1 km off  | undecided, never stopped                    |
| metres of the neighbouring zone, or of UTM        | DatumError: the CRS                         |
| converted from GCJ-02, though it never was        | DatumError: take convert out                |
| Beijing 1954 or Xi'an 1980 in fine references     | DatumError: a survey office                 |
| ... where the shift is within the noise           | not named                                   |
| fewer than five matched places                    | undecided                                   |
"""

import re
from dataclasses import replace

import numpy as np
import pyproj
import pytest
from hand_made_datums import (
    BEARINGS,
    SHIFTS,
    Metres,
    banks,
    moved,
    outfalls,
    river,
    rivers,
)
from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.crs import WORKING_CRS
from tieling_geo.crs.old_datums import as_if_beijing54
from tieling_geo.crs.shifted_datums import to_gcj02
from tieling_geo.datum_doctor import check_datums, examine_datums, to_record
from tieling_geo.datum_doctor.judgement import CHANCE, LEAST_MATCHED, to_chance
from tieling_geo.errors import DatumError
from tieling_geo.records import Reading


def trial(seed: int, bearing: float, noise_m: float, n: int, truth: str) -> tuple[str, str]:
    """Draw a river and its outfalls, deliver them in a datum, and return verdict and best."""
    rng = np.random.default_rng([seed, int(bearing), int(noise_m), n])
    line = river(rng, bearing)
    points = banks(rng, line, n, noise_m)
    if truth != "declared":
        points = moved(points, SHIFTS[truth])
    found = examine_datums({"river_reaches": rivers(line), "outfalls": outfalls(points)})
    assert len(found) == 1
    return found[0].verdict, found[0].best


@pytest.mark.parametrize("noise_m", [30.0, 100.0])
@pytest.mark.parametrize("truth", ["declared", "gcj02", "bd09"])
def test_where_it_decides_it_is_right(truth: str, noise_m: float) -> None:
    """Three bearings, 5-50 outfalls: no false stop, no wrong datum, and it decides often enough."""
    verdicts = [
        trial(seed, bearing, noise_m, n, truth)
        for seed in range(2)
        for bearing in BEARINGS
        for n in (5, 10, 20, 50)
    ]
    stopped = [best for verdict, best in verdicts if verdict == "contradicts"]
    agreed = [best for verdict, best in verdicts if verdict == "agrees"]
    if truth == "declared":
        assert stopped == []
        assert len(agreed) >= len(verdicts) * (0.8 if noise_m < 50 else 0.4)
    else:
        assert set(stopped) == {truth}
        assert agreed == []
        assert len(stopped) >= len(verdicts) * (0.8 if noise_m < 50 else 0.4)


def test_a_straight_river_along_the_shift_tells_nothing() -> None:
    """Moved along itself a straight line stays: undecided, whichever datum is true."""
    rng = np.random.default_rng(5)
    line = river(rng, 62.0, bends=0.0)
    good = banks(rng, line, 30, 60.0)
    for points in (good, moved(good, to_gcj02)):
        found = examine_datums({"river_reaches": rivers(line), "outfalls": outfalls(points)})
        assert found[0].verdict == "undecided"


def drawn_coarsely(rng: np.random.Generator, line: Metres, most_m: float) -> Metres:
    """Draw a river as a small-scale map does: off by up to 1 km, now one way, now another."""
    along = np.arange(len(line)) * 100.0
    off = np.zeros_like(line)
    for axis in range(2):
        for _ in range(5):
            wave_m = rng.uniform(4_000, 30_000)
            off[:, axis] += np.sin(2 * np.pi * (along / wave_m + rng.random()))
    return (line + off * most_m / np.abs(off).max())[::8]


@pytest.mark.parametrize("n", [5, 20, 50])
def test_rivers_of_a_small_scale_map_never_stop_a_good_layer(n: int) -> None:
    """1:4M rivers are up to 1 km off: nothing is decided against the layer."""
    for seed in range(8):
        rng = np.random.default_rng([seed, n])
        line = river(rng, BEARINGS[seed % 3])
        points = banks(rng, line, n, 30.0)
        drawn = drawn_coarsely(rng, line, rng.uniform(500, 1_000))
        found = examine_datums({"river_reaches": rivers(drawn), "outfalls": outfalls(points)})
        assert found[0].verdict != "contradicts", found[0].told.en


def test_the_stop_says_everything() -> None:
    """Layer, file, numbers of the readings, the cause, and the two lines for the card."""
    rng = np.random.default_rng(1)
    line = river(rng, 107.0)
    points = moved(banks(rng, line, 30, 30.0), to_gcj02)
    with pytest.raises(DatumError) as refused:
        check_datums({"river_reaches": rivers(line), "outfalls": outfalls(points)})
    assert refused.value.exit_status == 2
    for language in ("zh", "en"):
        told = refused.value.to(language)
        for word in ("outfalls", "outfalls.csv", "GCJ-02", 'datum = "gcj02"', "convert = true"):
            assert word in told
        assert "river_reaches" in told
        assert "30" in told
    assert "Beijing 1954: median misfit" in refused.value.to("en")
    assert re.search(r"as declared: median misfit \d{3} m", refused.value.to("en"))


def test_a_good_layer_is_returned_with_its_numbers() -> None:
    """Outfalls on the river: misfit 0; in GCJ-02 they would be off by its offset."""
    line = np.array([[540e3, 4_650e3], [540e3, 4_730e3]])  # due north: the offset is 492 m across
    points = np.column_stack([np.full(8, 540e3), 4_660e3 + 5e3 * np.arange(8)])
    (found,) = check_datums({"river_reaches": rivers(line), "outfalls": outfalls(points)})
    assert (found.verdict, found.best, found.matched) == ("agrees", "declared", 8)
    fits = {fit.candidate: fit for fit in found.evidence}
    assert fits["declared"].median_m == 0
    east_m = np.median(moved(points, to_gcj02)[:, 0] - points[:, 0])
    assert fits["gcj02"].median_m == pytest.approx(east_m, abs=5)
    assert (fits["gcj02"].nearer, fits["gcj02"].farther) == (0, 8)
    assert not fits["swapped_axes"].feasible
    assert not fits["web_mercator"].feasible


def test_the_named_river_counts_not_the_nearest() -> None:
    """In GCJ-02 the outfalls of one river happen to lie on another one: the name tells."""
    line = np.array([[540e3, 4_650e3], [540e3, 4_730e3]])
    on_it = np.column_stack([np.full(9, 540e3), 4_660e3 + 5e3 * np.arange(9)])
    shifted = moved(on_it, to_gcj02)
    other = shifted[np.argsort(shifted[:, 1])]
    named = outfalls(shifted)
    unnamed = outfalls(shifted, [None] * 9)  # type: ignore[list-item]
    maps = rivers(line, other)
    assert examine_datums({"river_reaches": maps, "outfalls": named})[0].verdict == "contradicts"
    assert examine_datums({"river_reaches": maps, "outfalls": unnamed})[0].verdict != "contradicts"
    strange = outfalls(shifted, ["凡河"] * 9)
    found = examine_datums({"river_reaches": maps, "outfalls": strange})[0]
    assert (found.verdict, found.matched) == ("undecided", 0)


def test_five_places_are_the_least() -> None:
    """Four undecided, five decided; five at one spot are one place."""
    line = np.array([[540e3, 4_650e3], [540e3, 4_730e3]])
    points = moved(np.column_stack([np.full(5, 540e3), 4_660e3 + 5e3 * np.arange(5)]), to_gcj02)

    def verdict(some: Metres) -> tuple[str, int]:
        (found,) = examine_datums({"river_reaches": rivers(line), "outfalls": outfalls(some)})
        return found.verdict, found.matched

    assert LEAST_MATCHED == 5
    assert verdict(points) == ("contradicts", 5)
    assert verdict(points[:4]) == ("undecided", 4)
    assert verdict(np.repeat(points[:1], 5, axis=0)) == ("undecided", 1)


@pytest.mark.parametrize("turn", [-3.0, 3.0])
def test_metres_of_the_neighbouring_zone(turn: float) -> None:
    """Numbers of one zone read in the next: 246 km off, and the CRS is what to correct."""
    rng = np.random.default_rng(2)
    line = river(rng, 107.0)
    points = moved(banks(rng, line, 12, 50.0), lambda lon, lat: (lon - turn, lat))
    layers = {
        "river_reaches": rivers(line),
        "outfalls": outfalls(points, reading=Reading(crs="EPSG:4550")),
    }
    with pytest.raises(DatumError, match="crs") as refused:
        check_datums(layers)
    assert ("东侧" if turn > 0 else "西侧") in refused.value.to("zh")


def test_utm_stated_as_gauss_kruger() -> None:
    """1.9 km too far south: the trap of EPSG:32651 for EPSG:4550."""
    rng = np.random.default_rng(3)
    line = river(rng, 107.0)
    true = banks(rng, line, 12, 50.0)
    utm = np.column_stack(
        pyproj.Transformer.from_crs(WORKING_CRS, 32651, always_xy=True).transform(*true.T)
    )
    layers = {
        "river_reaches": rivers(line),
        "outfalls": outfalls(utm, reading=Reading(crs="EPSG:4550")),
    }
    assert examine_datums(layers)[0].best == "utm"
    with pytest.raises(DatumError, match="UTM"):
        check_datums(layers)


def test_a_needless_conversion_is_found() -> None:
    """`convert` was asked for, but the places had never been shifted."""
    rng = np.random.default_rng(4)
    line = river(rng, 152.0)
    true = banks(rng, line, 20, 30.0)
    converted = true - (moved(true, to_gcj02) - true)
    reading = Reading(crs="EPSG:4490", datum="gcj02", converted_from="gcj02")
    layers = {"river_reaches": rivers(line), "outfalls": outfalls(converted, reading=reading)}
    with pytest.raises(DatumError, match="take convert = true out"):
        check_datums(layers)
    right = {**layers, "outfalls": outfalls(true, reading=reading)}
    assert check_datums(right)[0].verdict == "agrees"


@pytest.mark.parametrize(("noise_m", "verdict"), [(3.0, "contradicts"), (60.0, "not named")])
def test_beijing_1954_only_in_fine_references(noise_m: float, verdict: str) -> None:
    """A shift of 81 m shows where outfalls stand within metres, and is never claimed in noise."""
    rng = np.random.default_rng(6)
    lines = [river(rng, bearing) for bearing in BEARINGS]
    true = np.vstack([banks(rng, line, 20, noise_m) for line in lines])
    as_delivered = true - (as_if_beijing54(true, in_degrees=True) - true)
    names = [name for name in ("辽河", "清河", "柴河") for _ in range(20)]
    found = examine_datums({
        "river_reaches": rivers(*lines),
        "outfalls": outfalls(as_delivered, names),
    })[0]
    if verdict == "contradicts":
        assert (found.verdict, found.best) == ("contradicts", "beijing54")
        assert "测绘部门" in found.told.zh
    else:
        assert found.verdict != "contradicts"


@pytest.mark.parametrize(("decimals", "is_told"), [(5, False), (6, True), (8, False)])
def test_six_decimals_are_a_clue(decimals: int, is_told: bool) -> None:  # noqa: FBT001 - a case
    """Map services hand out exactly six decimals; it is told, and decides nothing."""
    rng = np.random.default_rng(10)
    line = river(rng, 107.0)
    rounded = moved(
        banks(rng, line, 20, 30.0), lambda lon, lat: (lon.round(decimals), lat.round(decimals))
    )
    found = examine_datums({"river_reaches": rivers(line), "outfalls": outfalls(rounded)})[0]
    assert found.verdict == "agrees"
    assert ("6 位小数" in found.told.zh) is is_told


def test_bounds_rule_readings_out() -> None:
    """A reading that leaves the stated region is not possible."""
    rng = np.random.default_rng(11)
    line = river(rng, 107.0)
    layers = {"river_reaches": rivers(line), "outfalls": outfalls(banks(rng, line, 10, 30.0))}
    anywhere = {fit.candidate for fit in examine_datums(layers)[0].evidence if fit.feasible}
    here = examine_datums(layers, bounds=(123.0, 41.8, 125.3, 43.7))[0].evidence
    assert anywhere - {fit.candidate for fit in here if fit.feasible} == {
        "zone_east_3",
        "zone_west_3",
    }


def test_no_reference_no_finding() -> None:
    """Without a reference, or with an empty one, nothing is said."""
    layer = outfalls(np.array([[540e3, 4_690e3]]))
    empty = rivers(np.array([[0.0, 0.0], [1.0, 1.0]]))
    empty = replace(empty, features=empty.features[:0], rows_in=0)
    assert examine_datums({"outfalls": layer}) == ()
    assert examine_datums({"outfalls": layer, "river_reaches": empty}) == ()


def test_findings_are_plain_records() -> None:
    """JSON takes them; numbers are rounded to decimetres."""
    rng = np.random.default_rng(12)
    line = river(rng, 107.0)
    layers = {"river_reaches": rivers(line), "outfalls": outfalls(banks(rng, line, 10, 30.0))}
    record = to_record(examine_datums(layers)[0], "zh")
    assert record["declared"] == "CGCS2000, EPSG:4490"
    declared = record["evidence"][0]  # type: ignore[index]
    assert declared["candidate"] == "declared"
    assert declared["shift_m"] == 0.0
    assert declared["median_m"] == round(declared["median_m"], 1)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_exact(wins: int, losses: int) -> None:
    """Against scipy's binomial survival function."""
    from scipy.stats import binom  # noqa: PLC0415 - only the oracle needs it

    expected = float(binom.sf(wins - 1, wins + losses, 0.5))
    assert to_chance(wins, losses) == pytest.approx(expected, rel=1e-9)


def test_the_sign_test_at_its_limits() -> None:
    """Five of five are enough, four of four are not; thousands do not overflow."""
    assert to_chance(5, 0) == CHANCE
    assert to_chance(4, 0) > CHANCE
    assert to_chance(3_000, 0) == 0
    assert to_chance(1_500, 1_500) == pytest.approx(0.5, abs=0.01)


def test_a_person_may_answer_for_a_datum() -> None:
    """The contradiction is told all the same, with who confirmed it; only the stop is lifted."""
    rng = np.random.default_rng(4)
    line = river(rng, 152.0)
    shifted = moved(banks(rng, line, 20, 30.0), to_gcj02)
    layers = {"river_reaches": rivers(line), "outfalls": outfalls(shifted)}
    with pytest.raises(DatumError, match="datum_confirmed"):
        check_datums(layers)
    reading = Reading(crs="EPSG:4490", datum_confirmed="王工,2025-12-31 现场复测")
    (found,) = check_datums({**layers, "outfalls": outfalls(shifted, reading=reading)})
    assert (found.verdict, found.best) == ("contradicts", "gcj02")
    assert "王工" in found.told.zh
    assert "王工" in found.told.en
