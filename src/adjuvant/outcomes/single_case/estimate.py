"""What a single-case metric answers: a value, its standard error and interval, or what each needs."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from adjuvant.unknown import Unknown

__all__ = ["LEVEL", "Estimate", "Interval95", "normal_interval", "z_of"]

LEVEL = 0.95
"""How sure an interval is."""

Interval95 = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure of two phases.

    Args:
        value: the figure, or Unknown with what it would need; never NaN.
        standard_error: None where the method has none; Unknown where it has one that these readings do not
            give. Like the interval it takes the readings to be independent of one another, which pain is not.
        interval: 95 %, as `standard_error`.
    """

    value: float | Unknown
    standard_error: float | Unknown | None = None
    interval: Interval95 | Unknown | None = None

    def times(self, factor: float, shift: float = 0) -> Estimate:
        """The same figure on another scale: `factor` times it, plus `shift`."""
        error, ends = self.standard_error, self.interval
        return Estimate(
            self.value if isinstance(self.value, Unknown) else self.value * factor + shift,
            error if error is None or isinstance(error, Unknown) else error * abs(factor),
            ends
            if ends is None or isinstance(ends, Unknown)
            else (min(end * factor + shift for end in ends), max(end * factor + shift for end in ends)),
        )


def z_of(level: float = LEVEL) -> float:
    """How many standard errors an interval of that level reaches to each side, by the normal distribution."""
    return NormalDist().inv_cdf((1 + level) / 2)


def normal_interval(value: float, error: float | Unknown) -> Interval95 | Unknown:
    """The value and so many standard errors to each side; Unknown where the error is."""
    if isinstance(error, Unknown):
        return error
    return value - z_of() * error, value + z_of() * error
