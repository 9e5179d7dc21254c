"""The chart (``chartevents``), read once: pain, sedation, vital signs and weights go to their readers."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping

from adjuvant.sources.gathering import Charts, Gathered, Item
from adjuvant.sources.mimic3.pain import PAIN, SEDATION, read_pain, read_sedation
from adjuvant.sources.mimic3.reading import Reading
from adjuvant.sources.mimic3.vitals import VITALS, WEIGHTS, read_vitals, read_weights
from adjuvant.sources.tables import Row

__all__ = ["OTHER", "hand_out", "read_chart", "wanted_items"]

TABLE = "chartevents"
OTHER = "the item is neither pain, sedation, vital sign nor weight"
_Read = Callable[[Charts, Mapping[str, Item], list[tuple[Gathered, Row]]], None]
_READERS: tuple[tuple[Container[str], _Read], ...] = (
    (PAIN, read_pain),
    (SEDATION, read_sedation),
    (VITALS, read_vitals),
    (WEIGHTS, read_weights),
)


def read_chart(reading: Reading) -> None:
    """Every charted reading that the record has a place for; rows of other items are counted."""
    if TABLE not in reading.folder:
        return
    wanted = wanted_items(reading.items)
    hand_out(reading, reading.items, wanted, reading.rows(TABLE, sorted(wanted)))
    counts = reading.counts(TABLE)
    reading.count_others(TABLE, counts, frozenset(wanted), OTHER)


def wanted_items(items: Mapping[str, Item]) -> dict[str, int]:
    """The items of the chart that are read, by id, with the place of their reader."""
    return {
        item.id: index
        for item in items.values()
        for index, (labels, _) in enumerate(_READERS)
        if item.table == TABLE and item.label.lower() in labels
    }


def hand_out(
    reading: Charts,
    items: Mapping[str, Item],
    wanted: Mapping[str, int],
    rows: Iterable[tuple[Gathered, Row]],
) -> None:
    """Give each row of a wanted item to its reader."""
    found: list[list[tuple[Gathered, Row]]] = [[] for _ in _READERS]
    for gathered, row in rows:
        found[wanted[row["itemid"]]].append((gathered, row))
    for (_, read), of_reader in zip(_READERS, found, strict=True):
        read(reading, items, of_reader)
