"""Sums over sliding windows of a long row of amounts, without the error that running sums pile up."""

from __future__ import annotations

import numpy as np

from adjuvant.opioids.vector import Floats, Ints

__all__ = ["MOST", "Prefix"]

_COARSE, _FINE = 20, 62
MOST = 2.0**42
"""The largest sum of one window that the whole numbers hold; who may have more goes the exact way."""


class Prefix:
    """Differences of running sums, exact but for what lies below 2**-62 of a unit.

    Each double is cut into two whole numbers, of 2**-20 and of 2**-62. Whole numbers add up without rounding,
    and wrap around where they overflow, so that the difference of two running sums is exact however many
    and however large the amounts before it were. An amount of a million that has left the window leaves
    nothing behind beside a thousandth that is in it.
    """

    def __init__(self, amounts: Floats) -> None:
        coarse = np.rint(np.ldexp(amounts, _COARSE))
        fine = np.rint(np.ldexp(amounts - np.ldexp(coarse, -_COARSE), _FINE))
        self._coarse = _running(coarse.astype(np.int64))
        self._fine = _running(fine.astype(np.int64))

    def between(self, low: Ints, high: Ints) -> Floats:
        """Sum of the amounts from number `low` up to, without, number `high`."""
        return self.difference(high, self, low)

    def difference(self, here: Ints, other: Prefix, there: Ints) -> Floats:
        """The first `here` amounts, less the first `there` amounts of another row."""
        coarse = self._coarse[here] - other._coarse[there]
        fine = self._fine[here] - other._fine[there]
        return np.ldexp(coarse.astype(np.float64), -_COARSE) + np.ldexp(fine.astype(np.float64), -_FINE)


def _running(whole: Ints) -> Ints:
    found = np.zeros(len(whole) + 1, dtype=np.int64)
    np.cumsum(whole, out=found[1:])
    return found
