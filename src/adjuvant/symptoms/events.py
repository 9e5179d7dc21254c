"""Adverse events of a window, and whether one of them ended the ketamine: yes, no, or not settled."""

from __future__ import annotations

import re
from collections.abc import Iterable

from adjuvant.record import AdverseEvent, PatientRecord
from adjuvant.timeline import Interval
from adjuvant.unknown import Ternary, Unknown

__all__ = [
    "adverse_events_in",
    "charts_none",
    "ketamine_stop",
    "stopped_ketamine",
    "unsettled_stops",
]

# Entries that a coded list offers, and that need no reading.
_CODED_YES = frozenset(
    f"{drug} {verb}"
    for drug in ("ketamine", "ketamine infusion", "esketamine", "esketamine infusion", "ldk")
    for verb in ("stopped", "discontinued", "withdrawn", "ceased", "terminated")
)
_CODED_NO = frozenset({"", "none", "nothing", "no action", "observed", "observation"})
_KETAMINE = re.compile(r"\b(?:es|s-)?k[eé]tamin\w*|\bldk\b|\bketa(?:lar|nest)\b", re.IGNORECASE)
_INFUSION = re.compile(r"\b(?:infusion|drip|syringe driver|burst)\b", re.IGNORECASE)
_STOP = re.compile(
    r"\b(?:stop(?:ped|s|ping)?|discontinu(?:ed|ation)|ceas(?:ed|e|ing)|cessation|withdr(?:awn|ew|awal)"
    r"|terminat(?:ed|ion)|abandoned|aborted|(?:turned|switched|taken) (?:off|down))\b",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\b(?:continu(?:ed|es|ing)|reduced|reduction|lowered|halved|slowed|unchanged|increased|kept"
    r"|not (?:been )?(?:stopped|discontinued|ceased|withdrawn))\b",
    re.IGNORECASE,
)
# Words that leave open whether a stop took place, or whether it lasted.
_OPEN = re.compile(
    r"\b(?:not|never|without|no|consider\w*|would|could|should|may|might|if|plan\w*|ask\w*|offer\w*|refus\w*"
    r"|request\w*|restart\w*|resum\w*|temporar\w*|briefly|paus\w*|held|hold|withheld|suspend\w*|interrupt\w*)\b"
    r"|n't\b|\?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;.,&]|\b(?:and|but|while|then)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z-]+")
_NONE = frozenset({"none", "no adverse event", "no adverse events", "no toxicity", "no adverse effects"})


def adverse_events_in(record: PatientRecord, window: Interval) -> tuple[AdverseEvent, ...]:
    """The adverse events that began in `window`, or began before it and had not ended by its start."""
    return tuple(
        event
        for event in record.adverse_events
        if event.at in window
        or (event.at < window.start and event.end is not None and event.end > window.start)
    )


def charts_none(event: AdverseEvent) -> bool:
    """Whether the row says that nothing unwanted was seen, such as ``none``: asked for, and not there."""
    return event.kind.strip().rstrip(".").lower() in _NONE


def ketamine_stop(event: AdverseEvent) -> Ternary:
    """Whether the record says that ketamine was stopped because of `event`.

    A coded entry (``ketamine stopped``) is taken as it stands. Free text is read clause by clause: yes where
    a clause names ketamine or its infusion, a stop, and no other drug; no where only other drugs were stopped
    or nothing was. What stays open (a pause, a plan, a stop of nobody knows what) is Unknown and quoted.
    """
    text = " ".join(event.led_to.split()).strip(" .").lower()
    if text in _CODED_NO:
        return False
    if text in _CODED_YES:
        return True
    clauses = [_clause(part) for part in _CLAUSE.split(text) if part.strip()]
    if any(isinstance(answer, Unknown) for answer in clauses):
        return Unknown(f"whether ketamine was stopped: what was done reads “{event.led_to.strip()}”")
    return any(answer is True for answer in clauses)


def stopped_ketamine(events: Iterable[AdverseEvent]) -> tuple[AdverseEvent, ...]:
    """Those events of which the record says that ketamine was stopped because of them."""
    return tuple(event for event in events if ketamine_stop(event) is True)


def unsettled_stops(events: Iterable[AdverseEvent]) -> tuple[AdverseEvent, ...]:
    """Those events whose text leaves open whether ketamine was stopped because of them."""
    return tuple(event for event in events if isinstance(ketamine_stop(event), Unknown))


def _clause(text: str) -> Ternary:
    open_still = Unknown("what was stopped")
    ketamine = bool(_KETAMINE.search(text))
    others = _other_drugs(text)
    if others and not ketamine:
        return False
    if _KEPT.search(text):
        rest = _KEPT.sub("", text)
        return open_still if _STOP.search(rest) or _OPEN.search(rest) else False
    stop = bool(_STOP.search(text))
    if not ketamine and not _INFUSION.search(text):
        return open_still if stop else False
    return True if stop and not others and not _OPEN.search(text) else open_still


def _other_drugs(text: str) -> bool:
    from adjuvant.library import ingredient

    found = (ingredient(word) for word in _WORD.findall(text))
    return any(known is not None and known.kind != "ketamine" for known in found) or "opioid" in text
