"""The plan of a dose that no pump gives: by mouth, by nose or by injection, whole or in equal parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from adjuvant.errors import InternalError, RefusedError
from adjuvant.library.preparations import Vial, preparations
from adjuvant.plan.draft import RefusedPlan
from adjuvant.plan.figures import drug_words, words
from adjuvant.plan.limits import Limit, breaches, limits
from adjuvant.plan.lines import InTheLine, in_the_line
from adjuvant.plan.order import PUMPED, advised, same_order
from adjuvant.plan.parts import Part, equal_parts, whole
from adjuvant.plan.preparation import drawn_up
from adjuvant.plan.setup import Setup, vial_of
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.guidance import Guidance
from adjuvant.protocol.premises import dosing_weight
from adjuvant.protocol.present import present
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["HandPlan", "by_hand"]

_INJECTED = "injection"


@dataclass(frozen=True, slots=True)
class HandPlan:
    """What is given by hand. Two people check it, and a clinician decides.

    Args:
        dose: as the protocol counts it; `amount`, mg in all.
        vial: what it is drawn from; None where nobody stated it, and then no volume is said.
        parts: one, or the equal parts of a divided dose.
        drawn: mL of each part by the syringe's graduation, rounded down; None without a vial.
        times_per_day: how often a day; None where it is not said.
    """

    guidance: Guidance
    drug: str
    route: str
    dose: Quantity
    weight: DosingWeight | None
    amount: Quantity
    vial: Vial | None
    parts: tuple[Part, ...]
    drawn: Quantity | None
    times_per_day: int | None
    limits: tuple[Limit, ...]
    line: InTheLine
    checks: tuple[str, ...]

    @property
    def held(self) -> Quantity | None:
        """mg in what is drawn up for one part, never more than the part itself; None without a vial."""
        if self.vial is None or self.drawn is None:
            return None
        return Quantity(self.drawn.in_("mL") * self.vial.strength.in_("mg/mL"), "mg")


def by_hand(
    guidance: Guidance,
    sited: Sited,
    situation: Situation,
    setup: Setup,
    guardrails: Mapping[str, Guardrail] | None = None,
) -> HandPlan | RefusedPlan | None:
    """The plan of a dose that is given by hand.

    Returns:
        None where no dose is advised, or where a pump gives it: `draft` is then asked. A refused plan where a
        limit is not kept, or where the volume cannot be drawn up.
    Raises:
        InputError: an injection whose vial is not stated; a vial that is none of this drug.
        RefusedError: a vial that the site does not keep, or an order written in another way.
    """
    from adjuvant.protocol.limits import guardrails as all_guardrails

    advice = advised(guidance)
    regimen = sited.protocol.regimens.get(guidance.regimen)
    if advice is None or advice.dose is None or regimen is None or regimen.mode in PUMPED:
        return None
    rails = guardrails if guardrails is not None else all_guardrails()
    weight = dosing_weight(sited, situation, guidance.regimen)
    if isinstance(weight, Unknown):
        return RefusedPlan(guidance, tuple(f"Missing: {need}." for need in weight.needs))
    amount = absolute(advice.dose, weight)
    if advice.amount is None or not amount.same_as(advice.amount):
        raise InternalError(
            f"dose {advice.dose}", f"came to {advice.amount} in the advice and to {amount} here",
            "report this with the scenario",
        )  # fmt: skip
    if setup.ordered is not None:
        same_order(setup.ordered, advice.dose)
    vial = vial_of(setup, sited) if regimen.mode == _INJECTED or setup.vial is not None else None
    due = advice.due or situation.instant
    strength = vial.strength if vial is not None else None
    split = regimen.split
    parts = whole(amount, due, strength) if split is None else equal_parts(amount, split, due, strength)
    when = replace(present(situation, regimen, weight), instant=due)
    broken = breaches(advice.dose, advice.dose, regimen, sited, when, weight, rails)
    if broken:
        return RefusedPlan(guidance, tuple(f"{one.words}." for one in broken))
    try:
        drawn = _drawn(parts[0].amount, vial) if vial is not None else None
    except RefusedError as error:
        return RefusedPlan(guidance, (f"{error.thing} {error.rule}.",), f"{error.remedy}.")
    return HandPlan(
        guidance=guidance,
        drug=sited.protocol.drug,
        route=regimen.route,
        dose=advice.dose,
        weight=weight,
        amount=amount,
        vial=vial,
        parts=parts,
        drawn=drawn,
        times_per_day=regimen.times_per_day,
        limits=limits(advice.dose, regimen, sited, weight, rails, when),
        line=in_the_line(sited.protocol, situation),
        checks=_checks(sited.protocol.drug, weight, vial, drawn, parts),
    )


def _drawn(each: Quantity, vial: Vial) -> Quantity:
    """The volume of one part; what its graduation takes is bounded, as it is for a bag."""
    drawn = drawn_up(each.value, vial)
    most = preparations().greatest_rounding
    exact = each.value / vial.strength.value
    lost = Quantity((1 - drawn.value / exact) * 100, "%")
    if vial.diluent_at_least is not None:
        raise RefusedError(
            f"vial {vial.strength}", "is diluted before it is given, as its label asks", "take a weaker vial"
        )
    if lost.value > most.value:
        raise RefusedError(
            f"{words(Quantity(exact, 'mL'))} of {vial.strength}",
            f"cannot be drawn up: {words(drawn)} can, {words(lost)} less, and the house allows {words(most)}",
            "take a weaker vial",
        )
    return drawn


def _checks(
    drug: str, weight: DosingWeight | None, vial: Vial | None, drawn: Quantity | None, parts: tuple[Part, ...]
) -> tuple[str, ...]:
    name = drug_words(drug)
    other = ", not racemic ketamine" if drug == "esketamine" else ""
    held = f" {words(vial.strength)}" if vial is not None else ""
    volume = f", {words(drawn)}" if drawn is not None else ""
    found = (
        "Name and number against the wristband",
        f"Weight {words(weight.value)}, {weight.kind}" if weight is not None else "",
        f"{name[:1].upper()}{name[1:]}{held} in hand{other}, expiry read",
        f"{len(parts)} of {words(parts[0].amount)}{volume}"
        if len(parts) > 1
        else f"{words(parts[0].amount)}{volume}",
        "Right route, and nothing with it that must not meet it",
    )
    return tuple(one for one in found if one)
