"""Drugs of a record whose names nobody knows: one of them may be an opioid."""

from __future__ import annotations

from adjuvant.record.exposure import Basis
from adjuvant.record.medication import AdministrationStatus
from adjuvant.record.patient import PatientRecord
from adjuvant.timeline import Interval

__all__ = ["unknown_drugs"]


def unknown_drugs(
    record: PatientRecord, window: Interval, basis: Basis = Basis.ADMINISTERED
) -> tuple[str, ...]:
    """The names of drugs in a window of which the library knows no ingredient: one of them may be an opioid.

    Args:
        basis: look at what was given (charted as not given is left out), at orders, or at dispenses.
    Returns:
        Each text as it was written, once, in alphabetical order.
    """
    if basis is Basis.ORDERED:
        found = [(item.drug, item.start, item.end) for item in record.requests]
    elif basis is Basis.DISPENSED:
        found = [(item.drug, item.start, None) for item in record.dispenses]
    else:
        given = [item for item in record.administrations if item.status is not AdministrationStatus.NOT_GIVEN]
        found = [(item.drug, item.start, item.end or item.start) for item in given]
    return tuple(
        sorted(
            {
                drug.text
                for drug, start, end in found
                if not drug.ingredients
                and (start is None or start < window.end)
                and (end is None or end > window.start or (start is not None and start >= window.start))
            }
        )
    )
