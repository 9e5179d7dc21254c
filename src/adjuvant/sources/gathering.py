"""What a reader of charted tables gathers of one patient: events, quality lines, and what found no place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError
from adjuvant.library import setting
from adjuvant.quantity import UnitStatus, parse_decimal
from adjuvant.record import (
    EVENT_KINDS,
    Basis,
    Drug,
    MedicationAdministration,
    Origin,
    Outcome,
    Patient,
    PatientRecord,
    Refusal,
    RefusalReason,
)
from adjuvant.record.unplaced import Span, unplaced
from adjuvant.sources.base import QualityCounter
from adjuvant.timeline import parse_instant

__all__ = [
    "Charts",
    "Gathered",
    "Item",
    "Repeats",
    "example",
    "in_general",
    "instant",
    "number",
    "raw_text",
    "record_of",
]


@dataclass(frozen=True, slots=True)
class Item:
    """One charted item of ``d_items``: its label, and the table it is charted in."""

    id: str
    label: str
    table: str


class Charts(Protocol):
    """What the readers of one charted row ask of the read that it belongs to."""

    @property
    def local(self) -> ZoneInfo:
        """The zone in which times without one are taken."""

    def origin(self, table: str, row: Mapping[str, str], label: str = "") -> Origin:
        """Where an event was read."""


@dataclass(slots=True)
class Gathered:
    """One patient's events so far, by their list in PatientRecord, and what became of each row."""

    patient: str
    counter: QualityCounter = field(default_factory=QualityCounter)
    events: dict[str, list[Any]] = field(default_factory=dict)
    unplaced: list[Refusal] = field(default_factory=list)

    def lose(
        self, drug: Drug | None, basis: Basis, why: str, row: Mapping[str, str], span: Span = (None, None)
    ) -> None:
        """Keep what a row of medication says that could become no event, so that no total is complete."""
        text = drug.text if drug is not None else "order without a drug"
        reason = RefusalReason.MISSING_TIMING if span[0] is None else RefusalReason.MISSING_DOSE
        self.unplaced += unplaced(
            drug, text, basis, f"{why}: {example(row)}", "check the row in the source",
            reason=reason, span=span, event=row.get("row_id", ""),
        )  # fmt: skip

    def leave_open(
        self,
        drug: Drug,
        why: str,
        table: str,
        row: Mapping[str, str],
        at: datetime,
        ends: datetime | None = None,
    ) -> None:
        """Say that a rate ran from `at` on, nobody knows how long: no total of that time is complete.

        The time is as long as a charted rate is believed, and no longer than the stay.

        Args:
            ends: when the stay ends, if that is known.
        """
        end = at + timedelta(hours=float(setting("rate_hold_h").value))
        if ends is not None and ends > at:
            end = min(end, ends)
        self.unplaced += unplaced(
            drug, drug.text, Basis.ADMINISTERED, f"{why}: {example(row)}", "chart when it stopped",
            reason=RefusalReason.MISSING_TIMING, span=(at, end), event=f"{table}.{row['row_id']}",
        )  # fmt: skip

    def keep(self, kind: str, event: Any) -> None:
        """Keep an event that is not the only one of its row."""
        self.events.setdefault(kind, []).append(event)

    def add(self, kind: str, table: str, event: Any) -> None:
        """Keep an event that one row of `table` became, and count that row as used."""
        self.keep(kind, event)
        self.counter.used(table)

    def medicine(self, table: str, drug: Drug, unit: str, outcome: Outcome, *, doubted: bool = False) -> None:
        """Count one row of medication by drug and unit, and by its name where nobody knows that.

        Args:
            doubted: whether the row is used with a warning.
        """
        self.counter.medicine(table, drug.name, unit, outcome)
        if doubted:
            self.counter.medicine(table, drug.name, unit, Outcome.DOUBTED)
        if not drug.ingredients:
            self.counter.unknown_name(table, drug.text)

    def doubt(self, table: str, reason: str, row: Mapping[str, str], remedy: str = "") -> None:
        """Count a warning on a row that is used all the same."""
        self.counter.line(Outcome.DOUBTED, table, reason, remedy, example=example(row))

    def drop(
        self, outcome: Outcome, table: str, reason: str, row: Mapping[str, str], remedy: str = ""
    ) -> None:
        """Count a row that becomes no event, with the reason."""
        self.counter.line(outcome, table, reason, remedy, example=example(row))


class Repeats:
    """Tells rows that a table holds more than once, under the same id of their own and with equal contents.

    A row without such an id is never a repeat: two equal rows may be two events. One number is kept of each.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def drop(self, counter: QualityCounter, table: str, own: str, row: Mapping[str, str]) -> bool:
        """Whether a row, which has been counted as read, has been met before; if so, a line says it.

        Args:
            own: the row's own id in `table`; empty where it has none.
            row: its fields, with or without the number of the row.
        """
        if not own:
            return False
        mark = hash((table, *(value for name, value in row.items() if name != "row_number")))
        if mark not in self._seen:
            self._seen.add(mark)
            return False
        counter.line(
            Outcome.DUPLICATE,
            table,
            "the row stands twice with the same id",
            "",
            f"{own} {example(row)}".strip(),
        )
        return True


def record_of(patient: Patient, gathered: Gathered) -> PatientRecord:
    """The record of one patient, with the quality of the patient's own rows."""
    events: dict[str, Any] = {
        kind: tuple(found) for kind, found in gathered.events.items() if kind in EVENT_KINDS
    }
    quality = gathered.counter.summary()
    return PatientRecord(patient=patient, quality=quality, unplaced=tuple(gathered.unplaced), **events)


def example(row: Mapping[str, str]) -> str:
    """A row in a few words, for a quality line: its id, and what it says of drug, dose and rate."""
    shown = [row.get("row_id", "")] if row.get("row_id") else []
    names = (
        "drugname",
        "drugrate",
        "dosage",
        "medication",
        "event_txt",
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


def raw_text(row: Mapping[str, str], label: str = "") -> str:
    """The fields that are not empty, as they stood, for an Origin."""
    named = f"label={label}; " if label else ""
    return named + "; ".join(
        f"{name}={value}" for name, value in row.items() if value and name not in ("row_id", "subject_id")
    )


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
