"""The report as one self-contained HTML file: no request, no script, fonts and figures inside."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from adjuvant import __version__
from adjuvant.reports.content import Content
from adjuvant.reports.content.model import Mark
from adjuvant.reports.figure import PHONE, PRINT, SCREEN, timeline_svg
from adjuvant.reports.marks import mark_svg, strip_scale_svg, strip_svg
from adjuvant.reports.tokens import DARK, LIGHT, variables
from adjuvant.reports.typeface import FACES, face_bytes
from adjuvant.reports.words import hours

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["caption_of", "face_rules", "html_of", "sheet_rule", "style_digest", "style_of", "template_text"]

_LONG_WORD = 24


def template_text(name: str) -> str:
    """One of the package's own templates or style sheets."""
    return (files("adjuvant.reports") / "templates" / name).read_text(encoding="utf-8")


def html_of(content: Content) -> str:
    """The page. Everything that came from outside is escaped by the template.

    A style sheet allowed by its hash, fonts as data, nothing else: the page's own policy forbids the rest.
    """
    style = style_of("figure.css", "page.css") + sheet_rule(content.sheet_words)
    figures: dict[str, str] = {}
    if content.timeline is not None:
        figures = {layout.name: timeline_svg(content.timeline, layout) for layout in (SCREEN, PRINT, PHONE)}
    return _template().render(
        c=content,
        version=__version__,
        style=style,
        style_hash=style_digest(style),
        figures=figures,
        caption=caption_of(content),
        kind_of=lambda block: type(block).__name__,
        mark=lambda mark: mark_svg(Mark(mark)),
        strip=strip_svg,
        long=_has_long_word,
        scale=lambda ends: strip_scale_svg(*ends),
    )


def caption_of(content: Content) -> str:
    """What a reader of the figure must know: the clock, how lines and bars are joined, what is not drawn."""
    timeline = content.timeline
    if timeline is None:
        return ""
    parts = [timeline.clock.describe(timeline.span)]
    if timeline.pain is not None:
        parts.append(
            f"Readings up to {hours(timeline.pain.line_h)} apart are joined by a line; the mean bars say how "
            "much of each window they rest on."
        )
        if timeline.pain.gaps:
            parts.append("Hatched: no reading, with its hours.")
    parts.append("A drug's bar joins doses up to 24 h apart; a stroke is one as-needed dose.")
    if timeline.outside:
        parts.append(timeline.outside)
    return " ".join(parts)


def _has_long_word(text: str) -> bool:
    return any(len(word) > _LONG_WORD for word in text.replace("-", " ").split())


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    return environment.from_string(template_text("page.html.j2"))


def style_digest(style: str) -> str:
    """The hash by which a page's own policy allows its one style sheet."""
    return f"sha256-{_base64(hashlib.sha256(style.encode()).digest())}"


@lru_cache(maxsize=4)
def face_rules(family: str = "") -> str:
    """The rules that bring the faces along, of one family or of all."""
    return "".join(
        f"@font-face{{font-family:{face.css_family!r};font-weight:{face.weight};"
        f"src:url(data:font/woff2;base64,{_base64(face_bytes(face, 'woff2'))}) format('woff2')}}\n"
        for face in FACES
        if family in ("", face.css_family)
    )


def style_of(*sheets: str) -> str:
    """The faces, the colours of both schemes, and these style sheets of the package."""
    faces = face_rules()
    light, dark = variables(LIGHT), variables(DARK)
    return (
        f"{faces}:root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"
        + "".join(template_text(name) for name in sheets)
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def sheet_rule(words: str) -> str:
    """The words at the foot of every printed sheet, as a style sheet writes other people's text."""
    safe = "".join(char if char.isalnum() or char in " .,:;-()/" else f"\\{ord(char):x} " for char in words)
    return f'@page {{ @bottom-left {{ content: "{safe}"; }} }}\n'
