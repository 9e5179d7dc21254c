"""The next dose: one level up or down from the present one, never past the protocol's own ceiling."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.regimen import Ceiling, Regimen, is_strict, limit_of
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import is_rate, per_weight
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = [
    "Step",
    "ceiling_words",
    "first_dose",
    "lowered_by_rule",
    "next_down",
    "next_up",
    "on_the_ladder",
    "over_ceiling",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One level, as the protocol counts it.

    Args:
        dose: per kilogram where the protocol doses so.
        capped: the ceiling that held it down, in words; empty where none did.
    """

    dose: Quantity
    capped: str = ""


def first_dose(regimen: Regimen, situation: Situation | None = None) -> Quantity | Unknown:
    """The dose to start with.

    Where a test dose chooses it, that is the one that follows the test dose which a clinician says worked:
    the answer to the question ``test_dose:`` and the dose as the protocol writes it.
    """
    if regimen.start is not None:
        return regimen.start.value if regimen.start.value is not None else Unknown("the first dose")
    if regimen.test_dose is None or not regimen.test_dose.chooses:
        return Unknown("the first dose")
    for choice in regimen.test_dose.chooses:
        answer = situation.answer(f"test_dose:{choice.tested}") if situation is not None else None
        if answer is not None and answer.yes and choice.then.value is not None:
            return choice.then.value
    tested = ", ".join(f"test_dose:{choice.tested}" for choice in regimen.test_dose.chooses)
    return Unknown(f"which test dose worked (answer one of {tested})")


def same_dose(one: Quantity, other: Quantity, weight: DosingWeight | None) -> bool:
    """Whether two doses are the same for this patient, whatever they are written in.

    Of two that only a body weight could compare, and none is known, nobody can say that they are.
    """
    if one.unit.commensurable(other.unit):
        return one.same_as(other)
    if is_rate(one) != is_rate(other) or weight is None:
        return False
    return absolute(one, weight).same_as(absolute(other, weight))


def on_the_ladder(regimen: Regimen, dose: Quantity, weight: DosingWeight | None) -> Quantity | None:
    """The protocol's own level that a charted dose is, as the protocol writes it; None where it is none."""
    for level in levels(regimen):
        if same_dose(level, dose, weight):
            return level
    return None


def levels(regimen: Regimen) -> tuple[Quantity, ...]:
    """Every level that a regimen can reach, lowest first; its start alone where it does not titrate.

    Where a test dose chooses the dose, these are the doses that it chooses among.
    """
    return regimen.levels


def next_up(regimen: Regimen, dose: Quantity, weight: DosingWeight | None) -> Step | Unknown | None:
    """One level up.

    Returns:
        None where the highest is reached; Unknown where the present dose is none of the protocol's levels.
    """
    return _neighbour(regimen, dose, weight, 1)


def next_down(regimen: Regimen, dose: Quantity, weight: DosingWeight | None) -> Step | Unknown | None:
    """One level down; None from the lowest."""
    return _neighbour(regimen, dose, weight, -1)


def _neighbour(
    regimen: Regimen, dose: Quantity, weight: DosingWeight | None, by: int
) -> Step | Unknown | None:
    known = levels(regimen)
    for index, level in enumerate(known):
        if same_dose(level, dose, weight):
            beside = index + by
            return Step(known[beside]) if 0 <= beside < len(known) else None
    return Unknown(f"a dose of this protocol: {dose} is none of its levels")


def lowered_by_rule(
    protocol: Protocol, regimen: Regimen, situation: Situation, weight: DosingWeight | None
) -> Quantity | None:
    """The present dose where rules that lower by a share brought it there from a level; None otherwise.

    It cannot have been lowered more often than ketamine was charted.
    """
    present = situation.state.dose
    shares = {rule.reduce_by for rule in protocol.rules if rule.reduce_by is not None}
    if present is None:
        return None
    for share in shares:
        reached = levels(regimen)
        for _ in situation.facts.ketamine:
            reached = tuple(one * ((100 - share.value) / 100) for one in reached)
            if any(same_dose(one, present, weight) for one in reached):
                return present
    return None


def over_ceiling(
    regimen: Regimen, dose: Quantity, per_day: Quantity | None, weight: DosingWeight | None
) -> tuple[Ceiling, ...]:
    """The ceilings of the protocol that a dose does not keep; soft ones are among them, and refuse nothing.

    Args:
        per_day: what it comes to in a day, for ceilings of the day; None where that is not known.
    """
    found: list[Ceiling] = []
    for one in regimen.caps:
        limit = limit_of(one)
        if limit is None or (one.soft and one.of == "day" and per_day is None):
            continue
        if one.of == "day":
            value = per_day
        elif (one.of == "rate") == is_rate(dose):
            value = dose
        else:
            continue
        if value is None or not _keeps(value, limit, is_strict(one), weight):
            found.append(one)
    return tuple(found)


def _keeps(value: Quantity, limit: Quantity, strict: bool, weight: DosingWeight | None) -> bool:
    if per_weight(value) == per_weight(limit):
        left, right = value, limit
    else:
        left, right = absolute(value, weight), absolute(limit, weight)
    return left < right if strict else left <= right


def ceiling_words(ceiling: Ceiling) -> str:
    """A ceiling in words, as printed where its reading was open."""
    limit = limit_of(ceiling)
    if limit is None:
        return f"{ceiling.printed} (how that is read is not chosen)"
    sign = "under" if is_strict(ceiling) else "at most"
    figure = f"{sign} {limit.for_people()}"
    return f"{ceiling.printed} (read as {figure})" if ceiling.printed else figure
