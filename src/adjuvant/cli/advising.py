"""`adjuvant advise`: what a protocol advises for a patient of a record at one instant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from adjuvant.cli.output import print_json, progress
from adjuvant.cli.running import print_guidance

__all__ = ["advise"]

_HYPOTHETICAL = (
    "No ketamine is in this record up to then: opioids, pain and vital signs are the record's, "
    "and the question whether to begin is hypothetical."
)


def advise(
    key: str,
    record: Path,
    at: str,
    site: Path | None,
    regimen: str | None,
    patient: str | None,
    source_format: str | None,
    zone_name: str | None,
    as_json: bool,
) -> None:
    """Evaluate a protocol for one patient at one instant.

    Raises:
        InputError: no such protocol or patient, a time without a zone, a record that cannot be read.
    """
    from adjuvant import library, protocol, sources
    from adjuvant.protocol.charted import facts_from
    from adjuvant.timeline import parse_instant, zone

    sited = protocol.sited(protocol.load(key), site)
    with progress(f"reading {record.name}") as tell:
        imported = sources.read(record, format=source_format, patient=patient, zone=zone_name, progress=tell)
    found = imported.record(patient)
    instant = parse_instant(at, zone(found.patient.zone))
    facts = facts_from(found, instant, library.default_plan(), rated=protocol.rated(sited.protocol, regimen))
    if not facts.ketamine:
        facts = replace(facts, hypothetical=_HYPOTHETICAL)
    guidance = protocol.evaluate(sited, protocol.Situation.at(instant, facts), regimen)
    if as_json:
        print_json({"patient": found.patient.id} | protocol.guidance_json(guidance))
    else:
        print(f"Patient {found.patient.id}{' (synthetic)' if found.patient.synthetic else ''}\n")
        print_guidance(guidance)
