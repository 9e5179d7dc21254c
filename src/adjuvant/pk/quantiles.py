"""Quantiles over many patients that never store their curves: counts in narrow bins of levels."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from adjuvant.errors import InternalError, UsageError
from adjuvant.pk.arrays import Floats

__all__ = ["LEAST_LEVEL", "QuantileSketch"]

LEAST_LEVEL = 10**-9
"""ng/mL below which a level counts as none."""

_RELATIVE = 1 / 1000
"""How far a quantile may lie from the true one, as a part of it."""

_MANTISSA = 52
"""Bits of a double after its exponent."""

_NOWHERE = np.iinfo(np.int64).max


class QuantileSketch:
    """Quantiles of levels at each of some times, over patients that are added in parts.

    Each answer lies within `relative` of the level of the patient whose rank is the one asked for. The bin of
    a level is the beginning of its binary number: each power of two is cut evenly. The memory depends on the
    times and on how many powers the levels of one time span, and not on the patients. The order in which
    patients are added changes nothing.

    Args:
        times: how many times there are.
        relative: the greatest relative error.
    """

    def __init__(self, times: int, relative: float = _RELATIVE) -> None:
        if not 0 < relative < 1:
            raise UsageError(
                f"relative error {relative!r}", "is not between 0 and 1", "give one such as 0.001"
            )
        self.shift = _MANTISSA - min(max(math.ceil(-math.log2(2 * relative)), 0), _MANTISSA)
        self.none = np.zeros(times, dtype=np.int64)
        self.first = np.full(times, _NOWHERE, dtype=np.int64)
        self.counts: NDArray[np.uint32] = np.zeros((times, 0), dtype=np.uint32)
        self._last = np.full(times, -1, dtype=np.int64)
        self.patients = 0
        self._summed: tuple[int, NDArray[np.int64]] | None = None

    @property
    def bytes_held(self) -> int:
        """The memory that the counts take."""
        return int(self.counts.nbytes + self.none.nbytes + self.first.nbytes + self._last.nbytes)

    def add(self, levels: Floats) -> None:
        """Count the levels of some patients; shape (times, patients).

        Raises:
            InternalError: a level that is no finite number, or well below zero.
        """
        if not np.isfinite(levels).all() or levels.min(initial=0.0) < -LEAST_LEVEL * (
            1 + np.abs(levels).max()
        ):
            raise InternalError("a level", "is NaN, infinite or negative", "report it with the regimen")
        there = levels >= LEAST_LEVEL
        self.patients += levels.shape[1]
        self.none += (~there).sum(axis=1)
        if not there.any():
            return
        bins = np.ascontiguousarray(levels, dtype=np.float64).view(np.int64) >> self.shift
        reach = self.wanted()
        reach[:, 0] = np.where(there, bins, _NOWHERE).min(axis=1)
        reach[:, 1] = np.where(there, bins, -1).max(axis=1)
        self.widen(reach)
        rows = np.broadcast_to(np.arange(len(levels))[:, None], levels.shape)[there]
        flat = rows * self.counts.shape[1] + (bins[there] - self.first[rows])
        self.counts += (
            np.bincount(flat, minlength=self.counts.size).reshape(self.counts.shape).astype(np.uint32)
        )

    def wanted(self) -> NDArray[np.int64]:
        """For each time the lowest and the highest bin that must be there, none yet: what `widen` takes."""
        reach = np.empty((len(self.none), 2), dtype=np.int64)
        reach[:, 0], reach[:, 1] = _NOWHERE, -1
        return reach

    def widen(self, reach: NDArray[np.int64]) -> None:
        """Make room for the bins of `reach`, by time; what is counted stays."""
        lowest, highest = np.minimum(self.first, reach[:, 0]), np.maximum(self._last, reach[:, 1])
        width = int((highest - lowest + 1).max(initial=0))
        lowest = np.where(highest < 0, _NOWHERE, lowest)
        if width <= self.counts.shape[1] and (lowest == self.first).all():
            self._last = highest
            return
        held = np.zeros((len(lowest), max(width, self.counts.shape[1])), dtype=np.uint32)
        for time in np.flatnonzero(self._last >= 0):
            size = self._last[time] - self.first[time] + 1
            start = self.first[time] - lowest[time]
            held[time, start : start + size] = self.counts[time, :size]
        self.first, self._last, self.counts, self._summed = lowest, highest, held, None

    def rows(self, some: slice) -> QuantileSketch:
        """The counts at some of the times; what changes in them changes here."""
        part = QuantileSketch(0)
        part.shift, part.patients = self.shift, self.patients
        part.none, part.first, part.counts = self.none[some], self.first[some], self.counts[some]
        part._last = self._last[some]
        return part

    def merge(self, other: QuantileSketch) -> None:
        """Add what another sketch of the same times has counted."""
        self.widen(np.column_stack([other.first, other._last]))
        for time in np.flatnonzero(other._last >= 0):
            size = other._last[time] - other.first[time] + 1
            start = other.first[time] - self.first[time]
            self.counts[time, start : start + size] += other.counts[time, :size]
        self.none += other.none
        self.patients += other.patients

    def quantile(self, share: float) -> Floats:
        """The level at each time that `share` of the patients do not exceed.

        Raises:
            UsageError: a share that is not between 0 and 1, or no patients yet.
        """
        if not 0 <= share <= 1:
            raise UsageError(f"quantile {share!r}", "is not between 0 and 1", "give one such as 0.5")
        if not self.patients:
            raise UsageError("quantile", "is asked of no patients", "add some first")
        rank = share * (self.patients - 1)
        if self._summed is None or self._summed[0] != self.patients:
            up_to = self.none[:, None] + np.cumsum(self.counts, axis=1, dtype=np.int64)
            self._summed = (self.patients, up_to)  # for the next share
        up_to = self._summed[1]
        below = np.array([row.searchsorted(math.floor(rank), side="right") for row in up_to], dtype=np.int64)
        place = np.where(self.none > rank, 0, below + self.first)
        ends = (np.stack([place, place + 1]) << self.shift).view(np.float64)
        return np.where(self.none > rank, 0.0, ends.mean(axis=0))
