"""A page of levels as PDF by typst: tagged and archival, the same bytes from the same forecast."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from adjuvant.reports.html import template_text
from adjuvant.reports.levels.figure import PRINT_LEVELS, by_side, drawing_svg
from adjuvant.reports.levels.parts import LevelsPage, Section
from adjuvant.reports.pdf import breakable, compiled, drawable
from adjuvant.reports.tokens import LIGHT, resolved

__all__ = ["levels_pdf"]


def levels_pdf(page: LevelsPage) -> bytes:
    """The PDF. Its document date is the instant of now, or for a typed regimen the first of 1970.

    Raises:
        InternalError: typst refuses the document, with its reason.
    """
    data = {
        "title": drawable(page.title),
        "subject": drawable(page.subject),
        "badge": drawable(page.badge),
        "who": [[drawable(lead), drawable(text)] for lead, text in page.who],
        "warning": drawable(page.warning),
        "headline": drawable(page.headline),
        "lines": [drawable(line[:1].upper() + line[1:]) for line in page.lines if line],
        "sections": [_section(one) for one in page.sections],
        "sources": [breakable(drawable(one)) for one in page.sources],
        "date": {"year": page.at.year, "month": page.at.month, "day": page.at.day},
    }
    return compiled("levels.typ", json.dumps(data, ensure_ascii=False, sort_keys=True), page.at)


def _section(one: Section) -> dict[str, Any]:
    table = None
    if one.table is not None:
        table = {
            "heads": [drawable(head) for head in one.table.heads],
            "rows": [[drawable(cell) for cell in row] for row in one.table.rows],
            "numbers": list(one.table.numbers),
        }
    drawing = one.drawing
    return {
        "title": drawable(one.title),
        "aside": drawable(one.aside),
        "figures": [
            {
                "svg": drawing_svg(part, PRINT_LEVELS, _style()),
                "alt": drawable(f"{part.title}, {part.rows[0].title}. {part.summary}"),
            }
            for part in (by_side(drawing) if drawing is not None else ())
        ],
        "table": table,
        "paragraphs": [drawable(text) for text in one.paragraphs],
        "items": [[drawable(lead), drawable(text)] for lead, text in one.items],
    }


@lru_cache(maxsize=1)
def _style() -> str:
    families = {"400": '"IBM Plex Sans"', "600": '"IBM Plex Sans Cond SmBld"'}
    return resolved(template_text("figure.css") + template_text("levels.css"), LIGHT, families)
