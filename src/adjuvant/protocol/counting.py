"""What a protocol's own ceiling counts: a dose, its rate, or all of an hour, a day or the course with it."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.protocol.capping import comparable
from adjuvant.protocol.ceiling import Ceiling, is_strict, limit_of
from adjuvant.protocol.dosing import DosingWeight, absolute, per_day
from adjuvant.protocol.given import given_in_course, most_within
from adjuvant.protocol.regimen import TIMED, Regimen
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import is_rate, per_weight, span
from adjuvant.protocol.words import quantity_words
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["WINDOWS", "Over", "counted", "over_ceiling"]

WINDOWS = {"hour": (Quantity(1, "h"), "mg/h"), "day": (Quantity(1, "d"), "mg/d")}
"""How long the spans are that limits count in, and the unit of what falls in one."""


@dataclass(frozen=True, slots=True)
class Over:
    """One ceiling that a dose does not keep.

    Args:
        words: what the dose comes to, where that is more than itself, or why it cannot be told; or nothing.
    """

    ceiling: Ceiling
    words: str = ""


def counted(
    ceiling: Ceiling,
    dose: Quantity,
    regimen: Regimen,
    situation: Situation | None,
    weight: DosingWeight | None,
) -> Quantity | Unknown | None:
    """A dose as a ceiling counts it.

    An hour and a day are any that the dose falls in, with what was given before as it is charted, and a day
    at least what the regimen gives in one. A course is what was given in it with the dose; of a rate, which
    has no end, what was given so far.

    Args:
        situation: with what was given; None counts the dose alone, as the regimen gives it.
    Returns:
        None where the ceiling counts another kind of thing; Unknown where a weight, a duration, how often it
        is given or what was given is not known.
    """
    if ceiling.of == "single_dose":
        return None if is_rate(dose) else dose
    if ceiling.of == "rate":
        return _rate(dose, regimen)
    if per_weight(dose) and weight is None:
        return Unknown("a body weight")
    if ceiling.of == "course":
        before = given_in_course(situation, regimen, weight) if situation is not None else Quantity(0, "mg")
        if isinstance(before, Unknown) or is_rate(dose):
            return before
        return before + absolute(dose, weight).to("mg")
    length, unit = WINDOWS[ceiling.of]
    planned = per_day(dose, regimen, weight) if ceiling.of == "day" else None
    if isinstance(planned, Unknown) or situation is None:
        return planned
    most = most_within(span(length), dose, situation, regimen, weight)
    if isinstance(most, Unknown):
        return most
    held = Quantity(most.value, unit)
    return held if planned is None or held > planned else planned


def _rate(dose: Quantity, regimen: Regimen) -> Quantity | Unknown | None:
    if is_rate(dose):
        return dose
    if regimen.mode not in TIMED:
        return None  # what is swallowed or injected at once has no rate
    if regimen.duration is None or regimen.duration.value is None:
        return Unknown("over how long it is given")
    return dose / regimen.duration.value


def over_ceiling(
    regimen: Regimen, dose: Quantity, situation: Situation | None, weight: DosingWeight | None
) -> tuple[Over, ...]:
    """The ceilings of the protocol that a dose does not keep; soft ones are among them, and refuse nothing.

    A ceiling that cannot be compared is not kept.
    """
    found: list[Over] = []
    for one in regimen.caps:
        limit = limit_of(one)
        value = counted(one, dose, regimen, situation, weight)
        if limit is None or value is None:
            continue
        if isinstance(value, Unknown):
            often = per_day(dose, regimen, weight) if one.soft and one.of == "day" else None
            if not isinstance(often, Unknown):  # how often it is given is a gap of the protocol, said there
                found.append(Over(one, f"it cannot be compared without {', '.join(value.needs)}"))
            continue
        pair = comparable(value, limit, weight)
        # Of a rate that runs on, what was given of the course must be under the ceiling, or nothing is left.
        strict = is_strict(one) or (one.of == "course" and is_rate(dose))
        if pair is not None and (pair[0] < pair[1] if strict else pair[0] <= pair[1]):
            continue
        found.append(Over(one, _words(one, value, dose)))
    return tuple(found)


def _words(ceiling: Ceiling, value: Quantity, dose: Quantity) -> str:
    shown = quantity_words(value)
    if ceiling.of in WINDOWS:
        return f"with what was given, it comes to {shown}"
    if ceiling.of == "course":
        done = "was given in the course" if is_rate(dose) else "of the course, with what was given"
        return f"{shown} {done}"
    return "" if value.same_as(dose) else f"it comes to {shown}"
