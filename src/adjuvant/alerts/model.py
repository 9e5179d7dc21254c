"""An alert and its life: raised, acknowledged, snoozed, resolved, and raised again when it grows worse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum, auto

from adjuvant.alerts.reach import Reach
from adjuvant.timeline import as_instant

__all__ = ["AID", "Alert", "Change", "Gravity", "Kind", "State", "WORSE"]

WORSE = "worse: "
"""How the words of a change begin by which an alert grew worse."""

AID = "A charting aid, not an alarm: it says what the chart shows, and watches no patient."
"""Printed wherever alerts are."""


class Kind(StrEnum):
    """What an alert is about."""

    OVERDUE = "overdue"
    """Something was to be observed, and nothing is charted."""
    DOUBTED = "out of range"
    """A reading is charted that hardly can be."""
    RULE = "rule fired"
    MISSING = "data missing"
    """A rule cannot be told, because what it needs is not known or too old."""
    CONTRADICTION = "contradiction"
    """What is charted cannot all be true."""
    DIVERGED = "not as ordered"
    """What a pump is charted to have delivered is not what was ordered."""
    AGAINST = "against the protocol"
    """What runs is none of the protocol's doses, or the patient is one whom it excludes."""
    FAULT = "fault"
    """A rule or a part of the watching fails: it says nothing, and its silence means nothing."""


class Gravity(IntEnum):
    """How grave it is; a greater one is worse."""

    NOTE = auto()
    ACT = auto()
    """Something is to be observed, reviewed or lowered."""
    GRAVEST = auto()
    """Ketamine is to be stopped or held, or nothing can be said while it runs."""


class State(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to an alert.

    Args:
        by: who did it; empty where the chart did.
    """

    at: datetime
    state: State
    words: str
    by: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", as_instant(self.at))


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. It is never deleted; what became of it stands in `history`.

    Args:
        key: what it is about, the same as long as it is the same thing.
        words: what the chart shows, in one sentence.
        count: how bad, within one gravity: how many rounds are overdue; one for everything else.
        reach: how far what a rule looks at had gone when it was last open.
        until: when a snooze or an acknowledgment ends; None where it is open or resolved.
    """

    key: str
    kind: Kind
    gravity: Gravity
    words: str
    raised: datetime
    state: State = State.OPEN
    count: int = 1
    until: datetime | None = None
    history: tuple[Change, ...] = ()
    reach: Reach = ()

    @property
    def active(self) -> bool:
        """Whether it is anything but resolved."""
        return self.state is not State.RESOLVED

    @property
    def put_off(self) -> int:
        """How often in a row it was put off: since it was raised, or last grew worse."""
        times = 0
        for one in self.history:
            times = 0 if one.words.startswith(WORSE) else times + (one.state is State.SNOOZED)
        return times
