"""Combination products: which ingredient a bare mass can mean, by the strengths printed for the product."""

from __future__ import annotations

import re
from fractions import Fraction

from adjuvant.opioids.share import MG, in_mg
from adjuvant.quantity import Quantity, parse_unit
from adjuvant.record import Drug

__all__ = ["counted_as"]

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_PRINTED = re.compile(rf"(?<![0-9.]){_NUMBER}(?:\s?[/-]\s?{_NUMBER})+(?![0-9.])")


def counted_as(amount: Quantity, drug: Drug) -> str | None:
    """The one ingredient that a mass of a combination product can mean, or None where it may be another's.

    It must be whole or half units of that ingredient's printed strength and of no other's: 10 mg of 5/325 is
    the 5 mg ingredient, 325 mg may be either. The strengths come from the product, or from figures such as
    ``5/325`` in its name, in the order of its ingredients.
    """
    if not amount.unit.has(mass=1):
        return None
    strengths = _strengths(drug)
    if len(strengths) != len(drug.ingredients):
        return None
    mass = in_mg(amount)
    fits = [name for name, one in strengths.items() if one > 0 and (2 * mass / one).denominator == 1]
    return fits[0] if len(fits) == 1 else None


def _strengths(drug: Drug) -> dict[str, Fraction]:
    """Milligrams of each ingredient in one unit of the product, as far as they are printed."""
    known: dict[str, Fraction] = {}
    for item in drug.ingredients:
        if item.strength is not None and dict(item.strength.unit.dimension).get("mass") == 1:
            known[item.name] = item.strength.value * item.strength.unit.factor / parse_unit(MG).factor
    printed = _PRINTED.search(drug.text)
    if known or printed is None:
        return known
    figures = [Fraction(figure) for figure in re.findall(_NUMBER, printed[0])]
    if len(figures) != len(drug.ingredients):
        return {}
    return {item.name: figure for item, figure in zip(drug.ingredients, figures, strict=True)}
