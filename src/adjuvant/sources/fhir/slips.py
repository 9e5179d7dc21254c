"""A dose in words and a dose in numbers that are a power of ten apart: one of the two is a slip."""

from __future__ import annotations

from fractions import Fraction

from adjuvant.quantity import Quantity
from adjuvant.record.name_strength import amounts_of

__all__ = ["tenfold_doubt"]

_TEN = 10


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
        spoken = [each for is_rate, each in said if is_rate is rate]
        if spoken and size not in spoken and any(_is_power_of_ten(each / size) for each in spoken):
            return f"its words and its figures are a power of ten apart: {words!r}, and {quantity}"
    return ""


def _masses(words: str) -> list[tuple[bool, Fraction]]:
    """Each plain mass of the words in mg, and each mass per hour in mg/h, with whether it is a rate."""
    found: list[tuple[bool, Fraction]] = []
    for amount in amounts_of(words):
        if amount.per in (None, "h"):
            milligrams = [Quantity(value, amount.mass).in_("mg") / amount.count for value in amount.values]
            found += [(amount.per is not None, each) for each in milligrams if each > 0]
    return found


def _is_power_of_ten(ratio: Fraction) -> bool:
    larger = max(ratio.numerator, ratio.denominator)
    if min(ratio.numerator, ratio.denominator) != 1 or larger == 1:
        return False
    while larger % _TEN == 0:
        larger //= _TEN
    return larger == 1
