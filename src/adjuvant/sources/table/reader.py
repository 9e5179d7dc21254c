"""CSV files under their mapping, patient by patient: every row used or explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adjuvant.errors import AdjuvantError, InputError
from adjuvant.record import Drug, Outcome, Patient, PatientRecord, Refusal
from adjuvant.sources.base import Import, Progress, QualityCounter, Stream, choose_patient, collect
from adjuvant.sources.far_dates import without_far_dates
from adjuvant.sources.overlaps import warn_of_equals
from adjuvant.sources.table import medication, observations, people
from adjuvant.sources.table.astray import NobodysRows, of_row
from adjuvant.sources.table.cells import Row, UnusableError
from adjuvant.sources.table.counts import count_medicine
from adjuvant.sources.table.infusions import Charted, close_infusions
from adjuvant.sources.table.mapping import MappingFile, load_mapping
from adjuvant.sources.table.rows import Rows, SortedRow
from adjuvant.sources.terminology import Terminology
from adjuvant.sources.terms import Terms

__all__ = ["read", "stream"]

_BUILDERS: Mapping[str, tuple[str, Callable[[Row], Any]]] = {
    "encounters": ("encounters", people.encounter),
    "conditions": ("conditions", people.condition),
    "allergies": ("allergies", people.allergy),
    "consents": ("consents", people.consent),
    "orders": ("requests", medication.order),
    "dispenses": ("dispenses", medication.dispense),
    "administrations": ("administrations", medication.administration),
    "pain": ("pain", observations.pain),
    "sedation": ("sedation", observations.sedation),
    "vitals": ("vitals", observations.vitals),
    "weights": ("weights", observations.weight),
    "adverse_events": ("adverse_events", observations.adverse_event),
}


@dataclass(slots=True)
class _Gathered:
    """What has been read of one patient so far."""

    patient: Patient | None = None
    events: dict[str, list[Any]] = field(default_factory=dict)
    charted: list[Charted] = field(default_factory=list)
    counter: QualityCounter = field(default_factory=QualityCounter)
    unplaced: list[Refusal] = field(default_factory=list)
    seen: dict[tuple[str, str], tuple[Path, int, dict[str, str]]] = field(default_factory=dict)


@dataclass(slots=True)
class Times:
    """How many rows were used, and how many were not because of their time, with the first as an example."""

    dated: int = 0
    failed: int = 0
    first: str = ""

    def note(self, error: UnusableError) -> None:
        """Count a row that cannot be used, if it is for the shape of its time."""
        if "is not a time as" in error.reason or "is not an ISO 8601 time" in error.reason:
            self.failed += 1
            self.first = self.first or error.seen


class _Reading:
    """One read: its rows by patient, and how many of them have times that can be read."""

    def __init__(self, mapping: MappingFile, rows: Rows) -> None:
        self.mapping = mapping
        self.rows = rows
        self.times = Times()
        self.declared = any(table.table == "patients" for table in mapping.tables)
        self.astray: tuple[Refusal, ...] = ()

    def gather(self, rows: Sequence[SortedRow]) -> _Gathered:
        """Take the rows of one patient: each is an event, or a line that says why not."""
        gathered = _Gathered()
        for found in rows:
            self._row(found, gathered)
        return gathered

    def _row(self, found: SortedRow, gathered: _Gathered) -> None:
        row, label = found.row, found.label
        gathered.counter.read(label)
        if _repeated(found, gathered):
            count_medicine(row, label, Outcome.DUPLICATE, gathered.counter)
            return
        try:
            drug = self._build(row, gathered)
        except UnusableError as error:
            example = _example(row, error.seen)
            gathered.counter.line(Outcome.NOT_USED, label, error.reason, error.remedy, example)
            gathered.unplaced += of_row(row, error.reason, error.remedy, error.seen)
            count_medicine(row, label, Outcome.NOT_USED, gathered.counter)
            self.times.note(error)
        except AdjuvantError as error:
            example = _example(row, error.thing)
            gathered.counter.line(Outcome.NOT_USED, label, error.rule, error.remedy, example)
            gathered.unplaced += of_row(row, error.rule, error.remedy, error.thing)
            count_medicine(row, label, Outcome.NOT_USED, gathered.counter)
        else:
            self.times.dated += row.table.table != "patients"
            _count(row, gathered, label, drug)

    def _build(self, row: Row, gathered: _Gathered) -> Drug | None:
        """Make the event of a row, and say which drug it is of."""
        if row.table.table == "patients":
            gathered.patient = people.patient(row)
            return None
        name, build = _BUILDERS[row.table.table]
        event = build(row)
        if name == "administrations" and row.table.end_is_next_row:
            gathered.charted.append((event, row.text("line") or ""))
        else:
            gathered.events.setdefault(name, []).extend(event if isinstance(event, tuple) else (event,))
        drug: Drug | None = getattr(event, "drug", None)
        return drug


def _repeated(found: SortedRow, gathered: _Gathered) -> bool:
    """Whether a row has been met before; without an id of their own, equal rows are two events."""
    row = found.row
    own = row.text("id")
    if own is None:
        return False
    file, line, cells = gathered.seen.setdefault(
        (row.table.table, own), (row.table.file, row.line, row.cells)
    )
    first = found.repeats if found.repeats is not None else line
    # One row may fill a table in two ways; it is the same row, and no other one.
    if found.repeats is None and (cells is row.cells or (file, line) == (row.table.file, row.line)):
        return False
    example = f"line {row.line} repeats line {first}"
    gathered.counter.line(Outcome.DUPLICATE, found.label, "repeats another row with the same id", "", example)
    return True


def _example(row: Row, seen: str) -> str:
    return f"line {row.line}: {seen}" if seen else f"line {row.line}"


def _count(row: Row, gathered: _Gathered, label: str, drug: Drug | None) -> None:
    """Count a row that became an event: used, not assessable, or in view and unconvertible."""
    counter = gathered.counter
    held = [*row.refused, *row.lacking]
    if held:
        for item in held[:1]:
            counter.line(Outcome.UNCONVERTIBLE, label, item.reason, item.remedy, _example(row, item.seen))
    elif row.table.table == "pain" and gathered.events["pain"][-1].not_assessable is not None:
        reason = str(gathered.events["pain"][-1].not_assessable)
        counter.line(Outcome.NOT_ASSESSABLE, label, reason, "", f"line {row.line}")
    else:
        counter.used(label)
    for item in row.doubts:
        counter.line(Outcome.DOUBTED, label, item.reason, item.remedy, _example(row, item.seen))
    outcome = Outcome.UNCONVERTIBLE if held else Outcome.USED
    count_medicine(row, label, outcome, counter, drug, doubted=not held and bool(row.doubts))


def read(
    path: Path,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> Import:
    """Read CSV files under a mapping.

    Args:
        path: the mapping, or the folder that holds ``mapping.yaml``.
        patient: read only this patient; rows of others are not counted.
        zone: IANA zone, where the mapping declares none.
        terms: the user's own lines on drug names.
    Raises:
        InputError: the mapping or a file cannot be used, a patient stands there twice with different
            contents, or there is no (such) patient. What concerns single rows is a quality line instead.
    """
    return collect(stream(path, patient=patient, zone=zone, terms=terms, progress=progress))


def stream(
    path: Path,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
    after: str | None = None,
    work: Path | None = None,
) -> Stream:
    """As `read`, patient by patient, in order of id; no more than one patient's rows are held.

    The files are read once, before the first record, and sorted by patient; what memory does not hold is
    sorted on disk. That most rows have times of another shape than the mapping declares shows at the end, of
    the patients that were read.

    Args:
        after: pass over the patients whose id is not greater than this one.
        work: a folder for what is sorted on disk.
    """
    mapping = load_mapping(path, zone)
    source = f"table: {mapping.path}"
    rows = Rows(mapping, patient, Terminology(terms), work)
    return Stream(source, _records(rows, mapping, source, patient, after, progress), rows.nobody)


def _records(
    rows: Rows,
    mapping: MappingFile,
    source: str,
    patient: str | None,
    after: str | None,
    progress: Progress | None,
) -> Iterator[PatientRecord]:
    """One record per patient; rows of somebody whom the patients table does not hold are explained."""
    found = False
    with closing(rows):
        rows.read(progress)
        reading = _Reading(mapping, rows)
        rows.torn.give(rows.astray, known=rows.names)
        reading.astray = rows.astray.refusals()
        for who, listed in rows.patients():
            passed = after is not None and who <= after
            if passed and not (reading.declared and _is_nobody(reading, listed)):
                found = True
                continue
            gathered = reading.gather(listed)
            if gathered.patient is None and reading.declared:
                _orphaned(rows.nobody, gathered.counter, who)
                continue
            found = True
            yield _record(reading, who, gathered)
        _check_times(reading)
        if patient is not None and not found:
            choose_patient((), patient, source)
        if not found:
            raise InputError(
                source,
                "gives no patient",
                "fill its CSV files with rows; if they hold rows, check the id column and `where`",
            )


def _is_nobody(reading: _Reading, listed: Sequence[SortedRow]) -> bool:
    """Whether no row of the patients table makes these rows somebody's."""
    people_rows = [found for found in listed if found.row.table.table == "patients"]
    return _Reading(reading.mapping, reading.rows).gather(people_rows).patient is None


