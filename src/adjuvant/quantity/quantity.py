"""Quantity: an exact number with its unit, and the strict reader of texts such as ``75 ug/h``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from adjuvant.errors import QuantityError
from adjuvant.quantity.number import parse_decimal, show, show_exact
from adjuvant.quantity.unit import Unit, describe, parse_unit

__all__ = ["Quantity", "parse_quantity"]

_GLUED = re.compile(r"(\d+(?:\.\d+)?)([^\W\d_].*|[%\[{/].*)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number and its unit. Floats are refused: they carry figures that nobody wrote.

    Args:
        value: an exact number; int, Decimal, Fraction or decimal text.
        unit: a Unit, or a UCUM code.
    Raises:
        QuantityError: a float, a non-finite number, or a code that is not UCUM.
    """

    value: Fraction
    unit: Unit

    def __init__(self, value: Fraction | int | Decimal | str, unit: Unit | str) -> None:
        if type(value) is Fraction:  # most are, and nothing is left to check or to convert
            object.__setattr__(self, "value", value)
            object.__setattr__(self, "unit", parse_unit(unit) if isinstance(unit, str) else unit)
            return
        if isinstance(value, bool) or not isinstance(value, Fraction | int | Decimal | str):
            raise QuantityError(
                f"number {value!r}",
                f"is a {type(value).__name__}, not an exact number",
                "pass text or a Decimal",
            )
        if isinstance(value, Decimal) and not value.is_finite():
            raise QuantityError(f"number {value}", "is not finite", "leave it out and say why it is missing")
        exact = parse_decimal(value) if isinstance(value, str) else Fraction(value)
        object.__setattr__(self, "value", exact)
        object.__setattr__(self, "unit", parse_unit(unit) if isinstance(unit, str) else unit)

    def to(self, unit: Unit | str) -> Quantity:
        """The same quantity in another unit.

        Raises:
            QuantityError: the other unit measures something else.
        """
        target = parse_unit(unit) if isinstance(unit, str) else unit
        if target is self.unit:  # as in most comparisons
            return self
        return Quantity(self.value * self.unit.ratio(target), target)

    def in_(self, unit: Unit | str) -> Fraction:
        """The bare number in the given unit."""
        return self.to(unit).value

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.value + other.to(self.unit).value, self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.value - other.to(self.unit).value, self.unit)

    def __mul__(self, other: Quantity | Fraction | int) -> Quantity:
        if isinstance(other, Quantity):
            return Quantity(self.value * other.value, self.unit * other.unit)
        return Quantity(self.value * Fraction(other), self.unit)

    def __truediv__(self, other: Quantity | Fraction | int) -> Quantity:
        divisor = other.value if isinstance(other, Quantity) else Fraction(other)
        if divisor == 0:
            raise QuantityError(f"{self} / {other}", "divides by zero", "check the second quantity")
        if isinstance(other, Quantity):
            return Quantity(self.value / divisor, self.unit / other.unit)
        return Quantity(self.value / divisor, self.unit)

    def __lt__(self, other: Quantity) -> bool:
        return self.value < other.to(self.unit).value

    def __le__(self, other: Quantity) -> bool:
        return self.value <= other.to(self.unit).value

    def __gt__(self, other: Quantity) -> bool:
        return self.value > other.to(self.unit).value

    def __ge__(self, other: Quantity) -> bool:
        return self.value >= other.to(self.unit).value

    def same_as(self, other: Quantity) -> bool:
        """Equal in size, whatever the units: 1000 ug is 1 mg (``==`` compares what was written)."""
        return self.unit.commensurable(other.unit) and self.value == other.to(self.unit).value

    def __str__(self) -> str:
        return f"{show_exact(self.value)} {self.unit.code}"

    def for_people(self, places: int = 2) -> str:
        """Number and unit for a reader: rounded, no trailing zero, ``microgram`` in full."""
        return f"{show(self.value, places)} {readable_unit(self.unit.code)}"

    def for_body(self, weight: Quantity) -> Quantity:
        """A quantity per body weight, made absolute for a patient of `weight`: mg/kg/h becomes mg/h.

        Raises:
            QuantityError: this is not per body weight, or `weight` is not a mass above zero.
        """
        weight.require("body weight", mass=1)
        if dict(self.unit.dimension).get("body_weight") != -1 or "/kg" not in self.unit.code:
            raise QuantityError(
                f"quantity {self}", "is not per kilogram of body weight", "use it as it stands"
            )
        if weight.value <= 0:
            raise QuantityError(f"body weight {weight}", "is not above zero", "correct the weight")
        absolute = parse_unit(self.unit.code.replace("/kg", "", 1))
        return Quantity(self.value * weight.in_("kg"), absolute)

    def require(self, what: str, **exponents: int) -> Quantity:
        """This quantity, once its dimension is checked.

        Args:
            what: the field's name for the error, for example ``dose``.
            exponents: the dimension, for example ``mass=1, time=-1``.
        Raises:
            QuantityError: another dimension.
        """
        if not self.unit.has(**exponents):
            wanted = describe(tuple(sorted(exponents.items())))
            raise QuantityError(
                f"{what} {self}",
                f"measures {describe(self.unit.dimension)}, not {wanted}",
                "give it in such a unit",
            )
        return self


def readable_unit(code: str) -> str:
    """A UCUM code as people write it at the bedside: microgram in full, counted things bare."""
    pieces = code.replace("{", "").replace("}", "").split("/")
    return "/".join("microgram" if piece == "ug" else piece for piece in pieces)


def parse_quantity(text: str) -> Quantity:
    """A quantity from text such as ``75 ug/h``: a plain decimal, spaces, and a UCUM code.

    Raises:
        QuantityError: no unit, a range, a letter among digits, a unit that is not UCUM; quoted.
    """
    number, _, code = text.strip().partition(" ")
    if not code.strip():
        glued = _GLUED.fullmatch(number)
        if glued is not None:
            raise QuantityError(
                f"quantity {text[:60]!r}",
                "has no space before its unit",
                f"write '{glued[1]} {glued[2]}'",
            )
        raise QuantityError(
            f"quantity {text[:60]!r}", "has no unit", "write number, space, unit, such as 5 mg"
        )
    return Quantity(parse_decimal(number), parse_unit(code.strip()))
