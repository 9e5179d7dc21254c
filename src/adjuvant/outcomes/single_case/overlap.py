"""How little two phases overlap: NAP, Tau, PND, PEM, PAND and IRD, as SingleCaseES defines them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from statistics import median

from scipy.optimize import brentq

from adjuvant.outcomes.single_case.estimate import Estimate, Interval95, z_of
from adjuvant.outcomes.single_case.phases import Phases, short_of
from adjuvant.unknown import Unknown

__all__ = ["ird", "nap", "nap_of", "pand", "pem", "placed", "pnd", "tau"]

_HALF = Fraction(1, 2)


def nap(phases: Phases) -> Estimate:
    """Nonoverlap of all pairs: the share of pairs (one before, one after) in which after is better.

    Ties count half. The standard error is the unbiased one of Sen and Mee, with the share kept half a pair
    away from 0 and 1; the interval solves Mee's equation in the symmetric form of Newcombe.

    Returns:
        0 to 1; 0.5 where neither phase is better. A standard error needs two readings in each phase.
    Source: parker2009_nap, mee1990, newcombe2006.
    """
    short = short_of(phases, 1, 1)
    return nap_of(*phases.better_up) if short is None else Estimate(short, short, short)


def nap_of(before: Sequence[Fraction], after: Sequence[Fraction]) -> Estimate:
    """`nap` of readings of which a higher one is better; neither phase may be empty."""
    m, n = len(before), len(after)
    # Twice what a pair counts, so that a tie is whole.
    first, second = placed(before, after)
    wins = [[(late > early) + (late >= early) for late in second] for early in first]
    share = Fraction(sum(map(sum, wins)), 2 * m * n)
    return Estimate(float(share), _nap_error(wins, share), _nap_interval(float(share), m, n))


def tau(phases: Phases) -> Estimate:
    """Tau of A against B: pairs that are better less pairs that are worse, over all pairs; 2 NAP - 1.

    Source: parker2011_tau_u.
    """
    return nap(phases).times(2, -1)


def pnd(phases: Phases) -> Estimate:
    """Share of readings after that are better than the best one before. Source: scruggs1987."""
    short = short_of(phases, 1, 1)
    if short is not None:
        return Estimate(short)
    before, after = phases.better_up
    best = max(before)
    return Estimate(float(Fraction(sum(one > best for one in after), len(after))))


def pem(phases: Phases) -> Estimate:
    """Share of readings after that are better than the median before, ties counted half. Source: ma2006."""
    short = short_of(phases, 1, 1)
    if short is not None:
        return Estimate(short)
    before, after = phases.better_up
    middle = median(before)
    return Estimate(float(sum((_win(one, middle) for one in after), Fraction(0)) / len(after)))


def pand(phases: Phases) -> Estimate:
    """Share of all readings that can be kept so that every one after is better than every one before.

    Unknown where all readings are alike: the formula then gives the share of the longer phase.

    Source: parker2007.
    """
    share = _kept_share(phases)
    return Estimate(share if isinstance(share, Unknown) else float(share))


def ird(phases: Phases) -> Estimate:
    """Robust improvement rate difference: the share of improved readings after less that before.

    It follows from PAND where what overlaps is shared out evenly: ((m + n)^2 PAND - m^2 - n^2) / 2 m n.

    Source: parker2009_ird.
    """
    share = _kept_share(phases)
    if isinstance(share, Unknown):
        return Estimate(share)
    m, n = len(phases.before), len(phases.after)
    return Estimate(float(((m + n) ** 2 * share - m**2 - n**2) / (2 * m * n)))


def placed(before: Sequence[Fraction], after: Sequence[Fraction]) -> tuple[list[int], list[int]]:
    """Both phases as places in one order: they tie and differ as the readings do, and compare fast."""
    place = {value: number for number, value in enumerate(sorted({*before, *after}))}
    return [place[one] for one in before], [place[one] for one in after]


def _win(late: Fraction, early: Fraction) -> Fraction:
    return Fraction(late > early) + (_HALF if late == early else 0)


def _nap_error(wins: list[list[int]], share: Fraction) -> float | Unknown:
    m, n = len(wins), len(wins[0])
    if m < 2 or n < 2:
        return Unknown("two readings in each phase")
    rows = sum(((Fraction(sum(row), 2) - n * share) ** 2 for row in wins), Fraction(0))
    columns = sum(((Fraction(sum(one), 2) - m * share) ** 2 for one in zip(*wins, strict=True)), Fraction(0))
    squares = sum(one**2 for row in wins for one in row)
    each = Fraction(squares, 2**2 * m * n) - share**2
    near = Fraction(1, 2 * m * n)
    kept = min(max(share, near), 1 - near)
    between = rows / (m * n) + columns / (m * n)
    variance = (kept * (1 - kept) + between - 2 * each) / ((m - 1) * (n - 1))
    if variance <= 0:
        return Unknown("readings whose variance is above 0 by the unbiased estimator")
    return math.sqrt(variance)


def _nap_interval(share: float, m: int, n: int) -> Interval95:
    """The ends at which m n (NAP - x)^2 (2 - x)(1 + x) = z^2 x (1 - x)(2 + h + (1 + 2 h) x (1 - x)).

    At a share of 1 the equation has the root 1 whatever the readings; it is divided out, so that the lower
    end is the other root. The same holds at 0.
    """
    h, z2 = (m + n) / 2 - 1, z_of() ** 2

    def off(x: float, power: float, low: float, high: float) -> float:
        left: float = m * n * abs(share - x) ** power * (2 - x) * (1 + x)
        return left - z2 * low * high * (2 + h + (1 + 2 * h) * x * (1 - x))

    if share == 1:
        return float(brentq(lambda x: off(x, 1, x, 1), 0, 1)), 1.0
    if share == 0:
        return 0.0, float(brentq(lambda x: off(x, 1, 1, 1 - x), 0, 1))
    ends = [brentq(lambda x: off(x, 2, x, 1 - x), *sides) for sides in ((0, share), (share, 1))]
    return float(ends[0]), float(ends[1])


def _kept_share(phases: Phases) -> Fraction | Unknown:
    short = short_of(phases, 1, 1)
    if short is not None:
        return short
    if len({*phases.before, *phases.after}) == 1:
        return Unknown("readings that are not all alike")
    before, after = (sorted(values) for values in placed(*phases.better_up))
    # Of the i lowest before and the k highest after, all are kept where the pair that meets does not overlap.
    kept = max(
        i + k
        for i, k in product(range(len(before) + 1), range(len(after) + 1))
        if i == 0 or k == 0 or before[i - 1] < after[len(after) - k]
    )
    return Fraction(kept, len(before) + len(after))
