"""Reading a folder of CSV files under its mapping: one pass over each file, every row used or explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adjuvant.errors import AdjuvantError, InputError
from adjuvant.record import Drug, Outcome, Patient, PatientRecord, Refusal
from adjuvant.sources.base import Import, Progress, QualityCounter, choose_patient, open_csv
from adjuvant.sources.far_dates import without_far_dates
from adjuvant.sources.table import medication, observations, people
from adjuvant.sources.table.astray import NobodysRows, of_row
from adjuvant.sources.table.cells import Row, UnusableError
from adjuvant.sources.table.counts import count_medicine
from adjuvant.sources.table.infusions import Charted, close_infusions
from adjuvant.sources.table.mapping import MappingFile, TableMapping, load_mapping
from adjuvant.sources.terminology import Terminology
from adjuvant.sources.terms import Terms

__all__ = ["read"]

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
_EVERY = 2000  # rows between two reports of progress


@dataclass(slots=True)
class _Gathered:
    """What has been read of one patient so far."""

    patient: Patient | None = None
    events: dict[str, list[Any]] = field(default_factory=dict)
    charted: list[Charted] = field(default_factory=list)
    counter: QualityCounter = field(default_factory=QualityCounter)
    unplaced: list[Refusal] = field(default_factory=list)


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
    """One read: patients by id, rows seen by their own id, and what concerns no patient."""

    def __init__(self, mapping: MappingFile, only: str | None, terminology: Terminology) -> None:
        self.terminology = terminology
        self.mapping = mapping
        self.only = only
        self.patients: dict[str, _Gathered] = {}
        self.nobody = QualityCounter()
        self.astray = NobodysRows()
        self.torn: list[tuple[str, int, str, tuple[str, ...]]] = []
        self.names: set[str] = set()
        self.times = Times()
        self.seen: dict[tuple[str, str], tuple[int, dict[str, str]]] = {}

    def row(self, row: Row, label: str) -> None:
        """Take one row: an event of its patient, or a line that says why not."""
        key = "id" if row.table.table == "patients" else "patient"
        who = row.text(key)
        if who is not None:
            self.names.add(who)
        if self.only is not None and who is not None and who != self.only:
            return
        if who is None:
            self.nobody.read(label)
            self.nobody.line(
                Outcome.NOT_USED, label, f"{key} is empty", "fill it in in the source", f"line {row.line}"
            )
            self.astray.add(row)
            count_medicine(row, label, Outcome.NOT_USED, self.nobody)
            return
        gathered = self.patients.setdefault(who, _Gathered())
        gathered.counter.read(label)
        if self._repeated(row, gathered.counter, label):
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
            gathered.counter.line(
                Outcome.NOT_USED, label, error.rule, error.remedy, _example(row, error.thing)
            )
            gathered.unplaced += of_row(row, error.rule, error.remedy, error.thing)
            count_medicine(row, label, Outcome.NOT_USED, gathered.counter)
        else:
            self.times.dated += row.table.table != "patients"
            _count(row, gathered, label, drug)

    def _repeated(self, row: Row, counter: QualityCounter, label: str) -> bool:
        """Whether this row has been met before; without an id of their own, equal rows are two events."""
        own = row.text("id")
        if own is None:
            return False
        first = self.seen.setdefault((row.table.table, own), (row.line, row.cells))
        if first[0] == row.line and first[1] is row.cells:
            return False
        if first[1] != row.cells:
            raise InputError(
                f"{row.table.file}:{row.line}: {row.table.table} {own!r}",
                f"stands twice with different contents, first on line {first[0]}",
                "correct one of the two, or map another column to id",
            )
        example = f"line {row.line} repeats line {first[0]}"
        counter.line(Outcome.DUPLICATE, label, "repeats another row with the same id", "", example)
        return True

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
    mapping = load_mapping(path, zone)
    reading = _Reading(mapping, patient, Terminology(terms))
    by_file: dict[tuple[Path, str], list[TableMapping]] = {}
    for table in mapping.tables:
        by_file.setdefault((table.file, table.delimiter), []).append(table)
    for (file, delimiter), tables in by_file.items():
        _read_file(reading, file, delimiter, tables, progress)
    source = f"table: {mapping.path}"
    _check_times(reading)
    records = _records(reading)
    if patient is not None:
        choose_patient((record.patient.id for record in records), patient, source)
    if not records:
        raise InputError(
            source,
            "gives no patient",
            "fill its CSV files with rows; if they hold rows, check the id column and `where`",
        )
    for record in records:
        reading.nobody.add(record.quality)
    return Import(records, reading.nobody.summary(), source)


def _read_file(
    reading: _Reading, file: Path, delimiter: str, tables: list[TableMapping], progress: Progress | None
) -> None:
    needed = {column for table in tables for column in (*table.columns.values(), *table.where)}

    kinds = tuple(table.table for table in tables)
    columns: Sequence[str] = ()

    def ragged(line: int, reason: str, fields: Sequence[str]) -> None:
        # The first field stands in its place however many are missing behind it.
        keys = {table.columns.get("id" if table.table == "patients" else "patient") for table in tables}
        first = fields[0].strip() if fields and columns[0] in keys else ""
        reading.torn.append((first, line, file.name, kinds))
        reading.nobody.read(file.name)
        remedy = "quote fields that hold the delimiter"
        reading.nobody.line(
            Outcome.NOT_USED,
            file.name,
            "its fields are not as many as the header's",
            remedy,
            f"line {line} {reason}",
        )

    with open_csv(file, required=sorted(needed), delimiter=delimiter) as table_file:
        columns = table_file.columns
        for count, found in enumerate(table_file.rows(ragged), start=1):
            if progress is not None and count % _EVERY == 0:
                progress(file.name, count)
            chosen = [table for table in tables if _belongs(table, found.fields)]
            for table in chosen:
                label = file.name if len(tables) == 1 else f"{file.name} ({table.table})"
                reading.row(
                    Row(reading.mapping, table, found.line, found.fields, terminology=reading.terminology),
                    label,
                )
            if not chosen:
                reading.nobody.read(file.name)
                reading.nobody.line(
                    Outcome.NOT_USED,
                    file.name,
                    "belongs to no table by its `where`",
                    "",
                    f"line {found.line}",
                )


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


def _belongs(table: TableMapping, cells: Mapping[str, str]) -> bool:
    return all(cells[column].strip().casefold() in words for column, words in table.where.items())


def _records(reading: _Reading) -> tuple[PatientRecord, ...]:
    """One record per patient; rows of somebody whom the patients table does not hold are explained."""
    declared = any(table.table == "patients" for table in reading.mapping.tables)
    for first, line, file, kinds in reading.torn:
        if first not in reading.names:
            reading.astray.add_torn(file, line, kinds)
    records: list[PatientRecord] = []
    for who, gathered in sorted(reading.patients.items()):
        person = gathered.patient
        if person is None and declared:
            _orphaned(reading.nobody, gathered.counter, who)
            continue
        if person is None:
            person = Patient(
                who,
                reading.mapping.zone.key,
                synthetic=reading.mapping.synthetic,
                note=reading.mapping.notes,
            )
        _give_torn(reading, who, gathered)
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
        lists: dict[str, Any] = {name: tuple(found) for name, found in events.items()}
        kept, far = without_far_dates(lists, person.birth_date, gathered.counter)
        found = (*gathered.unplaced, *far, *reading.astray.refusals())
        records.append(PatientRecord(person, **kept, quality=gathered.counter.summary(), unplaced=found))
    return tuple(records)


def _give_torn(reading: _Reading, who: str, gathered: _Gathered) -> None:
    """Rows with too few or too many fields whose first field is this patient's id are this patient's."""
    own = NobodysRows()
    for first, line, file, kinds in reading.torn:
        if first == who:
            own.add_torn(file, line, kinds)
    gathered.unplaced += own.refusals()


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
