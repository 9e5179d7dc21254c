"""The HTML report in a real browser with the network cut: no error, nothing fetched, nothing beside the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adjuvant import sources
from adjuvant.outcomes import evaluate, find_courses
from adjuvant.reports import html_report

pytestmark = pytest.mark.slow


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
    """The report of the example patient that was stopped for psychotomimetic effects."""
    (path,) = [path for path in sources.example_records() if path.name == "psychotomimetic_stop"]
    (record,) = sources.read(path).records
    written = tmp_path_factory.mktemp("report") / "report.html"
    written.write_text(html_report(evaluate(record, find_courses(record)[0])), encoding="utf-8")
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
    loaded = page.evaluate(
        "document.fonts.ready.then(all => [...all].filter(f => f.status === 'loaded').length)"
    )
    assert loaded == 4
    assert not said
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.close()


@pytest.mark.parametrize(("width", "figure"), [(390, "phone"), (1200, "screen")])
def test_exactly_one_figure_is_seen_and_its_words_are_not_smaller_than_they_were_drawn(
    browser, file, width, figure
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(file.as_uri())
    seen = page.evaluate(
        "[...document.querySelectorAll('svg.timeline')].filter(s => s.checkVisibility()).length"
    )
    assert seen == 1
    shown = page.locator(f".{figure} svg.timeline")
    drawn = float(shown.get_attribute("viewBox").split()[2])
    assert shown.bounding_box()["width"] >= drawn * 0.99
    page.close()


def test_a_derivation_opens_with_one_click_and_without_script(browser, file) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(file.as_uri())
    steps = page.locator("#d-pain ol")
    assert not steps.is_visible()
    page.locator("#d-pain summary").click()
    assert steps.is_visible()
    context.close()


def test_its_measured_labels_are_as_wide_as_the_browser_draws_them(browser, file) -> None:
    """Labels are placed by the typeface's own widths; if the browser drew them wider they could touch."""
    from adjuvant.reports.typeface import typeface

    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(file.as_uri())
    page.evaluate("document.fonts.ready")
    rows = page.evaluate(
        "[...document.querySelectorAll('.screen svg.timeline text')].map(t => [t.textContent, "
        "t.querySelector('.b') !== null, t.querySelector(':not(.b)') !== null, t.getComputedTextLength()])"
    )
    single = [(text, bold, width) for text, bold, plain, width in rows if not (bold and plain)]
    assert len(single) > 30
    for text, bold, width in single:
        assert width == pytest.approx(typeface("Plex Cond", 600 if bold else 400).width(text, 12), abs=1.0), (
            text
        )
    page.close()


def test_printed_by_the_browser_every_sheet_names_the_patient_and_opens_every_derivation(
    browser, file, pdftotext, tmp_path
) -> None:
    import subprocess

    page = browser.new_page()
    page.goto(file.as_uri())
    printed = tmp_path / "printed.pdf"
    page.pdf(path=str(printed), prefer_css_page_size=True)
    page.close()
    words = subprocess.run(
        [str(pdftotext), str(printed), "-"], capture_output=True, check=True, timeout=60
    ).stdout
    sheets = words.decode().split("\f")[:-1]
    assert len(sheets) > 3
    for sheet in sheets:
        assert ", synthetic" in " ".join(sheet.split())
    assert "point-hours over" in " ".join(words.decode().split())
