"""What stands above the panels: windows as brackets, ketamine as triangles with doses or as rate steps."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.reports.figure.data import KetamineRun, Timeline, WindowBracket
from adjuvant.reports.figure.labels import Label, in_rows
from adjuvant.reports.figure.sheet import LINE, Sheet
from adjuvant.reports.words import NBSP, number

__all__ = ["draw_brackets", "draw_ketamine", "ketamine_lines"]

_WIDE_ENOUGH = 6.0
"""A run drawn at least this wide shows its rate as steps; a narrower one is a triangle and a line."""


def draw_brackets(sheet: Sheet, brackets: tuple[WindowBracket, ...], y: float) -> float:
    """The windows, each a bracket over exactly its time, named."""
    axis = sheet.axis
    labels = [
        Label(
            axis.x(bracket.window.start) + 1,
            (
                ((bracket.name, "b i"), (f"{NBSP * 2}{bracket.detail}", "t")),
                ((bracket.name, "b i"), (f"{NBSP * 2}{bracket.detail.partition(',')[0]}", "t")),
                ((bracket.name, "b i"),),
            ),
        )
        for bracket in brackets
    ]
    # A label may not run into the next window, unless it would otherwise not be drawn at all.
    placed, left_over = [], []
    for index, label in enumerate(labels):
        edge = (labels[index + 1].x - 14) if index + 1 < len(labels) else sheet.layout.width
        fits, _ = in_rows([label], label.x, max(edge, label.x), 1)
        placed += fits
        left_over += [] if fits else [label]
    rows = 1
    if left_over:
        placed, _ = in_rows(labels, sheet.layout.x0, sheet.layout.width, 3)
        rows = 1 + max((item.row for item in placed), default=0)
    for item in placed:
        sheet.front.text(item.x, y + 11 + LINE * (rows - 1 - item.row), item.spans)
    line = y + LINE * rows + 3
    for bracket in brackets:
        start, end = axis.x(bracket.window.start), axis.x(bracket.window.end)
        kind = "window" if bracket.counted else "onset"
        sheet.front.line(start + 1, line, max(end - 1, start + 2), line, kind)
    return line + 5


def draw_ketamine(sheet: Sheet, timeline: Timeline, y: float) -> tuple[float, float]:
    """Triangles with doses; beneath them the rate as filled steps where it ran long enough to be seen.

    Returns:
        The y from which the lines through all panels begin, and the y beneath the row.
    """
    runs = timeline.ketamine
    start = y if sheet.layout.stacked else y + 11
    if not runs:
        y += sheet.title(start, timeline.ketamine_title, timeline.ketamine_detail, room=4)
        lines = sheet.title_height(timeline.ketamine_title, timeline.ketamine_detail, room=4)
        return y, y + max(lines, LINE) + 4
    axis = sheet.axis
    y += sheet.title(start, timeline.ketamine_title, timeline.ketamine_detail, accent=True, room=4)
    placed, missed = in_rows(
        _dose_labels(axis.per_hour(), runs, sheet), sheet.layout.x0, sheet.layout.width, 3
    )
    rows = 1 + max((item.row for item in placed), default=0)
    for item in placed:
        sheet.front.text(item.x, y + 11 + LINE * (rows - 1 - item.row), item.spans)
    if missed:
        sheet.front.text(sheet.layout.x1, y + 11, ((f"{len(missed)} more doses in the appendix", "a"),), "r")
    tip = y + LINE * (rows - 1) + 12
    for run in runs:
        x = axis.x(run.start)
        sheet.front.path(
            [("M", x - 4.5, tip - 8), ("L", x + 4.5, tip - 8), ("L", x, tip)], "ketamine", close=True
        )
    bottom = tip + 4
    if any(_seen(sheet, run) for run in runs):
        bottom = _rate_steps(sheet, runs, bottom + LINE)
    needed = sheet.title_height(timeline.ketamine_title, timeline.ketamine_detail, room=4)
    return tip, max(bottom, y + needed) + 2


def _dose_labels(per_hour: float, runs: tuple[KetamineRun, ...], sheet: Sheet) -> list[Label]:
    labels = [Label(sheet.axis.x(run.start) + 8, (((run.words, "b a"),),)) for run in runs]
    same = len({run.words for run in runs}) == 1
    _, missed = in_rows(labels, sheet.layout.x0, sheet.layout.width, 1)
    if same and missed:
        each = ((f"{len(runs)} of {runs[0].words} each", "b a"),)
        return [Label(labels[0].x, (each,))]
    return labels


def _seen(sheet: Sheet, run: KetamineRun) -> bool:
    return bool(run.steps) and sheet.axis.x(run.end) - sheet.axis.x(run.start) >= _WIDE_ENOUGH


def _rate_steps(sheet: Sheet, runs: tuple[KetamineRun, ...], y: float) -> float:
    height = 26.0
    highest = max(rate for run in runs for _, _, rate in run.steps)
    unit = next(run.rate_unit for run in runs if run.steps)
    axis = sheet.axis
    labels: list[tuple[Label, Fraction]] = []
    for run in runs:
        if not run.steps:
            continue
        outline = [("M", axis.x(run.steps[0][0]), y + height)]
        before: Fraction | None = None
        for start, end, rate in run.steps:
            level = y + height - float(rate / highest) * height
            outline += [("L", axis.x(start), level), ("L", axis.x(end), level)]
            if rate != before:  # a rate that goes on is not a change, and is named once
                words = number(rate, 2)
                label = Label(axis.x(start) + 4, (((f"{words} {unit}", "a"),), ((words, "a"),)))
                labels.append((label, rate))
            before = rate
        outline.append(("L", axis.x(run.steps[-1][1]), y + height))
        sheet.front.path(outline, "rate", close=True)
    top = next(label for label, rate in labels if rate == highest)
    ordered = [top, *(label for label, _ in labels if label is not top)]  # the highest rate never gives way
    placed, missed = in_rows(ordered, sheet.layout.x0, sheet.layout.width, 1)
    for item in placed:
        sheet.front.text(item.x, y - 3, item.spans)
    sheet.front.line(sheet.layout.x0, y + height, sheet.layout.x1, y + height, "grid")
    if missed:
        sheet.beside(y + 11, "", f"rate up to {number(highest, 2)} {unit}; every step in the appendix")
    return y + height + 4


def ketamine_lines(sheet: Sheet, timeline: Timeline, top: float, bottom: float) -> str:
    """The start of each run as a line through all panels, and its end where it lies apart from the start."""
    from adjuvant.reports.figure.svg import Svg

    svg = Svg()
    for run in timeline.ketamine:
        x, end = sheet.axis.x(run.start), sheet.axis.x(run.end)
        svg.upright(x, top, bottom, "ketamine-line", sheet.front)
        if end - x >= _WIDE_ENOUGH:
            svg.upright(end, top + 4, bottom, "ketamine-end", sheet.front)
    return svg.joined()
