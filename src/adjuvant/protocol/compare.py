"""All regimens on one scale: milligrams in 24 hours at a given body weight, and the dose over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from adjuvant.protocol.dosing import DosingWeight, absolute, per_day
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.needs import lacking
from adjuvant.protocol.regimen import Regimen, limit_of
from adjuvant.protocol.titration import ceiling_words, levels
from adjuvant.protocol.values import Dose
from adjuvant.protocol.words import dose_count
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["Compared", "Stretch", "compare", "dose_over_time", "reference_weight"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One regimen on the common scale.

    Args:
        start, top: milligrams in 24 hours, both ends where the source gives a span; None where not given.
        why_not: why there is no figure, in words.
        caps: the protocol's own ceilings, in words.
        lacking: how many fields execution needs and the source does not give.
        rises: whether the dose may rise from the first.
    """

    protocol: str
    title: str
    regimen: str
    drug: str
    route: str
    mode: str
    start: tuple[Quantity, Quantity] | None
    top: Quantity | None
    why_not: str
    caps: tuple[str, ...]
    course: str
    entry: int
    evidence: str
    lacking: int
    rises: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time at one dose: hours from the first dose, and milligrams per hour."""

    start_h: Fraction
    end_h: Fraction
    mg_per_h: Fraction


def reference_weight(kilograms: Quantity) -> DosingWeight:
    """A weight to compare protocols at; it is no patient's."""
    at = datetime.min.replace(tzinfo=UTC)
    return DosingWeight(kilograms.to("kg"), "reference", at, f"compared at {kilograms.for_people()}")


def compare(protocols: Iterable[Protocol], weight: DosingWeight) -> tuple[Compared, ...]:
    """Every regimen of every protocol on the common scale, in the order given."""
    return tuple(
        _row(protocol, name, regimen, weight)
        for protocol in protocols
        for name, regimen in protocol.regimens.items()
    )


def _row(protocol: Protocol, name: str, regimen: Regimen, weight: DosingWeight) -> Compared:
    start: tuple[Quantity, Quantity] | None = None
    why = "the source gives no dose"
    first = _first(regimen)
    if first:
        low, high = (per_day(end, regimen, weight) for end in (first[0].ends[0], first[-1].ends[1]))
        if isinstance(low, Unknown) or isinstance(high, Unknown):
            why = "how often it is given in a day is not said"
        else:
            start, why = (low, high), ""
    return Compared(
        protocol=protocol.protocol,
        title=protocol.title,
        regimen=name,
        drug=protocol.drug,
        route=regimen.route,
        mode=regimen.mode,
        start=start,
        top=_top(regimen, weight),
        why_not=why,
        caps=tuple(ceiling_words(one) for one in regimen.ceilings),
        course=_course(regimen),
        entry=sum(1 for one in protocol.criteria if one.kind in ("include", "exclude")),
        evidence=protocol.evidence.label,
        lacking=len(lacking(protocol, name)),
        rises=regimen.titration is not None and regimen.titration.kind != "none",
    )


def _first(regimen: Regimen) -> list[Dose]:
    """The first dose; where a test dose chooses it, all that may follow, the lowest first."""
    if regimen.start is not None:
        return [regimen.start]
    chosen = regimen.test_dose.chooses if regimen.test_dose is not None else ()
    return sorted((one.then for one in chosen), key=lambda dose: dose.ends[0].value)


def _top(regimen: Regimen, weight: DosingWeight) -> Quantity | None:
    """The most in 24 hours that the regimen's own levels or ceilings reach; None where nothing ends it."""
    rises = regimen.titration is not None and regimen.titration.kind in ("steps", "free")
    # Of a dose that rises without an end, the first is not the greatest.
    found = (
        []
        if rises and len(levels(regimen)) == 1
        else [per_day(one, regimen, weight) for one in levels(regimen)[-1:]]
    )
    for ceiling in regimen.ceilings:
        limit = limit_of(ceiling)
        if limit is None:
            continue
        if ceiling.of == "day":
            found.append(absolute(limit, weight).to("mg/d"))
        elif (ceiling.of == "rate") == regimen.rated and ceiling.of in ("rate", "single_dose"):
            found.append(per_day(limit, regimen, weight))
    known = [one for one in found if not isinstance(one, Unknown)]
    return max(known, key=lambda one: one.value) if known else None


def _course(regimen: Regimen) -> str:
    course = regimen.course
    if course is None:
        return ""
    parts = []
    if course.infusions is not None:
        within = f" within {course.within}" if course.within is not None else ""
        parts.append(f"{dose_count(course.infusions)}{within}")
    if course.fixed is not None:
        parts.append(str(course.fixed))
    if course.keep_effective is not None:
        parts.append(f"effective level kept {course.keep_effective}")
    if course.at_most is not None:
        parts.append(f"at most {course.at_most}")
    return "; ".join(parts)


def dose_over_time(
    regimen: Regimen, weight: DosingWeight, hours: Fraction, *, highest: bool
) -> tuple[Stretch, ...]:
    """The dose over the first `hours`, if it rises whenever it may, or if it never does.

    A dose whose duration is not said is left out: its rate is not known.

    Args:
        highest: True for the fastest rise that the titration allows; False for the first level throughout.
    Returns:
        Stretches in order, within the course where its length is known.
    """
    known = levels(regimen)
    if not known:
        return ()
    end = min(hours, _length(regimen, hours))
    if regimen.rated:
        return _rates(regimen, known if highest else known[:1], weight, end)
    if regimen.duration is None or regimen.duration.value is None:
        return ()
    length = regimen.duration.value.in_("h")
    rate = absolute(known[-1] if highest else known[0], weight).value / length
    return tuple(Stretch(at, min(at + length, end), rate) for at in _times(regimen, end) if at < end)


def _rates(
    regimen: Regimen, known: tuple[Quantity, ...], weight: DosingWeight, end: Fraction
) -> tuple[Stretch, ...]:
    titration = regimen.titration
    every = (
        titration.every.ends[0].in_("h") if titration is not None and titration.every is not None else None
    )
    found: list[Stretch] = []
    at = Fraction(0)
    for n, level in enumerate(known):
        last = n == len(known) - 1 or every is None
        until = end if last or every is None else min(at + every, end)
        if at < until:
            found.append(Stretch(at, until, absolute(level, weight).in_("mg/h")))
        at = until
        if last:
            break
    return tuple(found)


def _times(regimen: Regimen, end: Fraction) -> list[Fraction]:
    course = regimen.course
    count = course.infusions if course is not None and course.infusions is not None else 1
    gap = None
    if course is not None and course.spacing is not None and course.spacing.value is not None:
        gap = course.spacing.value.in_("h")
    elif regimen.every is not None and regimen.every.value is not None:
        gap = regimen.every.value.in_("h")
    return [Fraction(0)] if gap is None else [gap * n for n in range(count) if gap * n < end]


def _length(regimen: Regimen, otherwise: Fraction) -> Fraction:
    course = regimen.course
    if course is None:
        return otherwise
    if course.fixed is not None:
        return course.fixed.ends[1].in_("h")
    return course.at_most.in_("h") if course.at_most is not None else otherwise
