"""What is wrong with a chart: missing, stale, unread, doubted or contradictory entries, slips, and entries of the future."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random

from adjuvant.protocol.chart import ChartEvent, Happened
from adjuvant.protocol.situation import Answer, Effect, Facts, Observed, WeightReading
from adjuvant.quantity import Quantity
from sweep.book import Way, believed

__all__ = ["DEFECTS", "spoiled"]

Spoil = Callable[[Random, Way, Facts, datetime], Facts | None]


def spoiled(rng: Random, way: Way, facts: Facts, now: datetime) -> tuple[Facts, list[str]]:
    """The facts with none to three things wrong, and which."""
    done: list[str] = []
    for _ in range(rng.choice((0, 0, 0, 0, 0, 1, 1, 1, 2, 3))):
        name = rng.choice(tuple(DEFECTS))
        found = DEFECTS[name](rng, way, facts, now)
        if found is not None:
            facts = found
            done.append(name)
    return facts, done


def _no_reading(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    measures = sorted({one.measure for one in facts.observed})
    if not measures:
        return None
    gone = rng.choice(measures)
    return replace(facts, observed=tuple(one for one in facts.observed if one.measure != gone))


def _stale_reading(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    timed = sorted({one.measure for one in facts.observed} & set(way.valid))
    if not timed:
        return None
    old = rng.choice(timed)
    by = timedelta(hours=float(way.valid[old])) + timedelta(seconds=rng.choice((1, 3600)))
    moved = tuple(
        replace(one, at=min(one.at, now - by)) if one.measure == old else one for one in facts.observed
    )
    return replace(facts, observed=moved)


def _changed_reading(change: Callable[[Random, Observed], tuple[Observed, ...]]) -> Spoil:
    def spoil(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
        known = [one for one in facts.observed if one.at <= now]
        if not known:
            return None
        measure = rng.choice(sorted({one.measure for one in known}))
        latest = max((one for one in known if one.measure == measure), key=lambda one: one.at)
        rest = tuple(one for one in facts.observed if one is not latest)
        return replace(facts, observed=(*rest, *change(rng, latest)))

    return spoil


def _other_value(rng: Random, one: Observed) -> tuple[Observed, ...]:
    value = (
        Fraction(rng.choice((0, 3, 7, 45, 250))) if one.value is None else one.value * rng.choice((0, 2, 10))
    )
    return (one, replace(one, value=value))


def _no_effect_asked(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    kinds = sorted({one.kind for one in facts.effects})
    if not kinds:
        return None
    gone = rng.choice(kinds)
    return replace(facts, effects=tuple(one for one in facts.effects if one.kind != gone))


def _effect_asked_long_ago(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    if not facts.effects:
        return None
    old = rng.choice(sorted({one.kind for one in facts.effects}))
    by = timedelta(hours=float(way.valid.get(old, Fraction(2)))) + timedelta(seconds=rng.choice((0, 1, 3600)))
    moved = tuple(replace(one, at=now - by) if one.kind == old else one for one in facts.effects)
    return replace(facts, effects=moved)


def _effect(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    kinds = sorted({one.kind for one in facts.effects})
    kind = rng.choice(kinds or ["hallucination"])
    until = rng.choice((None, None, now - timedelta(minutes=1), now, now + timedelta(minutes=1)))
    return replace(
        facts,
        effects=(*facts.effects, Effect(kind, now - timedelta(minutes=2), until=until, grade=Fraction(2))),
    )


def _no_answer(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    if not facts.answers:
        return None
    gone = rng.choice(facts.answers)
    return replace(facts, answers=tuple(one for one in facts.answers if one is not gone))


def _other_answer(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    if not facts.answers:
        return None
    turned = rng.choice(facts.answers)
    at = turned.at + rng.choice((timedelta(0), (now - turned.at) / 2))
    return replace(facts, answers=(*facts.answers, Answer(turned.key, not turned.yes, at, "Dr Other")))


def _old_answers(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    moved = tuple(replace(one, at=one.at - timedelta(days=20)) for one in facts.answers)
    return replace(facts, answers=moved)


def _no_weight(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    kind = rng.choice(("actual", "actual", "ideal"))
    return replace(facts, weights=tuple(one for one in facts.weights if one.kind != kind))


def _old_weight(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    hours = float(way.weight_age if way.weight_age is not None else Fraction(24 * 7))
    at = now - timedelta(hours=hours, seconds=rng.choice((1, 86400)))
    return replace(facts, weights=tuple(replace(one, at=min(one.at, at)) for one in facts.weights))


def _two_weights(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    if not facts.weights:
        return None
    one = rng.choice(facts.weights)
    factor = Fraction(rng.choice((10, 22, 1)), rng.choice((1, 10)))
    at = one.at + rng.choice((timedelta(0), timedelta(minutes=5)))
    return replace(
        facts, weights=(*facts.weights, WeightReading(at, Quantity(one.value.value * factor, "kg"), one.kind))
    )


def _weight_of_nobody(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    low, high = believed()
    value = rng.choice((low * Fraction(9, 10), high + 1, high * 3))
    return replace(facts, weights=tuple(replace(one, value=Quantity(value, "kg")) for one in facts.weights))


def _no_goal(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    return replace(facts, goal=None)


def _no_age(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    return replace(facts, age_years=None)


def _drugs_not_known(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    return replace(facts, taken_known_since=rng.choice((None, now - timedelta(hours=7))))


def _ketamine_before(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    return replace(
        facts, taken=(*facts.taken, ("ketamine", now - timedelta(days=rng.choice((1, 20, 100, 300)))))
    )


def _impossible_course(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    dose = next((one.dose for one in facts.ketamine if one.dose is not None), None)
    what = rng.choice((Happened.START, Happened.RESUME, Happened.PAUSE, Happened.CHANGE, Happened.STOP))
    dosed = dose if what in (Happened.START, Happened.CHANGE) and rng.random() < 0.7 else None
    at = now - timedelta(minutes=rng.choice((0, 1, 5)))
    if facts.ketamine and rng.random() < 0.5:
        at = facts.ketamine[-1].at
    return replace(facts, ketamine=(*facts.ketamine, ChartEvent(at, what, dosed)))


def _charted_twice(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    return replace(facts, ketamine=(*facts.ketamine, facts.ketamine[-1])) if facts.ketamine else None


def _future(rng: Random, way: Way, facts: Facts, now: datetime) -> Facts | None:
    later = now + timedelta(seconds=rng.choice((1, 3600)))
    seen = [Observed(one.measure, later, (one.value or 0) * 3) for one in facts.observed[:3]]
    said = [Answer(one.key, not one.yes, later, "Dr Later") for one in facts.answers[:3]]
    return replace(
        facts,
        observed=(*facts.observed, *seen),
        answers=(*facts.answers, *said),
        effects=(*facts.effects, Effect("hallucination", later)),
        weights=(*facts.weights, WeightReading(later, Quantity(35, "kg"))),
        ketamine=(*facts.ketamine, ChartEvent(later, Happened.STOP)),
    )


DEFECTS: dict[str, Spoil] = {
    "a reading is missing": _no_reading,
    "a reading is too old": _stale_reading,
    "a reading could not be read": _changed_reading(
        lambda rng, one: (replace(one, value=None, source="asleep"),)
    ),
    "a reading is doubted": _changed_reading(lambda rng, one: (replace(one, doubted="loose cuff"),)),
    "two readings of one moment differ": _changed_reading(_other_value),
    "an effect was never asked for": _no_effect_asked,
    "an effect was asked for long ago": _effect_asked_long_ago,
    "an unwanted effect": _effect,
    "an answer is missing": _no_answer,
    "an answer was turned, or given both ways": _other_answer,
    "all answers are old": _old_answers,
    "no weight": _no_weight,
    "the weight is too old": _old_weight,
    "two weights": _two_weights,
    "a weight that nobody has": _weight_of_nobody,
    "no goal": _no_goal,
    "no age": _no_age,
    "the drugs given are not all known": _drugs_not_known,
    "ketamine was given before": _ketamine_before,
    "a course that cannot be": _impossible_course,
    "an event is charted twice": _charted_twice,
    "more is charted after the instant": _future,
}
