"""The pain panel: dots, mean bars, goal and hatched gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from adjuvant.reports.figure.data import MeanBar, PainPanel
from adjuvant.reports.figure.labels import Label, in_rows, spread
from adjuvant.reports.figure.sheet import LINE, Sheet, nice_step
from adjuvant.reports.figure.svg import Span, span_width
from adjuvant.reports.figure.unassessed import draw_unassessed
from adjuvant.reports.words import NBSP, hours, number, percent
from adjuvant.timeline import Interval, hours_between

__all__ = ["draw_pain"]

Level = Callable[[Fraction], float]


def draw_pain(sheet: Sheet, panel: PainPanel, y: float) -> float:
    """The panel from `y` on; returns the y beneath its rail."""
    layout = sheet.layout
    if layout.stacked:
        y += sheet.title(y, panel.title, _with_goal(panel))
    above = {id(label): (label, mean) for label, mean in _mean_labels(sheet, panel)}
    placed, _ = in_rows([label for label, _ in above.values()], layout.x0, layout.width, 2)
    rows = 1 + max((item.row for item in placed), default=0)
    # The hours of narrow gaps stand in rows of their own, so that none reads as part of a mean.
    hours_above, _ = in_rows(_gap_labels(sheet, panel), layout.x0, layout.width, 3)
    placed += [replace(item, row=rows + item.row) for item in hours_above]
    rows = 1 + max((item.row for item in placed), default=0)
    top = y + LINE * rows + 7
    height = 176.0 if layout.name == "screen" else 150.0

    def level(value: Fraction) -> float:
        return top + height * (1 - float((value - panel.low) / (panel.high - panel.low)))

    _grid(sheet, panel, level)
    _draw_gaps(sheet, panel, level, top, height)
    for item in placed:
        baseline = y + 11 + LINE * (rows - 1 - item.row)
        sheet.front.text(item.x, baseline, item.spans)
        if id(item.label) in above:
            _leader(sheet, item.x + 3, baseline + 4, above[id(item.label)][1], level)
    _readings(sheet, panel, level)
    if not layout.stacked:
        sheet.title(top + 10, panel.title, panel.detail)
        _at_the_right(sheet, panel, level, top, top + height)
    return draw_unassessed(sheet, panel, top + height + 8)


def _with_goal(panel: PainPanel) -> str:
    return f"{panel.detail}; dotted: goal {number(panel.goal)}" if panel.goal is not None else panel.detail


def _grid(sheet: Sheet, panel: PainPanel, level: Level) -> None:
    step = nice_step(panel.high - panel.low, 5)
    value = panel.low
    while value <= panel.high:
        sheet.back.line(sheet.layout.x0, level(value), sheet.layout.x1, level(value), "grid")
        sheet.front.text(sheet.layout.numbers, level(value) + 4, ((number(value), "t"),), "r")
        value += step
    if panel.goal is not None:
        sheet.back.line(sheet.layout.x0, level(panel.goal), sheet.layout.x1, level(panel.goal), "limit")


def _mean_words(mean: MeanBar) -> tuple[Span, Span]:
    return (f"mean {number(mean.value)}", "b i"), (f"{percent(mean.covered_share * 100, 0)} covered", "t")


def _ends_at_the_right(sheet: Sheet, mean: MeanBar) -> bool:
    return not sheet.layout.stacked and sheet.layout.x1 - sheet.axis.x(mean.window.end) < 12


def _mean_labels(sheet: Sheet, panel: PainPanel) -> list[tuple[Label, MeanBar]]:
    found = []
    for mean in panel.means:
        if not _ends_at_the_right(sheet, mean):
            strong, share = _mean_words(mean)
            form = (strong, (f"{NBSP * 2}{share[0]}", share[1]))
            found.append((Label(sheet.axis.x(mean.window.start) + 1, (form, (strong,))), mean))
    return found


def _gap_forms(gap: Interval) -> tuple[str, str]:
    return "no reading", hours(gap.hours, 0)


def _gap_lines(sheet: Sheet, gap: Interval) -> tuple[str, ...]:
    """The gap's words in as few lines as fit inside its hatching; none where it is too narrow for any."""
    room = sheet.axis.x(gap.end) - sheet.axis.x(gap.start) - 4
    word, length = _gap_forms(gap)
    for lines in ((f"{word} {length}",), (word, length), (length,)):
        if max(span_width(((line, ""),)) for line in lines) <= room:
            return lines
    return ()


