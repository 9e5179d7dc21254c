"""What follows once ketamine has begun: go on, raise, lower, resume, or the next single dose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from adjuvant.citation import Provenance
from adjuvant.protocol.answers import (
    Case,
    amount_of,
    answer,
    because_of,
    dosed,
    limits_of,
    over,
    own,
    uncapped_of,
)
from adjuvant.protocol.capping import capped
from adjuvant.protocol.ceiling import ceiling_words
from adjuvant.protocol.course import given_and_lowered, level_kept, level_since, lowered_since, progress
from adjuvant.protocol.eligibility import missing_of, reasons
from adjuvant.protocol.guidance import Guidance, Issue, Missing, Reason, Recommendation, Status
from adjuvant.protocol.isolated import fault_issues, judge_alone
from adjuvant.protocol.judge import Finding, span
from adjuvant.protocol.model import Rule
from adjuvant.protocol.pausing import still_paused
from adjuvant.protocol.predicate import All, AnyOf, Not, Predicate
from adjuvant.protocol.present import PartsGiven, present
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.titration import lowered_by_rule, next_down, next_up, on_the_ladder
from adjuvant.protocol.words import quantity_words
from adjuvant.quantity import Quantity
from adjuvant.unknown import Unknown

__all__ = ["lower", "lowered_already", "next_part", "while_running"]


def lowered_already(case: Case, fired: list[tuple[Rule, Finding]]) -> tuple[Reason, ...]:
    """Why the dose is kept, where it was lowered for just this and nothing newer speaks of the lower dose."""
    since = lowered_since(case.regimen, case.situation, case.weight)
    asked = [part for rule, _ in fired for part in _asserted(rule.when)]
    found = [judge_alone(part, case.situation, case.context) for part in asked]
    # That an effect has gone, as a rule may ask too, is newer than the effect and no reason of its own.
    seen = [sight.at for one in found if one.answer is True for sight in one.seen]
    if not seen or since is None or any(at is None or at > since for at in seen):
        return ()
    return tuple(
        reason
        for rule, finding in fired
        for reason in reasons(finding, rule.key, f"{rule.text} The dose was lowered for it.", rule)
    )


def _asserted(predicate: Predicate) -> Iterator[Predicate]:
    """What a predicate asks to be there; nothing of what it asks not to be there."""
    if isinstance(predicate, All | AnyOf):
        for part in predicate.all if isinstance(predicate, All) else predicate.any:
            yield from _asserted(part)
    elif not isinstance(predicate, Not):
        yield predicate


def while_running(case: Case, lowered: tuple[Reason, ...] = ()) -> Guidance:
    """What follows while no rule holds ketamine; a dose that was lowered for what still lasts is kept."""
    state, regimen = case.situation.state, case.regimen
    if state.dose is None:
        return answer(case, Status.WITHHELD, (), missing=(Missing("the dose that runs", "chart"),))
    level = on_the_ladder(regimen, state.dose, case.weight)
    level = level or lowered_by_rule(case.sited.protocol, regimen, case.situation, case.weight)
    if level is None:
        by = capped(regimen, state.dose, case.weight).by
        above = f"; it is above the protocol's own cap, {ceiling_words(by)}" if by is not None else ""
        issue = Issue("step", f"{state.dose} is charted, and is none of the protocol's doses{above}")
        return answer(case, Status.WITHHELD, (), issues=(issue,))
    if state.phase == "paused":
        return _paused(case, level)
    if lowered:
        due = progress(regimen, case.situation).next_due
        return dosed(case, Status.CONTINUE, level, "Go on with", *lowered, due=due)
    titration = regimen.titration
    if titration is None or titration.every is None or titration.every.value is None:
        if not regimen.rated:
            return _between(case, level)
        return dosed(
            case, Status.CONTINUE, level, "Go on with", own(case, "start", "the dose does not change")
        )
    since = level_since(regimen, case.situation) or case.situation.instant
    due = since + span(titration.every.value)
    if titration.lower_when is not None:
        finding = judge_alone(titration.lower_when, case.situation, case.context)
        if finding.answer is True:
            down = next_down(regimen, level, case.weight)
            if down is not None and not isinstance(down, Unknown):
                because = reasons(finding, "titration.lower_when", "the dose is lowered", titration)
                return dosed(case, Status.LOWER, down, "Lower to", *because)
        if isinstance(finding.answer, Unknown):  # a dose that may have to fall is not kept, and not raised
            return answer(
                case, Status.WITHHELD, (), missing=missing_of(finding, "titration.lower_when"),
                issues=fault_issues(iter([("titration.lower_when", finding)])),
                stale=tuple((sight.words, sight.at) for sight in finding.stale),
            )  # fmt: skip
    if not regimen.rated:
        return _between(case, level)
    if case.situation.instant < due:
        words = f"this level is kept {titration.every.value}"
        return dosed(case, Status.CONTINUE, level, "Go on with", own(case, "titration.every", words), due=due)
    return _judged(case, level)


def _judged(case: Case, level: Quantity, next_dose: datetime | None = None) -> Guidance:
    """Up one level, or stay: what the rule of titration says once a level has been kept long enough.

    Only what was seen since the level began speaks of it.
    """
    titration = case.regimen.titration
    if titration is None:
        return dosed(
            case, Status.CONTINUE, level, "Go on with", own(case, "start", "the dose does not change")
        )
    if titration.always:
        words = f"each {titration.every} brings the next level, whatever the effect"
        return _up(case, level, (own(case, "titration.always", words),), "titration.always", next_dose)
    raising = titration.raise_when is not None
    question = titration.raise_when if raising else titration.keep_when
    of_level = replace(case.context, after=level_since(case.regimen, case.situation))
    finding = judge_alone(question, case.situation, of_level)
    rule = "titration.raise_when" if raising else "titration.keep_when"
    if isinstance(finding.answer, Unknown):
        return answer(
            case, Status.WITHHELD, (), missing=missing_of(finding, rule),
            issues=fault_issues(iter([(rule, finding)])),
            stale=tuple((sight.words, sight.at) for sight in finding.stale),
        )  # fmt: skip
    go_up = finding.answer is raising
    which = "for a higher dose" if raising else "to keep the level"
    words = f"the rule {which} {'holds' if finding.answer is True else 'does not hold'}"
    because = reasons(finding, rule, words, titration)
    if go_up:
        return _up(case, level, because, rule, next_dose)
    return dosed(case, Status.CONTINUE, level, "Go on with", *because, due=next_dose)


def _up(
    case: Case, level: Quantity, because: tuple[Reason, ...], rule: str, next_dose: datetime | None
) -> Guidance:
    """One level up; from the highest, the same dose."""
    up = next_up(case.regimen, level, case.weight)
    if isinstance(up, Unknown):
        return answer(case, Status.WITHHELD, (), missing=tuple(Missing(need, rule) for need in up.needs))
    if up is not None and _fell_from(case, capped(case.regimen, up, case.weight).dose):
        words = f"{up} was given and lowered; the highest level that is borne is kept"
        reason = replace(own(case, "course", words), provenance=Provenance.INFERRED)
        return dosed(case, Status.CONTINUE, level, "Go on with", *because, reason, due=next_dose)
    if up is not None:
        return dosed(case, Status.RAISE, up, "Raise to", *because, due=next_dose)
    highest = own(case, "ceilings", f"{level} is the highest dose of the protocol")
    return dosed(case, Status.CONTINUE, level, "Go on with", *because, highest, due=next_dose)


def _fell_from(case: Case, dose: Quantity) -> bool:
    """Whether a course that keeps one level to its end has come down from so much before.

    Where no course says so, what follows a lower dose is left to the protocol's rule.
    """
    course = case.regimen.course
    if course is None or course.keep_effective is None:
        return False
    return given_and_lowered(case.regimen, case.situation, dose, case.weight)


def _paused(case: Case, level: Quantity) -> Guidance:
    """A pause whose reason has gone, and whose time has passed, may end."""
    still = still_paused(case)
    if still is not None:
        return still
    because = own(case, "rules", "no rule holds ketamine any more")
    return dosed(case, Status.CONTINUE, level, "Resume", because)


def _between(case: Case, level: Quantity) -> Guidance:
    """Between single doses: the next when it is due, another level once the present one has had its time."""
    ahead = progress(case.regimen, case.situation)
    due, titration = ahead.next_due, case.regimen.titration
    if due is not None and ahead.ends_at is not None and due >= ahead.ends_at:
        return over(case, "no further dose falls within the course", "course")
    judged = titration is not None and (
        titration.always or (titration.raise_when or titration.keep_when) is not None
    )
    if due is not None and judged and level_kept(case.regimen, case.situation):
        return _judged(case, level, due)
    if due is None:
        return answer(
            case, Status.WITHHELD, (), missing=(Missing("when the next dose is due", "course.spacing"),)
        )
    because = own(case, "course", "the next dose of the course")
    verb = "Nothing is due yet; then give" if case.situation.instant < due else "Give"
    return dosed(case, Status.CONTINUE, level, verb, because, due=due)


def next_part(case: Case, begun: PartsGiven) -> Guidance:
    """The next part of a dose that was begun; the whole is held to every limit, as at its first part."""
    split, first = case.regimen.split, begun.given[0]
    if split is None:
        return answer(case, Status.WITHHELD, (), missing=(Missing("into how many parts", "split"),))
    before = Situation.at(first - timedelta(microseconds=1), case.situation.facts)
    when = replace(present(before, case.regimen, case.weight), instant=first)
    refused, issues = limits_of(case, begun.dose, when)
    if refused:
        return answer(case, Status.WITHHELD, (), issues=issues)
    part, number = begun.dose / split.parts, len(begun.given) + 1
    amount = amount_of(part, case)
    verb = "Nothing is due yet; then give" if case.situation.instant < begun.next_due else "Give"
    words = f"{verb} part {number} of {split.parts} of {quantity_words(begun.dose)}, {amount.for_people()}."
    because = own(case, "split", f"{number - 1} of {split.parts} equal parts are charted")
    whole = on_the_ladder(case.regimen, begun.dose, case.weight)
    cap = uncapped_of(case, capped(case.regimen, whole, case.weight)) if whole is not None else None
    reasons_of = (because, cap.because) if cap is not None else (because,)
    advice = Recommendation("continue", words, reasons_of, part, amount, None, begun.next_due, cap)
    return answer(case, Status.CONTINUE, (advice,), issues=issues)


def lower(case: Case, fired: list[tuple[Rule, Finding]]) -> Guidance:
    """The lowest of what the rules of reduction come to; from the lowest level, hold.

    A dose that is none of the protocol's may be a slip of whoever charted it, and a share of it another. What
    is paused stays so until its time has passed.
    """
    held, state = still_paused(case), case.situation.state
    if held is not None:
        return held
    level = on_the_ladder(case.regimen, state.dose, case.weight) if state.dose is not None else None
    by_rule = lowered_by_rule(case.sited.protocol, case.regimen, case.situation, case.weight)
    if level is None and by_rule is None:
        words = f"Hold ketamine: {state.dose or 'no dose'} is charted, and is none of the protocol's doses."
        return because_of(case, Status.HOLD, "hold", words, fired)
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
        advice = Recommendation("lower", words, because, dose=lower, amount=amount_of(lower, case), due=due)
        return answer(case, Status.LOWER, (advice,))
    if down is None or isinstance(down, Unknown):
        return because_of(case, Status.HOLD, "hold", "Hold ketamine: there is no lower dose.", fired)
    due = progress(case.regimen, case.situation).next_due
    return dosed(case, Status.LOWER, down, "Lower to", *because, due=due)
