"""Records show themselves in a notebook: what the cell holds, that nothing runs, what it costs."""

import html
import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
from hand_made_maps import (
    ANALYSIS,
    EAST_M,
    NORTH_M,
    PAYLOADS,
    assessment,
    clause,
    layer,
    result,
    share,
    verdict,
)
from IPython.core.formatters import DisplayFormatter
from shapely import Point
from unpacked import layers_of

from tieling_geo.notebook import register, show_in_notebooks
from tieling_geo.records import REJECTED_COLUMNS, Card, Layer, Measure, Quantity, Result, State
from tieling_geo.render import notebook
from tieling_geo.text import Language, Text

#: In a shell of IPython: what was loaded by the import, and who shows a layer.
_IMPORT = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
InteractiveShell._instance = shell
import IPython
assert IPython.get_ipython() is shell
import tieling_geo as tg
print([name for name in ("folium", "geopandas", "pandas", "numpy") if name in sys.modules])
for kind in ("text/html", "text/plain"):
    by_name = shell.display_formatter.formatters[kind].lookup_by_type
    print(by_name("tieling_geo.records.layer.Layer").func.__name__)
"""


def shown(record: object, language: Language = "zh") -> dict[str, str]:
    """Return what IPython shows of a record, by kind."""
    formatter = DisplayFormatter()
    register(SimpleNamespace(display_formatter=formatter), language)
    data, _ = formatter.format(record)
    return dict(data)


def cells(page: str) -> list[list[str]]:
    """Return the words of every row of the tables, outside the map."""
    rows = re.findall(r"<tr>(.*?)</tr>", outside(page), re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(?:<svg.*?</svg>)?(.*?)</t[hd]>", row) for row in rows]


def outside(page: str) -> str:
    """Return the output without its map."""
    return re.sub(r"<iframe.*?</iframe>", "", page, flags=re.DOTALL)


def map_page(output: str) -> str:
    """Return the page of the map in an output."""
    (frame,) = re.findall(r'<iframe srcdoc="(.*?)"', output, re.DOTALL)
    return html.unescape(frame)


def a_result(**changes: object) -> Result:
    """Return a result of a registered analysis: two of three boilers known, one is done."""
    estimate, low, high = Quantity(1, 2), Quantity(1, 3), Quantity(2, 3)
    name = "coal_boilers_retired_supply_area_share"
    found = result({"B1": "retired", "B2": "strange", "B3": "strange"}, analysis=ANALYSIS)
    measure = Measure(name, "%", estimate, low, high, 2, 1)
    values = {"measures": {name: measure}, "warnings": (Text("注意此事", "mind this"),), **changes}
    return replace(found, **values)  # type: ignore[arg-type]


def a_layer(**changes: object) -> Layer:
    """Return a layer of two boilers, of one row more that was rejected for two faults."""
    rejected = pd.DataFrame(
        [
            ("boilers", "boilers.gpkg", "", 7, column, "", "x<y", "不是数字", "is no number")
            for column in ("capacity_t_per_h", "county")
        ],
        columns=list(REJECTED_COLUMNS),
    )
    features = gpd.GeoDataFrame(
        {"name": ["一号", None]},
        index=["B1", "B2"],
        geometry=[Point(EAST_M, NORTH_M), Point(EAST_M + 900, NORTH_M)],
        crs=4550,
    )
    return layer("boilers", features, **{"rejected": rejected, "rows_in": 3, **changes})


def test_a_result_shows_measures_categories_warnings_and_a_map() -> None:
    """50 %, between a third and two thirds; three features in their categories."""
    output = shown(a_result(), "en")["text/html"]
    rows = cells(output)
    assert rows[0] == ["measure", "value", "unit", "low", "high", "counted", "not known"]
    assert rows[1][1:] == ["50", "%", "33.33", "66.67", "2", "1"]
    assert ["", "strange", "2"] in rows
    assert "<li>mind this</li>" in output
    assert output.count("<svg class=") >= 3
    page = map_page(output)
    assert '<html lang="en">' in page
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//[^"'>]+""", page) == []
    assert 'height="360px"' in output


def test_text_stays_short() -> None:
    """A line and one for each measure, instead of whole tables; bounds only where they differ."""
    told = shown(a_result(), "en")["text/plain"].splitlines()
    assert told[0] == f"Result {ANALYSIS}: 3 features"
    assert told[1].endswith(": 50 % [33.33 – 66.67]")
    assert len(told) == 2
    sure = a_result(measures={"share": share(9, 10)}, is_sample=True)
    assert shown(sure)["text/plain"].splitlines()[1] == "  share: 90 %"
    assert "(SAMPLE)" in shown(sure)["text/plain"]
    assert shown(a_layer(), "en")["text/plain"] == (
        "Layer boilers: rows in 3, accepted 2, rejected 1"
    )


