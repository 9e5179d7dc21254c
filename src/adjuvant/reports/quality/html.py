"""The page of data quality as one self-contained HTML file: no request, no script, everything escaped."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from adjuvant import __version__
from adjuvant.reports.html import sheet_rule, style_digest, style_of, template_text
from adjuvant.reports.quality.bars import bar_svg, key_svg
from adjuvant.reports.quality.content import QualityPage
from adjuvant.reports.quality.sentences import counted, in_words, number

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["quality_html"]


def quality_html(page: QualityPage) -> str:
    """The page. Everything that came from outside is escaped by the template."""
    style = style_of("page.css", "quality.css") + sheet_rule(
        f"Adjuvant, data quality{', synthetic data' if page.synthetic else ''}"
    )
    return _template().render(
        p=page,
        version=__version__,
        style=style,
        style_hash=style_digest(style),
        bar=bar_svg,
        key=key_svg,
        n=number,
        counted=counted,
        share=in_words,
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template_text("quality.html.j2"))
