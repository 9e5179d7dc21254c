"""Numbers of FHIR as exact fractions, from their own JSON text; anything else is refused and quoted."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from adjuvant.errors import QuantityError
from adjuvant.quantity import parse_decimal

__all__ = ["as_written", "number"]

_SHOWN = 60


def as_written(raw: msgspec.Raw) -> str:
    """The JSON text of a value, for quoting; empty where there is none."""
    return bytes(raw).decode("utf-8", "replace")[:_SHOWN]


def number(raw: msgspec.Raw, what: str) -> Fraction | None:
    """The exact number of a JSON value, or None where the element is absent or null.

    Args:
        what: the element's name, for the error.
    Raises:
        QuantityError: text ("5-10", "10"), a list, an object, true, or a number too long to be meant.
    """
    text = as_written(raw)
    if text in ("", "null"):
        return None
    if text[0] == '"':
        inside = text.strip('"')
        try:
            parse_decimal(inside, machine=True)
            rule = "is text where FHIR wants a number"
        except QuantityError as error:
            rule = f"is text, and {error.rule}"
        raise QuantityError(f"{what} {text}", rule, "write a JSON number without quotes")
    if text[0] not in "-0123456789":
        raise QuantityError(f"{what} {text}", "is not a number", "write a JSON number")
    return parse_decimal(text, machine=True)
