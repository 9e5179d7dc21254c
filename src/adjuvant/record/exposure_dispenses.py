"""Exposures as dispensed: what was handed out, spread over the days that it was meant to last."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction

from adjuvant.quantity import Quantity
from adjuvant.record.exposure import Exposure, Refusal, RefusalReason
from adjuvant.record.exposure_amounts import Problem, after, doubted, in_words, mass_of
from adjuvant.record.exposure_patches import release_rate
from adjuvant.record.exposure_spans import each_exposure, spread_evenly
from adjuvant.record.medication import Ingredient, MedicationDispense
from adjuvant.record.patient import PatientRecord

__all__ = ["from_dispenses"]

# RxNorm names a patch with the hours it is made for: "72 HR Fentanyl 0.025 MG/HR Transdermal System".
_LABELLED_WEAR = re.compile(r"\b(\d+) ?(?:HR|hours?)\b", re.IGNORECASE)


def from_dispenses(
    record: PatientRecord, ingredients: frozenset[str]
) -> tuple[list[Exposure], list[Refusal]]:
    """Exposures as dispensed: quantity times strength, spread evenly over the days that it is meant to last.

    Patches count by their release and need the labelled wear of one ("72 HR" in the product's name): quantity
    times wear over the days' hours says how many are worn at a time, and only a whole number is accepted.
    """
    return each_exposure(record, record.dispenses, ingredients, _dispensed)


def _dispensed(supply: MedicationDispense, ingredient: Ingredient) -> Exposure | Problem:
    problem = doubted(supply.doubt, supply.unit_status, supply.origin)
    if problem is not None:
        return problem
    if supply.quantity is None:
        return Problem(RefusalReason.MISSING_DOSE, "the quantity is not stated", "state what was handed out")
    if supply.days_supply is None:
        return Problem(RefusalReason.MISSING_TIMING, "the days of supply are not stated", "state them")
    if supply.quantity.value <= 0 or supply.days_supply <= 0:
        return Problem(
            RefusalReason.IMPLAUSIBLE,
            f"{supply.quantity} for {Quantity(supply.days_supply, 'd')}",
            "correct the quantity or the days",
        )
    span = supply.start, after(supply.start, supply.days_supply * 24)
    note = "as dispensed, spread evenly over the days of supply"
    steps: list[str] = []
    if supply.form == "patch" or supply.quantity.unit.has(**{"{patch}": 1}):
        return _dispensed_patches(supply, supply.quantity, supply.days_supply, ingredient, span)
    mass = mass_of(supply.quantity, supply.drug, ingredient, None, steps, rate=False)
    if isinstance(mass, Problem):
        return mass
    rate = Quantity(mass.value / supply.days_supply, f"{mass.unit.code}/d")
    steps.append(f"{in_words(mass)} / {in_words(Quantity(supply.days_supply, 'd'))} = {in_words(rate)}")
    return spread_evenly(supply, ingredient, rate, span, steps, note)


def _dispensed_patches(
    supply: MedicationDispense,
    quantity: Quantity,
    days: Fraction,
    ingredient: Ingredient,
    span: tuple[datetime, datetime],
) -> Exposure | Problem:
    one, steps = release_rate(Quantity(1, quantity.unit), None, supply.drug, ingredient)
    if isinstance(one, Problem):
        return one
    label = _LABELLED_WEAR.search(supply.drug.text)
    if label is None:
        return Problem(
            RefusalReason.MISSING_TIMING,
            f"how long one of {in_words(quantity)} in {in_words(Quantity(days, 'd'))} stays on is not stated",
            "give the product with its labelled wear, such as 72 HR",
        )
    wear = Fraction(label[1])
    at_a_time = quantity.value * wear / (days * 24)
    if at_a_time.denominator != 1:
        return Problem(
            RefusalReason.AMBIGUOUS_DOSE,
            f"{in_words(quantity)} of {label[0]} do not fill {in_words(Quantity(days, 'd'))}",
            "correct the quantity or the days",
        )
    steps.append(
        f"{in_words(quantity)} × {in_words(Quantity(wear, 'h'))} / {in_words(Quantity(days, 'd'))}"
        f" = {at_a_time} at a time"
    )
    return spread_evenly(
        supply, ingredient, one * at_a_time, span, steps, "as dispensed", patch=True, wear=wear
    )
