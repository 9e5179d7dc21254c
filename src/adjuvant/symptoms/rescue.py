"""Rescue doses: as-needed opioid doses that were really given."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from adjuvant.record import (
    AdministrationKind,
    AdministrationStatus,
    Drug,
    MedicationAdministration,
    PatientRecord,
)
from adjuvant.timeline import Interval
from adjuvant.unknown import Unknown

__all__ = ["RescueDoses", "rescue_doses"]

_COUNTED = {AdministrationKind.DOSE, AdministrationKind.PCA_DEMAND}


@dataclass(frozen=True, slots=True)
class RescueDoses:
    """Rescue doses of one window.

    Args:
        doses: the administrations that are known to be as-needed opioid doses given.
        per_day: their number per 24 h of the window, or Unknown with what is missing.
    """

    window: Interval
    doses: tuple[MedicationAdministration, ...]
    per_day: Fraction | Unknown


def rescue_doses(record: PatientRecord, window: Interval) -> RescueDoses:
    """The rescue doses that began in `window`.

    A rescue dose is a dose of an opioid that was given and was charted as needed, by its own row or by the
    order that it names. Infusions and patches are none. Antagonists are no opioids here.

    Returns:
        `per_day` is Unknown where a dose does not say whether it was as needed or given, where a pump charted
        only the sum of its demand doses, or where the record holds no administrations at all: what was not
        read is not none.
    """
    asked_for = _as_needed_orders(record)
    sure: list[MedicationAdministration] = []
    unsaid: list[MedicationAdministration] = []
    unsure_given: list[MedicationAdministration] = []
    sums: list[MedicationAdministration] = []
    for item in record.administrations:
        if item.kind not in _COUNTED or item.start not in window or not _is_opioid(item.drug):
            continue
        if item.status is AdministrationStatus.NOT_GIVEN:
            continue
        as_needed = item.as_needed if item.as_needed is not None else asked_for.get(item.request_id or "")
        if item.kind is AdministrationKind.PCA_DEMAND:
            sums.append(item)
        elif as_needed is None:
            unsaid.append(item)
        elif as_needed and item.status is AdministrationStatus.UNKNOWN:
            unsure_given.append(item)
        elif as_needed:
            sure.append(item)
    needs = [
        *_need("whether {} given as needed", unsaid),
        *_need("whether {} really given", unsure_given),
        *_need("how many demand doses the pump gave, where {} charted as a sum", sums),
    ]
    if not record.administrations:
        needs = ["what was given: the record holds no administrations"]
    per_day = Unknown(needs) if needs else len(sure) / (window.hours / 24)
    return RescueDoses(window, tuple(sure), per_day)


def _is_opioid(drug: Drug) -> bool:
    from adjuvant.library import is_opioid

    return any(is_opioid(item.name) for item in drug.ingredients)


def _as_needed_orders(record: PatientRecord) -> dict[str, bool]:
    said: dict[str, set[bool | None]] = {}
    for order in record.requests:
        said.setdefault(order.id, set()).add(order.as_needed)
    return {
        key: True in answers for key, answers in said.items() if len(answers) == 1 and None not in answers
    }


def _need(words: str, items: list[MedicationAdministration]) -> list[str]:
    if not items:
        return []
    names = ", ".join(sorted({item.drug.name for item in items}))
    count = f"{len(items)} opioid {'dose was' if len(items) == 1 else 'doses were'}"
    return [f"{words.format(count)} ({names})"]
