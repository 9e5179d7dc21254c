"""Asking a predicate of a situation: true, false or cannot say, with what was seen and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from adjuvant.library.vocabulary import drugs_named, effects_named, observations
from adjuvant.protocol.dosing import DosingWeight, absolute
from adjuvant.protocol.predicate import All, AnyOf, Attested, Event, Not, Present, Seen, Taken
from adjuvant.protocol.situation import Effect, Observed, Situation
from adjuvant.protocol.values import per_weight
from adjuvant.quantity import Quantity, show
from adjuvant.unknown import Ternary, Unknown, all_of, any_of, negate

__all__ = ["Context", "Finding", "Sight", "judge", "span"]


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing that was looked at: what it was, in words, and when it was charted."""

    words: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a predicate comes to.

    Args:
        seen: what the answer rests on.
        stale: readings that were too old to count, in words.
    """

    answer: Ternary
    seen: tuple[Sight, ...] = ()
    stale: tuple[Sight, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What judging needs beside the situation.

    Args:
        valid: how old the latest reading of each measure may be.
        weight: the weight that doses per kilogram are worked out with, if there is one.
    """

    valid: Mapping[str, timedelta] = field(default_factory=dict)
    weight: DosingWeight | None = None


def span(length: Quantity) -> timedelta:
    """A length of time as Python's own, exact to the microsecond."""
    return timedelta(microseconds=int(length.in_("s") * 1_000_000))


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
        return (
            _count(predicate, situation)
            if predicate.statistic == "count"
            else _reading(predicate, situation, context)
        )
    if isinstance(predicate, Event):
        return _effects(predicate, situation, context)
    if isinstance(predicate, Taken):
        return _taken(predicate, situation)
    if isinstance(predicate, Present):
        return _present(predicate, situation)
    return _attested(predicate, situation)


# --- figures ----------------------------------------------------------------------------------------------


def _reading(predicate: Seen, situation: Situation, context: Context) -> Finding:
    title = _title(predicate.measure)
    derived = _derived(predicate.measure, situation, context)
    if derived is not None:
        if isinstance(derived, Unknown):
            return Finding(derived)
        return _compared(predicate, derived[0], Sight(derived[1], derived[2]), situation)
    found = _latest_or_window(predicate, situation, context)
    if isinstance(found, Finding):
        return found
    judged = [_against(predicate, value, sight, situation) for value, sight in found]
    if len(judged) == 1 or all(one.answer is judged[0].answer for one in judged):
        return judged[0]
    # A cuff and a line may differ at one moment: it counts only where the rule could go either way.
    both = tuple(sight for one in judged for sight in one.seen)
    return Finding(Unknown(f"one reading of {title}: two of the same moment differ"), both)


def _against(predicate: Seen, value: Fraction, sight: Sight, situation: Situation) -> Finding:
    """One reading, or its change from the baseline, against the bound."""
    if predicate.of == "value":
        return _compared(predicate, value, sight, situation)
    title = _title(predicate.measure)
    if situation.state.began is None:
        # Before the first dose the reading is the baseline itself, and has not changed from it.
        return Finding(False, (Sight(f"{sight.words}, which is the baseline", sight.at),))
    baseline = _baseline(predicate.measure, situation)
    if baseline is None:
        return Finding(Unknown(f"{title} before the first dose, as the baseline"), (sight,))
    change = value - baseline if predicate.of.endswith("rise_from_baseline") else baseline - value
    if predicate.of.startswith("percent"):
        if baseline == 0:
            return Finding(Unknown(f"a baseline of {title} above zero"), (sight,))
        change = change * 100 / baseline
    words = f"{sight.words}; {_text(predicate.measure, baseline)} before the first dose"
    return _compared(predicate, change, Sight(words, sight.at), situation)


