"""The figure of levels as SVG: panels in rows on one time axis, ranges at the side, doses on top."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from html import escape

from adjuvant.reports.figure.labels import fitted, spread, wrapped
from adjuvant.reports.figure.sheet import nice_step
from adjuvant.reports.figure.svg import Span, Svg, place, span_width
from adjuvant.reports.levels.drawn import Drawing, DrawnBand, Panel, Row
from adjuvant.reports.words import NBSP, plain

__all__ = ["PHONE_LEVELS", "PRINT_LEVELS", "SCREEN_LEVELS", "LevelsLayout", "by_side", "drawing_svg"]

_LINE, _AXIS_LEFT, _BAR = 15.0, 40.0, 7.0
_DAYS_FROM_H = 96.0
_HOUR_STEPS = (1, 2, 3, 6, 12, 24)
_CLASSES = {
    "first": ("band-first", "line-first"),
    "second": ("band-second", "line-second"),
    "third": ("band-third", "line-third"),
    "stop": ("band-stop", "line-stop"),
}


@dataclass(frozen=True, slots=True)
class LevelsLayout:
    """How large a figure is drawn, and how many panels stand beside each other."""

    name: str
    width: float
    columns: int
    gutter: float
    height: float


SCREEN_LEVELS = LevelsLayout("screen", 1104.0, 2, 116.0, 190.0)
PRINT_LEVELS = LevelsLayout("print", 760.0, 2, 104.0, 138.0)
PHONE_LEVELS = LevelsLayout("phone", 344.0, 1, 92.0, 150.0)


@dataclass(slots=True)
class _Sheet:
    drawing: Drawing
    layout: LevelsLayout
    most: float
    step: float
    back: Svg = field(default_factory=Svg)
    front: Svg = field(default_factory=Svg)

    @property
    def wide(self) -> float:
        """The width of one panel."""
        columns = self.layout.columns
        taken = _AXIS_LEFT * columns + self.side
        return (self.layout.width - taken - 12 * (columns - 1)) / columns

    @property
    def side(self) -> float:
        """The width that the ranges take; none without ranges."""
        return self.layout.gutter if self.drawing.ranges else 8.0

    def left(self, column: int) -> float:
        """Where a panel begins; the ranges stand at the right of all."""
        return _AXIS_LEFT + column * (self.wide + _AXIS_LEFT + 12)

    def x(self, column: int, hour: float) -> float:
        """Where an hour stands in a panel."""
        return self.left(column) + hour / self.drawing.end_h * self.wide

    def y(self, bottom: float, level: float) -> float:
        """Where a level stands above the foot of a panel."""
        return bottom - level / self.most * self.layout.height


def by_side(drawing: Drawing) -> tuple[Drawing, ...]:
    """The figure as one for each side of the circulation, on one scale, so that a page can break between.

    The doses stand on the first and the notes under the last; each has its own time axis.
    """
    last, least = len(drawing.rows) - 1, drawing.least if drawing.whole else _top(drawing)
    return tuple(
        replace(
            drawing,
            key=f"{drawing.key}-{number}",
            rows=(row,),
            least=least,
            rates=() if number else drawing.rates,
            notes=drawing.notes if number == last else (),
        )
        for number, row in enumerate(drawing.rows)
    )


def _top(drawing: Drawing) -> float:
    """The highest that is drawn, or that the scale must reach."""
    panels = [panel for row in drawing.rows for panel in row.panels]
    return max(
        [drawing.least, *(one.high for one in drawing.ranges if one.style != "bar")]
        + [value for panel in panels for band in panel.bands for value in band.high]
        + [dot.level for panel in panels for dot in panel.dots]
    )


def drawing_svg(drawing: Drawing, layout: LevelsLayout, style: str = "") -> str:
    """The figure as one inline SVG; colours come from the page's style sheet, or from `style`."""
    top = _top(drawing)
    step = _step(top)
    # A step above the highest, so that no edge hides in the frame.
    most = drawing.least if drawing.whole else step * (int(top / step) + 1)
    sheet = _Sheet(drawing, layout, most, step)
    y = 0.0
    if drawing.rates:
        y = _doses(sheet, y)
    for row in drawing.rows:
        y = _row(sheet, row, y)
    y = _hours(sheet, y)
    for note in drawing.notes:
        for line in wrapped(note, "t", layout.width):
            sheet.front.text(0, y, line)
            y += _LINE
    key = f"{drawing.key}-{layout.name}"
    inside = f"<style>{style}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline levels" '
        f'viewBox="-2 -4 {place(layout.width + 4)} '
        f'{place(y + 4)}" width="{place(layout.width + 4)}" height="{place(y + 4)}" role="img" '
        f'aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{_safe(drawing.title)}</title>'
        f'<desc id="{key}-d">{_safe(drawing.summary)}</desc>{inside}'
        f"{sheet.back.joined()}{sheet.front.joined()}</svg>"
    )


