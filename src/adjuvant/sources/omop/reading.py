"""What one read of an OMOP folder gathers: events, what could not be placed, and quality lines by person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError, QuantityError
from adjuvant.quantity import parse_decimal
from adjuvant.record import Basis, Drug, Origin, Outcome, Refusal, RefusalReason
from adjuvant.record.unplaced import Span, unplaced
from adjuvant.sources.base import QualityCounter
from adjuvant.sources.gathering import Repeats
from adjuvant.sources.omop.drugs import DrugNames
from adjuvant.sources.omop.vocabulary import Vocabulary
from adjuvant.sources.tables import Row, TableFolder
from adjuvant.timeline import day_end, local_midnight, parse_instant

__all__ = [
    "REMEDY", "SOURCE", "Gathered", "Reading", "day_after", "day_of", "example", "has_time", "number",
    "origin", "time_of", "whole",
]  # fmt: skip

SOURCE = "omop"
REMEDY = "check the row in the source"
# Rows of medication have a rule of their own, which also counts them by drug.
_TOLD_BY_ID = ("visit_occurrence", "condition_occurrence", "measurement", "observation")
_MIDNIGHT = "00:00:00"
_SHOWN = (
    "drug_source_value", "drug_concept_id", "quantity", "dose_unit_source_value", "drug_type_concept_id",
    "measurement_source_value", "measurement_concept_id", "observation_source_value",
    "observation_concept_id", "value_as_number", "value_source_value", "unit_source_value",
    "condition_source_value", "condition_concept_id",
)  # fmt: skip


@dataclass(slots=True)
class Gathered:
    """One person's events so far, by their list in PatientRecord, and what became of each row."""

    person: str
    counter: QualityCounter = field(default_factory=QualityCounter)
    events: dict[str, list[Any]] = field(default_factory=dict)
    unplaced: list[Refusal] = field(default_factory=list)
    nameless: set[str] = field(default_factory=set)
    """Ids of events of medication whose row names its drug by numbers alone."""

    def add(self, kind: str, table: str, event: Any) -> None:
        """Keep an event that one row of `table` became, and count that row as used."""
        self.events.setdefault(kind, []).append(event)
        self.counter.used(table)

    def doubt(self, table: str, reason: str, row: Row, remedy: str = REMEDY) -> None:
        """Count a warning on a row that is used all the same."""
        self.counter.line(Outcome.DOUBTED, table, reason, remedy, example(row))

    def drop(self, outcome: Outcome, table: str, reason: str, row: Row, remedy: str = "") -> None:
        """Count a row that becomes no event, with the reason."""
        self.counter.line(outcome, table, reason, remedy, example(row))

    def lose(
        self,
        drug: Drug | None,
        basis: Basis | None,
        why: str,
        remedy: str,
        *,
        reason: RefusalReason,
        span: Span = (None, None),
        event: str = "",
    ) -> None:
        """Keep what is known of medication that could become no event, so that no total is complete."""
        text = drug.text if drug is not None else "a medicine without a name"
        self.unplaced += unplaced(drug, text, basis, why, remedy, reason=reason, span=span, event=event)


class Reading:
    """One read: the folder, its vocabulary, the zone of its times, and the persons of the present batch.

    Args:
        local: the zone in which the folder's times, which carry none, are taken.
        version: of the data model; empty if the folder does not tell.
        title: how the folder names itself.
        synthetic: whether it says that its persons are invented.
    """

    def __init__(
        self,
        folder: TableFolder,
        local: ZoneInfo,
        vocabulary: Vocabulary,
        names: DrugNames,
        *,
        version: str,
        title: str,
        synthetic: bool,
    ) -> None:
        self.folder = folder
        self.local = local
        self.vocabulary = vocabulary
        self.names = names
        self.version = version
        self.title = title
        self.synthetic = synthetic
        self.persons: dict[str, Gathered] = {}
        self._repeats = Repeats()

    def begin(self, persons: Sequence[str]) -> None:
        """Forget the batch before, and gather for these persons."""
        self.persons = {person: Gathered(person) for person in persons}
        self._repeats = Repeats()

    def rows(
        self, table: str, column: str = "", wanted: Iterable[str] = ()
    ) -> Iterator[tuple[Gathered, Row]]:
        """The batch's rows of `table`, each counted as read; with `column` those where it is in `wanted`."""
        if table not in self.folder:
            return
        where = {column: sorted(wanted)} if column else None
        for row in self.folder.rows(table, keys=list(self.persons), where=where):
            gathered = self.persons.get(row["person_id"])
            if gathered is not None:
                gathered.counter.read(table)
                own = row[f"{table}_id"] if table in _TOLD_BY_ID else ""
                if not self._repeats.drop(gathered.counter, table, own, row):
                    yield gathered, row

    def instant(self, day: str, moment: str) -> datetime | None:
        """The instant of a date and time column; midnight where no time is stated; None without a date.

        Raises:
            InputError: neither is a date or a time, or the local time was skipped or repeated.
        """
        text = moment or day
        if not text:
            return None
        if len(text.strip()) <= len("2026-03-01"):
            return local_midnight(day_of(text), self.local)
        return time_of(text, self.local)


@lru_cache(maxsize=1 << 16)
def time_of(text: str, local: ZoneInfo) -> datetime:
    """The moment that a time such as ``2107-01-16 13:30:00`` means in `local`; cached.

    Raises:
        InputError: not a time, or a local time that a clock change skipped or repeated.
    """
    return parse_instant(text, local)


@lru_cache(maxsize=1 << 14)
def day_of(text: str) -> date:
    """The day of a date, or of a time; cached.

    Raises:
        InputError: no date.
    """
    try:
        return date.fromisoformat(text[: len("2026-03-01")])
    except ValueError as error:
        raise InputError(f"date {text!r}", "is not an ISO 8601 date", "write it as 2026-03-01") from error


def day_after(day: date, local: ZoneInfo) -> datetime:
    """The instant at which a local day ends.

    Raises:
        InputError: the last day of the calendar, a mark for no date.
    """
    return day_end(day, local)


def has_time(text: str) -> bool:
    """Whether a datetime column states a time of day; midnight is how the model writes that none is known."""
    return len(text) > len("2026-03-01") and _MIDNIGHT not in text


@lru_cache(maxsize=1 << 14)
def number(text: str) -> Fraction | None:
    """The exact number of a numeric column, None where it is empty; cached.

    Raises:
        QuantityError: not a number.
    """
    return parse_decimal(text, machine=True) if text else None


def whole(text: str) -> int | None:
    """The whole number of a column, None where it is empty or none."""
    try:
        value = number(text)
    except QuantityError:
        return None
    return int(value) if value is not None and value.denominator == 1 else None


def example(row: Row) -> str:
    """A row's number and the fields that a person would look at."""
    shown = [f"row {row['row_number']}"] if row.get("row_number") else []
    return " ".join(shown + [row[name] for name in _SHOWN if row.get(name)])


def origin(table: str, row: Row, key: str) -> Origin:
    """Where an event was read, with the fields that are not empty as they stood."""
    raw = "; ".join(
        f"{name}={value}"
        for name, value in row.items()
        if value and name not in ("row_number", "person_id", key)
    )
    return Origin(SOURCE, table, row[key] or f"row {row['row_number']}", raw)
