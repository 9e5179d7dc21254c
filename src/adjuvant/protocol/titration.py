"""The next dose: one level up or down from the present one, never past the protocol's own ceiling."""

from __future__ import annotations

from adjuvant.protocol.capping import capped
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.model import Protocol
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import is_rate
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = [
    "first_dose",
    "lowered_by_rule",
    "next_down",
    "next_up",
    "on_the_ladder",
    "place_on_the_ladder",
]


def first_dose(regimen: Regimen, situation: Situation | None = None) -> Quantity | Unknown:
    """The dose to start with, as the protocol writes it and before its own cap.

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
    """The protocol's own level that a charted dose is, as the protocol writes it; None where it is none.

    Where its own cap applies, the level is charted as the cap; this is the lowest that comes to it.
    """
    place = place_on_the_ladder(regimen, dose, weight)
    return levels(regimen)[place] if place is not None else None


def place_on_the_ladder(regimen: Regimen, dose: Quantity, weight: DosingWeight | None) -> int | None:
    """Which of the levels a dose is, counted from none; the lowest of those that the cap makes one dose."""
    for place, level in enumerate(levels(regimen)):
        if same_dose(capped(regimen, level, weight).dose, dose, weight):
            return place
    return None


def levels(regimen: Regimen) -> tuple[Quantity, ...]:
    """Every level that a regimen can reach, lowest first; its start alone where it does not titrate.

    Where a test dose chooses the dose, these are the doses that it chooses among.
    """
    return regimen.levels


def next_up(regimen: Regimen, dose: Quantity, weight: DosingWeight | None) -> Quantity | Unknown | None:
    """One level up, as the protocol writes it.

    Args:
        dose: a level as the protocol writes it, or as it is charted.
    Returns:
        None where the highest is reached, by the ladder or by the protocol's own cap; Unknown where the
        present dose is none of the protocol's levels.
    """
    return _neighbour(regimen, dose, weight, 1)


def next_down(regimen: Regimen, dose: Quantity, weight: DosingWeight | None) -> Quantity | Unknown | None:
    """One level down, as the protocol writes it; None from the lowest."""
    return _neighbour(regimen, dose, weight, -1)


def _neighbour(
    regimen: Regimen, dose: Quantity, weight: DosingWeight | None, by: int
) -> Quantity | Unknown | None:
    here = capped(regimen, dose, weight).dose
    place = place_on_the_ladder(regimen, here, weight)
    if place is None:
        return Unknown(f"a dose of this protocol: {dose} is none of its levels")
    beside = place + by
    if not 0 <= beside < len(levels(regimen)):
        return None
    level = levels(regimen)[beside]
    return None if same_dose(capped(regimen, level, weight).dose, here, weight) else level


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
        reached = tuple(capped(regimen, level, weight).dose for level in levels(regimen))
        for _ in situation.facts.ketamine:
            reached = tuple(one * ((100 - share.value) / 100) for one in reached)
            if any(same_dose(one, present, weight) for one in reached):
                return present
    return None
