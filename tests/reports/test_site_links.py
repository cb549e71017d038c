"""The dashboard and the maps are one site: their links lead to what is there, from any folder."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from shapely import Point

from tests.render import hand_made_maps as made
from tieling_geo.records import Assessment, PublishedMap, State
from tieling_geo.render import draw_published, read_maps, to_html
from tieling_geo.render.offline import page_file
from tieling_geo.reports.site import dashboard_html
from tieling_geo.reports.site_maps import feature_links
from tieling_geo.text import Text
from tieling_geo.workspace import open_workspace

OTHER = "boilers_in_builtup_areas"


def links_of(page: str) -> list[str]:
    """Return the addresses that a page links to, as a browser reads them."""
    body = page[page.index("<body") : page.index("<script>")]
    return [unescape(href) for href in re.findall(r'<a [^>]*?href="([^"]*)"', body)]


def test_every_link_of_the_site_leads_to_a_file_beside_it(products: Path) -> None:
    """Dashboard and maps: no address begins at a root, and each names a file that is there."""
    pages = [products / "index.html", *sorted((products / "maps").glob("*.html"))]
    counts = {}
    for path in pages:
        links = links_of(path.read_text(encoding="utf-8"))
        counts[path.stem] = len(links)
        for href in links:
            parts = urlsplit(href)
            assert not parts.scheme, href
            assert not parts.netloc, href
            assert not parts.path.startswith("/"), href
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), href
            assert target.is_relative_to(products.resolve())
    maps = len(pages) - 1
    assert maps == len(read_maps(open_workspace().maps))
    assert counts["index"] > 2 * maps
    assert {counts[path.stem] for path in pages[1:]} == {maps + 1}


def test_each_map_marks_itself_and_names_all_in_the_order_of_the_plan(products: Path) -> None:
    """One is current; the menu's order is that of the cards on the dashboard."""
    orders = set()
    for path in sorted((products / "maps").glob("*.html")):
        page = path.read_text(encoding="utf-8")
        (current,) = re.findall(r'href="([^"]*)" aria-current="page"', page)
        assert current == path.name
        orders.add(tuple(f"maps/{href}" for href in links_of(page) if not href.startswith("..")))
    (order,) = orders
    index = (products / "index.html").read_text(encoding="utf-8")
    assert tuple(re.findall(r'<a class="card" href="([^"]*)"', index)) == order
    assert list(order) != sorted(order)


def test_the_features_of_the_dashboard_are_on_the_maps_that_they_link_to(
    products: Path, small_assessment: Assessment
) -> None:
    """Every one names an analysis of the map and a feature of its result that has a place."""
    maps = {one.map_id: one for one in read_maps(open_workspace().maps)}
    found = 0
    for href in links_of((products / "index.html").read_text(encoding="utf-8")):
        parts = urlsplit(href)
        if parts.fragment.startswith("sel="):
            analysis, feature = map(unquote, parts.fragment[4:].split("/"))
            assert analysis in maps[Path(parts.path).stem].analyses
            assert not small_assessment.results[analysis].features.geometry.loc[feature].is_empty
            found += 1
    assert found > 100


def test_a_feature_links_to_the_map_that_shows_it_from_the_start() -> None:
    """The id is encoded; one without a place, one that is none, and no map: no link."""
    ids = {"a/b#c&d=e 七": "left", "nowhere": "left"}
    found = made.result(ids, analysis=made.ANALYSIS, geometry=[Point(569_000, 4_683_000), None])
    about = made.assessment([], results={made.ANALYSIS: found})
    maps = [
        PublishedMap("all", Text("全", "All"), (OTHER, made.ANALYSIS)),
        PublishedMap("heating", Text("供热", "Heating"), (made.ANALYSIS, OTHER)),
    ]
    named = {*ids, "none"}
    start = f"maps/heating.html#sel={made.ANALYSIS}/"
    assert feature_links(made.ANALYSIS, named, about, maps) == {
        "a/b#c&d=e 七": f"{start}a%2Fb%23c%26d%3De%20%E4%B8%83"
    }
    assert feature_links(made.ANALYSIS, named, about, maps[:0]) == {}
    assert feature_links(OTHER, named, about, maps) == {}


