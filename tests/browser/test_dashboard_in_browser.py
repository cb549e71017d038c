"""The dashboard in a real Chromium without a network: filters, details, deep links."""

from collections.abc import Callable

import pytest
from hand_made_maps import assessment, clause, verdict
from playwright.sync_api import Page

from tieling_geo.records import State, Verdict
from tieling_geo.reports.site import dashboard_html
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Until = Callable[[Page, str], None]


def four() -> list[Verdict]:
    """Return two clauses on coal, and two on parks, in three states."""
    parks = {"section": "三(二)", "analysis": "park_circular_retrofit"}
    return [
        verdict(clause("I01"), State.NOT_MET, against=("B1", "B2")),
        verdict(clause("I02", paraphrase=Text("建成区锅炉", "town boilers")), State.MET),
        verdict(clause("C01", **parks), State.NO_DATA),  # type: ignore[arg-type]
        verdict(clause("C02", **parks), State.NOT_MET),  # type: ignore[arg-type]
    ]


def dashboard(*verdicts: Verdict) -> str:
    """Return the dashboard of some verdicts."""
    return dashboard_html(assessment(verdicts or four()), maps=[])


def shown(page: Page) -> list[str]:
    """Return the ids of the rows that can be seen."""
    return [row.get_attribute("id") or "" for row in page.locator("tr.clause:visible").all()]


def test_every_clause_is_shown_at_first(opened: Open) -> None:
    """And the page counts them."""
    page = opened(dashboard())
    assert shown(page) == ["I01", "I02", "C01", "C02"]
    assert page.inner_text("#shown") == "显示 4 条，共 4 条"
    assert page.locator("tr.details:visible").count() == 0


def test_each_filter_narrows_the_table_and_says_by_how_much(opened: Open) -> None:
    """Section, bureau, state and text, each by itself and together."""
    page = opened(dashboard())
    page.select_option("#section", "三(二)")
    assert shown(page) == ["C01", "C02"]
    assert page.inner_text("#shown") == "显示 2 条，共 4 条"
    assert page.locator("tr.section:visible").count() == 1
    page.locator("button.state.not_met").click()
    assert shown(page) == ["C02"]
    page.locator("#reset").click()
    assert shown(page) == ["I01", "I02", "C01", "C02"]
    page.select_option("#bureau", "市生态环境局")
    assert shown(page) == ["I01", "I02"]
    page.fill("#search", "建成区锅炉")
    assert shown(page) == ["I02"]
    page.fill("#search", "there is no such word")
    assert shown(page) == []
    assert page.inner_text("#shown") == "显示 0 条，共 4 条"


def test_two_states_may_be_chosen_at_once(opened: Open) -> None:
    """Each chip is a switch that says whether it is pressed."""
    page = opened(dashboard())
    for word in ("met", "no_data"):
        page.locator(f"button.state.{word}").click()
    assert shown(page) == ["I02", "C01"]
    pressed = page.locator("button.state[aria-pressed=true]")
    assert pressed.count() == 2


def test_the_text_search_finds_evidence_in_closed_details(opened: Open) -> None:
    """An auditor looks for a boiler's number."""
    page = opened(dashboard())
    page.fill("#search", "/B2")
    assert shown(page) == ["I01"]


def test_details_open_with_the_keyboard(opened: Open) -> None:
    """The button says whether they are open."""
    page = opened(dashboard())
    button = page.locator("#I01 button.more")
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator("#I01-more").is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert page.locator("#I01-more").is_hidden()


def test_all_details_open_and_close_at_once(opened: Open) -> None:
    """The button's words change with it."""
    page = opened(dashboard())
    page.get_by_role("button", name="全部展开").click()
    assert page.locator("tr.details:visible").count() == 4
    page.get_by_role("button", name="全部收起").click()
    assert page.locator("tr.details:visible").count() == 0


def test_an_address_opens_its_clause(opened: Open, until: Until) -> None:
    """`index.html#C02`, at the start and later, even if a filter hides it."""
    page = opened(dashboard(), hash_="#C02")
    assert page.locator("#C02-more").is_visible()
    page.locator("button.state.met").click()
    page.evaluate("location.hash = '#I01'")
    until(page, "!document.getElementById('I01-more').hidden")
    assert shown(page) == ["I01", "I02", "C01", "C02"]


def test_tables_and_controls_are_named(opened: Open) -> None:
    """Captions for screen readers, labels for every control."""
    page = opened(dashboard())
    assert page.evaluate("[...document.querySelectorAll('table')].every((t) => t.caption)")
    nameless = """() => [...document.querySelectorAll("button, input, select, a")].filter((e) =>
      !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length))
      .map((e) => e.outerHTML)"""
    assert page.evaluate(nameless) == []
