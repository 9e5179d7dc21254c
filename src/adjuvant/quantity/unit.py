"""Unit: a UCUM code with its exact size and dimension; body weight and countable things are dimensions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from adjuvant.errors import QuantityError
from adjuvant.quantity.hints import how_to_write

__all__ = ["Dimension", "Unit", "parse_unit"]

Dimension = tuple[tuple[str, int], ...]
"""Sorted pairs of base dimension and exponent, such as (("mass", 1), ("time", -1)).

Beside UCUM's own, ``body_weight`` is the kilogram of a patient in ``mg/kg/h``, and ``{tablet}`` or any
other lone annotation counts things; UCUM drops both, and with them the difference between mg and mg/kg.
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Args:
        code: the UCUM code, as it was read.
        factor: its exact size in base units (kilogram, metre, second, ...).
        dimension: what it measures; see `Dimension`.
    """

    code: str
    factor: Fraction
    dimension: Dimension

    def __str__(self) -> str:
        return self.code

    def __hash__(self) -> int:
        # Of all that is compared, the code alone: to hash an exact number takes longer than to convert by it.
        return hash(self.code)

    def commensurable(self, other: Unit) -> bool:
        """Whether a quantity in this unit can be converted to the other."""
        return self.dimension == other.dimension

    def ratio(self, other: Unit) -> Fraction:
        """How many of `other` make one of this.

        Raises:
            QuantityError: the two measure different things.
        """
        return _ratio(self, other)

    def __mul__(self, other: Unit) -> Unit:
        joined = _combine(self.dimension, other.dimension, 1)
        return Unit(f"{_grouped(self.code)}.{_grouped(other.code)}", self.factor * other.factor, joined)

    def __truediv__(self, other: Unit) -> Unit:
        joined = _combine(self.dimension, other.dimension, -1)
        return Unit(f"{_grouped(self.code)}/{_grouped(other.code)}", self.factor / other.factor, joined)

    def has(self, **exponents: int) -> bool:
        """Whether the dimension is exactly this, for example ``has(mass=1, time=-1)``."""
        return dict(self.dimension) == exponents


@lru_cache(maxsize=4096)
def _ratio(unit: Unit, other: Unit) -> Fraction:
    if not unit.commensurable(other):
        raise QuantityError(
            f"unit {unit.code}",
            f"measures {describe(unit.dimension)}, and {other.code} measures {describe(other.dimension)}",
            "give the quantity in a unit of the same kind",
        )
    return unit.factor / other.factor


def _grouped(code: str) -> str:
    return f"({code})" if "/" in code or "." in code else code


def _combine(left: Dimension, right: Dimension, sign: int) -> Dimension:
    exponents = dict(left)
    for name, power in right:
        exponents[name] = exponents.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in exponents.items() if power))


def describe(dimension: Dimension) -> str:
    """A dimension in words, such as ``mass per time per body weight``."""
    if not dimension:
        return "a pure number"
    over = [name if power == 1 else f"{name}^{power}" for name, power in dimension if power > 0]
    under = [name if power == -1 else f"{name}^{-power}" for name, power in dimension if power < 0]
    words = [" x ".join(over) or "number", *under]
    return " per ".join(word.replace("_", " ").strip("{}") for word in words)


@lru_cache(maxsize=4096)
def parse_unit(code: str) -> Unit:
    """The unit that a UCUM code names; cached.

    Args:
        code: case-sensitive UCUM such as ``mg``, ``ug/h``, ``mg/kg/h`` or ``mg/{tablet}``. A ``kg`` that
            divides is the patient's body weight.
    Raises:
        QuantityError: not UCUM, or a unit without a fixed ratio (temperature, logarithmic, arbitrary).
    """
    if not code or len(code) > 60 or not code.isascii():
        raise QuantityError(f"unit {code[:60]!r}", "is not a UCUM code", how_to_write(code))
    shipped = _shipped().get(code)
    if shipped is not None:
        return Unit(code, Fraction(shipped[0]), tuple(sorted(shipped[1].items())))
    found = _derived(code)
    if isinstance(found, _Refused):
        raise QuantityError(found.thing, found.rule, found.remedy)
    return Unit(code, *found)


class _Refused(NamedTuple):
    """The words of a refusal. The error is not kept: it would hold the whole state of the parser."""

    thing: str
    rule: str
    remedy: str


@lru_cache(maxsize=4096)
def _derived(code: str) -> tuple[Fraction, Dimension] | _Refused:
    """What the grammar of UCUM makes of a code, its refusal included: records repeat what is no unit too."""
    from adjuvant.quantity.ucum import derive

    try:
        return derive(code)
    except QuantityError as error:
        return _Refused(error.thing, error.rule, error.remedy)


@lru_cache(maxsize=1)
def _shipped() -> dict[str, tuple[str, dict[str, int]]]:
    # Derivations done beforehand by `scripts/derive-units`, so that a command does not load a units registry
    # for the few hundred codes that records really use. A test derives every one of them again.
    path = Path(__file__).with_name("derived.json")
    table: dict[str, tuple[str, dict[str, int]]] = json.loads(path.read_text(encoding="utf-8"))
    return table
