"""One batch of MIMIC-IV patients: what is gathered of each, the items by label, and what names mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from adjuvant.record import Drug, Origin, Outcome
from adjuvant.sources.gathering import Gathered, Item, Repeats, raw_text
from adjuvant.sources.mimic4.shapes import PERSON
from adjuvant.sources.tables import Row, TableFolder
from adjuvant.sources.terminology import Terminology

__all__ = ["SOURCE", "Reading"]

SOURCE = "mimic4"
_EXAMPLES = 5
_OWN = {"emar": "emar_id", "emar_detail": "emar_id", "inputevents": "orderid", "pharmacy": "pharmacy_id"}
"""The column by which a row of a table is told from others, alone or with what else stands in it."""


class Reading:
    """One batch.

    Args:
        local: the zone in which the folder's times, which carry none, are taken.
        names: what the drugs' names mean.
        items: the charted items by id, from ``d_items``.
    """

    def __init__(
        self, folder: TableFolder, local: ZoneInfo, names: Terminology, items: Mapping[str, Item]
    ) -> None:
        self.folder = folder
        self.local = local
        self.names = names
        self.items = items
        self.patients: dict[str, Gathered] = {}
        self._repeats = Repeats()

    def begin(self) -> None:
        """Forget the batch before."""
        self.patients = {}
        self._repeats = Repeats()

    def drug(self, text: str) -> Drug:
        """The medicine that a name means; names that nobody knows have no ingredients."""
        return self.names.drug(text)

    def origin(self, table: str, row: Mapping[str, str], label: str = "") -> Origin:
        """Where an event was read."""
        return Origin(SOURCE, table, row["row_id"], raw_text(row, label))

    def rows(
        self, table: str, where: Mapping[str, Sequence[str]] | None = None, *, key: str = ""
    ) -> Iterator[tuple[Gathered, Row]]:
        """The batch's rows of `table` with the patient of each, every one counted as read.

        Args:
            key: the column that names the row; a table without one is told by its line.
        """
        if table not in self.folder:
            return
        for row in self.folder.rows(table, keys=tuple(self.patients), where=where):
            gathered = self.patients[row[PERSON]]
            gathered.counter.read(table)
            number = row.pop("row_number")
            if self._repeats.drop(gathered.counter, table, row.get(_OWN.get(table, ""), ""), row):
                continue
            yield gathered, {"row_id": row.get(key, "") or number, **row}

    def count_others(self, table: str, taken: frozenset[str], reason: str) -> None:
        """Count the batch's rows of `table` whose item is not among `taken`, with the commonest labels."""
        counts = self.folder.counts(table, PERSON, "itemid", keys=tuple(self.patients))
        others: dict[str, list[tuple[int, str]]] = {}
        for (person, item), count in counts.items():
            if item not in taken:
                known = self.items.get(item)
                label = known.label if known is not None else f"item {item}, which d_items does not have"
                others.setdefault(person, []).append((-count, label))
        for person, found in others.items():
            counter = self.patients[person].counter
            counter.read(table, -sum(count for count, _ in found))
            for index, (count, label) in enumerate(sorted(found)):
                shown = label if index < _EXAMPLES else ""
                counter.line(Outcome.NOT_USED, table, reason, example=shown, n=-count)
