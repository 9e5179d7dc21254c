"""Patches: a release rate worn round the clock; how often a patch is changed multiplies nothing."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.opioids.line import RegimenLine
from adjuvant.opioids.share import HOURS_A_DAY, Share, in_mg_per_day, number, per_day, words
from adjuvant.quantity import Quantity
from adjuvant.record import Ingredient, RefusalReason
from adjuvant.record.exposure_amounts import Problem, beyond_belief

__all__ = ["patch_share"]

_COUNTED = (("{patch}", 1),)


def patch_share(line: RegimenLine, item: Ingredient) -> Share | Problem:
    """What a line's patches release in a day.

    The dose is the release rate of one patch (``75 ug/h``, with `patches` worn at once), or a number of
    patches whose strength, stated or from the product, is a release rate. A mass is refused: it may be a
    patch's content.
    """
    found = _rate_and_count(line, item)
    if isinstance(found, Problem):
        return found
    rate, count = found
    one = in_mg_per_day(rate)
    fault = beyond_belief(rate, item.name, "patch_rate_believed")
    if fault is not None:
        return fault
    if line.days_supply is not None:
        return _supply(line, item, rate, count)
    changed = line.every_hours
    if line.every_hours is not None or line.times_per_day is not None:
        times = per_day(line)
        if isinstance(times, Problem):
            return times
        changed = HOURS_A_DAY / times
    steps = [f"{number(count)} × {words(rate)}" if count != 1 else words(rate)]
    daily = one * count
    steps[0] += f", worn 24 h a day = {number(daily)} mg/day"
    if changed is not None:
        steps.append("how often the patch is changed does not multiply its release")
    if line.as_needed:
        steps.append("as needed: from none to worn all day")
    scheduled = Fraction(0) if line.as_needed else daily
    return Share(item.name, scheduled, daily, tuple(steps), changed_hours=changed)


def _rate_and_count(line: RegimenLine, item: Ingredient) -> tuple[Quantity, Fraction] | Problem:
    if line.dose is not None and line.rate is not None and not line.dose.same_as(line.rate):
        detail = f"the line states a dose, {line.dose}, and a rate, {line.rate}"
        return Problem(RefusalReason.AMBIGUOUS_DOSE, detail, "keep the release rate of one patch")
    if line.demand is not None:
        return Problem(
            RefusalReason.AMBIGUOUS_DOSE, "a patch has no demand dose", "write the pump on its own line"
        )
    stated = line.dose or line.rate
    worn = line.patches
    if worn is not None and worn <= 0:
        return Problem(
            RefusalReason.IMPLAUSIBLE, f"{number(worn)} patches", "leave the line out if none is worn"
        )
    if stated is None and worn is None:
        return Problem(
            RefusalReason.MISSING_DOSE, "the release rate is not stated", "state it, such as 75 ug/h"
        )
    if stated is not None and stated.unit.has(mass=1, time=-1):
        return _fits_product(stated, item) or (stated, worn if worn is not None else Fraction(1))
    if stated is not None and stated.unit.dimension != _COUNTED:
        detail = f"{stated} is not the release rate of a patch"
        return Problem(
            RefusalReason.AMBIGUOUS_DOSE, detail, "write what it releases, such as 75 ug/h, or {patch}"
        )
    if stated is not None and worn is not None and stated.value != worn:
        detail = f"dose {stated} and patches {number(worn)} contradict each other"
        return Problem(RefusalReason.AMBIGUOUS_DOSE, detail, "keep the number that are worn at once")
    if item.strength is None or not item.strength.unit.has(mass=1, time=-1):
        said = "is not stated" if item.strength is None else f"{item.strength} is not a release rate"
        detail = f"the strength of the patch {said}"
        return Problem(
            RefusalReason.AMBIGUOUS_STRENGTH, detail, "state strength as a release rate, such as 75 ug/h"
        )
    return item.strength, stated.value if stated is not None else worn or Fraction(1)


def _fits_product(stated: Quantity, item: Ingredient) -> Problem | None:
    """Why a stated release cannot be that of whole patches of the product named, if it cannot."""
    one = item.strength
    if one is None or not one.unit.has(mass=1, time=-1):
        return None
    if (in_mg_per_day(stated) / in_mg_per_day(one)).denominator == 1:
        return None
    detail = f"a release of {stated} is not that of whole patches of {one}"
    return Problem(RefusalReason.AMBIGUOUS_STRENGTH, detail, "correct the release or the product")


def _supply(line: RegimenLine, item: Ingredient, rate: Quantity, count: Fraction) -> Share | Problem:
    """Patches handed out: how many are worn at once follows from how long each is worn."""
    days = line.days_supply
    if days is None or days <= 0:
        return Problem(
            RefusalReason.IMPLAUSIBLE, "days of supply are not above zero", "correct the days of supply"
        )
    handed = f"{number(count)} patches of {words(rate)} for {number(days)} days"
    if line.every_hours is None:
        return Share(item.name, in_mg_per_day(rate), in_mg_per_day(rate), (handed,), count / days)
    worn = count * line.every_hours / (days * HOURS_A_DAY)
    daily = in_mg_per_day(rate) * worn
    step = f"{handed}, each worn {number(line.every_hours)} h: {number(worn)} worn at a time"
    steps = (step, f"= {number(daily)} mg/day")
    return Share(item.name, daily, daily, steps, changed_hours=line.every_hours)
