"""Change beside a trend before: Tau-U in its variants, the baseline's own trend, baseline-corrected Tau."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import lcm

from adjuvant.outcomes.single_case.estimate import Estimate, Interval95
from adjuvant.outcomes.single_case.kendall import Rank, fisher_interval, rank_correlation
from adjuvant.outcomes.single_case.overlap import nap_of, placed
from adjuvant.outcomes.single_case.phases import Phases, short_of
from adjuvant.unknown import Unknown

__all__ = [
    "CorrectedRanks",
    "TauRow",
    "baseline_corrected_tau",
    "baseline_trend",
    "corrected_ranks",
    "slope_before",
    "tau_u",
    "tau_u_rows",
]


def tau_u(phases: Phases) -> Estimate:
    """Tau-U, A against B less the trend of A, over the m n pairs of A against B.

    It can leave the range of -1 to 1, because the trend of A is taken off without being in the denominator.
    No standard error is given: that of S holds without a trend only.

    Source: parker2011_tau_u, as SingleCaseES has it. scan's denominators stand in `tau_u_rows`.
    """
    short = short_of(phases, 2, 1)
    if short is not None:
        return Estimate(short)
    before, after = placed(*phases.better_up)
    between = sum((late > early) - (late < early) for early in before for late in after)
    trend = rank_correlation(before, phases.before_at).s
    return Estimate(float(Fraction(between - trend, len(before) * len(after))))


def baseline_trend(phases: Phases) -> Estimate:
    """Kendall's tau-b of the readings before with time: positive where they were already getting better.

    Source: tarlow2017.
    """
    short = short_of(phases, 3, 0)
    if short is not None:
        return Estimate(short, short)
    rank = rank_correlation(phases.better_up[0], phases.before_at)
    return Estimate(rank.tau_b, rank.standard_error)


def slope_before(phases: Phases) -> Fraction | Unknown:
    """Theil and Sen's slope of the readings before, in points a day or a session: the median of all pairs."""
    short = short_of(phases, 2, 0)
    if short is not None:
        return short
    wide = lcm(*(one.denominator for one in (*phases.before_at, *phases.before)))
    points = [(int(t * wide), int(y * wide)) for t, y in zip(phases.before_at, phases.before, strict=True)]
    slopes = [(y - x, t - s) for (s, x), (t, y) in combinations(points, 2)]
    # Slopes that are equal are equal as floats too, so that the order is right and the middle exact.
    slopes.sort(key=lambda slope: slope[0] / slope[1])
    return (Fraction(*slopes[(len(slopes) - 1) // 2]) + Fraction(*slopes[len(slopes) // 2])) / 2


def baseline_corrected_tau(phases: Phases) -> Estimate:
    """Tau after the Theil-Sen line of the readings before is taken off both phases, always.

    Standard error and interval are those of `tau` and know nothing of the slope's own uncertainty.

    Source: tarlow2017, with Tau in place of tau-b, as SingleCaseES has it. Tarlow's own stands in
    `corrected_ranks`.
    """
    short, slope = short_of(phases, 2, 1), slope_before(phases)
    if short is not None:
        return Estimate(short, short, short)
    if isinstance(slope, Unknown):
        return Estimate(slope, slope, slope)
    return nap_of(*_corrected(phases, slope).better_up).times(2, -1)


@dataclass(frozen=True, slots=True)
class CorrectedRanks:
    """Rank correlations, B minus A: the baseline with time; the phase with readings as read and corrected."""

    baseline: Rank
    uncorrected: Rank
    corrected: Rank


def corrected_ranks(phases: Phases) -> CorrectedRanks | Unknown:
    """What Tarlow's method and scan's `corrected_tau` rest on, by tau-b, with the sign of B minus A.

    Tarlow corrects only where the baseline's trend is significant. Which of the two to believe is not decided
    here, because that test takes the readings to be independent.

    Source: tarlow2017.
    """
    short, slope = short_of(phases, 2, 1), slope_before(phases)
    if short is not None:
        return short
    if isinstance(slope, Unknown):
        return slope
    phase = [0] * len(phases.before) + [1] * len(phases.after)
    fixed = _corrected(phases, slope)
    return CorrectedRanks(
        rank_correlation(phases.before, phases.before_at),
        rank_correlation((*phases.before, *phases.after), phase),
        rank_correlation((*fixed.before, *fixed.after), phase),
    )


@dataclass(frozen=True, slots=True)
class TauRow:
    """One line of scan's table of Tau-U, with the sign of B minus A.

    Args:
        denominator: what S is divided by, which is where the methods differ.
        var_s: variance of S, corrected for ties.
    """

    pairs: int
    positive: int
    negative: int
    ties: int
    s: int
    denominator: float
    tau: float | Unknown
    var_s: float
    standard_error: float | Unknown
    interval: Interval95 | Unknown
    n: int


def tau_u_rows(phases: Phases, method: str = "complete") -> dict[str, TauRow] | Unknown:
    """The six lines of scan's `tau_u`, by scan's names; every difference is B minus A.

    Args:
        method: ``complete`` (scan's default: tau-b, its own denominators) or ``parker`` (pairs of A against B
            also where the trend of A is taken off).
    Source: parker2011_tau_u; denominators as in scan.
    """
    short = short_of(phases, 3, 3)
    if short is not None:
        return short
    a, b = phases.before, phases.after
    m, n = len(a), len(b)
    flat, rising, falling = [0] * m + [1] * n, list(range(m + n)), list(range(m - 1, -1, -1))
    ranks = {
        "A vs. B": rank_correlation((*a, *b), flat),
        "Trend A": rank_correlation(a, range(m)),
        "Trend B": rank_correlation(b, range(n)),
        "A vs. B - Trend A": rank_correlation((*a, *b), [*falling, *[m] * n]),
        "A vs. B + Trend B": rank_correlation((*a, *b), [*[-1] * m, *rising[m:]]),
        "A vs. B + Trend B - Trend A": rank_correlation((*a, *b), [*falling, *rising[m:]]),
    }
    return {name: _row(name, rank, method, m * n) for name, rank in ranks.items()}


def _row(name: str, rank: Rank, method: str, across: int) -> TauRow:
    # Pairs that the second series ties are those that the line does not compare at all.
    pairs = rank.pairs - rank.tied[1]
    ties = pairs - rank.concordant - rank.discordant
    denominator = rank.denominator
    if method == "parker":
        denominator = float(across if name == "A vs. B - Trend A" else pairs)
        pairs = across if name == "A vs. B - Trend A" else pairs
    elif name == "A vs. B":
        denominator = float(pairs - Fraction(ties, 2))
    known = denominator > 0
    value: float | Unknown = rank.s / denominator if known else Unknown("readings that are not all alike")
    spread = math.sqrt(rank.var_s)
    return TauRow(
        pairs=pairs,
        positive=rank.concordant,
        negative=rank.discordant,
        ties=ties,
        s=rank.s,
        denominator=denominator,
        tau=value,
        var_s=float(rank.var_s),
        standard_error=spread / denominator if known else Unknown("readings that are not all alike"),
        interval=value if isinstance(value, Unknown) else fisher_interval(value, rank.n),
        n=rank.n,
    )


def _corrected(phases: Phases, slope: Fraction) -> Phases:
    before = tuple(y - slope * t for t, y in zip(phases.before_at, phases.before, strict=True))
    after = tuple(y - slope * t for t, y in zip(phases.after_at, phases.after, strict=True))
    return replace(phases, before=before, after=after)
