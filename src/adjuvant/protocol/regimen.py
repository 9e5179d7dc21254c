"""One way of giving ketamine: route, mode, doses, titration, ceilings, course, as its source has them."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from adjuvant.protocol.predicate import Predicate
from adjuvant.protocol.values import Dose, Duration, Form, Number, Percent, Sourced, Span, is_rate, per_weight
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
    "intranasal",
]
Counted = Literal["single_dose", "rate", "day", "hour", "course"]
# Given by rate; every other mode gives amounts.
RATED = frozenset({"continuous_infusion", "syringe_driver"})


class Reading(Form):
    """One way to read a printed ceiling.

    Args:
        limit: the greatest dose, or the dose that must stay above.
        strict: True where the limit itself is already too much.
    """

    key: str
    limit: Dose
    strict: bool


class Ceiling(Sourced):
    """A protocol's own cap on what is given.

    Args:
        of: what it caps: one dose, the rate, or all that is given in a day, an hour or the course.
        printed: the words of the source, where their reading is open.
        limit: the cap, with `strict` True where the figure itself is already too much.
        readings: the ways to read what is printed, one of which a site must choose; there is no default.
        soft: True for a usual ceiling, which asks for a review and does not cap.
    """

    key: str
    of: Counted
    printed: str = ""
    limit: Dose | None = None
    strict: bool = False
    soft: bool = False
    readings: tuple[Reading, ...] = ()
    chosen: str | None = None

    @model_validator(mode="after")
    def _one_limit(self) -> Ceiling:
        if (self.limit is None) == (not self.readings):
            raise ValueError("needs either a limit, or the readings that a site chooses from")
        if self.chosen is not None and self.chosen not in {one.key for one in self.readings}:
            raise ValueError(f"{self.chosen!r} is none of its readings")
        return self


def limit_of(ceiling: Ceiling) -> Quantity | None:
    """The figure of a ceiling: its own, or that of the reading a site chose; None where none was chosen."""
    if ceiling.limit is not None:
        return ceiling.limit.value
    return next((one.limit.value for one in ceiling.readings if one.key == ceiling.chosen), None)


def is_strict(ceiling: Ceiling) -> bool:
    """Whether the figure itself is already too much."""
    if ceiling.limit is not None:
        return ceiling.strict
    return any(one.strict for one in ceiling.readings if one.key == ceiling.chosen)


class Loading(Sourced):
    """A dose before the infusion.

    Args:
        over: how long it takes; None where the source does not say.
        optional: True where the source leaves it to the prescriber.
    """

    dose: Dose
    over: Span | None = None
    optional: bool = False


class Choice(Form):
    """What follows a test dose that worked."""

    tested: Dose
    then: Dose


class TestDose(Sourced):
    """A trial dose whose effect decides whether, or at which dose, to go on.

    Args:
        doses: the trial doses, in the order in which they are tried.
        evaluate_after: when its effect is judged.
        passed_when: what counts as an effect; None where the source does not say.
        chooses: the dose to go on with, for each trial dose that worked.
    """

    doses: tuple[Dose, ...] = Field(min_length=1)
    evaluate_after: Span | None = None
    passed_when: Predicate | None = None
    chooses: tuple[Choice, ...] = ()


class Split(Sourced):
    """One dose given in equal parts.

    Args:
        at: when each part is given, counted from the first.
    """

    parts: int = Field(ge=2)
    at: tuple[Duration, ...]

    @model_validator(mode="after")
    def _as_many_times(self) -> Split:
        if len(self.at) != self.parts:
            raise ValueError(f"names {len(self.at)} times for {self.parts} parts")
        return self


class Titration(Sourced):
    """How the dose changes from one level to the next.

    A ladder lists its levels; steps add `step` to the last dose, up to the ceiling; ``free`` rises in a
    way that the source leaves open, and ``none`` does not change. `raise_when` says what
    must hold to go up; `keep_when` says what must hold to stay, and without it the dose goes up.

    Args:
        times_per_day: how often the changed dose is given, where `step` is an amount.
        every: how long a level is kept before it is judged again.
        lower_when: what must hold to go one level down.
        lower_by: by how much, where it is not one level.
        printed: the source's own words for a rule that it leaves open.
    """

    kind: Literal["ladder", "steps", "free", "none"]
    levels: tuple[Dose, ...] = ()
    step: Dose | None = None
    every: Span | None = None
    raise_when: Predicate | None = None
    keep_when: Predicate | None = None
    lower_when: Predicate | None = None
    lower_by: Percent | None = None
    printed: str = ""

    @model_validator(mode="after")
    def _of_its_kind(self) -> Titration:
        if (self.kind == "ladder") != bool(self.levels):
            raise ValueError("lists levels if, and only if, it is a ladder")
        if self.kind == "ladder" and self.step is not None:
            raise ValueError("is a ladder and has a step; give one of the two")
        if self.raise_when is not None and self.keep_when is not None:
            raise ValueError("says both when to raise and when to keep; give one, the other follows")
        for lower, upper in pairwise(self.levels):
            if lower.ends[1].unit.dimension != upper.ends[0].unit.dimension:
                raise ValueError(f"levels {lower} and {upper} measure different things; use one unit")
            if not lower.ends[1] < upper.ends[0]:
                raise ValueError(f"level {upper} is not above {lower}; list levels in rising order")
        return self


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
        start: the first dose: an amount, or a rate where the mode is one of infusion without an end.
        duration: how long one timed infusion or slow bolus takes.
        times_per_day, every: how often amounts are given.
        repeat_not_before: the least time from one dose to the next.
        when: for whom this regimen is; None where the protocol has one, or leaves the choice open.
    """

    title: str
    route: str
    mode: Mode
    when: Predicate | None = None
    start: Dose | None = None
    duration: Span | None = None
    times_per_day: int | None = Field(default=None, ge=1)
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
    def rated(self) -> bool:
        """Whether its doses are rates that run until something ends them."""
        return self.mode in RATED

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
            for one in self.ceilings
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
        if self.duration is not None and self.rated:
            raise ValueError("runs until it is stopped, and has a duration; give `course` its length")
        return self
