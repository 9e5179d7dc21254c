"""The opioid panels: MME as a grey step with its range over tables, and one bar for each drug."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction

from adjuvant.reports.figure.data import DrugBar, MmeDay, OpioidPanel, Timeline
from adjuvant.reports.figure.labels import Label, fitted, in_rows
from adjuvant.reports.figure.sheet import LINE, Sheet, nice_step
from adjuvant.reports.figure.svg import Span, span_width
from adjuvant.reports.mme import NOT_CHARTED
from adjuvant.reports.words import CANNOT, NBSP, number

__all__ = ["draw_drugs", "draw_mme"]


def draw_mme(sheet: Sheet, panel: OpioidPanel, windows_start: datetime, y: float) -> float:
    """MME day by day. Incomplete days are hatched and named; nothing stands where nothing was computed."""
    layout = sheet.layout
    detail = f"oral morphine mg equivalents, {panel.basis}"
    if panel.plans > 1:
        detail += f"; grey: range over {panel.plans} tables"
    if layout.stacked:
        detail += f"; line: {panel.plan}"
        y += sheet.title(y, "Opioids per day", detail)
    labels = []
    if panel.before:
        strong: Span = (f"before {panel.before}" if layout.stacked else _a_day(panel.before), "b i")
        forms = ((strong, (f"{NBSP * 2}by {panel.plan}", "t")), (strong,))
        labels.append(Label(sheet.axis.x(windows_start) + 1, forms[1:] if layout.stacked else forms))
    if layout.stacked and panel.after:
        labels.append(Label(layout.x1, (((f"after {_a_day(panel.after)}", "b i"),),), "end"))
    runs = _incomplete_runs(panel.days)
    for first, last in runs:
        middle = (sheet.axis.x(first.window.start) + sheet.axis.x(last.window.end)) / 2
        labels.append(Label(middle, ((("incomplete", ""),),), "middle"))
    placed, _ = in_rows(labels, layout.x0, layout.width, 3)
    rows = 1 + max((item.row for item in placed), default=0)
    for item in placed:
        sheet.front.text(item.x, y + 11 + LINE * (rows - 1 - item.row), item.spans)
    top, height = y + LINE * rows + 7, 88.0
    largest = max((max(day.value, day.high) for day in panel.days), default=Fraction(0)) or Fraction(1)
    step = nice_step(largest, 4)
    ceiling = step * -(-largest // step)

    def level(value: Fraction) -> float:
        return top + height * (1 - float(value / ceiling))

    for index in range(int(ceiling / step) + 1):
        y = level(step * index)
        sheet.back.line(layout.x0, y, layout.x1, y, "grid")
        sheet.front.text(layout.numbers, y + 4, ((number(step * index), "t"),), "r")
    _steps(sheet, panel.days, level, top + height)
    if not layout.stacked:
        sheet.title(top + 10, "Opioids per day", detail)
        if panel.after:
            latest = panel.days[-1].value if panel.days else Fraction(0)
            at = min(max(level(latest), top + 8), top + height - LINE)
            sheet.beside(at, _a_day(panel.after), panel.after_range)
    return top + height + 14


def _a_day(words: str) -> str:
    return words if words in (CANNOT, NOT_CHARTED) else f"{words} a day"


def _incomplete_runs(days: tuple[MmeDay, ...]) -> list[tuple[MmeDay, MmeDay]]:
    runs: list[tuple[MmeDay, MmeDay]] = []
    for index, day in enumerate(days):
        if day.complete:
            continue
        if runs and index and not days[index - 1].complete:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _steps(sheet: Sheet, days: tuple[MmeDay, ...], level: Callable[[Fraction], float], floor: float) -> None:
    axis = sheet.axis
    for run in _unbroken(days):
        upper, lower = [], []
        for day in run:
            ends = (axis.x(day.window.start), axis.x(day.window.end))
            upper += [("L", x, level(day.high)) for x in ends]
            lower += [("L", x, level(day.low)) for x in ends]
        outline = [*upper, *reversed(lower)]
        if any(day.high > day.low for day in run):
            sheet.back.path([("M", *outline[0][1:]), *outline[1:]], "range", close=True)
    whole: list[tuple[str, float, float]] = []
    partial: list[tuple[str, float, float]] = []
    previous: MmeDay | None = None
    for day in days:
        x0, x1, y = axis.x(day.window.start), axis.x(day.window.end), level(day.value)
        if not day.complete:
            sheet.back.rect(x0, y, x1 - x0, floor - y, "hatched", sheet.hatch)
        path = whole if day.complete else partial
        joined = previous is not None and _meet(previous, day) and previous.complete == day.complete
        path += [("L" if joined else "M", x0, y), ("L", x1, y)]
        previous = day
    if whole:
        sheet.front.path(whole, "mme")
    if partial:
        sheet.front.path(partial, "mme-open")


def _meet(first: MmeDay, second: MmeDay) -> bool:
    return first.window.end == second.window.start


def _unbroken(days: tuple[MmeDay, ...]) -> list[list[MmeDay]]:
    runs: list[list[MmeDay]] = []
    for day in days:
        if runs and _meet(runs[-1][-1], day):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def draw_drugs(sheet: Sheet, timeline: Timeline, y: float) -> float:
    """One bar each; a stop is a heavy end with its time, a co-intervention says that it also changed."""
    if not timeline.drugs:
        return y
    if sheet.layout.stacked:
        y += sheet.title(y, "Drugs, as charted", "") - 2
    for bar in timeline.drugs:
        y = _drug(sheet, timeline, bar, y)
    return y + 4


def _drug(sheet: Sheet, timeline: Timeline, bar: DrugBar, y: float) -> float:
    layout, axis = sheet.layout, sheet.axis
    notes = []
    if bar.stop is not None and axis.shows(bar.stop):
        notes.append((axis.x(bar.stop), f"stopped {timeline.clock.short(bar.stop)}", True))
    if bar.began is not None and axis.shows(bar.began):
        how = "given once" if bar.once else "started"
        notes.append((axis.x(bar.began), f"{how} {timeline.clock.short(bar.began)}", False))
    if bar.also_changed and notes:
        x, words, right = notes[-1]
        notes[-1] = (x, f"{words}: also changed", right)
    if layout.stacked:
        y = _stacked_label(sheet, bar, "; ".join(words for _, words, _ in notes), y)
    else:
        sheet.front.text(0, y + 12, fitted(bar.label, "b i" if bar.also_changed else "i", layout.left - 10))
    middle = y + 8
    sheet.back.line(layout.x0, middle, layout.x1, middle, "grid")
    for start, end in bar.spans:
        x = axis.x(start)
        sheet.front.line(x, middle, max(axis.x(end), x + 1.5), middle, "drug")
    for at in bar.doses:
        if axis.shows(at):
            sheet.front.line(axis.x(at), middle - 4, axis.x(at), middle + 4, "dose")
    for x, _, _ in notes:
        sheet.front.line(x, middle - 6, x, middle + 6, "stop")
    if layout.stacked:
        return y + LINE + 4
    deep = 0
    taken: list[tuple[float, float]] = []
    for x, words, right in notes:
        span = _note_span(sheet, words, x, right_first=right)
        # Two notes on one bar that would meet: the later one goes a line lower, and so does the next drug.
        deep += any(span[0] < end + 8 and start < span[1] + 8 for start, end in taken)
        sheet.front.text(span[0], y + 12 + LINE * deep, ((words, "b i"),))
        taken.append(span)
    if all(end <= layout.x1 for _, end in taken):
        sheet.front.text(layout.x1 + 8, y + 12, fitted(bar.words, "t", layout.right - 8))
    return y + 17 + LINE * deep


def _stacked_label(sheet: Sheet, bar: DrugBar, notes: str, y: float) -> float:
    """Drug and amounts on one line above the bar, what became of it on the next."""
    width = sheet.layout.width
    room = width - span_width(((bar.words, ""),)) - 10
    sheet.front.text(0, y + 11, fitted(bar.label, "b i" if bar.also_changed else "i", max(room, width * 0.4)))
    if bar.words:
        sheet.front.text(width, y + 11, fitted(bar.words, "t", width * 0.6 - 10), "r")
    if notes:
        sheet.front.text(0, y + 11 + LINE, fitted(notes, "b i", width))
    return y + LINE * (2 if notes else 1)


def _note_span(sheet: Sheet, words: str, x: float, *, right_first: bool) -> tuple[float, float]:
    """Where words beside a bar's end begin and end: on the side that has room, the right gutter included."""
    layout = sheet.layout
    width = span_width(((words, "b i"),))
    fits_left = x - 8 - width >= layout.x0
    fits_right = x + 8 + width <= layout.width
    if (right_first and fits_right) or not fits_left:
        start = min(x + 8, layout.width - width)
        return start, start + width
    return x - 8 - width, x - 8
