"""Any dataclass of the record as plain JSON values and back, exactly; numbers as text, units as UCUM."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from adjuvant.codes import Code, Icd9, Icd10, Loinc, OmopConcept, RxNorm, Snomed
from adjuvant.errors import InputError, InternalError, QuantityError
from adjuvant.quantity import Quantity, Unit, parse_unit, show_exact

__all__ = ["code_of", "field_hints", "from_plain", "to_plain", "unit_apart", "unit_of", "without_none"]

_CODES: dict[str, type[Code]] = {
    kind.system: kind for kind in (Code, RxNorm, Loinc, Snomed, OmopConcept, Icd9, Icd10)
}


_HINTS: dict[type[Any], dict[str, Any]] = {}


def field_hints(kind: type[Any]) -> dict[str, Any]:
    """The resolved type of each field of a dataclass, in order."""
    if kind not in _HINTS:
        hints = get_type_hints(kind)
        _HINTS[kind] = {item.name: hints[item.name] for item in fields(kind)}
    return _HINTS[kind]


def without_none(hint: Any) -> Any:
    """``X`` for the hint ``X | None``; other hints unchanged."""
    if get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        if len(kinds) == 1:
            return kinds[0]
    return hint


def unit_apart(unit: Unit) -> str | None:
    """Size and dimension of a unit whose code alone does not give it back (some products), else None."""
    try:
        if parse_unit(unit.code) == unit:
            return None
    except QuantityError:
        pass
    return json.dumps([show_exact(unit.factor), [list(pair) for pair in unit.dimension]])


@lru_cache(maxsize=4096)
def unit_of(code: str, apart: str | None = None) -> Unit:
    """The unit of a stored quantity: what its code means, or what was stored beside it.

    Raises:
        QuantityError: the code is not UCUM.
    """
    if apart is None:
        return parse_unit(code)
    factor, dimension = json.loads(apart)
    return Unit(code, Fraction(factor), tuple((name, power) for name, power in dimension))


def code_of(system: str, value: str) -> Code:
    """The typed code of a stored system and value.

    Raises:
        InputError: no such system.
    """
    if system not in _CODES:
        raise InputError(
            f"coding system {system!r}", "is not a known one", "read it with the adjuvant that wrote it"
        )
    return _CODES[system](value)


def to_plain(value: Any) -> Any:
    """A value as JSON can hold it; `from_plain` with the value's type gives it back.

    Raises:
        InternalError: a type that the record does not use.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return show_exact(value)
    if isinstance(value, Quantity):
        apart = unit_apart(value.unit)
        plain = {"value": show_exact(value.value), "unit": value.unit.code}
        return plain if apart is None else {**plain, "apart": apart}
    if isinstance(value, Code):
        return {"system": value.system, "value": value.value}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in fields(value)}
    raise InternalError(
        f"value of type {type(value).__name__}", "cannot be stored", "teach the store's codec"
    )


def from_plain(hint: Any, plain: Any) -> Any:
    """The value of type `hint` that `to_plain` made `plain` of.

    Raises:
        InputError, KeyError, TypeError, ValueError: `plain` is not of that type.
    """
    kind = without_none(hint)
    if plain is None:
        return None
    if get_origin(kind) is tuple:
        return tuple(from_plain(get_args(kind)[0], item) for item in plain)
    if kind is datetime or kind is date:
        return kind.fromisoformat(plain)
    if kind is Fraction:
        return Fraction(plain)
    if kind is Quantity:
        return Quantity(Fraction(plain["value"]), unit_of(plain["unit"], plain.get("apart")))
    if isinstance(kind, type) and issubclass(kind, Code):
        return code_of(plain["system"], plain["value"])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**{name: from_plain(inner, plain[name]) for name, inner in field_hints(kind).items()})
    return plain
