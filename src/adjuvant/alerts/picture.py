"""A whole picture of an invented patient, made of the thresholds of a question, and whether it holds there.

It is worked out here apart from the engine, so that the engine can be held against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import Any

from adjuvant.library.vocabulary import effects_named, observations
from adjuvant.protocol.predicate import All, AnyOf, Attested, Event, Not, Present, Seen, Taken, walk
from adjuvant.quantity import Quantity

__all__ = ["Felt", "Picture", "holds", "pictures"]

_GOAL = Fraction(2)
_GRAIN = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Felt:
    """An unwanted effect that is there, or was a moment ago.

    Args:
        lasted: for how long it has been there.
        times: how often it came in the course.
        gone: whether it has ended.
    """

    grade: Fraction | None = None
    lasted: Quantity | None = None
    times: int = 1
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that a question may ask of, known.

    Args:
        values, baselines: readings now and before the first dose.
        effects: None for one that was looked for and is not there.
        answers: to questions, and on conditions and drugs.
        days: of ketamine so far.
    """

    values: dict[str, Fraction] = field(default_factory=dict)
    baselines: dict[str, Fraction] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    effects: dict[str, Felt | None] = field(default_factory=dict)
    answers: dict[str, bool] = field(default_factory=dict)
    age: Fraction | None = Fraction(60)
    weight: Quantity | None = None
    days: Fraction | None = None
    goal: Fraction = _GOAL


def pictures(question: Any, wanted: bool) -> Iterator[Picture]:
    """Pictures in which a question holds, or does not: one for each way of it, at its very thresholds."""
    for truths in _ways(question, wanted):
        found = _picture(question, truths)
        if found is not None:
            yield found


def _ways(question: Any, wanted: bool) -> Iterator[dict[int, bool]]:
    """What each single question must answer for the whole to come out as wanted."""
    if isinstance(question, Not):
        yield from _ways(question.not_, not wanted)
        return
    if not isinstance(question, All | AnyOf):
        yield {id(question): wanted}
        return
    parts = question.all if isinstance(question, All) else question.any
    one_decides = isinstance(question, AnyOf) is wanted
    deciding = range(len(parts)) if one_decides else range(1)
    for decides in deciding:
        each = [
            next(_ways(part, wanted if not one_decides or n == decides else not wanted), None)
            for n, part in enumerate(parts)
        ]
        first = _ways(parts[decides], wanted)
        for way in first if one_decides else [each[0]]:
            chosen = [way if n == decides and one_decides else other for n, other in enumerate(each)]
            if all(item is not None for item in chosen):
                yield {key: value for item in chosen if item is not None for key, value in item.items()}


# --- from answers to a picture ----------------------------------------------------------------------------


def _picture(question: Any, truths: dict[int, bool]) -> Picture | None:
    atoms = [one for one in walk(question) if id(one) in truths]
    found = Picture()
    for atom in atoms:
        if isinstance(atom, Attested):
            found.answers[atom.attested] = truths[id(atom)]
        elif isinstance(atom, Present):
            found.answers[f"condition:{atom.condition}"] = truths[id(atom)]
        elif isinstance(atom, Taken):
            found.answers[f"taken:{atom.taken}"] = truths[id(atom)]
    asked: dict[str, list[Any]] = {}
    for atom in atoms:
        if isinstance(atom, Seen | Event):
            asked.setdefault(atom.measure if isinstance(atom, Seen) else atom.event, []).append(atom)
    for name, group in asked.items():
        chosen = next(
            (
                one
                for one in _candidates(name, group, found)
                if all(holds(atom, one) is truths[id(atom)] for atom in group)
            ),
            None,
        )
        if chosen is None:
            return None
        found = chosen
    return found


