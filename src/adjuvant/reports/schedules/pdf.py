"""A page on schedules as PDF by typst: tagged and archival, the same bytes from the same answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from adjuvant.reports.html import template_text
from adjuvant.reports.pdf import compiled, drawable
from adjuvant.reports.schedules.html import figure_svg
from adjuvant.reports.schedules.model import Page
from adjuvant.reports.tokens import LIGHT, resolved

__all__ = ["schedules_pdf"]

# A document of models is of no day: a fixed date keeps its bytes the same.
_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


def schedules_pdf(page: Page) -> bytes:
    """The PDF.

    Raises:
        InternalError: typst refuses the document, with its reason.
    """
    data: dict[str, Any] = {
        "title": page.title,
        "subject": page.subject,
        "badge": page.badge,
        "who": page.who,
        "finding": page.finding,
        "limit": page.limit,
        "tables": [
            {"title": one.title, "heads": one.heads, "rows": one.rows, "right": one.right, "note": one.note}
            for one in page.tables
        ],
        "lists": page.lists,
        "foot": page.foot,
    }
    shown = _drawn(data)
    shown["figures"] = [
        {
            "title": drawable(one.title),
            "caption": drawable(one.caption),
            "alt": drawable(f"{one.title}. {one.summary}"),
            "svg": figure_svg(one, _style()),
        }
        for one in page.figures
    ]
    shown["date"] = {"year": _MOMENT.year, "month": _MOMENT.month, "day": _MOMENT.day}
    return compiled("schedules.typ", json.dumps(shown, ensure_ascii=False, sort_keys=True), _MOMENT)


@lru_cache(maxsize=1)
def _style() -> str:
    families = {"400": '"IBM Plex Sans"', "600": '"IBM Plex Sans Cond SmBld"'}
    return resolved(template_text("figure.css") + template_text("schedule_figures.css"), LIGHT, families)


def _drawn(thing: Any) -> Any:
    if isinstance(thing, str):
        return drawable(thing)
    if isinstance(thing, dict):
        return {key: _drawn(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_drawn(value) for value in thing]
    return thing
