"""Cutting a record off at an instant, so that nothing later can be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adjuvant.quantity import Quantity
from adjuvant.timeline import as_instant, hours_between

if TYPE_CHECKING:
    from adjuvant.record.patient import PatientRecord

__all__ = ["cut_off"]


def cut_off(record: PatientRecord, moment: datetime) -> PatientRecord:
    """The part of `record` that had happened by `moment`.

    Infusions and demand doses that run past it are kept up to it, with their amount in proportion;
    orders and stays that run past it lose their end; events that begin later are gone.
    """
    from adjuvant.record.patient import EVENT_KINDS

    instant = as_instant(moment)
    kept: dict[str, Any] = {}
    for name in EVENT_KINDS:
        kept[name] = tuple(
            cut for event in getattr(record, name) if (cut := _cut(name, event, instant)) is not None
        )
    patient = record.patient
    if patient.death is not None and patient.death > instant:
        patient = replace(patient, death=None)
    return replace(record, patient=patient, **kept)


def _cut(name: str, event: Any, instant: datetime) -> Any:
    begun = next((getattr(event, key, None) for key in ("at", "start", "onset") if hasattr(event, key)), None)
    if begun is not None and begun > instant:
        return None
    end = getattr(event, "end", None)
    if end is None or end <= instant:
        return event
    if name == "administrations":
        if begun == instant:
            return None  # a running event has given nothing at its first instant
        dose: Quantity | None = event.dose
        if dose is not None:
            dose = dose * (hours_between(event.start, instant) / hours_between(event.start, end))
        return replace(event, end=instant, dose=dose)
    return replace(event, end=None)
