"""Limits in plain fractions: what a dose comes to against a guardrail or a protocol's own cap, and whether it keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from sweep.book import Ceiling, Rail, Way
from sweep.figures import Dose

__all__ = ["broken", "capped", "counted", "keeps", "margin"]

Limit = Ceiling | Rail


def counted(dose: Dose, of: str, way: Way) -> Dose | str | None:
    """A dose as a limit counts it; None where it counts another kind of thing; words where that cannot be told."""
    if of == "single_dose":
        return None if dose.per_hour else dose
    if of == "day":
        if dose.per_hour:
            return dose
        times = way.doses_a_day
        return "how often a day" if times is None else Dose(dose.mg * times / 24, dose.per_kg, True)
    if dose.per_hour:
        return dose
    if way.mode not in ("timed_infusion", "slow_bolus"):
        return None
    if way.duration is None:
        return "over how long"
    longer = of == "rate" or way.duration >= 1
    return Dose(dose.mg / way.duration if longer else dose.mg, dose.per_kg, True)


def margin(dose: Dose, limit: Limit, way: Way, kilograms: Fraction | None) -> Fraction | str | None:
    """How far a dose is under a limit: zero at it, negative above; None where it is of another kind."""
    if limit.limit is None:
        return "no figure"
    found = counted(dose, limit.of, way)
    if found is None or isinstance(found, str):
        return found
    cap = limit.limit
    if found.per_hour != cap.per_hour:
        return None
    if found.per_kg == cap.per_kg:
        return cap.mg - found.mg
    ours, theirs = found.for_body(kilograms), cap.for_body(kilograms)
    return "no weight" if ours is None or theirs is None else theirs - ours


def capped(dose: Dose, way: Way, kilograms: Fraction | None) -> tuple[Dose, str]:
    """A dose of the protocol as this patient gets it, and the key of the protocol's own cap where that stands in its place."""
    found, key = dose, ""
    for cap in way.ceilings:
        if cap.soft or cap.strict or cap.of != ("rate" if dose.per_hour else "single_dose"):
            continue
        if cap.limit.per_hour != dose.per_hour:
            continue
        if cap.limit.per_kg == found.per_kg:
            above = found.mg > cap.limit.mg
        else:
            ours, theirs = found.for_body(kilograms), cap.limit.for_body(kilograms)
            above = ours is not None and theirs is not None and ours > theirs
        if above:
            found, key = cap.limit, cap.key
    return found, key


def keeps(dose: Dose, limit: Limit, way: Way, kilograms: Fraction | None) -> bool:
    """Whether a dose is within a limit; what cannot be told is not."""
    left = margin(dose, limit, way, kilograms)
    if left is None:
        return True
    if isinstance(left, str):
        return False
    return left > 0 if limit.strict else left >= 0


def binding(rail: Rail, way: Way) -> bool:
    """Whether a guardrail refuses at the site of a regimen."""
    return (
        rail.covers(way)
        and rail.absolute
        and rail.kind != "minimum"
        and (rail.binds or rail.key in way.adopted)
    )


def broken(
    dose: Dose,
    way: Way,
    kilograms: Fraction | None,
    rails: Mapping[str, Rail],
    since_last: Fraction | None,
    before: Sequence[tuple[Fraction, Dose | None]] = (),
) -> Iterator[str]:
    """The keys of every limit that refuses a dose.

    Args:
        since_last: hours from the last single dose to this one; None where there was none.
        before: the single doses of the course, each with the hours from it to this one.
    """
    for cap in way.ceilings:
        if cap.soft:
            continue
        if not keeps(dose, cap, way, kilograms):
            yield f"ceiling {cap.key}"
        elif _too_much_in_a_day(dose, cap, kilograms, before):
            yield f"ceiling {cap.key}, with what was given in the 24 hours before"
    for rail in rails.values():
        if not binding(rail, way):
            continue
        if rail.kind == "least_interval":
            if since_last is not None and rail.interval is not None and since_last < rail.interval:
                yield rail.key
        elif rail.kind == "least_duration":
            timed = way.mode in ("timed_infusion", "slow_bolus")
            short = way.duration is None or rail.interval is None or way.duration < rail.interval
            if timed and (short or (rail.strict and way.duration == rail.interval)):
                yield rail.key
        elif not keeps(dose, rail, way, kilograms):
            yield rail.key
        elif _too_much_in_a_day(dose, rail, kilograms, before):
            yield f"{rail.key}, with what was given in the 24 hours before"


def _too_much_in_a_day(
    dose: Dose, limit: Limit, kilograms: Fraction | None, before: Sequence[tuple[Fraction, Dose | None]]
) -> bool:
    """Whether a single dose and those of the 24 hours before it come to more than a limit of the day."""
    if limit.of != "day" or dose.per_hour or limit.limit is None:
        return False
    parts = [dose.for_body(kilograms)]
    parts += [one.for_body(kilograms) if one is not None else None for hours, one in before if hours < 24]
    most = limit.limit.for_body(kilograms)
    if most is None or any(one is None for one in parts):
        return True
    total = sum(one or 0 for one in parts)
    return total >= most * 24 if limit.strict else total > most * 24
