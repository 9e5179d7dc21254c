"""What judging a predicate comes to, what it rests on, and how that is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from adjuvant.library.vocabulary import observations
from adjuvant.protocol.dosing import DosingWeight
from adjuvant.protocol.situation import Observed
from adjuvant.protocol.values import span
from adjuvant.quantity import Quantity, show
from adjuvant.unknown import Ternary

__all__ = ["Context", "Finding", "Sight", "aged", "hours", "sight_of", "span", "text_of", "title_of"]


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
        fault: the name of the fault, where judging failed; empty where it did not.
    """

    answer: Ternary
    seen: tuple[Sight, ...] = ()
    stale: tuple[Sight, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What judging needs beside the situation.

    Args:
        valid: how old the latest reading of each measure may be.
        weight: the weight that doses per kilogram are worked out with, if there is one.
        answers: how old a clinician's answer to a question may be, by the question's key; that of the empty
            key holds for all others. A question without an age may be answered once for all.
        after: readings and answers up to this instant say nothing of the present dose, and do not count;
            None where any may.
        answered_after: the same of answers alone: what a clinician said of harm up to this instant was not
            said of the present dose.
        weight_change: by how much two weighings may differ at the site; None for the number of the house.
    """

    valid: Mapping[str, timedelta] = field(default_factory=dict)
    weight: DosingWeight | None = None
    after: datetime | None = None
    answered_after: datetime | None = None
    answers: Mapping[str, timedelta] = field(default_factory=dict)
    weight_change: Quantity | None = None

    def oldest(self, key: str, own: Quantity | None) -> timedelta | None:
        """How old an answer may be: as the rule says, or else as the site does; None where neither does."""
        return span(own) if own is not None else self.answers.get(key, self.answers.get(""))

    def before(self, at: datetime) -> bool:
        """Whether something of this time is of a dose before the present one."""
        return self.after is not None and at <= self.after

    def answered_before(self, at: datetime) -> bool:
        """Whether an answer of this time is of a dose before the present one."""
        return self.before(at) or (self.answered_after is not None and at <= self.answered_after)


# --- words ------------------------------------------------------------------------------------------------


def title_of(measure: str) -> str:
    """An observation's title, or the word itself where the library has none."""
    return observations()[measure].title if measure in observations() else measure


@lru_cache(maxsize=1024)
def lowered(title: str) -> str:
    """A title within a sentence: its first letter small, unless it is a name such as an instrument's."""
    first, _, rest = title.partition(" ")
    name = rest[:1].isupper() and not first.endswith(",")
    return title if name or not title[1:2].islower() else f"{title[:1].lower()}{title[1:]}"


def text_of(measure: str, value: Fraction) -> str:
    """A figure of an observation with its unit, for people."""
    unit = observations()[measure].unit
    shown = {"mm[Hg]": "mmHg", "/min": "per min", "1": "", "": ""}.get(unit, unit)
    named = lowered(title_of(measure).removesuffix(", 0 to 10"))
    return f"{named} {show(value)} {shown}".strip()


def sight_of(one: Observed) -> Sight:
    """A reading as something that was looked at."""
    if one.value is None:
        return Sight(f"{lowered(title_of(one.measure))} could not be read", one.at)
    return Sight(text_of(one.measure, one.value), one.at)


def aged(one: Observed, now: datetime) -> Sight:
    """A reading with its age."""
    return Sight(f"{sight_of(one).words}, {hours(now - one.at)} old", one.at)


def hours(length: timedelta) -> str:
    """A length of time in hours, or in days from two on."""
    hours = Fraction(length // timedelta(seconds=1), 3600)
    return f"{show(hours)} h" if length < timedelta(days=2) else f"{show(hours / 24)} days"
