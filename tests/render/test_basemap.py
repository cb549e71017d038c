"""Basemaps: addresses are held to what a page may carry; data are shifted for display only."""

import json
import re
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from hand_made_maps import EAST_M, NORTH_M, PAYLOADS, assessment, card, layer, result
from shapely import Point, box
from unpacked import layers_of

from tieling_geo.crs import to_web_crs
from tieling_geo.crs.shifted_datums import to_gcj02
from tieling_geo.errors import ParameterError
from tieling_geo.records import PublishedMap
from tieling_geo.render import draw_published, to_html, web_map
from tieling_geo.render.asked import to_asked
from tieling_geo.render.basemap import (
    TIANDITU_CREDIT,
    Basemap,
    display_shift,
    gaode,
    tianditu,
    wmts,
    wmts_template,
    xyz,
)
from tieling_geo.render.basemap_layer import shifted_for_display, shown_on
from tieling_geo.render.tiles_on_disk import local_tiles
from tieling_geo.text import Text

_TITLE = Text("锅炉", "Boilers")
_XYZ = "https://tiles.example.org/{z}/{x}/{y}.png"
_TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105 - opens nothing
_CANARY = "canary7d1f"


def page(basemap: Basemap | None, **changes: object) -> str:
    """Return the page of one boiler in one county on a basemap."""
    square = box(EAST_M - 9_000, NORTH_M - 9_000, EAST_M + 9_000, NORTH_M + 9_000)
    counties = gpd.GeoDataFrame({"name": ["银州区"]}, geometry=[square], crs=4550)
    values = {
        "title": _TITLE,
        "context": {"counties": counties},
        "cards": {"hand_made": card()},
        **changes,
    }
    return to_html(web_map([result({"a": "left"})], basemap=basemap, **values))  # type: ignore[arg-type]


def spec_of(html: str) -> dict:
    """Return what a page's script learns of its basemap."""
    (text,) = re.findall(r'id="basemap_tieling_data">(.*?)</script>', html)
    return dict(json.loads(text))


def image_sources(html: str) -> list[str]:
    """Return where a page may take pictures from."""
    return re.findall(r"img-src ([^;]*);", html)[0].split()


def test_without_one_nothing_of_it_is_in_the_page() -> None:
    """The default loads nothing and names no host."""
    html = page(None)
    assert "basemap" not in html
    assert image_sources(html) == ["data:", "blob:"]
    assert '"zoomSnap": 0.25' in html


@pytest.mark.parametrize(("kind", "label"), [("vec", "cva"), ("img", "cia"), ("ter", "cta")])
def test_tianditu_has_tiles_and_names_in_web_mercator(kind: str, label: str) -> None:
    """Two layers from eight hosts; the credit with the approval number stands on and below it."""
    made = tianditu(kind, token=_TOKEN)  # type: ignore[arg-type]
    html = page(made)
    spec = spec_of(html)
    for url, name in zip(spec["urls"], (kind, label), strict=True):
        assert url.startswith(f"https://t{{s}}.tianditu.gov.cn/{name}_w/wmts?tk={_TOKEN}&")
        assert f"LAYER={name}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles" in url
        assert url.endswith("TILEMATRIX={z}&TILEROW={y}&TILECOL={x}")
    assert image_sources(html) == [
        "data:",
        "blob:",
        *(f"https://t{k}.tianditu.gov.cn" for k in range(8)),
    ]
    options = spec["options"]
    assert (options["minNativeZoom"], options["maxNativeZoom"]) == (1, 18)
    assert made.datum == "wgs84"
    footer = html[html.index("<footer>") :]
    assert TIANDITU_CREDIT.zh.partition("&")[0] in footer
    assert "审图号 GS(2025)1508号" in footer


def test_a_record_does_not_print_its_key() -> None:
    """In a log, a traceback or a notebook."""
    assert _TOKEN not in repr(tianditu(token=_TOKEN))
    assert _TOKEN not in str(tianditu(token=_TOKEN))