def _latest_or_window(
    predicate: Seen, situation: Situation, context: Context
) -> Finding | list[tuple[Fraction, Sight]]:
    """The figures that a rule may be about: several where readings of the latest moment differ."""
    measure, title = predicate.measure, _title(predicate.measure)
    readings = situation.readings(measure)
    longest = span(predicate.within) if predicate.within is not None else _valid(measure, context)
    if not readings:
        return Finding(Unknown(title))
    if longest is None:
        return Finding(Unknown(f"how old a reading of {title} may be"), (_sight(readings[-1]),))
    recent = [one for one in readings if situation.instant - one.at <= longest]
    if not recent:
        return Finding(
            Unknown(f"{title} of the last {_hours(longest)}"), stale=(_aged(readings[-1], situation.instant),)
        )
    if predicate.statistic == "latest":
        latest = [one for one in recent if one.at == recent[-1].at]
        found: dict[Fraction, Sight] = {}
        for one in latest:
            if one.value is None:
                return Finding(Unknown(f"{title} ({one.source or 'it could not be read'})"), (_sight(one),))
            if one.doubted:
                return Finding(Unknown(f"{title} that is not doubted ({one.doubted})"), (_sight(one),))
            found[one.value] = _sight(one)
        return list(found.items())
    usable = [one for one in recent if one.value is not None and not one.doubted]
    if not usable:
        return Finding(Unknown(f"{title} of the last {_hours(longest)}"), (_sight(recent[-1]),))
    values = [one.value for one in usable if one.value is not None]
    value = {"mean": sum(values, Fraction(0)) / len(values), "highest": max(values), "lowest": min(values)}[
        predicate.statistic
    ]
    words = f"{predicate.statistic} of {len(values)} readings: {_text(measure, value)}"
    return [(value, Sight(words, usable[-1].at))]


def _valid(measure: str, context: Context) -> timedelta | None:
    """How old the latest reading may be: what the protocol's own schedule says, or the figure itself."""
    own = observations()[measure].valid_for if measure in observations() else None
    return context.valid.get(measure, span(own) if own is not None else None)


def _derived(
    measure: str, situation: Situation, context: Context
) -> tuple[Fraction, str, datetime | None] | Unknown | None:
    """A figure that is worked out of the facts; None for those that are charted as readings."""
    facts, state, now = situation.facts, situation.state, situation.instant
    if measure == "age":
        if facts.age_years is None:
            return Unknown("age")
        return facts.age_years, f"age {show(facts.age_years)} years", None
    if measure == "body_weight":
        weight = situation.weight("actual")
        if weight is None:
            return Unknown("body weight")
        return weight.value.in_("kg"), f"weight {weight.value.for_people()}", weight.at
    if measure == "days_of_ketamine":
        days = state.hours_of_course(now) / 24
        return days, f"{show(days)} days since the first dose", state.began
    if measure == "ketamine_per_day" and not situation.readings(measure):
        if state.phase != "running" or state.dose is None:
            return Fraction(0), f"ketamine is not running ({state.phase})", state.stopped
        if per_weight(state.dose) and context.weight is None:
            return Unknown("the weight that the rate is worked out with")
        daily = absolute(state.dose, context.weight).to("mg/d")
        return daily.value, f"ketamine runs at {daily.for_people()}", state.since
    return None


def _baseline(measure: str, situation: Situation) -> Fraction | None:
    """The last reading before the first dose; None where there is none, or two of one moment differ."""
    began = situation.state.began
    before = [one for one in situation.readings(measure) if began is not None and one.at <= began]
    usable = [one for one in before if one.value is not None and not one.doubted]
    values = {one.value for one in usable if one.at == usable[-1].at}
    return values.pop() if len(values) == 1 else None


def _compared(predicate: Seen, value: Fraction, sight: Sight, situation: Situation) -> Finding:
    name, bound = predicate.bound
    if bound == "goal":
        if situation.facts.goal is None:
            return Finding(Unknown("the patient's own pain goal"), (sight,))
        limit = situation.facts.goal
        sight = Sight(f"{sight.words}; the goal is {show(limit)}", sight.at)
    elif isinstance(bound, Quantity):
        unit = "%" if predicate.of.startswith("percent") else observations()[predicate.measure].unit
        limit = bound.in_(unit)
    else:
        limit = bound
    answer = {
        "above": value > limit,
        "from": value >= limit,
        "below": value < limit,
        "up_to": value <= limit,
    }[name]
    return Finding(answer, (sight,))


