"""The course of one patient: dose, pain and rescue doses over time, and what was advised at each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.guidance import Guidance, Status
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import is_rate, per_weight
from adjuvant.quantity import Quantity
from adjuvant.reports.figure.labels import wrapped
from adjuvant.reports.figure.sheet import nice_step
from adjuvant.reports.figure.svg import Svg, span_width
from adjuvant.reports.pictures.standalone import standing_alone
from adjuvant.reports.words import NBSP, amount, number
from adjuvant.timeline import hours_between

__all__ = ["course_svg"]

_WIDTH, _X0, _LINE = 1056.0, 150.0, 15.0
_X1 = _WIDTH - 12
_DOSE, _PAIN = 190.0, 130.0
_BADGES = {
    Status.START: "badge-up", Status.RAISE: "badge-up",
    Status.LOWER: "badge-down", Status.HOLD: "badge-down", Status.STOP: "badge-down",
}  # fmt: skip


@dataclass(slots=True)
class _Sheet:
    begins: datetime
    ends: datetime
    back: Svg = field(default_factory=Svg)
    front: Svg = field(default_factory=Svg)

    def x(self, at: datetime) -> float:
        """Where an instant stands."""
        inside = min(max(at, self.begins), self.ends)
        share = hours_between(self.begins, inside) / hours_between(self.begins, self.ends)
        return _X0 + float(share) * (_X1 - _X0)

    def title(self, y: float, strong: str, detail: str) -> None:
        """A panel's title at its left."""
        self.front.text(0, y, ((strong, "b i"),))
        for index, line in enumerate(wrapped(detail, "t", _X0 - 46)):
            self.front.text(0, y + _LINE * (index + 1), line)


def course_svg(
    title: str, rule: str, situation: Situation, asked: Sequence[Guidance], weight: DosingWeight | None
) -> str:
    """The figure as one SVG file.

    Args:
        rule: what the steps follow, in words.
        situation: of the last step, with all that was charted until then.
        asked: what was advised, oldest first; two or more.
        weight: what doses per kilogram are worked out with; without it a chart per kilogram is drawn as such.
    """
    charted = [one.at for one in situation.facts.ketamine]
    begins = min([asked[0].instant, *charted])
    ends = max(asked[-1].instant, situation.instant) + timedelta(hours=1)
    sheet = _Sheet(begins, ends)
    y = _heading(sheet, title, rule, asked[0])
    top = y
    y = _doses(sheet, situation, weight, y + 24)
    y = _pain(sheet, situation, y + 30)
    y = _rescues(sheet, situation, y + 14)
    _hours(sheet, y)
    _steps(sheet, asked, top, y)
    y = _table(sheet, asked, y + 52)
    words = "; ".join(_step_words(sheet, n, one) for n, one in enumerate(asked, 1))
    return standing_alone(title, f"{rule} {words}", _WIDTH, y, sheet.back, sheet.front)


def _heading(sheet: _Sheet, title: str, rule: str, first: Guidance) -> float:
    from html import escape

    sheet.front.parts.append(f'<text class="head" x="0" y="16">{escape(title, quote=False)}</text>')
    run_by = f"{first.protocol}, {first.regimen}; an invented patient"
    example = ", at an example site that is no hospital's own" if first.example else ""
    y = 36.0
    sheet.front.text(0, y, ((run_by + example, "t"),))
    for line in wrapped(rule, "", _WIDTH - 60):
        y += _LINE + 1
        sheet.front.text(0, y, line)
    return y + 22


