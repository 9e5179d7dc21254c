"""Share: one opioid's part of a line in mg per day; and how often a line is taken."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from adjuvant.opioids.line import RegimenLine
from adjuvant.quantity import Quantity, parse_unit, show_exact
from adjuvant.quantity.quantity import readable_unit
from adjuvant.record import RefusalReason
from adjuvant.record.exposure_amounts import Problem, beyond_belief

__all__ = [
    "HOURS_A_DAY",
    "MG",
    "Share",
    "impossible",
    "in_mg",
    "in_mg_per_day",
    "number",
    "per_day",
    "times_words",
    "words",
]

# UCUM codes: parsed at first use, because the parser is slow to load.
MG = "mg"
DAILY = "mg/d"
HOURS_A_DAY = Fraction(24)
_MINUTES_A_DAY = Fraction(1440)


@dataclass(frozen=True, slots=True)
class Share:
    """What one line holds of one opioid.

    Args:
        scheduled: mg per day that is scheduled or running.
        most: mg per day with as-needed doses at their maximum; `scheduled` where nothing is as needed.
        steps: from what was written to these amounts, in words.
        patches_per_day: for patches handed out without saying how long one is worn; the amounts are then
            those of one patch worn all day, and only a table that counts patches can say the rest.
        changed_hours: how long one patch is worn, where it is stated.
    """

    ingredient: str
    scheduled: Fraction
    most: Fraction
    steps: tuple[str, ...] = ()
    patches_per_day: Fraction | None = None
    changed_hours: Fraction | None = None


def number(value: Fraction) -> str:
    """A bare number for a derivation: exact where its decimals end, else six digits with "about"."""
    return _number(value.numerator, value.denominator)


# Regimens hold the same few figures over and over; writing them out is the dearest part of an answer.
@lru_cache(maxsize=8192)
def _number(numerator: int, denominator: int) -> str:
    exact = show_exact(Fraction(numerator, denominator))
    return f"about {numerator / denominator:.6g}" if "/" in exact else exact


def words(quantity: Quantity) -> str:
    """A quantity as it stands in a derivation, its number as in `number`, ``microgram`` in full."""
    return f"{number(quantity.value)} {_unit_words(quantity.unit.code)}"


@lru_cache(maxsize=512)
def _unit_words(code: str) -> str:
    return readable_unit(code)


def in_mg(mass: Quantity) -> Fraction:
    """The number of milligrams of a mass.

    Raises:
        QuantityError: not a mass.
    """
    ratio = _ratio(mass.unit.code, MG)
    return mass.value if ratio is None else mass.value * ratio


def in_mg_per_day(rate: Quantity) -> Fraction:
    """The milligrams in a day at a mass per time.

    Raises:
        QuantityError: not a mass per time.
    """
    ratio = _ratio(rate.unit.code, DAILY)
    return rate.value if ratio is None else rate.value * ratio


@lru_cache(maxsize=512)
def _ratio(code: str, target: str) -> Fraction | None:
    """What turns the one unit into the other; None where they are the same."""
    ratio = parse_unit(code).ratio(parse_unit(target))
    return None if ratio == 1 else ratio


def impossible(share: Share) -> Problem | None:
    """The Problem of a day's amount that cannot be, or None. No clinical limit is applied here."""
    return beyond_belief(Quantity(share.most, MG), share.ingredient, "day_believed")


def per_day(line: RegimenLine) -> Fraction | Problem:
    """Doses per day of a line: scheduled, or the most allowed where it is as needed.

    Returns:
        The number, or a Problem: nothing says how often, two fields contradict each other, or it is not
        above zero or more often than every minute.
    """
    if line.days_supply is not None:
        if line.days_supply <= 0:
            return _out_of_bounds(f"days of supply {number(line.days_supply)}", "is not above zero")
        return 1 / line.days_supply
    times, every = line.times_per_day, line.every_hours
    if times is None and every is None:
        if line.as_needed:
            return Problem(
                RefusalReason.MISSING_TIMING,
                "an as-needed dose without a maximum",
                "state times_per_day or every_hours as the most allowed",
            )
        return Problem(
            RefusalReason.MISSING_TIMING, "nothing says how often", "state times_per_day or every_hours"
        )
    if every is not None:
        if every <= 0:
            return _out_of_bounds(f"every {number(every)} hours", "is not above zero")
        if times is not None and times * every != HOURS_A_DAY:
            return Problem(
                RefusalReason.AMBIGUOUS_DOSE,
                f"{number(times)} times a day and every {number(every)} hours contradict each other",
                "keep the one that was meant",
            )
        times = HOURS_A_DAY / every
    if times is None or times <= 0:
        return _out_of_bounds("times per day", f"{number(times or Fraction(0))} is not above zero")
    if times > _MINUTES_A_DAY:
        return _out_of_bounds(f"{number(times)} times a day", "is more often than every minute")
    return times


def _out_of_bounds(what: str, why: str) -> Problem:
    remedy = "correct it, or leave the line out if nothing is taken"
    return Problem(RefusalReason.IMPLAUSIBLE, f"{what} {why}", remedy)


def times_words(line: RegimenLine) -> str:
    """How often a dose is multiplied, in words, for example ``× 4 a day``."""
    if line.days_supply is not None:
        return f"/ {number(line.days_supply)} days"
    if line.every_hours is not None:
        return f"every {number(line.every_hours)} h"
    return f"× {number(line.times_per_day or Fraction(0))} a day"
