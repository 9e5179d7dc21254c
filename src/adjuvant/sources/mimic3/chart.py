"""The chart (``chartevents``), read once: pain, sedation, vital signs and weights go to their readers."""

from __future__ import annotations

from collections.abc import Callable, Container

from adjuvant.sources.gathering import Charts, Gathered, Item
from adjuvant.sources.mimic3.folder import Row
from adjuvant.sources.mimic3.pain import PAIN, SEDATION, read_pain, read_sedation
from adjuvant.sources.mimic3.reading import Reading
from adjuvant.sources.mimic3.vitals import VITALS, WEIGHTS, read_vitals, read_weights

__all__ = ["OTHER", "READERS", "read_chart"]

TABLE = "chartevents"
OTHER = "the item is neither pain, sedation, vital sign nor weight"
_Read = Callable[[Charts, dict[str, Item], list[tuple[Gathered, Row]]], None]
READERS: tuple[tuple[Container[str], _Read], ...] = (
    (PAIN, read_pain),
    (SEDATION, read_sedation),
    (VITALS, read_vitals),
    (WEIGHTS, read_weights),
)


def read_chart(reading: Reading) -> None:
    """Every charted reading that the record has a place for; rows of other items are counted."""
    if TABLE not in reading.folder:
        return
    items = {item.id: item for item in reading.items.values() if item.table == TABLE}
    wanted = {
        item.id: index
        for item in items.values()
        for index, (labels, _) in enumerate(READERS)
        if item.label.lower() in labels
    }
    found: list[list[tuple[Gathered, Row]]] = [[] for _ in READERS]
    for gathered, row in reading.rows(TABLE, sorted(wanted)):
        found[wanted[row["itemid"]]].append((gathered, row))
    for (_, read), rows in zip(READERS, found, strict=True):
        read(reading, items, rows)
    counts = reading.folder.counts(TABLE, patient=reading.patient)
    reading.count_others(TABLE, counts, frozenset(wanted), OTHER)
