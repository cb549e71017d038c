"""Filters show exactly the clauses that the assessment says, and the address keeps them."""

import random
from collections.abc import Callable, Mapping
from urllib.parse import quote

import pytest
from hand_made_dashboards import ALIASES, COUNT, COUNTIES, ONLY, OTHER, SECTIONS, many
from playwright.sync_api import Page

from tieling_geo.plan.coverage_ledger import coverage_ledger
from tieling_geo.records import DeadlineState, State, Verdict
from tieling_geo.reports.site import dashboard_html

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Until = Callable[[Page, str], None]

ASSESSMENT = many()
HTML = dashboard_html(ASSESSMENT, maps=[])
_COVERAGE = {clause: row.word for row in coverage_ledger(ASSESSMENT).rows for clause in row.clauses}


def counties(verdict: Verdict) -> set[str]:
    """Tell by hand in which counties a clause has features; "-" is none."""
    if not verdict.clause.analysis:
        return set()
    if verdict.clause.analysis == OTHER:
        return {ONLY}
    # All four have something: rolled up for the share, and else each boiler counts by itself.
    return {county or "-" for county in COUNTIES.values()}


def bureaus(verdict: Verdict) -> set[str]:
    """Tell by hand which bureaus are named for a clause's section, by their usual names."""
    return {ALIASES.get(name, name) for name in SECTIONS[verdict.clause.section]}


FACTS: Mapping[str, Callable[[Verdict], set[str]]] = {
    "state": lambda v: {v.state.value},
    "section": lambda v: {v.clause.section},
    "bureau": bureaus,
    "county": counties,
    "coverage": lambda v: {_COVERAGE[v.clause.clause_id]},
    "deadline": lambda v: {v.deadline_state.value},
    "strictness": lambda v: {v.clause.strictness},
    "overrides": lambda v: {"1"} if v.overrides else set(),
}


def expected(wanted: Mapping[str, list[str]]) -> list[str]:
    """Return the ids of the clauses that fit all filters, any value of each."""
    return [
        v.clause.clause_id
        for v in ASSESSMENT.verdicts
        if all(FACTS[name](v) & set(values) for name, values in wanted.items())
    ]


def address(wanted: Mapping[str, list[str]]) -> str:
    """Write filters as the page's address does."""
    parts = (f"{name}={','.join(map(quote, values))}" for name, values in wanted.items())
    return "#" + "&".join(parts)


def shown(page: Page) -> list[str]:
    """Return the ids of the rows that can be seen."""
    return page.evaluate(  # type: ignore[no-any-return]
        "[...document.querySelectorAll('tr.clause')].filter((r) => r.offsetParent).map((r) => r.id)"
    )


def go(page: Page, until: Until, hash_: str) -> None:
    """Go to an address within the page, and wait until it is followed."""
    page.evaluate(
        "(hash) => { window.came = 0; addEventListener('hashchange', () => came = 1);"
        " location.hash = hash; }",
        hash_,
    )
    until(page, "window.came === 1")


CHOICES: Mapping[str, list[str]] = {
    "state": [state.value for state in State],
    "section": list(SECTIONS),
    "bureau": list(dict.fromkeys(ALIASES.get(b, b) for bs in SECTIONS.values() for b in bs)),
    "county": ["银州区", "清河区", "开原市", "-"],
    "coverage": sorted(set(_COVERAGE.values())),
    "deadline": [state.value for state in DeadlineState],
    "strictness": ["binding", "declared", "aspirational", "conditional", "report"],
}


def test_each_choice_of_each_filter_shows_its_clauses(opened: Open, until: Until) -> None:
    """Every option by itself; the page offers these options and no other."""
    page = opened(HTML)
    for name, values in CHOICES.items():
        for value in values:
            if name == "state":
                page.locator(f'button.state[data-state="{value}"]').click()
            else:
                page.select_option(f"#{name}", value)
            assert shown(page) == expected({name: [value]}), (name, value)
            assert page.inner_text("#shown") == (
                f"显示 {len(expected({name: [value]}))} 条，共 {COUNT} 条"
            )
            page.locator("#reset").click()
        if name != "state":
            offered = page.evaluate(f"[...document.getElementById('{name}').options].length")
            assert offered == len(values) + 1
    page.check("#overrides")
    assert shown(page) == expected({"overrides": ["1"]})
    until(page, "location.hash === '#overrides=1'")


def test_filters_together_narrow_each_other(opened: Open, until: Until) -> None:
    """Forty combinations drawn by lot, by their address: all of their clauses, and no other."""
    page = opened(HTML)
    lot = random.Random(145)  # noqa: S311 - no secret
    some = 0
    for _ in range(40):
        names = lot.sample(list(CHOICES), lot.randint(2, 4))
        wanted = {
            n: lot.sample(CHOICES[n], lot.randint(1, 3) if n == "state" else 1) for n in names
        }
        go(page, until, address(wanted))
        assert shown(page) == expected(wanted), wanted
        some += bool(expected(wanted))
    assert some >= 10


