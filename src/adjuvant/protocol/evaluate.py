"""The centre: what a protocol advises for one situation. Pure; the instant is in the situation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from adjuvant.protocol.answers import Case, answer, capital, cited, own, withheld
from adjuvant.protocol.course import level_kept, level_since, lowered_since, progress
from adjuvant.protocol.dosing import absolute
from adjuvant.protocol.eligibility import eligible, missing_of, reasons
from adjuvant.protocol.gate import check_dose
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.guidance import Guidance, Issue, Missing, Reason, Recommendation, Status
from adjuvant.protocol.judge import Context, Finding, judge, span
from adjuvant.protocol.model import Rule
from adjuvant.protocol.needs import lacking
from adjuvant.protocol.premises import dosing_weight, validity, weight_to_compare
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.titration import first_dose, lowered_by_rule, next_down, next_up, on_the_ladder
from adjuvant.protocol.words import quantity_words
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["dosing_weight", "evaluate"]

_NOT_RUNNING = frozenset({"none", "stopped"})
_SAFETY = ("stop", "futility", "pause", "reduce")


def evaluate(
    sited: Sited,
    situation: Situation,
    regimen: str | None = None,
    guardrails: Mapping[str, Guardrail] | None = None,
) -> Guidance:
    """What the protocol advises now, why, and what was missing.

    Nothing is advised where the protocol is incomplete, the chart contradicts itself, or a rule of safety
    cannot be told: the answer is then ``withheld`` and names what is needed. A limit never alters a dose.

    Args:
        sited: the protocol, with a site's values where it has gaps.
        regimen: the key of the regimen; None takes the only one there is.
        guardrails: every guardrail of the library, by key; None reads them.
    """
    from adjuvant.protocol.limits import guardrails as all_guardrails

    protocol = sited.protocol
    name = regimen if regimen is not None else next(iter(protocol.regimens), "")
    gaps = lacking(protocol, name) if name in protocol.regimens else ()
    if name not in protocol.regimens or (regimen is None and len(protocol.regimens) > 1):
        known = ", ".join(protocol.regimens) or "none"
        return withheld(sited, situation, name, "", (Missing(f"which regimen of {known}", "regimens"),))
    if gaps:
        return withheld(
            sited, situation, name, "the protocol does not say all that giving it needs",
            tuple(Missing(f"{gap.field}: {gap.why}", gap.field) for gap in gaps),
        )  # fmt: skip
    contradictions = situation.contradictions()
    if contradictions:
        issues = tuple(Issue("contradiction", words) for words in contradictions)
        return withheld(sited, situation, name, "the chart contradicts itself", (), issues)
    case = _case(sited, name, situation, guardrails if guardrails is not None else all_guardrails())
    if isinstance(case, Guidance):
        return case
    return _advice(case)


def _case(
    sited: Sited, name: str, situation: Situation, guardrails: Mapping[str, Guardrail]
) -> Case | Guidance:
    protocol, regimen = sited.protocol, sited.protocol.regimens[name]
    weight = dosing_weight(sited, situation)
    if isinstance(weight, Unknown):
        last = situation.weight("actual")
        stale = (("weight " + last.value.for_people(), last.at),) if last is not None else ()
        lacking_weight = tuple(Missing(need, "weight") for need in weight.needs)
        return withheld(sited, situation, name, "doses are per kilogram", lacking_weight, (), stale)
    context = Context(validity(sited, name), weight)
    # Want of effect is judged as titration is: of this dose, and once it has had its time.
    of_level = replace(context, after=level_since(regimen, situation))
    kept = level_kept(regimen, situation)
    rules = tuple(
        (rule, judge(rule.when, situation, of_level if rule.kind == "futility" else context))
        for rule in protocol.rules
        if (not rule.regimens or name in rule.regimens) and (kept or rule.kind != "futility")
    )
    return Case(
        sited,
        name,
        regimen,
        situation,
        weight,
        context,
        guardrails,
        rules,
        eligible(protocol, name, situation, context),
    )


# --- advice -----------------------------------------------------------------------------------------------


def _advice(case: Case) -> Guidance:
    """What is advised, the gravest first: stop, hold, lower; then the course's end; then the dose."""
    fired = {
        kind: [pair for pair in case.rules if pair[0].kind == kind and pair[1].answer is True]
        for kind in _SAFETY
    }
    running = case.situation.state.phase not in _NOT_RUNNING
    unsure = tuple(
        lack for rule, finding in case.rules if rule.kind in _SAFETY for lack in missing_of(finding, rule.key)
    )
    if running:
        for kind in ("stop", "futility"):
            if fired[kind]:
                return _because(case, Status.STOP, "stop", "Stop ketamine.", fired[kind])
        if fired["pause"]:
            return _because(case, Status.HOLD, "hold", "Hold ketamine, and judge it again.", fired["pause"])
        ended = progress(case.regimen, case.situation)
        if ended.ended:
            reason = own(case, ended.field, ended.ended)
            return answer(
                case, Status.COMPLETE, (Recommendation("complete", capital(ended.ended), (reason,)),)
            )
        lowered = _lowered_already(case, fired["reduce"])
        if fired["reduce"] and not lowered:
            return _lower(case, fired["reduce"])
        entry = [pair for pair in case.rules if pair[0].kind == "entry"] if not case.regimen.rated else []
        against = [pair for pair in entry if pair[1].answer is True]
        if against:
            return _because(case, Status.HOLD, "hold", "Do not give the next dose now.", against)
        unsure += tuple(lack for rule, finding in entry for lack in missing_of(finding, rule.key))
        if unsure:
            return answer(case, Status.WITHHELD, (), missing=unsure)
        return _running(case, lowered)
    return _not_running(case, fired, unsure)


