"""From a path to patient records: every resource is used, or a quality line says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError
from adjuvant.record import EVENT_KINDS, Outcome, PatientRecord, QualityLine, QualitySummary, Refusal
from adjuvant.sources.base import Import, Progress, QualityCounter, choose_patient
from adjuvant.sources.far_dates import without_far_dates
from adjuvant.sources.fhir import resources
from adjuvant.sources.fhir.administrations import read_administration
from adjuvant.sources.fhir.bundles import gather
from adjuvant.sources.fhir.clinical import read_allergy, read_condition, read_consent, read_encounter
from adjuvant.sources.fhir.counts import count_medicine
from adjuvant.sources.fhir.decoding import decode
from adjuvant.sources.fhir.dispenses import read_dispense
from adjuvant.sources.fhir.index import Index, build_index, without_duplicates
from adjuvant.sources.fhir.observations import read_observation
from adjuvant.sources.fhir.orders import read_request, read_statement
from adjuvant.sources.fhir.overlaps import warn_of_overlaps
from adjuvant.sources.fhir.patients import read_patient, zone_of_days
from adjuvant.sources.fhir.reading import Context, Found, Reading, SetAside
from adjuvant.sources.fhir.times import ZoneNeeded
from adjuvant.sources.fhir.unplaced import is_lost, of_astray, of_bundles, of_resource
from adjuvant.sources.terminology import Terminology
from adjuvant.sources.terms import Terms
from adjuvant.timeline import zone as zone_named

__all__ = ["read"]

_CONVERTERS: Mapping[str, Callable[[Found, Context], Reading]] = {
    "AllergyIntolerance": read_allergy,
    "Condition": read_condition,
    "Consent": read_consent,
    "Encounter": read_encounter,
    "MedicationAdministration": read_administration,
    "MedicationDispense": read_dispense,
    "MedicationRequest": read_request,
    "MedicationStatement": read_statement,
    "Observation": read_observation,
}
_STEP = 1000


def read(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> Import:
    """Patient records from FHIR R4.

    Args:
        path: a Bundle or a single resource as JSON, resources one a line (.ndjson), each plain or .gz, or a
            folder of such files and folders.
        patient: the id of the only patient to read; None reads all.
        zone: the IANA zone of the records' clock days, and of times without an offset. Without it days run at
            the offset that all times carry, or in UTC, and a time without an offset is refused.
        terms: the user's own lines on drug names.
        progress: told now and then how far it is.
    Returns:
        One record per patient, also for a patient whose Patient resource was not there. Orders and
        administrations that cannot be used as they are written stay in view with the reason.
    Raises:
        InputError: not JSON, not FHIR R4 (R5 and STU3 are told apart), one resource with two contents, a time
            without an offset and no `zone`, or no such patient. Names file, line or path.
    """
    local = zone_named(zone) if zone is not None else None
    place = Path(path)
    gathered = gather(place, progress)
    terminology = Terminology(terms)
    found, again = without_duplicates(gathered.found, gathered.quality)
    index = build_index(found, frozenset(_CONVERTERS))
    # Whoever is nobody's has no days of its own; the zone matters to nothing that is counted here.
    nobody = Context(local, local or zone_named("UTC"), index.known, terminology)
    for item in again:
        count_medicine(item, nobody, Outcome.DUPLICATE, gathered.quality)
    _count_the_rest(found, index, nobody, gathered.quality)
    ids = sorted(index.mine)
    if patient is not None:
        ids = [choose_patient(ids, patient, str(place))]
    whole = gathered.quality.summary()
    shared_lines = [line for line in whole.lines if line.outcome is Outcome.DOUBTED]
    notes = [f"Incomplete: {why}." for why in gathered.partial]
    notes += _astray_notes(index)
    bundles = of_bundles(gathered.partial)
    todo = sum(len(index.mine[name]) for name in ids)
    done = 0
    records: list[PatientRecord] = []
    parts = [whole]
    for name in ids:
        tell = partial(_tell, progress, done, todo)
        record = _record(name, index, terminology, local, notes, shared_lines, tell, bundles)
        records.append(record)
        done += len(index.mine[name])
        own = tuple(line for line in record.quality.lines if line not in shared_lines)
        parts.append(replace(record.quality, lines=own))
    return Import(tuple(records), QualitySummary.of(parts), f"fhir: {place}")


def _tell(progress: Progress | None, before: int, total: int, number: int) -> None:
    if progress is not None and (before + number) % _STEP == 0:
        progress("FHIR resources", before + number, total)


def _count_the_rest(found: list[Found], index: Index, context: Context, quality: QualityCounter) -> None:
    """Account for what belongs to no patient: Medications, other types, and resources gone astray."""
    for item in found:
        if item.type in _CONVERTERS or item.type == "Patient":
            continue
        quality.read(item.type)
        if item.type != "Medication":
            quality.line(
                Outcome.NOT_USED, item.type, "is not a kind of resource that is read", "", item.place
            )
        elif item.key not in index.known.medications:
            quality.line(
                Outcome.NOT_USED, item.type, "is not valid FHIR R4", "correct it at the source", item.place
            )
        elif item.key in index.referred:
            quality.used(item.type)
        else:
            quality.line(
                Outcome.NOT_USED, item.type, "is referred to by nothing that is read", "", item.place
            )
    for item, aside in index.astray:
        quality.read(item.type)
        quality.line(aside.outcome, item.type, aside.reason, aside.remedy, _example(item, aside.detail))
        count_medicine(item, context, aside.outcome, quality)


def _astray_notes(index: Index) -> list[str]:
    lost = [item.name for item, _ in index.astray if item.type.startswith("Medication")]
    if not lost:
        return []
    return [f"{len(lost)} medication resources belong to no known patient and are in no record."]


def _record(
    name: str,
    index: Index,
    terminology: Terminology,
    local: ZoneInfo | None,
    notes: list[str],
    shared_lines: list[QualityLine],
    tell: Callable[[int], None],
    bundles: tuple[Refusal, ...],
) -> PatientRecord:
    quality = QualityCounter()
    mine = index.mine[name]
    days, warning = (local.key, "") if local is not None else zone_of_days(mine)
    if warning:
        quality.line(
            Outcome.DOUBTED,
            "Patient",
            warning,
            "name the zone, such as Europe/London",
            f"Patient/{name}: {days}",
        )
    resource = index.patients.get(name)
    with _at(resource):
        patient, own_notes = read_patient(name, resource, days, local, quality)
    own_notes += _twins(name, index, quality)
    context = Context(local, zone_named(days), index.known, terminology)
    lists: dict[str, list[Any]] = {kind: [] for kind in EVENT_KINDS}
    unplaced = [*bundles, *of_astray(index.astray, context)]
    lost = 0
    for number, item in enumerate(mine):
        tell(number)
        with _at(item):
            reading = _reading(item, context)
        _say_unknown_drugs(reading)
        _account(item, reading, context, quality)
        for kind, event in reading.events:
            lists[kind].append(event)
        if is_lost(item, reading) and reading.set_aside is not None:
            lost += 1
            unplaced += of_resource(item, reading.set_aside, context)
    warn_of_overlaps(lists["administrations"], quality)
    if lost:
        own_notes.append(f"{lost} medication resources could not be placed in it: see the data quality.")
    facts, far = without_far_dates(lists, patient.birth_date, quality)
    return PatientRecord(
        replace(patient, note=" ".join((*notes, *own_notes))),
        quality=QualitySummary.of((quality.summary(), QualitySummary(tuple(shared_lines)))),
        unplaced=(*unplaced, *far),
        **facts,
    )


@contextmanager
def _at(item: Found | None) -> Iterator[None]:
    """Put the resource's place before the error of a time without a zone."""
    try:
        yield
    except ZoneNeeded as error:
        raise error.within(f"{item.place}: {item.name}" if item is not None else "record") from error


