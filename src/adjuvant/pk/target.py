"""Target control, offline: the rates by which a level is reached and held and no limit is ever passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from adjuvant.citation import Citation
from adjuvant.errors import InputError, InternalError
from adjuvant.library import citations
from adjuvant.pk.arrays import Floats, finite
from adjuvant.pk.effect_bolus import linear
from adjuvant.pk.levels import Levels, simulate
from adjuvant.pk.model import CompartmentModel
from adjuvant.pk.person import Covariates
from adjuvant.pk.rate_limits import RateLimits
from adjuvant.pk.regimen import Infusion, RateChange, Regimen
from adjuvant.quantity import Quantity

__all__ = ["DRIVES_NOTHING", "METHOD", "RateTable", "target_rates"]

DRIVES_NOTHING = "This is a proposal on paper, for a clinician and the checks of a plan. It drives no pump."
"""Said beside every table of rates."""

METHOD = "shafer1992"
"""The key of the citation of the method."""

_SECONDS = 60
_PARTS = 10
"""Into how many parts an interval is divided, at each of which no limit is passed."""
_FINER = 10
"""By how much finer the finished table is checked."""
_MOST_POINTS = 10**6
_TRACE = 10.0**-300
"""In place of a level of zero, by which nothing can be divided."""
_PLACES = {"blood": "the highest level in blood", "effect": "the highest level at the place of action"}
_TRIES = 10


@dataclass(frozen=True, slots=True)
class RateTable:
    """Rates over time, and the levels that one model expects of them. It drives nothing.

    Args:
        rows: minute from the start, and the rate from there on in mg/h; a rate ends where the next begins.
        end_min: when the last rate ends.
        target: ``blood`` or ``effect``, and `target_ng_per_ml`.
        reached_min: when the level is first within a hundredth of the target, or within what one step of the
            pump makes if that is more; None if never.
        held_by: the limits that kept a rate lower than the target asked for, in words.
        levels: at every part of an interval.
        notices: of the levels, and that it drives nothing.
        citation: of the method.
    """

    rows: tuple[tuple[float, Fraction], ...]
    end_min: float
    target: str
    target_ng_per_ml: float
    reached_min: float | None
    held_by: tuple[str, ...]
    levels: Levels
    notices: tuple[str, ...]
    citation: Citation

    @property
    def total_mg(self) -> Fraction:
        """Everything that is given."""
        ends = [*(start for start, _ in self.rows[1:]), self.end_min]
        lasting = (Fraction(end) - Fraction(start) for (start, _), end in zip(self.rows, ends, strict=True))
        return sum(
            (rate * time / _SECONDS for (_, rate), time in zip(self.rows, lasting, strict=True)), Fraction(0)
        )

    def regimen(self, route: str, drug: str) -> Regimen:
        """The table as a regimen.

        Raises:
            InputError: nothing is given.
        """
        return _regimen(self.rows, self.end_min, route, drug)


def target_rates(
    model: CompartmentModel,
    covariates: Covariates,
    target_ng_per_ml: float,
    limits: RateLimits,
    *,
    of: str,
    hours: float,
    interval_min: float,
    effect_per_min: float | None = None,
    route: str = "intravenous",
    drug: str | None = None,
    beyond_population: bool = False,
) -> RateTable:
    """The rates by which a typical patient reaches a level soonest and keeps it, below every limit.

    At the start of each interval it is the greatest rate with which, were the pump stopped after it, no level
    would ever pass its limit; the target is such a limit. With the target at the place of action this is the
    method of Shafer and Gregg: the highest level to come is the target. Each rate is rounded down to the
    pump's step.

    Args:
        of: ``blood``, or ``effect`` for the place of action, for which `effect_per_min` is needed.
        hours: how long the table is.
        interval_min: how long one rate lasts at least.
    Raises:
        InputError: no such target, a limit under the target, a table that is too long, or as for `simulate`.
    Source: shafer1992.
    """
    target = float(finite("target", target_ng_per_ml, "give it in ng/mL, above zero", above_zero=True))
    if of not in ("blood", "effect"):
        raise InputError(f"target of {of!r}", "is neither blood nor effect", "choose one of the two")
    if of == "effect" and effect_per_min is None:
        raise InputError("target at the place of action", "has no rate of equilibration", "state it")
    if limits.highest_effect_ng_per_ml is not None and effect_per_min is None:
        raise InputError("limit at the place of action", "has no rate of equilibration", "state it")
    linear(model)
    every = float(finite("interval", interval_min, "give minutes above zero", above_zero=True))
    lasting = float(finite("length of the table", hours, "give hours above zero", above_zero=True))
    count = round(lasting * _SECONDS / every)
    if count < 1 or abs(count * every - lasting * _SECONDS) > 10**-9 * lasting * _SECONDS:
        raise InputError(
            f"table of {lasting:g} h", f"is no whole number of intervals of {every:g} min", "choose others"
        )
    if count * _PARTS > _MOST_POINTS:
        raise InputError(f"table of {count} intervals", "is too long", "choose a longer interval")
    aims = {"blood": limits.highest_ng_per_ml, "effect": limits.highest_effect_ng_per_ml}
    own = aims[of]
    if own is not None and own < target:
        raise InputError(
            f"target {target:g} ng/mL",
            f"is above its own limit, {own:g} ng/mL",
            "lower it, or check the limit",
        )
    aims[of] = target
    given = _Given(
        model, covariates, route, drug or model.drug, effect_per_min, beyond_population, every, count
    )
    bounds = {name: value for name, value in aims.items() if value is not None}
    units = _units(given)
    lowered = dict(bounds)
    for _ in range(_TRIES):
        steps, held = _stepped(units, lowered, limits, given, of)
        rows = _rows(steps, limits.step_mg_per_h, every)
        levels = _levels(rows, given)
        over = {name: float(_curve(levels, name).max()) - bound for name, bound in bounds.items()}
        if all(excess <= 0 for excess in over.values()):
            break
        # Between two parts of an interval a level can be a trace higher than at either: aim as much lower.
        lowered = {name: value - 2 * max(over[name], 0.0) for name, value in lowered.items()}
    else:
        raise InternalError("table of rates", "passes a limit at every try", "report it with what was asked")
    reached = _reached(levels, of, target, limits, units, given)
    return RateTable(
        rows=rows,
        end_min=every * count,
        target=of,
        target_ng_per_ml=target,
        reached_min=reached,
        held_by=held,
        levels=levels,
        notices=(DRIVES_NOTHING, *levels.notices),
        citation=citations()[METHOD],
    )


@dataclass(frozen=True, slots=True)
class _Given:
    model: CompartmentModel
    covariates: Covariates
    route: str
    drug: str
    effect_per_min: float | None
    beyond: bool
    every: float
    count: int


def _units(given: _Given) -> dict[str, Floats]:
    """Levels after one interval at 1 mg/h, at every part of an interval from its start on."""
    times = np.arange(1, given.count * _PARTS + 1) * (given.every / _PARTS)
    rate = Quantity(1, "mg/h")
    found = simulate(
        given.model,
        Regimen((Infusion(0, given.every, rate, given.route),), given.drug),
        times,
        given.covariates,
        effect_per_min=given.effect_per_min,
        analytes=given.model.analytes[:1],
        beyond_population=given.beyond,
    )
    return {name: _curve(found, name) for name in _names(given)}


def _names(given: _Given) -> tuple[str, ...]:
    return ("blood", "effect") if given.effect_per_min is not None else ("blood",)


def _curve(levels: Levels, name: str) -> Floats:
    if name == "blood":
        return next(iter(levels.ng_per_ml.values()))
    if levels.effect_ng_per_ml is None:
        raise InternalError("level at the place of action", "is missing", "report it")
    return levels.effect_ng_per_ml


@dataclass(slots=True)
class _Course:
    """What was chosen so far, in steps of the pump, and the levels still to come if it were stopped now."""

    ahead: dict[str, Floats]
    steps: list[int]
    held: dict[str, None]
    holding: bool = False


def _stepped(
    units: dict[str, Floats], bounds: dict[str, float], limits: RateLimits, given: _Given, of: str
) -> tuple[list[int], tuple[str, ...]]:
    """How many steps of the pump each interval runs at, and what kept any of them lower than the target."""
    course = _Course({name: np.zeros(given.count * _PARTS) for name in units}, [], {})
    step = limits.step_mg_per_h
    for at in range(given.count):
        start = at * _PARTS
        room = given.count * _PARTS - start
        asked = {
            name: _steps_up_to(bound, course.ahead[name][start:], units[name][:room], step)
            for name, bound in bounds.items()
        }
        if course.holding:
            # Once enough is on its way to the place of action, the level in blood is kept at the target, or
            # the rate would swing between nothing and too much for as long as the table is.
            blood = _steps_up_to(bounds[of], course.ahead["blood"][start:], units["blood"][:room], step)
            asked[of] = min(asked[of], blood)
        chosen = _allowed(asked, course, limits, given, of)
        course.holding = course.holding or (of == "effect" and chosen == asked[of])
        course.steps.append(chosen)
        for name, curve in course.ahead.items():
            curve[start:] += chosen * float(step) * units[name][:room]
    return course.steps, tuple(course.held)


def _steps_up_to(bound: float, ahead: Floats, unit: Floats, step: Fraction) -> int:
    """The most steps of the pump over one interval after which a level never passes `bound`."""
    rate = float(((bound - ahead) / np.maximum(unit, _TRACE)).min())
    return int(max(0.0, rate) // float(step))


def _allowed(asked: dict[str, int], course: _Course, limits: RateLimits, given: _Given, of: str) -> int:
    step, every = limits.step_mg_per_h, Fraction(given.every)
    each = step * every / _SECONDS  # milligrams of one step over one interval
    day = max(1, ceil(Fraction(24 * _SECONDS) / every))
    before = sum(course.steps[max(0, len(course.steps) - day + 1) :])
    most = {
        "the greatest rate": int(limits.highest_mg_per_h // step),
        "the most in 24 hours": int(limits.highest_mg_per_day // each) - before,
        "the most in all": int(limits.highest_mg // each) - sum(course.steps),
        **{_PLACES[name]: value for name, value in asked.items() if name != of},
    }
    chosen = max(0, min(asked[of], *most.values()))
    if chosen < asked[of]:
        course.held |= {name: None for name, value in most.items() if value <= chosen}
    return chosen


def _rows(steps: Sequence[int], step: Fraction, every: float) -> tuple[tuple[float, Fraction], ...]:
    found: list[tuple[float, Fraction]] = []
    for at, many in enumerate(steps):
        if not found or found[-1][1] != many * step:
            found.append((at * every, many * step))
    return tuple(found)


def _regimen(rows: Sequence[tuple[float, Fraction]], end: float, route: str, drug: str) -> Regimen:
    first, *later = rows
    changes = [RateChange(at, Quantity(rate, "mg/h")) for at, rate in later]
    return Regimen((Infusion(first[0], end, Quantity(first[1], "mg/h"), route, changes),), drug)


def _levels(rows: Sequence[tuple[float, Fraction]], given: _Given) -> Levels:
    points = given.count * _PARTS * _FINER
    return simulate(
        given.model,
        _regimen(rows, given.every * given.count, given.route, given.drug),
        np.linspace(0.0, given.every * given.count, points + 1),
        given.covariates,
        effect_per_min=given.effect_per_min,
        analytes=given.model.analytes[:1],
        beyond_population=given.beyond,
    )


def _reached(
    levels: Levels,
    of: str,
    target: float,
    limits: RateLimits,
    units: dict[str, Floats],
    given: _Given,
) -> float | None:
    """The first minute at which the level is within a hundredth of the target, or within a step."""
    near = max(float(limits.step_mg_per_h) * float(units[of].max()), target / 100)
    there = np.flatnonzero(_curve(levels, of) >= target - near)
    return float(levels.times_min[there[0]]) if len(there) else None
