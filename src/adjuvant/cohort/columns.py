"""One part of a store read by columns: its exposures on one basis as a batch, and the lots among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from adjuvant.errors import InputError
from adjuvant.opioids.segments import Lot
from adjuvant.opioids.vector import UNBOUNDED, Batch, Flags, Ints, check
from adjuvant.record import Basis, ExposureKind
from adjuvant.sources.store import Part

__all__ = ["PartColumns", "read_columns"]

_TEXTS = ["patient", "basis", "ingredient", "route", "form", "kind", "wear_hours"]
_AGAIN = "import the source again"
_MOST_NUMBERS = 10**6


@dataclass(frozen=True, slots=True)
class PartColumns:
    """What the curves need of one part.

    Args:
        patients: ids, by the patient's number in the batch.
        lots: without segments, by the number of the lot.
    """

    patients: tuple[str, ...]
    batch: Batch
    lots: tuple[Lot, ...]


def read_columns(part: Part, basis: Basis) -> PartColumns:
    """The exposures and refusals of a part on one basis.

    Raises:
        InputError: a table cannot be read, or holds what no import writes; the file is named.
    """
    file = part.file("patients")
    people = _table(file, ["patient", "zone"], [])
    patients = tuple(people.column("patient").to_pylist())
    zones = tuple(people.column("zone").to_pylist())
    refused = _refusals(part, basis, patients)
    file = part.file("exposures")
    if "exposures" not in part.files:
        none = np.zeros(0, dtype=np.int64)
        batch = Batch(zones, none, none, none, none, np.zeros(0), lambda _: (), *refused)
        return PartColumns(patients, batch, ())
    table = _table(file, [*_TEXTS, "start", "end", "mg", "as_needed"], _TEXTS)
    rows = _on_basis(table, basis)
    table = table.take(rows) if len(rows) < table.num_rows else table
    for name in ("patient", "ingredient", "kind", "start", "end", "mg"):
        if table.column(name).null_count:
            what = "is too large for a double" if name == "mg" else f"has no {name}"
            raise InputError(str(file), f"holds an exposure that {what}", _AGAIN)
    lots, lot = _lots(table, basis)
    batch = Batch(
        zones=zones,
        patient=_numbers(file, table.column("patient"), patients),
        lot=lot,
        start=_times(table.column("start")),
        end=_times(table.column("end")),
        mg=np.asarray(table.column("mg").to_numpy(), dtype=np.float64),
        exact=lambda wanted: _exact(file, rows[wanted]),
        refused_patient=refused[0],
        refused_start=refused[1],
        refused_end=refused[2],
    )
    try:
        check(batch)
    except InputError as error:
        raise error.within(str(file)) from error
    return PartColumns(patients, batch, lots)


def _table(file: Path, columns: list[str], texts: list[str]) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file, read_dictionary=texts) as opened:
            missing = sorted(set(columns) - set(opened.schema_arrow.names))
            if missing:
                raise InputError(str(file), f"has no column {', '.join(missing)}", _AGAIN)
            return opened.read(columns, use_threads=False).unify_dictionaries().combine_chunks()
    except (pa.ArrowException, OSError) as error:
        raise InputError(str(file), f"cannot be read as Parquet ({error})", _AGAIN) from error


def _on_basis(table: Any, basis: Basis) -> Ints:
    codes, names = _coded(table.column("basis"))
    mine: Flags = np.isin(codes, [number for number, name in enumerate(names) if name == basis.value])
    return np.flatnonzero(mine)


def _coded(column: Any) -> tuple[Ints, list[Any]]:
    """Numbers into the list of values; the last value is None and stands for what is empty."""
    import pyarrow as pa

    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], pa.string()).dictionary_encode()
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    values = whole.dictionary.to_pylist()
    indices = whole.indices.fill_null(len(values)) if whole.null_count else whole.indices
    return np.asarray(indices.to_numpy(zero_copy_only=False), dtype=np.int64), [*values, None]


def _times(column: Any) -> Ints:
    import pyarrow as pa

    plain = column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())
    return np.asarray(plain.fill_null(UNBOUNDED).to_numpy(), dtype=np.int64)


def _numbers(file: Path, column: Any, patients: Sequence[str]) -> Ints:
    codes, names = _coded(column)
    known = {name: number for number, name in enumerate(patients)}
    places = np.array([known.get(name, -1) for name in names], dtype=np.int64)[codes]
    if len(places) and places.min() < 0:
        raise InputError(str(file), "holds rows of somebody who is not in patients", _AGAIN)
    return places


def _lots(table: Any, basis: Basis) -> tuple[tuple[Lot, ...], Ints]:
    parts = {
        name: _coded(table.column(name)) for name in ("ingredient", "route", "form", "kind", "wear_hours")
    }
    patch_kind = [name == ExposureKind.PATCH.value for name in parts["kind"][1]]
    patch = np.array(patch_kind, dtype=np.int64)[parts["kind"][0]]
    wear = np.where(patch == 1, parts["wear_hours"][0], len(parts["wear_hours"][1]) - 1)
    # What was given counts as given, also where it was ordered as needed.
    needed = np.asarray(table.column("as_needed").fill_null(False).to_numpy(), dtype=np.int64)
    aside = needed if basis is not Basis.ADMINISTERED else np.zeros_like(needed)
    key, many = np.zeros(table.num_rows, dtype=np.int64), 1
    codes = [
        parts["ingredient"],
        parts["route"],
        parts["form"],
        (patch, [0, 1]),
        (wear, parts["wear_hours"][1]),
    ]
    for column, values in (*codes, (aside, [0, 1])):
        key *= len(values)
        key += column
        many *= len(values)
    key, many = _renumbered(key, many)
    first = np.zeros(many, dtype=np.int64)
    first[key[::-1]] = np.arange(len(key))[::-1]
    lots = []
    for at in first.tolist():
        ingredient, route, form = (
            parts[name][1][parts[name][0][at]] for name in ("ingredient", "route", "form")
        )
        hours = parts["wear_hours"][1][wear[at]]
        worn = None if hours is None else Fraction(hours)
        lots.append(Lot(ingredient, route, form, bool(patch[at]), worn, bool(aside[at]), ()))
    return tuple(lots), key


def _renumbered(numbers: Ints, bound: int) -> tuple[Ints, int]:
    """Numbers below a bound by rank, so that none goes unused; and how many different ones there are."""
    if bound > _MOST_NUMBERS:
        found, ranks = np.unique(numbers, return_inverse=True)
        return np.asarray(ranks, dtype=np.int64), len(found)
    used = np.zeros(bound, dtype=np.bool_)
    used[numbers] = True
    return (np.cumsum(used) - 1)[numbers], int(np.count_nonzero(used))


def _exact(file: Path, rows: Ints) -> list[Fraction]:
    column = _table(file, ["mg_exact"], []).column("mg_exact")
    return [Fraction(text) for text in column.take(rows).to_pylist()]


def _refusals(part: Part, basis: Basis, patients: Sequence[str]) -> tuple[Ints, Ints, Ints]:
    none = np.zeros(0, dtype=np.int64)
    if "exposure_refusals" not in part.files:
        return none, none, none
    file = part.file("exposure_refusals")
    table = _table(file, ["patient", "basis", "start", "end"], ["patient", "basis"])
    table = table.take(_on_basis(table, basis))
    return (
        _numbers(file, table.column("patient"), patients),
        _times(table.column("start")),
        _times(table.column("end")),
    )
