"""How often an order is due, from the words that hospitals write: ``Q4H:PRN``, ``BID``, ``Once X1``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

__all__ = ["Frequency", "read_frequency", "says_as_needed"]


@dataclass(frozen=True, slots=True)
class Frequency:
    """What the words say.

    Args:
        per_day: doses a day, the most if as needed; None where they do not say it.
        every_hours: the hours from one dose to the next, where they say it so.
        as_needed: True where they say so; None where they are silent.
        once: whether they ask for one dose in all.
    """

    per_day: Fraction | None = None
    every_hours: Fraction | None = None
    as_needed: bool | None = None
    once: bool = False


_AS_NEEDED = re.compile(r"[\s:,]*(?:prnp?|as needed)[\s:,]*")
_AS_NEEDED_IN_WORDS = re.compile(
    r"\b(?:prn|p\.r\.n|(?:as|when|if) (?:needed|required|necessary))\b", re.IGNORECASE
)
# Hospitals that run the letters together write Q4HP for Q4H PRN.
_GLUED = re.compile(r"(q\d+(?:h|hr|hrs))p")
_TRAILING = re.compile(r"\s+(?:scheduled|routine|stat|now|sch)$")
_HOURS = re.compile(r"(?:q|every)\s*(\d+(?:\.\d+)?)\s*-?\s*(?:h|hr|hrs|hour|hours|hour\(s\))")
_MINUTES = re.compile(r"(?:q|every)\s*(\d+)\s*-?\s*(?:min|mins|minute|minutes|minute\(s\))")
_DAYS = re.compile(r"(?:q|every)\s*(\d+)\s*(?:d|day|days)")
_TIMES = re.compile(r"(\d+)\s*x\s*/\s*(day|week)")
_DAY_HOURS, _WEEK_DAYS, _HOUR_MINUTES = 24, 7, 60
_A_DAY = {
    "once a day": 1, "once daily": 1, "daily": 1, "qday": 1, "q day": 1, "qd": 1, "every day": 1, "qam": 1,
    "qpm": 1, "hs": 1, "qhs": 1, "q hs": 1, "at bedtime": 1, "nightly": 1, "breakfast": 1, "noon": 1,
    "lunch": 1, "dinner": 1, "bid": 2, "twice a day": 2, "two times a day": 2, "2 times per day": 2, "tid": 3,
    "three times a day": 3, "3 times per day": 3, "tid w/meals": 3, "qid": 4, "four times a day": 4,
    "four times per day": 4, "4 times per day": 4, "qidachs": 4,
}  # fmt: skip
_OTHER_DAYS = {"every other day": 2, "qod": 2, "weekly": _WEEK_DAYS, "qweek": _WEEK_DAYS}
_ONCE = {
    "once", "once x1", "onetime", "one time", "one time x1", "one time one time", "one", "1x", "x1", "1xonly",
    "now x1", "once only", "on call", "ot",
}  # fmt: skip


def says_as_needed(instruction: str) -> bool:
    """Whether an instruction in whole sentences says that the dose is taken as needed: it is no schedule."""
    return _AS_NEEDED_IN_WORDS.search(" ".join(instruction.split())) is not None


@lru_cache(maxsize=4096)
def read_frequency(text: str) -> Frequency:
    """What a frequency's words say; those that are not known say nothing, and are never guessed at."""
    words = " ".join(text.lower().split())
    as_needed = None
    if _AS_NEEDED.search(words):
        words, as_needed = " ".join(_AS_NEEDED.sub(" ", words).split()), True
    glued = _GLUED.fullmatch(words)
    if glued:
        words, as_needed = glued[1], True
    words = _TRAILING.sub("", words)
    if words in _ONCE:
        return Frequency(as_needed=as_needed, once=True)
    hours = _period(words)
    if hours is not None:
        return Frequency(_DAY_HOURS / hours, hours, as_needed) if hours else Frequency(as_needed=as_needed)
    per_day: Fraction | None = None
    times = _TIMES.fullmatch(words)
    if words in _A_DAY:
        per_day = Fraction(_A_DAY[words])
    elif times:
        per_day = Fraction(int(times[1]), _WEEK_DAYS if times[2] == "week" else 1)
    return Frequency(per_day or None, None, as_needed)


def _period(words: str) -> Fraction | None:
    """Hours from one dose to the next."""
    if words in _OTHER_DAYS:
        return Fraction(_OTHER_DAYS[words] * _DAY_HOURS)
    if match := _HOURS.fullmatch(words):
        return Fraction(match[1])
    if match := _MINUTES.fullmatch(words):
        return Fraction(int(match[1]), _HOUR_MINUTES)
    if match := _DAYS.fullmatch(words):
        return Fraction(int(match[1]) * _DAY_HOURS)
    return None