def _doses(sheet: _Sheet, situation: Situation, weight: DosingWeight | None, top: float) -> float:
    """Rates as steps, single doses as bars; the numbers are what was charted, in milligrams."""
    state, bottom = situation.state, top + _DOSE
    daily = all("/d" in dose.unit.code for _, _, dose in state.rates)
    rates = [
        (start, end or situation.instant, _plain(dose, weight, daily=daily))
        for start, end, dose in state.rates
    ]
    single = [(one.at, _plain(one.dose, weight)) for one in state.given if one.dose is not None]
    all_of = [dose for _, _, dose in rates] + [dose for _, dose in single]
    unit = all_of[0].unit.code if all_of else "mg/h"
    most = max((float(one.in_(unit)) for one in all_of), default=1.0)
    step = float(nice_step(Fraction(most), 4))
    high = step * (int(most / step) + 1)

    def level(value: float) -> float:
        return bottom - value / high * _DOSE

    sheet.title(top + 10, "Ketamine", f"as charted, {amount(Quantity(1, unit)).split(NBSP, 1)[1]}")
    mark = 0.0
    while mark <= high + step / 10:
        sheet.back.line(_X0, level(mark), _X1, level(mark), "axis" if mark == 0 else "grid")
        sheet.front.text(_X0 - 8, level(mark) + 4, ((f"{mark:g}", "t"),), "r")
        mark += step
    outline: list[tuple[str, float, float]] = []
    for index, (start, end, dose) in enumerate(rates):
        left, right, y = sheet.x(start), sheet.x(end), level(float(dose.in_(unit)))
        sheet.back.rect(left, y, right - left, bottom - y, "dose-area")
        follows = index > 0 and rates[index - 1][1] == start
        outline += [
            ("L" if follows else "M", left, y if follows else bottom),
            ("L", left, y),
            ("L", right, y),
        ]
        if index + 1 == len(rates) or rates[index + 1][0] != end:
            outline.append(("L", right, bottom))
        words = ((number(dose.in_(unit), 2), "b a"),)
        if right - left > span_width(words) + 6:
            sheet.front.text(left + 4, y - 5, words)
    if outline:
        sheet.front.path(outline, "dose-line")
    for at, dose in single:
        y = level(float(dose.in_(unit)))
        sheet.front.rect(sheet.x(at) - 2, y, 4, bottom - y, "dose-bar")
        sheet.front.text(sheet.x(at) + 6, y + 10, ((number(dose.in_(unit), 2), "b a"),))
    return bottom


def _plain(dose: Quantity, weight: DosingWeight | None, *, daily: bool = False) -> Quantity:
    """In milligrams; a rate by the hour, or by the day where every rate was charted so."""
    if per_weight(dose) and weight is None:
        return dose
    found = absolute(dose, weight)
    return found.to("mg/d") if daily and is_rate(found) else found


def _pain(sheet: _Sheet, situation: Situation, top: float) -> float:
    # The mean of a day is another figure than the pain of a moment, and stands only where there is no other.
    charted = situation.readings("pain") or situation.readings("pain_average")
    readings = [one for one in charted if one.value is not None]
    shown = sorted(
        {(one.at, one.value) for one in readings if one.at >= sheet.begins and one.value is not None}
    )
    before = [(one.at, one.value) for one in readings if one.at < sheet.begins and one.value is not None]
    bottom, high = top + _PAIN, 10

    def level(value: float) -> float:
        return bottom - value / high * _PAIN

    goal = situation.facts.goal
    sheet.title(
        top + 10, "Pain", "0 to 10" + (f"; dotted: the goal, {number(goal)}" if goal is not None else "")
    )
    for mark in (0, 5, high):
        sheet.back.line(_X0, level(mark), _X1, level(mark), "axis" if mark == 0 else "grid")
        sheet.front.text(_X0 - 8, level(mark) + 4, ((str(mark), "t"),), "r")
    if goal is not None:
        sheet.back.line(_X0, level(float(goal)), _X1, level(float(goal)), "limit")
    points = [*(sorted(before)[-1:]), *shown]
    sheet.front.path(
        [("M" if n == 0 else "L", sheet.x(at), level(float(value))) for n, (at, value) in enumerate(points)],
        "join",
    )
    for at, value in points:
        sheet.front.circle(sheet.x(at), level(float(value)), 3, "dot")
    return bottom


def _rescues(sheet: _Sheet, situation: Situation, top: float) -> float:
    """Rescue doses as ticks; unwanted effects as spans, in the row beneath."""
    times = [one.at for one in situation.readings("rescue_doses") if one.at >= sheet.begins]
    sheet.title(top + 14, "Rescue doses", "")
    sheet.back.line(_X0, top + 18, _X1, top + 18, "grid")
    for at in times:
        sheet.front.line(sheet.x(at), top + 4, sheet.x(at), top + 18, "rescue")
    felt = [one for one in situation.facts.effects if one.present and one.at >= sheet.begins]
    if not felt:
        return top + 22
    top += 28
    sheet.title(top + 12, "Unwanted effects", "")
    for one in felt:
        denied = [
            other.at for other in situation.facts.effects if other.kind == one.kind and not other.present
        ]
        until = one.until or min((at for at in denied if at > one.at), default=situation.instant)
        sheet.front.rect(sheet.x(one.at), top + 2, max(sheet.x(until) - sheet.x(one.at), 3), 13, "felt")
        sheet.front.text(sheet.x(until) + 5, top + 12, ((one.kind.replace("_", " "), "i"),))
    return top + 20


