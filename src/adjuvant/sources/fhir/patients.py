"""The Patient of a record: birth, death, zone of the clock days, and what a reader of any page must know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from adjuvant.record import Outcome, Patient
from adjuvant.sources.base import QualityCounter
from adjuvant.sources.fhir import resources
from adjuvant.sources.fhir.decoding import decode
from adjuvant.sources.fhir.reading import Found, SetAside
from adjuvant.sources.fhir.times import fixed_zone, read_date, read_moment

__all__ = ["read_patient", "zone_of_days"]

# The times of care, by their element; a server's own (meta.lastUpdated, issued) say nothing of the ward.
_OFFSETS = re.compile(
    rb'"(?:start|end|effectiveDateTime|effectiveInstant|authoredOn|onsetDateTime|dateTime|whenHandedOver)"'
    rb'\s*:\s*"\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})"'
)


def zone_of_days(found: Iterable[Found]) -> tuple[str, str]:
    """The zone of a record's clock days where none was named, and the warning that goes with it.

    If all times of care carry one whole-hour offset, days run by it. Otherwise they run in UTC.
    """
    offsets = {match.decode() for item in found for match in _OFFSETS.findall(bytes(item.raw))}
    fixed = fixed_zone(offsets)
    if fixed is not None:
        return fixed, "no zone is named: clock days run at the offset that all its times carry"
    return "UTC", "no zone is named: clock days run in UTC"


def read_patient(
    name: str, found: Found | None, zone: str, local: ZoneInfo | None, quality: QualityCounter
) -> tuple[Patient, list[str]]:
    """The Patient of a record, and notes for every page.

    Args:
        found: the Patient resource; None where the record's events only refer to it.
        quality: counts what became of it.
    Raises:
        ZoneNeeded: a time of death without a zone.
    """
    if found is None:
        quality.line(
            Outcome.DOUBTED,
            "Patient",
            "is referred to and was not read",
            "export the Patient resource too",
            f"Patient/{name}",
        )
        return Patient(name, zone), []
    quality.read("Patient")
    try:
        said = decode(found, resources.Patient)
        head = decode(found, resources.Head)
        if head.implicit_rules or head.modifier_extension:
            raise SetAside(Outcome.NOT_USED, "carries rules that are not known here")
    except SetAside as aside:
        quality.line(aside.outcome, "Patient", aside.reason, aside.remedy, f"{found.place}: {aside.detail}")
        return Patient(name, zone), ["The Patient resource could not be used."]
    quality.used("Patient")

    def warn(reason: str, detail: str = "") -> None:
        quality.line(
            Outcome.DOUBTED, "Patient", reason, "", f"{found.name} {detail}".strip() if found else name
        )

    notes: list[str] = []
    death = read_moment(said.deceased_date_time, "deceasedDateTime", local)
    if death.doubt:
        warn(death.doubt, death.text)
    if said.deceased_boolean and death.instant is None:
        warn("died, and it does not say when")
    birth = read_date(said.birth_date)
    if said.birth_date and birth is None:
        warn("birthDate is not a complete date", said.birth_date)
    if said.active is False:
        warn("is marked as no longer in use (active: false)")
        notes.append("The Patient resource is marked as no longer in use.")
    for link in said.link:
        other = link.other.reference if link.other else None
        if link.type in ("replaced-by", "replaces", "seealso"):
            warn("is linked to another Patient, whose resources are not merged", f"{link.type} {other}")
            notes.append(
                f"Linked to another Patient resource ({link.type} {other}), which is not part of it."
            )
    labels = [*said.meta.tag, *said.meta.security] if said.meta else []
    synthetic = any(
        label.code == "HTEST" or "synthetic" in f"{label.code} {label.display}".lower() for label in labels
    )
    patient = Patient(
        id=name,
        zone=zone,
        sex=said.gender,
        birth_date=birth,
        death=death.instant,
        synthetic=synthetic,
    )
    return patient, notes