def _safe(text: str) -> str:
    return escape(plain(text), quote=False)


def _step(top: float) -> float:
    whole = Fraction(1)
    while top * whole < 4 and whole < 10**6:  # small effects and levels need steps below one
        whole *= 10
    return float(nice_step(Fraction(top * float(whole)).limit_denominator(10**6), 5) / whole)


def _doses(sheet: _Sheet, y: float) -> float:
    """The rates as filled steps, and single doses as marks with their amount."""
    drawing, high = sheet.drawing, 34.0
    most = max([one.mg_per_h for one in drawing.rates if not one.mg] or [1.0]) or 1.0
    words: tuple[Span, ...] = ((drawing.rate_title, "b a"),)
    sheet.front.text(0, y + 11, words)
    foot = y + (3 if any(one.mg for one in drawing.rates) else 2) * _LINE + high
    for column in range(sheet.layout.columns):
        sheet.back.line(sheet.left(column), foot, sheet.left(column) + sheet.wide, foot, "axis")
        lines: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
        # What lasts longest is named first; single doses go before all.
        for one in sorted(drawing.rates, key=lambda rate: (not rate.mg, rate.start_h - rate.end_h)):
            start, end = sheet.x(column, one.start_h), sheet.x(column, min(one.end_h, drawing.end_h))
            if one.mg:
                sheet.front.path(
                    [("M", start - 4, foot - 14), ("L", start + 4, foot - 14), ("L", start, foot - 6)],
                    "ketamine",
                    close=True,
                )
                sheet.front.line(start, foot - 8, start, foot, "ketamine-line")
                label: tuple[Span, ...] = ((f"{one.mg:.3g}{NBSP}mg", "a"),)
            else:
                tall = one.mg_per_h / most * high
                sheet.back.rect(start, foot - tall, end - start, tall, "rate")
                label = ((f"{one.mg_per_h:.3g}{NBSP}mg/h", "a"),)
            at = start if not one.mg else start - span_width(label) / 2
            at = min(max(at, sheet.left(column)), sheet.left(column) + sheet.wide - span_width(label))
            until = at + span_width(label)
            taken = lines[bool(one.mg)]  # single doses and rates have a line of labels each
            if all(at >= end_ + 6 or until <= start_ - 6 for start_, end_ in taken):
                sheet.front.text(at, foot - high - 5 - (_LINE if one.mg else 0), label)
                taken.append((at, until))
    return foot + 14