def _reading(item: Found, context: Context) -> Reading:
    """What a resource gives; whatever is wrong with it becomes the reason why it gives nothing."""
    try:
        head = decode(item, resources.Head)
        if head.implicit_rules:
            raise SetAside(Outcome.NOT_USED, "follows rules that are not known here", "", head.implicit_rules)
        if head.modifier_extension:
            url = head.modifier_extension[0].url
            raise SetAside(Outcome.NOT_USED, "carries a modifier that is not known here", "", url)
        return _CONVERTERS[item.type](item, context)
    except ZoneNeeded:
        raise
    except SetAside as aside:
        return Reading(set_aside=aside)
    except InputError as error:
        reason = "cannot be used"
        return Reading(
            set_aside=SetAside(Outcome.UNCONVERTIBLE, reason, error.remedy, f"{error.thing} {error.rule}")
        )


def _account(item: Found, reading: Reading, context: Context, quality: QualityCounter) -> None:
    quality.read(item.type)
    aside = reading.set_aside
    if aside is None:
        quality.used(item.type)
    else:
        quality.line(aside.outcome, item.type, aside.reason, aside.remedy, _example(item, aside.detail))
    for reason, remedy, detail in reading.doubts:
        quality.line(Outcome.DOUBTED, item.type, reason, remedy, _example(item, detail))
    outcome = aside.outcome if aside is not None else Outcome.USED
    doubted = aside is None and bool(reading.doubts)
    count_medicine(item, context, outcome, quality, doubted=doubted)


def _say_unknown_drugs(reading: Reading) -> None:
    for _, event in reading.events:
        drug = getattr(event, "drug", None)
        if drug is not None and not drug.ingredients and not event.doubt:
            reading.warn(
                "its drug is not in the library, so it counts as no known drug",
                "if it is an opioid or ketamine, give its RxNorm code",
                drug.text,
            )


def _twins(name: str, index: Index, quality: QualityCounter) -> list[str]:
    """A note where another Patient resource bears the same identifier: two records of one person."""
    notes = []
    for owners in index.identifiers.values():
        others = [owner for owner in owners if owner != name]
        if name in owners and others:
            quality.line(
                Outcome.DOUBTED,
                "Patient",
                "bears the identifier of another Patient, whose resources are not merged",
                "merge the two at the source, if they are one person",
                f"Patient/{name} and Patient/{', Patient/'.join(others)}",
            )
            notes.append(f"Patient/{others[0]} bears the same identifier and is a record of its own.")
    return notes


def _example(item: Found, detail: str) -> str:
    return f"{item.name} ({item.place})" + (f": {detail}" if detail else "")
