"""The words that response definitions are made of: fell by, rose by, at most, held for; each three-valued."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from adjuvant.outcomes.facts import BeforeAfter
from adjuvant.unknown import Ternary, Unknown, negate

__all__ = [
    "at_most",
    "fell_by",
    "fell_by_more_than",
    "fell_by_percent",
    "fewer_than",
    "held_for",
    "not_risen",
    "rose_by",
    "rose_by_percent",
]

Figure = Fraction | Unknown


def fell_by(figure: BeforeAfter, points: Fraction) -> Ternary:
    """Whether it fell by at least `points`; a fall of exactly that counts."""
    return _compare(figure.change, lambda change: -change >= points)


def fell_by_more_than(figure: BeforeAfter, points: Fraction) -> Ternary:
    """Whether it fell by more than `points`; a fall of exactly that does not count."""
    return _compare(figure.change, lambda change: -change > points)


def fell_by_percent(figure: BeforeAfter, percent: Fraction) -> Ternary:
    """Whether it fell by at least `percent` of its baseline; Unknown at baseline 0."""
    return _compare(figure.percent, lambda change: -change >= percent)


def rose_by(figure: BeforeAfter, points: Fraction) -> Ternary:
    """Whether it rose by at least `points`."""
    return _compare(figure.change, lambda change: change >= points)


def rose_by_percent(figure: BeforeAfter, percent: Fraction) -> Ternary:
    """Whether it rose by at least `percent` of its baseline; Unknown at baseline 0."""
    return _compare(figure.percent, lambda change: change >= percent)


def not_risen(figure: BeforeAfter) -> Ternary:
    """Whether it is no higher after than before. No source prints a tolerance, so any rise is a rise."""
    return negate(figure.risen)


def at_most(figure: Figure, limit: Figure) -> Ternary:
    """Whether a figure is at or below a limit, which may be unknown itself."""
    if isinstance(limit, Unknown):
        needs = figure.needs if isinstance(figure, Unknown) else ()
        return Unknown((*needs, *limit.needs))
    return _compare(figure, lambda value: value <= limit)


def fewer_than(figure: Figure, limit: Fraction) -> Ternary:
    """Whether a figure is below a limit; one that equals it is not."""
    return _compare(figure, lambda value: value < limit)


def held_for(days: Sequence[Ternary], count: int, what: str) -> Ternary:
    """Whether relief held on `count` days in a row from the first on.

    It is lost by the first of two consecutive days without it, as durability is counted in this project.

    Args:
        days: whether each day had relief, in order; there may be fewer than `count`.
        what: what is missing where there are fewer, in words.
    """
    seen = list(days[:count])
    if any(one is False and other is False for one, other in pairwise(seen)):
        return False
    unknown = [need for day in seen if isinstance(day, Unknown) for need in day.needs]
    if len(seen) < count:
        unknown.append(what)
    return Unknown(unknown) if unknown else True


def _compare(figure: Figure, holds: Callable[[Fraction], bool]) -> Ternary:
    return figure if isinstance(figure, Unknown) else holds(figure)
