"""One dose, infusion or sum of demand doses as an exposure, or the reason why it cannot be counted."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from adjuvant.quantity import Quantity
from adjuvant.record.exposure import Basis, Exposure, ExposureKind, RefusalReason
from adjuvant.record.exposure_amounts import Problem, beyond_belief, doubted, in_words, mass_of
from adjuvant.record.exposure_routes import contradicted_route
from adjuvant.record.medication import (
    AdministrationKind,
    AdministrationStatus,
    Ingredient,
    MedicationAdministration,
)
from adjuvant.timeline import hours_between

__all__ = ["exposure_of"]

_KINDS = {
    AdministrationKind.DOSE: ExposureKind.DOSE,
    AdministrationKind.INFUSION: ExposureKind.INFUSION,
    AdministrationKind.PCA_DEMAND: ExposureKind.PCA_DEMAND,
}
_UNSURE = Problem(
    RefusalReason.DOUBTED, "the record does not say whether it was given", "chart it as given or as not given"
)


def exposure_of(event: MedicationAdministration, ingredient: Ingredient) -> Exposure | Problem | None:
    """The exposure that one administration other than a patch makes; None where nothing was given."""
    if event.status is AdministrationStatus.UNKNOWN:
        return _UNSURE
    problem = doubted(event.doubt, event.unit_status, event.origin) or contradicted_route(
        event.drug, event.route, event.form
    )
    if problem is not None:
        return problem
    if event.kind is AdministrationKind.INFUSION:
        return _infusion(event, ingredient)
    if event.dose is None:
        return Problem(RefusalReason.MISSING_DOSE, "no dose is charted", "chart the dose that was given")
    steps: list[str] = []
    amount = mass_of(event.dose, event.drug, ingredient, event.body_weight, steps, rate=False)
    if isinstance(amount, Problem):
        return amount
    if event.kind is AdministrationKind.DOSE:
        if amount.value == 0:
            return Problem(
                RefusalReason.IMPLAUSIBLE,
                "a dose of zero is charted as given",
                "correct the dose or its status",
            )
        return beyond_belief(amount, ingredient.name) or _made(
            event, ingredient, amount, steps or [in_words(amount)]
        )
    if event.end is None:
        return Problem(
            RefusalReason.MISSING_TIMING, "the demand doses have no end", "chart the interval that they cover"
        )
    if amount.value == 0:
        return None
    note = "delivered demand doses, spread evenly over their interval" if event.end > event.start else ""
    return _too_much(amount, hours_between(event.start, event.end), ingredient.name) or _made(
        event, ingredient, amount, steps or [in_words(amount)], note
    )


def _infusion(event: MedicationAdministration, ingredient: Ingredient) -> Exposure | Problem | None:
    if event.end is None:
        return Problem(
            RefusalReason.MISSING_TIMING, "the infusion has no end", "chart when it stopped or changed"
        )
    if event.dose is None and event.rate is None:
        return Problem(RefusalReason.MISSING_DOSE, "neither dose nor rate is charted", "chart one of the two")
    steps: list[str] = []
    doses = [
        mass_of(charted, event.drug, ingredient, event.body_weight, steps, rate=rate)
        for charted, rate in ((event.dose, False), (event.rate, True))
        if charted is not None
    ]
    usable = [item for item in doses if isinstance(item, Quantity)]
    problems = [item for item in doses if isinstance(item, Problem)]
    if not usable or any(problem.reason is RefusalReason.IMPLAUSIBLE for problem in problems):
        return problems[0]
    hours = hours_between(event.start, event.end)
    notes = [f"not compared with the other charted figure: {problem.detail}" for problem in problems]
    amounts = [item if item.unit.has(mass=1) else _run(item, hours, steps) for item in usable]
    if hours == 0:
        if not usable[0].unit.has(mass=1):
            return Problem(
                RefusalReason.MISSING_TIMING, "the infusion ends as it starts", "correct its times"
            )
        notes.append("starts and ends at the same moment: counted as one dose")
    elif len(amounts) > 1:
        words = _disagreement(amounts[0], amounts[1])
        if words is None:
            return Problem(
                RefusalReason.AMBIGUOUS_DOSE,
                f"the charted amount is {in_words(usable[0])}, the charted rate makes {in_words(amounts[1])}",
                "correct the amount, the rate or the times",
            )
        notes.append(words)
    if amounts[0].value == 0:
        return None
    for rate in (item for item in usable if not item.unit.has(mass=1)):
        # A pump's rate is one that could be held all day; a push that is charted over a minute has none.
        problem = beyond_belief(_run(rate, Fraction(24), []), ingredient.name, "day_believed")
        if problem is not None:
            return problem
    return _too_much(amounts[0], hours, ingredient.name) or _made(
        event, ingredient, amounts[0], steps or [in_words(amounts[0])], "; ".join(filter(None, notes))
    )


def _too_much(amount: Quantity, hours: Fraction, ingredient: str) -> Problem | None:
    """The Problem of an amount that nobody believes: too much for one dose, and at its pace for a day."""
    at_once = beyond_belief(amount, ingredient)
    if at_once is None or hours == 0:
        return at_once
    return beyond_belief(amount * (24 / hours), ingredient, "day_believed")


def _run(rate: Quantity, hours: Fraction, steps: list[str]) -> Quantity:
    """The amount that `rate` makes in so many hours."""
    mass = rate.unit.code.partition("/")[0]
    made = Quantity(rate.in_(f"{mass}/h") * hours, mass)
    steps.append(f"{in_words(rate)} × {in_words(Quantity(hours, 'h'))} = {in_words(made)}")
    return made


def _disagreement(amount: Quantity, from_rate: Quantity) -> str | None:
    """Words on how amount and rate compare: empty where they are equal, None where they contradict."""
    from adjuvant.library import setting

    gap = abs(amount.value - from_rate.in_(amount.unit))
    if gap == 0:
        return ""
    larger = max(amount.value, from_rate.in_(amount.unit))
    if gap > setting("rate_agreement").value * larger:
        return None
    return f"charted amount {in_words(amount)} is used; the charted rate makes {in_words(from_rate)}"


def _made(
    event: MedicationAdministration,
    ingredient: Ingredient,
    amount: Quantity,
    steps: Iterable[str],
    note: str = "",
) -> Exposure:
    kind = _KINDS[event.kind]
    end = event.start if kind is ExposureKind.DOSE else event.end or event.start
    hours = hours_between(event.start, end)
    return Exposure(
        ingredient=ingredient.name,
        route=event.route,
        form=event.form,
        kind=kind if hours else ExposureKind.DOSE,
        start=event.start,
        end=end,
        amount=amount,
        basis=Basis.ADMINISTERED,
        rate=Quantity(amount.value / hours, f"{amount.unit.code}/h") if hours else None,
        as_needed=event.as_needed,
        events=(event.id,),
        steps=tuple(steps),
        note=note,
    )
