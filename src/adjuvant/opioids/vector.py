"""Many patients' exposures in columns, and the lots among them priced once each by the exact lookup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from adjuvant.errors import InputError
from adjuvant.library.model import TablePlan
from adjuvant.opioids.factor import AppliedRow
from adjuvant.opioids.segments import Lot, convert

__all__ = [
    "UNBOUNDED",
    "Batch",
    "Flags",
    "Floats",
    "Ints",
    "Prices",
    "check",
    "equivalents",
    "part_of",
    "price",
    "totals",
]

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

UNBOUNDED = int(np.iinfo(np.int64).min)
"""Stands for the unknown start or end of a refusal."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Exposures of some patients on one basis, one row each, and what was refused of them.

    Args:
        zones: the zone of each patient, by the patient's number.
        patient: number of the patient of each row, not decreasing.
        lot: number of the lot of each row, in the `Prices` it goes with.
        start, end: microseconds since 1970; equal for what happened at one moment.
        mg: the nearest double of each mass.
        exact: the exact masses of rows by their numbers; asked for only where a double cannot decide.
        refused_patient, refused_start, refused_end: the same of refusals; `UNBOUNDED` where unknown.
    """

    zones: tuple[str, ...]
    patient: Ints
    lot: Ints
    start: Ints
    end: Ints
    mg: Floats
    exact: Callable[[Ints], Sequence[Fraction]]
    refused_patient: Ints
    refused_start: Ints
    refused_end: Ints


@dataclass(frozen=True, slots=True)
class Prices:
    """What one plan makes of each lot.

    Args:
        lots: as converted by the exact path, without segments.
        factor: MME per mg; not a number where a band decides or nothing converts it.
        refused: whether the plan refuses it.
        aside: whether it stands beside totals, as as-needed orders do.
        group: which band decides, as a number into `groups`; -1 where none does.
        groups: the row of each group whose masses add up before its band is chosen.
        ingredient: number of the ingredient in `ingredients`.
    """

    lots: tuple[Lot, ...]
    factor: Floats
    refused: Flags
    aside: Flags
    group: Ints
    groups: tuple[AppliedRow, ...]
    ingredient: Ints
    ingredients: tuple[str, ...]


def price(lots: Sequence[Lot], plan: TablePlan) -> Prices:
    """Ask the plan once for each lot, through the exact lookup and its refusals.

    Args:
        lots: distinct, each without segments.
    """
    found = convert((replace(lot, segments=()) for lot in lots), plan)
    rows = {
        lot.band_key: lot.applied for lot in found if lot.applied is not None and lot.band_key is not None
    }
    keys = sorted(rows, key=repr)
    groups = [keys.index(lot.band_key) if lot.band_key in rows else -1 for lot in found]
    names = tuple(sorted({lot.ingredient for lot in found}))
    fixed = [lot.applied.mme_per_mg if lot.applied is not None else None for lot in found]
    return Prices(
        lots=found,
        factor=np.array([np.nan if value is None else float(value) for value in fixed], dtype=np.float64),
        refused=np.array([lot.refusal is not None for lot in found], dtype=np.bool_),
        aside=np.array([lot.as_needed for lot in found], dtype=np.bool_),
        group=np.array(groups, dtype=np.int64),
        groups=tuple(rows[key] for key in keys),
        ingredient=np.array([names.index(lot.ingredient) for lot in found], dtype=np.int64),
        ingredients=names,
    )


def equivalents(batch: Batch, prices: Prices) -> Floats:
    """MME of each exposure; not a number where a band decides (its mass then counts) or where refused."""
    return batch.mg * prices.factor[batch.lot]


def check(batch: Batch) -> None:
    """Check what the vectorised path relies on.

    Raises:
        InputError: a mass that is no number or negative, an end before its start, patients out of order.
    """
    again = "import the source again"
    if not np.all(np.isfinite(batch.mg)):
        raise InputError("exposures", "hold a mass that is no finite number", again)
    if np.any(batch.mg < 0):
        raise InputError("exposures", "hold a mass below zero", again)
    if np.any(batch.end < batch.start):
        raise InputError("exposures", "hold one that ends before it starts", again)
    if np.any(np.diff(batch.patient) < 0):
        raise InputError("exposures", "are not in order of patients", again)


def totals(places: Ints, amounts: Floats, size: int) -> Floats:
    """The sum of the amounts at each of `size` places."""
    return np.asarray(np.bincount(places, weights=amounts, minlength=size), dtype=np.float64)


def part_of(batch: Batch, first: int, last: int) -> Batch:
    """The patients from number `first` up to, without, number `last`."""
    low, high = (int(np.searchsorted(batch.patient, edge)) for edge in (first, last))
    rows = slice(low, high)
    inside = (batch.refused_patient >= first) & (batch.refused_patient < last)
    return Batch(
        zones=batch.zones[first:last],
        patient=batch.patient[rows] - first,
        lot=batch.lot[rows],
        start=batch.start[rows],
        end=batch.end[rows],
        mg=batch.mg[rows],
        exact=lambda wanted: batch.exact(wanted + low),
        refused_patient=batch.refused_patient[inside] - first,
        refused_start=batch.refused_start[inside],
        refused_end=batch.refused_end[inside],
    )
