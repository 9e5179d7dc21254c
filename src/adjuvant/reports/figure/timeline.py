"""The timeline: all panels on one axis of relative days, put together into one SVG."""

from __future__ import annotations

import re
from html import escape

from adjuvant.reports.figure.above import draw_brackets, draw_ketamine, ketamine_lines
from adjuvant.reports.figure.data import Timeline
from adjuvant.reports.figure.labels import fitted, wrapped
from adjuvant.reports.figure.layout import Axis, Layout
from adjuvant.reports.figure.opioids import draw_drugs, draw_mme
from adjuvant.reports.figure.pain import draw_pain
from adjuvant.reports.figure.rails import draw_events, draw_sedation
from adjuvant.reports.figure.sheet import LINE, Sheet
from adjuvant.reports.figure.svg import Svg, place, span_width
from adjuvant.reports.words import number, plain

__all__ = ["timeline_svg"]


def timeline_svg(timeline: Timeline, layout: Layout, *, style: str = "") -> str:
    """The figure as one SVG element.

    Args:
        style: a style sheet to put inside, for a picture that stands alone; in a page the page's own rules
            colour it, through the same classes.
    Returns:
        SVG with <title> and <desc>, text as text, and no script, link or outside reference.
    """
    sheet = Sheet(Axis(timeline.span, layout), layout, f"{layout.name}-")
    y = draw_brackets(sheet, timeline.brackets, 0)
    panels_top = y
    tip, y = draw_ketamine(sheet, timeline, y)
    if timeline.pain is not None:
        y = draw_pain(sheet, timeline.pain, y + 2)
    else:
        y = _absent(sheet, "Pain", timeline.no_pain, y)
    for rail in timeline.sedation:
        y = draw_sedation(sheet, rail, y)
    y = draw_events(sheet, timeline.events, y)
    if timeline.opioids is not None:
        y = draw_mme(sheet, timeline.opioids, timeline.brackets[0].window.start, y + 4)
    else:
        y = _absent(sheet, "Opioids per day", timeline.no_opioids, y)
    y = draw_drugs(sheet, timeline, y)
    bottom = y
    if timeline.facts_end is not None:
        end = sheet.axis.x(timeline.facts_end)
        sheet.back.upright(end, panels_top, bottom, "facts-end", sheet.front)
    y = _days(sheet, timeline, y)
    height = y + 4

    ground = Svg()
    if timeline.ground is not None:
        left, right = sheet.axis.x(timeline.ground.start), sheet.axis.x(timeline.ground.end)
        ground.rect(left, panels_top - 2, right - left, bottom - panels_top + 2, "ground")
    body = (
        ground.joined()
        + sheet.back.joined()
        + ketamine_lines(sheet, timeline, tip, bottom)
        + sheet.front.joined()
    )
    name = f"{layout.name}-figure"
    return "".join(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" class="timeline" role="img"',
            f' viewBox="0 0 {place(layout.width)} {place(height)}" aria-labelledby="{name}-t {name}-d">',
            f'<title id="{name}-t">{_safe(timeline.title)}</title>',
            f'<desc id="{name}-d">{_safe(timeline.summary)}</desc>',
            f"<style>{style}</style>" if style else "",
            f'<defs><pattern id="{sheet.prefix}hatch" width="6" height="6" patternUnits="userSpaceOnUse"',
            ' patternTransform="rotate(45)"><line class="hatch-line" x1="0" y1="0" x2="0" y2="6"/></pattern>',
            f"</defs>{body}</svg>",
        )
    )


def _safe(text: str) -> str:
    return re.sub(r"\s+", " ", escape(plain(text), quote=False))


def _absent(sheet: Sheet, title: str, why: str, y: float) -> float:
    """A panel that cannot be drawn keeps its place and says why."""
    y += 6
    y += sheet.title(y if sheet.layout.stacked else y + 12, title, "")
    sheet.front.text(sheet.layout.x0, y + 12, fitted(why, "t", sheet.layout.x1 - sheet.layout.x0))
    return y + LINE + 10


def _days(sheet: Sheet, timeline: Timeline, y: float) -> float:
    """The axis: a tick at each local midnight, a number for each day, day 0 in bold."""
    layout, axis = sheet.layout, sheet.axis
    sheet.front.line(layout.x0, y, layout.x1, y, "axis")
    days = timeline.clock.days(timeline.span)
    width = (layout.x1 - layout.x0) / max(len(days), 1)
    widest = max(span_width(((number((day.date - timeline.clock.zero).days), "b"),)) for day in days)
    every = next((step for step in (1, 2, 5, 7, 14, 28, 56) if step * width >= widest + 6), 112)
    for day in days:
        ordinal = (day.date - timeline.clock.zero).days
        start, end = axis.x(day.interval.start), axis.x(day.interval.end)
        if ordinal % every == 0:
            sheet.front.line(start, y, start, y + 5, "axis")
            shown = ((number(ordinal), "b i" if ordinal == 0 else ""),)
            sheet.front.text((start + end) / 2, y + 16, shown, "m")
    sheet.front.line(layout.x1, y, layout.x1, y + 5, "axis")
    zero = f"day 0 = {timeline.clock.zero_words}"
    if layout.stacked:
        sheet.front.text(layout.x0, y + 32, ((f"day; {zero}", "t"),))
        below = y + 36
    else:
        sheet.front.text(layout.x0 - 8, y + 16, (("day", "t"),), "r")
        lines = wrapped(zero, "t", layout.right - 8)
        for index, line in enumerate(lines):
            sheet.front.text(layout.x1 + 8, y + 16 + LINE * index, line)
        below = y + 5 + LINE * len(lines)
    if timeline.facts_end is not None:
        x = axis.x(timeline.facts_end)
        sheet.front.line(x, y, x, y + 8, "facts-end")
        words = ((f"record ends {timeline.clock.short(timeline.facts_end)}", ""),)
        start = min(max(x - span_width(words) / 2, 0), layout.width - span_width(words))
        sheet.front.text(start, below + 12, words)
        below += LINE + 2
    return below
