"""The single values of a protocol file: quantities, durations, ranges, and what carries a source."""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from adjuvant.citation import Provenance
from adjuvant.errors import QuantityError
from adjuvant.quantity import Quantity, parse_quantity, show_exact
from adjuvant.quantity.unit import describe

__all__ = [
    "SITE",
    "WEEK",
    "AnyQuantity",
    "Dose",
    "Duration",
    "Form",
    "LONGEST",
    "Number",
    "Percent",
    "Sourced",
    "Span",
    "Words",
    "exactly",
    "is_rate",
    "per_weight",
    "span",
]

SITE = "site"
"""The citation of a value that a site profile chose; the profile names the site's own reference."""

LONGEST = timedelta(weeks=10**4)
"""No length of time is longer than this: added to a day of anybody's life it stays within the calendar."""
WEEK = timedelta(weeks=1)
"""Any seven days, by which doses a week are counted."""

_SHARE = re.compile(r"[1-9]\d*/[1-9]\d*")
_TIME = (("time", 1),)
_DOSE = {
    (("mass", 1),),
    (("body_weight", -1), ("mass", 1)),
    (("mass", 1), ("time", -1)),
    (("body_weight", -1), ("mass", 1), ("time", -1)),
}


class Form(BaseModel):
    """A mapping of a protocol file. Unknown keys are refused, and nothing is changed once it is read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True
    )

    PAGE: ClassVar[str] = "docs/reference/protocol-language.md"
    """Where the form is described, for the remedy of an error."""


class Sourced(Form):
    """A mapping whose values come from one source.

    Where it names none, that of the mapping around it holds; reading a protocol writes it in.

    Args:
        citation: key in citations.yaml, or `SITE`.
        provenance: how the values were come by.
        note: what a reader must know; in our own words.
    """

    citation: str | None = None
    provenance: Provenance | None = None
    note: str = ""


def _quantity(value: object) -> Quantity:
    if isinstance(value, Quantity):
        return value
    if not isinstance(value, str):
        shown = show_exact(value) if isinstance(value, Fraction) else value
        raise ValueError(f"{shown} has no unit; write number, space, unit, such as 5 mg")
    if not any(sign.isdigit() for sign in value):
        raise ValueError(
            f"{value[:60]!r} is no number; write number, space, unit, such as 5 mg, or a bare number where "
            "there is no unit, as for a score"
        )
    try:
        return parse_quantity(value)
    except QuantityError as error:
        raise ValueError(f"{error.thing} {error.rule}; {error.remedy}") from None


def _dose(value: object) -> Quantity:
    found = _quantity(value)
    if found.unit.dimension not in _DOSE:
        raise ValueError(
            f"{found} measures {describe(found.unit.dimension)}, which is no dose; write such as 0.5 mg/kg, "
            "100 mg/d or 0.05 mg/kg/h"
        )
    if found.value <= 0:
        raise ValueError(f"{found} is not above zero; leave the field out where there is no dose")
    return found


def _duration(value: object) -> Quantity:
    found = _quantity(value)
    if found.unit.dimension != _TIME:
        raise ValueError(f"{found} is no length of time; write such as 8 h, 30 min or 5 d")
    if found.in_("s") > LONGEST // timedelta(seconds=1):
        raise ValueError(f"{found} is longer than any life; write such as 8 h, 30 min or 5 d")
    return found


def _percent(value: object) -> Quantity:
    found = _quantity(value)
    if found.unit.code != "%":
        raise ValueError(f"{found} is no share; write such as 33 %")
    return found


def _number(value: object) -> Fraction:
    # One third has no decimal form that is exact, so that it is written as its source prints it: "1/3".
    if isinstance(value, str) and _SHARE.fullmatch(value):
        return Fraction(value)
    if isinstance(value, bool) or not isinstance(value, Fraction | int):
        raise ValueError(
            f'{value!r} is not a bare number; write one without quotes, or a share such as "1/3"'
        )
    return Fraction(value)


def _kept(check: Any, example: str, what: str) -> Any:
    """The annotations by which pydantic reads, writes and describes one kind of exact value."""
    return (
        PlainValidator(check),
        PlainSerializer(str, return_type=str),
        WithJsonSchema({"type": "string", "description": what, "examples": [example]}),
    )


AnyQuantity = Annotated[Quantity, *_kept(_quantity, "180 mm[Hg]", "number, space, UCUM unit")]
_DoseText = Annotated[
    Quantity, *_kept(_dose, "0.5 mg/kg", "an amount or a rate of drug: number, space, unit")
]
Duration = Annotated[Quantity, *_kept(_duration, "8 h", "a length of time: number, space, unit")]
Percent = Annotated[Quantity, *_kept(_percent, "33 %", "a share: number, space, %")]
Number = Annotated[
    Fraction,
    PlainValidator(_number),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": ["number", "string"], "description": 'a bare number, or a share such as "1/3"'}),
]


def _wrapped(value: object) -> object:
    """A bare text such as ``0.05 mg/kg/h`` is the short form of ``{value: 0.05 mg/kg/h}``."""
    return {"value": value} if isinstance(value, str | Quantity | Fraction) else value


class _Dose(Sourced):
    """A dose as its source gives it: one value, or a span that execution must choose from.

    Args:
        value: an amount (mg, mg/kg) or a rate (mg/h, mg/d, mg/kg/h, ug/kg/min).
        low, high: both ends where the source prints a span.
        printed: the source's own figures where ours are written in another unit.
    """

    value: _DoseText | None = None
    low: _DoseText | None = None
    high: _DoseText | None = None
    printed: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> _Dose:
        if (self.value is None) == (self.low is None and self.high is None):
            raise ValueError("gives both a value and a span, or neither; give `value`, or `low` and `high`")
        if self.value is None:
            if self.low is None or self.high is None:
                raise ValueError("gives one end of a span; give `low` and `high`")
            if self.low.unit.dimension != self.high.unit.dimension:
                raise ValueError(f"{self.low} and {self.high} measure different things; use one unit")
            if not self.low < self.high:
                raise ValueError(f"{self.high} is not above {self.low}; give the lower end as `low`")
        return self

    @property
    def ends(self) -> tuple[Quantity, Quantity]:
        """The least and the greatest value; the same twice where there is one."""
        if self.value is not None:
            return self.value, self.value
        if self.low is None or self.high is None:  # construction refuses this
            raise QuantityError("dose", "has no value", "give one")
        return self.low, self.high

    def __str__(self) -> str:
        low, high = self.ends
        return str(low) if low == high else f"{low} to {high}"


Dose = Annotated[_Dose, BeforeValidator(_wrapped)]


class _Span(Sourced):
    """A length of time, or two ends of one."""

    value: Duration | None = None
    low: Duration | None = None
    high: Duration | None = None

    @model_validator(mode="after")
    def _one_form(self) -> _Span:
        if (self.value is None) == (self.low is None and self.high is None):
            raise ValueError("gives both a value and a span, or neither; give `value`, or `low` and `high`")
        if self.value is None and (self.low is None or self.high is None or not self.low < self.high):
            raise ValueError("needs `low` and `high`, and the lower end as `low`")
        if self.ends[0].value == 0:
            raise ValueError(f"{self.ends[0]} is no time at all; write such as 8 h, or leave it out")
        return self

    @property
    def ends(self) -> tuple[Quantity, Quantity]:
        """The shortest and the longest; the same twice where there is one."""
        if self.value is not None:
            return self.value, self.value
        if self.low is None or self.high is None:  # construction refuses this
            raise QuantityError("length of time", "has no value", "give one")
        return self.low, self.high

    def __str__(self) -> str:
        low, high = self.ends
        return str(low) if low == high else f"{low} to {high}"


Span = Annotated[_Span, BeforeValidator(_wrapped)]
Words = Annotated[tuple[str, ...], Field(default=())]


def exactly(value: Quantity) -> _Dose:
    """A dose of one value that the program worked out."""
    return _Dose(value=value)


def is_rate(dose: Quantity) -> bool:
    """Whether a dose is given per time."""
    return ("time", -1) in dose.unit.dimension


def per_weight(dose: Quantity) -> bool:
    """Whether a dose is given per kilogram of body weight."""
    return any(name == "body_weight" for name, _ in dose.unit.dimension)


def span(length: Quantity) -> timedelta:
    """A length of time as Python's own, exact to the microsecond."""
    return timedelta(microseconds=int(length.in_("s") * 1_000_000))
