"""The shapes of FHIR R4 data types as structs: only what is read, numbers kept as they were written."""

from __future__ import annotations

import msgspec

__all__ = [
    "Annotation",
    "Coding",
    "Concept",
    "Extension",
    "Identifier",
    "Meta",
    "Period",
    "PrimitiveNote",
    "Quantity",
    "Range",
    "Ratio",
    "Reference",
    "Repeat",
    "Shape",
    "Timing",
]


class Shape(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """Base of all shapes: FHIR's camelCase names in snake_case, unknown elements passed over."""


class Extension(Shape, frozen=True):
    """An extension: its address is enough to name it."""

    url: str = ""
    value_code: str | None = None


class PrimitiveNote(Shape, frozen=True):
    """What stands beside a primitive under its name with an underscore."""

    extension: tuple[Extension, ...] = ()


class Coding(Shape, frozen=True):
    """One code of one system."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(Shape, frozen=True):
    """A CodeableConcept."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Identifier(Shape, frozen=True):
    """A business identifier."""

    system: str | None = None
    value: str | None = None


class Reference(Shape, frozen=True):
    """A reference to another resource, literal (`reference`) or logical (`identifier`)."""

    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Quantity(Shape, frozen=True):
    """A number with a unit. `value` is the JSON text itself: 0.10 stays 0.10, and "5-10" can be quoted."""

    value: msgspec.Raw = msgspec.Raw()
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None
    value_note: PrimitiveNote | None = msgspec.field(name="_value", default=None)


class Ratio(Shape, frozen=True):
    """A relation of two quantities, such as 12 mL over 1 h."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Range(Shape, frozen=True):
    """From low to high; either end may be missing."""

    low: Quantity | None = None
    high: Quantity | None = None


class Period(Shape, frozen=True):
    """A span; either end may be missing."""

    start: str | None = None
    end: str | None = None


class Meta(Shape, frozen=True):
    """What is read of a resource's meta: labels that say it is test data."""

    tag: tuple[Coding, ...] = ()
    security: tuple[Coding, ...] = ()


class Annotation(Shape, frozen=True):
    """A note in words."""

    text: str | None = None


class Repeat(Shape, frozen=True):
    """Timing.repeat: how often, over which span."""

    bounds_duration: Quantity | None = None
    bounds_range: Range | None = None
    bounds_period: Period | None = None
    count: int | None = None
    count_max: int | None = None
    duration: msgspec.Raw = msgspec.Raw()
    duration_max: msgspec.Raw = msgspec.Raw()
    duration_unit: str | None = None
    frequency: int | None = None
    frequency_max: int | None = None
    period: msgspec.Raw = msgspec.Raw()
    period_max: msgspec.Raw = msgspec.Raw()
    period_unit: str | None = None
    day_of_week: tuple[str | None, ...] = ()
    time_of_day: tuple[str | None, ...] = ()
    when: tuple[str | None, ...] = ()


class Timing(Shape, frozen=True):
    """When something is to happen."""

    event: tuple[str | None, ...] = ()
    repeat: Repeat | None = None
    code: Concept | None = None
    modifier_extension: tuple[Extension, ...] = ()
