"""One batch of eICU hospital stays: when their unit stays began, and what is gathered of each."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adjuvant.errors import InputError, QuantityError
from adjuvant.record import Drug, Origin, Outcome
from adjuvant.sources.eicu.shapes import STAY
from adjuvant.sources.gathering import Gathered, Repeats, number, raw_text
from adjuvant.sources.tables import Row, TableFolder
from adjuvant.sources.terminology import Terminology

__all__ = ["SOURCE", "Reading", "Stay", "minutes", "origin"]

SOURCE = "eicu"


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in an intensive care unit.

    Args:
        id: the source's ``patientunitstayid``.
        record: the hospital stay that it belongs to, which is the patient of the record.
        begins, ends: admission to the unit and discharge from it.
    """

    id: str
    record: str
    begins: datetime
    ends: datetime | None = None

    def at(self, offset: str) -> datetime:
        """The moment that lies `offset` minutes from the admission to the unit.

        Raises:
            InputError: it is empty, no whole number, or outside the calendar.
        """
        try:
            return self.begins + minutes(offset)
        except OverflowError as error:
            raise InputError(
                f"offset {offset!r}", "leads out of the calendar", "correct it in the source"
            ) from error


def minutes(text: str) -> timedelta:
    """The length of time that an offset column means.

    Raises:
        InputError: it is empty, no whole number of minutes, or longer than any calendar.
    """
    try:
        found = number(text)
        if found is None:
            raise InputError("offset ''", "is empty", "give the minutes from the admission to the unit")
        if found.denominator != 1:
            raise InputError(
                f"offset {text!r}", "is not a whole number of minutes", "correct it in the source"
            )
        return timedelta(minutes=int(found))
    except QuantityError as error:
        raise InputError(f"offset {text!r}", error.rule, "correct it in the source") from error
    except OverflowError as error:
        raise InputError(
            f"offset {text!r}", "is longer than any calendar", "correct it in the source"
        ) from error


class Reading:
    """One batch: the folder, the zone, the unit stays of the batch, and every record's Gathered.

    Args:
        local: the zone in which the invented dates are taken.
        names: what the drugs' names mean.
    """

    def __init__(self, folder: TableFolder, local: ZoneInfo, names: Terminology) -> None:
        self.folder = folder
        self.local = local
        self.names = names
        self.patients: dict[str, Gathered] = {}
        self.stays: dict[str, Stay] = {}
        self._repeats = Repeats()

    def drug(self, text: str) -> Drug:
        """The medicine that a name means; names that nobody knows have no ingredients."""
        return self.names.drug(text)

    def rows(
        self, table: str, key: str, where: Mapping[str, Sequence[str]] | None = None
    ) -> Iterator[tuple[Gathered, Stay, Row]]:
        """The batch's rows of `table`, each counted as read, with the unit stay and the record it belongs to.

        Args:
            key: the column that names the row.
        """
        for gathered, stay, row in self.rows_of(table, key, where):
            gathered.counter.read(table)
            if not self._repeats.drop(gathered.counter, table, row[key], row):
                yield gathered, stay, row

    def rows_of(
        self, table: str, key: str, where: Mapping[str, Sequence[str]] | None = None
    ) -> Iterator[tuple[Gathered, Stay, Row]]:
        """As `rows`, without counting; whoever takes them does."""
        if table not in self.folder:
            return
        for row in self.folder.rows(table, keys=tuple(self.stays), where=where):
            stay = self.stays[row[STAY]]
            number_of_row = row.pop("row_number")
            yield self.patients[stay.record], stay, {"row_id": row[key] or f"row {number_of_row}", **row}

    def moment(self, stay: Stay, offset: str) -> datetime | None:
        """When something was charted; None where its offset cannot be read."""
        try:
            return stay.at(offset)
        except InputError:
            return None

    def count_others(
        self, table: str, columns: Sequence[str], taken: Container[tuple[str, ...]], reason: str
    ) -> None:
        """Count the batch's rows of `table` whose words in `columns` are not among those `taken`.

        Args:
            taken: the words in lower case.
        """
        found: dict[str, list[tuple[int, str]]] = {}
        for (stay, *words), count in self.folder.counts(
            table, STAY, *columns, keys=tuple(self.stays)
        ).items():
            if tuple(word.lower() for word in words) not in taken:
                record = self.stays[stay].record
                found.setdefault(record, []).append((-count, ": ".join(filter(None, words))))
        for record, others in found.items():
            counter = self.patients[record].counter
            for count, words_of in sorted(others):
                counter.read(table, -count)
                counter.line(Outcome.NOT_USED, table, reason, example=words_of, n=-count)


def origin(table: str, row: Row) -> Origin:
    """Where an event was read."""
    return Origin(SOURCE, table, row["row_id"], raw_text(row))
