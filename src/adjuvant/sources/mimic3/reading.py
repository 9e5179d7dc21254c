"""One batch of MIMIC-III patients: what is gathered of each, the items by label, and what names mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from adjuvant.record import Drug, Origin, Outcome
from adjuvant.sources.gathering import Gathered, Item, in_general, instant, number, raw_text
from adjuvant.sources.mimic3.folder import PERSON
from adjuvant.sources.tables import Row, TableFolder
from adjuvant.sources.terminology import Terminology

__all__ = ["SOURCE", "Gathered", "Item", "Reading", "in_general", "instant", "number", "origin", "raw_text"]

SOURCE = "mimic3"
_EXAMPLES = 5


class Reading:
    """One batch of patients: the folder, the zone, and every patient's Gathered.

    Args:
        local: the zone in which the folder's times, which carry none, are taken.
        names: what the drugs' names mean.
        items: the charted items by id, from ``d_items``.
        keys: the patients of the batch.
    """

    def __init__(
        self,
        folder: TableFolder,
        local: ZoneInfo,
        names: Terminology,
        items: Mapping[str, Item],
        keys: Sequence[str],
    ) -> None:
        self.folder = folder
        self.local = local
        self.names = names
        self.items = items
        self.keys = keys
        self.patients: dict[str, Gathered] = {}

    def drug(self, text: str) -> Drug:
        """The medicine that a name means; names that nobody knows have no ingredients."""
        return self.names.drug(text)

    def origin(self, table: str, row: Mapping[str, str], label: str = "") -> Origin:
        """Where an event was read."""
        return origin(table, row, label)

    def rows(self, table: str, items: Sequence[str] | None = None) -> Iterator[tuple[Gathered, Row]]:
        """The batch's rows of `table` with the patient of each, every one counted as read."""
        where = None if items is None else {"itemid": items}
        for row in self.folder.rows(table, keys=self.keys, where=where):
            gathered = self.patients[row[PERSON]]
            gathered.counter.read(table)
            del row["row_number"]
            yield gathered, row

    def counts(self, table: str) -> dict[tuple[str, str], int]:
        """How many rows each patient of the batch has of each item, by (subject_id, itemid)."""
        found = self.folder.counts(table, PERSON, "itemid", keys=self.keys)
        return {(person, item): count for (person, item), count in found.items()}

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
            counter = self.patients[subject].counter
            counter.read(table, -sum(count for count, _ in found))
            for index, (count, label) in enumerate(sorted(found)):
                example = label if index < _EXAMPLES else ""
                counter.line(Outcome.NOT_USED, table, reason, example=example, n=-count)

    def _label(self, item: str) -> str:
        known = self.items.get(item)
        return known.label if known is not None else f"item {item}, which d_items does not have"


def origin(table: str, row: Mapping[str, str], label: str = "") -> Origin:
    """Where an event was read."""
    return Origin(SOURCE, table, row["row_id"], raw_text(row, label))
