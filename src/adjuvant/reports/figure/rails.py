"""Harm on the same axis as benefit: the sedation characters as charted, and the adverse events."""

from __future__ import annotations

from itertools import pairwise

from adjuvant.reports.figure.data import EventMark, SedationRail
from adjuvant.reports.figure.labels import Label, in_rows
from adjuvant.reports.figure.sheet import LINE, Sheet
from adjuvant.reports.figure.svg import span_width

__all__ = ["draw_events", "draw_sedation"]


def draw_sedation(sheet: Sheet, rail: SedationRail, y: float) -> float:
    """One sedation scale: each reading's own character.

    Where readings stand too close for that, every reading keeps a tick and the character stands where it
    changes; changes that are too close go into further rows.
    """
    axis, layout = sheet.axis, sheet.layout
    shown = [(axis.x(at), value, bold) for at, value, bold in rail.readings if axis.shows(at)]
    widest = max((span_width(((value, "b"),)) for _, value, _ in shown), default=0.0)
    close = any(b[0] - a[0] < widest + 2 for a, b in pairwise(shown))
    detail = "a tick a reading, the value where it changes" if close else ""
    if layout.stacked:
        y += sheet.title(y, rail.title[:1].upper() + rail.title[1:], detail)
    else:
        sheet.front.text(layout.x0 - 8, y + 12, ((rail.title, ""),), "r")
    if not close:
        for x, value, bold in shown:
            sheet.front.text(x, y + 12, ((value, "b i" if bold else "t"),), "m")
        return y + 20
    for x, _, bold in shown:
        sheet.front.line(x, y + (1 if bold else 3), x, y + 7, "tick-bold" if bold else "tick")
    changes = [
        (x, value, bold)
        for index, (x, value, bold) in enumerate(shown)
        if index == 0 or shown[index - 1][1] != value
    ]
    labels = [Label(x, (((value, "b i" if bold else "t"),),), "middle") for x, value, bold in changes]
    placed, missed = _tight_rows(labels, layout.x0 - 6, layout.x1 + 6)
    rows = 1 + max((item[2] for item in placed), default=0)
    for label, x, row in placed:
        sheet.front.text(x, y + 19 + 13 * row, label.forms[0], "m")
    if not layout.stacked:
        words = detail if not missed else f"{detail}; {missed} changes only in the appendix"
        sheet.beside(y + 9, "", words)
        rows = max(rows, 1 + len(words) // 24)
    return y + 12 + 13 * rows + 4


def _tight_rows(labels: list[Label], left: float, right: float) -> tuple[list[tuple[Label, float, int]], int]:
    """Single characters stand closer than words may: three units apart, in up to four rows."""
    ends = [left] * 4
    placed: list[tuple[Label, float, int]] = []
    missed = 0
    for label in labels:
        half = span_width(label.forms[0]) / 2
        row = next((row for row, end in enumerate(ends) if label.x - half >= end + 3), None)
        if row is None or label.x + half > right:
            missed += 1
            continue
        ends[row] = label.x + half
        placed.append((label, label.x, row))
    return placed, missed


def draw_events(sheet: Sheet, events: tuple[EventMark, ...], y: float) -> float:
    """Adverse events, each a mark with its words; where none is charted, that is said."""
    layout, axis = sheet.layout, sheet.axis
    shown = [event for event in events if axis.shows(event.at)]
    if layout.stacked:
        y += sheet.title(y, "Adverse events", "")
    else:
        sheet.front.text(layout.x0 - 8, y + 12, (("adverse events", ""),), "r")
    if not shown:
        sheet.front.text(layout.x0, y + 12, (("none charted, which is not none", "t"),))
        return y + 20
    for event in shown:
        x = axis.x(event.at)
        sheet.front.path(
            [("M", x, y + 3), ("L", x + 5, y + 8), ("L", x, y + 13), ("L", x - 5, y + 8)], "event", close=True
        )
    # Words stand beside a lone mark, else in rows beneath all marks, so that none is covered.
    beneath = layout.stacked or len(shown) > 1
    labels = [_event_label(sheet, event, beneath=beneath) for event in shown]
    placed, missed = in_rows(labels, layout.x0, layout.width, 5)
    base = y + (27 if beneath else 12)
    for item in placed:
        sheet.front.text(item.x, base + LINE * item.row, item.spans)
    rows = 1 + max((item.row for item in placed), default=0) + bool(missed)
    if missed:
        words = f"{len(missed)}{' more' if placed else ''} named under Harms"
        sheet.front.text(layout.x0, base + LINE * (rows - 1), ((words, "t"),))
    return base + LINE * rows - 8


def _event_label(sheet: Sheet, event: EventMark, *, beneath: bool) -> Label:
    whole, short = ((event.words, "b i"),), ((event.words.partition(",")[0], "b i"),)
    x = sheet.axis.x(event.at)
    if beneath:
        return Label(x - 4, (whole, short))
    if x + 9 + span_width(whole) > sheet.layout.width:
        return Label(x - 9, (whole, short), "end")
    return Label(x + 9, (whole, short))
