"""How large the change is against spread or level: means, SMD, log response ratios, percent of means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from adjuvant.outcomes.single_case.estimate import Estimate, normal_interval
from adjuvant.outcomes.single_case.phases import Improvement, Phases, short_of
from adjuvant.unknown import Unknown

__all__ = [
    "log_response_ratio",
    "lrr_d",
    "lrr_i",
    "mean",
    "mean_change",
    "mean_of_percents",
    "percent_change_of_means",
    "percent_of_means",
    "smd",
    "variance",
]


def mean(values: Sequence[Fraction]) -> Fraction:
    """The plain mean of at least one reading, exact."""
    return sum(values, Fraction(0)) / len(values)


def variance(values: Sequence[Fraction]) -> Fraction:
    """The sample variance of at least two readings, exact."""
    middle = mean(values)
    return sum(((one - middle) ** 2 for one in values), Fraction(0)) / (len(values) - 1)


def mean_change(phases: Phases) -> Estimate:
    """Mean after less mean before, in points: B minus A, negative where pain fell.

    The standard error is that of two independent samples with variances of their own (Welch).
    """
    short = short_of(phases, 1, 1)
    if short is not None:
        return Estimate(short, short, short)
    before, after = phases.before, phases.after
    change = float(mean(after) - mean(before))
    few = short_of(phases, 2, 2)
    error: float | Unknown
    if few is not None:
        error = few
    else:
        spread = variance(before) / len(before) + variance(after) / len(after)
        error = math.sqrt(spread) if spread else Unknown("readings that differ within a phase")
    return Estimate(change, error, normal_interval(change, error))


def smd(phases: Phases) -> Estimate:
    """Within-case standardised mean difference, by the standard deviation before, corrected for few readings.

    g = J (mean after - mean before) / s before, with J = 1 - 3 / (4 m - 5); its variance is
    J^2 (1 / m + s_B^2 / (n s_A^2)) + J^2 g^2 / (2 (m - 1)).

    Returns:
        In standard deviations of the readings before; Unknown where those are all alike.
    Source: gingerich1984, as SingleCaseES has it.
    """
    short = short_of(phases, 2, 1)
    if short is not None:
        return Estimate(short, short, short)
    before, after = phases.better_up
    m, n = len(before), len(after)
    spread = variance(before)
    if spread == 0:
        flat = Unknown("readings before that are not all alike, by whose spread the change is measured")
        return Estimate(flat, flat, flat)
    correction = float(1 - Fraction(3, 4 * m - 5))
    value = correction * float(mean(after) - mean(before)) / math.sqrt(spread)
    few = short_of(phases, 2, 2)
    error: float | Unknown
    if few is not None:
        error = few
    else:
        of_means = float(Fraction(1, m) + variance(after) / (n * spread))
        error = correction * math.sqrt(of_means + value**2 / (2 * (m - 1)))
    return Estimate(value, error, normal_interval(value, error))


def log_response_ratio(phases: Phases) -> Estimate:
    """The natural logarithm of mean after over mean before, corrected for few readings: B minus A.

    ln(b / a) + s_B^2 / (2 n b^2) - s_A^2 / (2 m a^2), with a standard error of
    sqrt(s_A^2 / (m a^2) + s_B^2 / (n b^2)). A single reading has no variance, and its correction none.

    Returns:
        Unknown where a mean is 0 or below: a ratio of it is undefined, and nothing is put in its place.
    Source: pustejovsky2018, as SingleCaseES has it.
    """
    short = short_of(phases, 2, 2)
    if short is not None:
        return Estimate(short, short, short)
    parts: list[tuple[float, float]] = []
    needs: list[str] = []
    for name, values in (("before", phases.before), ("after", phases.after)):
        middle = mean(values)
        if middle <= 0:
            needs.append(f"a mean above 0 {name}: a ratio of {'0' if middle == 0 else 'less'} is undefined")
            continue
        parts.append((math.log(middle), float(variance(values) / (len(values) * middle**2))))
    if needs:
        missing = Unknown(needs)
        return Estimate(missing, missing, missing)
    (low, early), (high, late) = parts
    value = high - low + (late - early) / 2
    error = math.sqrt(early + late) if early + late else Unknown("readings that differ within a phase")
    return Estimate(value, error, normal_interval(value, error))


def lrr_d(phases: Phases) -> Estimate:
    """Log response ratio, decreasing form: negative is improvement. Source: pustejovsky2018."""
    ratio = log_response_ratio(phases)
    return ratio if phases.improvement is Improvement.DECREASE else ratio.times(-1)


def lrr_i(phases: Phases) -> Estimate:
    """Log response ratio, increasing form: positive is improvement. Source: pustejovsky2018."""
    return lrr_d(phases).times(-1)


def percent_of_means(phases: Phases) -> Estimate:
    """The change of the mean in percent of the mean before, B minus A: -40 where 10 became 6.

    Unknown at a mean of 0 before. No standard error is given; that of the log response ratio says as much.
    """
    short = short_of(phases, 1, 1)
    if short is not None:
        return Estimate(short)
    percent = percent_change_of_means([(mean(phases.before), mean(phases.after))])
    return Estimate(percent if isinstance(percent, Unknown) else float(percent))


def percent_change_of_means(pairs: Sequence[tuple[Fraction, Fraction]]) -> Fraction | Unknown:
    """Of several before and after pairs, the change of the mean in percent of the mean before.

    This is not the mean of the percents (`mean_of_percents`): in it a pair counts by its level before.
    """
    if not pairs:
        return Unknown("a reading before and after")
    before, after = (mean([pair[side] for pair in pairs]) for side in (0, 1))
    if before <= 0:
        return Unknown("a mean before above 0: a percentage of 0 is undefined")
    return (after - before) / before * 100


def mean_of_percents(pairs: Sequence[tuple[Fraction, Fraction]]) -> Fraction | Unknown:
    """The mean of each pair's own change in percent; Unknown as soon as one of them begins at 0.

    Nothing is left out: without the pairs that begin at 0 it would be the mean of another set of pairs.
    """
    if not pairs:
        return Unknown("a reading before and after")
    flat = sum(before <= 0 for before, _ in pairs)
    if flat:
        return Unknown(f"a reading before above 0 in every pair, which {flat} of {len(pairs)} lack")
    return mean([(after - before) / before * 100 for before, after in pairs])
