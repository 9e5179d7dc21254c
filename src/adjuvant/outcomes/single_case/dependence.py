"""How much a reading resembles the one before it: the autocorrelation of a phase."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from adjuvant.outcomes.single_case.magnitude import mean
from adjuvant.unknown import Unknown

__all__ = ["autocorrelation"]


def autocorrelation(values: Sequence[Fraction], lag: int = 1) -> float | Unknown:
    """The correlation of readings with those `lag` readings earlier, by the common estimator.

    The sum of (x_t - mean)(x_t+lag - mean) over the sum of (x_t - mean)^2. It takes the readings in their
    order, whatever lies between them, and with few readings it is too low: of n without any it is expected
    at about -1 / n.

    Returns:
        -1 to 1; Unknown with fewer than three readings, or no more than `lag`, or with all alike.
    Source: scan_package, and every other program.
    """
    least = max(3, lag + 1)
    if len(values) < least:
        return Unknown(f"{least} readings instead of {len(values)}")
    middle = mean(values)
    spread = [one - middle for one in values]
    total = sum((one**2 for one in spread), Fraction(0))
    if total == 0:
        return Unknown("readings that are not all alike")
    pairs = zip(spread, spread[lag:], strict=False)
    return float(sum((one * other for one, other in pairs), Fraction(0)) / total)
