"""The order: the one dose that a guidance advises, for this patient, held against how it was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adjuvant.errors import InputError, InternalError, RefusedError
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.guidance import Guidance, Recommendation
from adjuvant.protocol.premises import dosing_weight
from adjuvant.protocol.regimen import Regimen
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import is_rate, per_weight
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["Order", "advised", "cap_words", "order_of", "same_order", "why_not"]

PUMPED = frozenset({"timed_infusion", "slow_bolus", "continuous_infusion", "syringe_driver"})


@dataclass(frozen=True, slots=True)
class Order:
    """One dose to be prepared.

    Args:
        dose: as the protocol counts it.
        weight: the patient's, by the protocol's rule; None where the protocol uses none.
        amount: mg for a dose with an end, mg/h for a rate.
        over: how long it takes; None for a rate, which runs until something ends it.
        hourly: mg/h while it runs.
        due: when it is to begin.
    """

    action: str
    drug: str
    route: str
    mode: str
    dose: Quantity
    weight: DosingWeight | None
    amount: Quantity
    over: Quantity | None
    hourly: Quantity
    due: datetime


def advised(guidance: Guidance) -> Recommendation | None:
    """The recommendation that has a dose; None where none is advised."""
    return next((one for one in guidance.recommendations if one.dose is not None), None)


def cap_words(guidance: Guidance) -> str:
    """The protocol's own cap where it stands in the place of a dose, with its source; or nothing."""
    found = advised(guidance)
    if found is None or found.uncapped is None:
        return ""
    because = found.uncapped.because
    label = f", {because.provenance.label}" if because.provenance.label else ""
    return f"{because.text[:1].upper()}{because.text[1:]} [{because.citation}{label}]."


_NO_REASON = frozenset(
    {"caution", "needs test", "advisory", "modifier", "relative contraindication", "earlier course"}
)
"""Kinds of issues that keep no dose back."""


def why_not(guidance: Guidance) -> tuple[str, ...]:
    """Why a guidance without a dose gives none, in its own words."""
    found = [f"The protocol's answer is: {guidance.status.value}."]
    found += [one.words for one in guidance.recommendations]
    found += [f"Missing: {one.what.rstrip('.?')}." for one in guidance.missing]
    found += [
        f"{one.kind.capitalize()}: {one.words.rstrip('.')}."
        for one in guidance.issues
        if one.kind not in _NO_REASON
    ]
    if guidance.eligibility == "not eligible":
        found += [one.text for one in guidance.eligibility_because]
    return tuple(dict.fromkeys(found))


def same_order(written: Quantity, dose: Quantity) -> None:
    """Hold an order as it was written against the dose that the protocol advises.

    Raises:
        RefusedError: one is per kilogram and the other is not, one is a rate and the other an amount, or they
            are not equal. Which of the two is meant is never guessed.
    """
    remedy = "have the prescriber write the order again, with its whole unit"
    thing = f"order {written}"
    for name, question in (("/kg", per_weight), ("per time", is_rate)):
        if question(written) != question(dose):
            lacks, has = (written, dose) if question(dose) else (dose, written)
            raise RefusedError(thing, f"{has} has {name} and {lacks} has not: they are not one order", remedy)
    if not written.same_as(dose):
        raise RefusedError(thing, f"the protocol advises {dose}, which is another dose", remedy)


def order_of(guidance: Guidance, sited: Sited, situation: Situation) -> Order | tuple[str, ...]:
    """The order of a guidance, or why there is none, in words.

    Raises:
        InputError: the guidance is of another protocol, site or instant.
        InternalError: the guidance's amount is not its dose at this weight.
    """
    if (guidance.digest, guidance.instant) != (sited.digest, situation.instant):
        raise InputError(
            "guidance", "is of another protocol, site or instant than the situation", "evaluate it again"
        )
    advice = advised(guidance)
    if advice is None or advice.dose is None:
        return why_not(guidance)
    regimen = sited.protocol.regimens[guidance.regimen]
    weight = dosing_weight(sited, situation, guidance.regimen)
    if isinstance(weight, Unknown):
        return tuple(f"Missing: {need}." for need in weight.needs)
    amount = absolute(advice.dose, weight)
    if advice.amount is None or not amount.same_as(advice.amount):
        raise InternalError(
            f"dose {advice.dose}", f"came to {advice.amount} in the advice and to {amount} here",
            "report this with the scenario",
        )  # fmt: skip
    return _of(advice, advice.dose, regimen, weight, amount, sited, situation)


def _of(
    advice: Recommendation,
    dose: Quantity,
    regimen: Regimen,
    weight: DosingWeight | None,
    amount: Quantity,
    sited: Sited,
    situation: Situation,
) -> Order | tuple[str, ...]:
    if regimen.mode not in PUMPED:
        given = regimen.mode.replace("_", " ")
        return (f"It is given as {given}, and not by a pump: there is no rate to set.",)
    over = None
    if not regimen.rated:
        if regimen.duration is None or regimen.duration.value is None:
            return ("Over how long the dose runs is not said, so that it has no rate.",)
        over = regimen.duration.value.to("min")
    hourly = amount if over is None else Quantity(amount.value * 60 / over.value, "mg/h")
    return Order(
        advice.action,
        sited.protocol.drug,
        regimen.route,
        regimen.mode,
        dose,
        weight,
        amount,
        over,
        hourly,
        advice.due or situation.instant,
    )
