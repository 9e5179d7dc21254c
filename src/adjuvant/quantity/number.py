"""Reading a decimal without guessing, and writing one so that it cannot be misread."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from adjuvant.errors import QuantityError

__all__ = ["json_number", "parse_decimal", "show", "show_exact"]

_STRICT = re.compile(r"[0-9]+(\.[0-9]+)?")
_MACHINE = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_LONGEST = 40


def parse_decimal(text: str, *, machine: bool = False) -> Fraction:
    """An exact number from text.

    Args:
        text: digits with at most one point: ``0.5``, ``12``. Nothing else is read: no sign, comma,
            range, exponent or letter, because each of them has been misread as another dose.
        machine: also accept what databases print (a sign, an exponent, ``.5``); for numeric columns only.
    Raises:
        QuantityError: anything else, quoted.
    """
    candidate = text.strip()
    pattern = _MACHINE if machine else _STRICT
    if len(candidate) > _LONGEST or not candidate.isascii() or not pattern.fullmatch(candidate):
        raise QuantityError(f"number {text[:60]!r}", _why(candidate), _remedy(candidate))
    if machine:
        return Fraction(candidate)
    # Digits with one point: a tenth of what `Fraction` takes to read the many other forms that it knows.
    whole, _, part = candidate.partition(".")
    return Fraction(int(whole + part), 10 ** len(part))


def _why(text: str) -> str:
    if not text:
        return "is empty"
    if text.lower() in {"nan", "inf", "-inf", "infinity"}:
        return "is not a finite number"
    if re.fullmatch(r"[0-9.]+ ?(-|–|to) ?[0-9.]+", text):
        return "is a range, not one number"
    if text.startswith("-"):
        return "is negative"
    if "," in text:
        return "has a comma, which may be a decimal sign or a thousands sign"
    if text.startswith("."):
        return "begins with a bare point"
    if re.search(r"[0-9][oOlI]|[oOlI][0-9]", text):
        return "has a letter among its digits"
    return "is not a plain decimal number"


def _remedy(text: str) -> str:
    if len(text) < _LONGEST and text.isascii() and text.startswith(".") and text[1:].isdigit():
        return f"write 0{text}"
    return "write digits with at most one point, such as 0.5 or 12"


def show_exact(value: Fraction) -> str:
    """The exact number as text: a decimal where it ends, else a fraction such as ``1/3``."""
    over, under = value.as_integer_ratio()
    places = _places(under)
    if places is None:
        return f"{over}/{under}"
    if not places:
        return str(over)
    whole, part = divmod(abs(over) * (10**places // under), 10**places)
    sign = "-" if over < 0 else ""
    return f"{sign}{whole}.{part:0{places}d}"


@lru_cache(maxsize=1024)
def _places(under: int) -> int | None:
    """The decimals of a number over `under`; None where they do not end."""
    twos = fives = 0
    while under % 2 == 0:
        under, twos = under // 2, twos + 1
    while under % 5 == 0:
        under, fives = under // 5, fives + 1
    return max(twos, fives) if under == 1 else None


def show(value: Fraction, places: int = 1) -> str:
    """A number for people: at most `places` decimals, no trailing zero, a leading zero, a true minus sign."""
    exact = Fraction(value)
    if exact.denominator != 1:
        exact = Fraction(round(exact * 10**places), 10**places)  # halves go to the even
    return show_exact(exact).replace("-", "\N{MINUS SIGN}")


def json_number(value: Fraction) -> int | float:
    """The number for JSON, unrounded: an integer where it is one, else the nearest double."""
    over, under = value.as_integer_ratio()
    return over if under == 1 else over / under
