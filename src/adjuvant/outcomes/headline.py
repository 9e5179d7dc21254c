"""The headline: a few calm words, never stronger than the figures below them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from adjuvant.outcomes.words import listed
from adjuvant.quantity import show
from adjuvant.unknown import Ternary, Unknown

__all__ = ["Seen", "headline_of", "low_baseline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a headline is made of.

    Args:
        response: the rung clinical response, about pain alone.
        evaluable: the first rung; a headline without it begins by saying so.
        sparing: whether opioids fell with pain no higher and no other reason in sight.
        change: pain after minus before, in points.
        low: the baseline is below the library's limit for percentages.
        opioids: what must be said of opioids beside a fall of pain; empty where nothing must.
        stopped_for: adverse events for which ketamine was stopped.
        died: when the patient died, as ``during the course``; empty if not in the span.
    """

    response: Ternary
    evaluable: bool
    sparing: Ternary = False
    change: Fraction | Unknown
    low: bool = False
    opioids: str = ""
    stopped_for: tuple[str, ...] = ()
    died: str = ""
    pseudo: bool = False


def headline_of(seen: Seen) -> str:
    """A few calm words; never that a treatment was effective, and never a P value."""
    if seen.pseudo:
        return "Pseudo-course, no ketamine given."
    tail = f"; the patient died {seen.died}" if seen.died else ""
    return f"{_found(seen)}{tail}."


def low_baseline(before: Fraction | Unknown) -> bool:
    """Whether pain before is so low that a percentage of it says little; False where it is unknown."""
    from adjuvant.library import setting

    return not isinstance(before, Unknown) and before < setting("percent_baseline_flag").value


def _found(seen: Seen) -> str:
    if seen.stopped_for:
        return f"Stopped for {listed(list(dict.fromkeys(seen.stopped_for)))}"
    if isinstance(seen.change, Unknown):
        return "Cannot say"
    if not seen.evaluable:
        return f"Not evaluable; pain {_moved(seen.change)}"
    if isinstance(seen.response, Unknown):
        return "Cannot say"
    if seen.response:
        low = " from a low baseline" if seen.low else ""
        return f"Clinical response{low}{seen.opioids}"
    if seen.sparing is True:
        return f"Opioid sparing, pain {'unchanged' if show(seen.change) == '0' else 'no higher'}"
    return "No clinical response"


def _moved(change: Fraction) -> str:
    points = show(abs(change))
    if points == "0":
        return "unchanged"
    return f"{'fell' if change < 0 else 'rose'} by {points} {'point' if points == '1' else 'points'}"
