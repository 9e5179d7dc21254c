"""From a guidance to the plan of one infusion, or to the reasons why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adjuvant.errors import RefusedError
from adjuvant.plan.limits import Limit, breaches, limits, not_lower
from adjuvant.plan.lines import InTheLine, in_the_line
from adjuvant.plan.order import Order, order_of, same_order
from adjuvant.plan.preparation import Preparation, prepare
from adjuvant.plan.pump import BagChange, bag_change
from adjuvant.plan.setup import Setup, pump_step_of, vial_of
from adjuvant.protocol.dosing import per_day
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.guidance import Guidance
from adjuvant.protocol.premises import weight_to_compare
from adjuvant.protocol.present import present
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["InfusionPlan", "RefusedPlan", "draft"]


@dataclass(frozen=True, slots=True)
class InfusionPlan:
    """What is set up. It drives no pump: two people check it, and a clinician decides.

    Args:
        per_day: mg in 24 hours at this dose, for comparison; None where it is not said how often it is given.
        checks: what two people look at, each alone.
        bag_change: what changes from the bag that runs; None where none was stated.
    """

    guidance: Guidance
    order: Order
    preparation: Preparation
    limits: tuple[Limit, ...]
    line: InTheLine
    per_day: Quantity | None
    checks: tuple[str, ...]
    bag_change: BagChange | None = None


@dataclass(frozen=True, slots=True)
class RefusedPlan:
    """No plan: the reasons stand where its number would.

    Args:
        remedy: what to do, where it is the preparation that fails and not the advice.
    """

    guidance: Guidance
    reasons: tuple[str, ...]
    remedy: str = ""


def draft(
    guidance: Guidance,
    sited: Sited,
    situation: Situation,
    setup: Setup,
    guardrails: Mapping[str, Guardrail] | None = None,
) -> InfusionPlan | RefusedPlan:
    """The plan of what a guidance advises.

    Args:
        guardrails: every guardrail of the library, by key; None reads them.
    Returns:
        A refused plan where the guidance advises no dose that a pump gives, where a ceiling or a binding
        guardrail is not kept, and where it cannot be made up as stated.
    Raises:
        InputError: what must be stated is not, or the guidance belongs to another situation.
        RefusedError: a vial or a pump that the site does not keep, or an order written in another way.
        InternalError: the two sums of the arithmetic do not meet.
    """
    from adjuvant.protocol.limits import guardrails as all_guardrails
    from adjuvant.protocol.limits import with_own

    rails = with_own(sited, guardrails if guardrails is not None else all_guardrails())
    vial_of(setup, sited)
    pump_step_of(setup, sited)
    order = order_of(guidance, sited, situation)
    if isinstance(order, tuple):
        return RefusedPlan(guidance, order)
    if setup.ordered is not None:
        same_order(setup.ordered, order.dose)
    try:
        made = prepare(order, setup, sited)
    except RefusedError as error:
        return RefusedPlan(guidance, (f"{error.thing} {error.rule}.",), f"{error.remedy}.")
    regimen = sited.protocol.regimens[guidance.regimen]
    # What is due later must keep every limit then, as the advice itself does.
    when = replace(present(situation, regimen, order.weight), instant=order.due)
    # A dose without a kilogram in it is held to a limit per kilogram by the weight that the advice was.
    weight = order.weight or weight_to_compare(sited, situation)
    if guidance.status.value == "lower":
        reasons = not_lower(order.dose, when, order.weight)
    else:
        broken = breaches(order.dose, made.dose, regimen, sited, when, weight, rails)
        reasons = tuple(f"{one.words}." for one in broken)
    if reasons:
        return RefusedPlan(guidance, reasons)
    change = bag_change(setup.bag_before, order, made) if setup.bag_before is not None else None
    daily = per_day(made.dose, regimen, order.weight)
    return InfusionPlan(
        guidance=guidance,
        order=order,
        preparation=made,
        limits=limits(made.dose, regimen, sited, weight, rails, when),
        line=in_the_line(sited.protocol, situation),
        per_day=None if isinstance(daily, Unknown) else daily,
        checks=_checks(order, made, change),
        bag_change=change,
    )


def _checks(order: Order, made: Preparation, change: BagChange | None) -> tuple[str, ...]:
    from adjuvant.plan.figures import drug_words, words

    drug = drug_words(order.drug)
    other = ", not racemic ketamine" if order.drug == "esketamine" else ""
    weight = f"Weight {words(order.weight.value)}, {order.weight.kind}" if order.weight is not None else ""
    found = (
        "Name and number against the wristband",
        weight,
        f"{drug[:1].upper()}{drug[1:]} {words(made.vial.strength)} in hand{other}, expiry read",
        f"Label: {words(made.mass)} in {words(made.bag)}, {words(made.concentration)}",
        "Old bag off, and the rate changed with it" if change is not None else "",
        "Pump in mL/h" + (", volume limit set" if made.volume is not None else ""),
        f"Right line, nothing in it that must not meet {drug}",
    )
    return tuple(one for one in found if one)
