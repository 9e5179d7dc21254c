"""All regimens on one logarithmic scale: from the first dose to the highest, in milligrams in 24 hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

from adjuvant.protocol.compare import Compared
from adjuvant.quantity import Quantity
from adjuvant.reports.figure.labels import fitted, wrapped
from adjuvant.reports.figure.svg import Span, Svg, span_width
from adjuvant.reports.pictures.standalone import standing_alone
from adjuvant.reports.words import NBSP, count, number

__all__ = ["spans_svg"]

_WIDTH, _LEFT, _RIGHT, _ROW, _LINE = 1104.0, 252.0, 236.0, 19.0, 15.0
_X0, _X1 = _LEFT, _WIDTH - _RIGHT
_MARKS = (1, 2, 5)
_ROOM = 1.02
_NEGATIVE = "negative_rct"
_EVIDENCE = {"none": "no results", _NEGATIVE: "negative trial"}
_GROUPS = (
    ("Into a vein, without a break", ("intravenous",), ("continuous_infusion",)),
    ("Into a vein, single doses and timed infusions", ("intravenous",), ("slow_bolus", "timed_infusion")),
    ("Under the skin, without a break", ("subcutaneous",), ("syringe_driver", "continuous_infusion")),
    ("Under the skin, injections", ("subcutaneous",), ("injection",)),
    ("By mouth and under the tongue", ("oral", "sublingual"), ("oral", "sublingual")),
    ("By the nose", ("nasal",), ("intranasal",)),
)


@dataclass(slots=True)
class _Scale:
    low: int
    high: float
    back: Svg = field(default_factory=Svg)
    front: Svg = field(default_factory=Svg)

    def x(self, value: float) -> float:
        share = (log10(value) - self.low) / (self.high - self.low)
        return _X0 + share * (_X1 - _X0)


def spans_svg(rows: Sequence[Compared], weight: Quantity, note: str, marked: str = "") -> str:
    """The figure as one SVG file.

    Args:
        weight: what doses per kilogram are worked out at.
        note: the honest sentence on the evidence, which stands beneath.
        marked: key of the protocol whose first dose is drawn through all rows; empty for none.
    """
    figures = [one.in_("mg/d") for row in rows for one in (*(row.start or ()), row.top) if one is not None]
    if not figures:
        return standing_alone("No dose to compare", "No regimen among these has a dose.", _WIDTH, 40)
    # The last mark stands at the next 1, 2 or 5 of a decade, so that no bar ends at the edge.
    scale = _Scale(floor(log10(float(min(figures)))), _next_mark(float(max(figures)) * _ROOM))
    y = _heading(scale, weight, rows)
    top = y
    for title, members in _grouped(rows):
        y = _group(scale, title, members, y)
    _grid(scale, top, y)
    _founding(scale, rows, marked, top, y)
    y = _foot(scale, note, y + 26)
    title = f"Doses of {len(rows)} regimens in 24 hours at {weight.for_people()}"
    return standing_alone(title, _summary(rows), _WIDTH, y + 8, scale.back, scale.front)


def _next_mark(value: float) -> float:
    decade = floor(log10(value))
    above = (many * 10.0**decade for many in (*_MARKS, 10) if many * 10.0**decade >= value)
    return log10(next(above))


def _grouped(rows: Sequence[Compared]) -> list[tuple[str, list[Compared]]]:
    found = [
        (title, sorted((row for row in rows if row.route in routes and row.mode in modes), key=_order))
        for title, routes, modes in _GROUPS
    ]
    placed = {id(row) for _, members in found for row in members}
    found.append(("By other routes", sorted((row for row in rows if id(row) not in placed), key=_order)))
    return [(title, members) for title, members in found if members]


def _order(row: Compared) -> tuple[bool, float, float, str]:
    start = float(row.start[0].in_("mg/d")) if row.start else 0.0
    return row.start is None, start, float(row.top.in_("mg/d")) if row.top else start, row.protocol


def _heading(scale: _Scale, weight: Quantity, rows: Sequence[Compared]) -> float:
    front = scale.front
    title = f"Ketamine as {len(rows)} regimens give it, in milligrams in 24 hours at {weight.for_people()}"
    front.parts.append(f'<text class="head" x="0" y="22">{title}</text>')
    front.text(0, 43, (("Of single doses, the day on which one is given. ", ""), (_what(), "t")))
    x, y = 0.0, 66.0

    def named(words: str) -> float:
        front.text(x + 34, y + 4, ((words, ""),))
        return x + 34 + span_width(((words, ""),)) + 22

    _block(front, x, x + 26, y, esketamine=False)
    x = named("first dose, or the span of it")
    _reach(front, x, x + 26, y, esketamine=False)
    x = named("up to the highest that its source gives")
    _arrow(front, x, y)
    x = named("rises, and no highest is given")
    _block(front, x + 13, x + 13, y, esketamine=True)
    x = named("S-ketamine, another drug")
    _diamond(front, x + 13, y)
    named("its own randomised trial was negative")
    return y + 34


def _what() -> str:
    return "The scale is logarithmic: each step to the next bold line is ten times the dose."


def _group(scale: _Scale, title: str, members: list[Compared], y: float) -> float:
    scale.front.text(0, y + 12, ((title, "b i"), (f"{NBSP * 2}{count(len(members), 'regimen')}", "t")))
    scale.back.line(0, y + 18, _WIDTH, y + 18, "axis")
    y += 20
    several = {row.protocol for row in members if sum(one.protocol == row.protocol for one in members) > 1}
    for index, row in enumerate(members):
        if index % 2:
            scale.back.rect(0, y, _WIDTH, _ROW, "row")
        _row(scale, row, y + _ROW / 2, row.protocol in several)
        y += _ROW
    return y + 12


def _row(scale: _Scale, row: Compared, y: float, named: bool) -> None:
    front, negative = scale.front, row.evidence == _NEGATIVE
    label: tuple[Span, ...] = ((row.protocol, "b i" if negative else "i"),)
    if named:
        label = (*label, (f"{NBSP}{row.regimen.replace('_', ' ')}", "t"))
    front.text(14, y + 4, label)
    if negative:
        _diamond(front, 6, y)
    evidence = _EVIDENCE.get(row.evidence, row.evidence.replace("_", " "))
    front.text(_X1 + 138, y + 4, ((evidence, "b i" if negative else "t"),))
    if row.start is None:
        front.text(_X0 + 6, y + 4, fitted(f"{row.why_not}", "t", _X1 - _X0 - 12))
        return
    esketamine = row.drug == "esketamine"
    low, high = (float(end.in_("mg/d")) for end in row.start)
    if row.top is not None and row.top.in_("mg/d") > row.start[1].in_("mg/d"):
        _reach(front, scale.x(high), scale.x(float(row.top.in_("mg/d"))), y, esketamine=esketamine)
    elif row.top is None and row.rises:
        _arrow(front, scale.x(high), y)
    _block(front, scale.x(low), scale.x(high), y, esketamine=esketamine)
    front.text(_X1 + 126, y + 4, ((_figures(row), ""),), "r")


def _figures(row: Compared) -> str:
    if row.start is None:
        return ""
    low, high = (one.in_("mg/d") for one in row.start)
    words = number(low) if low == high else f"{number(low)}–{number(high)}"
    if row.top is not None and row.top.in_("mg/d") > high:
        return f"{words} to {number(row.top.in_('mg/d'))}"
    return f"{words} and more" if row.top is None and row.rises else words


def _block(svg: Svg, left: float, right: float, y: float, *, esketamine: bool) -> None:
    """The first dose: a dot, or as long as its span."""
    classes = "s-start" if esketamine else "racemic"
    if right - left < 9:
        svg.circle((left + right) / 2, y, 4.6, classes)
    else:
        svg.rect(left, y - 4.5, right - left, 9, classes)


def _reach(svg: Svg, left: float, right: float, y: float, *, esketamine: bool) -> None:
    svg.rect(left, y - 2.5, right - left, 5, "s-reach" if esketamine else "reach")
    svg.line(right, y - 6, right, y + 6, "s-cap" if esketamine else "cap")


def _arrow(svg: Svg, x: float, y: float) -> None:
    svg.line(x, y, x + 26, y, "open-end")
    svg.path([("M", x + 22, y - 4), ("L", x + 27, y), ("L", x + 22, y + 4)], "dose-line")


def _diamond(svg: Svg, x: float, y: float) -> None:
    steps = [("M", x, y - 5.5), ("L", x + 5.5, y), ("L", x, y + 5.5), ("L", x - 5.5, y)]
    svg.path(steps, "negative", close=True)


def _grid(scale: _Scale, top: float, bottom: float) -> None:
    for decade in range(scale.low, ceil(scale.high) + 1):
        for many in _MARKS:
            value = many * 10.0**decade
            if log10(value) > scale.high:
                break
            x = scale.x(value)
            scale.back.line(x, top - 4, x, bottom, "decade" if many == 1 else "grid")
            words = ((f"{value:,.0f}" if value >= 1 else f"{value:g}", "b i" if many == 1 else ""),)
            for y in (top - 8, bottom + 14):
                scale.front.text(x, y, words, "m")
    scale.front.text(_X1 + 126, top - 8, (("mg in 24 h", "t"),), "r")
    scale.front.text(_X1 + 138, top - 8, (("evidence", "t"),))


def _founding(scale: _Scale, rows: Sequence[Compared], marked: str, top: float, bottom: float) -> None:
    found = next((row for row in rows if row.protocol == marked and row.start), None)
    if found is None or found.start is None:
        return
    value = found.start[0].in_("mg/d")
    x = scale.x(float(value))
    scale.back.line(x, top - 4, x, bottom + 20, "founding")
    words = f"{number(value)}{NBSP}mg: the first dose of {marked}, the founding protocol"
    scale.front.text(x + 4, bottom + 28, ((words, "i"),))


def _foot(scale: _Scale, note: str, y: float) -> float:
    y += 24
    for line in wrapped(note, "i", _WIDTH):
        scale.front.text(0, y, line)
        y += _LINE
    return y


def _summary(rows: Sequence[Compared]) -> str:
    parts = [
        f"{row.protocol} {row.regimen}, {row.drug}, {row.route}: {_figures(row) or row.why_not}"
        + (", its own trial negative" if row.evidence == _NEGATIVE else "")
        for _, members in _grouped(rows)
        for row in members
    ]
    return "; ".join(parts) + "."
