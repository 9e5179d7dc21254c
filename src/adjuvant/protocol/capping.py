"""A protocol's own cap applied to a dose: the least cap on one dose or a rate that the dose is above."""

from __future__ import annotations

from dataclasses import dataclass

from adjuvant.protocol.ceiling import Ceiling, is_strict, limit_of
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.values import is_rate, per_weight
from adjuvant.quantity import Quantity

__all__ = ["Capped", "capped", "comparable"]


@dataclass(frozen=True, slots=True)
class Capped:
    """A dose of the protocol as this patient gets it.

    Args:
        dose: the protocol's, or the cap in its place.
        uncapped: what the protocol gives without its cap; None where no cap applied.
        by: the cap that applied.
    """

    dose: Quantity
    uncapped: Quantity | None = None
    by: Ceiling | None = None


def capped(regimen: Regimen, dose: Quantity, weight: DosingWeight | None) -> Capped:
    """A dose under the protocol's own caps on one dose, or on the rate that runs.

    A cap whose figure is itself too much has no greatest dose under it, and one that needs a weight which
    nobody knows has no figure for this patient: neither is applied, and the gate refuses. What an hour, a day
    or a course may have is no size of a dose, and is held against what was given.
    """
    found = Capped(dose)
    if not regimen.caps:
        return found
    kind = "rate" if is_rate(dose) else "single_dose"
    for one in regimen.caps:
        limit = limit_of(one)
        if one.soft or one.of != kind or limit is None or is_strict(one):
            continue
        pair = comparable(found.dose, limit, weight)
        if pair is not None and pair[0] > pair[1]:
            found = Capped(limit, dose, one)
    return found


def comparable(
    value: Quantity, limit: Quantity, weight: DosingWeight | None
) -> tuple[Quantity, Quantity] | None:
    """Both in one kind of unit, for this patient where one is per kilogram; None where they cannot be."""
    if per_weight(value) != per_weight(limit):
        if weight is None:
            return None
        value, limit = absolute(value, weight), absolute(limit, weight)
    return (value, limit) if value.unit.commensurable(limit.unit) else None
