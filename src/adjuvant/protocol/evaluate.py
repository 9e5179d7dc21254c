"""The centre: what a protocol advises for one situation. Pure; the instant is in the situation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from adjuvant.library.preparations import preparations
from adjuvant.protocol.answers import Case, answer, because_of, dosed, over, own, withheld
from adjuvant.protocol.belief import age_doubted
from adjuvant.protocol.converting import Converted, by_the_new_route, converted
from adjuvant.protocol.course import level_kept, level_since, progress
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.eligibility import eligible, missing_of
from adjuvant.protocol.guardrail import Guardrail
from adjuvant.protocol.guidance import Guidance, Issue, Missing, Recommendation, Status
from adjuvant.protocol.harm import HARM, judge_harm
from adjuvant.protocol.isolated import judge_alone
from adjuvant.protocol.judge import Context, Finding
from adjuvant.protocol.model import Rule
from adjuvant.protocol.needs import lacking
from adjuvant.protocol.premises import (
    answer_ages,
    dosing_weight,
    other_drug,
    other_route,
    validity,
    weight_change,
    weight_too_old,
)  # fmt: skip
from adjuvant.protocol.present import free_interval, parts_given, present
from adjuvant.protocol.running import lower, lowered_already, next_part, while_running
from adjuvant.protocol.site import Sited
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.titration import first_dose
from adjuvant.protocol.warned import fits, safety_warnings
from adjuvant.quantity import show
from adjuvant.timeline import local_text, zone
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
    from adjuvant.protocol.limits import with_own

    protocol = sited.protocol
    name = regimen if regimen is not None else next(iter(protocol.regimens), "")
    gaps = lacking(protocol, name) if name in protocol.regimens else ()
    if situation.facts.died is not None:
        return _after_death(sited, name, situation, situation.facts.died)
    if name not in protocol.regimens or (regimen is None and len(protocol.regimens) > 1):
        known = ", ".join(protocol.regimens) or "none"
        fit = tuple(key for key, one in protocol.regimens.items() if fits(one, situation))
        warned = _warned(sited, fit if regimen is None else (), situation)
        return withheld(
            sited, situation, name, "", (Missing(f"which regimen of {known}", "regimens"),), warned
        )
    if gaps:
        return withheld(
            sited, situation, name, "the protocol does not say all that giving it needs",
            tuple(Missing(f"{gap.field}: {gap.why}", gap.field) for gap in gaps),
        )  # fmt: skip
    contradictions = (
        *situation.contradictions(),
        *other_drug(sited, situation, name),
        *other_route(sited, situation, name),
    )
    if contradictions:
        issues = tuple(Issue("contradiction", words, against=True) for words in contradictions)
        issues += _warned(sited, (name,), situation)
        return withheld(sited, situation, name, "the chart contradicts itself", (), issues)
    years = situation.facts.age_years
    doubt = age_doubted(years) if years is not None else ""
    if doubt and years is not None:
        needed = Missing(f"an age that is believed: {show(years)} years is {doubt}", "age")
        words = "nobody is of the age that is charted"
        return withheld(sited, situation, name, words, (needed,), _warned(sited, (name,), situation))
    rails = with_own(sited, guardrails if guardrails is not None else all_guardrails())
    case = _case(sited, name, situation, rails)
    if isinstance(case, Guidance):
        return case
    return _advice(case)


def _after_death(sited: Sited, name: str, situation: Situation, died: datetime) -> Guidance:
    """Nothing is advised for the dead. Where the chart goes on, the death may be wrong: rules are told."""
    local = zone(situation.facts.zone)
    issues = [Issue("death", f"the patient's death is charted at {local_text(died, local)}", against=True)]
    if situation.flows:
        words = "no end of ketamine is charted: see that none goes in any more, and chart its end"
        issues.append(Issue("death", words, against=True))
    against = situation.contradictions()
    issues += [Issue("contradiction", words, against=True) for words in against]
    known = (name,) if name in sited.protocol.regimens else ()
    warned = _warned(sited, known, situation) if against else ()
    return withheld(sited, situation, name, "nothing is advised after a death", (), (*issues, *warned))


def _case(
    sited: Sited, name: str, situation: Situation, guardrails: Mapping[str, Guardrail]
) -> Case | Guidance:
    weight = dosing_weight(sited, situation, name)
    if isinstance(weight, Unknown):
        last = weight_too_old(sited, situation, name)
        stale = (("weight " + last.value.for_people(), last.at),) if last is not None else ()
        lacking_weight = tuple(Missing(need, "weight") for need in weight.needs)
        warned = _warned(sited, (name,), situation)
        return withheld(sited, situation, name, "doses are per kilogram", lacking_weight, warned, stale)
    return _of_weight(sited, name, situation, guardrails, weight)


def _warned(sited: Sited, names: tuple[str, ...], situation: Situation) -> tuple[Issue, ...]:
    """What speaks against the ketamine that is given, where there is nothing to advise by.

    Rules of safety are judged all the same, of each regimen that may be the one; never a dose.
    """
    found: list[Issue] = []
    if situation.state.phase not in _NOT_RUNNING:
        for name in names:
            weight = dosing_weight(sited, situation, name)
            known = None if isinstance(weight, Unknown) else weight
            found += safety_warnings(_of_weight(sited, name, situation, {}, known))
    return tuple(dict.fromkeys(found))


def _of_weight(
    sited: Sited,
    name: str,
    situation: Situation,
    guardrails: Mapping[str, Guardrail],
    weight: DosingWeight | None,
) -> Case:
    protocol, regimen = sited.protocol, sited.protocol.regimens[name]
    change: Converted | Unknown | None = None
    if regimen.converted_from is not None:
        # Where nothing can be converted, rules of safety are judged all the same, of what is given already.
        change = converted(regimen, situation, weight)
        situation = by_the_new_route(situation, regimen)
        regimen = regimen if isinstance(change, Unknown) else change.regimen
    else:
        situation = present(situation, regimen, weight)
    context = Context(
        validity(sited, name), weight, answers=answer_ages(sited), weight_change=weight_change(sited)
    )
    # Want of effect is judged as titration is: of this dose, and once it has had its time.
    of_level = replace(context, after=level_since(regimen, situation))
    kept = level_kept(regimen, situation)

    def found(rule: Rule) -> Finding:
        if rule.kind in HARM:
            return judge_harm(rule.when, regimen, situation, context)
        return judge_alone(rule.when, situation, of_level if rule.kind == "futility" else context)

    rules = tuple(
        (rule, found(rule))
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
        change,
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
                return because_of(case, Status.STOP, "stop", "Stop ketamine.", fired[kind])
        if fired["pause"]:
            held = because_of(case, Status.HOLD, "hold", "Hold ketamine, and judge it again.", fired["pause"])
            return _open_too(held, unsure)
        begun = parts_given(case.situation, case.regimen, case.weight)
        ended = progress(case.regimen, case.situation)
        if ended.ended and begun is None:  # a dose that was begun is made whole
            return over(case, ended.ended, ended.field)
        entry = [pair for pair in case.rules if pair[0].kind == "entry"] if not case.regimen.rated else []
        against = [pair for pair in entry if pair[1].answer is True]
        if against:
            held = because_of(case, Status.HOLD, "hold", "Do not give the next dose now.", against)
            return _open_too(held, unsure)
        unsure += tuple(lack for rule, finding in entry for lack in missing_of(finding, rule.key))
        lowered = lowered_already(case, fired["reduce"])
        # What runs may fall whatever else is not known; a lower single dose is a dose that is given.
        if fired["reduce"] and not lowered and (case.regimen.rated or not unsure):
            return _open_too(lower(case, fired["reduce"]), unsure)
        if unsure:
            return answer(case, Status.WITHHELD, (), missing=unsure)
        found = while_running(case, lowered) if begun is None else next_part(case, begun)
        if case.eligibility.excluded and found.status in (Status.CONTINUE, Status.RAISE):
            return _excluded_since(case)
        return found
    return _not_running(case, fired, unsure)


def _open_too(found: Guidance, unsure: tuple[Missing, ...]) -> Guidance:
    """Advice for what is known, with what might ask for more and cannot be told."""
    return replace(found, missing=tuple(dict.fromkeys((*found.missing, *unsure))))


def _excluded_since(case: Case) -> Guidance:
    """What speaks against ketamine holds while it is given: no dose is advised, and none is taken away."""
    texts = dict.fromkeys(one.text.rstrip(".") for one in case.eligibility.excluded)
    words = f"this speaks against ketamine, which is being given: {'; '.join(texts)}"
    issue = Issue("exclusion", words, case.eligibility.excluded, against=True)
    return answer(case, Status.WITHHELD, (), issues=(issue,))


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
        return because_of(case, Status.HOLD, "hold", "Do not begin ketamine now.", against)
    if case.situation.state.phase == "stopped":
        words = "Ketamine was stopped; another course is a new decision."
        reason, ended = own(case, "course", words), case.situation.state.stopped
        again = ended + free_interval(case.regimen) if ended is not None else None
        return answer(case, Status.COMPLETE, (Recommendation("complete", words, (reason,), due=again),))
    issues: tuple[Issue, ...] = ()
    if case.situation.state.earlier is not None:
        words, wanted = _earlier(case.situation.state.earlier, case.situation)
        issues = (Issue("earlier course", words),)
        if wanted is False:
            reason = own(case, "course", words)
            return answer(
                case,
                Status.COMPLETE,
                (Recommendation("complete", "No further course is wanted.", (reason,)),),
            )
        if wanted is None:
            unsure += (Missing("a clinician's decision on another course (answer another_course)", "course"),)
    if case.eligibility.answer == "cannot say" or unsure:
        return answer(case, Status.WITHHELD, (), missing=unsure, issues=issues)
    if isinstance(case.change, Unknown):
        rule = f"regimens.{case.name}.converted_from"
        lack = tuple(Missing(need, rule) for need in case.change.needs)
        return answer(case, Status.WITHHELD, (), missing=lack, issues=issues)
    dose = first_dose(case.regimen, case.situation)
    if isinstance(dose, Unknown):
        return answer(case, Status.WITHHELD, (), missing=tuple(Missing(need, "start") for need in dose.needs))
    if case.change is not None:
        due = case.change.due if case.change.due > case.situation.instant else None
        verb = "Nothing is due yet; then start with" if due is not None else "Start with"
        because = own(case, "converted_from", case.change.words)
        return dosed(case, Status.START, dose, verb, because, due=due, issues=issues)
    because = own(case, "start", f"the first dose is {dose}")
    return dosed(case, Status.START, dose, "Start with", because, issues=issues)


def _earlier(ended: datetime, situation: Situation) -> tuple[str, bool | None]:
    """What is said of an earlier course, and whether a clinician wants another since; None: nobody said."""
    said = situation.answer("another_course")
    wanted = said.yes if said is not None and said.at > ended else None
    by = f"; {said.by} decided on another" if said is not None and wanted else ""
    asked = "; ".join(one.asks for one in preparations().reviews)
    words = f"An earlier course ended at {ended.isoformat()}{by}. Another is counted from its own beginning."
    return f"{words} Due before it, by a rule of the house that refuses no start: {asked}.", wanted