@pytest.mark.parametrize("token", ["", "short", _CANARY + "'", f"{_CANARY}&x=1", f"{_CANARY}\n"])
def test_a_token_that_is_none_is_refused_unread(token: str) -> None:
    """The words do not repeat it."""
    with pytest.raises(ParameterError) as refused:
        tianditu(token=token)
    assert _CANARY not in str(refused.value) + refused.value.message.zh
    with pytest.raises(ParameterError):
        tianditu("road", token=_TOKEN)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tiles/{z}/{x}/{y}.png",
        "ftp://canary7d1f.org/{z}/{x}/{y}.png",
        "javascript://canary7d1f.org/{z}/{x}/{y}",
        "data:image/png;base64,canary7d1f{z}{x}{y}",
        "https://user:canary7d1f@example.org/{z}/{x}/{y}.png",
        "https://canary7d1f@example.org/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png?canary7d1f",
        "https://[::1]/{z}/{x}/{y}.png?canary7d1f",
        "https://*.canary7d1f.org/{z}/{x}/{y}.png",
        "https://canary7d1f.org;script-src/{z}/{x}/{y}.png",
        "https://canary7d1f.org,x/{z}/{x}/{y}.png",
        "https://瓦片.cn/{z}/{x}/{y}.png?canary7d1f",
        "https://canary7d1f.org:port/{z}/{x}/{y}.png",
        "https://{z}.canary7d1f.org/{z}/{x}/{y}.png",
        "https://canary7d1f.org/{z}/{x}.png",
        "https://canary7d1f.org/{z}/{x}/{y}/{-y}.png",
        "https://canary7d1f.org/{z}/{x}/{y}/{key}.png",
        "https://canary7d1f.org/{z}/{x}/{y}/{r}.png",
        "https://canary7d1f.org/{{z}}/{x}/{y}.png",
        "https://canary7d1f.org/{z}/{x}/{y}}.png",
        "https://canary7d1f.org?{z}{x}{y}{{7*7}}",
        'https://canary7d1f.org/{z}/{x}/{y}.png"onload=1',
        "https://canary7d1f.org/{z}/{x}/{y}.png'",
        "https://canary7d1f.org/{z}/{x}/{y}.png`",
        "https://canary7d1f.org/{z}/{x}/{y}.png</script>",
        "https://canary7d1f.org/{z}/{x}/{y}.png\\",
        "https://canary7d1f.org/{z}/{x}/{y}.png#a",
        "https://canary7d1f.org/{z}/{x}/{y}.png?a=b c",
        "https://canary7d1f.org/{z}/{x}/{y}.png\n",
        "https://canary7d1f.org/{z}/{x}/{y}.png\x00",
        "https://canary7d1f.org/{z}/{x}/{y}.png\u202e",
        "https://canary7d1f.org/{z}/{x}/{y}.png" + "a" * 2000,
    ],
)
def test_an_address_that_is_none_of_tiles_is_refused_unread(url: str) -> None:
    """Whatever is wrong with it, no word of it is repeated."""
    for make in (xyz, wmts_template):
        with pytest.raises(ParameterError) as refused:
            make(url, "example.org")
        assert _CANARY not in str(refused.value) + refused.value.message.zh


@pytest.mark.parametrize(
    ("url", "sources"),
    [
        (_XYZ, ["https://tiles.example.org"]),
        ("HTTPS://example.org/{z}/{x}/{y}.png", ["https://example.org"]),
        ("http://127.0.0.1:8080/{z}/{x}/{-y}.jpg", ["http://127.0.0.1:8080"]),
        ("https://example.org?x={x}&y={y}&z={z}", None),
        ("https://example.org/?x={x}&y={y}&z={z}&key=a%20b", ["https://example.org"]),
        ("https://{s}.t.cn/{s}/{z}/{x}/{y}", [f"https://{s}.t.cn" for s in "abc"]),
    ],
)
def test_the_policy_names_exactly_the_hosts(url: str, sources: list[str] | None) -> None:
    """Scheme, host and port of each subdomain; an address without a path is none."""
    if sources is None:
        with pytest.raises(ParameterError):
            xyz(url, "example.org")
        return
    html = page(xyz(url, "example.org"))
    assert image_sources(html) == ["data:", "blob:", *sources]
    assert spec_of(html)["urls"] == [url]
    assert url not in html[html.rindex("<script>") :]


@pytest.mark.parametrize("payload", [*PAYLOADS, "{{ 7*7 }}", "{% raw %}"])
def test_the_credit_is_text_wherever_it_stands(payload: str) -> None:
    """Leaflet writes it as markup: it is escaped before it gets there; the footer escapes, too."""
    html = page(xyz(_XYZ, payload))
    assert html.count("</script>") == html.count("<script")
    assert "<img src=x" not in html
    assert not re.search(r"[<>\"'`${}\\]", spec_of(html)["options"]["attribution"])
    assert "&#60;img" in html or "<" not in payload or "img" not in payload


@pytest.mark.parametrize("credit", ["", "  ", "a" * 301])
def test_tiles_without_a_credit_are_refused(credit: str) -> None:
    """Or with one that is a book."""
    with pytest.raises(ParameterError, match="source must be named"):
        xyz(_XYZ, credit)


