"""The answer of a protocol put together: advice with reasons, what to call and review, what was missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adjuvant.citation import Provenance
from adjuvant.protocol.accompanying import afterwards, rescues
from adjuvant.protocol.capping import Capped, capped
from adjuvant.protocol.ceiling import ceiling_words, limit_as_written
from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.converting import Converted
from adjuvant.protocol.course import taper_words
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.eligibility import Eligibility, reasons
from adjuvant.protocol.gate import check_dose, day_breaches, guardrail_breaches
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.guidance import (
    Guidance,
    Issue,
    Missing,
    Reason,
    Recommendation,
    Status,
    Uncapped,
    in_order,
)
from adjuvant.protocol.isolated import fault_issues, judged
from adjuvant.protocol.judge import Context, Finding
from adjuvant.protocol.model import Rule
from adjuvant.protocol.modifying import modifier_advice
from adjuvant.protocol.opioid_review import opioid_review
from adjuvant.protocol.premises import weight_to_compare
from adjuvant.protocol.regimen import Loading, Regimen
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.sooner import given_too_soon
from adjuvant.protocol.unspoken import unspoken_conditions
from adjuvant.protocol.values import SITE, Sourced
from adjuvant.protocol.words import quantity_words
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = [
    "Case",
    "amount_of",
    "answer",
    "because_of",
    "capital",
    "cited",
    "dosed",
    "limits_of",
    "over",
    "own",
    "uncapped_of",
    "withheld",
]


@dataclass(frozen=True, slots=True)
class Case:
    """What is handed from one question to the next: the protocol, the patient, and every rule judged once.

    Args:
        change: how the first dose was worked out of another route, or what was lacking; else None.
    """

    sited: Sited
    name: str
    regimen: Regimen
    situation: Situation
    weight: DosingWeight | None
    context: Context
    guardrails: Mapping[str, Guardrail]
    rules: tuple[tuple[Rule, Finding], ...]
    eligibility: Eligibility
    change: Converted | Unknown | None = None


def answer(
    case: Case,
    status: Status,
    advice: tuple[Recommendation, ...],
    *,
    missing: tuple[Missing, ...] = (),
    issues: tuple[Issue, ...] = (),
    stale: tuple[tuple[str, Any], ...] = (),
) -> Guidance:
    """The whole answer: the advice, whom to call, what to review, cautions, what was missing or stale."""
    asks: list[Recommendation] = []
    for rule, finding in case.rules:
        if rule.kind in ("call", "review") and finding.answer is True:
            words = f"Call {rule.call}." if rule.kind == "call" else rule.text
            asks.append(Recommendation(rule.kind, words, reasons(finding, rule.key, rule.text, rule)))
    judgements = [
        judged(rule, finding, reasons(finding, rule.key, rule.text, rule)) for rule, finding in case.rules
    ]
    review = opioid_review(case.sited, case.situation, case.context)
    if review is not None:
        judgements.append(review[0])
        asks += [review[1]] if review[1] is not None else []
    asks += rescues(case.sited.protocol, case.situation, case.context)
    if status is Status.COMPLETE:
        asks += afterwards(case.sited.protocol, case.situation)
    every = [*missing, *case.eligibility.missing] if case.situation.state.phase == "none" else list(missing)
    old = [*stale, *case.eligibility.stale]
    old += [(sight.words, sight.at) for _, finding in case.rules for sight in finding.stale]
    protocol, profile = case.sited.protocol, case.sited.profile
    kinds = modifier_advice(protocol, case.regimen, case.situation, case.context)
    unspoken = unspoken_conditions(protocol, case.situation, case.context)
    faults = fault_issues((rule.key, finding) for rule, finding in case.rules)
    soon = tuple(
        Issue("too soon", words, (own(case, field, words),), against=True)
        for field, words in given_too_soon(case.regimen, case.situation)
    )
    return Guidance(
        status=status,
        instant=case.situation.instant,
        eligibility=case.eligibility.answer,
        recommendations=(*advice, *asks),
        eligibility_because=case.eligibility.because,
        issues=in_order((*issues, *soon, *faults, *case.eligibility.cautions, *unspoken, *kinds)),
        missing=tuple(dict.fromkeys(every)),
        stale=tuple(dict.fromkeys(old)),
        protocol=protocol.protocol,
        version=protocol.version,
        regimen=case.name,
        digest=case.sited.digest,
        site=profile.site if profile is not None else "",
        example=profile.example if profile is not None else False,
        hypothetical=case.situation.facts.hypothetical,
        judged=tuple(judgements),
    )


def withheld(
    sited: Sited,
    situation: Situation,
    name: str,
    words: str,
    missing: tuple[Missing, ...],
    issues: tuple[Issue, ...] = (),
    stale: tuple[tuple[str, Any], ...] = (),
) -> Guidance:
    """No advice, before anything about the patient was judged."""
    profile = sited.profile
    said = (Issue("withheld", words),) if words else ()
    return Guidance(
        status=Status.WITHHELD,
        instant=situation.instant,
        eligibility="cannot say",
        recommendations=(),
        issues=(*said, *in_order(issues)),
        missing=missing,
        stale=stale,
        protocol=sited.protocol.protocol,
        version=sited.protocol.version,
        regimen=name,
        digest=sited.digest,
        site=profile.site if profile is not None else "",
        example=profile.example if profile is not None else False,
        hypothetical=situation.facts.hypothetical,
    )


def own(case: Case, field: str, text: str) -> Reason:
    """A reason that is a field of the protocol: the site's own where the site chose it."""
    path = f"regimens.{case.name}.{field}"
    if any(chosen == path or chosen.startswith(f"{path}.") for chosen in case.sited.references):
        return Reason(path, text, "", None, SITE, Provenance.SITE)
    here: Any = case.regimen
    source = here
    for step in field.split("."):
        here = getattr(here, step, None)
        if getattr(here, "citation", None) is not None:
            source = here
    return Reason(path, text, "", None, source.citation or "", source.provenance or Provenance.ASSUMED)


