"""What a protocol and the guardrails say of a dose that somebody proposes: it passes, or it is refused."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from adjuvant.errors import InputError
from adjuvant.protocol import Sited
from adjuvant.protocol.ceiling import ceiling_words
from adjuvant.protocol.counting import over_ceiling
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.gate import guardrail_breaches
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.limits import guardrails
from adjuvant.protocol.regimen import Regimen, limit_of
from adjuvant.protocol.values import span
from adjuvant.quantity import Quantity

__all__ = ["adopted", "as_given", "bound", "refusals"]


def bound(sited: Sited, regimen: str) -> Regimen:
    """The regimen that a proposal is bound to.

    Raises:
        InputError: no such regimen, or one that is given at once and not by a pump.
    """
    known = sited.protocol.regimens
    if regimen not in known:
        raise InputError(
            f"regimen {regimen!r}",
            f"is not one of {sited.protocol.protocol}",
            f"use one of: {', '.join(known) or 'none, the protocol has none'}",
        )
    own = known[regimen]
    if not own.rated and own.mode != "timed_infusion":
        raise InputError(
            f"{sited.protocol.protocol}, {regimen}",
            f"is given as {own.mode}, and not by a pump",
            "choose another",
        )
    return own


def as_given(own: Regimen, minutes: Fraction, infusions: int, every_h: Fraction) -> Regimen:
    """The regimen with the times of a proposal in place of its own, so that limits count what is proposed."""
    if own.rated:
        return own
    course = {"infusions": infusions, "spacing": {"value": Quantity(every_h, "h")}}
    told = {
        "title": own.title,
        "route": own.route,
        "mode": own.mode,
        "duration": {"value": Quantity(minutes, "min")},
        "course": course if infusions > 1 else {"infusions": 1},
        "citation": own.citation,
        "provenance": own.provenance,
    }
    made = Regimen.model_validate(told)
    return made.model_copy(update={"ceilings": own.ceilings})


def adopted(sited: Sited) -> tuple[str, ...]:
    """Keys of the guardrails that the site has adopted."""
    return tuple(one.key for one in sited.profile.adopt_guardrails) if sited.profile is not None else ()


def refusals(
    dose: Quantity,
    sited: Sited,
    given: Regimen,
    weight: DosingWeight,
    rails: Mapping[str, Guardrail] | None = None,
) -> tuple[str, ...]:
    """Every ceiling and guardrail that refuses a dose, in words; nothing where it passes.

    A dose is never altered here. A ceiling that a site must still read in one of several ways refuses too.

    Args:
        dose: an amount of one infusion, or a rate.
        given: as `as_given` makes it.
    """
    found = [
        f"{one.key}: {one.printed} can be read in several ways, and none is chosen"
        for one in given.ceilings
        if one.readings and one.chosen is None
    ]
    for over in over_ceiling(given, dose, None, weight):
        if not over.ceiling.soft and limit_of(over.ceiling) is not None:
            more = f" ({over.words})" if over.words else ""
            found.append(f"{over.ceiling.key}: {ceiling_words(over.ceiling)}{more}")
    known = {**guardrails(), **sited.own_limits} if rails is None else rails
    found += [
        f"{one.key}: {one.words}"
        for one in guardrail_breaches(dose, sited.protocol, given, None, weight, known, adopted(sited))
        if one.refuses
    ]
    least = given.repeat_not_before
    spacing = given.course.spacing if given.course is not None else None
    if (
        least is not None
        and spacing is not None
        and spacing.value is not None
        and span(spacing.value) < span(least)
    ):
        found.append(f"repeat_not_before: the next dose comes after {spacing.value}, and {least} must pass")
    return tuple(found)
