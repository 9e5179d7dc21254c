"""Doses, infusions and patient-controlled pumps: what a line gives of one opioid in mg per day."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from adjuvant.opioids.combination import counted_as
from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.share import Share, in_mg, in_mg_per_day, number, per_day, times_words, words
from adjuvant.quantity import Quantity
from adjuvant.record import Ingredient, RefusalReason
from adjuvant.record.exposure_amounts import Problem, beyond_belief, mass_of

__all__ = ["doses_share", "infusion_share", "pump_share"]

_ZERO = Fraction(0)


def doses_share(line: RegimenLine, item: Ingredient) -> Share | Problem:
    """Single doses: mass times how often, scheduled or as needed."""
    if line.dose is None:
        return Problem(RefusalReason.MISSING_DOSE, "neither a dose nor a rate is stated", "state one of them")
    steps: list[str] = []
    mass = _mass(line, line.dose, item, steps)
    if isinstance(mass, Problem):
        return mass
    times = per_day(line)
    if isinstance(times, Problem):
        return times
    # The quantity of a dispensed supply is many doses.
    fault = beyond_belief(mass, item.name) if line.days_supply is None else None
    if fault is not None:
        return fault
    daily = in_mg(mass) * times
    steps.append(f"{words(mass)} {times_words(line)} = {number(daily)} mg/day")
    if line.as_needed:
        steps.append("as needed: from none to this maximum")
    return Share(item.name, _ZERO if line.as_needed else daily, daily, tuple(steps))


def infusion_share(line: RegimenLine, item: Ingredient, rate: Quantity) -> Share | Problem:
    """A rate that runs all day, scheduled or as needed."""
    if line.dose is not None:
        detail = f"the line states a dose, {line.dose}, and a rate, {rate}"
        return Problem(RefusalReason.AMBIGUOUS_DOSE, detail, "write the infusion and the doses as two lines")
    if line.times_per_day is not None or line.every_hours is not None:
        detail = f"rate {rate} runs all day, and the line also says how often"
        return Problem(RefusalReason.AMBIGUOUS_DOSE, detail, "leave that out, or state a dose and no rate")
    steps: list[str] = []
    daily = _running(line, rate, item, steps)
    if isinstance(daily, Problem):
        return daily
    if line.as_needed:
        steps.append("as needed: from none to this rate all day")
    return Share(item.name, _ZERO if line.as_needed else daily, daily, tuple(steps))


def pump_share(line: RegimenLine, item: Ingredient) -> Share | Problem:
    """A patient-controlled pump: its basal rate, and the demand doses delivered or possible."""
    if line.demand is None:
        detail = "demands are counted, but no demand dose is stated"
        return Problem(RefusalReason.MISSING_DOSE, detail, "state demand")
    if line.as_needed or not (line.dose is None and line.times_per_day is None and line.every_hours is None):
        detail = "the line states a pump's demand dose and also a dose, how often, or as needed"
        return Problem(RefusalReason.AMBIGUOUS_DOSE, detail, "give the pump a line of its own")
    delivered, possible = line.demands_per_day, line.max_demands_per_day
    if delivered is not None and possible is not None:
        detail = "the line states both the demands delivered and the most possible"
        return Problem(RefusalReason.AMBIGUOUS_DOSE, detail, "keep the one that the question is about")
    count = delivered if delivered is not None else possible
    if count is None:
        detail = f"demand dose {line.demand} without a number of demands"
        return Problem(RefusalReason.MISSING_TIMING, detail, "state demands_per_day or max_demands_per_day")
    if count < 0:
        detail = f"{number(count)} demands a day is negative"
        return Problem(RefusalReason.IMPLAUSIBLE, detail, "correct the number of demands")
    steps: list[str] = []
    basal = _running(line, line.rate, item, steps) if line.rate is not None else _ZERO
    if isinstance(basal, Problem):
        return basal
    mass = _mass(line, line.demand, item, steps)
    if isinstance(mass, Problem):
        return mass
    demands = in_mg(mass) * count
    how = "delivered" if delivered is not None else "possible at most"
    steps.append(f"{words(mass)} × {number(count)} demands a day {how} = {number(demands)} mg/day")
    scheduled = basal + demands if delivered is not None else basal
    return Share(item.name, scheduled, basal + demands, tuple(steps))


def _running(line: RegimenLine, rate: Quantity, item: Ingredient, steps: list[str]) -> Fraction | Problem:
    """mg per day of a rate that runs all day."""
    running = mass_of(rate, line.drug, item, line.weight, steps, rate=True)
    if isinstance(running, Problem):
        return running
    daily = in_mg_per_day(running)
    steps.append(f"{words(running)} for 24 h = {number(daily)} mg/day")
    return daily


def _mass(line: RegimenLine, amount: Quantity, item: Ingredient, steps: list[str]) -> Quantity | Problem:
    drug = line.drug
    if len(drug.ingredients) > 1 and counted_as(amount, drug) == item.name:
        steps.append(f"{words(amount)} fits the printed strength of {item.name} only")
        drug = replace(drug, ingredients=(item,))
    return mass_of(amount, drug, item, line.weight, steps, rate=False)
