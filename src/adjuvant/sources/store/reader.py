"""Reading a record store: checked against its manifest first, then rebuilt exactly as it was written."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from adjuvant.record import PatientRecord, QualitySummary
from adjuvant.sources.base import Import, Progress, QualityCounter, Stream, choose_patient, collect
from adjuvant.sources.store.legacy import read_flat
from adjuvant.sources.store.manifest import SCHEMA, Part, StoreInfo, read_manifest
from adjuvant.sources.store.part import Stored, ids_of, read_part
from adjuvant.sources.store.wholes import read_wholes
from adjuvant.sources.terms import Terms

__all__ = ["info", "iterate", "parts", "patients", "quality_of", "read", "stream"]


def info(path: Path | str) -> StoreInfo:
    """What the store says about itself, without reading its tables.

    Raises:
        InputError: there is no complete store.
    """
    return read_manifest(_place(path))


def parts(path: Path | str) -> tuple[Part, ...]:
    """The parts of a store, in order of their first patient.

    Raises:
        InputError: there is no complete store.
    """
    return info(path).parts


def patients(path: Path | str) -> tuple[str, ...]:
    """The ids of the store's patients, in order.

    Raises:
        InputError: there is no complete store.
    """
    return tuple(sorted(_ids(info(path))))


def read(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
) -> Import:
    """The patient records of a store, equal to those that were written.

    Args:
        path: the folder, or its ``manifest.json``.
        patient: read only this one; only the part that holds it is opened.
        zone, terms: of no use here, as the store holds instants and drugs; taken so that all readers are
            called alike.
    Returns:
        The records; the quality of the whole import, or with `patient` of that one record.
    Raises:
        InputError: no store, half written or changed since, another schema, no such patient.
    """
    return collect(stream(path, patient=patient, progress=progress))


def stream(
    path: Path | str,
    *,
    patient: str | None = None,
    zone: str | None = None,
    terms: Terms | None = None,
    progress: Progress | None = None,
    after: str | None = None,
    work: Path | None = None,
) -> Stream:
    """The patient records of a store one after the other, never more in memory than a few parts hold.

    Args:
        path, patient, zone, terms: as for `read`.
        after: pass over the patients whose id is not greater than this one.
        work: of no use here.
    Raises:
        InputError: as `read`; of a damaged part only once it is reached.
    """
    place = _place(path)
    manifest = read_manifest(place)
    names = "; ".join(sorted(item.source for item in manifest.sources))
    source = f"record store {place} (from {names})" if names else f"record store {place}"
    strays = QualityCounter()
    if patient is not None:
        found = _alone(manifest, patient, place)
        strays.add(found.record.quality)
        return Stream(source, iter([found.record]), strays, 1, counted=False)
    for quality in read_wholes(manifest).values():
        strays.add(quality)
    records = _told(iterate(manifest, after), manifest.patients, progress)
    return Stream(source, records, strays, manifest.patients, counted=False)


def iterate(manifest: StoreInfo, after: str | None = None) -> Iterator[Stored]:
    """Every stored record in order of patient id; a part is opened only when its turn has come.

    Raises:
        InputError: a part is missing, damaged, or cannot be read.
    """
    if manifest.schema < SCHEMA:
        yield from (item for item in read_flat(manifest) if after is None or item.record.patient.id > after)
        return
    waiting = deque(
        sorted(
            (part for part in manifest.parts if after is None or part.last > after),
            key=lambda part: (part.first, part.name),
        )
    )
    heads: list[tuple[str, str, Iterator[Stored], Stored]] = []
    while waiting or heads:
        while waiting and (not heads or waiting[0].first <= heads[0][0]):
            part = waiting.popleft()
            _push(heads, part.name, iter(read_part(part)))
        name, key, rest, found = heapq.heappop(heads)
        _push(heads, key, rest)
        if after is None or name > after:
            yield found


def _push(heads: list[tuple[str, str, Iterator[Stored], Stored]], key: str, rest: Iterator[Stored]) -> None:
    found = next(rest, None)
    if found is not None:
        heapq.heappush(heads, (found.record.patient.id, key, rest, found))


def _told(found: Iterator[Stored], total: int, progress: Progress | None) -> Iterator[PatientRecord]:
    for done, item in enumerate(found, start=1):
        yield item.record
        if progress is not None:
            progress("patients", done, total)


def _alone(manifest: StoreInfo, patient: str, place: Path) -> Stored:
    if manifest.schema < SCHEMA:
        flat = {item.record.patient.id: item for item in read_flat(manifest)}
        return flat[choose_patient(flat, patient, str(place))]
    for part in manifest.parts:
        if part.first <= patient <= part.last and patient in ids_of(part):
            return read_part(part, patient)[0]
    choose_patient(_ids(manifest), patient, str(place))
    raise AssertionError("a patient who is in no part is refused")


def _ids(manifest: StoreInfo) -> Iterator[str]:
    if manifest.schema < SCHEMA:
        yield from (item.record.patient.id for item in read_flat(manifest))
    for part in manifest.parts:
        yield from ids_of(part)


def _place(path: Path | str) -> Path:
    place = Path(path)
    return place.parent if place.name == "manifest.json" else place


def quality_of(path: Path | str) -> QualitySummary:
    """What became of every row of all imports that the store holds patients of.

    Raises:
        InputError: there is no complete store, or a summary is missing or changed.
    """
    return QualitySummary.of(read_wholes(info(path)).values())
