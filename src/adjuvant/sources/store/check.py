"""Checking a whole record store: every file against its seal, its order, its counts, and what lies beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from adjuvant.errors import InputError
from adjuvant.library import digest
from adjuvant.sources.base import Progress
from adjuvant.sources.store.folder import leftovers
from adjuvant.sources.store.legacy import read_flat
from adjuvant.sources.store.manifest import SCHEMA, Part, StoreInfo, read_manifest
from adjuvant.sources.store.part import check_file, ids_of
from adjuvant.sources.store.wholes import read_whole

__all__ = ["Report", "verify"]

_AGAIN = "import the source again"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of a store found.

    Args:
        faults: what makes the store unusable or untrue, each with its remedy; none means that it is whole.
        left: what an import that was stopped left behind; it does no harm, and the next import removes it.
        stale: the parts whose exposures were worked out with another library of numbers.
    """

    info: StoreInfo
    faults: tuple[InputError, ...]
    left: tuple[Path, ...]
    stale: tuple[Part, ...]

    @property
    def whole(self) -> bool:
        """Whether everything that the manifest names is there and is as it was written."""
        return not self.faults


def verify(path: Path | str, progress: Progress | None = None) -> Report:
    """Check everything in a store.

    Raises:
        InputError: there is no store, or its manifest cannot be read.
    """
    info = read_manifest(Path(path))
    faults: list[InputError] = []
    total = sum(len(part.files) for part in info.parts) + len(info.sources)
    for done, fault in enumerate(_faults(info), start=1):
        if fault is not None:
            faults.append(fault)
        if progress is not None:
            progress("files", min(done, total), total)
    stale = tuple(part for part in info.parts if part.library != digest())
    return Report(info, tuple(faults), tuple(leftovers(info)), stale)


def _faults(info: StoreInfo) -> Iterator[InputError | None]:
    """One item for each thing that is looked at; None where it is well."""
    if info.schema < SCHEMA:
        try:
            read_flat(info)
        except InputError as error:
            yield error
        return
    for source in info.sources:
        try:
            read_whole(info, source.source)
        except InputError as error:
            yield error
        else:
            yield None
    for part in info.parts:
        for table in part.files:
            yield _fault(part, table)
    patients = sum(part.patients for part in info.parts)
    if patients != info.patients:
        yield InputError(
            f"{info.path}", f"says {info.patients} patients, and its parts hold {patients}", _AGAIN
        )
    yield from _twice(info)


def _fault(part: Part, table: str) -> InputError | None:
    try:
        check_file(part, table)
        _check_rows(part, table)
    except InputError as error:
        return error
    return None


def _check_rows(part: Part, table: str) -> None:
    """Row count, order of patients, and that each of them belongs into the part."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = part.file(table)
    try:
        names: list[Any] = pq.read_table(file, columns=["patient"]).column(0).to_pylist()
    except (pa.ArrowException, OSError, KeyError) as error:
        raise InputError(str(file), f"cannot be read as Parquet ({error})", _AGAIN) from error
    if len(names) != part.rows[table]:
        raise InputError(str(file), f"holds {len(names)} rows, not {part.rows[table]}", _AGAIN)
    if any(first > second for first, second in pairwise(names)):
        raise InputError(str(file), "is not in order of patients", _AGAIN)
    if names and (names[0] < part.first or names[-1] > part.last):
        raise InputError(str(file), "holds patients who do not belong into its part", _AGAIN)
    if table == "patients" and len(set(names)) != part.patients:
        raise InputError(str(file), f"holds {len(set(names))} patients, not {part.patients}", _AGAIN)


def _twice(info: StoreInfo) -> Iterator[InputError]:
    """A patient who stands in two parts whose ranges meet."""
    near: list[tuple[Part, set[str]]] = []
    for part in info.parts:
        near = [(other, ids) for other, ids in near if other.last >= part.first]
        try:
            own = set(ids_of(part))
        except InputError:
            continue  # its fault stands already
        for _, ids in near:
            for name in sorted(own & ids)[:1]:
                yield InputError(f"{info.path}: patient {name}", "stands in two parts", _AGAIN)
        near.append((part, own))
