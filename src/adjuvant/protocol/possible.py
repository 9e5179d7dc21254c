"""Whether what must hold at once can: a rule that nothing can satisfy is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from adjuvant.errors import QuantityError
from adjuvant.library.vocabulary import observations
from adjuvant.protocol.predicate import All, Attested, Event, Not, Present, Seen, Taken
from adjuvant.quantity import Quantity

__all__ = ["why_never"]

_SOURCE = {"citation", "provenance", "note"}


@dataclass(slots=True)
class _Span:
    """What is left of the line: both ends, and whether each belongs to it."""

    low: Fraction | None = None
    low_in: bool = True
    high: Fraction | None = None
    high_in: bool = True

    def cut(self, name: str, value: Fraction) -> None:
        """Keep what is above, from, below or up to a figure."""
        if name in ("above", "from"):
            if self.low is None or (value, name == "above") > (self.low, not self.low_in):
                self.low, self.low_in = value, name == "from"
        elif self.high is None or (value, name != "below") < (self.high, self.high_in):
            self.high, self.high_in = value, name == "up_to"

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_in and self.high_in))


def why_never(predicate: All) -> str:
    """Why no chart can satisfy all of it, in words; empty where one may.

    Bounds on one figure that leave nothing between them, and something asked for together with its contrary.
    """
    spans: dict[tuple[Any, ...], _Span] = {}
    for part in _together(predicate):
        if isinstance(part, Seen):
            name, value = part.bound[0], _figure(part)
            if value is None:
                continue
            within = str(part.within) if part.within is not None else ""
            span = spans.setdefault((part.measure, part.statistic, part.of, within), _Span())
            span.cut(name, value)
            if span.empty:
                return f"no {part.measure} can keep all the bounds that must hold at once"
    asked = [part for part in _together(predicate) if isinstance(part, Event | Attested | Present | Taken)]
    denied = [part.not_ for part in _together(predicate) if isinstance(part, Not)]
    for part in asked:
        if any(type(one) is type(part) and _same(one, part) for one in denied):
            return "asks for something and for its contrary at once"
    return ""


def _together(predicate: All) -> Iterator[Any]:
    """Everything that must hold at once, those of a list within the list among them."""
    for part in predicate.all:
        if isinstance(part, All):
            yield from _together(part)
        else:
            yield part


def _figure(part: Seen) -> Fraction | None:
    """The bound as a number of the measure's unit; None where it is the goal, or cannot be told."""
    bound = part.bound[1]
    if isinstance(bound, Quantity):
        if part.measure not in observations():
            return None
        unit = "%" if part.of.startswith("percent") else observations()[part.measure].unit
        try:
            return bound.in_(unit)
        except QuantityError:
            return None
    return bound if isinstance(bound, Fraction) else None


def _same(one: Any, other: Any) -> bool:
    return bool(one.model_dump(exclude=_SOURCE) == other.model_dump(exclude=_SOURCE))
