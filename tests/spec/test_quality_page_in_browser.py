"""The page of data quality in a real browser with the network cut, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from adjuvant.record import MedicineCount, Outcome, QualityLine, QualitySummary, UnknownName
from adjuvant.reports.quality import quality_html, quality_page

pytestmark = pytest.mark.slow
LONG = "a name without any blank, " + "x" * 300


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Any]:
    """The system's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of synthetic rows, with everything that it can show and words of any length."""
    found = QualitySummary(
        (
            QualityLine("orders", Outcome.READ, 1000),
            QualityLine("orders", Outcome.USED, 900),
            QualityLine(
                "orders", Outcome.UNCONVERTIBLE, 60, "the unit cannot be read", "map it", (LONG, "b")
            ),
            QualityLine("orders", Outcome.DUPLICATE, 30, "the row stands twice"),
            QualityLine("orders", Outcome.NOT_USED, 10, LONG),
            QualityLine(
                "orders", Outcome.DOUBTED, 400, "the dose is unknown", "add strengths", ("<b>c</b>",)
            ),
        ),
        (
            MedicineCount("orders", "morphine", "mg", Outcome.USED, 100),
            MedicineCount("orders", "morphine", "mg", Outcome.UNCONVERTIBLE, 3),
            MedicineCount("orders", LONG, "", Outcome.USED, 12),
        ),
        (UnknownName("orders", LONG, 12), UnknownName("orders", "Morphne", 2)),
    )
    written = tmp_path_factory.mktemp("quality") / "quality.html"
    page = quality_page(found, source="table: synthetic", patients=9, events=900)
    written.write_text(quality_html(page), encoding="utf-8")
    return written


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1200])
def test_it_loads_without_network_error_or_sideways_scroll(browser, file, width, scheme) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not said
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()


def test_every_heading_table_and_bar_has_what_a_screen_reader_needs(browser, file) -> None:
    page = browser.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("h1").count() == 1
    assert page.evaluate(
        "[...document.querySelectorAll('th')].every(th => th.scope && th.textContent.trim())"
    )
    assert page.evaluate("[...document.querySelectorAll('svg')].every(s => s.getAttribute('aria-hidden'))")
    assert page.evaluate(
        "[...document.querySelectorAll('section')].every(s => document.getElementById(s.getAttribute('aria-labelledby')))"
    )
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert all(after - before <= 1 for before, after in pairwise(levels))
    page.close()


def test_an_example_opens_without_script_and_shows_markup_as_text(browser, file) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    raw = page.get_by_text("<b>c</b>")
    assert not raw.is_visible()
    page.locator("summary").nth(1).click()
    assert raw.is_visible()
    context.close()


def test_text_has_enough_contrast_in_both_schemes(browser, file) -> None:
    """4.5 to 1 for all text, as WCAG 2.2 AA asks, by the colours that the browser computes."""
    script = """() => {
      const rgb = c => c.match(/[\\d.]+/g).slice(0, 3).map(Number);
      const light = c => { const [r, g, b] = rgb(c).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
        return .2126 * r + .7152 * g + .0722 * b; };
      const paper = light(getComputedStyle(document.querySelector('.sheet')).backgroundColor);
      return [...document.querySelectorAll('.sheet *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
        .map(e => light(getComputedStyle(e).color)).map(l => (Math.max(l, paper) + .05) / (Math.min(l, paper) + .05));
    }"""
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(file.as_uri())
        assert min(page.evaluate(script)) >= 4.5
        page.close()
