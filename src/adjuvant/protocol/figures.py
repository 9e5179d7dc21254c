"""Readings, counts and figures worked out of them, against the bound of a predicate."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from adjuvant.library.vocabulary import observations
from adjuvant.protocol.belief import age_doubted, weight_needed
from adjuvant.protocol.dosing import absolute
from adjuvant.protocol.finding import (
    Context,
    Finding,
    Sight,
    aged,
    hours,
    lowered,
    sight_of,
    span,
    text_of,
    title_of,
)
from adjuvant.protocol.predicate import Seen
from adjuvant.protocol.situation import Situation
from adjuvant.protocol.values import per_weight
from adjuvant.quantity import Quantity, show
from adjuvant.unknown import Unknown

__all__ = ["judge_figure"]


def judge_figure(predicate: Seen, situation: Situation, context: Context) -> Finding:
    """Whether a reading, a count or a figure keeps to the bound that is asked for."""
    if predicate.statistic == "count":
        return _count(predicate, situation)
    return _reading(predicate, situation, context)


def _reading(predicate: Seen, situation: Situation, context: Context) -> Finding:
    title = title_of(predicate.measure)
    derived = _derived(predicate.measure, situation, context)
    if derived is not None:
        if isinstance(derived, Unknown):
            return Finding(derived)
        if _within_first_year(predicate, derived[0]):
            return Finding(Unknown("the age in months"), (Sight(derived[1], derived[2]),))
        return _compared(predicate, derived[0], Sight(derived[1], derived[2]), situation)
    found = _latest_or_window(predicate, situation, context)
    if isinstance(found, Finding):
        return found
    judged = [_against(predicate, value, sight, situation) for value, sight in found]
    if len(judged) == 1 or all(one.answer is judged[0].answer for one in judged):
        return judged[0]
    # A cuff and a line may differ at one moment: it counts only where the rule could go either way.
    both = tuple(sight for one in judged for sight in one.seen)
    said = " and ".join(dict.fromkeys(sight.words for sight in both))
    return Finding(Unknown(f"one reading of {title}: two of the same moment differ, {said}"), both)


def _against(predicate: Seen, value: Fraction, sight: Sight, situation: Situation) -> Finding:
    """One reading, or its change from the baseline, against the bound."""
    if predicate.of == "value":
        return _compared(predicate, value, sight, situation)
    title = title_of(predicate.measure)
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
    words = f"{sight.words}; {text_of(predicate.measure, baseline)} before the first dose"
    return _compared(predicate, change, Sight(words, sight.at), situation)


def _latest_or_window(
    predicate: Seen, situation: Situation, context: Context
) -> Finding | list[tuple[Fraction, Sight]]:
    """The figures that a rule may be about: several where readings of the latest moment differ."""
    measure, title = predicate.measure, title_of(predicate.measure)
    readings = situation.readings(measure)
    longest = span(predicate.within) if predicate.within is not None else _valid(measure, context)
    if not readings:
        return Finding(Unknown(title))
    if longest is None:
        return Finding(Unknown(f"how old a reading of {title} may be"), (sight_of(readings[-1]),))
    recent = [one for one in readings if situation.instant - one.at <= longest]
    if recent and predicate.statistic == "latest" and context.before(recent[-1].at):
        return Finding(
            Unknown(f"{title} since the present dose began"), stale=(aged(recent[-1], situation.instant),)
        )
    if not recent:
        return Finding(
            Unknown(f"{title} of the last {hours(longest)}"), stale=(aged(readings[-1], situation.instant),)
        )
    if predicate.statistic == "latest":
        latest = [one for one in recent if one.at == recent[-1].at]
        found: dict[Fraction, Sight] = {}
        for one in latest:
            if one.value is None:
                return Finding(Unknown(f"{title} ({one.source or 'it could not be read'})"), (sight_of(one),))
            if one.doubted:
                return Finding(Unknown(f"{title} that is not doubted ({one.doubted})"), (sight_of(one),))
            found[one.value] = sight_of(one)
        return list(found.items())
    usable = [one for one in recent if one.value is not None and not one.doubted]
    if not usable:
        return Finding(Unknown(f"{title} of the last {hours(longest)}"), (sight_of(recent[-1]),))
    values = [one.value for one in usable if one.value is not None]
    value = {"mean": sum(values, Fraction(0)) / len(values), "highest": max(values), "lowest": min(values)}[
        predicate.statistic
    ]
    words = f"{predicate.statistic} of {len(values)} readings: {text_of(measure, value)}"
    return [(value, Sight(words, usable[-1].at))]


def _valid(measure: str, context: Context) -> timedelta | None:
    """How old the latest reading may be: what the protocol's own schedule says, or the figure itself."""
    own = observations()[measure].valid_for if measure in observations() else None
    return context.valid.get(measure, span(own) if own is not None else None)


def _within_first_year(predicate: Seen, value: Fraction) -> bool:
    """Whether an age of no years is asked for months: it may be on either side of the bound."""
    bound = predicate.bound[1]
    none = predicate.measure == "age" and value == 0
    return none and isinstance(bound, Quantity) and 0 < bound.in_("a") < 1


def _age_words(years: Fraction) -> str:
    if 0 < years < 1:
        return f"age {show(Quantity(years, 'a').in_('mo'))} months"
    return f"age {show(years)} {'year' if years == 1 else 'years'}"


def _derived(
    measure: str, situation: Situation, context: Context
) -> tuple[Fraction, str, datetime | None] | Unknown | None:
    """A figure that is worked out of the facts; None for those that are charted as readings."""
    facts, state, now = situation.facts, situation.state, situation.instant
    if measure == "age":
        if facts.age_years is None:
            return Unknown("age")
        doubt = age_doubted(facts.age_years)
        if doubt:
            return Unknown(f"an age that is believed: {show(facts.age_years)} years is {doubt}")
        return facts.age_years, _age_words(facts.age_years), None
    if measure == "body_weight":
        weight = situation.weight("actual")
        if weight is None:
            return Unknown("body weight")
        needed = weight_needed(situation, "actual", context.weight_change)
        if needed:
            return Unknown(needed)
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
    title = title_of(predicate.measure)
    if predicate.within is None:
        return Finding(Unknown(f"over how long {title} are counted"))
    start = situation.instant - span(predicate.within)
    found = [one for one in situation.readings(predicate.measure) if one.at > start]
    sight = Sight(f"{len(found)} {lowered(title)} in {predicate.within}", found[-1].at if found else None)
    finding = _compared(predicate, Fraction(len(found)), sight, situation)
    known_since = situation.facts.taken_known_since
    kept = known_since is not None and known_since <= start
    name, _ = predicate.bound
    settled = finding.answer is True if name in ("above", "from") else finding.answer is False
    if kept or settled:
        return finding
    return Finding(Unknown(f"all {lowered(title)} of the last {predicate.within}"), (sight,))
