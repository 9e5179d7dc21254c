"""Writing a record store: patient by patient into parts, and whole or not at all by its manifest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import adjuvant
from adjuvant.errors import InputError
from adjuvant.library import digest
from adjuvant.record import EVENT_KINDS, PatientRecord, QualitySummary
from adjuvant.sources.base import Import, Progress, QualityCounter, Stream
from adjuvant.sources.store.folder import LOCK, WORK, check_ours, leftovers, locked, sweep
from adjuvant.sources.store.growth import ROWS_IN_PART, Present, grown
from adjuvant.sources.store.journal import Journal
from adjuvant.sources.store.manifest import (
    JOURNAL,
    MANIFEST,
    PARTS,
    SCHEMA,
    Part,
    StoreInfo,
    StoreSource,
    write_manifest,
)
from adjuvant.sources.store.part import TABLES, PartWriter, ids_of
from adjuvant.sources.store.wholes import WHOLES, write_wholes
from adjuvant.timeline import as_instant

__all__ = ["Opener", "Written", "write", "write_stream"]

Opener = Callable[[str | None, Path], Stream]
"""Begins a read: after which patient, and the folder for what the reader sorts on disk."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one import wrote.

    Args:
        info: the whole store afterwards.
        source: what was read, in the reader's words.
        parts: the parts that hold the import's patients.
        quality: what became of every row that was read.
        resumed: how many patients an earlier run of the same import had finished.
    """

    info: StoreInfo
    source: str
    parts: tuple[Part, ...]
    quality: QualitySummary
    resumed: int = 0

    @property
    def patients(self) -> tuple[str, ...]:
        """The ids of the patients that were imported, in order."""
        return tuple(name for part in self.parts for name in ids_of(part))

    @property
    def events(self) -> int:
        """How many events they have, of all kinds."""
        return sum(part.rows.get(table, 0) for part in self.parts for table in EVENT_KINDS)


def write(
    path: Path | str,
    import_: Import,
    *,
    progress: Progress | None = None,
    overwrite: bool = False,
    replace: bool = False,
    imported_at: datetime | None = None,
) -> StoreInfo:
    """Write an import that is in memory as a record store, or add it to the store that is there.

    Args:
        path, progress, overwrite, replace, imported_at: as for `write_stream`.
    Raises:
        InputError: as `write_stream`.
    """
    records = sorted(import_.records, key=lambda record: record.patient.id)

    def opener(after: str | None, work: Path) -> Stream:
        strays = QualityCounter()
        strays.add(import_.quality)
        return Stream(import_.source, iter(records), strays, len(records), counted=False)

    return write_stream(
        path,
        opener,
        progress=progress,
        overwrite=overwrite,
        replace=replace,
        imported_at=imported_at,
    ).info


def write_stream(
    path: Path | str,
    opener: Opener,
    *,
    fingerprint: dict[str, Any] | None = None,
    progress: Progress | None = None,
    overwrite: bool = False,
    replace: bool = False,
    imported_at: datetime | None = None,
    resumed: Callable[[int], None] | None = None,
) -> Written:
    """Write what a stream gives as a record store, or add it to the store that is there.

    Memory holds one part and one batch of the stream, however many patients there are. Patients that the
    store has and the stream has not are kept. A patient of the same source is brought up to date. Nothing is
    lost if the writing is interrupted: the store stays what it was until the manifest is replaced, at once.

    Args:
        path: the folder; made if it is not there.
        opener: begins the read; its records come in ascending order of patient id.
        fingerprint: of what is read and how. With one, an import that was stopped by force, by the user or
            by a full disk is resumed after its last finished part by the same call.
        progress: told after every few patients.
        overwrite: begin anew instead of adding; also the way past a damaged store.
        replace: let the stream's record take the place of one with the same id from another source.
        imported_at: when the import is made, kept in the manifest; None keeps nothing, and equal imports then
            give equal bytes.
        resumed: told how many patients were finished before, if the import is resumed.
    Raises:
        InputError: two records for one patient; a patient that the store has with other content from another
            source; a folder that is no record store, which is never overwritten; a disk that cannot be
            written; another import at the same time.
    """
    place = Path(path)
    check_ours(place)
    made = not place.exists()
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.chmod(0o700)
        with locked(place):
            writing = _Writing(place, fingerprint, progress, overwrite, replace)
            try:
                return writing.run(opener, imported_at, resumed)
            except BaseException as error:
                writing.give_up(error)
                raise
    except OSError as error:
        raise InputError(
            str(place),
            f"cannot be written ({error.strerror or error})",
            "check the disk and its permissions, and import again",
        ) from error
    finally:
        if made and place.is_dir() and {item.name for item in place.iterdir()} <= {LOCK}:
            shutil.rmtree(place, ignore_errors=True)


class _Writing:
    """One import into one store."""

    def __init__(
        self,
        place: Path,
        fingerprint: dict[str, Any] | None,
        progress: Progress | None,
        overwrite: bool,
        replace: bool,
    ) -> None:
        self._place = place
        self._progress = progress
        self._present = Present.of(place, overwrite=overwrite, replace=replace)
        before = Journal.read(place) if fingerprint is not None else None
        same = before is not None and before.fingerprint == fingerprint
        self._journal = before if before is not None and same else Journal(fingerprint or {})
        self._resumable = fingerprint is not None
        if not same:
            self._remove_remains()
        self._own = QualityCounter()
        self._own.add(self._journal.quality)
        self._part: PartWriter | None = None
        self._fresh: list[Part] = list(self._journal.parts)

    def run(
        self, opener: Opener, imported_at: datetime | None, resumed: Callable[[int], None] | None
    ) -> Written:
        """Read everything, and put the new manifest in its place."""
        self._journal.write(self._place)
        finished = sum(part.patients for part in self._fresh)
        if finished and resumed is not None:
            resumed(finished)
        work = self._place / WORK
        stream = opener(self._journal.last, work)
        total = None if stream.total is None else stream.total + finished
        for done, record in enumerate(self._in_order(stream), start=finished + 1):
            self._present.check(record, stream.source)
            self._add(record, stream)
            if self._progress is not None:
                self._progress("patients", done, total)
        if self._part is not None:
            self._close_part()
        self._own.add(stream.strays.counted())
        quality = self._own.counted()
        store = grown(self._present, self._fresh, stream.source, quality)
        times = dict(self._present.times)
        times[stream.source] = as_instant(imported_at) if imported_at is not None else None
        seals = write_wholes(self._place, store.wholes)
        made = StoreInfo(
            path=self._place,
            schema=SCHEMA,
            adjuvant=adjuvant.__version__,
            library=digest(),
            patients=sum(part.patients for part in store.parts),
            tables=_rows(store.parts),
            sources=tuple(
                StoreSource(source, store.counts.get(source, 0), times.get(source)) for source in store.wholes
            ),
            parts=tuple(store.parts),
            wholes=seals,
        )
        write_manifest(made)
        sweep(leftovers(made))
        return Written(made, stream.source, tuple(self._fresh), quality, finished)

    def give_up(self, error: BaseException) -> None:
        """Leave the store as it was; keep the finished parts where the same import can be resumed."""
        if self._part is not None:
            self._part.abandon()
        stopped = isinstance(error, OSError | KeyboardInterrupt | MemoryError)
        if not (stopped and self._resumable and self._journal.parts):
            self._remove_remains()

    def _in_order(self, stream: Stream) -> Iterator[PatientRecord]:
        last = self._journal.last
        for record in stream.records:
            name = record.patient.id
            if last is not None and name == last:
                raise InputError(
                    f"{stream.source}: patient {name}", "has two records", "merge them in the source"
                )
            if last is not None and name < last:
                raise InputError(
                    f"{stream.source}: patient {name}",
                    f"comes after {last}, and patients must come in order of their ids",
                    "report this as a defect of the reader",
                )
            last = name
            yield record

    def _add(self, record: PatientRecord, stream: Stream) -> None:
        if self._part is None:
            self._part = PartWriter(self._place)
        self._part.add(record, stream.source)
        self._own.add(stream.own(record))
        if self._part.events >= ROWS_IN_PART:
            self._close_part()
            if self._resumable:
                self._journal = Journal(self._journal.fingerprint, list(self._fresh), self._own.counted())
                self._journal.write(self._place)

    def _close_part(self) -> None:
        writer, self._part = self._part, None
        if writer is not None:
            self._fresh.append(writer.close())

    def _remove_remains(self) -> None:
        """Everything that no manifest points to."""
        info = self._present.info
        if info is not None:
            sweep(leftovers(info))
            return
        if (self._place / MANIFEST).exists():
            return  # a store that is about to be overwritten, and stays until then
        for name in (PARTS, WHOLES, WORK):
            shutil.rmtree(self._place / name, ignore_errors=True)
        for name in (JOURNAL, f"{JOURNAL}.new", f"{MANIFEST}.new"):
            (self._place / name).unlink(missing_ok=True)


def _rows(parts: list[Part]) -> dict[str, int]:
    return {table: sum(part.rows.get(table, 0) for part in parts) for table in TABLES}