def _not_running(
    case: Case, fired: Mapping[str, list[tuple[Rule, Finding]]], unsure: tuple[Missing, ...]
) -> Guidance:
    against = [pair for kind in _SAFETY for pair in fired[kind]]
    entry = [pair for pair in case.rules if pair[0].kind == "entry"]
    against += [pair for pair in entry if pair[1].answer is True]
    unsure += tuple(lack for rule, finding in entry for lack in missing_of(finding, rule.key))
    if case.eligibility.answer == "not eligible":
        return answer(case, Status.NOT_ELIGIBLE, ())
    if against:
        return _because(case, Status.HOLD, "hold", "Do not begin ketamine now.", against)
    if case.situation.state.phase == "stopped":
        words = "Ketamine was stopped; another course is a new decision."
        stopped = own(case, "course", words)
        return answer(case, Status.COMPLETE, (Recommendation("complete", words, (stopped,)),))
    if case.eligibility.answer == "cannot say" or unsure:
        return answer(case, Status.WITHHELD, (), missing=unsure)
    dose = first_dose(case.regimen, case.situation)
    if isinstance(dose, Unknown):
        return answer(case, Status.WITHHELD, (), missing=tuple(Missing(need, "start") for need in dose.needs))
    return _dosed(case, Status.START, dose, "Start with", own(case, "start", f"the first dose is {dose}"))


def _lowered_already(case: Case, fired: list[tuple[Rule, Finding]]) -> tuple[Reason, ...]:
    """Why the dose is kept, where it was lowered for just this and nothing newer speaks of the lower dose."""
    since = lowered_since(case.regimen, case.situation, case.weight)
    seen = [sight.at for _, finding in fired for sight in finding.seen]
    if not seen or since is None or any(at is None or at > since for at in seen):
        return ()
    return tuple(
        reason
        for rule, finding in fired
        for reason in reasons(finding, rule.key, f"{rule.text} The dose was lowered for it.", rule)
    )


