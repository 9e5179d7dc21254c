"""What the events of the medication record mean: given, not given, put on, taken off, a rate, a stop."""

from __future__ import annotations

from enum import Enum

__all__ = ["Event", "event_of"]


class Event(Enum):
    """The kind of an ``event_txt``."""

    GIVEN = "given"
    NOT_GIVEN = "not given"
    STARTED = "started"
    RATE = "rate"
    STOPPED = "stopped"
    APPLIED = "applied"
    REMOVED = "removed"
    CHANGED = "changed"
    """One patch off and the next one on."""
    FLUSHED = "flushed"
    CHECKED = "checked"
    """Somebody looked, or did not: nothing was given, started or ended by it."""
    UNKNOWN = "unknown"


_ELSEWHERE = " in other location"
_WORDS = {
    "administered": Event.GIVEN,
    "delayed administered": Event.GIVEN,
    "partial administered": Event.GIVEN,
    "administered bolus from iv drip": Event.GIVEN,
    "started": Event.STARTED,
    "delayed started": Event.STARTED,
    "restarted": Event.STARTED,
    "rate change": Event.RATE,
    "rate verified": Event.RATE,
    "infusion reconciliation": Event.RATE,
    "stopped": Event.STOPPED,
    "stopped - unscheduled": Event.STOPPED,
    "stopped as directed": Event.STOPPED,
    "applied": Event.APPLIED,
    "delayed applied": Event.APPLIED,
    "removed": Event.REMOVED,
    "removed - unscheduled": Event.REMOVED,
    "delayed removed": Event.REMOVED,
    "removed existing / applied new": Event.CHANGED,
    "flushed": Event.FLUSHED,
    "delayed flushed": Event.FLUSHED,
    "flushed - unscheduled": Event.FLUSHED,
    "not flushed": Event.FLUSHED,
    "delayed stopped": Event.STOPPED,
    "delayed rate change": Event.RATE,
    "assessed": Event.CHECKED,
    "delayed assessed": Event.CHECKED,
    "not assessed": Event.CHECKED,
    "not removed": Event.CHECKED,
    "not stopped": Event.CHECKED,
    "not stopped per sliding scale": Event.CHECKED,
    "infusion reconciliation not done": Event.CHECKED,
    "pain score re-assessment": Event.CHECKED,
    "pain score re-assess not done": Event.CHECKED,
    "hold dose": Event.NOT_GIVEN,
    "not given": Event.NOT_GIVEN,
    "not given per sliding scale": Event.NOT_GIVEN,
    "delayed not started": Event.NOT_GIVEN,
    "delayed not applied": Event.NOT_GIVEN,
    "not started": Event.NOT_GIVEN,
    "not started per sliding scale": Event.NOT_GIVEN,
    "not applied": Event.NOT_GIVEN,
}


def event_of(text: str) -> Event:
    """The kind of an event; words that are not known are UNKNOWN, and nothing is taken as given."""
    words = " ".join(text.lower().split())
    return _WORDS.get(words.removesuffix(_ELSEWHERE), Event.UNKNOWN)
