"""What every reader gives back and counts: Import, Stream, QualityCounter; the openers of text and CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol

from adjuvant.errors import InputError, InternalError
from adjuvant.record import (
    MedicineCount,
    Outcome,
    PatientRecord,
    QualityLine,
    QualitySummary,
    UnknownName,
)
from adjuvant.sources.delimited import CsvRow, CsvTable, open_csv
from adjuvant.sources.terms import Terms
from adjuvant.sources.text import open_text, read_text

__all__ = [
    "CsvRow",
    "CsvTable",
    "Import",
    "Progress",
    "QualityCounter",
    "Reader",
    "Stream",
    "StreamReader",
    "choose_patient",
    "collect",
    "open_csv",
    "open_text",
    "read_text",
]

_EXAMPLES = 5
# Free text where names are expected could have as many of them as rows; memory must not grow with it.
_MOST_NAMES = 20_000
_FURTHER = "(further names)"


class Progress(Protocol):
    """How a reader says how far it is; it is called now and then, never with a clock."""

    def __call__(self, what: str, done: int, total: int | None = None) -> None:
        """Report that `done` of `total` (None where unknown) of `what` are finished."""


@dataclass(frozen=True, slots=True)
class Import:
    """What one read gave.

    Args:
        records: one per patient, in order of patient id.
        quality: what became of every row of the whole read.
        source: what was read, in words for a person: the reader's name and the path.
    """

    records: tuple[PatientRecord, ...]
    quality: QualitySummary
    source: str

    def record(self, patient: str | None = None) -> PatientRecord:
        """The record of one patient.

        Args:
            patient: the id; None takes the only one there is.
        Raises:
            InputError: no such patient, or several and none named.
        """
        ids = [record.patient.id for record in self.records]
        chosen = choose_patient(ids, patient, self.source)
        return self.records[ids.index(chosen)]


@dataclass(slots=True)
class Stream:
    """One read, patient by patient, that never holds more than a batch of them.

    Args:
        source: what is read, in words for a person: the reader's name and the path.
        records: in ascending order of patient id, each with the quality of its own rows.
        strays: rows that belong to no patient; complete once `records` is exhausted.
        total: how many patients there will be, where it is known beforehand.
        repeated: lines that stand in the quality of several records and count once, in `strays`; complete
            for a record when that record is given.
        counted: False where `strays` holds the quality of the whole already, as that of a record store does.
    """

    source: str
    records: Iterator[PatientRecord]
    strays: QualityCounter
    total: int | None = None
    repeated: list[QualityLine] = field(default_factory=list)
    counted: bool = True

    def own(self, record: PatientRecord) -> QualitySummary:
        """The quality of a record's own rows, which add up to the whole with all others and `strays`."""
        if not self.counted:
            return QualitySummary()
        quality = record.quality
        lines = tuple(line for line in quality.lines if line not in self.repeated)
        return QualitySummary(lines, quality.medicines, quality.names)


def collect(stream: Stream) -> Import:
    """Everything of a stream at once, with the quality of the whole."""
    whole = QualityCounter()
    records = []
    for record in stream.records:
        records.append(record)
        whole.add(stream.own(record))
    whole.add(stream.strays.counted())
    return Import(tuple(records), whole.counted() if not stream.counted else whole.summary(), stream.source)


class Reader(Protocol):
    """The call that every reader answers."""

    def __call__(
        self,
        path: Path,
        *,
        patient: str | None = None,
        zone: str | None = None,
        terms: Terms | None = None,
        progress: Progress | None = None,
    ) -> Import:
        """Read `path`: all patients or only `patient`.

        Args:
            zone: IANA zone of times without one.
            terms: the user's own lines on drug names.
        """


class StreamReader(Protocol):
    """The call that every reader answers that can read patient by patient."""

    def __call__(
        self,
        path: Path,
        *,
        patient: str | None = None,
        zone: str | None = None,
        terms: Terms | None = None,
        progress: Progress | None = None,
        after: str | None = None,
        work: Path | None = None,
    ) -> Stream:
        """As a Reader.

        Args:
            after: pass over the patients whose id is not greater than this one.
            work: a folder for what is sorted on disk, found again by a second call; None uses one of its own.
        """


