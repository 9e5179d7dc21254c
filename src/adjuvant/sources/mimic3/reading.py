"""What one read of MIMIC-III gathers: items and drugs by label, events and quality lines by patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from adjuvant.errors import AdjuvantError, InputError
from adjuvant.quantity import UnitStatus, parse_decimal
from adjuvant.record import Basis, Drug, MedicationAdministration, Origin, Outcome, Refusal, RefusalReason
from adjuvant.record.naming import resolve_drug
from adjuvant.record.unplaced import Span, unplaced
from adjuvant.sources.base import Progress, QualityCounter
from adjuvant.sources.mimic3.folder import Folder, Row
from adjuvant.timeline import parse_instant

__all__ = ["SOURCE", "Gathered", "Item", "Reading", "in_general", "instant", "number", "origin", "raw_text"]

SOURCE = "mimic3"
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One charted item of ``d_items``: its label, the table it is charted in, and its drug if it is one."""

    id: str
    label: str
    table: str


@dataclass(slots=True)
class Gathered:
    """One patient's events so far, by their list in PatientRecord, and what became of each row."""

    patient: str
    counter: QualityCounter = field(default_factory=QualityCounter)
    events: dict[str, list[Any]] = field(default_factory=dict)
    unplaced: list[Refusal] = field(default_factory=list)

    def lose(self, drug: Drug | None, basis: Basis, why: str, row: Row, span: Span = (None, None)) -> None:
        """Keep what a row of medication says that could become no event, so that no total is complete."""
        text = drug.text if drug is not None else "order without a drug"
        reason = RefusalReason.MISSING_TIMING if span[0] is None else RefusalReason.MISSING_DOSE
        self.unplaced += unplaced(
            drug, text, basis, f"{why}: {_example(row)}", "check the row in the source",
            reason=reason, span=span, event=row.get("row_id", ""),
        )  # fmt: skip

    def add(self, kind: str, table: str, event: Any) -> None:
        """Keep an event that one row of `table` became, and count that row as used."""
        self.events.setdefault(kind, []).append(event)
        self.counter.used(table)

    def doubt(self, table: str, reason: str, row: Row, remedy: str = "") -> None:
        """Count a warning on a row that is used all the same."""
        self.counter.line(Outcome.DOUBTED, table, reason, remedy, example=_example(row))

    def drop(self, outcome: Outcome, table: str, reason: str, row: Row, remedy: str = "") -> None:
        """Count a row that becomes no event, with the reason."""
        self.counter.line(outcome, table, reason, remedy, example=_example(row))


class Reading:
    """One read: the folder, the zone, and every patient's Gathered.

    Args:
        patient: read only this patient; None reads all.
        local: the zone in which the folder's times, which carry none, are taken.
    """

    def __init__(
        self, folder: Folder, local: ZoneInfo, patient: str | None, progress: Progress | None
    ) -> None:
        self.folder = folder
        self.local = local
        self.patient = patient
        self.patients: dict[str, Gathered] = {}
        self.strays = QualityCounter()
        self._progress = progress
        self._drugs: dict[str, Drug] = {}
        self.items = {
            row["itemid"]: Item(row["itemid"], row["label"], row["linksto"].lower())
            for row in folder.rows("d_items")
        }

    def tell(self, what: str, done: int, total: int) -> None:
        """Say how far the reading is, if anybody asked."""
        if self._progress is not None:
            self._progress(what, done, total)

    def drug(self, text: str) -> Drug:
        """The medicine that a name means; names that the library does not know have no ingredients."""
        found = self._drugs.get(text)
        if found is None:
            try:
                found = resolve_drug(text)
            except (
                AdjuvantError
            ):  # a name that contradicts itself is nobody's drug, and stays in view as text
                found = Drug(text)
            self._drugs[text] = found
        return found

    def of(self, table: str, row: Row) -> Gathered | None:
        """The patient of a row, who has then one more row read; None where `patients` does not have them."""
        gathered = self.patients.get(row["subject_id"])
        if gathered is None:
            self.strays.read(table)
            self.strays.line(
                Outcome.NOT_USED,
                table,
                "the row's patient is not in the patients table",
                "add the patient, or remove the rows",
                example=_example(row),
            )
            return None
        gathered.counter.read(table)
        return gathered

    def rows(self, table: str, items: Sequence[str] | None = None) -> Iterator[tuple[Gathered, Row]]:
        """The rows of `table` with the patient of each, every one counted as read."""
        for row in self.folder.rows(table, patient=self.patient, items=items):
            gathered = self.of(table, row)
            if gathered is not None:
                yield gathered, row

    def count_others(
        self, table: str, counts: Mapping[tuple[str, str], int], taken: frozenset[str], reason: str
    ) -> None:
        """Count the rows of `table` whose item is not among those `taken`, with the commonest labels.

        Args:
            counts: the table's rows by patient and item.
        """
        others: dict[str, list[tuple[int, str]]] = {}
        for (subject, item), count in counts.items():
            if item not in taken:
                others.setdefault(subject, []).append((-count, self._label(item)))
        for subject, found in others.items():
            known = self.patients.get(subject)
            counter = known.counter if known is not None else self.strays
            total = -sum(count for count, _ in found)
            why = reason if known is not None else "the row's patient is not in the patients table"
            counter.read(table, total)
            for index, (count, label) in enumerate(sorted(found)):
                example = label if index < _EXAMPLES else ""
                counter.line(Outcome.NOT_USED, table, why, example=example, n=-count)

    def _label(self, item: str) -> str:
        known = self.items.get(item)
        return known.label if known is not None else f"item {item}, which d_items does not have"


def _example(row: Row) -> str:
    shown = [row.get("row_id", "")] if row.get("row_id") else []
    names = (
        "value",
        "drug",
        "amount",
        "amountuom",
        "rate",
        "rateuom",
        "dose_val_rx",
        "dose_unit_rx",
        "stopped",
    )
    shown += [row[name] for name in names if row.get(name)]
    return " ".join(shown)


def in_general(event: MedicationAdministration) -> str:
    """An event's doubt in words that are the same for all rows of its kind, for a quality line."""
    unread = event.unit_status is UnitStatus.UNCONVERTIBLE
    return "an amount, a rate or a unit cannot be read" if unread else event.doubt


def raw_text(row: Row, label: str = "") -> str:
    """The fields that are not empty, as they stood, for an Origin."""
    named = f"label={label}; " if label else ""
    return named + "; ".join(
        f"{name}={value}" for name, value in row.items() if value and name not in ("row_id", "subject_id")
    )


def origin(table: str, row: Row, label: str = "") -> Origin:
    """Where an event was read."""
    return Origin(SOURCE, table, row["row_id"], raw_text(row, label))


@lru_cache(maxsize=1 << 16)
def instant(text: str, local: ZoneInfo) -> datetime:
    """The moment that a time of the tables, such as ``2107-01-16 13:30:00``, means in `local`; cached.

    Raises:
        InputError: empty, not a time, or a local time that a clock change skipped or repeated.
    """
    if not text:
        raise InputError("time ''", "is empty", "chart the time")
    return parse_instant(text, local)


@lru_cache(maxsize=1 << 14)
def number(text: str) -> Fraction | None:
    """The exact number of a numeric column, None where it is empty; cached.

    Raises:
        QuantityError: not a number.
    """
    return parse_decimal(text, machine=True) if text else None