def _row(sheet: _Sheet, row: Row, y: float) -> float:
    lead: tuple[Span, ...] = ((row.title, "b i"), (f"{NBSP * 2}{row.detail}", "t"))
    if span_width(lead) > sheet.layout.width:
        sheet.front.text(0, y + 11, ((row.title, "b i"),))
        y += _LINE
        for line in wrapped(row.detail, "t", sheet.layout.width):
            sheet.front.text(0, y + 11, line)
            y += _LINE
    else:
        sheet.front.text(0, y + 11, lead)
        y += _LINE
    sheet.back.line(0, y + 4, sheet.layout.width, y + 4, "axis")
    y += 10
    if sheet.layout.columns == 1:
        for panel in row.panels:
            y = _panel(sheet, panel, 0, y, _legend_height(sheet, panel))
            _ranges(sheet, 1, y)
            y += 16
        return y + 4
    tall = max(_legend_height(sheet, panel) for panel in row.panels)
    bottom = y
    for column, panel in enumerate(row.panels):
        bottom = _panel(sheet, panel, column, y, tall)
    _ranges(sheet, sheet.layout.columns, bottom)
    return bottom + 22


def _legend_height(sheet: _Sheet, panel: Panel) -> float:
    rows = sum(len(_legend(sheet, band)) for band in panel.bands)
    return _LINE * (1 + rows) + 8


def _legend(sheet: _Sheet, band: DrawnBand) -> list[tuple[Span, ...]]:
    said = f"{band.label}{', ' if band.detail else ''}{band.detail}"
    return wrapped(said, "", sheet.wide - 34 + _AXIS_LEFT / 2)


def _panel(sheet: _Sheet, panel: Panel, column: int, y: float, tall: float) -> float:
    left, front, back = sheet.left(column), sheet.front, sheet.back
    front.text(left, y + 11, fitted(panel.title, "b", sheet.wide))
    line_y = y + _LINE
    for band in panel.bands:
        fill, edge = _CLASSES[band.style]
        flat = band.low == band.high
        if not flat:
            front.rect(left, line_y + 3, 20, 8, fill)
        else:
            front.line(left, line_y + 7, left + 20, line_y + 7, edge)
        for words in _legend(sheet, band):
            front.text(left + 28, line_y + 11, words)
            line_y += _LINE
    top = y + tall
    bottom = top + sheet.layout.height
    if sheet.drawing.now_h is not None:
        now = sheet.x(column, sheet.drawing.now_h)
        back.rect(now, top, left + sheet.wide - now, bottom - top, "ground")
    for one in sheet.drawing.ranges:
        if one.style == "bar":
            continue
        upper, lower = sheet.y(bottom, one.high), sheet.y(bottom, one.low)
        back.rect(left, upper, sheet.wide, lower - upper, f"range-{one.style}")
    mark = 0.0
    while mark <= sheet.most * 1.0001:
        back.line(
            left, sheet.y(bottom, mark), left + sheet.wide, sheet.y(bottom, mark), "grid" if mark else "axis"
        )
        front.text(left - 6, sheet.y(bottom, mark) + 4, ((f"{mark:,.4g}", "t"),), "r")
        mark += sheet.step
    front.text(left - _AXIS_LEFT + 4, top - 10, ((sheet.drawing.unit, "t"),))
    _grid(sheet, column, top, bottom)
    if panel.absent:
        for index, words in enumerate(wrapped(panel.absent, "t", sheet.wide - 24)):
            front.text(left + 12, top + 40 + index * _LINE, words)
    for band in panel.bands:
        _band(sheet, band, column, bottom)
    for dot in panel.dots:
        front.circle(sheet.x(column, dot.hour), sheet.y(bottom, dot.level), 3.6, "dot")
    if sheet.drawing.now_h is not None:
        now = sheet.x(column, sheet.drawing.now_h)
        front.line(now, top, now, bottom, "window")
        label: tuple[Span, ...] = (("now", "b i"),)
        room = left + sheet.wide - now
        front.text(now + 4 if room > 40 else now - 4, top + 12, label, "" if room > 40 else "r")
    return bottom


