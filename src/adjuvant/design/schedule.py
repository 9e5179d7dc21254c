"""A schedule to compare: what is given and when, where it is from, and how much work it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from adjuvant.errors import InputError
from adjuvant.pk import Bolus, Infusion, RateChange, Regimen
from adjuvant.plan import Running, monitoring_schedule
from adjuvant.protocol import Sited
from adjuvant.protocol.compare import Stretch, dose_over_time, reference_weight
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.regimen import Regimen as ProtocolRegimen
from adjuvant.protocol.regimen import dose_spacing
from adjuvant.protocol.titration import levels
from adjuvant.quantity import Quantity

__all__ = ["MOST_DAYS", "RISES", "Schedule", "of_protocol", "typed", "watched"]

RISES = ("never", "fastest")
"""How a dose that may rise is taken: at its first level throughout, or up at every chance."""

_MINUTES = 60
MOST_DAYS = 366
"""A schedule is looked at over a year at most."""
_BEGINS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is given to one patient from hour 0 on.

    Args:
        name: as tables and figures show it.
        hours: from the first dose to the end of the course.
        source: whose schedule it is, in words.
        chosen: what the source leaves open and somebody chose or assumed, in words.
        acts: doses that are begun, infusions that are begun or ended, and rates that are changed.
        rounds: rounds of observation that the protocol asks for up to the end; None where it names no times.
    Raises:
        InputError: no length, or one of more than a year.
    """

    name: str
    regimen: Regimen
    hours: float
    source: str
    chosen: tuple[str, ...]
    acts: int
    rounds: int | None

    def __post_init__(self) -> None:
        if not 0 < self.hours <= MOST_DAYS * 24:
            raise InputError(
                f"schedule {self.name!r} of {self.hours:g} h",
                f"has no length from above zero to {MOST_DAYS} days",
                "state over which hours it is looked at",
            )

    @property
    def days(self) -> float:
        """The length in days."""
        return self.hours / 24

    def total_mg(self, weight_kg: float) -> float:
        """Everything that is given."""
        spans = self.regimen.spans(weight_kg)
        return sum(one.mg + one.mg_per_min * (one.end_min - one.start_min) for one in spans)

    def most_mg_in_24_h(self, weight_kg: float) -> float:
        """The most that is given in any 24 hours."""
        spans = self.regimen.spans(weight_kg)
        day = 24.0 * _MINUTES
        edges = {one.start_min for one in spans} | {one.end_min for one in spans}
        # What is given in a window changes in straight lines, so that the most is where an end meets an edge.
        starts = edges | {edge - day for edge in edges}

        def given(start: float) -> float:
            found = 0.0
            for one in spans:
                if one.mg and start <= one.start_min < start + day:
                    found += one.mg
                over = min(one.end_min, start + day) - max(one.start_min, start)
                found += one.mg_per_min * max(0.0, over)
            return found

        return max(given(start) for start in starts)


def typed(
    name: str, regimen: Regimen, because: str = "", hours: float | None = None, rounds: int | None = None
) -> Schedule:
    """A schedule that somebody typed.

    Args:
        because: where it is from, in words.
        hours: its length, where more belongs to it than the time to its last dose.
        rounds: of observation, where somebody states them.
    Raises:
        InputError: no name, or a length that ends before what is given does.
    """
    if not name.strip():
        raise InputError("schedule", "has no name", "name it, so that answers can")
    last = max(one.end_min for one in regimen.spans(1.0)) / _MINUTES
    if hours is not None and hours < last:
        raise InputError(
            f"schedule {name!r} of {hours:g} h",
            f"ends before its last dose does, at {last:g} h",
            "correct one",
        )
    lasting = hours if hours is not None else last
    if not lasting:
        raise InputError(f"schedule {name!r}", "has no length", "add `hours`, over which it is looked at")
    return Schedule(name, regimen, lasting, because or "typed", (), _acts(regimen), rounds)


def _acts(regimen: Regimen) -> int:
    own = sum(1 if isinstance(dose, Bolus) else 2 + len(dose.changes) for dose in regimen.doses)
    return own + sum(_acts(other) for other in regimen.alongside)


def of_protocol(
    sited: Sited, regimen: str, kilograms: Quantity, *, rises: str, days: Fraction, name: str = ""
) -> Schedule:
    """The schedule of a protocol's regimen for a body weight, as its source and a site give it.

    Args:
        rises: one of `RISES`. What a patient's pain and unwanted effects make of it lies between.
        days: how much of a course is taken that has no end of its own.
    Raises:
        InputError: no such regimen, one that does not say enough to be laid out in time (it names what), or
            no days.
    """
    protocol = sited.protocol
    if not 0 < days <= MOST_DAYS:
        raise InputError(f"{float(days):g} days of a course", f"are none, or over {MOST_DAYS}", "give some")
    if rises not in RISES:
        raise InputError(f"rise {rises!r}", "is none of these", f"choose one of: {', '.join(RISES)}")
    if regimen not in protocol.regimens:
        known = ", ".join(protocol.regimens) or "none"
        raise InputError(f"regimen {regimen!r}", f"is not one of {protocol.protocol}", f"use one of: {known}")
    own = protocol.regimens[regimen]
    weight = reference_weight(kilograms)
    doses, hours = _laid_out(protocol, own, weight, rises, days)
    given = Regimen(tuple(doses), protocol.drug)
    label = name or f"{protocol.protocol} {regimen}"
    if not name and own.titration is not None and own.titration.kind != "none":
        label += ", rising" if rises == "fastest" else ", first dose"
    site = f", as {sited.profile.site} runs it" if sited.profile is not None else ""
    return Schedule(
        name=label,
        regimen=given,
        hours=hours,
        source=f"{protocol.protocol} ({protocol.version}), {regimen}{site} [{protocol.citation}]",
        chosen=tuple(_chosen(sited, own, rises, days)),
        acts=_acts(given),
        rounds=watched(sited, regimen, given, hours),
    )


