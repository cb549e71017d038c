"""Filters of a map show exactly the features that fit, count the others, and hide none silently."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
from hand_made_maps import PAYLOADS, card, clause, result, verdict
from playwright.sync_api import Page

from tieling_geo.records import Result
from tieling_geo.render import to_html, web_map
from tieling_geo.text import Text

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Until = Callable[[Page, str], None]
Row = Mapping[str, str]

_ROLES = {"left": "bad", "doubt": "warning", "done": "good", "outside": "neutral"}
_COUNTIES = ("银州区", "清河区", None, "铁岭县")
_BUREAUS = ("市发展改革委", "市生态环境局")
_SHOWN = """() => tielingGeo.groups.flatMap((g) => [...Array(g.count).keys()]
  .filter((i) => g.isShown(i)).map((i) => g.spec.analysis + "/" + g.id(i)))"""
#: Facet -> its values with the number beside each.
_COUNTS = """() => Object.fromEntries([...document.querySelectorAll(".filter select")].map((box) =>
  [box.id.slice(7), [...box.options].filter((o) => o.value !== "").map((o) => o.text)]))"""
#: What all combinations show, in one go.
_EACH = f"""(all) => all.map((wanted) => {{
  tielingGeo.filters.set(wanted);
  const status = document.querySelector(".filter-status").textContent;
  return {{ shown: ({_SHOWN})(), counts: ({_COUNTS})(), status }};
}})"""


def boilers() -> Result:
    """Return 28 boilers that state a county, or none."""
    words = [list(_ROLES)[(k * k) % 4] for k in range(28)]
    found = result({f"b{k}": word for k, word in enumerate(words)})
    counties = [_COUNTIES[k % 4] for k in range(28)]
    return replace(found, features=found.features.assign(county_name=counties))


def banks() -> Result:
    """Return 6 places that state a river and no county."""
    found = result({f"r{k}": ("left", "done")[k % 2] for k in range(6)}, analysis="second")
    rivers = ["辽河", "柴河", "辽河", "凡河", "辽河", "柴河"]
    features = found.features.drop(columns=["county_name"]).assign(river_name=rivers)
    return replace(found, features=features)


def page_of_both() -> str:
    """Return a page of both; the plan names bureaus for the clause that rests on the boilers."""
    return to_html(
        web_map(
            [boilers(), banks()],
            title=Text("锅炉与岸线", "Boilers and banks"),
            context={},
            cards={"hand_made": card(), "second": card("second", title=Text("岸线", "banks"))},
            verdicts=[verdict(clause(analysis="hand_made"))],
            bureaus={"三(八)": _BUREAUS},
        )
    )


def table() -> list[Row]:
    """Say by hand what each feature can be filtered by; a facet that is not there is lacking."""
    rows = []
    for one, facets in ((boilers(), {"county": "county_name"}), (banks(), {"river": "river_name"})):
        for key, feature in one.features.iterrows():
            row = {f: "" if pd.isna(feature[name]) else feature[name] for f, name in facets.items()}
            row |= {"state": _ROLES[feature["category"]], "evidence": f"{one.analysis}/{key}"}
            row["category"] = f"{one.analysis}/{feature['category']}"
            if one.analysis == "hand_made":
                row["bureau"] = _BUREAUS[1]  # it belongs to both; this one is asked for
            rows.append(row)
    return rows


def fitting(rows: list[Row], wanted: Row) -> list[str]:
    """Return the features that fit all that is wanted."""
    return [
        row["evidence"]
        for row in rows
        if all(facet in row and row[facet] == key for facet, key in wanted.items())
    ]


def test_every_combination_shows_exactly_the_features_that_fit(opened: Open) -> None:
    """Counts beside the values follow the other filters; the legend and the status line agree."""
    page = opened(page_of_both())
    page.locator("html[data-ready]").wait_for(state="attached")
    check_one(page)
    status = page.locator(".filter-status")
    # The second result lies on the same layer, so that the map opens without it.
    assert status.inner_text() == "显示 28 / 34 个要素；另有 6 个符合条件，但已在图例中关闭"
    page.locator("input[data-group]").nth(1).check()
    rows = table()
    values = {
        "county": (None, "银州区", ""),
        "river": (None, "辽河"),
        "bureau": (None, _BUREAUS[1]),
        "state": (None, "bad", "warning"),
        "category": (None, "hand_made/left", "second/done"),
    }
    combinations = [
        {f: k for f, k in zip(values, keys, strict=True) if k is not None}
        for keys in product(*values.values())
    ]
    for wanted, found in zip(combinations, page.evaluate(_EACH, combinations), strict=True):
        expected = fitting(rows, wanted)
        assert found["shown"] == expected, wanted
        assert found["status"] == f"显示 {len(expected)} / 34 个要素", wanted
        for facet, key, title in (
            ("county", "银州区", "银州区"),
            ("river", "辽河", "辽河"),
            ("bureau", _BUREAUS[1], _BUREAUS[1]),
            ("state", "bad", "不利"),
        ):
            number = len(fitting(rows, {**wanted, facet: key}))
            assert f"{title}（{number}）" in found["counts"][facet], (wanted, facet)
    numbers = page.eval_on_selector_all("aside b[data-count]", "all => all.map((b) => b.innerText)")
    assert numbers[0] == "0 / 14"  # the last combination shows nothing


def check_one(page: Page) -> None:
    """By its label; the panel says that a filter is on, and which layers cannot be filtered."""
    page.locator(".filter summary").click()
    assert page.evaluate(_COUNTS)["county"] == [
        "清河区（7）", "铁岭县（7）", "银州区（7）", "（未填）（7）",
    ]  # fmt: skip
    assert [row.split("（")[0] for row in page.evaluate(_COUNTS)["state"]] == [
        "不利", "须关注", "不明", "有利", "不在范围",
    ]  # fmt: skip
    page.get_by_label("县（市、区）").select_option(label="银州区（7）")
    assert page.locator(".filter summary").inner_text() == "筛选（1 项）"
    assert page.locator(".filter .note").inner_text() == (
        "以下图层没有“县（市、区）”信息，其要素全部不显示：岸线。"
    )
    page.get_by_role("button", name="清除筛选").click()
    assert page.get_by_label("县（市、区）").input_value() == ""
    assert page.locator(".filter summary").inner_text() == "筛选"
    assert len(page.evaluate(_SHOWN)) == 28


def test_hostile_words_are_values_like_others(opened: Open) -> None:
    """Every payload is a county of its own, read literally, and can be chosen."""
    found = result({f"f{k}": "left" for k in range(len(PAYLOADS))})
    found = replace(found, features=found.features.assign(county_name=list(PAYLOADS)))
    hostile = {"hand_made": card(title=Text(PAYLOADS[0], PAYLOADS[0]))}
    page = opened(to_html(web_map([found], title=Text("x", "x"), context={}, cards=hostile)))
    page.locator(".filter summary").click()
    told = page.evaluate(_COUNTS)["county"]
    assert sorted(told) == sorted(f"{payload}（1）" for payload in PAYLOADS)
    for k, payload in enumerate(PAYLOADS):
        page.get_by_label("县（市、区）").select_option(label=f"{payload}（1）")
        assert page.evaluate(_SHOWN) == [f"hand_made/f{k}"]
    assert page.evaluate("window.__pwned") is None