def _band(sheet: _Sheet, band: DrawnBand, column: int, bottom: float) -> None:
    fill, edge = _CLASSES[band.style]
    upper = [
        (sheet.x(column, hour), sheet.y(bottom, level))
        for hour, level in zip(band.hours, band.high, strict=True)
    ]
    lower = [
        (sheet.x(column, hour), sheet.y(bottom, level))
        for hour, level in zip(band.hours, band.low, strict=True)
    ]
    if not upper:
        return
    steps = [("M" if number == 0 else "L", x, y) for number, (x, y) in enumerate(upper)]
    if band.low == band.high:
        sheet.front.path(steps, edge)
    else:
        steps += [("L", x, y) for x, y in reversed(lower)]
        sheet.front.path(steps, fill, close=True)
    if band.end:
        words: tuple[Span, ...] = ((band.end, "b a" if band.style == "first" else "b"),)
        x = sheet.left(column) + sheet.wide - 4
        begins = x - span_width(words) - 6
        under = [y for at, y in upper if at >= begins] or [upper[-1][1]]
        least = bottom - sheet.layout.height + 12
        if sheet.drawing.now_h is not None and begins < sheet.x(column, sheet.drawing.now_h) + 40:
            least += _LINE  # where the two would meet, it stands under the word for now
        sheet.front.text(x, max(min(under) - 6, least), words, "r")


def _ranges(sheet: _Sheet, columns: int, bottom: float) -> None:
    """The ranges as bars at the right side, each with its name and its ends; none covers another's words."""
    shown = sheet.drawing.ranges
    if not shown:
        return
    left = sheet.left(columns - 1) + sheet.wide + 6
    words_at = left + len(shown) * (_BAR + 3) + 4
    room = sheet.layout.width - words_at
    texts = [[*wrapped(one.title, "", room), ((f"{one.low:.3g} to {one.high:.3g}", "t"),)] for one in shown]
    middles = [sheet.y(bottom, min((one.low + one.high) / 2, sheet.most)) for one in shown]
    heights = [len(lines) * 13.0 + 5 for lines in texts]
    tops = spread(
        [middle - tall / 2 for middle, tall in zip(middles, heights, strict=True)],
        heights,
        bottom - sheet.layout.height,
        bottom,
    )
    for index, (one, lines) in enumerate(zip(shown, texts, strict=True)):
        x = left + index * (_BAR + 3)
        upper, lower = sheet.y(bottom, min(one.high, sheet.most)), sheet.y(bottom, one.low)
        sheet.front.rect(x, upper, _BAR, lower - upper, f"range-{one.style}-bar")
        sheet.front.line(x + _BAR, middles[index], words_at - 3, tops[index] + heights[index] / 2, "leader")
        for number, words in enumerate(lines):
            sheet.front.text(words_at, tops[index] + 11 + number * 13, words)


def _marks(sheet: _Sheet) -> tuple[list[float], bool]:
    """The hours that are marked, and whether they are named as days."""
    end, most = sheet.drawing.end_h, 8 if sheet.wide > 260 else 5
    if end <= _DAYS_FROM_H:
        step = next((one for one in _HOUR_STEPS if end / one <= most), _HOUR_STEPS[-1])
        return [float(hour) for hour in range(0, int(end) + 1, step)], False
    step = int(nice_step(Fraction(int(end // 24) + 1), most)) * 24
    return [float(hour) for hour in range(0, int(end) + 1, step)], True


def _grid(sheet: _Sheet, column: int, top: float, bottom: float) -> None:
    for hour in _marks(sheet)[0]:
        if hour:
            sheet.back.line(sheet.x(column, hour), top, sheet.x(column, hour), bottom, "grid")


def _hours(sheet: _Sheet, y: float) -> float:
    """The time axis, labelled once under the last row."""
    marks, days = _marks(sheet)
    for column in range(sheet.layout.columns):
        for hour in marks:
            x = sheet.x(column, hour)
            sheet.back.line(x, y - 22, x, y - 17, "axis")
            shown = hour / 24 if days else hour
            sheet.front.text(x, y - 4, ((f"{shown:g}", "t"),), "m")
    sheet.front.text(
        sheet.left(0), y + 12, ((f"{'Days' if days else 'Hours'} since {sheet.drawing.clock}", "t"),)
    )
    return y + 34