def cited(rule: str, text: str, source: Sourced) -> Reason:
    """A reason that is a limit of the library, under its own key."""
    return Reason(rule, text, "", None, source.citation or "", source.provenance or Provenance.ASSUMED)


def capital(words: str) -> str:
    """A phrase as a sentence."""
    return f"{words[:1].upper()}{words[1:]}."


def over(case: Case, words: str, field: str) -> Guidance:
    """The end of the course, and how its source brings ketamine down where it does not end at once."""
    taper = taper_words(case.regimen, case.situation)
    because = [own(case, field, words), *([own(case, "course.taper", taper)] if taper else [])]
    said = f"{capital(words)} {taper}".strip()
    return answer(case, Status.COMPLETE, (Recommendation("complete", said, tuple(because)),))


def dosed(
    case: Case,
    status: Status,
    dose: Quantity,
    verb: str,
    *because: Reason,
    due: Any = None,
    issues: tuple[Issue, ...] = (),
) -> Guidance:
    """Advice with a dose, once the gate lets it pass; a dose that goes down is never held back.

    Args:
        dose: as the protocol writes it. Its own cap is applied here, and shown; a guardrail alters nothing.
    """
    here = capped(case.regimen, dose, case.weight)
    dose = here.dose
    # What is due later must keep every limit then: an interval that is too short now has passed by that time.
    later = due is not None and due > case.situation.instant and not case.regimen.rated
    when = replace(case.situation, instant=due) if later else case.situation
    refused, found = limits_of(case, dose, when)
    issues = (*issues, *found)
    if refused and status is not Status.LOWER:
        return answer(case, Status.WITHHELD, (), issues=issues)
    over = case.regimen.duration.value if case.regimen.duration is not None else None
    cap = uncapped_of(case, here)
    because = (*because, cap.because) if cap is not None else because
    amount = amount_of(dose, case)
    shown = quantity_words(dose)
    if not amount.unit.commensurable(dose.unit):
        shown += f", which is {amount.for_people()}"
    spent = f" over {over.for_people()}" if over is not None else ""
    if case.regimen.split is not None:
        times = ", ".join(at.for_people() for at in case.regimen.split.at)
        spent += f" in {case.regimen.split.parts} equal parts, at {times}"
    said = f"{verb} {shown}{spent}.{f' {capital(cap.because.text)}' if cap is not None else ''}"
    advice = Recommendation(status.value, said, because, dose, amount, over, due, cap)
    if status is Status.START and case.regimen.loading is not None:
        held, more = _loading_limits(case, case.regimen.loading, dose)
        if held and not case.regimen.loading.optional:
            return answer(case, Status.WITHHELD, (), issues=(*issues, *more))
        before = () if held else (_loading(case, case.regimen.loading),)
        return answer(case, status, (advice, *before), issues=(*issues, *more))
    return answer(case, status, (advice,), issues=issues)