def _check_times(reading: _Reading) -> None:
    """Refuse a read in which most rows fail for the shape of their times: the mapping is wrong, not the rows.

    Raises:
        InputError: so it is; names the mapping and what it declares.
    """
    times = reading.times
    if times.failed == 0 or times.failed * 2 <= times.failed + times.dated:
        return
    declared = reading.mapping.time_format
    said = f"time_format {declared!r}" if declared else "no time_format, which means ISO 8601"
    raise InputError(
        str(reading.mapping.path),
        f"declares {said}, and {times.failed} rows have times of another shape, such as {times.first!r}",
        "correct `time_format:` to how the times are written, for example %d/%m/%Y %H:%M",
    )


def _record(reading: _Reading, who: str, gathered: _Gathered) -> PatientRecord:
    mapping = reading.mapping
    person = gathered.patient
    if person is None:
        person = Patient(who, mapping.zone.key, synthetic=mapping.synthetic, note=mapping.notes)
    own = NobodysRows()
    # Rows with too few or too many fields whose first field is this patient's id are this patient's.
    reading.rows.torn.give(own, known=(), of=who)
    closed, open_ended = close_infusions(gathered.charted)
    events: dict[str, Any] = {**gathered.events}
    if closed:
        events["administrations"] = [*events.get("administrations", []), *closed]
    for event_id in open_ended:
        gathered.counter.line(
            Outcome.DOUBTED,
            "administrations",
            "infusion has no later row that ends it",
            "chart its stop as a row with rate 0",
            event_id,
        )
    warn_of_equals(events.get("administrations", ()), gathered.counter, "administrations")
    lists: dict[str, Any] = {name: tuple(found) for name, found in events.items()}
    kept, far = without_far_dates(lists, person.birth_date, gathered.counter)
    unplaced = (*gathered.unplaced, *own.refusals(), *far, *reading.astray)
    return PatientRecord(person, **kept, quality=gathered.counter.summary(), unplaced=unplaced)


def _orphaned(nobody: QualityCounter, counter: QualityCounter, who: str) -> None:
    summary = counter.summary()
    for item in summary.medicines:
        if item.outcome is not Outcome.DOUBTED:
            nobody.medicine(item.table, item.drug, item.unit, Outcome.NOT_USED, item.count)
    for name in summary.names:
        nobody.unknown_name(name.table, name.name, name.count)
    for line in summary.lines:
        if line.outcome is Outcome.READ:
            nobody.read(line.table, line.count)
            nobody.line(
                Outcome.NOT_USED,
                line.table,
                "its patient is not in the patients table",
                "add the patient, or correct the id",
                who,
                line.count,
            )
