"""Reading one quantity of a regimen from its text, or saying why it cannot be read; nothing is guessed."""

from __future__ import annotations

import re
from functools import lru_cache

from adjuvant.errors import QuantityError
from adjuvant.quantity import Quantity, parse_decimal, read_unit
from adjuvant.record import RefusalReason
from adjuvant.record.exposure_amounts import Problem

__all__ = ["read_amount"]

_EXPONENT = re.compile(r"[0-9.][eE][+-]?[0-9]")
_RANGE = re.compile(r"[0-9][^0-9]{0,20}?(?:-|–|—|~|\bto\b|\bor\b|\band\b)[^0-9]{0,20}?[0-9]")
_GLUED = re.compile(r"[0-9]+(?:\.[0-9]+)?[A-Za-zµμ{\[%]")
_FORM = "write number, space, unit, such as 5 mg"


@lru_cache(maxsize=4096)
def read_amount(name: str, text: str) -> Quantity | Problem:
    """The quantity that `text` states, greater than zero.

    Args:
        name: the field's name for messages, for example ``dose``.
        text: a plain decimal, a space and a unit: UCUM, or a spelling that hospitals use.
    Returns:
        The quantity; or the Problem: a range, an unreadable, negative, zero or non-finite number, a missing
        or unknown unit, each quoted.
    """
    quoted = f"{name} {text[:60]!r}"
    if not text.strip():
        return Problem(RefusalReason.MISSING_DOSE, f"{quoted} is empty", _FORM)
    if _RANGE.search(text) and not _EXPONENT.search(text):
        return Problem(
            RefusalReason.AMBIGUOUS_DOSE, f"{quoted} is a range, not one amount", "state the amount meant"
        )
    number, *rest = text.split(maxsplit=1)
    try:
        value = parse_decimal(number)
    except QuantityError as error:
        return _unreadable(quoted, number, error)
    if not rest:
        return Problem(RefusalReason.UNKNOWN_UNIT, f"{quoted} has no unit", _FORM)
    try:
        unit = read_unit(rest[0])
    except QuantityError:
        return Problem(
            RefusalReason.UNKNOWN_UNIT,
            f"{quoted}: unit {rest[0][:40]!r} is neither UCUM nor a known spelling",
            "correct it, such as mg, ug, mL, mg/h or {tablet}",
        )
    if value == 0:
        remedy = "leave the line out if nothing is taken"
        return Problem(RefusalReason.IMPLAUSIBLE, f"{quoted} is zero", remedy)
    return Quantity(value, unit)


def _unreadable(quoted: str, number: str, error: QuantityError) -> Problem:
    why = error.rule
    if "negative" in why or "finite" in why:
        return Problem(RefusalReason.IMPLAUSIBLE, f"{quoted} {why}", "correct the amount")
    if _GLUED.match(number) and "letter" not in why and not _EXPONENT.search(number):
        why = "does not have one number, a space and a unit"
        return Problem(RefusalReason.AMBIGUOUS_DOSE, f"{quoted} {why}", _FORM)
    return Problem(RefusalReason.AMBIGUOUS_DOSE, f"{quoted}: the number {why}", error.remedy)
