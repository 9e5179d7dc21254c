"""Sums of what is there at each of many places in a row, without the error that running sums pile up."""

from __future__ import annotations

import numpy as np

from adjuvant.opioids.vector import Floats, Ints

__all__ = ["MOST", "present"]

_COARSE, _FINE = 20, 62
MOST = 2.0**42
"""The largest sum at one place that the whole numbers hold; who may have more goes the exact way."""


def present(size: int, come: Ints, gone: Ints, amounts: Floats) -> Floats:
    """The sum, at each of `size` places, of the amounts that came there or before and are not gone yet.

    Exact but for what lies below 2**-62 of a unit. Each double is cut into two whole numbers, of 2**-20 and
    of 2**-62. Whole numbers add up without rounding, and wrap around where they overflow, so that a running
    sum to which each amount is added and from which it is taken again is exact however many and however
    large the others were. An amount of a million that has gone leaves nothing behind beside a thousandth
    that is there.

    Args:
        come, gone: place at which each amount comes, and from which on it is there no more; at most `size`.
    """
    # Multiplying by a power of two is exact, as `np.ldexp` is, and ten times as fast.
    coarse = np.rint(amounts * 2.0**_COARSE)
    fine = np.rint((amounts - coarse * 2.0**-_COARSE) * 2.0**_FINE)
    found: Floats = _running(size, come, gone, coarse) * 2.0**-_COARSE
    found += _running(size, come, gone, fine) * 2.0**-_FINE
    return found


def _running(size: int, come: Ints, gone: Ints, amounts: Floats) -> Floats:
    whole = amounts.astype(np.int64)
    changes = np.zeros(size + 1, dtype=np.int64)
    np.add.at(changes, come, whole)
    np.subtract.at(changes, gone, whole)
    return np.cumsum(changes, out=changes)[:size].astype(np.float64)
