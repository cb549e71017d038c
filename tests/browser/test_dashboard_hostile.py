"""Words that would run, close an element or break a script: shown as they are, never run."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hand_made_dashboards import hostile
from hand_made_maps import ALL_PAYLOADS as ALL
from playwright.sync_api import Page

from tieling_geo.records import PublishedMap
from tieling_geo.render.popup import plain_text
from tieling_geo.reports.site import dashboard_html
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


def test_there_are_forty_of_them() -> None:
    """Each another way in."""
    assert len(set(ALL)) >= 40


@pytest.mark.parametrize("payload", ALL)
def test_hostile_words_are_shown_and_never_run(opened: Open, payload: str) -> None:
    """Every sink of the dashboard at once; the words are read literally, and the filters work."""
    told = plain_text(payload)
    maps = [PublishedMap("m", Text(payload, payload), ("x",))]
    page = opened(dashboard_html(hostile(payload), maps=maps))
    assert page.text_content("h1") == told
    assert page.title() == " ".join(told.split())
    assert page.text_content("tr.clause .because") == told
    page.locator("button.more").click()
    assert page.locator("tr.details").is_visible()
    details = page.text_content("tr.details") or ""
    assert details.count(told) >= 30
    assert page.text_content("tr.details blockquote") == told
    assert page.text_content("tr.details .overrides del") == told
    assert told in (page.text_content("table.checks tbody") or "")
    page.select_option("#bureau", index=1)
    page.select_option("#section", index=1)
    page.select_option("#county", index=1)
    assert page.locator("tr.clause:visible").count() == 1
    assert told in page.inner_text(".here")
    assert page.locator("tr.details").is_visible()
    assert page.evaluate("window.__pwned") is None
    assert page.locator("img, iframe, body script + script, [onload], [onfocus]").count() == 0
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("payload", [p for p in ALL if set(p) & set("#%=,;")][::3])
def test_a_hostile_address_opens_its_clause_and_runs_nothing(opened: Open, payload: str) -> None:
    """The id of a clause and the name of a county in the address, as a link would write them."""
    html = dashboard_html(hostile(payload), maps=[])
    name = quote(plain_text(payload), safe="")
    assert opened(html, hash_=f"#{name}").locator("tr.details").is_visible()
    page = opened(html, hash_=f"#county={name}&bureau={name}%20&open={name}&text={name}")
    assert page.input_value("#county") == plain_text(payload)
    assert page.locator("tr.clause:visible").count() == 1
    assert page.evaluate("window.__pwned") is None