def choose_patient(ids: Iterable[str], patient: str | None, source: str) -> str:
    """The id that `patient` names among `ids`; with None the only one there is.

    Raises:
        InputError: there is none, no such one, or more than one and none named.
    """
    known = sorted(set(ids))
    if patient is not None:
        if patient in known:
            return patient
        near = get_close_matches(patient, known, n=1, cutoff=0.6)
        holds = f"it holds {_some(known)}" if known else "check the id as the record writes it"
        hint = f"did you mean {near[0]!r}" if near else holds
        raise InputError(f"{source}: patient {patient!r}", "is not in it", hint)
    if not known:
        raise InputError(source, "holds no patient", "check that it is the right file")
    if len(known) > 1:
        raise InputError(
            source, f"holds {len(known)} patients", f"name one of them with --patient, such as {_some(known)}"
        )
    return known[0]


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:_EXAMPLES]) + (f" and {len(ids) - _EXAMPLES} more" if len(ids) > _EXAMPLES else "")


@dataclass(slots=True)
class _Tally:
    count: int = 0
    remedy: str = ""
    examples: list[str] = field(default_factory=list)


class QualityCounter:
    """Counts what becomes of every row, so that nothing is lost without a line.

    Every row that was `read` is either `used` or stands in one `line` that says why not. A row that is used
    with a warning has both its `used` and a DOUBTED line.
    """

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, Outcome, str], _Tally] = {}
        self._medicines: Counter[tuple[str, str, str, Outcome]] = Counter()
        self._names: Counter[tuple[str, str]] = Counter()

    def read(self, table: str, n: int = 1) -> None:
        """Count `n` rows met in `table`."""
        self._add(table, Outcome.READ, "", n)

    def used(self, table: str, n: int = 1) -> None:
        """Count `n` rows of `table` that became events (or part of one)."""
        self._add(table, Outcome.USED, "", n)

    def line(
        self, outcome: Outcome, table: str, reason: str, remedy: str = "", example: str = "", n: int = 1
    ) -> None:
        """Count `n` rows that befell something else.

        Args:
            outcome: what became of them; DOUBTED rows are also used.
            reason: in words, the same words for the same reason; numbers and names belong into `example`.
            remedy: what a person can do about it.
            example: the row's number and raw text; the first five of each reason are kept.
        """
        if not reason:
            raise InternalError(f"quality line {outcome} of {table}", "gives no reason", "say why")
        tally = self._add(table, outcome, reason, n)
        tally.remedy = tally.remedy or remedy
        if example and len(tally.examples) < _EXAMPLES and example not in tally.examples:
            tally.examples.append(example)

    def medicine(self, table: str, drug: str, unit: str, outcome: Outcome, n: int = 1) -> None:
        """Count `n` rows of medication by drug and unit, beside the lines that say what became of them.

        Args:
            drug: the library's name, or the text as written where it has none.
            unit: as written; empty where there is none.
        """
        self._medicines[table, drug, unit, outcome] += n

    def unknown_name(self, table: str, name: str, n: int = 1) -> None:
        """Count `n` rows that bear a drug's name which is not known."""
        key = (table, name)
        if key not in self._names and len(self._names) >= _MOST_NAMES:
            key = (table, _FURTHER)
        self._names[key] += n

    def add(self, summary: QualitySummary) -> None:
        """Count what another counter counted."""
        for line in summary.lines:
            tally = self._add(line.table, line.outcome, line.reason, line.count)
            tally.remedy = tally.remedy or line.remedy
            tally.examples = (tally.examples + list(line.examples))[:_EXAMPLES]
        for item in summary.medicines:
            self.medicine(item.table, item.drug, item.unit, item.outcome, item.count)
        for one in summary.names:
            self.unknown_name(one.table, one.name, one.count)

    def _add(self, table: str, outcome: Outcome, reason: str, n: int) -> _Tally:
        tally = self._tallies.setdefault((table, outcome, reason), _Tally())
        tally.count += n
        return tally

    def counted(self) -> QualitySummary:
        """All that was counted so far, in a stable order, whether or not every row is accounted for."""
        lines = tuple(
            QualityLine(table, outcome, tally.count, reason, tally.remedy, tuple(tally.examples))
            for (table, outcome, reason), tally in self._tallies.items()
            if tally.count
        )
        medicines = tuple(MedicineCount(*key, count) for key, count in self._medicines.items())
        names = tuple(UnknownName(*key, count) for key, count in self._names.items())
        return QualitySummary.of([QualitySummary(lines, medicines, names)])

    def summary(self) -> QualitySummary:
        """All that was counted, in a stable order.

        Raises:
            InternalError: rows were read that are neither used nor explained, or more than were read.
        """
        summary = self.counted()
        for table in sorted({line.table for line in summary.lines}):
            lost = summary.unaccounted(table)
            if lost:
                raise InternalError(
                    f"quality summary of {table}",
                    f"leaves {lost} rows unexplained",
                    "report this as a defect",
                )
        return summary
