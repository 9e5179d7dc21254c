"""Colours: text can be read on every surface, light and dark, and in grey."""

from __future__ import annotations

import re

import pytest

from adjuvant.reports.html import template_text
from adjuvant.reports.tokens import DARK, LIGHT, resolved, variables

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2; it knows no hue, so it holds for a reader who sees none."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@THEMES
@pytest.mark.parametrize("surface", ["paper", "ground"])
@pytest.mark.parametrize("text", ["ink", "ink2", "ink3", "accent"])
def test_text_has_a_contrast_of_at_least_4_5_on_every_surface(theme, surface, text) -> None:
    assert contrast(theme[text], theme[surface]) >= 4.5


@THEMES
@pytest.mark.parametrize("mark", ["ink", "edge", "accent", "opioid"])
def test_marks_and_lines_that_carry_meaning_have_at_least_3(theme, mark) -> None:
    assert contrast(theme[mark], theme["paper"]) >= 3


@THEMES
def test_pain_stands_apart_from_opioids_and_their_range_in_grey(theme) -> None:
    assert contrast(theme["ink"], theme["opioid"]) >= 1.7
    assert contrast(theme["opioid"], theme["opioidfill"]) >= 3


def test_the_two_themes_name_the_same_tokens_and_the_sheets_use_no_other() -> None:
    assert set(LIGHT) == set(DARK)
    used = set(re.findall(r"var\(--(\w+)\)", template_text("page.css") + template_text("figure.css")))
    assert used <= set(LIGHT)


def test_no_sheet_has_a_red_a_green_or_a_shadow() -> None:
    sheets = template_text("page.css") + template_text("figure.css")
    assert not re.findall(r"\b(red|green|box-shadow|gradient)\b", sheets)
    assert set(re.findall(r"#[0-9A-Fa-f]{3,6}\b", sheets)) <= {"#fff", "#5C6975"}


def test_a_picture_that_stands_alone_has_its_colours_written_out() -> None:
    sheet = resolved(template_text("figure.css"), LIGHT, {"400": '"A"', "600": '"B"'})
    assert "var(" not in sheet
    assert LIGHT["accent"] in sheet
    assert 'font-family: "B"; font-weight: 600;' in sheet
    assert "--ink:#14202B;" in variables(LIGHT)
