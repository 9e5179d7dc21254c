"""Protocols as plain data and back: each value by a mark of its kind, with nothing lost and nothing run.

Text, truth values and whole numbers stand as they are and a mapping as a mapping. Everything else is a list
that begins with its mark: a tuple, an exact number, a quantity, a date, a provenance, or a form by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel

from adjuvant.citation import Provenance
from adjuvant.protocol.model import Protocol
from adjuvant.quantity import Quantity

__all__ = ["pack", "unpack"]

_TUPLE, _NUMBER, _QUANTITY, _DATE, _PROVENANCE = "t", "n", "q", "d", "p"


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, type[BaseModel]]:
    """Every form that a protocol is made of, by name."""
    found: dict[str, type[BaseModel]] = {}
    open_: list[Any] = [Protocol]
    while open_:
        here = open_.pop()
        if isinstance(here, type) and issubclass(here, BaseModel):
            if here.__name__ not in found:
                found[here.__name__] = here
                open_ += [field.annotation for field in here.model_fields.values()]
        else:
            open_ += get_args(here)
    return found


def pack(value: Any) -> Any:
    """A value of a protocol as JSON holds it.

    Raises:
        TypeError: a kind that has no mark here, or a form that :func:`unpack` could not make again.
    """
    kind = type(value)
    if value is None or kind in (str, bool, int):
        return value
    if kind is tuple:
        return [_TUPLE, *map(pack, value)]
    if kind is dict:
        return {_text(key): pack(item) for key, item in value.items()}
    if kind is Fraction:
        return [_NUMBER, *value.as_integer_ratio()]
    if kind is Quantity:
        return [_QUANTITY, *value.value.as_integer_ratio(), value.unit.code]
    if kind is date:
        return [_DATE, value.isoformat()]
    if kind is Provenance:
        return [_PROVENANCE, value.value]
    if _forms().get(kind.__name__) is kind:
        return [kind.__name__, {name: pack(item) for name, item in _given(value).items()}]
    raise TypeError(f"{kind.__name__} is not kept")


def _text(key: Any) -> str:
    if type(key) is not str:
        raise TypeError(f"a key of kind {type(key).__name__} is not kept")
    return key


def _given(form: BaseModel) -> dict[str, Any]:
    """The fields that were given, in their order; every other must be as its form has it by itself."""
    given: dict[str, Any] = {}
    for name, field in type(form).model_fields.items():
        value = getattr(form, name)
        if name in form.model_fields_set:
            given[name] = value
        elif field.is_required() or value != field.get_default(call_default_factory=True):
            raise TypeError(f"{name} of {type(form).__name__} was changed by hand")
    return given


def unpack(packed: Any) -> Any:
    """The value that was packed.

    Raises:
        ArithmeticError, AttributeError, LookupError, QuantityError, TypeError, ValueError: data that
            :func:`pack` did not write.
    """
    if type(packed) is list:
        return _MADE[packed[0]](packed)
    if type(packed) is dict:
        return {key: unpack(item) for key, item in packed.items()}
    return packed


def _tuple(packed: list[Any]) -> tuple[Any, ...]:
    return tuple([unpack(item) if type(item) in (list, dict) else item for item in packed[1:]])


def _number(packed: list[Any]) -> Fraction:
    return Fraction(packed[1], packed[2])


def _quantity(packed: list[Any]) -> Quantity:
    return Quantity(Fraction(packed[1], packed[2]), packed[3])


def _date(packed: list[Any]) -> date:
    return date.fromisoformat(packed[1])


def _provenance(packed: list[Any]) -> Provenance:
    return Provenance(packed[1])


def _form(name: str, form: type[BaseModel]) -> Callable[[list[Any]], BaseModel]:
    """What makes a form of its packed fields, checking nothing: it was checked before it was packed."""
    fields = form.model_fields
    # Every field in its order; those that must be given hold nothing until they are.
    empty = {key: None if field.is_required() else field.default for key, field in fields.items()}
    fresh = {key: field.default_factory for key, field in fields.items() if field.default_factory is not None}
    required = {key for key, field in fields.items() if field.is_required()}

    def made(packed: list[Any]) -> BaseModel:
        given = {key: unpack(item) if type(item) in (list, dict) else item for key, item in packed[1].items()}
        if not required <= given.keys() <= empty.keys():
            raise ValueError(f"a {name} of other fields")
        whole = {**empty, **given}
        for key, factory in fresh.items():
            if key not in given:
                whole[key] = factory()  # type: ignore[call-arg]  # our forms' factories take nothing
        found = form.__new__(form)
        found.__setstate__(
            {
                "__dict__": whole,
                "__pydantic_fields_set__": set(given),
                "__pydantic_extra__": None,
                "__pydantic_private__": None,
            }
        )
        return found

    return made


_MADE: dict[str, Callable[[list[Any]], Any]] = {
    _TUPLE: _tuple,
    _NUMBER: _number,
    _QUANTITY: _quantity,
    _DATE: _date,
    _PROVENANCE: _provenance,
    **{name: _form(name, form) for name, form in _forms().items()},
}
