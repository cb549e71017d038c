"""
The pictures in the README show what the product draws today.

They are compared loosely: another font or another Chromium must not fail, another page must. With
`TIELING_GEO_WRITE_SCREENSHOTS=1` they are written again; look at them before you commit them.
"""

import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

import tieling_geo as tg
from tieling_geo.records import Assessment
from tieling_geo.render import to_html
from tieling_geo.reports.site import dashboard_html

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).parent / "screenshots"
SIZE = (1280, 800)
LARGEST_BYTES = 300_000
COLOURS = 256
#: Fewer distinct colours than this, and the page is blank.
FEWEST_COLOURS = 60
#: Mean absolute difference of the colour values (0 to 255) up to which two pictures are one page
#: (closed), both shrunk first. Measured: the same page twice 0, its palette 0.1, other fonts, which
#: shift the page, 10.0; the other picture 19.9, a white page more.
TOLERANCE = 12.0
#: Share by which the ink that speaks against a target may differ (closed), measured in pixels.
#: Other fonts move it by 1 %, a map without its features by 38 %.
INK_TOLERANCE = 0.25
# In the dashboard's charts, and in the markers of a map, on which white letters must be read.
_AGAINST = ((213, 94, 0), (192, 77, 0))
_SHRUNK = (160, 100)

Open = Callable[..., Page]
Draw = Callable[[Assessment], str]


def heating_html(assessment: Assessment) -> str:
    """Draw the heating map in English, for the first screen of the README."""
    maps = {published.map_id: published for published in tg.read_maps(tg.open_workspace().maps)}
    return to_html(tg.draw_published(maps["heating"], assessment, "en"))


def overview_html(assessment: Assessment) -> str:
    """Draw the dashboard in Chinese, for the Chinese part of the README."""
    return dashboard_html(assessment, maps=tg.read_maps(tg.open_workspace().maps))


PICTURES: dict[str, Draw] = {"heating": heating_html, "dashboard": overview_html}


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    """Assess the embedded workspace, with the states of its maps."""
    space = tg.open_workspace()
    return tg.assess(space, maps=tg.read_maps(space.maps))


def shot(page: Page) -> Image.Image:
    """Photograph a page, true colour."""
    page.evaluate("document.fonts.ready")
    # A map's layers are unpacked after the page is loaded; a dashboard has none.
    page.evaluate("window.tielingGeo && tielingGeo.ready()")
    page.wait_for_timeout(300)
    return Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def to_palette(picture: Image.Image) -> Image.Image:
    """Bring a picture to few colours, rare ones kept: a third of the bytes, always the same."""
    method, plain = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
    # Two rounds of k-means: without them the paper itself takes another tint.
    return picture.quantize(COLOURS, method=method, kmeans=2, dither=plain)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Compare two pictures, shrunk: mean absolute difference of their colour values, 0 to 255."""
    small = [
        np.asarray(picture.convert("RGB").resize(_SHRUNK, Image.Resampling.BOX), dtype="float64")
        for picture in (one, other)
    ]
    return float(np.abs(small[0] - small[1]).mean())


def colours(picture: Image.Image) -> int:
    """Count the distinct colours of a picture."""
    return len(np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0))


def ink(picture: Image.Image) -> int:
    """Count the pixels in the colour of what speaks against a target, or nearly so."""
    values = np.asarray(picture.convert("RGB"), dtype="int64")
    near = [np.abs(values - colour).max(axis=-1) <= 24 for colour in _AGAINST]
    return int(np.logical_or(*near).sum())


def is_same_page(kept: Image.Image, drawn: Image.Image) -> bool:
    """Tell whether two pictures show one page, whatever its font."""
    same_ink = abs(ink(kept) - ink(drawn)) <= INK_TOLERANCE * ink(kept)
    return same_ink and difference(kept, drawn) <= TOLERANCE


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_shows_the_page_of_today(
    name: str, assessment: Assessment, opened: Open
) -> None:
    """Same size, not blank, small enough for a README, and nearly the same colours everywhere."""
    drawn = shot(opened(PICTURES[name](assessment), width=SIZE[0], height=SIZE[1]))
    path = FOLDER / f"{name}.png"
    if os.environ.get("TIELING_GEO_WRITE_SCREENSHOTS") == "1":
        FOLDER.mkdir(exist_ok=True)
        to_palette(drawn).save(path, optimize=True)
    kept = Image.open(path)
    assert kept.size == drawn.size == SIZE
    assert path.stat().st_size <= LARGEST_BYTES
    assert colours(kept) >= FEWEST_COLOURS
    assert colours(drawn) >= FEWEST_COLOURS
    assert is_same_page(kept, drawn)


def test_another_font_is_forgiven_and_an_empty_map_is_not(
    assessment: Assessment, opened: Open
) -> None:
    """The comparison itself, on the page with other letters, and then without its features."""
    page = opened(heating_html(assessment), width=SIZE[0], height=SIZE[1])
    kept = Image.open(FOLDER / "heating.png")
    page.add_style_tag(content="* {font-family: monospace !important}")
    other_letters = shot(page)
    assert difference(kept, other_letters) > 1
    assert is_same_page(kept, other_letters)
    page.evaluate("document.querySelectorAll('.leaflet-pane canvas').forEach((c) => c.remove())")
    assert not is_same_page(kept, shot(page))


def test_another_page_is_noticed() -> None:
    """The two pictures are not taken for each other, nor for a blank page."""
    heating, dashboard = (Image.open(FOLDER / f"{name}.png") for name in PICTURES)
    blank = Image.new("RGB", SIZE, "white")
    assert not is_same_page(heating, dashboard)
    assert not is_same_page(dashboard, heating)
    assert not is_same_page(heating, blank)
    assert colours(blank) < FEWEST_COLOURS


def test_the_pictures_are_written_the_same_every_time(assessment: Assessment, opened: Open) -> None:
    """Two photographs of one page give the same bytes."""
    page = opened(overview_html(assessment), width=SIZE[0], height=SIZE[1])
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        to_palette(shot(page)).save(file, "PNG", optimize=True)
    assert files[0].getvalue() == files[1].getvalue()
