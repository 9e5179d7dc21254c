"""`adjuvant advise`: what a protocol advises for a patient of a record at one instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from adjuvant.cli.output import print_json, progress
from adjuvant.cli.running import print_guidance

if TYPE_CHECKING:
    from adjuvant.protocol import Facts
    from adjuvant.record import PatientRecord

__all__ = ["advise", "facts_at"]

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
    answers: Path | None,
    patient: str | None,
    source_format: str | None,
    zone_name: str | None,
    as_json: bool,
) -> None:
    """Evaluate a protocol for one patient at one instant.

    Raises:
        InputError: no such protocol, regimen or patient, a time without a zone, before the record or still to
            come, a record that cannot be read, an answer to what is not asked.
    """
    from adjuvant import protocol, sources
    from adjuvant.cli.instants import instant_asked
    from adjuvant.cli.plan_beside import print_reviews
    from adjuvant.plan.course_reviews import course_reviews, course_reviews_json
    from adjuvant.protocol.answer_file import read_answers
    from adjuvant.protocol.asked import check_regimen
    from adjuvant.protocol.evidence_wire import evidence_json
    from adjuvant.timeline import zone

    sited = protocol.sited(protocol.load(key), site)
    check_regimen(sited.protocol, regimen)
    with progress(f"reading {record.name}") as tell:
        imported = sources.read(record, format=source_format, patient=patient, zone=zone_name, progress=tell)
    found = imported.record(patient)
    instant = instant_asked(at, found)
    local = zone(found.patient.zone)
    said = read_answers(answers, sited, local) if answers is not None else ()
    facts = replace(facts_at(found, instant, protocol.rated(sited.protocol, regimen)), answers=said)
    situation = protocol.Situation.at(instant, facts)
    guidance = protocol.evaluate(sited, situation, regimen)
    reviews = course_reviews(sited, guidance.regimen, situation)
    if as_json:
        beside = {"evidence": evidence_json(sited.protocol), "reviews": course_reviews_json(reviews)}
        answer = protocol.guidance_json(guidance) | beside
        print_json({"patient": found.patient.id} | answer)
    else:
        print(f"Patient {found.patient.id}{' (synthetic)' if found.patient.synthetic else ''}\n")
        print_guidance(guidance, sited, situation, local)
        if facts.ketamine:
            print("  Liver and bladder, over all courses in the record")
            print_reviews(reviews, local)


def facts_at(record: PatientRecord, instant: datetime, rated: bool = True) -> Facts:
    """What a record tells up to an instant, by the default tables, and whether ketamine is hypothetical.

    Args:
        rated: as `facts_from` takes it.
    """
    from adjuvant import library
    from adjuvant.protocol.charted import facts_from

    facts = facts_from(record, instant, library.default_plan(), rated=rated)
    return facts if facts.ketamine else replace(facts, hypothetical=_HYPOTHETICAL)
