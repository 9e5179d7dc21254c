"""The schedules that a search goes through, and the bounds that each of them must keep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from adjuvant.design.schedule import MOST_DAYS
from adjuvant.errors import InputError

__all__ = ["OBJECTIVES", "Bounds", "Candidate", "ChanceBound", "Pump", "Space", "Timing", "candidates"]

OBJECTIVES = {
    "total_mg": 1,
    "peak": 1,
    "chance_above": 1,
    "hours_in_range": -1,
    "rounds": 1,
    "acts": 1,
    "days": 1,
}
"""What a search makes small (1), and the one thing that it makes large (-1)."""

_MOST = 10**4
"""Schedules that a search goes through at most."""
_MOST_INFUSIONS = 10**3
"""Infusions of one schedule at most: each of them is laid out and watched."""


@dataclass(frozen=True, slots=True)
class Pump:
    """The bag and the pump: each rate is a whole number of its steps.

    Args:
        concentration: mg/mL.
        step: mL/h, the least step of the rate.
    """

    concentration: Fraction
    step: Fraction

    def __post_init__(self) -> None:
        for name, value in (("concentration", self.concentration), ("step of the pump", self.step)):
            if value <= 0:
                raise InputError(f"{name} {float(value):g}", "is not above zero", "state it")

    @property
    def mg_per_h(self) -> Fraction:
        """One step as milligrams in an hour."""
        return self.concentration * self.step


@dataclass(frozen=True, slots=True)
class Timing:
    """When infusions run: each so long, so many of them, so far apart, the first at an hour of the day.

    Raises:
        InputError: no minutes, no infusions or too many, an hour outside of a day, or infusions that overlap.
    """

    minutes: Fraction
    infusions: int
    every_h: Fraction
    begins_h: Fraction

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise InputError(
                f"duration of {float(self.minutes):g} min", "is impossible", "give minutes above zero"
            )
        if not 1 <= self.infusions <= _MOST_INFUSIONS:
            raise InputError(
                f"{self.infusions} infusions", f"are none, or over {_MOST_INFUSIONS}", "give a number of them"
            )
        days = ((self.infusions - 1) * self.every_h + self.minutes / 60) / 24
        if days > MOST_DAYS:
            raise InputError(
                f"course of {float(days):g} days", f"is over {MOST_DAYS}", "search a shorter one"
            )
        if not 0 <= self.begins_h < 24:
            raise InputError(
                f"beginning at hour {float(self.begins_h):g}",
                "is no hour of a day",
                "give one from 0 to below 24",
            )
        if self.infusions > 1 and self.every_h * 60 < self.minutes:
            raise InputError(
                f"infusions of {float(self.minutes):g} min every {float(self.every_h):g} h",
                "run into each other",
                "put them further apart, or make one that is longer",
            )

    @property
    def edges_h(self) -> tuple[Fraction, ...]:
        """Hours of the day at which somebody starts or stops an infusion."""
        starts = [self.begins_h + place * self.every_h for place in range(self.infusions)]
        return tuple(sorted({at % 24 for one in starts for at in (one, one + self.minutes / 60)}))


@dataclass(frozen=True, slots=True)
class Space:
    """Every combination of a rate and a timing.

    Args:
        rates: mg/h, above zero.
    Raises:
        InputError: none, a rate that is nothing, one that stands twice, or too many schedules.
    """

    rates: tuple[Fraction, ...]
    timings: tuple[Timing, ...]

    def __post_init__(self) -> None:
        if not self.rates or not self.timings:
            raise InputError("space of the search", "is empty", "give rates and timings")
        for rate in self.rates:
            if rate <= 0:
                raise InputError(f"rate {float(rate):g} mg/h", "is not above zero", "leave it out")
        if len(set(self.rates)) < len(self.rates) or len(set(self.timings)) < len(self.timings):
            raise InputError("space of the search", "names a rate or a timing twice", "name each once")
        if len(self.rates) * len(self.timings) > _MOST:
            count = len(self.rates) * len(self.timings)
            raise InputError(f"space of {count} schedules", f"is over {_MOST}", "take larger steps")


@dataclass(frozen=True, slots=True)
class ChanceBound:
    """A level that at most so large a share of the patients may pass at any time.

    Args:
        at_most: alpha, from 0 to below 1. The upper end of the 95 % interval of the drawing must keep it.
    """

    above: float
    at_most: float
    because: str

    def __post_init__(self) -> None:
        if not 0 <= self.at_most < 1:
            raise InputError(f"chance of at most {self.at_most:g}", "is no share below one", "such as 0.05")
        if not self.above > 0 or self.above == float("inf"):
            raise InputError(f"level {self.above:g} ng/mL", "is no level above zero", "give it in ng/mL")
        if not self.because.strip():
            raise InputError(f"level {self.above:g} ng/mL", "does not say where it is from", "add `because`")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What every schedule must keep, beside the protocol's ceilings and the guardrails.

    Args:
        chances: none, or more.
        mg_per_day, mg_in_all: None where nobody states one.
        working_h: from and to, hours of the day within which each start and each stop must be; None for any.
    """

    chances: tuple[ChanceBound, ...]
    mg_per_day: Fraction | None = None
    mg_in_all: Fraction | None = None
    working_h: tuple[Fraction, Fraction] | None = None

    def __post_init__(self) -> None:
        for name, value in (("mg in a day", self.mg_per_day), ("mg in all", self.mg_in_all)):
            if value is not None and value <= 0:
                raise InputError(f"limit of {name}, {float(value):g}", "is not above zero", "state the limit")
        if self.working_h is not None:
            first, last = self.working_h
            if not 0 <= first < last <= 24:
                raise InputError(
                    f"working hours {float(first):g} to {float(last):g}",
                    "are no stretch of one day",
                    "give hours from 0 to 24, the first before the last",
                )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One schedule of a search.

    Args:
        rate: mg/h, as it is asked for; `steps` of the pump, or None where it is no whole number of them.
    """

    rate: Fraction
    timing: Timing
    steps: int | None

    @property
    def name(self) -> str:
        """As tables show it."""
        often = f"{self.timing.infusions} x " if self.timing.infusions > 1 else ""
        apart = f", every {float(self.timing.every_h):g} h" if self.timing.infusions > 1 else ""
        clock = f"{int(self.timing.begins_h):02d}:{int(self.timing.begins_h % 1 * 60):02d}"
        rate = f"{float(self.rate):g} mg/h for {_lasting(self.timing.minutes)}"
        return f"{often}{rate}{apart}, from {clock}"

    @property
    def each_mg(self) -> Fraction:
        """What one infusion gives."""
        return self.rate * self.timing.minutes / 60


def _lasting(minutes: Fraction) -> str:
    return f"{float(minutes):g} min" if minutes < 120 else f"{float(minutes / 60):g} h"


def candidates(space: Space, pump: Pump) -> Iterator[Candidate]:
    """Every schedule of a space. A rate that the pump cannot be set to is refused later, and not rounded."""
    for timing, rate in product(space.timings, space.rates):
        steps = rate / pump.mg_per_h
        yield Candidate(rate, timing, int(steps) if steps.denominator == 1 else None)
