"""A dose in words and a dose in numbers that are a power of ten apart: one of the two is a slip."""

from __future__ import annotations

import re
from fractions import Fraction

from adjuvant.quantity import Quantity
from adjuvant.record.name_strength import amounts_of

__all__ = ["tenfold_doubt"]

_TEN = 10
# What follows an amount that is per kilogram, per day or per anything else, and so is no dose.
_PER = re.compile(r"[\d.,\s/-]*[a-zµμ]+\s*(?:/|per\b|a day\b|daily\b)", re.IGNORECASE)


def tenfold_doubt(words: str | None, *charted: Quantity | None) -> str:
    """Why a dosage's words and its figures cannot both be right; empty where nothing says so.

    Words may name a tablet's strength or a day's maximum beside the dose, so that only an amount that is a
    tenfold, hundredfold or thousandfold of the charted one, where none in the words equals it, is a doubt.

    Args:
        charted: doses as masses and rates as masses per time; others are passed over.
    """
    said = _masses(words or "")
    for quantity in charted:
        if quantity is None:
            continue
        rate = quantity.unit.has(mass=1, time=-1)
        if quantity.value <= 0 or not (rate or quantity.unit.has(mass=1)):
            continue
        size = quantity.in_("mg/h" if rate else "mg")
        spoken = [each for per, each in said if per == ("h" if rate else "")]
        if any(each == size for _, each in said):
            continue
        if any(_is_power_of_ten(each / size) for each in spoken):
            return f"its words and its figures are a power of ten apart: {words!r}, and {quantity}"
    return ""


def _masses(words: str) -> list[tuple[str, Fraction]]:
    """Each mass of the words in mg, with what it is per: nothing, ``h``, or ``?`` for anything else."""
    found: list[tuple[str, Fraction]] = []
    for amount in amounts_of(words):
        per = "" if amount.per is None else "h" if amount.per == "h" else "?"
        if not per and _PER.match(words, amount.start):
            per = "?"
        milligrams = [Quantity(value, amount.mass).in_("mg") / amount.count for value in amount.values]
        found += [(per, each) for each in milligrams if each > 0]
    return found


def _is_power_of_ten(ratio: Fraction) -> bool:
    larger = max(ratio.numerator, ratio.denominator)
    if min(ratio.numerator, ratio.denominator) != 1 or larger == 1:
        return False
    while larger % _TEN == 0:
        larger //= _TEN
    return larger == 1
