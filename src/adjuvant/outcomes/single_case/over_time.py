"""Pain over time: time-weighted means, AUC, SPID and its percent, from means that stand already."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from adjuvant.outcomes.model import WindowPain
from adjuvant.outcomes.single_case.estimate import Estimate
from adjuvant.outcomes.single_case.phases import Improvement
from adjuvant.symptoms import TimeWeighted
from adjuvant.unknown import Unknown

__all__ = ["OverTime", "spid", "spid_percent"]

_Window = WindowPain | TimeWeighted


@dataclass(frozen=True, slots=True)
class OverTime:
    """Two windows of pain over time.

    Args:
        before_mean, after_mean: time-weighted means in points.
        before_area, after_area: points times hours over the covered time (AUC).
        before_hours, after_hours: covered hours.
        before_share, after_share: the same as a share of the window, 0 to 1.
    """

    before_mean: Fraction | Unknown
    after_mean: Fraction | Unknown
    before_area: Fraction | Unknown
    after_area: Fraction | Unknown
    before_hours: Fraction
    after_hours: Fraction
    before_share: Fraction
    after_share: Fraction

    @classmethod
    def of(cls, before: _Window, after: _Window) -> OverTime:
        """The windows of an evaluation, or of `time_weighted_mean`."""
        return cls(
            before.mean,
            after.mean,
            before.area,
            after.area,
            before.covered_share * before.window.hours,
            after.covered_share * after.window.hours,
            before.covered_share,
            after.covered_share,
        )

    @classmethod
    def unknown(cls, why: Unknown) -> OverTime:
        """Nothing over time, for the reason given: readings without times, or no readings."""
        nothing = Fraction(0)
        return cls(why, why, why, why, nothing, nothing, nothing, nothing)


def spid(over: OverTime, improvement: Improvement) -> Estimate:
    """The sum of pain intensity differences: (mean before - pain) summed over the covered hours after.

    The trapezoid rule over the hours that readings cover, which is the area between the mean before and the
    line of readings; many trials hold each reading back to the one before it instead.

    Returns:
        Points times hours, positive where pain is better.
    Source: moore1997.
    """
    before, after = over.before_mean, over.after_mean
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return Estimate(_both(before, after))
    return Estimate(float(improvement.sign * (after - before) * over.after_hours))


def spid_percent(over: OverTime, improvement: Improvement) -> Estimate:
    """SPID in percent of the SPID with pain 0 throughout: 100 (mean before - mean after) / mean before.

    Returns:
        Percent; Unknown at a mean before of 0.
    Source: moore1997.
    """
    before, after = over.before_mean, over.after_mean
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return Estimate(_both(before, after))
    if before <= 0:
        return Estimate(Unknown("a mean before above 0: a percentage of 0 is undefined"))
    return Estimate(float(improvement.sign * (after - before) / before * 100))


def _both(*values: Fraction | Unknown) -> Unknown:
    return Unknown([need for one in values if isinstance(one, Unknown) for need in one.needs])
