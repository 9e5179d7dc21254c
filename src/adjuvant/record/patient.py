"""PatientRecord: everything known about one patient, immutable, each list in order of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from adjuvant.record.clinical import Allergy, Condition, Consent, Encounter, Patient
from adjuvant.record.exposure import Refusal
from adjuvant.record.medication import MedicationAdministration, MedicationDispense, MedicationRequest
from adjuvant.record.observation import AdverseEvent, BodyWeight, PainScore, SedationScore, VitalSign
from adjuvant.record.quality import QualitySummary
from adjuvant.record.reported import ReportedFigure
from adjuvant.timeline import zone

__all__ = ["EVENT_KINDS", "PatientRecord"]

EVENT_KINDS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "encounters": Encounter,
        "conditions": Condition,
        "allergies": Allergy,
        "consents": Consent,
        "requests": MedicationRequest,
        "dispenses": MedicationDispense,
        "administrations": MedicationAdministration,
        "pain": PainScore,
        "sedation": SedationScore,
        "vitals": VitalSign,
        "weights": BodyWeight,
        "adverse_events": AdverseEvent,
    }
)
"""Name of each list of a PatientRecord, and the type of what stands in it; the store keeps one table each."""

_LAST = "9999-12-31T23:59:59.999999+00:00"


def _moment(event: Any) -> tuple[str, str]:
    for name in ("at", "start", "onset"):
        value = getattr(event, name, None)
        if value is not None:
            return value.isoformat(), event.id
    return _LAST, event.id


def _unplaced_order(item: Refusal) -> tuple[str, ...]:
    moments = (at.isoformat() if at is not None else "" for at in (item.start, item.end))
    basis = "" if item.basis is None else item.basis.value
    return (*moments, item.subject, item.ingredient or "", str(item.reason), item.detail, basis, *item.events)


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """One patient's facts, each with its raw text and origin.

    The lists are sorted by time and id on construction, so a record does not depend on the order in
    which a reader met its rows.

    Args:
        known_until: set by `known_at` alone: up to when the record says what happened. A reader leaves it
            out, and what happened is then known up to the record's last fact.
        unplaced: medication that its source speaks of and that could become no event: without a time of day,
            a readable drug or a certain patient. Each makes the totals that it may belong to incomplete.
    """

    patient: Patient
    encounters: tuple[Encounter, ...] = ()
    conditions: tuple[Condition, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    consents: tuple[Consent, ...] = ()
    requests: tuple[MedicationRequest, ...] = ()
    dispenses: tuple[MedicationDispense, ...] = ()
    administrations: tuple[MedicationAdministration, ...] = ()
    pain: tuple[PainScore, ...] = ()
    sedation: tuple[SedationScore, ...] = ()
    vitals: tuple[VitalSign, ...] = ()
    weights: tuple[BodyWeight, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    reported: tuple[ReportedFigure, ...] = ()
    quality: QualitySummary = field(default_factory=QualitySummary)
    known_until: datetime | None = None
    unplaced: tuple[Refusal, ...] = ()

    def __post_init__(self) -> None:
        for name in EVENT_KINDS:
            object.__setattr__(self, name, tuple(sorted(getattr(self, name), key=_moment)))
        object.__setattr__(self, "unplaced", tuple(sorted(dict.fromkeys(self.unplaced), key=_unplaced_order)))

    @property
    def local(self) -> ZoneInfo:
        """The zone of the record's clock days."""
        return zone(self.patient.zone)

    def known_at(self, moment: datetime) -> PatientRecord:
        """What had happened by `moment`: nothing later is in it.

        Infusions and demand doses that run past it are cut off at it; see `adjuvant.record.cut`.
        """
        from adjuvant.record.cut import cut_off

        return cut_off(self, moment)

    def with_quality(self, quality: QualitySummary) -> PatientRecord:
        """The same record with another quality summary."""
        return replace(self, quality=quality)

    @property
    def event_count(self) -> int:
        """How many events the record holds, of all kinds."""
        return sum(len(getattr(self, item.name)) for item in fields(self) if item.name in EVENT_KINDS)
