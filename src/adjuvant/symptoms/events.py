"""Adverse events of a window, and whether one of them ended the ketamine."""

from __future__ import annotations

import re
from collections.abc import Iterable

from adjuvant.record import AdverseEvent, PatientRecord
from adjuvant.timeline import Interval

__all__ = ["adverse_events_in", "stopped_ketamine"]

_STOPPED = re.compile(
    r"\b(es)?ketamine\b.*\b(stop|stopped|discontinued|ceased|withdrawn|terminated)\b"
    r"|\b(stop|stopped|discontinued|ceased|withdrew|terminated)\b.*\b(es)?ketamine\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(not|never|without)\b", re.IGNORECASE)


def adverse_events_in(record: PatientRecord, window: Interval) -> tuple[AdverseEvent, ...]:
    """The adverse events that began in `window`, or began before it and had not ended by its start."""
    return tuple(
        event
        for event in record.adverse_events
        if event.at in window
        or (event.at < window.start and event.end is not None and event.end > window.start)
    )


def stopped_ketamine(events: Iterable[AdverseEvent]) -> tuple[AdverseEvent, ...]:
    """Those events of which the record says that ketamine was stopped because of them."""
    return tuple(event for event in events if _STOPPED.search(event.led_to) and not _NOT.search(event.led_to))
