"""The array type of the package, and the one check that every number from outside passes."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from adjuvant.errors import InputError

__all__ = ["Floats", "finite"]

Floats: TypeAlias = NDArray[np.float64]


def finite(what: str, values: ArrayLike, remedy: str, *, above_zero: bool = False) -> Floats:
    """`values` as doubles, once none of them is NaN, infinite or negative.

    Args:
        what: the field's name for the error.
        above_zero: whether zero is refused too.
    Raises:
        InputError: it names the value.
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{what} {values!r}", "is not a number", remedy) from None
    if not np.isfinite(found).all():
        bad = found[~np.isfinite(found)].flat[0]
        raise InputError(f"{what} {bad}", "is not a finite number", remedy)
    if (found < 0).any() or (above_zero and (found == 0).any()):
        bad = found.min()
        raise InputError(f"{what} {bad:g}", "is not above zero" if above_zero else "is negative", remedy)
    return found
