"""Exposures as ordered: what was asked for, spread over the span in which the order was in force."""

from __future__ import annotations

from adjuvant.quantity import Quantity
from adjuvant.record.exposure import Exposure, Refusal, RefusalReason
from adjuvant.record.exposure_amounts import Problem, beyond_belief, doubted, in_words, mass_of
from adjuvant.record.exposure_patches import release_rate
from adjuvant.record.exposure_spans import each_exposure, spread_evenly
from adjuvant.record.medication import Ingredient, MedicationRequest
from adjuvant.record.patient import PatientRecord

__all__ = ["from_requests"]

_NEVER_IN_FORCE = {"cancelled", "draft", "entered-in-error", "declined"}
_UNSURE = {"on-hold", "unknown"}


def from_requests(record: PatientRecord, ingredients: frozenset[str]) -> tuple[list[Exposure], list[Refusal]]:
    """Exposures as ordered: each order at a constant rate over the span in which it was in force.

    A scheduled dose times the doses of a day, a continuous rate, or a patch by its release. An as-needed
    order is marked so, carries the most that it allows, and is left out of totals. Refused: no start or no
    end, a dose without its times, a range (unless as needed, where its upper end is the most), both a rate
    and scheduled doses, a patch without its time of change, an order on hold, and a statement of use, which
    is no order. Orders that never came into force (cancelled, draft, entered in error) leave nothing.
    """
    in_force = (order for order in record.requests if order.status not in _NEVER_IN_FORCE)
    return each_exposure(record, in_force, ingredients, _ordered)


def _ordered(order: MedicationRequest, ingredient: Ingredient) -> Exposure | Problem:
    problem = _unusable_order(order)
    if problem is not None:
        return problem
    if order.start is None or order.end is None:
        missing = "start" if order.start is None else "end"
        return Problem(
            RefusalReason.MISSING_TIMING, f"the order has no {missing}", "give the time it was in force"
        )
    if order.end <= order.start:
        return Problem(
            RefusalReason.IMPLAUSIBLE, "the order does not end after it starts", "correct its times"
        )
    steps: list[str] = []
    patch = _is_patch(order)
    wear = order.every_hours
    if patch:
        rate, steps = release_rate(order.dose, order.rate, order.drug, ingredient)
        if wear is None and order.times_per_day:
            wear = 24 / order.times_per_day
        if isinstance(rate, Quantity) and wear is None:
            return Problem(
                RefusalReason.MISSING_TIMING, "how often the patch is changed is not stated", "state it"
            )
    elif order.rate is not None:
        rate = mass_of(order.rate, order.drug, ingredient, None, steps, rate=True)
    else:
        rate = _scheduled(order, ingredient, steps)
    if isinstance(rate, Problem):
        return rate
    if rate.value <= 0:
        return Problem(RefusalReason.IMPLAUSIBLE, f"{rate} is ordered", "correct the dose")
    note = "as ordered, spread evenly over the order's span"
    if order.as_needed:
        note = "as needed: the most that the order allows"
    return spread_evenly(
        order, ingredient, rate, (order.start, order.end), steps, note, patch=patch, wear=wear
    )


def _is_patch(order: MedicationRequest) -> bool:
    counted = order.dose is not None and order.dose.unit.has(**{"{patch}": 1})
    return counted or order.form == "patch" or (order.form is None and order.route == "transdermal")


def _unusable_order(order: MedicationRequest) -> Problem | None:
    if order.statement:
        return Problem(
            RefusalReason.DOUBTED, "is a statement of use, not an order", "take the orders, or what was given"
        )
    if order.status in _UNSURE:
        return Problem(
            RefusalReason.DOUBTED, f"the order's status is {order.status!r}", "say whether it was in force"
        )
    problem = doubted(order.doubt, order.unit_status, order.origin)
    if problem is not None:
        return problem
    if order.dose_high is not None and not order.as_needed:
        return Problem(
            RefusalReason.AMBIGUOUS_DOSE,
            f"the dose is a range, {order.dose} to {order.dose_high}",
            "give one dose",
        )
    if order.rate is not None and order.dose is not None and order.times_per_day and not _is_patch(order):
        return Problem(
            RefusalReason.AMBIGUOUS_DOSE,
            f"both a rate, {order.rate}, and scheduled doses, {order.dose}, are ordered",
            "order them apart",
        )
    return None


def _scheduled(order: MedicationRequest, ingredient: Ingredient, steps: list[str]) -> Quantity | Problem:
    """Mass per day of scheduled doses; of an as-needed order the most."""
    dose = order.dose_high if order.dose_high is not None and order.as_needed else order.dose
    if dose is None:
        return Problem(
            RefusalReason.MISSING_DOSE, "the order has neither dose nor rate", "give one of the two"
        )
    if order.times_per_day is None:
        return Problem(RefusalReason.MISSING_TIMING, "how many doses a day is not stated", "state it")
    one = mass_of(dose, order.drug, ingredient, None, steps, rate=False)
    if isinstance(one, Problem):
        return one
    fault = beyond_belief(one, ingredient.name)
    if fault is not None:
        return fault
    daily = Quantity(one.value * order.times_per_day, f"{one.unit.code}/d")
    times = in_words(Quantity(order.times_per_day, "1")).removesuffix(" 1")
    steps.append(f"{in_words(one)} × {times} a day = {in_words(daily)}")
    return daily
