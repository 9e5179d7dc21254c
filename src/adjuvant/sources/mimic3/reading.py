"""What one read of MIMIC-III gathers: items and drugs by label, events and quality lines by patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from adjuvant.errors import AdjuvantError
from adjuvant.record import Drug, Origin, Outcome
from adjuvant.record.naming import resolve_drug
from adjuvant.sources.base import Progress, QualityCounter
from adjuvant.sources.gathering import Gathered, Item, example, in_general, instant, number, raw_text
from adjuvant.sources.mimic3.folder import Folder, Row

__all__ = ["SOURCE", "Gathered", "Item", "Reading", "in_general", "instant", "number", "origin", "raw_text"]

SOURCE = "mimic3"
_EXAMPLES = 5


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

    def origin(self, table: str, row: Mapping[str, str], label: str = "") -> Origin:
        """Where an event was read."""
        return origin(table, row, label)

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
                example=example(row),
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


def origin(table: str, row: Mapping[str, str], label: str = "") -> Origin:
    """Where an event was read."""
    return Origin(SOURCE, table, row["row_id"], raw_text(row, label))
