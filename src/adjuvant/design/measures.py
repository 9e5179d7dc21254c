"""What one schedule comes to in one model: peak, time in range, and the chance of passing a ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from adjuvant.design.patients import Group
from adjuvant.design.schedule import Schedule
from adjuvant.errors import InputError, InternalError
from adjuvant.pk import Absorption, Individual
from adjuvant.pk.arrays import Floats, finite
from adjuvant.pk.population import curves
from adjuvant.pk.system import EFFECT

__all__ = ["Asked", "Chance", "Measured", "Spread", "chance", "grid", "hours_within", "levels_of", "measure"]

_MINUTES = 60
TAIL_H = 24
"""Hours after the end of a course in which levels are looked at too: the last dose still comes and goes."""
_MOST_SHOWN = 200
"""Times at which the quantiles over patients are worked out for figures."""
_SOON_MIN, _LOOKS = 0.5, 14
_TOGETHER = 250
"""Patients whose curves are held at once."""
_SHARES = (0.05, 0.5, 0.95)
_NORMAL = 1.959963984540054
"""The standard normal deviate that leaves a fortieth above it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is measured, and where.

    Args:
        of: ``blood``, or ``effect`` for the place of action.
        low, high: the range in ng/mL that time is counted in, and `range_because` where it is from.
        ceiling: ng/mL, and `ceiling_because` where it is from.
        effect_per_min: the rate of equilibration, where the place of action is measured.
    Raises:
        InputError: an end that is missing or NaN, a range upside down, or a figure without its reason.
    """

    of: str
    low: float
    high: float
    range_because: str
    ceiling: float
    ceiling_because: str
    effect_per_min: float | None

    def __post_init__(self) -> None:
        if self.of not in ("blood", "effect"):
            raise InputError(
                f"levels of {self.of!r}", "are of neither blood nor effect", "choose one of the two"
            )
        if self.of == "effect" and self.effect_per_min is None:
            raise InputError("level at the place of action", "has no rate of equilibration", "state it")
        if self.effect_per_min is not None:
            finite("rate of the effect site", self.effect_per_min, "give it per minute", above_zero=True)
        for name, value in (("low end", self.low), ("high end", self.high), ("ceiling", self.ceiling)):
            finite(name, value, "give it in ng/mL, above zero", above_zero=True)
        if not self.low < self.high:
            raise InputError(f"range of {self.low:g} to {self.high:g} ng/mL", "is upside down", "correct it")
        for name, words in (("range", self.range_because), ("ceiling", self.ceiling_because)):
            if not words.strip():
                raise InputError(name, "does not say where it is from", "add `because`, in words")


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of the typical patient, and of the drawn ones the 5th, 50th and 95th of a hundred."""

    typical: float
    low: float | None = None
    median: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Chance:
    """A share of drawn patients, and between which shares the drawing alone leaves it (95 %, Wilson).

    It is a chance in one model, with that model's spread between people, and not that of a patient.
    """

    share: float
    low: float
    high: float
    patients: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One schedule in one model.

    Args:
        sampling: the side of the circulation that the model's levels are of. Two sides are never mixed.
        peak: highest level, ng/mL, and `peak_h` when the typical patient has it.
        in_range_h: hours in the range, from the first dose to a day after the end of the course.
        above: the chance that the highest level passes the ceiling; None where nobody read how people differ.
        typical_above: whether the typical patient passes it.
        times_h, typical: for figures: the levels of the typical patient.
        band_h, band: the quantiles of the drawn ones, at fewer times; None where nobody is drawn.
    """

    schedule: str
    model: str
    sampling: str
    peak: Spread
    peak_h: float
    in_range_h: Spread
    above: Chance | None
    typical_above: bool
    times_h: Floats
    typical: Floats
    band_h: Floats | None
    band: Floats | None


def chance(hits: int, patients: int) -> Chance:
    """A share with its 95 % interval by Wilson's formula."""
    share, square = hits / patients, _NORMAL**2
    middle = (share + square / (2 * patients)) / (1 + square / patients)
    half = (
        _NORMAL
        * sqrt(share * (1 - share) / patients + square / (2 * patients) ** 2)
        / (1 + square / patients)
    )
    low = middle - half if hits else 0.0
    return Chance(share, low, middle + half if hits < patients else 1.0, patients)


def grid(schedule: Schedule, step_min: float) -> Floats:
    """Minutes at which levels are looked at: even steps, each change of a dose, and close after it."""
    spans = schedule.regimen.spans(1.0)
    end = (schedule.hours + TAIL_H) * _MINUTES
    edges = {one.start_min for one in spans} | {one.end_min for one in spans}
    close = [edge + step for edge in edges for step in _close(step_min) if edge + step < end]
    even = np.arange(0.0, end, step_min)
    return np.unique(np.concatenate([even, [end], close, [edge for edge in edges if edge <= end]]))


