"""Figures of schedules: bands of levels, arterial and venous apart; and frontiers, model by model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from adjuvant.design import Compared, Found, Measured, Scored
from adjuvant.pk import load_model
from adjuvant.pk.arrays import Floats
from adjuvant.reports.figure.labels import fitted, wrapped
from adjuvant.reports.figure.sheet import nice_step
from adjuvant.reports.figure.svg import Svg, span_width
from adjuvant.reports.schedules.model import Figure
from adjuvant.reports.schedules.words import OBJECTIVE_WORDS, SAMPLING_WORDS, count_words, figure, place_words

__all__ = ["frontier_figure", "levels_figure"]

_WIDTH, _PHONE, _LEFT, _GAP = 860.0, 390.0, 46.0, 40.0
_HIGH, _TITLE, _AXIS, _LINE = 84.0, 34.0, 30.0, 15.0
_DAY = 24
_POINTS = 200
_RADIUS = 3.4


@dataclass(frozen=True, slots=True)
class _Frame:
    """One panel: its place, and the greatest values of both axes."""

    left: float
    top: float
    wide: float
    most_x: float
    most_y: float
    high: float = _HIGH
    back: Svg = field(default_factory=Svg)
    front: Svg = field(default_factory=Svg)

    def x(self, value: float) -> float:
        return self.left + value / self.most_x * self.wide

    def y(self, value: float) -> float:
        return self.top + self.high - value / self.most_y * self.high


def levels_figure(found: Compared) -> Figure:
    """A row for each schedule and a column for each side of the circulation, all on one scale from zero.

    Drawn patients are a band of nine in ten with the median; models without any, the range of their typical
    patients.
    """
    sides = tuple(dict.fromkeys(one.sampling for key in found.models for one in _of(found, model=key)))
    narrow = tuple(_levels(found, (side,), _PHONE) for side in sides)
    return replace(_levels(found, sides, _WIDTH), narrow=narrow)


def _levels(found: Compared, sides: tuple[str, ...], width: float) -> Figure:
    wide = (width - (_LEFT + _GAP) * len(sides) + _GAP) / len(sides)
    days = -(-max(float(one.times_h[-1]) for one in found.measured) // _DAY)
    highest = max([found.asked.ceiling, found.asked.high, *(_highest(one) for one in found.measured)])
    step = float(nice_step(Fraction(highest), 4))
    top = -(-highest // step) * step
    back, front = Svg(), Svg()
    y = _legend(front, found, sides, width)
    below = 0.0
    for column, side in enumerate(sides):
        words = ((SAMPLING_WORDS[side], "b i"), (f"  {_models_of(found, side)}", "t"))
        if span_width(words) > wide + _LEFT:
            front.text(column * (wide + _LEFT + _GAP), y, words[:1])
            under = wrapped(_models_of(found, side), "t", wide + _LEFT)
            for number, line in enumerate(under, 1):
                front.text(column * (wide + _LEFT + _GAP), y + number * _LINE, line)
            below = max(below, len(under) * _LINE)
        else:
            front.text(column * (wide + _LEFT + _GAP), y, words)
    y += 8 + below
    for schedule in found.schedules:
        for column, side in enumerate(sides):
            left = _LEFT + column * (wide + _LEFT + _GAP)
            frame = _Frame(left, y + _TITLE, wide, days * _DAY, top, back=back, front=front)
            some = [one for one in found.measured if (one.schedule, one.sampling) == (schedule.name, side)]
            front.text(left, y + _TITLE - 14, fitted(schedule.name, "b i", wide))
            _scales(frame, step, int(days), last=schedule is found.schedules[-1])
            _aims(frame, found)
            _bands(frame, some)
        y += _TITLE + _HIGH + (_AXIS if schedule is found.schedules[-1] else 14)
    title = (
        f"Levels of ketamine {place_words(found.asked)} under {count_words(len(found.schedules), 'schedule')}"
    )
    caption = (
        "Ng/mL over days, each panel from zero and on one scale. Predicted by published models and measured "
        "in nobody. Levels of two sides of the circulation stand apart and are never put together."
    )
    return Figure(title, _summary(found, sides), caption, width, y, (back, front))


def _of(found: Compared, *, model: str) -> list[Measured]:
    return [one for one in found.measured if one.model == model]


def _models_of(found: Compared, side: str) -> str:
    return ", ".join(dict.fromkeys(one.model for one in found.measured if one.sampling == side))


def _highest(one: Measured) -> float:
    return float(max(one.typical.max(), one.band.max() if one.band is not None else 0.0))


def _legend(front: Svg, found: Compared, sides: Sequence[str], width: float) -> float:
    x, y = 0.0, 12.0
    drawn = [one for one in found.measured if one.band is not None and one.sampling in sides]
    items = []
    if drawn:
        items.append(("levels", f"nine in ten of {found.patients:,} drawn patients, and the median"))
    several = any(
        len({one.model for one in found.measured if one.sampling == side and one.band is None}) > 0
        for side in sides
    )
    if several:
        items.append(("levels-other", "range over the typical patients of models, none measured"))
    items.append(("aim", f"range asked for, {figure(found.asked.low)} to {figure(found.asked.high)} ng/mL"))
    for name, words in items:
        spans = ((words, ""),)
        if x + 34 + span_width(spans) > width:
            x, y = 0.0, y + 20
        front.rect(x, y - 9, 26, 11, name)
        if 32 + span_width(spans) > width:
            for line in wrapped(words, "", width - 32):
                front.text(x + 32, y, line)
                y += _LINE
            x, y = 0.0, y + 5
            continue
        front.text(x + 32, y, spans)
        x += 32 + span_width(spans) + 22
    words = f"ceiling, {figure(found.asked.ceiling)} ng/mL"
    if x + 34 + span_width(((words, ""),)) > width:
        x, y = 0.0, y + 20
    front.line(x, y - 4, x + 26, y - 4, "limit")
    front.text(x + 32, y, ((words, ""),))
    return y + 28


def _scales(frame: _Frame, step: float, days: int, *, last: bool) -> None:
    mark = 0.0
    while mark <= frame.most_y:
        kind = "axis" if mark == 0 else "grid"
        frame.back.line(frame.left, frame.y(mark), frame.left + frame.wide, frame.y(mark), kind)
        frame.front.text(frame.left - 6, frame.y(mark) + 4, ((figure(mark), "t"),), "r")
        mark += step
    frame.front.text(frame.left - 6, frame.top - 14, (("ng/mL", "t"),), "r")
    every = max(1, days // 7)
    for day in range(days + 1):
        x = frame.x(day * _DAY)
        frame.back.line(x, frame.top + frame.high, x, frame.top + frame.high + 4, "axis")
        if last and day < days and day % every == 0:
            words = f"day {day + 1}" if day == 0 else str(day + 1)
            frame.front.text(frame.x((day + 0.5) * _DAY), frame.top + frame.high + 16, ((words, "t"),), "m")


def _aims(frame: _Frame, found: Compared) -> None:
    asked = found.asked
    high = frame.y(asked.high)
    frame.back.rect(frame.left, high, frame.wide, frame.y(asked.low) - high, "aim")
    y = frame.y(asked.ceiling)
    frame.front.line(frame.left, y, frame.left + frame.wide, y, "limit")


def _bands(frame: _Frame, some: Sequence[Measured]) -> None:
    if not some:
        frame.front.text(frame.left + 8, frame.top + frame.high / 2, (("no model can answer", "t"),))
        return
    alone = [one for one in some if one.band is None]
    if alone:
        times, lows, highs = _range(alone)
        _area(frame, times, lows, highs, "levels-other")
    for one in some:
        if one.band is None or one.band_h is None:
            continue
        _area(frame, one.band_h, one.band[0], one.band[2], "levels")
        steps = [
            ("M" if place == 0 else "L", frame.x(hour), frame.y(level))
            for place, (hour, level) in enumerate(zip(one.band_h, one.band[1], strict=True))
        ]
        frame.front.path(steps, "levels-middle")


def _range(alone: Sequence[Measured]) -> tuple[Floats, Floats, Floats]:
    curves = np.array([one.typical for one in alone])
    times = alone[0].times_h
    highest = curves.max(axis=0)
    spaced = np.linspace(0, len(times) - 1, _POINTS).astype(np.intp)
    rising = np.diff(highest) > 0
    chosen = np.unique([*spaced, *(np.flatnonzero(rising[:-1] & ~rising[1:]) + 1)])
    return times[chosen], curves.min(axis=0)[chosen], curves.max(axis=0)[chosen]


def _area(frame: _Frame, times: Floats, lows: Floats, highs: Floats, name: str) -> None:
    upper = [(frame.x(hour), frame.y(level)) for hour, level in zip(times, highs, strict=True)]
    lower = [(frame.x(hour), frame.y(level)) for hour, level in zip(times, lows, strict=True)]
    steps = [("M" if place == 0 else "L", x, y) for place, (x, y) in enumerate([*upper, *lower[::-1]])]
    frame.front.path(steps, name, close=True)


def _summary(found: Compared, sides: Sequence[str]) -> str:
    parts = []
    for one in (each for each in found.measured if each.sampling in sides):
        spread = ""
        if one.peak.low is not None and one.peak.high is not None:
            spread = f" (nine in ten {figure(one.peak.low)} to {figure(one.peak.high)})"
        parts.append(
            f"{one.schedule} by {one.model}, {SAMPLING_WORDS[one.sampling].lower()}: highest "
            f"{figure(one.peak.typical)} ng/mL{spread}"
        )
    return "; ".join(parts) + "."


def frontier_figure(found: Found, aims: tuple[str, str]) -> Figure:
    """A panel for each model: every schedule that needed a model, those that keep all bounds, and the best.

    Args:
        aims: the two objectives along and up.
    """
    return replace(_frontier(found, aims, 2, _WIDTH), narrow=(_frontier(found, aims, 1, _PHONE),))


def _frontier(found: Found, aims: tuple[str, str], most: int, width: float) -> Figure:
    across, up = aims
    models = found.models
    columns = min(most, max(1, len(models)))
    wide, high = (width - (_LEFT + _GAP) * columns + _GAP) / columns, 190.0
    scored = [
        one for one in found.scored if not any(one.objectives[name] != one.objectives[name] for name in aims)
    ]
    most_x, step_x = _scale([one.objectives[across] for one in scored])
    most_y, step_y = _scale([one.objectives[up] for one in scored])
    back, front = Svg(), Svg()
    y = _frontier_legend(front, aims, width)
    best = dict(found.frontiers)
    for place, model in enumerate(models):
        left = _LEFT + (place % columns) * (wide + _LEFT + _GAP)
        top = y + (place // columns) * (high + 74) + 26
        frame = _Frame(left, top, wide, most_x, most_y, high, back, front)
        side = SAMPLING_WORDS[load_model(model).sampling]
        front.text(left, top - 10, ((model, "b i"), (f"  {side.lower()}", "t")))
        _frontier_scales(frame, (step_x, step_y), aims, width)
        _points(frame, [one for one in scored if one.model == model], best[model], aims)
    rows = -(-len(models) // columns)
    total = y + rows * (high + 74)
    title = f"{OBJECTIVE_WORDS[across].capitalize()} against {OBJECTIVE_WORDS[up]}, model by model"
    summary = "; ".join(f"{model}: {', '.join(names) or 'none is kept'}" for model, names in found.frontiers)
    caption = "Every point is one schedule of the space. What lies between points, or outside, is not known."
    return Figure(title, f"Frontier. {summary}.", caption, width, total, (back, front))


def _scale(values: Sequence[float]) -> tuple[float, float]:
    highest = max([*values, 0.0]) or 1.0
    if highest <= 1:  # a share: up to one
        return 1.0, 0.25
    step = float(nice_step(Fraction(highest), 5))
    return -(-highest // step) * step, step


def _frontier_legend(front: Svg, aims: tuple[str, str], width: float) -> float:
    x, y = 0.0, 0.0
    for kind, words in (
        ("best", "on the frontier"),
        ("kept", "keeps every bound, and another beats it"),
        ("broken", "breaks a bound in this model"),
    ):
        if x + 18 + span_width(((words, ""),)) > width:
            x, y = 0.0, y + 20
        if kind == "broken":
            _cross(front, x + 6, y + 8)
        else:
            front.circle(x + 6, y + 8, _RADIUS, kind)
        front.text(x + 18, y + 12, ((words, ""),))
        x += 18 + span_width(((words, ""),)) + 24
    words = f"Along: {OBJECTIVE_WORDS[aims[0]]}. Up: {OBJECTIVE_WORDS[aims[1]]}."
    y += 32.0
    for line in wrapped(words, "t", width):
        front.text(0, y, line)
        y += _LINE
    return y


def _frontier_scales(frame: _Frame, steps: tuple[float, float], aims: tuple[str, str], width: float) -> None:
    mark = 0.0
    while mark <= frame.most_y * (1 + 10**-9):
        kind = "axis" if mark == 0 else "grid"
        frame.back.line(frame.left, frame.y(mark), frame.left + frame.wide, frame.y(mark), kind)
        frame.front.text(frame.left - 6, frame.y(mark) + 4, ((figure(mark), "t"),), "r")
        mark += steps[1]
    mark = 0.0
    bottom = frame.top + frame.high
    while mark <= frame.most_x * (1 + 10**-9):
        frame.back.line(frame.x(mark), bottom, frame.x(mark), bottom + 4, "axis")
        # The last one of the last panel ends with the picture, and would be cut if it stood in the middle.
        ends = frame.x(mark) + span_width(((figure(mark), "t"),)) / 2 > width
        frame.front.text(frame.x(mark), bottom + 16, ((figure(mark), "t"),), "r" if ends else "m")
        mark += steps[0]
    frame.front.text(frame.left + frame.wide, bottom + 31, ((OBJECTIVE_WORDS[aims[0]], "t"),), "r")


def _points(frame: _Frame, some: Sequence[Scored], best: Sequence[str], aims: tuple[str, str]) -> None:
    def order(one: Scored) -> int:
        return 0 if one.broken else 2 if one.candidate.name in best else 1

    for one in sorted(some, key=order):
        x, y = (frame.x(one.objectives[aims[0]]), frame.y(one.objectives[aims[1]]))
        if one.broken:
            _cross(frame.front, x, y)
        else:
            frame.front.circle(x, y, _RADIUS, "best" if one.candidate.name in best else "kept")


def _cross(svg: Svg, x: float, y: float) -> None:
    svg.line(x - 3, y - 3, x + 3, y + 3, "broken")
    svg.line(x - 3, y + 3, x + 3, y - 3, "broken")