def test_no_clause_is_said(opened: Open) -> None:
    """An empty table alone looks like a fault."""
    page = opened(HTML, hash_=address({"section": ["四"], "bureau": ["市商务局"]}))
    assert shown(page) == []
    assert page.locator("#nothing").is_visible()
    page.locator("#reset").click()
    assert len(shown(page)) == COUNT
    assert page.locator("#nothing").is_hidden()


def test_a_chosen_county_tells_what_it_adds(opened: Open) -> None:
    """Numerator, denominator and unknown where there is a roll-up, else who is counted."""
    page = opened(HTML, hash_=address({"county": ["银州区"]}))
    assert page.inner_text("#X001 .here") == "银州区：0/1 · 不利要素 1 · 情况不明的要素 1"
    assert page.inner_text("#X007 .here") == "银州区：0/1 · 不利要素 0 · 情况不明的要素 1"
    assert page.inner_text("#X009 .here") == "银州区：计入 2 · 不利要素 0 · 情况不明的要素 0"
    page.select_option("#county", "-")
    assert page.inner_text("#X001 .here") == "未落到县区：0/0 · 不利要素 0 · 情况不明的要素 1"
    page.select_option("#county", "")
    assert page.locator(".here:visible").count() == 0


def test_the_address_restores_filters_and_open_clauses(opened: Open) -> None:
    """What a colleague is sent is what was seen."""
    page = opened(HTML)
    page.locator('button.state[data-state="not_met"]').click()
    page.select_option("#county", "银州区")
    page.fill("#search", "项要求")
    page.locator("#X001 button.more").click()
    page.locator("#X015 button.more").click()
    sent = page.evaluate("location.hash")
    before = shown(page)
    assert before == expected({"state": ["not_met"], "county": ["银州区"]})
    other = opened(HTML, hash_=sent)
    assert shown(other) == before
    assert other.input_value("#search") == "项要求"
    assert other.locator("tr.details:visible").count() == 2
    assert other.locator("#X015-more").is_visible()
    assert other.evaluate("location.hash") == sent


def test_back_and_forward_go_through_what_was_seen(opened: Open, until: Until) -> None:
    """Each choice is a step; opening a clause is one, too."""
    page = opened(HTML)
    page.locator('button.state[data-state="met"]').click()
    page.select_option("#strictness", "binding")
    page.locator("#X000 button.more").click()
    seen = expected({"state": ["met"], "strictness": ["binding"]})
    page.go_back()
    until(page, "document.getElementById('X000-more').hidden")
    assert shown(page) == seen
    page.go_back()
    until(page, "document.getElementById('strictness').value === ''")
    assert shown(page) == expected({"state": ["met"]})
    page.go_forward()
    until(page, "document.getElementById('strictness').value === 'binding'")
    assert shown(page) == seen


def test_links_of_the_score_cards_set_the_filters(opened: Open, until: Until) -> None:
    """A number in a score card leads to as many clauses."""
    page = opened(HTML)
    row = page.locator('tr[data-bureau="市住房城乡建设局"]')
    link = row.locator("a").first
    count = int(link.inner_text())
    link.click()
    until(page, "document.getElementById('bureau').value === '市住房城乡建设局'")
    assert len(shown(page)) == count
    assert shown(page) == expected({"bureau": ["市住房城乡建设局"], "state": ["met"]})
    page.locator("table.coverage a").last.click()
    until(page, "document.getElementById('coverage').value === 'not_decidable'")
    assert shown(page) == expected({"coverage": ["not_decidable"]})


def test_all_open_and_one_open_have_short_addresses(opened: Open) -> None:
    """`#X005` for one clause, a star for all."""
    page = opened(HTML)
    page.locator("#X005 button.more").click()
    assert page.evaluate("location.hash") == "#X005"
    page.locator("#open").click()
    assert page.evaluate("location.hash") == "#open=*"
    assert opened(HTML, hash_="#open=*").locator("tr.details:visible").count() == COUNT


@pytest.mark.parametrize(
    "broken", ["#state=%E4%B8", "#state=nonsense&county=nowhere", "#&&=", "#open=gone", "#%"]
)
def test_a_broken_address_shows_everything(opened: Open, broken: str) -> None:
    """Cut short, or of another plan: nothing is hidden, nothing fails."""
    page = opened(HTML, hash_=broken)
    assert len(shown(page)) == COUNT
    assert page.locator("tr.details:visible").count() == 0


def test_a_link_within_the_page_keeps_the_filters(opened: Open) -> None:
    """To the layers and back, with the address as it was."""
    page = opened(HTML, hash_="#state=met")
    page.locator('nav a[href="#layers"]').click()
    assert page.evaluate("document.activeElement.id") == "layers"
    assert page.evaluate("location.hash") == "#state=met"
    assert shown(page) == expected({"state": ["met"]})