def _running(case: Case, lowered: tuple[Reason, ...] = ()) -> Guidance:
    """What follows while no rule holds ketamine; a dose that was lowered for what still lasts is kept."""
    state, regimen = case.situation.state, case.regimen
    if state.dose is None:
        return answer(case, Status.WITHHELD, (), missing=(Missing("the dose that runs", "chart"),))
    level = on_the_ladder(regimen, state.dose, case.weight)
    level = level or lowered_by_rule(case.sited.protocol, regimen, case.situation, case.weight)
    if level is None:
        issue = Issue("step", f"{state.dose} is charted, and is none of the protocol's doses")
        return answer(case, Status.WITHHELD, (), issues=(issue,))
    if state.phase == "paused":
        return _paused(case, level)
    if lowered:
        due = progress(regimen, case.situation).next_due
        return _dosed(case, Status.CONTINUE, level, "Go on with", *lowered, due=due)
    titration = regimen.titration
    if titration is None or titration.every is None or titration.every.value is None:
        if not regimen.rated:
            return _between(case, level)
        return _dosed(
            case, Status.CONTINUE, level, "Go on with", own(case, "start", "the dose does not change")
        )
    since = level_since(regimen, case.situation) or case.situation.instant
    due = since + span(titration.every.value)
    if titration.lower_when is not None:
        finding = judge(titration.lower_when, case.situation, case.context)
        if finding.answer is True:
            down = next_down(regimen, level, case.weight)
            if down is not None and not isinstance(down, Unknown):
                because = reasons(finding, "titration.lower_when", "the dose is lowered", titration)
                return _dosed(case, Status.LOWER, down.dose, "Lower to", *because)
        if isinstance(finding.answer, Unknown):  # a dose that may have to fall is not kept, and not raised
            return answer(
                case, Status.WITHHELD, (), missing=missing_of(finding, "titration.lower_when"),
                stale=tuple((sight.words, sight.at) for sight in finding.stale),
            )  # fmt: skip
    if not regimen.rated:
        return _between(case, level)
    if case.situation.instant < due:
        words = f"this level is kept {titration.every.value}"
        return _dosed(
            case, Status.CONTINUE, level, "Go on with", own(case, "titration.every", words), due=due
        )
    return _judged(case, level)


def _judged(case: Case, level: Quantity, next_dose: datetime | None = None) -> Guidance:
    """Up one level, or stay: what the rule of titration says once a level has been kept long enough.

    Only what was seen since the level began speaks of it.
    """
    titration = case.regimen.titration
    if titration is None:
        return _dosed(
            case, Status.CONTINUE, level, "Go on with", own(case, "start", "the dose does not change")
        )
    raising = titration.raise_when is not None
    question = titration.raise_when if raising else titration.keep_when
    of_level = replace(case.context, after=level_since(case.regimen, case.situation))
    finding = judge(question, case.situation, of_level)
    rule = "titration.raise_when" if raising else "titration.keep_when"
    if isinstance(finding.answer, Unknown):
        return answer(
            case, Status.WITHHELD, (), missing=missing_of(finding, rule),
            stale=tuple((sight.words, sight.at) for sight in finding.stale),
        )  # fmt: skip
    go_up = finding.answer is raising
    which = "for a higher dose" if raising else "to keep the level"
    words = f"the rule {which} {'holds' if finding.answer is True else 'does not hold'}"
    because = reasons(finding, rule, words, titration)
    up = next_up(case.regimen, level, case.weight) if go_up else None
    if go_up and isinstance(up, Unknown):
        return answer(case, Status.WITHHELD, (), missing=tuple(Missing(need, rule) for need in up.needs))
    if go_up and up is not None and not isinstance(up, Unknown):
        return _dosed(case, Status.RAISE, up.dose, "Raise to", *because, due=next_dose)
    if go_up:
        because = (*because, own(case, "ceilings", f"{level} is the highest dose of the protocol"))
    return _dosed(case, Status.CONTINUE, level, "Go on with", *because, due=next_dose)


def _paused(case: Case, level: Quantity) -> Guidance:
    """A pause whose reason has gone, and whose time has passed, may end."""
    waits = [
        rule.resume_after for rule, _ in case.rules if rule.kind == "pause" and rule.resume_after is not None
    ]
    paused = case.situation.state.paused
    until = max((paused + span(wait) for wait in waits), default=None) if paused is not None else None
    if until is not None and case.situation.instant < until:
        because = own(case, "rules", "a pause lasts until then")
        return answer(
            case, Status.HOLD, (Recommendation("hold", "Keep holding ketamine.", (because,), due=until),)
        )
    because = own(case, "rules", "no rule holds ketamine any more")
    return _dosed(case, Status.CONTINUE, level, "Resume", because)


