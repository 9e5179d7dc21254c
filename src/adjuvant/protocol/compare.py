"""All regimens on one scale: milligrams in 24 hours at a given body weight, and the dose over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from math import ceil

from adjuvant.protocol.ceiling import ceiling_words
from adjuvant.protocol.dosing import DosingWeight, absolute, per_day
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.needs import lacking
from adjuvant.protocol.regimen import Regimen, limit_of
from adjuvant.protocol.titration import levels
from adjuvant.protocol.values import Dose
from adjuvant.protocol.words import dose_count
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["Compared", "Stretch", "compare", "dose_over_time", "reference_weight"]


_DAYS = 5
"""The first days that are reckoned day by day: as long as most of the courses that have a length."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time at one dose: hours from the first dose, and milligrams per hour."""

    start_h: Fraction
    end_h: Fraction
    mg_per_h: Fraction


@dataclass(frozen=True, slots=True)
class Compared:
    """One regimen on the common scale.

    Args:
        start: milligrams in 24 hours of the first dose, both ends where the source gives a span; no more
            than the cap. None where it is not given.
        top: the most that its own levels come to; None where it may rise and no level and no cap ends that.
        cap: the lowest of the protocol's own ceilings that cap; None where it has none.
        usual: the lowest of those that only ask for a review, and are no cap; None where it has none.
        printed: whether it has a ceiling whose reading a site must choose, so that it has no figure yet.
        over_time: the dose of the first days, if it rises whenever it may; empty where the source does not
            say enough to reckon it. `kept` is the same if it never rises.
        ends: whether it stops within those days.
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
    cap: Quantity | None
    usual: Quantity | None
    printed: bool
    over_time: tuple[Stretch, ...]
    kept: tuple[Stretch, ...]
    ends: bool
    why_not: str
    caps: tuple[str, ...]
    course: str
    entry: int
    evidence: str
    lacking: int
    rises: bool = False

    @property
    def by_day(self) -> tuple[Quantity, ...]:
        """Milligrams on each of the first days; empty where the dose over time is not known."""
        if not self.over_time:
            return ()
        sums = [Fraction(0)] * _DAYS
        for one in self.over_time:
            for day in range(_DAYS):
                first, last = max(one.start_h, Fraction(24 * day)), min(one.end_h, Fraction(24 * (day + 1)))
                if first < last:
                    sums[day] += (last - first) * one.mg_per_h
        return tuple(Quantity(one, "mg") for one in sums)


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
    if regimen.converted_from is not None:
        why = f"the first dose is worked out of what was given before ({regimen.converted_from.from_})"
    first = _first(regimen)
    if first:
        least, most = min(one.ends[0] for one in first), max(one.ends[1] for one in first)
        low, high = (per_day(end, regimen, weight) for end in (least, most))
        if isinstance(low, Unknown) or isinstance(high, Unknown):
            why = "how often it is given in a day is not said"
        else:
            start, why = (low, high), ""
    cap, usual = (_lowest(regimen, weight, soft=soft) for soft in (False, True))
    if start is not None and cap is not None:
        start = min(start[0], cap), min(start[1], cap)
    return Compared(
        protocol=protocol.protocol,
        title=protocol.title,
        regimen=name,
        drug=protocol.drug,
        route=regimen.route,
        mode=regimen.mode,
        start=start,
        top=_top(regimen, weight, start, cap),
        cap=cap,
        usual=usual,
        printed=any(limit_of(one) is None for one in regimen.caps),
        over_time=_first_days(regimen, weight, highest=True),
        kept=_first_days(regimen, weight, highest=False),
        ends=_ends(regimen),
        why_not=why,
        caps=tuple(ceiling_words(one) for one in regimen.caps),
        course=_course(regimen),
        entry=sum(1 for one in protocol.criteria if one.kind in ("include", "exclude", "relative")),
        evidence=protocol.evidence.label,
        lacking=len(lacking(protocol, name)),
        rises=_rises(regimen),
    )


def _first(regimen: Regimen) -> list[Dose]:
    """The first dose; where a test dose chooses it, all that may follow."""
    if regimen.start is not None:
        return [regimen.start]
    chosen = regimen.test_dose.chooses if regimen.test_dose is not None else ()
    return [one.then for one in chosen]


def _rises(regimen: Regimen) -> bool:
    return regimen.titration is not None and regimen.titration.kind != "none"


def _lowest(regimen: Regimen, weight: DosingWeight, *, soft: bool) -> Quantity | None:
    """The lowest ceiling of one kind, in 24 hours; None where there is none, or none that comes to a day."""
    found: list[Quantity | Unknown] = []
    for ceiling in regimen.caps:
        limit = limit_of(ceiling)
        if limit is None or ceiling.soft != soft:
            continue
        if ceiling.of == "day":
            found.append(absolute(limit, weight).to("mg/d"))
        elif (ceiling.of == "rate") == regimen.rated and ceiling.of in ("rate", "single_dose"):
            found.append(per_day(limit, regimen, weight))
    return min((one for one in found if not isinstance(one, Unknown)), default=None)


def _top(
    regimen: Regimen, weight: DosingWeight, start: tuple[Quantity, Quantity] | None, cap: Quantity | None
) -> Quantity | None:
    """The most in 24 hours that the regimen itself comes to; None where nothing says how far it rises."""
    known = levels(regimen)
    if not _rises(regimen):
        return start[1] if start is not None else None
    if regimen.titration is not None and regimen.titration.kind != "ladder" and len(known) < 2:
        return cap  # of a dose that rises without levels, the first is not the greatest
    if regimen.titration is not None and regimen.titration.kind == "free":
        return cap
    highest = per_day(known[-1], regimen, weight)
    if isinstance(highest, Unknown):
        return cap
    return highest if cap is None else min(highest, cap)


def _first_days(regimen: Regimen, weight: DosingWeight, *, highest: bool) -> tuple[Stretch, ...]:
    """The dose of the first days; empty where the source does not say how it goes on."""
    titration = regimen.titration
    if titration is not None and titration.kind != "none" and titration.every is None:
        return ()
    if titration is not None and titration.kind in ("free", "steps") and len(levels(regimen)) < 2:
        return ()
    if not regimen.rated and _gap(regimen) is None and not _once(regimen):
        return ()
    return dose_over_time(regimen, weight, Fraction(24 * _DAYS), highest=highest)


def _course(regimen: Regimen) -> str:
    course = regimen.course
    if course is None:
        return ""
    parts = [f"{regimen.times_per_week} a week"] if regimen.times_per_week is not None else []
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
        highest: True for the fastest rise that the titration allows; False for the first level throughout,
            unless the dose rises whatever the effect.
    Returns:
        Stretches in order, within the course where its length is known.
    """
    known = levels(regimen)
    if not known:
        return ()
    end = min(hours, _length(regimen, hours))
    if regimen.rated:
        rises = highest or (regimen.titration is not None and regimen.titration.always)
        return _rates(regimen, known if rises else known[:1], weight, end)
    if regimen.duration is None or regimen.duration.value is None:
        return ()
    length = regimen.duration.value.in_("h")
    rate = absolute(known[-1] if highest else known[0], weight).value / length
    return tuple(Stretch(at, min(at + length, end), rate) for at in _times(regimen, end))


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


