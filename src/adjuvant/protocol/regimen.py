"""One way of giving ketamine: route, mode, doses, titration, ceilings, course, as its source has them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from pydantic import Field, model_validator

from adjuvant.protocol.body import Weight
from adjuvant.protocol.ceiling import Ceiling, Reading, is_strict, limit_of
from adjuvant.protocol.predicate import Predicate
from adjuvant.protocol.steps import Choice, Loading, Split, TestDose, Titration
from adjuvant.protocol.values import Dose, Duration, Number, Sourced, Span, is_rate, per_weight, span
from adjuvant.quantity import Quantity

__all__ = [
    "Ceiling",
    "Choice",
    "Conversion",
    "Course",
    "Loading",
    "Mode",
    "PatientControlled",
    "Reading",
    "Regimen",
    "Split",
    "Taper",
    "TestDose",
    "Titration",
    "dose_spacing",
    "is_strict",
    "limit_of",
]

Mode = Literal[
    "slow_bolus",
    "timed_infusion",
    "continuous_infusion",
    "syringe_driver",
    "injection",
    "oral",
    "sublingual",
    "buccal",
    "intranasal",
    "not_stated",
]
# Given by rate; every other mode gives amounts.
RATED = frozenset({"continuous_infusion", "syringe_driver"})
TIMED = frozenset({"timed_infusion", "slow_bolus"})
"""Modes whose single dose goes in over a time that must be known."""
BY_MOUTH = frozenset({"oral", "sublingual", "buccal"})
"""Modes of the mouth, whose doses come several times a day."""
ROUTE_OF: Mapping[str, str] = MappingProxyType(
    {"oral": "oral", "sublingual": "sublingual", "buccal": "buccal", "intranasal": "nasal"}
)
"""The route of a mode that has one route only."""


class Taper(Sourced):
    """How ketamine is brought to an end after long use."""

    if_longer_than: Duration | None = None
    over: Span | None = None
    printed: str = ""


class Course(Sourced):
    """How long, and how often.

    Args:
        infusions: how many doses or infusions a course has.
        within: the span that all of them fall in.
        spacing: from the start of one to the start of the next; None where the source does not say.
        fixed: a course of this length, whatever the effect.
        keep_effective: how long the level that works (or the highest borne) is kept; then ketamine stops.
        at_most: the longest course.
        pause_between: ketamine-free time before another.
    """

    infusions: int | None = Field(default=None, ge=1)
    within: Duration | None = None
    spacing: Span | None = None
    fixed: Span | None = None
    keep_effective: Duration | None = None
    at_most: Duration | None = None
    pause_between: Duration | None = None
    taper: Taper | None = None


class Conversion(Sourced):
    """From one route of ketamine to another.

    Args:
        from_: the route that is left; without it, the regimen's own.
        to: the route that is taken up.
        ratio: the day's total by the new route for one of the old, both in milligrams.
        ratio_low, ratio_high: the ends where reports differ.
        first_dose_after: from the end of the old route to the first dose by the new one.
        doses_per_day: into how many doses, at least, the day's total is divided.
    """

    from_: str | None = Field(default=None, alias="from")
    to: str
    ratio: Number | None = None
    ratio_low: Number | None = None
    ratio_high: Number | None = None
    first_dose_after: Span | None = None
    doses_per_day: int | None = Field(default=None, ge=1)
    printed: str = ""


class PatientControlled(Sourced):
    """Patient-controlled analgesia beside the ketamine; never ketamine itself."""

    drug: str
    route: str
    printed: str = ""


class Regimen(Sourced):
    """One way of giving ketamine under a protocol.

    Args:
        route: canonical route of routes.yaml.
        mode: how it is given; ``not_stated`` where the source names the route alone and a site must choose.
        weight: which body weight its doses mean; None where that of the whole protocol holds.
        converted_from: how the first dose is worked out of what was given by another route before, in place
            of `start`.
        start: the first dose: an amount, or a rate where the mode is one of infusion without an end.
        duration: how long one timed infusion or slow bolus takes.
        duration_at_least: the shortest time over which one dose may go in, where the source gives no more.
        times_per_day, every: how often amounts are given.
        times_per_week: how many doses any seven days may have, each counted whole on its day.
        repeat_not_before: the least time from one dose to the next.
        when: for whom this regimen is; None where the protocol has one, or leaves the choice open.
    """

    title: str
    route: str
    mode: Mode
    when: Predicate | None = None
    weight: Weight | None = None
    start: Dose | None = None
    converted_from: Conversion | None = None
    duration: Span | None = None
    duration_at_least: Duration | None = None
    times_per_day: int | None = Field(default=None, ge=1)
    times_per_week: int | None = Field(default=None, ge=1, le=7)
    every: Span | None = None
    repeat_not_before: Duration | None = None
    split: Split | None = None
    loading: Loading | None = None
    test_dose: TestDose | None = None
    titration: Titration | None = None
    ceilings: tuple[Ceiling, ...] = ()
    course: Course | None = None
    conversions: tuple[Conversion, ...] = ()
    patient_controlled: PatientControlled | None = None

    @property
    def caps(self) -> tuple[Ceiling, ...]:
        """Every ceiling with one figure: of a range its two ends, the lower of them soft."""
        return tuple(part for one in self.ceilings for part in one.parts())

    @property
    def rated(self) -> bool:
        """Whether its doses are rates that run until something ends them."""
        return self.mode in RATED

    @property
    def per_kilogram(self) -> bool:
        """Whether any of its doses, a loading dose included, is per kilogram of body weight."""
        loading = [self.loading.dose] if self.loading is not None else []
        return any(per_weight(dose.ends[0]) for dose in (*loading, *(dose for _, dose in self.doses())))

    def doses(self) -> tuple[tuple[str, Dose], ...]:
        """Every dose that is given, with the path of its field."""
        found: list[tuple[str, Dose]] = []
        if self.start is not None:
            found.append(("start", self.start))
        if self.test_dose is not None:
            chosen = enumerate(self.test_dose.chooses)
            found += [(f"test_dose.chooses[{n}].then", choice.then) for n, choice in chosen]
        if self.titration is not None:
            found += [(f"titration.levels[{n}]", level) for n, level in enumerate(self.titration.levels)]
            if self.titration.step is not None:
                found.append(("titration.step", self.titration.step))
        return tuple(found)

    @cached_property
    def levels(self) -> tuple[Quantity, ...]:
        """Every dose that this regimen can come to, lowest first; worked out once."""
        start = self.start.value if self.start is not None else None
        titration = self.titration
        if titration is not None and titration.kind == "ladder":
            found = [level.value for level in titration.levels if level.value is not None]
            first = [start] if start is not None and all(not start.same_as(one) for one in found) else []
            return (*first, *found)
        if start is None:
            chosen = self.test_dose.chooses if self.test_dose is not None else ()
            tested = tuple(one.then.value for one in chosen if one.then.value is not None)
            if not tested or titration is None or titration.step is None or titration.step.value is None:
                return tested
            return (*tested[:-1], *self._climb(tested[-1], titration.step.value))
        if titration is None or titration.step is None or titration.step.value is None:
            return (start,)
        return self._climb(start, titration.step.value)

    def _climb(self, start: Quantity, step: Quantity) -> tuple[Quantity, ...]:
        """Steps up to the lowest hard ceiling in the same kind of unit; the start alone where none is."""
        caps = [
            (limit, is_strict(one))
            for one in self.caps
            if not one.soft and (limit := limit_of(one)) is not None and limit.unit.commensurable(start.unit)
        ]
        if not caps:
            return (start,)
        found, level = [start], start + step
        while all(level < cap if strict else level <= cap for cap, strict in caps):
            found.append(level)
            level = level + step
        return tuple(found)

    @model_validator(mode="after")
    def _doses_of_its_mode(self) -> Regimen:
        for path, dose in self.doses():
            low, _ = dose.ends
            if is_rate(low) != self.rated:
                kind = "a rate" if self.rated else "an amount"
                raise ValueError(f"{path} is {low}; {self.mode.replace('_', ' ')} is given as {kind}")
        bases = {per_weight(dose.ends[0]) for _, dose in self.doses()}
        if len(bases) > 1:
            raise ValueError("mixes doses per kilogram with absolute ones; give one regimen for each")
        if self.converted_from is not None:
            if self.start is not None:
                raise ValueError("has a first dose and works it out of another route; give one of the two")
            if self.rated or self.per_kilogram:
                raise ValueError("works out an amount in milligrams, and gives rates or doses per kilogram")
            if self.converted_from.from_ is None or self.converted_from.to != self.route:
                raise ValueError(
                    "converts to its own route, and names the one that it comes `from`; correct both"
                )
        least = self.duration_at_least
        if least is not None and self.mode not in TIMED:
            raise ValueError(
                "has a least duration, and is neither a timed infusion nor a slow bolus; leave it out"
            )
        if least is not None and self.duration is not None and self.duration.ends[0] < least:
            raise ValueError(
                f"takes {self.duration.ends[0]}, which is under its least duration, {least}; correct one"
            )
        if self.times_per_week is not None and (self.rated or self.times_per_day is not None):
            raise ValueError(
                "is given so often a week, and runs on or is given so often a day; give one of the two"
            )
        if self.duration is not None and self.rated:
            raise ValueError("runs until it is stopped, and has a duration; give `course` its length")
        return self


def dose_spacing(regimen: Regimen) -> timedelta | None:
    """From the start of one single dose to when the next is due; None for rates, and where nothing says."""
    if regimen.rated:
        return None
    course = regimen.course
    if course is not None and course.spacing is not None and course.spacing.value is not None:
        return span(course.spacing.value)
    if regimen.every is not None and regimen.every.value is not None:
        return span(regimen.every.value)
    if regimen.times_per_day is not None:
        return span(Quantity(1, "d") / regimen.times_per_day)
    return span(regimen.repeat_not_before) if regimen.repeat_not_before is not None else None