def _gap_labels(sheet: Sheet, panel: PainPanel) -> list[Label]:
    """Labels above the panel, for gaps that are too narrow to hold their own."""
    labels = []
    for gap in panel.gaps:
        if _gap_lines(sheet, gap):
            continue
        word, length = _gap_forms(gap)
        middle = (sheet.axis.x(gap.start) + sheet.axis.x(gap.end)) / 2
        long, short = ((f"{word} {length}", ""),), ((length, ""),)
        labels.append(Label(middle, (short,) if sheet.layout.stacked else (long, short), "middle"))
    return labels


def _draw_gaps(sheet: Sheet, panel: PainPanel, level: Level, top: float, height: float) -> None:
    """Hatching from first to last instant without a reading; its words where no bar or dotted line runs."""
    busy = [level(mean.value) for mean in panel.means]
    busy += [level(panel.goal)] if panel.goal is not None else []
    for gap in panel.gaps:
        left, right = sheet.axis.x(gap.start), sheet.axis.x(gap.end)
        sheet.back.rect(left, top, right - left, height, "hatched", sheet.hatch)
        lines = _gap_lines(sheet, gap)
        deep = LINE * len(lines)
        places = (top + 2, top + height - deep - 4, top + height / 2 - deep / 2)
        start = max(places, key=lambda place: min((_apart(place, deep, y) for y in busy), default=99.0))
        free = [place for place in places if all(_apart(place, deep, y) > 3 for y in busy)]
        for index, line in enumerate(lines):
            y = (free[0] if free else start) + 11 + LINE * index
            sheet.front.text((left + right) / 2, y, ((line, ""),), "m")


def _apart(top: float, deep: float, y: float) -> float:
    """Distance from a line of words to a level; 0 where the level runs through them."""
    return max(top - y, y - top - deep, 0.0)


def _leader(sheet: Sheet, x: float, y: float, mean: MeanBar, level: Level) -> None:
    if sheet.axis.x(mean.window.start) <= x <= sheet.axis.x(mean.window.end):
        sheet.back.line(x, y, x, level(mean.value), "leader")


def _readings(sheet: Sheet, panel: PainPanel, level: Level) -> None:
    axis = sheet.axis
    points = [(at, value) for at, value in panel.readings if axis.shows(at)]
    # One path for all joins: a line only where nobody had to wait longer than the library's limit.
    joins: list[tuple[str, float, float]] = []
    for (at, value), (later, next_value) in pairwise(points):
        if hours_between(at, later) <= panel.line_h:
            joins += [("M", axis.x(at), level(value)), ("L", axis.x(later), level(next_value))]
    if joins:
        sheet.front.path(joins, "join")
    for mean in panel.means:
        y = level(mean.value)
        sheet.front.line(axis.x(mean.window.start), y, axis.x(mean.window.end), y, "mean")
    radius = _radius([axis.x(at) for at, _ in points])
    for at, value in points:
        sheet.front.circle(axis.x(at), level(value), radius, "dot")


def _radius(places: list[float]) -> float:
    if len(places) < 2:
        return 2.8
    closest = sorted(b - a for a, b in pairwise(places))[len(places) // 4]
    return min(2.8, max(1.2, closest * 0.6))


def _at_the_right(sheet: Sheet, panel: PainPanel, level: Level, top: float, bottom: float) -> None:
    boxes: list[tuple[float, float, str, str]] = []
    for mean in panel.means:
        if _ends_at_the_right(sheet, mean):
            (strong, _), (share, _) = _mean_words(mean)
            boxes.append((level(mean.value) - 9, 2 * LINE, strong, share))
    if panel.goal is not None:
        boxes.append((level(panel.goal) - 9, LINE, "", f"personal goal {number(panel.goal)}"))
    tops = spread([box[0] for box in boxes], [box[1] for box in boxes], top - 12, bottom)
    for start, (_, _, strong, detail) in zip(tops, boxes, strict=True):
        sheet.beside(start + 12, strong, detail)
