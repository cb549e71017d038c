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
COLOURS = 128
#: Fewer distinct colours than this, and the page is blank (the bare page has about ten).
FEWEST_COLOURS = 60
#: Mean absolute difference of the colour values (0 to 255) of two pictures that are one page
#: (closed). Both are shrunk first, so that the shapes of letters hardly matter. Measured: the same
#: page twice 0.0, palette against true colour 0.3, other fonts up to 1.6, without the map's layers 3.9.
TOLERANCE = 2.5
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
    """Assess the embedded workspace."""
    return tg.assess(tg.open_workspace())


def shot(page: Page) -> Image.Image:
    """Photograph a page, true colour."""
    page.evaluate("document.fonts.ready")
    return Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def to_palette(picture: Image.Image) -> Image.Image:
    """Bring a picture to few colours: a quarter of the bytes, and the same ones every time."""
    return picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


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
    assert difference(kept, drawn) <= TOLERANCE


def test_another_font_is_within_the_tolerance_and_another_page_is_not(
    assessment: Assessment, opened: Open
) -> None:
    """The comparison itself: it forgives letters, and notices that the map is empty."""
    page = opened(heating_html(assessment), width=SIZE[0], height=SIZE[1])
    kept = Image.open(FOLDER / "heating.png")
    page.evaluate("document.body.style.fontFamily = 'serif'")
    assert 0 < difference(kept, shot(page)) <= TOLERANCE
    page.evaluate("document.querySelectorAll('.leaflet-pane').forEach((pane) => pane.remove())")
    assert difference(kept, shot(page)) > TOLERANCE
    assert difference(kept, Image.open(FOLDER / "dashboard.png")) > TOLERANCE
    assert colours(Image.new("RGB", SIZE, "white")) < FEWEST_COLOURS
