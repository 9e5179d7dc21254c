"""What of a window was observed: the record cut at the window's end, and the span in which it was charted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from adjuvant.record import EVENT_KINDS, PatientRecord
from adjuvant.timeline import Interval, hours_between

__all__ = ["charted_span", "observed_part", "seen_before"]

_BEDSIDE = ("administrations", "pain", "sedation", "vitals", "weights", "adverse_events")


def seen_before(record: PatientRecord, end: datetime, silence_h: Fraction) -> PatientRecord:
    """The record as it stood just before `end`: nothing that begins at `end` or later is in it.

    It counts as kept up to `end` where its charting comes within `silence_h` hours of it, else up to its
    last charted thing; what was charted later has no say in that.
    """
    cut = record.known_at(end)
    kept: dict[str, Any] = {
        name: tuple(event for event in getattr(cut, name) if _begun(event) is None or _begun(event) < end)
        for name in EVENT_KINDS
    }
    patient = cut.patient
    if patient.death is not None and patient.death >= end:
        patient = replace(patient, death=None)
    seen = replace(cut, patient=patient, **kept)
    charted = charted_span(seen)
    reach = end if charted is None or hours_between(charted.end, end) <= silence_h else charted.end
    limits = [moment for moment in (reach, record.known_until, patient.death) if moment is not None]
    return replace(seen, known_until=min(limits))


def charted_span(record: PatientRecord) -> Interval | None:
    """From the first to the last thing charted at the bedside, and no further than the patient's death.

    Orders, stays and diagnoses are not counted: they say nothing about who was watching.
    """
    moments: list[datetime] = []
    for name in _BEDSIDE:
        for event in getattr(record, name):
            moments.append(_begun(event))
            end = getattr(event, "end", None)
            if end is not None:
                moments.append(end)
    if record.patient.death is not None:
        moments = [moment for moment in moments if moment <= record.patient.death]
    if not moments or min(moments) == max(moments):
        return None
    return Interval(min(moments), max(moments))


def observed_part(record: PatientRecord, window: Interval, silence_h: Fraction) -> Interval | None:
    """The part of `window` in which the patient was observed, or None.

    An edge of the charting inside the window cuts it only where the silence beyond it is longer than
    `silence_h` hours: charting every four hours does not end on the last minute. Death always cuts it.
    """
    charted = charted_span(record)
    inside = window.overlap(charted) if charted is not None else None
    if inside is None:
        return None
    start = inside.start if hours_between(window.start, inside.start) > silence_h else window.start
    end = inside.end if hours_between(inside.end, window.end) > silence_h else window.end
    death = record.patient.death
    if death is not None and death < end:
        end = death
    return Interval(start, end) if start < end else None


def _begun(event: Any) -> Any:
    for name in ("at", "start", "onset"):
        moment = getattr(event, name, None)
        if moment is not None:
            return moment
    return None