def test_a_layer_shows_its_account_its_card_and_why_rows_were_rejected() -> None:
    """Three in, two accepted, one rejected for two faults; and a map with a popup's values."""
    output = shown(a_layer(), "en")["text/html"]
    rows = cells(output)
    assert rows[1] == ["3", "2", "1", "铁岭市", "CC0-1.0", "2025-06-30", "CGCS2000", "boilers.gpkg"]
    assert rows[3:5] == [
        ["7", "capacity_t_per_h", "x&#60;y", "is no number"],
        ["7", "county", "x&#60;y", "is no number"],
    ]
    assert "Rejected values, 2 of 2" in output
    ((_, drawn),) = layers_of(map_page(output)).values()
    assert [(one["id"], one["name"]) for one in drawn] == [("B1", "一号"), ("B2", None)]


def test_a_layer_without_places_shows_its_first_rows() -> None:
    """No map, but the values under the schema's titles."""
    table = gpd.GeoDataFrame({"name": [f"第{k}" for k in range(7)]}, geometry=[None] * 7, crs=4550)
    output = shown(layer("boilers", table), "en")["text/html"]
    assert "<iframe" not in output
    assert "Features, 5 of 7" in output
    assert cells(output)[2:] == [["operator"], *([f"第{k}"] for k in range(5))]


def test_invented_data_say_so_everywhere() -> None:
    """Above the tables and on the map itself, which may be cut out and passed on."""
    marked = replace(a_layer(), card=Card("x", "CC0-1.0", "2025-06-30", "wgs84", is_sample=True))
    for record in (a_result(is_sample=True), marked):
        output = shown(record)["text/html"]
        assert '<p class="sample">示例数据 SAMPLE' in outside(output)
        assert '<p class="stamp"' in map_page(output)
    real = shown(a_result())["text/html"]
    # The page's scripts know the word, for what is saved of invented data; nobody reads them.
    read = re.sub(r"<(script|style).*?</\1>", "", map_page(real), flags=re.DOTALL)
    assert "SAMPLE" not in outside(real) + read


def test_an_assessment_shows_every_verdict() -> None:
    """One met, one not; as many rows as clauses."""
    about = [verdict(clause("I01"), State.NOT_MET), verdict(clause("I02"), State.MET)]
    output = shown(assessment(about), "en")["text/html"]
    rows = cells(output)
    assert [row[0] for row in rows[1:]] == ["I01", "I02"]
    assert rows[1][2:5] == ["not met", "94.12 %", "≥ 95 %"]
    assert "as of 2025-12-31 · met 1, not met 1" in output
    text = shown(assessment(about), "en")["text/plain"]
    assert text == "Assessment Tieling assessed, 2025-12-31: met 1, not met 1"


def test_an_analysis_of_the_user_s_own_needs_no_card() -> None:
    """Its measures are shown under their names; a map needs its categories."""
    output = shown(replace(a_result(), analysis="my_own"))["text/html"]
    assert "没有登记该分析" in output
    assert "coal_boilers_retired_supply_area_share" in output
    assert "<iframe" not in output


def test_too_much_for_a_cell_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook's file keeps what its cells show: exactly the limit is drawn, one more is not."""
    monkeypatch.setattr(notebook, "MOST_DRAWN", 3)
    assert "<iframe" in shown(a_result())["text/html"]
    monkeypatch.setattr(notebook, "MOST_DRAWN", 2)
    output = shown(a_result(), "en")["text/html"]
    assert "<iframe" not in output
    assert "3 features: an output draws 2 at most" in output


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_value_is_markup(payload: str) -> None:
    """Whatever stands in a card, a category, a reason or a warning is text outside the map."""
    both = Text(payload, payload)
    rejected = a_layer().rejected.assign(value=payload, reason_zh=payload, column=payload)
    card = Card(payload, payload, payload, payload, title=payload)
    hostile = a_layer(rejected=rejected, card=card, notes=(both,), source=payload)
    table = layer("boilers", a_layer().features.assign(geometry=None, name=payload))
    found = replace(result({"B1": payload}, analysis=ANALYSIS), warnings=(both,))
    plan = assessment([verdict(clause(paraphrase=both), because=both)], title=both)
    for record in (hostile, table, found, plan, replace(found, analysis=payload)):
        output = outside(shown(record)["text/html"])
        tags = set(re.findall(r"<(/?\w+)", output))
        assert tags <= _OWN_TAGS, tags - _OWN_TAGS
        assert "{{7*7}}" not in output
        assert "${" not in output


_OWN_TAGS = {
    f"{slash}{tag}"
    for slash in ("", "/")
    for tag in (
        *("div", "style", "p", "h3", "table", "caption", "thead", "tbody", "tr", "th", "td"),
        *("b", "ul", "li", "svg", "circle", "polygon", "rect", "line", "g"),
    )
}


def test_importing_in_a_notebook_registers_and_loads_nothing() -> None:
    """The formatters are there by name; pandas and folium wait until a record is shown."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["[]", "_to_html", "_print_text"], done.stderr


def test_outside_of_a_notebook_nothing_happens() -> None:
    """IPython may be loaded without a shell that runs: here it is."""
    assert "IPython" in sys.modules
    show_in_notebooks("en")