def uncapped_of(case: Case, found: Capped) -> Uncapped | None:
    """What a dose would be without the protocol's own cap, with the rule; None where none applied."""
    if found.uncapped is None or found.by is None:
        return None
    amount = amount_of(found.uncapped, case)
    shown = quantity_words(found.uncapped)
    if not amount.unit.commensurable(found.uncapped.unit):
        shown += f", which is {quantity_words(amount)}"
    words = f"the protocol's own cap applies, {ceiling_words(found.by)}; without it the dose would be {shown}"
    held = limit_as_written(found.by)
    rule = f"regimens.{case.name}.ceilings.{found.by.key}"
    reason = cited(rule, words, held if held is not None and held.citation else found.by)
    return Uncapped(found.uncapped, amount, reason)


def _loading(case: Case, loading: Loading) -> Recommendation:
    """The loading dose in words, exact; it is set up apart from the infusion that follows."""
    dose, may = loading.dose.ends, "may" if loading.optional else "is to"
    shown = " to ".join(
        dict.fromkeys(f"{quantity_words(end)}, {amount_of(end, case).for_people()}" for end in dose)
    )
    over = f", over {loading.over}" if loading.over is not None else ""
    words = f"A loading dose of {shown}{over} {may} go before it."
    return Recommendation("loading", words, (own(case, "loading", words),))


def _loading_limits(case: Case, loading: Loading, dose: Quantity) -> tuple[bool, tuple[Issue, ...]]:
    """Whether a limit refuses the loading dose, alone or with the infusion, and each that is not kept."""
    as_bolus = case.regimen.model_copy(
        update={"mode": "slow_bolus", "duration": loading.over, "course": None}
    )
    adopted = _adopted(case)
    weight = case.weight or weight_to_compare(case.sited, case.situation)
    most, protocol, rails, now = loading.dose.ends[1], case.sited.protocol, case.guardrails, case.situation
    # What an hour or a day holds with it is looked at below; of the course itself nothing was given yet.
    found = guardrail_breaches(most, protocol, as_bolus, None, weight, rails, adopted)
    over = loading.over.value if loading.over is not None else None
    given = ChartEvent(now.instant, Happened.GIVEN, most, over)
    said = {
        one.key for one in (*found, *check_dose(dose, protocol, case.regimen, now, weight, rails, adopted))
    }
    together = day_breaches(dose, given, protocol, case.regimen, now, weight, rails, adopted)
    found += [one for one in together if one.key not in said]
    return any(one.refuses for one in found), tuple(
        Issue(
            "guardrail" if one.refuses else "advisory",
            f"Loading dose: {one.words}",
            (cited(one.key, one.words, one.source),),
            against=one.refuses,
        )
        for one in found
    )


def _adopted(case: Case) -> list[str]:
    profile = case.sited.profile
    return [one.key for one in profile.adopt_guardrails] if profile is not None else []


def limits_of(case: Case, dose: Quantity, when: Situation) -> tuple[bool, tuple[Issue, ...]]:
    """Whether a dose that is given at `when` is refused, and every limit that it does not keep, in words."""
    weight = case.weight or weight_to_compare(case.sited, case.situation)
    breaches = check_dose(
        dose, case.sited.protocol, case.regimen, when, weight, case.guardrails, _adopted(case)
    )
    return any(one.refuses for one in breaches), tuple(
        Issue(
            "guardrail" if one.refuses else "advisory",
            one.words,
            (cited(one.key, one.words, one.source),),
            against=one.refuses,
        )
        for one in breaches
    )


def amount_of(dose: Quantity, case: Case) -> Quantity:
    """A dose in milligrams, or milligrams per hour, for this patient."""
    return absolute(dose, case.weight)


def because_of(
    case: Case, status: Status, action: str, words: str, fired: list[tuple[Rule, Finding]]
) -> Guidance:
    """Advice without a dose, with every rule that asks for it."""
    because = tuple(
        reason for rule, finding in fired for reason in reasons(finding, rule.key, rule.text, rule)
    )
    return answer(case, status, (Recommendation(action, words, because),))
