"""The rolling 24-hour curve of many patients at once: exact break points, values within one in 10^9."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from adjuvant.opioids.rolling import Track, by_band, sweep
from adjuvant.opioids.segments import DAY_US
from adjuvant.opioids.vector import Batch, Floats, Ints, Prices, part_of, totals
from adjuvant.opioids.vector_sums import MOST
from adjuvant.opioids.vector_window import breaks_of, in_window

__all__ = ["Rolling", "rolling"]

_FAR = 10**18
_CLOSE = 10**-9
_SINGLE = float(10**9)
"""Where a row has one band only, more milligrams than this go the exact way."""


@dataclass(frozen=True, slots=True)
class Rolling:
    """The curve of every patient at each of its break points, in order of patient and time.

    Between two of them it is the straight line from the `after` of one to the `before` of the next; before
    the first and after the last it is zero.

    Args:
        patient, at: number of the patient; microseconds since 1970.
        before, after: MME in the 24 h that end there, just before and at the moment.
    """

    patient: Ints
    at: Ints
    before: Floats
    after: Floats


@dataclass(frozen=True, slots=True)
class _Axis:
    """All patients laid end to end on one axis of time, more than two windows apart."""

    shift: Ints
    starts: Ints

    def owners(self, times: Ints) -> Ints:
        """The number of the patient of each of some rising moments."""
        edges = np.append(np.searchsorted(times, self.starts), len(times))
        return np.repeat(np.arange(len(self.starts)), np.diff(edges))


def rolling(batch: Batch, prices: Prices) -> Rolling:
    """The rolling curve of every patient of a batch.

    Where a patient's mass by a band stays below the first edge, that band's factor holds throughout. Where
    it reaches an edge, that patient's banded track comes from the exact path, with the points at which it
    crosses edges.
    """
    lot = batch.lot
    used = np.flatnonzero(~prices.aside[lot] & ~prices.refused[lot])
    patient, start, end = batch.patient[used], batch.start[used], batch.end[used]
    axis = _axis(patient, start, end, len(batch.zones))
    if axis is None and len(batch.zones) > 1:
        half = len(batch.zones) // 2
        one, two = (
            rolling(part_of(batch, low, high), prices) for low, high in ((0, half), (half, len(batch.zones)))
        )
        return _joined(one, two, half)
    if axis is None or not len(used):
        none = np.zeros(0)
        return Rolling(none.astype(np.int64), none.astype(np.int64), none, none.copy())
    shift = axis.shift[patient]
    low, high = start + shift, end + shift
    factor = prices.factor[lot[used]]
    amount = np.nan_to_num(batch.mg[used] * factor)
    tracks = _too_large(batch, prices, used, amount)
    for number, applied in enumerate(prices.groups):
        mine = np.flatnonzero(prices.group[lot[used]] == number)
        if not len(mine):
            continue
        mass = batch.mg[used[mine]]
        edge = float(applied.row.bands[1].edge / applied.per_mg) if len(applied.row.bands) > 1 else _SINGLE
        reached = _reaching(axis, low[mine], high[mine], mass, edge * (1 - _CLOSE))
        within = ~np.isin(patient[mine], reached)
        one_mg = float(applied.mme(Fraction(1), Fraction(0)))
        amount[mine[within]] = mass[within] * one_mg
        for who in reached.tolist():
            rows = used[mine[patient[mine] == who]]
            tracks.append((who, by_band(sweep(_parts(batch, rows)), applied)))
    crossed = [np.array(track.times, dtype=np.int64) + axis.shift[who] for who, track in tracks]
    breaks = breaks_of(low, high, np.concatenate(crossed) if crossed else None)
    before, after = in_window(breaks, low, high, amount)
    found = axis.owners(breaks.times)
    answer = Rolling(found, breaks.times - axis.shift[found], before, after)
    _add(answer, tracks)
    return answer


def _axis(patient: Ints, start: Ints, end: Ints, patients: int) -> _Axis | None:
    """None where they do not fit on one axis."""
    if not len(patient):
        return _Axis(np.zeros(patients, np.int64), np.zeros(patients, np.int64))
    low = np.full(patients, np.iinfo(np.int64).max, dtype=np.int64)
    high = np.full(patients, np.iinfo(np.int64).min, dtype=np.int64)
    np.minimum.at(low, patient, start)
    np.maximum.at(high, patient, end)
    some = high >= low
    low, high = np.where(some, low, 0), np.where(some, high, 0)
    length = high - low + 2 * (DAY_US + DAY_US)
    if length.astype(np.float64).sum() > _FAR:
        return None
    starts = np.cumsum(length) - length
    return _Axis(starts + DAY_US - low, starts)


def _reaching(axis: _Axis, low: Ints, high: Ints, mass: Floats, edge: float) -> Ints:
    """Numbers of the patients whose mass in 24 h ever comes to the edge."""
    # What lies whole in some window reaches the edge with this much; what runs longer keeps its slope.
    mass = np.where(high - low <= DAY_US, np.minimum(mass, 2 * edge), mass)
    breaks = breaks_of(low, high)
    before, after = in_window(breaks, low, high, mass)
    return np.unique(axis.owners(breaks.times)[np.maximum(before, after) >= edge])


def _too_large(batch: Batch, prices: Prices, used: Ints, amount: Floats) -> list[tuple[int, Track]]:
    """The exact tracks of patients with amounts too large to sum in whole numbers; theirs here become 0."""
    tracks: list[tuple[int, Track]] = []
    patient = batch.patient[used]
    sums = totals(patient, amount, len(batch.zones))
    for who in np.flatnonzero(sums > MOST).tolist():
        mine = (patient == who) & (prices.group[batch.lot[used]] < 0)
        amount[mine] = 0
        rows = used[mine]
        factors = [prices.lots[number].applied for number in batch.lot[rows].tolist()]
        parts = [
            (start, end, mg * (applied.mme_per_mg or 0))
            for (start, end, mg), applied in zip(_parts(batch, rows), factors, strict=True)
            if applied is not None
        ]
        tracks.append((who, sweep(parts)))
    return tracks


def _parts(batch: Batch, rows: Ints) -> list[tuple[int, int, Fraction]]:
    return list(zip(batch.start[rows].tolist(), batch.end[rows].tolist(), batch.exact(rows), strict=True))


def _add(answer: Rolling, tracks: list[tuple[int, Track]]) -> None:
    for who, track in tracks:
        first, last = (int(np.searchsorted(answer.patient, edge)) for edge in (who, who + 1))
        for index in range(first, last):
            before, after = track.at(int(answer.at[index]))
            answer.before[index] += float(before)
            answer.after[index] += float(after)


def _joined(one: Rolling, two: Rolling, patients: int) -> Rolling:
    return Rolling(
        np.concatenate((one.patient, two.patient + patients)),
        np.concatenate((one.at, two.at)),
        np.concatenate((one.before, two.before)),
        np.concatenate((one.after, two.after)),
    )
