"""The rail of readings that could not be taken: never on a pain value, never filled in."""

from __future__ import annotations

from datetime import datetime

from adjuvant.reports.figure.data import PainPanel
from adjuvant.reports.figure.labels import Label, in_rows
from adjuvant.reports.figure.sheet import LINE, Sheet
from adjuvant.reports.figure.svg import span_width

__all__ = ["draw_unassessed"]

_MARKED = ("asleep", "sedated")


def draw_unassessed(sheet: Sheet, panel: PainPanel, y: float) -> float:
    """× asleep, circled × sedated, others a stroke, named where there are several. Never on a value."""
    layout, axis = sheet.layout, sheet.axis
    shown = [(at, why) for at, why in panel.unassessed if axis.shows(at)]
    if not shown:
        words = "none charted"
        if layout.stacked:
            return y
        sheet.front.text(layout.x0, y + 12, ((words, "t"),))
        sheet.front.text(layout.x0 - 8, y + 12, (("not assessable", ""),), "r")
        return y + 20
    others = tuple(dict.fromkeys(why for _, why in shown if why not in _MARKED))
    kinds = [why for why in _MARKED if any(why == seen for _, seen in shown)]
    if layout.stacked:
        sheet.front.text(0, y + 12, (("Not assessable", "b i"),))
        x = span_width((("Not assessable", "b"),)) + 12
        for why in (*kinds, *others):
            _mark(sheet, x + 6, y + 8, why)
            sheet.front.text(x + 16, y + 12, ((why, "t"),))
            x += 16 + span_width(((why, ""),)) + 12
        y += LINE + 4
    else:
        sheet.front.text(layout.x0 - 8, y + 12, (("not assessable", ""),), "r")
        for index, why in enumerate((*kinds, *others)):
            _mark(sheet, layout.x1 + 14, y + 8 + LINE * index, why)
            sheet.front.text(layout.x1 + 25, y + 12 + LINE * index, ((why, "t"),))
    sheet.back.line(layout.x0, y + 8, layout.x1, y + 8, "grid")
    for at, why in shown:
        _mark(sheet, axis.x(at), y + 8, why)
    below = y + 18
    if len(others) > 1:  # one other reason is named beside its mark already
        below = _other_words(sheet, [(at, why) for at, why in shown if why in others], below)
    key_height = 0.0 if layout.stacked else LINE * len((*kinds, *others)) + 4
    return max(below, y + key_height) + 2


def _mark(sheet: Sheet, x: float, y: float, why: str) -> None:
    if why in _MARKED:
        arm = 3.0
        sheet.front.path(
            [
                ("M", x - arm, y - arm),
                ("L", x + arm, y + arm),
                ("M", x - arm, y + arm),
                ("L", x + arm, y - arm),
            ],
            "cross",
        )
        if why == "sedated":
            sheet.front.circle(x, y, 6.0, "ring")
    else:
        sheet.front.line(x, y - 4, x, y + 4, "cross")


def _other_words(sheet: Sheet, shown: list[tuple[datetime, str]], y: float) -> float:
    labels = [Label(sheet.axis.x(at), (((why, "t"),),), "middle") for at, why in shown]
    placed, _ = in_rows(labels, sheet.layout.x0, sheet.layout.x1, 1)
    for item in placed:
        sheet.front.text(item.x, y + 11, item.spans)
    return y + LINE