def _candidates(name: str, group: list[Any], found: Picture) -> Iterator[Picture]:
    """The picture with what may be said of one measure or effect: its thresholds, then just beside them."""
    if isinstance(group[0], Event):
        kinds = {kind: None for one in group for kind in effects_named(one.event)}
        yield replace(found, effects={**kinds, **found.effects, name: None})
        grades = [one.grade for one in group]
        for grade, one in product([None, *_beside([g for g in grades if g is not None])], group):
            felt = Felt(grade, one.unresolved_for, one.nth or 1)
            yield replace(found, effects={**kinds, **found.effects, name: felt})
            yield replace(found, effects={**kinds, **found.effects, name: replace(felt, gone=True)})
        return
    limits = [(one, _limit(one)) for one in group]
    if group[0].statistic == "count":
        for value in _beside([limit for _, limit in limits]):
            if value >= 0 and value.denominator == 1:
                yield replace(found, counts={**found.counts, name: int(value)})
        return
    high = observations()[name].high
    base = high if high is not None else Fraction(100)
    bases = [base, Fraction(1)] if any(one.of != "value" for one in group) else [base]
    for baseline in bases:
        values: list[Fraction] = []
        for one, limit in limits:
            if one.of == "value":
                values += _beside([limit])
            else:
                sign = 1 if one.of.endswith("rise_from_baseline") else -1
                share = baseline / 100 if one.of.startswith("percent") else Fraction(1)
                values += [baseline + sign * share * change for change in _beside([limit])]
        for value in values:
            changed = replace(found, baselines={**found.baselines, name: baseline})
            yield _with(changed if len(bases) > 1 else found, name, value)


def _with(found: Picture, name: str, value: Fraction) -> Picture:
    if name == "age":
        return replace(found, age=value)
    if name == "body_weight":
        return replace(found, weight=Quantity(value, "kg"))
    if name == "days_of_ketamine":
        return replace(found, days=value)
    return replace(found, values={**found.values, name: value})


def _beside(limits: list[Fraction]) -> list[Fraction]:
    """Every limit itself, then a grain and one on either side."""
    return [limit + step for step in (0, _GRAIN, -_GRAIN, 1, -1) for limit in limits]


def _limit(one: Seen) -> Fraction:
    _, bound = one.bound
    if bound == "goal":
        return _GOAL
    if isinstance(bound, Quantity):
        return bound.in_("%" if one.of.startswith("percent") else observations()[one.measure].unit)
    return Fraction(bound)


# --- whether a question holds -----------------------------------------------------------------------------


def holds(question: Any, picture: Picture) -> bool:
    """Whether a question holds in a picture. What the picture does not say of, it does not hold of."""
    if isinstance(question, All):
        return all(holds(part, picture) for part in question.all)
    if isinstance(question, AnyOf):
        return any(holds(part, picture) for part in question.any)
    if isinstance(question, Not):
        return not holds(question.not_, picture)
    if isinstance(question, Attested):
        return picture.answers[question.attested]
    if isinstance(question, Present):
        return picture.answers[f"condition:{question.condition}"]
    if isinstance(question, Taken):
        return picture.answers[f"taken:{question.taken}"]
    if isinstance(question, Event):
        names = effects_named(question.event) if question.nth is None else {question.event}
        return any(_is_felt(question, picture.effects.get(name)) for name in names)
    value = _figure(question, picture)
    return value is not None and _bounded(question, value)


def _is_felt(question: Event, felt: Felt | None) -> bool:
    if felt is None or (felt.gone and question.within is None):
        return False
    graded = question.grade is None or (felt.grade is not None and felt.grade >= question.grade)
    lasted = question.unresolved_for is None or (
        felt.lasted is not None and not felt.lasted < question.unresolved_for
    )
    return graded and lasted and felt.times >= (question.nth or 1)


def _figure(question: Seen, picture: Picture) -> Fraction | None:
    name = question.measure
    if question.statistic == "count":
        return Fraction(picture.counts[name]) if name in picture.counts else None
    special = {"age": picture.age, "days_of_ketamine": picture.days}
    if name == "body_weight" and picture.weight is not None:
        return picture.weight.in_("kg")
    value = special.get(name, picture.values.get(name))
    if value is None or question.of == "value":
        return value
    baseline = picture.baselines.get(name)
    if baseline is None:
        return None
    change = value - baseline if question.of.endswith("rise_from_baseline") else baseline - value
    return change / baseline * 100 if question.of.startswith("percent") else change


def _bounded(question: Seen, value: Fraction) -> bool:
    limit, name = _limit(question), question.bound[0]
    if name == "above":
        return value > limit
    if name == "below":
        return value < limit
    return value >= limit if name == "from" else value <= limit