def test_a_map_drawn_alone_links_to_nothing_unless_told() -> None:
    """No menu without siblings; no way back without a dashboard."""
    heating = PublishedMap("heating", Text("供热", "Heating"), (made.ANALYSIS,))
    alone = to_html(draw_published(heating, made.assessment([]), dashboard=""))
    assert links_of(alone) == []
    assert "<nav" not in alone[: alone.index("<script>")]


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([State.MET, State.NOT_MET, State.NO_DATA], ["X0 达到", "X1 未达到", "X2 缺数据"]),
        (
            [State.NOT_MET, State.MET, State.UNDETERMINED, State.NOT_MET],
            ["达到 1", "未达到 2", "无法确定 1"],
        ),
        ([], []),
    ],
)
def test_a_title_says_three_clauses_by_name_and_more_by_number(
    states: list[State], told: list[str]
) -> None:
    """Three is the most (closed); an analysis that no clause rests on is missed in words."""
    verdicts = [made.verdict(made.clause(f"X{k}"), state) for k, state in enumerate(states)]
    other = made.verdict(made.clause("Z1", analysis="park_circular_retrofit"))
    drawn = PublishedMap("heating", Text("供热", "Heating"), (made.ANALYSIS, OTHER))
    about = made.assessment([*verdicts, other])
    told = [*told, "1 项分析缺数据" if states else "2 项分析缺数据"]
    page = to_html(draw_published(drawn, about))
    header = page[page.index("<header ") : page.index("</header>")]
    chips = r'<span class="state [a-z_]+"><span class="mark" aria-hidden="true">.</span>([^<]*)<'
    assert re.findall(chips, header) == told
    # The card on the dashboard counts, however few they are.
    index = dashboard_html(about, maps=[drawn])
    (card,) = re.findall(r'<a class="card".*?</a>', index, re.DOTALL)
    assert [text.split()[0] for text in re.findall(chips, card)][: len(set(states))] == [
        state.label.zh for state in State if state in states
    ]


def test_a_soft_target_that_is_missed_is_no_violation_on_a_card_either() -> None:
    """It has its own sign and look, and is counted apart."""
    soft = made.verdict(made.clause("X0", strictness="aspirational"))
    hard = made.verdict(made.clause("X1"))
    drawn = PublishedMap("heating", Text("供热", "Heating"), (made.ANALYSIS,))
    index = dashboard_html(made.assessment([soft, hard]), maps=[drawn], language="en")
    (card,) = re.findall(r'<a class="card".*?</a>', index, re.DOTALL)
    assert re.findall(r'class="state ([a-z_]+)"', card) == ["not_met", "soft"]
    assert "soft target missed 1" in card


def test_both_kinds_of_page_have_the_shared_look_and_say_none_of_it_again() -> None:
    """Two files, in both; neither's own style sheet gives letters, links or states anew."""
    common, chips = page_file("common.css"), page_file("chips.css")
    drawn = PublishedMap("heating", Text("供热", "Heating"), (made.ANALYSIS,))
    about = made.assessment([])
    index = dashboard_html(about, maps=[drawn])
    page = to_html(draw_published(drawn, about))
    for html in (index, page):
        assert common in html
        assert chips in html
        own = html[html.index(common) + len(common) : html.rindex("</style>")].replace(chips, "")
        screen = own[: own.index("@media print")]
        assert not re.search(r"font-family: (?!inherit|ui-monospace)|font: 14px|YaHei", screen)
        assert not re.search(
            r"^(a|:focus-visible|\.state|\.mark|\.not_met) \{", screen, re.MULTILINE
        )
