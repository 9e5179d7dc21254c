"""How far what a rule looks at has gone: an alert that was put off is open again once it goes further."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from adjuvant.library.vocabulary import effects_named
from adjuvant.protocol import Situation
from adjuvant.protocol.finding import Context
from adjuvant.protocol.isolated import judge_alone
from adjuvant.protocol.predicate import All, AnyOf, Event, Not, Seen

__all__ = ["Reach", "further", "reach"]

Reach = tuple[tuple[str, Fraction], ...]
"""By reading or unwanted effect, a figure of which more is worse."""

_RISES = frozenset({"above", "from"})


def reach(when: Any, situation: Situation, context: Context) -> Reach:
    """The latest of everything that a rule compares and that meets it, signed so that more is worse.

    Args:
        when: the rule's predicate.
    """
    found: dict[str, Fraction] = {}
    for part, sign in _parts(when, 1):
        if judge_alone(part, situation, context).answer is not (sign > 0):
            continue
        for key, value in _figures(part, situation):
            worse = value * sign * _direction(part)
            found[key] = max(found.get(key, worse), worse)
    return tuple(sorted(found.items()))


def further(before: Reach, now: Reach) -> bool:
    """Whether anything has gone further than it had, or meets the rule as nothing did before."""
    known: Mapping[str, Fraction] = dict(before)
    return any(key not in known or value > known[key] for key, value in now)


def _parts(predicate: Any, sign: int) -> Iterator[tuple[Any, int]]:
    """Every reading and effect that is asked for, and whether it is asked for or its contrary."""
    if isinstance(predicate, All | AnyOf):
        for part in predicate.all if isinstance(predicate, All) else predicate.any:
            yield from _parts(part, sign)
    elif isinstance(predicate, Not):
        yield from _parts(predicate.not_, -sign)
    elif isinstance(predicate, Seen | Event):
        yield predicate, sign


def _figures(part: Seen | Event, situation: Situation) -> Iterator[tuple[str, Fraction]]:
    if isinstance(part, Event):
        graded = [
            one
            for one in situation.facts.effects
            if one.kind in effects_named(part.event) and one.present and one.grade is not None
        ]
        for one in graded:
            if one.at == graded[-1].at and one.grade is not None:
                yield f"effect:{one.kind}", one.grade
        return
    readings = [one for one in situation.readings(part.measure) if one.value is not None and not one.doubted]
    if readings and part.statistic != "count" and readings[-1].value is not None:
        # Rises and falls by one reading are told apart: one rule may ask for both.
        yield f"{part.measure}:{part.of}:{part.bound[0] in _RISES}", readings[-1].value


def _direction(part: Seen | Event) -> int:
    """1 where more is worse, -1 where less is."""
    if isinstance(part, Event):
        return 1
    rises = part.bound[0] in _RISES
    return 1 if rises == ("fall" not in part.of) else -1
