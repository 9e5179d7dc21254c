"""Cutting a record off at an instant, so that nothing later can be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adjuvant.record.medication import AdministrationKind, MedicationAdministration, MedicationRequest
from adjuvant.timeline import as_instant, hours_between

if TYPE_CHECKING:
    from adjuvant.record.patient import PatientRecord

__all__ = ["cut_off", "last_fact"]

# What a clinician planned or a pharmacy handed out says nothing about up to when the record was kept.
_FACTS = (
    "encounters", "conditions", "consents", "administrations", "pain", "sedation", "vitals", "weights",
    "adverse_events",
)  # fmt: skip
_RUNNING = (AdministrationKind.INFUSION, AdministrationKind.PCA_DEMAND)


def cut_off(record: PatientRecord, moment: datetime) -> PatientRecord:
    """The part of `record` that had happened by `moment`, which itself still belongs to it.

    Infusions and demand doses that run past it are kept up to it, with their amount in proportion. A dose
    keeps its amount and a patch stays on. An order that was in force before it and ends later is in force up
    to it. Everything else that runs past it (stays, unwanted events) loses its end. Events that begin later
    are gone; events without a time are kept, because nothing says that they are later, and so is what could
    not be placed and may have been before.

    Law: what the cut record says was given is what the whole record says was given up to `moment`. One
    exception follows from what nobody could know: a patch removed later than its ordered wear counts in the
    whole record until its removal, and in a record cut between the two until the end of the ordered wear.
    An order that states no end has none in the cut record either, and is refused there, not guessed.
    """
    from adjuvant.record.patient import EVENT_KINDS

    instant = as_instant(moment)
    kept: dict[str, Any] = {}
    for name in EVENT_KINDS:
        kept[name] = tuple(
            cut for event in getattr(record, name) if (cut := _cut(event, instant)) is not None
        )
    patient = record.patient
    if patient.death is not None and patient.death > instant:
        patient = replace(patient, death=None)
    last = last_fact(record)
    return replace(
        record,
        patient=patient,
        known_until=instant if last is None else min(instant, last),
        unplaced=tuple(item for item in record.unplaced if item.start is None or item.start <= instant),
        **kept,
    )


def last_fact(record: PatientRecord) -> datetime | None:
    """Up to when the record says what happened: its last fact, or where it was cut; None if it has none."""
    if record.known_until is not None:
        return record.known_until
    times = [record.patient.death] if record.patient.death is not None else []
    for name in _FACTS:
        for event in getattr(record, name):
            times += [at for key in ("at", "start", "onset", "end") if (at := getattr(event, key, None))]
    return max(times, default=None)


def _cut(event: Any, instant: datetime) -> Any:
    begun = next((getattr(event, key, None) for key in ("at", "start", "onset") if hasattr(event, key)), None)
    if begun is not None and begun > instant:
        return None
    end = getattr(event, "end", None)
    if end is None or end <= instant:
        return event
    if isinstance(event, MedicationAdministration) and event.kind in _RUNNING:
        return _cut_running(event, end, instant)
    if isinstance(event, MedicationRequest) and event.start is not None and event.start < instant:
        return replace(event, end=instant)
    return replace(event, end=None)


def _cut_running(event: MedicationAdministration, end: datetime, instant: datetime) -> Any:
    if event.start == instant:
        return None  # a running event has given nothing at its first instant
    dose = event.dose
    if dose is not None:
        dose = dose * (hours_between(event.start, instant) / hours_between(event.start, end))
    return replace(event, end=instant, dose=dose)
