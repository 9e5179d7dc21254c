"""A page on schedules as one self-contained HTML file: no request, no script, everything escaped."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from adjuvant import __version__
from adjuvant.reports.figure.svg import place
from adjuvant.reports.html import sheet_rule, style_digest, style_of, template_text
from adjuvant.reports.schedules.model import Figure, Page
from adjuvant.reports.words import plain

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["figure_svg", "schedules_html"]

_EDGE = 6.0


def figure_svg(figure: Figure, style: str = "") -> str:
    """A figure for a page, which brings its style, or with a style of its own."""
    box = " ".join(place(one) for one in (-_EDGE, 0, figure.width + 2 * _EDGE, figure.height))
    inside = f"<style>{style}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" viewBox="{box}" role="img" '
        f'aria-label="{escape(plain(f"{figure.title}. {figure.summary}"))}">{inside}'
        f"{''.join(layer.joined() for layer in figure.layers)}</svg>"
    )


def schedules_html(page: Page) -> str:
    """The page. Everything that came from outside is escaped by the template."""
    style = style_of("figure.css", "schedule_figures.css", "page.css", "schedules.css") + sheet_rule(
        page.foot
    )
    return _template().render(
        p=page, version=__version__, style=style, style_hash=style_digest(style), svg=figure_svg
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template_text("schedules.html.j2"))
