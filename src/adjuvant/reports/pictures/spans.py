"""All regimens on one logarithmic scale: from the first dose to the highest, in milligrams in 24 hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

from adjuvant.protocol.compare import Compared
from adjuvant.quantity import Quantity
from adjuvant.reports.figure.labels import fitted, wrapped
from adjuvant.reports.figure.svg import Span, Svg, span_width
from adjuvant.reports.pictures.over_time import drawable, panels
from adjuvant.reports.pictures.standalone import standing_alone
from adjuvant.reports.words import NBSP, count, number

__all__ = ["spans_svg"]

_WIDTH, _LEFT, _RIGHT, _ROW, _LINE = 1104.0, 216.0, 368.0, 19.0, 15.0
_X0, _X1 = _LEFT, _WIDTH - _RIGHT
# The columns at the right: figures, ceilings and rules end where they say, the words of evidence begin there.
_DOSES, _CAPS, _RULES, _SHOWN = _X1 + 118, _X1 + 206, _X1 + 256, _X1 + 270
_MARKS = (1, 2, 5)
_ROOM = 1.02
_NEGATIVE = "negative_rct"
_EVIDENCE = {"none": "no results", _NEGATIVE: "negative trial"}
_GROUPS = (
    ("Into a vein, without a break", ("intravenous",), ("continuous_infusion",)),
    ("Into a vein, single doses and timed infusions", ("intravenous",), ("slow_bolus", "timed_infusion")),
    ("Under the skin, without a break", ("subcutaneous",), ("syringe_driver", "continuous_infusion")),
    ("Under the skin, injections", ("subcutaneous",), ("injection",)),
    ("By mouth, tongue and cheek", ("oral", "sublingual", "buccal"), ("oral", "sublingual", "buccal")),
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
    figures = [
        one.in_("mg/d") for row in rows for one in (*(row.start or ()), *_ends(row)) if one is not None
    ]
    if not figures:
        return standing_alone("No dose to compare", "No regimen among these has a dose.", _WIDTH, 40)
    # The last mark stands at the next 1, 2 or 5 of a decade, so that no bar ends at the edge.
    scale = _Scale(floor(log10(float(min(figures)))), _next_mark(float(max(figures)) * _ROOM))
    found = next((row for row in rows if row.protocol == marked and row.start), None)
    y = _heading(scale, weight, rows, _founding_words(found))
    top = y
    for title, members in _grouped(rows):
        y = _group(scale, title, members, y)
    _grid(scale, top, y)
    _founding(scale, found, top, y)
    y = _over_time(scale, rows, y + 56)
    y = _foot(scale, note, y)
    title = f"Doses of {len(rows)} regimens in 24 hours at {weight.for_people()}"
    return standing_alone(title, _summary(rows), _WIDTH, y + 8, scale.back, scale.front)


def _ends(row: Compared) -> tuple[Quantity | None, ...]:
    return (row.top, row.cap, row.usual) if row.start is not None else ()


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


def _heading(scale: _Scale, weight: Quantity, rows: Sequence[Compared], founding: str) -> float:
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
    x = named("up to the most that its own levels come to")
    _arrow(front, x, y)
    x = named("may rise, and nothing says how far")
    _block(front, x + 13, x + 13, y, esketamine=True)
    named("S-ketamine, another drug")
    x, y = 0.0, y + 20
    _hard(front, x + 13, y, esketamine=False)
    x = named("its own cap, never passed")
    _soft(front, x + 13, y, esketamine=False)
    x = named("soft: asks for a review, caps nothing")
    _diamond(front, x + 13, y)
    x = named("its own randomised trial was negative")
    if founding:
        front.line(x + 13, y - 8, x + 13, y + 8, "founding")
        named(founding)
    return y + 34


def _what() -> str:
    return (
        "The scale is logarithmic: each step to the next bold line is ten times the dose. "
        "Rules: how many decide who may have it."
    )


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
    front.text(_SHOWN, y + 4, ((evidence, "b i" if negative else "t"),))
    front.text(_RULES, y + 4, ((str(row.entry), "t"),), "r")
    if row.start is None:
        front.text(_X0 + 6, y + 4, fitted(f"{row.why_not}", "t", _X1 - _X0 - 12))
        return
    front.text(_CAPS, y + 4, ((_caps(row), ""),), "r")
    esketamine = row.drug == "esketamine"
    low, high = (float(end.in_("mg/d")) for end in row.start)
    if row.top is not None and row.top.in_("mg/d") > row.start[1].in_("mg/d"):
        _reach(front, scale.x(high), scale.x(float(row.top.in_("mg/d"))), y, esketamine=esketamine)
    elif row.top is None and row.rises:
        _arrow(front, scale.x(high), y)
    _ceilings(scale, row, y, esketamine=esketamine)
    _block(front, scale.x(low), scale.x(high), y, esketamine=esketamine)
    front.text(_DOSES, y + 4, ((_figures(row), ""),), "r")


def _ceilings(scale: _Scale, row: Compared, y: float, *, esketamine: bool) -> None:
    """The cap and the soft ceiling, with a thin line to what lies beyond the levels."""
    if row.start is None:
        return
    reached = max(row.start[1], row.top) if row.top is not None else row.start[1]
    for one, mark in ((row.cap, _hard), (row.usual, _soft)):
        if one is None:
            continue
        if one > reached:
            scale.front.line(
                scale.x(float(reached.in_("mg/d"))), y, scale.x(float(one.in_("mg/d"))), y, "beyond"
            )
        mark(scale.front, scale.x(float(one.in_("mg/d"))), y, esketamine=esketamine)


def _caps(row: Compared) -> str:
    """The ceilings of a row in figures; a soft one says so."""
    cap = number(row.cap.in_("mg/d")) if row.cap is not None else ""
    soft = f"soft {number(row.usual.in_('mg/d'))}" if row.usual is not None else ""
    return ", ".join(one for one in (cap, soft, "a choice" if row.printed else "") if one) or "none"


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


def _hard(svg: Svg, x: float, y: float, *, esketamine: bool) -> None:
    """A cap: a closed stroke."""
    svg.line(x, y - 7, x, y + 7, "s-cap" if esketamine else "cap")


def _soft(svg: Svg, x: float, y: float, *, esketamine: bool) -> None:
    """A soft ceiling: an open bracket that holds nothing back."""
    steps = [
        ("M", x - 4, y - 6),
        ("L", x, y - 6),
        ("L", x, y - 2.2),
        ("M", x, y + 2.2),
        ("L", x, y + 6),
        ("L", x - 4, y + 6),
    ]
    svg.path(steps, "s-soft" if esketamine else "soft")


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
    for x, name in ((_DOSES, "mg in 24 h"), (_CAPS, "cap"), (_RULES, "rules")):
        scale.front.text(x, top - 8, ((name, "t"),), "r")
    scale.front.text(_SHOWN, top - 8, (("evidence", "t"),))


def _founding_words(found: Compared | None) -> str:
    if found is None or found.start is None:
        return ""
    return f"{number(found.start[0].in_('mg/d'))}{NBSP}mg, the first dose of {found.protocol}"


def _founding(scale: _Scale, found: Compared | None, top: float, bottom: float) -> None:
    """The first dose of the founding protocol as a line through all rows, named at its foot too."""
    if found is None or found.start is None:
        return
    x = scale.x(float(found.start[0].in_("mg/d")))
    scale.back.line(x, top - 4, x, bottom + 20, "founding")
    scale.front.text(x + 4, bottom + 28, ((_founding_words(found), "i"),))


def _over_time(scale: _Scale, rows: Sequence[Compared], y: float) -> float:
    """The dose over the first days, of all that say enough to reckon it."""
    shown = [row for _, members in _grouped(rows) for row in drawable(members)]
    if not shown:
        return y - 30
    scale.front.text(0, y, (("Over the first days, in milligrams in 24 hours", "b i"),))
    words = "Filled: if it rises whenever it may, until its course ends. Dotted: if it never rises."
    if len(shown) < len(rows):
        words += f" Not drawn, because their sources do not say enough: {len(rows) - len(shown)}."
    scale.front.text(0, y + _LINE, ((words, "t"),))
    return panels(scale.back, scale.front, shown, y + 2 * _LINE, _WIDTH) + 4


def _foot(scale: _Scale, note: str, y: float) -> float:
    y += 24
    for line in wrapped(note, "i", _WIDTH):
        scale.front.text(0, y, line)
        y += _LINE
    return y


def _summary(rows: Sequence[Compared]) -> str:
    parts = [
        f"{row.protocol} {row.regimen}, {row.drug}, {row.route}: {_figures(row) or row.why_not}"
        + (f", cap {_caps(row)}" if row.start is not None else "")
        + (", its own trial negative" if row.evidence == _NEGATIVE else "")
        for _, members in _grouped(rows)
        for row in members
    ]
    return "; ".join(parts) + "."
