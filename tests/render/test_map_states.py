"""What a page is told of its states: by day, the assessment among them, none of them as markup."""

import json
from datetime import date

import pytest
from hand_made_maps import (
    ANALYSIS,
    EAST_M,
    NORTH_M,
    PAYLOADS,
    assessment,
    clause,
    result,
    verdict,
)
from shapely import Point

from tieling_geo.errors import MapError
from tieling_geo.records import MapState, PublishedMap, StateCard
from tieling_geo.render import draw_published, states_of, to_html, web_map
from tieling_geo.render.asked import to_asked
from tieling_geo.render.basemap import gaode
from tieling_geo.render.basemap_layer import shown_on, states_shown_on
from tieling_geo.render.states import own_position, scenes_of, states_block
from tieling_geo.text import Text

DAY = date(2025, 12, 31)
PAST, LATER = date(2020, 12, 31), date(2026, 1, 1)
FOUND = result(
    {"a": "remaining", "b": "retired"},
    analysis=ANALYSIS,
    geometry=[Point(EAST_M, NORTH_M), Point(EAST_M + 900, NORTH_M + 900)],
)


def state(word: str, day: date = PAST, **changes: object) -> MapState:
    """Return a state of two boilers."""
    return MapState(Text(word, f"{word} en"), day, {ANALYSIS: FOUND}, (), **changes)  # type: ignore[arg-type]


def published(*cards: StateCard) -> PublishedMap:
    """Return a published map with states."""
    return PublishedMap("heating", Text("供热", "Heating"), (ANALYSIS,), states=cards)


def test_the_page_is_told_of_each_state() -> None:
    """Title in its language, day, and whether it is the assessment or another parameter."""
    variant = state("变", DAY, parameters={ANALYSIS: {"pipe_buffer_m": 1.0}})
    text = states_block([state(PAYLOADS[3]), state("今", DAY, is_own=True), variant], "en").text
    assert text.count("<script") == text.count("</script>") == 1
    told = json.loads(text.partition(">")[2].rpartition("<")[0])
    assert told == [
        {"title": f"{PAYLOADS[3]} en", "day": "2020-12-31", "isOwn": False, "isVariant": False},
        {"title": "今 en", "day": "2025-12-31", "isOwn": True, "isVariant": False},
        {"title": "变 en", "day": "2025-12-31", "isOwn": False, "isVariant": True},
    ]


def test_a_map_opens_with_the_assessment() -> None:
    """Where it is not among the states, or twice, nobody knows what the map opens with."""
    own = state("今", DAY, is_own=True)
    assert own_position([]) == 0
    assert own_position([state("前"), own]) == 1
    for states in ([state("前")], [own, own]):
        with pytest.raises(MapError, match="the assessment itself"):
            web_map([FOUND], title=Text("供热", "Heating"), context={}, states=states)


def test_an_analysis_has_one_letter_in_all_states() -> None:
    """Where one is lacking in a state, the others keep theirs, and it is named as lacking."""
    second = result({"c": "left"}, analysis="second")
    states = [
        MapState(Text("前", "before"), PAST, {"second": second}, ()),
        state("今", DAY, is_own=True),
    ]
    past, now = scenes_of(states, [FOUND, second], ())
    assert past.letters == now.letters == {ANALYSIS: "A", "second": "B"}
    assert (past.lost, now.lost) == ((ANALYSIS,), ())
    assert (past.results, now.results) == ((second,), [FOUND, second])
    (alone,) = scenes_of((), [FOUND], ())
    assert (alone.letters, alone.lost) == ({ANALYSIS: ""}, ())


def test_states_are_shifted_as_the_assessment_is() -> None:
    """On a basemap in GCJ-02 nothing moves from one state to the next by its datum."""
    (moved,) = states_shown_on(gaode(), [state("前")])
    asked = to_asked([FOUND], title=None, context={}, cards={}, language="zh")
    (own,) = shown_on(gaode(), asked).results
    shown = moved.results[ANALYSIS].features
    assert shown.geometry.geom_equals(own.features.geometry).all()
    assert not shown.geometry.geom_equals(FOUND.features.to_crs(shown.crs).geometry).any()
    unmoved = [state("前")]
    assert states_shown_on(None, unmoved) == tuple(unmoved)


def test_a_published_map_has_the_states_that_were_run() -> None:
    """The legend has each, one of them seen; what lies after the day is told below the map."""
    cards = (
        StateCard(Text("前", "before"), PAST),
        StateCard(Text("后", "later"), LATER),
        StateCard(Text("评估当日", "that day"), DAY),
    )
    about = verdict(clause("I01"))
    made = assessment([about], results={ANALYSIS: FOUND}, states={"heating": (state("前"),)})
    assert [s.title.zh for s in states_of(published(*cards), made)] == ["前", "评估当日"]
    page = to_html(draw_published(published(*cards), made))
    assert page.count('<section class="legend" data-state="0" hidden>') == 1
    assert page.count('<section class="legend" data-state="1">') == 1
    assert "未显示“后”:2026-01-01 晚于评估日 2025-12-31" in page
    # An assessment that ran no states draws the map as it always was.
    plain = to_html(draw_published(published(), assessment([about], results={ANALYSIS: FOUND})))
    assert plain.count("data-state=") == 1
    assert 'id="tieling_states">[]</script>' in plain
