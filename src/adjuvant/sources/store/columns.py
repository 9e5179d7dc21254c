"""How a dataclass of the record lies in columns: one plan per type, found by looking at its fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, cast

from adjuvant.codes import Code
from adjuvant.quantity import Quantity, show_exact
from adjuvant.record import Drug, Origin
from adjuvant.sources.store.codec import (
    code_of,
    field_hints,
    from_plain,
    to_plain,
    unit_apart,
    unit_of,
    without_none,
)

__all__ = ["Column", "TypePlan", "double", "plan_of"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, and its type in our own words (text, time, date, flag, whole, double)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a dataclass: its columns, and the way into them and back."""

    name: str
    columns: tuple[Column, ...]
    split: Callable[[Any], tuple[Any, ...]]
    join: Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class TypePlan:
    """The columns of one dataclass, in the order of its fields."""

    kind: type[Any]
    fields: tuple[_Field, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in order."""
        return tuple(column for field in self.fields for column in field.columns)

    def split(self, value: Any) -> list[Any]:
        """One value as a row."""
        return [cell for field in self.fields for cell in field.split(getattr(value, field.name))]

    def join(self, row: Sequence[Any]) -> Any:
        """The value that a row was made of.

        Raises:
            AdjuvantError, KeyError, TypeError, ValueError: the row was not made by this plan.
        """
        values, at = {}, 0
        for field in self.fields:
            width = len(field.columns)
            values[field.name] = field.join(row[at : at + width])
            at += width
        return self.kind(**values)


_PLANS: dict[type[Any], TypePlan] = {}


def plan_of(kind: type[Any]) -> TypePlan:
    """The columns of a dataclass of the record.

    A Quantity is its exact number as text, its UCUM code, and the nearest double for analysis; a Code its
    value and system; an Origin its four parts; a Drug its text, name and code beside the whole as JSON.
    """
    if kind not in _PLANS:
        fields = tuple(_field(name, hint) for name, hint in field_hints(kind).items())
        _PLANS[kind] = TypePlan(kind, fields)
    return _PLANS[kind]


def _field(name: str, hint: Any) -> _Field:
    kind = without_none(hint)
    if kind in _SIMPLE:
        return _Field(name, (Column(name, _SIMPLE[kind]),), lambda value: (value,), lambda cells: cells[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(name, kind)
    if kind is Fraction:
        return _Field(
            name,
            (Column(name, "text"), Column(f"{name}_number", "double")),
            lambda value: (None, None) if value is None else (show_exact(value), double(value)),
            lambda cells: None if cells[0] is None else Fraction(cells[0]),
        )
    if kind is Quantity:
        return _quantity(name)
    if isinstance(kind, type) and issubclass(kind, Code):
        return _Field(
            name,
            (Column(name, "text"), Column(f"{name}_system", "text")),
            lambda value: (None, None) if value is None else (value.value, value.system),
            lambda cells: None if cells[0] is None else code_of(cells[1], cells[0]),
        )
    if kind is Origin:
        return _origin(name)
    if kind is Drug:
        return _drug(name)
    return _Field(name, (Column(name, "text"),), _to_json, lambda cells: _from_json(hint, cells[0]))


_SIMPLE: dict[Any, str] = {
    str: "text",
    datetime: "time",
    date: "date",
    bool: "flag",
    int: "whole",
    float: "double",
}


def _enum(name: str, kind: type[Enum]) -> _Field:
    members = {member.value: member for member in kind}

    def join(cells: Sequence[Any]) -> Any:
        if cells[0] is None:
            return None
        return members.get(cells[0]) or kind(cells[0])

    return _Field(
        name, (Column(name, "text"),), lambda value: (None if value is None else value.value,), join
    )


def _quantity(name: str) -> _Field:
    columns = (
        Column(name, "text"),
        Column(f"{name}_unit", "text"),
        Column(f"{name}_number", "double"),
        Column(f"{name}_unit_apart", "text"),
    )

    def split(value: Quantity | None) -> tuple[Any, ...]:
        if value is None:
            return (None, None, None, None)
        return (show_exact(value.value), value.unit.code, double(value.value), unit_apart(value.unit))

    def join(cells: Sequence[Any]) -> Quantity | None:
        return None if cells[0] is None else Quantity(Fraction(cells[0]), unit_of(cells[1], cells[3]))

    return _Field(name, columns, split, join)


def _origin(name: str) -> _Field:
    parts = tuple(field_hints(Origin))

    def split(value: Origin | None) -> tuple[Any, ...]:
        return tuple(None if value is None else getattr(value, part) for part in parts)

    def join(cells: Sequence[Any]) -> Origin | None:
        return None if cells[0] is None else Origin(*cells)

    return _Field(name, tuple(Column(f"{name}_{part}", "text") for part in parts), split, join)


def _drug(name: str) -> _Field:
    columns = tuple(Column(f"{name}{part}", "text") for part in ("", "_text", "_name", "_rxnorm"))
    # A chart names the same few medicines over and over; each is written and read once.
    known: dict[str, Drug] = {}

    def split(value: Drug | None) -> tuple[Any, ...]:
        if value is None:
            return (None, None, None, None)
        code = value.rxnorm.value if value.rxnorm is not None else None
        return (_to_json(value)[0], value.text, value.name, code)

    def join(cells: Sequence[Any]) -> Drug | None:
        if cells[0] is None:
            return None
        if cells[0] not in known:
            known[cells[0]] = cast(Drug, _from_json(Drug, cells[0]))
        return known[cells[0]]

    return _Field(name, columns, split, join)


def _to_json(value: Any) -> tuple[str | None]:
    if value is None:
        return (None,)
    return (json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")),)


def _from_json(hint: Any, text: str | None) -> Any:
    return None if text is None else from_plain(hint, json.loads(text))


def double(value: Fraction) -> float | None:
    """The nearest double of an exact number, for analysis; None where none is so large."""
    try:
        return float(value)
    except OverflowError:
        return None
