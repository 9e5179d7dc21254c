"""Asking a predicate of a situation: true, false or cannot say, with what was seen and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from adjuvant.library.vocabulary import conditions, drugs_named, effects_named
from adjuvant.protocol.figures import judge_figure
from adjuvant.protocol.finding import Context, Finding, Sight, hours, lowered, span, title_of
from adjuvant.protocol.predicate import All, AnyOf, Attested, Event, Not, Present, Seen, Taken
from adjuvant.protocol.situation import Effect, Situation
from adjuvant.quantity import Quantity, show
from adjuvant.unknown import Unknown, all_of, any_of, negate

__all__ = ["Context", "Finding", "Sight", "judge", "span"]


def judge(predicate: Any, situation: Situation, context: Context) -> Finding:
    """Whether `predicate` holds, and on what that rests.

    A reading, event, condition or drug that nobody charted is not one that was not there: the answer is
    then Unknown, with what is needed.
    """
    if isinstance(predicate, All | AnyOf):
        parts = predicate.all if isinstance(predicate, All) else predicate.any
        found = [judge(part, situation, context) for part in parts]
        join = all_of if isinstance(predicate, All) else any_of
        answer = join(one.answer for one in found)
        # Only what bears on the answer is shown: of an "any" that holds, those that do.
        bearing = [one for one in found if isinstance(answer, Unknown) or one.answer == answer] or found
        return Finding(
            answer,
            tuple(sight for one in bearing for sight in one.seen),
            tuple(sight for one in found for sight in one.stale),
        )
    if isinstance(predicate, Not):
        inner = judge(predicate.not_, situation, context)
        return Finding(negate(inner.answer), inner.seen, inner.stale)
    if isinstance(predicate, Seen):
        return judge_figure(predicate, situation, context)
    if isinstance(predicate, Event):
        return _effects(predicate, situation, context)
    if isinstance(predicate, Taken):
        return _taken(predicate, situation, context)
    if isinstance(predicate, Present):
        return _present(predicate, situation, context)
    return _attested(predicate, situation, context)


def _effects(predicate: Event, situation: Situation, context: Context) -> Finding:
    """An effect, or a common name of several: any that is there makes it true.

    That none is there takes an answer to the common name itself, or one to each.
    """
    own = _single(predicate, situation, context)
    members = sorted(effects_named(predicate.event) - {predicate.event}) if predicate.nth is None else []
    parts = [_single(predicate.model_copy(update={"event": key}), situation, context) for key in members]
    there = [one for one in (own, *parts) if one.answer is True]
    if there:
        return Finding(True, tuple(sight for one in there for sight in one.seen))
    if parts and isinstance(own.answer, Unknown) and all(one.answer is False for one in parts):
        return Finding(False, tuple(sight for one in parts for sight in one.seen))
    return own


def _single(predicate: Event, situation: Situation, context: Context) -> Finding:
    """One effect. It lasts until it is said to have ended, or is looked for later and not found."""
    title, now = title_of(predicate.event), situation.instant
    # Occurrences of a common name are counted together; otherwise each effect is judged by itself.
    kinds = {predicate.event} if predicate.nth is None else effects_named(predicate.event)
    charted = [one for one in situation.facts.effects if one.kind in kinds]
    began = situation.state.began
    denied = [one for one in charted if not one.present]
    present = [one for one in charted if one.present and _counts(one.at, _ended(one, denied), predicate, now)]
    if predicate.grade is not None:
        ungraded = [one for one in present if one.grade is None]
        present = [one for one in present if one.grade is None or one.grade >= predicate.grade]
        if ungraded:
            return Finding(
                Unknown(f"the grade of {lowered(title)}"), (Sight(f"{title}, no grade", ungraded[-1].at),)
            )
    if predicate.nth is not None:
        of_course = [one for one in charted if one.present and began is not None and one.at >= began]
        if present and len(of_course) >= predicate.nth:
            return Finding(
                True, (Sight(f"{title}, number {len(of_course)} of this course", of_course[-1].at),)
            )
        present = []
    if present:
        one = present[-1]
        grade = "" if one.grade is None else f", grade {show(one.grade)}"
        return Finding(True, (Sight(f"{title}{grade}", one.at),))
    valid = context.valid.get(predicate.event)
    if not charted:
        return Finding(Unknown(f"whether there is {lowered(title)}"))
    latest = charted[-1]
    if valid is not None and now - latest.at > valid and not (latest.present and latest.until is None):
        return Finding(
            Unknown(f"whether there is {lowered(title)}, of the last {hours(valid)}"),
            stale=(Sight(f"{title} was last asked {hours(now - latest.at)} ago", latest.at),),
        )
    words = f"{title} is not present" if not latest.present else f"{title} does not meet the rule"
    return Finding(False, (Sight(words, latest.at),))


def _ended(effect: Effect, denied: list[Effect]) -> datetime | None:
    later = [one.at for one in denied if one.kind == effect.kind and one.at > effect.at]
    return min([*later, effect.until] if effect.until is not None else later, default=None)


def _counts(at: datetime, until: datetime | None, predicate: Event, now: datetime) -> bool:
    if predicate.unresolved_for is not None:
        return until is None and now - at >= span(predicate.unresolved_for)
    if predicate.within is not None:
        return now - at <= span(predicate.within)
    return until is None


def _taken(predicate: Taken, situation: Situation, context: Context) -> Finding:
    start = situation.instant - (
        span(predicate.within) if predicate.within is not None else timedelta(days=1)
    )
    names = drugs_named(predicate.taken)
    given = [(name, at) for name, at in situation.facts.taken if name in names and at >= start]
    if predicate.taken == "ketamine":
        given += [
            ("ketamine", one.at)
            for one in situation.facts.ketamine
            if one.at >= start and one.dose is not None
        ]
        began = situation.state.began
        given = [(name, at) for name, at in given if began is None or at < began]
    if given:
        name, at = given[-1]
        return Finding(True, (Sight(f"{name} was given", at),))
    asked = f"whether {predicate.taken} was taken"
    answered = _answered(f"taken:{predicate.taken}", predicate.no_older_than, asked, "", situation, context)
    if isinstance(answered.answer, bool):
        return answered
    since = situation.facts.taken_known_since
    if since is not None and since <= start:
        return Finding(False, (Sight(f"no {predicate.taken} is in the record of drugs given", since),))
    return answered


def _present(predicate: Present, situation: Situation, context: Context) -> Finding:
    title = (
        conditions()[predicate.condition].title
        if predicate.condition in conditions()
        else predicate.condition
    )
    known = [one for one in situation.facts.conditions if one[0] == predicate.condition]
    matching = [one for one in known if predicate.state == "history" or not one[2]]
    if matching:
        return Finding(True, (Sight(f"{title} is in the record", matching[-1][1]),))
    asked = f"whether there is {lowered(title)}"
    key = f"condition:{predicate.condition}"
    return _answered(key, predicate.no_older_than, asked, f"{title}: ", situation, context)


def _attested(predicate: Attested, situation: Situation, context: Context) -> Finding:
    answer = situation.answer(predicate.attested)
    if answer is not None and context.answered_before(answer.at):
        said, age = "yes" if answer.yes else "no", hours(situation.instant - answer.at)
        words = f"{answer.by} answered {said}, {age} ago"
        old = Sight(f"{words}, before the present dose began: {predicate.question}", answer.at)
        return Finding(
            Unknown(f"an answer, given since the present dose began, to: {predicate.question}"), stale=(old,)
        )
    asked = f"an answer to: {predicate.question}"
    return _answered(predicate.attested, predicate.no_older_than, asked, "", situation, context)


def _answered(
    key: str, own: Quantity | None, asked: str, of: str, situation: Situation, context: Context
) -> Finding:
    """What a clinician answered, with its age; unknown where nobody did, or so long ago that it says nothing.

    Args:
        asked: what is missing without an answer.
        of: what stands before the answer in words.
    """
    answer = situation.answer(key)
    if answer is None:
        return Finding(Unknown(asked))
    age = situation.instant - answer.at
    words = f"{of}{answer.by} answered {'yes' if answer.yes else 'no'}, {hours(age)} ago"
    oldest = context.oldest(key, own)
    if oldest is not None and age > oldest:
        return Finding(Unknown(f"{asked} (of the last {hours(oldest)})"), stale=(Sight(words, answer.at),))
    return Finding(answer.yes, (Sight(words, answer.at),))