def _ends(regimen: Regimen) -> bool:
    """Whether the course is over within the first days, by its length or by that of its one dose."""
    never = Fraction(24 * _DAYS + 1)
    kept = regimen.course is not None and regimen.course.keep_effective is not None
    return not regimen.rated or kept or _length(regimen, never) < never


def _times(regimen: Regimen, end: Fraction) -> list[Fraction]:
    """When each dose begins, before `end`: as many as the course says, or until it is over."""
    gap = _gap(regimen)
    if gap is None:
        return [Fraction(0)]
    most = ceil(end / gap)
    course = regimen.course
    count = course.infusions if course is not None and course.infusions is not None else most
    return [gap * n for n in range(min(count, most))]


def _gap(regimen: Regimen) -> Fraction | None:
    """Hours from one dose to the next; None where it is not said."""
    course = regimen.course
    if course is not None and course.spacing is not None and course.spacing.value is not None:
        return course.spacing.value.in_("h")
    if regimen.every is not None and regimen.every.value is not None:
        return regimen.every.value.in_("h")
    return None


def _once(regimen: Regimen) -> bool:
    """Whether it is given once and no more."""
    return regimen.course is not None and regimen.course.infusions == 1


def _length(regimen: Regimen, otherwise: Fraction) -> Fraction:
    course = regimen.course
    if course is None:
        return otherwise
    if course.fixed is not None:
        return course.fixed.ends[1].in_("h")
    return course.at_most.in_("h") if course.at_most is not None else otherwise
