"""Words and figures of pages on schedules."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.design import Asked, Chance, Spread
from adjuvant.reports.words import number

__all__ = [
    "OBJECTIVE_WORDS",
    "SAMPLING_WORDS",
    "chance_words",
    "count_words",
    "figure",
    "percent_words",
    "place_words",
    "spread_words",
]

SAMPLING_WORDS = {
    "arterial": "Arterial",
    "venous": "Venous",
    "not_stated": "Side of the circulation not stated",
}
OBJECTIVE_WORDS = {
    "total_mg": "mg in all",
    "peak": "highest level, median, ng/mL",
    "chance_above": "share of patients above the ceiling",
    "hours_in_range": "hours in the range, median",
    "rounds": "rounds of observation",
    "acts": "starts, stops and changes",
    "days": "days",
}


def figure(value: float) -> str:
    """A figure for people: three digits that count, and no more."""
    if value == 0:
        return "0"
    rounded = Fraction(f"{value:.3g}")
    return number(rounded, 2)


def percent_words(share: float) -> str:
    """A share in percent; what is not none is not shown as none, and what is not all not as all."""
    if 0 < share < 0.0005:
        return "under 0.1 %"
    if 0.9995 < share < 1:
        return "over 99.9 %"
    return f"{number(Fraction(f'{100 * share:.1f}'), 1)} %"


def chance_words(one: Chance | None, typical: bool) -> str:
    """The chance with its interval; of a model without spread, what its typical patient does."""
    if one is None:
        return f"not known; the typical patient {'does' if typical else 'does not'}"
    low, high = (percent_words(end) for end in (one.low, one.high))
    return f"{percent_words(one.share)} ({low.removesuffix(' %')} to {high})"


def spread_words(one: Spread) -> str:
    """The typical figure, and where there are drawn patients nine in ten of them."""
    if one.low is None or one.high is None:
        return figure(one.typical)
    return f"{figure(one.typical)} ({figure(one.low)} to {figure(one.high)})"


def place_words(asked: Asked) -> str:
    """Where the levels are: in blood, or at the place of action."""
    return "in blood" if asked.of == "blood" else "at the place of action"


def count_words(many: int, one: str) -> str:
    """``1 schedule``, ``2 schedules``."""
    return f"{many:,} {one if many == 1 else one + 's'}"
