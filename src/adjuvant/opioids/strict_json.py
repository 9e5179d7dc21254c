"""JSON as it was written: exact decimals, no key twice, no NaN; what is wrong is said in one line."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from adjuvant.errors import InputError

__all__ = ["decode"]


def decode(text: str | bytes) -> object:
    """The data of a JSON text.

    Raises:
        InputError: not UTF-8, empty, not JSON, a key twice in one object, or nested too deeply.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError("regimen", f"is not UTF-8 (byte {error.start})", "save it as UTF-8") from error
    if not text.strip():
        raise InputError("regimen", "is empty", 'write {"medications": [...]}')
    try:
        data: object = json.loads(
            text, parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError(place, f"is not JSON: {error.msg}", "correct it there") from error
    except (RecursionError, ValueError, ArithmeticError) as error:
        raise InputError(
            "regimen", "is nested too deeply or holds too long a number", "shorten it"
        ) from error
    return data


def _constant(name: str) -> NoReturn:
    raise InputError(f"number {name}", "is not JSON and not a finite number", "write a plain number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(f"key {key!r}", "stands twice in one object", "keep one of the two")
        found[key] = value
    return found
