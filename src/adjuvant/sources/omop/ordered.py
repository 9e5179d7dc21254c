"""What an order's total quantity is a day: only where the days that it is meant to last are stated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.quantity import Quantity
from adjuvant.record.exposure_amounts import after

__all__ = ["Daily", "daily"]

# RxNorm names a patch with the hours that it is made for.
_WEAR = re.compile(r"\b(\d+) ?(?:HR|hours?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Daily:
    """How an order says its dose, and until when; what it does not say is None."""

    dose: Quantity | None
    times_per_day: Fraction | None
    every_hours: Fraction | None
    end: datetime | None
    doubt: str = ""


def daily(
    total: Quantity | None,
    name: str,
    days: Fraction | None,
    start: datetime | None,
    end: datetime | None,
    refills: str,
) -> Daily:
    """The mean dose of a day from quantity and days of supply; of patches how many, how often changed.

    The days between the dates are not used in their place: a quantity may be that of one dose, and only the
    days of supply say that it is the whole. Dates that contradict them by more than a day leave a doubt,
    unless refills may explain the longer span.

    Source: omop_drug_dose ("Daily dose = Ingredient dose / drug duration"); omop_cdm54, days_supply.
    """
    if total is None or days is None or start is None or total.value <= 0:
        return Daily(total, None, None, end)
    lasts = after(start, days * 24)
    doubt = ""
    if end is None or abs(end - lasts) <= timedelta(days=1):
        end = lasts
    elif end < lasts or refills in ("", "0"):
        doubt = "the dates and the days of supply contradict each other"
    if total.unit.has(**{"{patch}": 1}):
        wear = _WEAR.search(name)
        if wear is None:
            return Daily(total, None, None, end, doubt)
        hours = Fraction(wear[1])
        at_a_time = total.value * hours / (days * 24)
        if at_a_time.denominator != 1:
            doubt = doubt or "the patches do not fill the days of supply"
        return Daily(Quantity(at_a_time, total.unit), None, hours, end, doubt)
    return Daily(Quantity(total.value / days, total.unit), Fraction(1), None, end, doubt)
