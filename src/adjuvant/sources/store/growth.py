"""What a store becomes when an import is added: who stays, who gives way, what each source adds up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from adjuvant.errors import InputError
from adjuvant.record import PatientRecord, QualitySummary
from adjuvant.sources.store.legacy import FLAT_FILES, read_flat
from adjuvant.sources.store.manifest import JOURNAL, MANIFEST, PARTS, SCHEMA, Part, StoreInfo, read_manifest
from adjuvant.sources.store.part import PartWriter, Stored, ids_of, read_folder, read_part
from adjuvant.sources.store.wholes import read_wholes

__all__ = ["ROWS_IN_PART", "Grown", "Present", "grown", "rewritten"]

ROWS_IN_PART = 100_000
"""A part is closed after the patient with whom it reaches so many rows; the rule alone decides, so that a
resumed import cuts where an uninterrupted one does."""

_QUALITY = ("quality", "medicines", "unknown_names")


class _Old:
    """One part of the store as it is; of a store of an older schema, all of it at once."""

    def __init__(self, part: Part | None, flat: list[Stored] | None = None) -> None:
        self.part = part
        self._flat = flat
        self._ids: dict[str, str] | None = None
        self._records: dict[str, PatientRecord] | None = None
        if part is not None:
            self.first, self.last = part.first, part.last
        elif flat:
            self.first, self.last = flat[0].record.patient.id, flat[-1].record.patient.id

    @property
    def ids(self) -> dict[str, str]:
        """Each patient's source."""
        if self._ids is None:
            if self.part is not None:
                self._ids = ids_of(self.part)
            else:
                self._ids = {item.record.patient.id: item.source for item in self._flat or ()}
        return self._ids

    def stored(self) -> list[Stored]:
        """Every record of it."""
        return read_part(self.part) if self.part is not None else list(self._flat or ())

    def record(self, patient: str) -> PatientRecord:
        """One patient's record."""
        if self._records is None:
            self._records = {item.record.patient.id: item.record for item in self.stored()}
        return self._records[patient]

    def qualities(self) -> list[Stored]:
        """Every record with its quality alone."""
        if self.part is None:
            return list(self._flat or ())
        tables = [table for table in _QUALITY if table in self.part.files]
        return read_folder(self.part.folder, tables)

    def forget(self) -> None:
        """Let go of what was read of it."""
        self._ids = self._records = None


@dataclass(slots=True)
class Present:
    """The store as it is before an import.

    Args:
        info: None where there is none yet, or where it is to be overwritten.
        replace: whether a patient of another source may be replaced.
    """

    place: Path
    info: StoreInfo | None
    replace: bool
    olds: list[_Old] = field(default_factory=list)
    times: dict[str, datetime | None] = field(default_factory=dict)
    wholes: dict[str, QualitySummary] = field(default_factory=dict)
    _next: int = 0
    _near: list[_Old] = field(default_factory=list)

    @classmethod
    def of(cls, place: Path, *, overwrite: bool, replace: bool) -> Present:
        """What stands at `place`.

        Raises:
            InputError: there is a store that cannot be added to.
        """
        names = {item.name for item in place.iterdir()}
        if (
            overwrite
            or (JOURNAL in names and MANIFEST not in names)
            or not names & {MANIFEST, PARTS, *FLAT_FILES}
        ):
            return cls(place, None, replace)
        try:
            info = read_manifest(place)
            olds = [_Old(part) for part in info.parts]
            if info.schema < SCHEMA and (stored := read_flat(info)):
                olds = [_Old(None, stored)]
            wholes = read_wholes(info)
        except InputError as error:
            raise InputError(
                error.thing, error.rule, "name a new folder, or remove this one and import again"
            ) from error
        times = {item.source: item.imported_at for item in info.sources}
        olds.sort(key=lambda old: old.first)
        return cls(place, info, replace, olds, times, wholes)

    def check(self, record: PatientRecord, source: str) -> None:
        """Refuse a patient who is there with other content from another source; ids must rise.

        Raises:
            InputError: so it is, and nothing said that it may be replaced.
        """
        name = record.patient.id
        while self._next < len(self.olds) and self.olds[self._next].first <= name:
            self._near.append(self.olds[self._next])
            self._next += 1
        for old in [old for old in self._near if old.last < name]:
            old.forget()
            self._near.remove(old)
        for old in self._near:
            before = old.ids.get(name)
            if before in (None, source) or self.replace or old.record(name) == record:
                continue
            raise InputError(
                f"{self.place}: patient {name}",
                f"is there with other content, from {before}",
                "import into another store, or replace the patient with --replace",
            )


@dataclass(frozen=True, slots=True)
class Grown:
    """The store after an import.

    Args:
        parts: in order of their first patient.
        counts: number of patients by source.
        wholes: by source, what became of every row of it.
    """

    parts: list[Part]
    counts: dict[str, int]
    wholes: dict[str, QualitySummary]


def grown(present: Present, fresh: list[Part], source: str, quality: QualitySummary) -> Grown:
    """Put the parts of an import beside those that are there; of a patient in both, the import's counts.

    Args:
        fresh: the finished parts of the import.
        source: what was imported.
        quality: what became of every row of it.
    """
    parts = list(fresh)
    lost: set[str] = {source}
    for old in present.olds:
        gone = _given_way(old, fresh)
        if not gone and old.part is not None:
            parts.append(old.part)
            continue
        lost |= {old.ids[name] for name in gone}
        kept_here = (item for item in old.stored() if item.record.patient.id not in gone)
        parts += rewritten(present.place, kept_here)
        old.forget()
    counts = Counter[str]()
    for part in parts:
        counts.update(part.sources)
    wholes = {name: whole for name, whole in present.wholes.items() if counts[name] and name not in lost}
    for name in lost:
        kept = list(_kept(present, fresh, name))
        if name == source:
            wholes[name] = QualitySummary.of([*kept, quality]) if kept else quality
        elif counts[name]:
            wholes[name] = QualitySummary.of(kept)
    parts.sort(key=lambda part: (part.first, part.name))
    return Grown(parts, dict(counts), dict(sorted(wholes.items())))


def _given_way(old: _Old, fresh: Iterable[Part]) -> set[str]:
    """Those patients of an old part whom the import brings anew."""
    gone: set[str] = set()
    for part in fresh:
        if part.first <= old.last and old.first <= part.last:
            gone |= old.ids.keys() & ids_of(part).keys()
    return gone


def _kept(present: Present, fresh: list[Part], source: str) -> Iterator[QualitySummary]:
    """The quality of each patient of `source` who was there and stays."""
    for old in present.olds:
        if source not in (old.part.sources if old.part is not None else old.ids.values()):
            continue
        gone = _given_way(old, fresh)
        for item in old.qualities():
            if item.source == source and item.record.patient.id not in gone:
                yield item.record.quality
        old.forget()


def rewritten(place: Path, kept: Iterable[Stored]) -> list[Part]:
    """New parts of what stays of an old one, cut as any import is."""
    parts: list[Part] = []
    writer: PartWriter | None = None
    try:
        for item in kept:
            writer = writer or PartWriter(place)
            writer.add(item.record, item.source)
            if writer.events >= ROWS_IN_PART:
                parts.append(writer.close())
                writer = None
        if writer is not None:
            parts.append(writer.close())
    except BaseException:
        if writer is not None:
            writer.abandon()
        raise
    return parts
