"""Quantiles over many patients that never store their curves: counts in bins of equal ratio."""

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


class QuantileSketch:
    """Quantiles of levels at each of some times, over patients that are added in parts.

    Each answer lies within `relative` of the level of the patient whose rank is the one asked for. The memory
    depends on the times and on how many powers of ten the levels span, and not on the patients. The order in
    which patients are added changes nothing.

    Args:
        times: how many times there are.
        relative: the greatest relative error.
    """

    def __init__(self, times: int, relative: float = _RELATIVE) -> None:
        if not 0 < relative < 1:
            raise UsageError(
                f"relative error {relative!r}", "is not between 0 and 1", "give one such as 0.001"
            )
        self._ratio = (1 + relative) / (1 - relative)
        self._log = math.log(self._ratio)
        self._first = 0
        self._none = np.zeros(times, dtype=np.int64)
        self._counts: NDArray[np.int64] = np.zeros((times, 0), dtype=np.int64)
        self.patients = 0

    @property
    def bytes_held(self) -> int:
        """The memory that the counts take."""
        return int(self._counts.nbytes + self._none.nbytes)

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
        self._none += (~there).sum(axis=1)
        if not there.any():
            return
        bins = np.ceil(np.log(np.where(there, levels, 1.0)) / self._log).astype(np.int64)
        inside = bins[there]
        self._reach(int(inside.min()), int(inside.max()))
        width = self._counts.shape[1]
        rows = np.broadcast_to(np.arange(levels.shape[0])[:, None], levels.shape)[there]
        flat = np.bincount(rows * width + (inside - self._first), minlength=self._counts.size)
        self._counts += flat.reshape(self._counts.shape)

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
        up_to = self._none[:, None] + np.cumsum(self._counts, axis=1)
        place = (up_to <= rank).sum(axis=1)
        level = 2 * self._ratio ** (place + self._first) / (self._ratio + 1)
        return np.where(self._none > rank, 0.0, level)

    def _reach(self, low: int, high: int) -> None:
        """Widen the counts so that the bins from `low` to `high` are there."""
        width = self._counts.shape[1]
        if not width:
            self._first = low
        before = max(self._first - low, 0)
        after = max(high - (self._first + width - 1), 0)
        if before or after:
            self._counts = np.pad(self._counts, ((0, 0), (before, after)))
            self._first -= before
