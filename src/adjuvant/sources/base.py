"""What every reader gives back and counts: Import, QualityCounter, and the openers of text and CSV."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol

from adjuvant.errors import InputError, InternalError
from adjuvant.record import Outcome, PatientRecord, QualityLine, QualitySummary
from adjuvant.sources.delimited import CsvRow, CsvTable, open_csv
from adjuvant.sources.text import open_text, read_text

__all__ = [
    "CsvRow",
    "CsvTable",
    "Import",
    "Progress",
    "QualityCounter",
    "Reader",
    "choose_patient",
    "open_csv",
    "open_text",
    "read_text",
]

_EXAMPLES = 5


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


class Reader(Protocol):
    """The call that every reader answers."""

    def __call__(
        self,
        path: Path,
        *,
        patient: str | None = None,
        zone: str | None = None,
        progress: Progress | None = None,
    ) -> Import:
        """Read `path`: all patients or only `patient`; `zone` is the IANA zone of times without one."""


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
        hint = f"did you mean {near[0]!r}" if near else f"it holds {_some(known)}"
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

    def add(self, lines: Iterable[QualityLine]) -> None:
        """Count lines that another counter made."""
        for line in lines:
            tally = self._add(line.table, line.outcome, line.reason, line.count)
            tally.remedy = tally.remedy or line.remedy
            tally.examples = (tally.examples + list(line.examples))[:_EXAMPLES]

    def _add(self, table: str, outcome: Outcome, reason: str, n: int) -> _Tally:
        tally = self._tallies.setdefault((table, outcome, reason), _Tally())
        tally.count += n
        return tally

    def summary(self) -> QualitySummary:
        """All lines in a stable order.

        Raises:
            InternalError: rows were read that are neither used nor explained, or more than were read.
        """
        summary = QualitySummary.merged(
            QualityLine(table, outcome, tally.count, reason, tally.remedy, tuple(tally.examples))
            for (table, outcome, reason), tally in self._tallies.items()
            if tally.count
        )
        for table in sorted({line.table for line in summary.lines}):
            lost = summary.unaccounted(table)
            if lost:
                raise InternalError(
                    f"quality summary of {table}",
                    f"leaves {lost} rows unexplained",
                    "report this as a defect",
                )
        return summary