def _chosen(sited: Sited, own: ProtocolRegimen, rises: str, days: Fraction) -> list[str]:
    found = []
    if sited.profile is not None:
        found = [
            f"{one.field.removeprefix('regimens.')} is {_value(one.value)}, by {one.reference}."
            for one in sited.profile.chosen
        ]
    if sited.profile is not None and sited.profile.example:
        found.insert(0, "The site profile is an example that was invented; these are nobody's own choices.")
    if own.titration is not None and own.titration.kind != "none":
        found.append(
            "The dose rises at every chance, whatever pain does."
            if rises == "fastest"
            else "The dose stays at its first level, whatever pain does."
        )
    if _end(own, None) is None:
        found.append(f"Its course has no end of its own; {float(days):g} days of it are taken.")
    return found


def _value(chosen: Any) -> str:
    """What a site chose, as it wrote it."""
    if isinstance(chosen, Mapping):
        return ", ".join(f"{key} {_value(one)}" for key, one in chosen.items())
    if isinstance(chosen, Sequence) and not isinstance(chosen, str):
        return "; ".join(map(_value, chosen))
    return str(chosen)


def _end(own: ProtocolRegimen, otherwise: Fraction | None) -> Fraction | None:
    """Hours of the course, by its length or by its last dose."""
    course = own.course
    if course is None:
        return otherwise
    if course.fixed is not None:
        return course.fixed.ends[1].in_("h")
    if course.infusions is not None and not own.rated:
        gap = dose_spacing(own)
        if gap is None:
            return otherwise if course.infusions > 1 else Fraction(0)
        return (course.infusions - 1) * Fraction(gap / timedelta(hours=1))
    return otherwise


def _laid_out(
    protocol: Protocol, own: ProtocolRegimen, weight: DosingWeight, rises: str, days: Fraction
) -> tuple[list[Bolus | Infusion], float]:
    length = _end(own, days * 24)
    if length is None:
        raise InputError(protocol.protocol, "has no length", "state one")
    if own.rated or own.duration is not None:
        hours = length if own.rated else length + 24 * 7
        stretches = dose_over_time(own, weight, hours, highest=rises == "fastest")
        if stretches:
            return _infusions(stretches, own.route), float(max(length, stretches[-1].end_h))
        raise _unsaid(protocol, own, "over how long a dose runs, or what the dose is")
    gap = dose_spacing(own)
    known = levels(own)
    if not known:
        raise _unsaid(protocol, own, "what the dose is")
    if gap is None and not (own.course is not None and own.course.infusions == 1):
        raise _unsaid(protocol, own, "how often it is given")
    dose = absolute(known[0], weight)
    if rises == "fastest" and len(known) > 1:
        raise _unsaid(protocol, own, "when each single dose rises; take it at its first dose")
    every = Fraction(gap / timedelta(hours=1)) if gap is not None else Fraction(24)
    count = max(1, -(-length // every)) if gap is not None else 1
    if own.course is not None and own.course.infusions is not None:
        count = own.course.infusions
    found: list[Bolus | Infusion] = [
        Bolus(float(place * every * _MINUTES), dose, own.route) for place in range(int(count))
    ]
    return found, float(max(length, count * every))


def _unsaid(protocol: Protocol, own: ProtocolRegimen, what: str) -> InputError:
    return InputError(
        f"{protocol.protocol}: {own.title}",
        f"cannot be laid out in time: its source does not say {what}",
        "give a site profile that chooses it, or type the doses",
    )


def _infusions(stretches: Sequence[Stretch], route: str) -> list[Bolus | Infusion]:
    """Stretches as infusions; those that follow each other without a break are one with changes of rate."""
    runs: list[list[Stretch]] = []
    for one in stretches:
        if runs and runs[-1][-1].end_h == one.start_h:
            runs[-1].append(one)
        else:
            runs.append([one])
    return [
        Infusion(
            float(run[0].start_h * _MINUTES),
            float(run[-1].end_h * _MINUTES),
            Quantity(run[0].mg_per_h, "mg/h"),
            route,
            [
                RateChange(float(part.start_h * _MINUTES), Quantity(part.mg_per_h, "mg/h"))
                for before, part in pairwise(run)
                if part.mg_per_h != before.mg_per_h
            ],
        )
        for run in runs
    ]


def watched(sited: Sited, regimen: str, given: Regimen, hours: float) -> int | None:
    """Rounds of observation up to the end; None where nothing says when.

    Each infusion is watched from its own start to its own end; doses at once, as one course.
    """
    groups = [one for one in sited.protocol.monitoring if not one.regimens or regimen in one.regimens]
    if not any(one.phases or one.at for one in groups):
        return None
    infusions = [dose for dose in given.doses if isinstance(dose, Infusion)]
    if not infusions:
        boluses = tuple(_at(dose.at_min) for dose in given.doses if isinstance(dose, Bolus))
        running = Running(boluses[0], _at(hours * _MINUTES), boluses=boluses)
        return len(monitoring_schedule(sited, regimen, running, _at(hours * _MINUTES)).due)
    found = 0
    for place, one in enumerate(infusions):
        last = place + 1 == len(infusions)
        until = max(hours * _MINUTES, one.end_min) if last else infusions[place + 1].start_min
        running = Running(
            _at(one.start_min),
            _at(one.end_min),
            tuple(_at(change.at_min) for change in one.changes),
            (_at(one.start_min),),
        )
        found += len(monitoring_schedule(sited, regimen, running, _at(until)).due)
    return found


def _at(minute: float) -> datetime:
    return _BEGINS + timedelta(minutes=minute)
