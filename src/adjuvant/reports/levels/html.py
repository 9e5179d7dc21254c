"""A page of levels as one self-contained HTML file: no request, no script, everything escaped."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from adjuvant import __version__
from adjuvant.reports.html import style_digest, style_of, template_text
from adjuvant.reports.levels.figure import PHONE_LEVELS, PRINT_LEVELS, SCREEN_LEVELS, drawing_svg
from adjuvant.reports.levels.parts import LevelsPage

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["levels_html"]


def levels_html(page: LevelsPage) -> str:
    """The page, with each figure as it is for a screen, for paper and for a phone."""
    style = style_of("figure.css", "levels.css", "page.css")
    figures = {
        one.key: {
            layout.name: drawing_svg(one.drawing, layout)
            for layout in (SCREEN_LEVELS, PRINT_LEVELS, PHONE_LEVELS)
        }
        for one in page.sections
        if one.drawing is not None
    }
    return _template().render(
        p=page, version=__version__, style=style, style_hash=style_digest(style), figures=figures
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template_text("levels.html.j2"))