def _count(predicate: Seen, situation: Situation) -> Finding:
    """How often something happened. Nothing charted is none only where all of the span was charted."""
    title = _title(predicate.measure)
    if predicate.within is None:
        return Finding(Unknown(f"over how long {title} are counted"))
    start = situation.instant - span(predicate.within)
    found = [one for one in situation.readings(predicate.measure) if one.at > start]
    sight = Sight(f"{len(found)} {title.lower()} in {predicate.within}", found[-1].at if found else None)
    finding = _compared(predicate, Fraction(len(found)), sight, situation)
    known_since = situation.facts.taken_known_since
    kept = known_since is not None and known_since <= start
    name, _ = predicate.bound
    settled = finding.answer is True if name in ("above", "from") else finding.answer is False
    if kept or settled:
        return finding
    return Finding(Unknown(f"all {title.lower()} of the last {predicate.within}"), (sight,))


# --- events, drugs, conditions, questions -----------------------------------------------------------------


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
    title, now = _title(predicate.event), situation.instant
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
                Unknown(f"the grade of {title.lower()}"), (Sight(f"{title}, no grade", ungraded[-1].at),)
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
        return Finding(Unknown(f"whether there is {title.lower()}"))
    latest = charted[-1]
    if valid is not None and now - latest.at > valid and not (latest.present and latest.until is None):
        return Finding(
            Unknown(f"whether there is {title.lower()}, of the last {_hours(valid)}"),
            stale=(Sight(f"{title} was last asked {_hours(now - latest.at)} ago", latest.at),),
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


def _taken(predicate: Taken, situation: Situation) -> Finding:
    answer = situation.answer(f"taken:{predicate.taken}")
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
    if answer is not None:
        return Finding(
            answer.yes, (Sight(f"{answer.by} answered {'yes' if answer.yes else 'no'}", answer.at),)
        )
    since = situation.facts.taken_known_since
    if since is not None and since <= start:
        return Finding(False, (Sight(f"no {predicate.taken} is in the record of drugs given", since),))
    return Finding(Unknown(f"whether {predicate.taken} was taken"))


def _present(predicate: Present, situation: Situation) -> Finding:
    from adjuvant.library.vocabulary import conditions

    title = (
        conditions()[predicate.condition].title
        if predicate.condition in conditions()
        else predicate.condition
    )
    known = [one for one in situation.facts.conditions if one[0] == predicate.condition]
    matching = [one for one in known if predicate.state == "history" or not one[2]]
    if matching:
        return Finding(True, (Sight(f"{title} is in the record", matching[-1][1]),))
    answer = situation.answer(f"condition:{predicate.condition}")
    if answer is not None:
        return Finding(
            answer.yes, (Sight(f"{title}: {answer.by} answered {'yes' if answer.yes else 'no'}", answer.at),)
        )
    return Finding(Unknown(f"whether there is {title[:1].lower()}{title[1:]}"))


def _attested(predicate: Attested, situation: Situation) -> Finding:
    answer = situation.answer(predicate.attested)
    if answer is None:
        return Finding(Unknown(f"an answer to: {predicate.question}"))
    return Finding(answer.yes, (Sight(f"{answer.by} answered {'yes' if answer.yes else 'no'}", answer.at),))


# --- words ------------------------------------------------------------------------------------------------


def _title(measure: str) -> str:
    return observations()[measure].title if measure in observations() else measure


def _text(measure: str, value: Fraction) -> str:
    unit = observations()[measure].unit
    shown = {"mm[Hg]": "mmHg", "/min": "per min", "1": "", "": ""}.get(unit, unit)
    return f"{_title(measure).lower()} {show(value)} {shown}".strip()


def _sight(one: Observed) -> Sight:
    if one.value is None:
        return Sight(f"{_title(one.measure).lower()} could not be read", one.at)
    return Sight(_text(one.measure, one.value), one.at)


def _aged(one: Observed, now: datetime) -> Sight:
    return Sight(f"{_sight(one).words}, {_hours(now - one.at)} old", one.at)


def _hours(length: timedelta) -> str:
    hours = Fraction(length // timedelta(seconds=1), 3600)
    return f"{show(hours)} h" if length < timedelta(days=2) else f"{show(hours / 24)} days"
