"""What a table of rates must keep: the pump's step, the greatest rate, the most in a day, and levels."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from adjuvant.errors import InputError
from adjuvant.pk.arrays import finite

__all__ = ["RateLimits"]


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What a table of rates must keep. None of it has a default: a limit that nobody stated holds nothing.

    Args:
        step_mg_per_h: the least step of the pump, as milligrams in an hour; each rate is a multiple of it.
        highest_mg_per_h: the greatest rate.
        highest_mg_per_day: the most in any 24 hours.
        highest_mg: the most in all.
        highest_ng_per_ml: what the level in blood must not pass; None where only the target is meant.
        highest_effect_ng_per_ml: the same at the place of action.
    Raises:
        InputError: a limit that is missing, NaN or not above zero, or a step above the greatest rate.
    """

    step_mg_per_h: Fraction
    highest_mg_per_h: Fraction
    highest_mg_per_day: Fraction
    highest_mg: Fraction
    highest_ng_per_ml: float | None = None
    highest_effect_ng_per_ml: float | None = None

    def __post_init__(self) -> None:
        for name in ("step_mg_per_h", "highest_mg_per_h", "highest_mg_per_day", "highest_mg"):
            value = getattr(self, name)
            if not isinstance(value, Fraction | int):
                raise InputError(f"limit {name} {value!r}", "is no exact number", "give it as a Fraction")
            if value <= 0:
                raise InputError(f"limit {name} {value}", "is not above zero", "give the limit that holds")
        for name in ("highest_ng_per_ml", "highest_effect_ng_per_ml"):
            value = getattr(self, name)
            if value is not None:
                finite(f"limit {name}", value, "give it in ng/mL, or leave it out", above_zero=True)
        if self.step_mg_per_h > self.highest_mg_per_h:
            raise InputError(
                f"step of {float(self.step_mg_per_h):g} mg/h",
                f"is above the greatest rate, {float(self.highest_mg_per_h):g} mg/h",
                "use a weaker bag, or a pump with a finer step",
            )
