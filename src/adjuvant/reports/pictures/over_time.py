"""The dose over the first days: one panel a regimen, at its fastest rise and at none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from adjuvant.protocol.compare import Compared
from adjuvant.quantity import Quantity
from adjuvant.reports.figure.labels import fitted, wrapped
from adjuvant.reports.figure.sheet import nice_step
from adjuvant.reports.figure.svg import Svg
from adjuvant.reports.pictures.standalone import standing_alone
from adjuvant.reports.words import NBSP, number

__all__ = ["drawable", "over_time_svg", "panels"]

_ACROSS, _GAP, _HIGH, _TITLE, _AXIS, _LINE = 4, 44.0, 74.0, 22.0, 30.0, 15.0
_DAY = 24
_OTHER_FACE = 0.8
"""How much narrower our typeface is than what a browser may take in its stead, with room to spare."""


def drawable(rows: Sequence[Compared]) -> list[Compared]:
    """Those whose dose over time is known and runs for an hour or more; a push is no course."""
    return [row for row in rows if row.over_time and row.over_time[-1].end_h > 1]


def over_time_svg(rows: Sequence[Compared], weight: Quantity, title: str) -> str:
    """The panels of one protocol as an SVG file without embedded faces; empty where none can be drawn."""
    shown = drawable(rows)
    if not shown:
        return ""
    width, front, back = 720.0, Svg(), Svg()
    front.parts.append(f'<text class="head" x="0" y="16">{_escaped(title)}</text>')
    y = 36.0
    words = (
        f"Milligrams in 24 hours at {weight.for_people()}. Filled: if it rises whenever it may. "
        "Dotted: if it never rises. What a source says, and no advice."
    )
    for line in wrapped(words, "t", width * _OTHER_FACE):
        front.text(0, y, line)
        y += _LINE
    y = panels(back, front, shown, y + 8, width, min(2, len(shown)))
    told = "; ".join(f"{row.protocol} {row.regimen}: {_told(row)}" for row in shown)
    return standing_alone(title, f"{words} {told}.", width, y, back, front, faces=False)


def panels(
    back: Svg, front: Svg, rows: Sequence[Compared], top: float, width: float, across: int = _ACROSS
) -> float:
    """Panels side by side on one scale, from `top` downward; the row after them."""
    most = max(one.mg_per_h * _DAY for row in rows for one in row.over_time)
    step = nice_step(most, 3)
    high = float(step) * (int(most / step) + (1 if most % step else 0))
    days = max(1, -(-max(one.end_h for row in rows for one in row.over_time) // _DAY))
    wide = (width - _GAP * across) / across
    for index, row in enumerate(rows):
        left = _GAP + (index % across) * (wide + _GAP)
        y = top + (index // across) * (_TITLE + _HIGH + _AXIS)
        _panel(back, front, row, (left, y + _TITLE, wide), (high, float(step), int(days)))
    return top + -(-len(rows) // across) * (_TITLE + _HIGH + _AXIS)


def _panel(
    back: Svg,
    front: Svg,
    row: Compared,
    place: tuple[float, float, float],
    scale: tuple[float, float, int],
) -> None:
    left, top, wide = place
    high, step, days = scale
    bottom = top + _HIGH

    def x(hours: Fraction) -> float:
        return left + float(hours) / (days * _DAY) * wide

    def level(daily: float) -> float:
        return bottom - daily / high * _HIGH

    front.text(
        left,
        top - 8,
        fitted(f"{row.protocol}{NBSP}{row.regimen.replace('_', ' ')}", "b i", wide * _OTHER_FACE),
    )
    mark = 0.0
    while mark <= high:
        back.line(left, level(mark), left + wide, level(mark), "axis" if mark == 0 else "grid")
        front.text(left - 6, level(mark) + 4, ((f"{mark:,.0f}", "t"),), "r")
        mark += step
    for day in range(days + 1):
        back.line(left + wide * day / days, bottom, left + wide * day / days, bottom + 4, "axis")
        if day < days:
            words = f"day{NBSP}{day + 1}" if day == 0 else str(day + 1)
            front.text(left + wide * (day + 0.5) / days, bottom + 15, ((words, "t"),), "m")
    for one in row.over_time:
        y = level(float(one.mg_per_h * _DAY))
        back.rect(x(one.start_h), y, max(x(one.end_h) - x(one.start_h), 1.5), bottom - y, "dose-area")
    front.path(_outline(row, x, level, bottom), "dose-line")
    if row.rises and row.kept:
        daily = row.kept[0].mg_per_h * _DAY
        front.line(x(Fraction(0)), level(float(daily)), x(row.kept[-1].end_h), level(float(daily)), "beyond")


def _outline(
    row: Compared, x: Callable[[Fraction], float], level: Callable[[float], float], bottom: float
) -> list[tuple[str, float, float]]:
    """The upper edge of the dose; it comes down only where ketamine stops."""
    steps: list[tuple[str, float, float]] = []
    until: Fraction | None = None
    for one in row.over_time:
        y = level(float(one.mg_per_h * _DAY))
        follows = until == one.start_h
        if until is not None and not follows:
            steps.append(("L", x(until), bottom))
        steps.append(("L" if follows else "M", x(one.start_h), y if follows else bottom))
        steps += [("L", x(one.start_h), y), ("L", x(one.end_h), y)]
        until = one.end_h
    if row.ends and until is not None:
        steps.append(("L", x(until), bottom))
    return steps


def _told(row: Compared) -> str:
    """The stretches in words, for who cannot see them."""
    return ", ".join(
        f"hour {number(one.start_h)} to {number(one.end_h)}: {number(one.mg_per_h * _DAY)}{NBSP}mg a day"
        for one in row.over_time
    )


def _escaped(text: str) -> str:
    from html import escape

    return escape(text, quote=False)
