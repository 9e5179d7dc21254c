"""The dose of an order as tables write it: a value or a range beside a unit, and what is odd about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from adjuvant.errors import QuantityError
from adjuvant.library import canonical_route, route_group
from adjuvant.quantity import Quantity, UnitStatus, parse_decimal, read_unit
from adjuvant.record import Drug, Ingredient
from adjuvant.record.naming import partners_strength

__all__ = ["OrderedDose", "ordered_dose", "say_contents", "with_strength"]

_RANGE = re.compile(r"([0-9.]+)\s*-\s*([0-9.]+)")
# One strength for each ingredient, in the order of the name, before the thing that it is the strength of.
_STRENGTHS = re.compile(
    r"((?:[0-9.]+ ?(?:mg|mcg|g) ?/ ?)*[0-9.]+ ?(?:mg|mcg|g)) (tab(?:let)?s?|cap(?:sule)?s?)\b.*",
    re.IGNORECASE,
)
# Routes by which the "dose" is what the pharmacy sends, or a pump's setting, not what the patient gets.
_PCA = ("ivpca", "iv pca", "scpca", "sc pca", "edpca", "pca", "pcea")
_DRIPS = ("iv drip", "iv infusion", "drip", "iv cont", "iv continuous")


@dataclass(slots=True)
class OrderedDose:
    """What an order says of its dose, and what is odd about it."""

    low: Quantity | None = None
    high: Quantity | None = None
    rate: Quantity | None = None
    status: UnitStatus = UnitStatus.EXACT
    doubts: dict[str, str] = field(default_factory=dict)
    """By the reason in words that are always the same: the reason as it stands on this row."""

    def doubt(self, reason: str, detail: str = "") -> None:
        """Note an oddity."""
        self.doubts[reason] = detail or reason


def ordered_dose(text: str, unit_text: str) -> OrderedDose:
    """The dose, range or rate that a value and a unit mean; what cannot be read is a doubt, never a guess."""
    dose = OrderedDose()
    if not text:
        dose.doubt("the order has no dose")
        return dose
    try:
        if not any(letter.isalpha() or letter == "%" for letter in unit_text):
            raise QuantityError(
                "unit", "is empty" if not unit_text else "is a number, not a unit", "name the unit"
            )
        unit = read_unit(unit_text)
    except QuantityError as error:
        dose.status = UnitStatus.UNCONVERTIBLE
        dose.doubt("the unit cannot be read", f"the unit {unit_text!r} {error.rule}")
        return dose
    spread = _RANGE.fullmatch(text)
    try:
        low = Quantity(parse_decimal(spread[1] if spread else text), unit)
        high = Quantity(parse_decimal(spread[2]), unit) if spread else None
    except QuantityError as error:
        dose.doubt("the dose cannot be read", f"the dose {text!r} {error.rule}")
        return dose
    if high is not None and high.value < low.value:
        dose.doubt(
            "the ends of the dose range are the wrong way round", f"the dose {text!r} falls from end to end"
        )
    elif not any(name == "time" and power < 0 for name, power in unit.dimension):
        dose.low, dose.high = low, high
    elif high is None:
        dose.rate = low
    else:
        dose.doubt("the rate is a range", f"the rate {text!r} is a range")
    return dose


def say_contents(spelled_route: str, dose: OrderedDose) -> None:
    """Doubt a dose that by its route is what a syringe or a bag holds."""
    spelled = spelled_route.lower()
    route = canonical_route(spelled)
    if spelled in _PCA:
        dose.doubt("the dose is the content of a PCA syringe or a setting of its pump, not what was given")
    elif spelled in _DRIPS or (route is not None and route_group(route) == "neuraxial"):
        dose.doubt("the dose is the content of a bag or bottle, not what was given")


def with_strength(drug: Drug, text: str) -> Drug:
    """The drug with the strengths of one tablet or capsule, if as many are printed as it has ingredients.

    They are taken in the order of the name, unless that gives the opioid what can only be its partner's.
    """
    match = _STRENGTHS.fullmatch(text.strip())
    if match is None or not drug.ingredients or any(item.strength is not None for item in drug.ingredients):
        return drug
    thing = read_unit(match[2].lower()).code
    printed = [re.fullmatch(r"([0-9.]+) ?([a-z]+)", piece.strip().lower()) for piece in match[1].split("/")]
    if len(printed) != len(drug.ingredients) or not all(printed):
        return drug
    try:
        strengths = [
            Quantity(parse_decimal(piece[1]), f"{read_unit(piece[2]).code}/{thing}")
            for piece in printed
            if piece
        ]
    except QuantityError:
        return drug
    pairs = zip(drug.ingredients, strengths, strict=True)
    held = tuple(Ingredient(item.name, strength) for item, strength in pairs)
    # Printed the other way round than the name, they would make an opioid of the paracetamol.
    return drug if partners_strength(held) is not None else replace(drug, ingredients=held)