def _close(step_min: float) -> Floats:
    """Minutes after a change at which levels are looked at: soon and often at first, for peaks come soon."""
    return np.geomspace(min(_SOON_MIN, step_min), 2 * step_min, _LOOKS)


def hours_within(times_h: Floats, levels: Floats, low: float, high: float) -> Floats:
    """Hours that each curve is between two levels, taken straight from one time to the next.

    Args:
        levels: shape (times, patients).
    """
    first, second = levels[:-1], levels[1:]
    below, above = np.minimum(first, second), np.maximum(first, second)
    rise = above - below
    inside = np.clip(np.minimum(above, high) - np.maximum(below, low), 0.0, None)
    flat = ((first >= low) & (first <= high)).astype(np.float64)
    share = np.where(rise > 0, inside / np.where(rise > 0, rise, 1.0), flat)
    return np.asarray((share * np.diff(times_h)[:, None]).sum(axis=0))


def levels_of(
    group: Group,
    person: Individual,
    uptakes: Sequence[Absorption],
    schedule: Schedule,
    times_min: Floats,
    weight_kg: float,
    asked: Asked,
) -> Floats:
    """The curves that are asked for, of shape (times, patients)."""
    found = curves(
        group.model,
        person,
        schedule.regimen,
        times_min,
        weight_kg,
        effect_per_min=asked.effect_per_min,
        absorptions=uptakes,
        analytes=group.model.analytes[:1],
    )
    curve = found.get(EFFECT if asked.of == "effect" else group.model.analytes[0])
    if curve is None or not np.isfinite(curve).all():
        raise InternalError(f"level of {schedule.name}", "is missing or NaN", "report it with the regimen")
    return curve


def measure(
    group: Group, schedule: Schedule, weight_kg: float, asked: Asked, *, step_min: float = 5.0
) -> Measured:
    """One schedule in one model, for the typical patient and every drawn one.

    Args:
        step_min: minutes from one look at a level to the next, where nothing changes.
    Raises:
        InputError: a route that the model knows nothing of and no uptake is stated for.
    """
    times = grid(schedule, step_min)
    hours = times / _MINUTES
    alone = levels_of(group, group.typical, group.typical_uptake, schedule, times, weight_kg, asked)
    typical = alone[:, 0]
    peak, within = Spread(float(typical.max())), Spread(
        float(hours_within(hours, alone, asked.low, asked.high)[0])
    )  # fmt: skip
    above: Chance | None = None
    band_h: Floats | None = None
    band: Floats | None = None
    if group.drawn is not None:
        spaced = np.linspace(0, len(times) - 1, _MOST_SHOWN).astype(np.intp)
        shown = np.unique([*spaced, *_peaks(typical)])
        peaks, inside, band = _drawn(group, group.drawn, schedule, times, shown, weight_kg, asked)
        band_h = hours[shown]
        peak, within = _spread(peak, peaks), _spread(within, inside)
        above = chance(int((peaks > asked.ceiling).sum()), group.patients)
    return Measured(
        schedule=schedule.name,
        model=group.model.key,
        sampling=group.model.sampling,
        peak=peak,
        peak_h=float(hours[typical.argmax()]),
        in_range_h=within,
        above=above,
        typical_above=bool(typical.max() > asked.ceiling),
        times_h=hours,
        typical=typical,
        band_h=band_h,
        band=band,
    )


def _peaks(curve: Floats) -> list[int]:
    """The places at which a curve is higher than before and after, which no figure may miss."""
    rising = np.diff(curve) > 0
    return [int(place) + 1 for place in np.flatnonzero(rising[:-1] & ~rising[1:])]


def _spread(found: Spread, values: Floats) -> Spread:
    low, median, high = (float(one) for one in np.quantile(values, _SHARES))
    return replace(found, low=low, median=median, high=high)


def _drawn(
    group: Group,
    drawn: Individual,
    schedule: Schedule,
    times: Floats,
    shown: np.ndarray[tuple[int], np.dtype[np.intp]],
    weight_kg: float,
    asked: Asked,
) -> tuple[Floats, Floats, Floats]:
    """Of drawn patients the highest level and the hours in range; and their quantiles at each time."""
    peaks, inside = (np.zeros(group.patients) for _ in range(2))
    whole = np.zeros((len(shown), group.patients))
    for start in range(0, group.patients, _TOGETHER):
        part = slice(start, min(start + _TOGETHER, group.patients))
        some = replace(
            drawn,
            values={
                name: value[part] if isinstance(value, np.ndarray) and value.ndim else value
                for name, value in drawn.values.items()
            },
        )
        uptakes = [one.of(part) for one in group.drawn_uptake]
        levels = levels_of(group, some, uptakes, schedule, times, weight_kg, asked)
        peaks[part] = levels.max(axis=0)
        inside[part] = hours_within(times / _MINUTES, levels, asked.low, asked.high)
        whole[:, part] = levels[shown]
    return peaks, inside, np.quantile(whole, _SHARES, axis=1)
