"""From a path to patient records: every resource is used, or a quality line says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError
from adjuvant.record import EVENT_KINDS, Outcome, PatientRecord, QualityLine, QualitySummary, Refusal
from adjuvant.sources.base import Import, Progress, QualityCounter, Stream, choose_patient
from adjuvant.sources.far_dates import without_far_dates
from adjuvant.sources.fhir import resources
from adjuvant.sources.fhir.administrations import read_administration
from adjuvant.sources.fhir.clinical import read_allergy, read_condition, read_consent, read_encounter
from adjuvant.sources.fhir.counts import count_medicine
from adjuvant.sources.fhir.decoding import decode
from adjuvant.sources.fhir.dispenses import read_dispense
from adjuvant.sources.fhir.index import Index
from adjuvant.sources.fhir.observations import read_observation
from adjuvant.sources.fhir.orders import read_request, read_statement
from adjuvant.sources.fhir.patients import read_patient, zone_of_days
from adjuvant.sources.fhir.reading import Context, Found, Known, Reading, SetAside
from adjuvant.sources.fhir.sorting import SortedResources
from adjuvant.sources.fhir.times import ZoneNeeded
from adjuvant.sources.fhir.unplaced import is_lost, of_astray, of_bundles, of_resource
from adjuvant.sources.overlaps import warn_of_overlaps
from adjuvant.sources.terminology import Terminology
from adjuvant.sources.terms import Terms
from adjuvant.timeline import zone as zone_named

__all__ = ["read", "stream"]

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
    flowing = stream(path, patient=patient, zone=zone, terms=terms, progress=progress)
    records = tuple(flowing.records)
    # What is nobody's comes first, and its examples before those of the patients.
    parts = [flowing.strays.counted(), *(flowing.own(record) for record in records)]
    return Import(records, QualitySummary.of(parts), flowing.source)


def stream(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
    after: str | None = None,
    work: Path | None = None,
) -> Stream:
    """As `read`, patient by patient, in order of id; no more than one patient's resources are held.

    All files are read once, before the first record, and sorted by patient; what memory does not hold is
    sorted on disk. Held are one file (a Bundle) or one line (NDJSON) at a time, the addresses of resources in
    Bundles, every Medication, which order is in force, and what can be given to no patient.

    Args:
        after: pass over the patients whose id is not greater than this one.
        work: a folder for what is sorted on disk.
    """
    local = zone_named(zone) if zone is not None else None
    place = Path(path)
    found = SortedResources(frozenset(_CONVERTERS), work)
    flowing = Stream(f"fhir: {place}", iter(()), QualityCounter())
    flowing.records = _records(place, found, flowing, local, Terminology(terms), patient, after, progress)
    return flowing


def _records(
    place: Path,
    found: SortedResources,
    flowing: Stream,
    local: ZoneInfo | None,
    terminology: Terminology,
    patient: str | None,
    after: str | None,
    progress: Progress | None,
) -> Iterator[PatientRecord]:
    with closing(found):
        found.read(place, progress)
        known = found.index.known
        if patient is not None:
            choose_patient(found.sizes, patient, str(place))
        _count_nobodys(found, Context(local, local or zone_named("UTC"), known, terminology))
        shared = tuple(line for line in found.quality.summary().lines if line.outcome is Outcome.DOUBTED)
        flowing.strays.add(found.quality.summary())
        flowing.repeated.extend(shared)
        notes = [f"Incomplete: {why}." for why in found.partial]
        notes += _astray_notes(found)
        read = _Read(found, local, terminology, known, notes, shared, of_bundles(found.partial))
        wanted = {
            name: size
            for name, size in found.sizes.items()
            if patient in (None, name) and (after is None or name > after)
        }
        done, todo = 0, sum(wanted.values())
        for name, person, mine in found.patients(wanted):
            yield _record(name, person, mine, read, partial(_tell, progress, done, todo))
            done += len(mine)


@dataclass(frozen=True, slots=True)
class _Read:
    """What all records of one read share."""

    found: SortedResources
    local: ZoneInfo | None
    terminology: Terminology
    known: Known
    notes: list[str]
    shared: tuple[QualityLine, ...]
    bundles: tuple[Refusal, ...]


def _tell(progress: Progress | None, before: int, total: int, number: int) -> None:
    if progress is not None and (before + number) % _STEP == 0:
        progress("FHIR resources", before + number, total)


def _count_nobodys(found: SortedResources, context: Context) -> None:
    """Account for resources gone astray; and for the medicines of those, and of duplicates."""
    for item in found.again():
        count_medicine(item, context, Outcome.DUPLICATE, found.quality)
    for item, aside in found.astray:
        found.quality.read(item.type)
        found.quality.line(aside.outcome, item.type, aside.reason, aside.remedy, _example(item, aside.detail))
        count_medicine(item, context, aside.outcome, found.quality)


def _astray_notes(found: SortedResources) -> list[str]:
    lost = [item.name for item, _ in found.astray if item.type.startswith("Medication")]
    if not lost:
        return []
    return [f"{len(lost)} medication resources belong to no known patient and are in no record."]


def _record(
    name: str, person: Found | None, mine: list[Found], read: _Read, tell: Callable[[int], None]
) -> PatientRecord:
    quality = QualityCounter()
    local = read.local
    days, warning = (local.key, "") if local is not None else zone_of_days(mine)
    if warning:
        quality.line(
            Outcome.DOUBTED,
            "Patient",
            warning,
            "name the zone, such as Europe/London",
            f"Patient/{name}: {days}",
        )
    with _at(person):
        patient, own_notes = read_patient(name, person, days, local, quality)
    own_notes += _twins(name, read.found.index, quality)
    context = Context(local, zone_named(days), read.known, read.terminology)
    lists: dict[str, list[Any]] = {kind: [] for kind in EVENT_KINDS}
    unplaced = [*read.bundles, *of_astray(read.found.astray, context)]
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
    warn_of_overlaps(lists["administrations"], quality, "MedicationAdministration")
    if lost:
        own_notes.append(f"{lost} medication resources could not be placed in it: see the data quality.")
    facts, far = without_far_dates(lists, patient.birth_date, quality)
    return PatientRecord(
        replace(patient, note=" ".join((*read.notes, *own_notes))),
        quality=QualitySummary.of((quality.summary(), QualitySummary(read.shared))),
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
    for owners in index.twins.get(name, ()):
        others = [owner for owner in owners if owner != name]
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