def _between(case: Case, level: Quantity) -> Guidance:
    """Between single doses: the next when it is due, another level once the present one has had its time."""
    ahead = progress(case.regimen, case.situation)
    due, titration = ahead.next_due, case.regimen.titration
    if due is not None and ahead.ends_at is not None and due >= ahead.ends_at:
        words = "no further dose falls within the course"
        reason = own(case, "course", words)
        return answer(case, Status.COMPLETE, (Recommendation("complete", capital(words), (reason,)),))
    judged = titration is not None and (titration.raise_when or titration.keep_when) is not None
    if due is not None and judged and level_kept(case.regimen, case.situation):
        return _judged(case, level, due)
    if due is None:
        return answer(
            case, Status.WITHHELD, (), missing=(Missing("when the next dose is due", "course.spacing"),)
        )
    because = own(case, "course", "the next dose of the course")
    verb = "Nothing is due yet; then give" if case.situation.instant < due else "Give"
    return _dosed(case, Status.CONTINUE, level, verb, because, due=due)


def _lower(case: Case, fired: list[tuple[Rule, Finding]]) -> Guidance:
    """The lowest of what the rules of reduction come to; from the lowest level, hold."""
    state = case.situation.state
    level = on_the_ladder(case.regimen, state.dose, case.weight) if state.dose is not None else None
    down = next_down(case.regimen, level, case.weight) if level is not None else None
    shares = [rule.reduce_by for rule, _ in fired if rule.reduce_by is not None]
    because = tuple(
        reason for rule, finding in fired for reason in reasons(finding, rule.key, rule.text, rule)
    )
    if shares and state.dose is not None:
        most = max(shares, key=lambda one: one.value)
        lower = state.dose * ((100 - most.value) / 100)
        words = f"Lower by {most}, to {quantity_words(lower)}."
        due = progress(case.regimen, case.situation).next_due
        advice = Recommendation("lower", words, because, dose=lower, amount=_amount(lower, case), due=due)
        return answer(case, Status.LOWER, (advice,))
    if down is None or isinstance(down, Unknown):
        return _because(case, Status.HOLD, "hold", "Hold ketamine: there is no lower dose.", fired)
    due = progress(case.regimen, case.situation).next_due
    return _dosed(case, Status.LOWER, down.dose, "Lower to", *because, due=due)


# --- answers ----------------------------------------------------------------------------------------------


def _dosed(
    case: Case, status: Status, dose: Quantity, verb: str, *because: Reason, due: Any = None
) -> Guidance:
    """Advice with a dose, once the gate lets it pass; a dose that goes down is never held back."""
    profile = case.sited.profile
    adopted = [one.key for one in profile.adopt_guardrails] if profile is not None else []
    # What is due later must keep every limit then: an interval that is too short now has passed by that time.
    later = due is not None and due > case.situation.instant and not case.regimen.rated
    when = replace(case.situation, instant=due) if later else case.situation
    weight = case.weight or weight_to_compare(case.sited, case.situation)
    breaches = check_dose(dose, case.sited.protocol, case.regimen, when, weight, case.guardrails, adopted)
    refused = [one for one in breaches if one.refuses]
    issues = tuple(
        Issue("guardrail" if one.refuses else "advisory", one.words, (cited(one.key, one.words, one.source),))
        for one in breaches
    )
    if refused and status is not Status.LOWER:
        return answer(case, Status.WITHHELD, (), issues=issues)
    over = case.regimen.duration.value if case.regimen.duration is not None else None
    amount = _amount(dose, case)
    shown = quantity_words(dose)
    if amount is not None and not amount.unit.commensurable(dose.unit):
        shown += f", which is {amount.for_people()}"
    spent = f" over {over.for_people()}" if over is not None else ""
    if case.regimen.split is not None:
        times = ", ".join(at.for_people() for at in case.regimen.split.at)
        spent += f" in {case.regimen.split.parts} equal parts, at {times}"
    advice = Recommendation(status.value, f"{verb} {shown}{spent}.", because, dose, amount, over, due)
    return answer(case, status, (advice,), issues=issues)


def _amount(dose: Quantity, case: Case) -> Quantity | None:
    return absolute(dose, case.weight)


def _because(
    case: Case, status: Status, action: str, words: str, fired: list[tuple[Rule, Finding]]
) -> Guidance:
    because = tuple(
        reason for rule, finding in fired for reason in reasons(finding, rule.key, rule.text, rule)
    )
    return answer(case, status, (Recommendation(action, words, because),))
