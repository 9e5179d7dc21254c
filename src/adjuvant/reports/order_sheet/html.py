"""The order sheet as one self-contained HTML page of A4: no request, no script, everything escaped."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from adjuvant import __version__
from adjuvant.reports.html import style_digest, style_of, template_text
from adjuvant.reports.order_sheet.model import OrderSheet

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["order_html"]


def order_html(sheet: OrderSheet) -> str:
    """The page. It is printed in black on white, whatever the screen."""
    style = style_of("order.css").replace("color-scheme:light dark", "color-scheme:light")
    return _template().render(s=sheet, version=__version__, style=style, style_hash=style_digest(style))


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template_text("order.html.j2"))