def _hours(sheet: _Sheet, y: float) -> None:
    length = float(hours_between(sheet.begins, sheet.ends))
    every = next(step for step in (1, 2, 4, 8, 12, 24, 48, 168, 10**6) if length / step <= 16)
    sheet.back.line(_X0, y, _X1, y, "axis")
    for hour in range(0, int(length) + 1, every):
        x = sheet.x(sheet.begins + timedelta(hours=hour))
        sheet.back.line(x, y, x, y + 5, "axis")
        sheet.front.text(x, y + 18, ((str(hour), "b i" if hour % 24 == 0 else ""),), "m")
    sheet.front.text(_X0 - 22, y + 18, (("hours from the first dose", "t"),), "r")


def _steps(sheet: _Sheet, asked: Sequence[Guidance], top: float, bottom: float) -> None:
    """A numbered badge over every step, apart from its neighbour; its words are in the table beneath."""
    last = _X0 - 20
    for n, one in enumerate(asked, 1):
        x = sheet.x(one.instant)
        sheet.back.line(x, top + 10, x, bottom, "step")
        place = max(x, last + 19)
        last = place
        _badge(sheet.front, place, top, n, one.status)


def _badge(svg: Svg, x: float, y: float, n: int, status: Status) -> None:
    classes = _BADGES.get(status, "badge")
    svg.circle(x, y, 9, classes)
    svg.parts.append(
        f'<text class="m {"b i" if classes == "badge" else "p"}" x="{x:.2f}" y="{y + 4:.2f}">{n}</text>'
    )


def _step_words(sheet: _Sheet, n: int, one: Guidance) -> str:
    said = one.recommendations[0].words if one.recommendations else "No dose is advised."
    return f"{n}: hour {number(hours_between(sheet.begins, one.instant))}, {one.status.value}. {said}"


def _table(sheet: _Sheet, asked: Sequence[Guidance], y: float) -> float:
    """What was advised at each step, and the rule that said so with what it saw."""
    front = sheet.front
    columns = (28.0, 74.0, 158.0, 440.0)
    for x, words in zip(columns, ("hour", "advice", "", "because"), strict=True):
        front.text(x, y, ((words, "t"),))
    for n, one in enumerate(asked, 1):
        y += _LINE + 7
        sheet.back.line(0, y - 16, _WIDTH, y - 16, "grid")
        _badge(front, 9, y - 4, n, one.status)
        front.text(columns[0], y, ((number(hours_between(sheet.begins, one.instant)), ""),))
        front.text(columns[1], y, ((one.status.value, "b i"),))
        said = one.recommendations[0].words if one.recommendations else "No dose is advised."
        lines = wrapped(said, "i", columns[3] - columns[2] - 12)[:3]
        why = wrapped(_why(one), "", _WIDTH - columns[3])[:3]
        for index in range(max(len(lines), len(why))):
            if index < len(lines):
                front.text(columns[2], y + _LINE * index, lines[index])
            if index < len(why):
                front.text(columns[3], y + _LINE * index, why[index])
        y += _LINE * (max(len(lines), len(why)) - 1)
    return y + 12


def _why(one: Guidance) -> str:
    if one.missing:
        return "missing: " + "; ".join(dict.fromkeys(lack.what for lack in one.missing))
    if not one.recommendations:
        return "; ".join(issue.words for issue in one.issues)
    reasons = one.recommendations[0].because
    texts: dict[str, list[str]] = {}
    for reason in reasons:
        seen = texts.setdefault(f"{reason.text.rstrip('.')} [{reason.rule.rsplit('.', 2)[-1]}]", [])
        if reason.seen:
            seen.append(reason.seen)
    return "; ".join(f"{text}: {', '.join(seen)}" if seen else text for text, seen in texts.items())
