"""Kendall's rank correlation with ties: S, its variance, tau-b, and what an interval by Fisher's z says."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from adjuvant.outcomes.single_case.estimate import Interval95, z_of
from adjuvant.unknown import Unknown

__all__ = ["Rank", "fisher_interval", "rank_correlation"]


@dataclass(frozen=True, slots=True)
class Rank:
    """The rank correlation of two series.

    Args:
        concordant, discordant: pairs that rise together, and pairs of which one rises and the other falls.
        pairs: of all readings.
        tied: pairs that are equal in the first series, and in the second.
        var_s: variance of S where nothing is related, corrected for ties.
        n: readings.
    """

    concordant: int
    discordant: int
    pairs: int
    tied: tuple[int, int]
    var_s: Fraction
    n: int

    @property
    def s(self) -> int:
        """Concordant less discordant pairs."""
        return self.concordant - self.discordant

    @property
    def denominator(self) -> float:
        """What S is divided by in tau-b."""
        return math.sqrt((self.pairs - self.tied[0]) * (self.pairs - self.tied[1]))

    @property
    def tau_b(self) -> float | Unknown:
        """Tau-b, -1 to 1; Unknown where one of the two series is all alike."""
        return self.s / self.denominator if self.denominator else Unknown("readings that are not all alike")

    @property
    def standard_error(self) -> float | Unknown:
        """Of tau-b, where nothing is related: the root of var_s over the denominator."""
        if not self.denominator or self.var_s <= 0:
            return Unknown("readings that are not all alike")
        return math.sqrt(self.var_s) / self.denominator


def rank_correlation(first: Sequence[Fraction | int], second: Sequence[Fraction | int]) -> Rank:
    """Kendall's rank correlation of two series of one length. Source: as in scan_package."""
    # Places in order tie and differ as the readings do, and are whole numbers, which are quick to compare.
    one, other = _places(first), _places(second)
    up = down = 0
    for at in range(len(one)):
        both = np.sign(one[at + 1 :] - one[at]) * np.sign(other[at + 1 :] - other[at])
        up, down = up + int(np.count_nonzero(both > 0)), down + int(np.count_nonzero(both < 0))
    ties = [_runs(first), _runs(second)]
    return Rank(
        concordant=up,
        discordant=down,
        pairs=len(one) * (len(one) - 1) // 2,
        tied=(_pairs_in(ties[0]), _pairs_in(ties[1])),
        var_s=_variance(len(first), *ties),
        n=len(first),
    )


def fisher_interval(tau: float, n: int) -> Interval95 | Unknown:
    """The interval of a rank correlation by Fisher's z with a variance of 1 / (n - 3), as scan has it.

    That variance is the one of Pearson's correlation; it is kept to compare with scan, and in no table.
    """
    if n <= 3:
        return Unknown("4 readings")
    if abs(tau) >= 1:
        return Unknown("a tau that lies between -1 and 1")
    middle, reach = math.atanh(tau), z_of() / math.sqrt(n - 3)
    return math.tanh(middle - reach), math.tanh(middle + reach)


def _places(values: Sequence[Fraction | int]) -> NDArray[np.int64]:
    place = {value: number for number, value in enumerate(sorted(set(values)))}
    return np.array([place[value] for value in values], dtype=np.int64)


def _runs(values: Iterable[Hashable]) -> list[int]:
    return [count for count in Counter(values).values() if count > 1]


def _pairs_in(runs: Iterable[int]) -> int:
    return sum(run * (run - 1) // 2 for run in runs)


def _variance(n: int, first: list[int], second: list[int]) -> Fraction:
    if n < 2:
        return Fraction(0)
    plain = n * (n - 1) * (2 * n + 5)
    tied = sum(run * (run - 1) * (2 * run + 5) for run in (*first, *second))
    twos = sum(run * (run - 1) for run in first) * sum(run * (run - 1) for run in second)
    variance = Fraction(plain - tied, 18) + Fraction(twos, 2 * n * (n - 1))
    if n > 2:
        threes = [sum(run * (run - 1) * (run - 2) for run in runs) for runs in (first, second)]
        variance += Fraction(threes[0] * threes[1], 9 * n * (n - 1) * (n - 2))
    return variance
