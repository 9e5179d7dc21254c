"""Daily MME of many patients at once, by local clock days: equal to the exact path within one in 10^9."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from adjuvant.opioids.factor import AppliedRow
from adjuvant.opioids.vector import UNBOUNDED, Batch, Flags, Floats, Ints, Prices, part_of, totals
from adjuvant.opioids.vector_days import midnights

__all__ = ["Daily", "daily"]

_MOST_SLOTS = 10**7
_CLOSE = 10**-9


@dataclass(frozen=True, slots=True)
class Daily:
    """The days that an exposure or a refusal touches, in order of patient and day.

    Args:
        patient, day: number of the patient; days since 1970 on the local clock.
        total: MME of everything that the plan converts.
        refused: how many lots or records were refused on that day; a day with any is incomplete.
        drug_row, drug, drug_mme: per day and ingredient: number of the day's row, of the ingredient, its MME.
        unplaced: refusals of patients of whom no day is known at all.
    """

    patient: Ints
    day: Ints
    total: Floats
    refused: Ints
    drug_row: Ints
    drug: Ints
    drug_mme: Floats
    unplaced: int


@dataclass(frozen=True, slots=True)
class _Shares:
    """What falls in one day of each row; a row over several days has several."""

    row: Ints
    day: Ints
    mass: Floats
    shared: Ints
    whole: Ints


def daily(batch: Batch, prices: Prices) -> Daily:
    """The days of every patient of a batch.

    A refusal of unknown start reaches back to the patient's first day here, one of unknown end on to the
    last. As-needed orders are left out. Sums are of masses that are never below zero, so that rounding stays
    relative to each day's own total; a total too close to a band's edge is worked out exactly.
    """
    shares = _shares(batch, prices)
    first, last = _bounds(batch)
    low, high = _span(batch, shares, first, last)
    some = high >= low
    sizes = np.where(some, high - low + 1, 0)
    if sizes.sum() > _MOST_SLOTS and len(sizes) > 1:
        half = len(sizes) // 2
        parts = [daily(part_of(batch, 0, half), prices), daily(part_of(batch, half, len(sizes)), prices)]
        return _joined(parts[0], parts[1], half)
    offset = np.concatenate(([0], np.cumsum(sizes)))
    base = offset[:-1] - np.where(some, low, 0)
    placed = some[batch.refused_patient]
    who = batch.refused_patient[placed]
    since = np.where(first[placed] == UNBOUNDED, low[who], first[placed]) + base[who]
    until = np.where(last[placed] == UNBOUNDED, high[who], last[placed]) + base[who]
    refused = _covered(since[until >= since], until[until >= since], int(offset[-1]))
    slot = shares.day + base[batch.patient[shares.row]]
    lot = batch.lot[shares.row]
    bad = prices.refused[lot]
    refused += np.bincount(np.unique(slot[bad] * len(prices.lots) + lot[bad]) // max(len(prices.lots), 1),
                           minlength=len(refused))  # fmt: skip
    touched = refused > 0
    touched[slot] = True
    where = np.flatnonzero(touched)
    place = np.cumsum(touched) - 1
    patient = np.searchsorted(offset, where, side="right") - 1
    rows, drugs, mme = _by_drug(batch, prices, shares, place[slot], len(where))
    return Daily(
        patient=patient,
        day=where - base[patient],
        total=totals(rows, mme, len(where)),
        refused=refused[where],
        drug_row=rows,
        drug=drugs,
        drug_mme=mme,
        unplaced=int(np.count_nonzero(~placed)),
    )


def _joined(one: Daily, two: Daily, patients: int) -> Daily:
    def both(name: str, shift: int = 0) -> Any:
        return np.concatenate((getattr(one, name), getattr(two, name) + shift))

    return Daily(
        patient=both("patient", patients),
        day=both("day"),
        total=both("total"),
        refused=both("refused"),
        drug_row=both("drug_row", len(one.day)),
        drug=both("drug"),
        drug_mme=both("drug_mme"),
        unplaced=one.unplaced + two.unplaced,
    )


def _days_of(zones: tuple[str, ...], patient: Ints, moments: Ints) -> Ints:
    found = np.empty_like(moments)
    for rows, name in _by_zone(zones, patient):
        found[rows] = midnights(name).day(moments[rows])
    return found


def _starts_of(zones: tuple[str, ...], patient: Ints, days: Ints) -> Ints:
    found = np.empty_like(days)
    for rows, name in _by_zone(zones, patient):
        found[rows] = midnights(name).start(days[rows])
    return found


def _by_zone(zones: tuple[str, ...], patient: Ints) -> Iterable[tuple[Flags | slice, str]]:
    names = sorted(set(zones))
    if len(names) == 1:
        return [(slice(None), names[0])]
    numbers = np.array([names.index(name) for name in zones], dtype=np.int64)[patient]
    return [(numbers == number, name) for number, name in enumerate(names)]


def _shares(batch: Batch, prices: Prices) -> _Shares:
    counted = np.flatnonzero(~prices.aside[batch.lot])
    patient, start, end = batch.patient[counted], batch.start[counted], batch.end[counted]
    first = _days_of(batch.zones, patient, start)
    last = _days_of(batch.zones, patient, np.maximum(end - 1, start))
    number = last - first + 1
    row = np.repeat(counted, number)
    day = np.repeat(first, number)
    day += np.arange(len(day)) - np.repeat(np.cumsum(number) - number, number)
    mass = batch.mg[row]
    whole = batch.end[row] - batch.start[row]
    shared = whole.copy()
    cut = np.flatnonzero(np.repeat(number > 1, number))
    if len(cut):
        rows, days = row[cut], day[cut]
        opened = np.maximum(batch.start[rows], _starts_of(batch.zones, batch.patient[rows], days))
        closed = np.minimum(batch.end[rows], _starts_of(batch.zones, batch.patient[rows], days + 1))
        shared[cut] = closed - opened
        mass[cut] *= shared[cut] / whole[cut]
    return _Shares(row, day, mass, shared, whole)


def _bounds(batch: Batch) -> tuple[Ints, Ints]:
    """First and last day of each refusal; unbounded stays unbounded."""
    start, end = batch.refused_start, batch.refused_end
    known_start, known_end = start != UNBOUNDED, end != UNBOUNDED
    first = np.full(len(start), UNBOUNDED, dtype=np.int64)
    last = first.copy()
    first[known_start] = _days_of(batch.zones, batch.refused_patient[known_start], start[known_start])
    until = np.where(start == end, end, end - 1)[known_end]
    last[known_end] = _days_of(batch.zones, batch.refused_patient[known_end], until)
    return first, last


def _span(batch: Batch, shares: _Shares, first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """The first and the last day of each patient that anything of known time touches."""
    low = np.full(len(batch.zones), np.iinfo(np.int64).max, dtype=np.int64)
    high = np.full(len(batch.zones), UNBOUNDED, dtype=np.int64)
    known = [(batch.patient[shares.row], shares.day)]
    known += [(batch.refused_patient[day != UNBOUNDED], day[day != UNBOUNDED]) for day in (first, last)]
    for who, day in known:
        np.minimum.at(low, who, day)
        np.maximum.at(high, who, day)
    return low, high


def _covered(since: Ints, until: Ints, size: int) -> Ints:
    """How many of the ranges cover each place."""
    changes = np.bincount(since, minlength=size + 1) - np.bincount(until + 1, minlength=size + 1)
    return np.cumsum(changes)[:size]


def _by_drug(
    batch: Batch, prices: Prices, shares: _Shares, place: Ints, size: int
) -> tuple[Ints, Ints, Floats]:
    """MME by row of the answer and ingredient, where any mass was converted."""
    lot = batch.lot[shares.row]
    drugs = max(len(prices.ingredients), 1)
    key = place * drugs + prices.ingredient[lot]
    factor = prices.factor[lot]
    fixed = np.flatnonzero(~np.isnan(factor) & (shares.mass > 0))
    there = np.zeros(size * drugs, dtype=np.bool_)
    there[key[fixed]] = True
    mme = totals(key[fixed], shares.mass[fixed] * factor[fixed], size * drugs)
    group = prices.group[lot]
    for number, applied in enumerate(prices.groups):
        mine = np.flatnonzero((group == number) & (shares.mass > 0))
        if not len(mine):
            continue
        there[key[mine]] = True
        slots, which = np.unique(key[mine], return_inverse=True)
        mass = totals(which, shares.mass[mine], len(slots))
        found, close = _banded(applied, mass)
        for index in close:
            rows = mine[which == index]
            found[index] = _exactly(batch, shares, rows, applied)
        mme[slots] += found
    filled = np.flatnonzero(there)
    return filled // drugs, filled % drugs, mme[filled]


def _banded(applied: AppliedRow, mass: Floats) -> tuple[Floats, Ints]:
    """MME of each day's mass by its own band, and which are too close to an edge to tell."""
    bands = applied.row.bands
    hours = applied.row.per_patch_hours
    one = applied.per_mg if hours is None else applied.per_mg * 24 / hours
    factor = np.full(len(mass), float(bands[0].factor * one))
    close = np.zeros(len(mass), dtype=np.bool_)
    for band in bands[1:]:
        edge = float(band.edge / applied.per_mg)
        factor[mass > edge] = float(band.factor * one)
        close |= np.abs(mass - edge) <= _CLOSE * edge
    return mass * factor, np.flatnonzero(close)


def _exactly(batch: Batch, shares: _Shares, rows: Ints, applied: AppliedRow) -> float:
    total = Fraction(0)
    for mg, shared, whole in zip(
        batch.exact(shares.row[rows]), shares.shared[rows].tolist(), shares.whole[rows].tolist(), strict=True
    ):
        total += mg if shared == whole else mg * Fraction(shared, whole)
    return float(applied.mme(total, total))