def test_other_faults_of_a_record_are_refused() -> None:
    """Zooms, subdomains, the datum, and no address at all."""
    credit = Text("甲", "A")
    for zooms in ((-1, 3), (5, 4), (0, 25)):
        with pytest.raises(ParameterError, match="zooms"):
            xyz(_XYZ, "a", zooms=zooms)
    assert xyz(_XYZ, "a", zooms=(0, 24)).zooms == (0, 24)
    with pytest.raises(ParameterError, match="subdomain"):
        xyz("https://{s}.example.org/{z}/{x}/{y}", "a", subdomains=["a.b"])
    with pytest.raises(ParameterError, match="no subdomains"):
        xyz("https://{s}.example.org/{z}/{x}/{y}", "a", subdomains=[])
    with pytest.raises(ParameterError, match="datum"):
        Basemap("xyz", (_XYZ,), credit, datum="bd09")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="no address"):
        Basemap("xyz", (), credit)


def test_a_wmts_is_asked_by_key_and_value() -> None:
    """The key of its own query is kept; GeoServer names its matrices after their set."""
    (url,) = wmts("https://gis.example.cn/wmts?tk=k1", "city:dem", "example.cn").urls
    assert url == (
        "https://gis.example.cn/wmts?tk=k1&SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
        "&LAYER=city%3Adem&STYLE=default&TILEMATRIXSET=GoogleMapsCompatible&FORMAT=image%2Fpng"
        "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    )
    (url,) = wmts("https://g.cn/wmts", "a", "g.cn", matrix_set="EPSG:900913").urls
    assert "TILEMATRIXSET=EPSG%3A900913" in url
    assert "TILEMATRIX=EPSG%3A900913{z}" not in url
    assert "TILEMATRIX=EPSG%3A900913%3A{z}" in url


@pytest.mark.parametrize("matrix_set", ["c", "EPSG:4490", "EPSG:4326", "", "inspirecrs84quad"])
def test_only_web_mercator_is_drawn(matrix_set: str) -> None:
    """Other tiles would lie elsewhere."""
    with pytest.raises(ParameterError, match="web Mercator"):
        wmts("https://g.cn/wmts", "a", "g.cn", matrix_set=matrix_set)
    place = "TileMatrix={TileMatrix}&TileRow={TileRow}&TileCol={TileCol}"
    with pytest.raises(ParameterError, match="web Mercator"):
        wmts_template(f"https://g.cn/w/wmts?{place}&TileMatrixSet={matrix_set or 'x'}", "g.cn")
    path = "{TileMatrix}/{TileRow}/{TileCol}"
    with pytest.raises(ParameterError, match="web Mercator"):
        wmts_template(f"https://g.cn/{matrix_set or 'x'}/{path}", "g.cn")


def test_a_wmts_may_be_given_as_one_tiles_address() -> None:
    """Whatever the case of its place-holders."""
    place = "TILEMATRIX=EPSG:900913:{TileMatrix}&TILEROW={tilerow}&TILECOL={TILECOL}"
    made = wmts_template(f"https://g.cn/wmts?TILEMATRIXSET=EPSG:900913&{place}", "g.cn")
    assert made.urls[0].endswith("TILEMATRIX=EPSG:900913:{z}&TILEROW={y}&TILECOL={x}")


def tiles(folder: Path, *names: str) -> Path:
    """Write tiles that hold nothing."""
    for name in names or ("8/1/2.png", "11/1/2.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_local_tiles_are_named_from_the_page(tmp_path: Path) -> None:
    """Beside it, or beside the folder that holds the site; the zooms are those on disk."""
    made = local_tiles(tiles(tmp_path / "my 瓦片"), page_folder=tmp_path)
    assert made.urls == ("my%20%E7%93%A6%E7%89%87/{z}/{x}/{y}.png",)
    assert (made.zooms, made.attribution.zh) == ((8, 11), "本地瓦片 my 瓦片")
    assert image_sources(page(made)) == ["data:", "blob:", "'self'", "file:"]
    site = local_tiles(
        tiles(tmp_path / "t", "3/0/0.jpg"), page_folder=tmp_path / "out/maps", within=tmp_path
    )
    assert site.urls == ("../../t/{z}/{x}/{y}.jpg",)
    assert "https://" not in page(made, assets="folder")


def test_local_tiles_that_a_copy_would_lose_are_refused(tmp_path: Path) -> None:
    """Elsewhere, absent, empty, of two formats; no folder above the tiles' own is told."""
    (tmp_path / "page").mkdir()
    cases = {
        "must stand beside": tiles(tmp_path / "far"),
        "no folder": tmp_path / "absent",
        "no tiles": tiles(tmp_path / "page/empty", "a/b/c.png", "3/1/2.tif"),
        "different formats": tiles(tmp_path / "page/two", "1/0/0.png", "2/0/0.jpg"),
    }
    for words, folder in cases.items():
        with pytest.raises(ParameterError, match=words) as refused:
            local_tiles(folder, page_folder=tmp_path / "page")
        assert tmp_path.name not in str(refused.value)


def test_gaode_shifts_what_is_drawn_and_says_so() -> None:
    """The boiler stands where GCJ-02 has it, 530 m from its place; the result is as it was."""
    found = result({"a": "left"})
    before = found.features.copy()
    html = to_html(web_map([found], title=_TITLE, context={}, cards={"hand_made": card()},
                           basemap=gaode()))  # fmt: skip
    place = to_web_crs(found.features).geometry.iloc[0]
    lon, lat = to_gcj02(place.x, place.y)
    ((_, (drawn,)),) = layers_of(html).values()
    assert drawn["geometry"]["coordinates"] == [round(float(lon), 6), round(float(lat), 6)]
    assert 0.005 < lon - place.x < 0.008
    assert found.features.equals(before)
    assert found.features.crs.to_epsg() == 4550
    assert spec_of(html)["datum"] == "gcj02"
    assert "仅为显示而偏移" in html[html.index("<footer>") :]
    other = page(xyz(_XYZ, "a"))
    assert "仅为显示而偏移" not in other[other.index("<footer>") :]


def test_the_shift_is_the_transform_of_the_readers() -> None:
    """Vertex by vertex, by hand values; nothing moves on tiles in WGS 84, or outside China."""
    places = np.array([[123.84, 42.29], [2.35, 48.85], [np.nan, np.nan]])
    assert display_shift(places, "wgs84") is places
    moved = display_shift(places, "gcj02")
    assert moved[0].round(6).tolist() == [123.845863, 42.29212]
    assert moved[1].tolist() == [2.35, 48.85]
    assert np.isnan(moved[2]).all()
    frame = gpd.GeoDataFrame(
        {"v": [1, 2, 3]},
        index=["a", "b", "c"],
        geometry=[Point(123.84, 42.29, 7), None, box(123.8, 42.2, 123.9, 42.3)],
        crs=4490,
    )
    shown = shifted_for_display(frame, "gcj02")
    assert shown["v"].tolist() == [1, 2, 3]
    assert shown.geometry.iloc[1] is None
    assert (round(shown.geometry["a"].x, 6), shown.geometry["a"].has_z) == (123.845863, False)
    corner = to_gcj02(*frame.geometry["c"].exterior.coords[0])
    assert np.allclose(shown.geometry["c"].exterior.coords[0], corner)
    assert shifted_for_display(frame, "wgs84") is frame


def test_all_that_is_asked_is_shifted_and_nothing_is_copied_without_need() -> None:
    """Results, what they found, layers and context; large layers stay as they are otherwise."""
    place = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(123.84, 42.29)], crs=4490)
    found = replace(result({"a": "left"}), shapes={"gap": place})
    asked = to_asked(
        [found, layer("counties", place)], title=None, context={"rivers": place},
        cards={}, language="zh",
    )  # fmt: skip
    assert shown_on(None, asked) is asked
    assert shown_on(xyz(_XYZ, "a"), asked) is asked
    moved = shown_on(gaode(), asked)
    frames = [moved.results[0].shapes["gap"], moved.layers[0].features, moved.context["rivers"]]
    assert [round(frame.geometry.iloc[0].x, 6) for frame in frames] == [123.845863] * 3
    assert place.geometry.iloc[0].x == 123.84


def test_tiles_show_through_the_context() -> None:
    """Counties keep their outline only; zooms are whole."""
    html = page(xyz(_XYZ, "a"))
    assert '"zoomSnap": 1' in html
    assert '"fillOpacity":0}' in html
    assert '"fillOpacity":0}' not in page(None)


def test_a_published_map_takes_both() -> None:
    """The words of the English page are English."""
    published = PublishedMap("heating", _TITLE, analyses=("boilers_in_heating_coverage",))
    drawn = draw_published(published, assessment([]), "en", assets="folder", basemap=gaode())
    spec = spec_of(to_html(drawn))
    assert spec["words"]["failed"].startswith("the basemap could not be loaded")
    assert "Amap" in spec["options"]["attribution"]
